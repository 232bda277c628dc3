"""Tables of a page: those drawn with lines or boxes, and those that only alignment shows.

Covered: grids (pdfplumber finds them), merged cells, cells of several lines, tables whose cells stand in
aligned columns without any line, header rows told by bold type or by standing over numbers. Not
covered: a table without lines whose cells are long prose and whose rows no white parts; nested tables.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import mean, median

import pdfplumber.page
import pdfplumber.table
from pdfminer.converter import PDFPageAggregator
from pdfminer.pdfinterp import PDFPageInterpreter

from ingest.readers.pdf_lines import Line, lines_of, pieces_of
from ingest.readers.pdf_words import Word

_FEWEST_ROWS = 3  # of a table without lines
_MOST_WORDS_IN_CELL = 200  # a box with more is a column of a page that is laid out with boxes
_MOST_HEADER_ROWS = 3
_WORDS_IN_SHORT_LINE = 4.5  # on average in a column
_FEWEST_WORDS_OF_PROSE = 2.5  # on average in the narrowest column
_WORDS_OF_PROSE = 4.0  # on average in a row
_WORDS_IN_CELL_LINE = 8  # at most
_ONE_COLUMN = 3.0  # points: columns are further apart than that
_CLOSE_CELLS = 0.5  # of the type size: between a cell set to the right and the next, set to the left
_NUMBER = re.compile(
    r"[£$€(+\-–−<>~]*\d[\d,.]*\s*(?:%|m|k|bn|million|billion|per cent)?\)?[*†¹²³]?|[-–—]|n/?a|tbc", re.I
)
_YEAR = re.compile(r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:\d\d|\d{4}))?")
_BULLET = re.compile(r"[•▪◦●■□–—\-*·o➢✓]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)]|\d+(?:\.\d+)+\.?|\d{1,2}|[¹²³⁴⁵⁶⁷⁸⁹⁰]+")
_LEADERS = re.compile(r"(?:\.\s?){4,}|…{2,}")


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell: its lines from top to bottom (none if it is empty), and how far it reaches from left to right."""

    lines: tuple[Line, ...]
    x0: float
    x1: float

    @property
    def text(self) -> str:
        """Its words, a space between its lines."""
        return " ".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class Table:
    """A table on one page: its rows top to bottom, each its cells left to right, and where it stands.

    Attributes:
        rows: The cells of each row; every row has at least one cell with words.
        headers: How many of the rows name the columns.
    """

    rows: tuple[tuple[TableCell, ...], ...]
    headers: int
    x0: float
    x1: float
    top: float
    bottom: float

    @property
    def columns(self) -> int:
        """How many cells its widest row has."""
        return max(len(row) for row in self.rows)


# ---- drawn with lines --------------------------------------------------------------------------


def ruled_tables(page: pdfplumber.page.Page, words: Sequence[Word]) -> list[tuple[Table, list[Word]]]:
    """The tables drawn with lines or boxes on a page, each with the words that are in it.

    Args:
        page: The page as pdfplumber opens it.
        words: The page's words, upright, from its top left corner.
    """
    found: list[tuple[Table, list[Word]]] = []
    left = list(words)
    for grid in sorted(_without_characters(page).find_tables(), key=lambda t: (t.bbox[1], t.bbox[0])):
        inside = [w for w in left if _within(w, grid.bbox)]
        table = _table_of(grid, inside)
        if table:
            found.append((table, inside))
            left = [w for w in left if not _within(w, grid.bbox)]
    return found


class _LinesAlone(PDFPageAggregator):
    """What pdfplumber draws a page on, here without its characters, which take nine tenths of its time."""

    def render_string(self, *_: object) -> None:
        """Leave a string out."""


def _without_characters(page: pdfplumber.page.Page) -> pdfplumber.page.Page:
    """Have a page of pdfplumber's hold its lines and boxes only."""
    device = _LinesAlone(page.pdf.rsrcmgr, pageno=page.page_number, laparams=None)
    PDFPageInterpreter(page.pdf.rsrcmgr, device).process_page(page.page_obj)
    page._layout = device.get_result()
    return page


def _within(word: Word, box: Sequence[float]) -> bool:
    x, y = (word.x0 + word.x1) / 2, word.base - 0.3 * word.size
    return box[0] <= x <= box[2] and box[1] <= y <= box[3]


