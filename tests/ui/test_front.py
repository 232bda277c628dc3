"""Before anybody opens the page: the server listens once what answers is loaded, and whatever cannot be loaded."""

import asyncio
import gc
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest
import streamlit as st

from ui import front


async def entered() -> float:
    began = time.monotonic()
    async with front.starting(st.App(__file__)):
        return time.monotonic() - began


def listening_after() -> float:
    """How many seconds the server takes to listen, in a thread of its own: a browser's driver leaves a loop running."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, entered()).result()


def test_the_server_listens_once_all_is_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    loaded = Event()

    def load() -> None:
        time.sleep(0.3)
        loaded.set()

    monkeypatch.setattr(front, "warm_up", load)

    assert 0.3 <= listening_after() < front._PATIENCE
    assert loaded.is_set()


def test_the_server_does_not_wait_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    go = Event()
    monkeypatch.setattr(front, "warm_up", lambda: go.wait(30) and None)
    monkeypatch.setattr(front, "_PATIENCE", 0.2)

    assert 0.2 <= listening_after() < 10
    go.set()


def test_what_cannot_be_loaded_is_left_to_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CHAPTER_INDEX", str(tmp_path / "index"))
    monkeypatch.setenv("CHAPTER_DATABASE", f"sqlite:///{tmp_path / 'review.db'}")
    caplog.set_level(logging.INFO, "ui.front")

    front.warm_up()
    gc.unfreeze()

    assert "nothing is loaded before the page is opened: there is no index" in caplog.text
