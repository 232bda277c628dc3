"""What the server tells whoever runs it: requests that are refused, and faults of ours."""

import logging
import os
import re
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import quote

import streamlit as st

from desk import events, metrics

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Served = Callable[[Message, Receive, Send], Awaitable[None]]
_LONGEST_PATH = 200
# Where Streamlit's page looks for its server first when it is opened at another address than "/".
_LOOKS = re.compile(r"/[a-z]+/_stcore/(health|host-config)")


def start_telling() -> None:
    """Tell and count what happens, as the environment says; a setting that is wrong ends the program with a line."""
    try:
        events.start_log(os.environ)
        metrics.serve_metrics(os.environ)
    except (events.EventsError, metrics.MetricsError) as error:
        sys.stderr.write(f"error: {error}\n")
        raise SystemExit(2) from None
    if os.environ.get(events.DESTINATION) != "off":
        # Streamlit writes a fault with all that it says, which may be somebody's words; it is told of by draw_fault.
        logging.getLogger("streamlit.error_util").addFilter(lambda line: not line.getMessage().startswith("Uncaught"))


class TellRefused:
    """Tells of each request over HTTP that is answered with an error, and lets all of them through as they are.

    Args:
        served: What answers them.
    """

    def __init__(self, served: Served) -> None:
        self._served = served

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, as ASGI has it."""
        if scope["type"] != "http":
            await self._served(scope, receive, send)
            return

        path = str(scope.get("path", ""))

        async def tell_and_send(message: Message) -> None:
            if message["type"] == "http.response.start" and _worth_telling(path, message["status"]):
                _tell(scope, path, message["status"])
            await send(message)

        await self._served(scope, receive, tell_and_send)


def _worth_telling(path: str, status: int) -> bool:
    """Whether a request is refused, or wants what lies elsewhere: Streamlit answers many of those with the page."""
    leads_out = any(part.startswith(".") for part in re.split(r"[/\\]", path)) or "\0" in path
    return leads_out or (status >= 400 and not _LOOKS.fullmatch(path))


def _tell(scope: Message, path: str, status: int) -> None:
    # Without what follows the path: a link to an answer is there. Quoted anew: it was unquoted on its way here.
    shown, client = quote(path)[:_LONGEST_PATH], scope.get("client") or ("",)
    events.refused("http", f"answered with {status}", method=str(scope.get("method", "")), path=shown, client=client[0])


def draw_fault(error: Exception) -> bool:
    """Tell of a fault of ours, and say on the page that there was one, with what it is found by in the log.

    Returns:
        True: nothing else is to be said of it on the page.
    """
    events.failed(error)
    st.error(
        f"Something went wrong here, and it is not your fault. Whoever runs this page can find it in the log as "
        f"{events.request_id()}. Nothing of what you asked is lost: reload the page and try again."
    )
    return True
