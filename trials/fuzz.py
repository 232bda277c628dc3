"""`python -m trials.fuzz`: hostile inputs to everything that is read, and what came of them.

    python -m trials.fuzz                         all of it: 200,000 documents and 26,000 questions, lines and files
    python -m trials.fuzz --share 0.01            a hundredth of each
    python -m trials.fuzz --only pdf --seed 7     one target, other inputs
    python -m trials.fuzz --again pdf 123         one input, with the traceback of what it does

Faults are written to build/fuzz/, named for what they did; one that is mended is kept in tests/data/fuzz/, where the
tests read it for ever after. Exit 1 if there was one.
"""

import os
import re
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from trials.fuzz_targets import READERS, TARGETS, fewer, target_of
from trials.fuzz_worker import Fault, Figures, fuzz, input_of

os.environ.setdefault("OMP_NUM_THREADS", "1")
FOUND = Path("build") / "fuzz"


def main(
    seed: Annotated[int, typer.Option(help="What the inputs are made of: the same seed makes the same ones.")] = 8,
    share: Annotated[float, typer.Option(help="How many of the inputs of the long form.")] = 1.0,
    only: Annotated[list[str] | None, typer.Option(help="Only this target (may be given again).")] = None,
    again: Annotated[tuple[str, int] | None, typer.Option(help="Read one input again: target and number.")] = None,
    found: Annotated[Path, typer.Option(help="Where faults are written.")] = FOUND,
) -> None:
    """Read hostile inputs, print what came of them, and write down those that do what none may."""
    if again:
        target = target_of(again[0])
        content = input_of(target, seed, again[1])
        print(content[:4000])  # noqa: T201
        print(target.read(content))  # noqa: T201
        return
    print(f"seed {seed}\n{'':10} {'inputs':>8} {'s':>7} {'slowest':>10} {'memory':>9}  faults  what came of them")  # noqa: T201
    every: dict[str, Figures] = {}
    for target in TARGETS:
        if only and target.name not in only:
            continue
        figures = every[target.name] = fuzz(fewer(target, share), seed)
        _print(target.name, figures)
        _write(found, figures.faults)
    _print_sums(every)
    sys.exit(1 if any(figures.faults for figures in every.values()) else 0)


def _print(name: str, figures: Figures) -> None:
    outcomes = ", ".join(f"{n:,} {what}" for what, n in figures.outcomes.most_common())
    print(  # noqa: T201
        f"{name:10} {figures.inputs:>8,} {figures.seconds:>7.1f} {figures.slowest:>7.0f} ms"
        f" {figures.memory // 1024:>5} MiB"
        f"  {len(figures.faults):>6}  {outcomes} (slowest: {figures.slowest_number})",
        flush=True,
    )
    for fault in _each_kind(figures.faults):
        print(f"    {fault.target} {fault.number}: {fault.said[:160]!r} {fault.place}", flush=True)  # noqa: T201


def _each_kind(faults: Iterable[Fault]) -> list[Fault]:
    """The shortest fault of each kind."""
    kinds: dict[tuple[str, str], Fault] = {}
    for fault in sorted(faults, key=lambda f: len(f.content)):
        kinds.setdefault((re.sub(r"\d+", "n", fault.said)[:40], fault.place), fault)
    return list(kinds.values())


def _write(found: Path, faults: Iterable[Fault]) -> None:
    for fault in _each_kind(faults):
        found.mkdir(parents=True, exist_ok=True)
        what = re.sub(r"[^a-z]+", "-", fault.said.lower()).strip("-")[:50]
        (found / f"{fault.target}.{what}.{fault.number}").write_bytes(fault.content)


def _print_sums(every: dict[str, Figures]) -> None:
    documents = sum(figures.inputs for name, figures in every.items() if name in READERS)
    others = sum(figures.inputs for name, figures in every.items() if name not in READERS)
    faults = sum(len(figures.faults) for figures in every.values())
    seconds = sum(figures.seconds for figures in every.values())
    print(f"{documents:,} documents and {others:,} questions, lines and files in {seconds:,.0f} s: {faults} faults")  # noqa: T201


if __name__ == "__main__":
    typer.run(main)
