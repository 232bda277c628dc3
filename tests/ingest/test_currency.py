"""How a document's age is said."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.currency import period_end, spoken_date, standing, standing_word
from ingest.documents import Document, Status

TODAY = date(2026, 6, 1)


def document(
    doc_id: str = "plan",
    *,
    period: str = "",
    status: Status = "current",
    published: str | None = "2018",
    part_of: str | None = None,
    superseded_by: str | None = None,
) -> Document:
    return Document(
        doc_id=doc_id,
        title=f"The {doc_id}",
        publisher="",
        published=published,
        period=period,
        status=status,
        url="",
        sha256="",
        text="",
        pages=(),
        sections=(),
        part_of=part_of,
        superseded_by=superseded_by,
    )


@settings(max_examples=60, deadline=None)
@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_spoken_date_has_its_day_its_month_in_words_and_its_year(day: date) -> None:
    spoken = spoken_date(day.isoformat()).split()

    assert (int(spoken[0]), int(spoken[2])) == (day.day, day.year)
    assert spoken[1].isalpha()
    assert spoken[1] == spoken_date(day.isoformat()[:7]).split()[0]


@settings(max_examples=60, deadline=None)
@given(st.integers(2000, 2090), st.integers(1, 9), st.sampled_from("-/–"))
def test_a_period_ends_on_31_march_of_its_last_year(first: int, years: int, dash: str) -> None:
    last = first + years

    assert period_end(f"{first}{dash}{last % 100:02}") == date(last, 3, 31)
    assert period_end(f"{first}{dash}{last}") == date(last, 3, 31)


@pytest.mark.parametrize(
    ("published", "spoken"),
    [
        pytest.param(None, "date unknown", id="none"),
        pytest.param("", "date unknown", id="empty"),
        pytest.param("2018", "2018", id="year"),
        pytest.param("2018-03", "March 2018", id="month"),
        pytest.param("2007-12-20", "20 December 2007", id="day"),
        pytest.param("2018-01-05", "5 January 2018", id="day without its nought"),
    ],
)
def test_how_a_date_is_said(published: str | None, spoken: str) -> None:
    assert spoken_date(published) == spoken


@pytest.mark.parametrize(
    ("covers", "end"),
    [
        pytest.param("", None, id="nothing said"),
        pytest.param("2018", None, id="a calendar year"),
        pytest.param("the next three years", None, id="no year"),
        pytest.param("2018-19", date(2019, 3, 31), id="one year"),
        pytest.param("2018-19 to 2020-21", date(2021, 3, 31), id="three years"),
        pytest.param("2011/12 to 2013/14", date(2014, 3, 31), id="with a stroke"),
        pytest.param("2018–2021", date(2021, 3, 31), id="with a dash and four digits"),
        pytest.param("2007/08 to date", None, id="open"),
        pytest.param("2007/08 To Date", None, id="open, in capitals"),
    ],
)
def test_when_a_period_ends(covers: str, end: date | None) -> None:
    assert period_end(covers) == end


@pytest.mark.parametrize("covers", ["1999/00", "1999-2000"])
def test_a_period_over_the_turn_of_a_century_ends_in_the_next(covers: str) -> None:
    assert period_end(covers) == date(2000, 3, 31)


def test_a_year_and_a_month_are_no_financial_year() -> None:
    assert period_end("2018-04 to 2021-03") != date(2004, 3, 31)


@pytest.mark.parametrize(
    ("plan", "said"),
    [
        pytest.param(
            document(period="2018-19 to 2020-21"),
            [
                "The period it covers, 2018-19 to 2020-21, ended in March 2021.",
                "Nothing in these documents supersedes it.",
            ],
            id="current, its period over",
        ),
        pytest.param(
            document(period="2025-26 to 2027-28"),
            ["It covers 2025-26 to 2027-28.", "Nothing in these documents supersedes it."],
            id="current, its period not over",
        ),
        pytest.param(
            document(status="superseded", superseded_by="review"),
            ["Superseded by The review (March 2019)."],
            id="superseded by a document that is here",
        ),
        pytest.param(
            document(status="superseded", superseded_by="gone"),
            ["Superseded.", "Nothing in these documents supersedes it."],
            id="superseded by one that is not",
        ),
        pytest.param(
            document(status="archived", period="2007/08 to date"),
            [
                "Archived: kept for the record.",
                "It covers 2007/08 to date.",
                "Nothing in these documents supersedes it.",
            ],
            id="archived and open",
        ),
        pytest.param(
            document(part_of="review"),
            ["Part of The review.", "Nothing in these documents supersedes it."],
            id="part of another",
        ),
        pytest.param(
            document(part_of="gone"), ["Nothing in these documents supersedes it."], id="part of one that is not here"
        ),
        pytest.param(
            document(status="unknown", published=None),
            ["The catalogue says nothing of this document: its date is unknown."],
            id="not in the catalogue",
        ),
    ],
)
def test_what_is_said_of_a_document(plan: Document, said: list[str]) -> None:
    review = document("review", published="2019-03")

    assert standing(plan, {"plan": plan, "review": review}, TODAY) == said


@pytest.mark.parametrize(
    ("today", "sentence"),
    [
        pytest.param(date(2021, 3, 31), "It covers 2020-21.", id="on its last day"),
        pytest.param(date(2021, 4, 1), "The period it covers, 2020-21, ended in March 2021.", id="the day after"),
    ],
)
def test_a_period_is_over_the_day_after_its_last(today: date, sentence: str) -> None:
    assert standing(document(period="2020-21"), {}, today)[0] == sentence


@pytest.mark.parametrize(
    ("status", "period", "expected"),
    [
        pytest.param("current", "2026-27 to 2028-29", "current", id="its period runs"),
        pytest.param("current", "2018-19 to 2020-21", "past its period", id="its period is over"),
        pytest.param("current", "", "current", id="no period"),
        pytest.param("superseded", "2018-19 to 2020-21", "superseded", id="superseded says more than its period"),
        pytest.param("unknown", "", "standing unknown", id="no entry in the catalogue"),
    ],
)
def test_a_standing_in_a_word_or_three(status: Status, period: str, expected: str) -> None:
    assert standing_word(document(status=status, period=period), TODAY) == expected
