"""Full disks, folders that cannot be written, builders beside each other, clocks that go back, other versions."""

import os
import random
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import numpy as np

from index import BuildFailed, BuildRefused, StaleIndex, build, load, roll_back, snapshot_folder
from index.arrays import create
from index.current import order
from index.live import prune
from index.repair import repair_index
from index.sealed import sealed, unsealed
from index.snapshot import MANIFEST, manifest_of
from trials.faults_children import Shown, in_child, start_child
from trials.faults_kills import kept_numbers
from trials.faults_material import MODEL, answering, build_number, cheap, sound, write_corpus
from trials.faults_power_cuts import keeping

FIRST = 100_001
_NOBODY = 65_534
_MOUNTED_KB = 20_000


def _index(home: Path) -> Path:
    return home / "build" / "index"


def _prepared(room: Path, name: str) -> Path:
    home = room / name
    home.mkdir()
    ended = in_child(lambda: [bool(build_number(home, number)) for number in (FIRST, FIRST + 1)])
    if ended.trouble:
        raise BuildFailed(ended.trouble)
    return home


def _failing(act: Callable[[], object]) -> str:
    """What a build that may fail says; empty if it did not."""
    try:
        act()
    except BuildFailed as error:
        return str(error)
    return ""


def try_file_limit(room: Path, count: int, draws: random.Random) -> Shown:
    """No file may grow beyond some length: what the system says is much as when a disk is full."""
    home = _prepared(room, "limit")
    largest = max(path.stat().st_size for path in home.rglob("*") if path.is_file())

    def work(limit: int, number: int) -> str:
        write_corpus(home / "corpus", number)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        return _failing(lambda: build(home / "corpus", _index(home), MODEL, encoder=cheap))

    return _filled(
        "no file may grow beyond a length",
        home,
        (partial(work, draws.randrange(2 * largest), FIRST + 2 + at) for at in range(count)),
    )


def try_full_disk(room: Path, count: int, draws: random.Random) -> Shown:
    """A small disk of its own, with so much room left as chance says."""
    with _mounted(room / "disk") as disk:
        if disk is None:
            return Shown("a full disk", "left out: nothing can be mounted here")
        home = _prepared(disk, "home")
        needed = sum(path.stat().st_size for path in home.rglob("*") if path.is_file())
        filler = disk / "filler"

        def work(room_left: int, number: int) -> str:
            write_corpus(home / "corpus", number)
            free = shutil.disk_usage(disk).free
            with filler.open("wb") as file:
                os.posix_fallocate(file.fileno(), 0, max(1, free - room_left))
            try:
                return _failing(lambda: build(home / "corpus", _index(home), MODEL, encoder=cheap))
            finally:
                filler.unlink()

        if not (mapped := _beyond(disk)).startswith("OSError"):
            return Shown("a full disk (tmpfs)", "", [f"an array that finds no room: {mapped}"])
        works = (partial(work, draws.randrange(2 * needed), FIRST + 2 + at) for at in range(count))
        return _filled("a full disk (tmpfs)", home, works)


def _beyond(disk: Path) -> str:
    """How it ends where an array is filled in that a disk has no room for: it is memory that is a file's."""

    def work() -> None:
        create(disk / "beyond.npy", (_MOUNTED_KB * 1024,), np.float32)[:] = 1

    ended = in_child(work)
    (disk / "beyond.npy").unlink(missing_ok=True)
    return ended.trouble or f"signal {ended.signal}"


def _filled(name: str, home: Path, works: Iterator[Callable[[], str]]) -> Shown:
    wrong: list[str] = []
    came: Counter[str] = Counter()
    before = in_child(lambda: kept_numbers(home)).said[0]
    for number, work in enumerate(works, start=FIRST + 2):
        ended = in_child(work)
        then = in_child(lambda: kept_numbers(home))
        if ended.trouble or ended.signal or then.trouble:
            wrong.append(f"{name}: {ended.trouble}{then.trouble} signal {ended.signal}")
        elif ended.said and (then.said[0] != before or "could not be written" not in ended.said):
            wrong.append(f"{name}: it answers {then.said} after: {ended.said}")
        elif not ended.said and then.said[0] != number:
            wrong.append(f"{name}: it answers {then.said} after a build of {number}")
        came["failed" if ended.said else "fitted"] += 1
        before = then.said[0] if then.said else before
    after = in_child(partial(_built_after, home))
    if after.trouble:
        wrong.append(f"{name}: not built when there was room again: {after.trouble}")
    said = f"{came['failed']} builds ended with what to do and the old index answers, {came['fitted']} fitted"
    return Shown(name, said, wrong)


def _built_after(home: Path) -> int:
    build_number(home, FIRST + 9000)
    return sound(_index(home))


