"""Requests that are refused and faults of ours are told, and the page says what to look for in the log."""

import asyncio
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.testing.v1 import AppTest

from desk import events
from ui.served import Message, TellRefused

Lines = Callable[[], list[dict[str, object]]]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Lines]:
    path = tmp_path / "chapter.log"
    events.start_log({"CHAPTER_LOG": str(path)})
    yield lambda: [json.loads(line) for line in path.read_text("ascii").splitlines()]
    events.stop_log()


def answered(path: str) -> int:
    """The status with which a server that has only "/here" answers a request, as ASGI has it."""
    served = Starlette(
        routes=[Route("/here", lambda _: PlainTextResponse("yes"))], middleware=[Middleware(TellRefused)]
    )
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "http_version": "1.1", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": b"answer=secret", "headers": [], "client": ("127.0.0.1", 5000), "root_path": "",
    }  # fmt: skip
    with ThreadPoolExecutor(1) as thread:  # of its own: a browser's driver leaves a loop running in this one
        thread.submit(lambda: asyncio.run(served(scope, receive, send))).result()
    return int(sent[0]["status"])


def test_a_request_that_is_refused_is_told_with_its_path_and_without_what_follows(log: Lines) -> None:
    assert answered("/../etc/passwd\n") == 404

    (line,) = log()
    assert (line["what"], line["why"], line["path"]) == ("http", "answered with 404", "/../etc/passwd%0A")
    assert "secret" not in json.dumps(line)


def test_where_the_page_looks_for_its_server_is_no_attempt_at_anything(log: Lines) -> None:
    assert answered("/targets/_stcore/health") == 404
    assert log() == []

    answered("/targets/_stcore/health/../../x")
    assert len(log()) == 1


def test_a_request_that_is_answered_is_not_told(log: Lines) -> None:
    assert answered("/here") == 200

    assert log() == []


def test_a_fault_says_what_to_look_for_in_the_log_and_nothing_else(log: Lines) -> None:
    page = (
        "from ui.served import draw_fault\n"
        "import streamlit as st\n"
        "st.text(draw_fault(ValueError('a question about Ann')))\n"
    )

    shown = AppTest.from_string(page).run()

    (line,) = log()
    assert str(line["request"]) in shown.error[0].value
    assert "Ann" not in shown.error[0].value
    assert shown.text[0].value == "True"  # which tells Streamlit to say no more
    assert not shown.exception
