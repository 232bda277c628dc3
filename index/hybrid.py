"""Hybrid search: BM25 and embeddings over the same passages; of the best of both, late interaction; fused."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from index.candidates import Candidates, Places
from index.encoder import Encoder, Encoding, Vectors
from index.fusion import Scores, min_max, weighted_sum
from index.snapshot import Manifest, check_precision
from index.tokens import tokenize
from ingest import Passage


class Weights(NamedTuple):
    """How much each retriever counts in the fusion; one of weight 0 is not asked."""

    lexical: float
    dense: float
    late: float


HYBRID = Weights(lexical=0.25, dense=0.25, late=0.5)  # docs/decisions.md, "Late interaction"
# What can be searched with, by name: the whole, and each retriever alone, as the evaluation measures them.
ARMS = {
    "hybrid": HYBRID,
    "lexical": Weights(1.0, 0.0, 0.0),
    "dense": Weights(0.0, 1.0, 0.0),
    "late": Weights(0.0, 0.0, 1.0),
}
DEPTH = 1000  # so many of the best by words and by vectors may be hits, where there are too many passages to fuse all
# Decimals of a score: what comes after is single precision's and differs with how rows are multiplied together. So
# passages that say the same are equal to every engine, and ordered by place.
_SHARP = 6
CANDIDATES = 64  # late interaction judges so many of the best by the two others: it costs too much for all


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found.

    Attributes:
        passage: What was found.
        place: Which of the snapshot's passages it is.
        rank: 1 for the best.
        score: The fused score, from 0 to 1; higher is better.
        lexical_rank: Its rank by BM25 alone, or None if no word of the query is in it or others are too many before it.
        dense_rank: Its rank by embeddings alone, or None if they were not asked or likewise.
        late_rank: Its rank by late interaction among the candidates, or None if it was not asked.
        cosine: The cosine of its vector with the query's, or None likewise.
    """

    passage: Passage
    place: int
    rank: int
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    late_rank: int | None
    cosine: float | None


class Late(Protocol):
    """Late interaction over the passages of an index."""

    def scores(self, question: Encoding, places: Sequence[int]) -> Scores:
        """The score of each of some passages, (n_places,), from -1 to 1."""
        ...


class Searchable(Protocol):
    """What can be searched: the snapshot of this machine, or one on an engine (index/engines)."""

    @property
    def passages(self) -> Sequence[Passage]:
        """The passages by their places."""
        ...

    @property
    def late(self) -> Late:
        """Late interaction over them."""
        ...

    def candidates(
        self, words: Sequence[str], vector: Vectors | None, documents: Collection[str] | None, most: int
    ) -> Candidates:
        """The passages that may be hits, as ``find_candidates`` gives them."""
        ...


class Built(Searchable, Protocol):
    """What can be searched, and can say what it was built from."""

    @property
    def manifest(self) -> Manifest:
        """What it was built from."""
        ...


def search(
    index: Built,
    encoder: Encoder | None,
    query: str,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
    weights: Weights = HYBRID,
) -> list[Hit]:
    """Find the passages nearest to a query.

    Args:
        index: Where to look.
        encoder: The model the index was built with; None searches by words alone.
        query: What to look for.
        limit: How many hits at most.
        documents: The ids of the documents to look in; None for all. A filter that matches nothing
            finds nothing.
        weights: How much each retriever counts.

    Returns:
        Hits, best first; equal scores are ordered by place: by document, then by where they stand in it. A passage
        that neither has a word of the query nor was ranked by embeddings is no hit.

    Raises:
        StaleIndex: If the encoder computes in another precision than the index was made in.
    """
    if encoder is not None:
        check_precision(index.manifest, encoder)
    meant = bool(weights.dense or weights.late) and limit > 0 and bool(query.strip())
    encoding = encoder.encode([query])[0] if encoder is not None and meant else None
    return search_encoded(index, query, encoding, limit=limit, documents=documents, weights=weights)


