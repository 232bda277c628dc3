"""Pages of pieces to one text, with its pages and the blocks the layout is sure of."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.documents import Block, BlockKind, Cell, Page, Span
from ingest.furniture import REPEATED_HEADER
from ingest.readers.pdf_flow import Piece, depth_of, depths
from ingest.readers.pdf_furniture import Furniture
from ingest.readers.pdf_hyphens import Vocabulary, joined_lines, mended
from ingest.readers.pdf_tables import Table, TableCell, continues, repeated_headers, with_headers

_PAGE_BREAK = "\n\n\f\n"


@dataclass(frozen=True, slots=True)
class LaidOut:
    """A page in reading order, with the furniture above and below it and its label."""

    head: Sequence[Furniture]
    pieces: Sequence[Piece]
    foot: Sequence[Furniture]
    label: str | None
    spoken: str = ""  # what OCR read on it


@dataclass(slots=True)
class _OpenTable:
    """The last table written: where it began, its header's cells in the text, and how it stood on its page."""

    table: Table
    group: int = -1
    cells: list[tuple[float, float, Span]] = field(default_factory=list)  # how far each reaches, and its words


@dataclass(slots=True)
class _Writer:
    text: list[str] = field(default_factory=list)
    at: int = 0
    blocks: list[Block] = field(default_factory=list)

    def put(self, words: str) -> Span:
        self.text.append(words)
        self.at += len(words)
        return self.at - len(words), self.at


def write(pages: Sequence[LaidOut]) -> tuple[str, tuple[Page, ...], tuple[Block, ...]]:
    """The text of all pages, the pages, and their headings, tables, footnotes and furniture as blocks."""
    flow = [[_lines_of(piece) for piece in page.pieces] for page in pages]
    vocabulary = Vocabulary([text for page in pages for p in page.pieces for text in _all_lines(p)])
    _mend(pages, flow, vocabulary)
    by_style = depths([p for page in pages for p in page.pieces if p.kind == "heading"])
    writer = _Writer()
    starts: list[int] = []
    at_foot: _OpenTable | None = None
    for number, (page, lines) in enumerate(zip(pages, flow, strict=True)):
        starts.append(writer.at)
        last: _OpenTable | None = None
        for i, furniture in enumerate(page.head):
            _furniture(writer, furniture, "\n" if i else "")
        for piece, words in zip(page.pieces, lines, strict=True):
            if piece.table:
                last = _table(writer, piece.table, at_foot if _at_head(page, piece) else None, vocabulary)
            elif words:
                _words(writer, piece, words, by_style, first=writer.at == starts[-1])
        at_foot = _open_at_foot(page, last)
        if page.spoken:
            writer.put(("\n\n" if writer.at > starts[-1] else "") + page.spoken)
        for i, furniture in enumerate(page.foot):
            _furniture(writer, furniture, "\n" if i else "\n\n" if writer.at > starts[-1] else "")
        if number + 1 < len(pages):
            writer.put(_PAGE_BREAK if writer.at > starts[-1] else _PAGE_BREAK.lstrip("\n"))
        elif writer.at == starts[-1]:
            writer.put("\f")
    ends = [*starts[1:], writer.at]
    numbered = tuple(
        Page(i + 1, page.label, start, end)
        for i, (page, start, end) in enumerate(zip(pages, starts, ends, strict=True))
    )
    return "".join(writer.text), numbered, tuple(sorted(writer.blocks, key=lambda b: b.start))


def _all_lines(piece: Piece) -> list[str]:
    if piece.table:
        return [line.text for row in piece.table.rows for cell in row for line in cell.lines]
    return [line.text for line in piece.lines]


def _lines_of(piece: Piece) -> list[str]:
    """Its lines; one that the file sets in with a space begins with one, as lists do that lost their bullets."""
    return [f" {line.text}" if line.words[0].set_in and piece.kind == "line" else line.text for line in piece.lines]


def _mend(pages: Sequence[LaidOut], flow: list[list[list[str]]], vocabulary: Vocabulary) -> None:
    """Make words whole that were cut between two lines, over the ends of columns and pages too."""
    open_lines: list[str] | None = None  # the lines of the piece before, of running text
    for page, texts in zip(pages, flow, strict=True):
        for piece, lines in zip(page.pieces, texts, strict=True):
            if piece.kind == "table":
                continue
            if open_lines and lines and piece.kind == "line":
                _mend_between(open_lines, lines, vocabulary)
            for i in range(len(lines) - 1):
                pair = mended(lines[i], lines[i + 1], vocabulary)
                if pair:
                    lines[i], lines[i + 1] = pair
            lines[:] = [line.replace("\u00ad", "") if not line.endswith("\u00ad") else line for line in lines if line]
            if piece.kind == "line":
                open_lines = lines if lines else open_lines
    for texts in flow:
        for lines in texts:
            lines[:] = [line.replace("\u00ad", "") for line in lines]


