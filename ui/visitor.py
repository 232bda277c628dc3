"""Who is at the page: by the login where one is configured, else anybody.

A login is configured where Streamlit's secrets have a table [auth] (docs/operations.md).
"""

import streamlit as st
from streamlit.errors import StreamlitSecretNotFoundError

from desk import Person, Roles
from desk.roles import EVERYBODY


def visitor(roles: Roles) -> Person | None:
    """Who is at the page, or None where they must log in first."""
    if not _login_configured():
        return EVERYBODY
    # What does not say that somebody has logged in says that nobody has.
    return roles.person(st.user.to_dict()) if getattr(st.user, "is_logged_in", False) is True else None


def draw_login() -> None:
    """The page of those who have not logged in."""
    st.title("Chapter & Verse", anchor=False)
    st.text("Log in to ask about the documents.")
    st.button("Log in", key="login", type="primary", on_click=st.login)


def draw_who(person: Person) -> None:
    """Who is logged in, with the way out; nothing where nobody logs in."""
    if person == EVERYBODY:
        return
    with st.sidebar:
        st.text(f"Logged in as {person.name or 'somebody without a name'} ({person.role})")
        st.button("Log out", key="logout", on_click=st.logout)


def _login_configured() -> bool:
    try:
        return "auth" in st.secrets
    except StreamlitSecretNotFoundError:
        return False
