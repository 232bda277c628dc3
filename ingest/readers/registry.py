"""Which reader reads which kind of file.

A new format is a new module beside this one and a line in ``_READERS``.
"""

from collections.abc import Callable, Mapping
from pathlib import PurePath

from ingest.errors import UnreadableDocument
from ingest.readers.reading import Reading
from ingest.readers.text import read_text


def _read_pdf(content: bytes) -> Reading:
    from ingest.readers.pdf import read_pdf  # three libraries, slow to load: only where there is a PDF

    return read_pdf(content)


_READERS: Mapping[str, Callable[[bytes], Reading]] = {".pdf": _read_pdf, ".txt": read_text}


def readable_kinds() -> list[str]:
    """The endings of the file names that can be read, sorted."""
    return sorted(_READERS)


def read_bytes(name: str, content: bytes) -> Reading:
    """Read a file's bytes by the kind its name tells.

    Raises:
        UnreadableDocument: If no reader knows the kind, or the reader finds no text in it.
    """
    reader = _READERS.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableDocument(
            f"{name}: no reader for this kind of file. Save it as one of: {', '.join(readable_kinds())}"
        )
    try:
        return reader(content)
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{name}: {error}") from error
