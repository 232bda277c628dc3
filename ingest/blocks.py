"""From a text to its blocks: headings, paragraphs, list items, table rows and page furniture.

Covered: paragraphs of one long line and paragraphs hard-wrapped over many; items with a bullet, a
number, or a bullet whose glyph was lost and left only its indent; a sentence cut by a page break, a
page number or a block of web addresses; tab-separated tables; tables flattened to one cell a line;
numbered, lettered and bare headings, also over several lines. Not covered: headings run into the
paragraph they open, two columns read across, nested lists.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from statistics import quantiles

from ingest.documents import Block, BlockKind, Span
from ingest.furniture import MARKUP, find_furniture, spans_without_markup
from ingest.lines import NUMBERED_HEADING, Line, split_lines
from ingest.quotes import fold, quote_at

# Hard-wrapped text hardly has a longer line; text of one line a paragraph has many.
_LONGEST_WRAPPED_LINE = 130
_TERMINAL = frozenset(".:;?!")


def find_blocks(text: str) -> list[Block]:
    """The blocks of a text, in the order of their first characters; headings are still paragraphs.

    Returns:
        Blocks without overlap. White space, bullets and nothing else lie between them.
    """
    lines = split_lines(text)
    furniture = find_furniture(lines)
    blocks = list(_group(lines, furniture))
    blocks = _join_interrupted(text, blocks)
    blocks = _flattened_tables(text, _tabbed_tables(text, blocks))
    return sorted(_without_markup(text, blocks), key=lambda b: b.start)


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether a text's paragraphs are broken over lines: hardly a line is long."""
    lengths = [len(line.body) for line in lines if " " in line.body]
    return len(lengths) > 1 and quantiles(lengths, n=100, method="inclusive")[97] <= _LONGEST_WRAPPED_LINE


def finished(words: str) -> bool:
    """Whether a piece of text ends as a sentence does (closing quotes and brackets apart)."""
    bare = words.rstrip("\"'”’)]*")
    return not bare or bare[-1] in _TERMINAL


def _group(lines: Sequence[Line], furniture: dict[int, str]) -> Iterable[Block]:
    """Lines into blocks, by what begins a new one."""
    wrapped = is_wrapped(lines)
    flush = wrapped and sum(1 for line in lines if line.indent) < 0.3 * sum(1 for line in lines if not line.blank)
    block: Block | None = None
    bulleted = False  # whether the open block began with a bullet: an indented line then hangs under it
    for i, line in enumerate(lines):
        if line.blank or i in furniture:
            if block:
                yield replace(block, isolated=block.isolated and line.blank)
            block = None
            if i in furniture:
                yield Block("furniture", ((line.start, line.end),), rule=furniture[i])
            continue
        hangs = block is not None and bulleted and line.indent > 0 and line.bullet_end < 0 and not line.numbered
        kind = None if hangs else _begins(lines, i, flush=flush, furniture=furniture)
        if block and wrapped and kind is None and not line.row:
            block = replace(block, spans=((block.start, line.end),))
            continue
        page_break = kind is not None and line.indent == 1 and flush
        if block:
            yield replace(block, isolated=block.isolated and page_break)
        alone = block is None or page_break
        bulleted = kind == "item" and line.bullet_end >= 0
        start = line.bullet_end if bulleted else line.start
        block = Block("row" if line.row else kind or "paragraph", ((start, line.end),), isolated=alone)
    if block:
        yield block


def _begins(lines: Sequence[Line], i: int, *, flush: bool, furniture: dict[int, str]) -> BlockKind | None:
    """What a line begins: an item, a paragraph, or (None) nothing new if a wrapped block is open."""
    line, before = lines[i], lines[i - 1] if i else None
    if line.bullet_end >= 0:
        return "item"
    if line.numbered and ((line.indent and not flush) or _has_numbered_neighbour(lines, i)):
        return "item"
    if not (flush and line.indent) or before is None:
        return None
    if NUMBERED_HEADING.match(line.body):
        return "paragraph"
    # A page break leaves one blank before the line that follows it; a lost bullet leaves one too, after
    # a blank line, or two where both met.
    if line.indent >= 2 or before.blank:
        return "item"
    return "paragraph" if i - 1 in furniture or finished(before.body) else None


def _has_numbered_neighbour(lines: Sequence[Line], i: int) -> bool:
    near = [lines[j] for j in (i - 1, i + 1) if 0 <= j < len(lines)]
    return any(line.numbered for line in near)


