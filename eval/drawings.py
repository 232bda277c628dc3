"""The report's charts, drawn from a run: each with a sentence that says it, and the numbers as a table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from math import floor, log10
from typing import Any

import numpy as np

from eval import charts
from eval.bootstrap import ratio_interval
from eval.compare import Comparison
from eval.display import interval, said
from eval.measures import BINS, KIND, Figure, confidences, reliability, risk_coverage
from eval.results import Result
from eval.run import Run, figure_kept
from eval.svg import svg, svgs

MOST_RUNS = 24  # as many as can be told apart in a small chart; the latest are shown
_BARS = 20


@dataclass(frozen=True, slots=True)
class Drawing:
    """A chart for the page: its picture, a sentence that says it, and its numbers."""

    svg: str
    said: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class RunPoint:
    """One run among others: what it is called, its sort (eval/charts.py), its figures by name, its time as kept."""

    label: str
    sort: str
    figures: Mapping[str, Figure] = field(repr=False)
    time: str = ""

    @property
    def day(self) -> str:
        """What it is called where there is little room."""
        return self.label.partition(",")[0]


def runs_of(past: Sequence[Mapping[str, Any]], run: Run, label: str) -> list[RunPoint]:
    """The runs before and this one, oldest first, at most ``MOST_RUNS``."""
    this = RunPoint(label, charts.THIS, {figure.name: figure for figure in run.overall})
    return [*earlier_runs(past), this][-MOST_RUNS:]


def earlier_runs(past: Sequence[Mapping[str, Any]]) -> list[RunPoint]:
    """Runs as ``past_figures`` gives them, as points of a chart, oldest first.

    A run that was accepted is in the history and may be kept too: of two with the same figures, the times in
    milliseconds among them, one stays, as accepted.
    """
    points: list[tuple[Any, RunPoint]] = []
    for entry in past:
        sort = charts.ACCEPTED if entry["accepted"] else charts.KEPT
        figures = {f["name"]: figure_kept(f) for f in entry["overall"]}
        same = next((i for i, (overall, _) in enumerate(points) if overall == entry["overall"]), None)
        if same is None:
            points.append((entry["overall"], RunPoint(_day(entry["time"]), sort, figures, entry["time"])))
        elif entry["accepted"]:
            points[same] = (entry["overall"], replace(points[same][1], sort=sort))
    return [point for _, point in points]


def measures_over_runs(runs: Sequence[RunPoint]) -> dict[str, Drawing]:
    """For each figure of the latest run, its chart over the runs."""
    now = list(runs[-1].figures.values())
    drawn: dict[str, Drawing] = {}
    for unit, places in (("", 2), ("ms", 0)):
        rows = {figure.name: over_runs_rows(runs, figure.name) for figure in now if figure.unit == unit}
        named = [(f"{name}, by run. {trend(runs, name)}", found) for name, found in rows.items()]
        chart = charts.over_runs([], [run.day for run in runs], places=places)
        pictures = svgs(chart, named) if named else []
        drawn |= {name: Drawing(p, trend(runs, name)) for name, p in zip(rows, pictures, strict=True)}
    return drawn


def over_runs_rows(runs: Sequence[RunPoint], name: str) -> list[dict[str, Any]]:
    """One figure over runs, as its chart wants it (eval/charts.py); the latest run must have the figure."""
    rows: list[dict[str, Any]] = []
    for place, run in enumerate(runs, start=1):
        figure = run.figures.get(name)
        if figure is not None and figure.value is not None:
            ends = {"low": _or(figure.low, figure.value), "high": _or(figure.high, figure.value)}
            rows.append({"run": place, "value": figure.value, **ends, "sort": run.sort})
    if not rows:
        return []
    least, most = min(row["low"] for row in rows), max(row["high"] for row in rows)
    if runs[-1].figures[name].unit:
        least = 0.0
    elif most - least < 0.1:  # the change of a share in the third decimal is not to look like a fall
        least, most = (max(0.0, most - 0.1), most) if most > 0.95 else (least, least + 0.1)
    return [{**row, "least": least, "most": most} for row in rows]


def _or(value: float | None, other: float) -> float:
    return other if value is None else value


def trend(runs: Sequence[RunPoint], name: str) -> str:
    """What the latest of some runs has of a figure, the first and the one last accepted, in words."""
    before = [
        (run, run.figures[name]) for run in runs[:-1] if name in run.figures and run.figures[name].value is not None
    ]
    now = f"Now {said(runs[-1].figures[name])}."
    if not before:
        return f"{now} No earlier run has it."
    first = before[0]
    accepted = next(((run, figure) for run, figure in reversed(before) if run.sort == charts.ACCEPTED), None)
    parts = [f"{said(first[1])} at first ({first[0].day})"]
    if accepted is not None:
        parts.append(f"{said(accepted[1])} when last accepted ({accepted[0].day})")
    return f"{now} Before: {', '.join(parts)}."


def kinds_of_question(run: Run, comparison: Comparison | None) -> Drawing:
    """The share right of each kind, the worst first."""
    rows = []
    for figure in sorted(run.kinds, key=lambda f: (f.value or 0.0, f.name)):
        change = comparison.change(KIND + figure.name) if comparison else None
        share = figure.value or 0.0
        rows.append({
            "label": f"{figure.name.replace('_', ' ')} ({figure.n})", "share": share, "low": _or(figure.low, share),
            "high": _or(figure.high, share), "before": change.before if change else None,
        })  # fmt: skip
    if not rows:
        return Drawing("", "No question was asked.")
    ends = [f"{row['share']:.3f}, of {row['label']}" for row in (rows[0], rows[-1])]
    sentence = f"The lowest share is {ends[0]}; the highest {ends[1]}."
    return Drawing(svg(charts.share_bars(rows), f"The share right of each kind of question. {sentence}"), sentence)


def risk_over_coverage(run: Run, threshold: float | None) -> Drawing:
    """The risk-coverage curve over all questions and over each half, with the place where refusing begins."""
    curves = {which: risk_coverage(*confidences(results)) for which, results in _halves(run.results)}
    curves = {which: curve for which, curve in curves.items() if len(curve[0])}
    rows = [
        {"which": which, "coverage": round(float(c), 4), "risk": round(float(r), 4)}
        for which, (coverage, risk) in curves.items()
        for c, r in zip(coverage, risk, strict=True)
    ]
    if not rows:
        return Drawing("", "No question was asked.")
    served = _served(run.results, threshold)
    area = next(f for f in run.overall if f.name == "area under risk")
    sentence = f"The area under the curve of all is {said(area)} (95 % interval {interval(area) or 'none'}); 0 is best."
    if served:
        share, wrong = served[0]["coverage"], served[0]["risk"]
        sentence += f" Refusing begins where {share:.3f} of the questions are answered, {wrong:.3f} of them wrong."
    table = [
        (f"{tenth / 10:.1f}", *(f"{np.interp(tenth / 10, coverage, risk):.3f}" for coverage, risk in curves.values()))
        for tenth in range(1, 11)
    ]
    picture = svg(charts.risk_curves(rows, served), f"Risk-coverage curves. {sentence}")
    return Drawing(picture, sentence, ("coverage", *(f"risk, {which}" for which in curves)), tuple(table))


def _halves(results: Sequence[Result]) -> Iterable[tuple[str, list[Result]]]:
    yield "all", list(results)
    for split in ("dev", "test"):
        yield split, [r for r in results if r.split == split]


def _served(results: Sequence[Result], threshold: float | None) -> list[dict[str, Any]]:
    sure, right = confidences(results)
    if threshold is None or not (answered := sure >= threshold).any():
        return []
    return [{"coverage": float(answered.mean()), "risk": float(1 - right[answered].mean()), "label": "refusing begins"}]


def reliability_diagram(run: Run) -> Drawing:
    """Confidence against the share right, by bins."""
    sure, right = confidences(run.results)
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    rows = []
    for bin_, (mean, share, n) in zip(np.unique(bins), reliability(sure, right), strict=True):
        found = ratio_interval(np.column_stack([right[bins == bin_], np.ones(n)]))
        ends = (found.low, found.high) if found else (share, share)
        rows.append({"confidence": mean, "share": share, "low": ends[0], "high": ends[1], "n": n})
    if not rows:
        return Drawing("", "No question was asked.")
    error = next(f for f in run.overall if f.name == "calibration error")
    sentence = f"The calibration error is {said(error)} (95 % interval {interval(error) or 'none'}); 0 is the diagonal."
    table = [
        (f"{r['confidence']:.3f}", f"{r['share']:.3f}", f"{r['low']:.3f} to {r['high']:.3f}", str(r["n"])) for r in rows
    ]
    columns = ("mean confidence", "share right", "95 % interval", "questions")
    return Drawing(
        svg(charts.reliability_points(rows), f"Reliability diagram. {sentence}"), sentence, columns, tuple(table)
    )


def latencies(run: Run) -> Drawing:
    """How many questions took how long."""
    times = [result.latency_ms for result in run.results]
    if not times:
        return Drawing("", "No question was asked.")
    wide = _round_up(max(times) / _BARS)
    counts = np.bincount([int(ms // wide) for ms in times])
    rows = [{"begin": i * wide, "end": (i + 1) * wide, "n": int(n)} for i, n in enumerate(counts)]
    figures = [f for f in run.overall if f.unit == "ms"]
    marks = [{"ms": f.value, "label": f.name.removeprefix("latency ")} for f in figures]
    sentence = f"{'; '.join(f'{f.name} {said(f)}' for f in figures)}; the slowest {max(times):.0f} ms."
    table = [(f"{row['begin']:g} to {row['end']:g}", str(row["n"])) for row in rows]
    picture = svg(charts.latency_bars(rows, marks), f"How long answers take. {sentence}")
    return Drawing(picture, sentence, ("milliseconds", "questions"), tuple(table))


def _round_up(width: float) -> float:
    """The next of 1, 2, 5, 10, 20, … that is no less."""
    if width <= 0:
        return 1.0
    ten = 10.0 ** floor(log10(width))
    return next(step * ten for step in (1, 2, 5, 10) if step * ten >= width)


def _day(time: object) -> str:
    """A time as it stands in a chart: only a date that could be read, for the label is part of a formula there."""
    try:
        return day_said(datetime.fromisoformat(str(time)))
    except ValueError:
        return "at some time"


def day_said(time: datetime) -> str:
    """A time as a run is called by it: the day first, then a comma."""
    return f"{time.day} {time:%b %Y, %H:%M}"
