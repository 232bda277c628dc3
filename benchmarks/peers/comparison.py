"""The whole comparison: ours first, then one peer after the other; a peer that fails is named and the others go on."""

import json
import os
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path

from benchmarks.peers.environments import Peer, PeerProblem, environment_of, versions_in
from benchmarks.peers.figures import Figures, Found, Whole, found_by
from benchmarks.peers.goals import goals
from benchmarks.peers.material import Material, written
from benchmarks.peers.measuring import Measured, Place, Say, first_index, measure_ours, measure_peer, measure_whole
from benchmarks.peers.process_tree import others_watched

Measure = Callable[[Peer], tuple[Measured, list[str]]]
OURS = "ours"


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of it, each by the system's title, ours under ``OURS``.

    Attributes:
        ours: Our figures.
        peers: Those of each peer that could be measured.
        found: How good what each system finds is, ours first.
        failed: Why a peer could not be measured.
        whole: What whole answers take.
        versions: What is installed beside each system.
        counts: How many passages and questions there were, and how often each thing was measured.
        others: How many processors, on the mean, worked for something else meanwhile.
    """

    ours: Figures
    peers: Mapping[str, Figures]
    found: Mapping[str, Found]
    failed: Mapping[str, str]
    whole: Whole
    versions: Mapping[str, Sequence[str]]
    counts: Mapping[str, int]
    others: float


def compared(place: Place, chosen: Sequence[Peer], wanted: int, environments: Path, say: Say) -> Comparison:
    """Measure everybody, and watch what else the machine does.

    Args:
        place: Where.
        chosen: The peers to measure.
        wanted: How many questions to ask of retrieval.
        environments: Where the peers' environments are kept.
        say: Told what is being done.

    Raises:
        ProcessFailed: If one of our own commands fails.
    """
    with others_watched() as others:
        comparison = _compared(place, chosen, wanted, environments, say)
    return replace(comparison, others=others[0])


def _compared(place: Place, chosen: Sequence[Peer], wanted: int, environments: Path, say: Say) -> Comparison:
    say("Ours: indexing for the first time, the model compiled")
    first = first_index(place)
    (place.work / "material").mkdir(exist_ok=True)
    material = written(place.index, place.questions, place.work / "material", wanted)
    ours = measure_ours(place, material, say)
    whole = measure_whole(place, material, first, say)

    def measure(peer: Peer) -> tuple[Measured, list[str]]:
        python = environment_of(peer, environments, say)
        return measure_peer(peer, python, place, material, say), versions_in(python)

    done, failed = each(chosen, measure, say)
    rankings = {OURS: ours.found, **{title: measured.found for title, (measured, _) in done.items()}}
    return Comparison(
        ours.figures,
        {title: measured.figures for title, (measured, _) in done.items()},
        {title: found_by(found, ours.found, material.relevant) for title, found in rankings.items()},
        failed,
        whole,
        {OURS: _own_versions(), **{title: versions for title, (_, versions) in done.items()}},
        _counts(material, place),
        0.0,
    )


def each(
    chosen: Sequence[Peer], measure: Measure, say: Say
) -> tuple[dict[str, tuple[Measured, list[str]]], dict[str, str]]:
    """Measure one peer after the other.

    Returns:
        What was measured by title, and why it was not for those that failed.
    """
    done, failed = {}, {}
    for peer in chosen:
        try:
            done[peer.title] = measure(peer)
        except PeerProblem as error:
            failed[peer.title] = str(error)
            say(f"{peer.title} cannot be measured: {error}")
    return done, failed


def kept(comparison: Comparison, folder: Path) -> Path:
    """Write a comparison to a file named for the time in UTC, with its goals and the machine."""
    now = datetime.now(UTC)
    path = folder / f"{now.strftime('%Y%m%dT%H%M%SZ')}.json"
    met = [asdict(goal) for goal in goals(comparison.ours, comparison.peers, comparison.whole)]
    record = {"made": now.isoformat(timespec="seconds"), "machine": machine(), **asdict(comparison), "goals": met}
    path.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return path


def machine() -> dict[str, object]:
    """What it was measured on."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "processor": names[0] if names else platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
    }


def _counts(material: Material, place: Place) -> dict[str, int]:
    return {
        "passages": material.passages,
        "questions": len(material.relevant),
        "answers": material.whole_questions,
        "repeat": place.repeat,
    }


def _own_versions() -> list[str]:
    return sorted({f"{found.name}=={found.version}" for found in distributions()})
