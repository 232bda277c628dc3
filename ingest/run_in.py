"""Words that run into the paragraph after them: its heading, or the caption of a picture before it.

Covered: a heading in sentence case before a sentence that opens with a word that opens sentences
("Hate crime Targeting an individual …"), in a text that has several; "… image", "… photo" and the like
glued to a capital. Not covered: a heading before a proper name that stands nowhere else as a phrase.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from ingest.documents import Block
from ingest.furniture import PICTURE
from ingest.quotes import fold_spans

_FEWEST = 3  # such headings in a text: one alone is more likely an odd sentence
_LONGEST = 14  # words
_SHORTEST_PARAGRAPH = 15  # words
_PICTURE = re.compile(r"\S(?:[^.!?\n]{0,60}?)\b(?:image|photo|photograph|picture|logo|icon|graphic)(?=[A-Z][a-z])")
# A phrase between separators: an item of a list run together on a line, or a table's cell.
_LISTED = re.compile(r"(?<=[;:\t>]) ?([^;:\t<>\n]+?) ?(?=[;\t<])")
# What opens a sentence in the middle of a line if it has a capital: no name begins with these.
_OPENERS = frozenset(
    """
    A An The This These That Those We Our You Your They Their It Its He She There Here In On At As By For From With
    Within Over Under Since Through To All Each Every Both Any Some Many Most Although Though Despite Because If When
    While Whilst Where Following After Before During Until However Therefore Currently Nationally Locally Not No
    """.split()
)
# A heading has no finite verb, so a piece with one of these is a sentence begun.
_FINITE = frozenset(
    "is are was were has have had will would can could must should shall may might does do did been be being".split()
)
_JOINS = frozenset("a an and as at by for from in into of on or the to with which who that this".split())


def split_run_in(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Cut run-in headings and pictures' captions off the paragraphs they open.

    Such a heading is one deeper than the heading before it that stands on a line of its own.
    """
    blocks = list(_without_pictures(text, blocks))
    cuts = {i: cut for i, block in enumerate(blocks) if (cut := _heading_end(text, block))}
    if len(cuts) < _FEWEST:
        return blocks
    listed = {found[1].lower() for found in _LISTED.finditer(text)}
    result: list[Block] = []
    above = 0
    for i, block in enumerate(blocks):
        above = block.depth if block.kind == "heading" else above
        cut = cuts.get(i) or _listed_elsewhere(text, block, listed)
        result.extend(_cut(text, block, cut, above + 1) if cut else [block])
    return result


def _without_pictures(text: str, blocks: Iterable[Block]) -> Iterable[Block]:
    for block in blocks:
        found = _PICTURE.match(text, block.start, block.end) if block.kind == "paragraph" else None
        if not found:
            yield block
            continue
        yield Block("furniture", ((block.start, found.end()),), rule=PICTURE)
        yield replace(block, spans=((found.end(), block.spans[0][1]), *block.spans[1:]))


def _heading_end(text: str, block: Block) -> int:
    """Where in a paragraph's folded text the heading that opens it ends; 0 where there is none."""
    if block.kind != "paragraph" or block.marker is not None:
        return 0
    folded = fold_spans(text, block.spans).text
    words = list(re.finditer(r"\S+", folded))
    if len(words) < _SHORTEST_PARAGRAPH or not words[0][0][0].isupper() or words[0][0] in _OPENERS:
        return 0
    gerund = 0
    for at in range(1, min(_LONGEST + 1, len(words) - 1)):
        before, word = words[at - 1][0], words[at][0]
        if before.lower() in _FINITE or before[-1] in ".,;:?!*" or before[0] in "‘'\"“":
            break
        if before.lower() in _JOINS or not word[0].isupper():
            continue
        if word.rstrip(",") in _OPENERS:
            return words[at].start()
        sentence_case = at == 1 or before[0].islower() or before[0] == "("
        if not gerund and word.endswith("ing") and sentence_case and words[at + 1][0][0].islower():
            gerund = words[at].start()
    return gerund


def _listed_elsewhere(text: str, block: Block, listed: set[str]) -> int:
    """As ``_heading_end``, where the words before a name are listed elsewhere between separators."""
    if block.kind != "paragraph":
        return 0
    folded = fold_spans(text, block.spans).text
    words = list(re.finditer(r"\S+", folded))
    if len(words) < _SHORTEST_PARAGRAPH:
        return 0
    for at in range(2, min(_LONGEST + 1, len(words) - 1)):
        if words[at - 1][0].lower() in _FINITE or words[at - 1][0][-1] in ".,;:?!":
            return 0
        if not words[at][0][0].isupper() or words[at - 1][0].lower() in _JOINS:
            continue
        if folded[: words[at].start()].strip().lower() in listed:
            return words[at].start()
    return 0


def _cut(text: str, block: Block, cut: int, depth: int) -> list[Block]:
    folded = fold_spans(text, block.spans)
    return [
        Block("heading", folded.spans_of(0, cut), depth=depth, isolated=False),
        replace(block, spans=folded.spans_of(cut, len(folded.text)), isolated=False),
    ]
