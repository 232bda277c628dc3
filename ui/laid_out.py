"""A document laid out, as HTML: its pieces as the elements they are, what is cited in ``<mark>``.

What is marked is told by colour, weight and line (page.css), and in words to those who listen to the page. The
empty ``cv-here`` stands before the mark to bring into view.
"""

from collections.abc import Iterable, Sequence

from desk.layout import (
    Entry,
    Glossary,
    Heading,
    Item,
    Listing,
    Paragraph,
    Piece,
    Row,
    Table,
    TableCell,
    Words,
)
from ui.plain import as_html

_TOP = 2  # the level over the outermost heading of a document: its title's
_DEEPEST = 6
_OPENS = '<span class="cv-unseen">Start of the cited words: </span>'
_CLOSES = '<span class="cv-unseen"> (end of the cited words)</span>'
_HERE = '<span class="cv-here"></span>'
_BULLETS = frozenset("•·-–—*")  # and whatever only the document's own font has a picture for
_PRIVATE = range(0xE000, 0xF900)


def pieces_html(pieces: Sequence[Piece], *, anchors: bool = False) -> str:
    """Pieces as HTML.

    Args:
        pieces: In order.
        anchors: Whether headings can be jumped to, by ``anchor``: for a page on which the document stands once.
    """
    return "".join(_piece(piece, anchors=anchors) for piece in pieces)


def anchor(at: int) -> str:
    """The name by which the heading at an offset can be jumped to."""
    return f"cv-at-{at}"


def words_html(words: Words) -> str:
    """Words as HTML that shows them, what is marked in ``<mark>``."""
    parts: list[str] = []
    at = 0
    for mark in words.marks:
        parts += [as_html(words.text[at : mark.start]), _OPENS * mark.opens, _HERE * mark.here]
        parts += ["<mark>", as_html(words.text[mark.start : mark.end]), "</mark>", _CLOSES * mark.closes]
        at = mark.end
    return "".join([*parts, as_html(words.text[at:])])


def _piece(piece: Piece, *, anchors: bool) -> str:
    match piece:
        case Heading():
            level = min(piece.level + _TOP, _DEEPEST)
            name = f' id="{anchor(piece.at)}" tabindex="-1"' if anchors else ""
            return f"<h{level}{name}>{words_html(piece.words)}</h{level}>"
        case Listing():
            return _items(piece.items)
        case Table():
            return _table(piece)
        case Glossary():
            return f'<dl class="cv-terms">{"".join(map(_entry, piece.entries))}</dl>'
        case Paragraph():
            return _paragraph(piece)


def _paragraph(paragraph: Paragraph) -> str:
    words = words_html(paragraph.words)
    match paragraph.kind:
        case "raw":
            return f'<div class="cv-raw">{words}</div>'
        case "furniture":
            return f'<p class="cv-left-out"><small>Left out ({as_html(paragraph.rule)}): {words}</small></p>'
        case "footnote":
            return f'<p class="cv-footnote">{_marker(paragraph.marker)}{words}</p>'
        case "caption":
            return f'<p class="cv-caption">{words}</p>'
    return f"<p>{_marker(paragraph.marker)}{words}</p>"


def _items(items: Sequence[Item]) -> str:
    """A list. Its bullets and numbers are the document's own; the role keeps it one where styles hide that it is."""
    numbered = any(item.marker and any(c.isalnum() for c in item.marker.text) for item in items)
    name = "ol" if numbered else "ul"
    return f'<{name} role="list" class="cv-list">{"".join(map(_item, items))}</{name}>'


def _item(item: Item) -> str:
    if item.furniture:
        return f'<li class="cv-left-out"><small>Left out: {words_html(item.words)}</small></li>'
    marker = _marker(item.marker) or '<span class="cv-marker" aria-hidden="true">•</span>'
    below = _items(item.below) if item.below else ""
    return f"<li>{marker}{words_html(item.words)}{below}</li>"


def _marker(marker: Words | None) -> str:
    """A number or a bullet; a bullet is not read out, and one that is no character of any font but its own is "•"."""
    if marker is None:
        return ""
    if any(ord(c) in _PRIVATE for c in marker.text):
        marker = Words("•" * len(marker.text), marker.marks)
    silent = ' aria-hidden="true"' if set(marker.text) <= _BULLETS and not marker.marks else ""
    return f'<span class="cv-marker"{silent}>{words_html(marker)}</span> '


def _entry(entry: Entry) -> str:
    return f"<dt>{words_html(entry.term)}</dt><dd>{words_html(entry.meaning)}</dd>"


def _table(table: Table) -> str:
    """A table, the header rows it begins with apart: they stay in view above its rows."""
    heads = next((i for i, row in enumerate(table.rows) if row.kind != "header"), len(table.rows))
    heads = heads if heads < len(table.rows) else 0
    caption = f"<caption>{words_html(table.caption)}</caption>" if table.caption else ""
    head = f"<thead>{_rows(table.rows[:heads])}</thead>" if heads else ""
    return f'<table class="cv-grid">{caption}{head}<tbody>{_rows(table.rows[heads:])}</tbody></table>'


def _rows(rows: Iterable[Row]) -> str:
    return "".join(f"<tr{_class(row)}>{''.join(_cell(c, row) for c in row.cells)}</tr>" for row in rows)


def _class(row: Row) -> str:
    kinds = {"footnote": ' class="cv-footnote"', "furniture": ' class="cv-left-out"'}
    return kinds.get(row.kind, "")


def _cell(cell: TableCell, row: Row) -> str:
    columns = f' colspan="{cell.columns}"' if cell.columns > 1 else ""
    if row.kind == "header" and cell.words.text:
        return f'<th scope="{"colgroup" if columns else "col"}"{columns}>{words_html(cell.words)}</th>'
    note = "<small>Left out: </small>" if row.kind == "furniture" else ""
    return f"<td{columns}>{note}{words_html(cell.words)}</td>"
