"""One's own earlier conversations, in the sidebar: opened again, or deleted."""

from collections.abc import Callable

import streamlit as st

from desk import NotKept, Store, StoreError, Talk
from desk.keeping import Keeping
from ingest import spoken_date
from ui.opening import Resources
from ui.plain import as_label

_MOST = 20
_LABEL_CHARACTERS = 60


def draw_history(resources: Resources, store: Store, reopen: Callable[[str], None]) -> None:
    """List one's earlier conversations.

    Args:
        resources: What every page shares.
        store: Where they are kept.
        reopen: Called with the id of the one to open again.
    """
    # Read and drawn only where they are looked at: with thirty people asking, that cost as much as the answers.
    earlier = st.expander("Earlier questions", key="earlier", on_change="rerun")
    if not earlier.open:
        return
    with earlier:
        if resources.keeping is Keeping.NO:
            st.text("What is asked is not kept here.")
        try:
            talks = store.conversations(resources.person, _MOST)
        except StoreError as error:
            st.warning(as_label(f"Earlier questions cannot be shown: {error}."))
            return
        if not talks and resources.keeping is not Keeping.NO:
            st.text("What you ask is kept here, so that you can open it again.")
        for talk in talks:
            _draw_talk(talk, resources, store, reopen)


def _draw_talk(talk: Talk, resources: Resources, store: Store, reopen: Callable[[str], None]) -> None:
    question = " ".join(talk.question.split())
    short = question if len(question) <= _LABEL_CHARACTERS else f"{question[:_LABEL_CHARACTERS]}…"
    more = f" and {talk.questions - 1} more" if talk.questions > 1 else ""
    said = f"{short}{more}, {spoken_date(talk.asked_at[:10])}"
    with st.container(key=f"talk-{talk.conversation_id}", horizontal=True, vertical_alignment="center", gap="xsmall"):
        st.button(as_label(said), key=f"open-{talk.conversation_id}", on_click=reopen, args=(talk.conversation_id,))
        st.button(
            f"Delete *{as_label(said)}*",
            key=f"delete-{talk.conversation_id}",
            on_click=_delete,
            args=(talk.conversation_id, resources, store),
        )


def _delete(conversation_id: str, resources: Resources, store: Store) -> None:
    try:
        store.delete_conversation(conversation_id, resources.person)
    except (StoreError, NotKept) as error:
        st.toast(as_label(f"It could not be deleted: {error}"))
    else:
        st.toast("Deleted. What was sent to the reviewers stays with them, without your name.")
