"""`python -m eval.benchmarks DIR …`: outside yardsticks. Measure on the question sets of others, in BEIR's form."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Annotated
from urllib.parse import quote

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from answer import Assistant, ReaderProblem, load_reader
from eval.beir import BeirError, BeirQuestion, BeirSet, read_set, sample
from eval.beir_index import snapshot_of
from eval.outside import (
    SERVED,
    Rankings,
    Response,
    answering_figures,
    ask,
    differences,
    rank,
    retrieval_figures,
    served,
)
from eval.outside_display import ALL, ALL_TURNS, FIRST_TURNS, Group, Report, print_report
from eval.published import Published, published_for
from eval.remembered import Remembered
from eval.retrieval import trec_qrels, trec_run
from index import ARMS, DEFAULT_MODEL, Encoder, IndexProblem, Model, find_model, load_encoder

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched

INDEXED = (
    "Indexed of each passage: its title and its text, as “title: text”, by words in full and by meaning as far as the "
    "model reads. Published figures are over title and text too."
)
_TURNS = (
    "The retrievers search for the words of the question alone; “served” is what the assistant searched for, which had "
    "the user's earlier turns."
)
_UNSAFE = re.compile(r"[\s%]")

# Called with what is being done and how much there is; gives what is to be called with how much more is done.
Bars = Callable[[str, int], Callable[[int], None]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be measured.

    Attributes:
        arms: The retrievers, by name.
        asking: Whether to ask the assistant; None to do so where a set has references or unanswerable questions.
        limit: How many questions at most; None for all.
        first_turns: Whether to leave out questions inside a conversation.
    """

    arms: tuple[str, ...] = tuple(ARMS)
    asking: bool | None = None
    limit: int | None = None
    first_turns: bool = False


def main(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    folders: Annotated[list[Path], typer.Argument(help="Folders in BEIR's form.", metavar="DIR")],
    limit: Annotated[
        int | None, typer.Option(min=1, help="Take so many questions: a fixed sample, the same every time.")
    ] = None,
    arm: Annotated[
        list[str] | None, typer.Option(help=f"Measure this retriever (may be given again): {', '.join(ARMS)}.")
    ] = None,
    asking: Annotated[
        bool | None,
        typer.Option(
            "--ask/--no-ask",
            help="Ask the assistant, or measure retrieval alone. Left out, it is asked where a set has answers or "
            "questions without one.",
        ),
    ] = None,
    first_turns: Annotated[
        bool, typer.Option("--first-turns", help="Leave out questions inside a conversation.")
    ] = False,
    model: Annotated[str, typer.Option(help="The embedding model.")] = DEFAULT_MODEL,
    out: Annotated[Path, typer.Option(help="Where figures and runs are kept.")] = Path("build/benchmarks"),
    vectors: Annotated[Path, typer.Option(help="Where vectors are kept.")] = Path("build/cache/benchmarks"),
) -> None:
    """Measure retrieval, answering and refusing on question sets of others, beside what was published on them.

    Exit 0: measured. Exit 2: a mistake in what was given, with what to do.
    """
    console, err = Console(highlight=False), Console(stderr=True, highlight=False)
    wanted = Wanted(tuple(dict.fromkeys(arm or ARMS)), asking, limit, first_turns)
    try:
        _check_arms(wanted.arms)
        sets = _read_all(folders)
        found = find_model(model)
        encoder = cache(lambda: load_encoder(found))
        for beir in sets:
            with _bars(err) as bars:
                report = measure(beir, found, encoder, wanted, vectors / beir.name, bars)
            print_report(console, report)
            kept = save(report, out / beir.name, found)
            console.print(f"Kept in {escape(str(kept))}.\n", soft_wrap=True)
    except (BeirError, IndexProblem, ReaderProblem) as error:
        err.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error


def measure(
    beir: BeirSet, model: Model, encoder: Callable[[], Encoder], wanted: Wanted, vectors: Path, bars: Bars
) -> Report:
    """Index a set and measure on it.

    Args:
        beir: The set.
        model: The embedding model.
        encoder: Loads it.
        wanted: What is to be measured.
        vectors: Where this set's vectors are kept.
        bars: Told how work goes on.
    """
    began = time.perf_counter()
    questions = _chosen(beir, wanted)
    snapshot = snapshot_of(beir, model, encoder, vectors, bars(f"{beir.name}: embedding", len(beir.passages)))
    embedded = time.perf_counter()
    texts = list(dict.fromkeys(question.text for question in questions))
    known = Remembered(encoder(), texts, bars(f"{beir.name}: reading questions", len(texts)))
    step = bars(f"{beir.name}: searching", len(wanted.arms) * sum(bool(q.relevant) for q in questions))
    rankings = rank(snapshot, known, questions, wanted.arms, lambda: step(1))
    searched = time.perf_counter()
    responses = []
    if _asks(wanted, questions):
        step = bars(f"{beir.name}: asking", len(questions))
        responses = ask(Assistant(snapshot, known, load_reader()), questions, lambda: step(1))
        rankings[SERVED] = served(responses)
    seconds = {"indexing": embedded - began, "searching": searched - embedded, "asking": time.perf_counter() - searched}
    published, notes = _beside(beir, questions, wanted)
    groups = {name: _group(members, rankings, responses) for name, members in _groups(questions).items()}
    return Report(beir, questions, groups, rankings, responses, published, notes, seconds)