def _table_of(grid: pdfplumber.table.Table, words: Sequence[Word]) -> Table | None:
    """The words put in the grid's cells; None if it is a frame or a drawing and no table."""
    placed = 0
    rows: list[tuple[TableCell, ...]] = []
    for grid_row in grid.rows:
        boxes = [box for box in grid_row.cells if box]
        row: list[TableCell] = []
        for box in boxes:
            inside = [w for w in words if _within(w, box)]
            placed += len(inside)
            if len(inside) > _MOST_WORDS_IN_CELL:
                return None
            row.append(TableCell(tuple(lines_of(inside)), box[0], box[2]))
        if any(cell.lines for cell in row):
            rows.append(tuple(row))
    full = [sum(1 for cell in row if cell.lines) for row in rows]
    if len(rows) < 2 or max(full) < 2 or sum(1 for n in full if n >= 2) < 2 or placed < 0.9 * len(words):
        return None
    x0, top, x1, bottom = grid.bbox
    return Table(tuple(rows), _header_rows(rows), x0, x1, top, bottom)


# ---- shown by alignment ------------------------------------------------------------------------


def aligned_tables(lines: Sequence[Line], *, over_columns: bool = False) -> list[Line | Table]:
    """The lines of a column, with every run of them that is a table without lines made one.

    Three rows or more of short cells that stand under one another are a table. A list whose bullets
    hang, a list of contents with its dots, and lines with one wide gap by chance are not.

    Args:
        lines: Top to bottom.
        over_columns: Whether the lines are a whole page's, which may be set in columns: then nothing is a
            table that has a column with lines as long as prose has.
    """
    coarse = [pieces_of(line) for line in lines]
    fine = [pieces_of(line, _CLOSE_CELLS) for line in lines]
    result: list[Line | Table] = []
    i = 0
    while i < len(lines):
        found = [
            (table, i + len(cut))
            for first in (coarse[i], fine[i])[: 1 if len(coarse[i]) == len(fine[i]) else 2]
            if len(cut := _run_from(first, coarse[i + 1 :], fine[i + 1 :], over_columns=over_columns)) >= _FEWEST_ROWS
            and (table := _aligned_table(cut, over_columns=over_columns))
        ]
        table, after = max(found, key=lambda f: _filled(f[0].rows)) if found else (None, i + 1)
        result.append(table or lines[i])
        i = after
    return result


def _run_from(
    first: list[Line], coarse: Sequence[list[Line]], fine: Sequence[list[Line]], *, over_columns: bool
) -> list[list[Line]]:
    """The rows from a first one on that stand in the same columns, each cut in its cells."""
    if len(first) < 2 or (over_columns and _like_prose(first)):
        return []
    columns = [(p.x0, p.x1) for p in first]
    rows = [first]
    last_full = 0
    for pieces, finer in zip(coarse, fine, strict=True):
        row, merged = pieces, _with_row(columns, pieces)
        if merged is None and len(finer) > len(pieces):
            row, merged = finer, _with_row(columns, finer)
        far = row[0].base - rows[-1][0].base > 3.2 * row[0].size
        if (
            merged is None
            or far
            or (len(row) == 1 and len(rows) - last_full > 3)
            or (over_columns and _like_prose(row))
        ):
            break
        columns = merged
        if len(row) > 1:
            last_full = len(rows)
        rows.append(row)
    return rows[: _rows_to(rows, last_full)]


def _like_prose(row: Sequence[Line]) -> bool:
    """Whether pieces side by side are lines of columns of prose or items of a list, and not of cells."""
    words = [len(piece.words) for piece in row]
    listed = any(len(piece.words) == 1 and _BULLET.fullmatch(piece.text) and not piece.text.isdigit() for piece in row)
    return listed or max(words) > _WORDS_IN_CELL_LINE or (len(row) > 1 and mean(words) >= _WORDS_OF_PROSE)


def _rows_to(rows: Sequence[Sequence[Line]], last_full: int) -> int:
    """How many rows a table has: those after the last full one belong to it that finish one of its cells."""
    after = last_full + 1
    while after < len(rows) and len(rows[after]) == 1:
        line = rows[after][0]
        column = [p for p in rows[last_full] if abs(p.x0 - line.x0) < 2]
        tight = line.base - rows[after - 1][0].base < 1.35 * line.size
        if not tight or not column or (column[0] is rows[last_full][0] and not line.text[:1].islower()):
            break
        after += 1
    return after


