"""Fit the confidence to the `dev` questions: how likely is it that the answer is right?

A logistic model, fitted by Newton's method with a small ridge, so that few questions cannot make a
weight run away. Its numbers are written into answer/confidence.py by hand: a change of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.measures import Row

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


def calibrate(rows: Sequence[Row]) -> Calibration:
    """Fit weights to rows that were answered with the threshold at 0, and choose the threshold.

    The threshold is the highest that refuses no more than one answerable question in twenty.

    Raises:
        ValueError: If no row is right, or all are: there is nothing to tell apart.
    """
    x = np.array([row.answer.features.vector() for row in rows])
    y = np.array([float(row.right) for row in rows])
    if not 0 < y.sum() < len(y):
        raise ValueError(f"{int(y.sum())} of {len(y)} answers are right, so there is nothing to tell apart")
    weights = _fit(x, y)
    sure = 1 / (1 + np.exp(-x @ weights))
    answerable = np.array([row.question.answerable for row in rows])
    ordered = np.sort(sure[answerable])
    threshold = float(ordered[int(_MOST_REFUSED * len(ordered))])
    threshold = float(np.floor(threshold * 1000) / 1000)
    refused = sure < threshold
    return Calibration(
        weights=tuple(round(float(w), 3) for w in weights),
        threshold=threshold,
        answerable_refused=float(refused[answerable].mean()),
        not_answerable_refused=float(refused[~answerable].mean()) if (~answerable).any() else 0.0,
        n=len(rows),
    )


def _fit(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
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
