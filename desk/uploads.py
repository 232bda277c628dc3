"""A file that somebody gives: its name made safe, and what reading it gives, before it stands among the documents.

Reading is done as for the corpus: all but short text in a child process inside limits (ingest/readers/limits.py).

Covered, of names that look alike: case, ways to compose a letter, wide letters and ligatures, letters that are not
drawn, the Cyrillic and Greek letters most like Latin ones. Not covered: 1 and l, rn and m, other alphabets.
"""

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath, PurePosixPath, PureWindowsPath

from desk import events
from desk.holdings import Holdings
from desk.roles import Person, allow
from ingest import (
    Entry,
    ReadDocument,
    UnreadableDocument,
    check_size,
    guess_title,
    is_document_name,
    parse_document,
    readable_kinds,
)

_LONGEST_STEM = (
    100  # characters: it is in every citation; and with its ending inside the 255 bytes a file system allows
)
_MOST_BYTES = 200
# What is no letter, mark, number, sign or blank: control characters, marks of direction, halves of characters.
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")  # letters and signs that nothing is drawn for
_FORBIDDEN = re.compile(r'[<>:"|?*\\/]')  # Windows takes none of these in a name
# Nor these for one, whatever follows after a dot.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[\d¹²³])(?=\s*(?:\.|$))", re.IGNORECASE)
# Nothing is drawn for these either; they choose between two ways to draw the character before.
_VARIANTS = re.compile("[\u034f\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# Small Cyrillic and Greek letters, and what is easily taken for them among Latin ones.
_TWINS = str.maketrans("авекмнорстухіјѕһԁԛԝӏαβγεικνορτυχωϲ", "abekmhopctyxijshdqwlabyeikvoptuxwc")


class UploadRefused(Exception):
    """A file cannot become a document. The message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file that was read and may become a document.

    Attributes:
        name: Its name, made safe.
        content: Its bytes.
        title: A title from its text or its name.
        pages: How many pages it has; 0 where it has none.
        words: How many words its text has.
        passages: How many passages it makes.
        remarks: What whoever gives it should know of how it was read.
    """

    name: str
    content: bytes
    title: str
    pages: int
    words: int
    passages: int
    remarks: tuple[str, ...]

    @property
    def doc_id(self) -> str:
        """The id it will have."""
        return PurePath(self.name).stem


def safe_name(name: str) -> str:
    r"""A file's name as it may stand in the corpus folder, or "" where nothing is left of it.

    Parts of a path, characters that cannot be seen and dots at the beginning are taken out; what some system does not
    allow becomes a hyphen; letters are composed (NFC), so that one name is written in one way.

    Example:
        >>> safe_name("C:\\My files\\..Plan:  2026.PDF")
        'Plan- 2026.pdf'
    """
    last = PureWindowsPath(PurePosixPath(name.replace("\0", "")).name).name
    composed = _BLANK.sub(" ", unicodedata.normalize("NFC", last))
    seen = "".join(c if unicodedata.category(c) not in _UNSEEN else " " for c in composed)
    folded = _FORBIDDEN.sub("-", " ".join(seen.split())).lstrip(". ")
    stem, dot, suffix = folded.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (folded, "")
    stem = stem[:_LONGEST_STEM].encode()[:_MOST_BYTES].decode("utf-8", "ignore").strip(". ")
    if not stem:
        return ""
    if reserved := _RESERVED.match(stem):
        stem = f"{reserved[0]}-{stem[reserved.end() :]}"
    return f"{stem}.{suffix.strip().lower()}" if suffix.strip() else stem


def read_upload(person: Person, holdings: Holdings, name: str, content: bytes) -> Incoming:
    """Read a file that is to become a document. Nothing is written.

    Args:
        person: Who gives it.
        holdings: Where it is to stand.
        name: Its name, as given.
        content: Its bytes.

    Raises:
        NotAllowed: If they may not.
        UploadRefused: If its kind or its size will not do, or no text can be got from it.
        HoldingsError: If the corpus folder cannot be read.
    """
    allow(person, "maintain")
    safe = safe_name(name)
    if "/" in name or "\\" in name or "\0" in name:  # a browser gives the last part of a name alone
        events.refused("upload", "its name leads elsewhere", by=person.key, role=person.role)
    if PurePath(safe).suffix not in readable_kinds() or not is_document_name(safe):
        kinds = ", ".join(readable_kinds())
        raise UploadRefused(f"{safe or 'a file without a name'} cannot be a document. Save it as one of: {kinds}")
    try:
        check_size(len(content))
        # With an entry, for what is remarked where there is none is asked of them in the next step.
        read = parse_document(safe, content, {PurePath(safe).stem: Entry("-")})
    except UnreadableDocument as error:
        raise UploadRefused(f"{safe} cannot be read: {str(error).removeprefix(f'{safe}: ')}") from error
    sha256 = hashlib.sha256(content).hexdigest()
    same = [other for other, theirs in holdings.state().files.items() if theirs == sha256]
    return _incoming(safe, content, read, same)


def named(holdings: Holdings, incoming: Incoming, stem: str) -> Incoming:
    """A file under the name it is to have; the ending stays.

    Raises:
        UploadRefused: If nothing is left of the name, or a document has it.
        HoldingsError: If the corpus folder cannot be read.
    """
    suffix = PurePath(incoming.name).suffix
    name = safe_name(f"{stem}{suffix}")
    if not safe_name(stem) or not is_document_name(name):
        raise UploadRefused("give the document a name of letters and digits: it is its id in every citation")
    # Two names that differ in case alone are one file on some systems, and two that look alike are one to whoever
    # reads a citation, so they are one here.
    taken = [other for other in holdings.state().files if _alike(PurePath(other).stem) == _alike(PurePath(name).stem)]
    if taken:
        raise UploadRefused(
            f"there is a document {taken[0]} already. To put this file in its place, replace that; else give this one "
            "another name"
        )
    return replace(incoming, name=name)


def first_entry(incoming: Incoming) -> Entry:
    """What the form begins with for a document that is new: its title, as far as it can be told."""
    return Entry(incoming.title)


def _alike(stem: str) -> str:
    """A stem's letters as they look; stems that look alike have the same."""
    folded = unicodedata.normalize("NFKC", _VARIANTS.sub("", stem)).casefold().translate(_TWINS)
    return " ".join(unicodedata.normalize("NFC", folded).split())


def _incoming(name: str, content: bytes, read: ReadDocument, same: Sequence[str]) -> Incoming:
    title = guess_title(read.document.text, read.blocks, read.document.doc_id)
    remarks = (*read.remarks, *(f"the same file is here already as {other}" for other in same))
    return Incoming(
        name,
        content,
        title,
        len(read.document.pages),
        len(read.document.text.split()),
        len(read.passages),
        remarks,
    )
