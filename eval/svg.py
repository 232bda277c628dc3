"""Charts as SVG to stand inside a page of HTML: no script, no address, nothing that depends on the machine's clock.

A picture takes the page's text colour, and scales to the room there is. It is one thing to those who listen to the
page: its parts are not read out, its name is; the numbers stand beside it as text.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from eval.charts import POINTS, Row

if TYPE_CHECKING:
    from eval.charts import Chart

INK, GRID = "#333a44", "#d5dae1"  # the page's style replaces both: eval/report.css
_CONFIG = {
    "background": "transparent",
    "font": "Arial",  # drawn with the page's font; its widths are known on every machine
    "view": {"stroke": None},
    "axis": {"labelColor": INK, "titleColor": INK, "domainColor": INK, "tickColor": INK, "gridColor": GRID,
             "labelFontSize": 11, "titleFontSize": 11, "titleFontWeight": "normal"},
    "axisX": {"grid": False},
    "legend": {"labelColor": INK, "labelFontSize": 11, "orient": "top", "symbolSize": 300, "symbolType": "stroke"},
    "text": {"color": INK, "fontSize": 11},
}  # fmt: skip
_FOR_LISTENERS = re.compile(r' (?:aria-[a-z]+|role|xmlns(?::xlink)?)="[^"]*"')
_SIZE = re.compile(r'^<svg[^>]* width="([\d.]+)" height="([\d.]+)"[^>]*>')
_BACKGROUND = re.compile(r'<path class="background"[^>]*?/>')


def svg(chart: Chart, name: str) -> str:
    """A chart as an element of HTML.

    Args:
        chart: The chart, its data inline.
        name: What it is called by a screen reader.
    """
    import vl_convert  # slow to load, and needed for a report alone

    return _for_page(vl_convert.vegalite_to_svg(chart.to_dict(), config=_CONFIG), name)


def svgs(chart: Chart, data: Iterable[tuple[str, Sequence[Row]]]) -> list[str]:
    """The same chart once for each of many sets of data, compiled once: a tenth of the time.

    Args:
        chart: A chart whose data is called ``POINTS``.
        data: For each, its name and its rows.
    """
    import vl_convert  # slow to load, and needed for a report alone

    compiled = vl_convert.vegalite_to_vega(chart.to_dict(), config=_CONFIG)
    return [_for_page(vl_convert.vega_to_svg(_with_data(compiled, rows)), name) for name, rows in data]


def _with_data(compiled: Mapping[str, Any], rows: Sequence[Row]) -> dict[str, Any]:
    spec = copy.deepcopy(dict(compiled))
    next(source for source in spec["data"] if source["name"] == POINTS)["values"] = [dict(row) for row in rows]
    return spec


def _for_page(drawn: str, name: str) -> str:
    size = _SIZE.match(drawn)
    if size is None:
        raise ValueError(f"a chart was drawn without its size: {drawn[:100]}")
    width, height = size.groups()
    inside = _BACKGROUND.sub("", _FOR_LISTENERS.sub("", drawn[size.end() :]))
    opening = f'<svg role="img" aria-label="{escape(name)}" viewBox="0 0 {width} {height}" width="{width}">'
    return opening + inside
