"""A document laid out: every word of its blocks once and in order, what is cited marked, and nothing else."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from itertools import count
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.layout import (
    Glossary,
    Heading,
    Item,
    Listing,
    Paragraph,
    Piece,
    Row,
    Table,
    View,
    Words,
    blocks_of,
    lay_out,
    section_around,
    shortened,
)
from index import Shelved
from ingest import Block, Cell, Document, Section, Span
from ingest.corpus import read_document
from ingest.documents import BlockKind
from tests.conftest import ROOT

PLAN = """The plan

We will:

- mend the
lamps;
  - in the north;
- paint the multi-
coloured hull.

Page 3 of 9

Table 1: Lamps

Year\tTarget\tDone
2018\t40\t37

¹ As counted in March.

2019\t50\t52

HKC: habitual knife carrier
"""


def at(words: str, after: int = 0) -> Span:
    start = PLAN.index(words, after)
    return start, start + len(words)


def cells(*words: str, after: int) -> tuple[Cell, ...]:
    return tuple(Cell((at(w, after),)) for w in words)


def row(kind: str, *words: str, after: int) -> Block:
    parts = cells(*words, after=after)
    spans = tuple(s for c in parts for s in c.spans)
    return Block(kind, spans, group=at("Year")[0], cells=parts)  # type: ignore[arg-type]


LEAD, TABLE = at("We will:")[0], at("Year")[0]
BLOCKS = (
    Block("heading", (at("The plan"),), depth=1),
    Block("paragraph", (at("We will:"),), group=LEAD),
    Block("item", (at("mend the\nlamps;"),), depth=1, group=LEAD, marker=at("-")),
    Block("item", (at("in the north;"),), depth=2, group=LEAD, marker=at("-", at("lamps;")[1])),
    Block("item", (at("paint the multi-\ncoloured hull."),), depth=1, group=LEAD, marker=at("-", at("north")[1])),
    Block("furniture", (at("Page 3 of 9"),), rule="printed page number"),
    Block("caption", (at("Table 1: Lamps"),), group=TABLE),
    row("header", "Year", "Target", "Done", after=TABLE),
    row("row", "2018", "40", "37", after=TABLE),
    Block("footnote", (at("As counted in March."),), marker=at("¹")),
    row("row", "2019", "50", "52", after=TABLE),
    Block("entry", (at("HKC: habitual knife carrier"),), cells=cells("HKC", "habitual knife carrier", after=0)),
)


def document(text: str, sections: tuple[Section, ...] = ()) -> Document:
    return Document("plan", "Plan", "", None, "", "unknown", "", "", text, (), sections)


def laid_out(*marked: Span, everything: bool = False) -> list[Piece]:
    return lay_out(document(PLAN), BLOCKS, View(marked, 0, len(PLAN), everything))


def words_in(part: object) -> Iterator[Words]:
    """All words of a piece in the order in which they are read."""
    if isinstance(part, Words):
        yield part
    elif isinstance(part, tuple | list):
        for one in part:
            yield from words_in(one)
    elif is_dataclass(part):
        names = [f.name for f in fields(part)]
        for name in sorted(names, key=lambda n: (n != "marker", names.index(n))):  # a marker stands before its words
            yield from words_in(getattr(part, name))


def marked_in(pieces: list[Piece]) -> list[str]:
    return [w.text[m.start : m.end] for w in words_in(pieces) for m in w.marks]


def bare(text: str) -> str:
    return "".join(text.split())


def test_the_plan_is_laid_out_by_its_structure() -> None:
    heading, lead, listing, table, glossary = laid_out()

    assert heading == Heading(0, Words("The plan"), 1)
    assert isinstance(lead, Paragraph)
    assert lead.words.text == "We will:"
    assert isinstance(listing, Listing)
    first, second = listing.items
    assert (first.words.text, second.words.text) == ("mend the lamps;", "paint the multi-coloured hull.")
    assert [(i.words.text, i.marker) for i in first.below] == [("in the north;", Words("-"))]
    assert isinstance(table, Table)
    assert table.caption == Words("Table 1: Lamps")
    assert [r.kind for r in table.rows] == ["header", "row", "footnote", "row"]
    assert [[c.words.text for c in r.cells] for r in table.rows] == [
        ["Year", "Target", "Done"],
        ["2018", "40", "37"],
        ["¹ As counted in March."],
        ["2019", "50", "52"],
    ]
    assert [c.columns for r in table.rows for c in r.cells] == [1, 1, 1, 1, 1, 1, 3, 1, 1, 1]
    assert isinstance(glossary, Glossary)
    assert [(e.term.text, e.meaning.text) for e in glossary.entries] == [("HKC:", "habitual knife carrier")]


def test_page_furniture_is_shown_when_it_is_asked_for_or_has_something_marked() -> None:
    [page] = [p for p in laid_out(everything=True) if isinstance(p, Paragraph) and p.kind == "furniture"]
    assert (page.words.text, page.rule) == ("Page 3 of 9", "printed page number")

    assert "Page 3 of 9" not in [w.text for w in words_in(laid_out())]
    assert marked_in(laid_out(at("3 of 9"))) == ["3 of 9"]


def test_furniture_between_items_does_not_cut_their_list() -> None:
    between = Block("furniture", (at("in the north;"),), rule="a test")
    blocks = (*BLOCKS[2:3], between, *BLOCKS[4:5])

    [listing] = lay_out(document(PLAN), blocks, View((), 0, len(PLAN), everything=True))

    assert isinstance(listing, Listing)
    assert [(i.words.text, i.furniture) for i in listing.items] == [
        ("mend the lamps;", False),
        ("in the north;", True),
        ("paint the multi-coloured hull.", False),
    ]


def test_a_mark_over_a_folded_line_break_is_one_mark() -> None:
    assert marked_in(laid_out(at("the multi-\ncoloured"))) == ["the multi-coloured"]
    assert marked_in(laid_out(at("the\nlamps"))) == ["the lamps"]


def test_what_is_marked_of_a_row_with_its_header_opens_and_closes_once_each_and_the_row_comes_into_view() -> None:
    table = next(p for p in laid_out(at("Target"), at("2019\t50")) if isinstance(p, Table))

    marks = [(w.text, m.opens, m.closes, m.here) for w in words_in(table) for m in w.marks]

    assert marks == [("Target", True, True, False), ("2019", True, False, True), ("50", False, True, False)]


def test_a_run_of_marks_goes_on_over_what_is_not_read() -> None:
    start, end = at("We will:")[0], at("hull.")[1]
    marks = [m for w in words_in(laid_out((start, end))) for m in w.marks]

    assert [m.opens for m in marks].count(True) == 1
    assert [m.closes for m in marks].count(True) == 1
    assert marks[0].opens
    assert marks[-1].closes
    over_a_page = [m for w in words_in(laid_out(at("hull."), at("Table 1"), everything=True)) for m in w.marks]
    assert [(m.opens, m.closes) for m in over_a_page] == [(True, False), (False, True)]


def test_no_heading_is_more_than_one_deeper_than_the_one_before() -> None:
    text = "A B C D E"
    depths = (3, 5, 4, 1, 2)
    blocks = [Block("heading", ((2 * i, 2 * i + 1),), depth=d) for i, d in enumerate(depths)]

    levels = [p.level for p in lay_out(document(text), blocks, View((), 0, 9)) if isinstance(p, Heading)]

    assert levels == [1, 2, 2, 1, 2]


def test_a_table_s_rows_are_all_as_wide_as_the_table() -> None:
    blocks = [
        Block("header", (at("Year"),), group=TABLE, cells=(Cell((at("Year"),)),)),
        Block("header", (at("Target"),), group=TABLE, cells=(Cell(()), Cell((at("Target"),)), Cell(()))),
        *(b for b in BLOCKS if b.kind == "row"),
    ]

    [table] = lay_out(document(PLAN), blocks, View((), 0, len(PLAN)))

    assert isinstance(table, Table)
    assert [sum(c.columns for c in r.cells) for r in table.rows] == [3, 3, 3, 3]
    assert [c.columns for r in table.rows[:2] for c in r.cells] == [3, 1, 2]  # a title goes over all after its place


def test_a_header_with_no_row_under_it_is_a_caption() -> None:
    [piece] = lay_out(document(PLAN), BLOCKS[7:8], View((), 0, len(PLAN)))

    assert piece == Paragraph(TABLE, Words("Year Target Done"), "caption")


def test_a_document_without_blocks_stands_as_it_is() -> None:
    [piece] = lay_out(document(PLAN), (), View((at("the\nlamps"),), 10, 40))

    assert isinstance(piece, Paragraph)
    assert (piece.kind, piece.words.text) == ("raw", PLAN[10:40])
    assert marked_in([piece]) == ["the\nlamps"]
    assert [(m.opens, m.closes, m.here) for m in piece.words.marks] == [(True, True, True)]


def test_blocks_of_another_text_are_not_used() -> None:
    read = read_document(ROOT / "corpus" / "met-forward-two-met-partners.txt", {})
    shelved = Shelved("x", read.blocks, (), (), (), ())
    changed = document("A new line.\n" + read.document.text, read.document.sections)

    assert blocks_of(read.document, shelved) == read.blocks
    assert blocks_of(changed, shelved) == ()
    assert blocks_of(document("Short."), shelved) == ()
    assert blocks_of(read.document, None) == ()


def test_the_section_around_a_place_holds_all_of_it() -> None:
    three = tuple(Section((name,), 10 * i, 10 * i + 10) for i, name in enumerate("abc"))
    text = "x" * 30

    assert section_around(document(text, three), [(12, 15)]) == (10, 20)
    assert section_around(document(text, three), [(12, 15), (20, 21)]) == (10, 30)
    assert section_around(document(text), [(12, 15)]) == (0, 30)


@pytest.mark.parametrize(
    ("shown", "place", "expected"),
    [
        pytest.param((0, 10), 5, (0, 10), id="short enough"),
        pytest.param((0, 100), 50, (45, 55), id="around the place"),
        pytest.param((0, 100), 2, (0, 10), id="at the beginning"),
        pytest.param((20, 100), 99, (90, 100), id="at the end"),
    ],
)
def test_a_long_document_is_shown_around_a_place(shown: Span, place: int, expected: Span) -> None:
    assert shortened(shown, place, most=10) == expected


@st.composite
def texts_with_blocks(draw: st.DrawFn) -> tuple[str, list[Block], list[Span]]:
    """A text in which every letter stands once, blocks of any kinds over parts of it, and spans to mark."""
    letters = (chr(c) for c in count(0x4E00))
    gaps = st.sampled_from(["", "", " ", "\n", "-\n", " \n\n", "\t"])
    text = "".join(next(letters) + gap for gap in draw(st.lists(gaps, min_size=1, max_size=60)))
    places = st.integers(0, len(text))
    cuts = sorted({0, len(text), *draw(st.lists(places, max_size=14))})
    blocks = []
    for start, end in zip(cuts[::2], cuts[1::2], strict=False):
        kind = draw(st.sampled_from(get_args(BlockKind)))
        middle = draw(st.integers(start, end))
        halves = tuple(Cell(((s, e),) if s < e else ()) for s, e in ((start, middle), (middle, end)))
        group = draw(st.sampled_from([None, 0, 1]))
        cut = start + (kind == "item" and end - start > 1)
        marker = (start, cut) if cut > start else None
        celled = halves if kind in ("header", "row", "entry") else ()
        blocks.append(Block(kind, ((cut, end),), draw(st.integers(0, 3)), marker=marker, group=group, cells=celled))
    edges = sorted(set(draw(st.lists(places, max_size=8))))
    return text, blocks, list(zip(edges[::2], edges[1::2], strict=False))


@given(texts_with_blocks(), st.booleans())
def test_every_word_is_there_once_and_what_is_marked_is_what_was_asked_for(
    made: tuple[str, list[Block], list[Span]], everything: bool
) -> None:
    text, blocks, spans = made

    pieces = lay_out(document(text), blocks, View(tuple(spans), 0, len(text), everything))

    asked = {i for s, e in spans for i in range(s, e)}
    places = [[i for s, e in (*((b.marker,) if b.marker else ()), *b.spans) for i in range(s, e)] for b in blocks]
    shown = [
        i
        for b, offsets in zip(blocks, places, strict=True)
        if b.kind != "furniture" or everything or any(i in asked and not text[i].isspace() for i in offsets)
        for i in offsets
    ]
    assert bare("".join(w.text for w in words_in(pieces))) == bare("".join(text[i] for i in shown))
    assert bare("".join(marked_in(pieces))) == bare("".join(text[i] for i in shown if i in asked))
    marks = [m for w in words_in(pieces) for m in w.marks]
    assert sum(m.opens for m in marks) == sum(m.closes for m in marks)
    assert sum(m.here for m in marks) == bool(marks)


def test_a_real_document_of_tables_and_mark_up_is_laid_out_whole() -> None:
    read = read_document(ROOT / "corpus" / "met-forward-two-2011-14.txt", {})
    text = read.document.text

    pieces = lay_out(read.document, read.blocks, View((), 0, len(text), everything=True))

    assert sorted(bare("".join(w.text for w in words_in(pieces)))) == sorted(bare(text))
    assert sum(isinstance(p, Table) for p in pieces) >= 4
    assert all(isinstance(p, Heading | Paragraph | Listing | Table | Glossary) for p in pieces)
    assert all(isinstance(r, Row) for p in pieces if isinstance(p, Table) for r in p.rows)
    assert all(isinstance(i, Item) for p in pieces if isinstance(p, Listing) for i in p.items)
