"""What a page has to say of what was just done: kept over the run that follows a press of a button, said once."""

from collections.abc import Callable

import streamlit as st

from desk import NotAllowed
from desk.holdings import HoldingsError
from desk.reindex import ReindexRefused
from desk.uploads import UploadRefused
from index import IndexProblem
from ingest import CorpusError
from ui.plain import as_label

REFUSED = (NotAllowed, HoldingsError, ReindexRefused, UploadRefused, IndexProblem, CorpusError)
_KEY = "told"


def attempt(action: Callable[[], object], words: str = "") -> bool:
    """Do something and keep what is to be said of it, or why it was refused.

    Args:
        action: What to do. If it gives back a text, that is said.
        words: What is said if it gives back none.

    Returns:
        Whether it was done.
    """
    try:
        found = action()
    except REFUSED as error:
        st.session_state[_KEY] = (False, sentence(str(error)))
        return False
    st.session_state[_KEY] = (True, found if isinstance(found, str) else words)
    return True


def on_press(action: Callable[[], object]) -> None:
    """As ``attempt``, for a button's ``on_click``."""
    attempt(action)


def draw_told() -> None:
    """Say what was kept, once."""
    good, words = st.session_state.pop(_KEY, (True, ""))
    if words:
        (st.success if good else st.error)(as_label(words))


def sentence(message: str) -> str:
    """A message of an error as a sentence of the page; one that ends with a command ends there."""
    ended = message.endswith((".", "?", "!")) or "Run: " in message
    return f"{message[:1].upper()}{message[1:]}{'' if ended else '.'}"
