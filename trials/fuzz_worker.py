"""A target read over and over in a process of its own, and somebody who watches it.

The process is forked when all is loaded and reads one input after another; the watcher sees at which it is and since
when. What takes too long is killed, what dies is noted, and a new process goes on with the next input. So a fault costs
one input, whatever it does, and each input can be made again from the seed, the target and its number.
"""

import json
import mmap
import os
import resource
import signal
import struct
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from trials.fuzz_targets import Target

SECONDS = 10.0  # that an input may take; the slowest that is no fault takes a fraction of one
MEMORY = 1536 * 1024 * 1024  # bytes of address space, as a process that reads a document has
_MOST_KEPT = 600 * 1024  # KiB: a process that has grown so far is followed by a fresh one
_PLACE = struct.Struct("qd")  # the number of the input that is read, and when that began
_GROWN = 77  # the exit status of a process that has grown


@dataclass(frozen=True, slots=True)
class Fault:
    """An input that does what none may.

    Attributes:
        target: Where.
        number: Which of its inputs.
        said: What it did, in a line.
        place: The last lines of ours that were under way, or nothing.
        content: The input.
    """

    target: str
    number: int
    said: str
    place: str
    content: bytes


@dataclass(slots=True)
class Figures:
    """What came of a target's inputs.

    Attributes:
        inputs: How many were read.
        seconds: How long it took.
        outcomes: What came of them, in words.
        faults: Those that do what none may.
        slowest: The most milliseconds that one took, of the processor.
        slowest_number: Which.
        memory: The most KiB that a process held.
    """

    inputs: int = 0
    seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: list[Fault] = field(default_factory=list)
    slowest: float = 0.0
    slowest_number: int = 0
    memory: int = 0


def input_of(target: Target, seed: int, number: int) -> bytes:
    """An input again, from what it was made of."""
    return target.make(Random(f"{seed} {target.name} {number}"))


def fuzz(target: Target, seed: int, *, seconds: float = SECONDS) -> Figures:
    """Read a target's inputs.

    Args:
        target: What is fuzzed.
        seed: What its inputs are made of.
        seconds: How long one of them may take.
    """
    figures, began = Figures(), time.monotonic()
    number = 0
    while number < target.times:
        number = _watched(target, seed, number, seconds, figures)
    figures.seconds = time.monotonic() - began
    return figures


def _watched(target: Target, seed: int, first: int, seconds: float, figures: Figures) -> int:
    """Let a process read from an input on; the number that the next is to begin with."""
    place = mmap.mmap(-1, _PLACE.size)
    place[:] = _PLACE.pack(first, time.monotonic())
    reading, writing = os.pipe()
    sys.stdout.flush()
    child = os.fork()
    if not child:
        os.close(reading)
        _read_on(target, seed, first, place, writing)
    os.close(writing)
    status, late, said = _waited_for(child, reading, place, seconds)
    number, _ = _PLACE.unpack(place[:])
    for line in said.decode("utf-8", "replace").splitlines():
        _note(json.loads(line), target, seed, figures)
    if status == 0:
        figures.inputs = target.times
        return target.times
    figures.inputs = number + 1
    if status != _GROWN:
        what = f"took more than {seconds:g} s" if late else f"ended its process ({_name(status)})"
        figures.faults.append(Fault(target.name, number, what, "", input_of(target, seed, number)))
    return int(number) + 1


def _waited_for(child: int, reading: int, place: mmap.mmap, seconds: float) -> tuple[int, bool, bytes]:
    """How a process ended, whether it was ended for its time, and what it said."""
    said, late = bytearray(), False
    os.set_blocking(reading, False)
    try:
        while True:
            said += _available(reading)
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return os.waitstatus_to_exitcode(status), late, bytes(said + _available(reading))
            if time.monotonic() - _PLACE.unpack(place[:])[1] > seconds and not late:
                os.kill(child, signal.SIGKILL)
                late = True
            time.sleep(0.01)
    finally:
        os.close(reading)


def _available(reading: int) -> bytes:
    chunks = []
    while True:
        try:
            chunk = os.read(reading, 1 << 16)
        except BlockingIOError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    return b"".join(chunks)


def _note(said: dict[str, object], target: Target, seed: int, figures: Figures) -> None:
    if "fault" in said:
        number = int(str(said["number"]))
        content = input_of(target, seed, number)
        figures.faults.append(Fault(target.name, number, str(said["fault"]), str(said["place"]), content))
        return
    outcomes = said["outcomes"]
    figures.outcomes.update(outcomes if isinstance(outcomes, dict) else {})
    slowest, number = float(str(said["slowest"])), int(str(said["slowest_number"]))
    if slowest > figures.slowest:
        figures.slowest, figures.slowest_number = slowest, number
    figures.memory = max(figures.memory, int(str(said["memory"])))


def _read_on(target: Target, seed: int, first: int, place: mmap.mmap, writing: int) -> None:
    """Read inputs until the last; this process ends here."""
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, resource.getrlimit(resource.RLIMIT_AS)[1]))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _quieten(writing)
        for said in _outcomes(target, seed, first, place):
            os.write(writing, json.dumps(said).encode() + b"\n")
            if said.get("memory") and int(str(said["memory"])) > _MOST_KEPT:
                os._exit(_GROWN)
        os._exit(0)
    except BaseException:  # noqa: BLE001 (a forked process must not go on as its parent)
        traceback.print_exc()
        os._exit(70)


def _quieten(writing: int) -> None:
    """Nothing that a library prints is seen; the pipe is kept."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for shown in (1, 2):
        if shown != writing:
            os.dup2(nowhere, shown)


def _outcomes(target: Target, seed: int, first: int, place: mmap.mmap) -> Iterator[dict[str, object]]:
    """What came of each fault as it comes, and of all the others from time to time."""
    outcomes: Counter[str] = Counter()
    slowest, slowest_number = 0.0, first
    for number in range(first, target.times):
        content = input_of(target, seed, number)
        place[:] = _PLACE.pack(number, time.monotonic())
        began = time.process_time()
        try:
            outcomes[target.read(content)] += 1
        except BaseException as error:  # noqa: BLE001 (whatever comes out is what is looked for)
            yield {"number": number, "fault": f"{type(error).__name__}: {error}"[:300], "place": _ours(error)}
        took = time.process_time() - began
        if took > slowest:
            slowest, slowest_number = took, number
        grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        if number % 200 == 199 or number == target.times - 1 or grown > _MOST_KEPT:
            yield {
                "outcomes": outcomes,
                "slowest": slowest * 1000,
                "slowest_number": slowest_number,
                "memory": grown,
            }
            outcomes = Counter()


def _ours(error: BaseException) -> str:
    """The last lines of this project that an exception came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "site-packages" not in f.filename and "/lib/python" not in f.filename]
    return " < ".join(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in reversed(ours[-3:]))


def _name(status: int) -> str:
    return signal.Signals(-status).name if status < 0 else f"exit status {status}"
