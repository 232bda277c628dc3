"""Work done in children that were forked from a process that has loaded everything and started nothing.

A fork copies no thread, so the process that forks must have none: it only waits, and all computing is done in children.
"""

import json
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Shown:
    """What a trial showed.

    Attributes:
        name: What was tried.
        said: Its figures.
        wrong: What did not hold, one line each.
    """

    name: str
    said: str
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Attributes:
        said: What its function returned; None if it did not end by itself.
        trouble: Why it failed; empty if it did not.
        signal: The signal that ended it, or 0.
        seconds: How long its function took.
    """

    said: Any = None
    trouble: str = ""
    signal: int = 0
    seconds: float = 0.0


def in_child(work: Callable[[], Any], after: float | None = None) -> Ended:
    """Do something in a child, and kill it if it is at it after so many seconds.

    Args:
        work: What to do; what it returns must be JSON.
        after: When to kill it; None waits for its end.
    """
    child = start_child(work)
    if after is not None:
        child.wait_until_it_begins()
        time.sleep(after)
        child.kill()
    return child.end()


class Child:
    """A child at work.

    Args:
        process: Its number.
        pipe: What it writes to: a byte when it begins, and in the end what came of it.
    """

    def __init__(self, process: int, pipe: int) -> None:
        self.process = process
        self._pipe = pipe
        self._begun = False

    def wait_until_it_begins(self) -> None:
        """Wait until it is at its work."""
        self._begun = self._begun or bool(os.read(self._pipe, 1))

    def kill(self) -> None:
        """End it where it is."""
        os.kill(self.process, signal.SIGKILL)

    def end(self) -> Ended:
        """Wait for its end."""
        self.wait_until_it_begins()
        content = b""
        while part := os.read(self._pipe, 1 << 16):
            content += part
        os.close(self._pipe)
        _, status = os.waitpid(self.process, 0)
        if os.WIFSIGNALED(status):
            return Ended(signal=os.WTERMSIG(status))
        if not content:
            return Ended(trouble=f"the child ended with {os.waitstatus_to_exitcode(status)} and said nothing")
        return Ended(**json.loads(content))


def start_child(work: Callable[[], Any]) -> Child:
    """Begin something in a child; what it returns must be JSON."""
    reading, writing = os.pipe()
    process = os.fork()
    if process:
        os.close(writing)
        return Child(process, reading)
    os.close(reading)
    os.write(writing, b"b")
    began = time.perf_counter()
    try:
        said = {"said": work(), "seconds": time.perf_counter() - began}
    except BaseException as error:  # noqa: BLE001  whatever it is, the parent is to know
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = {"trouble": f"{type(error).__name__}: {error} ({where.filename}:{where.lineno})"}
    content = json.dumps(said).encode()
    while content:
        content = content[os.write(writing, content) :]
    sys.stdout.flush()
    os._exit(0)
