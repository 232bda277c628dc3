"""The source viewer: a place in a document, marked where it stands, with all a reader must know beside it.

Every page opens it in the same way: ``show_source(places, first, documents, name, resources)``, in the run in which
a place was chosen.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import streamlit as st

from desk.layout import View, as_it_stands, blocks_of, lay_out, section_around, shortened
from desk.page_pictures import NoPicture, boxes_on, pages_of
from desk.reference import PATH_MARK, heading_path, quote_with_source
from desk.word_boxes import Box
from ingest import Block, Document, Span, quote_at, spoken_date, standing
from ingest.readers.pdf_picture import PagePicture
from ui.laid_out import pieces_html
from ui.opening import Resources, read_library
from ui.plain import as_attribute, as_html
from ui.scrolling import bring_into_view

__all__ = ["LEFT_OUT", "PATH_MARK", "Place", "about", "heading_path", "show_source", "text_html"]
LEFT_OUT = "Page numbers, running heads, banners of web pages and the like. They are not searched and not quoted."
_TOGGLES = ("source-whole", "source-everything", "source-raw")


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


def about(document: Document, documents: Mapping[str, Document], today: date, page: int | None = None) -> str:
    """What a reader must know of a document, as HTML: title, publisher, date, page, standing, address."""
    pages = [document.page_name(page)] if page else []
    facts = [document.publisher, spoken_date(document.published), *pages]
    lines = [
        f'<h2 class="cv-title">{as_html(document.title)}</h2>',
        f'<p class="cv-facts">{as_html(" · ".join(fact for fact in facts if fact))}</p>',
        f'<p class="cv-facts">{as_html(" ".join(standing(document, documents, today)))}</p>',
        *([f'<p class="cv-facts">{as_html(document.note)}</p>'] if document.note else []),
        *([_link(document.url)] if document.url.startswith(("https://", "http://")) else []),
    ]
    return "".join(lines)


def text_html(document: Document, blocks: Sequence[Block], view: View, name: str, *, raw: bool, anchors: bool) -> str:
    """A stretch of a document as a part of the page that can be scrolled.

    Args:
        document: The document.
        blocks: Its blocks, or none where they are not known.
        view: Which stretch, and what is marked in it.
        name: What the stretch is called.
        raw: Whether it is shown as it stands in the file.
        anchors: Whether its headings can be jumped to.
    """
    pieces = [as_it_stands(document, view)] if raw else lay_out(document, blocks, view)
    body = pieces_html(pieces, anchors=anchors)
    return f'<div class="cv-text" tabindex="0" role="region" aria-label="{as_attribute(name)}">{body}</div>'


def show_source(
    places: Sequence[Place],
    first: int,
    documents: Mapping[str, Document],
    name: str,
    resources: Resources | None = None,
) -> None:
    """Open the source viewer on one of several places, with the way to the others.

    Args:
        places: The places of one answer, in order.
        first: The position of the one to open, from 0.
        documents: The documents beside it, which say whether it still holds.
        name: What a place is called: "Source", "Passage".
        resources: Where the documents' structure and the pictures of their pages come from; without them the text is
            shown as it stands in the file.
    """
    st.session_state["source-at"] = min(max(first, 0), len(places) - 1)
    for toggle in _TOGGLES:
        st.session_state[toggle] = False
    _draw_viewer(places, documents, name, resources)


@st.dialog("Source", width="large")
def _draw_viewer(
    places: Sequence[Place], documents: Mapping[str, Document], name: str, resources: Resources | None
) -> None:
    at = st.session_state["source-at"]
    place = places[at]
    path = f'<p class="cv-path">{as_html(heading_path(place.headings))}</p>'
    st.html(about(place.document, documents, date.today(), place.page) + path)
    if len(places) > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button("Previous", key="source-previous", disabled=at == 0, on_click=_go_to, args=(at - 1,))
            st.text(f"{name} {at + 1} of {len(places)}")
            st.button("Next", key="source-next", disabled=at == len(places) - 1, on_click=_go_to, args=(at + 1,))
    pages = pages_of(place.document, place.spans) if resources else ()
    if resources and pages:
        beside, picture = st.columns([3, 2])
        with beside:
            _draw_text(place, at, resources)
        with picture:
            _draw_page(place, at, resources)
    else:
        _draw_text(place, at, resources)
    with st.expander("Copy the quote with its source"):
        st.code(
            quote_with_source(place.document, place.headings, place.page, place.spans), language=None, wrap_lines=True
        )


def _draw_text(place: Place, at: int, resources: Resources | None) -> None:
    """The text around a place, scrolled to it, with the choices of how much is shown and how."""
    document = place.document
    known = read_library(resources).get(document.doc_id) if resources else None
    blocks = blocks_of(document, known)
    with st.container(horizontal=True, gap="small", key="source-choices"):
        whole = st.toggle("Show the whole document", key=_TOGGLES[0])
        everything = raw = False
        if blocks:
            everything = st.toggle("Show what is left out", key=_TOGGLES[1], help=LEFT_OUT)
            raw = st.toggle("As it stands in the file", key=_TOGGLES[2])
    stretch = (0, len(document.text)) if whole else section_around(document, place.spans)
    start, end = shortened(stretch, place.spans[0][0])
    if (start, end) != stretch:
        st.html(f'<p class="cv-facts">It is too long to show at once: {end - start:,} characters around the place.</p>')
    view = View(place.spans, start, end, everything)
    called = f"{'The whole document' if whole else 'The section'}, the source marked"
    st.html(text_html(document, blocks, view, called, raw=raw, anchors=False))
    again = (at, whole, everything, raw, place.spans[0][0])
    bring_into_view(".cv-text .cv-here", last=False, block="center", again=again)


def _draw_page(place: Place, at: int, resources: Resources) -> None:
    """The picture of the page a place stands on, its words boxed, with the way to the other pages it runs over."""
    document, pages = place.document, pages_of(place.document, place.spans)
    place_key, turned = st.session_state.get("source-page", ((), 0))
    key = (at, document.doc_id, place.spans[0])
    turned = turned if place_key == key and turned < len(pages) else 0
    page = pages[turned]
    if len(pages) > 1:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            for label, to in (("Page before", turned - 1), ("Page after", turned + 1)):
                st.button(label, disabled=not 0 <= to < len(pages), on_click=_turn_to, args=(key, to))
    try:
        with st.spinner("Drawing the page…"):
            picture = resources.page_picture(document, page.number)
            boxes = boxes_on(picture, document, page, place.spans)
    except NoPicture as reason:
        st.html(f'<p class="cv-facts">{as_html(str(reason))}</p>')
        return
    st.html(_page_html(place, document.page_name(page.number), picture, boxes))
    bring_into_view(".cv-sheet .cv-boxed", last=False, block="center", again=(at, page.number, place.spans[0][0]))


def _page_html(place: Place, page: str, picture: PagePicture, boxes: Sequence[Box]) -> str:
    """The picture of a page with boxes over the cited words, and what it is for those who cannot see it."""
    quote = quote_at(place.document.text, place.spans)
    boxed = "the cited words boxed" if boxes else "the cited words not boxed: they are part of a picture"
    alternative = f"Picture of {page} of {place.document.title}, {boxed}. The cited words are: {quote}"
    drawn = "".join(
        f'<span class="cv-boxed" style="left:{b.left:.2%};top:{b.top:.2%};width:{b.width:.2%};height:{b.height:.2%}">'
        "</span>"
        for b in boxes
    )
    data = b64encode(picture.image).decode()
    return (
        f'<figure class="cv-page"><div class="cv-sheet" tabindex="0" role="group" aria-label="{as_attribute(page)}">'
        f'<div><img src="data:{picture.media};base64,{data}" alt="{as_attribute(alternative)}">{drawn}</div></div>'
        f"<figcaption>{as_html(f'{page[:1].upper()}{page[1:]}, {boxed}')}</figcaption></figure>"
    )


def _turn_to(key: tuple[object, ...], page: int) -> None:
    st.session_state["source-page"] = (key, page)


def _go_to(at: int) -> None:
    st.session_state["source-at"] = at


def _link(url: str) -> str:
    return f'<p class="cv-facts"><a href="{as_attribute(url)}" target="_blank">{as_html(url)}</a></p>'
