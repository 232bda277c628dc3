"""One document in four formats: the same passages, whichever of them it is read from."""

import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest import Corpus, ReadDocument, quote_at, read_corpus
from ingest.corpus import read_document
from ingest.documents import Block
from ingest.readers import Reading, read_bytes
from tests.ingest.readers.made_formats import FORMATS, Piece, as_text
from tests.ingest.readers.made_plan import PLAN

CORPUS = Path(__file__).parents[3] / "corpus"
LEAST_EQUAL = 0.95
# The plain-text finder takes an item's number and a note's mark for words; in the other formats they are markers.
_MARKER = re.compile(r"(?:\d{1,2}\.\s+|[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s+)")
_DIGITS = re.compile(r"\D")
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
    """What the plain-text finder found, to be written again; page furniture is left out."""
    pieces: list[Piece] = []
    # The tables whose rows are under a header in columns after its last cell.
    widths = {b.group: len(b.cells) for b in blocks if b.kind == "header"}
    spread = {b.group for b in blocks if b.kind == "row" and any(c.header for c in b.cells[widths.get(b.group, 99) :])}
    for block in blocks:
        words = quote_at(text, block.spans)
        marker = text[block.marker[0] : block.marker[1]] if block.marker else ""
        cells = tuple("\n".join(quote_at(text, [span]) for span in cell.spans) for cell in block.cells)
        if block.kind in ("row", "header"):
            pieces.append(
                Piece(
                    block.kind, cells=cells, table=block.group, spread=block.kind == "header" and block.group in spread
                )
            )
        elif block.kind == "item":
            pieces.append(Piece("item", words, block.depth, marker=marker if marker[:1].isalnum() else ""))
        elif block.kind == "entry":
            term, meaning = (quote_at(text, cell.spans) if cell.spans else "" for cell in block.cells)
            colon = words[len(term) :].startswith(":")
            pieces.append(Piece("entry", f"{term}:" if colon else term, cells=(meaning,)))
        elif block.kind == "footnote":
            pieces.append(Piece("footnote", words, marker=_DIGITS.sub("", unicodedata.normalize("NFKC", marker))))
        elif block.kind != "furniture":
            pieces.append(Piece(block.kind, f"{marker} {words}".strip(), block.depth))
    return pieces


# What mark-up is made of is among the letters, so that words are seen to be words.
WORDS = (
    st.text(alphabet="abZ1 é£.,*_`#<>&|[]()!~\\\\-+:=", min_size=1, max_size=14)
    .map(lambda words: " ".join(words.split()))
    .filter(lambda words: any(c.isalnum() for c in words))
)


@st.composite
def lists(draw: st.DrawFn) -> list[Piece]:
    numbered = draw(st.booleans())
    depth, counts, pieces = 1, [0, 0, 0], []
    for words in draw(st.lists(WORDS, min_size=1, max_size=5)):
        counts[depth - 1 :] = [counts[depth - 1] + 1, *[0] * (3 - depth)]
        pieces.append(Piece("item", words, depth, marker=f"{counts[depth - 1]}." if numbered else ""))
        depth = draw(st.integers(1, min(depth + 1, 3)))
    return pieces


@st.composite
def tables(draw: st.DrawFn) -> list[Piece]:
    width = draw(st.integers(2, 4))
    cells = st.lists(st.one_of(st.just(""), WORDS), min_size=width, max_size=width).map(tuple).filter(any)
    caption = [Piece("caption", f"Table {draw(st.integers(1, 9))}: {draw(WORDS)}")] if draw(st.booleans()) else []
    head = Piece("header", cells=draw(st.lists(WORDS, min_size=width, max_size=width).map(tuple)))
    return [*caption, head, *(Piece("row", cells=row) for row in draw(st.lists(cells, min_size=1, max_size=4)))]


