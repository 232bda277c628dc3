"""`python -m index`: build or update the index, publish or drop a candidate, go back, or try a search.

`python -m index verify`, `repair`, `health` and `prune` (index/upkeep.py) look after it.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from index.build import Progress as Told
from index.build import build
from index.changes import Changes
from index.cluster import Cluster
from index.compiled import CompiledEncoder, compiled_encoder, encoders_folder, load_compiled, load_encoder
from index.encoder import DEFAULT_MODEL, SINGLE, Encoder, Model, find_model
from index.engines import Address, engine_address, open_index, publish_to_milvus
from index.errors import IndexProblem
from index.hybrid import search
from index.live import discard, publish, roll_back
from index.processes import Processes
from index.snapshot import check_matches, load
from index.threads import one_thread_a_question
from index.upkeep import COMMANDS
from index.workers import HERE, Workers
from ingest import CorpusError
from ingest.terminal import shown

os.environ.setdefault("HF_HUB_OFFLINE", "1")  # this is a program, not an import: nothing is fetched


def main(  # noqa: PLR0913, PLR0917  each argument is an option of the command
    corpus: Annotated[Path, typer.Option(help="The folder of documents.")] = Path("corpus"),
    folder: Annotated[Path, typer.Option(help="Where the index is kept.")] = Path("build/index"),
    model: Annotated[
        str, typer.Option(help="Another sentence-transformers model: a folder, or a name in the local cache.")
    ] = DEFAULT_MODEL,
    query: Annotated[
        str, typer.Option("--search", help="Try retrieval alone: print the passages found for these words.")
    ] = "",
    limit: Annotated[int, typer.Option(min=1, max=100, help="How many passages --search prints.")] = 5,
    rollback: Annotated[bool, typer.Option("--rollback", help="Make the index before this one live again.")] = False,
    candidate: Annotated[
        bool, typer.Option("--candidate", help="Build beside the live index and leave it as a candidate, not live.")
    ] = False,
    publishing: Annotated[bool, typer.Option("--publish", help="Make the candidate live.")] = False,
    discarding: Annotated[bool, typer.Option("--discard", help="Drop the candidate.")] = False,
    processes: Annotated[
        int, typer.Option("--workers", min=0, help="Read and embed in so many processes; 0 for this one alone.")
    ] = 0,
    ray: Annotated[
        str,
        typer.Option(
            envvar="CHAPTER_RAY",
            help="Read and embed on the Ray cluster at this address; 'local' starts one here. "
            "With --workers, in so many tasks at once; without, in as many as it has processors.",
        ),
    ] = "",
    engine: Annotated[
        str, typer.Option(help="Make what is live here live in this engine too, or search it: milvus://HOST/NAME.")
    ] = "",
) -> None:
    """Build the index, or bring it up to date: only documents that changed are embedded anew.

    To look after it: python -m index verify, repair, health, prune (--help says more of each).
    """
    if sum((rollback, candidate, publishing, discarding, bool(query))) > 1:
        raise typer.BadParameter("give only one of --search, --rollback, --candidate, --publish and --discard")
    out, err = Console(highlight=False), Console(stderr=True, highlight=False)
    try:
        address = engine_address(os.environ, engine)
        if rollback:
            out.print(f"The live index is now {roll_back(folder)}.")
        elif publishing:
            out.print(f"The live index is now {publish(folder)}. To go back: python -m index --rollback")
        elif discarding:
            out.print(f"The candidate {discard(folder)} is dropped. The live index is as it was.")
        elif query:
            _search(out, (corpus, folder, find_model(model)), address, query, limit)
        else:
            with _workers(processes, ray) as who:
                _build(out, err, (corpus, folder, find_model(model)), who, live=not candidate)
        if address and not (candidate or discarding or query):
            _send(out, err, folder, address)
    except (IndexProblem, CorpusError) as error:
        err.print(f"[red]error:[/] {shown(str(error))}", soft_wrap=True)
        raise typer.Exit(2) from error


def _workers(processes: int, ray: str) -> AbstractContextManager[Workers]:
    if ray:
        return Cluster(ray, processes or None)
    return Processes(processes) if processes else nullcontext(HERE)


@contextmanager
def _bars(err: Console) -> Iterator[Told]:
    """What is told how far work is, and shows it."""
    with Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=err
    ) as bars:
        tasks = {}

        def progress(what: str, done: int, of: int) -> None:
            if what not in tasks:
                tasks[what] = bars.add_task(what, total=of)
            bars.update(tasks[what], completed=done, total=of)

        yield progress


def _send(out: Console, err: Console, folder: Path, address: Address) -> None:
    """Make the folder's live snapshot live in an engine."""
    began = time.perf_counter()
    with _bars(err) as progress:
        done = publish_to_milvus(load(folder), address, progress)
    dropped = f", {len(done.dropped)} old collections dropped" if done.dropped else ""
    rows = f"{done.sent} rows sent, {done.there} were there"
    seconds = time.perf_counter() - began
    out.print(f"{address}: {done.collection} is live: {rows}{dropped}. {seconds:.1f} s.", soft_wrap=True)


