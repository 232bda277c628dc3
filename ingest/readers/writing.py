"""A text written block by block, with the place of each block: what readers of marked-up formats share.

The layout: one block a line, a blank line around headings, paragraphs, lists and tables; an item behind
its bullet or number, two blanks deeper for each list it is under; the cells of a row with a tab between
them; a form feed where a page begins. White space inside a block is folded, but a line break the source
asks for stays one.
"""

import re
from bisect import bisect_right
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, pairwise, product, takewhile

from ingest.documents import Block, BlockKind, Cell, Page, Span
from ingest.errors import UnreadableDocument
from ingest.furniture import ADDRESS, SITE, find_furniture
from ingest.lines import split_lines
from ingest.readers.reading import Reading

# A reader puts this mark among a block's words where a page begins. No format has it as a character of a word.
PAGE_MARK = "\f"
# Soft hyphens, zero-width blanks and byte order marks are not seen on a page, and would hide a word from a search.
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u2060\ufeff"))
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_BULLET = re.compile(r"[•▪●◦○■□►✓\uf0b7\uf0a7]\s+(?=\S)")
_CAPTION = re.compile(r"(?:Table|Figure|Chart|Diagram|Box)\s+[A-Z]?\d", re.IGNORECASE)
_LONGEST_CAPTION = 20  # words; the longest that passages take for the caption of a table
_LONGEST_BOLD_HEADING = 12  # words
_ENDS = frozenset(".;?!…")
_CLOSERS = "\"'”’)]*⁰¹²³⁴⁵⁶⁷⁸⁹"
_FIGURE = re.compile(r"[£$€(+\-–]*\d[\d,.]*(?:%|m|k|bn)?\)?")
_PARTED = re.compile(r"(?:[^\S\n\f]*\n){2,}")
_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/]\d{2,4})?")
# A span of more columns than this is a mistake of the page's; HTML lets it be a thousand.
_WIDEST = 64
# These follow their like without a blank line.
_CLOSE = frozenset({"item", "footnote", "entry", "furniture"})

_Key = tuple[int, int]  # a cell: the row it begins in, and which of that row's cells it is
_Grid = list[dict[int, _Key]]  # for each row, which cell covers a column


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell as the source has it.

    Attributes:
        words: Its words; line breaks become blanks, but for two together, which part paragraphs.
        columns: How many columns it covers.
        rows: How many rows it covers.
        header: Whether the mark-up says it heads others.
        strong: Whether all its words are bold.
    """

    words: str
    columns: int = 1
    rows: int = 1
    header: bool = False
    strong: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of a table: its cells, and whether the mark-up says that it names the columns."""

    cells: tuple[TableCell, ...]
    header: bool = False


def fold_words(words: str) -> str:
    r"""Fold white space, keeping line breaks (one for a run of them), and drop what is not seen.

    Example:
        >>> fold_words(" to\tco\u00adoperate \n\n with  all ")
        'to cooperate\nwith all'
    """
    words = re.sub(r"[^\S\n\f]+", " ", words.translate(_UNSEEN))
    return re.sub(r" ?\n[ \n]*", "\n", words).strip(" \n")


def superscript(words: str) -> str:
    """Digits as superscript digits, so that a footnote's mark does not read as part of a number; others as they are."""
    bare = words.strip().strip("[]()")
    return bare.translate(_SUPERSCRIPT) if bare.isdecimal() and bare.isascii() else words


