"""The part of the page "Maintain" that re-indexes, shows what the gate says, and publishes or goes back."""

from collections.abc import Sequence

import streamlit as st

from desk import Person
from desk.reindex import Look, Reindexing, changes_said
from desk.verdict import Verdict
from index import Changes
from ui.opening import Resources
from ui.plain import as_html, as_label
from ui.tables import Cell, table_html
from ui.told import attempt, sentence

TAB = "Re-index and publish"
_EVERY = 1.0  # seconds between two looks at work that goes on


def draw_going_on(work: Reindexing) -> None:
    """Say that work goes on, with how far it is, whichever tab is open; the page is drawn anew when it ends."""
    if work.look().going_on:
        st.fragment(_draw_progress, run_every=_EVERY)(work)


def _draw_progress(work: Reindexing) -> None:
    look = work.look()
    if not look.going_on:
        st.rerun()
    left = f", about {look.left:.0f} s to go" if look.left and look.left >= 1 else ""
    by = f" Begun by {look.by}." if look.by else ""
    with st.container(border=True):
        st.progress(look.share, text=as_label(f"{look.doing}{left}"))
        stopping = " It stops at its next step." if look.stopping else ""
        st.text(f"A re-index is under way.{by}{stopping} You may leave this page; it goes on.")


def draw_reindexing(resources: Resources, work: Reindexing) -> None:
    """Draw the tab."""
    _heading(TAB)
    person, look = resources.person, work.look()
    if look.problem:
        st.error(as_label(sentence(look.problem)))
    if look.going_on:
        if st.button("Stop", key="reindex-stop"):
            attempt(lambda: work.stop(person))
            st.rerun()
        return
    if look.candidate is None:
        _draw_start(person, work, look)
    else:
        _draw_candidate(resources, work, look)
    _draw_going_back(person, work, waiting=look.candidate is not None)


def _draw_start(person: Person, work: Reindexing, look: Look) -> None:
    if look.state == "published":
        st.success("It is published: the page answers from the new index.")
    elif look.changes is not None and not look.changes.built and not look.problem:
        st.success("Nothing has changed: the live index is of the documents as they are.")
    st.text(
        "A new index is built beside the live one, and the evaluation’s questions are asked of it. Then you decide."
    )
    if st.button("Re-index", key="reindex-start", type="primary"):
        attempt(lambda: work.start(person))
        st.rerun()


def _draw_candidate(resources: Resources, work: Reindexing, look: Look) -> None:
    person = resources.person
    st.text("A new index is ready. It is not live yet.")
    if look.candidate and work.is_behind(look.candidate):
        st.warning("The documents have changed since it was built: it does not have those changes. Re-index again.")
    if look.changes:
        _draw_changes(look.changes)
    if look.verdict:
        _draw_verdict(look.verdict)
        _draw_publish(person, work, look.verdict)
    with st.container(horizontal=True, gap="small"):
        if st.button("Re-index again", key="reindex-again"):
            attempt(lambda: work.start(person))
            st.rerun()
        if look.verdict and look.verdict.gate != "none" and st.button("Ask the questions again", key="reindex-ask"):
            attempt(lambda: work.ask_again(person))
            st.rerun()
    _subheading("Or drop it")
    back = st.checkbox("Bring the documents back to those of the live index too", key="reindex-restore")
    if st.button("Drop the new index", key="reindex-discard"):
        attempt(lambda: work.discard(person, restore=back), "The new index is dropped. The live one is as it was.")
        st.rerun()


def _draw_changes(changes: Changes) -> None:
    _subheading("What is new in it")
    draw_table("What is new in it", ("What", "Which"), changes_said(changes))


def _draw_verdict(verdict: Verdict) -> None:
    _subheading("What the gate says")
    (st.success if verdict.gate == "open" else st.info if verdict.gate == "none" else st.warning)(
        as_label(verdict.said)
    )
    _draw_list("Why it is shut", verdict.reasons)
    _draw_list("Not asked, and no proof of this index: questions whose evidence has gone", verdict.unsound)
    _draw_list("No longer answered rightly", verdict.lost)
    _draw_list("Now answered rightly", verdict.gained)


def _draw_list(name: str, lines: tuple[str, ...]) -> None:
    if lines:
        with st.expander(as_label(f"{name} ({len(lines)})")):
            st.html(f'<ul class="cv-list">{"".join(f"<li>{as_html(line)}</li>" for line in lines)}</ul>')


def _draw_publish(person: Person, work: Reindexing, verdict: Verdict) -> None:
    why = ""
    if not verdict.lets_through:
        gate = "is shut" if verdict.gate == "shut" else "was not asked"
        sure = st.checkbox(f"Publish although the gate {gate}", key="reindex-although")
        if sure:
            why = st.text_input("Why? It is written in the journal", key="reindex-why")
    ready = verdict.lets_through or bool(why.strip())
    if st.button("Publish", key="reindex-publish", type="primary", disabled=not ready):
        with st.spinner("Checking every file of it, and publishing…"):
            attempt(lambda: work.publish(person, why))
        st.rerun()


def _draw_going_back(person: Person, work: Reindexing, *, waiting: bool) -> None:
    earlier = work.earlier()
    if earlier is None:
        return
    _subheading("Go back")
    st.text(f"{earlier.said}{' The new index that waits is dropped.' if waiting else ''}")
    if st.button("Roll back", key="reindex-rollback"):

        def act() -> str:
            came = work.go_back(person)
            return f"The index before is live again{', and its documents are back' if came else ', alone'}."

        with st.spinner("Checking every file of it, and going back…"):
            attempt(act)
        st.rerun()


def draw_table(name: str, head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    """Draw a table whose cells are words, which wrap."""
    with st.container(key=f"words-{name.lower().replace(' ', '-')}"):
        st.html(table_html(name, head, rows))


def _heading(words: str) -> None:
    st.html(f'<h2 class="cv-heading">{as_html(words)}</h2>')


def _subheading(words: str) -> None:
    st.html(f'<h3 class="cv-subheading">{as_html(words)}</h3>')
