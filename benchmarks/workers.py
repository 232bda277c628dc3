"""`python -m benchmarks.workers`: how much sooner an index is built by two workers than by one, and if it is the same.

The corpus is built from nothing by one worker of a Ray cluster that is started here, then by two; --processes does the
same without Ray. It is read several times over, under other names and with letters of its words changed, so that
there is work enough beside starting workers, and no passage is spared because another says the same.

Told: seconds in all; seconds from the first document that was read to the snapshot's last file, which leave out what is
paid once a build (Ray, the workers' start, the imports); how often the one goes into the other; whether the snapshots
have one fingerprint. Anything else that runs on the machine spoils it: the load is told too.
"""

import os
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from index import Model, build, find_model, read_manifest
from index.cluster import LOCAL, Cluster
from index.compiled import compiled_encoder
from index.processes import Processes
from index.workers import Workers

Hired = Callable[[], AbstractContextManager[Workers]]


def main(
    corpus: Annotated[Path, typer.Option(help="The documents.")] = Path("corpus"),
    copies: Annotated[int, typer.Option(min=1, help="How many times they are read, each time changed.")] = 4,
    processes: Annotated[bool, typer.Option("--processes", help="Processes of this machine in place of Ray.")] = False,
) -> None:
    """Build with one worker and with two, and print how long each took."""
    model = find_model()
    compiled_encoder(model)
    os.environ["CHAPTER_ENCODERS"] = str(Path(os.environ.get("CHAPTER_ENCODERS", "build/encoders")).absolute())
    with TemporaryDirectory() as home:
        copied = _copied(corpus, Path(home) / "corpus", copies)
        took, prints = {}, set()
        for count in (1, 2):
            who: Hired = partial(Processes, count) if processes else partial(Cluster, LOCAL, count)
            before = time.process_time()
            took[count], passages, fingerprint = _built(copied, Path(home) / str(count) / "index", model, who)
            own = time.process_time() - before
            prints.add(fingerprint)
            whole, work = took[count]
            print(  # noqa: T201
                f"{count} worker{'s' if count > 1 else ' '}: {whole:.1f} s in all, {work:.1f} s of work; this process "
                f"itself {own:.1f} s; {passages} passages; load {os.getloadavg()[0]:.1f}, {os.cpu_count()} processors"
            )
    ratios = [one / two for one, two in zip(took[1], took[2], strict=True)]
    print(f"two are {ratios[0]:.2f} times as fast in all, {ratios[1]:.2f} times at the work")  # noqa: T201
    print("the snapshots are identical" if len(prints) == 1 else "THE SNAPSHOTS DIFFER")  # noqa: T201
    if len(prints) > 1:
        raise typer.Exit(1)


def _copied(corpus: Path, folder: Path, copies: int) -> Path:
    """A folder with every document so many times, each time with other letters in its longer words."""
    folder.mkdir()
    for path in sorted(corpus.glob("*.txt")):
        text = path.read_text("utf-8")
        for copy in range(copies):
            changed = re.sub(r"\b[a-z]{6,}\b", lambda m, copy=copy: _other(m[0], copy), text)  # type: ignore[misc]
            (folder / f"{path.stem}-{copy}.txt").write_text(changed, "utf-8")
    return folder


def _other(word: str, copy: int) -> str:
    """A word with two letters in the middle changed places, in copies after the first, so that the text is another."""
    middle = min(1 + copy, len(word) - 2)
    return word if not copy else word[:middle] + word[middle + 1] + word[middle] + word[middle + 2 :]


def _built(corpus: Path, folder: Path, model: Model, hire: Hired) -> tuple[tuple[float, float], int, str]:
    """Seconds in all and of work, how many passages, and the fingerprint."""
    first: list[float] = []

    def progress(what: str, done: int, _of: int) -> None:
        if not first and what == "Reading documents" and done:
            first.append(time.perf_counter())

    began = time.perf_counter()
    with hire() as workers:
        changes = build(corpus, folder, model, workers=workers, progress=progress)
        ended = time.perf_counter()
    return (time.perf_counter() - began, ended - first[0]), changes.passages, read_manifest(folder).fingerprint


if __name__ == "__main__":
    typer.run(main)
