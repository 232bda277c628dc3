"""The growth of times, memory and disk with the number of passages, drawn as SVG."""

from pathlib import Path
from typing import Any

import altair as alt
import vl_convert

_WIDTH, _HEIGHT = 250, 170


def draw(kept: dict[str, Any], path: Path) -> None:
    """Draw what `benchmarks.scale` measured into a file."""
    times, sizes = [], []
    for count, found in kept["sizes"].items():
        query, build = found["query"], found["build"]
        times += [_row(count, f"search and encoding {p}", query["whole_ms"][p]) for p in ("p50", "p95")]
        times.append(_row(count, "search p50", query["search_ms"]["p50"]))
        times.append(_row(count, "processor, both p50", query["processor_ms"]["p50"]))
        sizes.append(_row(count, "querying", query["memory"] / 1e9))
        sizes.append(_row(count, "building", build["memory"] / 1e9))
        sizes.append(_row(count, "on the disk", sum(build["bytes"].values()) / 1e9))
    chart = _panel(times, "milliseconds a query", logarithmic=False) | _panel(sizes, "gigabytes", logarithmic=True)
    path.write_text(
        vl_convert.vegalite_to_svg(chart.resolve_scale(color="independent", strokeDash="independent").to_dict()),
        "utf-8",
    )


def _row(count: str, what: str, value: float) -> dict[str, Any]:
    return {"passages": int(count), "what": what, "value": value}


def _panel(rows: list[dict[str, Any]], title: str, *, logarithmic: bool) -> alt.Chart:
    lines = alt.Chart(alt.Data(values=rows), width=_WIDTH, height=_HEIGHT).mark_line(point=True)
    scale = alt.Scale(type="log") if logarithmic else alt.Scale(zero=True)
    drawn: alt.Chart = lines.encode(
        x=alt.X("passages:Q", scale=alt.Scale(type="log"), axis=alt.Axis(format="~s", tickCount=5)),
        y=alt.Y("value:Q", title=title, scale=scale),
        color=alt.Color("what:N", title=None, sort=None),
        strokeDash=alt.StrokeDash("what:N", title=None, sort=None),
    )
    return drawn
