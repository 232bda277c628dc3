"""The page "Documents": the library, what took whose place, the glossary; and one document, read with its outline."""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import streamlit as st

from desk.layout import View, blocks_of
from desk.shelf import (
    Node,
    Volume,
    Wanted,
    choices,
    chosen,
    glossary,
    many,
    outline,
    parts_of,
    succession,
    summary,
    unread_lines,
    volumes,
)
from index import Shelved
from ingest import Document, Span, Term, spoken_date
from ui.laid_out import anchor
from ui.opening import Opened, Resources, open_index, read_library, read_unread
from ui.plain import as_attribute, as_html, as_label
from ui.scrolling import bring_into_view
from ui.source import LEFT_OUT, Place, about, show_source, text_html

_STYLE = Path(__file__).with_name("page.css")
_AT_ONCE = 20  # documents or terms; the rest comes at a press
_WIDGETS = ("find-document", "of-publisher", "of-standing", "of-year", "find-term")
_LONGEST_MEANING = 300  # characters in the list; the source has the rest


def show(resources: Resources) -> None:
    """Draw the page."""
    st.html(_STYLE)
    for key in _WIDGETS:  # what is looked for stays while a document is read
        if key in st.session_state:
            st.session_state[key] = st.session_state[key]
    st.title("Documents", anchor=False)
    opened = open_index(resources)
    if opened is None:
        return
    library = read_library(resources)
    if not library:
        st.warning("The index does not say what was found in the documents. Run: make index")
    manifest = opened.snapshot.manifest
    shelf = volumes(opened.snapshot.documents, manifest.passages, library, date.today())
    asked = st.query_params.get("document")
    if asked is None:
        _draw_library(resources, opened, shelf, library)
        return
    st.button("All documents", key="all-documents", icon=":material/arrow_back:", on_click=_close)
    volume = next((v for v in shelf if v.document.doc_id == asked), None)
    if volume is None:
        st.warning(
            as_label(f"There is no document “{asked}” here. It may have been withdrawn, or the link is mistyped.")
        )
        return
    _draw_document(resources, volume, opened.snapshot.documents, library)


def _draw_library(
    resources: Resources, opened: Opened, shelf: Sequence[Volume], library: Mapping[str, Shelved]
) -> None:
    documents = opened.snapshot.documents
    st.html(f'<p class="cv-lead">{as_html(summary(shelf))}</p>')
    _say_unread(resources, opened)
    listed, replaced, terms = st.tabs(["The library", "What supersedes what", "Glossary"])
    with listed:
        _draw_volumes(shelf)
    with replaced:
        _draw_succession(documents)
    with terms:
        _draw_glossary(resources, documents, library)


def _say_unread(resources: Resources, opened: Opened) -> None:
    """What stands in the corpus and could not be read, with the reasons."""
    unread = opened.snapshot.manifest.unread
    if not unread:
        return
    lines = "".join(f"<li>{as_html(line)}</li>" for line in unread_lines(unread, read_unread(resources)))
    with st.expander(f"{many(len(unread), 'file')} could not be read, so nothing of it is searched", expanded=True):
        st.html(f'<ul class="cv-plain">{lines}</ul>')


def _draw_volumes(shelf: Sequence[Volume]) -> None:
    publishers, standings, years = choices(shelf)
    first, *rest = st.columns([2, 1, 1, 1])
    with first:
        words = st.text_input("Find a document", key="find-document", placeholder="Words of its title or publisher")
    picked = []
    labels = (("Publisher", "of-publisher"), ("Standing", "of-standing"), ("Year", "of-year"))
    for place, (label, key), options in zip(rest, labels, (publishers, standings, years), strict=True):
        with place:
            st.session_state[key] = [o for o in st.session_state.get(key, []) if o in options]
            picked.append(frozenset(st.multiselect(label, options, key=key, placeholder="All")))
    found = chosen(shelf, Wanted(words, *picked))
    if not found:
        st.text(f"None of the {many(len(shelf), 'document')} fits.")
        st.button("Clear the filters", key="clear-filters", on_click=_clear)
        return
    if len(found) < len(shelf):
        st.text(f"{len(found)} of {many(len(shelf), 'document')}")
    for number, volume in enumerate(found[: _shown("volumes-shown")]):
        _draw_volume(number, volume)
    _offer_more(len(found), "volumes-shown", "documents")


