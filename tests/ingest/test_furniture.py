"""What stands on the page and is no part of what the document says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.furniture import (
    ADDRESS,
    CONTENTS,
    PAGE_NUMBER,
    SITE,
    contents_titles,
    find_furniture,
    spans_without_markup,
    strip_markup,
)
from ingest.lines import split_lines

QUICK = settings(max_examples=120, deadline=None)
FAR_FROM_THE_ENDS = "We act.\n" * 12


def left_out(text: str) -> dict[str, str]:
    """The lines that are furniture, by their words, and the rule for each."""
    lines = split_lines(text)
    return {lines[i].body: rule for i, rule in find_furniture(lines).items()}


@given(st.one_of(st.text(max_size=80), st.text(alphabet="a1 .\t\n<b>/", max_size=80)))
@QUICK
def test_only_lines_with_words_on_them_are_furniture(text: str) -> None:
    lines = split_lines(text)

    assert all(lines[i].body for i in find_furniture(lines))


@given(st.text(alphabet="a <>b/p\n", max_size=60), st.data())
@QUICK
def test_what_is_left_between_tags_is_the_text_without_them(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    spans = spans_without_markup(text, start, end)

    assert "".join("".join(text[s:e] for s, e in spans).split()) == "".join(strip_markup(text[start:end]).split())
    assert all(text[s:e] == text[s:e].strip() != "" for s, e in spans)


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        pytest.param("https://www.met.police.uk/plan?page=2", ADDRESS, id="address"),
        pytest.param("www.met.police.uk", ADDRESS, id="address without its scheme"),
        pytest.param("See www.met.police.uk", None, id="address in a sentence"),
        pytest.param("www.met.police.uk for more", None, id="words after an address"),
        pytest.param("12", PAGE_NUMBER, id="page number"),
        pytest.param("Page 12 of 90", PAGE_NUMBER, id="page number with the pages"),
        pytest.param("iv", PAGE_NUMBER, id="roman page number"),
        pytest.param("12,000", None, id="number too long for a page"),
        pytest.param("12 officers", None, id="number with words"),
        pytest.param("You are in: Home > Plans", None, id="banner far from the ends"),
        pytest.param("Cut crime", None, id="words"),
    ],
)
def test_lines_two_blank_lines_from_any_other(line: str, rule: str | None) -> None:
    found = left_out(f"{FAR_FROM_THE_ENDS}\n\n{line}\n\n\n{FAR_FROM_THE_ENDS}")

    assert found == ({} if rule is None else {line: rule})


@pytest.mark.parametrize(
    "line",
    [
        "You are in: Home > Plans",
        "Warning: This is archived material and may be out of date.",
        "This is archived material",
        "See the Met website for further information.",
        "Send an e-mail linking to this page",
        "Send an email linking to this page",
        "Feedback",
        "Back to top",
        "Skip to content",
        "Contents",
    ],
)
@pytest.mark.parametrize("layout", ["{line}\n{body}", "{body}{line}\n"], ids=["at the top", "at the foot"])
def test_what_a_web_page_prints_at_its_ends(line: str, layout: str) -> None:
    assert left_out(layout.format(line=line, body=FAR_FROM_THE_ENDS)) == {line: SITE}


def test_a_sentence_that_speaks_of_feedback_stays() -> None:
    assert left_out("Feedback from the public matters.\n") == {}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Staff by rank:\n12\nconstables\n\nand sergeants.\n\nNow.\n", id="no blank line"),
        pytest.param("Staff by rank:\n\n12\n\nconstables\n\nand sergeants.\n", id="one blank line"),
        pytest.param("Staff by rank:\n\n12\n\n\nconstables\nand sergeants.\n", id="one blank line before it"),
        pytest.param("Staff by rank:\n\n\n12\n\nconstables\nand sergeants.\n", id="one blank line behind it"),
        pytest.param("Staff\n\n\n12\n", id="a text too short for pages"),
    ],
)
def test_a_number_that_does_not_stand_apart_is_no_page_number(text: str) -> None:
    assert left_out(text) == {}


def test_a_page_number_may_end_the_text() -> None:
    assert left_out("We act.\nWe act.\nWe act.\n\n\n12\n") == {"12": PAGE_NUMBER}


@pytest.mark.parametrize(
    "contents",
    [
        pytest.param("Our aims\t3\nOur staff\t9\nOur money\t12\n", id="tabs"),
        pytest.param("Our aims ..... 3\nOur staff .... 9\nOur money....12\n", id="leader dots"),
        pytest.param("Our aims\t3\n\nOur staff\t9\n\nOur money\t12\n", id="blank lines between"),
    ],
)
def test_a_table_of_contents_is_left_out_and_its_titles_are_known(contents: str) -> None:
    text = f"The plan\n\n{contents}\nWe act.\n"

    assert set(left_out(text).values()) == {CONTENTS}
    assert len(left_out(text)) == 3
    assert contents_titles(split_lines(text)) == {"our aims", "our staff", "our money"}


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Our aims\t3\nOur staff\t9\n", id="two entries at the end"),
        pytest.param("Our aims\t3\nOur staff\t9\nWe act.\n", id="two entries and a line"),
        pytest.param("Our aims\t3\nWe act.\nOur staff\t9\nOur money\t12\n", id="a line between"),
        pytest.param("Crime\t4\t3\nStaff\t8\t9\nMoney\t7\t12\n", id="three columns"),
        pytest.param("Crime ... 3\nStaff ... 9\nMoney ... 12\n", id="three dots"),
    ],
)
def test_what_is_no_table_of_contents(text: str) -> None:
    assert left_out(text) == {}
    assert contents_titles(split_lines(text)) == set()


def test_the_titles_of_a_table_of_contents_lose_their_tags() -> None:
    text = "<b>Our aims</b>\t3\n<b>Our staff</b>\t9\nOur money\t12\n"

    assert contents_titles(split_lines(text)) == {"our aims", "our staff", "our money"}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        pytest.param("<b>Aim</b>", "Aim", id="bold"),
        pytest.param("<p class='x'>Aim<br/>", "Aim", id="with attributes"),
        pytest.param("<LI>Aim</LI>", "Aim", id="capitals"),
        pytest.param("a < b > c", "a < b > c", id="less and greater"),
        pytest.param("<name@met.uk>", "<name@met.uk>", id="e-mail address"),
        pytest.param("<insert date>", "<insert date>", id="a gap to fill in"),
    ],
)
def test_what_a_tag_is(text: str, bare: str) -> None:
    assert strip_markup(text) == bare


@pytest.mark.parametrize("heading", ["Civil", "Civic", "Ill"])
def test_a_word_of_roman_digits_is_no_page_number(heading: str) -> None:
    assert left_out(f"{FAR_FROM_THE_ENDS}\n\n{heading}\n\n\n{FAR_FROM_THE_ENDS}") == {}


def test_a_table_whose_numbers_fall_is_no_table_of_contents() -> None:
    assert left_out("Crime\tCases\nRobbery\t3200\nBurglary\t900\nMurder\t132\n\nWe act.\n") == {}
