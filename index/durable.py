"""Writing so that it outlasts a power cut: a file's bytes, then its name in its folder, then what points to it.

The disk has a file's bytes once the file is synced, and the file's name once its folder is; before that it may have
either, both or neither, and renames in another order than they were made in.

References:
    Pillai et al., "All File Systems Are Not Created Equal: On the Complexity of Crafting Crash-Consistent
    Applications", OSDI 2014.
"""

import errno
import os
from contextlib import suppress
from pathlib import Path

_CANNOT = {errno.EINVAL, errno.ENOTSUP}  # what systems say that have no syncing of folders


def write_durably(path: Path, content: bytes) -> None:
    """Write a file and wait until the disk has its bytes (``sync_folder``: its name)."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def replace_durably(path: Path, content: bytes) -> None:
    """Replace a small file in one step: at any moment the disk has the old one or the new, and in the end the new.

    What stands in its folder by then is on the disk before the new file is, since that may point to it.
    """
    temporary = path.with_name(f"{path.name}.new")
    try:
        write_durably(temporary, content)
        sync_folder(path.parent)
        temporary.replace(path)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder, and those above it that are missing, and wait until the disk has their names.

    Those of the two above it too, whoever made them.
    """
    missing = [path, *path.parents]
    missing = missing[: next((at for at, each in enumerate(missing) if each.exists()), len(missing))]
    for each in reversed(missing):
        each.mkdir(exist_ok=True)
        sync_folder(each.parent)
    path.mkdir(exist_ok=True)  # raises if it is something else
    for each in (path.parent, path.parent.parent):
        with suppress(PermissionError):  # it was made by somebody else
            sync_folder(each)


def sync_file(path: Path) -> None:
    """Wait until the disk has a file's bytes."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the disk has the names in a folder (where the system can: Windows cannot)."""
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        except OSError as error:
            if error.errno not in _CANNOT:
                raise
        finally:
            os.close(handle)
