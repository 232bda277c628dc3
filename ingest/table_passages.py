"""The passages of a table: each row by itself, read with the header over its cells, and the table."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from ingest.documents import Block, Cell, Section, Span
from ingest.packing import MOST_WORDS, Passage, Piece, Unit, count_words, cut, make_passage, pack, sentence_units
from ingest.quotes import fold_spans, quote_at

# A row of more words is read cell by cell, each with the row's first cell.
_LONGEST_ROW = 60
_BULLET = "•"


def table_passages(doc_id: str, text: str, section: Section, blocks: Sequence[Block]) -> Iterator[Passage]:
    """The passages of a run of tables with their captions, in order.

    Returns:
        For each table, passages of kind "table" that together hold its caption, header and rows, each
        before the passages of kind "row" of the rows in it. A row too long for a passage, and one with
        nothing over it or beside it, is a row only.
    """
    for _, group in groupby(blocks, key=lambda b: b.group):
        table = with_group_names(list(group))
        over = [b for b in table if b.kind in ("caption", "paragraph")]
        rows_at = {b.spans[0]: b for b in table if b.kind == "row"}
        caption = tuple(span for b in over for span in sentence_units(text, b.spans)[-1].spans)
        for pieces in pack(_pieces(text, table, caption)):
            spans = {span for piece in pieces for span in piece.spans}
            rows = [rows_at[span] for piece in pieces for span in piece.spans if span in rows_at]
            if not rows or spans != set(rows[0].spans):
                yield make_passage(doc_id, text, section, pieces, "table")
            for row in rows:
                for piece in _row_pieces(text, row, caption):
                    yield make_passage(doc_id, text, section, [piece], "row")
        for row in (b for b in table if _is_long(text, b)):
            for piece in _row_pieces(text, row, caption):
                yield make_passage(doc_id, text, section, [piece], "row")


def _is_long(text: str, block: Block) -> bool:
    return block.kind == "row" and count_words(text, block.spans) > MOST_WORDS


def _pieces(text: str, table: Sequence[Block], caption: tuple[Span, ...]) -> Iterator[Piece]:
    """A table's parts: what is over it (caption, header) with its first row, then its rows but the long ones."""
    over: list[Unit] = []
    for block in table:
        if block.kind in ("caption", "paragraph"):
            *before, last = sentence_units(text, block.spans)
            over.extend([*before, replace(last, kind="lead_in", list_start=block.group)])
        elif block.kind == "header":
            over.append(Unit("header", block.spans, block.group))
        elif not _is_long(text, block):
            yield from _over_piece(text, over)
            over = []
            header = tuple(sorted({*caption, *_header(block)}))
            after = header[-1][1] if header else None
            yield Piece(_row_units(text, block), block.spans, count_words(text, block.spans), header, after)
    yield from _over_piece(text, over)


def _over_piece(text: str, units: Sequence[Unit]) -> Iterator[Piece]:
    spans = tuple(span for unit in units for span in unit.spans)
    if spans:
        yield Piece(tuple(units), spans, count_words(text, spans))


def _header(row: Block) -> tuple[Span, ...]:
    """Where the header over a row's cells stands."""
    return tuple(sorted({span for cell in row.cells for span in cell.header}))


def _row_pieces(text: str, row: Block, caption: tuple[Span, ...]) -> Iterator[Piece]:
    """A row as one piece, or cell by cell where it is too long for a passage."""
    units = _row_units(text, row)
    over = tuple(sorted({*caption, *_header(row)}))
    words = count_words(text, row.spans)
    worded = [cell for cell in row.cells if cell.spans]
    if words <= MOST_WORDS or len(worded) < 2:
        yield Piece(units, row.spans, words, over)
        return
    label, *cells = worded
    for cell in cells:
        labelled = cell is cells[0] and set(label.spans) <= set(row.spans)
        own = tuple(sorted({*(label.spans if labelled else ()), *cell.spans}))
        over = tuple(sorted({*caption, *cell.header, *label.spans} - set(own)))
        mine = _cell_units(text, row, label, cell)
        for part in cut(text, Piece(mine, own, count_words(text, own), over)):
            inside = tuple(s for s in part.spans if any(a <= s[0] and s[1] <= b for a, b in own))
            if inside:
                yield replace(part, spans=inside)


