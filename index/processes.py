"""Other processes on this machine that do the work of a build.

Covered: a process that is killed or dies (another takes its place and its work), a function that raises, an end from
the keyboard; in each case no process is left behind, nor when this one is killed.
"""

import os
import signal
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Self

from index.errors import BuildFailed
from index.workers import AHEAD, MOST_DEATHS, Said, Thing

_IN_HAND = 2  # what a process has at once: one it works on, and the next


@dataclass(slots=True)
class _Task:
    """A function to call of a thing, pickled, as the nth of its kind; and how many processes have died of it."""

    number: int
    call: bytes
    deaths: int = 0


class Processes:
    """Other processes on this machine, one ``map`` at a time; use it in a ``with``, at whose end they are ended.

    Args:
        count: How many; they are started when there is work for them.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._staff: list[_Other] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._end()

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """As ``Workers.map``."""
        tasks = (_Task(number, _written((function, thing))) for number, thing in enumerate(things))
        again: list[_Task] = []  # what dead processes had, the first of it last
        said: dict[int, tuple[bool, Any]] = {}  # whether it went well, and what was said or the error
        given = wanted = 0
        try:
            while True:
                while (again or given < wanted + AHEAD * self._count) and (other := self._free()):
                    task = again.pop() if again else next(tasks, None)
                    if task is None:
                        break
                    given = max(given, task.number + 1)
                    other.give(task)
                at_work = {other.pipe: other for other in self._staff if other.has}
                if not at_work and wanted not in said:
                    return
                for pipe in wait(list(at_work), 0 if wanted in said else None):
                    again.extend(self._hear(at_work[pipe], said))  # type: ignore[index]
                again.sort(key=lambda task: -task.number)
                if wanted in said:
                    fine, what = said.pop(wanted)
                    if not fine:
                        raise what
                    yield what
                    wanted += 1
        finally:
            if any(other.has for other in self._staff):  # broken off: what they are at is of no use
                self._end()

    def _hear(self, other: "_Other", said: dict[int, tuple[bool, Any]]) -> Iterable[_Task]:
        """Note what a process says, or dismiss it if it is dead; what it has not done is returned."""
        try:
            heard = other.pipe.recv()
        except (EOFError, OSError) as error:
            self._staff.remove(other)
            other.end()
            other.has[0].deaths += 1
            if other.has[0].deaths >= MOST_DEATHS:
                raise BuildFailed(
                    f"{MOST_DEATHS} processes have died of the same work. Is there memory enough? "
                    "Try fewer: --workers 1"
                ) from error
            return other.has
        said[other.has.popleft().number] = heard
        return ()

    def _free(self) -> "_Other | None":
        """A process that can be given something; a new one, if none is idle and there may be more."""
        least = min(self._staff, key=lambda other: len(other.has), default=None)
        if (least is None or least.has) and len(self._staff) < self._count:
            self._staff.append(_Other())
            return self._staff[-1]
        return least if least and len(least.has) < _IN_HAND else None

    def _end(self) -> None:
        for other in self._staff:
            other.end()
        self._staff.clear()


@dataclass(slots=True)
class _Other:
    """Another process, and what it has been given and has not answered."""

    has: deque[_Task] = field(default_factory=deque)
    pipe: Connection = field(init=False)
    _process: Any = field(init=False)

    def __post_init__(self) -> None:
        context = get_context("spawn")
        self.pipe, its = context.Pipe()
        self._process = context.Process(target=_work, args=(its,), daemon=True)
        self._process.start()
        its.close()  # so that this end hears when the process is gone

    def give(self, task: _Task) -> None:
        """Give it something to do; if it is dead, its pipe will say so."""
        self.has.append(task)
        with suppress(OSError):
            self.pipe.send_bytes(task.call)

    def end(self) -> None:
        """End it, whatever it is at."""
        self._process.kill()
        self._process.join()
        self._process.close()
        self.pipe.close()


def _work(pipe: Connection) -> None:
    """Call what comes, one after the other, and answer in the same order, until the other end closes.

    Threads take and send, so that neither side waits for the other to listen, and so that this process ends at once
    when the one that started it has gone.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a key pressed ends the process that started this, and that this
    calls: SimpleQueue[bytes] = SimpleQueue()
    answers: SimpleQueue[bytes] = SimpleQueue()
    Thread(target=_take, args=(pipe, calls), daemon=True).start()
    Thread(target=_send, args=(pipe, answers), daemon=True).start()
    while True:
        answers.put(_answer(calls.get()))


def _answer(call: bytes) -> bytes:
    try:
        function, thing = ForkingPickler.loads(call)
        return _written((True, function(thing)))
    except Exception as error:  # noqa: BLE001  it is raised where it was asked for
        error.add_note(traceback.format_exc())
        try:
            ForkingPickler.loads(whole := _written((False, error)))
        except Exception:  # noqa: BLE001  there are errors that cannot be sent
            return _written((False, BuildFailed(f"{type(error).__name__}: {error}")))
        return whole


def _written(message: object) -> bytes:
    """A message as a pipe sends it."""
    return bytes(ForkingPickler.dumps(message))


def _take(pipe: Connection, calls: "SimpleQueue[bytes]") -> None:
    with suppress(EOFError, OSError):
        while True:
            calls.put(pipe.recv_bytes())
    os._exit(0)


def _send(pipe: Connection, answers: "SimpleQueue[bytes]") -> None:
    with suppress(OSError):
        while True:
            pipe.send_bytes(answers.get())
    os._exit(0)
