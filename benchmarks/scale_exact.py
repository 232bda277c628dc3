"""What a search finds where nothing is left out: every passage a candidate, every cosine computed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index import Snapshot
from index.candidates import Candidates
from index.encoder import Vectors
from index.late import LateIndex
from index.passages import Passages

_ROWS = 50_000  # vectors that are multiplied at a time


@dataclass(frozen=True, slots=True)
class Exact:
    """A snapshot of which every passage is a candidate; searched as any other."""

    snapshot: Snapshot

    @property
    def passages(self) -> Passages:
        """The passages by their places."""
        return self.snapshot.passages

    @property
    def late(self) -> LateIndex:
        """Late interaction over them."""
        return self.snapshot.late

    def candidates(
        self, words: Sequence[str], vector: Vectors | None, documents: Collection[str] | None, most: int
    ) -> Candidates:
        """All passages; documents are not told apart."""
        if vector is None or documents is not None:
            raise ValueError("only a whole search is done exactly")
        lexical = self.snapshot.lexical.scores(words).astype(np.float64)
        cosines = all_cosines(self.snapshot.dense.vectors, vector[None])[0].astype(np.float64)
        places = np.arange(len(lexical))
        return Candidates(places, lexical, cosines, float(lexical.min()), float(cosines.min()), len(places))


def all_cosines(vectors: Vectors, questions: Vectors) -> Vectors:
    """(n_questions, n_passages), float32: each question's cosine with each passage."""
    found = np.empty((len(questions), len(vectors)), np.float32)
    for at in range(0, len(vectors), _ROWS):
        found[:, at : at + _ROWS] = questions @ vectors[at : at + _ROWS].T
    return found


def recall(found: NDArray[np.float64], exact: NDArray[np.float64], near: float = 1e-6) -> float:
    """How many of the exactly highest scores were found: a share of 1.

    Told by scores, so that of passages that score the same it does not matter which was found.

    Args:
        found: (n,), of what was found.
        exact: (k,), the highest there are.
        near: How far below the lowest of those counts as the same.
    """
    return min(int((found >= exact.min() - near).sum()), len(exact)) / len(exact)
