"""Hybrid search: BM25 and embeddings over the same passages, fused."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np

from index.encoder import Encoder
from index.fusion import weighted_sum
from index.snapshot import Snapshot
from index.tokens import tokenize
from ingest import Passage

LEXICAL_WEIGHT = 0.5  # docs/decisions.md, "Fusion"
DENSE_WEIGHT = 0.5


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found.

    Attributes:
        passage: What was found.
        rank: 1 for the best.
        score: The fused score, from 0 to 1; higher is better.
        lexical_rank: Its rank by BM25 alone, or None if no word of the query is in it.
        dense_rank: Its rank by embeddings alone, or None if they were not asked.
        cosine: The cosine of its vector with the query's, or None likewise.
    """

    passage: Passage
    rank: int
    score: float
    lexical_rank: int | None
    dense_rank: int | None
    cosine: float | None


def search(
    snapshot: Snapshot,
    encoder: Encoder | None,
    query: str,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
) -> list[Hit]:
    """Find the passages nearest to a query.

    Args:
        snapshot: The index.
        encoder: The model the index was built with; None searches by words alone.
        query: What to look for.
        limit: How many hits at most.
        documents: The ids of the documents to look in; None for all. A filter that matches nothing
            finds nothing.

    Returns:
        Hits, best first; equal scores are ordered by passage id. A passage that neither has a word of
        the query nor was ranked by embeddings is no hit.
    """
    allowed = [i for i, passage in enumerate(snapshot.passages) if documents is None or passage.doc_id in documents]
    if not allowed or not query.strip() or limit < 1:
        return []
    lexical = snapshot.lexical.scores(tokenize(query))[allowed]
    lexical_ranks = _ranks(snapshot, allowed, lexical, only_above=0.0)
    if encoder is None:
        scores, cosines, dense_ranks = weighted_sum([lexical], [1.0]), None, {}
    else:
        cosines = snapshot.dense.scores(encoder.encode([query])[0])[allowed]
        dense_ranks = _ranks(snapshot, allowed, cosines)
        scores = weighted_sum([lexical, cosines], [LEXICAL_WEIGHT, DENSE_WEIGHT])
    order = sorted(range(len(allowed)), key=lambda i: (-scores[i], snapshot.passages[allowed[i]].passage_id))
    found = [i for i in order if i in lexical_ranks or i in dense_ranks][:limit]
    return [
        Hit(
            passage=snapshot.passages[allowed[i]],
            rank=rank,
            score=float(scores[i]),
            lexical_rank=lexical_ranks.get(i),
            dense_rank=dense_ranks.get(i),
            cosine=None if cosines is None else float(cosines[i]),
        )
        for rank, i in enumerate(found, start=1)
    ]


def _ranks(
    snapshot: Snapshot,
    allowed: list[int],
    scores: np.ndarray[tuple[int], np.dtype[np.float64]],
    only_above: float | None = None,
) -> dict[int, int]:
    """The rank of each place by its score, from 1; ties by passage id; a score not above the floor has none."""
    ranked = sorted(range(len(scores)), key=lambda i: (-scores[i], snapshot.passages[allowed[i]].passage_id))
    kept = [i for i in ranked if only_above is None or scores[i] > only_above]
    return {i: rank for rank, i in enumerate(kept, start=1)}
