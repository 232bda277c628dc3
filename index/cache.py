"""Encodings kept from build to build, so that only new text is embedded, and a build that was broken off goes on.

One SQLite file a model, a row a text. New encodings are on the disk before the next are worked out, and none
is held in memory. It is only a cache: where a row is damaged it is embedded anew, and where the file is, it is begun
anew.
"""

import hashlib
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from index.durable import make_folder
from index.encoder import Encoding, Model

CHUNK = 64  # texts that are looked up, and embedded if need be, at a time
# So many builds may leave an encoding unused before it goes, so that going back to an older corpus is cheap.
_GENERATIONS = 4
_FORMAT = 1
_MOST_BUILDS = 2**40
# What SQLite says where a file cannot be written, and may be whole.
_OF_THE_DISK = {
    sqlite3.SQLITE_BUSY,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_LOCKED,
    sqlite3.SQLITE_READONLY,
}

# Embeds lists of texts, one after the other.
Embed = Callable[[Iterable[list[str]]], Iterable[list[Encoding]]]


class VectorCache:
    """Encodings by text, for one model in one precision; use it in a ``with``: what is long unused goes at its end.

    Args:
        folder: Where the file is kept.
        model: The model.
        precision: What it computes in.

    Raises:
        OSError: If the folder or the file cannot be written.
    """

    def __init__(self, folder: Path, model: Model, precision: str) -> None:
        self._path = folder / f"encodings-{model.sha256[:16]}-{precision}.db"
        make_folder(folder)
        with _told():
            try:
                self._open()
            except sqlite3.DatabaseError:  # no database, or a damaged one
                self._begin_anew()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        try:
            if kind is None:
                old = (self._build - _GENERATIONS,)
                self._write(lambda kept: kept.execute("DELETE FROM encodings WHERE used <= ?", old))
        finally:
            self._kept.close()

    def encode_all(self, embed: Embed, texts: Iterable[str]) -> Iterator[tuple[list[Encoding], int]]:
        """The encodings of texts, some hundreds at a time, embedding only those not kept, and keeping them.

        Args:
            embed: Embeds lists of texts, in order; a list may be empty. Further lists may be asked for before the
                first is embedded.
            texts: Any number.

        Returns:
            For one stretch of the texts after the other, their encodings and how many of them were embedded now.

        Raises:
            OSError: If they cannot be kept.
        """
        waiting: deque[tuple[list[bytes], dict[bytes, Encoding], list[bytes]]] = deque()

        def missing() -> Iterator[list[str]]:
            source = iter(texts)
            while chunk := list(islice(source, CHUNK)):
                keys = [_key(text) for text in chunk]
                known = self._known(keys)
                coming = {key for _, _, earlier in waiting for key in earlier}
                new = {k: text for k, text in zip(keys, chunk, strict=True) if k not in known and k not in coming}
                waiting.append((keys, known, list(new)))
                yield list(new.values())

        for embedded in embed(missing()):
            keys, known, new = waiting.popleft()
            found = dict(zip(new, embedded, strict=True))
            known.update(found)
            for later, known_later, _ in waiting:  # what stands there again was not embedded again
                known_later.update((key, found[key]) for key in later if key in found)
            self._keep(keys, {key: known[key] for key in new})
            yield [known[key] for key in keys], len(new)

    def _open(self) -> None:
        self._kept = sqlite3.connect(self._path, isolation_level="DEFERRED")
        try:
            self._kept.execute("PRAGMA journal_mode = WAL")
            self._kept.execute("PRAGMA synchronous = NORMAL")
            with self._kept:
                if self._kept.execute("PRAGMA user_version").fetchone()[0] != _FORMAT:
                    self._kept.execute("DROP TABLE IF EXISTS encodings")
                    self._kept.execute(
                        "CREATE TABLE encodings"
                        " (key BLOB PRIMARY KEY, used INTEGER, pieces INTEGER, sum INTEGER, held BLOB)"
                    )
                    self._kept.execute(f"PRAGMA user_version = {_FORMAT}")
            last = self._kept.execute("SELECT max(used) FROM encodings").fetchone()[0] or 0
            if not isinstance(last, int) or not 0 <= last < _MOST_BUILDS:
                raise sqlite3.DatabaseError("the number of a build is none")
            self._build = 1 + last
        except BaseException:
            self._kept.close()
            raise

    def _begin_anew(self) -> None:
        """Begin with an empty file; raises OSError if the old one cannot be removed."""
        for end in ("", "-wal", "-shm"):  # a new file must not be taken for the old one's
            Path(f"{self._path}{end}").unlink(missing_ok=True)
        self._open()

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Encoding]:
        """What is kept of some texts, and whole."""
        marks = ", ".join("?" * len(keys))
        query = f"SELECT key, pieces, sum, held FROM encodings WHERE key IN ({marks})"  # noqa: S608  only marks
        with _told():
            try:
                rows = self._kept.execute(query, keys).fetchall()
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._kept.close()
                self._begin_anew()
                return {}
        found = {key: _whole(key, pieces, checksum, held) for key, pieces, checksum, held in rows}
        return {key: encoding for key, encoding in found.items() if encoding is not None}

    def _keep(self, keys: Sequence[bytes], new: Mapping[bytes, Encoding]) -> None:
        """Keep what is new, and note what was used."""
        rows = []
        for key, encoding in new.items():
            held, pieces = _packed(encoding), len(encoding.pieces)
            rows.append((key, self._build, pieces, _checksum(key, pieces, held), held))
        old = [(self._build, key) for key in dict.fromkeys(keys) if key not in new]

        def write(kept: sqlite3.Connection) -> None:
            kept.executemany("INSERT OR REPLACE INTO encodings VALUES (?, ?, ?, ?, ?)", rows)
            kept.executemany("UPDATE encodings SET used = ?1 WHERE key = ?2 AND used < ?1", old)

        self._write(write)

    def _write(self, write: Callable[[sqlite3.Connection], object]) -> None:
        """Write to the file; where that is damaged, to a new one."""
        with _told():
            try:
                with self._kept:
                    write(self._kept)
            except sqlite3.DatabaseError as error:
                if not _is_damage(error):
                    raise
                self._kept.close()
                self._begin_anew()
                with self._kept:
                    write(self._kept)


