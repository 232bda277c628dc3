"""What the charts hold: which rows, on which axis, under which label."""

import json
from typing import Any

import pytest

from desk.target_charts import compared, comparison_chart, comparison_label, panels, said_comparison, unlike
from desk.targets import RegisterRow
from tests.desk.registered import row


def indicator(measure: str, target: str, actual: str, unit: str = "%", direction: str | None = None) -> RegisterRow:
    quote = f"{measure}: {target} and then {actual}."
    return row("kpi", quote, measure=measure, value=target, actual=actual, unit=unit, direction=direction)


RATE, BOATS, MONEY = (
    indicator("Rate", "25", "19.2"),
    indicator("Boats", "134", "163", "number"),
    indicator("Cost", "20.4", "14.7", "£m"),
)
FEW, FALL = indicator("Huts", "-1", "0", "number", "down"), indicator("Fall", "-5", "+7.1", "%", "down")
AGAIN = indicator("RATE", "30", "30")


def drawn(found: RegisterRow) -> list[str]:
    return comparison_label(found).split("\n")


def test_only_rows_with_both_figures_of_one_unit_are_compared_those_of_one_measure_together() -> None:
    alone = row("target", "10 boats.", value="10", unit="number")
    words = indicator("Light", "Green", "Green", "")

    assert compared([RATE, alone, BOATS, words, AGAIN]) == [RATE, AGAIN, BOATS]
    assert compared([alone]) == []


def test_a_panel_has_one_unit_and_figures_of_like_size() -> None:
    found = panels([RATE, BOATS, MONEY, FEW, FALL])

    assert [(panel.unit, panel.scale, panel.rows) for panel in found] == [
        ("per cent", 1, (RATE, FALL)),
        ("number", 1, (FEW,)),
        ("number", 1, (BOATS,)),
        ("£ million", 1e6, (MONEY,)),
    ]


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([RATE], "1 row prints both a target and an actual figure of one unit. The documents do not "
                     "say whether more or less is meant: 0 came out above the target and 1 below.", id="one"),
        pytest.param([FALL, AGAIN], "2 rows print both a target and an actual figure of one unit. Of these 1 met the "
                     "target and 1 missed it.", id="all known"),
        pytest.param([FALL, AGAIN, BOATS, RATE], "4 rows print both a target and an actual figure of one unit. Of "
                     "these 1 met the target and 1 missed it. Of the other 2 the documents do not say whether more or "
                     "less is meant: 1 came out above the target and 1 below.", id="some known"),
    ],
)  # fmt: skip
def test_what_a_chart_shows_is_said_in_words(rows: list[RegisterRow], expected: str) -> None:
    assert said_comparison(rows) == expected


def test_a_label_has_the_figures_as_printed_and_how_they_compare() -> None:
    long = indicator("The number of court orders in which assets of any kind are restrained or cash is seized", "596",
                     "821", "number")  # fmt: skip

    assert drawn(FALL) == ["Fall", "+7.1% against −5%, missed, 2019"]
    assert drawn(long) == ["The number of court orders in which", "assets of any kind are restrained or …",
                           "821 against 596, above target, 2019"]  # fmt: skip


def test_labels_that_are_alike_are_told_apart() -> None:
    assert unlike(["a\nb", "c", "a\nb", "c"]) == ["a\nb", "c", "a (2)\nb", "c (2)"]


def values(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [value for layer in spec["layer"] for value in layer["data"].get("values", [])]


def test_a_chart_has_every_row_on_the_panels_scale_and_tells_its_marks_by_shape() -> None:
    chart = comparison_chart(panels([MONEY])[0]).to_dict()
    shapes = [layer["encoding"]["shape"]["scale"] for layer in chart["layer"] if "shape" in layer["encoding"]]

    assert {(v.get("which"), v.get("at")) for v in values(chart)} >= {("Target", 20.4), ("Actual", 14.7)}
    assert shapes == [{"domain": ["Target", "Actual"], "range": ["diamond", "circle"]}]
    assert {layer["encoding"]["x"]["title"] for layer in chart["layer"]} == {"£ million"}
    assert "£14.7 million against £20.4 million" in json.dumps(chart, ensure_ascii=False)


@pytest.mark.parametrize("many", [1, 40])
def test_a_chart_grows_with_its_rows(many: int) -> None:
    rows = [indicator(f"Rate {n}", "50", f"{n + 10}") for n in range(many)]
    [panel] = panels(rows)
    chart = comparison_chart(panel).to_dict()

    assert len({value["label"] for value in values(chart)}) == many
    assert chart["height"]["step"] >= 40
