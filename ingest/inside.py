"""Opening what stands in a folder, and nothing that does not.

A link is followed as long as it leads to a file inside the folder; the folder itself may be one. Each step of the way
is opened from the one before and may be no link, so a file or a folder that is put in another's place between looking
and reading is refused too. What is no file (a pipe, a device) is never waited for.

Covered: links, chains of links and links of folders that lead out, by whatever way; replacement meanwhile. Not
covered: a second name of the same file (a hard link) and a mounted folder, which look like any file here: whoever
makes one could as well put a copy here; on Windows, replacement meanwhile.
"""

import errno
import hashlib
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from ingest.errors import UnreadableDocument
from ingest.readers import check_size
from ingest.readers.limits import LIMITS

_LEADS_OUT = "a link that leads out of this folder, and nothing outside it is read. Put the file itself here"
_LEADS_NOWHERE = "a link that leads nowhere. Put the file itself here, or take the link out"
_NO_FILE = "neither a file nor a folder. Take it out of the corpus"
_STEPWISE = os.open in os.supports_dir_fd  # not on Windows


def trouble_of(path: Path) -> str:
    """Why something in a folder cannot be read as a file, told without opening it; empty where nothing is in the way.

    Args:
        path: The folder, with one name in it.
    """
    try:
        _way(path)
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            return "a folder, and folders are not looked into. Put the documents in it beside it, or take it out"
        if not stat.S_ISREG(found.st_mode):
            return _NO_FILE
        check_size(found.st_size)
    except OSError as error:
        return _why(path, error)
    except UnreadableDocument as error:
        return str(error)
    return ""


def read_inside(path: Path) -> bytes:
    """The bytes of a file that stands in a folder, no more of them than a file may have.

    Args:
        path: The folder, with one name in it.

    Raises:
        UnreadableDocument: If it leads out of the folder, is no file, is too large or cannot be read. The message
            says which and the way out, and does not name it.
    """
    with _opened(path) as file:
        content = file.read(LIMITS.file_bytes + 1)
    check_size(len(content))
    return content


def digest_inside(path: Path) -> str:
    """The sha256 of the bytes of a file that stands in a folder, in hexadecimal; raises as ``read_inside``."""
    with _opened(path) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[BufferedReader]:
    try:
        with os.fdopen(_open(*_way(path)), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise UnreadableDocument(_NO_FILE)
            yield file
    except OSError as error:
        raise UnreadableDocument(_why(path, error)) from error


def _way(path: Path) -> tuple[Path, tuple[str, ...]]:
    """The folder as it is, and the steps from it to where the path leads; none where that is the folder.

    Raises:
        UnreadableDocument: If it leads out of the folder.
        OSError: If it leads nowhere.
    """
    folder = Path(os.path.realpath(path.parent, strict=True))
    place = Path(os.path.realpath(path, strict=True))
    if not place.is_relative_to(folder):
        raise UnreadableDocument(_LEADS_OUT)
    return folder, place.relative_to(folder).parts


def _open(folder: Path, steps: tuple[str, ...]) -> int:
    """Open what stands at the end of a way, of which no step may be a link."""
    if not _STEPWISE:
        return os.open(folder.joinpath(*steps), os.O_RDONLY | getattr(os, "O_BINARY", 0))
    at = os.open(folder, os.O_RDONLY)
    for step in steps:
        before = at
        try:
            # Without waiting: a pipe that nobody writes to would else be waited for.
            at = os.open(step, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=before)
        finally:
            os.close(before)
    return at


def _why(path: Path, error: OSError) -> str:
    if error.errno in (errno.ENOENT, errno.ELOOP, errno.ENOTDIR) and path.is_symlink():
        return _LEADS_NOWHERE
    return f"{error.strerror}. Make it readable, or take it out of the corpus"
