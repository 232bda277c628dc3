"""The lines of a page as paragraphs, headings and footnotes."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.readers.pdf_lines import Line
from ingest.readers.pdf_tables import Table

_BULLET = re.compile(r"(?:[•▪◦●■□–—*·➢✓-]|o|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s")
_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})*)\.?\s")
_MARK = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+\s?\S|\d{1,3}\s+\S|[*†‡]\s?\S")
_CAPTION = re.compile(r"(?:table|figure|fig\.|chart|graph|box|map|source)\b[\s.:]*\d*", re.IGNORECASE)
_LARGER = 1.12  # a heading's type beside the body's: 11 points beside 9.5, 12 beside 10.5
_SMALLER = 0.92  # a footnote's
_LONGEST_HEADING = 150
_LONGEST_BOLD_HEADING = 90
_MOST_HEADING_LINES = 3
_DEEPEST = 6

Kind = Literal["line", "heading", "footnote", "table"]


@dataclass(frozen=True, slots=True)
class Type:
    """The document's body type: its size, its usual distance between lines as a part of it, and whether it is bold."""

    size: float
    pitch: float
    bold: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a page in reading order.

    Attributes:
        kind: What it is.
        lines: Its lines; empty for a table.
        table: The table, or None.
        apart: Whether a blank line stands before it.
        style: For a heading: its size and whether it is bold, to rank it by.
    """

    kind: Kind
    lines: tuple[Line, ...] = ()
    table: Table | None = None
    apart: bool = True
    style: tuple[float, bool] = (0.0, False)


def pieces_of_region(
    items: Sequence[Line | Table], body: Type, page_height: float, before: Sequence[Line] = ()
) -> list[Piece]:
    """A region of one column, top to bottom, as pieces: one for each line, heading, footnote and table.

    Args:
        items: Its lines and tables.
        body: The document's body type.
        page_height: In points.
        before: The lines of the region before it on the page, if that ended with a line.
    """
    notes = _footnotes_from(items, body, page_height)
    pieces: list[Piece] = []
    i = 0
    while i < len(items):
        item = items[i]
        if isinstance(item, Table):
            pieces.append(Piece("table", table=item))
            i += 1
            continue
        apart = _begins_paragraph(items, i, body) if i else not _goes_on(before, item)
        if i >= notes:
            if pieces and pieces[-1].kind == "footnote" and not _MARK.match(item.text):
                pieces[-1] = replace(pieces[-1], lines=(*pieces[-1].lines, item))
            else:
                pieces.append(Piece("footnote", (item,)))
            i += 1
            continue
        heading = _heading_at(items, i, body) if apart else ()
        if heading:
            pieces.append(Piece("heading", heading, style=(round(heading[0].size), heading[0].bold)))
            i += len(heading)
            continue
        pieces.append(Piece("line", (item,), apart=apart or bool(pieces and pieces[-1].kind != "line")))
        i += 1
    return pieces


def _begins_paragraph(items: Sequence[Line | Table], i: int, body: Type) -> bool:
    """Whether white, another type or an indent says that a line begins a paragraph."""
    line, before = items[i], items[i - 1] if i else None
    if not isinstance(line, Line) or not isinstance(before, Line):
        return True
    size = max(line.size, before.size)
    if line.base - before.base > (1.18 * body.pitch + 0.05) * size:
        return True
    if abs(line.size - before.size) > 0.08 * size or (line.bold != before.bold and _whole_bold(line, before)):
        return True
    if _BULLET.match(line.text + " "):
        return False
    return _outdented(items, i, line) or _indented(items, i, line, before)


def _goes_on(column: Sequence[Line], line: Line) -> bool:
    """Whether a line at the head of a column goes on with the paragraph at the foot of the column before.

    It does not if it looks otherwise or is an item, or if the last line there ends a sentence and is not
    as long as the column is wide: the last line of a paragraph rarely is.
    """
    if not column or _BULLET.match(line.text + " "):
        return False
    last = column[-1]
    if abs(line.size - last.size) >= 0.3 or line.bold != last.bold:
        return False
    ended = last.text.endswith((".", "!", "?", ":", ";", ".”", ".’", ".)"))
    full = last.x1 > max(x.x1 for x in column) - 0.5 * last.size
    return not ended or full or line.text[:1].islower()


def _whole_bold(line: Line, before: Line) -> bool:
    """Whether a change from or to bold parts two lines: a bold word at the beginning of a paragraph does not."""
    bold = line if line.bold else before
    other = before if line.bold else line
    return not any(w.bold for w in other.words[:1]) and len(bold.words) > 0


def _indented(items: Sequence[Line | Table], i: int, line: Line, before: Line) -> bool:
    """Whether a first line is set in, and neither the line before it nor the one after is."""
    after = items[i + 1] if i + 1 < len(items) else None
    if not 0.7 * line.size < line.x0 - before.x0 < 5 * line.size or _BULLET.match(before.text + " "):
        return False
    return not isinstance(after, Line) or after.x0 < line.x0 - 0.5 * line.size


def _outdented(items: Sequence[Line | Table], i: int, line: Line) -> bool:
    """Whether a line stands left of the words of a list item that is finished, or whose other lines hang."""
    hangs = False
    for before in items[max(0, i - 12) : i][::-1]:
        if not isinstance(before, Line):
            return False
        if _BULLET.match(before.text + " "):
            ended = hangs or before.text.endswith((".", ";", ":", "?", "!"))
            return ended and len(before.words) > 1 and line.x0 < before.words[1].x0 - 0.5 * line.size
        if before.x0 <= line.x0 + 0.5 * line.size:
            return False
        hangs = True
    return False


def _heading_at(items: Sequence[Line | Table], i: int, body: Type) -> tuple[Line, ...]:
    """The lines of the heading that begins at a line; none if none does."""
    first = items[i]
    if not isinstance(first, Line):
        return ()
    larger = first.size >= _LARGER * body.size
    if not larger and not (first.bold and not body.bold and first.size >= 0.97 * body.size):
        return ()
    lines = [first]
    for j in range(i + 1, len(items)):
        line = items[j]
        same = isinstance(line, Line) and abs(line.size - first.size) < 0.3 and line.bold == first.bold
        if not same or not isinstance(line, Line) or _begins_paragraph(items, j, body) or _NUMBER.match(line.text):
            break
        lines.append(line)
    text = " ".join(line.text for line in lines)
    longest = _LONGEST_HEADING if larger else _LONGEST_BOLD_HEADING
    fits = len(lines) <= _MOST_HEADING_LINES and len(text) <= longest
    words = [w for w in text.split() if sum(c.isalpha() for c in w) > 2]
    if not fits or not words or text[-1] in ".,;:" or (_BULLET.match(text) and not _NUMBER.match(text)):
        return ()
    if (_CAPTION.match(text) and any(c.isdigit() for c in text[:12])) or not (
        words[0][0].isalnum() or words[0][0] in "‘“'"
    ):
        return ()
    return () if text.lstrip("0123456789. ")[:1].islower() else tuple(lines)


def _footnotes_from(items: Sequence[Line | Table], body: Type, page_height: float) -> int:
    """Where a region's footnotes begin: small type at its end, in the lower half, from a mark on."""
    first = len(items)
    for i in range(len(items) - 1, -1, -1):
        item = items[i]
        if not isinstance(item, Line) or item.size > _SMALLER * body.size or item.base < 0.5 * page_height:
            break
        if _MARK.match(item.text):
            first = i
    return first


def depths(headings: Sequence[Piece]) -> dict[tuple[float, bool], int]:
    """How deep headings of each style lie: by their numbers where they have any, else one below the next larger."""
    numbered: dict[tuple[float, bool], Counter[int]] = {}
    styles = sorted({h.style for h in headings}, key=lambda s: (-s[0], not s[1]))
    for heading in headings:
        number = _NUMBER.match(heading.lines[0].text)
        if number:
            numbered.setdefault(heading.style, Counter())[number[1].count(".") + 1] += 1
    found: dict[tuple[float, bool], int] = {}
    above = 0
    for style in styles:
        usual = numbered.get(style)
        above = min(usual.most_common(1)[0][0] if usual else above + 1, _DEEPEST)
        found[style] = above
    return found


def depth_of(heading: Piece, by_style: dict[tuple[float, bool], int]) -> int:
    """A heading's depth: "3.2" is 2; without a number, what its style says."""
    number = _NUMBER.match(heading.lines[0].text)
    if number and "." in number[1]:
        return min(number[1].count(".") + 1, _DEEPEST)
    return by_style[heading.style]
