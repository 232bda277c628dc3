"""A backup put back: everything beside what is there, checked, and then in its place by renames.

What stood there before is moved aside and never deleted. Killed on the way, it is done again by the same command.
"""

import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from desk.backup import (
    CORPUS,
    DATABASE,
    EVALUATION,
    INDEX,
    KEPT,
    Backup,
    BackupError,
    Progress,
    database_file,
    read_backup,
)
from desk.reindex import Places
from index import IndexProblem, sync_folder
from index.durable import sync_file
from index.live import exclusively


@dataclass(frozen=True, slots=True)
class Restored:
    """What was put back.

    Attributes:
        backup: What the backup said of itself.
        moved: Where what stood there before is now.
    """

    backup: Backup
    moved: tuple[Path, ...]


def restore(
    path: Path, places: Places, database: str, *, replace: bool, progress: Progress = lambda _done, _of: None
) -> Restored:
    """Put a backup back. The page must not be running.

    Args:
        path: The backup.
        places: Where everything is to be.
        database: The review database's address; one that is not SQLite is left alone.
        replace: Whether what stands there may be moved aside.
        progress: Told how many files are done, and how many there are.

    Raises:
        BackupError: If the backup is not whole, something stands there and may not be replaced, or the disk is full.
    """
    backup = read_backup(path, progress)
    targets = _targets(backup, places, database)
    there = [target for target in targets.values() if _holds_something(target)]
    if there and not replace:
        raise BackupError(
            f"there is something in {', '.join(map(str, there))}. Name empty places, or add --replace: what is there "
            "is then moved aside and kept"
        )
    try:
        if places.index.exists():
            with exclusively(places.index):  # which a build holds
                pass
        with _beside(targets) as coming:
            _unpack(path, backup, coming)
            return Restored(backup, tuple(_put(coming, targets)))
    except IndexProblem as error:
        raise BackupError(f"nothing was put back: {error}") from error
    except OSError as error:
        raise BackupError(
            f"it could not be put back: {error.strerror or error} ({error.filename or path}). "
            "Nothing is lost. Mend that, and do it again with --replace"
        ) from error


def _targets(backup: Backup, places: Places, database: str) -> dict[str, Path]:
    """Where each part of a backup goes."""
    whole = {
        CORPUS: places.corpus,
        INDEX: places.index,
        KEPT: places.kept,
        DATABASE: database_file(database),
    }
    home = places.evaluation.questions.parent
    found = {}
    for part in sorted({_part(name) for name in backup.files}):
        # The evaluation's folder may hold more than is backed up: each thing in it is put back by itself.
        target = home / part.removeprefix(f"{EVALUATION}/") if part.startswith(f"{EVALUATION}/") else whole[part]
        if target is not None:
            found[part] = target
    return found


def _part(name: str) -> str:
    """The part of a backup that is put in its place as one."""
    first, _, rest = name.partition("/")
    return f"{first}/{rest.split('/')[0]}" if first == EVALUATION else first


def _holds_something(target: Path) -> bool:
    if target.is_dir():
        return any(path.name != "lock" for path in target.iterdir())
    return target.exists()


@contextmanager
def _beside(targets: dict[str, Path]) -> Iterator[dict[str, Path]]:
    """A place beside each target, on the same disk; what is left there in the end is removed."""
    mark = secrets.token_hex(4)
    coming = {part: target.with_name(f".{target.name}.coming-{mark}") for part, target in targets.items()}
    try:
        yield coming
    finally:
        for path in coming.values():
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)


def _unpack(path: Path, backup: Backup, coming: dict[str, Path]) -> None:
    folders = set()
    with zipfile.ZipFile(path) as pack:
        for name in backup.files:
            part = _part(name)
            if part not in coming:
                continue
            to = coming[part] / name.removeprefix(part).removeprefix("/")
            to.parent.mkdir(parents=True, exist_ok=True)
            folders.add(to.parent)
            with pack.open(name) as source, to.open("xb") as into:
                shutil.copyfileobj(source, into, 1 << 20)
            if part == DATABASE:
                to.chmod(0o600)
            sync_file(to)
    for folder in folders:
        sync_folder(folder)


def _put(coming: dict[str, Path], targets: dict[str, Path]) -> Iterator[Path]:
    """Put each part in its place; gives where what stood there is now."""
    stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"
    for part, target in targets.items():
        # What SQLite has not yet written into the old file goes with it, and must not be read into the new.
        for old in (target, *(target.with_name(f"{target.name}{end}") for end in ("-wal", "-shm") if part == DATABASE)):
            if os.path.lexists(old):
                aside = old.with_name(f"{old.name}.before-{stamp}")
                old.replace(aside)
                yield aside
        coming[part].replace(target)
        sync_folder(target.parent)
