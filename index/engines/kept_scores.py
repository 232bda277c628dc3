"""What scores need of a snapshot that is elsewhere: how rare its words are, and token vectors as they are asked for."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.encoder import SCALE, Encoding
from index.engines.kept_records import Remembered
from index.engines.parts import Rarities, Tokens

_TOKENS = 1_000  # passages whose vectors are remembered: some 50 kB each


class KeptWords:
    """The words of a snapshot, as ``LexicalIndex`` tells of them.

    Args:
        words: How rare each is.
    """

    def __init__(self, words: Rarities) -> None:
        self._words = words
        self._numbers = {name: number for number, name in enumerate(words.names)}

    def __contains__(self, word: str) -> bool:
        """Whether any passage has a word."""
        return word in self._numbers

    def number(self, word: str) -> int:
        """The number of a word that some passage has."""
        return self._numbers[word]

    def idf(self, word: str) -> float:
        """How rare a word is; one that no passage has is the rarest."""
        number = self._numbers.get(word)
        return self._words.unknown if number is None else self._words.idf[number]


class KeptLate:
    """Late interaction, as ``LateIndex`` has it.

    Args:
        fetch: Gives the token vectors of the passages at some places, in their order.
        pieces: How rare each word piece is, by its number as its name.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], Sequence[Tokens]], pieces: Rarities) -> None:
        self._kept = Remembered(fetch, _TOKENS)
        self._idf = {int(name): idf for name, idf in zip(pieces.names, pieces.idf, strict=True)}
        self._unknown = pieces.unknown

    def scores(self, question: Encoding, places: Sequence[int]) -> NDArray[np.float64]:
        """The score of each of some passages: (n_places,), from -1 to 1; 0 where question or passage has no piece."""
        found = np.zeros(len(places), np.float64)
        weights = self.idf(question.pieces)
        if not weights.sum():
            return found
        tokens = self._kept.get(places)
        having = [at for at, one in enumerate(tokens) if len(one.pieces)]
        if not having:
            return found
        states = np.concatenate([tokens[at].states for at in having]).astype(np.float32)
        lengths = [len(tokens[at].pieces) for at in having]
        cosines = (question.states.astype(np.float32) @ states.T) / SCALE**2
        best = np.maximum.reduceat(cosines, np.cumsum([0, *lengths[:-1]]), axis=1)
        found[having] = weights @ best / weights.sum()
        return found

    def by_unit(self, question: Encoding, place: int, n_units: int) -> NDArray[np.float32]:
        """How near each piece of a question comes to each unit of a passage: (n_units + 1, n_pieces)."""
        tokens = self._kept.get([place])[0]
        cosines = (tokens.states.astype(np.float32) @ question.states.astype(np.float32).T) / SCALE**2
        found = np.zeros((n_units + 1, len(question.pieces)), np.float32)
        np.maximum.at(found, tokens.units.astype(np.intp), cosines)  # what stands over the passage is -1: the last row
        return found

    def idf(self, pieces: NDArray[np.int32]) -> NDArray[np.float64]:
        """How rare pieces are: (n,), above 0."""
        return np.array([self._idf.get(int(piece), self._unknown) for piece in pieces], np.float64)