def search_encoded(
    index: Searchable,
    query: str,
    encoding: Encoding | None,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
    weights: Weights = HYBRID,
) -> list[Hit]:
    """What ``search`` finds, where the query was encoded already; None searches by words alone."""
    if not query.strip() or limit < 1:
        return []
    asked = weights if encoding is not None else Weights(1.0, 0.0, 0.0)
    vector = encoding.vector if encoding is not None and (asked.dense or asked.late) else None
    words = tokenize(query) if asked.lexical or asked.late else []
    found = _Found(index.candidates(words, vector, documents, max(DEPTH, limit)))
    if not len(found):
        return []
    if encoding is not None and asked.late:
        found.judge(index.late, encoding, max(CANDIDATES, limit))
    return found.hits(index.passages, asked, limit)


class _Found:
    """The candidates of a query, and what each retriever makes of them."""

    def __init__(self, candidates: Candidates) -> None:
        self._candidates = candidates
        self._considered = np.ones(len(self), bool)
        self._scores: dict[str, Scores] = {"lexical": candidates.lexical.round(_SHARP)}
        self._lows = {"lexical": round(candidates.lexical_low, _SHARP)}
        if candidates.cosines is not None:
            self._scores["dense"] = candidates.cosines.round(_SHARP)
            self._lows["dense"] = round(candidates.cosine_low, _SHARP)

    def __len__(self) -> int:
        return len(self._candidates.places)

    def judge(self, late: Late, question: Encoding, most: int) -> None:
        """Score the best by words and vectors together by late interaction; the others are considered no more."""
        best = _order(self._fused({"lexical": 1.0, "dense": 1.0}))[:most]
        self._considered[:] = False
        self._considered[best] = True
        scores = np.zeros(len(self))
        scores[best] = min_max(late.scores(question, self._candidates.places[best].tolist()).round(_SHARP))
        self._scores["late"] = scores

    def hits(self, passages: Sequence[Passage], asked: Weights, limit: int) -> list[Hit]:
        """The best by the weighted sum; a passage that none of the retrievers asked ranks is no hit."""
        used = {name: weight for name, weight in asked._asdict().items() if weight}
        fused = self._fused(used)
        ranks = {name: self._ranks(name) for name in used}
        ranked = np.any([found > 0 for found in ranks.values()], axis=0) & self._considered
        order = [i for i in _order(fused) if ranked[i]][:limit]
        cosines = self._candidates.cosines if asked.dense else None
        return [
            Hit(
                passage=passages[int(self._candidates.places[i])],
                place=int(self._candidates.places[i]),
                rank=rank,
                score=float(fused[i]),
                lexical_rank=_rank(ranks.get("lexical"), i),
                dense_rank=_rank(ranks.get("dense"), i),
                late_rank=_rank(ranks.get("late"), i),
                cosine=None if cosines is None else float(cosines[i]),
            )
            for rank, i in enumerate(order, start=1)
        ]

    def _fused(self, used: dict[str, float]) -> Scores:
        lows = [self._lows.get(name) for name in used]
        return weighted_sum([self._scores[name] for name in used], list(used.values()), lows)

    def _ranks(self, name: str) -> Places:
        """The rank of each candidate by one retriever, from 1; 0 where it has none."""
        scores = self._scores[name]
        order = _order(scores)
        if name == "lexical":
            order = order[scores[order] > 0]
        order = order[self._considered[order]] if name == "late" else order[: self._candidates.ranked]
        ranks = np.zeros(len(self), np.intp)
        ranks[order] = np.arange(1, len(order) + 1)
        return ranks


def _order(scores: Scores) -> Places:
    """The highest first; equal scores as they stand."""
    return np.argsort(-scores, kind="stable")


def _rank(ranks: Places | None, at: int) -> int | None:
    return None if ranks is None or not ranks[at] else int(ranks[at])