def _draw_volume(number: int, volume: Volume) -> None:
    with st.container(border=True, key=f"volume-{number}", gap="small"):
        remarks = "".join(f"<li>{as_html(remark)}</li>" for remark in volume.remarks)
        noted = f'<p class="cv-facts">To know of how it was read:</p><ul class="cv-plain">{remarks}</ul>'
        st.html(
            f'<h2 class="cv-title">{as_html(volume.document.title)}</h2>'
            f'<p class="cv-facts">{as_html(volume.facts)}</p>'
            f'<p class="cv-facts">{as_html(" ".join(volume.said))}</p>'
            f'<p class="cv-facts">{as_html(volume.counts)}</p>{noted if remarks else ""}'
        )
        name = as_label(volume.document.title)
        st.button(f"Read it *{name}*", key=f"read-{number}", on_click=_open, args=(volume.document.doc_id,))


def _draw_succession(documents: Mapping[str, Document]) -> None:
    trees, alone = succession(documents)
    if not trees:
        st.text(
            "No document here supersedes another or is a part of one. "
            "The catalogue says so of a document with superseded_by and part_of."
        )
        return
    st.html(f'<ul class="cv-tree">{"".join(_node(node, documents) for node in trees)}</ul>')
    if alone:
        lines = "".join(f"<li>{_named(documents[doc_id])}</li>" for doc_id in alone)
        st.html(f'<p class="cv-path">By themselves</p><ul class="cv-tree">{lines}</ul>')


def _node(node: Node, documents: Mapping[str, Document]) -> str:
    relation = f": {node.relation}" if node.relation else ""
    below = f"<ul>{''.join(_node(n, documents) for n in node.below)}</ul>" if node.below else ""
    return f"<li>{_named(documents[node.doc_id])}{relation}{below}</li>"


def _named(document: Document) -> str:
    return f"<span>{as_html(document.title)}</span> ({as_html(spoken_date(document.published))})"


def _draw_glossary(resources: Resources, documents: Mapping[str, Document], library: Mapping[str, Shelved]) -> None:
    if not glossary(library, documents):
        st.text("None of these documents has a glossary or spells out an acronym.")
        return
    words = st.text_input("Find a term", key="find-term", placeholder="An acronym, or words of its meaning")
    terms = glossary(library, documents, words)
    st.text(f"{many(len(terms), 'term')} defined" if terms else "No term or meaning has these words.")
    _draw_terms(resources, documents, terms)


def _draw_terms(resources: Resources, documents: Mapping[str, Document], terms: Sequence[Term]) -> None:
    """Terms with their meanings, each with the button that opens it where it stands."""
    for number, term in enumerate(terms[: _shown("terms-shown")]):
        document = documents[term.doc_id]
        cut = len(term.meaning) > _LONGEST_MEANING
        meaning = f"{term.meaning[:_LONGEST_MEANING].rstrip()} …" if cut else term.meaning
        with st.container(key=f"term-box-{number}", horizontal=True, vertical_alignment="top", gap="small"):
            st.html(
                f'<dl class="cv-term"><dt>{as_html(term.term)}</dt><dd>{as_html(meaning)}<br>'
                f"<small>{as_html(f'{document.title}, {spoken_date(document.published)}')}</small></dd></dl>"
            )
            name = as_label(f"{term.term}, {document.title}")
            st.button(f"Open *{name}*", key=f"term-{number}", on_click=_choose_term, args=(number,))
    _offer_more(len(terms), "terms-shown", "terms")
    at = st.session_state.pop("term-chosen", None)
    if at is not None and at < len(terms):
        show_source([_place(term, documents[term.doc_id]) for term in terms], at, documents, "Term", resources)


def _place(term: Term, document: Document) -> Place:
    start = term.spans[0][0]
    return Place(document, document.headings_at(start), document.page_at(start), term.spans)


