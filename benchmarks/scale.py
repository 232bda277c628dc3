"""`python -m benchmarks.scale`: build and search snapshots of many made passages, each in a process of its own.

What was measured is added to a file by size; the growth is drawn from it, and benchmarks/scale_simulation.py goes on
from it. Passages are embedded once for all sizes (50,000 of them: some minutes) and kept in the folder.
"""

import json
import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks.scale_plot import draw

SIZES = (10_000, 30_000, 100_000, 300_000, 1_000_000)
RESULTS = Path("docs/scale.json")


def main(
    passages: Annotated[
        list[int] | None, typer.Option(min=1, help="How many; may be given more than once. Else 10,000 to 1,000,000.")
    ] = None,
    folder: Path = Path("build/bench/scale"),
    results: Path = RESULTS,
    corpus: Path = Path("corpus"),
    keep: bool = typer.Option(False, help="Leave the snapshots in the folder; one that is there is not built again."),
) -> None:
    """Measure sizes one after the other: rates, memory, times of queries, what is found.

    Snapshots and embedded passages are put in the folder; what is measured is added to the file of results, and drawn
    beside it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for count in passages or SIZES:
        given = ["--passages", str(count), "--folder", str(folder), "--corpus", str(corpus)]
        snapshot = folder / f"snapshot-{count}"
        built = snapshot.with_suffix(".json")
        if not (keep and built.exists()):
            shutil.rmtree(snapshot, ignore_errors=True)
            built.write_text(json.dumps(_run("benchmarks.scale_snapshot", given)), "utf-8")
        found = {"build": json.loads(built.read_text("utf-8")), "query": _run("benchmarks.scale_measure", given)}
        if not keep:
            shutil.rmtree(snapshot)
            built.unlink()
        kept = add(results, count, found)
        typer.echo(table(kept))
    draw(json.loads(results.read_text("utf-8")), results.with_suffix(".svg"))


def _run(module: str, given: list[str]) -> Any:  # noqa: ANN401  what it prints, as JSON
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "1",
    }  # one query at a time is asked by one thread, as they are served
    ended = subprocess.run(  # noqa: S603  our own
        [sys.executable, "-m", module, *given], stdout=subprocess.PIPE, env=environment, check=True
    )
    return json.loads(ended.stdout)


def add(results: Path, count: int, found: dict[str, Any]) -> dict[str, Any]:
    """Put what was measured of a size into the file of results, and give all of it."""
    kept: dict[str, Any] = json.loads(results.read_text("utf-8")) if results.exists() else {"machine": "", "sizes": {}}
    kept["machine"] = f"{os.cpu_count()} cores, {platform.machine()}"
    kept["sizes"][str(count)] = found
    kept["sizes"] = dict(sorted(kept["sizes"].items(), key=lambda pair: int(pair[0])))
    results.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return kept


def table(kept: dict[str, Any]) -> str:
    """What was measured, a line a size, in Markdown."""
    lines = [
        "| passages | lexical, dense, late: passages a second | build memory | disk | load | query memory "
        "| search p50 / p95 | with encoding p50 / p95 | processor p50 | dense recall | hybrid recall |",
        "|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
    ]
    for count, found in kept["sizes"].items():
        build, query = found["build"], found["query"]
        rates = ", ".join(f"{int(count) / build['seconds'][part]:,.0f}" for part in ("lexical", "dense", "late"))
        sizes = [f"{size / 1e9:.2f} GB" for size in (build["memory"], sum(build["bytes"].values()), query["memory"])]
        times = [
            f"{query[f'{name}_ms']['p50']:.0f} / {query[f'{name}_ms']['p95']:.0f} ms" for name in ("search", "whole")
        ]
        cells = [f"{int(count):,}", rates, *sizes[:2], f"{query['load_s']:.1f} s", sizes[2], *times]
        cells += [f"{query['processor_ms']['p50']:.0f} ms"]
        cells += [f"{query[name]:.3f}" for name in ("dense_recall", "hybrid_recall")]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


if __name__ == "__main__":
    typer.run(main)
