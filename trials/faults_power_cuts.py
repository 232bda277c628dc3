"""Power is cut at every moment of what is done to an index; what comes back must answer as the old one or the new."""

import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from index import DamagedIndex, IndexProblem, NoIndex, discard, publish, roll_back, snapshot_folder
from index.current import order
from index.live import KEEP, prune
from index.repair import repair_index
from trials.faults_material import MODEL, build_number, cheap, sound
from trials.faults_power import Disk, Recorder, digest_of_disk, disks, recorded, write_disk

FIRST = 100_001
DAMAGED = -1  # what a damaged index says
_BUILT_AGAIN = 10  # one disk in so many is built on again


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is done to an index.

    Attributes:
        name: What.
        before: Makes a home's index what it is before.
        act: Does it.
        old: The number that the index says before; None if there is none.
        new: The number that it says when the work is done.
        between: What else it may say on the way.
    """

    name: str
    before: Callable[[Path], object]
    act: Callable[[Path], object]
    old: int | None
    new: int | None
    between: tuple[int, ...] = ()


@dataclass(slots=True)
class Cuts:
    """What came of cutting power.

    Attributes:
        moments: At how many moments it was cut.
        disks: How many disks were drawn.
        different: How many of those differ in what matters.
        answered: How many of these answered with each number.
        wrong: What went wrong, one line each.
    """

    moments: int = 0
    disks: int = 0
    different: int = 0
    answered: dict[int | None, int] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)


def _index(home: Path) -> Path:
    return home / "build" / "index"


def _built(*numbers: int) -> Callable[[Path], object]:
    return lambda home: [build_number(home, number) for number in numbers]


def _proposed(home: Path) -> None:
    _built(FIRST, FIRST + 1)(home)
    build_number(home, FIRST + 2, publish=False)


def _damaged(home: Path) -> None:
    _built(FIRST, FIRST + 1)(home)
    path = snapshot_folder(_index(home), order(_index(home))[0]) / "passages.jsonl"
    path.write_bytes(path.read_bytes()[:-5])


def _many(home: Path) -> None:
    with keeping(4):
        _built(FIRST, FIRST + 1, FIRST + 2, FIRST + 3)(home)


WORKS = (
    Work("the first build", lambda _: None, _built(FIRST), None, FIRST),
    Work("a second build", _built(FIRST), _built(FIRST + 1), FIRST, FIRST + 1),
    Work("a build that prunes", _built(FIRST, FIRST + 1), _built(FIRST + 2), FIRST + 1, FIRST + 2),
    Work(
        "a candidate",
        _built(FIRST, FIRST + 1),
        lambda home: build_number(home, FIRST + 2, publish=False),
        FIRST + 1,
        FIRST + 1,
    ),
    Work(
        "a candidate in another's place",
        _proposed,
        lambda home: build_number(home, FIRST + 3, publish=False),
        FIRST + 1,
        FIRST + 1,
    ),
    Work("publishing it", _proposed, lambda home: publish(_index(home)), FIRST + 1, FIRST + 2),
    Work("discarding it", _proposed, lambda home: discard(_index(home)), FIRST + 1, FIRST + 1),
    Work("rolling back", _built(FIRST, FIRST + 1), lambda home: roll_back(_index(home)), FIRST + 1, FIRST),
    Work(
        "repairing",
        _damaged,
        lambda home: repair_index(home / "corpus", _index(home), lambda: MODEL, home / "none", encoder=cheap),
        DAMAGED,
        FIRST + 1,
        (FIRST,),
    ),
    Work("pruning", _many, lambda home: prune(_index(home), 2), FIRST + 3, FIRST + 3),
)


@contextmanager
def keeping(snapshots: int) -> Iterator[None]:
    """So many snapshots are kept meanwhile."""
    before = os.environ.get(KEEP)
    os.environ[KEEP] = str(snapshots)
    try:
        yield
    finally:
        if before is None:
            del os.environ[KEEP]
        else:
            os.environ[KEEP] = before


def cut_power(
    work: Work, room: Path, draws: random.Random, most: int, left_out: Callable[[Path], bool] = lambda _: False
) -> Cuts:
    """Do some work, and look at what may stand on the disk if power is cut at any moment of it.

    Args:
        work: What is done.
        room: An empty folder to do it in.
        draws: What chance decides by.
        most: How many disks to draw at each moment, beside three that are always tried.
        left_out: Whether the syncing of a path is left out: a fault that must be found.
    """
    home, back = room / "home", room / "back"
    home.mkdir()
    work.before(home)
    with recorded(home, left_out) as recorder:
        work.act(home)
    return _cuts(work, recorder, back, draws, most)


def _cuts(work: Work, recorder: Recorder, back: Path, draws: random.Random, most: int) -> Cuts:
    found = Cuts(moments=len(recorder.moments))
    seen: set[tuple[str, bool]] = set()
    for at, moment in enumerate(recorder.moments):
        allowed = {work.new} if moment.done else {work.old, work.new, *work.between}
        for disk in disks(moment, draws, most):
            found.disks += 1
            key = digest_of_disk(disk, _unimportant(disk)), moment.done
            if key in seen:
                continue
            seen.add(key)
            write_disk(disk, back)
            try:
                said = _answer(back, damaged=work.old == DAMAGED)
                if said not in allowed:
                    raise ValueError(f"it answers {said} and not {' or '.join(map(str, sorted(allowed, key=str)))}")
                found.answered[said] = found.answered.get(said, 0) + 1
                if len(seen) % _BUILT_AGAIN == 1:
                    _build_again(back)
            except (IndexProblem, ValueError, OSError) as error:
                found.wrong.append(f"{work.name}, moment {at} of {len(recorder.moments)}: {_shown(disk)} {error}")
    found.different = len(seen)
    return found


def _answer(home: Path, *, damaged: bool) -> int | None:
    try:
        return sound(_index(home))
    except NoIndex:
        return None
    except DamagedIndex:
        if not damaged:
            raise
        return DAMAGED


def _build_again(home: Path) -> None:
    build_number(home, FIRST + 50)
    if sound(_index(home)) != FIRST + 50:
        raise ValueError("a build on what came back is not live")


def _unimportant(disk: Disk) -> Callable[[str], bool]:
    """Which paths cannot matter: what is half built or half written, and snapshots that nothing names."""
    named = b"".join(disk.get(f"build/index/{name}") or b"" for name in ("CURRENT", "CANDIDATE"))

    def is_unimportant(path: str) -> bool:
        snapshot = path.removeprefix("build/index/snapshots/").partition("/")[0]
        if path != snapshot and not path.endswith("snapshots"):
            return snapshot.encode() not in named
        return path.startswith(("corpus", "build/cache")) or path.endswith(("/lock", ".new"))

    return is_unimportant


def _shown(disk: Disk) -> str:
    current = disk.get("build/index/CURRENT")
    return "no CURRENT:" if current is None else ""