def _with_row(columns: Sequence[tuple[float, float]], row: Sequence[Line]) -> list[tuple[float, float]] | None:
    """The columns widened to hold a row; None if a cell lies over two columns or two in one."""
    widened = list(columns)
    taken: set[int] = set()
    for piece in row:
        over = _columns_under(widened, piece, 0.0) or _columns_under(widened, piece, _ONE_COLUMN)
        if len(over) > 1 or taken & set(over):
            return None
        taken |= set(over)
        if over:
            x0, x1 = widened[over[0]]
            widened[over[0]] = (min(x0, piece.x0), max(x1, piece.x1))
        elif len(row) > 1:
            taken.add(len(widened))
            widened.append((piece.x0, piece.x1))
        else:
            return None
    widened.sort()
    return widened if all(a[1] + _ONE_COLUMN < b[0] for a, b in pairwise(widened)) else None


def _columns_under(columns: Sequence[tuple[float, float]], piece: Line, near: float) -> list[int]:
    return [i for i, (x0, x1) in enumerate(columns) if piece.x0 < x1 + near and piece.x1 > x0 - near]


def _aligned_table(cut: Sequence[Sequence[Line]], *, over_columns: bool) -> Table | None:
    columns: list[tuple[float, float]] = []
    for row in sorted(cut, key=len, reverse=True):
        columns = _with_row(columns, row) or columns if columns else [(p.x0, p.x1) for p in row]
    columns = _merged(columns, cut)
    rows = _rows_in(columns, cut)
    if over_columns and not _all_short(rows):
        return None
    full = [row for row in rows if sum(1 for cell in row if cell.lines) > 1]
    if len(full) < _FEWEST_ROWS or len(columns) < 2 or not _looks_like_table(full, columns):
        return None
    top, bottom = cut[0][0].top, max(p.bottom for p in cut[-1])
    return Table(tuple(rows), _header_rows(rows), columns[0][0], columns[-1][1], top, bottom)


def _merged(columns: Sequence[tuple[float, float]], cut: Sequence[Sequence[Line]]) -> list[tuple[float, float]]:
    """The columns, two made one where no row has both: a name set to the left over numbers set to the right."""
    merged = [columns[0]]
    for column in columns[1:]:
        both = [row for row in cut if all(any(p.x0 < x1 and p.x1 > x0 for p in row) for x0, x1 in (merged[-1], column))]
        if both or len(columns) == 2:
            merged.append(column)
        else:
            merged[-1] = (merged[-1][0], column[1])
    return merged


def _rows_in(columns: Sequence[tuple[float, float]], cut: Sequence[Sequence[Line]]) -> list[tuple[TableCell, ...]]:
    """The rows, each line that goes on with the row before it put into that row's cells."""
    pitches = [b[0].base - a[0].base for a, b in pairwise(cut)]
    tight = min(pitches, default=0.0) * 1.15
    wide = max(pitches, default=0.0) > 1.3 * min(pitches, default=0.0)
    rows: list[list[list[Line]]] = []
    for i, pieces in enumerate(cut):
        cells: list[list[Line]] = [[] for _ in columns]
        for piece in pieces:
            place = next((k for k, (x0, x1) in enumerate(columns) if piece.x0 < x1 and piece.x1 > x0), 0)
            cells[place].append(piece)
        goes_on = rows and (
            not cells[0] or (wide and pitches[i - 1] <= tight) or (len(pieces) == 1 and pieces[0].text[:1].islower())
        )
        if goes_on and pitches[i - 1] < 1.6 * pieces[0].size:
            rows[-1] = [a + b for a, b in zip(rows[-1], cells, strict=True)]
        else:
            rows.append(cells)
    return [tuple(TableCell(tuple(cell), *extent) for cell, extent in zip(row, columns, strict=True)) for row in rows]


def _looks_like_table(rows: Sequence[Sequence[TableCell]], columns: Sequence[tuple[float, float]]) -> bool:
    firsts = [row[0].text for row in rows]
    if len(columns) == 2 and all(_BULLET.fullmatch(t) for t in firsts if t):
        return False
    if any(_LEADERS.search(cell.text) for row in rows for cell in row):
        return False
    lasts = [row[-1].text for row in rows]
    if len(columns) == 2 and all(t.isdigit() for t in lasts) and lasts == sorted(lasts, key=int):
        return False  # a list of contents
    words = [len(line.words) for row in rows for cell in row for line in cell.lines]
    return median(words) <= 8 and _filled(rows) >= 0.6 and _aligned(rows)


def _filled(rows: Sequence[Sequence[TableCell]]) -> float:
    """The share of the cells that have words."""
    return mean(1.0 if cell.lines else 0.0 for row in rows for cell in row)


