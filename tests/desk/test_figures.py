"""Figures as a person writes them."""

import pytest

from desk.figures import Figure, as_figure, printed_unit
from ingest.amounts import find_amounts


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        pytest.param("134", "number", Figure("134", 134, "number"), id="a number"),
        pytest.param("30,750", "number", Figure("30,750", 30750, "number"), id="a comma"),
        pytest.param("3.2", "£m", Figure("£3.2 million", 3.2e6, "£"), id="millions of pounds"),
        pytest.param("3.3", "£bn", Figure("£3.3 billion", 3.3e9, "£"), id="billions of pounds"),
        pytest.param("500", "£", Figure("£500", 500, "£"), id="pounds"),
        pytest.param("81", "%", Figure("81%", 81, "%"), id="per cent"),
        pytest.param("-5", "%", Figure("−5%", -5, "%"), id="a minus sign"),
        pytest.param("+7.1", "%", Figure("+7.1%", 7.1, "%"), id="a plus sign"),
        pytest.param("-2", "£m", Figure("−£2 million", -2e6, "£"), id="a sign before the pound"),
        pytest.param("6", "million", Figure("6 million", 6e6, "number"), id="millions are numbers"),
        pytest.param("48", "hours", Figure("48 hours", 48, "hours"), id="hours"),
        pytest.param("1", "hours", Figure("1 hour", 1, "hours"), id="one hour"),
        pytest.param("12", None, Figure("12", 12, ""), id="no unit"),
        pytest.param("12", "boats", Figure("12 boats", 12, "boats"), id="a unit that is not known"),
        pytest.param("two-thirds", None, Figure("two-thirds", None, ""), id="words"),
        pytest.param("eight", "%", Figure("eight per cent", None, "%"), id="words in per cent"),
        pytest.param("Green", None, Figure("Green", None, ""), id="a traffic light"),
        pytest.param("10 and 12", "£m", Figure("£10 million and £12 million", None, "£"), id="a range"),
        pytest.param(None, "%", None, id="none"),
    ],
)
def test_a_figure_is_written_as_a_person_would(text: str | None, unit: str | None, expected: Figure | None) -> None:
    assert as_figure(text, unit) == expected


def test_the_unit_is_the_one_printed_with_the_figure() -> None:
    amounts = find_amounts("Spending rose 5 per cent to £3 million, for 40 boats.")

    assert printed_unit("3", amounts) == "£m"
    assert printed_unit("5", amounts) == "%"
    assert printed_unit("40", amounts) is None
    assert printed_unit("7", amounts) is None
