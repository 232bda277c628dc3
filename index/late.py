"""Late interaction: each word piece of a question held against each of a passage.

A passage's score is the mean, over the question's pieces, of the best cosine with any of its own, each piece weighing
by its rarity. It sees which words are there, as BM25 does, and what they mean in their sentence, as embeddings do.

The vectors stay on the disk and are read for the passages that are judged.

Covered: all that the model read of a passage (its first 256 pieces).

References:
    Khattab and Zaharia, "ColBERT: Efficient and Effective Passage Search via Contextualized Late Interaction over
    BERT", SIGIR 2020, arXiv:2004.12832, here with the pooled model's own token vectors and with idf as weights.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, Growing, save
from index.encoder import SCALE, Encoding

STATES, PIECES, UNITS, ENDS = "late-states.npy", "late-pieces.npy", "late-units.npy", "late-ends.npy"
COUNTS = "late-counts.npy"
FILES = (STATES, PIECES, UNITS, ENDS, COUNTS)


class LateIndex:
    """The token vectors of passages.

    Args:
        states: (n_pieces, dim), int8: vectors of unit length times ``SCALE``, all passages' one after the other.
        pieces: (n_pieces,), int32: which piece of the model's vocabulary each is.
        units: (n_pieces,), int16: the number of the unit of its passage that each is of; -1 for what stands over it.
        ends: (n_passages,), int64: where each passage's pieces end.
        counts: (2, n_distinct), int64: each piece that any passage has, and how many have it.
    """

    def __init__(
        self,
        states: NDArray[np.int8],
        pieces: NDArray[np.int32],
        units: NDArray[np.int16],
        ends: NDArray[np.int64],
        counts: NDArray[np.int64],
    ) -> None:
        if not (len(states) == len(pieces) == len(units) == (ends[-1] if len(ends) else 0)):
            raise ValueError(f"{len(states)} vectors, {len(pieces)} pieces and {ends[-1:]} as their end do not fit")
        self._states = states
        self._pieces = pieces
        self._units = units
        self._ends = ends
        self._starts = np.concatenate([[0], ends[:-1]]).astype(np.int64)
        self._found_in: dict[int, int] = dict(zip(*counts.tolist(), strict=True))

    @classmethod
    def from_encodings(cls, encodings: Sequence[Encoding], units: Sequence[NDArray[np.int16]]) -> "LateIndex":
        """An index of passages as an encoder gave them, at least one, with the unit of each of their pieces."""
        return cls(
            np.concatenate([e.states for e in encodings]),
            np.concatenate([e.pieces for e in encodings]),
            np.concatenate(units),
            np.cumsum([len(e.pieces) for e in encodings]).astype(np.int64),
            as_counts(_counted(e.pieces for e in encodings)),
        )

    @classmethod
    def from_files(cls, arrays: Arrays) -> "LateIndex":
        """Read what ``LateBuilder`` wrote; raises ValueError if its parts do not fit together."""
        return cls(*(arrays.array(name) for name in FILES))

    def __len__(self) -> int:
        return len(self._ends)

    def of(self, places: Sequence[int]) -> "LateIndex":
        """The index of some of the passages, in the order given; at least one."""
        rows = self._rows(places)
        lengths = [int(self._ends[p] - self._starts[p]) for p in places]
        pieces, ends = self._pieces[rows], np.cumsum(lengths).astype(np.int64)
        counts = as_counts(_counted(np.split(pieces, ends[:-1])))
        return LateIndex(self._states[rows], pieces, self._units[rows], ends, counts)

    def scores(self, question: Encoding, places: Sequence[int]) -> NDArray[np.float64]:
        """The score of each of some passages: (n_places,), from -1 to 1; 0 where question or passage has no piece."""
        found = np.zeros(len(places), np.float64)
        lengths = np.array([self._ends[p] - self._starts[p] for p in places], np.int64)
        weights = self.idf(question.pieces)
        if not weights.sum() or not lengths.any():
            return found
        states = self._states[self._rows(places)].astype(np.float32)
        cosines = (question.states.astype(np.float32) @ states.T) / SCALE**2
        begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])[lengths > 0]
        best = np.maximum.reduceat(cosines, begins, axis=1)
        found[lengths > 0] = weights @ best / weights.sum()
        return found

    def by_unit(self, question: Encoding, place: int, n_units: int) -> NDArray[np.float32]:
        """How near each piece of a question comes to each unit of a passage.

        Returns:
            (n_units + 1, n_pieces): the best cosine of each of the question's pieces with any piece of each unit and,
            last, of what stands over the passage; 0 where that has no piece, and never less.
        """
        rows = slice(self._starts[place], self._ends[place])
        cosines = (self._states[rows].astype(np.float32) @ question.states.astype(np.float32).T) / SCALE**2
        found = np.zeros((n_units + 1, len(question.pieces)), np.float32)
        # OVER is -1: the last row.
        np.maximum.at(found, self._units[rows].astype(np.intp), cosines)
        return found

    def idf(self, pieces: NDArray[np.int32]) -> NDArray[np.float64]:
        """How rare pieces are, as ``LexicalIndex.idf`` has it of words: (n,), above 0."""
        n = np.array([self._found_in.get(int(piece), 0) for piece in pieces], np.float64)
        return np.log(1 + (len(self) - n + 0.5) / (n + 0.5))

    def _rows(self, places: Sequence[int]) -> NDArray[np.int64]:
        return np.concatenate([np.arange(self._starts[p], self._ends[p]) for p in places])


class LateBuilder:
    """Writes a late index one passage after the other; use it in a ``with``, which ends it.

    Args:
        folder: Where ``FILES`` are written.
        dim: How many numbers a vector has.
    """

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._counts: Counter[int] = Counter()
        self._ends = [0]
        self._open = ExitStack()
        self._states = self._open.enter_context(Growing(folder / STATES, (dim,), np.int8))
        self._pieces = self._open.enter_context(Growing(folder / PIECES, (), np.int32))
        self._units = self._open.enter_context(Growing(folder / UNITS, (), np.int16))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._open.__exit__(kind, value, at)
        if kind is None:
            save(self._folder / ENDS, np.array(self._ends[1:], np.int64))
            save(self._folder / COUNTS, as_counts(self._counts))

    def add(self, encoding: Encoding, units: NDArray[np.int16]) -> None:
        """The next passage: what the model read of it, and the unit of each of its pieces."""
        self._states.add(encoding.states)
        self._pieces.add(encoding.pieces)
        self._units.add(units)
        self._ends.append(self._ends[-1] + len(encoding.pieces))
        self._counts.update(np.unique(encoding.pieces).tolist())


def _counted(passages: Iterable[NDArray[np.int32]]) -> Counter[int]:
    """For each piece, how many passages have it."""
    counts: Counter[int] = Counter()
    for pieces in passages:
        counts.update(np.unique(pieces).tolist())
    return counts


def as_counts(counts: Mapping[int, int]) -> NDArray[np.int64]:
    """How many passages have each piece, as ``LateIndex`` takes it."""
    return np.array([sorted(counts), [counts[piece] for piece in sorted(counts)]], np.int64)
