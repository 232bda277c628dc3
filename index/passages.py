"""Records kept a line each: what a snapshot has of documents and passages, read when it is asked for.

    passages.jsonl, passages-ends.npy      a line a passage, and where each line ends
    documents.jsonl, documents-ends.npy    likewise

Those that were read last stay in memory.
"""

import mmap
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache, partial
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Generic, TypeVar, overload

import numpy as np
from numpy.typing import NDArray

from index.records import document_from, passage_from
from ingest import Document, Passage

_KEPT_PASSAGES = 20_000
_KEPT_DOCUMENTS = 500

Record = TypeVar("Record")


class Lines(Generic[Record]):
    """Records on the disk.

    Args:
        path: A line each.
        ends: (n,), int64: the offset after each line, in bytes.
        read: What makes a record of a line.
        kept: How many of those read last stay in memory.

    Raises:
        ValueError: If the file is not as long as the last line's end says.
    """

    def __init__(self, path: Path, ends: NDArray[np.int64], read: Callable[[bytes], Record], kept: int) -> None:
        size = path.stat().st_size
        if size != (ends[-1] if len(ends) else 0):
            raise ValueError(f"{path.name} has {size} bytes and not {ends[-1:]}")
        with path.open("rb") as file:
            content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        self._length = len(ends)
        # By no method of its own: what remembers one goes in a circle, and is not freed with the last who uses it.
        self.at = lru_cache(kept)(partial(_record, content, ends, read))

    def __len__(self) -> int:
        return self._length


def _record(content: mmap.mmap | bytes, ends: NDArray[np.int64], read: Callable[[bytes], Record], place: int) -> Record:
    start = int(ends[place - 1]) if place else 0
    return read(content[start : int(ends[place])])


class Passages(Sequence[Passage]):
    """The passages of a snapshot in order, those of one document together.

    Args:
        length: How many there are.
        at: Gives the passage at a place, from 0.
        places: For each document, the places of its passages.
    """

    def __init__(self, length: int, at: Callable[[int], Passage], places: Mapping[str, range]) -> None:
        self._length = length
        self._at = at
        self._places = places

    @classmethod
    def of(cls, passages: Sequence[Passage]) -> "Passages":
        """Passages that are in memory."""
        places, start = {}, 0
        for doc_id, run in groupby(passages, key=lambda passage: passage.doc_id):
            length = sum(1 for _ in run)
            places[doc_id] = range(start, start + length)
            start += length
        return cls(len(passages), passages.__getitem__, places)

    @classmethod
    def stored(cls, path: Path, ends: NDArray[np.int64], counts: Mapping[str, int]) -> "Passages":
        """Passages on the disk.

        Args:
            path: A line each.
            ends: (n,), int64: the offset after each line.
            counts: How many passages each document has, in the order of the documents.

        Raises:
            ValueError: If these do not fit together.
        """
        lines = Lines(path, ends, passage_from, _KEPT_PASSAGES)
        if sum(counts.values()) != len(lines):
            raise ValueError(f"{path.name} has {len(lines)} passages and not {sum(counts.values())}")
        return cls(len(lines), lines.at, places_of_documents(counts))

    def __len__(self) -> int:
        return self._length

    def __iter__(self) -> Iterator[Passage]:
        return map(self._at, range(self._length))

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, place: int | slice) -> Passage | tuple[Passage, ...]:
        if isinstance(place, slice):
            return tuple(map(self._at, range(self._length)[place]))
        return self._at(range(self._length)[place])

    def places_of(self, doc_id: str) -> range:
        """The places of a document's passages; none for one that is not here."""
        return self._places.get(doc_id, range(0))

    def of_document(self, doc_id: str) -> Iterator[Passage]:
        """A document's passages, in order; none for one that is not here."""
        return map(self._at, self.places_of(doc_id))


def places_of_documents(counts: Mapping[str, int]) -> dict[str, range]:
    """The places of each document's passages, by how many each has, in the order of the documents."""
    stops = accumulate(counts.values(), initial=0)
    return {doc_id: range(*pair) for doc_id, pair in zip(counts, pairwise(stops), strict=True)}


class StoredDocuments(Mapping[str, Document]):
    """The documents of a snapshot by their ids, in order.

    Args:
        path: A line each.
        ends: (n,), int64: the offset after each line.
        ids: Their ids, in order.

    Raises:
        ValueError: If these do not fit together.
    """

    def __init__(self, path: Path, ends: NDArray[np.int64], ids: Sequence[str]) -> None:
        self._lines = Lines(path, ends, document_from, _KEPT_DOCUMENTS)
        if len(ids) != len(self._lines):
            raise ValueError(f"{path.name} has {len(self._lines)} documents and not {len(ids)}")
        self._places = {doc_id: place for place, doc_id in enumerate(ids)}

    def __getitem__(self, doc_id: str) -> Document:
        return self._lines.at(self._places[doc_id])

    def __iter__(self) -> Iterator[str]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)