def _build(out: Console, err: Console, places: tuple[Path, Path, Model], who: Workers, *, live: bool) -> None:
    began = time.perf_counter()
    with _bars(err) as progress:
        corpus, folder, model = places
        known = load_compiled(model, encoders_folder())
        if not known:
            progress("Compiling the model", 0, 1)
        encoder = known or compiled_encoder(model)
        if not known:
            progress("Compiling the model", 1, 1)
        # Others load it for themselves.
        load_it: Callable[[Model], Encoder] = (lambda _: encoder) if who is HERE else load_encoder
        changes = build(corpus, folder, model, progress=progress, encoder=load_it, workers=who, publish=live)
    if not known:
        out.print(_told(encoder), soft_wrap=True)
    _say(out, changes, time.perf_counter() - began)
    if changes.built and not live:
        out.print(
            "This is a candidate; the live index answers as before. Next: python -m index --publish, or --discard"
        )


def _told(encoder: Encoder) -> str:
    """What came of compiling a model."""
    if not isinstance(encoder, CompiledEncoder):
        return "The model is not compiled: it runs through torch, in single precision."
    reached = encoder.settings.agreement
    against = "torch" if encoder.precision == SINGLE else "single precision"
    return f"The model is compiled. It computes in: {encoder.precision}" + (
        f" (against {against}: {reached})." if reached else "."
    )


def _say(out: Console, changes: Changes, seconds: float) -> None:
    for what in ("created", "updated", "deleted", "unchanged"):
        ids = getattr(changes, what)
        out.print(f"{what}: {len(ids)}{' (' + shown(', '.join(ids)) + ')' if ids else ''}", soft_wrap=True)
    for name, reason in changes.unread.items():
        out.print(f"[yellow]not read: {shown(name)}: {shown(reason)}[/]", soft_wrap=True)
    reused = changes.passages - changes.embedded
    if changes.built:
        out.print(f"{changes.passages} passages: {changes.embedded} embedded now, {reused} kept. {seconds:.1f} s.")
    else:
        out.print(f"Nothing has changed; the index of {changes.passages} passages stays as it is. {seconds:.1f} s.")


def _search(out: Console, places: tuple[Path, Path, Model], engine: Address | None, query: str, limit: int) -> None:
    corpus, folder, model = places
    one_thread_a_question()
    snapshot = open_index(folder, engine)
    check_matches(snapshot.manifest, corpus, model)
    for hit in search(snapshot, load_encoder(model), query, limit=limit):
        where = " > ".join([hit.passage.doc_id, *hit.passage.headings])
        ranks = f"words {hit.lexical_rank or '-'}, meaning {hit.dense_rank or '-'}"
        out.print(f"[bold]{hit.rank}.[/] {hit.score:.3f} ({ranks}) {shown(where)}", soft_wrap=True)
        out.print(f"   {shown(hit.passage.text)}", soft_wrap=True)


if __name__ == "__main__":
    if command := COMMANDS.get(sys.argv[1] if sys.argv[1:] else ""):
        del sys.argv[1]
        typer.run(command)
    else:
        typer.run(main)
