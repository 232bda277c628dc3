"""No file takes the program with it: not by its time, its memory, its size, nor by killing its reader."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from pathlib import Path

import pytest

from ingest.documents import Block, Cell, Page
from ingest.errors import UnreadableDocument
from ingest.readers import Reading, read_bytes
from ingest.readers.limits import LIMITS, Limits, read_here, read_in_child
from ingest.readers.registry import _READERS
from ingest.readers.wire import from_json, to_json
from tests.conftest import ROOT
from tests.ingest.readers.stand_ins import FULL, HERE

MIB = 1024 * 1024
QUICK = Limits(seconds=20, memory=400 * MIB)
# What some of the stand-ins do, the cage refuses: they start programs and write files.
FREE = Limits(seconds=20, memory=400 * MIB, caged=False)
posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither these signals nor a memory limit")


def read(reader: str, content: bytes = b"plan", limits: Limits = QUICK) -> Reading:
    return read_bytes("plan.odd", content, limits=limits, readers={".odd": f"{HERE}:{reader}"})


def why_not(reader: str, content: bytes = b"plan", limits: Limits = QUICK) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read(reader, content, limits)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def eventually(true: Callable[[], bool], seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():
            return True
        time.sleep(0.05)
    return False


def is_running(process: int) -> bool:
    """Whether a process runs; one that is dead and waits for its parent does not."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    stat = Path(f"/proc/{process}/stat")
    try:
        return stat.read_text().rpartition(")")[2].split()[0] != "Z" if stat.parent.parent.is_dir() else True
    except OSError:
        return False


# What comes back


def test_a_reading_comes_back_as_it_was_given() -> None:
    assert read("full") == FULL


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("caf\u00e9 \u2028 \x00 \U0001f600 \r\n", id="every width of character"),
        pytest.param("a" * 3_000_000, id="more than a pipe holds"),
    ],
)
def test_text_comes_back_letter_by_letter(text: str) -> None:
    assert read("echo", text.encode()).text == text


def test_half_a_pair_of_utf_16_is_replaced_where_it_stands() -> None:
    assert read("echo", "a\ud83d\U0001f600b".encode("utf-8", "surrogatepass")).text == "a\ufffd\U0001f600b"


def test_what_the_reader_says_of_the_file_comes_back_with_its_name() -> None:
    assert why_not("refuse") == "plan.odd: page 3 is a picture. Export it as text"


def test_nothing_a_reader_prints_is_seen_or_taken_for_its_answer(capfd: pytest.CaptureFixture[str]) -> None:
    assert read("chatter", b"quiet", FREE).text == "quiet"
    assert capfd.readouterr() == ("", "")


def test_the_child_loads_what_reading_needs_and_no_more() -> None:
    loaded = read("count_modules").text.split()

    assert {"torch", "numpy", "streamlit", "index", "answer", "faiss", "rich", "typer"}.isdisjoint(loaded)


def test_this_process_loads_no_reader_s_library() -> None:
    """They are slow to load, and bytes from strangers are not for this process."""
    script = "import ingest, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert {"pypdf", "lxml", "docx", "pdfplumber", "pypdfium2"}.isdisjoint(loaded.split())


@pytest.mark.parametrize("kind", sorted(_READERS))
def test_every_reader_that_is_named_is_there(kind: str) -> None:
    module, _, function = _READERS[kind].partition(":")

    assert callable(getattr(import_module(module), function))


# What goes wrong


@posix
@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        pytest.param("fail", "the reader failed on it (KeyError: '/Kids\\nof a page')", id="an exception"),
        pytest.param("recurse", "the reader failed on it (its parts are nested too deep)", id="without a floor"),
        pytest.param("crash", "its reader died of it (SIGSEGV)", id="a crash"),
        pytest.param(
            "abort", "its reader died of it (SIGABRT, as a rule for want of more than the 400 MiB", id="an abort"
        ),
        pytest.param("leave", "its reader died of it (exit status 3)", id="an exit without an answer"),
        pytest.param("fill", "reading it took more than 400 MiB of memory", id="memory"),
    ],
)
def test_a_reader_that_fails_says_why_and_the_way_out(reader: str, reason: str) -> None:
    why = why_not(reader)

    assert why.startswith(f"plan.odd: {reason}")
    assert why.endswith("Save it again from the program that made it, or take it out of the corpus")


