"""Texts to paragraphs, items, rows and furniture."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.blocks import finished, is_wrapped
from ingest.documents import Block, Span
from ingest.furniture import ADDRESS, CONTENTS, MARKUP, PAGE_NUMBER, SITE
from ingest.lines import split_lines
from ingest.quotes import quote_at
from ingest.structure import find_structure

# What documents are made of, and what makes them hard to read.
PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\n\n\n", " ", "  ", "\t", "\f", "\r\n", "\r", "\x0b", "\x85", "\u2028", "\x00",
        "• ", "- ", "1. ", "(a) ", "3.2 ", "A. ", "Our plan", "we will", "cut crime.", "2018-\n19",
        "31,000", "12", "iv", "https://met.uk", "You are in: Home", "Milestones:", "<b>", "</b>", "<p\n>", "\t9",
        "..... 4", "½", "word " * 30,
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=80))
LONG_LINE = (
    "This paragraph stands on a single line of its own, and it is far too long to be one line of several" * 2 + "."
)


def as_read(text: str) -> list[tuple[str, str]]:
    """Each block's kind and words."""
    return [(block.kind, quote_at(text, block.spans)) for block in find_structure(text)]


def rows(text: str) -> list[tuple[str, str]]:
    """Each row's header and words; "" for a row that is a header."""
    return [
        (quote_at(text, header) if (header := header_of(block)) else "", quote_at(text, block.spans))
        for block in find_structure(text)
        if block.kind in ("row", "header")
    ]


def header_of(block: Block) -> list[Span]:
    return sorted({span for cell in block.cells for span in cell.header})


def held_by(blocks: list[Block]) -> list[int]:
    """The offsets in the blocks and their markers."""
    spans = [span for b in blocks for span in (*b.spans, *([b.marker] if b.marker else []))]
    return [i for start, end in spans for i in range(start, end)]


def left_out(text: str) -> list[tuple[str, str]]:
    """What each furniture rule took."""
    return [(b.rule, text[b.start : b.end].strip()) for b in find_structure(text) if b.kind == "furniture"]


@given(TEXTS)
@example("a\rb\x0bc\x85d\u2028e\x1cf")
@example("<p\n1>\n\n2 <b>3</b> 4")
@settings(max_examples=200, deadline=None)
def test_every_letter_and_digit_is_in_exactly_one_block(text: str) -> None:
    blocks = find_structure(text)
    held = held_by(blocks)

    assert [b.start for b in blocks] == sorted(b.start for b in blocks)
    assert len(held) == len(set(held))
    assert {i for i, c in enumerate(text) if c.isalnum()} <= set(held) <= set(range(len(text)))
    assert all(list(b.spans) == sorted(b.spans) and all(s < e for s, e in b.spans) for b in blocks)


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_only_white_space_and_bullets_lie_between_blocks(text: str) -> None:
    held = set(held_by(find_structure(text)))

    assert {c for i, c in enumerate(text) if i not in held and not c.isspace()} <= set("•-")


