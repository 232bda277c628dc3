"""The words of a text, as lexical search sees them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import tokenize


@given(st.text(max_size=200))
def test_words_are_lower_case_and_never_empty_or_blank(text: str) -> None:
    for word in tokenize(text):
        assert word
        assert word == word.lower()
        assert not any(c.isspace() for c in word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("2018-19", "2018/19", id="financial year with a stroke"),
        pytest.param("2018-19", "2018/2019", id="financial year in full"),
        pytest.param("2018-19", "2018–19", id="financial year with a dash"),
        pytest.param("£382m", "£382 million", id="millions"),
        pytest.param("£40bn", "£40billion", id="billions, run together"),
        pytest.param("25%", "25 per cent", id="per cent in words"),
        pytest.param("118,221", "118221", id="thousands' comma"),
        pytest.param("Londoners’", "londoner", id="possessive and plural"),
        pytest.param("priorities¹", "priority", id="a footnote mark glued to the word"),
        pytest.param("DISRUPTED", "disrupt", id="case and ending"),
    ],
)
def test_spellings_of_one_thing_are_one_word(one: str, other: str) -> None:
    assert tokenize(one) == tokenize(other)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("What is the of it?", [], id="stop words only"),
        pytest.param("£12m", ["£12m", "12"], id="money, and the number alone"),
        pytest.param("7%", ["7%", "7"], id="per cent, and the number alone"),
        pytest.param("2007/08", ["2007-08", "2007"], id="a financial year, and its first year"),
        pytest.param("2007", ["2007"], id="a year alone"),
        pytest.param("3.5 boats", ["3.5", "boat"], id="a decimal"),
        pytest.param("counter-terrorism", ["counter", "terror"], id="a hyphen parts words"),
    ],
)
def test_the_words_of_a_text(text: str, expected: list[str]) -> None:
    assert tokenize(text) == expected


def test_a_range_of_years_is_not_a_financial_year_of_three_digits() -> None:
    assert "2018-199" not in tokenize("2018-1999")
