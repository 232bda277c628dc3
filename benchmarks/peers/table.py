"""The comparison as tables for the terminal: every peer's figure as a multiple of ours."""

from collections.abc import Mapping, Sequence

from rich.table import Table

from benchmarks.peers.figures import Figures, Found, Whole
from benchmarks.peers.goals import Goal

# What is shown of the figures: their names, what they are called, what they are divided by, and in what they are then.
_ROWS = (
    ("index_cpu", "indexing, processor", 1, "s"),
    ("index_start", "  of which start-up", 1, "s"),
    ("index_wall", "indexing, clock", 1, "s"),
    ("index_peak", "indexing, peak of memory", 1e6, "MB"),
    ("query_cpu", "a question, processor", 1, "ms"),
    ("query_median", "a question, clock, median", 1, "ms"),
    ("query_p95", "a question, clock, p95", 1, "ms"),
    ("query_peak", "searching process, memory", 1e6, "MB"),
)
_FOUND = (("success_5", "Success@5"), ("recall_10", "R@10"), ("overlap_10", "overlap@10 with ours"))


def beside(ours: Figures, peers: Mapping[str, Figures], found: Mapping[str, Found], title: str) -> Table:
    """Our figures, and each peer's as so many times ours.

    Args:
        ours: Our figures.
        peers: Those of each peer by its title.
        found: How good what each finds is, ours first, in the order of the columns.
        title: What is said above the table.
    """
    table = Table(title=title, title_justify="left", caption_justify="left")
    table.add_column("less is better")
    for column in ("ours", *peers):
        table.add_column(column, justify="right")
    for name, called, divisor, unit in _ROWS:
        value = getattr(ours, name)
        cells = [times(getattr(theirs, name), value, divisor, unit) for theirs in peers.values()]
        table.add_row(called, amount(value / divisor, unit), *cells)
    table.add_section()
    for name, called in _FOUND:
        table.add_row(f"{called} (more is better)", *(f"{getattr(one, name):.3f}" for one in found.values()))
    return table


def alone(whole: Whole, questions: int) -> Table:
    """What only we do: the first index on a machine, whole answers.

    Args:
        whole: The figures.
        questions: How many answers were timed.
    """
    table = Table(title=f"Ours alone (answers: n = {questions})", title_justify="left")
    for column in ("", "processor", "clock", "memory"):
        table.add_column(column, justify="right" if column else "left")
    w = whole
    seconds = [(w.first_cpu, w.first_wall, w.first_peak), (w.cold_cpu, w.cold_wall, w.cold_peak)]
    called = ["indexing for the first time, the model compiled", "python -m answer, cold start (median)"]
    for name, (cpu, wall, peak) in zip(called, seconds, strict=True):
        table.add_row(name, amount(cpu, "s"), amount(wall, "s"), amount(peak / 1e6, "MB"))
    answers = {
        "answer, warm, without the reader": (w.plain_median, w.plain_p95, w.plain_peak),
        "answer, warm, with the reader": (w.read_median, w.read_p95, w.read_peak),
    }
    for name, (median, high, peak) in answers.items():
        table.add_row(name, "", f"{amount(median, 'ms')}, p95 {amount(high, 'ms')}", amount(peak / 1e6, "MB"))
    return table


def reached(goals: Sequence[Goal]) -> Table:
    """The goals, and whether they are met."""
    table = Table(title="Goals", title_justify="left")
    for column in ("about", "wanted", "measured", "met"):
        table.add_column(column)
    for goal in goals:
        table.add_row(goal.about, goal.wanted, goal.measured, "[green]yes[/]" if goal.met else "[red]no[/]")
    return table


def times(theirs: float, ours: float, divisor: float, unit: str) -> str:
    """A peer's figure as a multiple of ours, with the figure itself."""
    return f"{theirs / ours:.1f} × ({amount(theirs / divisor, unit)})"


def amount(value: float, unit: str) -> str:
    """A figure to three digits or to the whole number, whichever says more."""
    return f"{value:.0f} {unit}" if value >= 100 else f"{value:.3g} {unit}"