@given(TEXTS)
@settings(max_examples=120, deadline=None)
def test_what_a_block_says_of_itself_goes_with_its_kind(text: str) -> None:
    for block in find_structure(text):
        assert (block.kind == "furniture") == bool(block.rule)
        assert (block.kind in ("heading", "item")) == (block.depth > 0)
        assert bool(block.cells) == (block.kind in ("row", "header", "entry"))
        assert block.group is not None or block.kind not in ("item", "row", "caption")
        in_cells = {span for cell in block.cells for span in cell.spans}
        assert not block.cells or in_cells == set(block.spans)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param(" \n\t\n", [], id="blank"),
        pytest.param(
            "We cut crime\nand save\nmoney.\n\nWe act now\nfor all.\n",
            [("paragraph", "We cut crime and save money."), ("paragraph", "We act now for all.")],
            id="paragraphs broken over lines",
        ),
        pytest.param(
            f"{LONG_LINE}\nWe act.\nWe save.\n",
            [("paragraph", LONG_LINE), ("paragraph", "We act."), ("paragraph", "We save.")],
            id="paragraphs of one line",
        ),
        pytest.param(
            "We will:\n• cut crime\n• save money\nfor all\n\nWe act now.\n",
            [
                ("paragraph", "We will:"),
                ("item", "cut crime"),
                ("item", "save money for all"),
                ("paragraph", "We act now."),
            ],
            id="bullets, one over two lines",
        ),
        pytest.param(
            "We will do:\n1. cut crime\n2. save\nmoney\n",
            [("paragraph", "We will do:"), ("item", "cut crime"), ("item", "save money")],
            id="numbered items",
        ),
        pytest.param(
            "We rely on section\n1. a of the act\nand on much more.\n",
            [("paragraph", "We rely on section 1. a of the act and on much more.")],
            id="one number that begins a line is no item",
        ),
        pytest.param(
            "We act now in\nmany ways. We will\n\n cut crime\n\n save money\n\nNow we\nact again\nand again.\n",
            [
                ("paragraph", "We act now in many ways. We will"),
                ("item", "cut crime"),
                ("item", "save money"),
                ("paragraph", "Now we act again and again."),
            ],
            id="bullets whose glyphs were lost",
        ),
        pytest.param(
            "We act now in\nmany ways.\n The next page\nbegins here.\nIt goes on\nand on.\n",
            [("paragraph", "We act now in many ways."), ("paragraph", "The next page begins here. It goes on and on.")],
            id="page break between sentences",
        ),
        pytest.param(
            "We act now in\nmany ways for the\n good of all people\nin the city.\nIt goes on\nand on.\n",
            [("paragraph", "We act now in many ways for the good of all people in the city. It goes on and on.")],
            id="page break in a sentence",
        ),
        pytest.param(
            "4.1 Our plan for\nthe whole city\n\nWe act now.\nWe act for all.\n",
            [("heading", "4.1 Our plan for the whole city"), ("paragraph", "We act now. We act for all.")],
            id="numbered heading over two lines",
        ),
    ],
)
def test_texts_as_blocks(text: str, expected: list[tuple[str, str]]) -> None:
    assert as_read(text) == expected


@pytest.mark.parametrize(
    ("between", "furniture"),
    [
        pytest.param("\n\n12\n\n\n", [(PAGE_NUMBER, "12")], id="page number"),
        pytest.param(
            "https://met.uk/a\nhttps://met.uk/b\n",
            [(ADDRESS, "https://met.uk/a"), (ADDRESS, "https://met.uk/b")],
            id="block of web addresses",
        ),
        pytest.param(
            "\nhttps://met.uk/a\n\n\n12\n\n\n", [(ADDRESS, "https://met.uk/a"), (PAGE_NUMBER, "12")], id="both of them"
        ),
        pytest.param("\n", [], id="blank line"),
        pytest.param("\n ", [], id="page break"),
    ],
)
def test_a_sentence_goes_on_over_what_interrupts_it(between: str, furniture: list[tuple[str, str]]) -> None:
    text = f"We work with all\nof the city's\n{between}many schools.\n\nAnd more\nis to come.\n"
    read = [found for found in as_read(text) if found[0] != "furniture"]

    if between == "\n ":  # after a blank line, one blank is a bullet that was lost
        assert read[:2] == [("paragraph", "We work with all of the city's"), ("item", "many schools.")]
    else:
        assert read == [
            ("paragraph", "We work with all of the city's many schools."),
            ("paragraph", "And more is to come."),
        ]
    assert left_out(text) == furniture


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param("We act for all.", "many schools.", id="the first is finished"),
        pytest.param("We act for all.", "Many schools.", id="the second begins anew"),
        pytest.param("we act for all our city", "Many say so to us.", id="no word leads on"),
    ],
)
def test_blocks_that_are_no_one_sentence_are_not_joined(before: str, after: str) -> None:
    text = f"{before}\n\n\n12\n\n\n{after}\n\nWe act now.\n"

    assert [kind for kind, _ in as_read(text)] == ["paragraph", "furniture", "paragraph", "paragraph"]


def test_a_sentence_goes_on_after_a_part_of_two_words() -> None:
    text = f"{LONG_LINE}\n\nWe work with all of the many\n\nsmall wards\n\nof the city.\n"

    assert as_read(text)[-1] == ("paragraph", "We work with all of the many small wards of the city.")


@pytest.mark.parametrize(
    ("last", "first", "elsewhere", "joined"),
    [
        pytest.param("Tower", "Hamlets", "Tower Hamlets", True, id="a name cut in two"),
        pytest.param("999", "Calls", "999 Calls,", True, id="a number and its name"),
        pytest.param("Tower", "Hamlets", "Hamlets", False, id="not side by side elsewhere"),
        pytest.param("Tower", "Hamlets", "Water Tower\n\nHamlets", False, id="on two lines elsewhere"),
        pytest.param("Tower", "Ham", "Tower Hamlets", False, id="another word elsewhere"),
        pytest.param("town", "Hall", "town Hall", False, id="a common word"),
    ],
)
def test_a_name_whose_words_stand_side_by_side_elsewhere_is_joined(
    last: str, first: str, elsewhere: str, joined: bool
) -> None:
    text = (
        f"{LONG_LINE}\n\nWe met with many of the people from {last}\n\n{first} came too.\n\nAll see {elsewhere} now.\n"
    )
    words = f"We met with many of the people from {last} {first} came too."

    assert (("paragraph", words) in as_read(text)) is joined


