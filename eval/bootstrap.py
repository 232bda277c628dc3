"""How sure a figure is: intervals by resampling questions.

Every measure here is a ratio of two sums over questions (a mean is one whose denominators are 1), or a
function of the questions as a whole. Questions are drawn with replacement, a question with all its parts,
so that what belongs together stays together. The same seed every time: two runs give the same intervals.

Not covered: the choice of the questions themselves. Two questions on one passage count as two.

References:
    Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13 (percentile interval); Koehn,
    "Statistical Significance Tests for Machine Translation Evaluation", EMNLP 2004 (paired, over questions).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SAMPLES = 4000
SAMPLES_OF_CURVES = 500  # a curve is computed anew for each sample: these take most of the time
_SEED = 20_111_215
_LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Interval:
    """The middle 95 % of what resampling gave: from low to high."""

    low: float
    high: float


def ratio(parts: Numbers) -> float | None:
    """The sum of numerators over the sum of denominators; None if the latter is 0.

    Args:
        parts: (n_questions, 2), numerators and denominators.
    """
    total = parts[:, 1].sum()
    return float(parts[:, 0].sum() / total) if total else None


def ratio_interval(parts: Numbers) -> Interval | None:
    """The interval of ``ratio``; None if it has no value, or just one question says anything of it."""
    return paired_interval(None, parts)


def paired_interval(before: Numbers | None, after: Numbers) -> Interval | None:
    """The interval of the difference of two ratios over the same questions, each drawn for both at once.

    Args:
        before: (n_questions, 2) of the earlier run, or None for the interval of ``after`` alone.
        after: (n_questions, 2) of the later run, the questions in the same order.

    Returns:
        The interval of ratio(after) - ratio(before). None if either has no value, or just one question has a part in
        it. A sample in which a denominator is 0 is left out.

    Raises:
        ValueError: If the two are not over equally many questions.
    """
    if before is not None and before.shape != after.shape:
        raise ValueError(f"{len(before)} questions before and {len(after)} after cannot be paired")
    says = after[:, 1] > 0 if before is None else (after[:, 1] > 0) | (before[:, 1] > 0)
    if says.sum() < 2:
        return None
    counts = draws(int(says.sum()))
    values = _ratios(counts, after[says])
    if before is not None:
        values = values - _ratios(counts, before[says])
    return _middle(values[~np.isnan(values)])


def curve_interval(value: Callable[[NDArray[np.intp]], float | None], n: int) -> Interval | None:
    """The interval of any function of the questions.

    Args:
        value: Gives the figure of some of the n questions, named by their places, each as often as it was drawn.
        n: How many questions there are.
    """
    if n < 2:
        return None
    chance = np.random.default_rng(_SEED)
    found = (value(chance.integers(0, n, n)) for _ in range(SAMPLES_OF_CURVES))
    return _middle(np.array([v for v in found if v is not None]))


@lru_cache(maxsize=8)  # most measures are over one of a few sets of questions; drawing is what takes the time
def draws(n: int, samples: int = SAMPLES) -> Numbers:
    """How often each of n questions is drawn in each sample: (samples, n), each row adding up to n."""
    return np.random.default_rng(_SEED).multinomial(n, np.full(n, 1 / n), samples).astype(np.float64)


def _ratios(counts: Numbers, parts: Numbers) -> Numbers:
    sums = counts @ parts
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(sums[:, 1] > 0, sums[:, 0] / sums[:, 1], np.nan)


def _middle(values: Sequence[float] | Numbers) -> Interval | None:
    if len(values) == 0:
        return None
    edge = (1 - _LEVEL) / 2
    low, high = np.quantile(values, [edge, 1 - edge])
    return Interval(float(low), float(high))
