"""What is due when: the rows of the register with a date, as bars on a line of time, a panel for each document.

A bar runs from the first day that its date may mean to the last (desk/due_dates.py). A document with more rows than can
be read has a bar for each date, with how many rows are due then.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from desk.due_dates import Stretch
from desk.target_charts import AS_SVG, INK, cut, label_axis, line_height, marks_offset, unlike
from desk.targets import RegisterRow, many_rows
from eval.charts import BLUE

if TYPE_CHECKING:
    from eval.charts import Chart

MOST_BARS = 40  # of one document: more cannot be read
_THIN = 7  # days


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time with what is due in it.

    Attributes:
        stretch: The first day and the last.
        rows: What is due, at least one.
        label: What the bar is called, at most some lines.
    """

    stretch: Stretch
    rows: tuple[RegisterRow, ...]
    label: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """Rows by when they are due.

    Attributes:
        panels: For each document, the newest first, its title and its bars, the earliest first.
        unread: Rows whose due date cannot be read as days, in their order.
        undated: How many rows name no due date.
    """

    panels: tuple[tuple[str, tuple[Bar, ...]], ...]
    unread: tuple[RegisterRow, ...]
    undated: int

    @property
    def dated(self) -> int:
        """How many rows have a bar."""
        return sum(len(bar.rows) for _, bars in self.panels for bar in bars)


def as_timeline(rows: Sequence[RegisterRow]) -> Timeline:
    """Rows by document and date."""
    of_document: dict[str, list[RegisterRow]] = {}
    newest = sorted(rows, key=lambda row: row.document.published or "", reverse=True)
    for row in newest:
        if row.due:
            of_document.setdefault(row.document.doc_id, []).append(row)
    return Timeline(
        tuple((found[0].document.title, tuple(_bars(found))) for found in of_document.values()),
        tuple(row for row in rows if row.source.due and not row.due),
        sum(not row.source.due for row in rows),
    )


def said_timeline(timeline: Timeline) -> str:
    """What a timeline shows, in sentences."""
    stretches = [bar.stretch for _, bars in timeline.panels for bar in bars]
    said = [f"{_many(timeline.dated, 'row has', 'rows have')} a due date that can be placed in time."]
    if stretches:
        first, last = min(s[0] for s in stretches), max(s[1] for s in stretches)
        said.append(f"The earliest is {first.strftime('%B %Y')}, the latest {last.strftime('%B %Y')}.")
    if timeline.unread:
        said.append(f"{_many(len(timeline.unread), 'has a date', 'have dates')} that cannot be placed; see under it.")
    if timeline.undated:
        said.append(f"{_many(timeline.undated, 'row names', 'rows name')} no due date.")
    return " ".join(said)


def timeline_chart(bars: Sequence[Bar]) -> Chart:
    """A document's bars under one another, with what is due in each."""
    import altair as alt  # slow, and not every page draws

    labels = unlike([bar.label for bar in bars])
    records = [
        {
            "label": label,
            "from": bar.stretch[0].isoformat(),
            "to": (bar.stretch[1] + timedelta(days=1)).isoformat(),
            "days": (bar.stretch[1] - bar.stretch[0]).days,
            "due": bar.rows[0].source.due or "",
            "what": bar.rows[0].source.measure if len(bar.rows) == 1 else many_rows(len(bar.rows)),
            "document": bar.rows[0].document.title,
            "year": bar.rows[0].years.shown,
        }
        for bar, label in zip(bars, labels, strict=True)
    ]
    offset = marks_offset(labels)
    ends = [
        f"{min(bar.stretch[0].year for bar in bars)}-01-01",
        f"{max(bar.stretch[1].year for bar in bars) + 1}-01-01",
    ]
    time = alt.Scale(type="utc", domain=ends)
    base = alt.Chart(alt.Data(values=records)).encode(
        y=alt.Y("label:N", sort=labels, scale=alt.Scale(domain=labels), title=None, axis=label_axis(labels)),
        x=alt.X(
            "from:T", scale=time, title=None, axis=alt.Axis(tickCount=5, grid=True, labelOverlap=True, labelColor=INK)
        ),
        tooltip=[
            alt.Tooltip("what:N", title="What"),
            alt.Tooltip("due:N", title="Due"),
            alt.Tooltip("document:N", title="Document"),
            alt.Tooltip("year:N", title="Year"),
        ],
    )
    return alt.layer(
        base.mark_bar(color=BLUE, height=10, yOffset=offset, y2Offset=offset).encode(x2="to:T"),
        # A single day is too thin for a bar to be seen.
        base.transform_filter(f"datum.days <= {_THIN}").mark_point(
            shape="diamond", color=BLUE, filled=True, size=60, opacity=1, yOffset=offset
        ),
    ).properties(height=alt.Step(line_height(labels)), usermeta=AS_SVG)


def _bars(rows: Sequence[RegisterRow]) -> list[Bar]:
    """A bar for each row, or for each stretch where there are too many rows."""
    by_date = sorted(rows, key=lambda row: row.due or ())
    if len(rows) <= MOST_BARS:
        return [Bar(row.due, (row,), _label(row)) for row in by_date if row.due]
    return [Bar(due, found, _label_of_many(found)) for due, group in groupby(by_date, key=lambda row: row.due)
            if due and (found := tuple(group))]  # fmt: skip


def _label(row: RegisterRow) -> str:
    return "\n".join([*cut(row.source.measure), row.source.due or ""])


def _label_of_many(rows: Sequence[RegisterRow]) -> str:
    """The date as it is printed most often, with how many rows are due then."""
    printed = Counter(row.source.due or "" for row in rows).most_common(1)[0][0]
    return f"{printed[:1].upper()}{printed[1:]}: {many_rows(len(rows))}"


def _many(n: int, one: str, more: str) -> str:
    return f"{n} {one if n == 1 else more}"
