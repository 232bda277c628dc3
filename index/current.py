"""Which snapshots an index keeps, in the order in which they were live: the file CURRENT.

    {"current": NAME, "previous": NAME or null, "earlier": [NAME, …], "checksum": …}

The order is what was live after what, and hangs on no clock. A file of before there was a checksum has neither that
nor ``earlier``.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.durable import replace_durably
from index.errors import BUILD_COMMAND, DamagedIndex
from index.sealed import sealed, unsealed

CURRENT = "CURRENT"
REPAIR_COMMAND = f"{BUILD_COMMAND} repair"


def snapshot_folder(folder: Path, name: str) -> Path:
    """Where a snapshot of an index stands."""
    return folder / "snapshots" / name


def snapshot_name(folder: Path) -> str | None:
    """The name of the live snapshot, or None if there is none; raises DamagedIndex as ``order`` does."""
    return current(folder)["current"]


def current(folder: Path) -> dict[str, str | None]:
    """The names of the live snapshot and of the one before it, each None if there is none; raises as ``order``."""
    live, previous, *_ = (*order(folder), None, None)
    return {"current": live, "previous": previous}


def order(folder: Path) -> tuple[str, ...]:
    """The names of the snapshots that are kept: the live one, the one that was live before it, and so on.

    Returns:
        The names, none twice; none at all where nothing was live yet.

    Raises:
        DamagedIndex: If CURRENT is there and is not what was written.
    """
    path = folder / CURRENT
    try:
        record = unsealed(path.read_bytes(), ("current", "previous"), ("earlier",))
        return _names(record)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        said = f"{path} cannot be read ({error}). Run: {BUILD_COMMAND}, or {REPAIR_COMMAND}"
        raise DamagedIndex(said) from error


def set_order(folder: Path, names: Sequence[str]) -> None:
    """Make the first of some snapshots the live one and the others those before it, in one atomic step."""
    live, previous, *earlier = (*names, None) if len(names) == 1 else names
    replace_durably(folder / CURRENT, sealed({"current": live, "previous": previous, "earlier": earlier}))


def is_name(name: object) -> bool:
    """Whether something may be a snapshot's name: a folder's, and no way out of the one above it."""
    return isinstance(name, str) and name == Path(name).name and not name.startswith(".") and "\0" not in name


def _names(record: dict[str, Any]) -> tuple[str, ...]:
    listed = [record["current"], record["previous"], *record.get("earlier", [])]
    while listed and listed[-1] is None:
        listed.pop()
    if len(set(listed)) != len(listed) or not all(map(is_name, listed)):
        raise ValueError(f"it names {listed}")
    return tuple(listed)
