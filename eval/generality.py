"""`python -m eval.generality DIR …`: does the same build, untouched, find and judge answers in documents of others?

Two paths over the questions of a set in BEIR's form, of documents on which nothing was trained (training.data.held_out;
a set that training never reads is taken whole):

    plain   lexical and dense search by reciprocal ranks; of the first passage the sentence with most of the question's
            words by rarity; as sure as the best cosine is high
    ours    the assistant's best evidence; as sure as its model of "do the documents answer?"

    answer sentence first   the sentence that comes first is one that answers, by the set's own marks
    abstention AUC          how well being sure tells answerable questions from others (area under the ROC curve)

Not covered: what is composed around the best sentence, refusing as such: those need a threshold, and the threshold is
fitted to strategy documents.
"""

import hashlib
import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from answer import Assistant, QuestionError, ReaderProblem, load_reader
from answer.confidence import answered
from eval.beir import BeirError, BeirQuestion, BeirSet, read_set
from eval.beir_index import snapshot_of
from eval.bootstrap import Interval, curve_interval
from eval.remembered import Remembered, RememberedReader
from eval.selective import area_under_roc
from index import ARMS, Encoder, IndexProblem, Snapshot, find_model, load_encoder, search, tokenize
from ingest import Passage, Unit, quote_at
from training.data import SETS, answering, held_out, references_of

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched

PLAIN, OURS = "plain", "ours"
_DEPTH = 50  # passages of each retriever that the plain path fuses
_RRF_K = 60  # Cormack, Clarke and Büttcher 2009, doi:10.1145/1571941.1572114

Sides = Mapping[str, NDArray[np.float64]]


@dataclass(frozen=True, slots=True)
class Judged:
    """One question on both paths.

    Attributes:
        answerable: Whether the set says that it is.
        marked: Whether the set marks a sentence that answers.
        first: For each path, whether its first sentence answers.
        sure: For each path, how sure it is.
    """

    answerable: bool
    marked: bool
    first: Mapping[str, bool]
    sure: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Compared:
    """A measure on both paths.

    Attributes:
        name: Its name.
        n: Over how many questions.
        values: Its value on each path.
        ahead: How far ours is ahead.
        interval: The 95 % interval of that, by bootstrap over questions, the same ones on both paths; None for too few.
    """

    name: str
    n: int
    values: Mapping[str, float]
    ahead: float
    interval: Interval | None


class Paths:
    """Both paths over one set.

    Args:
        snapshot: The set's index.
        encoder: The model.
        assistant: Who answers from it.
    """

    def __init__(self, snapshot: Snapshot, encoder: Encoder, assistant: Assistant) -> None:
        self._snapshot = snapshot
        self._encoder = encoder
        self._assistant = assistant
        self._by_id = {passage.passage_id: passage for passage in snapshot.passages}

    def judge(self, question: BeirQuestion, references: Sequence[Sequence[str]]) -> Judged:
        """Ask a question on both paths."""
        only = (question.scope,) if question.scope else None
        right = {
            (passage.doc_id, passage.units[at].spans)
            for passage in (self._by_id[id_] for id_ in question.relevant)
            for at in self._answering(passage, references)
        }
        plain, cosine = self._plain(question.text, only)
        best, sure = self._ours(question, only)
        return Judged(
            answerable=question.answerable,
            marked=bool(right),
            first={
                PLAIN: plain is not None and (plain[0].doc_id, plain[1].spans) in right,
                OURS: best is not None and (best[0].doc_id, best[1].spans) in right,
            },
            sure={PLAIN: cosine, OURS: sure},
        )

    def _ours(self, question: BeirQuestion, only: Sequence[str] | None) -> tuple[tuple[Passage, Unit] | None, float]:
        """The assistant's sentence, and how sure it is; none, and not at all, where it takes it for no question."""
        try:
            found = self._assistant.judge(question.text, question.earlier, only)
            said = self._assistant.answer(question.text, question.earlier, only, refuse=False)
        except QuestionError:
            return None, 0.0
        return (found[0].passage, found[0].unit) if found else None, answered(said.features)

    def _answering(self, passage: Passage, references: Sequence[Sequence[str]]) -> tuple[int, ...]:
        text = self._snapshot.documents[passage.doc_id].text
        start, end = passage.spans[0][0], passage.spans[-1][1]
        places = [(unit.spans[0][0] - start, unit.spans[-1][1] - start) for unit in passage.units]
        return answering(text[start:end], places, references)

    def _plain(self, query: str, only: Sequence[str] | None) -> tuple[tuple[Passage, Unit] | None, float]:
        """The plain path's sentence, and how sure it is."""
        found = [
            search(self._snapshot, self._encoder, query, limit=_DEPTH, documents=only, weights=ARMS[arm])
            for arm in ("lexical", "dense")
        ]
        scores: dict[str, float] = defaultdict(float)
        for hit in (hit for hits in found for hit in hits):
            scores[hit.passage.passage_id] += 1 / (_RRF_K + hit.rank)
        cosine = max((hit.cosine or 0.0 for hit in found[1]), default=0.0)
        passage = self._by_id[min(scores, key=lambda id_: (-scores[id_], id_))] if scores else None
        if passage is None or not passage.units:
            return None, cosine
        document, words = self._snapshot.documents[passage.doc_id], set(tokenize(query))

        def shared(unit: Unit) -> float:
            return sum(
                self._snapshot.lexical.idf(w) for w in words & set(tokenize(quote_at(document.text, unit.spans)))
            )

        return (passage, max(passage.units, key=shared)), cosine


