"""A backup: what cannot be made again, or only with hours of work, in one file that can be checked by itself.

    manifest.json    JSON: when it was made, of which index, and the size and sha256 of every other entry
    corpus/          the documents and their catalogue
    index/           what is live, the snapshot before it and the candidate, with what says which is which
    kept/            documents as they were, which stood together, the journal
    evaluation/      the questions, the candidates, the gate's rules, the accepted run
    review.db        questions, answers, verdicts (where the review database is SQLite)

A zip, readable by its owner alone: people's questions are in it. It is made while the page runs: nobody can publish or
change documents meanwhile, and the database is copied as it was at one moment.

Covered: the review database in SQLite. Not covered: PostgreSQL, which has pg_dump; vectors, compiled models and
evaluation runs, which are made again; settings and secrets of the machine.
"""

import hashlib
import json
import os
import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import IO

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from desk.holdings import Holdings, HoldingsError
from desk.reindex import Places
from index import IndexProblem, read_manifest, sync_folder
from index.live import exclusively

FORMAT = 1
MANIFEST, DATABASE = "manifest.json", "review.db"
CORPUS, INDEX, KEPT, EVALUATION = "corpus", "index", "kept", "evaluation"
_CHUNK = 1 << 20
_ITS_OWNER_ALONE = 0o600
# Locks are of this machine and this moment.
_LEFT = frozenset({"lock"})

Progress = Callable[[int, int], None]


class BackupError(Exception):
    """A backup cannot be made, is not whole, or cannot be put back. The message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup: its sha256, and its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup says of itself.

    Attributes:
        made: When, in UTC, as ISO 8601.
        index: The fingerprint of the live index in it; empty where there was none.
        database: Whether the review database is in it.
        files: Every file in it, by its name there.
    """

    made: str
    index: str
    database: bool
    files: Mapping[str, Entry]

    @property
    def size(self) -> int:
        """How many bytes its files have."""
        return sum(entry.size for entry in self.files.values())

    def dump(self) -> bytes:
        """As JSON."""
        return (json.dumps({"format": FORMAT, **asdict(self)}, indent=1, sort_keys=True) + "\n").encode()


