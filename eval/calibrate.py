"""Fit the confidence to the `dev` questions: how likely is it that the answer is right?

A logistic model, fitted by Newton's method with a small ridge, so that few questions cannot make a
weight run away. Its numbers are written into answer/confidence.py by hand: a change of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answer import Assistant
from eval.judging import has_all_facts
from eval.questions import EvalQuestion

_RIDGE = 0.1
_MOST_REFUSED = 0.05  # the share of answerable questions that may be refused


@dataclass(frozen=True, slots=True)
class Calibration:
    """Weights (the intercept first), the threshold, and what it would do on the questions it was fitted to."""

    weights: tuple[float, ...]
    threshold: float
    answerable_refused: float
    not_answerable_refused: float
    n: int


def calibrate(assistant: Assistant, questions: Sequence[EvalQuestion]) -> Calibration:
    """Ask questions without refusing any, fit weights to what was right, and choose the threshold.

    The threshold is the highest that refuses no more than one answerable question in twenty.

    Raises:
        ValueError: If no answer is right, or all are: there is nothing to tell apart.
    """
    said = [assistant.answer(q.question, q.history, q.documents, refuse=False) for q in questions]
    right = [has_all_facts(question, answer) for question, answer in zip(questions, said, strict=True)]
    return fit([a.features.vector() for a in said], right, [q.answerable for q in questions])


def fit(features: Sequence[Sequence[float]], right: Sequence[bool], answerable: Sequence[bool]) -> Calibration:
    """Fit weights to the features of answers and whether they are right, and choose the threshold.

    Raises:
        ValueError: If none is right, or all are.
    """
    x, y, can_be = np.array(features), np.array(right, np.float64), np.array(answerable)
    if not 0 < y.sum() < len(y):
        raise ValueError(f"{int(y.sum())} of {len(y)} answers are right, so there is nothing to tell apart")
    weights = _weights(x, y)
    sure = 1 / (1 + np.exp(-x @ weights))
    ordered = np.sort(sure[can_be])
    threshold = float(ordered[int(_MOST_REFUSED * len(ordered))])
    threshold = float(np.floor(threshold * 1000) / 1000)
    refused = sure < threshold
    return Calibration(
        weights=tuple(round(float(w), 3) for w in weights),
        threshold=threshold,
        answerable_refused=float(refused[can_be].mean()),
        not_answerable_refused=float(refused[~can_be].mean()) if (~can_be).any() else 0.0,
        n=len(y),
    )


def _weights(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
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
