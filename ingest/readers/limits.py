"""Reading one file inside limits of time, memory and size, so that no file can take the others with it.

Covered: a file too large, one that takes for ever, one that fills the memory, one that ends its reader,
text too long to find a structure in, too many pages; a file that takes its reader over, as far as
``ingest.readers.cage`` says. Not covered: the memory on Windows and macOS, whose systems do not hold a
process to a limit.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from threading import Event, Timer
from typing import IO, Any

from ingest.errors import UnreadableDocument
from ingest.lines import count_lines
from ingest.readers.reading import Reading
from ingest.readers.wire import from_json

_ROOT = Path(__file__).resolve().parents[2]
_MIB = 1024 * 1024
# The least an answer may be cut at: the longest text in UTF-8, and a kilobyte for each line as a block.
_LONGEST_ANSWER = 384 * _MIB
# Of the environment: where programs, libraries, languages and Tesseract's data are, and what Windows cannot do without.
_NEEDED = frozenset(
    "PATH HOME LANG LANGUAGE TZ TMPDIR TEMP TMP VIRTUAL_ENV"
    " SYSTEMROOT WINDIR COMSPEC PATHEXT USERPROFILE APPDATA".split()
)
_NEEDED_BEGIN = ("LC_", "LD_", "DYLD_", "PYTHON", "TESSDATA", "FONTCONFIG")
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
# How programs that are not Python's end when memory is refused them, and how a system ends the largest.
_OUT_OF_MEMORY = frozenset({"SIGABRT", "SIGTRAP", "SIGKILL"})
_LONGEST_REASON = 600  # characters
_WAY_OUT = "Save it again from the program that made it, or take it out of the corpus"


@dataclass(frozen=True, slots=True)
class Limits:
    """What reading one file may take.

    Attributes:
        seconds: From the start of the child process that reads it. A PDF takes a third of a second a page with
            its tables, and a scanned page some 3 s, so reports of 500 pages and scans of 150 are inside it.
        memory: Bytes of that process. A PDF of 50 pages takes 72 MiB, one page of 10 MB of lines 215 MiB.
        file_bytes: The size of the file, which is held in memory in both processes.
        characters: The length of its text: some 10,000 pages.
        lines: The lines of its text. Finding their structure takes some 75 µs and 1 kB a line, in the process
            that asks, where nothing else bounds it.
        pages: Its pages.
        caged: Whether the process that reads it is walled in (``ingest.readers.cage``).
    """

    seconds: float = 600
    memory: int = 1536 * _MIB
    file_bytes: int = 200 * _MIB
    characters: int = 20_000_000
    lines: int = 200_000
    pages: int = 10_000
    caged: bool = True


LIMITS = Limits()


def check_size(size: int, limits: Limits = LIMITS) -> None:
    """Raise UnreadableDocument if a file has too many bytes to be read at all."""
    if size > limits.file_bytes:
        raise UnreadableDocument(
            f"it has {_in_mib(size)}, more than the {_in_mib(limits.file_bytes)} a file may have. "
            "Split it, or make its pictures smaller"
        )


def read_here(reader: str, content: bytes, limits: Limits = LIMITS) -> Reading:
    """Read a file in this process: its text is held to the limits, time and memory are not.

    Args:
        reader: The reader as "module:function".
        content: The file's bytes.
        limits: How long its text may be.

    Returns:
        What the reader gave. A lone half of a UTF-16 pair, which cannot be written down, is U+FFFD in it.

    Raises:
        UnreadableDocument: If the reader finds no text in the file, or too much.
    """
    return checked(named(reader)(content), limits)


def named(function: str) -> Callable[[bytes], Any]:
    """The function that "module:function" names; its module is imported now."""
    module, _, name = function.partition(":")
    found: Callable[[bytes], Any] = getattr(import_module(module), name)
    return found


def checked(reading: Reading, limits: Limits) -> Reading:
    """A reading that is held to its limits, as ``read_here`` gives it."""
    if len(reading.text) > limits.characters:
        raise UnreadableDocument(
            f"its text has {len(reading.text):,} characters, more than the {limits.characters:,} a document may "
            "have. Split it"
        )
    if (lines := count_lines(reading.text)) > limits.lines:
        raise UnreadableDocument(
            f"its text has {lines:,} lines, more than the {limits.lines:,} a document may have. Split it"
        )
    if len(reading.pages) > limits.pages:
        raise UnreadableDocument(too_many_pages(len(reading.pages), limits))
    return _writable(reading)


def too_many_pages(pages: int, limits: Limits = LIMITS) -> str:
    """What is said of a file of more pages than it may have."""
    return f"it has {pages:,} pages, more than the {limits.pages:,} a document may have. Split it"


def read_in_child(reader: str, content: bytes, limits: Limits = LIMITS) -> Reading:
    """Read a file in a process of its own, which is ended when it takes too long or too much memory.

    Nothing the reader prints or warns of is seen, and nothing of the process is left behind, however
    this ends.

    Args:
        reader: The reader as "module:function".
        content: The file's bytes.
        limits: What it may take.

    Raises:
        UnreadableDocument: If the reader finds no text in the file, fails, dies or meets a limit.
    """
    answer, why = _asked(reader, content, limits)
    try:
        return from_json(_said(answer, b"reading", limits))
    except ValueError:
        raise UnreadableDocument(why) from None


def draw_in_child(drawer: str, content: bytes, limits: Limits = LIMITS) -> bytes:
    """What a function makes of a file's bytes, in a process of its own, as ``read_in_child`` has it.

    Args:
        drawer: The function as "module:function"; it takes bytes and gives bytes.
        content: What it is given.
        limits: What it may take.

    Raises:
        UnreadableDocument: If it fails, dies or meets a limit.
    """
    answer, why = _asked(drawer, content, limits)
    try:
        return _said(answer, b"drawn", limits)
    except ValueError:
        raise UnreadableDocument(why) from None


def _asked(function: str, content: bytes, limits: Limits) -> tuple[bytes, str]:
    """What a child says of a file, and why it says nothing if that is so."""
    child = _start(function, limits)
    out_of_time = Event()

    def end() -> None:
        out_of_time.set()
        _end(child)

    timer = Timer(limits.seconds, end)
    timer.daemon = True
    try:
        timer.start()
        answer = _exchange(child, content)
    finally:
        # The timer first: once the child is waited for, its number may be another process's.
        timer.cancel()
        timer.join()
        _end(child)
        status = child.wait()
        for pipe in (child.stdin, child.stdout):
            with suppress(OSError):
                _open(pipe).close()
    return answer, _why(status, limits, out_of_time=out_of_time.is_set())


def _start(reader: str, limits: Limits) -> "subprocess.Popen[bytes]":
    """A process that reads, with this project on its path and the folder the user stands in not.

    A session of its own, so that it can be ended with all it started.
    """
    path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")]))
    command = [sys.executable, "-P", "-W", "ignore", "-m", "ingest.readers.child", reader, json.dumps(asdict(limits))]
    try:
        return subprocess.Popen(  # noqa: S603 (no shell, and nothing in the command is of the file)
            command,
            env={**_environment(), "PYTHONPATH": path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise UnreadableDocument(
            f"no process could be started to read it: {error.strerror}. Close other programs and try again"
        ) from error


def _environment() -> dict[str, str]:
    """What a process needs to be told to run at all: no key, no password, no address of what others use."""
    return {
        name: value for name, value in os.environ.items() if name.upper() in _NEEDED or name.startswith(_NEEDED_BEGIN)
    }


def _exchange(child: "subprocess.Popen[bytes]", content: bytes) -> bytes:
    """Give the child the file and take what it says, up to the length an answer may have.

    Its input stays open: when that closes, the child knows that its parent is gone.
    """
    with suppress(OSError):  # it has died or given up; what it said, if anything, says why
        given = _open(child.stdin)
        given.write(len(content).to_bytes(8, "big"))
        given.write(content)
        given.flush()
    return _open(child.stdout).read(_LONGEST_ANSWER)


def _said(answer: bytes, wanted: bytes, limits: Limits) -> bytes:
    """What was asked for in a child's answer.

    Args:
        answer: All that it said.
        wanted: The word that an answer of the kind that was asked for begins with.
        limits: What the child had.

    Raises:
        ValueError: If there is no such answer.
        UnreadableDocument: If the child says that the file cannot be read.
    """
    sort, _, rest = answer.partition(b"\n")
    if sort == wanted:
        return rest
    words = _shortened(" ".join(rest.decode("utf-8", "replace").split()))
    if sort == b"unreadable" and words:
        raise UnreadableDocument(words)
    if sort == b"failed" and words:
        raise UnreadableDocument(f"the reader failed on it ({words}). {_WAY_OUT}")
    if sort == b"memory":
        raise UnreadableDocument(_too_much_memory(limits))
    raise ValueError("no answer")


def _shortened(words: str) -> str:
    """What is said of a file, without the middle where its libraries quote at length what is in it."""
    return words if len(words) <= _LONGEST_REASON else f"{words[:400]} … {words[-150:]}"


def _why(status: int, limits: Limits, *, out_of_time: bool) -> str:
    """Why a child gave no answer, and the way out."""
    name = signal.Signals(-status).name if -status in set(signal.Signals) else f"exit status {status}"
    if out_of_time or name == "SIGXCPU":
        return (
            f"reading it took more than {limits.seconds:g} seconds, which is the most a file may take. "
            f"Split it. {_WAY_OUT}"
        )
    memory = f", as a rule for want of more than the {_in_mib(limits.memory)} of memory a file may take"
    return f"its reader died of it ({name}{memory if name in _OUT_OF_MEMORY else ''}). {_WAY_OUT}"


def _too_much_memory(limits: Limits) -> str:
    return (
        f"reading it took more than {_in_mib(limits.memory)} of memory, which is the most a file may take. "
        f"Split it. {_WAY_OUT}"
    )


def _end(child: "subprocess.Popen[bytes]") -> None:
    """Kill a child that has not been waited for, and whatever it started."""
    if sys.platform == "win32":
        child.kill()
        return
    with suppress(ProcessLookupError, PermissionError):  # macOS says the latter of a group that is dead
        os.killpg(child.pid, signal.SIGKILL)


def _open(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise ValueError("the child was started without its pipes")
    return pipe


def _writable(reading: Reading) -> Reading:
    """A reading whose text and remarks can be written as UTF-8, each character where it was."""
    try:
        reading.text.encode()
        "".join(reading.remarks).encode()
    except UnicodeEncodeError:
        remarks = tuple(remark.translate(_SURROGATES) for remark in reading.remarks)
        return Reading(reading.text.translate(_SURROGATES), reading.pages, remarks, reading.blocks)
    return reading


def _in_mib(size: int) -> str:
    return f"{size / _MIB:,.4g} MiB"
