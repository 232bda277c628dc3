"""The logistic model that the product's probabilities are fitted with."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Bounds = tuple[float | None, float | None]


def logistic_weights(x: Vector, y: Vector, ridge: float, bounds: Sequence[Bounds] | None = None) -> Vector:
    """Weights of the logistic model with the greatest penalised likelihood.

    Args:
        x: (n, features), the first column 1: the intercept is not penalised.
        y: (n,), 0 or 1.
        ridge: What half the squares of the other weights, each for a feature's deviation, are penalised by.
        bounds: The least and the greatest that each weight may be; None lets them all be anything.
    """
    from scipy.optimize import minimize  # imported here: only fitting needs it

    middle, scale = x.mean(axis=0), x.std(axis=0)
    middle[0], scale[scale == 0] = 0.0, 1.0
    scaled = (x - middle) / scale
    penalty = np.array([0.0] + [ridge] * (x.shape[1] - 1))

    def loss(weights: Vector) -> tuple[float, Vector]:
        odds = scaled @ weights
        total = np.logaddexp(0.0, odds).sum() - y @ odds + penalty @ weights**2 / 2
        return float(total), scaled.T @ (1 / (1 + np.exp(-odds)) - y) + penalty * weights

    found = minimize(loss, np.zeros(x.shape[1]), jac=True, bounds=bounds, method="L-BFGS-B").x
    weights: Vector = found / scale
    weights[0] -= middle @ weights
    return weights