def chosen(beir: BeirSet, folder: Path, limit: int) -> list[tuple[BeirQuestion, list[list[str]]]]:
    """The questions of documents that nothing was trained on, with the answers that people gave.

    Args:
        beir: The set.
        folder: Where it was read from: the fields that mark sentences are in its queries.jsonl.
        limit: How many at most: those whose ids have the lowest sha256, so the same every time.
    """
    lines = (folder / "queries.jsonl").read_text("utf-8").split("\n")
    rows: dict[str, dict[str, Any]] = {row["_id"]: row for row in map(json.loads, filter(str.strip, lines))}
    of_passage = {passage.passage_id: passage.doc_id for passage in beir.passages}

    def document(question: BeirQuestion) -> str | None:
        row = rows[question.id]
        asked = row.get("asked_about") or next(iter(question.relevant), None)
        return question.scope or row.get("doc") or (of_passage[asked] if asked else None)

    def kept(question: BeirQuestion) -> bool:
        about = document(question)
        return beir.name not in SETS or (about is not None and held_out(about))

    found = sorted((q for q in beir.questions if kept(q)), key=lambda q: hashlib.sha256(q.id.encode()).hexdigest())[
        :limit
    ]
    return [(question, _references(rows[question.id])) for question in found]


def _references(row: Mapping[str, Any]) -> list[list[str]]:
    """The answers as stretches of text, also where they are given by passage."""
    answers = row.get("answers")
    return [[a] for each in answers.values() for a in each] if isinstance(answers, dict) else references_of(row)


def figures(judged: Sequence[Judged]) -> list[Compared]:
    """The measures that the questions allow: answer sentences need marks, and a ROC curve both sorts of questions."""
    found = []
    marked = [j for j in judged if j.answerable and j.marked]
    if marked:
        first = {path: np.array([float(j.first[path]) for j in marked]) for path in (PLAIN, OURS)}
        found.append(
            _compared("answer sentence first", len(marked), first, lambda values, at: float(values[at].mean()))
        )
    if 0 < sum(j.answerable for j in judged) < len(judged):
        sure = {path: np.array([j.sure[path] for j in judged]) for path in (PLAIN, OURS)}
        can = np.array([float(j.answerable) for j in judged])
        found.append(
            _compared("abstention AUC", len(judged), sure, lambda values, at: area_under_roc(values[at], can[at]))
        )
    return found


def _compared(
    name: str, n: int, sides: Sides, value: Callable[[NDArray[np.float64], NDArray[np.intp]], float | None]
) -> Compared:
    everything = np.arange(n)
    values = {path: value(side, everything) or 0.0 for path, side in sides.items()}

    def ahead(at: NDArray[np.intp]) -> float | None:
        ours, plain = value(sides[OURS], at), value(sides[PLAIN], at)
        return None if ours is None or plain is None else ours - plain

    return Compared(name, n, values, values[OURS] - values[PLAIN], curve_interval(ahead, n))


def main(
    folders: Annotated[list[Path], typer.Argument(help="Folders in BEIR's form.", metavar="DIR")],
    limit: Annotated[int, typer.Option(min=1, help="How many questions of a set, at most.")] = 300,
    vectors: Annotated[Path, typer.Option(help="Where vectors are kept.")] = Path("build/cache/benchmarks"),
) -> None:
    """Measure answer sentences and abstaining beside the plain path, on documents of others."""
    console, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        model = find_model()
        encoder, reader = load_encoder(model), load_reader()
        table = Table("set", "measure", "n", PLAIN, OURS, "ahead", "95 %")
        for folder in folders:
            beir = read_set(folder)
            with _bars(err) as bars:
                embedding = bars.add_task(f"{beir.name}: embedding", total=len(beir.passages))
                done = partial(bars.advance, embedding)
                snapshot = snapshot_of(beir, model, lambda: encoder, vectors / beir.name, done)
                known = Remembered(encoder)
                paths = Paths(snapshot, known, Assistant(snapshot, known, RememberedReader(reader)))
                judged = _ask(paths, chosen(beir, folder, limit), bars)
            for found in figures(judged):
                between = f"{found.interval.low:+.3f} to {found.interval.high:+.3f}" if found.interval else ""
                shown = [f"{found.values[path]:.3f}" for path in (PLAIN, OURS)]
                table.add_row(beir.name, found.name, str(found.n), *shown, f"{found.ahead:+.3f}", between)
        console.print(table)
    except (BeirError, IndexProblem, ReaderProblem) as error:
        err.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error


def _ask(paths: Paths, todo: Sequence[tuple[BeirQuestion, list[list[str]]]], bars: Progress) -> list[Judged]:
    """Every question on both paths."""
    task = bars.add_task("asking", total=len(todo))
    judged = []
    for question, references in todo:
        judged.append(paths.judge(question, references))
        bars.advance(task)
    return judged


def _bars(err: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(), console=err
    )


if __name__ == "__main__":
    typer.run(main)
