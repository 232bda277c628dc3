"""Which blocks are tables: their captions, headers, rows and cells.

Covered: rows of tab-separated cells, headers of more than one row, headers repeated on later pages,
rows that go on after a page break or a footnote, rows that name a group; lines that end in a value,
under a title ("Number of offences -2%"). Tables that lost their tabs are in ``flattened``. Not covered:
cells that span columns, rows without a tab inside a table.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.blocks import finished
from ingest.documents import Block, Cell, Span
from ingest.furniture import PAGE_NUMBER, REPEATED_HEADER, spans_without_markup
from ingest.lines import whole_line
from ingest.quotes import quote_at

CAPTION = re.compile(r"(?:Table|Figure|Chart|Exhibit|Box|Map)\s+[\dA-Z][\d.]*\b", re.IGNORECASE)
_LONGEST_CAPTION = 25  # words
_FOOTNOTE = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹]")


def find_tables(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Give every tab-separated table its header and cells, and every run of valued lines.

    Returns:
        The blocks with rows in place of lines; rows whose cells are known already stay as they are.
    """
    return find_captions(text, _valued_lines(text, _tabbed(text, blocks)))


def spans_of_row(cells: Sequence[Cell]) -> tuple[Span, ...]:
    """All the spans of a row's cells, in order."""
    return tuple(sorted(span for cell in cells for span in cell.spans))


def make_table(
    header: Sequence[Sequence[Cell]], rows: Sequence[Sequence[Cell]], *, spread: bool = False
) -> list[Block]:
    """The blocks of a table from its cells, each row's cells given the header cells over them.

    A header row of one cell is over all columns; another's cells are over their own column, and its
    last over the columns after it too if it is spread.
    """
    start = min(s for row in (*header, *rows) for cell in row for s, _ in cell.spans)
    blocks = [_row("header", row, start) for row in header]
    over = _over(header, max(map(len, rows), default=0), spread=spread)
    for row in rows:
        cells = [replace(c, header=c.header + over[at]) for at, c in enumerate(row)]
        blocks.append(_row("row", cells, start))
    return blocks


def _row(kind: str, cells: Sequence[Cell], group: int) -> Block:
    return Block("header" if kind == "header" else "row", spans_of_row(cells), group=group, cells=tuple(cells))


def _over(header: Sequence[Sequence[Cell]], width: int, *, spread: bool) -> list[tuple[Span, ...]]:
    """What stands over each column."""
    over: list[tuple[Span, ...]] = [()] * width
    for row in header:
        worded = [at for at, cell in enumerate(row) if cell.spans]
        for column in range(width):
            if len(worded) == 1 and column >= worded[0]:
                over[column] += row[worded[0]].spans
            elif column < len(row) or spread:
                over[column] += row[min(column, len(row) - 1)].spans
    return over


