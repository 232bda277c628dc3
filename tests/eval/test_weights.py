"""Weights of evidence: the fit finds what tells the right unit from the others, and no more."""

import math

import numpy as np
import pytest

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

    # Where the slope of the mean loss and of 0.1 w² is 0: p - 2/3 + 0.2 w = 0 with p = 1 / (1 + exp(-w)).
    assert 1 / (1 + math.exp(-weight)) - 2 / 3 + 0.2 * weight == pytest.approx(0, abs=1e-4)
