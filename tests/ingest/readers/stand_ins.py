"""Readers that misbehave, to be named in tests and run by the child process, each in its own way."""

import ctypes
import json
import os
import pickle
import signal
import socket
import struct
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

from ingest.documents import Block, Cell, Page
from ingest.errors import UnreadableDocument
from ingest.readers import Reading

HERE = "tests.ingest.readers.stand_ins"
FULL = Reading(
    "Ferry plan\nWe paint £9.\n",
    pages=(Page(1, "iv", 0, 11), Page(2, None, 11, 24)),
    remarks=("one",),
    blocks=(
        Block("heading", ((0, 10),), depth=1, isolated=False),
        Block("row", ((11, 13), (14, 19)), 2, "a rule", True, (20, 21), 0, (Cell(((0, 1),), ((2, 3),)),)),
    ),
)


def echo(content: bytes) -> Reading:
    return Reading(content.decode("utf-8", "surrogatepass"))


def full(_content: bytes) -> Reading:
    return FULL


def refuse(_content: bytes) -> Reading:
    raise UnreadableDocument("page 3 is a picture. Export it as text")


def chatter(content: bytes) -> Reading:
    sys.stdout.write("printed\n")
    sys.stderr.write("complained\n")
    os.write(1, b"reading\nwritten below Python")
    os.write(2, b"and there too")
    warnings.warn("warned", stacklevel=1)
    subprocess.run([sys.executable, "-c", "print('by a grandchild')"], check=True)
    return echo(content)


def fail(_content: bytes) -> Reading:
    raise KeyError("/Kids\nof a page")


def recurse(content: bytes) -> Reading:
    return recurse(content)


def crash(_content: bytes) -> Reading:
    os.kill(os.getpid(), signal.SIGSEGV)
    return Reading("")


def abort(_content: bytes) -> Reading:
    os.abort()


def leave(_content: bytes) -> Reading:
    os._exit(3)


def sleep(content: bytes) -> Reading:
    """Write its number and that of a process it starts to the file named in the content, then sleep."""
    other = subprocess.Popen(["sleep", "600"])
    note = Path(content.decode())
    note.with_suffix(".part").write_text(f"{os.getpid()} {other.pid}")
    note.with_suffix(".part").rename(note)
    time.sleep(600)
    return Reading("")


def spin(_content: bytes) -> Reading:
    """Hold the interpreter's lock, as a regular expression gone wild does."""
    while True:
        pass


def fill(_content: bytes) -> Reading:
    held = []
    while True:
        held.append(bytearray(10_000_000))


def count_modules(_content: bytes) -> Reading:
    return Reading(" ".join(sorted(sys.modules)))


def pdf(content: bytes) -> Reading:
    from pypdf import PdfReader  # as a real reader has it: in the child alone

    return Reading("\n".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages))


def word(content: bytes) -> Reading:
    from docx import Document

    return Reading("\n".join(p.text for p in Document(BytesIO(content)).paragraphs))


def reach(content: bytes) -> Reading:
    """Try what the content names, as a file that took its reader over would; the text is what came of it."""
    request = json.loads(content)
    try:
        return Reading(f"done: {_ATTEMPTS[request['what']](request.get('path', ''))}")
    except (OSError, pickle.UnpicklingError) as error:
        return Reading(f"refused: {type(error).__name__}")


def _by_libc(path: str) -> str:
    """Read a file without Python's knowledge."""
    handle = _LIBC.open(path.encode(), os.O_RDONLY)
    if handle < 0:
        raise OSError("libc could not open it")
    return os.read(handle, 100).decode()


def _written_by_libc(path: str) -> str:
    if _LIBC.open(path.encode(), os.O_WRONLY | os.O_CREAT, 0o600) < 0:
        raise OSError("libc could not make it")
    return path


def _connected_by_libc(port: str) -> str:
    handle = _LIBC.socket(2, 1, 0)
    address = struct.pack("=HH4s8x", 2, socket.htons(int(port)), bytes([127, 0, 0, 1]))
    if handle < 0 or _LIBC.connect(handle, address, len(address)) != 0:
        raise OSError("libc could not connect")
    return port


def _sent_by_libc(port: str) -> str:
    handle = _LIBC.socket(2, 2, 0)
    address = struct.pack("=HH4s8x", 2, socket.htons(int(port)), bytes([127, 0, 0, 1]))
    if handle < 0 or _LIBC.sendto(handle, b"x", 1, 0, address, len(address)) != 1:
        raise OSError("libc could not send")
    return port


_LIBC = ctypes.CDLL(None) if sys.platform != "win32" else None
_ATTEMPTS: Mapping[str, Callable[[str], object]] = {
    "read": lambda path: Path(path).read_text(),
    "read natively": _by_libc,
    "write": lambda path: Path(path).write_text("x"),
    "write natively": _written_by_libc,
    "delete": lambda path: Path(path).unlink(),
    "connect": lambda port: socket.create_connection(("127.0.0.1", int(port)), timeout=2),
    "connect natively": _connected_by_libc,
    "send natively": _sent_by_libc,
    "environment": lambda _: " ".join(f"{name}={value}" for name, value in os.environ.items()),
    "resolve": lambda _: socket.getaddrinfo("example.org", 80),
    "run": lambda path: subprocess.run([sys.executable, "-c", f"open({path!r}).read()"], check=True),
    "run a shell": lambda _: os.system("true"),
    "fork": lambda _: os.fork(),
    "unpickle": lambda _: pickle.loads(b"cos\nsystem\n(S'true'\ntR."),
    "load a library": ctypes.CDLL,
}
