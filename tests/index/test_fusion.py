"""One ranking out of several."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.fusion import min_max, weighted_sum

SCORES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20).map(np.array)


@given(SCORES)
def test_scaled_scores_run_from_0_to_1_and_keep_their_order(scores: np.ndarray) -> None:
    scaled = min_max(scores)

    assert ((scaled >= 0) & (scaled <= 1)).all()
    order = np.argsort(scores, kind="stable")
    assert (np.diff(scaled[order]) >= 0).all()
    if scores.max() - scores.min() > 1e-3:
        assert scaled.max() == 1
        assert scaled.min() == 0


@pytest.mark.parametrize(
    ("arms", "weights", "expected"),
    [
        pytest.param([[0, 5, 10]], [1.0], [0, 0.5, 1], id="one retriever"),
        pytest.param([[0, 10], [3, 1]], [0.75, 0.25], [0.25, 0.75], id="two that disagree"),
        pytest.param([[7, 7], [0, 1]], [0.5, 0.5], [0, 0.5], id="one that cannot tell them apart"),
    ],
)
def test_fused_scores(arms: list[list[float]], weights: list[float], expected: list[float]) -> None:
    assert weighted_sum([np.array(a, float) for a in arms], weights).tolist() == pytest.approx(expected)


def test_retrievers_must_be_over_the_same_passages_with_a_weight_each() -> None:
    with pytest.raises(ValueError, match="2 retrievers"):
        weighted_sum([np.zeros(2), np.zeros(3)], [0.5, 0.5])
    with pytest.raises(ValueError, match="1 weights"):
        weighted_sum([np.zeros(2), np.zeros(2)], [1.0])
