"""Hybrid search: BM25 and embeddings over the same passages; of the best of both, late interaction; fused."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Encoding
from index.fusion import Scores, min_max, weighted_sum
from index.snapshot import Snapshot, check_precision
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
CANDIDATES = 100  # late interaction judges so many of the best by the two others: it costs too much for all


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found.

    Attributes:
        passage: What was found.
        place: Which of the snapshot's passages it is.
        rank: 1 for the best.
        score: The fused score, from 0 to 1; higher is better.
        lexical_rank: Its rank by BM25 alone, or None if no word of the query is in it.
        dense_rank: Its rank by embeddings alone, or None if they were not asked.
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


def search(
    snapshot: Snapshot,
    encoder: Encoder | None,
    query: str,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
    weights: Weights = HYBRID,
) -> list[Hit]:
    """Find the passages nearest to a query.

    Args:
        snapshot: The index.
        encoder: The model the index was built with; None searches by words alone.
        query: What to look for.
        limit: How many hits at most.
        documents: The ids of the documents to look in; None for all. A filter that matches nothing
            finds nothing.
        weights: How much each retriever counts.

    Returns:
        Hits, best first; equal scores are ordered by passage id. A passage that neither has a word of
        the query nor was ranked by embeddings is no hit.

    Raises:
        StaleIndex: If the encoder computes in another precision than the index was made in.
    """
    if encoder is not None:
        check_precision(snapshot.manifest, encoder)
    meant = bool(weights.dense or weights.late) and limit > 0 and bool(query.strip())
    encoding = encoder.encode([query])[0] if encoder is not None and meant else None
    return search_encoded(snapshot, query, encoding, limit=limit, documents=documents, weights=weights)


def search_encoded(
    snapshot: Snapshot,
    query: str,
    encoding: Encoding | None,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
    weights: Weights = HYBRID,
) -> list[Hit]:
    """What ``search`` finds, where the query was encoded already; None searches by words alone."""
    allowed = [i for i, passage in enumerate(snapshot.passages) if documents is None or passage.doc_id in documents]
    if not allowed or not query.strip() or limit < 1:
        return []
    asked = weights if encoding is not None else Weights(1.0, 0.0, 0.0)
    found = _Found(snapshot, np.array(allowed))
    if asked.lexical or asked.late:
        found.by_words(query)
    if encoding is not None and (asked.dense or asked.late):
        found.by_meaning(encoding, late=bool(asked.late), most=max(CANDIDATES, limit))
    return found.hits(asked, limit)


class _Found:
    """What each retriever makes of a query, over the passages that are allowed."""

    def __init__(self, snapshot: Snapshot, allowed: NDArray[np.intp]) -> None:
        self._snapshot = snapshot
        self._allowed = allowed
        self._ids = [snapshot.passages[i].passage_id for i in allowed]
        self._considered = np.ones(len(allowed), bool)
        self._scores: dict[str, Scores] = {}
        self._cosines: Scores | None = None

    def by_words(self, query: str) -> None:
        """Score all by BM25."""
        self._scores["lexical"] = self._snapshot.lexical.scores(tokenize(query))[self._allowed]

    def by_meaning(self, question: Encoding, *, late: bool, most: int) -> None:
        """Score all by pooled vectors; if asked, only the best of words and these, by late interaction too."""
        self._cosines = self._scores["dense"] = self._snapshot.dense.scores(question.vector)[self._allowed]
        if not late:
            return
        both = weighted_sum([self._scores["lexical"], self._cosines], [1.0, 1.0])
        candidates = self._order(both)[:most]
        self._considered[:] = False
        self._considered[candidates] = True
        scores = np.zeros(len(self._allowed))
        judged = self._snapshot.late.scores(question, self._allowed[candidates].tolist())
        scores[candidates] = min_max(judged)
        self._scores["late"] = scores

    def hits(self, asked: Weights, limit: int) -> list[Hit]:
        """The best by the weighted sum; a passage that none of the retrievers asked ranks is no hit."""
        used = {name: weight for name, weight in asked._asdict().items() if weight}
        fused = weighted_sum([self._scores[name] for name in used], list(used.values()))
        ranks = {name: self._ranks(name) for name in used}
        order = [i for i in self._order(fused) if self._considered[i] and any(i in ranked for ranked in ranks.values())]
        return [
            Hit(
                passage=self._snapshot.passages[self._allowed[i]],
                place=int(self._allowed[i]),
                rank=rank,
                score=float(fused[i]),
                lexical_rank=ranks.get("lexical", {}).get(i),
                dense_rank=ranks.get("dense", {}).get(i),
                late_rank=ranks.get("late", {}).get(i),
                cosine=None if self._cosines is None or not asked.dense else float(self._cosines[i]),
            )
            for rank, i in enumerate(order[:limit], start=1)
        ]

    def _order(self, scores: Scores) -> list[int]:
        return sorted(range(len(scores)), key=lambda i: (-scores[i], self._ids[i]))

    def _ranks(self, name: str) -> dict[int, int]:
        """The rank of each place by one retriever, from 1; a place without a word of the query has none by words."""
        scores = self._scores[name]
        kept = [
            i
            for i in self._order(scores)
            if (name != "lexical" or scores[i] > 0) and (name != "late" or self._considered[i])
        ]
        return {i: rank for rank, i in enumerate(kept, start=1)}
