"""Figures in tables: targets under a header that says so, results beside the earlier year's, money by year.

Covered: a column of targets with or without columns of baselines and achieved figures; two periods with a change
between them; a column for each year, in money or not.
Not covered: a table whose years stand in its rows, and one whose header the structure did not find.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.amounts import find_amounts
from ingest.documents import Block, Cell, Document, Span
from ingest.milestones import sign_direction
from ingest.quotes import quote_at
from ingest.target_rows import Direction, Finding, in_order, period_in

_TARGET = re.compile(r"\b(?:targets?|indicators?|goals?)\b", re.IGNORECASE)
_ACTUAL = re.compile(r"\b(?:actual|achieved|achievement|performance\s+to\s+date|outturn|result)\b", re.IGNORECASE)
_BASELINE = re.compile(r"\bbaseline\b", re.IGNORECASE)
_CHANGE = re.compile(r"\b(?:change|difference|variance|increase|decrease)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|per\s?cent", re.IGNORECASE)
_MONEY = re.compile(r"£\s?(?P<scale>m(?:illion|n)?|bn|billion|k|000s?)?\b|£", re.IGNORECASE)
_PERIOD = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(r"[+−–—-]?\s?£?\d[\d,]*(?:\.\d+)?\s?%?")
_LONGEST_LABEL = 40  # words; a longer first cell is prose


@dataclass(frozen=True, slots=True)
class _Column:
    """A cell of a row with its words and the words of its header."""

    words: str
    header: str
    spans: tuple[Span, ...]
    over: tuple[Span, ...]


def find_figures(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """What the rows of a document's tables say in figures, in order."""
    for block in blocks:
        if block.kind == "row" and block.cells:
            columns = [_column(document.text, cell) for cell in block.cells]
            label, rest = columns[0], [c for c in columns[1:] if c.words]
            if label.words and rest and len(label.words.split()) <= _LONGEST_LABEL:
                yield from _figures(block, label, rest)


def _column(text: str, cell: Cell) -> _Column:
    words = quote_at(text, cell.spans) if cell.spans else ""
    header = quote_at(text, cell.header) if cell.header else ""
    return _Column(words, header, cell.spans, cell.header)


def _figures(block: Block, label: _Column, rest: Sequence[_Column]) -> Iterator[Finding]:
    """The findings of a row: an indicator, a change, or a figure a period; else none."""
    if targets := [c for c in rest if _TARGET.search(c.header) and not _ACTUAL.search(c.header)]:
        yield from _indicator(block, label, rest, targets)
        return
    by_period = [c for c in rest if _PERIOD.search(c.header) and not _CHANGE.search(c.header) and _is_figure(c.words)]
    changes = [c for c in rest if _CHANGE.search(c.header) and _is_figure(c.words)]
    if len(by_period) == 2 and len(changes) == 1:
        yield _change(block, label, by_period, changes[0])
    elif len(by_period) > 1 and len(by_period) + len(changes) >= len(rest) - 1:
        yield from (_cell(label, column) for column in by_period)


def _indicator(block: Block, label: _Column, rest: Sequence[_Column], targets: Sequence[_Column]) -> Iterator[Finding]:
    """An indicator for each of its targets: in the cells of a row, or in its last under one wide header."""
    actual = next((c for c in rest if _ACTUAL.search(c.header)), None)
    baseline = next((c for c in rest if _BASELINE.search(c.header) and c not in targets), None)
    for target in targets:
        value, unit = _read(target)
        yield Finding(
            "kpi",
            label.words,
            block.spans,
            value=value,
            unit=unit,
            direction=sign_direction(value),
            actual=_read(actual)[0] if actual else None,
            baseline=_read(baseline)[0] if baseline else None,
            period=period_in([target.header]),
        )


def _change(block: Block, label: _Column, periods: Sequence[_Column], change: _Column) -> Finding:
    """A result from two periods, earlier first or later first, and the change between them."""
    earlier, later = sorted(periods, key=lambda c: _PERIOD.findall(c.header)[-1])
    value = _read(change)[0]
    return Finding(
        "result",
        _measure(label),
        in_order((*block.spans, *(span for c in (label, *periods, change) for span in c.over))),
        value=value,
        unit="%" if _PERCENT.search(change.header + change.words) else "number",
        direction=sign_direction(value) or _compared(_read(earlier)[0], _read(later)[0]),
        actual=_read(later)[0],
        baseline=_read(earlier)[0],
        period=later.header,
    )


def _cell(label: _Column, column: _Column) -> Finding:
    """A figure of a period: a budget where it is money, else a result."""
    value, unit = _read(column)
    money = (unit or "").startswith("£")
    return Finding(
        "budget" if money else "result",
        _measure(label),
        in_order((*label.over, *column.over, *label.spans, *column.spans)),
        value=value if money else None,
        actual=None if money else value,
        unit=unit,
        period=period_in([column.header]),
    )


def _measure(label: _Column) -> str:
    """The words of a row's label under the words over it."""
    return f"{label.header}: {label.words}" if label.header else label.words


def _is_figure(words: str) -> bool:
    return _FIGURE.fullmatch(words) is not None


def _read(column: _Column) -> tuple[str, str | None]:
    """A cell's figure with its unit, the header's where it prints none; its words where it is no one figure."""
    amounts = find_amounts(column.words)
    if len(amounts) != 1:
        return column.words, None
    amount = amounts[0]
    if amount.unit == "number" and (money := _MONEY.search(column.header)):
        return amount.value, "£" + (money["scale"] or "").lower()
    if amount.unit == "number" and _PERCENT.search(column.header):
        return amount.value, "%"
    return amount.value, amount.unit


def _compared(earlier: str, later: str) -> Direction | None:
    """Which way it went from one printed figure to another."""
    before, after = ([a.size for a in find_amounts(words)] for words in (earlier, later))
    if before[:1] == after[:1] or not before or not after or before[0] is None or after[0] is None:
        return None
    return "up" if after[0] > before[0] else "down"
