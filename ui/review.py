"""The page "Review": what was asked, to be decided by those who may; and the proof of an audit pack."""

from pathlib import Path

import streamlit as st

from answer import MOST_BYTES, PackError, verify_pack
from desk import Chosen, Item, NotKept, ReviewError, Store, StoreError, queue
from desk.keeping import KEEP_QUESTIONS, Keeping
from desk.review_words import CHOSEN, item_facts, queue_facts, verified_words
from ui.case import LINK, draw_case, go_to
from ui.opening import Resources, open_index
from ui.plain import as_html, as_label

_STYLE = Path(__file__).with_name("page.css")
_LONGEST_SEARCH = 200
_LABEL_CHARACTERS = 200


def show(resources: Resources) -> None:
    """Draw the page: one item where the address names it, else the queue."""
    st.html(_STYLE)
    st.title("Review", anchor=False)
    if resources.store is None:
        st.error(as_label(f"There is nothing to review, for nothing is kept: {resources.store_problem}."))
        return
    if resources.keeping is Keeping.NO:
        st.info(f"Questions are not kept ({KEEP_QUESTIONS}), so none comes in. What was kept before can be reviewed.")
    asked_id = st.query_params.get(LINK)
    chosen, search = _chosen()
    try:
        if asked_id:
            draw_case(resources, resources.store, asked_id, chosen, search)
        else:
            _draw_queue(resources, resources.store)
            _draw_verifying(resources)
    except (StoreError, NotKept, ReviewError) as error:
        st.error(as_label(str(error)))
        st.button("Back to the queue", key="back", on_click=go_to, args=(None,))


def _chosen() -> tuple[Chosen, str]:
    """What of the queue was last looked at, on this page or on an item opened from it."""
    return st.session_state.get("review-chosen") or "open", st.session_state.get("review-search", "")


def _draw_queue(resources: Resources, store: Store) -> None:
    chosen: Chosen = st.pills(
        "Show",
        list(CHOSEN),
        default="open",
        required=True,
        format_func=CHOSEN.__getitem__,
        key="review-chosen",
        on_change=_to_first_page,
        persist_state="session",
    )
    search = st.text_input(
        "Search the questions",
        key="review-search",
        max_chars=_LONGEST_SEARCH,
        on_change=_to_first_page,
        persist_state="session",
    )
    found = queue(store, resources.person, chosen, search, st.session_state.get("review-page", 1))
    st.html(f'<p class="cv-facts" role="status">{as_html(queue_facts(found, chosen, search))}</p>')
    for item in found.items:
        _draw_item(item)
    if found.pages > 1:
        with st.container(key="review-pages", horizontal=True, vertical_alignment="center", gap="small"):
            at = found.page
            st.button("Earlier page", key="page-back", disabled=at == 1, on_click=_to_page, args=(at - 1,))
            st.text(f"Page {at} of {found.pages}")
            st.button("Next page", key="page-on", disabled=at == found.pages, on_click=_to_page, args=(at + 1,))


def _draw_item(item: Item) -> None:
    question = " ".join(item.question.split())
    short = question if len(question) <= _LABEL_CHARACTERS else f"{question[:_LABEL_CHARACTERS]}…"
    with st.container(key=f"item-{item.asked_id}", gap="xxsmall"):
        st.button(as_label(short), key=f"review-{item.asked_id}", on_click=go_to, args=(item.asked_id,), wrap=True)
        st.html(f'<p class="cv-facts">{as_html(item_facts(item))}</p>')


@st.fragment  # the uploader says again what it holds, later than a press that leads away, and must not call it back
def _draw_verifying(resources: Resources) -> None:
    """The proof of an audit pack, against the documents as they are now."""
    st.html('<h2 class="cv-head">Verify an audit pack</h2>')
    pack = st.file_uploader(
        "An audit pack, to hold each of its quotes against the documents as they are now",
        type=["zip"],
        max_upload_size=MOST_BYTES // 2**20,
        key="pack",
    )
    if pack is None:
        return
    opened = open_index(resources)
    if opened is None:
        return
    try:
        findings = verify_pack(pack.getvalue(), opened.snapshot.documents)
    except PackError as error:
        st.error(as_label(f"Refused: {error}."))
        return
    holds = all(finding.holds for finding in findings)
    (st.success if holds else st.warning)(as_label(verified_words(findings)))
    rows = "".join(
        f'<tr><td class="cv-{"holds" if f.holds else "fails"}">{"Holds" if f.holds else "Does not hold"}</td>'
        f'<th scope="row">{as_html(f.about)}</th><td>{as_html(f.said)}</td></tr>'
        for f in findings
    )
    if rows:
        head = '<tr><th scope="col">Does it hold?</th><th scope="col">What</th><th scope="col">What was found</th></tr>'
        st.html(
            '<div class="cv-found" tabindex="0" role="region" aria-label="What was found">'
            f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"
        )


def _to_page(page: int) -> None:
    st.session_state["review-page"] = page


def _to_first_page() -> None:
    _to_page(1)
