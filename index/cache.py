"""Encodings kept from build to build, so that only new text is embedded, and a build that was broken off goes on.

One SQLite file a model, a row a text. New encodings are on the disk before the next are worked out, and none
is held in memory. It is only a cache: where it is damaged, what it held is embedded anew.
"""

import hashlib
import sqlite3
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np

from index.encoder import Encoding, Model

CHUNK = 64  # texts that are looked up, and embedded if need be, at a time
# So many builds may leave an encoding unused before it goes, so that going back to an older corpus is cheap.
_GENERATIONS = 4
_FORMAT = 1

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
        folder.mkdir(parents=True, exist_ok=True)
        with _told():
            try:
                self._open()
            except sqlite3.DatabaseError:  # no database, or a damaged one
                self._path.unlink(missing_ok=True)
                self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        with closing(self._kept):
            if kind is None:
                with _told(), self._kept:
                    self._kept.execute("DELETE FROM encodings WHERE used <= ?", (self._build - _GENERATIONS,))

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
            self._build = 1 + (self._kept.execute("SELECT max(used) FROM encodings").fetchone()[0] or 0)
        except BaseException:
            self._kept.close()
            raise

    def _known(self, keys: Sequence[bytes]) -> dict[bytes, Encoding]:
        """What is kept of some texts, and whole."""
        marks = ", ".join("?" * len(keys))
        with _told():
            try:
                rows = self._kept.execute(
                    f"SELECT key, pieces, sum, held FROM encodings WHERE key IN ({marks})",  # noqa: S608  only marks
                    keys,
                ).fetchall()
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):
                    raise
                return {}  # a damaged page: embedded anew
        return {key: _unpacked(held, pieces) for key, pieces, checksum, held in rows if zlib.crc32(held) == checksum}

    def _keep(self, keys: Sequence[bytes], new: Mapping[bytes, Encoding]) -> None:
        """Keep what is new, and note what was used."""
        rows = []
        for key, encoding in new.items():
            held = _packed(encoding)
            rows.append((key, self._build, len(encoding.pieces), zlib.crc32(held), held))
        with _told(), self._kept:
            self._kept.executemany("INSERT OR REPLACE INTO encodings VALUES (?, ?, ?, ?, ?)", rows)
            old = [(self._build, key) for key in dict.fromkeys(keys) if key not in new]
            self._kept.executemany("UPDATE encodings SET used = ?1 WHERE key = ?2 AND used < ?1", old)


@contextmanager
def _told() -> Iterator[None]:
    """What SQLite cannot write, as what the system says of it."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise OSError(None, f"the vectors could not be kept ({error})") from error


def _packed(encoding: Encoding) -> bytes:
    parts = (encoding.vector, encoding.pieces, encoding.starts, encoding.states)
    return b"".join(np.ascontiguousarray(part).tobytes() for part in parts)


def _unpacked(held: bytes, pieces: int) -> Encoding:
    """What ``_packed`` was given; a row of n pieces holds 4 dim + 4 n + 4 n + n dim bytes."""
    dim = (len(held) - 8 * pieces) // (4 + pieces)
    at = np.cumsum([0, 4 * dim, 4 * pieces, 4 * pieces])
    return Encoding(
        np.frombuffer(held, np.float32, dim, at[0]),
        np.frombuffer(held, np.int32, pieces, at[1]),
        np.frombuffer(held, np.int32, pieces, at[2]),
        np.frombuffer(held, np.int8, pieces * dim, at[3]).reshape(pieces, dim),
    )


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()[:16]
