"""Tables with tabs, lines that end in a value, and captions."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.blocks import group_lines
from ingest.documents import Block, Cell, Span
from ingest.furniture import PAGE_NUMBER, REPEATED_HEADER
from ingest.lines import split_lines
from ingest.quotes import quote_at
from ingest.structure import find_structure
from ingest.tables import find_tables, make_table, spans_of_row

# Its lines are as long as those of a text whose paragraphs are a line each, so no line goes on in the next.
LONG = "The council and the police meet each month to look at what was done and what was not, and to agree on it. "
PROSE = f"{LONG}{LONG}All may come.\n\n"
CELLS = st.lists(st.lists(st.sampled_from(["", "Ann", "Clerk of the ward", "£3m", "<b>2</b>"]), min_size=3, max_size=3))


def words(text: str, spans: tuple[Span, ...]) -> str:
    return quote_at(text, tuple(sorted(spans))) if spans else ""


def table(text: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The kind of each block with cells, and each cell's header and words."""
    blocks = [b for b in find_structure(text) if b.kind in ("header", "row")]
    return [(b.kind, [(words(text, c.header), words(text, c.spans)) for c in b.cells]) for b in blocks]


def as_read(text: str) -> list[tuple[str, str]]:
    return [(b.kind, quote_at(text, b.spans)) for b in find_structure(text)]


@given(CELLS)
@settings(max_examples=100, deadline=None)
def test_every_word_of_a_tab_separated_table_is_in_one_cell_of_its_own_column(rows: list[list[str]]) -> None:
    text = PROSE + "".join("\t".join(row) + "\n" for row in [["Who", "What", "Cost"], *rows])
    blocks = [b for b in find_structure(text) if b.kind in ("header", "row")]
    held = sorted(span for b in blocks for c in b.cells for span in c.spans)

    assert all(before[1] <= after[0] for before, after in pairwise(held))
    assert all(b.spans == spans_of_row(b.cells) for b in blocks)
    for block in blocks:
        for column, cell in enumerate(block.cells):
            for start, _ in cell.spans:
                assert text.count("\t", text.rfind("\n", 0, start) + 1, start) == column


@given(
    st.lists(st.sampled_from(["Our aims", "Thefts +4%", "Robbery: £3m", "We act.", "\n", PROSE, "A\tB"]), max_size=12)
)
@settings(max_examples=100, deadline=None)
def test_tables_take_no_word_away_and_leave_known_rows_alone(lines: list[str]) -> None:
    text = "\n".join(lines)
    blocks = find_structure(text)
    again = find_tables(text, blocks)

    assert [b for b in again if b.kind == "row"] == [b for b in blocks if b.kind == "row"]
    assert {s for b in again for s in b.spans} == {s for b in blocks for s in b.spans}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            "Rank\tStaff\nClerks\t80\n",
            [("header", [("", "Rank"), ("", "Staff")]), ("row", [("Rank", "Clerks"), ("Staff", "80")])],
            id="a header and a row",
        ),
        pytest.param("Rank\tStaff\n", [("row", [("", "Rank"), ("", "Staff")])], id="a row alone has nothing over it"),
        pytest.param(
            "Our staff\t\t\nRank\tStaff\tCost\nClerks\t80\t£3m\n",
            [
                ("header", [("", "Our staff"), ("", ""), ("", "")]),
                ("header", [("", "Rank"), ("", "Staff"), ("", "Cost")]),
                ("row", [("Our staff Rank", "Clerks"), ("Our staff Staff", "80"), ("Our staff Cost", "£3m")]),
            ],
            id="a title over the header is over every column",
        ),
        pytest.param(
            "\tCost by year\t\t\nRank\t2017\t2018\t2019\nClerks\t£8m\t£9m\t\n",
            [
                ("header", [("", ""), ("", "Cost by year"), ("", ""), ("", "")]),
                ("header", [("", "Rank"), ("", "2017"), ("", "2018"), ("", "2019")]),
                (
                    "row",
                    [
                        ("Rank", "Clerks"),
                        ("Cost by year 2017", "£8m"),
                        ("Cost by year 2018", "£9m"),
                        ("Cost by year 2019", ""),
                    ],
                ),
            ],
            id="a title over the second column is not over the first",
        ),
        pytest.param(
            "Rank\tStaff\tCost\nClerks\t\t£3m\n",
            [
                ("header", [("", "Rank"), ("", "Staff"), ("", "Cost")]),
                ("row", [("Rank", "Clerks"), ("Staff", ""), ("Cost", "£3m")]),
            ],
            id="an empty cell keeps its place",
        ),
        pytest.param(
            "Rank\tStaff\nClerks\t80\tnot all here\n",
            [
                ("header", [("", "Rank"), ("", "Staff")]),
                ("row", [("Rank", "Clerks"), ("Staff", "80"), ("", "not all here")]),
            ],
            id="a column more than the header has nothing over it",
        ),
        pytest.param(
            "<td>Rank</td>\t<td>Staff</td>\n<td>Clerks</td>\t<td>80</td>\n",
            [("header", [("", "Rank"), ("", "Staff")]), ("row", [("Rank", "Clerks"), ("Staff", "80")])],
            id="mark-up is in no cell",
        ),
    ],
)
def test_what_tabs_make(lines: str, expected: list[tuple[str, list[tuple[str, str]]]]) -> None:
    assert table(PROSE + lines) == expected


