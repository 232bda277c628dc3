"""What a process costs, with all that it starts: seconds of processor, seconds on the clock, memory at its peak.

Linux only: it reads /proc.

covered: user and system time of the process and of every descendant that was waited for; the peak of the memory of
all of them together, and that of the largest alone, whichever is more.
not covered: descendants that outlive it; peaks of several processes together that are shorter than ``_EVERY``. Memory
is what is resident: a page that two processes share counts twice, and so does a mapped file that is in memory.
"""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile

_EVERY = 0.02  # seconds between two looks
_PROC = Path("/proc")
_SAID_LAST = 1500  # characters of what a failed process said


class ProcessFailed(Exception):
    """A process ended otherwise than well, or did not end in time."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process and all that it started took.

    Attributes:
        cpu: Seconds of processor, of the user and of the system.
        wall: Seconds on the clock.
        peak: Bytes of memory at the highest.
    """

    cpu: float
    wall: float
    peak: int


def measured(
    command: Sequence[str], *, cwd: Path, environment: Mapping[str, str] | None = None, patience: float = 3600
) -> Cost:
    """Run a command to its end and say what it cost.

    Args:
        command: The program and its arguments.
        cwd: Where it runs.
        environment: Its whole environment; None for this process's own.
        patience: Seconds after which it is ended.

    Raises:
        ProcessFailed: With the last of what it said, if it did not exit with 0; if it did not end in time; if it
            could not be started.
    """
    if not sys.platform.startswith("linux"):
        raise ProcessFailed("what a process costs is read from /proc, which only Linux has")
    with TemporaryFile() as said:
        began = time.perf_counter()
        try:
            process = subprocess.Popen(  # noqa: S603  the caller's own
                command, cwd=cwd, env=environment, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
                start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise ProcessFailed(f"{command[0]} cannot be started: {error}") from error
        code, cpu, peak = _watched(process, began + patience)
        wall = time.perf_counter() - began
        if code:
            said.seek(0)
            last = said.read().decode("utf-8", errors="replace").strip()[-_SAID_LAST:]
            why = f"ended with {code}" if wall < patience else f"was ended after {patience:.0f} s"
            raise ProcessFailed(f"{' '.join(command[:4])} {why}: {last or 'it said nothing'}")
    return Cost(cpu, wall, peak)


@contextmanager
def others_watched() -> Iterator[list[float]]:
    """Watch what else the machine does meanwhile: it slows what is measured.

    Yields:
        A list that has one number at the end: how many processors, on the mean, worked for processes that are neither
        this one nor its children.
    """
    others: list[float] = []
    busy, own, began = _all_busy(), _own_busy(), time.perf_counter()
    yield others
    took = time.perf_counter() - began
    others.append(max(0.0, (_all_busy() - busy - (_own_busy() - own)) / took))


def _all_busy() -> float:
    """Seconds that all processors have worked since the machine was started, waiting left out."""
    words = (_PROC / "stat").read_text().split("\n", 1)[0].split()
    user, nice, system = (int(word) for word in words[1:4])
    return (user + nice + system) / os.sysconf("SC_CLK_TCK")


def _own_busy() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _watched(process: subprocess.Popen[bytes], until: float) -> tuple[int, float, int]:
    """Watch a process until it ends: its exit code, seconds of processor, and peak of memory."""
    peak = 0
    try:
        while True:
            peak = max(peak, _memory(process.pid))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                process.returncode = os.waitstatus_to_exitcode(status)
                return process.returncode, usage.ru_utime + usage.ru_stime, peak
            if time.perf_counter() > until:
                _end(process.pid)
            time.sleep(_EVERY)
    finally:
        _end(process.pid)  # whatever it has left behind, too


def _end(session: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(session, signal.SIGKILL)


def _memory(root: int) -> int:
    """The bytes that a process and its descendants have in memory, or the most that one of them ever had."""
    together = most = 0
    for pid in _family(root):
        resident, peak = _resident(pid)
        together += resident
        most = max(most, peak)
    return max(together, most)


def _family(root: int) -> Iterator[int]:
    yield root
    with suppress(OSError):
        for task in (_PROC / str(root) / "task").iterdir():
            with suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield from _family(int(child))


def _resident(pid: int) -> tuple[int, int]:
    """Bytes in memory now, and at their highest; 0 of a process that has ended."""
    found = {"VmRSS": 0, "VmHWM": 0}
    with suppress(OSError, ValueError):
        for line in (_PROC / str(pid) / "status").read_text().splitlines():
            name, _, value = line.partition(":")
            if name in found:
                found[name] = int(value.split()[0]) * 1024
    return found["VmRSS"], found["VmHWM"]
