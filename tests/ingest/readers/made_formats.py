"""One document written as plain text, HTML, Markdown and Word, for tests that compare how they are read."""

import html
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import docx
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from ingest.documents import BlockKind

_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARK = re.compile("[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_TABLE = ("header", "row")


@dataclass(frozen=True, slots=True)
class Piece:
    """A block to write.

    Attributes:
        kind: What it is.
        words: Its words; for an entry, the term.
        depth: Of a heading or an item.
        cells: Of a header or a row, a line break between the paragraphs of one; for an entry, its meaning.
        marker: For an item, its number if it has one; for a footnote, its mark. A paragraph refers to the
            note with the mark's digits raised.
        table: For a header or a row, which table it is of, where tables follow each other.
        spread: Whether the last cell of a header stands over the columns after it too.
    """

    kind: BlockKind
    words: str = ""
    depth: int = 0
    cells: tuple[str, ...] = ()
    marker: str = ""
    table: int | None = None
    spread: bool = False


def as_text(pieces: Sequence[Piece]) -> bytes:
    """As the project's corpus has it: a line each, blank lines where the kinds change or words end."""
    lines: list[str] = []
    before = ""
    for piece in pieces:
        if lines and not (before == piece.kind == "item" or (before in _TABLE and piece.kind == "row")):
            lines.append("")
        if piece.kind == "item":
            lines.append("  " * (piece.depth - 1) + f"{piece.marker or '•'} {piece.words}")
        elif piece.kind in _TABLE:
            lines.append("\t".join(cell.replace("\n", " ") for cell in piece.cells))
        elif piece.kind == "entry":
            lines.append(f"{piece.words} {piece.cells[0]}")
        elif piece.kind == "footnote":
            lines.append(f"{piece.marker.translate(_RAISED)} {piece.words}")
        else:
            lines.append(piece.words)
        before = piece.kind
    return ("\n".join(lines) + "\n").encode()


def runs(pieces: Sequence[Piece]) -> Iterator[tuple[str, list[Piece]]]:
    """Pieces that are written together: a list, a table, a glossary, the notes; a numbered list apart from others."""

    last = {piece.table: at for at, piece in enumerate(pieces) if piece.kind in _TABLE and piece.table is not None}
    table = -1  # where the table ends that a piece stands in or after
    places: list[int] = []
    for at, piece in enumerate(pieces):
        table = last.get(piece.table, table)
        places.append(max(2 * at, 2 * table + 1) if piece.kind == "footnote" else 2 * at)
    # No format has a note between two rows: it comes after the table.
    pieces = [piece for _, piece in sorted(zip(places, pieces, strict=True), key=lambda placed: placed[0])]

    def together(piece: Piece) -> str:
        return "table" if piece.kind in _TABLE else piece.kind

    for kind, run in groupby(pieces, key=together):
        held: list[Piece] = []
        for piece in run:
            another = held and kind == "table" and piece.table != held[-1].table
            begins = another or (piece.kind == "header" and piece.table is None and held and held[-1].kind == "row")
            restarts = piece.kind == "item" and piece.depth == 1 and held and held[0].marker[:1] != piece.marker[:1]
            if begins or (restarts and bool(held[0].marker) != bool(piece.marker)):
                yield kind, held
                held = []
            held.append(piece)
        yield kind, held


def as_html(pieces: Sequence[Piece]) -> bytes:
    """As a web page, between navigation and a foot."""
    marks = {piece.marker for piece in pieces if piece.kind == "footnote"}

    def inline(words: str) -> str:
        def link(found: re.Match[str]) -> str:
            mark = found[0].translate(_DIGITS)
            return f'<sup><a href="#fn{mark}">{mark}</a></sup>' if mark in marks else found[0]

        return _MARK.sub(link, html.escape(words))

    body: list[str] = []
    for kind, run in runs(pieces):
        if kind == "item":
            body.append(_html_list(run, inline))
        elif kind == "table":
            body.append(_html_table(run, inline))
        elif kind == "entry":
            entries = (f"<dt>{inline(p.words)}</dt><dd>{inline(p.cells[0])}</dd>" for p in run)
            body.append(f"<dl>{''.join(entries)}</dl>")
        elif kind == "footnote":
            body.append("".join(f'<p id="fn{p.marker}"><sup>{p.marker}</sup> {inline(p.words)}</p>' for p in run))
        else:
            tag = {"caption": "p"}.get(kind, "p")
            body += [
                f"<h{p.depth}>{inline(p.words)}</h{p.depth}>"
                if kind == "heading"
                else f"<{tag}>{inline(p.words)}</{tag}>"
                for p in run
            ]
    page = f"<nav><a href='/'>Home</a> <a href='/plans'>Plans</a></nav>\n<main>\n{chr(10).join(body)}\n</main>"
    return (
        f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{page}<footer>Contact</footer></body>".encode()
    )


def _html_list(run: Sequence[Piece], inline: Callable[[str], str]) -> str:
    written: list[str] = []
    open_tags: list[str] = []
    for piece in run:
        while len(open_tags) > piece.depth:
            written.append(f"</li></{open_tags.pop()}>")
        if len(open_tags) == piece.depth:
            written.append("</li>")
        while len(open_tags) < piece.depth:
            tag = "ol" if piece.marker else "ul"
            open_tags.append(tag)
            written.append(f"<{tag}><li>" if len(open_tags) < piece.depth else f"<{tag}>")
        value = f" value='{piece.marker[:-1]}'" if piece.marker else ""
        written.append(f"<li{value}>{inline(piece.words)}")
    while open_tags:
        written.append(f"</li></{open_tags.pop()}>")
    return "".join(written)


def _html_table(run: Sequence[Piece], inline: Callable[[str], str]) -> str:
    rows = []
    widest = max(len(piece.cells) for piece in run)
    for piece in run:
        tag = "th" if piece.kind == "header" else "td"
        cells = [
            "".join(f"<p>{inline(p)}</p>" for p in cell.split("\n")) if "\n" in cell else inline(cell)
            for cell in piece.cells
        ]
        at = _only_cell(piece)
        if piece.kind == "header" and at is not None:
            over = "<th></th>" * at + f"<th colspan={widest - at}>{cells[at]}</th>"
        else:
            last = f" colspan={widest - len(cells) + 1}" if piece.spread else ""
            spans = [""] * (len(cells) - 1) + [last]
            over = "".join(f"<{tag}{span}>{cell}</{tag}>" for span, cell in zip(spans, cells, strict=True))
        rows.append(f"<tr>{over}</tr>")
    return f"<table>{''.join(rows)}</table>"


def _only_cell(piece: Piece) -> int | None:
    """Which of a row's cells has words, if only one has: a header's stands over the columns after it too."""
    worded = [at for at, cell in enumerate(piece.cells) if cell]
    return worded[0] if len(worded) == 1 else None


def as_markdown(pieces: Sequence[Piece]) -> bytes:
    """As Markdown, with every mark in the words escaped."""
    marks = {piece.marker for piece in pieces if piece.kind == "footnote"}

    def inline(words: str) -> str:
        def refer(found: re.Match[str]) -> str:
            mark = found[0].translate(_DIGITS)
            return f"[^{mark}]" if mark in marks else found[0]

        return _MARK.sub(refer, re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", words))

    body: list[str] = []
    for kind, run in runs(pieces):
        if kind == "item":
            body.append(_markdown_list(run, inline))
        elif kind == "table":
            body.append(_markdown_table(run, inline))
        elif kind == "entry":
            entries = (f"<dt>{html.escape(p.words)}</dt><dd>{html.escape(p.cells[0])}</dd>" for p in run)
            body.append(f"<dl>{''.join(entries)}</dl>")
        elif kind == "footnote":
            body.append("\n".join(f"[^{p.marker}]: {inline(p.words)}" for p in run))
        elif kind == "heading":
            body += [f"{'#' * p.depth} {inline(p.words)}" for p in run]
        else:
            body += [inline(p.words) for p in run]
    # A comment parts a list from one that follows it.
    parted = [f"<!-- -->\n\n{b}" if a[:1] in "-0123456789 " and b[:1] in "-0123456789" else b for a, b in _pairs(body)]
    return ("\n\n".join(parted) + "\n").encode()


def _markdown_table(run: Sequence[Piece], inline: Callable[[str], str]) -> str:
    """A table: its first header as its head, any other in bold, which is all that Markdown has for it."""
    widest = max(len(piece.cells) for piece in run)
    head, *rest = run if run[0].kind == "header" else [Piece("header", cells=("",)), *run]

    def line(piece: Piece, mark: str) -> str:
        cells = ["<br>".join(mark + inline(p) + mark for p in cell.split("\n")) if cell else "" for cell in piece.cells]
        return f"| {' | '.join([*cells, *[''] * (widest - len(cells))])} |"

    rows = (line(piece, "**" if piece.kind == "header" else "") for piece in rest)
    return "\n".join([line(head, ""), f"|{' --- |' * widest}", *rows])


def _pairs(body: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(["x", *body[:-1]], body, strict=True)


def _markdown_list(run: Sequence[Piece], inline: Callable[[str], str]) -> str:
    lines = []
    for piece in run:
        marker = piece.marker or "-"
        lines.append("    " * (piece.depth - 1) + f"{marker:<3} {inline(piece.words)}")
    return "\n".join(lines)


def as_docx(pieces: Sequence[Piece]) -> bytes:
    """As a Word document with a running head."""
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Running head"
    prose = (piece for piece in pieces if piece.kind in ("paragraph", "item"))
    marks = {found[0].translate(_DIGITS) for piece in prose for found in _MARK.finditer(piece.words)}
    times = Counter(piece.marker for piece in pieces if piece.kind == "footnote")
    noted = {mark for mark in marks if times[mark] == 1}
    notes = {piece.marker: piece for piece in pieces if piece.kind == "footnote" and piece.marker in noted}
    written: list[Piece] = []
    for kind, run in runs(pieces):
        if kind == "item":
            _docx_list(document, run, notes, written)
        elif kind == "table":
            _docx_table(document, run)
        for piece in run:
            if kind == "heading":
                document.add_heading(piece.words, piece.depth)
            elif kind == "caption":
                document.add_paragraph(piece.words, style="Caption")
            elif kind == "entry":
                document.add_paragraph(f"{piece.words} {piece.cells[0]}".strip())
            elif kind == "footnote" and notes.get(piece.marker) is not piece:
                # A note that nothing refers to cannot be one of Word's own.
                paragraph = document.add_paragraph()
                paragraph.add_run(piece.marker).font.superscript = True
                paragraph.add_run(f" {piece.words}")
            elif kind == "paragraph":
                _docx_words(document.add_paragraph(), piece.words, notes, written)
    if written:
        _docx_notes(document, written)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _docx_words(paragraph: Any, words: str, notes: Mapping[str, Piece], written: list[Piece]) -> None:
    at = 0
    for found in _MARK.finditer(words):
        mark = found[0].translate(_DIGITS)
        if mark not in notes:
            continue
        paragraph.add_run(words[at : found.start()])
        written.append(notes[mark])
        reference = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), str(len(written) + 1))
        paragraph.add_run()._r.append(reference)
        at = found.end()
    paragraph.add_run(words[at:])


def _docx_notes(document: Any, notes: Sequence[Piece]) -> None:
    written = "".join(
        f'<w:footnote w:id="{i}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t>{html.escape(note.words)}</w:t></w:r></w:p>'
        "</w:footnote>"
        for i, note in enumerate(notes, 2)
    )
    line = '<w:footnote w:id="0" w:type="separator"><w:p/></w:footnote>'
    blob = f"<w:footnotes {nsdecls('w')}>{line}{written}</w:footnotes>".encode()
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)


