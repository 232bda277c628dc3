"""A document as read, and the places in it.

A span is a pair (start, end) of offsets into ``Document.text``, end exclusive. Spans are how every
stage speaks of a place; nothing refers to a passage or a sentence by a running number.
"""

from dataclasses import dataclass
from typing import Literal

Span = tuple[int, int]
Status = Literal["current", "superseded", "archived", "unknown"]
BlockKind = Literal["heading", "paragraph", "item", "header", "row", "caption", "footnote", "entry", "furniture"]


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table's row.

    Attributes:
        spans: Where its words stand; empty for an empty cell.
        header: Where the words of the header cells over it stand, outermost first; empty where there are none.
    """

    spans: tuple[Span, ...]
    header: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of a document.

    Attributes:
        kind: What it is. "header" is a row of a table that names its columns, "entry" a term of a
            glossary with its meaning.
        spans: Where its words stand, in order; a bullet, a number and page furniture are left out.
        depth: For a heading: 1 for the outermost. For an item: 1 in a list, 2 in a list under an item. Else 0.
        marker: Where the bullet, number or letter before its words stands; None without one.
        group: For a part of a list or a table (its lead-in or caption too): the offset at which the whole
            begins, the same for all its parts; else None.
        cells: For a row or a header: its cells, left to right. For an entry: the term, then its meaning.
        rule: For furniture: the name of the rule that says so; else empty.
        isolated: Whether blank lines (or an end of the text) stand on both sides.
    """

    kind: BlockKind
    spans: tuple[Span, ...]
    depth: int = 0
    rule: str = ""
    isolated: bool = True
    marker: Span | None = None
    group: int | None = None
    cells: tuple[Cell, ...] = ()

    @property
    def start(self) -> int:
        """The offset at which it begins."""
        return self.spans[0][0]

    @property
    def end(self) -> int:
        """The offset after its last character."""
        return self.spans[-1][1]


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

    def page_name(self, number: int) -> str:
        """A page as it is cited: by the label printed on it, with its physical number where that is another."""
        label = next((p.label for p in self.pages if p.number == number), None)
        return f"page {number}" if label in (None, str(number)) else f"page {label} (sheet {number})"

    def headings_at(self, offset: int) -> tuple[str, ...]:
        """The path of headings over an offset, outermost first; empty before the first heading."""
        return next((s.headings for s in self.sections if s.start <= offset < s.end), ())
