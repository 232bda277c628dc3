"""The passages that may be hits: the best by words and the best by vectors, each judged by both."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors
from index.fusion import Scores

if TYPE_CHECKING:
    from index.snapshot import Snapshot

Places = NDArray[np.intp]
ALL_MOST = 5_000  # up to so many allowed passages all of them are candidates
_SHARE = 400  # one in so many is a candidate by words, and by vectors, where that is more than what was asked for
_STEP = 64  # each so manieth score is looked at to tell how high the best are


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may be hits, and what words and vectors make of them.

    Attributes:
        places: (n,), ascending, none twice.
        lexical: (n,): BM25 of each, 0 where no word of the query is in it.
        cosines: (n,): the cosine of each with the query; None where no vector was given.
        lexical_low: The lowest that BM25 gives any passage that is allowed, candidate or not.
        cosine_low: The lowest cosine likewise, or about that.
        ranked: So many of the best by words, and by vectors, are all here: a rank beyond is not known.
    """

    places: Places
    lexical: Scores
    cosines: Scores | None
    lexical_low: float
    cosine_low: float
    ranked: int


def find_candidates(
    snapshot: "Snapshot",
    words: Sequence[str],
    vector: Vectors | None,
    documents: Collection[str] | None,
    most: int,
) -> Candidates:
    """The candidates among a snapshot's passages: all that are allowed if they are few, else the best.

    Args:
        snapshot: Where to look.
        words: The query's.
        vector: (dim,), the query's; None looks by words alone.
        documents: The ids of the documents to look in; None for all. None that is known gives no candidate.
        most: How many of the best by words and by vectors, at least.
    """
    allowed = None if documents is None else _allowed(snapshot, documents)
    lexical = snapshot.lexical.scores(words)
    count = len(lexical) if allowed is None else int(allowed.sum())
    most = max(most, count // _SHARE)
    if count <= max(ALL_MOST, most):
        places = np.arange(len(lexical)) if allowed is None else np.flatnonzero(allowed)
    else:
        by_words = _highest(lexical if allowed is None else np.where(allowed, lexical, 0), most)
        by_vector = by_words[:0] if vector is None else snapshot.dense.best(vector, most, allowed)
        places = np.union1d(by_words, by_vector).astype(np.intp)
    cosines = None if vector is None else snapshot.dense.cosines(vector, places)
    every = count == len(places)
    return Candidates(
        places=places,
        lexical=lexical[places].astype(np.float64),
        cosines=cosines,
        lexical_low=_lowest(lexical, allowed),
        cosine_low=0.0 if cosines is None or not count else _lowest_cosine(snapshot, vector, cosines, every=every),
        ranked=count if every else most,
    )


def _allowed(snapshot: "Snapshot", documents: Collection[str]) -> NDArray[np.bool_]:
    allowed = np.zeros(len(snapshot.passages), bool)
    for doc_id in set(documents):
        places = snapshot.passages.places_of(doc_id)
        allowed[places.start : places.stop] = True
    return allowed


def _highest(scores: NDArray[np.float32], most: int) -> Places:
    """The places of the highest scores above 0: at most ``most``, in no order, of equal ones the first."""
    # A look at some tells about how high the best are, and spares most of the work. Above a bound that leaves
    # enough stand all of the best; where it leaves too few, all are looked at.
    some = scores[::_STEP]
    rank = -(-2 * most // _STEP)
    bound = float(np.partition(some, -rank)[-rank]) if len(some) > rank else 0.0
    found = np.flatnonzero(scores >= bound) if bound > 0 else np.empty(0, np.intp)
    if len(found) < most:
        found = np.flatnonzero(scores > 0)
    if len(found) <= most:
        return found
    held = scores[found]
    least = np.partition(held, -most)[-most]
    above, equal = found[held > least], found[held == least]
    return np.concatenate([above, equal[: most - len(above)]])


def _lowest(scores: NDArray[np.float32], allowed: NDArray[np.bool_] | None) -> float:
    held = scores if allowed is None else scores[allowed]
    return float(held.min(initial=np.inf)) if len(held) else 0.0


def _lowest_cosine(snapshot: "Snapshot", vector: Vectors | None, cosines: Scores, *, every: bool) -> float:
    lowest = float(cosines.min())
    return lowest if every or vector is None else min(lowest, snapshot.dense.lowest(vector))