def test_a_header_repeated_on_a_later_page_is_furniture() -> None:
    text = f"{PROSE}Rank\tStaff\nClerks\t80\n\n\nRank\tStaff\nWardens\t7\n"
    [again] = [b for b in find_structure(text) if b.rule == REPEATED_HEADER]

    assert again.start == text.rindex("Rank")
    assert [cells[0] for kind, cells in table(text) if kind == "row"] == [("Rank", "Clerks"), ("Rank", "Wardens")]


@pytest.mark.parametrize("between", ["\n\n\n", "\n\n\n12\n\n\n", "\n\n¹ Some of them part-time.\n\n"])
def test_a_row_without_a_first_cell_goes_on_with_the_row_before_a_page_break_or_a_footnote(between: str) -> None:
    text = (
        f"{PROSE}Rank\tDuty\tState\nClerks\tWrite down\tGood{between}\tall that is said\tand well\nWardens\tWalk\tBad\n"
    )

    assert [cells for kind, cells in table(text) if kind == "row"] == [
        [("Rank", "Clerks"), ("Duty", "Write down all that is said"), ("State", "Good and well")],
        [("Rank", "Wardens"), ("Duty", "Walk"), ("State", "Bad")],
    ]


def test_a_row_with_a_first_cell_after_a_page_break_is_a_row_of_its_own() -> None:
    text = f"{PROSE}Rank\tDuty\tState\nClerks\tWrite\tGood\n\n\nWardens\tWalk\tBad\n"

    assert [cells[0][1] for kind, cells in table(text) if kind == "row"] == ["Clerks", "Wardens"]


def test_a_row_without_a_first_cell_right_under_another_is_a_row_of_its_own() -> None:
    text = f"{PROSE}Rank\tDuty\tState\nClerks\tWrite\tGood\n\tRead\tBad\n"

    assert [cells[1][1] for kind, cells in table(text) if kind == "row"] == ["Write", "Read"]


def test_a_line_with_tabs_only_before_its_words_is_a_row_where_the_table_has_as_many() -> None:
    text = f"{PROSE}Rank\tDuty\tState\nClerks\tWrite\tGood\n\t\tand quick\nWe act now.\n"

    assert table(text)[-1] == ("row", [("Rank", ""), ("Duty", ""), ("State", "and quick")])
    assert as_read(text)[-1] == ("paragraph", "We act now.")


def test_a_row_that_names_a_group_is_a_row_with_one_cell() -> None:
    text = f"{PROSE}Rank\tStaff\tCost\nClerks\t80\t£3m\nOf whom new\t\t\nWardens\t7\t£1m\n"

    assert table(text)[2] == ("row", [("Rank", "Of whom new"), ("Staff", ""), ("Cost", "")])


