"""`python -m benchmarks.scale_measure`: a snapshot of made passages, loaded and searched in a process of its own."""

import json
import os
import statistics
import time
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import typer

from benchmarks.scale_exact import Exact, all_cosines, recall
from benchmarks.scale_queries import queries_for
from benchmarks.scale_snapshot import most_memory, prepare
from benchmarks.scale_vectors import in_one_thread
from index import Encoder, Encoding, Snapshot, find_model, index_text, load_encoder, search_encoded
from index.hybrid import DEPTH
from index.snapshot import load_snapshot

TOP = 10
_WARMING = 30  # queries asked before time is taken
_COLD = 30  # queries asked of files that the system holds nothing of
_EXACT = 50  # queries asked exactly as well


class Timed:
    """A part of a snapshot whose calls are timed, by what the processor spends in this thread.

    Args:
        part: The part.
        name: What its calls are counted under, each with its own name after it.
        spent: Where seconds are added up.
    """

    def __init__(self, part: Any, name: str, spent: dict[str, float]) -> None:  # noqa: ANN401  whatever is timed
        self._part = part
        self._name = name
        self._spent = spent

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        found = getattr(self._part, name)
        if not callable(found):
            return found

        def timed(*args: Any, **more: Any) -> Any:  # noqa: ANN401
            began = time.thread_time()
            try:
                return found(*args, **more)
            finally:
                self._spent[f"{self._name}.{name}"] += time.thread_time() - began

        return timed

    def __len__(self) -> int:
        return len(self._part)

    def __getitem__(self, place: int) -> Any:  # noqa: ANN401
        began = time.thread_time()
        found = self._part[place]
        self._spent[f"{self._name}.read"] += time.thread_time() - began
        return found


def measure(folder: Path, queries: list[str], encoder: Encoder) -> dict[str, Any]:
    """Everything that is measured of a snapshot in a folder."""
    began = time.perf_counter()
    snapshot = load_snapshot(folder)
    loaded = time.perf_counter() - began
    forget(folder)
    cold = _times(snapshot, encoder, queries[:_COLD])["search"]
    _times(snapshot, encoder, queries[_COLD : _COLD + _WARMING])
    times = _times(snapshot, encoder, queries[_COLD + _WARMING :])
    memory = most_memory()
    encodings = encoder.encode(queries)
    return {
        "passages": len(snapshot.passages),
        "queries": len(times["whole"]),
        "load_s": loaded,
        "memory": memory,
        "cold_ms": quantiles(cold),
        **{f"{name}_ms": quantiles(values) for name, values in times.items()},
        "parts_ms": parts_of(snapshot, queries[_COLD:], encodings[_COLD:]),
        "embed_s": embedding(snapshot, encoder),
        "dense_recall": dense_recall(snapshot, encodings),
        "hybrid_recall": hybrid_recall(snapshot, queries[:_EXACT], encodings[:_EXACT]),
    }


def forget(folder: Path) -> None:
    """Ask the system to hold nothing of the files in a folder (where it can be asked: Linux)."""
    for path in folder.iterdir():
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(handle)


def _times(snapshot: Snapshot, encoder: Encoder, queries: list[str]) -> dict[str, list[float]]:
    """Milliseconds of each query: for its encoding, for the search, for both, and of the processor for both."""
    times: dict[str, list[float]] = {"encode": [], "search": [], "whole": [], "processor": []}
    for query in queries:
        began, busy = time.perf_counter(), time.process_time()
        encoding = encoder.encode([query])[0]
        encoded = time.perf_counter()
        search_encoded(snapshot, query, encoding, limit=TOP)
        ended = time.perf_counter()
        for name, seconds in (("encode", encoded - began), ("search", ended - encoded), ("whole", ended - began)):
            times[name].append(1000 * seconds)
        times["processor"].append(1000 * (time.process_time() - busy))
    return times


def quantiles(times: list[float]) -> dict[str, float]:
    """Some quantiles by their hundredths, and the mean."""
    points = {f"p{q}": float(np.percentile(times, q)) for q in (5, 25, 50, 75, 90, 95, 99)}
    return {name: round(value, 3) for name, value in {**points, "mean": statistics.mean(times)}.items()}


def parts_of(snapshot: Snapshot, queries: list[str], encodings: list[Encoding]) -> dict[str, float]:
    """The mean milliseconds of the processor that each part of a search takes; "rest" is ranking and fusing."""
    spent: dict[str, float] = defaultdict(float)
    names = ("lexical", "dense", "late", "passages")
    timed: dict[str, Any] = {name: Timed(getattr(snapshot, name), name, spent) for name in names}
    watched = replace(snapshot, **timed)
    began = time.thread_time()
    for query, encoding in zip(queries, encodings, strict=True):
        search_encoded(watched, query, encoding, limit=TOP)
    spent["rest"] = time.thread_time() - began - sum(spent.values())
    return {name: round(1000 * seconds / len(queries), 3) for name, seconds in sorted(spent.items())}


def embedding(snapshot: Snapshot, encoder: Encoder, count: int = 128) -> float:
    """The seconds of the processor that embedding a passage takes, told from the first of them."""
    texts = [index_text(passage) for passage in snapshot.passages[:count]]
    began = time.process_time()
    in_one_thread(encoder, texts)
    return (time.process_time() - began) / len(texts)


def dense_recall(snapshot: Snapshot, encodings: list[Encoding]) -> float:
    """The mean recall of the nearest ten, of what is found and judged again, against all cosines."""
    questions = np.stack([encoding.vector for encoding in encodings])
    exact = np.sort(_highest(snapshot, questions), axis=1)
    found = [snapshot.dense.cosines(q, snapshot.dense.best(q, DEPTH)) for q in questions]
    return statistics.mean(recall(mine, its) for mine, its in zip(found, exact.astype(np.float64), strict=True))


def _highest(snapshot: Snapshot, questions: Any) -> Any:  # noqa: ANN401  arrays
    vectors, best = snapshot.dense.vectors, np.full((len(questions), TOP), -1, np.float32)
    step = 100_000
    for at in range(0, len(vectors), step):
        here = np.concatenate([best, all_cosines(vectors[at : at + step], questions)], axis=1)
        best = np.partition(here, -TOP, axis=1)[:, -TOP:]
    return best


def hybrid_recall(snapshot: Snapshot, queries: list[str], encodings: list[Encoding]) -> float:
    """The mean share of an exact search's first ten that is among the first ten here."""
    shares = []
    for query, encoding in zip(queries, encodings, strict=True):
        wanted = {hit.place for hit in search_encoded(Exact(snapshot), query, encoding, limit=TOP)}
        found = {hit.place for hit in search_encoded(snapshot, query, encoding, limit=TOP)}
        shares.append(len(wanted & found) / len(wanted) if wanted else 1.0)
    return statistics.mean(shares)


def main(
    passages: int = typer.Option(10_000, min=1),
    folder: Path = Path("build/bench/scale"),
    corpus: Path = Path("corpus"),
    queries: int = typer.Option(400, min=100),
) -> None:
    """Measure the snapshot of so many passages that `benchmarks.scale_snapshot` wrote; print it as JSON."""
    wordings, _ = prepare(folder, corpus, passages, lambda line: typer.echo(line, err=True))
    asked = queries_for(wordings, passages, queries)
    found = measure(folder / f"snapshot-{passages}", asked, load_encoder(find_model()))
    typer.echo(json.dumps(found))


if __name__ == "__main__":
    typer.run(main)