def _docx_list(document: Any, run: Sequence[Piece], notes: Mapping[str, Piece], written: list[Piece]) -> None:
    """Items with Word's own list styles; a numbered list begins at its own number."""
    numbers: dict[int, int] = {}
    for piece in run:
        style = "List Number" if piece.marker else "List Bullet"
        paragraph = document.add_paragraph(style=style + (f" {piece.depth}" if piece.depth > 1 else ""))
        _docx_words(paragraph, piece.words, notes, written)
        if not piece.marker:
            continue
        for deeper in [d for d in numbers if d > piece.depth]:
            del numbers[deeper]
        if piece.depth not in numbers:
            numbers[piece.depth] = _docx_number(document, int(piece.marker[:-1]))
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = numbers[piece.depth]


def _docx_number(document: Any, start: int) -> int:
    """The id of a new numbered list that begins at a number."""
    root = document.part.numbering_part.element
    fresh = 1 + max(int(n.get(qn("w:numId"))) for n in root.findall(qn("w:num")))
    kind = max(int(n.get(qn("w:abstractNumId"))) for n in root.findall(qn("w:abstractNum"))) + 1
    level = '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    first = root.find(qn("w:num"))
    first.addprevious(parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{kind}">{level}</w:abstractNum>'))
    override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>'
    root.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="{fresh}"><w:abstractNumId w:val="{kind}"/>{override}</w:num>')
    )
    return fresh


def _docx_table(document: Any, run: Sequence[Piece]) -> None:
    table = document.add_table(len(run), max(len(piece.cells) for piece in run))
    for row, piece in zip(table.rows, run, strict=True):
        cells, at = row.cells, _only_cell(piece)
        for cell, words in zip(cells, piece.cells, strict=False):
            cell.text, *more = words.split("\n")
            for paragraph in more:
                cell.add_paragraph(paragraph)
        if piece.kind == "header" and at is not None and at + 1 < len(cells):
            cells[at].merge(cells[-1]).text = piece.cells[at]
        elif piece.spread:
            cells[len(piece.cells) - 1].merge(cells[-1]).text = piece.cells[-1]
        if piece.kind == "header":
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    # Tables with nothing between them would be one.
    document.add_paragraph()


FORMATS: Mapping[str, Callable[[Sequence[Piece]], bytes]] = {
    ".html": as_html,
    ".md": as_markdown,
    ".docx": as_docx,
}
