"""What an engine keeps and does not search, as bytes, and as the rows of text that hold them.

A Milvus text field holds 65,535 bytes; so what is kept is compressed, written in base64, and cut into parts, each a row
by a number that says what it is of: reading needs no filter, and so no quoting of names.
"""

import base64
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

_Thing = TypeVar("_Thing")
PART = 65_532  # characters: the most of a field that is a multiple of 4, so that each part is base64 by itself
_PARTS, _NUMBERS = 2**16, 2**40  # of one thing; of things of one kind


class Kind(IntEnum):
    """What a kept thing is; its number in its kind is in brackets."""

    HEAD = 0  # what a snapshot was built from [0], its words [1], its word pieces [2], how it writes [3]
    DOCUMENT = 1  # a document [its number in the snapshot's order]
    PASSAGE = 2  # a passage [its place]
    TOKENS = 3  # a passage's token vectors [its place]


@dataclass(frozen=True, slots=True)
class Part:
    """One row: a part of what is kept.

    Attributes:
        key: Its number, by ``key_of``.
        parts: How many parts the whole has.
        data: The part's text.
    """

    key: int
    parts: int
    data: str


def key_of(kind: Kind, number: int, part: int = 0) -> int:
    """The key of a part: one number for each, in order of kind, number and part.

    Raises:
        ValueError: If a number or a part is too high.
    """
    if not (0 <= number < _NUMBERS and 0 <= part < _PARTS):
        raise ValueError(f"part {part} of number {number} is beyond part {_PARTS} of number {_NUMBERS}")
    return (int(kind) * _NUMBERS + number) * _PARTS + part


def to_parts(kind: Kind, number: int, content: bytes) -> list[Part]:
    """The rows that hold some bytes, at least one; the same bytes always give the same rows."""
    text = base64.b64encode(zlib.compress(content)).decode("ascii")
    pieces = [text[at : at + PART] for at in range(0, len(text), PART)]
    return [Part(key_of(kind, number, at), len(pieces), piece) for at, piece in enumerate(pieces)]


def from_parts(texts: Sequence[str]) -> bytes:
    """The bytes that ``to_parts`` was given, from the parts' texts in order.

    Raises:
        ValueError: If they are not what it gave.
    """
    try:
        return zlib.decompress(base64.b64decode("".join(texts), validate=True))
    except zlib.error as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class Tokens:
    """A passage's token vectors, as ``LateIndex`` has them of all passages.

    Attributes:
        states: (n_pieces, dim), int8.
        pieces: (n_pieces,), int32.
        units: (n_pieces,), int16.
    """

    states: NDArray[np.int8]
    pieces: NDArray[np.int32]
    units: NDArray[np.int16]

    def pack(self) -> bytes:
        """As bytes: how many pieces and numbers there are, then the three arrays, lowest byte first."""
        shape = np.array(self.states.shape, "<i4")
        arrays = (shape, self.states, self.pieces.astype("<i4"), self.units.astype("<i2"))
        return b"".join(array.tobytes() for array in arrays)

    @classmethod
    def unpack(cls, content: bytes) -> "Tokens":
        """What ``pack`` gave; raises ValueError if it is not."""
        pieces, dim = np.frombuffer(content, "<i4", 2).tolist()
        begins = np.cumsum([8, pieces * dim, 4 * pieces, 2 * pieces]).tolist()
        if begins[-1] != len(content):
            raise ValueError(f"{len(content)} bytes are not the vectors of {pieces} pieces")
        return cls(
            np.frombuffer(content, np.int8, pieces * dim, begins[0]).reshape(pieces, dim),
            np.frombuffer(content, "<i4", pieces, begins[1]).astype(np.int32),
            np.frombuffer(content, "<i2", pieces, begins[2]).astype(np.int16),
        )


@dataclass(frozen=True, slots=True)
class Rarities:
    """How rare each word, or word piece, of a corpus is.

    Attributes:
        names: The words, sorted; their places here are their numbers.
        idf: How rare each is.
        unknown: How rare one is that no passage has.
    """

    names: tuple[str, ...]
    idf: tuple[float, ...]
    unknown: float

    def pack(self) -> bytes:
        """As JSON: a number reads back as it was."""
        return json.dumps([self.names, self.idf, self.unknown], ensure_ascii=False).encode()

    @classmethod
    def unpack(cls, content: bytes) -> "Rarities":
        """What ``pack`` gave; raises ValueError or TypeError if it is not."""
        names, idf, unknown = json.loads(content)
        if len(names) != len(idf):
            raise ValueError(f"{len(names)} words and {len(idf)} rarities do not fit")
        return cls(tuple(names), tuple(idf), unknown)


def in_batches(things: Iterable[_Thing], size: Callable[[_Thing], int], most: int) -> Iterator[list[_Thing]]:
    """Things in their order, as many at a time as are no larger together than so much; one, if it alone is."""
    batch: list[_Thing] = []
    together = 0
    for thing in things:
        if batch and together + size(thing) > most:
            yield batch
            batch, together = [], 0
        batch.append(thing)
        together += size(thing)
    if batch:
        yield batch