class Writing:
    """A text in the making. Each ``add_`` method writes a block; ``reading`` gives what was written."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._blocks: list[Block] = []
        self._page_starts: list[int] = []
        self._pages_due = 0  # pages that begin before the next block
        self._bold: set[int] = set()  # where the paragraphs wholly in bold start
        self._list: int | None = None  # the group of the list that is open
        self._table: int | None = None  # the group of the table last written

    def add_heading(self, words: str, level: int) -> None:
        """Write a heading. Levels may begin anywhere and leave gaps: ``reading`` makes depths of them."""
        self.end_list()
        self._add(Block("heading", (), depth=level), words)

    def add_paragraph(self, words: str, *, bold: bool = False) -> None:
        """Write a paragraph; inside an open list it belongs to that. Lines behind a typed bullet are items."""
        words = fold_words(words)
        if any(_BULLET.match(line) for line in words.split("\n")):
            self._add_typed_items(words.split("\n"))
            return
        block = self._add(Block("paragraph", (), group=self._list), words)
        if block and bold:
            self._bold.add(block.start)

    def add_item(self, words: str, *, depth: int = 1, marker: str = "•") -> None:
        """Write an item of the open list, or of a new one."""
        if self._list is None and fold_words(words).strip(PAGE_MARK + " \n"):
            self._list = self._lead_in()
        block = self._add(Block("item", (), depth=depth, group=self._list), words, "  " * (depth - 1), marker)
        if block and self._list is None:
            self._list = block.start
            self._blocks[-1] = replace(block, group=block.start)

    def end_list(self) -> None:
        """Close the open list: the next item begins another."""
        self._list = None

    def add_caption(self, words: str, *, of_last_table: bool = False) -> None:
        """Write a caption: of the table last written, or of the table or picture that follows."""
        self._add(Block("caption", (), group=self._table if of_last_table else None), words)

    def add_footnote(self, words: str, mark: str = "") -> None:
        """Write a footnote behind its mark."""
        self._add(Block("footnote", ()), words, marker=superscript(mark))

    def add_entry(self, term: str, meaning: str) -> None:
        """Write a term of a glossary and its meaning, a tab between them; a colon after the term is no part of it."""
        block = self._add(Block("entry", ()), term)
        if block is None:
            self.add_paragraph(meaning)
            return
        meant: tuple[Span, ...] = ()
        if fold_words(meaning):
            self._put("\t")
            meant = (self._put_words(fold_words(meaning)),)
        end = block.start + len(self._written(block).partition("\t")[0].rstrip(" :"))
        term_at = ((block.start, end),) if end > block.start else block.spans
        self._blocks[-1] = replace(block, spans=(*block.spans, *meant), cells=(Cell(term_at), Cell(meant)))

    def add_furniture(self, words: str, rule: str) -> None:
        """Write what is on the page and not part of what the document says."""
        self._add(Block("furniture", (), rule=rule), words)

    def add_table(self, rows: Sequence[TableRow]) -> None:
        """Write a table, row by row.

        Where no row is marked as a header, a first row in bold is one, and so is a first row of words over
        figures; a row of one cell, in bold or over all columns, is the title of the rows under it. A merged
        cell's words are written once; its spans are in the cells of every row it covers.
        """
        grid, headers = _grid(rows), _header_rows(rows)
        width = max((max(columns, default=0) + 1 for columns in grid), default=0)
        spans: dict[_Key, tuple[Span, ...]] = {}
        over: list[int] = []  # the header rows over the row being written
        group: int | None = None
        caption = self._caption_before()
        for r, row in enumerate(rows):
            self._write_cells(r, row, spans, follows=group is not None)
            own = tuple(s for i in range(len(row.cells)) for s in spans[r, i])
            if not own:
                continue
            group = own[0][0] if group is None else group
            if r in headers:
                over = _headers_over(rows, headers, over, r)
                cells = tuple(Cell(spans[key]) for key in _across(grid[r]))
                self._blocks.append(Block("header", own, group=group, cells=cells))
                continue
            heads = [_spread(grid[h], spans, width) for h in over]
            cells = tuple(Cell(spans[key], _header_of(key, grid[r], heads, spans)) for key in _across(grid[r]))
            self._blocks.append(Block("row", own, group=group, cells=cells))
        if caption is not None and group is not None:
            self._blocks[caption] = replace(self._blocks[caption], kind="caption", group=group)
        self._table = group

    def break_page(self) -> None:
        """Begin a page before what is written next."""
        self._pages_due += 1

    def reading(self, remarks: Sequence[str] = (), *, paged: bool = False) -> Reading:
        """What was written.

        Args:
            remarks: What the file's owner should know.
            paged: Whether the page marks say where every page begins.

        Raises:
            UnreadableDocument: If no word was written.
        """
        text = "".join(self._parts) + "\n"
        if not any(c.isalnum() for c in text):
            raise UnreadableDocument("there is no word in it. Put its text in, or take it out of the corpus")
        blocks, bold = _with_bold_headings(text, _with_banners(text, self._blocks), self._bold)
        said = (f"no heading in its mark-up: {bold} short paragraphs in bold are read as headings",) if bold else ()
        pages = _pages(self._page_starts, len(text)) if paged else ()
        return Reading(text, pages, (*remarks, *said), tuple(_with_depths(blocks)))

    def _add(self, block: Block, words: str, indent: str = "", marker: str = "") -> Block | None:
        """Write a block's line and keep the block with its place; nothing where there are no words."""
        words = fold_words(words)
        bare = words.lstrip(PAGE_MARK + " \n")
        self._pages_due += words[: len(words) - len(bare)].count(PAGE_MARK)
        if not bare:
            return None
        self._separate(block.kind)
        self._put(indent)
        mark = self._put(marker) if marker else None
        if mark:
            self._put(" ")
        block = replace(block, spans=(self._put_words(bare),), marker=mark)
        self._blocks.append(block)
        return block

    def _add_typed_items(self, lines: Sequence[str]) -> None:
        """Write lines of which some begin with a bullet; a line without one goes on from the line before."""
        pieces: list[list[str]] = [[]]
        for line in lines:
            if _BULLET.match(line):
                pieces.append([])
            pieces[-1].append(line)
        if pieces[0]:
            self._add(Block("paragraph", (), group=self._list), "\n".join(pieces[0]))
        for piece in pieces[1:]:
            found = _BULLET.match(piece[0])
            end = found.end() if found else 0
            self.add_item("\n".join((piece[0][end:], *piece[1:])), marker=piece[0][:end].strip())

    def _lead_in(self) -> int | None:
        """Where the paragraph directly before starts, made part of the list to come; None if it does not lead in."""
        at = next((i for i in reversed(range(len(self._blocks))) if self._blocks[i].kind != "furniture"), None)
        if at is None:
            return None
        before = self._blocks[at]
        words = self._written(before)[-200:].rstrip(_CLOSERS)
        if before.kind != "paragraph" or before.group is not None or (words and words[-1] in _ENDS):
            return None
        self._blocks[at] = replace(before, group=before.start)
        return before.start

    def _caption_before(self) -> int | None:
        """Which block is the caption of the table to come, directly before it; None without one."""
        if not self._blocks:
            return None
        before = self._blocks[-1]
        words = self._written(before) if before.kind == "paragraph" else ""
        says = bool(_CAPTION.match(words)) and len(words.split()) <= _LONGEST_CAPTION
        if before.group is not None or not (says or before.kind == "caption"):
            return None
        return len(self._blocks) - 1

    def _written(self, block: Block) -> str:
        """The words of a block just written."""
        text, at = "", len(self._parts)
        while self._length - len(text) > block.start:
            at -= 1
            text = self._parts[at] + text
        return text

    def _write_cells(self, r: int, row: TableRow, spans: dict[_Key, tuple[Span, ...]], *, follows: bool) -> None:
        """Write a row's cells and note where each stands; nothing where the row is empty."""
        words = [list(_paragraphs(cell.words)) for cell in row.cells]
        if not "".join(chain.from_iterable(words)).strip(PAGE_MARK + " "):
            spans.update({(r, i): () for i in range(len(words))})
            return
        self._separate("row" if follows else None)
        for i, cell in enumerate(words):
            if i:
                self._put("\t")
            spans[r, i] = tuple(self._put_cell(cell))

    def _put_cell(self, paragraphs: Sequence[str]) -> Iterator[Span]:
        """Append a cell's paragraphs, a blank between them."""
        first = True
        for words in paragraphs:
            if not words.strip(PAGE_MARK + " "):
                continue
            if not first:
                self._put(" ")
            yield self._put_words(words)
            first = False

    def _separate(self, kind: BlockKind | None) -> None:
        """End the line before, and leave a blank line unless like follows like; begin the pages that are due."""
        if self._parts:
            before = self._blocks[-1] if self._blocks else None
            like = before is not None and before.kind == kind and (kind != "item" or before.group == self._list)
            self._put("\n" if (kind in _CLOSE and like) or kind == "row" else "\n\n")
        for _ in range(self._pages_due):
            self._page_starts.append(self._put(PAGE_MARK)[0])
        self._pages_due = 0

    def _put(self, words: str) -> Span:
        """Append some text as it is, and say where it stands."""
        if words:
            self._parts.append(words)
            self._length += len(words)
        return self._length - len(words), self._length

    def _put_words(self, words: str) -> Span:
        """Append words, keeping the places of the page marks among them and not the marks."""
        bare = words.rstrip(PAGE_MARK + " \n")
        self._pages_due += words[len(bare) :].count(PAGE_MARK)
        start = self._length
        for i, piece in enumerate(bare.split(PAGE_MARK)):
            if i:
                self._page_starts.append(self._length)
            # Blanks on both sides of a mark would be two.
            self._put(piece.lstrip(" \n") if i and self._parts[-1][-1:].isspace() else piece)
        return start, self._length


