"""Whether all that an index keeps is as it was written: every byte of it is read and held against its checksum."""

from dataclasses import dataclass
from pathlib import Path

from index.compiled import check_compiled
from index.current import CURRENT, REPAIR_COMMAND, order, snapshot_folder
from index.errors import BUILD_COMMAND, DamagedIndex, IndexProblem
from index.library import load_library
from index.live import CANDIDATE, candidate, read_candidate
from index.snapshot import load_whole


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked.

    Attributes:
        name: What.
        good: Whether it is as it should be.
        said: How it is, and the way out where it is not good.
    """

    name: str
    good: bool
    said: str


def verify_index(folder: Path, encoders: Path) -> list[Finding]:
    """Check what says which snapshot is live, every snapshot that is kept, the candidate, and compiled models.

    Args:
        folder: The index'.
        encoders: Where compiled models are kept.
    """
    found = [_pointer(folder)]
    try:
        kept = order(folder)
    except DamagedIndex:
        kept = ()
    for place, name in enumerate(kept):
        found.append(verify_snapshot(_called(place), snapshot_folder(folder, name)))
    return [*found, *_candidate(folder), *verify_compiled(encoders)]


def verify_snapshot(name: str, path: Path) -> Finding:
    """Check every file of a snapshot.

    Args:
        name: What it is called.
        path: Its own folder.
    """
    try:
        loaded = load_whole(path)
        load_library(path)
    except IndexProblem as error:
        return Finding(name, False, str(error))
    documents, passages = len(loaded.documents), len(loaded.passages)
    return Finding(
        name,
        True,
        f"every file is as it was written: {documents} document{'' if documents == 1 else 's'}, "
        f"{passages} passage{'' if passages == 1 else 's'}, format {loaded.manifest.format}",
    )


def verify_compiled(encoders: Path) -> list[Finding]:
    """Check every file of the compiled models in a folder."""
    found = []
    for home in sorted(path for path in encoders.glob("*") if path.is_dir() and not path.name.startswith(".")):
        name = f"The compiled model {home.name}"
        try:
            settings = check_compiled(home)
        except (OSError, ValueError, TypeError) as error:
            found.append(Finding(name, False, f"{home}: {error}. Run: {REPAIR_COMMAND}"))
        else:
            found.append(Finding(name, True, f"every file is as it was written: precision {settings.precision}"))
    return found


def _pointer(folder: Path) -> Finding:
    path = folder / CURRENT
    try:
        kept = order(folder)
    except DamagedIndex as error:
        return Finding("Which is live", False, str(error))
    if kept:
        earlier = len(kept) - 1
        return Finding("Which is live", True, f"{path} is as it was written: {kept[0]}, and {earlier} before it")
    if any((folder / "snapshots").glob("[!.]*")) and not candidate(folder):
        said = f"{path} is missing, and snapshots are there. Run: {REPAIR_COMMAND}"
        return Finding("Which is live", False, said)
    return Finding("Which is live", False, f"there is no index in {folder}. Run: {BUILD_COMMAND}")


def _called(place: int) -> str:
    if place < 2:
        return ("The live index", "The index before it")[place]
    return f"The index {place} before the live one"


def _candidate(folder: Path) -> list[Finding]:
    try:
        noted = read_candidate(folder)
    except DamagedIndex as error:
        return [Finding("The candidate", False, str(error))]
    if noted is None:
        return []
    if candidate(folder) is None:
        said = f"{folder / CANDIDATE} counts for nothing: another index became live since it was built"
        return [Finding("The candidate", True, said)]
    return [verify_snapshot("The candidate", snapshot_folder(folder, noted.name))]
