"""Until index/hybrid.py asks any index for its candidates: what an engine gives, and the fusion over it.

To be removed: ``Candidates`` and ``search_encoded`` are index/hybrid.py's then, and what is read out of a snapshot here
is what LexicalIndex and DenseIndex give of themselves.
"""

import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from index.encoder import Encoder, Encoding, Vectors
from index.engines.parts import Rarities
from index.fusion import Scores, min_max
from index.hybrid import CANDIDATES, HYBRID, Hit, Weights
from index.hybrid import search_encoded as in_memory
from index.lexical import K1, B
from index.snapshot import Manifest, Snapshot
from index.tokens import tokenize
from ingest import Document, Passage

MOST = 1_000  # candidates of each retriever
# Decimals of a score: what comes after is single precision's, and differs with how rows are multiplied together; so
# that two passages that say the same are equal to every engine, and ordered by place.
SHARP = 6


@dataclass(frozen=True, slots=True)
class Candidates:
    """The passages that a retriever may hit on, and what each of the two first retrievers makes of them.

    Attributes:
        places: (n,), intp, ascending, no place twice.
        lexical: (n,), float64: BM25 of each; 0 where no word of the query is in it.
        cosines: (n,), float64, or None where no vector was given.
        lexical_low: The lowest BM25 over all allowed passages, as near as the engine can tell.
        cosine_low: The lowest cosine likewise.
    """

    places: NDArray[np.intp]
    lexical: Scores
    cosines: Scores | None
    lexical_low: float
    cosine_low: float


class Lexical(Protocol):
    """What is known of words."""

    def __contains__(self, word: str) -> bool: ...
    def idf(self, word: str) -> float:
        """How rare a word is."""
        ...


class Late(Protocol):
    """Late interaction."""

    def scores(self, question: Encoding, places: Sequence[int]) -> NDArray[np.float64]:
        """The score of each of some passages."""
        ...

    def by_unit(self, question: Encoding, place: int, n_units: int) -> NDArray[np.float32]:
        """How near each piece of a question comes to each unit of a passage."""
        ...

    def idf(self, pieces: NDArray[np.int32]) -> NDArray[np.float64]:
        """How rare pieces are."""
        ...


class Index(Protocol):
    """Whatever can be searched."""

    @property
    def manifest(self) -> Manifest:
        """What it was built from."""
        ...

    @property
    def documents(self) -> Mapping[str, Document]:
        """Its documents."""
        ...

    @property
    def passages(self) -> Sequence[Passage]:
        """Its passages, by place."""
        ...

    @property
    def lexical(self) -> Lexical:
        """What is known of its words."""
        ...

    @property
    def late(self) -> Late:
        """Its token vectors."""
        ...

    def candidates(
        self, words: Sequence[str], vector: Vectors | None, documents: Collection[str] | None, most: int
    ) -> Candidates:
        """The passages that may be hit on."""
        ...


def search(
    index: Index | Snapshot,
    encoder: Encoder | None,
    query: str,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
    weights: Weights = HYBRID,
) -> list[Hit]:
    """As ``index.hybrid.search``."""
    encoding = encoder.encode([query])[0] if encoder is not None and query.strip() and limit > 0 else None
    return search_encoded(index, query, encoding, limit=limit, documents=documents, weights=weights)


def search_encoded(
    index: Index | Snapshot,
    query: str,
    encoding: Encoding | None,
    *,
    limit: int = 10,
    documents: Collection[str] | None = None,
    weights: Weights = HYBRID,
) -> list[Hit]:
    """As ``index.hybrid.search_encoded``, over what an index says may be hit on; equal scores ordered by place."""
    if isinstance(index, Snapshot):
        return in_memory(index, query, encoding, limit=limit, documents=documents, weights=weights)
    if not query.strip() or limit < 1:
        return []
    asked = weights if encoding is not None else Weights(1.0, 0.0, 0.0)
    vector = encoding.vector if encoding is not None and (asked.dense or asked.late) else None
    found = index.candidates(tokenize(query), vector, documents, max(MOST, limit))
    if not len(found.places):
        return []
    scaled = {"lexical": _scaled(found.lexical.round(SHARP), found.lexical_low)}
    considered = np.ones(len(found.places), bool)
    if found.cosines is not None:
        scaled["dense"] = _scaled(found.cosines.round(SHARP), found.cosine_low)
    if encoding is not None and asked.late:
        best = _order(scaled["lexical"] + scaled["dense"])[: max(CANDIDATES, limit)]
        considered[:] = False
        considered[best] = True
        scaled["late"] = np.zeros(len(found.places))
        scaled["late"][best] = min_max(index.late.scores(encoding, found.places[best].tolist()).round(SHARP))
    return _hits(index, found, scaled, considered, asked, limit)


