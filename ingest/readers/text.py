"""Plain text: which encoding, and is it text at all.

Covered: UTF-8 with and without a byte order mark, UTF-16 and UTF-32 with one, UTF-16 without one,
Windows-1252 (and so Latin-1) as the last resort, said in a remark. Not covered: other eight-bit code
pages, which would be read as Windows-1252.
"""

import codecs

from ingest.errors import UnreadableDocument
from ingest.readers.reading import Reading

# A UTF-32 mark begins with the bytes of a UTF-16 mark, so it is looked for first.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SIGNATURES = (
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a zip or Office file"),
    (b"\x89PNG", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\x7fELF", "a program"),
)
# Text has hardly any control characters; a file where more than one character in a hundred is one is binary.
_MOST_CONTROL_CHARACTERS = 0.01


def read_text(content: bytes) -> Reading:
    """Decode a text file.

    Returns:
        The text, with every character the file has but a byte order mark, and a remark if the
        encoding had to be guessed.

    Raises:
        UnreadableDocument: If the file is empty, blank or not text.
    """
    if not content.strip():
        raise UnreadableDocument("the file is empty. Put its text in, or take it out of the corpus")
    for signature, kind in _SIGNATURES:
        if content.startswith(signature):
            raise UnreadableDocument(f"this is {kind}, whatever its name says. Export it as text")
    text, remark = _decode(content)
    controls = sum(1 for c in text if ord(c) < 32 and c not in "\t\n\r\f\v")
    if controls > _MOST_CONTROL_CHARACTERS * len(text):
        raise UnreadableDocument(
            f"this is not text: {controls} of its {len(text)} characters are control characters. Export it as text"
        )
    if not any(c.isalnum() for c in text):
        raise UnreadableDocument("there is no word in it. Put its text in, or take it out of the corpus")
    return Reading(text, remarks=(remark,) if remark else ())


def _decode(content: bytes) -> tuple[str, str]:
    """The text, and a remark (empty when the encoding is certain)."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            try:
                return content.decode(encoding), ""
            except UnicodeDecodeError as error:
                raise UnreadableDocument(
                    f"it begins as {encoding.upper()} but byte {error.start} is not. Save it again as UTF-8"
                ) from error
    if guess := _utf16_without_mark(content):
        try:
            return content.decode(guess), "read as UTF-16: every other byte is zero"
        except UnicodeDecodeError:
            pass
    try:
        return content.decode("utf-8"), ""
    except UnicodeDecodeError as error:
        place = error.start
    # Windows-1252 leaves five bytes undefined; Latin-1 gives each byte the control character of its number.
    remark = f"read as Windows-1252: byte {place} is not UTF-8. If letters look wrong, save it again as UTF-8"
    try:
        return content.decode("cp1252"), remark
    except UnicodeDecodeError:
        return content.decode("latin-1"), remark.replace("Windows-1252", "Latin-1")


def _utf16_without_mark(content: bytes) -> str | None:
    """The UTF-16 byte order of mostly Latin text, told by its zero bytes, or None."""
    sample = content[: min(len(content) & ~1, 4096)]
    if len(sample) < 4:
        return None
    even, odd = sample[::2].count(0) * 2 / len(sample), sample[1::2].count(0) * 2 / len(sample)
    if odd > 0.7 and even < 0.1:
        return "utf-16-le"
    return "utf-16-be" if even > 0.7 and odd < 0.1 else None