def test_an_item_goes_on_over_a_page_number() -> None:
    text = "We will now:\n• work with all of the\n\n\n12\n\n\nmany schools.\n"

    assert ("item", "work with all of the many schools.") in as_read(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Name\tRole\nAnn\tChief\nBob\tClerk\n",
            [("", "Name Role"), ("Name Role", "Ann Chief"), ("Name Role", "Bob Clerk")],
            id="header",
        ),
        pytest.param(
            "Our staff\t\t\nName\tRole\nAnn\tChief\n",
            [("", "Our staff"), ("", "Name Role"), ("Our staff Name Role", "Ann Chief")],
            id="title row above the header",
        ),
        pytest.param(
            "Name\tRole\nAnn\tChief\nName\tRole\nBob\tClerk\n",
            [("", "Name Role"), ("Name Role", "Ann Chief"), ("Name Role", "Bob Clerk")],
            id="header repeated on the next page",
        ),
        pytest.param(
            "Name\tRole\n\nAnn\tChief\n",
            [("", "Name Role"), ("Name Role", "Ann Chief")],
            id="blank line between rows",
        ),
        pytest.param(
            f"Name\tRole\nAnn\tChief\n\n{LONG_LINE}\n\nYear\tCost\n2018\t£3m\n",
            [("", "Name Role"), ("Name Role", "Ann Chief"), ("", "Year Cost"), ("Year Cost", "2018 £3m")],
            id="two tables with a paragraph between",
        ),
    ],
)
def test_tab_separated_tables(text: str, expected: list[tuple[str, str]]) -> None:
    assert rows(text) == expected


FLATTENED = (
    "Staff\n\n2017-\n18\n\n2018-\n19\n\n"
    "Officers\n\n31,000\n\nClerks\n\n8,000\n\nWardens\n\n1,500\n\nWe act now\nfor all.\n"
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Staff\n\n2017-\n18\n\n2018-\n19\n\nClerks\n\n8,000  7,000\n\nWardens\n\n1,500  -\n\nAll\n\n9,500  7,000\n",
            [
                ("", "Staff 2017-18 2018-19"),
                ("Staff 2017-18 2018-19", "Clerks 8,000 7,000"),
                ("Staff 2017-18 2018-19", "Wardens 1,500 -"),
                ("Staff 2017-18 2018-19", "All 9,500 7,000"),
            ],
            id="years in the header, numbers under their labels",
        ),
        pytest.param(
            "Year\n\n2018-19\n\nOfficers 31,000\n\nClerks -\n\nWardens (1.5%)\n",
            [
                ("", "Year 2018-19"),
                ("Year 2018-19", "Officers 31,000"),
                ("Year 2018-19", "Clerks -"),
                ("Year 2018-19", "Wardens (1.5%)"),
            ],
            id="numbers beside their labels",
        ),
        pytest.param(
            "Year\n\nOfficers\n\n31,000\n\nOf whom\n\nClerks\n\n8,000\n\nWardens\n\n1,500\n",
            [
                ("", "Year"),
                ("Year", "Officers 31,000"),
                ("Year", "Of whom"),
                ("Year", "Clerks 8,000"),
                ("Year", "Wardens 1,500"),
            ],
            id="a label without a number",
        ),
        pytest.param(
            "B. Our staff\n\nRank\n\nOfficers 31,000\n\nClerks 8,000\n\nWardens 1,500\n",
            [
                ("", "Rank"),
                ("Rank", "Officers 31,000"),
                ("Rank", "Clerks 8,000"),
                ("Rank", "Wardens 1,500"),
            ],
            id="the heading above is no part of the header",
        ),
        pytest.param("Officers 31,000\n\nClerks 8,000\n\nWe act now.\n", [], id="two rows are no table"),
        pytest.param("In 2017\n\nIn 2018\n\nIn 2019\n\nWe act now.\n", [], id="years are no numbers"),
        pytest.param("Spent 5,000.\n\nSaved 4,000.\n\nLost 3,000.\n", [], id="sentences are no cells"),
    ],
)
def test_tables_flattened_to_one_cell_a_line(text: str, expected: list[tuple[str, str]]) -> None:
    assert rows(text) == expected


