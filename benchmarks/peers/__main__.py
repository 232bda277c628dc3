"""`python -m benchmarks.peers`: our index and retrieval beside txtai, Haystack and LlamaIndex, as ratios.

Every system gets the same passages, as we embed them, and the same questions, and runs in fresh processes of its own.

covered: indexing from nothing to an index on the disk; a hybrid query against an index loaded from it, warm; memory;
how good what is found is; our whole answers. A peer's figures are the better of two ways, as it comes and with one
thread; ours are as we come. Ours to index is all of `python -m index`, which also reads the documents, finds their
structure, keeps every word piece's vector for late interaction, and checks what it has written.
not covered: large collections, many who ask at once, a processor for graphics, updates. Linux only.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from benchmarks.peers.comparison import Comparison, compared, kept, machine
from benchmarks.peers.environments import PEERS
from benchmarks.peers.goals import goals
from benchmarks.peers.measuring import ROOT, Place
from benchmarks.peers.process_tree import ProcessFailed
from benchmarks.peers.table import alone, beside, reached

_WIDTH = 118  # the widest table, a row a line
_NAMES = ", ".join(peer.name for peer in PEERS)


def main(
    peer: Annotated[list[str] | None, typer.Option(help=f"Only this peer (may be given again): {_NAMES}.")] = None,
    questions: Annotated[int, typer.Option(min=1, help="How many questions to ask of retrieval.")] = 100,
    repeat: Annotated[int, typer.Option(min=1, help="How often to measure each thing; the median counts.")] = 1,
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = ROOT / "corpus",
    folder: Annotated[Path, typer.Option(help="Where results and environments are kept.")] = ROOT / "build/bench",
) -> None:
    """Measure our index and retrieval beside others, and print every figure as a multiple of ours.

    Exit 0 whatever the figures are; 2 if a peer could not be installed or run, or one of our own commands failed.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    out.width = max(out.width, _WIDTH)
    if unknown := {*(peer or ())} - {p.name for p in PEERS}:
        raise typer.BadParameter(f"there is no peer {', '.join(sorted(unknown))}. The peers are: {_NAMES}")
    chosen = [p for p in PEERS if not peer or p.name in peer]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with TemporaryDirectory(dir=folder, prefix="work-") as work:
            place = Place(Path(work).resolve(), corpus.resolve(), ROOT / "eval/questions.jsonl", repeat)
            comparison = compared(
                place, chosen, questions, (folder / "environments").resolve(), lambda what: err.print(escape(what))
            )
    except ProcessFailed as error:
        err.print(f"[red]error:[/] {escape(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    _print(out, comparison)
    out.print(f"Kept as {escape(str(kept(comparison, folder)))}", soft_wrap=True)
    if comparison.failed:
        for title, why in comparison.failed.items():
            err.print(f"[red]error:[/] {escape(title)}: {escape(why)}", soft_wrap=True)
        sys.exit(2)


def _print(out: Console, comparison: Comparison) -> None:
    n, on = comparison.counts, machine()
    title = (
        f"{n['passages']} passages, {n['questions']} questions, median of {n['repeat']}; "
        f"{on['cores']} cores, {on['processor']}; peers: so many times ours (their own figure)"
    )
    out.print(beside(comparison.ours, comparison.peers, comparison.found, title))
    out.print(alone(comparison.whole, n["answers"]))
    out.print(
        f"Meanwhile {comparison.others:.1f} processors worked for something else: the fewer, the truer the clock."
    )
    out.print(reached(goals(comparison.ours, comparison.peers, comparison.whole)))


if __name__ == "__main__":
    typer.run(main)
