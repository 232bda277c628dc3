"""A zip before it is opened by a library that would unpack it into memory whole.

Covered: zips that are damaged, encrypted, of too many parts, or would unpack to far more than they are
(also where parts overlap: what each declares is added up, and none is unpacked beyond it). Not covered:
a zip inside a zip, which no reader opens.
"""

import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from ingest.errors import UnreadableDocument

# A report of 500 pages has some 100 parts, and some 500 where each picture is its own.
MOST_PARTS = 10_000
# Pictures are packed already, and a million words in Word's XML are some 50 MB.
MOST_UNPACKED = 250 * 1024 * 1024
# Word's XML is packed to a tenth, an empty table of a thousand rows to a hundredth; a bomb to a thousandth.
MOST_TIMES_LARGER = 250
# Below this, packing ratios mean nothing and harm nobody.
_SMALL = 5 * 1024 * 1024
_CHUNK = 1024 * 1024
_ENCRYPTED = 0x1  # the bit of a part's flags
_WAY_OUT = "Save it again from the program that made it, or take it out of the corpus"


def check_zip(content: bytes, *, most_unpacked: int = MOST_UNPACKED, most_parts: int = MOST_PARTS) -> None:
    """Check that a zip (a Word document is one) is whole and can be unpacked in memory.

    Each part is unpacked once and thrown away, a chunk at a time, so that its size and its checksum are
    known to be what they are said to be.

    Args:
        content: The file's bytes.
        most_unpacked: The most bytes that its parts may have together.
        most_parts: The most parts that it may have.

    Raises:
        UnreadableDocument: If it is no zip, or damaged, encrypted or too large.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            _check_declared(parts, most_unpacked, most_parts)
            for part in parts:
                with archive.open(part) as unpacked:
                    while unpacked.read(_CHUNK):
                        pass
    # zipfile's own words for a part of an unknown packing (NotImplementedError) or an encrypted one
    # (RuntimeError); EOFError, zlib's and LZMA's errors come out of parts that are damaged.
    except (BadZipFile, EOFError, zlib.error, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        raise UnreadableDocument(f"the file is damaged: {error}. {_WAY_OUT}") from error


def _check_declared(parts: list[ZipInfo], most_unpacked: int, most_parts: int) -> None:
    """Check what a zip says of its parts, before any is unpacked."""
    if len(parts) > most_parts:
        raise UnreadableDocument(f"it is a zip of {len(parts):,} parts, more than {most_parts:,}. {_WAY_OUT}")
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise UnreadableDocument("it is protected by a password. Save it without one")
    unpacked = sum(part.file_size for part in parts)
    if unpacked > most_unpacked:
        raise UnreadableDocument(
            f"it would unpack to {unpacked:,} bytes, more than the {most_unpacked:,} a file may. {_WAY_OUT}"
        )
    for part in parts:
        if part.file_size > max(_SMALL, MOST_TIMES_LARGER * part.compress_size):
            raise UnreadableDocument(
                f"its part {part.filename} would unpack to {part.file_size:,} bytes from {part.compress_size:,}, "
                f"as no document does. {_WAY_OUT}"
            )
