"""Tables without their tabs."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.blocks import group_lines
from ingest.documents import Block, Span
from ingest.flattened import find_flattened
from ingest.lines import split_lines
from ingest.quotes import quote_at

WARDS = ["Acton", "Barnet", "Camden", "Dalston", "Ealing", "Fulham", "Greenford", "Harrow"]
PIECE = st.sampled_from(
    [*WARDS, "31,000", "-1.5", "2018-19", "£m", "Acton Burglary", "Knife crime", "We act.", "4.2 Our staff"]
)


def pieces(*words: str) -> str:
    return "\n\n".join(words) + "\n"


def blocks(text: str) -> list[Block]:
    lines = split_lines(text)
    return find_flattened(text, group_lines(text, lines, {}, []))


def words(text: str, spans: tuple[Span, ...]) -> str:
    return quote_at(text, tuple(sorted(spans))) if spans else ""


def table(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kind of each block with cells, and each cell's header and words."""
    found = [b for b in blocks(text) if b.kind in ("header", "row")]
    return [(b.kind, [(words(text, c.header), words(text, c.spans)) for c in b.cells]) for b in found]


def rows(text: str) -> list[list[str]]:
    return [[cell for _, cell in cells] for kind, cells in table(text) if kind == "row"]


@given(st.lists(PIECE, max_size=25))
@settings(max_examples=150, deadline=None)
def test_no_word_is_lost_or_held_twice_and_cells_are_their_rows(found: list[str]) -> None:
    text = pieces(*found)
    read = blocks(text)
    spans = sorted(span for b in read for span in b.spans)

    assert "".join("".join(text[s:e] for s, e in spans).split()) == "".join(text.split())
    assert all(tuple(sorted(s for c in b.cells for s in c.spans)) == b.spans for b in read if b.cells)


@given(st.lists(st.tuples(st.sampled_from(WARDS), st.integers(0, 9999)), min_size=3, max_size=20), st.booleans())
@settings(max_examples=80, deadline=None)
def test_labels_and_numbers_are_rows_whether_on_one_piece_or_on_two(pairs: list[tuple[str, int]], apart: bool) -> None:
    figures = [(ward, f"{n},000") for ward, n in pairs]
    text = pieces(*(word for pair in figures for word in (pair if apart else [" ".join(pair)])))

    assert rows(text) == [list(pair) for pair in figures]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(
            ["Acton 17", "Barnet 16", "Camden 9"], [["Acton", "17"], ["Barnet", "16"], ["Camden", "9"]], id="beside"
        ),
        pytest.param(
            ["Acton", "17 -1.5", "Barnet", "16 -", "Camden", "9 (2%)"],
            [["Acton", "17", "-1.5"], ["Barnet", "16", "-"], ["Camden", "9", "(2%)"]],
            id="under, two and two",
        ),
        pytest.param(
            ["Acton £3m", "Barnet €4bn", "Camden +5k"],
            [["Acton", "£3m"], ["Barnet", "€4bn"], ["Camden", "+5k"]],
            id="money and signs",
        ),
        pytest.param(["17", "16", "9"], [["", "17"], ["", "16"], ["", "9"]], id="numbers alone"),
        pytest.param(
            ["Acton", "Barnet", "16", "Camden 9", "Dalston 8"],
            [["Barnet", "16"], ["Camden", "9"], ["Dalston", "8"]],
            id="the piece before the label of the first row is over the table",
        ),
        pytest.param(
            ["Acton 7", "Of whom", "Barnet", "16", "Camden 9", "In all"],
            [["Acton", "7"], ["Of whom"], ["Barnet", "16"], ["Camden", "9"], ["In all"]],
            id="labels without a number are rows",
        ),
        pytest.param(
            ["Acton 7", "Barnet and all of", "the north 16", "Camden 9", "Dalston 8"],
            [["Acton", "7"], ["Barnet and all of the north", "16"], ["Camden", "9"], ["Dalston", "8"]],
            id="a label over two pieces",
        ),
        pytest.param(
            ["Acton", "Knife crime and more 5", "Barnet 16", "Camden 9", "Dalston 8"],
            [["Barnet", "16"], ["Camden", "9"], ["Dalston", "8"]],
            id="numbers that are less than half of a piece do not begin the rows",
        ),
    ],
)
def test_labels_and_numbers(found: list[str], expected: list[list[str]]) -> None:
    assert rows(pieces(*found)) == expected


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(["Acton 17", "Barnet 16"], id="two rows"),
        pytest.param(["Acton 2017", "Barnet 2018", "Camden 2019", "Dalston 2018-19"], id="years are no numbers"),
        pytest.param(["Acton 17.", "Barnet 16.", "Camden 9."], id="sentences"),
        pytest.param(["Acton 17", "We act.", "Barnet 16", "Camden 9"], id="a sentence parts them"),
        pytest.param(
            [f"{'Acton' * 20} 17,000 18,000", "Barnet 16", "Camden 9"], id="a piece of 114 characters is no cell"
        ),
    ],
)
def test_what_is_no_table_of_numbers(found: list[str]) -> None:
    assert table(pieces(*found)) == []


