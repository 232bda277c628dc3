"""The areas under two curves, worked out by hand, and against their definitions."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures import area_under_risk
from eval.selective import area_under_roc

PAIRS = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=12)


@given(PAIRS)
def test_the_area_under_roc_is_the_share_of_pairs_in_order(pairs: list[tuple[float, bool]]) -> None:
    sure, positive = np.array([p[0] for p in pairs]), np.array([float(p[1]) for p in pairs])
    of_pairs = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in product(sure[positive == 1], sure[positive == 0])]

    assert area_under_roc(sure, positive) == (pytest.approx(np.mean(of_pairs)) if of_pairs else None)


@pytest.mark.parametrize(
    ("confidence", "right", "expected"),
    [
        pytest.param([0.9, 0.8, 0.1], [1, 1, 0], (0 + 0 + 1 / 3) / 3, id="the wrong one last"),
        pytest.param([0.1, 0.8, 0.9], [1, 1, 0], (1 + 1 / 2 + 1 / 3) / 3, id="the wrong one first"),
        pytest.param([0.5, 0.5], [1, 0], 0.5, id="equal ones in no order"),
        pytest.param([], [], None, id="none"),
    ],
)
def test_the_area_under_risk(confidence: list[float], right: list[int], expected: float | None) -> None:
    assert area_under_risk(np.array(confidence), np.array(right, float)) == pytest.approx(expected)
