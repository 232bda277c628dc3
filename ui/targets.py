"""The page "Targets": the register as a table, a list, a chart and a timeline; each row opens its source."""

import copy
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import streamlit as st

from desk.target_charts import MOST_LINES, compared, comparison_chart, panels, said_comparison
from desk.target_export import ExportNote, as_csv, as_excel
from desk.targets import (
    KINDS,
    SORTS,
    Filters,
    RegisterRow,
    cells,
    choose,
    in_order,
    many_rows,
    names_of,
    owners_in,
    said_filters,
    said_trust,
    years_in,
)
from desk.timeline import as_timeline, said_timeline, timeline_chart
from index import IndexProblem
from ingest import Document
from ui.opening import Resources, open_index
from ui.plain import as_html, as_label
from ui.source import Place, show_source

if TYPE_CHECKING:
    from eval.charts import Chart

T = TypeVar("T")

_STYLE = Path(__file__).with_name("page.css")
_TABLE, _LIST, _CHART, _TIMELINE = "Table", "List", "Target against actual", "Timeline"
_VIEWS = (_TABLE, _LIST, _CHART, _TIMELINE)
_AS_FOUND = "As in the documents, the newest first"
_PER_PAGE = 20  # rows of the list
_EMPTY: Mapping[str, object] = {
    "targets-words": "", "targets-kinds": [], "targets-documents": [], "targets-publishers": [], "targets-years": [],
    "targets-owners": [], "targets-both": False,
}  # fmt: skip
# Pixels: what each column's longest usual text needs; the others are narrow by themselves.
_WIDTHS = {
    "Measure": 320, "Target": 130, "Actual": 130, "Against target": 120, "Due": 160, "Year": 180, "Owner": 140,
    "Document": 220, "Earlier figure": 120, "Change": 100, "Budget": 130, "Place": 260, "Quote": 500,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows: the rows chosen, in order, and what they are of."""

    rows: Sequence[RegisterRow]
    of: int
    filters: Filters
    order: str
    documents: Mapping[str, Document]
    fingerprint: str
    today: date


def show(resources: Resources) -> None:
    """Draw the page."""
    st.set_page_config(layout="wide")  # a table wants the room
    st.html(_STYLE)
    st.title("Targets", anchor=False)
    opened = open_index(resources)
    if opened is None:
        return
    try:
        rows = resources.register(opened.snapshot)
    except IndexProblem as error:
        st.error(as_label(f"The targets cannot be read: {error}"))
        st.button("Try again", key="targets-again")
        return
    if not rows:
        _draw_nothing_yet()
        return
    st.html(
        '<p class="cv-lead">What the documents set out to reach, what they say was reached, and what is due when. '
        "Each row opens the place where it stands.</p>"
        '<p class="cv-facts cv-narrow">Kind, year, document and owner are chosen in the panel that the arrows at the '
        "top left open.</p>"
    )
    shown = _chosen(rows, opened.snapshot.documents, opened.snapshot.manifest.fingerprint)
    if not shown.rows:
        st.html(
            '<div class="cv-box"><h2>No row fits</h2><p>No row fits all the filters that are set. Clear the filters to '
            f"see all {len(rows)}.</p></div>"
        )
        return
    _draw_view(shown)
    _draw_export(shown)
    st.html(f'<h2 class="cv-title">How these rows were found</h2><p class="cv-facts">{as_html(said_trust())}</p>')
    _open_source(shown, resources)


def _draw_nothing_yet() -> None:
    st.html(
        '<div class="cv-box"><h2>There is nothing here yet</h2><p>The documents set no target that was found. Rows '
        "come by themselves from documents that print a target (“a target of 500”), a result (“down 4.6 per cent”), a "
        "milestone (“Quarter 2, 2018-19: open the hub”), a budget or something promised by a date. Add such a document "
        "to the corpus and update the index.</p></div>"
    )


def _chosen(rows: Sequence[RegisterRow], documents: Mapping[str, Document], fingerprint: str) -> _Shown:
    """The rows that the filters leave, in the order that is set, with the line that counts them."""
    filters = _draw_filters(rows, documents)
    by, falling = _draw_order()
    today = date.today()
    found = in_order(choose(rows, filters), SORTS.get(by, "place"), today, falling=falling)
    order = f"{by}, the highest or latest first" if falling else by
    said = said_filters(filters, documents)
    with st.container(key="targets-count", horizontal=True, vertical_alignment="center", gap="small"):
        st.html(
            f'<p class="cv-source" role="status">{len(found)} of {len(rows)} rows</p>'
            f'<p class="cv-facts">{as_html("; ".join(said))}</p>'
        )
        if said:
            st.button("Clear the filters", key="targets-clear", on_click=_clear)
    return _Shown(found, len(rows), filters, order, documents, fingerprint, today)


def _draw_filters(rows: Sequence[RegisterRow], documents: Mapping[str, Document]) -> Filters:
    ids = list(dict.fromkeys(row.document.doc_id for row in rows))
    publishers = sorted({row.document.publisher for row in rows if row.document.publisher})
    linked = st.query_params.get("document")
    if (
        linked in ids and st.session_state.get("targets-linked") != linked
    ):  # a link to one document's rows, followed once
        st.session_state["targets-linked"] = linked
        st.session_state["targets-documents"] = [linked]
    words = st.text_input("Search", key="targets-words", placeholder="Words in measure, owner or quote")
    with st.sidebar:
        st.html('<h2 class="cv-side">Show only</h2>')
        kinds = _choice("Kind", "kinds", [k for k in KINDS if any(r.source.kind == k for r in rows)], KINDS.__getitem__)
        years = _choice("Year", "years", years_in(rows), str)
        chosen = _choice("Document", "documents", ids, names_of(documents).__getitem__)
        publisher = _choice("Publisher", "publishers", publishers, str)
        owners = _choice("Owner", "owners", owners_in(rows), str)
        both = st.toggle("With a target and an actual figure", key="targets-both")
    return Filters(words, tuple(kinds), tuple(chosen), tuple(publisher), tuple(years), tuple(owners), both)


def _choice(label: str, name: str, options: Sequence[T], said: Callable[[T], str]) -> list[T]:
    """A choice of any of some values; one that is no longer there cannot stay chosen."""
    key = f"targets-{name}"
    st.session_state[key] = [value for value in st.session_state.get(key, []) if value in options]
    return st.multiselect(label, options, format_func=said, key=key, placeholder="Any")


def _draw_order() -> tuple[str, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        by = st.selectbox("Sort by", [_AS_FOUND, *SORTS], key="targets-sort", width=320)
        falling = st.toggle("Highest or latest first", key="targets-falling")
    return by, falling


def _clear() -> None:
    for key, value in _EMPTY.items():
        st.session_state[key] = value


def _draw_view(shown: _Shown) -> None:
    view = st.segmented_control("Show as", _VIEWS, key="targets-view", default=_first_view(), required=True, wrap=True)
    if view == _TABLE:
        _draw_table(shown)
    elif view == _LIST:
        _draw_list(shown)
    elif view == _CHART:
        _draw_comparison(shown)
    else:
        _draw_timeline(shown)


def _first_view() -> str:
    """A table is of no use on a telephone: there the list comes first."""
    return _LIST if "Mobi" in st.context.headers.get("User-Agent", "") else _TABLE


def _draw_table(shown: _Shown) -> None:
    """The table. Its order is the page's, so that what is exported is what is seen: a press on a head sorts here."""
    st.html('<h2 class="cv-title">The rows</h2>')
    st.html(
        '<p class="cv-facts">Choose a row by the box at its left and open its source. A press on a column’s name sorts '
        "by it. On a small screen, or with a screen reader, show it as a list.</p>"
    )
    key = f"targets-table-{_digest(shown.rows)}"  # other rows are another table: no choice is carried over
    event = st.dataframe(
        [cells(row, shown.today) for row in shown.rows],
        key=key,
        hide_index=True,
        column_config={name: st.column_config.TextColumn(width=width) for name, width in _WIDTHS.items()},
        on_select=partial(_sort_by_column, key),
        selection_mode=["single-row", "single-column"],
        alt=f"{many_rows(len(shown.rows))} of the register",
    )
    chosen = [at for at in event["selection"]["rows"] if at < len(shown.rows)]
    st.button(
        "Open the source",
        key="targets-open-chosen",
        disabled=not chosen,
        on_click=_choose,
        args=(chosen[0] if chosen else 0,),
        help=None if chosen else "Choose a row first",
    )


def _sort_by_column(key: str) -> None:
    """Sort by the column that was pressed; by the same one again, the other way round."""
    pressed = [name for name in st.session_state[key]["selection"]["columns"] if name in SORTS]
    if pressed:
        again = st.session_state.get("targets-sort") == pressed[0]
        st.session_state["targets-falling"] = again and not st.session_state.get("targets-falling", False)
        st.session_state["targets-sort"] = pressed[0]
        st.session_state[key] = {"selection": {"rows": [], "columns": []}}


def _draw_list(shown: _Shown) -> None:
    st.html('<h2 class="cv-title">The rows</h2>')
    pages = -(-len(shown.rows) // _PER_PAGE)
    first = 0
    if pages > 1:
        if st.session_state.get("targets-page", 1) > pages:
            st.session_state["targets-page"] = 1
        first = (st.pagination(pages, key="targets-page") - 1) * _PER_PAGE
    for at, row in enumerate(shown.rows[first : first + _PER_PAGE], start=first):
        with st.container(key=f"target-item-{at}", gap="xxsmall"):
            st.html(_item(row, shown.today))
            name = as_label(f"of row {at + 1}: {row.source.measure}")
            st.button(f"Open the source *{name}*", key=f"target-open-{at}", on_click=_choose, args=(at,))


def _item(row: RegisterRow, today: date) -> str:
    said = cells(row, today)
    measure, quote = said.pop("Measure"), said.pop("Quote")
    facts = "".join(f"<div><dt>{as_html(k)}</dt><dd>{as_html(v)}</dd></div>" for k, v in said.items() if v)
    return (
        f'<h3 class="cv-row">{as_html(measure)}</h3><dl class="cv-pairs">{facts}</dl>'
        f'<p class="cv-statement">“{as_html(quote)}”</p>'
    )


def _draw_comparison(shown: _Shown) -> None:
    st.html('<h2 class="cv-title">Target against actual</h2>')
    rows = compared(shown.rows)
    if not rows:
        st.html(
            '<div class="cv-box"><p>None of these rows prints both a target and an actual figure of one unit. '
            "Rows that do are mostly indicators.</p></div>"
        )
        return
    drawn = rows[:MOST_LINES]
    st.html(f'<p class="cv-facts">{as_html(said_comparison(rows))}</p>')
    if len(drawn) < len(rows):
        st.html(f'<p class="cv-facts">The chart has the first {len(drawn)} of them; the table under it has all.</p>')
    axes = panels(drawn)
    specs = _specs(_CHART, shown, lambda: [comparison_chart(panel) for panel in axes])
    for number, panel in enumerate(axes):
        alt = f"Target against actual, in {panel.unit}: {many_rows(len(panel.rows))}, the same as in the table below"
        st.vega_lite_chart(spec=specs[number], key=f"targets-chart-{number}", width="stretch", alt=alt)
    with st.expander("The same as a table"):
        names = ("Measure", "Target", "Actual", "Against target", "Year", "Document")
        st.html(_table(names, [[cells(row, shown.today)[name] for name in names] for row in rows]))


def _draw_timeline(shown: _Shown) -> None:
    st.html('<h2 class="cv-title">What is due when</h2>')
    timeline = as_timeline(shown.rows)
    if not timeline.dated and not timeline.unread:
        st.html(
            '<div class="cv-box"><p>None of these rows names a due date. Rows that do are mostly milestones.</p></div>'
        )
        return
    st.html(f'<p class="cv-facts">{as_html(said_timeline(timeline))}</p>')
    specs = _specs(_TIMELINE, shown, lambda: [timeline_chart(bars) for _, bars in timeline.panels])
    for number, (title, bars) in enumerate(timeline.panels):
        st.html(f'<h3 class="cv-row">{as_html(title)}</h3>')
        many = sum(len(bar.rows) for bar in bars)
        alt = f"Timeline of {many_rows(many)}, the same as in the list below"
        st.vega_lite_chart(spec=specs[number], key=f"targets-timeline-{number}", width="stretch", alt=alt)
    names = ("Due", "Measure", "Document")
    with st.expander("The same as a list"):
        rows = [row for _, bars in timeline.panels for bar in bars for row in bar.rows]
        st.html(_table(names, [[cells(row, shown.today)[name] for name in names] for row in rows]))
    if timeline.unread:
        st.html('<h3 class="cv-row">Dates that cannot be placed</h3>')
        st.html(_table(names, [[cells(row, shown.today)[name] for name in names] for row in timeline.unread]))


def _specs(view: str, shown: _Shown, charts: Callable[[], Sequence["Chart"]]) -> list[dict[str, Any]]:
    """The charts of a view, ready to draw; made once for the same rows, for that takes some tenths of a second."""
    kept, specs = st.session_state.get("targets-specs", (None, []))
    wanted = (view, shown.fingerprint, _digest(shown.rows))
    if kept != wanted:
        with st.spinner("Drawing…"):
            specs = [chart.to_dict(validate=False) for chart in charts()]  # the tests hold them against the schema
        st.session_state["targets-specs"] = (wanted, specs)
    return copy.deepcopy(list(specs))  # Streamlit takes a drawing apart


def _digest(rows: Sequence[RegisterRow]) -> str:
    """What tells these rows in this order from others."""
    places = " ".join(f"{row.document.doc_id}{row.source.spans}{row.source.value}" for row in rows)
    return f"{zlib.crc32(places.encode()):08x}"


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{as_html(name)}</th>' for name in names)
    body = "".join(f"<tr>{''.join(f'<td>{as_html(cell)}</td>' for cell in row)}</tr>" for row in rows)
    return (
        '<div class="cv-scroll" tabindex="0" role="region" aria-label="Table"><table class="cv-register">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _draw_export(shown: _Shown) -> None:
    """The files hold the rows shown, in the order shown; they are made when they are asked for."""
    filters = said_filters(shown.filters, shown.documents)

    def excel() -> bytes:
        note = ExportNote(filters, shown.order, shown.of, datetime.now(UTC), shown.fingerprint)
        return as_excel(shown.rows, note)

    st.html('<h2 class="cv-title">Take these rows with you</h2>')
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "Download as CSV",
            partial(as_csv, shown.rows, shown.today),
            "targets.csv",
            "text/csv",
            key="targets-csv",
            on_click="ignore",
        )
        st.download_button(
            "Download as Excel",
            excel,
            "targets.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            key="targets-excel",
            on_click="ignore",
        )


def _choose(at: int) -> None:
    st.session_state["targets-chosen"] = at


def _open_source(shown: _Shown, resources: Resources) -> None:
    """Open the source viewer if a row was chosen; it goes on through the rows shown."""
    at = st.session_state.pop("targets-chosen", None)
    if at is None or at >= len(shown.rows):
        return
    places = [Place(row.document, row.source.headings, row.page, row.source.spans) for row in shown.rows]
    show_source(places, at, shown.documents, "Row", resources)
