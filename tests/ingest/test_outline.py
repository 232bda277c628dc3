"""Which blocks are headings, how deep each is, and the sections they make."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import Section
from ingest.outline import find_sections
from ingest.quotes import quote_at
from ingest.structure import find_structure

PIECES = st.sampled_from(
    [
        "\n", "\n\n", "\n\n\n12\n\n\n", "\t", "Our plan", "3.2 Our staff", "B. Our aims", "Milestones:", "We act now.",
        "• cut crime",
    ]
)  # fmt: skip
TEXTS = st.one_of(st.lists(PIECES, max_size=20).map("".join), st.text(max_size=60))


def headings(text: str) -> list[tuple[int, str]]:
    """The depth and the words of each heading."""
    blocks = find_structure(text)
    return [(b.depth, quote_at(text, b.spans)) for b in blocks if b.kind == "heading"]


def sections(text: str) -> tuple[Section, ...]:
    return find_sections(text, find_structure(text))


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_sections_tile_the_text_and_each_opens_with_its_heading(text: str) -> None:
    blocks = find_structure(text)
    found = find_sections(text, blocks)

    assert "".join(text[s.start : s.end] for s in found) == text
    assert all(s.start < s.end for s in found)
    opened = {b.start: quote_at(text, b.spans).rstrip(": ") for b in blocks if b.kind == "heading"}
    assert {s.start: s.headings[-1] for s in found if s.headings} == opened
    assert all(b.depth > 0 for b in blocks if b.kind == "heading")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("Our plan\n\nWe act now.\n", [(1, "Our plan")], id="bare"),
        pytest.param(
            "3. Our plan\n\n3.2 Our staff\n\nWe act now.\n", [(1, "3. Our plan"), (2, "3.2 Our staff")], id="numbered"
        ),
        pytest.param("B. Our plan\n\nWe act now.\n", [(1, "B. Our plan")], id="lettered"),
        pytest.param(
            "4.1 Our plan for\nthe whole city\n\nWe act now.\n",
            [(2, "4.1 Our plan for the whole city")],
            id="two lines",
        ),
        pytest.param(
            "3.2 Our staff\n\nWe act now.\n\nOur officers\n\nWe act now.\n",
            [(2, "3.2 Our staff"), (3, "Our officers")],
            id="bare under a numbered one",
        ),
        pytest.param(
            "Aims\t3\nStaff\t9\nMoney\t12\n\n3.2 Our past\n\nWe act now.\n\nStaff\n\nWe act now.\n",
            [(2, "3.2 Our past"), (1, "Staff")],
            id="listed in the table of contents",
        ),
        pytest.param(
            "Our plan\n\nMilestones:\n\nQuarter 1, 2018-19: we act now.\n",
            [(1, "Our plan"), (2, "Milestones:")],
            id="label",
        ),
        pytest.param(
            "Our plan\n\nMilestones:\n\nWe act now.\n\nMeasures:\n\nWe act now.\n",
            [(1, "Our plan"), (2, "Milestones:"), (2, "Measures:")],
            id="labels stand side by side",
        ),
    ],
)
def test_what_is_a_heading(text: str, expected: list[tuple[int, str]]) -> None:
    assert headings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We act now.", id="ends as a sentence does"),
        pytest.param("our plan", id="small letter"),
        pytest.param("Our plan, our way,", id="ends in a comma"),
        pytest.param("Our plan -", id="ends in a hyphen"),
        pytest.param("Our plan (for", id="open bracket"),
        pytest.param("£3m", id="neither capital nor number"),
        pytest.param("12 34 56 staff", id="mostly numbers"),
        pytest.param("31,000", id="no letter"),
        pytest.param("¹ See our plan", id="footnote"),
        pytest.param("Quarter 3, 2018-19: we begin", id="dated label"),
        pytest.param("ANPR Automatic Number Plate Recognition", id="term with its meaning"),
        pytest.param("BCUs Basic Command Units", id="term in the plural with its meaning"),
        pytest.param("Our " + "long " * 22 + "plan", id="too long"),
        pytest.param("Milestones for all of us:", id="label of five words"),
    ],
)
def test_what_is_no_heading(text: str) -> None:
    assert headings(f"{text}\n\nWe act now.\n") == []


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("We act now.\n\nOur plan\n", id="nothing under it"),
        pytest.param("Our plan\n\n\n12\n\n\n", id="only a page number under it"),
        pytest.param("Our plan\n\nand our way.\n", id="the sentence goes on under it"),
        pytest.param("Our plan\n• We act now.\n", id="no blank line under it"),
        pytest.param("Our aims:\n\n• cut crime\n", id="a label with a list under it is its lead-in"),
    ],
)
def test_where_no_heading_can_be(text: str) -> None:
    assert headings(text) == []


def test_a_heading_may_have_a_page_number_between_it_and_its_words() -> None:
    assert headings("Our plan\n\n\n12\n\n\nWe act now.\n") == [(1, "Our plan")]


@pytest.mark.parametrize(
    ("listed", "depth"), [("Our aims now", 1), ("Our aim now", 3)], ids=["12 letters", "11 letters"]
)
def test_a_heading_may_go_on_after_a_title_that_the_contents_list_if_that_is_not_short(listed: str, depth: int) -> None:
    text = f"{listed}\t3\nStaff\t9\nMoney\t12\n\n3.2 Our past\n\nWe act now.\n\n{listed} and then\n\nWe act now.\n"

    assert headings(text)[1] == (depth, f"{listed} and then")


def test_an_acronym_that_is_not_spelled_out_may_head_a_section() -> None:
    assert headings("MPS Annual Report\n\nWe act now.\n") == [(1, "MPS Annual Report")]


def test_of_bare_headings_in_a_row_the_first_is_the_title_the_last_a_heading_and_the_others_are_words() -> None:
    text = "Our plan\n\nOur aims\n\nOur staff\n\nWe act now.\n"

    assert headings(text) == [(1, "Our plan"), (1, "Our staff")]
    assert [b.kind for b in find_structure(text)] == ["heading", "paragraph", "heading", "paragraph"]


def test_four_bare_headings_in_a_row_head_nothing() -> None:
    assert headings("Rank\n\nOfficer\n\nClerk\n\nWarden\n\nWe act now.\n") == []


def test_numbered_headings_are_headings_however_many_stand_in_a_row() -> None:
    assert len(headings("1 Our aims\n\n2 Our staff\n\n3 Our money\n\n4 Our time\n\nWe act now.\n")) == 4


def test_a_section_runs_from_its_heading_to_the_next() -> None:
    text = "We act now.\n\n1 Our plan\n\nWe act now.\n\n1.1 Our aims:\n\nWe act now.\n\n2 Our staff\n\nWe act now.\n"
    plan, staff = text.index("1 Our plan"), text.index("2 Our staff")

    assert [s.headings for s in sections(text)] == [(), ("1 Our plan",), ("2 Our staff",)]
    assert [(s.start, s.end) for s in sections(text)] == [(0, plan), (plan, staff), (staff, len(text))]


def test_a_path_holds_one_heading_of_each_depth() -> None:
    headed = ["1 Plan", "1.1 Aims", "Milestones:", "1.2 Staff", "2 Money"]
    text = "".join(f"{heading}\n\nWe act.\n\n" for heading in headed)

    assert [s.headings for s in sections(text)] == [
        ("1 Plan",),
        ("1 Plan", "1.1 Aims"),
        ("1 Plan", "1.1 Aims", "Milestones"),
        ("1 Plan", "1.2 Staff"),
        ("2 Money",),
    ]


def test_a_name_and_an_office_before_the_next_chapter_are_words_of_the_document_and_no_heading() -> None:
    text = "1 Foreword\n\nWe cut crime.\n\nAda Byron\n\n2 Aims\n\nWe act now.\n"

    marked = [(b.kind, text[b.start : b.end]) for b in find_structure(text)]

    assert ("paragraph", "Ada Byron") in marked
    assert ("heading", "2 Aims") in marked
