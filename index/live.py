"""Which snapshot is live, which is the one before, and which is a candidate to become live.

    build/index/CURRENT      the live snapshot and the one before it (index/snapshot.py)
    build/index/CANDIDATE    JSON: a snapshot that is built and checked and not live, the one that was live when it
                             was built, and what changed between them

Each step is one file replaced or removed: killed at any moment, the live snapshot answers, and the candidate is there
whole or not at all. Whatever makes another snapshot live ends the candidate: what it was compared with has gone.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from index.changes import Changes
from index.errors import BUILD_COMMAND, BuildFailed, BuildRefused, DamagedIndex
from index.snapshot import current, load_snapshot, set_current, snapshot_folder, sync_folder, write_durably

BUILDING = ".building-"  # begins the name of a snapshot that is half built
_CANDIDATE = "CANDIDATE"


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
        BuildRefused: If another has it.
        BuildFailed: If what is done meanwhile meets a full disk or a folder that cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
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


def candidate(folder: Path) -> Candidate | None:
    """The candidate that waits to be published; None if there is none, or another snapshot became live since."""
    try:
        record = json.loads((folder / _CANDIDATE).read_text("utf-8"))
        found = Candidate(str(record["name"]), record["base"], Changes.of_record(record["changes"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it can be built again in seconds: its vectors are in the cache
    live = live_name(folder)
    return found if found.base == live and found.name != live and snapshot_folder(folder, found.name).is_dir() else None


def propose(folder: Path, name: str, changes: Changes) -> None:
    """Make a snapshot the candidate, in one atomic step. Only the lock's holder may."""
    record = {"name": name, "base": live_name(folder), "changes": changes.record()}
    temporary = folder / f"{_CANDIDATE}.new"
    write_durably(temporary, (json.dumps(record, ensure_ascii=False) + "\n").encode())
    temporary.replace(folder / _CANDIDATE)
    sync_folder(folder)
    clear(folder)


def make_live(folder: Path, name: str) -> None:
    """Make a snapshot the live one, in one atomic step, and end the candidate. Only the lock's holder may."""
    set_current(folder, name, live_name(folder))
    with suppress(OSError):  # it no longer counts: another snapshot is live than when it was built
        drop_candidate(folder)
    clear(folder)


def drop_candidate(folder: Path) -> None:
    """End the candidate, if there is one, and remove what is not kept. Only the lock's holder may."""
    (folder / _CANDIDATE).unlink(missing_ok=True)
    sync_folder(folder)
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
        load_snapshot(snapshot_folder(folder, found.name))
        make_live(folder, found.name)
        return found.name


def discard(folder: Path) -> str:
    """Drop the candidate; the live snapshot is not touched.

    Returns:
        The name it had.

    Raises:
        BuildRefused, BuildFailed: As ``publish``.
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
        names = current(folder)
        live, previous = names["current"], names["previous"]
        if previous is None or live is None:
            raise BuildRefused("there is no earlier index to go back to: only one has been built here")
        load_snapshot(snapshot_folder(folder, previous))
        make_live(folder, previous)
        return previous


def live_name(folder: Path) -> str | None:
    """The live snapshot's name; None also where it cannot be told."""
    try:
        return current(folder)["current"]
    except DamagedIndex:
        return None


def clear(folder: Path) -> None:
    """Remove what is half built, and all but the live snapshot, the one before and the candidate.

    Only the lock's holder may. Where it cannot be told which is live, only what is half built goes.
    """
    try:
        kept = set(current(folder).values())
    except DamagedIndex:
        kept = None
    waiting = candidate(folder)
    if kept is not None and waiting is not None:
        kept.add(waiting.name)
    snapshots = folder / "snapshots"
    for path in snapshots.iterdir() if snapshots.is_dir() else ():
        if path.name.startswith(BUILDING) or (kept is not None and path.name not in kept):
            shutil.rmtree(path, ignore_errors=True)


def _waiting(folder: Path) -> Candidate:
    found = candidate(folder)
    if found is None:
        raise BuildRefused(f"there is no candidate in {folder}. To build one, run: {BUILD_COMMAND} --candidate")
    return found
