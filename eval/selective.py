"""How well confidence tells what should be answered from what should not."""

import numpy as np

from eval.bootstrap import Numbers


def area_under_roc(confidence: Numbers, positive: Numbers) -> float | None:
    """How likely a positive has the higher confidence than a negative, drawn at random; a tie counts as half.

    Args:
        confidence: (n,), higher is surer.
        positive: (n,), 1 for a positive, else 0.

    Returns:
        From 0 to 1, 0.5 for chance; None unless there is at least one of each.

    Example:
        >>> area_under_roc(np.array([0.9, 0.4, 0.4]), np.array([1.0, 1.0, 0.0]))
        0.75

    References:
        Hanley and McNeil, "The Meaning and Use of the Area under a Receiver Operating Characteristic (ROC) Curve",
        Radiology 143, 1982, doi:10.1148/radiology.143.1.7063747.
    """
    positives = float(positive.sum())
    negatives = len(positive) - positives
    if not positives or not negatives:
        return None
    _, level, size = np.unique(confidence, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(size) - (size - 1) / 2)[level]  # from 1; equal ones share the mean of theirs
    above = float((ranks * positive).sum()) - positives * (positives + 1) / 2
    return above / (positives * negatives)