def _join_interrupted(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Join a block that begins in mid-sentence to the unfinished one before it, over furniture."""
    joined: list[Block] = []
    last_text = -1  # where in `joined` the last block that is not furniture is
    for block in blocks:
        if block.kind == "paragraph" and last_text >= 0 and joined[last_text].kind in ("paragraph", "item"):
            before = joined[last_text]
            ends, begins = quote_at(text, before.spans), text[block.start]
            if begins.islower() and not finished(ends) and len(ends.split()) > 2:
                joined[last_text] = replace(before, spans=before.spans + block.spans, isolated=False)
                continue
        if block.kind != "furniture":
            last_text = len(joined)
        joined.append(block)
    return joined


def _tabbed_tables(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Give each run of tab-separated rows its first row as header, and the next if the first is a title."""
    tables: list[Block] = []
    header: tuple[Span, ...] = ()
    header_cells = 0
    in_table = False
    for block in blocks:
        if block.kind == "furniture":
            tables.append(block)
            continue
        if block.kind != "row" and not (in_table and not block.isolated):
            in_table = False
            tables.append(block)
            continue
        cells = [cell for cell in text[block.start : block.end].split("\t") if cell.strip()]
        repeated = in_table and fold("\t".join(cells)) == fold(" ".join(text[s:e] for s, e in header))
        if repeated or not in_table or (header_cells < 2 and len(cells) > 1):
            header = (header if in_table and not repeated else ()) + block.spans
            header_cells, in_table = len(cells), True
            tables.append(replace(block, kind="row", header=()))
        else:
            tables.append(replace(block, kind="row", header=header))
    return tables


_YEAR = re.compile(r"(?:19|20)\d\d(?:[-–/](?:\d\d|\d{4})?)?$")
_NUMBER = re.compile(r"[£$€(+\-–]*\d[\d,.]*(?:%|m|k|bn)?\)?$")
_LONGEST_CELL = 60
_FEWEST_ROWS = 3


def _is_cell(words: str) -> bool:
    return len(words) <= _LONGEST_CELL and words[-1] not in _TERMINAL


def _numbers(words: str) -> tuple[int, int]:
    """How many of a cell's words are numbers (a lone dash is one, a year is not), and how many there are."""
    tokens = words.split()
    return sum(1 for t in tokens if (_NUMBER.match(t) and not _YEAR.match(t)) or t in "-–"), len(tokens)


def _flattened_tables(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Find tables whose cells stand one under another, and make rows of them.

    A run of short pieces without a full stop, at least three of which are mostly numbers, is a table. A
    piece that is all numbers belongs to the label before it; what stands before the first row is the
    header.
    """
    result: list[Block] = []
    run: list[Block] = []
    for block in [*blocks, None]:
        if block and block.kind == "paragraph" and _is_cell(quote_at(text, block.spans)):
            run.append(block)
            continue
        result.extend(_rows_of(text, run))
        run = []
        if block:
            result.append(block)
    return result


def _rows_of(text: str, run: Sequence[Block]) -> list[Block]:
    counts = [_numbers(quote_at(text, b.spans)) for b in run]
    numeric = [2 * n >= of and n > 0 for n, of in counts]
    if sum(numeric) < _FEWEST_ROWS:
        return list(run)
    first = numeric.index(True)
    bare = counts[first][0] == counts[first][1]
    label_at = max(first - 1, 0) if bare else first
    head = _header_start(text, run, label_at)
    header = tuple(span for b in run[head:label_at] for span in b.spans)
    rows: list[tuple[Span, ...]] = []
    open_row: tuple[Span, ...] = ()
    for block, is_number, (n, of) in zip(run[label_at:], numeric[label_at:], counts[label_at:], strict=True):
        if is_number and n == of and open_row:
            rows.append(open_row + block.spans)
            open_row = ()
        elif is_number:
            rows.extend([open_row] if open_row else [])
            rows.append(block.spans)
            open_row = ()
        else:
            rows.extend([open_row] if open_row else [])
            open_row = block.spans
    rows.extend([open_row] if open_row else [])
    heads = [replace(b, kind="row") for b in run[head:label_at]]
    return [*run[:head], *heads, *(Block("row", spans, header=header) for spans in rows)]


_WIDEST_HEADER = 8


def _header_start(text: str, run: Sequence[Block], label_at: int) -> int:
    """Where in a run the header's cells begin: no more than eight back, and not at a numbered heading."""
    head = max(0, label_at - _WIDEST_HEADER)
    for i in range(head, label_at):
        words = quote_at(text, run[i].spans)
        numbered = NUMBERED_HEADING.match(words)
        if numbered and _numbers(words[numbered.end() :])[0] == 0:
            head = i + 1
    return head


def _without_markup(text: str, blocks: Sequence[Block]) -> Iterable[Block]:
    """Cut HTML tags out of the blocks' spans; each tag is furniture of its own."""
    for block in blocks:
        if block.kind == "furniture":
            yield block
            continue
        clean = tuple(s for start, end in block.spans for s in spans_without_markup(text, start, end))
        header = tuple(s for start, end in block.header for s in spans_without_markup(text, start, end))
        if clean:
            yield replace(block, spans=clean, header=header)
        if clean != block.spans:
            yield from _tags_between(text, block.spans, clean)


def _tags_between(text: str, spans: Sequence[Span], clean: Sequence[Span]) -> Iterable[Block]:
    for start, end in spans:
        at = start
        for s, e in [*((s, e) for s, e in clean if start <= s and e <= end), (end, end)]:
            if text[at:s].strip():
                yield Block("furniture", ((at, s),), rule=MARKUP)
            at = e
