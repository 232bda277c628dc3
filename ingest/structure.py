"""From a text to its structure, on one screen: what each step adds, in order.

The steps know nothing of each other: each takes the blocks so far and gives blocks. What a reader is
sure of (``known``) is taken as it is; where that is all of the text, only those steps follow that tell
paragraphs apart by their words.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.blocks import group_lines, is_wrapped, join_interrupted, mark_numbers
from ingest.documents import Block, Cell
from ingest.entries import find_entries
from ingest.flattened import find_flattened
from ingest.footnotes import mark_footnotes
from ingest.furniture import MARKUP, find_furniture, markup_in, outside
from ingest.lines import split_lines
from ingest.lists import find_lists
from ingest.outline import mark_headings, mark_labels
from ingest.run_in import split_run_in
from ingest.tables import find_captions, find_tables


def find_structure(text: str, known: Sequence[Block] = ()) -> list[Block]:
    """The blocks of a text.

    Args:
        text: The text as a reader gave it.
        known: The blocks that the reader is sure of, in order, without overlap.

    Returns:
        Blocks in order of their first characters, without overlap. Every letter and digit of the text is
        in one block or in one block's marker.
    """
    if _covers(text, known):
        return _told_by_words(text, known)
    lines = split_lines(text)
    blocks = group_lines(text, lines, find_furniture(lines), known)
    blocks = join_interrupted(text, blocks, wrapped=is_wrapped(lines))
    blocks = find_tables(text, blocks)
    blocks = find_captions(text, find_flattened(text, blocks))
    blocks = mark_headings(text, blocks)
    blocks = mark_footnotes(text, blocks)
    blocks = find_entries(text, blocks)
    blocks = split_run_in(text, blocks)
    blocks = find_lists(text, blocks)
    return sorted(_without_markup(text, blocks), key=lambda b: b.start)


def _told_by_words(text: str, known: Sequence[Block]) -> list[Block]:
    """The blocks of a marked-up text, with what no mark-up says: it has paragraphs where these steps see more.

    Only paragraphs change their kind, and an item or a row stays what it is.
    """
    blocks = find_captions(text, known)
    blocks = mark_labels(text, blocks)
    blocks = mark_numbers(text, blocks)
    blocks = mark_footnotes(text, blocks, only_paragraphs=True)
    blocks = find_entries(text, blocks, only_paragraphs=True)
    blocks = find_lists(text, blocks)
    return sorted(blocks, key=lambda b: b.start)


def _covers(text: str, known: Sequence[Block]) -> bool:
    """Whether blocks hold every letter and digit of a text."""
    at = 0
    for start, end in sorted(
        span for block in known for span in ((block.marker,) if block.marker else ()) + block.spans
    ):
        if any(c.isalnum() for c in text[at:start]):
            return False
        at = max(at, end)
    return bool(known) and not any(c.isalnum() for c in text[at:])


def _without_markup(text: str, blocks: Iterable[Block]) -> Iterable[Block]:
    """Cut HTML tags out of the blocks' spans; each tag is furniture of its own."""
    tags = markup_in(text)
    for block in blocks:
        spans = outside(text, block.spans, tags)
        if spans:
            cells = (Cell(outside(text, c.spans, tags), outside(text, c.header, tags)) for c in block.cells)
            marker = block.marker if block.marker and outside(text, [block.marker], tags) == (block.marker,) else None
            yield replace(block, spans=spans, cells=tuple(cells), marker=marker)
        elif block.marker and (alone := outside(text, [block.marker], tags)):
            yield Block("paragraph", alone)
    yield from (Block("furniture", (tag,), rule=MARKUP) for tag in tags)
