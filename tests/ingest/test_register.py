"""The register, measured against what a reader found (tests/data/README.md)."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Corpus, ReadDocument, quote_at, read_corpus, stands
from ingest.corpus import read_document
from ingest.register import find_register, find_registers, register_record
from ingest.target_rows import Finding, TargetRow, figure_stands, make_row

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
Label = dict[str, Any]


def labels(name: str) -> list[Label]:
    return [json.loads(line) for line in (DATA / name).read_text(encoding="utf-8").splitlines()]


def letters(text: str, spans: Iterable[Sequence[int]]) -> frozenset[int]:
    """The offsets of the letters and digits at some spans."""
    return frozenset(i for start, end in spans for i in range(start, end) if text[i].isalnum())


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(ROOT / "corpus")


@pytest.fixture(scope="module")
def rows(corpus: Corpus) -> list[TargetRow]:
    return find_registers(corpus)


@dataclass
class Score:
    """How the rows of a kind fare against the labels of that kind; what no reader is sure of counts neither way."""

    right: int = 0
    missed: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    @property
    def recall(self) -> float:
        return self.right / (self.right + len(self.missed))

    @property
    def precision(self) -> float:
        return self.right / (self.right + len(self.wrong))


def score(corpus: Corpus, rows: Sequence[TargetRow], found_by: Sequence[Label], kind: str) -> Score:
    """Match each row to at most one label: the one of the right content that shares most letters with it."""
    texts = {read.document.doc_id: read.document.text for read in corpus.documents}
    held = [letters(texts[label["document"]], label["spans"]) for label in found_by]
    free = {n for n, label in enumerate(found_by) if label["kind"] == kind}
    result = Score()
    for row in (r for r in rows if r.kind == kind):
        mine = letters(texts[row.doc_id], row.spans)
        near = [n for n, label in enumerate(found_by) if label["document"] == row.doc_id and mine & held[n]]
        fitting = [n for n in near if n in free and is_right(row, found_by[n], same=mine == held[n])]
        if fitting:
            best = max(fitting, key=lambda n: len(mine & held[n]) / len(mine | held[n]))
            free.remove(best)
            result.right += is_sure(found_by[best])
        elif all(is_sure(found_by[n]) for n in near):
            result.wrong.append(quote_at(texts[row.doc_id], row.spans))
    result.missed = [found_by[n]["words"] for n in sorted(free) if is_sure(found_by[n])]
    return result


def is_sure(label: Label) -> bool:
    return bool(label.get("sure", True))


def is_right(row: TargetRow, label: Label, *, same: bool) -> bool:
    """Whether a row that shares letters with a label says what it says; `same`: whether it has the same letters."""
    match row.kind:
        case "milestone":
            return same and (row.due or "").lower() == (label["due"] or "").lower()
        case "kpi":
            return same and (row.value, row.actual, row.unit) == (label["value"], label["actual"], label["unit"])
        case "commitment":
            return same_date(row.due, label["due"] or label["period"])
        case "result":
            return (row.value, row.actual) == (label["value"], label["actual"])
        case _:
            return (row.value or row.actual) == (label["value"] or label["actual"])


def same_date(one: str | None, other: str | None) -> bool:
    """Whether two dates are one, a word more or less before it ("in", "early")."""
    return bool(one and other) and (str(one).lower() in str(other).lower() or str(other).lower() in str(one).lower())


def test_the_labels_are_as_many_as_their_readme_says() -> None:
    assert Counter(label["kind"] for label in labels("register.jsonl")) == {"milestone": 101, "kpi": 22}
    assert len(labels("register_more.jsonl")) == 286


@pytest.mark.parametrize("kind", ["milestone", "kpi"])
def test_milestones_and_indicators_are_found_as_a_reader_found_them(
    corpus: Corpus, rows: list[TargetRow], kind: str
) -> None:
    found = score(corpus, rows, labels("register.jsonl"), kind)

    assert found.recall >= 0.95, found.missed
    assert found.precision >= 0.98, found.wrong


def test_every_figure_and_date_of_every_row_stands_at_its_spans(corpus: Corpus, rows: list[TargetRow]) -> None:
    texts = {read.document.doc_id: read.document.text for read in corpus.documents}
    for row in rows:
        quote = quote_at(texts[row.doc_id], row.spans)

        assert all(figure_stands(quote, f) for f in (row.value, row.actual, row.baseline, row.due) if f is not None)
        assert stands(texts[row.doc_id], row.spans, register_record(row, texts[row.doc_id])["quote"])