def _all_short(rows: Sequence[Sequence[TableCell]]) -> bool:
    """Whether every column has short lines, as columns of prose never have; two such columns must be of numbers.

    Columns of prose can be so narrow that four words fill a line; but then they do fill it, in all columns.
    """
    filled = True
    for column in zip(*rows, strict=True):
        lines = [line for cell in column for line in cell.lines]
        words = mean(len(line.words) for line in lines)
        if words > _WORDS_IN_SHORT_LINE:
            return False
        widths = [line.x1 - line.x0 for line in lines]
        filled = filled and words >= _FEWEST_WORDS_OF_PROSE and median(widths) >= 0.75 * max(widths)
    return not filled and (len(rows[0]) > 2 or sum(1 for row in rows if _is_number(row[1].text)) >= 0.6 * len(rows))


def _aligned(rows: Sequence[Sequence[TableCell]]) -> bool:
    """Whether the cells of every column share a left edge, a right edge or a middle."""
    for column in zip(*rows, strict=True):
        lines = [line for cell in column for line in cell.lines[:1]]
        edges = ([p.x0 for p in lines], [p.x1 for p in lines], [(p.x0 + p.x1) / 2 for p in lines])
        if not any(sum(1 for x in xs if abs(x - median(xs)) < 2.5) >= 0.6 * len(xs) for xs in edges):
            return False
    return True


# ---- headers -----------------------------------------------------------------------------------


def _header_rows(rows: Sequence[Sequence[TableCell]]) -> int:
    """How many of the first rows name the columns.

    The bold rows before the first that is not; else the rows before the first that has a number (a year
    is none) beside its first cell; else, where the first row has no number at all, that one.
    """
    bold = [all(line.bold for cell in row for line in cell.lines) for row in rows]
    if bold[0] and not all(bold):
        return min(bold.index(False), _MOST_HEADER_ROWS)
    numeric = [any(_is_number(cell.text) for cell in row[1:]) for row in rows]
    if numeric[0]:
        return 0
    if any(numeric):
        return min(numeric.index(True), 1 if len(rows[0]) == len(rows[1]) else 2)
    return 1


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text.strip())) and not _YEAR.fullmatch(text.strip())


def rows_like(lines: Sequence[Line], table: Table) -> Table | None:
    """The first of some lines that stand in the columns of a table on the page before or after, as a table.

    Two or three rows of a table that a page break cuts off are too few to be told from prose alone.
    """
    full = max(table.rows, key=lambda row: sum(1 for cell in row if cell.lines))
    columns = [(cell.x0 - 1, cell.x1 + 1) for cell in full]
    cut: list[list[Line]] = []
    for line in lines:
        fits = [p for p in (pieces_of(line), pieces_of(line, _CLOSE_CELLS)) if _fits(columns, p)]
        finishes = (
            len(cut) > 0 and len(fits) > 0 and len(fits[0]) == 1 and line.base - cut[-1][0].base < 1.6 * line.size
        )
        if not fits or (len(fits[0]) < 2 and not finishes):
            break
        cut.append(fits[0])
    if not cut:
        return None
    rows = tuple(_rows_in(columns, cut))
    return Table(rows, 0, columns[0][0], columns[-1][1], cut[0][0].top, max(p.bottom for p in cut[-1]))


def _fits(columns: Sequence[tuple[float, float]], pieces: Sequence[Line]) -> bool:
    """Whether each piece lies over one column, and each over another one."""
    over = [[i for i, (x0, x1) in enumerate(columns) if p.x0 < x1 and p.x1 > x0] for p in pieces]
    return all(len(o) == 1 for o in over) and len({o[0] for o in over}) == len(over)


def lines_in(table: Table) -> int:
    """How many lines of its page a table without lines takes."""
    return len({round(line.base) for row in table.rows for cell in row for line in cell.lines})


def continues(table: Table, before: Table) -> bool:
    """Whether a table at the top of a page has the columns of the one at the foot of the page before."""
    edges = [sorted({round(c.x0 - t.x0) for row in t.rows for c in row}) for t in (table, before)]
    if table.columns != before.columns:
        return False
    return len(edges[0]) == len(edges[1]) and all(abs(a - b) < 25 for a, b in zip(*edges, strict=True))


def repeated_headers(table: Table, before: Table) -> int:
    """How many rows at a table's top say what the header of the table it continues said."""
    said = [[cell.text for cell in row] for row in before.rows[: before.headers]]
    again = [[cell.text for cell in row] for row in table.rows[: len(said)]]
    return len(said) if said and said == again else 0


def header_rows(table: Table) -> Table:
    """The table with its header rows found anew."""
    return replace(table, headers=_header_rows(table.rows))


def with_headers(table: Table, headers: int) -> Table:
    """The table with another number of header rows."""
    return replace(table, headers=headers)