def test_a_number_alone_in_a_row_of_three_columns_is_the_number_of_the_page() -> None:
    text = f"{PROSE}Rank\tStaff\tCost\nClerks\t80\t£3m\n\t12\t\nWardens\t7\t£1m\n"

    assert [text[b.start : b.end] for b in find_structure(text) if b.rule == PAGE_NUMBER] == ["12"]
    assert len([kind for kind, _ in table(text) if kind == "row"]) == 2


def test_a_number_alone_in_a_row_of_two_columns_is_a_cell() -> None:
    text = f"{PROSE}Rank\tStaff\nClerks\t80\n<b></b>\t<b>12</b>\n"

    assert table(text)[-1] == ("row", [("Rank", ""), ("Staff", "12")])


@pytest.mark.parametrize(
    "line", ["\t12345\t", "\t12 wards\t"], ids=["five digits are no page", "words beside it are a cell"]
)
def test_what_is_no_page_number_in_a_row(line: str) -> None:
    text = f"{PROSE}Rank\tStaff\tCost\nClerks\t80\t£3m\n{line}\nWardens\t7\t£1m\n"

    assert len([kind for kind, _ in table(text) if kind == "row"]) == 3


def test_tables_apart_by_a_footnote_and_of_unlike_widths_are_two() -> None:
    text = f"{PROSE}Rank\tStaff\nClerks\t80\n\n¹ All of them.\n\nWard\tYear\tCost\nBexley\t2018\t£3m\n"

    assert table(text)[2][0] == "header"
    assert len({b.group for b in find_structure(text) if b.kind == "row"}) == 2


def test_a_paragraph_between_two_tables_parts_them() -> None:
    text = f"{PROSE}Rank\tStaff\nClerks\t80\n\n{PROSE}Rank\tStaff\nWardens\t7\n"

    assert [kind for kind, _ in table(text)] == ["header", "row", "header", "row"]


VALUED = (
    "How we do in the wards\n"
    "Number of burglaries -2%\n"
    "Thefts in the street\n"
    "Number of thefts of bicycles +4%\n"
    "Victims who say that we were of help Baseline\n"
)


def test_lines_that_end_in_a_value_are_rows_under_their_title_and_their_group() -> None:
    over = "How we do in the wards"
    group = f"{over} Thefts in the street"

    assert table(PROSE + VALUED) == [
        ("header", [("", over)]),
        ("row", [(over, "Number of burglaries"), (over, "-2%")]),
        ("header", [("", "Thefts in the street")]),
        ("row", [(group, "Number of thefts of bicycles"), (group, "+4%")]),
        ("row", [(group, "Victims who say that we were of help"), (group, "Baseline")]),
    ]


@pytest.mark.parametrize(
    ("line", "value"),
    [
        pytest.param("Thefts in all -2%", "-2%", id="per cent that fall"),
        pytest.param("Thefts in all –2%", "–2%", id="with a dash"),
        pytest.param("Thefts in all 2 per cent", "2 per cent", id="per cent in words"),
        pytest.param("The whole cost £2,713million", "£2,713million", id="money"),
        pytest.param("In 2018 Budget requirement: £3m", "Budget requirement: £3m", id="a value with its name"),
        pytest.param("Thefts in all 31,000", "31,000", id="a number"),
    ],
)
def test_what_a_value_is(line: str, value: str) -> None:
    lines = ["How we do in the wards", line, "Burglary in all +4%", "Robbery in all +5%"]
    rows = [cells for kind, cells in table(PROSE + "\n".join(lines)) if kind == "row"]

    assert rows[0][1][1] == value


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["How we do", "Thefts -2%", "Robbery +4%"], id="three lines"),
        pytest.param(["Arson now +9%", "Thefts -2%", "Robbery +4%", "Murder +1%"], id="no title"),
        pytest.param(["How we do", "Thefts", "Robbery", "Murder in all +4%"], id="few values"),
        pytest.param(
            ["How we do", "Thefts -2%", "Robbery +4%", "This is a sentence of many words and none is one", "Arson +4%"],
            id="a whole sentence",
        ),
        pytest.param(["How we do", "", "Thefts -2%", "", "Robbery +4%", "", "Murder +1%."], id="blank lines between"),
        pytest.param(["How we do", "It is Green", "It is Red", "It is Amber"], id="states after few words"),
    ],
)
def test_what_is_no_table_of_values(lines: list[str]) -> None:
    text = PROSE + "\n".join(lines)
    split = split_lines(text)

    assert {b.kind for b in find_tables(text, group_lines(text, split, {}, []))} == {"paragraph"}


