"""Target against actual as charts: what is drawn, in which panels, and what it shows in a sentence.

A panel holds figures of one unit and of like size, so that an axis has one unit and every line can be read. Target and
actual differ by shape as well as by colour; the figures stand in each line's label as the document prints them.

Altair takes most of a second to load: it is imported where a chart is made.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from desk.targets import RegisterRow, comparable, folded, said_outcome
from eval.charts import BLUE

if TYPE_CHECKING:
    import altair as alt

    from eval.charts import Chart

MOST_LINES = 40  # a chart of more cannot be read
INK = "currentColor"  # the page's own: Streamlit's grey for labels is too pale on white (charts are drawn as SVG)
_LIKE_SIZE = 20  # times: of two figures on one axis that differ more, the smaller cannot be seen to differ from nought
_BROWN = "#b4690e"  # at least 4 to 1 on Streamlit's white and on its black, as BLUE is
LABEL_WIDTH = 40  # characters: what a screen 320 pixels wide has room for
_LINE, _MARK, _GAP = 15, 26, 6  # pixels: a line of a label, the room under it for the marks, and over it
_AXES = {"%": "per cent", "number": "number", "£": "pounds", "": "as printed"}
AS_SVG = {"embedOptions": {"renderer": "svg"}}
_MONEY = ((1e9, "£ billion"), (1e6, "£ million"))


@dataclass(frozen=True, slots=True)
class Panel:
    """Rows drawn on one axis.

    Attributes:
        unit: The axis' title: what its numbers are.
        scale: What a figure's size is divided by to be one of these numbers.
        rows: In order; each has a target and an actual figure of this unit.
    """

    unit: str
    scale: float
    rows: tuple[RegisterRow, ...]


def compared(rows: Sequence[RegisterRow]) -> list[RegisterRow]:
    """The rows whose target and actual are figures of one unit, those of one measure one after the other."""
    drawn = [row for row in rows if comparable(row.target, row.actual)]
    first: dict[str, int] = {}
    for n, row in enumerate(drawn):
        first.setdefault(folded(row.source.measure), n)
    return sorted(drawn, key=lambda row: first[folded(row.source.measure)])


def panels(rows: Sequence[RegisterRow]) -> list[Panel]:
    """Compared rows by unit and size, in the order in which the units come."""
    found: list[Panel] = []
    for dimension in dict.fromkeys(_dimension(row) for row in rows):
        alike: list[RegisterRow] = []
        for row in sorted((r for r in rows if _dimension(r) == dimension), key=_size):
            if alike and _size(row) > _LIKE_SIZE * max(_size(alike[0]), 1e-9):
                found.append(_panel(dimension, alike, rows))
                alike = []
            alike.append(row)
        found.append(_panel(dimension, alike, rows))
    return found


def said_comparison(rows: Sequence[RegisterRow]) -> str:
    """What a chart of compared rows shows, in sentences."""
    counts = Counter(row.outcome for row in rows)
    known = counts["met"] + counts["missed"]
    said = [f"{_many(len(rows), 'row prints', 'rows print')} both a target and an actual figure of one unit."]
    if known:
        said.append(f"Of these {counts['met']} met the target and {counts['missed']} missed it.")
    if known < len(rows):
        said.append(
            f"{f'Of the other {len(rows) - known} the' if known else 'The'} documents do not say whether more or less "
            f"is meant: {counts['above']} came out above the target and {counts['below']} below."
        )
    return " ".join(said)


def comparison_chart(panel: Panel) -> Chart:
    """A line for each row of a panel: where the target is, where the actual figure is, and what lies between."""
    import altair as alt  # slow: see above

    labels = unlike([comparison_label(row) for row in panel.rows])
    offset = marks_offset(labels)
    wide = [_record(row, label, panel) for row, label in zip(panel.rows, labels, strict=True)]
    long = [{**record, "which": which, "at": record[which]} for record in wide for which in ("Target", "Actual")]
    y = alt.Y("label:N", sort=labels, scale=alt.Scale(domain=labels), title=None, axis=label_axis(labels))
    x_axis = alt.Axis(tickCount=4, labelFlush=True, labelOverlap=True, labelColor=INK, titleColor=INK)
    x = alt.X("at:Q", title=panel.unit, scale=alt.Scale(zero=True, nice=True), axis=x_axis)
    tooltip = [
        alt.Tooltip(f"{field}:N", title=title)
        for field, title in (
            ("measure", "Measure"), ("target", "Target"), ("actual", "Actual"), ("outcome", "Against target"),
            ("document", "Document"), ("year", "Year"),
        )
    ]  # fmt: skip
    names = ["Target", "Actual"]
    points = alt.Chart(alt.Data(values=long)).mark_point(filled=True, size=110, opacity=1, yOffset=offset)
    return alt.layer(
        alt.Chart(alt.Data(values=wide))
        .mark_rule(strokeWidth=2, color=BLUE, yOffset=offset, y2Offset=offset)
        .encode(y=y, x=alt.X("Target:Q", title=panel.unit), x2="Actual:Q"),
        points.encode(
            y=y,
            x=x,
            tooltip=tooltip,
            shape=alt.Shape(
                "which:N",
                scale=alt.Scale(domain=names, range=["diamond", "circle"]),
                legend=alt.Legend(title=None, orient="top", labelColor=INK),
            ),
            color=alt.Color(
                "which:N",
                scale=alt.Scale(domain=names, range=[_BROWN, BLUE]),
                legend=alt.Legend(title=None, orient="top", labelColor=INK),
            ),
        ),
    ).properties(height=alt.Step(line_height(labels)), usermeta=AS_SVG)


def comparison_label(row: RegisterRow) -> str:
    """A line's label: the measure, cut where it is long, the figures as printed, and how they compare."""
    target, actual = row.target, row.actual
    figures = f"{actual.shown if actual else ''} against {target.shown if target else ''}"
    rest = ", ".join(part for part in (figures, said_outcome(row).lower(), row.years.shown) if part)
    return "\n".join([*cut(row.source.measure), *textwrap.wrap(rest, LABEL_WIDTH)])


