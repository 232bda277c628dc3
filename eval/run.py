"""Ask the questions, measure the answers, and keep what came of it.

build/eval/<time>/  settings.json   what was measured: index, model, questions, constants, libraries, machine
                    figures.json    every measure over all questions, over each split, and by kind
                    rows.jsonl      every question as answered; no times, so that two runs can be compared as files
                    times.json      how long each took
                    run-<retriever>.trec, qrels.trec    the rankings, as any TREC tool reads them
                    report.html     the page (eval/report.py)
                    held-<key>.json what changed since an earlier run, and the gate's verdict (eval/held.py)
"""

import hashlib
import json
import os
import platform
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from answer import THRESHOLD, Answer, Assistant, Reader, answer_record
from eval.judging import Asked, cause, cells_of, has_all_facts, is_right, refused
from eval.measures import Figure, by_kind, figures
from eval.questions import SPLITS, EvalQuestion
from eval.remembered import Remembered, RememberedReader
from eval.results import Result, RunError, digest_of, read_results, to_jsonl
from eval.retrieval import (
    ALONE,
    Qrels,
    Rankings,
    metrics_of,
    ranking_alone,
    read_trec_qrels,
    read_trec_run,
    relevant,
    trec_qrels,
    trec_run,
)
from index import HYBRID, Encoder, Snapshot
from ingest import Document

LANGUAGE_MODEL = "language_model"  # the setting that only a run with one has
ROWS, TIMES, FIGURES, SETTINGS, REPORT = "rows.jsonl", "times.json", "figures.json", "settings.json", "report.html"
_LIBRARIES = ("ir-measures", "numpy", "sentence-transformers", "faiss-cpu", "rank-bm25", "torch")


