"""A table's values as a chart: each value once, in the order of the columns, with what the document prints."""

from desk.value_chart import said_chart, value_chart
from desk.value_tables import Point, ValueTable

POINTS = (
    Point("Hill", "2018-19", 310.0, "310"),
    Point("Hill", "2019-20", -5.0, "−5"),
    Point("Bay", "2018-19", 1.0, "1"),
)
TABLE = ValueTable(("Ward", "2018-19", "2019-20"), (("Hill", "310", "−5"), ("Bay", "1", "")), (0, 1), (1,), POINTS)


def test_each_value_is_drawn_once_as_printed_in_the_order_of_the_columns() -> None:
    drawn = value_chart(TABLE).to_dict()
    layer = drawn["layer"][0]
    values = (layer.get("data") or drawn["data"])["values"]

    assert [(v["Row"], v["Year"], v["Value"], v["As printed"]) for v in values] == [
        ("Hill", "2018-19", 310.0, "310"),
        ("Hill", "2019-20", -5.0, "−5"),
        ("Bay", "2018-19", 1.0, "1"),
    ]
    assert layer["encoding"]["x"]["sort"] == ["2018-19", "2019-20"]
    assert layer["encoding"]["shape"]["field"] == "Row"  # not told by colour alone


def test_what_it_shows_is_said() -> None:
    assert said_chart(TABLE) == "Chart of Hill, Bay over 2018-19, 2019-20: the values of the table above."
