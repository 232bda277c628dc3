"""The figures of a system, and what is made of several of them."""

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields

from eval.retrieval import Qrels, metrics_of

Rankings = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Figures:
    """What a system takes; less is better in all of them.

    Attributes:
        index_cpu: Seconds of processor to index from nothing, start-up among them.
        index_start: Those of them that start-up takes: imports and the model.
        index_wall: Seconds on the clock.
        index_peak: Bytes of memory at the highest.
        query_cpu: Milliseconds of processor for a question, warm.
        query_median: Milliseconds on the clock, in the middle.
        query_p95: Milliseconds that 95 of 100 questions do not exceed.
        query_peak: Bytes of memory of the process that is asked, at the highest.
    """

    index_cpu: float
    index_start: float
    index_wall: float
    index_peak: float
    query_cpu: float
    query_median: float
    query_p95: float
    query_peak: float


@dataclass(frozen=True, slots=True)
class Found:
    """How good what a system finds is, so that none is compared while it is broken.

    Attributes:
        success_5: The share of the questions with a relevant passage among the first five.
        recall_10: The mean share of a question's relevant passages among the first ten.
        overlap_10: The mean share of our first ten that are among its own.
    """

    success_5: float
    recall_10: float
    overlap_10: float


@dataclass(frozen=True, slots=True)
class Whole:
    """What whole answers take; only we give them.

    Attributes:
        first_cpu: Seconds of processor to index for the first time on a machine, the model compiled.
        first_wall: Seconds on the clock of the same.
        first_peak: Bytes of memory of the same.
        plain_median: Milliseconds for an answer without the learned reader, warm.
        plain_p95: Milliseconds that 95 of 100 do not exceed.
        plain_peak: Bytes of memory of that process.
        read_median: Milliseconds for an answer with the reader.
        read_p95: Milliseconds that 95 of 100 do not exceed.
        read_peak: Bytes of memory of that process.
        cold_cpu: Seconds of processor of ``python -m answer`` from its start to its end, in the middle of several.
        cold_wall: Seconds on the clock of the same.
        cold_peak: Bytes of memory of the same.
    """

    first_cpu: float
    first_wall: float
    first_peak: float
    plain_median: float
    plain_p95: float
    plain_peak: float
    read_median: float
    read_p95: float
    read_peak: float
    cold_cpu: float
    cold_wall: float
    cold_peak: float


def middle(several: Sequence[Figures]) -> Figures:
    """The median of each figure."""
    return _each(several, statistics.median)


def best(several: Sequence[Figures]) -> Figures:
    """The least of each figure."""
    return _each(several, min)


def percentile_95(values: Sequence[float]) -> float:
    """The least of the values that 95 of 100 do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[-(-95 * len(ordered) // 100) - 1]


def found_by(rankings: Rankings, ours: Rankings, relevant: Qrels) -> Found:
    """How good rankings are, and how like ours.

    A question for which nothing was found counts as a miss.
    """
    values = metrics_of(relevant, rankings)
    return Found(
        statistics.fmean(v["Success@5"] for v in values.values()),
        statistics.fmean(v["R@10"] for v in values.values()),
        statistics.fmean(len({*rankings.get(q, ())} & {*ours[q]}) / max(1, len(ours[q])) for q in relevant),
    )


def _each(several: Sequence[Figures], made: Callable[[list[float]], float]) -> Figures:
    return Figures(**{field.name: made([getattr(one, field.name) for one in several]) for field in fields(Figures)})
