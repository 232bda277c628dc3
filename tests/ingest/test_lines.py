"""What can be told from one line alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.lines import NUMBERED_HEADING, Line, count_lines, split_lines

QUICK = settings(max_examples=120, deadline=None)


@given(st.one_of(st.text(alphabet="ab• \n\t\r\f\u2028", max_size=60), st.text(max_size=60)))
@QUICK
def test_lines_hold_all_but_white_space(text: str) -> None:
    lines = split_lines(text)

    ends = text.replace("\r\r\n", "\n").replace("\r\n", "\n")
    for end in ("\r", "\x0b", "\x85", "\u2028", "\u2029"):
        ends = ends.replace(end, "\n")
    assert len(lines) == ends.count("\n") + (ends != "" and not ends.endswith("\n"))
    assert count_lines(text) == ends.count("\n") + 1
    assert all(text[line.start : line.end] == line.body == line.body.strip() for line in lines)
    assert all(line.blank == (line.start == line.end) for line in lines)
    places = [i for line in lines for i in range(line.start, line.end)]
    assert places == sorted(places)
    assert set(range(len(text))) - set(places) <= {i for i, c in enumerate(text) if c.isspace()}


def only_line(text: str) -> Line:
    [line] = split_lines(text)
    return line


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("• Cut crime", "Cut crime", id="bullet"),
        pytest.param("  - Cut crime", "Cut crime", id="hyphen"),
        pytest.param("– Cut crime", "Cut crime", id="dash"),
        pytest.param("* Cut crime", "Cut crime", id="star"),
        pytest.param("\uf0b7\tCut crime", "Cut crime", id="Word's bullet, then a tab"),
        pytest.param("•Cut crime", None, id="no blank after it"),
        pytest.param("•", None, id="nothing after it"),
        pytest.param("-5% a year", None, id="minus"),
        pytest.param("Cut - crime", None, id="hyphen inside"),
        pytest.param("1. Cut crime", None, id="a number is no bullet"),
        pytest.param("", None, id="empty line"),
    ],
)
def test_what_a_bullet_is(text: str, words: str | None) -> None:
    line = only_line(f"{text}\n")

    assert (line.bullet_end >= 0) == (words is not None)
    if words is not None:
        assert text[line.bullet_end : line.end] == words


@pytest.mark.parametrize(
    ("text", "numbered"),
    [
        pytest.param("1. Cut crime", True, id="number and stop"),
        pytest.param("12) Cut crime", True, id="number and bracket"),
        pytest.param("(a) Cut crime", True, id="letter in brackets"),
        pytest.param("iv) Cut crime", True, id="roman"),
        pytest.param("123. Cut crime", False, id="three digits"),
        pytest.param("1 Cut crime", False, id="nothing after the number"),
        pytest.param("3.5 per cent", False, id="decimal"),
        pytest.param("1.", False, id="nothing after it"),
        pytest.param("A. Cut crime", False, id="capital letter"),
    ],
)
def test_what_a_numbered_line_is(text: str, numbered: bool) -> None:
    assert only_line(text).numbered is numbered


@pytest.mark.parametrize(
    ("text", "row"),
    [
        pytest.param("Staff\t800", True, id="tab between words"),
        pytest.param("Staff\t\t\n", True, id="two tabs after them"),
        pytest.param("Staff\t\n", False, id="one tab after them"),
        pytest.param("\t\tStaff", False, id="tabs before them"),
        pytest.param("Staff   800", False, id="blanks"),
        pytest.param("\t\n", False, id="nothing but a tab"),
    ],
)
def test_what_a_tab_separated_row_is(text: str, row: bool) -> None:
    assert only_line(text).row is row


@pytest.mark.parametrize(
    ("text", "number", "letter"),
    [
        pytest.param("3- Focusing on crime", "3", None, id="hyphen"),
        pytest.param("3.2 Tackling violence", "3.2", None, id="two numbers"),
        pytest.param("4.1.2) Scope", "4.1.2", None, id="three numbers"),
        pytest.param("5 “Our” way", "5", None, id="before a quote"),
        pytest.param("B. Supporting information", None, "B", id="letter"),
    ],
)
def test_what_a_numbered_heading_is(text: str, number: str | None, letter: str | None) -> None:
    found = NUMBERED_HEADING.match(text)

    assert found is not None
    assert (found["number"], found["letter"]) == (number, letter)


@pytest.mark.parametrize("text", ["2018 Review", "3.2 tackling violence", "31,000 Officers", "A Plan", "Plan 3 Now"])
def test_what_is_no_numbered_heading(text: str) -> None:
    assert NUMBERED_HEADING.match(text) is None


def test_a_line_says_where_it_stands() -> None:
    assert split_lines("Aim\n\n  Cut \n") == [
        Line(start=0, end=3, indent=0, body="Aim", row=False),
        Line(start=5, end=5, indent=0, body="", row=False),
        Line(start=7, end=10, indent=2, body="Cut", row=False),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r\r\n", "\r", "\x0b", "\x85", "\u2028", "\u2029"], ids=repr)
def test_whatever_ends_a_line(end: str) -> None:
    text = f"Aim{end}{end}• Cut{end}"

    assert [(line.body, text[line.start : line.end]) for line in split_lines(text)] == [
        ("Aim", "Aim"),
        ("", ""),
        ("• Cut", "• Cut"),
    ]


def test_a_form_feed_ends_no_line() -> None:
    assert [(line.body, line.indent) for line in split_lines("Aim\n\fCut\n")] == [("Aim", 0), ("Cut", 1)]


def test_lines_are_found_in_time_that_grows_with_the_text_alone() -> None:
    """A pattern that tries a run of line ends from each of its places would take minutes for these."""
    for end in ("\r", "\n", "\r\n"):
        assert len(split_lines(end * 200_000)) == count_lines(end * 200_000) - 1 == 200_000
