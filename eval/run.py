"""Run the questions, and keep what came of it."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from answer import Assistant, answer_record
from eval.measures import Figure, Row, by_kind, figures, measure_row
from eval.questions import EvalQuestion
from ingest import Document


@dataclass(frozen=True, slots=True)
class Run:
    """Every question as answered, and the figures over all, over each split, and by kind."""

    rows: tuple[Row, ...]
    overall: tuple[Figure, ...]
    by_split: Mapping[str, tuple[Figure, ...]]
    kinds: tuple[Figure, ...]


def run_questions(
    assistant: Assistant,
    questions: Sequence[EvalQuestion],
    documents: Mapping[str, Document],
    on_done: Callable[[], object] = lambda: None,
) -> Run:
    """Ask every question, in order, and measure the answers.

    Args:
        assistant: Who answers. It is asked once more at the start, uncounted, so that all are answered warm.
        questions: What to ask.
        documents: The documents as read from the corpus now, against which every quote is checked:
            not the copies that the index holds.
        on_done: Called after each question.
    """
    rows = []
    if questions:
        assistant.answer(questions[0].question)
    for question in questions:
        began = time.perf_counter()
        answer = assistant.answer(question.question, question.history, question.documents)
        rows.append(measure_row(question, answer, documents, (time.perf_counter() - began) * 1000))
        on_done()
    splits = sorted({row.question.split for row in rows})
    return Run(
        tuple(rows),
        tuple(figures(rows, assistant.snapshot)),
        {s: tuple(figures([r for r in rows if r.question.split == s], assistant.snapshot)) for s in splits},
        tuple(by_kind(rows)),
    )


def save_run(run: Run, folder: Path, settings: Mapping[str, Any], documents: Mapping[str, Document]) -> Path:
    """Write a run's settings, figures and rows to a folder of its own, named for the time; returns the folder."""
    path = folder / datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path.mkdir(parents=True, exist_ok=True)
    (path / "settings.json").write_text(json.dumps(settings, indent=1) + "\n", "utf-8")
    (path / "figures.json").write_text(json.dumps(summary(run), indent=1) + "\n", "utf-8")
    lines = [json.dumps(_row(row, documents), ensure_ascii=False) for row in run.rows]
    (path / "rows.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    return path


def summary(run: Run) -> dict[str, Any]:
    """The figures of a run as JSON: over all questions, over each split, and answer accuracy by kind."""
    return {
        "overall": [asdict(f) for f in run.overall],
        "by_split": {split: [asdict(f) for f in found] for split, found in run.by_split.items()},
        "by_kind": [asdict(f) for f in run.kinds],
    }


def _row(row: Row, documents: Mapping[str, Document]) -> dict[str, Any]:
    question = row.question
    return {
        "kind": question.kind,
        "split": question.split,
        "answerable": question.answerable,
        "right": row.right,
        "facts": [list(group) for group in question.facts],
        "facts_found": row.facts_found,
        "evidence": [asdict(place) for place in question.evidence],
        "features": asdict(row.answer.features),
        "answer": answer_record(question.id, row.answer, documents, row.latency_ms),
    }
