"""Is it answered at all?

A logistic model of a few plain features, fitted on the `dev` half of the evaluation's questions by
`python -m eval --calibrate`, which prints the numbers below. It says how likely the answer is right;
under the threshold the assistant says that the documents do not answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from answer.evidence import Evidence
from answer.question import Question
from index import Hit, Snapshot, tokenize


@dataclass(frozen=True, slots=True)
class Features:
    """What can be seen of a question and its best evidence.

    Attributes:
        coverage: ``Evidence.coverage`` of the best.
        missing: The share of the question's words (by rarity) that stand neither in the best evidence,
            nor over it, nor in its passage.
        cosine: The best cosine of any hit.
    """

    coverage: float
    missing: float
    cosine: float

    def vector(self) -> tuple[float, ...]:
        """The features with a leading 1 for the intercept."""
        return (1.0, self.coverage, self.missing, self.cosine)


WEIGHTS = (0.016, 1.79, -2.142, 0.827)
THRESHOLD = 0.392


def measure(question: Question, evidence: Sequence[Evidence], hits: Sequence[Hit], snapshot: Snapshot) -> Features:
    """The features of a question and what was found for it; all are 0 where nothing was."""
    cosine = max((hit.cosine or 0.0 for hit in hits), default=0.0)
    if not evidence:
        return Features(0.0, 1.0, cosine)
    best = evidence[0]
    rarity = {word: weight * snapshot.lexical.idf(word) for word, weight in question.weights.items()}
    missing = sum(rarity[word] for word in missing_words(question, best)) / sum(rarity.values())
    return Features(best.coverage, missing, cosine)


def missing_words(question: Question, best: Evidence) -> set[str]:
    """The question's words that stand neither in the best evidence, nor over it, nor beside it in its passage."""
    return set(question.weights) - best.words - set(tokenize(best.passage.text))


def confidence(features: Features) -> float:
    """How likely the answer is right, from 0 to 1."""
    z = sum(w * x for w, x in zip(WEIGHTS, features.vector(), strict=True))
    return 1 / (1 + math.exp(-z))