@dataclass(frozen=True, slots=True)
class Run:
    """Every question as answered, the figures, and each retriever's rankings with what is relevant."""

    results: tuple[Result, ...]
    overall: tuple[Figure, ...]
    by_split: Mapping[str, tuple[Figure, ...]]
    kinds: tuple[Figure, ...]
    rankings: Mapping[str, Rankings]
    qrels: Qrels


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a kept run, as they were counted when it was: nothing is sampled anew."""

    overall: tuple[Figure, ...]
    by_split: Mapping[str, tuple[Figure, ...]]
    kinds: tuple[Figure, ...]


def run_questions(  # noqa: PLR0913  what is measured, and with what
    snapshot: Snapshot,
    encoder: Encoder | None,
    questions: Sequence[EvalQuestion],
    documents: Mapping[str, Document],
    *,
    reader: Reader | None = None,
    assistant: Callable[[Snapshot, Encoder | None, Reader | None], Assistant] = Assistant,
    on_done: Callable[[], object] = lambda: None,
) -> Run:
    """Ask every question, in order, and measure the answers.

    Args:
        snapshot: The index.
        encoder: The model it was built with.
        questions: What to ask.
        documents: The documents as read from the corpus now, against which every quote is checked:
            not the copies that the index holds.
        reader: The learned reader; None does without.
        assistant: Makes who answers. It is asked once more at the start, uncounted, so that all are answered warm.
        on_done: Called after each question.
    """
    memory = None if encoder is None else Remembered(encoder)
    read = None if reader is None else RememberedReader(reader)
    asker = assistant(snapshot, memory, read)
    if questions:
        asker.answer(questions[0].question)
    results: list[Result] = []
    rankings: dict[str, dict[str, list[str]]] = {name: {} for name in ("hybrid", *ALONE)}
    qrels = {q.id: relevant(q, snapshot.passages) for q in questions if q.answerable}
    for question in questions:
        if memory is not None:
            memory.forget()
        if read is not None:
            read.forget()
        asked, latency_ms = _ask(asker, question)
        for name, found in _rankings(asked, snapshot, memory).items():
            rankings[name][question.id] = found
        results.append(_result(asked, snapshot, documents, latency_ms))
        on_done()
    return _run(_with_variants(_with_retrieval(results, rankings, qrels), questions), rankings, qrels)


def run_of(results: Sequence[Result]) -> Run:
    """Results of several runs as one: its figures, without rankings."""
    return _run(results, {}, {})


def _run(results: Sequence[Result], rankings: Mapping[str, Rankings], qrels: Qrels) -> Run:
    return Run(
        tuple(results),
        tuple(figures(results)),
        {s: tuple(figures([r for r in results if r.split == s])) for s in SPLITS},
        tuple(by_kind(results)),
        rankings,
        qrels,
    )


def _ask(asker: Assistant, question: EvalQuestion) -> tuple[Asked, float]:
    began = time.perf_counter()
    answer = asker.answer(question.question, question.history, question.documents)
    latency_ms = (time.perf_counter() - began) * 1000
    unsure = answer
    if refused(answer):
        unsure = asker.answer(question.question, question.history, question.documents, refuse=False)
    alone = asker.answer(question.standalone, (), question.documents) if question.standalone else None
    return Asked(question, answer, unsure, alone), latency_ms


def _rankings(asked: Asked, snapshot: Snapshot, encoder: Encoder | None) -> dict[str, list[str]]:
    """What was served, and what each retriever finds alone for the same query."""
    query, only = asked.answer.standalone_question, asked.question.documents
    served = [hit.passage.passage_id for hit in asked.answer.hits]
    return {"hybrid": served, **{arm: ranking_alone(arm, snapshot, encoder, query, only) for arm in ALONE}}


def _result(asked: Asked, snapshot: Snapshot, documents: Mapping[str, Document], latency_ms: float) -> Result:
    question, answer = asked.question, asked.answer
    return Result(
        id=question.id,
        digest=digest_of(question),
        kind=question.kind,
        split=question.split,
        answerable=question.answerable,
        must_pass=question.must_pass,
        status=answer.status,
        right=is_right(question, answer),
        confidence=round(answer.confidence, 6),
        right_if_answered=has_all_facts(question, asked.unsure),
        cause=cause(asked, snapshot.passages),
        cells=cells_of(asked, documents),
        text=answer.text or answer.reason or "",
        latency_ms=round(latency_ms, 1),
        record={"question": _question_record(question), "answer": _answer_record(question, answer, snapshot)},
    )


def _question_record(question: EvalQuestion) -> dict[str, Any]:
    return json.loads(json.dumps(asdict(question)))  # type: ignore[no-any-return]  # tuples as the lists they are read back as


def _answer_record(question: EvalQuestion, answer: Answer, snapshot: Snapshot) -> dict[str, Any]:
    """The public answer record, but for the time, each hit with its words."""
    record = answer_record(question.id, answer, snapshot.documents, 0.0)
    del record["latency_ms"]
    for hit, found in zip(record["hits"], answer.hits, strict=True):
        hit["headings"], hit["text"] = list(found.passage.headings), found.passage.text
    return record


def _with_retrieval(results: Sequence[Result], rankings: Mapping[str, Rankings], qrels: Qrels) -> list[Result]:
    cells: dict[str, dict[str, Sequence[float]]] = {result.id: dict(result.cells) for result in results}
    for arm, found in rankings.items():
        prefix = "" if arm == "hybrid" else f"{arm} "
        for id_, values in metrics_of(qrels, found).items():
            cells[id_].update({f"{prefix}{name}": (value, 1.0) for name, value in values.items()})
    return [replace(result, cells=cells[result.id]) for result in results]


def _with_variants(results: Sequence[Result], questions: Sequence[EvalQuestion]) -> list[Result]:
    """Add what a question that is asked in other words keeps of what its first form had."""
    by_id = {result.id: result for result in results}
    first = {q.id: by_id[q.variant_of] for q in questions if q.variant_of in by_id}
    done = []
    for result in results:
        cells = dict(result.cells)
        if (base := first.get(result.id)) is not None and result.answerable and base.answerable:
            if base.cells["Success@5"][0]:
                cells["variant found"] = (result.cells["Success@5"][0], 1.0)
            if base.right:
                cells["variant answered"] = (float(result.right), 1.0)
        done.append(replace(result, cells=cells))
    return done


def settings_of(snapshot: Snapshot, questions: Path, language_model: str | None = None) -> dict[str, Any]:
    """What identifies a run: the index, the model, the questions, the constants, the libraries and the machine.

    Of a language model that wrote it is the name alone: its address and its key are nobody's business.
    """
    return {
        "index": snapshot.manifest.fingerprint,
        "passages": len(snapshot.passages),
        "documents": dict(snapshot.manifest.documents),
        "model": snapshot.manifest.model,
        "model_sha256": snapshot.manifest.model_sha256,
        "questions": str(questions),
        "questions_sha256": hashlib.sha256(questions.read_bytes()).hexdigest(),
        "weights": HYBRID._asdict(),
        "threshold": THRESHOLD,
        **({LANGUAGE_MODEL: language_model} if language_model else {}),
        "libraries": {name: version(name) for name in _LIBRARIES},
        "machine": {"system": platform.system(), "processor": platform.machine(), "cores": os.cpu_count(),
                    "python": platform.python_version()},
    }  # fmt: skip


@contextmanager
def new_folder(runs: Path) -> Iterator[Path]:
    """A folder of its own for a run, hidden until all of the block is written, so that no half of a run is ever read.

    Afterwards it is named for the time in UTC (``name_of``); a second one in the same second gets a number. Where an
    exception leaves the block nothing is left of it.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    runs.mkdir(parents=True, exist_ok=True)
    coming = _hidden(runs, stamp)
    try:
        yield coming
        coming.rename(name_of(coming))
    except BaseException:
        shutil.rmtree(coming, ignore_errors=True)
        raise


