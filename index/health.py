"""Whether an index can answer, told in a moment: for monitors.

Covered: what is live can be opened, and up to ``READ_MOST`` every byte of it is as it was written; it is of the
documents, catalogue and model as they are; how old it is; whether a candidate waits; whether the disk has room for a
build.
Not covered: of a larger index, anything but that its files are there and as long as they should be (``verify`` reads
them); what is kept of earlier ones; a search engine, where one is named.
"""

import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from index.compiled import load_compiled
from index.current import snapshot_folder, snapshot_name
from index.encoder import SINGLE, Model
from index.errors import BUILD_COMMAND, IndexProblem, NoIndex
from index.live import candidate
from index.snapshot import Manifest, check_matches, check_there, load_whole
from index.verify import Finding
from ingest import CorpusError

READ_MOST = 10**9  # bytes: about a second
_SECONDS_A_DAY = 86_400


def look_at_health(
    corpus: Path,
    folder: Path,
    find_model: Callable[[], Model],
    encoders: Path,
    now: datetime,
    most_days: float | None = None,
) -> list[Finding]:
    """Look at an index, without reading all of it where it is large.

    Args:
        corpus: The documents.
        folder: The index'.
        find_model: Finds the embedding model.
        encoders: Where compiled models are kept.
        now: The time.
        most_days: How many days old it may be; None for any number.

    Returns:
        What was found; it is healthy if all of that is good.
    """
    try:
        name = snapshot_name(folder)
        if name is None:
            raise NoIndex(f"there is no index in {folder}. Run: {BUILD_COMMAND}")
        path = snapshot_folder(folder, name)
        manifest, size = check_there(path)
        if size <= READ_MOST:
            load_whole(path)
    except IndexProblem as error:
        return [Finding("index", False, str(error))]
    passages = sum(manifest.passages.values())
    return [
        Finding("index", True, f"{name}, {len(manifest.documents)} documents, {passages} passages"),
        *_fits(manifest, corpus, find_model, encoders),
        _age(manifest, now, most_days),
        _waiting(folder),
        _room(folder, size),
    ]


def health_record(findings: list[Finding], now: datetime) -> dict[str, object]:
    """What was found, as JSON: ``healthy``, when, and what of each thing."""
    each = {finding.name: {"good": finding.good, "said": finding.said} for finding in findings}
    return {"healthy": all(f.good for f in findings), "checked": now.isoformat(timespec="seconds"), "findings": each}


def health_line(findings: list[Finding]) -> str:
    """What was found, in one line: what is wrong first."""
    wrong = [f"{f.name}: {f.said}" for f in findings if not f.good]
    return " | ".join([f"NOT healthy: {'; '.join(wrong)}" if wrong else "healthy", *_fine(findings)])


def _fine(findings: list[Finding]) -> Iterator[str]:
    return (f"{f.name}: {f.said}" for f in findings if f.good)


def _fits(manifest: Manifest, corpus: Path, find_model: Callable[[], Model], encoders: Path) -> list[Finding]:
    try:
        model = find_model()
        check_matches(manifest, corpus, model)
    except (IndexProblem, CorpusError) as error:
        return [Finding("documents", False, str(error))]
    unread = f"; {len(manifest.unread)} files could not be read" if manifest.unread else ""
    documents = Finding("documents", True, f"as they are{unread}")
    compiled = load_compiled(model, encoders)
    precision = compiled.precision if compiled else SINGLE
    if precision != manifest.precision:
        said = f"it computes in '{precision}', and the index was made in '{manifest.precision}'. Run: {BUILD_COMMAND}"
        return [documents, Finding("model", False, said)]
    return [documents, Finding("model", True, f"{manifest.model}, {precision}")]


def _age(manifest: Manifest, now: datetime, most_days: float | None) -> Finding:
    days = (now - datetime.fromisoformat(manifest.built)).total_seconds() / _SECONDS_A_DAY
    said = f"built {manifest.built}, {max(days, 0):.1f} days ago"
    if days < 0:
        said = f"built {manifest.built}, which is yet to come by this machine's clock"
    if most_days is not None and days > most_days:
        return Finding("age", False, f"{said}: more than {most_days:g}. Run: {BUILD_COMMAND}")
    return Finding("age", True, said)


def _waiting(folder: Path) -> Finding:
    found = candidate(folder)
    return Finding("candidate", True, f"{found.name} waits to be published" if found else "none waits")


def _room(folder: Path, size: int) -> Finding:
    """Whether another snapshot of this size finds room beside it."""
    free = shutil.disk_usage(folder).free
    said = f"{free // 10**6} MB free"
    if free < size:
        said += f", and a build needs {-(-size // 10**6)}. The live index answers; make room before the next build"
        return Finding("disk", False, said)
    return Finding("disk", True, said)
