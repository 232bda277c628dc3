"""Small runs for the report's tests: five questions about a ferry, results written down and not asked."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from eval import Figure, Result, Run, by_kind, figures, save_run

HIT = {
    "passage_id": "ferry:0-40",
    "document": "ferry",
    "headings": ["1 Targets"],
    "text": "It carried 4,210 passengers.",
}
OTHER = {
    "passage_id": "ferry:50-90",
    "document": "ferry",
    "headings": ["2 Money"],
    "text": "The budget is £12 million.",
}
CITED = {
    "number": 1, "document": "ferry", "title": "Ferry Plan", "published": "2019", "page": None,
    "headings": ["1 Targets"], "spans": [[0, 40]], "quote": "It carried 4,210 passengers.",
}  # fmt: skip


def result(id_: str, **more: Any) -> Result:
    """A result; what is given replaces what stands here. ``question`` and ``answer`` replace parts of the records."""
    question = {
        "id": id_, "question": f"How many for {id_}?", "kind": "figure", "history": [], "documents": [],
        "answerable": True, "evidence": [{"doc_id": "ferry", "span": [3, 27], "quote": "carried 4,210 passengers"}],
        "facts": [["4,210"], ["4,000", "four thousand"]], "reference": "4,210, against 4,000.", "split": "dev",
        "notes": "", "variant_of": "", "standalone": "", "must_pass": False,
    } | more.pop("question", {})  # fmt: skip
    text = more.pop("text", "Ferry Plan, 2019:\n“It carried 4,210 passengers.” [1]")
    refused = more.get("status") == "not_found"
    answer = {
        "id": id_, "question": question["question"], "standalone_question": question["question"],
        "status": more.get("status", "answered"), "abstained": refused, "reason": text if refused else None,
        "answer": "" if refused else text, "confidence": 0.75, "citations": [] if refused else [CITED],
        "hits": [HIT | {"rank": 1, "score": 0.9}, OTHER | {"rank": 2, "score": 0.5}],
    } | more.pop("answer", {})  # fmt: skip
    right = more.get("right", False)
    fields: dict[str, Any] = {
        "id": id_, "digest": f"digest of {id_}", "kind": question["kind"], "split": question["split"],
        "answerable": question["answerable"], "must_pass": question["must_pass"], "status": "answered", "right": right,
        "confidence": 0.75, "right_if_answered": right, "cause": None if right else "choosing",
        "cells": {"answer accuracy": (float(right), 1.0), "MRR@10": (1.0, 1.0)}, "text": text, "latency_ms": 12.5,
        "record": {"question": question, "answer": answer},
    }  # fmt: skip
    return Result(**fields | more)


def five() -> list[Result]:
    """Right, wrong, refused wrongly, refused rightly, answered that should be refused; of three kinds."""
    nothing = {"answerable": False, "evidence": [], "facts": [], "reference": "", "kind": "off_topic"}
    return [
        result("figure-01", right=True, confidence=0.95, question={"facts": [["4,210"]]}),
        result("figure-02", confidence=0.85, latency_ms=30.0, question={"split": "test"}),
        result("who-01", status="not_found", cause="abstaining", confidence=0.2, text="Nothing mentions “skipper”.",
               question={"kind": "who", "question": "Who is the skipper?"}),
        result("off-01", right=True, right_if_answered=False, status="not_found", confidence=0.1, cells={},
               text="Nothing mentions “cake”.", question={**nothing, "question": "How is a cake baked?"}),
        result("off-02", cause="abstaining", confidence=0.6, cells={}, question={**nothing, "split": "test"}),
    ]  # fmt: skip


# Drawing a chart takes a twentieth of a second: a page of a few measures is enough for most tests.
FEW = ("answer accuracy", "MRR@10", "area under risk", "calibration error", "latency p50", "latency p95")


def run_of(results: Sequence[Result], *, few: bool = True) -> Run:
    """A run of results, in which the first hit alone is relevant; of a few measures, or of all."""

    def measured(of: Sequence[Result]) -> tuple[Figure, ...]:
        return tuple(figure for figure in figures(of) if not few or figure.name in FEW)

    ranked = {r.id: [hit["passage_id"] for hit in r.record["answer"]["hits"]] for r in results}
    return Run(
        tuple(results),
        measured(results),
        {split: measured([r for r in results if r.split == split]) for split in ("dev", "test")},
        tuple(by_kind(results)),
        {"hybrid": ranked},
        {r.id: {"ferry:0-40": 1} for r in results if r.answerable},
    )


def keep(folder: Path, results: Sequence[Result], **settings: Any) -> Path:
    """Keep a run of results in a folder, as the command does, without its report."""
    folder.mkdir(parents=True)
    save_run(run_of(results), folder, {"index": "f00d" * 16, "threshold": 0.5, **settings})
    return folder


def kept(time: str, value: float, *, accepted: bool = False) -> dict[str, Any]:
    """An earlier run, as ``past_figures`` gives it."""
    figure = {"name": "answer accuracy", "value": value, "n": 4, "low": value - 0.1, "high": value + 0.1}
    return {"time": time, "accepted": accepted, "overall": [figure]}


def shown(figure: Figure) -> str:
    """A figure as a cell of the page has it."""
    value = "none" if figure.value is None else f"{figure.value:.0f} ms" if figure.unit else f"{figure.value:.3f}"
    return value if figure.low is None or figure.high is None else f"{value} {figure.low:.3f} to {figure.high:.3f}"
