"""Which blocks are footnotes.

Covered: paragraphs that open with a superscript digit, also broken in two; numbered notes under a
heading that says so; the link back to the text that web pages print after a note. Not covered: notes
that only a smaller type tells from the text.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.documents import Block
from ingest.furniture import SITE
from ingest.quotes import quote_at

_MARK = re.compile(r"[¹²³⁴⁵⁶⁷⁸⁹][⁰¹²³⁴⁵⁶⁷⁸⁹]?\s*")
_NOTES = re.compile(r"(?:foot|end)?notes\W*$|references\W*$", re.IGNORECASE)
_BACK = re.compile(r"(?<!\s)\s*(?:\[back\]|↩\S?|\^ ?back)$", re.IGNORECASE)


def mark_footnotes(text: str, blocks: Sequence[Block], *, only_paragraphs: bool = False) -> list[Block]:
    """Turn the blocks that are footnotes into footnotes, their number or sign as the marker.

    Args:
        text: The text.
        blocks: Its blocks.
        only_paragraphs: Whether items are items, as a reader says.
    """
    kinds = ("paragraph",) if only_paragraphs else ("paragraph", "item")
    result: list[Block] = []
    under_notes = False
    for block in blocks:
        if block.kind == "heading":
            under_notes = bool(_NOTES.match(quote_at(text, block.spans)))
        found = _MARK.match(text, block.start) if block.kind in kinds and not block.marker else None
        if found and found.end() < block.spans[0][1]:
            spans = ((found.end(), block.spans[0][1]), *block.spans[1:])
            mark = (block.start, block.start + len(found[0].rstrip()))
            result.append(replace(block, kind="footnote", spans=spans, marker=mark))
        elif under_notes and block.kind in kinds and block.marker:
            result.extend(_without_link_back(text, replace(block, kind="footnote")))
        else:
            result.append(block)
    return result


def _without_link_back(text: str, note: Block) -> Iterable[Block]:
    start, end = note.spans[-1]
    found = _BACK.search(text, start, end)
    if not found or found.start() == start:
        return [note]
    link = Block("furniture", ((found.end() - len(found[0].strip()), found.end()),), rule=SITE)
    return [replace(note, spans=(*note.spans[:-1], (start, found.start()))), link]
