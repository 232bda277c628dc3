"""Intervals by resampling: against arithmetic, against the normal approximation, and paired."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.bootstrap import curve_interval, draws, paired_interval, ratio, ratio_interval


def shares(right: int, n: int) -> np.ndarray:
    return np.array([(1.0, 1.0)] * right + [(0.0, 1.0)] * (n - right))


def test_a_ratio_is_sum_over_sum_and_not_the_mean_of_ratios() -> None:
    assert ratio(np.array([(1.0, 1.0), (0.0, 3.0)])) == 1 / 4
    assert ratio(np.zeros((3, 2))) is None


def test_the_interval_of_a_share_is_near_the_normal_one() -> None:
    found = ratio_interval(shares(70, 100))

    half = 1.96 * math.sqrt(0.7 * 0.3 / 100)
    assert found is not None
    assert found.low == pytest.approx(0.7 - half, abs=0.015)
    assert found.high == pytest.approx(0.7 + half, abs=0.015)


def test_more_questions_make_it_narrower_by_the_square_root() -> None:
    few, many = ratio_interval(shares(50, 100)), ratio_interval(shares(200, 400))

    assert few is not None
    assert many is not None
    assert (few.high - few.low) / (many.high - many.low) == pytest.approx(2, rel=0.1)


@given(st.integers(0, 30), st.integers(2, 30))
def test_an_unchanged_run_differs_by_exactly_nothing(right: int, n: int) -> None:
    parts = shares(min(right, n), n)

    found = paired_interval(parts, parts.copy())

    assert found is not None
    assert (found.low, found.high) == (0.0, 0.0)


def test_pairing_sees_what_two_intervals_apart_would_not() -> None:
    # 100 questions, half of them right; six are lost and none is won. Apart, the intervals overlap by far.
    before, after = shares(50, 100), shares(44, 100)

    paired, alone = paired_interval(before, after), ratio_interval(before)

    assert paired is not None
    assert alone is not None
    assert paired.high < 0
    assert alone.low < 0.44


@pytest.mark.parametrize(("lost", "shut"), [(1, False), (3, False), (5, True)])
def test_how_many_lost_questions_are_more_than_chance(lost: int, shut: bool) -> None:
    # None of n questions lost is drawn with chance (1 - lost / n)^n, near e^-lost: .37, .05, .007; the edge is .025.
    found = paired_interval(shares(100, 100), shares(100 - lost, 100))

    assert found is not None
    assert (found.high < 0) is shut


def test_wins_beside_losses_are_chance() -> None:
    before = np.array([(1.0, 1.0)] * 50 + [(0.0, 1.0)] * 50)

    found = paired_interval(before, before[::-1].copy())

    assert found is not None
    assert found.low < 0 < found.high


def test_questions_that_say_nothing_of_a_measure_do_not_widen_it() -> None:
    silent = np.zeros((300, 2))

    assert ratio_interval(np.vstack([shares(7, 10), silent])) == ratio_interval(shares(7, 10))


def test_one_question_or_none_has_no_interval() -> None:
    assert ratio_interval(shares(1, 1)) is None
    assert ratio_interval(np.zeros((5, 2))) is None
    assert curve_interval(lambda _: 1.0, 1) is None


def test_runs_over_different_questions_are_refused() -> None:
    with pytest.raises(ValueError, match="3 questions before and 4 after"):
        paired_interval(shares(1, 3), shares(1, 4))


def test_each_sample_draws_as_many_questions_as_there_are() -> None:
    counts = draws(17)

    assert (counts.sum(axis=1) == 17).all()
    assert counts.mean() == pytest.approx(1)


def test_a_curve_interval_of_a_mean_is_that_of_the_mean() -> None:
    values = np.array([1.0] * 600 + [0.0] * 400)

    found = curve_interval(lambda places: float(values[places].mean()), 1000)

    half = 1.96 * math.sqrt(0.6 * 0.4 / 1000)
    assert found is not None
    assert found.low == pytest.approx(0.6 - half, abs=0.006)
    assert found.high == pytest.approx(0.6 + half, abs=0.006)


def test_the_same_question_set_gives_the_same_interval_each_time() -> None:
    assert ratio_interval(shares(70, 100)) == ratio_interval(shares(70, 100))
