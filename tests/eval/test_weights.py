"""Weights of evidence: the fit finds what tells the right unit from the others, and no more."""

import math

import numpy as np
import pytest

from eval.logistic import logistic_weights
from eval.weights import conditional_logit


def test_a_sign_that_tells_weighs_and_one_that_does_not_weighs_nothing() -> None:
    chance = np.random.default_rng(1)
    sets = []
    for _ in range(60):
        signs = chance.normal(size=(5, 2))
        sets.append((signs, np.arange(5) == signs[:, 0].argmax()))

    telling, idle = conditional_logit(sets)

    assert telling > 1
    assert abs(idle) < 0.2


def test_the_fit_of_one_choice_of_two_by_hand() -> None:
    """Half of the time the unit with the sign is right, twice as often as not: the odds are 2 to 1, less the ridge."""
    signs = np.array([[1.0], [0.0]])
    sets = [(signs, np.array([True, False]))] * 2 + [(signs, np.array([False, True]))]

    (weight,) = conditional_logit(sets)

    # Where the slope of the mean loss and of 0.03 w² is 0: p - 2/3 + 0.06 w = 0 with p = 1 / (1 + exp(-w)).
    assert 1 / (1 + math.exp(-weight)) - 2 / 3 + 0.06 * weight == pytest.approx(0, abs=1e-4)


def test_a_sign_that_may_not_count_against_weighs_nothing_where_it_would() -> None:
    signs = np.array([[1.0], [0.0]])
    sets = [(signs, np.array([False, True]))] * 3

    assert conditional_logit(sets)[0] < -1
    assert conditional_logit(sets, [False])[0] == 0.0


def test_the_logistic_fit_of_one_feature_by_hand() -> None:
    """Of those with the feature 3 of 4 are right, of those without 1 of 4: with next to no ridge the odds are these."""
    x = np.array([[1.0, 1.0]] * 4 + [[1.0, 0.0]] * 4)
    y = np.array([1.0, 1.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0])

    assert logistic_weights(x, y, 1e-9) == pytest.approx([math.log(1 / 3), 2 * math.log(3)], abs=1e-3)
    # The slope of the loss in the scaled weight w/2 (the deviation is 1/2), intercept free: symmetric about 1/2.
    _, weight = logistic_weights(x, y, 2.0)
    p = 1 / (1 + math.exp(-weight / 2))
    assert 4 * (p - 3 / 4) + 2.0 * weight / 2 * 0.5 == pytest.approx(0, abs=1e-3)
    assert logistic_weights(x, y, 1e-9, [(None, None), (None, 0.0)]) == pytest.approx([0.0, 0.0], abs=1e-3)
