"""Which figures of a text are amounts, and what dates look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.amounts import find_amounts
from ingest.dates import find_deadline, last_year


@given(st.text(alphabet="0123456789.,£%-–+ mbn/()toper cent", max_size=60))
def test_amounts_are_in_order_and_stand_where_they_say(text: str) -> None:
    last = 0
    for amount in find_amounts(text):
        assert last <= amount.start < amount.end <= len(text)
        assert amount.value.lstrip("+-") in text[amount.start : amount.end]
        last = amount.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Budget requirement: £2,713million", [("2,713", "£m")], id="millions without a space"),
        pytest.param("£20.4m, £3.3 billion and £12", [("20.4", "£m"), ("3.3", "£bn"), ("12", "£")], id="money"),
        pytest.param("up 6.4 per cent, or 7%", [("6.4", "%"), ("7", "%")], id="per cent"),
        pytest.param("is – 5% - achieved +7.1%", [("-5", "%"), ("+7.1", "%")], id="signs"),
        pytest.param("is –1 – achieved", [("-1", "number")], id="a minus sign without a space"),
        pytest.param("is 134 – achieved 163", [("134", "number"), ("163", "number")], id="a dash that separates"),
        pytest.param("two-thirds; eight per cent; three dogs", [("two-thirds", ""), ("eight", "%")], id="words"),
        pytest.param("within 48 hours", [("48", "hours")], id="hours"),
        pytest.param("in 2017-18, 2018/19 or 2011", [], id="years"),
        pytest.param("on 1 April 2017, by 11am, Quarters 2 and 3", [], id="dates and times"),
        pytest.param("SC12, G20, 24/7, S.136, a 12-month trial", [], id="names"),
    ],
)
def test_which_figures_are_amounts(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(a.value, a.unit) for a in find_amounts(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("done by Quarter 4 of 2018-19.", "Quarter 4 of 2018-19", id="a quarter"),
        pytest.param("released by end of 2022-23", "end of 2022-23", id="an end"),
        pytest.param("rolled out later in 2018-19", "later in 2018-19", id="later"),
        pytest.param("said in 2017", None, id="no deadline"),
    ],
)
def test_what_is_a_deadline(text: str, expected: str | None) -> None:
    assert find_deadline(text) == expected


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        pytest.param("Quarter 1, 2019-20", "2020", id="a financial year ends in the later"),
        pytest.param("between 2017 and early 2021", "2021", id="the later of two"),
        pytest.param("next autumn", None, id="no year"),
    ],
)
def test_the_last_year_of_a_date(date: str, expected: str | None) -> None:
    assert last_year(date) == expected