def _paragraphs(words: str) -> Iterator[str]:
    """A cell's paragraphs, each on one line."""
    for paragraph in _PARTED.split(words):
        yield fold_words(paragraph.replace("\n", " "))


def _grid(rows: Sequence[TableRow]) -> _Grid:
    """Which cell covers each column of each row of a table."""
    grid: _Grid = [{} for _ in rows]
    for r, row in enumerate(rows):
        column = 0
        for i, cell in enumerate(row.cells):
            while column in grid[r]:
                column += 1
            width, height = min(max(cell.columns, 1), _WIDEST), max(cell.rows, 1)
            for place, x in product(grid[r : r + height], range(column, column + width)):
                place.setdefault(x, (r, i))
            column += width
    return grid


def _across(columns: Mapping[int, _Key]) -> list[_Key]:
    """The cells of a row, those that reach down into it too, left to right."""
    return list(dict.fromkeys(columns[c] for c in sorted(columns)))


def _header_of(
    key: _Key, row: Mapping[int, _Key], over: Sequence[Mapping[int, _Key]], spans: Mapping[_Key, tuple[Span, ...]]
) -> tuple[Span, ...]:
    """Where the words of the header cells over a cell stand, outermost first."""
    columns = [c for c, covering in row.items() if covering == key]
    above = dict.fromkeys(header[c] for header in over for c in columns if c in header)
    return tuple(span for heading in above for span in spans[heading])


