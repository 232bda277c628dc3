"""From lines to blocks: paragraphs, list items, rows of tables and page furniture.

Covered: paragraphs of one long line and paragraphs hard-wrapped over many; items with a bullet, a
number, or a bullet whose glyph was lost and left only its indent; a piece cut by a page break, a page
number or a block of web addresses. What needs more than a line and its neighbours (tables, headings,
lists, glossaries) is told afterwards by the modules that ``structure`` calls.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import replace
from statistics import quantiles

from ingest.documents import Block, BlockKind
from ingest.lines import NUMBERED_HEADING, Line, split_lines
from ingest.quotes import quote_at

# Hard-wrapped text hardly has a longer line; text of one line a paragraph has many.
_LONGEST_WRAPPED_LINE = 130
_EMPTY_BULLETS = frozenset("•·\uf0b7\uf0a7")  # alone on a line they say nothing; a dash may be a cell
_TERMINAL = frozenset(".:;?!")
# A piece of text that ends in one of these is not at its end, whatever follows.
_LEADS_ON = frozenset(
    "a an and as at between but by for from in into its of on or our over per that the their to under upon which with"
    " within without".split()
)
_WORD = re.compile(r"\w+")
_NEIGHBOURS = re.compile(r"\b(\w++) (?=(\w+))")  # two words next to each other on a line
_WRAPPED_NEIGHBOURS = re.compile(r"\b(\w++)(?: |[^\S\n]?\n)(?=(\w+))")  # or over the end of a line
_PAGE_BREAK = "\f"
_FEWEST_NUMBERED = 2  # paragraphs with a number, for the numbers to be no part of their words
_FEWEST_WORDS_CUT = 8  # of a piece that may be cut before a capital


def group_lines(text: str, lines: Sequence[Line], furniture: Mapping[int, str], known: Sequence[Block]) -> list[Block]:
    """Lines into blocks, by what begins a new one.

    Args:
        text: What the lines are of.
        lines: All its lines.
        furniture: The rule for each line (by its index) that is page furniture.
        known: Blocks that the reader is sure of; they are given back as they are.

    Returns:
        Paragraphs, items, rows without cells and furniture, with the known blocks, in order and without
        overlap. White space and bullets lie between them.
    """
    taken = {
        i
        for b in known
        for i in range(
            bisect_right(lines, b.start, key=lambda line: line.end),
            bisect_left(lines, b.end, key=lambda line: line.start),
        )
    }
    free = [line for i, line in enumerate(lines) if i not in taken]
    grouper = _Grouper(lines, furniture, taken, is_wrapped(free), _is_flush(free))
    return sorted([*grouper.blocks(), *known], key=lambda b: b.start)


def is_wrapped(lines: Sequence[Line]) -> bool:
    """Whether a text's paragraphs are broken over lines: hardly a line is long."""
    lengths = [len(line.body) for line in lines if " " in line.body]
    return len(lengths) > 1 and quantiles(lengths, n=100, method="inclusive")[97] <= _LONGEST_WRAPPED_LINE


def finished(words: str) -> bool:
    """Whether a piece of text ends as a sentence does (closing quotes and brackets apart)."""
    bare = words.rstrip("\"'”’)]*¹²³⁴⁵⁶⁷⁸⁹⁰")
    return not bare or bare[-1] in _TERMINAL


def _is_flush(lines: Sequence[Line]) -> bool:
    """Whether lines begin at the margin, but for few: an indent then says something."""
    worded = [line for line in lines if not line.blank]
    return is_wrapped(lines) and sum(1 for line in worded if line.indent) < 0.3 * len(worded)


class _Grouper:
    """Goes through the lines of a text once."""

    def __init__(
        self, lines: Sequence[Line], furniture: Mapping[int, str], taken: set[int], wrapped: bool, flush: bool
    ) -> None:
        self._lines = lines
        self._furniture = furniture
        self._taken = taken
        self._wrapped = wrapped
        self._flush = flush

    def blocks(self) -> Iterable[Block]:
        """The blocks, in order; lines that are taken already end one."""
        block: Block | None = None
        hanging = False  # whether the open block began with a bullet: an indented line then hangs under it
        for i, line in enumerate(self._lines):
            if line.blank or line.body in _EMPTY_BULLETS or i in self._taken or i in self._furniture:
                if block:
                    yield replace(block, isolated=block.isolated and i not in self._furniture)
                block = None
                if i in self._furniture and i not in self._taken:
                    yield Block("furniture", ((line.start, line.end),), rule=self._furniture[i])
                continue
            hangs = block is not None and hanging and line.indent > 0 and line.bullet_end < 0 and not line.numbered
            lost = block is not None and block.kind == "item" and block.marker is None
            kind = None if hangs else self._begins(i, lost_bullet=lost)
            if block and self._wrapped and kind is None and not line.row:
                block = replace(block, spans=((block.start, line.end),))
                continue
            page_break = kind is not None and line.indent == 1 and self._flush
            if block:
                yield replace(block, isolated=block.isolated and page_break)
            hanging = kind == "item" and line.bullet_end >= 0
            block = _open(line, kind or "paragraph", isolated=block is None or page_break)
        if block:
            yield block

    def _begins(self, i: int, *, lost_bullet: bool) -> BlockKind | None:
        """What a line begins: an item, a paragraph, or (None) nothing new if a wrapped block is open.

        Args:
            i: Which line.
            lost_bullet: Whether the open block is an item whose bullet was lost.
        """
        line, before = self._lines[i], self._lines[i - 1] if i else None
        if line.bullet_end >= 0:
            return None if before and self._wrapped and _is_aside(before, line) else "item"
        if line.numbered and ((line.indent and not self._flush) or self._has_numbered_neighbour(i)):
            return "item"
        if not (self._flush and line.indent) or before is None:
            return None
        if NUMBERED_HEADING.match(line.body):
            return "paragraph"
        # A page break leaves one blank before the line that follows it; a lost bullet leaves one too, after
        # a blank line, or two where both met.
        led = before.body.endswith(":") and line.body[0].islower()
        if line.indent >= 2 or before.blank or led or (lost_bullet and line.body[0].isupper()):
            return "item"
        return "paragraph" if i - 1 in self._furniture or finished(before.body) else None

    def _has_numbered_neighbour(self, i: int) -> bool:
        near = [self._lines[j] for j in (i - 1, i + 1) if 0 <= j < len(self._lines)]
        return any(line.numbered for line in near)