def test_header_cells_one_a_piece_stand_over_their_columns() -> None:
    text = pieces("We met.", "Ward", "2016-17", "2017-18", "Acton", "17 16", "Barnet", "9 8", "Camden", "7 6")

    assert table(text)[:2] == [
        ("header", [("", "Ward"), ("", "2016-17"), ("", "2017-18")]),
        ("row", [("Ward", "Acton"), ("2016-17", "17"), ("2017-18", "16")]),
    ]


def test_a_unit_without_a_column_of_its_own_stands_over_all_numbers() -> None:
    text = pieces("Ward", "2016-17", "2017-18", "£m", "Acton", "17 16", "Barnet", "9 8", "Camden", "7 6")

    assert table(text)[0] == ("header", [("", "Ward"), ("", "2016-17"), ("", "2017-18")])
    assert table(text)[2] == ("row", [("Ward", "Acton"), ("2016-17 £m", "17"), ("2017-18 £m", "16")])


def test_a_numbered_heading_over_a_header_is_no_part_of_it() -> None:
    text = pieces("4.2 Our wards", "Cases", "Acton 17", "Barnet 16", "Camden 9")

    assert table(text)[0] == ("header", [("", "Cases")])


def test_what_stands_before_the_header_stays_a_paragraph() -> None:
    text = pieces("Our wards", "Ward", "Cases", "Acton 17", "Barnet 16", "Camden 9")

    assert [(b.kind, quote_at(text, b.spans)) for b in blocks(text)][:2] == [
        ("paragraph", "Our wards"),
        ("header", "Ward Cases"),
    ]


CRIMES = ["Burglary", "Robbery", "Burglary", "Robbery", "Burglary", "Robbery", "Burglary", "Robbery"]
AREAS = pieces(*(f"{ward} {crime}" for ward, crime in zip(WARDS, CRIMES, strict=True)))


def test_a_label_and_a_value_that_recurs_are_a_row() -> None:
    assert rows(AREAS) == [list(pair) for pair in zip(WARDS, CRIMES, strict=True)]


def test_seven_pieces_are_too_few_to_tell_what_recurs() -> None:
    assert rows(pieces(*AREAS.split("\n\n")[:7])) == []


def test_a_value_that_stands_twice_is_none() -> None:
    text = pieces(
        *(f"{ward} {crime}" for ward, crime in zip(WARDS, ["Arson", "Theft", "Fraud", "Murder"] * 2, strict=True))
    )

    assert rows(text) == []


def test_half_of_the_pieces_must_hold_a_value() -> None:
    four = [f"{ward} Burglary" for ward in WARDS[:4]]

    assert len(rows(pieces(*four, *WARDS[4:]))) == 4
    assert rows(pieces(*four, *WARDS[4:], "Islington")) == []


def test_two_values_beside_a_label_are_two_cells() -> None:
    text = pieces(*(f"{ward} {a} {b}" for ward, a, b in zip(WARDS, CRIMES, CRIMES[1:] + CRIMES[:1], strict=True)))

    assert rows(text)[:2] == [["Acton", "Burglary", "Robbery"], ["Barnet", "Robbery", "Burglary"]]


def test_a_value_that_stands_three_times_is_one() -> None:
    text = pieces(*(f"{ward} {crime}" for ward in WARDS[:3] for crime in ("Arson", "Theft", "Fraud")))

    assert rows(text) == [[ward, crime] for ward in WARDS[:3] for crime in ("Arson", "Theft", "Fraud")]


