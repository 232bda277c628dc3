"""Which items make a list, what leads it, and what is nested in what.

Covered: items under a lead-in, over page breaks and page furniture; items with paragraphs of explanation
between them; items nested by their indent or their bullet; dated entries under a label ("Milestones:",
"Quarter 2, 2018-19: …"); a date by itself that leads the items under it. Not covered: lists that are
only commas in a sentence.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from ingest.blocks import finished
from ingest.documents import Block
from ingest.lines import whole_line
from ingest.quotes import quote_at

_DATE = (
    r"(?:(?:by|in|from|until|during|before)\s+)?(?:the\s+)?(?:end\s+of\s+)?"
    r"(?:quarters?\s+\d(?:\s*(?:and|to|&|-|–)\s*\d)?,?\s+(?:of\s+)?)?"
    r"(?:(?:\d{1,2}\s+)?(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|spring|summer|autumn|winter)\s+)?"
    r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:\d{4}|\d\d))?"
)
DATED = re.compile(rf"(?P<date>{_DATE}):\s+(?=\S)", re.IGNORECASE)
DATE_ALONE = re.compile(rf"(?P<date>{_DATE}):?$", re.IGNORECASE)


_LONGEST_LEAD_IN = 12  # words, of one that does not end in a colon


def is_date_alone(words: str) -> bool:
    """Whether a piece of text is a date and no more: "Quarter 3, 2018-19:"."""
    return DATE_ALONE.match(words) is not None


def find_lists(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Group items with what leads them, and say how deep each is.

    Returns:
        The blocks, each item with its depth and group, each paragraph that leads a list with its group. What
        a reader says of a list stays; a list of which it knows no lead-in may be given one.
    """
    blocks = _dated_items(text, blocks)
    result = list(blocks)
    group: int | None = None
    lead: int | None = None  # where in `result` the last paragraph is
    led: dict[int, int] = {}  # the groups of a reader's lists that have got a lead-in
    stack: list[int] = []  # the columns of the lists that are open, outermost first
    for at, known in enumerate(blocks):
        block = replace(known, group=led[known.group]) if known.group in led else known
        result[at] = block
        if block.kind == "heading":
            group, lead, stack = None, None, []
        elif block.kind in ("row", "header", "entry"):
            lead = None
        elif block.kind == "paragraph":
            if block.group is None:
                lead = at
            stack = stack[:1]
        elif block.kind == "item" and block.group is not None:
            if (
                lead is not None
                and block.group == block.start
                and _leads(text, blocks[lead], open_list=group is not None)
            ):
                led[block.start] = blocks[lead].start
                result[lead] = replace(blocks[lead], group=blocks[lead].start)
                result[at] = replace(block, group=blocks[lead].start)
            group, lead, stack = result[at].group, None, []
        elif block.kind == "item":
            if lead is not None and _leads(text, blocks[lead], open_list=group is not None):
                group, stack = blocks[lead].start, []
                result[lead] = replace(blocks[lead], group=group)
            elif group is None:
                group = block.start
            lead = None
            stack = _nested(stack, _column(text, block))
            result[at] = replace(block, group=group, depth=len(stack))
    return result


def _leads(text: str, block: Block, *, open_list: bool) -> bool:
    """Whether a paragraph leads the items after it: any does, but for one that explains an item of a list."""
    words = quote_at(text, block.spans).rstrip("*")
    short = len(words.split()) <= _LONGEST_LEAD_IN
    return not open_list or words.endswith(":") or bool(DATE_ALONE.match(words)) or (short and not finished(words))


def _nested(stack: Sequence[int], column: int) -> list[int]:
    """The columns open at an item: those left of it, and its own."""
    return [*(c for c in stack if c < column - 1), column]


def _column(text: str, block: Block) -> int:
    """How far in an item's first character stands; one and the same for lists whose bullets are lost."""
    if block.marker is None:
        return 0
    return block.marker[0] - whole_line(text, *block.marker)[0]


def _dated_items(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Make items of the paragraphs under a label that begin with a date and a colon."""
    result: list[Block] = []
    under_label = False
    for block in blocks:
        if block.kind == "heading":
            under_label = quote_at(text, block.spans).endswith(":")
        dated = block.kind == "paragraph" and under_label and DATED.match(quote_at(text, block.spans))
        result.append(replace(block, kind="item") if dated else block)
    return result
