"""The structure found, measured against stretches labelled by hand (tests/data/structure, and heldout in it)."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from ingest import Block, ReadDocument, Span, read_corpus
from ingest.furniture import MARKUP

ROOT = Path(__file__).parents[2]
LABELS = ROOT / "tests" / "data" / "structure"
# The program was written with the first set in sight, and the second was labelled to see whether that told.
SETS = {"seen": LABELS, "held out": LABELS / "heldout"}
Label = dict[str, Any]


def letters(text: str, spans: Iterable[Sequence[int]]) -> frozenset[int]:
    """The offsets of the letters and digits at some spans."""
    return frozenset(i for start, end in spans for i in range(start, end) if text[i].isalnum())


def f1(found: set[Any], truth: set[Any]) -> float:
    """The harmonic mean of precision and recall."""
    return 2 * len(found & truth) / (len(found) + len(truth)) if found or truth else 1.0


class Stretch:
    """A labelled stretch beside what was found there."""

    def __init__(self, labels: Mapping[str, Any], read: ReadDocument) -> None:
        self.text = read.document.text
        self.read = read
        self.labels: list[Label] = labels["blocks"]
        start, end = labels["start"], labels["end"]
        self.blocks = [b for b in read.blocks if start <= b.start < end]
        unsure = [letters(self.text, b["spans"]) for b in self.labels if not b.get("sure", True)]
        self.unsure = frozenset().union(*unsure)

    def kinds_found(self) -> set[Any]:
        return self._kinds((b.kind, b.spans) for b in self.blocks if b.rule != MARKUP)

    def kinds_true(self) -> set[Any]:
        return self._kinds((b["kind"], b["spans"]) for b in self.labels if b.get("rule") != "mark-up")

    def _kinds(self, blocks: Iterable[tuple[str, Iterable[Sequence[int]]]]) -> set[Any]:
        """Kinds with their letters; neighbouring pieces of furniture are one."""
        merged: list[tuple[str, frozenset[int]]] = []
        for kind, spans in blocks:
            held = letters(self.text, spans)
            if not held or held & self.unsure:
                continue
            if kind == "furniture" and merged and merged[-1][0] == kind:
                merged[-1] = (kind, merged[-1][1] | held)
            else:
                merged.append((kind, held))
        return set(merged)

    def lists_found(self) -> set[Any]:
        return self._pairs((str(b.group), b.spans) for b in self.blocks if b.kind in ("item", "paragraph") and b.group)

    def lists_true(self) -> set[Any]:
        listed = (b for b in self.labels if b.get("list") and b["kind"] in ("item", "paragraph"))
        return self._pairs((b["list"], b["spans"]) for b in listed)

    def _pairs(self, members: Iterable[tuple[str, Iterable[Sequence[int]]]]) -> set[Any]:
        groups: dict[str, list[frozenset[int]]] = defaultdict(list)
        for group, spans in members:
            if not (held := letters(self.text, spans)) & self.unsure:
                groups[group].append(held)
        return {frozenset(pair) for held in groups.values() for pair in combinations(held, 2)}

    def paths(self) -> list[tuple[Label, tuple[str, ...], bool]]:
        """Each label whose path is sure, the path found, and whether it is right."""
        checked = []
        for label in self.labels:
            held = letters(self.text, label["spans"])
            if not held or not label.get("headings_sure", True) or held & self.unsure or label["kind"] == "furniture":
                continue
            path = self.read.document.headings_at(min(held))
            if label["kind"] == "heading":
                path = path[:-1]
            checked.append((label, path, list(path) == label["headings"]))
        return checked

    def cells(self) -> list[tuple[Any, bool]]:
        """Each labelled cell with words, and whether it was found under the same header."""
        found = {
            (letters(self.text, cell.spans), letters(self.text, cell.header))
            for b in self.blocks
            if b.kind == "row"
            for cell in b.cells
        }
        truth = [
            (letters(self.text, cell["spans"]), letters(self.text, cell["header"]))
            for b in self.labels
            if b["kind"] == "row" and not letters(self.text, b["spans"]) & self.unsure
            for cell in b["cells"]
            if cell["spans"]
        ]
        return [(cell, cell in found) for cell in truth]


Stretches = Mapping[str, Stretch]


@pytest.fixture(scope="module")
def documents() -> dict[str, ReadDocument]:
    return {read.document.doc_id: read for read in read_corpus(ROOT / "corpus").documents}


@pytest.fixture(scope="module", params=SETS)
def stretches(request: pytest.FixtureRequest, documents: Mapping[str, ReadDocument]) -> Stretches:
    labels = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in SETS[request.param].glob("*.json")}
    return {name: Stretch(label, documents[label["document"]]) for name, label in labels.items()}


def together(stretches: Stretches, part: str) -> set[Any]:
    return {(name, thing) for name, stretch in stretches.items() for thing in getattr(stretch, part)()}


@pytest.mark.parametrize(("name", "stretches_in_it"), [("seen", 19), ("held out", 9)])
def test_there_are_as_many_labelled_stretches_as_were_made(name: str, stretches_in_it: int) -> None:
    assert len(list(SETS[name].glob("*.json"))) == stretches_in_it


def test_blocks_have_the_kinds_of_the_labels(stretches: Stretches) -> None:
    assert f1(together(stretches, "kinds_found"), together(stretches, "kinds_true")) >= 0.95


def test_items_are_in_the_lists_of_the_labels(stretches: Stretches) -> None:
    assert f1(together(stretches, "lists_found"), together(stretches, "lists_true")) >= 0.95


def test_headings_are_over_what_the_labels_say(stretches: Stretches) -> None:
    right = [ok for stretch in stretches.values() for _, _, ok in stretch.paths()]

    assert sum(right) / len(right) >= 0.95


def test_cells_are_under_the_header_of_the_labels(stretches: Stretches) -> None:
    right = [ok for stretch in stretches.values() for _, ok in stretch.cells()]

    assert sum(right) >= 0.95 * len(right)  # no table is in the stretches held out


def test_every_letter_and_digit_of_every_document_is_in_exactly_one_block(
    documents: Mapping[str, ReadDocument],
) -> None:
    for read in documents.values():
        text = read.document.text
        held = [i for b in read.blocks for i in letters(text, [*b.spans, *marker_of(b)])]

        assert len(held) == len(set(held))
        assert set(held) == letters(text, [(0, len(text))])


def marker_of(block: Block) -> list[Span]:
    return [block.marker] if block.marker else []
