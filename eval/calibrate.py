"""Fit to questions whose answers are known how sure the assistant is.

Two logistic models over the features of an answer (do the documents answer? is the answer right?), each with a small
ridge, so that few questions cannot make a weight run away. The numbers are written into answer/confidence.py by hand: a
change of the product.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from answer import Answer, Assistant
from answer.confidence import WEIGHED
from eval.judging import has_all_facts
from eval.logistic import Bounds, Vector, logistic_weights
from eval.questions import EvalQuestion

_RIDGE = 0.3
_AGAINST = frozenset({"missing", "unknown"})  # features that speak against an answer; the others speak for it
_ELSEWHERE = 13  # questions on other corpora that each is asked: some two for three of its own that it cannot answer
_MOST_REFUSED = 0.05  # the share of answerable questions that may be refused


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights (the intercept first), the threshold, and what it would do on the questions it was fitted to.

    Attributes:
        right: The weights of "is the answer right?".
        answered: The weights of "do the documents answer?".
        threshold: Not above it a question is refused.
        answerable_refused: The share of answerable questions that are.
        not_answerable_refused: The share of the others.
        n: How many questions it was fitted to.
    """

    right: tuple[float, ...]
    answered: tuple[float, ...]
    threshold: float
    answerable_refused: float
    not_answerable_refused: float
    n: int


def calibrate(asked: Sequence[tuple[Assistant, Sequence[EvalQuestion]]]) -> Calibration:
    """Ask questions without refusing any, fit weights to what was right, and choose the threshold.

    Args:
        asked: For each corpus who answers from it, and the questions.

    Raises:
        ValueError: If no answer is right, or all are, or no question is without an answer: there is nothing to tell
            apart.
    """
    questions = [q for _, of_corpus in asked for q in of_corpus]
    said = [
        assistant.answer(q.question, q.history, q.documents, refuse=False)
        for assistant, of_corpus in asked
        for q in of_corpus
    ]
    right = [has_all_facts(question, answer) for question, answer in zip(questions, said, strict=True)]
    checked = [answer.objection is None for answer in said]
    strange = [a for a in _asked_elsewhere(asked) if a.objection is None]
    return fit(
        [a.features.vector() for a in said],
        right,
        [q.answerable for q in questions],
        checked,
        [a.features.vector() for a in strange],
    )


def _asked_elsewhere(asked: Sequence[tuple[Assistant, Sequence[EvalQuestion]]]) -> Iterator[Answer]:
    """What each corpus says to some questions that are about the others: off its topic, or nearly."""
    for at, (assistant, _) in enumerate(asked):
        others = [
            q
            for other, (_, questions) in enumerate(asked)
            if other != at
            for q in questions
            if q.answerable and not q.history and not q.documents
        ]
        for question in others[at :: max(1, len(others) // _ELSEWHERE)][:_ELSEWHERE]:
            yield assistant.answer(question.question, refuse=False)


def fit(
    features: Sequence[Sequence[float]],
    right: Sequence[bool],
    answerable: Sequence[bool],
    checked: Sequence[bool],
    elsewhere: Sequence[Sequence[float]] = (),
) -> Calibration:
    """Fit weights to the features of answers, and choose the threshold.

    The threshold is the highest that, with those that do not pass the checks, refuses no more than one answerable
    question in twenty.

    Args:
        features: A row for each answer.
        right: Whether each is right.
        answerable: Whether its question is.
        checked: Whether it passes the checks that come before the threshold.
        elsewhere: A row for each answer to a question about another corpus: not answerable, and not counted.

    Raises:
        ValueError: If none is right, or all are; or all questions are answerable, or none is.
    """
    x, y, can_be = np.array(features), np.array(right, np.float64), np.array(answerable)
    passed = np.array(checked)
    for found, name in ((y, "answers are right"), (can_be, "questions are answerable")):
        if not 0 < found.sum() < len(found):
            raise ValueError(f"{int(found.sum())} of {len(found)} {name}, so there is nothing to tell apart")
    told = np.array([*x[passed], *elsewhere])
    answered = _weights(told, np.array([*can_be[passed], *[False] * len(elsewhere)], np.float64))
    sure = np.where(passed, 1 / (1 + np.exp(-x @ answered)), -1.0)
    ordered = np.sort(sure[can_be])
    threshold = max(0.0, float(np.floor(float(ordered[int(_MOST_REFUSED * len(ordered))]) * 1000) / 1000))
    refused = sure <= threshold
    return Calibration(
        right=_rounded(_weights(x, y)),
        answered=_rounded(answered),
        threshold=threshold,
        answerable_refused=float(refused[can_be].mean()),
        not_answerable_refused=float(refused[~can_be].mean()),
        n=len(y),
    )


def _rounded(weights: Vector) -> tuple[float, ...]:
    return tuple(round(float(w), 3) for w in weights)


def _weights(x: Vector, y: Vector) -> Vector:
    """Weights under which no feature counts against what it speaks for."""
    bounds: list[Bounds] = [(None, 0.0) if name in _AGAINST else (0.0, None) for name in WEIGHED]
    return logistic_weights(x, y, _RIDGE, [(None, None), *bounds])
