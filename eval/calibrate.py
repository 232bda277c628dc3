"""Fit to the `dev` questions how sure the assistant is.

Two logistic models over the features of an answer (do the documents answer? is the answer right?), each with a small
ridge, so that few questions cannot make a weight run away. The numbers are written into answer/confidence.py by hand: a
change of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answer import Assistant
from eval.judging import has_all_facts
from eval.questions import EvalQuestion

_RIDGE = 0.3
_NEAR = 1  # the column of nearness in Features.vector()
_MOST_REFUSED = 0.05  # the share of answerable questions that may be refused

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights (the intercept first), the threshold, and what it would do on the questions it was fitted to.

    Attributes:
        right: The weights of "is the answer right?".
        answered: The weights of "do the documents answer?".
        threshold: Under it a question is refused.
        answerable_refused: The share of answerable questions under the threshold.
        not_answerable_refused: The share of the others under it.
        n: How many questions it was fitted to.
    """

    right: tuple[float, ...]
    answered: tuple[float, ...]
    threshold: float
    answerable_refused: float
    not_answerable_refused: float
    n: int


def calibrate(assistant: Assistant, questions: Sequence[EvalQuestion]) -> Calibration:
    """Ask questions without refusing any, fit weights to what was right, and choose the threshold.

    Raises:
        ValueError: If no answer is right, or all are, or no question is without an answer: there is nothing to tell
            apart.
    """
    said = [assistant.answer(q.question, q.history, q.documents, refuse=False) for q in questions]
    right = [has_all_facts(question, answer) for question, answer in zip(questions, said, strict=True)]
    checked = [answer.objection is None for answer in said]
    return fit([a.features.vector() for a in said], right, [q.answerable for q in questions], checked)


def fit(
    features: Sequence[Sequence[float]], right: Sequence[bool], answerable: Sequence[bool], checked: Sequence[bool]
) -> Calibration:
    """Fit weights to the features of answers, and choose the threshold.

    The threshold is the highest that, with those that do not pass the checks, refuses no more than one answerable
    question in twenty.

    Args:
        features: A row for each answer.
        right: Whether each is right.
        answerable: Whether its question is.
        checked: Whether it passes the checks that come before the threshold.

    Raises:
        ValueError: If none is right, or all are; or all questions are answerable, or none is.
    """
    x, y, can_be = np.array(features), np.array(right, np.float64), np.array(answerable)
    passed = np.array(checked)
    for found, name in ((y, "answers are right"), (can_be, "questions are answerable")):
        if not 0 < found.sum() < len(found):
            raise ValueError(f"{int(found.sum())} of {len(found)} {name}, so there is nothing to tell apart")
    answered = _with_nearness(x[passed], can_be[passed].astype(np.float64))
    sure = np.where(passed, 1 / (1 + np.exp(-x @ answered)), -1.0)
    ordered = np.sort(sure[can_be])
    threshold = max(0.0, float(np.floor(float(ordered[int(_MOST_REFUSED * len(ordered))]) * 1000) / 1000))
    refused = sure < threshold
    return Calibration(
        right=_rounded(_with_nearness(x, y)),
        answered=_rounded(answered),
        threshold=threshold,
        answerable_refused=float(refused[can_be].mean()),
        not_answerable_refused=float(refused[~can_be].mean()),
        n=len(y),
    )


def _rounded(weights: Vector) -> tuple[float, ...]:
    return tuple(round(float(w), 3) for w in weights)


def _with_nearness(x: Vector, y: Vector) -> Vector:
    """The weights; where nearness, which the best evidence's score has in it too, would count against: without it."""
    weights = _weights(x, y)
    if weights[_NEAR] >= 0:
        return weights
    without = x.copy()
    without[:, _NEAR] = 0.0  # a column of nothing is given no weight
    return _weights(without, y)


def _weights(x: Vector, y: Vector) -> Vector:
    """Weights of the logistic model with the greatest penalised likelihood; the intercept is not penalised."""
    weights = np.zeros(x.shape[1])
    ridge = np.diag([0.0] + [_RIDGE] * (x.shape[1] - 1))
    for _ in range(100):
        p = 1 / (1 + np.exp(-x @ weights))
        gradient = x.T @ (y - p) - ridge @ weights
        hessian = (x.T * (p * (1 - p))) @ x + ridge
        step = np.linalg.solve(hessian, gradient)
        weights += step
        if np.abs(step).max() < 1e-9:
            break
    return weights