def _draw_document(
    resources: Resources, volume: Volume, documents: Mapping[str, Document], library: Mapping[str, Shelved]
) -> None:
    document = volume.document
    st.html(f'{about(document, documents, date.today())}<p class="cv-facts">{as_html(volume.counts)}</p>')
    if volume.found:
        there = as_attribute(f"targets?{urlencode({'document': document.doc_id})}")
        st.html(f'<p class="cv-facts"><a href="{there}">See its targets and milestones in the register</a></p>')
    _draw_reading(volume)
    shelved = library.get(document.doc_id)
    if shelved and shelved.terms:
        with st.expander(f"{many(volume.terms, 'term')} it defines"):
            _draw_terms(resources, documents, glossary({document.doc_id: shelved}, documents))
    _draw_text(document, shelved)
    bring_into_view(".cv-title", last=False, block="start", again=(sorted(documents).index(document.doc_id),))


def _draw_reading(volume: Volume) -> None:
    """How it was read: what its owner should know, and what passages leave out."""
    if not volume.remarks and not volume.left_out:
        return
    with st.expander("How it was read"):
        remarks = "".join(f"<li>{as_html(remark)}</li>" for remark in volume.remarks)
        left_out = "".join(f"<li>{as_html(line)}</li>" for line in volume.left_out)
        st.html(
            (f'<p class="cv-path">To know</p><ul class="cv-plain">{remarks}</ul>' if remarks else "")
            + (f'<p class="cv-path">Left out of passages</p><ul class="cv-plain">{left_out}</ul>' if left_out else "")
        )


def _draw_text(document: Document, shelved: Shelved | None) -> None:
    """The document laid out, its outline beside it."""
    blocks = blocks_of(document, shelved)
    everything = raw = False
    if blocks:
        with st.container(horizontal=True, gap="small"):
            everything = st.toggle("Show what is left out", key="document-everything", help=LEFT_OUT)
            raw = st.toggle("As it stands in the file", key="document-raw")
    start, end = _part(document)
    entries = [e for e in outline(document) if start <= e.at < end]
    beside, text = st.columns([1, 3]) if entries and not raw else (None, st.container())
    if beside:
        links = "".join(
            f'<li class="cv-level-{min(e.level, 4)}"><a href="#{anchor(e.at)}">{as_html(e.words)}</a></li>'
            for e in entries
        )
        beside.html(
            f'<nav class="cv-outline" aria-label="Outline"><h3 class="cv-side">Outline</h3><ul>{links}</ul></nav>'
        )
    with text, st.container(key="reading"):
        view = View((), start, end, everything)
        st.html(text_html(document, blocks, view, f"Text of {document.title}", raw=raw, anchors=True))


def _part(document: Document) -> Span:
    """The part of a document to show: all of it, or the one that is picked of a long one."""
    parts = parts_of(document)
    if len(parts) == 1:
        return parts[0]
    numbers = range(len(parts))
    picked = st.selectbox(
        "It is too long to show at once. Show part",
        numbers,
        format_func=lambda n: f"{n + 1} of {len(parts)}",
        key="document-part",
    )
    return parts[min(picked or 0, len(parts) - 1)]


def _shown(key: str) -> int:
    """How many of a list are shown by now."""
    shown: int = st.session_state.get(key, _AT_ONCE)
    return shown


def _offer_more(there: int, key: str, what: str) -> None:
    shown = _shown(key)
    if there > shown:
        st.button(f"Show more {what}", key=f"more-{key}", on_click=_show_more, args=(key, shown + _AT_ONCE))


def _show_more(key: str, shown: int) -> None:
    st.session_state[key] = shown


def _open(doc_id: str) -> None:
    st.query_params["document"] = doc_id


def _close() -> None:
    st.query_params.pop("document", None)


def _clear() -> None:
    for key in _WIDGETS[:4]:
        st.session_state[key] = "" if key == "find-document" else []


def _choose_term(at: int) -> None:
    st.session_state["term-chosen"] = at
