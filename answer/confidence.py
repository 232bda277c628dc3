"""Is it answered at all?

Two things say no. The *slot check*: what is asked for (a number of something, an amount, a date, a year) is not what
the best evidence gives. And a logistic model of a few plain features, which says how likely it is that the documents
answer; under the threshold the assistant says that they do not. A second model over the same features says how likely
the answer is right. Both are fitted to the `dev` half of the evaluation's questions by `python -m eval --calibrate`,
which prints the numbers below.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from answer.evidence import LOWEST, Evidence
from answer.question import Question
from index import Hit, Snapshot, tokenize


class Features(NamedTuple):
    """What can be seen of a question and its best evidence.

    Attributes:
        near: How near the best evidence, with what stands over it, comes to the question in meaning.
        missing: The share of the question's words (by rarity) that stand neither in the best evidence,
            nor over it, nor in its passage.
        unknown: The share of them that no passage has.
        cosine: The best cosine of any hit.
        ahead: How likely the best evidence is the best by its score's lead over the others.
        filled: The share of what is asked for that the answer fills in; 1 where nothing can be told of that.
        read: The reader's log-odds that the best evidence answers.
        score: The best evidence's score.
    """

    near: float
    missing: float
    unknown: float
    cosine: float
    ahead: float
    filled: float
    read: float
    score: float

    def vector(self) -> tuple[float, ...]:
        """The features with a leading 1 for the intercept."""
        return (1.0, *self)


RIGHT = (-4.426, 0.0, -0.385, 0.496, -0.347, 0.083, 0.923, 0.157, 0.433)
ANSWERED = (-2.431, 0.449, 1.214, 1.539, 0.239, -1.338, -0.568, 0.551, 0.56)
THRESHOLD = 0.664
NO_READER = -1.0  # what stands for the reader's log-odds where there is no reader: about its mean on `dev`
_AHEAD_OF = 50  # pieces of evidence


def measure(
    question: Question, evidence: Sequence[Evidence], filled: float, hits: Sequence[Hit], snapshot: Snapshot
) -> Features:
    """The features of a question and what was found for it, best first; ``filled`` as in ``Features``."""
    cosine = max((hit.cosine or 0.0 for hit in hits), default=0.0)
    if not evidence:
        return Features(0.0, 1.0, 1.0, cosine, 0.0, 0.0, LOWEST, 0.0)
    best = evidence[0]
    meant = any(hit.cosine is not None for hit in hits)  # without a model the words stand in for the meaning
    rarity = {word: weight * snapshot.lexical.idf(word) for word, weight in question.weights.items()}
    unknown = {word for word in rarity if word not in snapshot.lexical}
    scores = [e.score - best.score for e in evidence[:_AHEAD_OF]]
    return Features(
        near=best.signs.near_over if meant else best.coverage,
        missing=_share(missing_words(question, best), rarity),
        unknown=_share(unknown, rarity),
        cosine=cosine if meant else best.coverage,
        ahead=1 / sum(math.exp(score) for score in scores),
        filled=filled,
        read=NO_READER if all(e.signs.unread for e in evidence) else best.signs.read,
        score=best.score,
    )


def _share(words: set[str], rarity: dict[str, float]) -> float:
    return sum(rarity[word] for word in words) / sum(rarity.values())


def missing_words(question: Question, best: Evidence) -> set[str]:
    """The question's words that stand neither in the best evidence, nor over it, nor beside it in its passage."""
    return set(question.weights) - best.words - set(tokenize(best.passage.text))


def confidence(features: Features) -> float:
    """How likely the answer is right, from 0 to 1."""
    return _logistic(RIGHT, features)


def answered(features: Features) -> float:
    """How likely it is that the documents answer, from 0 to 1; under ``THRESHOLD`` they are said not to."""
    return _logistic(ANSWERED, features)


def _logistic(weights: Sequence[float], features: Features) -> float:
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, features.vector(), strict=True))))
