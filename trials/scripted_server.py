"""A real HTTP server on this machine that speaks OpenAI's chat completions, and does what a script says.

A script is called with what writes to the connection; it may write what it likes, wait, or say nothing at all. Every
request is kept, so that it can be seen what was sent.
"""

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

JSON_TYPE, STREAM_TYPE = "application/json", "text/event-stream"


class Connection:
    """What a script writes to.

    Attributes:
        request: What was asked, as it was read from JSON.
        over: Set when the test is over, so that a script that stalls need not outlive it.
    """

    def __init__(self, handler: BaseHTTPRequestHandler, request: dict[str, Any], over: threading.Event) -> None:
        self._handler = handler
        self.request = request
        self.over = over

    def begin(self, status: int = 200, content_type: str = STREAM_TYPE, **headers: str) -> None:
        """Send the status and the headers."""
        self._handler.send_response(status)
        self._handler.send_header("Content-Type", content_type)
        for name, value in headers.items():
            self._handler.send_header(name.replace("_", "-"), value)
        self._handler.end_headers()

    def raw(self, text: str | bytes) -> None:
        """Send this, as it is."""
        self._handler.wfile.write(text.encode() if isinstance(text, str) else text)
        self._handler.wfile.flush()

    def event(self, data: object) -> None:
        """Send one event of the stream."""
        self.raw(f"data: {data if isinstance(data, str) else json.dumps(data)}\n\n")

    def piece(self, text: str | None, ended: str | None = None) -> None:
        """A chunk of the reply, as the protocol has it."""
        choice = {"index": 0, "delta": {} if text is None else {"content": text}, "finish_reason": ended}
        self.event({"id": "c1", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]})

    def end(self, why: str = "stop") -> None:
        """Say why the reply ends, and end it."""
        self.piece(None, why)
        self.event("[DONE]")

    def cut(self) -> None:
        """Break the connection off, as a server that dies does."""
        linger = struct.pack("ii", 1, 0)
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self._handler.connection.close()

    def quotes(self) -> list[dict[str, Any]]:
        """The quotes that were sent."""
        found: list[dict[str, Any]] = json.loads(self.request["messages"][-1]["content"])["quotes"]
        return found


Script = Callable[[Connection], None]


def says(*pieces: str) -> Script:
    """A script that streams some pieces and ends well."""

    def script(connection: Connection) -> None:
        connection.begin()
        for piece in pieces:
            connection.piece(piece)
        connection.end()

    return script


class ScriptedServer(ThreadingHTTPServer):
    """The server.

    Attributes:
        script: What it does.
        requests: What it was asked, as it was read from JSON.
        headers: What was sent with it.
        over: Set when it is over.
    """

    daemon_threads = True

    def __init__(self, script: Script) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script = script
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.over = threading.Event()

    @property
    def url(self) -> str:
        """Its address up to and without "/chat/completions"."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that goes away in mid-reply is what some tests are about."""


class _Handler(BaseHTTPRequestHandler):
    server: ScriptedServer

    def do_POST(self) -> None:
        """Keep what was asked, and do what the script says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path != "/v1/chat/completions":
            self.send_error(404)
            return
        request = json.loads(body)
        self.server.requests.append(request)
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        self.server.script(Connection(self, request, self.server.over))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  as the class it is of has it
        """Nothing: a test's output is the test's."""


@contextmanager
def serving(script: Script) -> Iterator[ScriptedServer]:
    """A server that runs while the block does."""
    with ScriptedServer(script) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.over.set()
            server.shutdown()
            thread.join()
