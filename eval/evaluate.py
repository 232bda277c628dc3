"""A whole evaluation, the same for the command and for the page: read what is needed, ask, hold, keep."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from answer import Assistant, ModelWriter, Reader
from eval.accepted import accepted_results, past_figures
from eval.compare import Comparison, compare
from eval.gate import Failure, Rules, failures, read_rules
from eval.held import held_of, keep_held
from eval.questions import EvalQuestion, read_questions
from eval.report import write_report
from eval.results import Result
from eval.run import REPORT, Run, load_results, name_of, new_folder, run_questions, save_run, settings_of
from index import Encoder, Snapshot
from ingest import Document, read_corpus


@dataclass(frozen=True, slots=True)
class Folders:
    """Where an evaluation has what it needs and keeps what it makes.

    Attributes:
        questions: The questions file.
        runs: The folder of kept runs.
        accepted: The folder of the accepted run.
        rules: The gate's rules.
    """

    questions: Path = Path("eval/questions.jsonl")
    runs: Path = Path("build/eval")
    accepted: Path = Path("eval/accepted")
    rules: Path = Path("eval/gate.toml")


@dataclass(frozen=True, slots=True)
class Prepared:
    """All that is read before the first question is asked: a mistake in it is found then, and not after minutes.

    Attributes:
        folders: Where it was read from.
        documents: The corpus as it is now.
        questions: What will be asked.
        rules: The gate's.
        before: The results that the run will be held against; None if there are none.
        before_at: Their folder, or None.
        past: The runs before, as ``past_figures`` gives them.
    """

    folders: Folders
    documents: Mapping[str, Document]
    questions: Sequence[EvalQuestion]
    rules: Rules
    before: Sequence[Result] | None
    before_at: Path | None
    past: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Ready:
    """What answers: an index that was made of the corpus as it is now, with its models."""

    snapshot: Snapshot
    encoder: Encoder | None
    reader: Reader | None


@dataclass(frozen=True, slots=True)
class Evaluated:
    """A run that was asked, held against another and kept."""

    folder: Path
    run: Run
    settings: Mapping[str, Any]
    comparison: Comparison | None
    shut: tuple[Failure, ...]


def prepare(folders: Folders, corpus: Path, against: Path | None = None) -> Prepared:
    """Read everything an evaluation needs but the index and the models.

    Args:
        folders: Where from.
        corpus: The folder of documents.
        against: A kept run to hold the new one against; None for the accepted run.

    Raises:
        GateError, RunError, CorpusError, QuestionsError: If something cannot be read; the message names it.
    """
    held = _hold_against(folders, against)
    documents = {item.document.doc_id: item.document for item in read_corpus(corpus).documents}
    return Prepared(folders, documents, read_questions(folders.questions, documents), *held)


def prepare_those(folders: Folders, documents: Mapping[str, Document], questions: Sequence[EvalQuestion]) -> Prepared:
    """Prepare an evaluation of questions and documents that have been read; raises as ``prepare`` does."""
    return Prepared(folders, documents, questions, *_hold_against(folders, None))


def _hold_against(
    folders: Folders, against: Path | None
) -> tuple[Rules, Sequence[Result] | None, Path | None, Sequence[Mapping[str, Any]]]:
    """The rules, the results to be held against with their folder, and the runs before."""
    rules = read_rules(folders.rules)
    before = load_results(against) if against else accepted_results(folders.accepted)
    before_at = None if before is None else against or folders.accepted
    return rules, before, before_at, past_figures(folders.accepted, folders.runs)


def evaluate(
    prepared: Prepared,
    ready: Ready,
    on_done: Callable[[], object] = lambda: None,
    writer: ModelWriter | None = None,
    marked: Mapping[str, Any] = MappingProxyType({}),
) -> Evaluated:
    """Ask every question, measure, compare, let the gate judge, and keep the run with its report.

    Args:
        prepared: What is asked, and what it is held against.
        ready: What answers.
        on_done: Called after each question; what it raises ends the run, and nothing is kept.
        writer: The language model that may write, or None.
        marked: Settings by which the kept run is told from others.
    """
    folders = prepared.folders
    run = run_questions(
        ready.snapshot,
        ready.encoder,
        prepared.questions,
        prepared.documents,
        reader=ready.reader,
        assistant=lambda snapshot, encoder, reader: Assistant(snapshot, encoder, reader, writer),
        on_done=on_done,
    )
    comparison = compare(prepared.before, run.results) if prepared.before is not None else None
    shut = failures(prepared.rules, run.overall, run.results, comparison)
    settings = {**settings_of(ready.snapshot, folders.questions, writer.settings.model if writer else None), **marked}
    with new_folder(folders.runs) as coming:
        save_run(run, coming, settings)
        keep_held(held_of(comparison, shut), coming, prepared.before_at, folders.rules)
    folder = name_of(coming)
    write_report(folder / REPORT, run, settings, comparison, shut, prepared.past)
    return Evaluated(folder, run, settings, comparison, tuple(shut))