def _scaled(scores: Scores, low: float) -> Scores:
    low, high = round(low, SHARP), float(scores.max())
    return np.zeros_like(scores) if high <= low else (scores - low) / (high - low)


def _order(scores: Scores) -> NDArray[np.intp]:
    return np.argsort(-scores, kind="stable")


def _hits(
    index: Index,
    found: Candidates,
    scaled: Mapping[str, Scores],
    considered: NDArray[np.bool_],
    asked: Weights,
    limit: int,
) -> list[Hit]:
    used = {name: weight for name, weight in asked._asdict().items() if weight}
    fused = sum((weight * scaled[name] for name, weight in used.items()), np.zeros(len(found.places)))
    ranks: dict[str, dict[int, int]] = {}
    for name in used:
        kept = [
            int(i)
            for i in _order(scaled[name])
            if (name != "lexical" or found.lexical[i] > 0) and (name != "late" or considered[i])
        ]
        ranks[name] = {i: rank for rank, i in enumerate(kept, start=1)}
    order = [int(i) for i in _order(fused) if considered[i] and any(int(i) in ranked for ranked in ranks.values())]
    return [
        Hit(
            passage=index.passages[int(found.places[i])],
            place=int(found.places[i]),
            rank=rank,
            score=float(fused[i]),
            lexical_rank=ranks.get("lexical", {}).get(i),
            dense_rank=ranks.get("dense", {}).get(i),
            late_rank=ranks.get("late", {}).get(i),
            cosine=None if found.cosines is None or not asked.dense else float(found.cosines[i]),
        )
        for rank, i in enumerate(order[:limit], start=1)
    ]


@dataclass(frozen=True, slots=True)
class LocalIndex:
    """A snapshot in memory, all of whose allowed passages are candidates."""

    snapshot: Snapshot

    @property
    def manifest(self) -> Manifest:
        """What it was built from."""
        return self.snapshot.manifest

    @property
    def documents(self) -> Mapping[str, Document]:
        """Its documents."""
        return self.snapshot.documents

    @property
    def passages(self) -> Sequence[Passage]:
        """Its passages."""
        return self.snapshot.passages

    @property
    def lexical(self) -> Lexical:
        """What is known of its words."""
        return self.snapshot.lexical

    @property
    def late(self) -> Late:
        """Its token vectors."""
        return self.snapshot.late

    def candidates(
        self, words: Sequence[str], vector: Vectors | None, documents: Collection[str] | None, most: int
    ) -> Candidates:
        """All allowed passages."""
        allowed = [i for i, p in enumerate(self.passages) if documents is None or p.doc_id in documents]
        places = np.array(allowed, np.intp)
        lexical = self.snapshot.lexical.scores(words)[places]
        cosines = self.snapshot.dense.scores(vector)[places] if vector is not None else None
        return Candidates(
            places,
            lexical,
            cosines,
            float(lexical.min(initial=math.inf)),
            0.0 if cosines is None else float(cosines.min(initial=math.inf)),
        )


def vectors_of(snapshot: Snapshot) -> Vectors:
    """(n_passages, dim), float32, unit length."""
    flat = snapshot.dense._flat
    return np.asarray(flat.reconstruct_n(0, flat.ntotal), np.float32)


def words_of(snapshot: Snapshot) -> Rarities:
    """The words of a snapshot, sorted, and how rare each is."""
    lexical = snapshot.lexical
    names = tuple(sorted(lexical._bm25.idf))
    return Rarities(names, tuple(lexical.idf(name) for name in names), lexical.idf(""))


def word_weights(snapshot: Snapshot, words: Rarities) -> Iterator[dict[int, float]]:
    """For each passage in order what each of its words, by number, is worth in it: single precision."""
    bm25 = snapshot.lexical._bm25
    numbers = {name: number for number, name in enumerate(words.names)}
    for times, length in zip(bm25.doc_freqs, bm25.doc_len, strict=True):
        penalty = K1 * (1 - B + B * length / bm25.avgdl)
        yield {
            numbers[word]: float(np.float32(bm25.idf[word] * n * (K1 + 1) / (n + penalty)))
            for word, n in Counter(times).items()
        }
