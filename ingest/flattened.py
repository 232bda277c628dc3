"""Tables that lost their lines and tabs: cells one under another, or run together on a line.

Covered: rows of a label and numbers ("Race 17,203 16,944 -1.5"), their header's cells one a piece
before them; rows of a label and values that recur from row to row ("Havering Burglary Robbery"). Not
covered: tables of unlike words, of which nothing tells where a cell ends.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.blocks import finished
from ingest.documents import Block, Cell, Span
from ingest.lines import NUMBERED_HEADING
from ingest.quotes import fold_spans, quote_at
from ingest.tables import make_table

_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/](?:\d\d|\d{4})?)?$")
_NUMBER = re.compile(r"[£$€(+\-–]*\d[\d,.]*(?:%|m|k|bn)?\)?$")
_UNIT = re.compile(r"[£$€%]\s?(?:m|k|bn|million|billion|thousand|000s?)?$")
_LONGEST_CELL = 110  # characters
_FEWEST_ROWS = 3
_WIDEST_HEADER = 8  # cells


def find_flattened(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Make tables of the runs of short pieces without a full stop that are the cells of one."""
    result: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        if block and block.kind == "furniture":  # a page break in the midst of a table does not end it
            result.append(block)
        elif block and block.kind == "paragraph" and block.marker is None and _is_cell(quote_at(text, block.spans)):
            run.append(block)
        else:
            result.extend(_numeric(text, run) or _recurring(text, run) or run)
            run = []
            result.extend([block] if block else [])
    return sorted(result, key=lambda b: b.start)


def _is_cell(words: str) -> bool:
    return len(words) <= _LONGEST_CELL and not finished(words)


@dataclass(frozen=True, slots=True)
class _Word:
    words: str
    spans: tuple[Span, ...]


def _words(text: str, block: Block) -> list[_Word]:
    folded = fold_spans(text, block.spans)
    return [_Word(found[0], folded.spans_of(*found.span())) for found in re.finditer(r"\S+", folded.text)]


def _stretch(words: Sequence[_Word]) -> tuple[Span, ...]:
    return ((words[0].spans[0][0], words[-1].spans[-1][1]),) if words else ()


def _is_number(word: str) -> bool:
    """Whether a word is a number; a lone dash is one, a year is not."""
    return word in "-–" or bool(_NUMBER.match(word) and not _YEAR.match(word))


def _numeric(text: str, run: Sequence[Block]) -> list[Block]:
    """A run's rows of a label and numbers, if it has as many as make a table; else nothing."""
    split = [_words(text, block) for block in run]
    tails = [_tail(words) for words in split]
    numeric = [n > 0 and 2 * n >= len(words) for n, words in zip(tails, split, strict=True)]
    if sum(numeric) < _FEWEST_ROWS:
        return []
    first = numeric.index(True)
    label_at = max(first - 1, 0) if tails[first] == len(split[first]) else first
    rows = list(_numeric_rows(split[label_at:], tails[label_at:]))
    width = max(Counter(len(row) for row in rows).most_common(1)[0][0], 2)
    head = _header_start(text, run, label_at, width)
    header = [[Cell(block.spans) for block in run[head:label_at]]] if head < label_at else []
    return [*run[:head], *make_table(_units_apart(text, header, width), rows)]


def _tail(words: Sequence[_Word]) -> int:
    """How many numbers a piece ends in."""
    return next((i for i, word in enumerate(reversed(words)) if not _is_number(word.words)), len(words))


def _numeric_rows(split: Sequence[Sequence[_Word]], tails: Sequence[int]) -> Iterator[list[Cell]]:
    """Each label with the numbers on its piece or on the piece after it."""
    label: tuple[Span, ...] = ()
    for words, tail in zip(split, tails, strict=True):
        cut = len(words) - tail
        numbers = [Cell(word.spans) for word in words[cut:]]
        if numbers and (cut or label):
            yield [Cell(label + _stretch(words[:cut])), *numbers]
            label = ()
        elif numbers:
            yield [Cell(()), *numbers]
        else:
            if label:
                yield [Cell(label)]
            label = _stretch(words)
    if label:
        yield [Cell(label)]


def _header_start(text: str, run: Sequence[Block], label_at: int, width: int) -> int:
    """Where in a run the header's cells begin: as many as a row has (and a unit), not at a numbered heading."""
    units = sum(1 for block in run[max(0, label_at - width - 1) : label_at] if _UNIT.match(quote_at(text, block.spans)))
    head = max(0, label_at - min(width + units, _WIDEST_HEADER))
    for i in range(head, label_at):
        words = quote_at(text, run[i].spans)
        numbered = NUMBERED_HEADING.match(words)
        if numbered and not any(_is_number(w) for w in words[numbered.end() :].split()):
            head = i + 1
    return head


def _units_apart(text: str, header: Sequence[list[Cell]], width: int) -> list[list[Cell]]:
    """A header's cells with a unit that has no column of its own as a row of one cell under them."""
    if not header or len(header[0]) <= width:
        return list(header)
    units = [cell for cell in header[0] if _UNIT.match(quote_at(text, cell.spans))]
    return [[cell for cell in header[0] if cell not in units], *([Cell(()), unit] for unit in units)]


