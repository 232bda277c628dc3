"""The passages of a table: the table, and each row as a sentence."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Cell
from ingest.outline import find_sections
from ingest.packing import MOST_WORDS, Passage
from ingest.passages import find_passages
from ingest.quotes import quote_at
from ingest.structure import find_structure
from ingest.table_passages import reading_of

LONG = "The council and the police meet each month to look at what was done and what was not, and to agree on it. "
PROSE = f"{LONG}{LONG}All may come.\n\n"
HEADER = "Ward\tAim\tCost\n"


def passages(text: str) -> list[Passage]:
    blocks = find_structure(text)
    return find_passages("plan", text, find_sections(text, blocks), blocks)


def of_tables(text: str) -> list[tuple[str, str, str]]:
    """The kind, lead-in and text of each passage of a table."""
    return [(p.kind, p.lead_in, p.text) for p in passages(text) if p.kind in ("table", "row")]


def units(text: str, passage: Passage) -> list[tuple[str, str, str]]:
    return [(u.kind, quote_at(text, u.spans), u.reading) for u in passage.units]


def sentence(words: int) -> str:
    """A sentence of so many words."""
    return " ".join(["Word", *["word"] * (words - 2), "ends."])


def letters(words: str) -> str:
    return "".join(c for c in words if c.isalnum())


CELL = st.sampled_from(
    ["", "Acton", "cut crime", "£3m", "• act • meet", sentence(50), f"{sentence(100)} {sentence(90)}"]
)


@given(st.lists(st.tuples(CELL, CELL, CELL), max_size=6), st.booleans())
@settings(max_examples=120, deadline=None)
def test_each_row_is_in_passages_of_its_own_and_the_table_is_in_passages_too(
    rows: list[tuple[str, str, str]], captioned: bool
) -> None:
    text = PROSE + ("Table 1: Aims\n\n" if captioned else "") + HEADER + "".join("\t".join(r) + "\n" for r in rows)
    blocks = find_structure(text)
    found = passages(text)

    assert len({p.passage_id for p in found}) == len(found)
    for row in (b for b in blocks if b.kind == "row"):
        mine = [p for p in found if p.kind == "row" and row.start <= p.spans[0][0] and p.spans[-1][1] <= row.end]
        # A cell may go on after a page break, behind the cells to its right.
        assert letters("".join(p.text for p in sorted(mine, key=lambda p: p.spans))) == letters(
            quote_at(text, row.spans)
        )
    for kind in ("caption", "header"):
        for block in (b for b in blocks if b.kind == kind):
            assert sum(set(block.spans) <= set(p.spans) for p in found if p.kind == "table") == 1
    for passage in found:
        assert all(unit.reading for unit in passage.units if unit.kind == "row")


def test_a_table_is_a_passage_and_so_is_each_of_its_rows_under_its_header() -> None:
    text = f"{PROSE}{HEADER}Acton\tCut crime\t£3m\nBarnet\tSave\t£2m\n"

    assert of_tables(text) == [
        ("table", "", "Ward Aim Cost Acton Cut crime £3m Barnet Save £2m"),
        ("row", "Ward Aim Cost", "Acton Cut crime £3m"),
        ("row", "Ward Aim Cost", "Barnet Save £2m"),
    ]


def test_a_row_reads_as_a_sentence() -> None:
    text = f"{PROSE}{HEADER}Acton\tCut crime\t£3m\n"
    *_, row = passages(text)

    assert units(text, row) == [
        ("row", "Ward Aim Cost Acton Cut crime £3m", "Acton – Aim: Cut crime; Cost: £3m"),
    ]


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        pytest.param([Cell(((0, 5),))], "Acton", id="one cell"),
        pytest.param([Cell(((0, 5),)), Cell(((6, 8),), ((9, 14),))], "Acton – Cases: 17", id="a header"),
        pytest.param([Cell(((0, 5),)), Cell(((6, 8),))], "Acton – 17", id="no header"),
        pytest.param(
            [Cell(((0, 5),), ((9, 14),)), Cell(((6, 8),))], "Acton – 17", id="the first has its header unsaid"
        ),
        pytest.param(
            [Cell(((0, 5),)), Cell(((6, 8),), ((9, 14),)), Cell(((15, 17),))],
            "Acton – Cases: 17; 18",
            id="a semicolon between",
        ),
        pytest.param(
            [Cell(((0, 5),)), Cell(((6, 8),), ((18, 23),))], "Acton – Cost: 17", id="the header’s colon is its"
        ),
    ],
)
def test_how_a_row_is_said(cells: list[Cell], expected: str) -> None:
    assert reading_of("Acton 17 Cases 18 Cost:", cells) == expected


def test_what_leads_the_items_of_a_cell_says_its_header() -> None:
    text = "Acton 17 Cases"

    assert reading_of(text, [Cell(((0, 5),))], under=Cell(((6, 8),), ((9, 14),))) == "Acton – Cases"
    assert reading_of(text, [Cell(((0, 5),))], under=Cell(((6, 8),))) == "Acton"


def test_a_caption_is_over_every_row() -> None:
    text = f"{PROSE}Table 1: Our aims\n\n{HEADER}Acton\tCut crime\t£3m\n"

    table, row = of_tables(text)

    assert table == ("table", "", "Table 1: Our aims Ward Aim Cost Acton Cut crime £3m")
    assert row == ("row", "Table 1: Our aims Ward Aim Cost", "Acton Cut crime £3m")


def test_of_what_announces_a_table_the_last_sentence_is_over_its_rows() -> None:
    text = f"{PROSE}We met. These are our aims:\n\n{HEADER}Acton\tCut crime\t£3m\n"
    *_, table, row = passages(text)

    assert [u[:2] for u in units(text, table)[:3]] == [
        ("sentence", "We met."),
        ("lead_in", "These are our aims:"),
        ("header", "Ward Aim Cost"),
    ]
    assert row.lead_in == "These are our aims: Ward Aim Cost"


def test_a_table_of_one_row_and_nothing_over_it_is_that_row() -> None:
    assert of_tables(f"{PROSE}Acton\tCut crime\t£3m\n") == [("row", "", "Acton Cut crime £3m")]


def test_a_long_table_is_cut_between_rows_and_its_parts_carry_caption_and_header() -> None:
    text = f"{PROSE}Table 1: Aims\n\nWard\tAim\n" + f"Acton\t{sentence(59)}\n" * 4
    tables = [p for p in passages(text) if p.kind == "table"]

    assert [[u.kind for u in p.units] for p in tables] == [["lead_in", "header", "row", "row"], ["row", "row"]]
    assert [p.lead_in for p in tables] == ["", "Table 1: Aims Ward Aim"]
    assert [p.kind for p in passages(text)[1:]] == ["table", "row", "row", "table", "row", "row"]


def test_a_row_too_long_for_a_passage_is_read_cell_by_cell_and_is_no_part_of_the_table() -> None:
    text = f"{PROSE}{HEADER}Acton\t{sentence(100)}\t{sentence(90)}\nBarnet\tSave\t£2m\n"

    assert of_tables(text) == [
        ("table", "", "Ward Aim Cost Barnet Save £2m"),
        ("row", "Ward Aim Cost", "Barnet Save £2m"),
        ("row", "Aim", f"Acton {sentence(100)}"),
        ("row", "Cost Acton", sentence(90)),
    ]


@pytest.mark.parametrize("row", ["{}\t\t", "\t\t{}"], ids=["the first cell", "the last cell"])
def test_a_long_row_of_one_cell_is_not_lost(row: str) -> None:
    text = f"{PROSE}{HEADER}{row.format(sentence(190))}\n"

    assert [words for kind, _, words in of_tables(text) if kind == "row"] == [sentence(190)]


@pytest.mark.parametrize(("words", "whole"), [(MOST_WORDS, True), (MOST_WORDS + 1, False)])
def test_a_row_of_as_many_words_as_fit_is_one_passage(words: int, whole: bool) -> None:
    text = f"{PROSE}{HEADER}Acton\t{sentence(100)}\t{sentence(words - 101)}\n"

    assert len([p for p in passages(text) if p.kind == "row"]) == (1 if whole else 2)
    assert any(p.kind == "table" and "Acton" in p.text for p in passages(text)) is whole


@pytest.mark.parametrize(("words", "whole"), [(60, True), (61, False)])
def test_a_row_of_more_than_sixty_words_has_a_unit_for_each_cell_but_the_first(words: int, whole: bool) -> None:
    text = f"{PROSE}{HEADER}Acton\t{sentence(words - 11)}\t{sentence(10)}\n"
    *_, row = passages(text)

    readings = [reading for _, _, reading in units(text, row)]
    if whole:
        assert readings == [f"Acton – Aim: {sentence(words - 11)}; Cost: {sentence(10)}"]
    else:
        assert readings == [f"Acton – Aim: {sentence(words - 11)}", f"Acton – Cost: {sentence(10)}"]
        assert [quote for _, quote, _ in units(text, row)] == [
            f"Aim Acton {sentence(words - 11)}",
            f"Cost Acton {sentence(10)}",
        ]


def test_a_cell_that_is_a_list_is_a_lead_in_and_its_items() -> None:
    text = f"{PROSE}{HEADER}Acton\t• cut crime • meet all\t£3m\n"
    *_, row = passages(text)

    assert units(text, row) == [
        ("lead_in", "Aim Acton", "Acton – Aim"),
        ("item", "cut crime", ""),
        ("item", "meet all", ""),
        ("row", "Cost Acton £3m", "Acton – Cost: £3m"),
    ]
    start = text.index("•")
    assert [u.list_start for u in row.units][:3] == [start] * 3


@pytest.mark.parametrize("words", [10, 200], ids=["in a short row", "in a long row"])
def test_words_before_the_first_bullet_of_a_cell_are_not_lost(words: int) -> None:
    text = f"{PROSE}Ward\tAim\nActon\t{sentence(words)} • cut crime • meet all\n"
    units_of_rows = [unit for p in passages(text) if p.kind == "row" for unit in units(text, p)]

    assert [quote for kind, quote, _ in units_of_rows if kind == "item"] == [sentence(words), "cut crime", "meet all"]


def test_one_bullet_in_a_cell_makes_no_list() -> None:
    text = f"{PROSE}{HEADER}Acton\t• cut crime\t£3m\n"

    assert [kind for kind, _, _ in units(text, passages(text)[-1])] == ["row"]


def test_a_table_without_rows_is_a_passage_of_its_caption_and_header() -> None:
    text = "Rank\tStaff\n"
    block = find_structure(text)[0]

    assert block.kind == "row"
    assert of_tables(text) == [("row", "", "Rank Staff")]