CHUNKS = st.one_of(
    st.builds(lambda words, depth: [Piece("heading", words, depth)], WORDS, st.integers(1, 6)),
    WORDS.map(lambda words: [Piece("paragraph", words)]),
    lists(),
    tables(),
    st.builds(lambda term, meaning: [Piece("entry", term, cells=(meaning,))], WORDS, WORDS),
)


def parted(chunks: Sequence[Sequence[Piece]]) -> list[Piece]:
    """The chunks in a row, with a paragraph between two that would be one list or one table."""
    pieces: list[Piece] = []
    for chunk in chunks:
        if pieces and chunk[0].kind != "paragraph":
            pieces.append(Piece("paragraph", "And so on."))
        pieces += chunk
    return pieces


def written_blocks(pieces: Sequence[Piece], suffix: str) -> list[tuple[str, str, int, str, tuple[str, ...]]]:
    """What should be read of pieces: kind, words, depth, marker and cells."""
    levels = sorted({p.depth for p in pieces if p.kind == "heading"})
    blocks = []
    for p in pieces:
        depth = levels.index(p.depth) + 1 if p.kind == "heading" else p.depth
        if p.kind == "entry":
            kind = "entry" if suffix != ".docx" else "paragraph"  # Word has no list of definitions
            cells = (p.words.rstrip(" :"), p.cells[0]) if kind == "entry" else ()
            blocks.append((kind, f"{p.words} {p.cells[0]}", 0, "", cells))
        elif p.kind in ("header", "row"):
            blocks.append((p.kind, " ".join(filter(None, p.cells)), 0, "", p.cells))
        else:
            marker = p.marker or "•" if p.kind == "item" else ""
            blocks.append((p.kind, p.words, depth, marker, ()))
    return blocks


def read_blocks(reading: Reading) -> list[tuple[str, str, int, str, tuple[str, ...]]]:
    def words(spans: Sequence[tuple[int, int]]) -> str:
        return quote_at(reading.text, spans) if spans else ""

    return [
        (
            b.kind,
            words(b.spans),
            b.depth,
            words([b.marker] if b.marker else []),
            tuple(words(cell.spans) for cell in b.cells),
        )
        for b in reading.blocks
        if b.kind != "furniture"
    ]


@pytest.mark.parametrize("suffix", FORMATS)
@given(chunks=st.lists(CHUNKS, min_size=1, max_size=6))
@settings(max_examples=50, deadline=None)
def test_what_is_written_is_read(suffix: str, chunks: list[list[Piece]]) -> None:
    pieces = parted(chunks)

    reading = read_bytes(f"plan{suffix}", FORMATS[suffix](pieces))

    assert read_blocks(reading) == written_blocks(pieces, suffix)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_plan_has_the_passages_of_its_text(suffix: str) -> None:
    text = keys(read("plan.txt", as_text(PLAN)))

    assert share(text, keys(read(f"plan{suffix}", FORMATS[suffix](PLAN)))) >= LEAST_EQUAL


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return read_corpus(CORPUS)


@pytest.mark.parametrize("suffix", FORMATS)
def test_each_document_of_the_corpus_has_the_passages_of_its_text(corpus: Corpus, suffix: str) -> None:
    shares = {}
    for document in corpus.documents:
        pieces = pieces_of(document.document.text, document.blocks)
        marked_up = read(f"plan{suffix}", FORMATS[suffix](pieces))
        shares[document.document.doc_id] = share(keys(document), keys(marked_up))

    assert {doc_id: equal for doc_id, equal in shares.items() if equal < LEAST_EQUAL} == {}


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_word_read_is_in_a_block_and_in_one_only(suffix: str) -> None:
    reading = read_bytes(f"plan{suffix}", FORMATS[suffix](PLAN))
    spans = [span for b in reading.blocks for span in (*b.spans, *([b.marker] if b.marker else []))]
    held = [i for start, end in spans for i in range(start, end)]

    assert len(held) == len(set(held))
    assert {i for i, c in enumerate(reading.text) if c.isalnum()} <= set(held)
    assert [b.start for b in reading.blocks] == sorted(b.start for b in reading.blocks)