def _is_aside(before: Line, line: Line) -> bool:
    """Whether a line goes on with the sentence of the one before after a dash, which is then no bullet."""
    goes_on = line.body[0] in "-–—" and line.body[line.bullet_end - line.start].islower()
    return goes_on and not before.blank and before.bullet_end < 0 and not finished(before.body)


def _open(line: Line, kind: BlockKind, *, isolated: bool) -> Block:
    """A block of one line, its bullet or number apart."""
    if line.row:
        return Block("row", ((line.start, line.end),), isolated=isolated)
    start, marker = line.start, None
    if kind == "item" and line.bullet_end >= 0:
        start, marker = (
            line.bullet_end,
            (line.start, line.start + len(line.body[: line.bullet_end - line.start].rstrip())),
        )
    elif line.number_end > 0:
        start, marker = (
            line.number_end,
            (line.start, line.start + len(line.body[: line.number_end - line.start].rstrip())),
        )
    return Block(kind, ((start, line.end),), isolated=isolated, marker=marker)


def mark_numbers(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Take the numbers printed before paragraphs ("12. …") for their markers, where several have one."""
    ends = {
        at: line.number_end
        for at, block in enumerate(blocks)
        if block.kind == "paragraph" and block.marker is None
        for line in split_lines(text[block.start : block.spans[0][1]])[:1]
        if line.numbered and text[block.start] != "("
    }
    if len(ends) < _FEWEST_NUMBERED:
        return list(blocks)
    result = list(blocks)
    moved: dict[int, int] = {}  # where a list begins whose lead-in has a number
    for at, end in ends.items():
        (start, stop), *rest = blocks[at].spans
        marker = (start, start + len(text[start : start + end].rstrip()))
        result[at] = replace(blocks[at], spans=((start + end, stop), *rest), marker=marker)
        moved[start] = start + end
    return [replace(b, group=moved[b.group]) if b.group in moved else b for b in result]


def join_interrupted(text: str, blocks: Sequence[Block], *, wrapped: bool) -> list[Block]:
    """Join each piece that goes on in the next, over blank lines and furniture: one sentence, one block.

    Args:
        text: What the blocks are of.
        blocks: In order.
        wrapped: Whether its paragraphs are broken over lines.
    """
    neighbours = {found.groups() for found in (_WRAPPED_NEIGHBOURS if wrapped else _NEIGHBOURS).finditer(text)}
    joined: list[Block] = []
    last_text = -1  # where in `joined` the last block that is not furniture is
    for block in blocks:
        before = joined[last_text] if last_text >= 0 else None
        if before and before.kind in ("paragraph", "item") and block.kind in ("paragraph", "item"):
            new_page = last_text < len(joined) - 1 or _PAGE_BREAK in text[before.end : block.start]
            if _goes_on(text, before, block, neighbours, new_page=new_page):
                joined[last_text] = replace(before, spans=before.spans + block.spans, isolated=False)
                continue
        if block.kind != "furniture":
            last_text = len(joined)
        joined.append(block)
    return joined


def _goes_on(
    text: str,
    before: Block,
    after: Block,
    neighbours: Container[tuple[str, ...]],
    *,
    new_page: bool,
) -> bool:
    """Whether a piece is cut, and the next block is its other part.

    It is when it ends in mid-sentence and the next begins with a small letter; when it ends in a word
    that leads on ("of the"); when its last word, a name or a number, and the next's first stand side by
    side elsewhere; and when a page begins between two pieces of some length. What seems an item, for
    its indent, is the other part of a paragraph only where a page begins: that too indents a line.
    """
    if after.kind == "item" and not (new_page and before.kind == "paragraph" and text[after.start].islower()):
        return False
    ends = quote_at(text, before.spans[-_FEWEST_WORDS_CUT:])  # each holds a word
    words = ends.split()
    if after.marker is not None or len(words) <= 2 or finished(ends):
        return False
    begins = text[after.start]
    if begins.islower() or (words[-1] in _LEADS_ON and begins.isalnum()):
        return True
    long = new_page and before.kind == "paragraph" and len(text[after.start : after.end].split()) >= _FEWEST_WORDS_CUT
    return (long and len(words) >= _FEWEST_WORDS_CUT) or _side_by_side(text, words, after, neighbours)


def _side_by_side(text: str, words: Sequence[str], after: Block, neighbours: Container[tuple[str, ...]]) -> bool:
    """Whether a piece's last word, a name or a number, and the next's first stand next to each other elsewhere."""
    last, first = words[-1], _WORD.match(text, after.start)
    if first is None or not last.isalnum() or len(words) < (3 if last.isdigit() else _FEWEST_WORDS_CUT):
        return False
    name_or_number = last[0].isupper() or (last.isdigit() and first[0][0].isalpha())
    return name_or_number and (last, first[0]) in neighbours
