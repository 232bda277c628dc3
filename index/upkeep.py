"""`python -m index verify`, `repair`, `health` and `prune`: how an index is looked after."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from index.compiled import encoders_folder
from index.encoder import DEFAULT_MODEL, find_model
from index.errors import IndexProblem
from index.health import health_line, health_record, look_at_health
from index.live import KEEP, LEAST, how_many_kept, prune
from index.repair import repair_index
from index.verify import verify_index
from ingest.terminal import shown

_Folder = Annotated[Path, typer.Option(help="Where the index is kept.")]
_Corpus = Annotated[Path, typer.Option(help="The folder of documents.")]
_Model = Annotated[str, typer.Option(help="The embedding model the index was made with.")]
_INDEX, _DOCUMENTS = Path("build/index"), Path("corpus")


def verify(folder: _Folder = _INDEX) -> None:
    """Read every byte of the live index, those kept before it, the candidate and compiled models.

    Exit 0: all of it is as it was written. Exit 1: something is not; it is named, with what mends it.
    """
    out = Console(highlight=False)
    found = verify_index(folder, encoders_folder())
    for finding in found:
        mark = "[green]whole[/]  " if finding.good else "[red]damaged[/]"
        out.print(f"{mark} {shown(finding.name)}: {shown(finding.said)}", soft_wrap=True)
    raise typer.Exit(0 if all(finding.good for finding in found) else 1)


def repair(corpus: _Corpus = _DOCUMENTS, folder: _Folder = _INDEX, model: _Model = DEFAULT_MODEL) -> None:
    """Mend a damaged index: build it anew, or go back to an earlier one that is whole. Nothing whole is lost.

    Exit 0: a live index is there, and whole. Exit 1: there is none. Exit 2: it could not be tried.
    """
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        done = repair_index(corpus, folder, partial(find_model, model), encoders_folder())
    except IndexProblem as error:
        err.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error
    for said in done.said or ("all of it is whole: there was nothing to mend",):
        out.print(shown(said), soft_wrap=True)
    if not done.whole:
        err.print("[red]error:[/] there is no index that is whole. Put the documents in order (python -m ingest)")
    raise typer.Exit(0 if done.whole else 1)


def health(
    corpus: _Corpus = _DOCUMENTS,
    folder: _Folder = _INDEX,
    model: _Model = DEFAULT_MODEL,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    most_days: Annotated[float | None, typer.Option(min=0, help="How many days old the index may be.")] = None,
) -> None:
    """For monitors: one line. Exit 0: the index can answer and is up to date. Exit 1: it cannot, or is not."""
    now = datetime.now(UTC)
    found = look_at_health(corpus, folder, partial(find_model, model), encoders_folder(), now, most_days)
    record = health_record(found, now)
    typer.echo(json.dumps(record, ensure_ascii=False) if as_json else health_line(found))
    raise typer.Exit(0 if record["healthy"] else 1)


def prune_snapshots(
    folder: _Folder = _INDEX,
    keep: Annotated[
        int | None,
        typer.Option(min=LEAST, envvar=KEEP, help="How many snapshots to keep, those that were live last."),
    ] = None,
) -> None:
    """Remove all snapshots but those that were live last, and the candidate."""
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        gone = prune(folder, keep)
        out.print(f"removed: {', '.join(gone) or 'none'}. Kept: the last {keep or how_many_kept()} that were live.")
    except IndexProblem as error:
        err.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error


COMMANDS: dict[str, Callable[..., None]] = {
    "verify": verify,
    "repair": repair,
    "health": health,
    "prune": prune_snapshots,
}
