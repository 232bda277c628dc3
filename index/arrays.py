"""Files of a snapshot: arrays that stay on the disk until they are looked at, and what else is kept beside them."""

import hashlib
import io
import os
import re
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Protocol, Self

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_HEAD = re.compile(rb"\{'descr': '([<>|][a-z]\d+)', 'fortran_order': False, 'shape': \(([\d, ]*)\), \} *\n")


class Arrays(Protocol):
    """Where the files of a snapshot are read from."""

    def array(self, name: str) -> Array:
        """An array; it may be read from the disk as it is looked at."""
        ...

    def read(self, name: str) -> bytes:
        """A whole file."""
        ...


class FolderArrays:
    """The files of a folder.

    Args:
        folder: The folder.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def array(self, name: str) -> Array:
        """An array, mapped and not read: (…), read-only. Raises ValueError if the file is none."""
        path = self._folder / name
        with path.open("rb") as file:
            dtype, shape = _read_head(file)
            return np.memmap(path, dtype, "r", file.tell(), shape)

    def read(self, name: str) -> bytes:
        """A whole file."""
        return (self._folder / name).read_bytes()


class MemoryArrays:
    """Files held in memory, by name."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def array(self, name: str) -> Array:
        """An array: (…). Raises ValueError if the file is none."""
        file = io.BytesIO(self._contents[name])
        dtype, shape = _read_head(file)
        return np.frombuffer(file.read(), dtype).reshape(shape)

    def read(self, name: str) -> bytes:
        """A whole file."""
        return self._contents[name]


def _read_head(file: BinaryIO) -> tuple[np.dtype[Any], tuple[int, ...]]:
    """What NumPy's file says its numbers are, and the shape; what follows in the file are those.

    NumPy has Python's own parser read that, which fails now and then where threads do so at a time (SystemError, "AST
    constructor recursion depth mismatch", seen with Python 3.11.7).

    Raises:
        ValueError: If the file is not one that ``save`` and ``Growing`` write.
    """
    if (version := np.lib.format.read_magic(file)) != (1, 0):
        raise ValueError(f"an array of NumPy's format {version}, not (1, 0)")
    length = int.from_bytes(file.read(2), "little")
    if (found := _HEAD.fullmatch(file.read(length))) is None:
        raise ValueError("no array as it is written here")
    return np.dtype(found[1].decode()), tuple(int(number) for number in found[2].decode().split(",") if number.strip())


def save(path: Path, array: Array) -> None:
    """Write an array as NumPy's file, and nothing that could be run when it is read."""
    np.save(path, np.ascontiguousarray(array), allow_pickle=False)


def create(path: Path | None, shape: tuple[int, ...], dtype: Any) -> Array:  # noqa: ANN401  whatever NumPy takes for one
    """An array of zeros to be filled in: on the disk at a path, or in memory where there is none."""
    if path is None or not all(shape):  # nothing cannot be mapped
        found = np.zeros(shape, dtype)
        if path is not None:
            save(path, found)
        return found
    found = np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)
    _reserve(path)
    return found


def _reserve(path: Path) -> None:
    """Take the room of a file that is as long as it will be; raises OSError if there is none.

    Else a full disk would be noticed where memory is written that is a file's, and the system ends who writes there.
    """
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


class Growing:
    """An array on the disk whose first axis grows; use it in a ``with``, which ends it.

    Args:
        path: Its file.
        row: The shape of what is added to the first axis one at a time.
        dtype: What its numbers are.
    """

    def __init__(self, path: Path, row: tuple[int, ...], dtype: Any) -> None:  # noqa: ANN401
        self._row = row
        self._dtype = np.dtype(dtype)
        self._length = 0
        self._file: BinaryIO = path.open("w+b")
        self._head()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        if kind is None:
            self._file.seek(0)
            self._head()
            self._file.flush()
            os.fsync(self._file.fileno())
        self._file.close()

    def add(self, rows: Array) -> None:
        """Add rows at the end: (n, …)."""
        if rows.shape[1:] != self._row:
            raise ValueError(f"rows of {rows.shape[1:]} do not fit into an array of {self._row}")
        self._length += len(rows)
        self._file.write(np.ascontiguousarray(rows, self._dtype).tobytes())

    def _head(self) -> None:
        # NumPy pads the head for a first axis that grows, so the last one is as long as the first.
        shape = (self._length, *self._row)
        fields = {"descr": np.lib.format.dtype_to_descr(self._dtype), "fortran_order": False, "shape": shape}
        np.lib.format.write_array_header_1_0(self._file, fields)


def digest_of(path: Path) -> str:
    """The sha256 of a file's bytes in hexadecimal, however large it is."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
