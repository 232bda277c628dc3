"""`python -m eval`: ask every question, measure, compare with the accepted run, and say whether it may be shipped."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from answer import Assistant, ModelSettingsError, ModelWriter, QuestionError, Reader, ReaderProblem, load_reader
from eval.accepted import accept
from eval.belonging import fit_ties
from eval.calibrate import calibrate
from eval.candidates import CandidateError, Wanted, add_candidate, candidate
from eval.compare import Comparison
from eval.coverage import coverage
from eval.display import print_comparison, print_coverage, print_failures, print_figures, print_misses, print_writing
from eval.evaluate import Evaluated, Folders, Prepared, Ready, evaluate, prepare
from eval.gate import GateError
from eval.organisations import fitted_to
from eval.questions import EvalQuestion, QuestionsError, check_questions, read_questions
from eval.remembered import RememberedReader
from eval.report import report_of_folder
from eval.results import RunError
from eval.run import LANGUAGE_MODEL, REPORT, Run
from eval.weights import fit_weights
from index import (
    DEFAULT_MODEL,
    Encoder,
    IndexProblem,
    Model,
    Snapshot,
    check_matches,
    find_model,
    load,
    load_encoder,
    one_thread_a_question,
)
from ingest import CorpusError, Document, read_corpus
from ingest.terminal import shown
from training.errors import TrainingError

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched

_MISTAKES = (
    QuestionsError,
    CorpusError,
    IndexProblem,
    RunError,
    GateError,
    CandidateError,
    QuestionError,
    ModelSettingsError,
    ReaderProblem,
    TrainingError,
)
_app = typer.Typer(add_completion=False, rich_markup_mode=None)
_out, _err = Console(highlight=False), Console(stderr=True, highlight=False)

Questions = Annotated[Path, typer.Option(help="The questions.")]
CorpusFolder = Annotated[Path, typer.Option(help="The folder of documents.")]
IndexFolder = Annotated[Path, typer.Option(help="Where the index is kept.")]
ModelName = Annotated[str, typer.Option(help="The embedding model the index was made with.")]
RunsFolder = Annotated[Path, typer.Option(help="Where runs are kept.")]
AcceptedFolder = Annotated[Path, typer.Option(help="Where the accepted run is kept.")]
GateRules = Annotated[Path, typer.Option("--gate", help="The gate's rules.")]
_CORPUS, _INDEX = Path("corpus"), Path("build/index")
_USUAL = Folders()
_QUESTIONS, _RUNS, _ACCEPTED, _GATE = _USUAL.questions, _USUAL.runs, _USUAL.accepted, _USUAL.rules


class _Loaded(NamedTuple):
    """What a command needs to ask questions."""

    snapshot: Snapshot
    encoder: Encoder
    reader: Reader


@_app.callback(invoke_without_command=True)
def run(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    context: typer.Context,
    questions: Questions = _QUESTIONS,
    corpus: CorpusFolder = _CORPUS,
    index: IndexFolder = _INDEX,
    model: ModelName = DEFAULT_MODEL,
    runs: RunsFolder = _RUNS,
    accepted: AcceptedFolder = _ACCEPTED,
    rules: GateRules = _GATE,
    against: Annotated[
        Path | None, typer.Option("--compare", help="A kept run's folder to compare with, not the accepted run.")
    ] = None,
    misses: Annotated[
        bool, typer.Option("--misses", help="Print each question that was not answered rightly.")
    ] = False,
    accepting: Annotated[
        bool, typer.Option("--accept", help="Make this run the base line that later runs are held against.")
    ] = False,
    with_model: Annotated[
        bool,
        typer.Option(
            "--with-model", help="Let the configured language model write; such a run is never made the base line."
        ),
    ] = False,
    fit: Annotated[
        bool,
        typer.Option(
            "--calibrate",
            help="Fit the weights and the confidence to the dev questions and four invented organisations; print them.",
        ),
    ] = False,
) -> None:
    """Ask every question, measure the answers, compare them with the accepted run, and keep a report.

    Exit 0: the run may be shipped. Exit 1: the gate stays shut, and says why. Exit 2: a mistake in what was given.
    """
    if context.invoked_subcommand is not None:
        return
    try:
        writer = _writer(accepting=accepting) if with_model else None
        prepared = prepare(Folders(questions, runs, accepted, rules), corpus, against)
        ready = _ready(corpus, index, model)
        if fit:
            _calibrate(ready, [q for q in prepared.questions if q.split == "dev"], find_model(model))
            return
        done = _ask(prepared, ready, writer)
    except _MISTAKES as error:
        raise _mistake(error) from error
    _show(done.run, done.comparison, misses=misses, language_model=done.settings.get(LANGUAGE_MODEL))
    _out.print(f"The report: {shown(str(done.folder / REPORT))}", soft_wrap=True)
    if accepting:
        accept(done.run, done.settings, accepted)
        _out.print(f"This run is now the base line, in {shown(str(accepted))}.")
    print_failures(_out, done.shut, compared=done.comparison is not None)
    if done.shut and not accepting:
        raise typer.Exit(1)


@_app.command()
def report(
    folder: Annotated[Path, typer.Argument(help="A kept run's folder.")],
    runs: RunsFolder = _RUNS,
    accepted: AcceptedFolder = _ACCEPTED,
    rules: GateRules = _GATE,
) -> None:
    """Write a kept run's report again, against the accepted run and the gate's rules as they are now."""
    try:
        path = report_of_folder(folder, accepted, runs, rules)
    except _MISTAKES as error:
        raise _mistake(error) from error
    _out.print(f"The report: {shown(str(path))}", soft_wrap=True)


@_app.command()
def check(questions: Questions = _QUESTIONS, corpus: CorpusFolder = _CORPUS) -> None:
    """Say what is wrong with a questions file, and what of the documents no question touches."""
    try:
        corpus_read = read_corpus(corpus)
        checked = check_questions(questions, {i.document.doc_id: i.document for i in corpus_read.documents})
    except _MISTAKES as error:
        raise _mistake(error) from error
    for problem in checked.problems:
        _err.print(f"[red]error:[/] {shown(problem)}", soft_wrap=True)
    print_coverage(_out, coverage(checked.questions, corpus_read.documents))
    if checked.problems:
        _err.print(f"{len(checked.problems)} of the rows must be mended.")
        raise typer.Exit(2)
    _out.print(f"{len(checked.questions)} questions, all sound.")


@_app.command()
def add(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    question: Annotated[str, typer.Argument(help="The question, as it was asked.")],
    kind: Annotated[str, typer.Option(help="What kind of question it is: eval/questions.py names them.")] = "",
    fact: Annotated[
        list[str] | None,
        typer.Option(help="What a right answer has; alternatives parted by | (may be given again)."),
    ] = None,
    reference: Annotated[str, typer.Option(help="The answer a person would give.")] = "",
    history: Annotated[list[str] | None, typer.Option(help="A question asked before it (may be given again).")] = None,
    unanswerable: Annotated[bool, typer.Option("--unanswerable", help="The documents do not answer it.")] = False,
    notes: Annotated[str, typer.Option(help="Anything to remember.")] = "",
    to: Annotated[Path, typer.Option(help="The file the row is added to.")] = Path("eval/candidates.jsonl"),
    questions: Questions = _QUESTIONS,
    corpus: CorpusFolder = _CORPUS,
    index: IndexFolder = _INDEX,
    model: ModelName = DEFAULT_MODEL,
) -> None:
    """Ask a question and keep it as a candidate row, what the answer cites as its evidence to be checked."""
    wanted = Wanted(question, kind, tuple(fact or ()), reference, tuple(history or ()), not unanswerable, notes)
    try:
        documents = _documents(corpus)
        known = read_questions(questions, documents)
        ready = _ready(corpus, index, model)
        said = Assistant(ready.snapshot, ready.encoder, ready.reader).answer(question, wanted.history)
        row = candidate(wanted, said, known, to, documents)
        problems = add_candidate(row, to, documents)
    except _MISTAKES as error:
        raise _mistake(error) from error
    _out.print(f"It was answered: {shown(said.text or said.reason or '')}", soft_wrap=True)
    _out.print(f"Row {row['id']} is added to {shown(str(to))}. Read its evidence against the document.")
    for problem in problems:
        _out.print(f"[yellow]to be completed:[/] {shown(problem)}", soft_wrap=True)


def _documents(corpus: Path) -> dict[str, Document]:
    return {item.document.doc_id: item.document for item in read_corpus(corpus).documents}


def _ready(corpus: Path, index: Path, model_name: str) -> _Loaded:
    one_thread_a_question()
    model = find_model(model_name)
    snapshot = load(index)
    check_matches(snapshot.manifest, corpus, model)
    return _Loaded(snapshot, load_encoder(model), load_reader())


def _writer(*, accepting: bool) -> ModelWriter:
    """The language model that the environment names; raises ModelSettingsError where that cannot be used here."""
    if accepting:
        raise ModelSettingsError(
            "a run with a language model is never made the base line. Leave out --with-model, or --accept"
        )
    writer = ModelWriter.from_environment(os.environ)
    if writer is None:
        raise ModelSettingsError(
            "--with-model needs a language model, and none is configured. "
            "Set CHAPTER_LLM_BASE_URL and CHAPTER_LLM_MODEL"
        )
    return writer


def _ask(prepared: Prepared, loaded: _Loaded, writer: ModelWriter | None) -> Evaluated:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=_err) as bars:
        bar = bars.add_task("Asking", total=len(prepared.questions))
        return evaluate(prepared, Ready(*loaded), lambda: bars.advance(bar), writer)


def _show(found: Run, comparison: Comparison | None, *, misses: bool, language_model: str | None) -> None:
    if language_model is not None:
        print_writing(_out, language_model, found.results)
    print_figures(_out, found, comparison, beside=language_model is not None)
    if comparison is not None:
        print_comparison(_out, comparison)
    if misses:
        print_misses(_out, found.results)


def _calibrate(ready: _Loaded, questions: Sequence[EvalQuestion], model: Model) -> None:
    assistant = Assistant(ready.snapshot, ready.encoder, RememberedReader(ready.reader))
    asked = [(assistant, questions), *fitted_to(model, ready.encoder, ready.reader)]
    weighed = fit_weights(asked)
    weights = "".join(f"    {name}={weight},\n" for name, weight in weighed.weights._asdict().items())
    _out.print(f"WEIGHTS = Signs(\n{weights})")
    _out.print(
        f"The unit that answers is first for {weighed.before} of {weighed.n} questions as the weights are, and for "
        f"{weighed.crossed} with weights fitted to others. Write these in first, then fit the confidence again."
    )
    tied = fit_ties(asked)
    ties = "".join(f"    {name}={weight},\n" for name, weight in tied.weights._asdict().items())
    _out.print(f"WEIGHTS = Ties(\n{ties})\nINTERCEPT = {tied.intercept}")
    _out.print(f"{tied.belonging} of {tied.n} pieces of evidence belong beside the best. Write these in next.")
    found = calibrate(asked)
    _out.print(f"RIGHT = {found.right}\nANSWERED = {found.answered}\nTHRESHOLD = {found.threshold}")
    _out.print(
        f"On these {found.n} questions it refuses {found.answerable_refused:.3f} of the answerable "
        f"and {found.not_answerable_refused:.3f} of the others."
    )


def _mistake(error: Exception) -> typer.Exit:
    _err.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
    return typer.Exit(2)


if __name__ == "__main__":
    _app()
