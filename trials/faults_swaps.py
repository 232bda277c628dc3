"""Readers while the index is swapped under them: each answers from one whole snapshot."""

import threading
import time
from collections import Counter
from pathlib import Path

from index import discard, load, publish, roll_back
from trials.faults_children import Shown, in_child, start_child
from trials.faults_material import build_number, number_of

FIRST = 100_001
_AGAIN = 3  # an opened snapshot is read so often, while others become live


def try_swaps(room: Path, readers: int, seconds: float) -> Shown:
    """Swap for some time while threads open and read.

    Args:
        room: An empty folder.
        readers: How many threads.
        seconds: How long.
    """
    home = room / "swaps"
    home.mkdir()
    begun = in_child(lambda: [bool(build_number(home, number)) for number in (FIRST, FIRST + 1)])
    if begun.trouble:
        return Shown("swaps under readers", "", [begun.trouble])
    writer = start_child(lambda: _swap(home, seconds))
    reader = start_child(lambda: _read(home / "build" / "index", readers, seconds))
    swapped, read = writer.end(), reader.end()
    wrong = [each.trouble for each in (swapped, read) if each.trouble]
    if wrong:
        return Shown("swaps under readers", "", wrong)
    swaps, last = swapped.said
    reads, opened, numbers, errors = read.said
    wrong += errors
    wrong += [f"it answered {number}, which was never live" for number in numbers if not FIRST < number <= last]
    if len(numbers) < 3:
        wrong.append(f"only {numbers} were seen: the trial shows nothing")
    said = (
        f"{swaps} swaps under {readers} threads in {seconds:.0f} s: {opened} times opened, {reads} times read, "
        f"{len(numbers)} different snapshots seen, {len(errors)} errors"
    )
    return Shown("swaps under readers", said, wrong)


def _swap(home: Path, seconds: float) -> tuple[int, int]:
    """Build, publish, roll back and discard; returns how often another became live, and the last number."""
    folder, end, swaps, number = home / "build" / "index", time.monotonic() + seconds, 0, FIRST + 1
    while time.monotonic() < end:
        number += 1
        if number % 4 == 0:
            build_number(home, number)
            swaps += 1
            continue
        build_number(home, number, publish=False)
        if number % 4 == 1:
            discard(folder)
            continue
        publish(folder)
        roll_back(folder)
        roll_back(folder)
        swaps += 3
    return swaps, number


def _read(folder: Path, readers: int, seconds: float) -> tuple[int, int, list[int], list[str]]:
    """Open and read in threads; returns how often, what was seen, and what went wrong."""
    end = time.monotonic() + seconds
    came: Counter[str] = Counter()
    numbers: set[int] = set()
    wrong: list[str] = []
    alone = threading.Lock()

    def read() -> None:
        while time.monotonic() < end:
            try:
                snapshot = load(folder)
                said = [number_of(snapshot) for _ in range(_AGAIN)]
            except Exception as error:  # noqa: BLE001  whatever it is, a reader was not answered
                with alone:
                    wrong.append(f"a reader: {type(error).__name__}: {error}")
                continue
            with alone:
                came["opened"] += 1
                came["read"] += len(said)
                numbers.update(said)
                if len(set(said)) > 1:
                    wrong.append(f"one opened snapshot said {said}")

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return came["read"], came["opened"], sorted(numbers), wrong[:20]
