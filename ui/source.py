"""The source viewer: a place in a document, marked where it stands, with all a reader must know beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from ingest import Document, Span, spoken_date, standing
from ui.plain import as_html, marked
from ui.scrolling import bring_into_view

PATH_MARK = " › "


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a document that can be opened.

    Attributes:
        document: The document, as it was when it was searched.
        headings: The section's path, outermost first.
        page: The physical page, or None.
        spans: What to mark.
    """

    document: Document
    headings: tuple[str, ...]
    page: int | None
    spans: tuple[Span, ...]


def heading_path(headings: Sequence[str]) -> str:
    """A path of headings as it is shown; a place before the first heading says so."""
    return PATH_MARK.join(" ".join(h.split()) for h in headings) or "Before the first heading"


def about(place: Place, documents: Mapping[str, Document], today: date) -> str:
    """What a reader must know of a place, as HTML: document, publisher, date, standing, path and page."""
    document = place.document
    page = [document.page_name(place.page)] if place.page else []
    facts = [document.publisher, spoken_date(document.published), *page]
    lines = [
        f'<h2 class="cv-title">{as_html(document.title)}</h2>',
        f'<p class="cv-facts">{as_html(" · ".join(fact for fact in facts if fact))}</p>',
        f'<p class="cv-facts">{as_html(" ".join(standing(document, documents, today)))}</p>',
        *([f'<p class="cv-facts">{as_html(document.note)}</p>'] if document.note else []),
        *([_link(document.url)] if document.url.startswith(("https://", "http://")) else []),
        f'<p class="cv-path">{as_html(heading_path(place.headings))}</p>',
    ]
    return "".join(lines)


def passage_html(place: Place, *, whole: bool) -> str:
    """The section (or sections) a place is in, or the whole document, as HTML with the place marked."""
    text = place.document.text
    first, last = place.spans[0][0], place.spans[-1][1]
    start = max((s.start for s in place.document.sections if s.start <= first), default=0)
    end = min((s.end for s in place.document.sections if s.end >= last), default=len(text))
    shown = marked(text, place.spans, 0, len(text)) if whole else marked(text, place.spans, start, end)
    name = "The whole document" if whole else "The section"
    return f'<div class="cv-text" tabindex="0" role="region" aria-label="{name}, the source marked">{shown}</div>'


@st.dialog("Source", width="large")
def show_source(places: Sequence[Place], first: int, documents: Mapping[str, Document], name: str) -> None:
    """Open the source viewer on one of several places, with the way to the others.

    Args:
        places: The places of one answer, in order.
        first: The position of the one to open, from 0.
        documents: The documents beside it, which say whether it still holds.
        name: What a place is called: "Source", "Passage".
    """
    at = min(max(st.session_state.setdefault("source-at", first), 0), len(places) - 1)
    place = places[at]
    st.html(about(place, documents, date.today()))
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        if len(places) > 1:
            st.button("Previous", key="source-previous", disabled=at == 0, on_click=_go_to, args=(at - 1,))
            st.text(f"{name} {at + 1} of {len(places)}")
            st.button("Next", key="source-next", disabled=at == len(places) - 1, on_click=_go_to, args=(at + 1,))
        whole = st.toggle("Show the whole document", key="source-whole")
    st.html(passage_html(place, whole=whole))
    bring_into_view(".cv-text mark", last=False, block="center", again=(at, whole, place.spans[0][0]))


def _go_to(at: int) -> None:
    st.session_state["source-at"] = at


def _link(url: str) -> str:
    return f'<p class="cv-facts"><a href="{as_html(url)}" target="_blank">{as_html(url)}</a></p>'