def try_read_only(room: Path) -> Shown:
    """A folder that may not be written, and a disk that cannot be."""
    wrong: list[str] = []
    ways = 0
    home = _prepared(room, "closed")
    for path in (room, home, *home.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.geteuid() == 0:
        for path in (room, *room.parents):
            if path.stat().st_mode & 0o005 != 0o005:
                path.chmod(path.stat().st_mode | 0o005)
    wrong += [f"a closed folder: {said}" for said in _all_refused(home, as_nobody=os.geteuid() == 0)]
    ways += 1
    for path in (room, home, *home.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    with _mounted(room / "read-only") as disk:
        if disk is not None:
            home = _prepared(disk, "home")
            subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)  # noqa: S603, S607
            wrong += [f"a read-only disk: {said}" for said in _all_refused(home, as_nobody=False)]
            ways += 1
    said = f"{ways} ways ({'a closed folder, a disk mounted to be read' if ways == 2 else 'a closed folder'}): " + (
        "it answers; build, roll back, prune and repair are refused with what to do"
    )
    return Shown("a folder that cannot be written", said, wrong)


def _all_refused(home: Path, *, as_nobody: bool) -> list[str]:
    def work(act: Callable[[], object]) -> str:
        if as_nobody:
            os.setgid(_NOBODY)
            os.setuid(_NOBODY)
        try:
            act()
        except BuildFailed as error:
            return str(error)
        return ""

    folder = _index(home)
    acts = {
        "build": lambda: build(home / "corpus", folder, MODEL, encoder=cheap),
        "roll back": lambda: roll_back(folder),
        "prune": lambda: prune(folder, 2),
        "repair": lambda: repair_index(home / "corpus", folder, lambda: MODEL, home / "none", encoder=cheap),
    }
    found = []
    for name, act in acts.items():
        ended = in_child(partial(work, act))
        if ended.trouble or "could not be written" not in str(ended.said):
            found.append(f"{name}: {ended.trouble or ended.said!r}")
    read = in_child(lambda: [work(lambda: None), kept_numbers(home)])
    if read.trouble or read.said[1] != [FIRST + 1, FIRST]:
        found.append(f"it does not answer: {read.trouble or read.said}")
    return found


def try_builders(room: Path, rounds: int, builders: int = 4) -> Shown:
    """Several builders of one index at once, each of its own documents."""
    home = _prepared(room, "builders")
    wrong: list[str] = []
    came: Counter[str] = Counter()

    def work(number: int) -> str:
        corpus = room / f"corpus-{number}"
        write_corpus(corpus, number)
        try:
            build(corpus, _index(home), MODEL, encoder=cheap)
        except BuildRefused as error:
            return str(error)
        finally:
            shutil.rmtree(corpus)
        return ""

    for at in range(rounds):
        numbers = [FIRST + 100 + at * builders + each for each in range(builders)]
        children = [start_child(partial(work, number)) for number in numbers]
        ended = [child.end() for child in children]
        built = [number for number, one in zip(numbers, ended, strict=True) if one.said == ""]
        then = in_child(lambda: kept_numbers(home))
        came["built"] += len(built)
        came["refused"] += sum("another build" in str(one.said) for one in ended)
        trouble = "".join(one.trouble for one in ended) + then.trouble
        if trouble or not built or then.said[0] not in built or came["built"] + came["refused"] != builders * (at + 1):
            wrong.append(f"builders: {trouble or then.said}, built {built}")
    said = f"{rounds} rounds of {builders}: {came['built']} built, {came['refused']} refused, whole each time"
    return Shown("builders at once", said, wrong)


class _Backwards(datetime):
    """A clock that goes an hour back each time it is looked at."""

    hours = 0

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        cls.hours += 1
        return datetime(2020, 1, 1, tzinfo=UTC) - timedelta(hours=cls.hours)


def try_clock(room: Path, builds: int) -> Shown:
    """Builds whose stamps go back: what is live, what is before it and what is pruned hang on none of them."""
    home = room / "clock"
    home.mkdir()

    def work() -> list[list[int]]:
        sys.modules["index.build"].datetime = _Backwards  # type: ignore[attr-defined]
        with keeping(3):
            for at in range(builds):
                build_number(home, FIRST + at)
            found = [kept_numbers(home)]
            roll_back(_index(home))
            found.append(kept_numbers(home))
        prune(_index(home))
        return [*found, kept_numbers(home)]

    ended = in_child(work)
    a, b, c = (FIRST + builds - back for back in (1, 2, 3))
    wrong = [] if ended.said == [[a, b, c], [b, a, c], [b, a]] else [f"clock: {ended.trouble or ended.said}"]
    return Shown("a clock that goes back", f"{builds} builds, a way back and a prune: the right ones are kept", wrong)


def try_versions(room: Path) -> Shown:
    """A manifest of another version, and files of before there were checksums."""
    home = _prepared(room, "versions")

    def work() -> int:
        folder = _index(home)
        for at, version in enumerate((1, 4, 6, 99)):
            path = snapshot_folder(folder, order(folder)[0]) / MANIFEST
            fields = unsealed(path.read_bytes(), manifest_of(path.parent).__slots__)
            path.write_bytes(sealed({**fields, "format": version, "new": "field"}))
            _refused(folder, version)
            build_number(home, FIRST + 10 + at)
            if answering(folder) != FIRST + 10 + at:
                raise ValueError("a build did not mend it")
        return 4

    ended = in_child(work)
    said = f"{ended.said} manifests of other versions refused with the command, and mended by it"
    return Shown("another version", said, [f"versions: {ended.trouble}"] if ended.trouble else [])


def _refused(folder: Path, version: int) -> None:
    try:
        load(folder)
    except StaleIndex as error:
        if f"format {version}" not in str(error) or "Run: python -m index" not in str(error):
            raise ValueError(f"it says: {error}") from error
        return
    raise ValueError(f"format {version} was read")


@contextmanager
def _mounted(at: Path) -> Iterator[Path | None]:
    """A small disk in memory; None where none can be mounted."""
    at.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={_MOUNTED_KB}k", "tmpfs", str(at)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)  # noqa: S603
    except OSError:
        yield None
        return
    if done.returncode:
        yield None
        return
    try:
        yield at
    finally:
        subprocess.run(["umount", str(at)], check=True)  # noqa: S603, S607