def save(report: Report, folder: Path, model: Model) -> Path:
    """Write a report's figures, its responses, and the runs and the qrels in TREC's forms; returns the folder.

    White space and per cent signs in ids are percent-encoded in TREC's files, which have no other way to hold them.

    Raises:
        BeirError: If the folder cannot be written.
    """
    ranked = [q for q in report.asked if q.relevant]  # the others are for refusing, and no miss of retrieval
    qrels = {_trec_id(q.id): {_trec_id(p): g for p, g in q.relevant.items()} for q in ranked}
    files = {
        "figures.json": json.dumps(_record(report, model), indent=1, ensure_ascii=False) + "\n",
        "responses.jsonl": "".join(json.dumps(_row(r), ensure_ascii=False) + "\n" for r in report.responses),
        "qrels.trec": trec_qrels(qrels),
    }
    for arm, ranking in report.rankings.items():
        encoded = {_trec_id(query): [_trec_id(id_) for id_ in found] for query, found in ranking.items()}
        files[f"{arm}.trec"] = trec_run(encoded, arm)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (folder / name).write_text(content, "utf-8")
    except OSError as error:
        raise BeirError(f"{folder} cannot be written: {error.strerror or error}. Name another with --out") from error
    return folder


def _check_arms(arms: Sequence[str]) -> None:
    for name in arms:
        if name not in ARMS:
            raise BeirError(f"there is no retriever '{name}'. Name one with --arm: {', '.join(ARMS)}")


def _read_all(folders: Sequence[Path]) -> list[BeirSet]:
    """All sets, read before any is measured: a mistake in the last is told at once."""
    sets = [read_set(folder) for folder in folders]
    names = [beir.name for beir in sets]
    for name in names:
        if names.count(name) > 1:
            raise BeirError(f"two folders are named {name}, so one's figures would replace the other's. Rename one")
    return sets


def _chosen(beir: BeirSet, wanted: Wanted) -> list[BeirQuestion]:
    questions = [q for q in beir.questions if not wanted.first_turns or q.first_turn is not False]
    return sample(questions, wanted.limit)


def _asks(wanted: Wanted, questions: Sequence[BeirQuestion]) -> bool:
    if wanted.asking is not None:
        return wanted.asking
    return any(question.references or not question.answerable for question in questions)


def _beside(
    beir: BeirSet, questions: Sequence[BeirQuestion], wanted: Wanted
) -> tuple[tuple[Published, ...], list[str]]:
    """What was published that can stand beside these figures, and what a reader must know of them."""
    published, comparable = published_for(beir)
    notes = [INDEXED, comparable]
    if len(questions) < len(beir.questions):
        what = "first turns" if wanted.first_turns else "questions"
        which = " (those whose ids have the lowest sha256)" if wanted.limit else ""
        notes.append(f"{len(questions):,} {what} of the set's {len(beir.questions):,} questions{which}.")
        if published:
            published = ()
            notes.append("Published figures are over all of them, so none stands beside these.")
    if beir.other_splits:
        notes.append(f"{beir.other_splits:,} queries without a relevant passage, of other splits, are left out.")
    if any(question.earlier for question in questions):
        notes.append(_TURNS)
    return published, notes


def _groups(questions: Sequence[BeirQuestion]) -> dict[str, list[BeirQuestion]]:
    """All questions; of conversations, the first turns and all turns."""
    first = [question for question in questions if question.first_turn]
    if not first:
        return {ALL: list(questions)}
    return {FIRST_TURNS: first} if len(first) == len(questions) else {FIRST_TURNS: first, ALL_TURNS: list(questions)}


def _group(questions: Sequence[BeirQuestion], rankings: Rankings, responses: Sequence[Response]) -> Group:
    ids = {question.id for question in questions}
    own = [response for response in responses if response.question.id in ids]
    ranked = any(question.relevant for question in questions)
    return Group(
        {arm: retrieval_figures(questions, ranking) for arm, ranking in rankings.items()} if ranked else {},
        differences(questions, rankings),
        answering_figures(own) if own else (),
    )


def _record(report: Report, model: Model) -> dict[str, object]:
    beir = report.beir
    return {
        "set": {
            "name": beir.name,
            "passages": len(beir.passages),
            "questions": len(beir.questions),
            "relevant_pairs": beir.pairs,
            "asked": len(report.asked),
            "sha256": dict(beir.digests),
        },
        "model": {"name": model.name, "sha256": model.sha256},
        "groups": {name: asdict(group) for name, group in report.groups.items()},
        "published": [asdict(figure) for figure in report.published],
        "notes": list(report.notes),
        "seconds": {step: round(seconds, 1) for step, seconds in report.seconds.items()},
    }


def _row(response: Response) -> dict[str, object]:
    """A response as it is kept: without the set's own words."""
    row = asdict(response)
    question = response.question
    return {**row, "question": question.id, "answerable": question.answerable, "found": list(response.found)}


def _trec_id(id_: str) -> str:
    return _UNSAFE.sub(lambda found: quote(found[0]), id_)


@contextmanager
def _bars(err: Console) -> Iterator[Bars]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=err) as progress:

        def start(what: str, total: int) -> Callable[[int], None]:
            bar = progress.add_task(what, total=total)
            return lambda more: progress.advance(bar, more)

        yield start


if __name__ == "__main__":
    typer.run(main)
