"""What we set out to reach, and whether we do."""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.peers.figures import Figures, Whole

_MB = 1e6


@dataclass(frozen=True, slots=True)
class Goal:
    """One goal.

    Attributes:
        about: What it is about.
        wanted: What is wanted, in words.
        measured: What is, in words.
        met: Whether it is met.
    """

    about: str
    wanted: str
    measured: str
    met: bool


def goals(ours: Figures, peers: Mapping[str, Figures], whole: Whole) -> list[Goal]:
    """Every goal; one that is held against peers counts by the nearest of them, and is left out where there is none.

    Args:
        ours: Our figures.
        peers: Those of each peer by its title.
        whole: Those of whole answers.
    """
    beside = [
        _ahead("indexing, processor", "index_cpu", 3, ours, peers),
        _ahead("indexing, peak of memory", "index_peak", 2, ours, peers),
        _ahead("a question, processor", "query_cpu", 2, ours, peers),
    ]
    return [
        *(goal for goal in beside if goal is not None),
        _most("a question, processor", 8, ours.query_cpu, "ms"),
        _most("whole answer without the reader, median", 40, whole.plain_median, "ms"),
        _most("whole answer without the reader, p95", 90, whole.plain_p95, "ms"),
        _most("python -m answer, processor", 1.5, whole.cold_cpu, "s"),
        _most("python -m answer, memory", 350, whole.cold_peak / _MB, "MB"),
        _most("answering process without the reader, memory", 350, whole.plain_peak / _MB, "MB"),
        _most("answering process with the reader, memory", 350, whole.read_peak / _MB, "MB"),
    ]


def _ahead(about: str, name: str, times: float, ours: Figures, peers: Mapping[str, Figures]) -> Goal | None:
    ratios = {title: getattr(theirs, name) / getattr(ours, name) for title, theirs in peers.items()}
    if not ratios:
        return None
    nearest = min(ratios, key=lambda title: ratios[title])
    wanted = f"at least {times:g} times less than every peer"
    return Goal(about, wanted, f"{ratios[nearest]:.1f} times ({nearest})", ratios[nearest] >= times)


def _most(about: str, most: float, value: float, unit: str) -> Goal:
    return Goal(about, f"at most {most:g} {unit}", f"{value:.3g} {unit}", value <= most)
