"""`python -m eval.organisations`: does the same build answer for organisations it was not made for?

training/organisations holds strategy documents of invented organisations, each with questions in the form of
eval/questions.jsonl. Some the reader learns from. Of the others some share in fitting the weights of evidence and the
confidence (``python -m eval --calibrate``), and some nothing is ever fitted to or chosen on: those are measured here.

A corpus of three short documents is easier to search than one of five long ones, so the figures are no forecast for
another corpus; they show how much of the figures on the project's own documents is theirs alone.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from answer import Assistant, Reader, ReaderProblem, load_reader
from eval.display import print_figures
from eval.questions import EvalQuestion, QuestionsError, read_questions
from eval.remembered import RememberedReader
from eval.results import Result
from eval.run import Run, run_of, run_questions
from index import Encoder, IndexProblem, build, find_model, load, load_encoder
from index.encoder import Model
from ingest import CorpusError, Document, read_corpus
from training.errors import TrainingError
from training.strategies import FITTED, ORGANISATIONS, QUESTIONS, UNSEEN, organisations

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched

WORK = Path("build/organisations")


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation ready to be asked.

    Attributes:
        name: Its folder's.
        documents: Its documents by id.
        index: Where its index is.
        questions: What is asked of it; their ids begin with its name.
    """

    name: str
    documents: dict[str, Document]
    index: Path
    questions: tuple[EvalQuestion, ...]


def ready(
    names: Sequence[str], model: Model, encoder: Encoder, *, folder: Path = ORGANISATIONS, work: Path = WORK
) -> Iterator[Organisation]:
    """Organisations, each with its index built if it has none yet.

    Args:
        names: Which of them.
        model: The embedding model.
        encoder: The model, loaded.
        folder: Where they are.
        work: Where their indexes are kept.

    Raises:
        TrainingError: If there is no such organisation.
        CorpusError: If its documents cannot be read.
        QuestionsError: If its questions cannot be.
        IndexProblem: If its index cannot be built.
    """
    known = {path.name: path for path in organisations(folder)}
    for name in names:
        if name not in known:
            raise TrainingError(f"there is no organisation '{name}' in {folder}. There are: {', '.join(known)}")
        build(known[name], work / name, model, encoder=lambda _: encoder)
        documents = {item.document.doc_id: item.document for item in read_corpus(known[name]).documents}
        asked = read_questions(known[name] / QUESTIONS, documents)
        yield Organisation(name, documents, work / name, tuple(replace(q, id=f"{name}/{q.id}") for q in asked))


def fitted_to(model: Model, encoder: Encoder, reader: Reader) -> Iterator[tuple[Assistant, Sequence[EvalQuestion]]]:
    """Whoever answers for each organisation that shares in fitting, with what is asked of it. Raises as ``ready``."""
    for one in ready(FITTED, model, encoder):
        yield Assistant(load(one.index), encoder, RememberedReader(reader)), one.questions


def ask(names: Sequence[str], model: Model, encoder: Encoder, reader: Reader | None) -> Run:
    """Ask all questions of some organisations and measure the answers together. Raises as ``ready`` does."""
    results: list[Result] = []
    for one in ready(names, model, encoder):
        results += run_questions(load(one.index), encoder, one.questions, one.documents, reader=reader).results
    return run_of(results)


def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Which organisations; those that nothing is fitted to if none is named.")
    ] = None,
    plain: Annotated[bool, typer.Option("--without-reader", help="Do without the learned reader.")] = False,
) -> None:
    """Measure the answers for invented organisations."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        model = find_model()
        encoder = load_encoder(model)
        found = ask(names or UNSEEN, model, encoder, None if plain else load_reader())
    except (TrainingError, CorpusError, QuestionsError, IndexProblem, ReaderProblem) as error:
        err.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    print_figures(out, found, None)


if __name__ == "__main__":
    typer.run(main)
