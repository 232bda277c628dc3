"""Statements that read better as a table: the rows of one table of a document that an answer gives.

Covered: two and more rows of one table, and one row of three and more figures. The cells are the document's words, as
the reading that they stand in place of. Not covered: values told in sentences.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answer import Answer
from index import Shelved
from ingest import Block, Document, Span, quote_at
from ingest.table_passages import reading_of, with_group_names

_LONGEST_CELL = 60  # characters: a cell of prose reads better as prose
_FEWEST_ROWS, _FEWEST_FIGURES = 2, 3
_FEWEST_POINTS = 3
_FIGURE = re.compile(r"[+\-−–]?\s?£?\d[\d,]*(?:\.\d+)?\s?(?:%|m|bn|million|billion)?")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")


@dataclass(frozen=True, slots=True)
class Point:
    """A value of a chart: the row and column it stands in, its figure, and how the document prints it."""

    row: str
    column: str
    value: float
    printed: str


@dataclass(frozen=True, slots=True)
class ValueTable:
    """Rows of one table of a document.

    Attributes:
        columns: What stands over each column, the labels' first.
        rows: The cells of each row, as many as there are columns; empty where the document has none.
        statements: Which of the answer's statements these rows say, from 0, one a row.
        citations: The citations of these statements.
        points: The values by year, where three and more columns are years; else none.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    statements: tuple[int, ...]
    citations: tuple[int, ...]
    points: tuple[Point, ...]


def value_tables(
    answer: Answer, documents: Mapping[str, Document], library: Mapping[str, Shelved]
) -> Mapping[int, ValueTable]:
    """The tables that say an answer's statements better than their readings do.

    Args:
        answer: The answer.
        documents: The documents as they were when it was given.
        library: What is known of these documents; one that is not in it gives no table.

    Returns:
        Each table by the first of the statements that it stands in place of.
    """
    found: dict[tuple[str, int | None], list[tuple[int, Block]]] = defaultdict(list)
    for at, statement in enumerate(answer.statements):
        if not statement.reading or statement.rewritten:
            continue
        citation = answer.citations[statement.citations[0] - 1]
        if citation.doc_id in library and citation.doc_id in documents:
            text = documents[citation.doc_id].text
            row = _row_that_reads(statement.text, citation.spans, text, library[citation.doc_id].blocks)
            if row is not None:
                found[citation.doc_id, row.group].append((at, row))
    tables = [_table(rows, documents[doc_id].text, answer) for (doc_id, _), rows in found.items()]
    return {table.statements[0]: table for table in tables if table}


def _row_that_reads(reading: str, spans: Sequence[Span], text: str, blocks: Sequence[Block]) -> Block | None:
    """The row, in the spans of a citation, that reads as a statement does."""
    first, last = min(start for start, _ in spans), max(end for _, end in spans)
    groups = {b.group for b in blocks if b.kind == "row" and first <= b.start < last}
    for group in groups:
        for block in with_group_names([b for b in blocks if b.group == group]):
            worded = [cell for cell in block.cells if cell.spans]
            if block.kind == "row" and worded and reading_of(text, worded) == reading:
                return block
    return None


def _table(rows: Sequence[tuple[int, Block]], text: str, answer: Answer) -> ValueTable | None:
    """The table of some rows, or None where it would read no better."""
    width = max(len(block.cells) for _, block in rows)
    cells = [tuple(quote_at(text, c.spans) if c.spans else "" for c in block.cells) for _, block in rows]
    cells = [row + ("",) * (width - len(row)) for row in cells]
    figures = max(sum(bool(_FIGURE.fullmatch(cell)) for cell in row[1:]) for row in cells)
    if len(rows) < _FEWEST_ROWS and figures < _FEWEST_FIGURES:
        return None
    if not figures or any(len(cell) > _LONGEST_CELL for row in cells for cell in row[1:]):
        return None
    statements = tuple(at for at, _ in rows)
    cited = dict.fromkeys(number for at in statements for number in answer.statements[at].citations)
    columns = tuple(_column(at, rows, text) for at in range(width))
    return ValueTable(columns, tuple(cells), statements, tuple(cited), _points(columns, cells))


def _column(at: int, rows: Sequence[tuple[int, Block]], text: str) -> str:
    """What stands over a column, outermost first."""
    header = next((b.cells[at].header for _, b in rows if at < len(b.cells) and b.cells[at].header), ())
    return ", ".join(dict.fromkeys(quote_at(text, (span,)).rstrip(":") for span in header))


def _points(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Point, ...]:
    """The values under columns that are years, where there are three and more, with a figure in each row."""
    years = [at for at, column in enumerate(columns) if at and _YEAR.search(column)]
    if len(years) < _FEWEST_POINTS or not all(_FIGURE.fullmatch(row[at]) for row in rows for at in years):
        return ()
    return tuple(Point(row[0], columns[at], number(row[at]), row[at]) for row in rows for at in years)


def number(printed: str) -> float:
    """A printed figure as a number, its unit left out: "-1.5" is -1.5, "£1,708" is 1708.

    Raises:
        ValueError: If it is no figure.
    """
    if not _FIGURE.fullmatch(printed):
        raise ValueError(f"“{printed}” is no figure")
    digits = "".join(c for c in printed if c.isdigit() or c == ".")
    return -float(digits) if printed.lstrip()[0] in "-−–" else float(digits)
