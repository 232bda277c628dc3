"""The measures: what each is called, which way is better, and how it is had from results.

Each is defined with its formula, its source and what it does not see in docs/evaluation.md; a test holds the two
lists equal. A question that got nothing has a numerator of 0 and stays in the denominator.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import Interval, Numbers, curve_interval, ratio, ratio_interval
from eval.results import Result
from eval.retrieval import ALONE, METRICS

Better = Literal["higher", "lower"]
BINS = 10


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes:
        name: As it is printed and as results' cells name it.
        group: What part of the work it judges.
        better: Which way.
        per: What n counts: questions, or what the denominators add up to.
        curve: For what is no ratio: its value of confidences and of whether each would be right. None for a ratio.
    """

    name: str
    group: str
    better: Better = "higher"
    per: str = "questions"
    curve: Callable[[Numbers, Numbers], float | None] | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, how many questions (or citations …) it is over, and its 95 % interval; None over none."""

    name: str
    value: float | None
    n: int
    low: float | None = None
    high: float | None = None
    unit: str = ""


def area_under_risk(confidence: Numbers, right: Numbers) -> float | None:
    """The area under the risk-coverage curve: the mean, over all coverages, of the share wrong among the surest.

    Equal confidences count as one, each with the share wrong among them, so that their order does not matter.

    Args:
        confidence: (n,), higher is surer.
        right: (n,), 1 where the answer is right, else 0.

    Returns:
        From 0 (every answer right) to 1; None of no questions. Lower is better.

    References:
        Geifman and El-Yaniv, "Selective Classification for Deep Neural Networks", NIPS 2017, arXiv:1705.08500.
    """
    _, risk = risk_coverage(confidence, right)
    return float(risk.mean()) if len(risk) else None


def risk_coverage(confidence: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """The risk-coverage curve: (n,) coverages rising to 1, and (n,) the share wrong among the surest so many."""
    order = np.argsort(-confidence, kind="stable")
    _, level, size = np.unique(-confidence[order], return_inverse=True, return_counts=True)
    wrong = np.bincount(level, 1 - right[order], len(size)) / size
    surest = np.arange(1, len(order) + 1)
    return surest / max(1, len(order)), np.cumsum(wrong[level]) / surest


def calibration_error(confidence: Numbers, right: Numbers) -> float | None:
    """The expected calibration error: over ten bins of equal width, how far confidence and share right are apart.

    Returns:
        From 0 to 1, each bin weighted by its questions; None of no questions. Lower is better.

    References:
        Guo, Pleiss, Sun and Weinberger, "On Calibration of Modern Neural Networks", ICML 2017, arXiv:1706.04599.
    """
    if not len(confidence):
        return None
    return sum(n * abs(sure - share) for sure, share, n in reliability(confidence, right)) / len(confidence)


def reliability(confidence: Numbers, right: Numbers) -> list[tuple[float, float, int]]:
    """For each of ten bins of confidence that has questions: mean confidence, share right, how many."""
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    return [
        (float(confidence[bins == b].mean()), float(right[bins == b].mean()), int((bins == b).sum()))
        for b in np.unique(bins)
    ]


MEASURES: tuple[Measure, ...] = (
    *(Measure(name, "finding") for name in METRICS),
    Measure("evidence@10", "finding"),
    *(Measure(f"{arm} {name}", "finding, one retriever alone") for arm in ALONE for name in METRICS),
    Measure("answer accuracy", "answering"),
    Measure("fact recall", "answering"),
    Measure("every value shown", "answering"),
    Measure("half said to be missing", "answering"),
    Measure("citation precision", "citing", per="citations"),
    Measure("citation recall", "citing"),
    Measure("ALCE citation recall", "citing"),
    Measure("ALCE citation precision", "citing"),
    Measure("verbatim rate", "citing", per="citations"),
    Measure("number fidelity", "citing", per="numbers"),
    Measure("statement coverage", "citing", per="statements"),
    Measure("well-formed", "citing"),
    Measure("dated value", "dating", per="documents cited"),
    Measure("superseded value marked", "dating", per="documents cited"),
    Measure("abstention precision", "abstaining"),
    Measure("abstention recall", "abstaining"),
    Measure("abstention F1", "abstaining"),
    Measure("answerable refused", "abstaining", "lower"),
    Measure("hedge leak", "abstaining", "lower"),
    Measure("area under risk", "confidence", "lower", curve=area_under_risk),
    Measure("calibration error", "confidence", "lower", curve=calibration_error),
    Measure("follow-up kept", "robustness"),
    Measure("variant found", "robustness"),
    Measure("variant answered", "robustness"),
)
BY_NAME = {measure.name: measure for measure in MEASURES}
KIND = "answer accuracy, "  # and the kind's name; of a kind without answers, the share refused


def figures(results: Sequence[Result]) -> list[Figure]:
    """Every measure over some results, and their latency. A measure that applies to none has no value."""
    return [*(figure_of(measure, results) for measure in MEASURES), *latency(results)]


def figure_of(measure: Measure, results: Sequence[Result]) -> Figure:
    """One measure over some results, with its interval."""
    if measure.curve is not None:
        return _curve_figure(measure, measure.curve, results)
    parts = cells(results, measure.name)
    n = int((parts[:, 1] > 0).sum()) if measure.per == "questions" else round(parts[:, 1].sum())
    return _figure(measure.name, ratio(parts), n, ratio_interval(parts))


def by_kind(results: Sequence[Result]) -> list[Figure]:
    """The share answered rightly of each kind of question: of those that cannot be answered, the share refused."""
    found = []
    for kind in dict.fromkeys(result.kind for result in results):
        parts = right_of_kind(results, kind)
        found.append(_figure(kind, ratio(parts), int(parts[:, 1].sum()), ratio_interval(parts)))
    return sorted(found, key=lambda figure: figure.name)


def cells(results: Sequence[Result], name: str) -> Numbers:
    """(n_results, 2): numerators and denominators of a measure, 0 and 0 where it does not apply."""
    return np.array([result.cells.get(name, (0.0, 0.0)) for result in results], np.float64).reshape(-1, 2)


def right_of_kind(results: Sequence[Result], kind: str) -> Numbers:
    """(n_results, 2): whether right, and 1, for the results of one kind; 0 and 0 for the others."""
    return np.array([(r.right, 1.0) if r.kind == kind else (0.0, 0.0) for r in results], np.float64).reshape(-1, 2)


def confidences(results: Sequence[Result]) -> tuple[Numbers, Numbers]:
    """(n,) confidences, and (n,) 1 where the answer would be right had refusing not been allowed, else 0."""
    return (
        np.array([r.confidence for r in results], np.float64),
        np.array([r.right_if_answered for r in results], np.float64),
    )


def latency(results: Sequence[Result]) -> list[Figure]:
    """The median and the 95th percentile of the time to answer, by nearest rank; without intervals."""
    ordered = sorted(result.latency_ms for result in results)
    return [Figure(f"latency p{p}", _percentile(ordered, p), len(ordered), unit="ms") for p in (50, 95)]


def _curve_figure(
    measure: Measure, curve: Callable[[Numbers, Numbers], float | None], results: Sequence[Result]
) -> Figure:
    sure, right = confidences(results)

    def of(places: NDArray[np.intp]) -> float | None:
        return curve(sure[places], right[places])

    return _figure(measure.name, curve(sure, right), len(results), curve_interval(of, len(results)))


def _figure(name: str, value: float | None, n: int, interval: Interval | None) -> Figure:
    return Figure(name, value, n, interval.low if interval else None, interval.high if interval else None)


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    if not ordered:
        return None
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]
