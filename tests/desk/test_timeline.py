"""What is due when: bars by document and date."""

from datetime import date

from desk.targets import RegisterRow
from desk.timeline import MOST_BARS, as_timeline, said_timeline, timeline_chart
from tests.desk.registered import row

NEW, OLD = (
    {"doc_id": "new", "published": "2018", "title": "New Plan"},
    {"doc_id": "old", "published": "2007", "title": "Old"},
)


def due(when: str, measure: str = "open the hub", of: dict[str, str] = NEW) -> RegisterRow:
    return row("milestone", f"{when}: {measure}", measure=measure, due=when, of=of)


QUARTER, MONTH, OLDER = due("Quarter 2, 2018-19"), due("May 2018", "paint it"), due("March 2007", "close it", OLD)
UNREAD, UNDATED = due("the autumn"), row("target", "Ten boats.", of=NEW)


def test_rows_are_laid_out_by_document_the_newest_first_and_by_date() -> None:
    timeline = as_timeline([OLDER, QUARTER, UNREAD, MONTH, UNDATED])

    assert [title for title, _ in timeline.panels] == ["New Plan", "Old"]
    assert [(bar.stretch, bar.rows, bar.label) for bar in timeline.panels[0][1]] == [
        ((date(2018, 5, 1), date(2018, 5, 31)), (MONTH,), "paint it\nMay 2018"),
        ((date(2018, 7, 1), date(2018, 9, 30)), (QUARTER,), "open the hub\nQuarter 2, 2018-19"),
    ]
    assert (timeline.dated, timeline.unread, timeline.undated) == (3, (UNREAD,), 1)


def test_what_is_left_out_is_counted_in_words() -> None:
    assert said_timeline(as_timeline([OLDER, QUARTER, UNREAD, MONTH, UNDATED])) == (
        "3 rows have a due date that can be placed in time. The earliest is March 2007, the latest September 2018. "
        "1 has a date that cannot be placed; see under it. 1 row names no due date."
    )
    assert said_timeline(as_timeline([MONTH])) == (
        "1 row has a due date that can be placed in time. The earliest is May 2018, the latest May 2018."
    )


def test_a_document_with_more_rows_than_can_be_read_has_a_bar_for_each_date() -> None:
    many = [due("Quarter 2 of 2018-19", f"task {n}") for n in range(MOST_BARS)]
    [(_, few)] = as_timeline(many).panels
    [(_, bars)] = as_timeline([*many, MONTH, due("quarter 2, 2018-19")]).panels

    assert len(few) == MOST_BARS
    assert [(bar.label, len(bar.rows)) for bar in bars] == [
        ("May 2018: 1 row", 1),
        ("Quarter 2 of 2018-19: 41 rows", 41),
    ]


def test_a_chart_runs_from_the_first_day_to_the_day_after_the_last_in_whole_years() -> None:
    [(_, bars)] = as_timeline([QUARTER, due("31 March 2019", "a day")]).panels
    chart = timeline_chart(bars).to_dict()
    data = chart["data"]["values"]

    assert [(v["from"], v["to"]) for v in data] == [("2018-07-01", "2018-10-01"), ("2019-03-31", "2019-04-01")]
    assert chart["layer"][0]["encoding"]["x"]["scale"] == {"type": "utc", "domain": ["2018-01-01", "2020-01-01"]}
