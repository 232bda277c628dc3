"""Late interaction: each word piece of a question held against each of a passage.

A passage's score is the mean, over the question's pieces, of the best cosine with any of its own, each piece weighing
by its rarity. It sees which words are there, as BM25 does, and what they mean in their sentence, as embeddings do.

The vectors stay on the disk and are read for the passages that are judged. Up to ``WHOLE_MOST`` passages they are kept
as bytes, beyond as codes (index/late_codec.py).

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

from index.arrays import Array, Arrays, FolderArrays, Growing, save
from index.encoder import SCALE, Encoding, Vectors
from index.late_codec import LateCodec

WHOLE_MOST = 100_000  # docs/scale.md
STATES, PIECES, UNITS, ENDS = "late-states.npy", "late-pieces.npy", "late-units.npy", "late-ends.npy"
COUNTS = "late-counts.npy"
FILES = (STATES, PIECES, UNITS, ENDS, COUNTS)
CODEC = "late-codec.faiss"  # beside them where the vectors are codes
_PART = "late-states.part"
_AT_ONCE = 50_000  # vectors that are encoded at a time
_MULTIPLIED = 512  # vectors that are multiplied at a time: they stay near the processor, which halves the time


class LateIndex:
    """The token vectors of passages.

    Args:
        states: (n_pieces, dim), int8: vectors of unit length times ``SCALE``, all passages' one after the other; or
            (n_pieces, width), uint8: their codes.
        pieces: (n_pieces,), int32: which piece of the model's vocabulary each is.
        units: (n_pieces,), int16: the number of the unit of its passage that each is of; -1 for what stands over it.
        ends: (n_passages,), int64: where each passage's pieces end.
        counts: (2, n_distinct), int64: each piece that any passage has, and how many have it.
        codec: What the codes are read with; None where there are none.
    """

    def __init__(
        self,
        states: Array,
        pieces: NDArray[np.int32],
        units: NDArray[np.int16],
        ends: NDArray[np.int64],
        counts: NDArray[np.int64],
        codec: LateCodec | None = None,
    ) -> None:
        if not (len(states) == len(pieces) == len(units) == (ends[-1] if len(ends) else 0)):
            raise ValueError(f"{len(states)} vectors, {len(pieces)} pieces and {ends[-1:]} as their end do not fit")
        if codec and states.shape[1] != codec.width:
            raise ValueError(f"codes of {states.shape[1]} bytes do not fit with a codec of {codec.width}")
        # As plain arrays: a slice of NumPy's mapped kind costs five times as much.
        self._states, self._pieces, self._units = np.asarray(states), np.asarray(pieces), np.asarray(units)
        self._ends = np.asarray(ends)
        self._codec = codec
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
        """Read what ``LateBuilder`` wrote; raises ValueError or RuntimeError if its parts do not fit together."""
        states, pieces, units, ends, counts = (arrays.array(name) for name in FILES)
        codec = LateCodec.load(arrays.read(CODEC)) if states.dtype == np.uint8 else None
        return cls(states, pieces, units, ends, counts, codec)

    def __len__(self) -> int:
        return len(self._ends)

    def of(self, places: Sequence[int]) -> "LateIndex":
        """The index of some of the passages, in the order given; at least one."""
        ends = np.cumsum(self._ends[places] - self._starts[places]).astype(np.int64)
        pieces = self._joined(self._pieces, places)
        counts = as_counts(_counted(np.split(pieces, ends[:-1])))
        states, units = self._joined(self._states, places), self._joined(self._units, places)
        return LateIndex(states, pieces, units, ends, counts, self._codec)

    def tokens(self, place: int) -> tuple[NDArray[np.int8], NDArray[np.int32], NDArray[np.int16]]:
        """What is kept of a passage: its vectors, (n, dim) int8, its pieces and their units, (n,) each."""
        rows = slice(self._starts[place], self._ends[place])
        held = self._states[rows]
        states = np.rint(self._codec.decode(held) * SCALE).clip(-SCALE, SCALE).astype(np.int8) if self._codec else held
        return states, self._pieces[rows], self._units[rows]

    def known(self) -> list[int]:
        """The numbers of the pieces that any passage has, ascending."""
        return sorted(self._found_in)

    def scores(self, question: Encoding, places: Sequence[int]) -> NDArray[np.float64]:
        """The score of each of some passages: (n_places,), from -1 to 1; 0 where question or passage has no piece."""
        found = np.zeros(len(places), np.float64)
        lengths = self._ends[places] - self._starts[places] if len(places) else np.zeros(0, np.int64)
        weights = self.idf(question.pieces)
        if not weights.sum() or not lengths.any():
            return found
        cosines = self._cosines(question, self._joined(self._states, places))
        begins = np.concatenate([[0], np.cumsum(lengths)[:-1]])[lengths > 0]
        best = np.maximum.reduceat(cosines, begins, axis=0)
        found[lengths > 0] = best @ weights / weights.sum()
        return found

    def by_unit(self, question: Encoding, place: int, n_units: int) -> NDArray[np.float32]:
        """How near each piece of a question comes to each unit of a passage.

        Returns:
            (n_units + 1, n_pieces): the best cosine of each of the question's pieces with any piece of each unit and,
            last, of what stands over the passage; 0 where that has no piece, and never less.
        """
        rows = slice(self._starts[place], self._ends[place])
        cosines = self._cosines(question, self._states[rows])
        found = np.zeros((n_units + 1, len(question.pieces)), np.float32)
        # OVER is -1: the last row.
        np.maximum.at(found, self._units[rows].astype(np.intp), cosines)
        return found

    def idf(self, pieces: NDArray[np.int32]) -> NDArray[np.float64]:
        """How rare pieces are, as ``LexicalIndex.idf`` has it of words: (n,), above 0."""
        n = np.array([self._found_in.get(int(piece), 0) for piece in pieces], np.float64)
        return np.log(1 + (len(self) - n + 0.5) / (n + 0.5))

    def _cosines(self, question: Encoding, states: Array) -> Vectors:
        """(n_states, n_pieces): the cosine of each of some vectors or codes with each of a question's pieces."""
        asked = question.states.T.astype(np.float32) / np.float32(SCALE if self._codec else SCALE**2)
        found = np.empty((len(states), asked.shape[1]), np.float32)
        for at in range(0, len(states), _MULTIPLIED):
            part = states[at : at + _MULTIPLIED]
            held = self._codec.decode(part) if self._codec else part.astype(np.float32)
            np.matmul(held, asked, out=found[at : at + _MULTIPLIED])
        return found

    def _joined(self, of_pieces: Array, places: Sequence[int]) -> Array:
        """What some passages have of an array over all pieces, one after the other."""
        bounds = zip(self._starts[places].tolist(), self._ends[places].tolist(), strict=True)
        return np.concatenate([of_pieces[start:end] for start, end in bounds])