def _row_units(text: str, row: Block) -> tuple[Unit, ...]:
    """A row as one unit, or a unit a cell where it is long; a cell that is a list is its items."""
    worded = [cell for cell in row.cells if cell.spans]
    named = {span for cell in worded for span in cell.spans}  # its group's name stands in a row above
    whole = Unit("row", tuple(sorted({*_header(row), *row.spans, *named})), row.group, reading_of(text, worded))
    listed = any(len(_items(text, cell)) > 1 and _BULLET in quote_at(text, cell.spans) for cell in worded[1:])
    if len(worded) < 2 or (count_words(text, row.spans) <= _LONGEST_ROW and not listed):
        return (whole,)
    label, *cells = worded
    return tuple(unit for cell in cells for unit in _cell_units(text, row, label, cell))


def _cell_units(text: str, row: Block, label: Cell, cell: Cell) -> tuple[Unit, ...]:
    """A cell with its row's first and its header over it: one unit, or the items of its list."""
    items = _items(text, cell)
    over = {*cell.header, *label.spans}
    if len(items) < 2:
        return (Unit("row", tuple(sorted({*over, *cell.spans})), row.group, reading_of(text, [label, cell])),)
    start = cell.spans[0][0]
    lead = Unit("lead_in", tuple(sorted(over)), start, reading_of(text, [label], under=cell))
    return (lead, *(Unit("item", spans, start) for spans in items))


def _items(text: str, cell: Cell) -> list[tuple[Span, ...]]:
    """The items of a cell that is a list: each after a bullet (or before the first), or each a paragraph."""
    folded = fold_spans(text, cell.spans)
    cuts = [i for i, c in enumerate(folded.text) if c == _BULLET]
    if len(cuts) < 2:
        return [(span,) for span in cell.spans]
    edges = pairwise([-1, *cuts, len(folded.text)])
    return [folded.spans_of(i + 1, end) for i, end in edges if folded.text[i + 1 : end].strip()]


def reading_of(text: str, cells: Sequence[Cell], *, under: Cell | None = None) -> str:
    """A row as a person would say it: the first cell, then each other with the words of its header.

    Args:
        text: The document's text.
        cells: The cells with words, left to right.
        under: A cell whose header is said after the first, without its words.

    Example: "Race – 2016-17: 17,203; 2017-18: 16,944".
    """
    first, *others = cells
    said = [_said(text, list(run)) for _, run in groupby(others, key=lambda cell: cell.header)]
    if under is not None and under.header:
        said.append(quote_at(text, tuple(sorted(under.header))))
    return " – ".join([quote_at(text, first.spans), *(["; ".join(said)] if said else [])])


def _said(text: str, cells: Sequence[Cell]) -> str:
    """Cells under one header: its words once, then theirs."""
    words = ", ".join(quote_at(text, cell.spans) for cell in cells)
    header = tuple(sorted(cells[0].header))
    return f"{quote_at(text, header).rstrip(':')}: {words}" if header else words


def with_group_names(table: Sequence[Block]) -> list[Block]:
    """The blocks of a table, its rows that leave their first cell empty with the one of the row above.

    Only a table of groups is filled so: one with two first cells and more that have rows without one after them.
    """
    named = [b for b, after in pairwise(table) if _first(b) and not _first(after) and b.kind == after.kind == "row"]
    if len(named) < 2:
        return list(table)
    filled: list[Block] = []
    above: Cell | None = None
    for block in table:
        fits = block.kind == "row" and len(block.cells) > 2
        if fits and above and not _first(block):
            filled.append(replace(block, cells=(above, *block.cells[1:])))
            continue
        above = block.cells[0] if fits else above
        filled.append(block)
    return filled


def _first(block: Block) -> bool:
    return bool(block.cells) and bool(block.cells[0].spans)
