"""Work that goes on behind the page: one piece at a time, seen and stopped from any session.

A piece of work is a function that is given ``report`` and calls it with how far it is. Whoever draws looks at
``Job.status`` as often as they like; the tab in which the work was begun may be closed.

Covered: one process. The work ends with the process that runs the page.
Not covered: work that never reports cannot be stopped, and a step between two reports is always finished.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

State = Literal["idle", "running", "stopping", "done", "stopped", "failed"]
Report = Callable[[str, int, int], None]
"""Says what is being done, how much of it is done, and of how much; raises ``Stopped`` where the work is to end."""

Made = TypeVar("Made")
_log = logging.getLogger(__name__)


class Stopped(Exception):
    """Somebody asked for the work to be stopped. Let it through: ``Job`` catches it."""


class Busy(Exception):
    """The work is going on already. The message says so."""


@dataclass(frozen=True, slots=True)
class Status(Generic[Made]):
    """How work stands at one moment.

    Attributes:
        state: "idle" if none was begun yet; "stopping" from when it was asked to stop until it has.
        what: What is being done.
        done: How much of that.
        of: Of how much; 0 where that is not known.
        by: The name of whoever began it.
        seconds: How long it has gone on, or went on.
        left: How many seconds this step is likely to take yet; None where nothing tells. The first piece of a step does
            not count: it may have waited for what the others find ready.
        result: What came of it, once it is "done".
        error: Why it "failed".
    """

    state: State = "idle"
    what: str = ""
    done: int = 0
    of: int = 0
    by: str = ""
    seconds: float = 0.0
    left: float | None = None
    result: Made | None = None
    error: Exception | None = None

    @property
    def going_on(self) -> bool:
        """Whether it is being worked on."""
        return self.state in ("running", "stopping")


class Job(Generic[Made]):
    """One piece of work at a time, in a thread of its own.

    Args:
        expected: The errors that a user's mistake may cause. Any other is a fault: it is written to the log in full.
        clock: Gives seconds that never go back.
    """

    def __init__(self, expected: tuple[type[Exception], ...] = (), clock: Callable[[], float] = time.monotonic) -> None:
        self._expected = expected
        self._clock = clock
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._state: State = "idle"
        self._what, self._done, self._of, self._by = "", 0, 0, ""
        self._first, self._first_done = 0, 0.0  # of this step: how much was done when it first was any, and when
        self._began = self._ended = 0.0
        self._result: Made | None = None
        self._error: Exception | None = None

    def start(self, work: Callable[[Report], Made], by: str = "") -> None:
        """Begin a piece of work, and forget the one before.

        Args:
            work: What to do.
            by: Who begins it.

        Raises:
            Busy: If one is going on.
        """
        with self._lock:
            if self._state in ("running", "stopping"):
                raise Busy("this is going on already. Wait until it has ended, or stop it")
            self._state, self._what, self._done, self._of, self._by = "running", "", 0, 0, by
            self._result = self._error = None
            self._first, self._began = 0, self._clock()
            self._thread = threading.Thread(target=self._run, args=(work,), daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Ask for the work to end at its next report; nothing happens if none is going on."""
        with self._lock:
            if self._state == "running":
                self._state = "stopping"

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until the work has ended.

        Returns:
            False if it still goes on after so many seconds.
        """
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.status.going_on

    @property
    def status(self) -> Status[Made]:
        """How it stands."""
        with self._lock:
            now = self._clock() if self._state in ("running", "stopping") else self._ended
            left = None
            if self._state == "running" and 0 < self._first < self._done <= self._of:
                left = (now - self._first_done) / (self._done - self._first) * (self._of - self._done)
            return Status(
                self._state, self._what, self._done, self._of, self._by, now - self._began, left,
                self._result, self._error,
            )  # fmt: skip

    def _run(self, work: Callable[[Report], Made]) -> None:
        try:
            result = work(self._report)
        except Stopped:
            self._end("stopped")
        except self._expected as error:
            self._end("failed", error=error)
        except Exception as error:  # noqa: BLE001  the thread has nobody above it: what is not kept here is lost
            _log.exception("work behind the page failed")
            self._end("failed", error=error)
        else:
            self._end("done", result=result)

    def _report(self, what: str, done: int, of: int) -> None:
        with self._lock:
            if self._state == "stopping":
                raise Stopped
            if what != self._what:  # a step of its own: how long the one before took says nothing of it
                self._first = 0
            if not self._first and done:
                self._first, self._first_done = done, self._clock()
            self._what, self._done, self._of = what, done, of

    def _end(self, state: State, *, result: Made | None = None, error: Exception | None = None) -> None:
        with self._lock:
            self._state, self._result, self._error, self._ended = state, result, error, self._clock()