def database_file(url: str) -> Path | None:
    """The file of a review database, or None where it is not SQLite.

    Raises:
        BackupError: If the address is none.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BackupError("CHAPTER_DATABASE is no address of a database") from error
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def back_up(places: Places, database: str, path: Path, progress: Progress = lambda _done, _of: None) -> Backup:
    """Write a backup to a new file. It is there whole, or not at all.

    Args:
        places: Where everything is.
        database: The review database's address.
        path: The file.
        progress: Told how many files are done, and how many there are.

    Raises:
        BackupError: If the file is there already, something cannot be read, the disk is full, or a build is running.
    """
    if path.exists():
        raise BackupError(f"{path} is there already. Name a new file: a backup is never written over another")
    coming = path.with_name(f".{path.name}.coming")
    holdings = Holdings(places.corpus, places.kept)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with exclusively(places.index), holdings.alone(), TemporaryDirectory(dir=path.parent) as beside:
            copied = _copied(database_file(database), Path(beside) / DATABASE)
            sources = dict(_sources(places))
            if copied:
                sources[DATABASE] = copied
            with open(coming, "xb", opener=_for_its_owner) as file:
                made = _write(file, sources, _fingerprint(places.index), progress)
                file.flush()
                os.fsync(file.fileno())
        coming.replace(path)
        sync_folder(path.parent)
    except (IndexProblem, HoldingsError) as error:
        raise BackupError(f"no backup was made: {error}") from error
    except (OSError, sqlite3.Error) as error:
        raise BackupError(
            f"no backup was made: {getattr(error, 'strerror', None) or error} "
            f"({getattr(error, 'filename', None) or path}). Mend that, and try again"
        ) from error
    finally:
        with suppress(OSError):
            coming.unlink(missing_ok=True)
    return made


def read_backup(path: Path, progress: Progress = lambda _done, _of: None) -> Backup:
    """What is in a backup, every byte of it held against its manifest.

    Raises:
        BackupError: If it is no backup, is of another version, or is not as it was written.
    """
    try:
        with zipfile.ZipFile(path) as pack:
            backup = _manifest(pack)
            names = [entry.filename for entry in pack.infolist()]
            if sorted(names) != sorted([MANIFEST, *backup.files]):
                raise BackupError(f"{path} has other files than its manifest says, or one of them twice")
            for done, (name, entry) in enumerate(backup.files.items()):
                progress(done, len(backup.files))
                with pack.open(name) as file:
                    if _digest(file) != entry:
                        raise BackupError(f"{name} in {path} is not what was written. Use another backup")
            progress(len(backup.files), len(backup.files))
            return backup
    except (
        OSError,
        zipfile.BadZipFile,
        zlib.error,
        ValueError,
        KeyError,
        TypeError,
        NotImplementedError,
        EOFError,
    ) as error:
        raise BackupError(f"{path} is no backup, or is damaged ({error}). Use another") from error


def _manifest(pack: zipfile.ZipFile) -> Backup:
    record = json.loads(pack.read(MANIFEST))
    if record["format"] != FORMAT:
        raise BackupError(f"the backup has format {record['format']}; this version reads format {FORMAT}")
    files = {str(name): Entry(str(entry["sha256"]), int(entry["size"])) for name, entry in record["files"].items()}
    for name in files:
        check_name(name)
    return Backup(str(record["made"]), str(record["index"]), bool(record["database"]), files)


def check_name(name: str) -> None:
    """See that an entry's name is one that a backup of ours has: nothing is ever written outside its folder.

    Raises:
        BackupError: If not.
    """
    parts = PurePosixPath(name).parts
    plain = "\\" not in name and ":" not in name and "\0" not in name and str(PurePosixPath(name)) == name
    known = name == DATABASE or (len(parts) > 1 and parts[0] in (CORPUS, INDEX, KEPT, EVALUATION))
    if not (plain and known and ".." not in parts):
        raise BackupError(f"the backup has a file named {name!a}, which none of ours has. Use another")


def _for_its_owner(path: str, flags: int) -> int:
    return os.open(path, flags, _ITS_OWNER_ALONE)


def _sources(places: Places) -> Iterator[tuple[str, Path]]:
    """Every file that is kept, by its name in the backup."""
    folders = ((CORPUS, places.corpus), (INDEX, places.index), (KEPT, places.kept))
    for name, folder in folders:
        for path in _files(folder):
            yield f"{name}/{path.relative_to(folder).as_posix()}", path
    evaluation = places.evaluation
    home = evaluation.questions.parent
    for path in (evaluation.questions, home / "candidates.jsonl", evaluation.rules):
        if path.is_file():
            yield f"{EVALUATION}/{path.name}", path
    for path in _files(evaluation.accepted):
        yield f"{EVALUATION}/{evaluation.accepted.name}/{path.relative_to(evaluation.accepted).as_posix()}", path


def _files(folder: Path) -> Iterator[Path]:
    for root, _, names in sorted(os.walk(folder)):
        for name in sorted(names):
            path = Path(root) / name
            if path.is_file() and name not in _LEFT:
                yield path


def _copied(database: Path | None, path: Path) -> Path | None:
    """A copy of an SQLite database as it is at one moment, whoever writes to it; None where there is none."""
    if database is None or not database.exists():
        return None
    with (
        closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as live,
        closing(sqlite3.connect(path)) as copy,
    ):
        live.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")  # all of it in the one file
        (said,) = copy.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            raise BackupError(f"no backup was made: the review database {database} is damaged ({said})")
    return path


def _fingerprint(index: Path) -> str:
    try:
        return read_manifest(index).fingerprint
    except IndexProblem:
        return ""


def _write(file: IO[bytes], sources: Mapping[str, Path], index: str, progress: Progress) -> Backup:
    entries = {}
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as pack:
        for done, (name, path) in enumerate(sources.items()):
            progress(done, len(sources))
            with path.open("rb") as source, pack.open(name, "w", force_zip64=True) as into:
                entries[name] = _digest(source, into)
        made = datetime.now(UTC).isoformat(timespec="seconds")
        backup = Backup(made, index, DATABASE in sources, entries)
        pack.writestr(MANIFEST, backup.dump())
    progress(len(sources), len(sources))
    return backup


def _digest(source: IO[bytes], into: IO[bytes] | None = None) -> Entry:
    """A file's digest and size; it is copied on the way, where there is somewhere to copy it to."""
    digest, size = hashlib.sha256(), 0
    while chunk := source.read(_CHUNK):
        digest.update(chunk)
        size += len(chunk)
        if into is not None:
            into.write(chunk)
    return Entry(digest.hexdigest(), size)
