"""In small: what answers needs no network and tries to reach nobody; and what does try is counted."""

import subprocess
import sys

import pytest

from tests.conftest import ROOT
from trials import offline

needs_a_place = pytest.mark.skipif(bool(offline.missing()), reason=offline.missing() or "there is one")
FUNCTIONS = """
from pathlib import Path
from answer import Assistant
from index import build, find_model, load, load_encoder
from ingest import read_corpus
home = Path({home!r})
assert not read_corpus(home / "corpus").unread
model = find_model()
build(home / "corpus", home / "build" / "index", model)
answer = Assistant(load(home / "build" / "index"), load_encoder(model)).answer("Why were library fines abolished?")
assert "kept children away" in answer.text, answer.text
"""
SENT_ASIDE = (
    "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).sendto(b'x', ('2001:4860:4860::8888', 443))"
)


@needs_a_place
def test_reading_indexing_and_answering_try_to_reach_nobody(small_corpus: object, tmp_path: object) -> None:
    assert offline.run(["-c", FUNCTIONS.format(home=str(tmp_path))]) == (0, 0)


@needs_a_place
def test_onnx_runtime_tells_its_makers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY", raising=False)  # which the program sets by itself
    script = "import time; from answer import load_reader; load_reader(); time.sleep(12)"  # it sends after ten seconds

    assert offline.run(["-c", script]) == (0, 0)


@needs_a_place
@pytest.mark.parametrize(
    "script",
    [
        pytest.param("import socket; socket.create_connection(('198.51.100.7', 80))", id="a connection"),
        pytest.param("import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'', ('8.8.8.8', 9))", id="a packet"),
        pytest.param("import socket; socket.create_connection(('2001:db8::7', 80))", id="IPv6"),
        pytest.param(SENT_ASIDE, id="to the address that Chromium asks a route to"),
    ],
)
def test_what_tries_to_leave_is_counted(script: str) -> None:
    _, tried = offline.run(["-c", script])

    assert tried >= 1


@needs_a_place
def test_asking_for_a_route_as_chromium_does_is_no_packet() -> None:
    ask = "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).connect(('2001:4860:4860::8888', 443))"

    assert offline.run(["-c", ask]) == (0, 0)


@needs_a_place
def test_the_command_fails_where_something_tried() -> None:
    script = "import socket; socket.socket().connect_ex(('198.51.100.7', 80))"
    found = subprocess.run(
        [sys.executable, "-m", "trials.offline", "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert found.returncode == 1
    assert "exit status 0; packets that tried to leave: 1" in found.stdout