@posix
@pytest.mark.parametrize("reader", ["sleep", "spin"])
def test_a_reader_that_takes_too_long_is_ended(tmp_path: Path, reader: str) -> None:
    before = time.monotonic()
    why = why_not(reader, str(tmp_path / "note").encode(), Limits(seconds=1.5, caged=False))

    assert why.startswith("plan.odd: reading it took more than 1.5 seconds, which is the most a file may take")
    assert time.monotonic() - before < 10


@posix
def test_a_reader_that_takes_too_long_leaves_no_process_behind_nor_one_it_started(tmp_path: Path) -> None:
    why_not("sleep", str(tmp_path / "note").encode(), Limits(seconds=2, caged=False))
    child, grandchild = map(int, (tmp_path / "note").read_text().split())

    assert eventually(lambda: not is_running(child) and not is_running(grandchild))
    with pytest.raises(ChildProcessError):
        os.waitpid(child, os.WNOHANG)  # waited for already: no zombie of ours


@posix
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_when_the_program_ends_so_does_the_child(tmp_path: Path, sent: signal.Signals) -> None:
    note = tmp_path / "note"
    # What a shell starts in the background ignores Ctrl-C, and hands that on.
    script = (
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "from ingest.readers.limits import Limits, read_in_child\n"
        f"read_in_child('{HERE}:sleep', {str(note).encode()!r}, Limits(caged=False))"
    )
    with subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stderr=subprocess.DEVNULL) as program:
        try:
            assert eventually(note.exists)
            child, grandchild = map(int, note.read_text().split())
            assert is_running(child)
        finally:
            program.send_signal(sent)
    assert program.returncode != 0
    assert eventually(lambda: not is_running(child) and not is_running(grandchild))


def test_a_child_that_cannot_be_started_is_one_document_s_trouble(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(ROOT / "nowhere" / "python"))

    assert why_not("echo").startswith("plan.odd: no process could be started to read it: ")


# How large a file and its text may be


def test_a_file_of_too_many_bytes_is_not_read_at_all() -> None:
    why = why_not("crash", b"a" * (2 * MIB + 1), Limits(file_bytes=2 * MIB))

    assert why.startswith("plan.odd: it has 2 MiB, more than the 2 MiB a file may have. Split it")


@pytest.mark.parametrize("reader", [read_here, read_in_child])
@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("a" * 11, "its text has 11 characters, more than the 10 a document may have", id="characters"),
        pytest.param("a\r\r\na", "its text has 4 lines", id="lines"),
    ],
)
def test_a_text_too_long_to_find_a_structure_in(reader: Callable[..., Reading], text: str, reason: str) -> None:
    limits = Limits(characters=10, lines=2)

    assert reader(f"{HERE}:echo", b"a\r\na", limits).text == "a\r\na"
    with pytest.raises(UnreadableDocument, match=reason if "characters" in reason else r"its text has 3 lines"):
        reader(f"{HERE}:echo", text.encode() if "characters" in reason else b"a\ra\na", limits)


def test_plain_text_is_read_here_while_it_is_short_and_in_a_child_when_it_is_long() -> None:
    nowhere = Limits(memory=1)  # so that no child can run

    assert read_bytes("plan.txt", b"a" * 1_000_000, limits=nowhere).text == "a" * 1_000_000
    with pytest.raises(UnreadableDocument, match=r"plan\.txt: .*(died|memory)"):
        read_bytes("plan.txt", b"a" * 1_000_001, limits=nowhere)
    assert read_bytes("plan.txt", b"a" * 1_000_001).text == "a" * 1_000_001


# Where it is called from


