"""Whether the index is whole and of the documents that are there, and what all of it takes on the disk."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from desk.holdings import Holdings
from desk.journal import said_time
from desk.reindex import Places
from index import (
    IndexProblem,
    Manifest,
    Model,
    check_matches,
    manifest_of,
    snapshot_folder,
)
from index.current import current, order
from index.live import candidate
from index.verify import Finding, verify_snapshot
from ingest import CorpusError

_THOUSANDS = ("kB", "MB", "GB", "TB")


@dataclass(frozen=True, slots=True)
class Use:
    """How much of the disk something takes."""

    name: str
    bytes: int
    said: str

    @property
    def size(self) -> str:
        """That as a person says it."""
        return said_size(self.bytes)


def check_health(places: Places, holdings: Holdings, find_model: Callable[[], Model]) -> list[Finding]:
    """Check the live index, the one before it, and whether they fit the documents. Reads every file of both."""
    live = _snapshot("The live index", places.index, "current")
    findings = [live]
    manifest = _manifest(places.index)
    if manifest is not None:
        findings += [
            Finding("Built", True, said_time(manifest.built)),
            Finding("Fingerprint", True, manifest.fingerprint),
            _model(manifest, find_model),
            _match(manifest, places.corpus, find_model),
        ]
    findings.append(_snapshot("The index before it", places.index, "previous"))
    earlier = _manifest(places.index, "previous")
    if earlier is not None:
        kept = "are kept and come back with it" if holdings.can_restore(earlier) else "are not kept: it goes back alone"
        findings.append(Finding("Going back", True, f"the documents of {said_time(earlier.built)} {kept}"))
    return findings


def storage(places: Places) -> list[Use]:
    """What everything takes on the disk, by what it is for."""
    index = places.index
    try:
        live, *earlier = order(index) or ("",)
    except IndexProblem:
        live, earlier = "", []
    waiting = candidate(index)
    candidate_bytes = folder_bytes(snapshot_folder(index, waiting.name)) if waiting else 0
    return [
        Use("Documents", folder_bytes(places.corpus), "the corpus folder"),
        Use("Live index", folder_bytes(snapshot_folder(index, live)) if live else 0, "what answers"),
        Use("Earlier index", sum(folder_bytes(snapshot_folder(index, name)) for name in earlier), "to go back to"),
        Use("Candidate", candidate_bytes, "built and not published"),
        Use("Vectors", folder_bytes(index.parent / "cache"), "kept so that only new text is embedded"),
        Use("Kept files", folder_bytes(places.kept), "documents as they were, and the journal"),
        Use("Evaluation runs", folder_bytes(places.evaluation.runs), "may be deleted by hand"),
    ]


def folder_bytes(folder: Path) -> int:
    """The bytes of all files under a folder, links not followed; 0 where it is not there."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(root) / name).lstat().st_size
            except OSError:
                continue  # removed meanwhile
    return total


def said_size(size: int) -> str:
    """A number of bytes as a person says it.

    Example:
        >>> said_size(999), said_size(63_149_000)
        ('999 bytes', '63.1 MB')
    """
    if size < 1000:
        return f"{size} {'byte' if size == 1 else 'bytes'}"
    amount, unit = size / 1000, 0
    while amount >= 999.95 and unit < len(_THOUSANDS) - 1:
        amount, unit = amount / 1000, unit + 1
    return f"{amount:.1f} {_THOUSANDS[unit]}"


def _snapshot(name: str, index: Path, which: str) -> Finding:
    live = which == "current"
    try:
        snapshot = current(index)[which]
    except IndexProblem as error:
        return _without_going_back(Finding(name, False, str(error)), live=live)
    if snapshot is None:
        said = "there is none. Re-index, and publish it" if live else "there is none, so there is no going back"
        return Finding(name, not live, said)
    return _without_going_back(verify_snapshot(name, snapshot_folder(index, snapshot)), live=live)


def _without_going_back(finding: Finding, *, live: bool) -> Finding:
    """What is wrong with the index before the live one, said of it."""
    if live or finding.good:
        return finding
    return Finding(finding.name, False, f"there is no going back to it: {finding.said}")


def _manifest(index: Path, which: str = "current") -> Manifest | None:
    try:
        name = current(index)[which]
        return manifest_of(snapshot_folder(index, name)) if name else None
    except IndexProblem:
        return None


def _model(manifest: Manifest, find_model: Callable[[], Model]) -> Finding:
    try:
        model = find_model()
    except IndexProblem as error:
        return Finding("Model", False, str(error))
    if model.sha256 != manifest.model_sha256:
        said = f"the index was made with {manifest.model}, and {model.name} is configured. Re-index"
        return Finding("Model", False, said)
    return Finding("Model", True, f"{manifest.model}, weights {manifest.model_sha256[:12]}…")


def _match(manifest: Manifest, corpus: Path, find_model: Callable[[], Model]) -> Finding:
    try:
        check_matches(manifest, corpus, find_model())
    except (IndexProblem, CorpusError) as error:
        return Finding("Documents", False, str(error))
    unread = len(manifest.unread)
    left = f"; {unread} of the files could not be read: {', '.join(manifest.unread)}" if unread else ""
    return Finding("Documents", not unread, f"the index is of the documents and the catalogue as they are{left}")
