"""One document in four formats: the same passages, whichever of them it is read from."""

import re
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from ingest import ReadDocument, quote_at, read_corpus
from ingest.corpus import read_document
from ingest.documents import Block
from tests.ingest.readers.made_formats import FORMATS, Piece, as_text
from tests.ingest.readers.made_plan import PLAN

CORPUS = Path(__file__).parents[3] / "corpus"
LEAST_EQUAL = 0.95
# The plain-text finder takes an item's number and a note's mark for words; in the other formats they are markers.
_MARKER = re.compile(r"(?:\d{1,2}\.\s+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s+)")
Key = tuple[tuple[str, ...], tuple[str, ...]]


def read(name: str, content: bytes) -> ReadDocument:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return read_document(path, {})


def keys(document: ReadDocument) -> Counter[Key]:
    """The passages: their headings, and the words of their units without markers."""
    text = document.document.text
    return Counter(
        (
            passage.headings,
            tuple(_MARKER.sub("", quote_at(text, unit.spans), count=1) for unit in passage.units),
        )
        for passage in document.passages
    )


def share(one: Counter[Key], other: Counter[Key]) -> float:
    """How many of the passages are equal, of those of the format that has more."""
    return (one & other).total() / max(one.total(), other.total())


def pieces_of(text: str, blocks: Sequence[Block]) -> list[Piece]:
    """What the plain-text finder found, to be written again."""
    pieces: list[Piece] = []
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        words = quote_at(text, block.spans)
        if block.kind == "row":
            cells = tuple(
                quote_at(cell, [(0, len(cell))])
                for start, end in block.spans
                for cell in text[start:end].split("\t")
                if cell.strip()
            )
            heads = not block.header and after is not None and bool(after.header)
            pieces.append(Piece("header" if heads else "row", cells=cells))
        elif block.kind == "item":
            number = re.match(r"(\d{1,2}\.)\s+", words)
            marker = number[1] if number else ""
            pieces.append(Piece("item", words[number.end() if number else 0 :], max(block.depth, 1), marker=marker))
        elif block.kind in ("heading", "paragraph"):
            pieces.append(Piece(block.kind, words, block.depth))
    return pieces