def _header_rows(rows: Sequence[TableRow]) -> set[int]:
    """Which rows name the columns, or the group, of those under them."""
    worded = [[cell for cell in row.cells if fold_words(cell.words)] for row in rows]
    bold = [bool(cells) and all(cell.strong for cell in cells) for cells in worded]
    figures = [any(_is_figure(cell.words) for cell in cells) for cells in worded]
    marked = {r for r, row in enumerate(rows) if row.header or _all_headers(row)}
    if marked:
        found = marked if len(marked) < len(rows) else {0}
    elif len(rows) < 2 or len(worded[0]) < 2:
        found = set()
    else:
        found = {0} if (bold[0] and not all(bold)) or (not figures[0] and any(figures)) else set()
    if 0 in found and not all(bold):
        found |= set(takewhile(lambda r: r in found or (bold[r] and not figures[r]), range(len(rows))))
    return found | _titles(rows, bold)


def _titles(rows: Sequence[TableRow], bold: Sequence[bool]) -> set[int]:
    """The rows of one cell, in bold where others are not or over all columns, that have rows of more under them."""
    width = max(sum(cell.columns for cell in row.cells) for row in rows) if rows else 0
    found: set[int] = set()
    below = False  # whether the row below is a row of more cells, or a title of such
    for r in reversed(range(len(rows))):
        worded = [cell for cell in rows[r].cells if fold_words(cell.words)]
        if len(worded) == 1 and below:
            words = fold_words(worded[0].words)
            apart = worded[0].columns == width > 1 or (bold[r] and not all(bold) and worded[0] is rows[r].cells[0])
            below = apart and words[-1] not in _ENDS and len(words.split()) <= _LONGEST_CAPTION
            found |= {r} if below else set()
        else:
            below = len(worded) > 1
    return found


