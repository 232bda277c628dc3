"""`python -m ingest.readers.child module:function LIMITS`: read one file for the process that started this.

Its input is the file's length in eight bytes, then the file; it stays open as long as the parent lives.
Its output is one word on a line ("reading", "drawn", "unreadable", "failed" or "memory"), then the reading as
JSON, what was drawn of it (of a function that gives bytes) or the reason. LIMITS is ``Limits`` as JSON.
"""

import json
import math
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import Any

from ingest.errors import UnreadableDocument
from ingest.readers.cage import confine
from ingest.readers.limits import Limits, checked, named
from ingest.readers.wire import to_json


def main() -> None:
    """Read the file on standard input and answer on standard output."""
    reader, limits = sys.argv[1], Limits(**json.loads(sys.argv[2]))
    # The answer has the pipe to itself: whatever a reader or its libraries print goes nowhere.
    answer = os.dup(1)
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    _limit(limits)
    try:
        read, trouble = named(reader), b""
    except Exception as error:  # noqa: BLE001 (as below)
        read, trouble = None, _failed(error)
    if limits.caged:
        confine()
    with os.fdopen(0, "rb", closefd=False) as given:
        size = int.from_bytes(given.read(8), "big")
        content = given.read(size)
    Thread(target=_end_with_parent, daemon=True).start()
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(answer_of(read, content, limits) if read else trouble)
    os._exit(0)  # the answer is given; what a reader would tidy up at its end does not matter


def answer_of(read: Callable[[bytes], Any], content: bytes, limits: Limits) -> bytes:
    """What is said of a file: what a reader made of it, or why it made nothing."""
    try:
        made = read(content)
        return b"drawn\n" + made if isinstance(made, bytes) else b"reading\n" + to_json(checked(made, limits))
    except UnreadableDocument as error:
        return f"unreadable\n{error}".encode("utf-8", "replace")
    except MemoryError:
        return b"memory\n"
    except RecursionError:
        return b"failed\nits parts are nested too deep"
    except Exception as error:  # noqa: BLE001 (whatever goes wrong in a reader is this one document's trouble)
        return _failed(error)


def _failed(error: Exception) -> bytes:
    return f"failed\n{type(error).__name__}: {str(error)[:300]}".encode("utf-8", "replace")


def _limit(limits: Limits) -> None:
    """Hold this process to its memory, to twice its time as a last resort, and to no dump when it dies."""
    if sys.platform == "win32":
        return
    import resource  # there is none on Windows

    cpu = 2 * math.ceil(limits.seconds)  # the parent counts the seconds; this ends it where there is no parent
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory),
        (resource.RLIMIT_CPU, cpu),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(kind)[1]
        lower = most if hard == resource.RLIM_INFINITY else min(most, hard)
        with suppress(ValueError, OSError):  # macOS refuses a limit of memory
            resource.setrlimit(kind, (lower, lower))


def _end_with_parent() -> None:
    """End this process, and what it started, when the parent's end of the pipe closes."""
    os.read(0, 1)
    if sys.platform != "win32" and os.getpgrp() == os.getpid():  # else the group is that of whoever started this
        os.killpg(0, signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