def cut(text: str) -> list[str]:
    """A text on at most two lines of a label, with a mark where something is left out."""
    return textwrap.wrap(text, LABEL_WIDTH, max_lines=2, placeholder=" …")


def unlike(labels: Sequence[str]) -> list[str]:
    """Labels that are one each: a number is put after the measure of one that came before."""
    seen: Counter[str] = Counter()
    found: list[str] = []
    for label in labels:
        seen[label] += 1
        head, _, rest = label.partition("\n")
        found.append(label if seen[label] == 1 else "\n".join([f"{head} ({seen[label]})", *filter(None, [rest])]))
    return found


def label_axis(labels: Sequence[str]) -> alt.Axis:
    """An axis whose labels stand over their marks, inside the chart, so that a narrow screen has room for both."""
    import altair as alt  # slow: see above

    return alt.Axis(
        labelExpr="split(datum.label, '\\n')",
        labelAlign="left",
        labelBaseline="top",
        labelPadding=0,
        labelOffset=_GAP - line_height(labels) / 2,
        labelColor=INK,
        labelLimit=0,
        labelOverlap=False,
        labelLineHeight=_LINE,
        ticks=False,
        domain=False,
        grid=False,
    )


def line_height(labels: Sequence[str]) -> int:
    """How many pixels each line of a chart needs for its label and its marks."""
    return _GAP + _LINE * max(label.count("\n") + 1 for label in labels) + _MARK


def marks_offset(labels: Sequence[str]) -> float:
    """How far under the middle of its line a mark stands, so that it is under the label."""
    return line_height(labels) / 2 - _MARK / 2


def _panel(dimension: str, alike: Sequence[RegisterRow], rows: Sequence[RegisterRow]) -> Panel:
    held = {id(row) for row in alike}
    in_order = tuple(row for row in rows if id(row) in held)
    if dimension == "£":
        smallest = min(filter(None, map(_size, alike)), default=0)
        for scale, unit in _MONEY:
            if smallest >= scale:
                return Panel(unit, scale, in_order)
    return Panel(_AXES.get(dimension, dimension), 1, in_order)


def _record(row: RegisterRow, label: str, panel: Panel) -> dict[str, str | float]:
    target, actual = comparable(row.target, row.actual) or (0, 0)
    return {
        "label": label,
        "Target": target / panel.scale,
        "Actual": actual / panel.scale,
        "measure": row.source.measure,
        "target": row.target.shown if row.target else "",
        "actual": row.actual.shown if row.actual else "",
        "outcome": said_outcome(row),
        "document": row.document.title,
        "year": row.years.shown,
    }


def _dimension(row: RegisterRow) -> str:
    return row.target.dimension if row.target else ""


def _size(row: RegisterRow) -> float:
    return max(map(abs, comparable(row.target, row.actual) or (0, 0)))


def _many(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"