_FEWEST_PIECES = 8
_FEWEST_TIMES = 3  # that a value recurs
_LONGEST_VALUE = 4  # words
_ABBREVIATED = re.compile(r"\([A-Z]+\)")


def _recurring(text: str, run: Sequence[Block]) -> list[Block]:
    """A run's rows of a label and values that recur, if most of its pieces hold such a value; else nothing."""
    if len(run) < _FEWEST_PIECES:
        return []
    pieces = [_without_asides(_words(text, block)) for block in run]
    values = _values(pieces)
    split = [list(_split(piece, values)) for piece in pieces]
    holding = [any(part.value for part in parts) for parts in split]
    if 2 * sum(holding) < len(run):
        return []
    first, last = holding.index(True), len(holding) - holding[::-1].index(True)
    head = first - 1 if first and len(pieces[first - 1]) > 1 else first
    rows = list(_recurring_rows(split[first:last]))
    labels = max(sum(not part.value for part in row) for row in rows)
    header = [_header_cells(pieces[head], labels)] if head < first else []
    return [*run[:head], *make_table(header, [_row_cells(row, labels) for row in rows], spread=True), *run[last:]]


def _without_asides(words: Sequence[_Word]) -> list[_Word]:
    """A piece's words, each with the brackets after it as part of it: "Robbery (personal property)" is one."""
    merged: list[_Word] = []
    depth = 0
    for word in words:
        opens = word.words.startswith("(")
        if merged and (depth or (opens and not _ABBREVIATED.fullmatch(word.words))):
            last = merged[-1]
            merged[-1] = _Word(last.words if depth or opens else word.words, last.spans + word.spans)
        else:
            merged.append(word)
        depth = max(0, depth + word.words.count("(") - word.words.count(")"))
    return merged


def _values(pieces: Sequence[Sequence[_Word]]) -> set[tuple[str, ...]]:
    """The phrases that pieces often end in or are, each of which is a cell."""
    ends: Counter[tuple[str, ...]] = Counter()
    anywhere: Counter[tuple[str, ...]] = Counter()
    for piece in pieces:
        words = tuple(word.words for word in piece)
        sizes = range(1, min(_LONGEST_VALUE, len(words)) + 1)
        ends.update(words[-n:] for n in sizes)
        anywhere.update(words[at : at + n] for n in sizes for at in range(len(words) - n + 1))
    often = {value for value, n in ends.items() if n >= _FEWEST_TIMES and value[0][0].isupper()}
    # The end of a longer phrase that never stands without it is no cell, nor are two cells together.
    parts = {o[-n:] for o in often for n in range(1, len(o)) if anywhere[o] == anywhere[o[-n:]]}
    whole = often - parts
    return {v for v in whole if not any(v[:i] in whole and v[i:] in whole for i in range(1, len(v)))}


@dataclass(frozen=True, slots=True)
class _Part:
    spans: tuple[Span, ...]
    value: bool


def _split(piece: Sequence[_Word], values: set[tuple[str, ...]]) -> Iterator[_Part]:
    """A piece as its labels (if any) and its values, left to right; what follows a value is one too."""
    at, rest, seen = 0, 0, False
    while at < len(piece):
        sizes = range(min(_LONGEST_VALUE, len(piece) - at), 0, -1)
        size = next((n for n in sizes if tuple(w.words for w in piece[at : at + n]) in values), 0)
        if not size:
            at += 1
            continue
        yield from _rest(piece[rest:at], seen=seen)
        yield _Part(_stretch(piece[at : at + size]), True)
        at += size
        rest, seen = at, True
    yield from _rest(piece[rest:], seen=seen)


def _rest(words: Sequence[_Word], *, seen: bool) -> Iterator[_Part]:
    """What is no recurring value: a value if one came before it, else a label, or two cut after "(SW)"."""
    if seen or not words:
        yield from [_Part(_stretch(words), True)] if words else []
        return
    cut = next((i + 1 for i, word in enumerate(words[:-1]) if _ABBREVIATED.fullmatch(word.words)), 0)
    for part in (words[:cut], words[cut:]):
        if part:
            yield _Part(_stretch(part), False)


def _recurring_rows(split: Sequence[Sequence[_Part]]) -> Iterator[list[_Part]]:
    """Pieces into rows: one begins at a label, once the row before has as many values as most rows."""
    counts = Counter(_count_values(parts) for parts in split if not parts[0].value)
    usual = max((n for n, times in counts.items() if times >= _FEWEST_TIMES), default=1)
    row: list[_Part] = []
    for parts in split:
        if row and not parts[0].value and _count_values(row) >= usual:
            yield row
            row = []
        row.extend([replace(part, value=True) for part in parts] if row else parts)
    if row:
        yield row


def _count_values(row: Sequence[_Part]) -> int:
    return sum(part.value for part in row)


def _row_cells(row: Sequence[_Part], labels: int) -> list[Cell]:
    named = [Cell(part.spans) for part in row if not part.value]
    return [*[Cell(())] * (labels - len(named)), *named, *(Cell(part.spans) for part in row if part.value)]


def _header_cells(words: Sequence[_Word], labels: int) -> list[Cell]:
    """A header run together on a line: one word for each column of labels, the rest over the values."""
    return [*(Cell(word.spans) for word in words[:labels]), Cell(_stretch(words[labels:]))]
