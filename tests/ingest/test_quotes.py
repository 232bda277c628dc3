"""The quote rule, and the way back from a folded text to its source."""

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingest.documents import Span
from ingest.errors import CorpusError, QuoteError
from ingest.quotes import find_quote, fold, fold_spans, quote_at, stands

# Hyphens, line breaks and every kind of blank, often enough that they meet.
TEXTS = st.one_of(st.text(alphabet="ab-.\n \t\r\u2028\xa0", max_size=60), st.text(max_size=60))
QUICK = settings(max_examples=120, deadline=None)


@st.composite
def texts_with_spans(draw: st.DrawFn) -> tuple[str, list[Span]]:
    """Any text with any spans that are valid in it: in order, not empty; some touch."""
    text = draw(TEXTS.filter(bool))
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), min_size=2, max_size=8)))
    spans = [(start, end) for start, end in zip(cuts[::2], cuts[1::2], strict=False) if start < end]
    return text, spans or [(0, len(text))]


def quote_by_the_letter(text: str, spans: list[Span]) -> str:
    """The quote rule as the design words it, done a character at a time and without a pattern."""
    joined = " ".join(text[start:end] for start, end in spans)
    kept = ""
    at = 0
    while at < len(joined):
        if not joined[at].isspace():
            kept += joined[at]
            at += 1
            continue
        blank_from = at
        while at < len(joined) and joined[at].isspace():
            at += 1
        blanks = joined[blank_from:at]
        if kept.endswith("-") and "\n" in blanks:
            blanks = blanks[blanks.index("\n") + 1 :]  # a line break after a hyphen, with the spaces before it
            blanks = blanks[blanks.index("\n") :] if "\n" in blanks else ""  # and the spaces behind it
        kept += " " if blanks else ""
    return kept.strip()


@given(TEXTS)
@QUICK
def test_fold_is_idempotent(text: str) -> None:
    folded = fold(text)

    assert fold(folded) == folded
    assert "  " not in folded
    assert not any(c.isspace() and c != " " for c in folded)


@given(texts_with_spans())
@example(("a- \n\n b", [(0, 7)]))
@example(("a-\nb", [(0, 3), (3, 4)]))
@example(("a-\nb", [(0, 2), (2, 4)]))
@QUICK
def test_quote_at_is_the_quote_rule_by_the_letter(case: tuple[str, list[Span]]) -> None:
    text, spans = case

    assert quote_at(text, spans) == quote_by_the_letter(text, spans)


@given(texts_with_spans())
@QUICK
def test_fold_spans_gives_what_quote_at_gives(case: tuple[str, list[Span]]) -> None:
    text, spans = case
    folded = fold_spans(text, spans)

    assert folded.text == quote_at(text, spans)
    assert len(folded.offsets) == len(folded.text)
    letters = [(c, at) for c, at in zip(folded.text, folded.offsets, strict=True) if c != " "]
    assert all(text[at] == c for c, at in letters)
    assert all(before < after for (_, before), (_, after) in pairwise(letters))


@given(texts_with_spans(), st.data())
@example(("a-\n\nb", [(0, 5)]), None)
@QUICK
def test_every_stretch_of_a_folded_text_can_be_quoted(case: tuple[str, list[Span]], data: st.DataObject | None) -> None:
    text, spans = case
    folded = fold_spans(text, spans)
    size = len(folded.text)
    if data is None:
        stretches = [(i, j) for i in range(size) for j in range(i + 1, size + 1)]
    else:
        start = data.draw(st.integers(0, size))
        stretches = [(start, data.draw(st.integers(start, size)))]

    for start, end in stretches:
        words = folded.text[start:end].strip()
        if words:
            assert quote_at(text, folded.spans_of(start, end)) == words
            assert stands(text, folded.spans_of(start, end), words)
        else:
            with pytest.raises(ValueError, match="nothing to quote"):
                folded.spans_of(start, end)


@given(texts_with_spans())
@QUICK
def test_find_quote_finds_every_quote_cut_from_a_text(case: tuple[str, list[Span]]) -> None:
    text, [(start, end), *_] = case
    cut = text[start:end]
    places = find_quote(text, cut)

    if cut.strip():
        lead = len(cut) - len(cut.lstrip())
        assert (start + lead, start + lead + len(cut.strip())) in places
        assert all(stands(text, [place], cut) for place in places)
        assert places == sorted(set(places))
    else:
        assert places == []


