"""`python -m trials.faults`: kills, damage, power cuts, full disks and swaps, done to an index (Linux).

Each line is what was tried, with its n. Exit 1 if anything did not hold: then each such thing is a line below.
"""

import os
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Annotated

# One thread a process, and none that is started on import: what is forked must have no others.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
os.environ.setdefault("HF_HUB_OFFLINE", "1")

import typer

from trials.faults_children import Shown, in_child
from trials.faults_disks import (
    try_builders,
    try_clock,
    try_file_limit,
    try_full_disk,
    try_read_only,
    try_versions,
)
from trials.faults_flips import try_flips
from trials.faults_kills import try_kills, try_real_kills
from trials.faults_power_cuts import WORKS, Work, cut_power
from trials.faults_swaps import try_swaps

READERS = 8


def main(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    kills: Annotated[int, typer.Option(help="How many moments to kill at, with a cheap model.")] = 480,
    real: Annotated[int, typer.Option(help="How many besides with the real command and model.")] = 20,
    flips: Annotated[int, typer.Option(help="How many bits to flip and files to cut off.")] = 500,
    disks: Annotated[int, typer.Option(help="How many full disks of each kind.")] = 40,
    seconds: Annotated[float, typer.Option(help="How long to swap under readers.")] = 60,
    power: Annotated[bool, typer.Option(help="Cut power, simulated.")] = True,
    draws: Annotated[int, typer.Option(help="How many disks to draw at each moment of a power cut.")] = 20,
    models: Annotated[bool, typer.Option(help="Harm the compiled model and the reader too.")] = True,
    seed: Annotated[int, typer.Option(help="What chance begins with.")] = 8,
) -> None:
    """Try what an index withstands, and print it."""
    chance = random.Random(seed)
    trials: list[Callable[[Path], Shown]] = [
        lambda room: try_kills(room, kills, chance),
        lambda room: try_flips(room, flips, chance, models=models),
        lambda room: try_file_limit(room, disks, chance),
        lambda room: try_full_disk(room, disks, chance),
        try_read_only,
        lambda room: try_builders(room, max(2, disks // 4)),
        lambda room: try_clock(room, 6),
        try_versions,
        lambda room: try_swaps(room, READERS, seconds),
    ]
    if power:
        trials.append(lambda room: _try_power(room, draws, chance))
    if real:
        trials.append(lambda room: try_real_kills(room, real, chance))
    wrong = [line for shown in _each(trials) for line in shown.wrong]
    typer.echo(f"{len(wrong)} did not hold." if wrong else "All of it held.")
    raise typer.Exit(1 if wrong else 0)


def _each(trials: list[Callable[[Path], Shown]]) -> Iterator[Shown]:
    """Do each, tell of it, and give what it showed."""
    for trial in trials:
        with tempfile.TemporaryDirectory(prefix="faults-") as room:
            began = time.perf_counter()
            shown = trial(Path(room))
        typer.echo(f"{shown.name}: {shown.said} [{time.perf_counter() - began:.0f} s]")
        for line in shown.wrong:
            typer.echo(f"    WRONG {line}")
        sys.stdout.flush()
        yield shown


def _try_power(room: Path, draws: int, chance: random.Random) -> Shown:
    """Power cut at every moment of each work."""
    moments = disks = different = 0
    wrong: list[str] = []
    for at, work in enumerate(WORKS):
        ended = in_child(partial(_cut, work, room / str(at), random.Random(chance.random()), draws))
        if ended.trouble:
            wrong.append(f"{work.name}: {ended.trouble}")
            continue
        moments, disks = moments + ended.said[0], disks + ended.said[1]
        different += ended.said[2]
        wrong += ended.said[3]
    said = (
        f"at each of {moments} moments of {len(WORKS)} works, {disks} disks drawn, {different} of them different in "
        f"what matters: {different - len(wrong)} answer as the old index or the new, all that they keep is whole"
    )
    return Shown("power cuts, simulated", said, wrong)


def _cut(work: Work, room: Path, chance: random.Random, draws: int) -> tuple[int, int, int, list[str]]:
    room.mkdir()
    found = cut_power(work, room, chance, draws)
    return found.moments, found.disks, found.different, found.wrong


if __name__ == "__main__":
    typer.run(main)
