"""Hybrid search: BM25 and embeddings over the same passages, fused."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple

from index.encoder import Encoder
from index.fusion import Scores, weighted_sum
from index.snapshot import Snapshot
from index.tokens import tokenize
from ingest import Passage


class Weights(NamedTuple):
    """How much each retriever counts in the fusion; one of weight 0 is not asked."""

    lexical: float
    dense: float


HYBRID = Weights(lexical=0.5, dense=0.5)  # docs/decisions.md, "Fusion"
# What can be searched with, by name: the whole, and each retriever alone, as the evaluation measures them.
ARMS = {"hybrid": HYBRID, "lexical": Weights(1.0, 0.0), "dense": Weights(0.0, 1.0)}


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
        weights: How much words and embeddings count.

    Returns:
        Hits, best first; equal scores are ordered by passage id. A passage that neither has a word of
        the query nor was ranked by embeddings is no hit.
    """
    allowed = [i for i, passage in enumerate(snapshot.passages) if documents is None or passage.doc_id in documents]
    if not allowed or not query.strip() or limit < 1:
        return []
    asked = weights if encoder is not None else Weights(1.0, 0.0)
    arms: list[Scores] = []
    lexical_ranks, dense_ranks, cosines = {}, {}, None
    if asked.lexical:
        arms.append(snapshot.lexical.scores(tokenize(query))[allowed])
        lexical_ranks = _ranks(snapshot, allowed, arms[-1], only_above=0.0)
    if asked.dense and encoder is not None:
        cosines = snapshot.dense.scores(encoder.encode([query])[0])[allowed]
        arms.append(cosines)
        dense_ranks = _ranks(snapshot, allowed, cosines)
    scores = weighted_sum(arms, [weight for weight in asked if weight])
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
    scores: Scores,
    only_above: float | None = None,
) -> dict[int, int]:
    """The rank of each place by its score, from 1; ties by passage id; a score not above the floor has none."""
    ranked = sorted(range(len(scores)), key=lambda i: (-scores[i], snapshot.passages[allowed[i]].passage_id))
    kept = [i for i in ranked if only_above is None or scores[i] > only_above]
    return {i: rank for rank, i in enumerate(kept, start=1)}