@given(texts_with_spans(), TEXTS)
@QUICK
def test_no_other_quote_stands(case: tuple[str, list[Span]], quote: str) -> None:
    text, spans = case

    assert stands(text, spans, quote) == (quote.strip() != "" and fold(quote) == quote_by_the_letter(text, spans))
    assert not stands(text, spans, quote_at(text, spans) + "!")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        pytest.param("", "", id="empty"),
        pytest.param(" \n\t ", "", id="blank"),
        pytest.param("cut  crime\tnow", "cut crime now", id="spaces and tabs"),
        pytest.param("cut\ncrime", "cut crime", id="line break"),
        pytest.param("2018-\n19", "2018-19", id="line break after a hyphen"),
        pytest.param("multi- \r\n  agency", "multi-agency", id="the spaces around it go too"),
        pytest.param("year-to- date", "year-to- date", id="a space after a hyphen stays"),
        pytest.param("north –\nsouth", "north – south", id="a dash is no hyphen"),
        pytest.param("cut -\ncrime", "cut -crime", id="a hyphen with a blank before it is one"),
        pytest.param("page one-\n\npage two", "page one- page two", id="one line break goes and a second is a space"),
        pytest.param("£5\xa0m", "£5 m", id="no-break space"),
        pytest.param("-\nstart and end-\n", "-start and end-", id="at the ends"),
    ],
)
def test_how_text_folds(text: str, folded: str) -> None:
    assert fold(text) == folded


@pytest.mark.parametrize(
    ("spans", "quote"),
    [
        pytest.param([(0, 8)], "We will", id="one span"),
        pytest.param([(0, 7), (20, 30)], "We will cut crime.", id="over furniture"),
        pytest.param([(0, 2), (2, 7)], "We will", id="two that touch"),
        pytest.param([(7, 8)], "", id="nothing but white space"),
    ],
)
def test_what_spans_say(spans: list[Span], quote: str) -> None:
    assert quote_at("We will\n\n\n12\n\n\n     cut crime.", spans) == quote


@pytest.mark.parametrize(
    ("spans", "trouble"),
    [
        pytest.param([], "at least one span", id="no span"),
        pytest.param([(2, 2)], "span 2 to 2", id="empty span"),
        pytest.param([(3, 2)], "span 3 to 2", id="end before start"),
        pytest.param([(-1, 2)], "span -1 to 2", id="before the text"),
        pytest.param([(0, 11)], "span 0 to 11 is not in order inside a text of 10 characters", id="beyond the text"),
        pytest.param([(4, 6), (0, 2)], "span 0 to 2", id="out of order"),
        pytest.param([(0, 4), (3, 6)], "span 3 to 6", id="overlapping"),
    ],
)
def test_spans_that_cannot_be_quoted(spans: list[Span], trouble: str) -> None:
    for quote in (quote_at, fold_spans):
        with pytest.raises(QuoteError, match=trouble):
            quote("cut crimes", spans)
    assert not stands("cut crimes", spans, "cut crimes")


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        pytest.param("31,000 officers", True, id="as it stands"),
        pytest.param("  31,000\n officers ", True, id="folded differently"),
        pytest.param("32,000 officers", False, id="one digit changed"),
        pytest.param("31,000 Officers", False, id="one capital changed"),
        pytest.param("31,000 officer", False, id="one letter short"),
        pytest.param("31000 officers", False, id="a comma left out"),
        pytest.param("31,000officers", False, id="a space left out"),
        pytest.param("", False, id="empty"),
        pytest.param(" \n", False, id="blank"),
    ],
)
def test_what_stands(quote: str, expected: bool) -> None:
    assert stands("We have 31,000\nofficers.", [(8, 23)], quote) is expected


def test_a_blank_quote_does_not_stand_even_where_the_text_is_blank() -> None:
    assert not stands("a  b", [(1, 3)], " ")


def test_a_quote_that_stands_twice_is_found_twice() -> None:
    assert find_quote("cut crime, then cut\ncrime", "cut crime") == [(0, 9), (16, 25)]


def test_a_quote_over_a_hyphenated_line_break_is_found_by_its_folded_words() -> None:
    assert find_quote("In 2018-\n19 we act", "2018-19") == [(3, 11)]


def test_quotes_that_overlap_themselves_are_all_found() -> None:
    assert find_quote("a a a", "a a") == [(0, 3), (2, 5)]


@pytest.mark.parametrize("text", ["", " \n", "something else"])
@pytest.mark.parametrize("quote", ["", "  ", "cut crime"])
def test_nothing_is_found_where_nothing_stands(text: str, quote: str) -> None:
    assert find_quote(text, quote) == []


def test_the_space_between_two_spans_has_the_offset_at_which_the_first_ends() -> None:
    folded = fold_spans("ab__cd", [(0, 2), (4, 6)])

    assert folded.text == "ab cd"
    assert folded.offsets == (0, 1, 2, 4, 5)
    assert folded.spans_of(1, 4) == ((1, 2), (4, 5))


def test_a_quote_error_is_a_corpus_error() -> None:
    assert issubclass(QuoteError, CorpusError)