def _mend_between(before: list[str], lines: list[str], vocabulary: Vocabulary) -> None:
    pair = mended(before[-1], lines[0], vocabulary)
    if pair and lines[0][:1].islower():
        before[-1], lines[0] = pair


def _furniture(writer: _Writer, furniture: Furniture, gap: str) -> None:
    writer.put(gap)
    span = writer.put(furniture.line.text.replace("\u00ad", "-"))
    writer.blocks.append(Block("furniture", (span,), rule=furniture.rule))


def _words(
    writer: _Writer, piece: Piece, lines: Sequence[str], by_style: dict[tuple[float, bool], int], *, first: bool
) -> None:
    if not first:
        dash = writer.text[-1].endswith((" -", "\n-")) and not piece.apart
        writer.put("\n\n" if piece.apart else " " if dash else "\n")
    spans = []
    for i, line in enumerate(lines):
        if i:
            writer.put("\n")
        spans.append(writer.put(line))
    whole = ((spans[0][0], spans[-1][1]),)
    if piece.kind == "heading":
        writer.blocks.append(Block("heading", whole, depth=depth_of(piece, by_style)))
    elif piece.kind == "footnote":
        writer.blocks.append(Block("footnote", whole))


def _table(writer: _Writer, table: Table, before: _OpenTable | None, vocabulary: Vocabulary) -> _OpenTable:
    """Write a table, a row a line and a tab between cells.

    Args:
        writer: Where to.
        table: The table.
        before: The table at the foot of the page before, if this one stands at the head of its page.
        vocabulary: The document's words.

    Returns:
        What a table on the next page needs to go on with this one.
    """
    again = repeated_headers(table, before.table) if before and continues(table, before.table) else 0
    bold = all(line.bold for cell in table.rows[0] for line in cell.lines)
    if before and (again or (continues(table, before.table) and not bold)):
        state = before
        table = with_headers(table, again)
    else:
        state = _OpenTable(table)
    writer.put("\n\n" if writer.at else "")
    for i, row in enumerate(table.rows):
        writer.put("\n" if i else "")
        _row(writer, row, state, table.x0 - state.table.x0, vocabulary, _part(i, again, table.headers))
    return state


def _part(i: int, again: int, headers: int) -> BlockKind:
    """What a table's row is: a repeated header (furniture), a header or a row."""
    return "furniture" if i < again else "header" if i < headers else "row"


def _row(
    writer: _Writer,
    row: Sequence[TableCell],
    state: _OpenTable,
    shift: float,
    vocabulary: Vocabulary,
    kind: BlockKind,
) -> None:
    """Write a row. ``shift`` is how far right of the table's first part this part of it stands."""
    spans: list[tuple[Span, ...]] = []
    for k, cell in enumerate(row):
        writer.put("\t" if k else "")
        words = joined_lines([line.text for line in cell.lines], vocabulary)
        spans.append((writer.put(words),) if words else ())
    full = [s for cell in spans for s in cell]
    whole = ((full[0][0], full[-1][1]),)
    if state.group < 0:
        state.group = whole[0][0]
    if kind == "furniture":
        writer.blocks.append(Block(kind, whole, rule=REPEATED_HEADER))
    elif kind == "header":
        state.cells += [(c.x0, c.x1, s[0]) for c, s in zip(row, spans, strict=True) if s]
        writer.blocks.append(Block(kind, tuple(full), group=state.group, cells=tuple(Cell(s) for s in spans)))
    else:
        over = [_header_over(c.x0 - shift, c.x1 - shift, state.cells) for c in row]
        cells = tuple(Cell(s, h) for s, h in zip(spans, over, strict=True))
        writer.blocks.append(Block(kind, tuple(full), group=state.group, cells=cells))


def _open_at_foot(page: LaidOut, last: _OpenTable | None) -> _OpenTable | None:
    """The last table written, if nothing but footnotes follows it on its page."""
    body = [p for p in page.pieces if p.kind != "footnote"]
    return last if body and body[-1].table else None


def _at_head(page: LaidOut, piece: Piece) -> bool:
    """Whether nothing stands before a table on its page but a line that says that it is continued."""
    at = next(i for i, p in enumerate(page.pieces) if p is piece)
    return all("cont" in " ".join(line.text for line in p.lines).lower() for p in page.pieces[:at])


def _header_over(x0: float, x1: float, headers: Sequence[tuple[float, float, Span]]) -> tuple[Span, ...]:
    """The header cells over a cell: those that share at least half of the narrower one's width."""
    return tuple(span for a, b, span in headers if min(b, x1) - max(a, x0) > 0.5 * min(b - a, x1 - x0))
