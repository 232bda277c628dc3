"""A document as read, and the places in it.

A span is a pair (start, end) of offsets into ``Document.text``, end exclusive. Spans are how every
stage speaks of a place; nothing refers to a passage or a sentence by a running number.
"""

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
Status = Literal["current", "superseded", "archived", "unknown"]


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of a document under one path of headings, outermost first.

    It starts where its innermost heading starts and ends where the next heading does. A section
    before the first heading has an empty path.
    """

    headings: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the source: its physical number (the first is 1) and the label printed on it."""

    number: int
    label: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document as read.

    Attributes:
        doc_id: The file's stem.
        title: From the catalogue; else the text's first line of words; else the file name.
        publisher: Empty when the catalogue does not say.
        published: "2018", "2018-03" or "2018-03-20"; None when unknown.
        period: What time it covers, in the catalogue's words; empty when unknown.
        status: Where it stands; "unknown" without a catalogue entry.
        url: The publisher's address for it, or empty.
        sha256: Of the file's bytes, in hexadecimal.
        text: The source text as the reader gave it, never tidied. Offsets count its characters.
        pages: Empty for a source without pages; else in order, without overlap.
        sections: In order, without overlap, from the first character to the last.
        part_of: The id of the document this is a part of, or None.
        superseded_by: The id of the document that replaced it, or None.
        note: A sentence for the reader from the catalogue, or empty.
    """

    doc_id: str
    title: str
    publisher: str
    published: str | None
    period: str
    status: Status
    url: str
    sha256: str
    text: str
    pages: tuple[Page, ...]
    sections: tuple[Section, ...]
    part_of: str | None = None
    superseded_by: str | None = None
    note: str = ""

    def page_at(self, offset: int) -> int | None:
        """The physical number of the page that holds an offset, or None where there are no pages."""
        return next((p.number for p in self.pages if p.start <= offset < p.end), None)

    def headings_at(self, offset: int) -> tuple[str, ...]:
        """The path of headings over an offset, outermost first; empty before the first heading."""
        return next((s.headings for s in self.sections if s.start <= offset < s.end), ())
