"""BM25 over passages, as rank-bm25 weighs it but for the idf.

rank-bm25's Okapi gives a word that stands in half the passages or more an idf of 0 or a small
floor, and anything in a corpus of one or two a negative score. Lucene's idf, ln(1 + (N - n + 0.5) /
(n + 0.5)), is above 0 for every word, so a score above 0 means that some word was found.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rank_bm25 import BM25Okapi

K1 = 1.5
B = 0.75


class _Okapi(BM25Okapi):
    """BM25Okapi with Lucene's idf."""

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {word: math.log(1 + (self.corpus_size - n + 0.5) / (n + 0.5)) for word, n in nd.items()}


class LexicalIndex:
    """BM25 scores of passages.

    Args:
        tokens: The words of each passage, in the index' order of passages. At least one passage.
    """

    def __init__(self, tokens: Sequence[Sequence[str]]) -> None:
        self._bm25 = _Okapi([list(words) for words in tokens], k1=K1, b=B)  # type: ignore[no-untyped-call]

    def scores(self, words: Sequence[str]) -> NDArray[np.float64]:
        """BM25 of each passage, (n_passages,) float64, 0 where no word was found.

        References:
            Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
            doi:10.1561/1500000019, with the idf of Lucene's BM25Similarity.
        """
        scores = self._bm25.get_scores(list(words))  # type: ignore[no-untyped-call]
        return np.asarray(scores, dtype=np.float64)

    def __contains__(self, word: str) -> bool:
        """Whether any passage has a word."""
        return word in self._bm25.idf

    def idf(self, word: str) -> float:
        """How rare a word is: ln(1 + (N - n + 0.5) / (n + 0.5)); a word that no passage has is the rarest."""
        rarest = math.log(1 + (self._bm25.corpus_size + 0.5) / 0.5)
        return float(self._bm25.idf.get(word, rarest))
