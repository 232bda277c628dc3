"""The values of a table by year, as a chart and in a sentence.

Altair takes a third of a second to load: it is imported where a chart is made.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from desk.value_tables import ValueTable

if TYPE_CHECKING:
    from eval.charts import Chart


def said_chart(table: ValueTable) -> str:
    """What the chart of a table shows, for those who cannot see it."""
    rows, years = dict.fromkeys(p.row for p in table.points), dict.fromkeys(p.column for p in table.points)
    return f"Chart of {', '.join(rows)} over {', '.join(years)}: the values of the table above."


def value_chart(table: ValueTable) -> Chart:
    """A table's values by year, each row a line with points of its own shape; needs a table with points."""
    import altair as alt  # slow: see above

    values = [{"Row": p.row, "Year": p.column, "Value": p.value, "As printed": p.printed} for p in table.points]
    years = list(dict.fromkeys(p.column for p in table.points))
    chart: alt.Chart = (
        alt.Chart(alt.Data(values=values))
        .mark_line(point=alt.OverlayMarkDef(size=60, filled=True))
        .encode(
            x=alt.X("Year:N", sort=years, title=None, axis=alt.Axis(labelAngle=0)),
            y=alt.Y("Value:Q", title=None),
            color=alt.Color("Row:N", title=None, legend=alt.Legend(orient="bottom", columns=1, labelLimit=0)),
            shape=alt.Shape("Row:N", title=None),
            tooltip=["Row:N", "Year:N", "As printed:N"],
        )
    )
    return alt.layer(chart)