def test_a_third_of_the_lines_with_a_value_is_enough() -> None:
    lines = ["How we do", "Thefts", "Thefts of bicycles -2%", "Robbery", "Robbery of phones +4%", "Murder"]

    assert [kind for kind, _ in table(PROSE + "\n".join(lines))] == [
        "header",
        "header",
        "row",
        "header",
        "row",
        "header",
    ]


ROWS = "Rank\tStaff\nClerks\t80\n"


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        pytest.param("Table 3: Staff by rank", ["Table 3: Staff by rank"], id="a number and a title"),
        pytest.param("FIGURE A1 Staff", ["FIGURE A1 Staff"], id="a figure in capitals"),
        pytest.param("Table 3\n\nStaff by rank", ["Table 3 Staff by rank"], id="the title on a line of its own"),
        pytest.param("Table 3:\n\nStaff by rank", ["Table 3: Staff by rank"], id="a colon before the title"),
        pytest.param("Table 3\n\nThat is what we know.", [], id="a sentence between"),
        pytest.param("Table 3 shows it.\n\nStaff by rank", [], id="a sentence that speaks of the table"),
        pytest.param("Staff by rank", [], id="no number"),
        pytest.param("Tables of staff", [], id="tables in general"),
        pytest.param("Table 3 now" + " of staff" * 11, ["Table 3 now" + " of staff" * 11], id="25 words"),
        pytest.param("Table 3" + " of staff" * 12, [], id="26 words"),
    ],
)
def test_captions(over: str, expected: list[str]) -> None:
    text = f"{PROSE}{over}\n\n{ROWS}"
    blocks = find_structure(text)

    assert [quote_at(text, b.spans) for b in blocks if b.kind == "caption"] == expected
    assert {b.group for b in blocks if b.kind == "caption"} <= {text.index("Rank\t")}


def test_a_caption_may_have_a_page_number_between_it_and_its_table() -> None:
    assert ("caption", "Table 3: Staff") in as_read(f"{PROSE}Table 3: Staff\n\n\n12\n\n\n{ROWS}")


def test_what_announces_a_table_leads_it_and_stays_a_paragraph() -> None:
    text = f"{PROSE}Our staff by rank:\n\n{ROWS}"
    [lead] = [b for b in find_structure(text) if b.kind == "paragraph" and b.group is not None]

    assert (quote_at(text, lead.spans), lead.group) == ("Our staff by rank:", text.index("Rank\t"))


def test_a_paragraph_that_announces_nothing_has_no_group() -> None:
    assert {b.group for b in find_structure(PROSE + ROWS) if b.kind == "paragraph"} == {None}


def test_rows_that_a_reader_knows_keep_their_cells() -> None:
    text = "Rank\tStaff\nClerks\t80\n"
    known = [Block("row", ((0, 4), (5, 10)), group=0, cells=(Cell(((0, 4),)), Cell(((5, 10),))))]

    assert find_structure(text, known)[0] == known[0]


def test_a_spread_header_has_its_last_cell_over_all_columns_after_it() -> None:
    header = [Cell(((0, 1),)), Cell(((2, 3),))]
    row = [Cell(((4, 5),)), Cell(((6, 7),)), Cell(((8, 9),))]

    spread = make_table([header], [row], spread=True)[1].cells
    narrow = make_table([header], [row])[1].cells

    assert [c.header for c in spread] == [((0, 1),), ((2, 3),), ((2, 3),)]
    assert [c.header for c in narrow] == [((0, 1),), ((2, 3),), ()]
