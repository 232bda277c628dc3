"""One ranking out of several."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float64]


def min_max(scores: Scores, low: float | None = None) -> Scores:
    """Scores moved and stretched to run from 0 (the lowest) to 1 (the highest); all 0 if they are all equal.

    Args:
        scores: (n,).
        low: The lowest, where that is of something that is not among them.
    """
    if scores.size == 0:
        return scores
    low, high = float(scores.min()) if low is None else low, float(scores.max())
    return np.zeros_like(scores) if high <= low else (scores - low) / (high - low)


def weighted_sum(
    arms: Sequence[Scores], weights: Sequence[float], lows: Sequence[float | None] | None = None
) -> Scores:
    """Fuse retrievers by the weighted sum of their scores, each first scaled by ``min_max``.

    Args:
        arms: One array of scores per retriever, all over the same passages in the same order.
        weights: One weight per retriever.
        lows: What each retriever's scores are scaled from, as ``min_max`` takes it; each its own lowest if left out.

    Returns:
        The fused score of each passage, higher is better; from 0 to the sum of the weights.

    Raises:
        ValueError: If there is not one weight (and low) per retriever, or they are not over the same passages.

    Example:
        >>> weighted_sum([np.array([2.0, 4.0]), np.array([0.5, 0.0])], [0.5, 0.5])
        array([0.5, 0.5])

    References:
        Fox and Shaw, "Combination of Multiple Searches", TREC-2, 1994 (CombSUM); scaled as in Bruch,
        Gai and Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval", TOIS 2023,
        doi:10.1145/3596512.
    """
    if len(arms) != len(weights) or len({arm.shape for arm in arms}) > 1:
        raise ValueError(
            f"{len(arms)} retrievers over {[arm.shape for arm in arms]} passages with {len(weights)} weights"
        )
    fused = np.zeros(arms[0].shape if arms else 0, np.float64)
    for arm, weight, low in zip(arms, weights, lows or [None] * len(arms), strict=True):
        fused += weight * min_max(arm, low)
    return fused