@contextmanager
def _told() -> Iterator[None]:
    """What SQLite cannot write, as what the system says of it."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise OSError(None, f"the vectors could not be kept ({error})") from error


def _is_damage(error: sqlite3.DatabaseError) -> bool:
    """Whether it is the file that is wrong, and not the disk that is full or cannot be written."""
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF not in _OF_THE_DISK


def _checksum(key: bytes, pieces: int, held: bytes) -> int:
    """The checksum of a row, over all that is read of it."""
    return zlib.crc32(held, zlib.crc32(key + pieces.to_bytes(8, "little")))


def _whole(key: object, pieces: object, checksum: object, held: object) -> Encoding | None:
    """The encoding in a row; None if that is not what was written."""
    if not (isinstance(key, bytes) and isinstance(pieces, int) and isinstance(held, bytes) and pieces >= 0):
        return None
    # The second is what was kept before the checksum was over the whole row.
    if checksum not in (_checksum(key, pieces, held), zlib.crc32(held)):
        return None
    try:
        return _unpacked(held, pieces)
    except ValueError:
        return None


def _packed(encoding: Encoding) -> bytes:
    parts = (encoding.vector, encoding.pieces, encoding.starts, encoding.states)
    return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)


def _unpacked(held: bytes, pieces: int) -> Encoding:
    """What ``_packed`` was given; a row of n pieces holds 4 dim + 4 n + 4 n + n dim bytes, else ValueError."""
    dim, over = divmod(len(held) - 8 * pieces, 4 + pieces)
    if over or dim <= 0:
        raise ValueError(f"{len(held)} bytes do not hold {pieces} pieces")
    at = np.cumsum([0, 4 * dim, 4 * pieces, 4 * pieces])
    return Encoding(
        np.frombuffer(held, np.float32, dim, at[0]),
        np.frombuffer(held, np.int32, pieces, at[1]),
        np.frombuffer(held, np.int32, pieces, at[2]),
        np.frombuffer(held, np.int8, pieces * dim, at[3]).reshape(pieces, dim),
    )


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
