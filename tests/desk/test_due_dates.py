"""Printed dates and the days they mean, worked out with a calendar."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.due_dates import read_due


def days(first: str, last: str) -> tuple[date, date]:
    return date.fromisoformat(first), date.fromisoformat(last)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        pytest.param("Quarter 1, 2018-19", "2018-04-01", "2018-06-30", id="the first quarter starts on 1 April"),
        pytest.param("Quarter 4, 2018-19", "2019-01-01", "2019-03-31", id="the fourth is in the next year"),
        pytest.param("quarter 3 of 2018–19", "2018-10-01", "2018-12-31", id="of, and a long dash"),
        pytest.param("Q2 2018/19", "2018-07-01", "2018-09-30", id="Q and a slash"),
        pytest.param("Quarters 2 and 3, 2018-19", "2018-07-01", "2018-12-31", id="two quarters"),
        pytest.param("Quarter 3 and 4, 2018-19", "2018-10-01", "2019-03-31", id="two quarters in the singular"),
        pytest.param("2018-19", "2018-04-01", "2019-03-31", id="a financial year"),
        pytest.param("1999-00", "1999-04-01", "2000-03-31", id="over the century"),
        pytest.param("the 2018-19 financial year", "2018-04-01", "2019-03-31", id="a financial year named as one"),
        pytest.param("2018-21", "2018-04-01", "2021-03-31", id="a plan of three years"),
        pytest.param("2018 to 2021", "2018-01-01", "2021-12-31", id="calendar years"),
        pytest.param("2018", "2018-01-01", "2018-12-31", id="a calendar year"),
        pytest.param("by March 2012", "2012-03-01", "2012-03-31", id="a month after by"),
        pytest.param("February 2020", "2020-02-01", "2020-02-29", id="a leap year"),
        pytest.param("Sept. 2011", "2011-09-01", "2011-09-30", id="a short month"),
        pytest.param("March 2018-19", "2019-03-01", "2019-03-31", id="a month of a financial year"),
        pytest.param("31 March 2019", "2019-03-31", "2019-03-31", id="a day"),
        pytest.param("1st of May 2019", "2019-05-01", "2019-05-01", id="an ordinal"),
        pytest.param("31/03/2019", "2019-03-31", "2019-03-31", id="numbers, the day first"),
        pytest.param("2019-03-31", "2019-03-31", "2019-03-31", id="ISO"),
        pytest.param("autumn 2018", "2018-09-01", "2018-11-30", id="a season"),
        pytest.param("winter 2018-19", "2018-12-01", "2019-02-28", id="a winter"),
        pytest.param("end of 2022-23", "2023-03-31", "2023-03-31", id="the end of a year is its last day"),
        pytest.param("the start of 2019", "2019-01-01", "2019-01-01", id="the start of a year"),
        pytest.param("early 2019", "2019-01-01", "2019-04-30", id="the first third of a year"),
        pytest.param("mid-2019", "2019-05-01", "2019-08-31", id="the second"),
        pytest.param("late 2021", "2021-09-01", "2021-12-31", id="the third"),
        pytest.param("late June 2019", "2019-06-21", "2019-06-30", id="the third of a month"),
        pytest.param("later in 2018-19", "2018-04-01", "2019-03-31", id="later in a year may be any of it"),
        pytest.param("2019 and 2020", "2019-01-01", "2020-12-31", id="two years"),
        pytest.param("October 2018 and March 2019", "2018-10-01", "2019-03-31", id="two months"),
        pytest.param("April to June 2018", "2018-04-01", "2018-06-30", id="the first without its year"),
        pytest.param("Quarter 1 of 2019-20 and late 2021", "2019-04-01", "2021-12-31", id="two kinds"),
    ],
)
def test_a_date_is_read_as_the_days_it_may_mean(text: str, first: str, last: str) -> None:
    assert read_due(text) == days(first, last)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("later this year", id="this year"),
        pytest.param("the autumn", id="a season without a year"),
        pytest.param("the next six to twelve months", id="from now"),
        pytest.param("Quarter 2, 2018", id="a quarter of which year"),
        pytest.param("Quarter 5, 2018-19", id="a fifth quarter"),
        pytest.param("Quarter 3 to 1, 2018-19", id="quarters that run backwards"),
        pytest.param("spring 2018-19", id="a spring in two financial years"),
        pytest.param("31 February 2019", id="no such day"),
        pytest.param("2019-13-01", id="no such month"),
        pytest.param("2018-17", id="years too far apart"),
        pytest.param("June 2019 to April 2018", id="backwards"),
        pytest.param("2019, subject to funding", id="more than a date"),
    ],
)
def test_what_cannot_be_read_in_one_way_is_not_read(text: str) -> None:
    assert read_due(text) is None


@given(
    st.lists(st.sampled_from("early end of quarter 3 , 2018-19 2020 - to and March 31 winter the".split()), max_size=7)
)
def test_whatever_is_read_does_not_run_backwards(words: list[str]) -> None:
    found = read_due(" ".join(words))

    assert found is None or found[0] <= found[1]
