"""From a text to blocks, sections and passages: what holds for any text."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Block, Cell, Span
from ingest.outline import find_sections
from ingest.passages import find_passages
from ingest.quotes import fold_spans, quote_at, stands
from ingest.structure import find_structure

# One piece of each thing that some step looks for, and what separates pieces.
PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\n\n\n", " ", "\t", "\n\n\n12\n\n\n", "\nhttps://met.uk/a\n", "<b>", "</td>", "2018-\n19", "-\n",
        "Our plan", "3.2 Our staff", "Glossary", "Notes", "Milestones:", "Table 3: Staff", "We will:",
        "\n• cut crime", "\n    – at night", "\n1. act\n2. meet", "\n¹ Our count.", "March 2019: we act.",
        "Rank\tStaff\nClerks\t80\n", "a\t• b • c • d", "Acton 17\n\nBarnet 16\n\nCamden 9\n\n", "Knife crime -2%\n",
        "BCU Basic Command Unit.", "Ward: A part of a borough.", "A bus imageWe met.",
        "Hate crime This year we meet all of us in the ward here. ",
        "we act for all of", "many wards. ", "word " * 70, "Word word word. " * 20,
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=30).map("".join), st.text(max_size=60))
RECURRING = st.lists(st.sampled_from(["Acton", "Ealing"]), min_size=8, max_size=16).map(
    lambda wards: "".join(f"{ward} Burglary\n\n" for ward in wards)
)
QUICK = settings(max_examples=150, deadline=None)


def held_by(blocks: list[Block]) -> list[Span]:
    """The spans of the blocks and of their markers."""
    return [span for b in blocks for span in (*([b.marker] if b.marker else []), *b.spans)]


@given(st.one_of(TEXTS, RECURRING))
@QUICK
def test_blocks_tile_a_text(text: str) -> None:
    blocks = find_structure(text)
    spans = sorted(held_by(blocks))

    assert [b.start for b in blocks] == sorted(b.start for b in blocks)
    assert all(before[1] <= after[0] for before, after in pairwise(spans))
    left = set(range(len(text))) - {i for start, end in spans for i in range(start, end)}
    assert not any(text[i].isalnum() for i in left)


@given(TEXTS)
@QUICK
def test_the_spans_of_every_block_cell_and_marker_are_in_order_and_begin_and_end_at_words(text: str) -> None:
    for block in find_structure(text):
        parts = [block.spans, *(c.spans for c in block.cells), *([(block.marker,)] if block.marker else [])]
        for spans in parts:
            assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
        assert list(block.spans) == sorted(block.spans)


@given(TEXTS, st.data())
@settings(max_examples=250, deadline=None)
def test_whatever_is_cut_from_a_passage_stands_in_the_text(text: str, data: st.DataObject) -> None:
    blocks = find_structure(text)
    for passage in find_passages("plan", text, find_sections(text, blocks), blocks):
        folded = fold_spans(text, passage.spans)
        start = data.draw(st.integers(0, len(folded.text) - 1))
        end = data.draw(st.integers(start + 1, len(folded.text)))
        if not folded.text[start:end].strip():
            continue
        spans = folded.spans_of(start, end)
        assert stands(text, spans, quote_at(text, spans))
        assert quote_at(text, spans) == folded.text[start:end].strip()


@given(TEXTS)
@QUICK
def test_every_unit_stands_in_the_text(text: str) -> None:
    blocks = find_structure(text)
    for passage in find_passages("plan", text, find_sections(text, blocks), blocks):
        for unit in passage.units:
            assert stands(text, unit.spans, quote_at(text, unit.spans))


@given(TEXTS, TEXTS)
@QUICK
def test_what_a_reader_knows_is_kept_and_the_rest_is_found_around_it(before: str, after: str) -> None:
    text = f"{before}\n\nKnown words.\n\n{after}"
    start = len(before) + 2
    known = Block("footnote", ((start, start + 12),), marker=None, isolated=False)
    blocks = find_structure(text, [known])

    assert known in blocks
    spans = sorted(held_by(blocks))
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert {i for i, c in enumerate(text) if c.isalnum()} <= {i for s, e in spans for i in range(s, e)}


@given(TEXTS)
@QUICK
def test_a_reader_that_knows_all_is_believed(text: str) -> None:
    blocks = find_structure(text)

    assert find_structure(text, blocks) == blocks


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(Block("heading", ((9, 17),), depth=3, isolated=False), id="heading of any depth"),
        pytest.param(Block("paragraph", ((9, 17),), isolated=False), id="paragraph"),
        pytest.param(Block("caption", ((9, 17),), group=5), id="caption"),
        pytest.param(Block("furniture", ((9, 17),), rule="watermark"), id="furniture by the reader’s own rule"),
        pytest.param(Block("row", ((9, 17),), group=9, cells=(Cell(((9, 12),)), Cell(((13, 17),)))), id="row"),
    ],
)
def test_kinds_that_a_reader_may_know(known: Block) -> None:
    blocks = find_structure("We act.\n\nOur plan\n\nWe meet.\n", [known])

    assert blocks[1] == known
    assert [b.kind for b in (blocks[0], blocks[2])] == ["paragraph", "paragraph"]


def test_words_that_no_known_block_holds_are_read() -> None:
    text = "Our plan\n\nWe act.\n"
    known = [Block("heading", ((0, 8),), depth=1)]

    assert find_structure(text, known) == [known[0], Block("paragraph", ((10, 17),))]


def test_letters_in_a_known_marker_are_held_by_its_block() -> None:
    known = [Block("item", ((3, 6),), depth=1, marker=(0, 2), group=0)]

    assert find_structure("a) act", known) == known


def test_each_step_finds_its_own_in_one_text() -> None:
    long = (
        "The council and the police meet each month to look at what was done and at what was not, and to agree on it. "
    )
    text = (
        f"1. Our plan\n\n{long}{long}\n\nWe will:\n• cut crime\n    – at night\n\n"
        "Table 3: Staff\n\nRank\tStaff\nClerks\t80\n\n"
        "¹ Our own count.\n\nActon 17\n\nBarnet 16\n\nCamden 9\n\n"
        "2. Glossary\n\nBCU Basic Command Unit\n\nDMM Daily <b>meeting</b>\n"
    )

    assert [(b.kind, quote_at(text, b.spans)) for b in find_structure(text)] == [
        ("heading", "1. Our plan"),
        ("paragraph", f"{long}{long}".strip()),
        ("paragraph", "We will:"),
        ("item", "cut crime"),
        ("item", "at night"),
        ("caption", "Table 3: Staff"),
        ("header", "Rank Staff"),
        ("row", "Clerks 80"),
        ("footnote", "Our own count."),
        ("row", "Acton 17"),
        ("row", "Barnet 16"),
        ("row", "Camden 9"),
        ("heading", "2. Glossary"),
        ("entry", "BCU Basic Command Unit"),
        ("entry", "DMM Daily meeting"),
        ("furniture", "<b>"),
        ("furniture", "</b>"),
    ]


def test_mark_up_is_cut_out_of_cells_and_their_headers() -> None:
    text = "<b>Rank</b>\tStaff\n<i>Clerks</i> now\t80\n"
    [row] = [b for b in find_structure(text) if b.kind == "row"]

    assert [quote_at(text, c.spans) for c in row.cells] == ["Clerks now", "80"]
    assert [quote_at(text, c.header) for c in row.cells] == ["Rank", "Staff"]


def test_mark_up_is_cut_out_of_a_header_that_stood_on_a_line() -> None:
    text = "Ward <b>name</b>\n\nActon 17\n\nBarnet 16\n\nCamden 9\n"
    row = next(b for b in find_structure(text) if b.kind == "row")

    assert quote_at(text, row.cells[0].header) == "Ward name"


def test_a_text_without_a_letter_is_read_all_the_same() -> None:
    assert find_structure("£ – £\n") == [Block("paragraph", ((0, 5),))]


def test_words_that_stand_in_a_bullet_of_tags_are_kept() -> None:
    text = "We will:\n1. <li>\n2. act\n"
    held = "".join(text[s:e] for s, e in held_by(find_structure(text)))

    assert [c for c in held if c.isdigit()] == ["1", "2"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a" * 200_000, id="one line of letters"),
        pytest.param("\t" * 200_000, id="tabs"),
        pytest.param("<b>a</b> " * 20_000, id="tags in a line"),
        pytest.param("<b>a.</b>\n" * 8_000, id="tags on lines"),
        pytest.param("".join(f"{n % 90}. Our plan\n\nWe act.\n\n" for n in range(4_000)), id="headings"),
        pytest.param("".join(f"Acton{n % 900} Case{n % 700}\n\n" for n in range(4_000)), id="short pieces"),
        pytest.param("Glossary\n\n" + "".join(f"BCU Meaning {n}\n" for n in range(8_000)), id="glossary"),
        pytest.param("".join(f"Acton\t{n}\n" for n in range(4_000)), id="rows"),
        pytest.param("\t".join("abc" for _ in range(8_000)) + "\na\tb\n", id="columns"),
    ],
)
def test_no_text_takes_a_time_that_grows_with_the_square_of_its_length(text: str) -> None:
    """Each takes a second or two; the square of it would take minutes."""
    blocks = find_structure(text)
    passages = find_passages("plan", text, find_sections(text, blocks), blocks)

    assert sum(c.isalnum() for p in passages for c in p.text) <= 2 * sum(c.isalnum() for c in text)