@pytest.mark.parametrize(
    ("text", "kept", "furniture"),
    [
        pytest.param(
            "You are in: Home > Plans\n\nWe act now.\n",
            [("paragraph", "We act now.")],
            [(SITE, "You are in: Home > Plans")],
            id="web page's banner",
        ),
        pytest.param(
            "Aims\t3\nStaff\t9\nMoney\t12\n\nWe act now.\n",
            [("paragraph", "We act now.")],
            [(CONTENTS, "Aims\t3"), (CONTENTS, "Staff\t9"), (CONTENTS, "Money\t12")],
            id="table of contents",
        ),
        pytest.param(
            "<p>We act <b>now</b>.</p>\n",
            [("paragraph", "We act now .")],
            [(MARKUP, "<p>"), (MARKUP, "<b>"), (MARKUP, "</b>"), (MARKUP, "</p>")],
            id="HTML tags, each a cut that reads as a space",
        ),
        pytest.param("<ul>\n", [], [(MARKUP, "<ul>")], id="nothing but a tag"),
        pytest.param("• <li>cut crime\n", [("item", "cut crime")], [(MARKUP, "<li>")], id="tag in an item"),
    ],
)
def test_what_is_left_out(text: str, kept: list[tuple[str, str]], furniture: list[tuple[str, str]]) -> None:
    assert [found for found in as_read(text) if found[0] != "furniture"] == kept
    assert left_out(text) == furniture


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        pytest.param("We act.", True, id="full stop"),
        pytest.param("We will:", True, id="colon"),
        pytest.param("He said “Stop.”", True, id="full stop inside quotes"),
        pytest.param("(We act.)", True, id="full stop inside brackets"),
        pytest.param("", True, id="nothing"),
        pytest.param("We work with", False, id="word"),
        pytest.param("in 2018,", False, id="comma"),
        pytest.param("by “all”", False, id="quotes around a word"),
    ],
)
def test_what_is_finished(words: str, expected: bool) -> None:
    assert finished(words) is expected


def test_a_bullet_alone_on_a_line_is_no_block() -> None:
    assert as_read("We will:\n• cut crime\n•\n\n•\n• save money\n") == [
        ("paragraph", "We will:"),
        ("item", "cut crime"),
        ("item", "save money"),
    ]


def test_a_text_of_long_lines_is_not_wrapped_and_one_of_short_lines_is() -> None:
    assert is_wrapped(split_lines("We act now\nfor all of\nthe city.\n"))
    assert not is_wrapped(split_lines(f"{LONG_LINE}\n" * 3))
    assert not is_wrapped([])


def test_a_block_knows_its_ends_and_whether_it_stands_alone() -> None:
    title, aim = find_structure("Our plan\n\nWe act now\nfor all.\n")

    assert title == Block("heading", ((0, 8),), depth=1, isolated=True)
    assert (aim.start, aim.end, aim.isolated) == (10, 29, True)
    assert [b.isolated for b in find_structure("We will:\n• cut crime\n")] == [False, False]


def test_a_text_of_two_short_lines_is_wrapped() -> None:
    lines = split_lines("We work with all of the schools in the city, with its colleges, and with\nall of us.\n")

    assert max(len(line.body) for line in lines) < 80
    assert is_wrapped(lines)


def test_a_page_number_between_two_rows_does_not_end_their_table() -> None:
    text = "Name\tRole\tYear\nAnn\tChief\t2018\n\n\n12\n\n\nBob\tClerk\t2019\n"

    assert rows(text) == [
        ("", "Name Role Year"),
        ("Name Role Year", "Ann Chief 2018"),
        ("Name Role Year", "Bob Clerk 2019"),
    ]


def test_a_numbered_heading_is_no_part_of_a_flattened_table() -> None:
    text = "4.2 Our staff\n\nRank\n\nOfficers 31,000\n\nClerks 8,000\n\nWardens 1,500\n"

    assert as_read(text)[0] == ("heading", "4.2 Our staff")


def test_a_line_that_hangs_under_a_bullet_goes_on_with_its_item() -> None:
    text = "We act now in\nmany ways.\nWe will:\n\n• cut crime in all\n  of the city\n• save money\n"

    assert as_read(text)[1:] == [("item", "cut crime in all of the city"), ("item", "save money")]