@pytest.mark.parametrize("how", ["-c", "stdin", "file", "module"])
def test_it_works_however_the_program_was_started(tmp_path: Path, how: str) -> None:
    script = (
        f"from ingest.readers.limits import read_in_child\nprint(read_in_child('{HERE}:echo', b'read').text, end='')\n"
    )
    (tmp_path / "script.py").write_text(script)
    command = {"-c": ["-c", script], "stdin": ["-"], "file": [str(tmp_path / "script.py")], "module": ["-m", "script"]}
    path = os.pathsep.join([str(ROOT), str(tmp_path)])
    done = subprocess.run(
        [sys.executable, *command[how]],
        input=script if how == "stdin" else "",
        env={**os.environ, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )

    assert (done.stdout, done.stderr) == ("read", "")


def test_a_file_in_the_folder_one_stands_in_does_not_stand_for_a_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(7)")
    monkeypatch.chdir(tmp_path)

    assert read("echo", b"read").text == "read"


def test_it_works_in_a_streamlit_script() -> None:
    from streamlit.testing.v1 import AppTest  # slow to load

    def script() -> None:
        import streamlit as st

        from ingest.readers.limits import read_in_child

        st.text(read_in_child("tests.ingest.readers.stand_ins:echo", b"read").text)

    assert [t.value for t in AppTest.from_function(script, default_timeout=20).run().text] == ["read"]


# What goes over the wire


def test_the_full_reading_fills_every_field() -> None:
    """A field that is added to a block and not to the wire would come back as its default, unseen."""
    row = FULL.blocks[1]
    defaults = {f.name: f.default for f in fields(Block)}

    assert from_json(to_json(FULL)) == FULL
    assert all(getattr(row, name) != default for name, default in defaults.items() if name != "isolated")
    assert FULL.blocks[0].isolated is not defaults["isolated"]
    assert {f.name for f in fields(Reading)} == {"text", "pages", "remarks", "blocks"}
    assert {f.name for f in fields(Page)} == {"number", "label", "start", "end"}
    assert {f.name for f in fields(Cell)} == {"spans", "header"}


def changed(**changes: object) -> bytes:
    return json.dumps({**json.loads(to_json(FULL)), **changes}).encode()


def block(**changes: object) -> list[object]:
    return [{**json.loads(to_json(FULL))["blocks"][1], **changes}]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(to_json(FULL)[:-1], id="cut short"),
        pytest.param(b"\xff", id="no UTF-8"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[" * 100_000, id="too deep"),
        pytest.param(b'{"text": "a"}', id="a field too few"),
        pytest.param(changed(more=1), id="a field too many"),
        pytest.param(changed(text=1), id="text that is a number"),
        pytest.param(changed(remarks=[1]), id="a remark that is a number"),
        pytest.param(changed(pages=[{"number": 1, "label": None, "start": 0, "end": 99}]), id="a page too long"),
        pytest.param(changed(pages=[{"number": "1", "label": None, "start": 0, "end": 9}]), id="a page's number"),
        pytest.param(changed(pages=[{"number": 1, "label": 4, "start": 0, "end": 9}]), id="a page's label"),
        pytest.param(changed(blocks=block(kind="script")), id="a kind there is not"),
        pytest.param(changed(blocks=block(spans=[])), id="a block without a span"),
        pytest.param(changed(blocks=block(spans=[[0, 99]])), id="a span outside the text"),
        pytest.param(changed(blocks=block(spans=[[3, 3]])), id="an empty span"),
        pytest.param(changed(blocks=block(spans=[[-3, 3]])), id="a span before the text"),
        pytest.param(changed(blocks=block(spans=[[0.0, 3.0]])), id="a span of fractions"),
        pytest.param(changed(blocks=block(spans=[[1, 2, 3]])), id="a span of three"),
        pytest.param(changed(blocks=block(spans=[[False, True]])), id="a span of truths"),
        pytest.param(changed(blocks=block(marker=[0, 99])), id="a marker outside the text"),
        pytest.param(changed(blocks=block(depth="1")), id="a depth that is text"),
        pytest.param(changed(blocks=block(isolated=1)), id="a truth that is a number"),
        pytest.param(changed(blocks=block(cells=[{"spans": [], "header": [[0, 99]]}])), id="a cell's header"),
        pytest.param(changed(blocks=block(cells=[{"spans": [], "more": []}])), id="a cell's field"),
        pytest.param(changed(blocks=block(group="a")), id="a group that is text"),
    ],
)
def test_nothing_but_a_reading_is_taken_for_one(content: bytes) -> None:
    with pytest.raises(ValueError, match="this is no reading"):
        from_json(content)


def test_a_long_report_is_inside_the_limits() -> None:
    """500 pages at a third of a second each, and of 40 lines and 2,000 characters each, three times over."""
    assert LIMITS.seconds >= 3 * 500 / 3
    assert LIMITS.lines >= 3 * 500 * 40
    assert LIMITS.characters >= 3 * 500 * 2_000