def _all_headers(row: TableRow) -> bool:
    """Whether every cell with words heads others; one alone may be the head of its row."""
    worded = [cell for cell in row.cells if fold_words(cell.words)]
    return all(cell.header for cell in worded) and (len(worded) > 1 or all(cell.header for cell in row.cells))


def _is_figure(words: str) -> bool:
    words = fold_words(words)
    return bool(_FIGURE.fullmatch(words)) and not _YEAR.fullmatch(words)


def _headers_over(rows: Sequence[TableRow], headers: Container[int], over: Sequence[int], r: int) -> list[int]:
    """The header rows in force from a header row on.

    Header rows under one another hold together. One further down takes their place, unless it is a single
    cell: that is the title of a part of the table, and takes the place of the title before; two under one
    another, of two.
    """
    if r - 1 in over:
        return [*over, r]
    if not _is_title(rows[r]):
        return [r]
    titles = next(n for n in range(1, len(rows) - r + 1) if not (_at(rows, headers, r + n)))
    kept = list(over)
    while kept and titles and _is_title(rows[kept[-1]]):
        kept.pop()
        titles -= 1
    return [*kept, r]


def _at(rows: Sequence[TableRow], headers: Container[int], r: int) -> bool:
    """Whether a row is the title of a part of a table."""
    return r < len(rows) and r in headers and _is_title(rows[r])


def _spread(columns: Mapping[int, _Key], spans: Mapping[_Key, tuple[Span, ...]], width: int) -> Mapping[int, _Key]:
    """A header row's columns; where only one of its cells has words, that is over the columns after it too."""
    worded = [c for c, key in columns.items() if spans[key]]
    if len({columns[c] for c in worded}) != 1:
        return columns
    return dict.fromkeys(range(min(worded), width), columns[worded[0]])


def _is_title(row: TableRow) -> bool:
    """Whether a header row is a single cell, as the title of a part of a table is."""
    return sum(1 for cell in row.cells if fold_words(cell.words)) == 1


def _with_banners(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Take for furniture the paragraphs that are a web page's banner or foot, or a bare address, by their words."""
    apart = [span for block in blocks if block.kind == "furniture" for span in block.spans]
    starts = [start for start, _ in apart]
    lines = [
        line
        for line in split_lines(text)
        if not ((i := bisect_right(starts, line.start)) and line.start < apart[i - 1][1])
    ]
    rules = {(lines[i].start, lines[i].end): rule for i, rule in find_furniture(lines).items()}
    return [
        replace(block, kind="furniture", rule=rule, group=None)
        if block.kind == "paragraph" and (rule := rules.get(block.spans[0])) in (SITE, ADDRESS)
        else block
        for block in blocks
    ]


def _with_bold_headings(text: str, blocks: Sequence[Block], bold: set[int]) -> tuple[list[Block], int]:
    """Where no heading is marked up, take short paragraphs in bold with words under them for headings.

    Returns:
        The blocks, and how many of them became headings.
    """
    if any(block.kind == "heading" for block in blocks):
        return list(blocks), 0
    taken = {
        block.start
        for block in blocks[:-1]
        if block.kind == "paragraph"
        and block.start in bold
        and len(text[block.start : block.end].split()) <= _LONGEST_BOLD_HEADING
        and text[block.end - 1] not in ".;:,!?…"
    }
    groups = {start: next((b.start for b in blocks if b.group == start and b.start != start), None) for start in taken}
    changed = [
        replace(block, kind="heading", depth=1, group=None)
        if block.start in taken
        else replace(block, group=groups.get(block.group, block.group))
        if block.group is not None
        else block
        for block in blocks
    ]
    return changed, len(taken)


def _with_depths(blocks: Sequence[Block]) -> Iterator[Block]:
    """Give the headings depths from 1 on without gaps, in the order of their levels."""
    levels = sorted({block.depth for block in blocks if block.kind == "heading"})
    for block in blocks:
        yield replace(block, depth=levels.index(block.depth) + 1) if block.kind == "heading" else block


def _pages(starts: Sequence[int], length: int) -> tuple[Page, ...]:
    """The pages between the marks; one without a character is counted and left out."""
    edges = pairwise((0, *starts, length))
    return tuple(Page(number, None, start, end) for number, (start, end) in enumerate(edges, 1) if start < end)