def test_the_end_of_a_value_that_never_stands_without_it_is_no_value() -> None:
    text = pieces(*(f"{ward} {crime}" for ward, crime in zip(WARDS, ["Knife Crime", "Knife"] * 4, strict=True)))

    assert rows(text)[:2] == [["Acton", "Knife Crime"], ["Barnet", "Knife"]]


def test_a_row_with_fewer_values_than_most_takes_the_next_piece() -> None:
    full = [f"{ward} {a} {b}" for ward, a, b in zip(WARDS, CRIMES, CRIMES[1:] + CRIMES[:1], strict=True)]
    text = pieces(*full[:7], "Harrow Burglary", "Arson of homes", "Islington Burglary Robbery")

    assert rows(text)[7:] == [["Harrow", "Burglary", "Arson of homes"], ["Islington", "Burglary", "Robbery"]]


def test_a_value_of_two_words_is_one_cell() -> None:
    text = pieces(*(f"{ward} Knife Crime" for ward in WARDS))

    assert rows(text) == [[ward, "Knife Crime"] for ward in WARDS]


def test_brackets_are_a_part_of_the_word_before_them() -> None:
    text = pieces(*(f"{ward} Robbery (of a person or of a shop)" for ward in WARDS))

    assert rows(text)[0] == ["Acton", "Robbery (of a person or of a shop)"]


def test_an_abbreviation_in_brackets_ends_a_column_of_labels() -> None:
    text = pieces(*(f"North (NW) {ward} Burglary" for ward in WARDS))

    assert rows(text)[0] == ["North (NW)", "Acton", "Burglary"]


def test_a_row_with_fewer_labels_than_others_has_its_own_beside_the_values() -> None:
    text = pieces("North (NW) Acton Burglary", *(f"{ward} Burglary" for ward in WARDS[1:]))

    assert rows(text)[:2] == [["North (NW)", "Acton", "Burglary"], ["", "Barnet", "Burglary"]]


def test_what_follows_a_value_is_a_value_even_if_it_stands_once() -> None:
    text = pieces("Acton Burglary Of cars", *(f"{ward} Burglary" for ward in WARDS[1:]))

    assert rows(text)[0] == ["Acton", "Burglary", "Of cars"]


def test_the_end_of_a_header_run_together_is_over_all_values() -> None:
    pairs = zip(WARDS, CRIMES, CRIMES[1:] + CRIMES[:1], strict=True)
    text = pieces("Ward Aims for the year", *(f"{ward} {a} {b}" for ward, a, b in pairs))

    assert table(text)[1] == (
        "row",
        [("Ward", "Acton"), ("Aims for the year", "Burglary"), ("Aims for the year", "Robbery")],
    )


def test_values_on_the_piece_after_their_label_are_of_its_row() -> None:
    text = pieces(*(word for ward in WARDS for word in (f"{ward} Burglary", "Robbery")))

    assert rows(text) == [[ward, "Burglary", "Robbery"] for ward in WARDS]


def test_a_header_run_together_has_a_word_for_the_labels_and_the_rest_for_the_values() -> None:
    text = pieces("We met.", "Ward Aims for the year", *(AREAS.strip().split("\n\n")))

    assert table(text)[:2] == [
        ("header", [("", "Ward"), ("", "Aims for the year")]),
        ("row", [("Ward", "Acton"), ("Aims for the year", "Burglary")]),
    ]


def test_what_stands_around_the_rows_stays_as_it_is() -> None:
    text = pieces("Our plan of wards", "Overview", *(AREAS.strip().split("\n\n")), "And more", "We met.")
    read = [(b.kind, quote_at(text, b.spans)) for b in blocks(text)]

    assert read[:2] == [("paragraph", "Our plan of wards"), ("paragraph", "Overview")]
    assert read[-2:] == [("paragraph", "And more"), ("paragraph", "We met.")]


def test_items_and_numbered_paragraphs_are_no_cells() -> None:
    assert rows("We count:\n" + "• Acton 17\n• Barnet 16\n• Camden 9\n") == []
    assert rows(pieces("We count.", "1. Acton 17", "2. Barnet 16", "3. Camden 9")) == []
