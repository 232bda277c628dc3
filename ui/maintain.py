"""The page "Maintain": documents come and go, the catalogue, the index, and who did what."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from desk.entries import REFERENCES, entry_of
from desk.health import check_health, storage
from desk.holdings import HoldingsError
from desk.journal import said
from desk.reindex import Reindexing
from desk.stock import Held, matching, shelf, summary
from desk.uploads import Incoming, first_entry, named, read_upload
from index import IndexProblem
from ingest import STATUSES, Entry, readable_kinds
from ui.opening import Resources
from ui.plain import as_html, as_label
from ui.reindexing import TAB as REINDEX
from ui.reindexing import draw_going_on, draw_reindexing, draw_table
from ui.told import REFUSED, attempt, draw_told, on_press, sentence

_STYLE = Path(__file__).with_name("page.css")
_TABS = ("Documents", "Add", "Catalogue", REINDEX, "Health", "Journal")
_SHOWN = 25  # documents with their buttons, at a time: each costs the browser two
_LINES = 200  # of the journal
_NEXT = f"The answers do not have it yet: see “{REINDEX}”."


def show(resources: Resources) -> None:
    """Draw the page."""
    st.html(_STYLE)
    st.title("Maintain", anchor=False)
    st.html('<p class="cv-facts">The live index answers as it is until you publish another.</p>')
    draw_told()
    work = resources.reindexing()
    draw_going_on(work)
    documents, add, catalogue, reindex, health, journal = st.tabs(_TABS, key="maintain-tab", on_change="rerun")
    parts = (
        (documents, _draw_documents),
        (add, _draw_add),
        (catalogue, _draw_catalogue),
        (reindex, draw_reindexing),
        (health, _draw_health),
        (journal, _draw_journal),
    )
    for tab, draw in parts:
        if tab.open:
            with tab:
                try:
                    draw(resources, work)
                except REFUSED as error:
                    st.error(as_label(sentence(str(error))))


# Documents


def _held(resources: Resources, work: Reindexing) -> list[Held]:
    """The documents, with their titles as the catalogue has them; where it is broken, that is said."""
    manifest = work.live()
    try:
        entries = work.holdings.entries()
    except HoldingsError as error:
        st.error(as_label(sentence(str(error))))
        entries = {}
    try:
        known = resources.snapshot(manifest).documents if manifest else {}
    except IndexProblem:
        known = {}
    return shelf(work.holdings.state(), entries, manifest, known)


def _draw_documents(resources: Resources, work: Reindexing) -> None:
    _heading("Documents")
    held = _held(resources, work)
    st.text(summary(held))
    if not held:
        st.text(f"There are no documents yet. Add one: {', '.join(readable_kinds())}.")
        return
    words = st.text_input("Find a document", key="maintain-find") if len(held) > _SHOWN else ""
    found = matching(held, words)
    for number, document in enumerate(found[:_SHOWN]):
        _draw_held(number, document, resources, work)
    if len(found) > _SHOWN:
        st.text(f"{_SHOWN} of {len(found)} documents are shown. Type part of a title to find the others.")
    _draw_ways_back(held, resources, work)


def _draw_held(number: int, held: Held, resources: Resources, work: Reindexing) -> None:
    with st.container(key=f"held-box-{number}", gap="xxsmall"):
        passages = f"{held.passages} passage{'' if held.passages == 1 else 's'}" if held.passages else ""
        facts = [
            held.file,
            held.said,
            passages,
            "" if held.catalogued or not held.file else "no entry in the catalogue",
        ]
        st.html(
            f'<p class="cv-source">{as_html(held.title)}</p>'
            f'<p class="cv-facts">{as_html(" · ".join(fact for fact in facts if fact))}</p>'
        )
        if not held.file:
            return
        with st.container(horizontal=True, gap="small"):
            name = as_label(held.title)
            if st.button(f"Replace *{name}*", key=f"held-replace-{number}"):
                _replace(held, resources, work)
            if st.button(f"Withdraw *{name}*", key=f"held-withdraw-{number}"):
                _withdraw(held, resources, work)


def _draw_ways_back(held: Sequence[Held], resources: Resources, work: Reindexing) -> None:
    last, live = work.holdings.last_change(), work.live()
    changed = any(document.standing in ("new", "changed", "gone") for document in held)
    restorable = changed and live is not None and work.holdings.can_restore(live)
    if last is None and not restorable:
        return
    _heading("Ways back")
    person = resources.person
    if last is not None:
        when, who, what, _ = said(last)
        st.text(f"The last change: {what} ({who}, {when}).")
        if st.button("Undo the last change", key="maintain-undo"):
            attempt(lambda: work.holdings.undo(person), "The last change is taken back.")
            st.rerun()
    if restorable:
        st.text("All documents and the catalogue can go back to what the live index was built from.")
        if st.button("Bring the documents back", key="maintain-restore"):
            attempt(lambda: work.restore(person), "The documents are those of the live index again.")
            st.rerun()


@st.dialog("Replace a document", width="large")
def _replace(held: Held, resources: Resources, work: Reindexing) -> None:
    st.html(
        f'<p class="cv-source">{as_html(held.title)}</p><p class="cv-facts">The new file takes the place of '
        f"{as_html(held.file)}. The document keeps its id, {as_html(held.doc_id)}, and its entry in the catalogue. "
        "The old file is kept.</p>"
    )
    incoming = _draw_upload(f"replace-{held.doc_id}", resources, work)
    if incoming is None:
        return

    def act() -> str:
        changed = work.holdings.replace(resources.person, held.doc_id, incoming.name, incoming.content)
        return f"{held.title} is replaced. {_NEXT}" if changed else "It is the file that is there already."

    if st.button("Replace it", key="replace-now", type="primary", on_click=on_press, args=(act,)):
        st.rerun()  # which closes the dialog


@st.dialog("Withdraw a document", width="medium")
def _withdraw(held: Held, resources: Resources, work: Reindexing) -> None:
    st.html(
        f'<p class="cv-source">{as_html(held.title)}</p><p class="cv-facts">{as_html(held.file)} and its entry in the '
        "catalogue are taken out. Both are kept, and can be brought back.</p>"
    )
    for other, field in work.holdings.references(held.doc_id):
        st.text(f"The catalogue says that {other} is {REFERENCES[field]} it. That is taken out too.")
    st.text("The live index answers from it until another is published.")

    def act() -> str:
        work.holdings.withdraw(resources.person, held.doc_id)
        return f"{held.title} is withdrawn. The live index still answers from it: see “{REINDEX}”."

    if st.button("Withdraw it", key="withdraw-now", type="primary", on_click=on_press, args=(act,)):
        st.rerun()  # which closes the dialog


# Adding


def _draw_add(resources: Resources, work: Reindexing) -> None:
    _heading("Add a document")
    turn = st.session_state.setdefault("add-turn", 0)
    incoming = _draw_upload(f"add-{turn}", resources, work)
    if incoming is None:
        return
    stem = st.text_input(
        "Its name here, without the ending",
        incoming.doc_id,
        key=f"add-name-{turn}",
        help="It is the document’s id in every citation, so give it one that lasts.",
    )
    try:
        incoming = named(work.holdings, incoming, stem)
    except REFUSED as error:
        st.error(as_label(sentence(str(error))))
        return
    _heading("What it is")
    entry = _draw_entry(f"add-{turn}", first_entry(incoming), incoming.doc_id, work, "Add the document")
    if entry is None:
        return

    def act() -> str:
        work.holdings.add(resources.person, incoming.name, incoming.content, entry)
        return f"{entry.title} is added as {incoming.name}. {_NEXT}"

    if attempt(act):
        st.session_state["add-turn"] = turn + 1  # an empty form for the next
        del st.session_state["incoming"]
    st.rerun()


def _draw_upload(key: str, resources: Resources, work: Reindexing) -> Incoming | None:
    """Take a file and say what reading it gives; None until there is one that can be read."""
    kinds = [kind.removeprefix(".") for kind in readable_kinds()]
    given = st.file_uploader("The file", type=kinds, key=f"upload-{key}", help="Up to 200 MB")
    if given is None:
        return None
    known, found = st.session_state.get("incoming", ("", None))
    if known != given.file_id:
        with st.spinner(as_label(f"Reading {given.name}…")):
            try:
                found = read_upload(resources.person, work.holdings, given.name, given.getvalue())
            except REFUSED as error:
                found = sentence(str(error))
        st.session_state["incoming"] = (given.file_id, found)
    if not isinstance(found, Incoming):
        st.error(as_label(str(found)))
        st.text("Nothing was changed.")
        return None
    rows = [
        ("Title, by its text", found.title),
        *([("Pages", f"{found.pages:,}")] if found.pages else []),
        ("Words", f"{found.words:,}"),
        ("Passages", f"{found.passages:,}"),
        *(("Remark", remark) for remark in found.remarks),
    ]
    draw_table("What was read of the file", ("What", "What was read"), rows)
    return found


# The catalogue


def _draw_catalogue(resources: Resources, work: Reindexing) -> None:
    _heading("Catalogue")
    entries = work.holdings.entries()
    held = {document.doc_id: document for document in _held(resources, work) if document.file}
    if not held:
        st.text("There are no documents yet. Add one, and say here what it is.")
        return
    doc_id = st.selectbox(
        "Document", list(held), format_func=lambda i: f"{held[i].title} ({i})", key="catalogue-document"
    )
    if doc_id is None:
        return
    if doc_id not in entries:
        st.text("The catalogue has no entry for it yet. Until it has, its date and its publisher are unknown.")
    before = entries.get(doc_id) or Entry(held[doc_id].title)
    entry = _draw_entry(f"catalogue-{doc_id}", before, doc_id, work, "Save")
    if entry is None:
        return

    def act() -> str:
        changed = work.holdings.catalogue(resources.person, doc_id, entry)
        return f"The entry of {doc_id} is saved. {_NEXT}" if changed else "Nothing in it was changed."

    attempt(act)
    st.rerun()


def _draw_entry(key: str, entry: Entry, doc_id: str, work: Reindexing, button: str) -> Entry | None:
    """The form of an entry; gives back what was sent, None until then."""
    others = ["", *sorted(set(_ids(work)) - {doc_id})]
    choices: dict[str, Any] = {"format_func": lambda i: i or "None"}
    with st.form(f"entry-{key}"):
        sent = {
            "title": st.text_input("Title", entry.title, key=f"{key}-title"),
            "publisher": st.text_input("Publisher", entry.publisher, key=f"{key}-publisher"),
            "published": st.text_input(
                "Published", entry.published or "", key=f"{key}-published", help="As 2018, 2018-03 or 2018-03-20"
            ),
            "covers": st.text_input(
                "The time it covers", entry.covers, key=f"{key}-covers", help="As 2018-19 to 2020-21"
            ),
            "status": st.selectbox("Status", STATUSES, STATUSES.index(entry.status), key=f"{key}-status"),
            "url": st.text_input("The publisher’s address for it", entry.url, key=f"{key}-url"),
            "part_of": st.selectbox(
                "Part of", others, _place(others, entry.part_of or ""), key=f"{key}-part", **choices
            ),
            "superseded_by": st.selectbox(
                "Superseded by", others, _place(others, entry.superseded_by or ""), key=f"{key}-superseded", **choices
            ),
            "note": st.text_input("A note for the reader", entry.note, key=f"{key}-note"),
        }
        return entry_of(sent) if st.form_submit_button(button, key=f"{key}-send", type="primary") else None


def _ids(work: Reindexing) -> list[str]:
    return [Path(name).stem for name in work.holdings.state().files]


def _place(options: Sequence[str], chosen: str) -> int:
    return options.index(chosen) if chosen in options else 0


# Health and journal


def _draw_health(resources: Resources, work: Reindexing) -> None:
    _heading("Index health")
    with st.spinner("Checking every file of the index…"):
        findings = check_health(work.places, work.holdings, resources.find_model)
    bad = sum(not finding.good for finding in findings)
    (st.warning if bad else st.success)(f"{bad} of these need you." if bad else "All is well.")
    rows = [(f.name, "Well" if f.good else "Needs you", f.said) for f in findings]
    draw_table("Index health", ("What", "How it is", "More"), rows)
    _heading("Storage")
    uses = [(use.name, use.size, use.said) for use in storage(work.places)]
    draw_table("Storage", ("What", "Size", "More"), uses)


def _draw_journal(_resources: Resources, work: Reindexing) -> None:
    _heading("Journal")
    lines = work.holdings.journal()
    if not lines:
        st.text("Nothing was done here yet. What is done to documents and index is written down here.")
        return
    rows = [said(line) for line in reversed(lines[-_LINES:])]
    draw_table("What was done, latest first", ("When", "Who", "What", "More"), rows)
    if len(lines) > _LINES:
        st.text(f"The last {_LINES} of {len(lines):,} lines. All are in {work.holdings.kept.folder / 'journal.jsonl'}.")


def _heading(words: str) -> None:
    st.html(f'<h2 class="cv-heading">{as_html(words)}</h2>')
