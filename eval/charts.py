"""The evaluation's charts, as Altair charts: the report draws them as SVG (eval/svg.py), a page as they are.

Each takes rows that are ready to draw, and knows nothing of runs or files. Colours are legible on white and on black;
no difference is told by colour alone.

Altair takes most of a second to load, and `python -m eval check` needs none of it: it is imported in the functions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import altair as alt

    Chart = alt.LayerChart | alt.FacetChart

Row = Mapping[str, Any]

BLUE, GREY, RED = "#3b76c4", "#7d8590", "#c9483b"
POINTS = "points"  # what the data of ``over_runs`` is called, so that one drawing serves every measure
THIS, ACCEPTED, KEPT = "this run", "accepted run", "other run"


def over_runs(rows: Sequence[Row], labels: Sequence[str], *, places: int = 2) -> Chart:
    """A measure over runs, oldest first: a point and an interval for each.

    Args:
        rows: For each run that has the measure: ``run`` (from 1), ``value``, ``low`` and ``high`` (the value itself
            where there is no interval), ``sort`` (THIS, ACCEPTED or KEPT), and ``least`` and ``most``, which the axis
            reaches at least.
        labels: What every run is called, oldest first; the first and the last are written.
        places: Decimals of the axis.
    """
    import altair as alt  # slow: see above

    runs = list(range(1, len(labels) + 1))
    ends = {1: labels[0], len(labels): labels[-1]} if labels else {}
    said = "".join(f"datum.value == {run} ? '{label}' : " for run, label in ends.items()) + "''"
    axis = alt.Axis(labelExpr=said, labelAngle=0, labelFlush=True, labelOverlap=False, title=None, ticks=False)
    x = alt.X("run:O", scale=alt.Scale(domain=runs), axis=axis)
    y = alt.Y("value:Q", scale=alt.Scale(zero=False), axis=alt.Axis(format=f".{places}f", tickCount=4, title=None))
    base = alt.Chart().encode(x=x)
    sort = alt.Shape("sort:N", legend=None,
                     scale=alt.Scale(domain=[THIS, ACCEPTED, KEPT], range=["square", "diamond", "circle"]))  # fmt: skip
    fill = alt.condition(alt.datum.sort == KEPT, alt.value("transparent"), alt.value(BLUE))
    return alt.layer(
        base.mark_rule(opacity=0).encode(y=alt.Y("least:Q"), y2="most:Q"),
        base.mark_line(color=GREY, strokeWidth=1).encode(y=y),
        base.mark_rule(color=BLUE, strokeWidth=1.5).encode(y=alt.Y("low:Q"), y2="high:Q"),
        base.mark_point(stroke=BLUE, strokeWidth=1.5, size=75, opacity=1).encode(y=y, shape=sort, fill=fill),
        data=alt.Data(name=POINTS, values=list(rows)),
    ).properties(width=230, height=90)  # fmt: skip


def share_bars(rows: Sequence[Row]) -> Chart:
    """A bar for each kind of question, in the order given, with its interval and the accepted run's value.

    Args:
        rows: ``label``, ``share``, ``low`` and ``high`` (the share itself where there is no interval), ``before`` or
            None.
    """
    import altair as alt  # slow: see above

    shares = alt.Scale(domain=[0, 1])
    order = [row["label"] for row in rows]
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=260))
    x = alt.X("share:Q", scale=shares, title="share right, with its 95 % interval", axis=alt.Axis(format=".1f"))
    base = alt.Chart().encode(y=y)
    earlier = alt.Chart(alt.Data(values=[row for row in rows if row["before"] is not None])).encode(y=y)
    return alt.layer(
        base.mark_bar(color=BLUE, opacity=0.45, height=11).encode(x=x),
        base.mark_rule(color=BLUE, strokeWidth=2).encode(x=alt.X("low:Q", scale=shares), x2="high:Q"),
        earlier.mark_point(shape="diamond", color=GREY, filled=True, size=60, opacity=1).encode(
            x=alt.X("before:Q", scale=shares)
        ),
        data=alt.Data(values=list(rows)),
    ).properties(width=280, height=alt.Step(20))


def share_dots(rows: Sequence[Row]) -> Chart:
    """A dot for each kind of question, in the order given, with its interval and the earlier run's value: for a page.

    Args:
        rows: As ``share_bars`` has them.
    """
    import altair as alt  # slow: see above

    shares = alt.Scale(domain=[0, 1])
    order = [row["label"] for row in rows]
    y = alt.Y("label:N", sort=order, title=None, axis=alt.Axis(labelLimit=180, grid=True))
    axis = alt.Axis(format=".1f", values=[0, 0.2, 0.4, 0.6, 0.8, 1])
    x = alt.X("share:Q", scale=shares, title="share right", axis=axis)
    base = alt.Chart(alt.Data(values=list(rows))).encode(y=y)
    earlier = alt.Chart(alt.Data(values=[row for row in rows if row["before"] is not None])).encode(y=y)
    return alt.layer(
        base.mark_rule(color=BLUE, strokeWidth=2).encode(x=alt.X("low:Q", scale=shares), x2="high:Q"),
        earlier.mark_point(shape="diamond", stroke=GREY, strokeWidth=2, size=80, opacity=1).encode(
            x=alt.X("before:Q", scale=shares)
        ),
        base.mark_point(color=BLUE, filled=True, size=70, opacity=1).encode(x=x),
    ).properties(height=alt.Step(22))


def risk_curves(rows: Sequence[Row], served: Sequence[Row]) -> Chart:
    """Risk-coverage curves: the share wrong among the surest so many answers.

    Args:
        rows: ``which`` (the curve's name), ``coverage``, ``risk``.
        served: Likewise, at most one: where refusing begins, on the first curve, with a ``label``.
    """
    import altair as alt  # slow: see above

    names = list(dict.fromkeys(row["which"] for row in rows))
    x = alt.X("coverage:Q", scale=alt.Scale(domain=[0, 1]), title="coverage: share answered, the surest first")
    y = alt.Y("risk:Q", scale=alt.Scale(domain=[0, 1]), title="risk: share wrong among them")
    dashes = alt.Scale(domain=names, range=[[1, 0], [6, 3], [1.5, 3]])
    colours = alt.Scale(domain=names, range=[BLUE, GREY, RED])
    lines = alt.Chart(alt.Data(values=list(rows))).mark_line(strokeWidth=1.8).encode(
        x=x, y=y, strokeDash=alt.StrokeDash("which:N", scale=dashes, title=None),
        color=alt.Color("which:N", scale=colours, title=None),
    )  # fmt: skip
    if not served:
        return alt.layer(lines).properties(width=300, height=240)
    point = alt.Chart(alt.Data(values=list(served))).encode(x=x, y=y)
    return alt.layer(
        lines,
        point.mark_point(shape="square", filled=True, color=BLUE, size=70, opacity=1),
        point.mark_text(align="right", dx=-8, dy=-8).encode(text="label:N"),
    ).properties(width=300, height=240)


def reliability_points(rows: Sequence[Row]) -> Chart:
    """Confidence against the share right, a point for each bin; on the diagonal they agree.

    Args:
        rows: ``confidence``, ``share``, ``low`` and ``high`` (the share itself where there is no interval), ``n``.
    """
    import altair as alt  # slow: see above

    unit = alt.Scale(domain=[0, 1])
    x = alt.X("confidence:Q", scale=unit, title="confidence, mean of the bin")
    y = alt.Y("share:Q", scale=unit, title="share right of the bin")
    corner = alt.Data(values=[{"confidence": 0, "share": 0}, {"confidence": 1, "share": 1}])
    base = alt.Chart(alt.Data(values=list(rows))).encode(x=x)
    return alt.layer(
        alt.Chart(corner).mark_line(color=GREY, strokeDash=[4, 4], strokeWidth=1).encode(x=x, y=y),
        base.mark_rule(color=BLUE, strokeWidth=1.5).encode(y=alt.Y("low:Q", scale=unit), y2="high:Q"),
        base.mark_point(color=BLUE, filled=True, size=60, opacity=1).encode(y=y),
        base.mark_text(dy=-5, baseline="bottom").encode(y=alt.Y("high:Q", scale=unit), text="n:Q"),
    ).properties(width=300, height=240)


def latency_bars(rows: Sequence[Row], marks: Sequence[Row]) -> Chart:
    """How many questions took how long.

    Args:
        rows: ``begin``, ``end`` in milliseconds, ``n``.
        marks: ``ms`` and ``label``: values to mark with a line.
    """
    import altair as alt  # slow: see above

    x = alt.X("begin:Q", title="milliseconds", axis=alt.Axis(format="d"))
    bars = alt.Chart(alt.Data(values=list(rows))).mark_bar(color=BLUE, opacity=0.6).encode(
        x=x, x2="end:Q", y2=alt.Y2Datum(0), y=alt.Y("n:Q", title="questions", axis=alt.Axis(tickMinStep=1, format="d"))
    )  # fmt: skip
    at = alt.Chart(alt.Data(values=list(marks))).encode(x=alt.X("ms:Q"))
    return alt.layer(
        bars,
        at.mark_rule(color=RED, strokeDash=[4, 3], strokeWidth=1.5),
        at.mark_text(align="center", dy=-4, baseline="bottom").encode(y=alt.value(0), text="label:N"),
    ).properties(width=300, height=160)
