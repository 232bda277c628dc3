"""Whether quotes support a statement, told by words; ALCE's two formulas by hand."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.support import alce, numbers, supports

QUOTE = (
    "In 2019-20 the ferry carried 4,210 passengers against a target of 4,000. Fares will not rise before 1 May 2021."
)


@pytest.mark.parametrize(
    ("statement", "supported"),
    [
        pytest.param("the ferry carried 4,210 passengers", True, id="stands in the quote"),
        pytest.param("The ferry carried  4,210\npassengers", True, id="stands in it but for white space and case"),
        pytest.param("4210 passengers were carried by the ferry in 2019-20", True, id="other order, a comma less"),
        pytest.param("The ferry carried 4,211 passengers", False, id="a number changed by one"),
        pytest.param("Fares will not rise before 1 May 2021, against a target", True, id="a denial kept"),
        pytest.param("Fares will rise before 1 May 2021", False, id="a denial lost"),
        pytest.param("The ferry never carried 4,210 passengers", False, id="a denial added"),
        pytest.param("Fares will not rise before 1 June 2021", False, id="another month"),
        pytest.param("The zeppelin carried 4,210 tourists against a forecast", False, id="too few of its words"),
        pytest.param("", True, id="nothing is said"),
    ],
)
def test_support(statement: str, supported: bool) -> None:
    assert supports([QUOTE], statement) is supported


def test_no_quote_supports_nothing() -> None:
    assert not supports([], "the ferry")


def test_two_quotes_can_support_together_what_neither_does() -> None:
    halves = ["the ferry carried 4,210 passengers", "against a target of 4,000"]
    said = "The ferry carried 4,210 passengers against a target of 4,000"

    assert supports(halves, said)
    assert not supports(halves[:1], said)
    assert not supports(halves[1:], said)


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_what_stands_in_a_quote_is_supported(before: str, said: str, after: str) -> None:
    assert supports([before + said + after], said)


def test_the_numbers_of_a_text() -> None:
    assert numbers("4,210 in 2019-20, 12.5% of £3m. And 7.") == {"4210", "2019", "20", "12.5", "3", "7"}


def test_alce_by_hand() -> None:
    ferry, library = "The ferry carried 4,210 passengers.", "The library lent 900 books."
    statements = [
        (ferry, [ferry]),  # supported by its one citation, which is precise
        (library, [ferry]),  # not supported: recall 0, and its citation is not precise
        (ferry, [ferry, library]),  # supported; the second citation adds nothing: not precise
        ("The ferry carried 4,210 passengers and the library lent 900 books", [ferry, library]),  # by both together
    ]

    # Three of four statements; of six citations 1 + 0 + 1 + 2.
    assert alce(statements) == (3 / 4, 4 / 6)


def test_alce_of_nothing_is_0() -> None:
    assert alce([]) == (0.0, 0.0)
    assert alce([("The ferry sank.", [])]) == (0.0, 0.0)
