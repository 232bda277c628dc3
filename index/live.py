"""Which snapshot is live, which were before it, and which is a candidate to become live.

    build/index/CURRENT      the live snapshot and those before it (index/current.py)
    build/index/CANDIDATE    JSON: a snapshot that is built and checked and not live, the one that was live when it
                             was built, and what changed between them

Each step is one file replaced or removed: killed at any moment, or cut off from power, the live snapshot answers, and
the candidate is there whole or not at all. Nothing is removed before the disk has what says that it is not needed.
Whatever makes another snapshot live ends the candidate: what it was compared with has gone.
"""

import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.changes import Changes
from index.current import is_name, order, set_order, snapshot_folder
from index.durable import make_folder, replace_durably, sync_folder
from index.errors import BUILD_COMMAND, BuildFailed, BuildRefused, DamagedIndex, IndexProblem
from index.sealed import sealed, unsealed
from index.snapshot import load_whole

BUILDING = ".building-"  # begins the name of a snapshot that is half built
CANDIDATE = "CANDIDATE"
KEEP = "CHAPTER_KEEP_SNAPSHOTS"
LEAST = 2  # the live one, and the one before it: somebody may still be reading that


@dataclass(frozen=True, slots=True)
class Candidate:
    """A snapshot that is built and checked, and not live.

    Attributes:
        name: Its own.
        base: The name of the one that was live when it was built, and is now; None if there was none.
        changes: What is new in it.
    """

    name: str
    base: str | None
    changes: Changes


@contextmanager
def exclusively(folder: Path) -> Iterator[None]:
    """Hold an index folder's lock; the system lets go of it if this process dies.

    Raises:
        BuildRefused: If another has it, or the setting of how many snapshots are kept makes no sense.
        BuildFailed: If what is done meanwhile meets a full disk or a folder that cannot be written.
    """
    how_many_kept()
    try:
        make_folder(folder)
        lock = FileLock(folder / "lock", timeout=0)
        try:
            lock.acquire()
        except Timeout as error:
            raise BuildRefused(
                f"another build of {folder} is running. Wait for it to end, then run: {BUILD_COMMAND}"
            ) from error
        try:
            yield
        finally:
            lock.release()
    except OSError as error:
        raise BuildFailed(
            f"the index could not be written to {folder}: {error.strerror or error}. "
            f"What was there before is as it was. Make room there or make it writable, then run: {BUILD_COMMAND}"
        ) from error


def how_many_kept() -> int:
    """How many snapshots are kept, the live one among them; raises BuildRefused if the setting makes no sense."""
    said = os.environ.get(KEEP, "") or str(LEAST)
    if not said.isdecimal() or int(said) < LEAST:
        raise BuildRefused(f"{KEEP} is '{said}': give a whole number from {LEAST}, the live index and the one before")
    return int(said)


def candidate(folder: Path) -> Candidate | None:
    """The candidate that waits to be published; None if there is none, or another snapshot became live since."""
    try:
        found = read_candidate(folder)
    except DamagedIndex:
        return None  # it can be built again in seconds: its vectors are in the cache
    if found is None or found.base != live_name(folder) or found.name == found.base:
        return None
    return found if snapshot_folder(folder, found.name).is_dir() else None