def _tabbed(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Each run of tab-separated lines as a table."""
    result: list[Block] = []
    table: list[Block] = []
    between: list[Block] = []  # what stands after the table so far and may be in the midst of it
    for block in [*blocks, None]:
        if block and (_is_line_of_row(block) or (table and _is_rest_of_row(text, block, table))):
            if table and (not between or _columns(text, block) == _columns(text, table[-1])):
                table.append(block)
                result.extend(between)
            else:
                result.extend([*_table(text, table), *between])
                table = [block]
            between = []
        elif block and table and (block.kind == "furniture" or _FOOTNOTE.match(text[block.start])):
            between.append(block)
        else:
            result.extend([*_table(text, table), *between])
            table, between = [], []
            result.extend([block] if block else [])
    return sorted(result, key=lambda b: b.start)


def _is_line_of_row(block: Block) -> bool:
    return block.kind == "row" and not block.cells


def _is_rest_of_row(text: str, block: Block, table: Sequence[Block]) -> bool:
    """Whether a line with tabs before its words, and none between, is a row of the table before it.

    What was put together over page furniture is no line: its cells would hold the furniture.
    """
    return (
        block.kind == "paragraph" and len(block.spans) == 1 and _columns(text, block) == _columns(text, table[-1]) > 1
    )


def _columns(text: str, block: Block) -> int:
    return text.count("\t", *whole_line(text, block.start, block.end))


def _cells(text: str, block: Block) -> list[Cell]:
    """The cells of a tab-separated line, empty ones too, mark-up left out."""
    start, end = whole_line(text, block.start, block.end)
    cells: list[Cell] = []
    at = start
    for piece in text[start:end].split("\t"):
        cells.append(Cell(tuple(spans_without_markup(text, at, at + len(piece)))))
        at += len(piece) + 1
    return cells


def _table(text: str, lines: Sequence[Block]) -> list[Block]:
    """The rows of a table from its lines: header, groups, rows, those that go on from a page before."""
    if not lines:
        return []
    worded = [(line, cells) for line in lines for cells in [_cells(text, line)] if spans_of_row(cells)]
    lines, split = [line for line, _ in worded], [cells for _, cells in worded]
    heads = _header_rows(split)
    names = {_words(text, row) for row in split[:heads]}
    furniture: list[Block] = []
    rows: list[list[Cell]] = []
    for at in range(heads, len(split)):
        row, line = split[at], lines[at]
        if _words(text, row) in names:
            furniture.append(Block("furniture", spans_of_row(row), rule=REPEATED_HEADER))
        elif _is_page_number(text, row):
            furniture.append(Block("furniture", spans_of_row(row), rule=PAGE_NUMBER))
        elif rows and _goes_on(text, lines[at - 1], line, rows[-1], row):
            rows[-1] = [replace(a, spans=a.spans + b.spans) for a, b in zip(rows[-1], row, strict=True)]
        else:
            rows.append(row)
    if not rows:
        return [*(make_table([], split[:heads]) if heads else []), *furniture]
    return [*make_table(split[:heads], rows), *furniture]


def _header_rows(split: Sequence[Sequence[Cell]]) -> int:
    """How many of a table's first rows are its header: its first, and the next if the first is a title."""
    if len(split) < 2:
        return 0
    return 2 if len(split) > 2 and sum(1 for c in split[0] if c.spans) == 1 < sum(1 for c in split[1] if c.spans) else 1


def _words(text: str, row: Sequence[Cell]) -> tuple[str, ...]:
    return tuple(quote_at(text, cell.spans) if cell.spans else "" for cell in row)


def _is_page_number(text: str, row: Sequence[Cell]) -> bool:
    words = [w for w in _words(text, row) if w]
    return len(row) > 2 and len(words) == 1 and re.fullmatch(r"\d{1,4}", words[0]) is not None


def _goes_on(text: str, before: Block, line: Block, last: Sequence[Cell], row: Sequence[Cell]) -> bool:
    """Whether a row is the rest of the one before: something cut the table here, and it has no first cell."""
    cut = text.count("\n", before.end, line.start) > 1
    return cut and len(last) == len(row) and not row[0].spans and bool(last[0].spans)


# A line that ends in a value: "-2%", "+4%", "£2,713million", "Budget requirement: £2,713million".
_VALUE = re.compile(
    r"(?<=\s)(?:[A-Z][a-z]+(?: [a-z]+)*: )?[+\-–]?£?\d[\d,.]*(?:%| per cent| ?(?:million|billion|thousand|bn|m|k)\b)?$"
)
_STATE = re.compile(r"(?<=[\s)])[A-Z][a-z]+$")  # "Baseline", "Green"
_FEWEST_LINES = 4
_LONGEST_GROUP = 6  # words of a line that names a group of rows


def _valued_lines(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Make a table of each run of lines, close under one another, most of which end in a value."""
    result: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        close = bool(run) and block is not None and text[run[-1].end : block.start].count("\n") == 1
        if block and block.kind == "paragraph" and (close or not run):
            run.append(block)
            continue
        result.extend(_valued_table(text, run))
        run = [block] if block and block.kind == "paragraph" else []
        result.extend([block] if block and block.kind != "paragraph" else [])
    return result


def _valued_table(text: str, run: Sequence[Block]) -> list[Block]:
    lines = [quote_at(text, b.spans) for b in run]
    valued = [_value_at(line) for line in lines]
    whole = [at for at in range(len(run)) if not valued[at] and len(lines[at].split()) > _LONGEST_GROUP]
    title = 0 if lines and not valued[0] else None
    if (
        title is None
        or len(run) < _FEWEST_LINES
        or len(whole) - (title in whole)
        or 3 * sum(map(bool, valued)) < len(run)
    ):
        return list(run)
    start = run[0].start
    header = run[0].spans
    table = [Block("header", header, group=start, cells=(Cell(header),))]
    group: tuple[Span, ...] = ()
    for block, value in zip(run[1:], valued[1:], strict=True):
        if not value:
            group = block.spans
            table.append(Block("header", group, group=start, cells=(Cell(group),)))
            continue
        cut = block.end - len(value)
        label = (block.start, block.start + len(text[block.start : cut].rstrip()))
        cells = (Cell((label,), header + group), Cell(((cut, block.end),), header + group))
        table.append(_row("row", cells, start))
    return table


def _value_at(line: str) -> str:
    """The value a line ends in, or nothing. A state is one only after words enough for a measure."""
    found = _VALUE.search(line)
    if not found and len(line.split()) > _LONGEST_GROUP:
        found = _STATE.search(line)
    return found[0] if found and found.start() else ""


def find_captions(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Make captions of the short pieces over a table that name it, and lead-ins of what announces it."""
    result: list[Block] = []
    for block in blocks:
        if block.group is not None and block.kind in ("header", "row"):
            before = next((i for i in range(len(result) - 1, -1, -1) if result[i].kind != "furniture"), None)
            if before is not None and result[before].kind == "paragraph":
                _name(text, result, before, block.group)
        result.append(block)
    return result


def _name(text: str, blocks: list[Block], at: int, table: int) -> None:
    """Make the block at a place a caption of the table after it, if it is one, and the one before it if both are."""
    words = quote_at(text, blocks[at].spans)
    over = quote_at(text, blocks[at - 1].spans) if at and blocks[at - 1].kind == "paragraph" else ""
    short = len(words.split()) <= _LONGEST_CAPTION
    numbered_over = (
        bool(CAPTION.match(over)) and len(over.split()) <= _LONGEST_CAPTION and not finished(over.rstrip(":"))
    )
    if short and (CAPTION.match(words) or (numbered_over and not finished(words))):
        spans = (_numbered(blocks.pop(at - 1)) if numbered_over else ()) + _numbered(blocks[at - numbered_over])
        blocks[at - numbered_over] = Block("caption", spans, group=table)
    elif words.endswith(":"):
        blocks[at] = replace(blocks[at], group=table)


def _numbered(block: Block) -> tuple[Span, ...]:
    """Where a block's words stand, with the number before them, which is part of a caption."""
    return ((block.marker,) if block.marker else ()) + block.spans
