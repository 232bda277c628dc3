"""`python -m benchmarks.scale_simulation`: 10⁶ to 10⁸ passages on many machines, from what was measured on one.

docs/scale.md has what is assumed.
"""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import typer

from benchmarks.scale import RESULTS
from benchmarks.scale_queues import Service, Times, answered, answered_by_two, arrivals, fanned_out

SIZES = (1_000_000, 10_000_000, 100_000_000)
RATE, SERVERS = 20.0, 4
_SKIPPED = 0.1  # of the queries, while queues fill


@dataclass(frozen=True, slots=True)
class Costs:
    """What one shard of so many passages costs.

    Attributes:
        passages: How many it holds.
        memory: Bytes while it is searched.
        disk: Bytes.
        build: Processor seconds to embed and index it.
        encode: Encoding a question, in seconds.
        search: Searching it.
    """

    passages: int
    memory: float
    disk: float
    build: float
    encode: Service
    search: Service


@dataclass(frozen=True, slots=True)
class Setting:
    """What is asked of the machines.

    Attributes:
        rate: Queries a second, over all passages.
        servers: Queries that a machine works on at once: its cores.
        hop: Seconds between two machines, one way.
        merge: Seconds to merge what one shard found.
        queries: How many are simulated.
        seed: Another seed draws other times.
    """

    rate: float = RATE
    servers: int = SERVERS
    hop: float = 0.0005
    merge: float = 0.00002
    queries: int = 20_000
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        passages: How many there were.
        shards: How many they were spread over.
        busy: The share of time that a core of a machine works, where there is one copy of each shard.
        alone: Milliseconds of a query, at the 50th, 95th and 99th percentile, where there is one copy.
        hedged: The same where there are two, and the second is asked when the first is late.
    """

    passages: int
    shards: int
    busy: float
    alone: tuple[float, float, float]
    hedged: tuple[float, float, float]


def simulate(passages: int, costs: Costs, setting: Setting) -> Outcome:
    """Ask so many passages, spread over shards as large as the measured one."""
    random = np.random.default_rng(setting.seed)
    shards = -(-passages // costs.passages)
    come = arrivals(setting.rate, setting.queries, random)
    draw = costs.search.drawer(random)
    patience = float(np.percentile(answered(come, draw, setting.servers) - come, 95))
    before = costs.encode.drawer(random)(len(come)) + 2 * setting.hop + shards * setting.merge
    alone = fanned_out(come, shards, partial(answered, draw=draw, servers=setting.servers))
    two = partial(answered_by_two, draw=draw, servers=setting.servers, patience=patience)
    return Outcome(
        passages,
        shards,
        setting.rate * costs.search.mean / setting.servers,
        _percentiles(before + alone - come),
        _percentiles(before + fanned_out(come, shards, two) - come),
    )


def _percentiles(times: Times) -> tuple[float, float, float]:
    kept = times[int(_SKIPPED * len(times)) :]
    p50, p95, p99 = (1000 * np.percentile(kept, [50, 95, 99])).tolist()
    return p50, p95, p99


def measured(kept: dict[str, Any]) -> Costs:
    """The costs of the largest size that was measured."""
    count, found = max(kept["sizes"].items(), key=lambda pair: int(pair[0]))
    build, query = found["build"], found["query"]
    indexing = sum(build["seconds"].values())
    service = {
        name: Service.through(query[f"{name}_ms"]["p50"] / 1000, query[f"{name}_ms"]["p95"] / 1000)
        for name in ("encode", "search")
    }
    return Costs(
        int(count),
        query["memory"],
        sum(build["bytes"].values()),
        int(count) * query["embed_s"] + indexing,
        Service(service["encode"].median, service["encode"].spread, late=0.0),
        service["search"],
    )


def main(
    results: Path = RESULTS,
    rate: float = typer.Option(RATE, help="Queries a second."),
    servers: int = typer.Option(SERVERS, help="Cores a machine."),
    seed: int = 0,
) -> None:
    """Print a line for each number of passages, in Markdown."""
    costs, setting = measured(json.loads(results.read_text("utf-8"))), Setting(rate=rate, servers=servers, seed=seed)
    typer.echo(
        "| passages | shards | memory | disk | core hours to build | cores busy | p50 / p95 / p99 "
        "| with a second copy asked |\n|--:|--:|--:|--:|--:|--:|--:|--:|"
    )
    for passages in SIZES:
        found, times = simulate(passages, costs, setting), passages / costs.passages
        cells = [f"{passages:,}", str(found.shards), f"{times * costs.memory / 1e9:,.0f} GB"]
        cells += [f"{times * costs.disk / 1e9:,.0f} GB", f"{times * costs.build / 3600:,.0f}", f"{found.busy:.0%}"]
        cells += [" / ".join(f"{value:.0f}" for value in part) + " ms" for part in (found.alone, found.hedged)]
        typer.echo(f"| {' | '.join(cells)} |")


if __name__ == "__main__":
    typer.run(main)