def name_of(coming: Path) -> Path:
    """What a new run's folder is called when it is whole."""
    return coming.with_name(coming.name.removeprefix("."))


def _hidden(runs: Path, stamp: str) -> Path:
    for name in (stamp, *(f"{stamp}-{i}" for i in range(2, 1000))):
        if not (runs / name).exists():
            with suppress(FileExistsError):
                (runs / f".{name}").mkdir()
                return runs / f".{name}"
    raise FileExistsError(f"{runs} has a thousand runs of {stamp}")


def save_run(run: Run, folder: Path, settings: Mapping[str, Any]) -> None:
    """Write everything but the report to a run's folder."""
    write_json(folder / SETTINGS, settings)
    write_json(folder / FIGURES, summary(run))
    (folder / ROWS).write_text(to_jsonl(run.results), "utf-8")
    write_json(folder / TIMES, {result.id: round(result.latency_ms, 1) for result in run.results})
    (folder / "qrels.trec").write_text(trec_qrels(run.qrels), "utf-8")
    for name, found in run.rankings.items():
        (folder / f"run-{name}.trec").write_text(trec_run(found, name), "utf-8")


def load_results(folder: Path) -> list[Result]:
    """The results of a kept run; raises RunError if they cannot be read."""
    times = folder / TIMES
    try:
        known = json.loads(times.read_text("utf-8")) if times.is_file() else None
    except (OSError, ValueError) as error:
        raise RunError(f"the run in {folder} cannot be read: {TIMES}: {error}. Run: make eval") from error
    return read_results(folder / ROWS, known)


def load_figures(folder: Path) -> Figures:
    """The figures of a kept or accepted run, from its figures.json.

    Raises:
        RunError: If they cannot be read.
    """
    try:
        kept = json.loads((folder / FIGURES).read_text("utf-8"))
        return Figures(
            tuple(figure_kept(figure) for figure in kept["overall"]),
            {split: tuple(figure_kept(figure) for figure in found) for split, found in kept["by_split"].items()},
            tuple(figure_kept(figure) for figure in kept["by_kind"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"there is no {FIGURES}" if isinstance(error, FileNotFoundError) else f"{FIGURES}: {error!r}"
        raise RunError(f"the run in {folder} cannot be read: {said}. Run: make eval") from error


def figure_kept(kept: Mapping[str, Any]) -> Figure:
    """A figure as it was kept, by this version or one before."""
    return Figure(kept["name"], kept.get("value"), kept["n"], kept.get("low"), kept.get("high"), kept.get("unit", ""))


def load_run(folder: Path) -> tuple[Run, dict[str, Any]]:
    """A kept run and its settings; its figures are counted anew.

    Raises:
        RunError: If they cannot be read.
    """
    results = load_results(folder)
    try:
        settings = json.loads((folder / SETTINGS).read_text("utf-8"))
        qrels = read_trec_qrels((folder / "qrels.trec").read_text("utf-8"))
        rankings = {
            path.stem.removeprefix("run-"): read_trec_run(path.read_text("utf-8"))
            for path in sorted(folder.glob("run-*.trec"))
        }
    except (OSError, ValueError) as error:
        raise RunError(f"the run in {folder} cannot be read: {error}. Run: make eval") from error
    return _run(results, rankings, qrels), settings


def summary(run: Run) -> dict[str, Any]:
    """The figures of a run as JSON: over all questions, over each split, and the share right by kind."""
    return {
        "overall": [_rounded(f) for f in run.overall],
        "by_split": {split: [_rounded(f) for f in found] for split, found in run.by_split.items()},
        "by_kind": [_rounded(f) for f in run.kinds],
    }


def write_json(path: Path, content: object) -> None:
    """Write JSON a person can read."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _rounded(figure: Figure) -> dict[str, Any]:
    places = 1 if figure.unit == "ms" else 6
    return {k: round(v, places) if isinstance(v, float) else v for k, v in asdict(figure).items() if v != ""}
