"""Is it answered at all?

Two things say no. The *slot check*: what is asked for (a number of something, an amount, a date, a year) is not what
the best evidence gives. And a logistic model of a few plain features, which says how likely it is that the documents
answer; not above the threshold the assistant says that they do not. It is nearly all the reader's: how likely anything
that it has read answers. Without a reader only a question of which no passage has any word is refused. Another model
over the same features says how likely the answer is right. `python -m eval --calibrate` fits both and prints the
numbers below. No feature may count against what it speaks for: near misses look nearer than paraphrases, and a fit that
learns that answers what is off the topic.
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
        any_read: Its log-odds that anything which it has read does.
        score: The best evidence's score.
        unread: Whether there is no reader.
    """

    near: float
    missing: float
    unknown: float
    cosine: float
    ahead: float
    filled: float
    read: float
    any_read: float
    score: float
    unread: bool = False

    def vector(self) -> tuple[float, ...]:
        """The features that are weighed, as ``WEIGHED`` names them, with a leading 1 for the intercept."""
        return (1.0, *self[:-1])


WEIGHED = Features._fields[:-1]


RIGHT = (-2.699, 0.0, 0.0, 0.0, 0.0, 0.973, 1.395, 0.198, 0.014, 0.11)
ANSWERED = (-0.488, 0.0, 0.0, 0.0, 1.845, 0.0, 0.0, 0.173, 0.684, 0.0)
THRESHOLD = 0.502
NO_READER = -1.0  # what stands for the reader's log-odds where there is no reader: about its mean on `dev`
_AHEAD_OF = 50  # pieces of evidence


def measure(
    question: Question, evidence: Sequence[Evidence], filled: float, hits: Sequence[Hit], snapshot: Snapshot
) -> Features:
    """The features of a question and what was found for it, best first; ``filled`` as in ``Features``."""
    cosine = max((hit.cosine or 0.0 for hit in hits), default=0.0)
    if not evidence:
        return Features(0.0, 1.0, 1.0, cosine, 0.0, 0.0, LOWEST, LOWEST, 0.0)
    best = evidence[0]
    meant = any(hit.cosine is not None for hit in hits)  # without a model the words stand in for the meaning
    rarity = {word: weight * snapshot.lexical.idf(word) for word, weight in question.weights.items()}
    unknown = {word for word in rarity if word not in snapshot.lexical}
    scores = [e.score - best.score for e in evidence[:_AHEAD_OF]]
    readings = [e.signs.read for e in evidence if not e.signs.unread]
    return Features(
        near=best.signs.near_over if meant else best.coverage,
        missing=_share(missing_words(question, best), rarity),
        unknown=_share(unknown, rarity),
        cosine=cosine if meant else best.coverage,
        ahead=1 / sum(math.exp(score) for score in scores),
        filled=filled,
        read=best.signs.read if readings else NO_READER,
        any_read=math.log(sum(math.exp(reading) for reading in readings)) if readings else NO_READER,
        score=best.score,
        unread=not readings,
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
    """How likely it is that the documents answer, from 0 to 1.

    Without a reader it is the share of the question's words that some passage has: what words and meaning say beyond
    that tells near misses no better than chance (docs/decisions.md).
    """
    return 1.0 - features.unknown if features.unread else _logistic(ANSWERED, features)


def refused(features: Features) -> bool:
    """Whether it is so unlikely that the documents answer that they are to be said not to."""
    return answered(features) <= (0.0 if features.unread else THRESHOLD)


def _logistic(weights: Sequence[float], features: Features) -> float:
    return 1 / (1 + math.exp(-sum(w * x for w, x in zip(weights, features.vector(), strict=True))))
