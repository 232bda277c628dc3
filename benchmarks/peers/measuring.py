"""Each system measured in processes of its own: ours by its own commands, a peer in its own environment."""

import json
import os
import shutil
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.peers.environments import Peer, PeerProblem
from benchmarks.peers.figures import Figures, Rankings, Whole, best, middle, percentile_95
from benchmarks.peers.material import Material
from benchmarks.peers.process_tree import Cost, ProcessFailed, measured

ROOT = Path(__file__).parents[2]
_OURSELVES = "benchmarks.peers.systems.ourselves"
_THREADS = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
_OFFLINE = {"HF_HUB_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}

Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Place:
    """Where things are measured.

    Attributes:
        work: A folder for what is made on the way.
        corpus: The documents.
        questions: The evaluation's questions.
        repeat: How often each thing is measured; the median counts.
    """

    work: Path
    corpus: Path
    questions: Path
    repeat: int

    @property
    def index(self) -> Path:
        """Our index, from which everybody's passages come."""
        return self.work / "ours" / "index"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every process: as systems come, with nothing set that this shell happens to have."""
        kept = {k: v for k, v in os.environ.items() if k not in _THREADS and not k.startswith("CHAPTER_")}
        return {**kept, **_OFFLINE, "CHAPTER_ENCODERS": str(self.work / "encoders")}


@dataclass(frozen=True, slots=True)
class Measured:
    """A system as it was measured: its figures, and what it found for each question."""

    figures: Figures
    found: Rankings


def first_index(place: Place) -> Cost:
    """Index as on a machine where the model has not been compiled; the passages of this index are everybody's."""
    shutil.rmtree(place.work / "encoders", ignore_errors=True)
    return _index_ours(place)


def measure_ours(place: Place, material: Material, say: Say) -> Measured:
    """Measure our indexing and retrieval, as they come.

    Raises:
        ProcessFailed: If one of our commands fails.
    """
    start, _ = _stage([sys.executable, "-m", _OURSELVES, "start"], place, material, place.index)
    runs = []
    for number in range(1, place.repeat + 1):
        say(f"Ours, {number} of {place.repeat}: indexing, questions")
        built = _index_ours(place)
        asked, cost = _stage([sys.executable, "-m", _OURSELVES, "query"], place, material, place.index)
        runs.append((_figures(built, start["start"], asked, cost), asked["found"]))
    return Measured(middle([figures for figures, _ in runs]), runs[0][1])


def measure_whole(place: Place, material: Material, first: Cost, say: Say) -> Whole:
    """Measure whole answers, warm and from a cold start.

    Raises:
        ProcessFailed: If one of our commands fails.
    """
    warm = []
    for stage in ("answers", "answers-read"):
        say(f"Ours: whole answers {'with' if stage == 'answers-read' else 'without'} the reader")
        asked, cost = _stage([sys.executable, "-m", _OURSELVES, stage], place, material, place.index)
        warm += [statistics.median(asked["times"]), percentile_95(asked["times"]), cost.peak]
    say("Ours: answers from a cold start")
    command = [sys.executable, "-m", "answer", "--no-model", "--corpus", str(place.corpus), "--index", str(place.index)]
    colds = [measured([*command, question], cwd=ROOT, environment=place.environment) for question in material.cold]
    cold = [statistics.median(values) for values in zip(*((c.cpu, c.wall, c.peak) for c in colds), strict=True)]
    return Whole(first.cpu, first.wall, first.peak, *warm, *cold)


def measure_peer(peer: Peer, python: Path, place: Place, material: Material, say: Say) -> Measured:
    """Measure a peer's indexing and retrieval, as it comes and with one thread; the better of each figure is its own.

    Raises:
        PeerProblem: If it cannot be run.
    """
    command = [str(python), "-m", peer.module]
    ways = []
    found: Rankings = {}
    try:
        _stage([*command, "start"], place, material, place.work)  # its files are in memory, as ours are
        for threads in ({}, dict.fromkeys(_THREADS, "1")):
            runs = []
            for number in range(1, place.repeat + 1):
                how = "one thread" if threads else "as it comes"
                say(f"{peer.title}, {how}, {number} of {place.repeat}: indexing, questions")
                folder = _empty(place.work / peer.name)
                built, cost = _stage([*command, "build"], place, material, folder, threads)
                asked, asking = _stage([*command, "query"], place, material, folder, threads)
                runs.append(_figures(cost, built["start"], asked, asking))
                found = found or asked["found"]
            ways.append(middle(runs))
    except ProcessFailed as error:
        raise PeerProblem(str(error)) from error
    return Measured(best(ways), found)


def _index_ours(place: Place) -> Cost:
    """``python -m index`` as a whole, the documents read and the index written, with nothing there before."""
    _empty(place.index.parent)
    command = [sys.executable, "-m", "index", "--corpus", str(place.corpus), "--folder", str(place.index)]
    return measured(command, cwd=ROOT, environment=place.environment)


def _stage(
    command: Sequence[str], place: Place, material: Material, index: Path, more: dict[str, str] | None = None
) -> tuple[dict[str, Any], Cost]:
    """Run one stage of a system: what it left, and what it cost."""
    result = place.work / "result.json"
    result.unlink(missing_ok=True)
    arguments = [str(path) for path in (material.folder, material.model, index, result)]
    cost = measured([*command, *arguments], cwd=ROOT, environment={**place.environment, **(more or {})})
    return json.loads(result.read_text("utf-8")), cost


def _figures(built: Cost, start: float, asked: dict[str, Any], asking: Cost) -> Figures:
    return Figures(
        built.cpu,
        start,
        built.wall,
        built.peak,
        asked["cpu"],
        statistics.median(asked["times"]),
        percentile_95(asked["times"]),
        asking.peak,
    )


def _empty(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
