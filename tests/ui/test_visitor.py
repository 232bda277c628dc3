"""Where a login is configured nobody sees anything without one, and what a role may not do is not there."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.test_chat import APP, PATIENCE, built, open_page

__all__ = ["built"]  # the fixture


def test_without_a_login_configured_every_page_is_there(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(built, monkeypatch)

    assert page.chat_input
    assert not [b for b in page.button if b.key in ("login", "logout")]


def test_who_has_not_logged_in_sees_the_way_in_and_nothing_else(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_page(built, monkeypatch)
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    page.secrets["auth"] = {"client_id": "x", "cookie_secret": "y", "redirect_uri": "http://127.0.0.1/oauth2callback"}
    page.run()

    assert [b.key for b in page.button] == ["login"]
    assert not page.chat_input
    assert not page.multiselect
    assert not page.exception


def test_roles_that_are_set_wrongly_stop_the_page_with_the_setting(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAPTER_REVIEWERS", "ada")
    page = open_page(built, monkeypatch)

    assert "CHAPTER\\_REVIEWERS" in page.error[0].value
    assert not page.chat_input
