"""Which reader reads which kind of file, and where.

A new format is a new module beside this one and a line in ``_READERS``. Readers are named and not
imported: their libraries are large, and none but the child process that reads a file needs them.
"""

from collections.abc import Mapping
from pathlib import PurePath

from ingest.errors import UnreadableDocument
from ingest.readers.limits import LIMITS, Limits, check_size, read_here, read_in_child
from ingest.readers.reading import Reading

_TEXT = "ingest.readers.text:read_text"
_HTML, _MARKDOWN = "ingest.readers.html:read_html", "ingest.readers.markdown:read_markdown"
_READERS: Mapping[str, str] = {
    ".txt": _TEXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".md": _MARKDOWN,
    ".markdown": _MARKDOWN,
    ".docx": "ingest.readers.docx:read_docx",
    ".pdf": "ingest.readers.pdf:read_pdf_or_scan",
}
# Decoding text is as safe as it is quick, but it takes memory; a child costs what decoding some 10 MB does.
_LARGEST_TEXT_READ_HERE = 1_000_000


def readable_kinds() -> list[str]:
    """The endings of the file names that can be read, sorted."""
    return sorted(_READERS)


def read_bytes(name: str, content: bytes, *, limits: Limits = LIMITS, readers: Mapping[str, str] = _READERS) -> Reading:
    """Read a file's bytes by the kind its name tells, inside the limits a file has.

    Args:
        name: The file's name.
        content: Its bytes.
        limits: What reading it may take.
        readers: The reader of each kind, as "module:function".

    Raises:
        UnreadableDocument: If no reader knows the kind, the reader finds no text in it, or reading it
            meets a limit.
    """
    reader = readers.get(PurePath(name).suffix.lower())
    if reader is None:
        raise UnreadableDocument(
            f"{name}: no reader for this kind of file. Save it as one of: {', '.join(sorted(readers))}"
        )
    harmless = reader == _TEXT and len(content) <= _LARGEST_TEXT_READ_HERE
    try:
        check_size(len(content), limits)
        return (read_here if harmless else read_in_child)(reader, content, limits)
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{name}: {error}") from error