class LateBuilder:
    """Writes a late index one passage after the other; use it in a ``with``, which ends it.

    With the first passage beyond ``WHOLE_MOST``, what was written becomes codes, and so does all that comes.

    Args:
        folder: Where ``FILES`` are written, and ``CODEC`` if there are so many.
        dim: How many numbers a vector has.
    """

    def __init__(self, folder: Path, dim: int) -> None:
        self._folder = folder
        self._counts: Counter[int] = Counter()
        self._ends = [0]
        self._codec: LateCodec | None = None
        self._waiting: list[NDArray[np.int8]] = []  # to be encoded together
        self._held = 0  # how many they are
        self._states = Growing(folder / STATES, (dim,), np.int8)
        self._open = ExitStack()
        self._open.push(self._end_states)
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
        if not self._codec and len(self._ends) > WHOLE_MOST:
            self._compress()
        self._add_states(encoding.states)
        self._pieces.add(encoding.pieces)
        self._units.add(units)
        self._ends.append(self._ends[-1] + len(encoding.pieces))
        self._counts.update(np.unique(encoding.pieces).tolist())

    def _add_states(self, states: NDArray[np.int8]) -> None:
        if not self._codec:
            self._states.add(states)
            return
        self._waiting.append(states)
        self._held += len(states)
        if self._held >= _AT_ONCE:
            self._encode()

    def _encode(self) -> None:
        if self._codec and self._waiting:
            self._states.add(self._codec.encode(np.concatenate(self._waiting)))
        self._waiting, self._held = [], 0

    def _compress(self) -> None:
        """Learn a codec from what was written, and write that anew."""
        self._states.__exit__(None, None, None)
        part = self._folder / _PART
        (self._folder / STATES).rename(part)
        states = FolderArrays(self._folder).array(_PART)
        self._codec = LateCodec.learnt(states)
        (self._folder / CODEC).write_bytes(self._codec.dump())
        self._states = Growing(self._folder / STATES, (self._codec.width,), np.uint8)
        for at in range(0, len(states), _AT_ONCE):
            self._states.add(self._codec.encode(states[at : at + _AT_ONCE]))
        del states  # some systems keep what is mapped
        part.unlink()

    def _end_states(
        self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None
    ) -> None:
        if kind is None:
            self._encode()
        self._states.__exit__(kind, value, at)


def _counted(passages: Iterable[NDArray[np.int32]]) -> Counter[int]:
    """For each piece, how many passages have it."""
    counts: Counter[int] = Counter()
    for pieces in passages:
        counts.update(np.unique(pieces).tolist())
    return counts


def as_counts(counts: Mapping[int, int]) -> NDArray[np.int64]:
    """How many passages have each piece, as ``LateIndex`` takes it."""
    return np.array([sorted(counts), [counts[piece] for piece in sorted(counts)]], np.int64)
