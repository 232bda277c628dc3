"""`python -m eval`: ask every question of eval/questions.jsonl and print what came of it."""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from answer import Assistant
from eval.calibrate import calibrate
from eval.measures import Figure
from eval.questions import EvalQuestion, QuestionsError, read_questions
from eval.run import Run, run_questions, save_run, summary
from index import IndexProblem, check_matches, find_model, load, load_encoder
from ingest import CorpusError, Document, read_corpus

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched
ACCEPTED = Path("eval/accepted.json")


def main(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    questions: Annotated[Path, typer.Option(help="The questions.")] = Path("eval/questions.jsonl"),
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
    index: Annotated[Path, typer.Option(help="Where the index is kept.")] = Path("build/index"),
    runs: Annotated[Path, typer.Option(help="Where runs are kept.")] = Path("build/eval"),
    misses: Annotated[
        bool, typer.Option("--misses", help="Print each question that was not answered rightly.")
    ] = False,
    accept: Annotated[
        bool, typer.Option("--accept", help=f"Write this run's figures to {ACCEPTED}, the base line.")
    ] = False,
    fit: Annotated[
        bool, typer.Option("--calibrate", help="Fit the confidence on the dev questions and print its numbers.")
    ] = False,
) -> None:
    """Ask every question, measure the answers, and keep the run."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        documents = {item.document.doc_id: item.document for item in read_corpus(corpus).documents}
        asked = read_questions(questions, documents)
        model = find_model()
        snapshot = load(index)
        check_matches(snapshot.manifest, corpus, model)
    except (QuestionsError, CorpusError, IndexProblem) as error:
        err.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    assistant = Assistant(snapshot, load_encoder(model))
    if fit:
        _calibrate(out, assistant, [q for q in asked if q.split == "dev"], documents)
        return
    with Progress(console=err) as bars:
        bar = bars.add_task("Asking", total=len(asked))
        run = run_questions(assistant, asked, documents, on_done=lambda: bars.advance(bar))
    settings = {
        "index": snapshot.manifest.fingerprint,
        "model": snapshot.manifest.model,
        "questions": str(questions),
        "libraries": dict(snapshot.manifest.libraries),
    }
    kept = save_run(run, runs, settings, documents)
    _report(out, run)
    if misses:
        _misses(out, run)
    out.print(f"The run is kept in {escape(str(kept))}.")
    if accept:
        ACCEPTED.write_text(json.dumps(summary(run), indent=1) + "\n", "utf-8")
        out.print(f"Its figures are now the base line, {ACCEPTED}.")


def _report(out: Console, run: Run) -> None:
    table = Table("measure", "all", "n", *[c for split in run.by_split for c in (split, "n")])
    for i, figure in enumerate(run.overall):
        cells = [c for found in run.by_split.values() for c in (said(found[i]), str(found[i].n))]
        table.add_row(f"{figure.name}", said(figure), str(figure.n), *cells)
    out.print(table)
    kinds = Table("answer accuracy of", "all", "n")
    for figure in run.kinds:
        kinds.add_row(figure.name, said(figure), str(figure.n))
    out.print(kinds)


def said(figure: Figure) -> str:
    """A figure as it is printed: a share with three decimals, a time in whole milliseconds."""
    if figure.value is None:
        return "none"
    return f"{figure.value:.0f} ms" if figure.unit == "ms" else f"{figure.value:.3f}"


def _misses(out: Console, run: Run) -> None:
    for row in run.rows:
        refused = row.answer.status == "not_found"
        if row.right or (refused and not row.question.answerable):
            continue
        out.print(f"[bold]{row.question.id}[/] {escape(row.question.question)}", soft_wrap=True)
        out.print(f"   said: {escape(row.answer.text or row.answer.reason or '')}", soft_wrap=True)
        out.print(f"   wanted: {escape(row.question.reference)}", soft_wrap=True)


def _calibrate(
    out: Console, assistant: Assistant, questions: Sequence[EvalQuestion], documents: dict[str, Document]
) -> None:
    run = run_questions(Assistant(assistant.snapshot, assistant.encoder, threshold=0.0), questions, documents)
    found = calibrate(run.rows)
    out.print(f"WEIGHTS = {found.weights}\nTHRESHOLD = {found.threshold}")
    out.print(
        f"On these {found.n} dev questions it refuses {found.answerable_refused:.3f} of the answerable "
        f"and {found.not_answerable_refused:.3f} of the others."
    )


if __name__ == "__main__":
    typer.run(main)