def read_candidate(folder: Path) -> Candidate | None:
    """What CANDIDATE says, whether or not it still counts; None if it is not there.

    Raises:
        DamagedIndex: If it is not what was written.
    """
    path = folder / CANDIDATE
    try:
        record = unsealed(path.read_bytes(), ("name", "base", "changes"))
        if not is_name(record["name"]) or not (record["base"] is None or is_name(record["base"])):
            raise ValueError(f"it names {record['name']}")
        return Candidate(record["name"], record["base"], Changes.of_record(record["changes"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = f"{path} cannot be read ({error}). Build it again: {BUILD_COMMAND} --candidate"
        raise DamagedIndex(said) from error


def propose(folder: Path, name: str, changes: Changes) -> None:
    """Make a snapshot the candidate, in one atomic step. Only the lock's holder may."""
    before = candidate(folder)
    record = {"name": name, "base": live_name(folder), "changes": changes.record()}
    replace_durably(folder / CANDIDATE, sealed(record))
    if before and before.name != name:
        _remove(folder, before.name)
    clear(folder)


def make_live(folder: Path, name: str, *, without: Collection[str] = ()) -> None:
    """Make a snapshot the live one, in one atomic step, and end the candidate. Only the lock's holder may.

    Args:
        folder: The index'.
        name: The snapshot.
        without: Snapshots that are not to be kept to go back to.
    """
    before = [other for other in known_order(folder) if other != name and other not in without]
    set_order(folder, [name, *before][: how_many_kept()])
    with suppress(OSError):  # it no longer counts: another snapshot is live than when it was built
        drop_candidate(folder)
    clear(folder)


def drop_candidate(folder: Path) -> None:
    """End the candidate, if there is one, and remove what is not kept. Only the lock's holder may."""
    found = candidate(folder)
    (folder / CANDIDATE).unlink(missing_ok=True)
    if found:
        sync_folder(folder)
        _remove(folder, found.name)
    clear(folder)


def publish(folder: Path) -> str:
    """Make the candidate live. The snapshot that was live stays, for ``roll_back``.

    Returns:
        The name of the snapshot that is live now.

    Raises:
        BuildRefused: If there is no candidate, or a build is running.
        DamagedIndex, StaleIndex: If the candidate is not whole, or not of this format.
        BuildFailed: If the folder cannot be written.
    """
    with exclusively(folder):
        found = _waiting(folder)
        load_whole(snapshot_folder(folder, found.name))
        make_live(folder, found.name)
        return found.name


def discard(folder: Path) -> str:
    """Drop the candidate; the live snapshot is not touched.

    Returns:
        The name it had.

    Raises:
        DamagedIndex, BuildRefused, BuildFailed: As ``publish``.
    """
    with exclusively(folder):
        found = _waiting(folder)
        drop_candidate(folder)
        return found.name


def roll_back(folder: Path) -> str:
    """Make the snapshot before the live one live again, and the live one the one before.

    Returns:
        The name of the snapshot that is live now.

    Raises:
        BuildRefused: If there is none to go back to, or a build is running.
        DamagedIndex: If it is not whole.
        BuildFailed: If the folder cannot be written.
    """
    with exclusively(folder):
        _, previous, *_ = (*order(folder), None, None)
        if previous is None:
            raise BuildRefused("there is no earlier index to go back to: only one has been built here")
        load_whole(snapshot_folder(folder, previous))
        make_live(folder, previous)
        return previous


def prune(folder: Path, keep: int | None = None) -> list[str]:
    """Remove all snapshots but those that were live last, and the candidate.

    Args:
        folder: The index'.
        keep: How many to keep, the live one among them; by default what ``how_many_kept`` says.

    Returns:
        The names of those that are gone.

    Raises:
        DamagedIndex: If it cannot be told which is live; nothing is removed.
        BuildRefused, BuildFailed: As ``publish``; also if fewer than two are to be kept.
    """
    if keep is not None and keep < LEAST:
        raise BuildRefused(f"{keep} cannot be kept: at least {LEAST}, the live index and the one before it")
    with exclusively(folder):
        names, before = order(folder), _there(folder)
        kept = names[: keep or how_many_kept()]
        if kept != names:
            set_order(folder, kept)
        clear(folder)
        return sorted(before - _there(folder))


def live_name(folder: Path) -> str | None:
    """The live snapshot's name; None also where it cannot be told."""
    try:
        return (*order(folder), None)[0]
    except DamagedIndex:
        return None


def known_order(folder: Path) -> tuple[str, ...]:
    """The names in CURRENT; where that is lost, those of all snapshots that are whole, by their stamps, latest first.

    A candidate is not among these.
    """
    with suppress(DamagedIndex):
        if names := order(folder):
            return names
    waiting = candidate(folder)
    left = sorted(_there(folder) - {waiting.name if waiting else ""}, reverse=True)
    return tuple(name for name in left if is_whole(snapshot_folder(folder, name)))


def is_whole(path: Path) -> bool:
    """Whether every file of a snapshot is as it was written. Reads all of it."""
    try:
        load_whole(path)
    except IndexProblem:
        return False
    return True


def clear(folder: Path) -> None:
    """Remove what is half built, and all but the snapshots that CURRENT names and the candidate.

    Only the lock's holder may. Where it cannot be told which is live, or that is not there, only what is half built
    goes. First the disk has what says so: a power cut does not bring back a CURRENT that names what has gone.
    """
    try:
        kept = {*order(folder)}
    except DamagedIndex:
        kept = set()
    sure = any(snapshot_folder(folder, name).is_dir() for name in kept)
    waiting = candidate(folder)
    if waiting is not None:
        kept.add(waiting.name)
    gone = _there(folder) - kept if sure else set()
    if gone:
        sync_folder(folder)
    for name in gone:
        _remove(folder, name)
    for path in (folder / "snapshots").glob(f"{BUILDING}*"):
        shutil.rmtree(path, ignore_errors=True)


def _there(folder: Path) -> set[str]:
    """The names of all snapshots that stand in an index, kept or not."""
    snapshots = folder / "snapshots"
    found = snapshots.iterdir() if snapshots.is_dir() else ()
    return {path.name for path in found if not path.name.startswith(BUILDING)}


def _remove(folder: Path, name: str) -> None:
    shutil.rmtree(snapshot_folder(folder, name), ignore_errors=True)


def _waiting(folder: Path) -> Candidate:
    found = candidate(folder)
    if found is None:
        read_candidate(folder)
        raise BuildRefused(f"there is no candidate in {folder}. To build one, run: {BUILD_COMMAND} --candidate")
    return found
