"""Which blocks are headings, how deep each is, and which section a place is in."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from ingest.documents import Block, Section
from ingest.furniture import contents_titles
from ingest.lines import NUMBERED_HEADING, split_lines
from ingest.quotes import quote_at
from ingest.tables import CAPTION

_LONGEST_HEADING = 110  # characters
_LONGEST_NUMBERED = 200  # characters of a heading with a number
_LONGEST_LABEL = 3  # words of "Milestones:" and the like
_SHORTEST_RUN = 4  # bare headings in a row that are no headings
_DATED_LABEL = re.compile(r"[^:]*\d[^:]*:\s")  # "Quarter 3, 2018-19: …" opens a sentence
_FIELD = re.compile(r"[^:\d]{1,40}: [A-Z\d]")  # "Report author: Raymond Marshall"
_SHORTEST_LISTED = 12  # characters of a title in the contents that a longer heading may begin with
_NOT_A_HEADING_END = frozenset(".:;,!-–")


def mark_headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Turn the paragraphs that are headings into headings with their depth.

    A heading is a short paragraph by itself, begun with a capital or a number and not ended as a
    sentence is, with words under it. A short line that ends in a colon and has no list under it is a
    label, one deeper than the heading over it. A number gives the depth ("3.2" is 2, "B." is 1); a
    heading without one is one deeper than the numbered heading over it, or 1 if the table of contents
    lists it. Four bare headings and more in a row head nothing, and a bare heading with nothing under it
    is a paragraph.
    """
    bare_runs = _runs_of_bare(text, blocks)
    listed = contents_titles(split_lines(text))
    marked: list[Block] = []
    numbered = 0  # the depth of the last numbered heading
    above = 0  # the depth of the last heading that is not a label
    worded = [i for i, b in enumerate(blocks) if b.kind not in ("furniture", "footnote")]
    following = dict(zip(worded, [*worded[1:], None], strict=False)) if worded else {}
    for i, block in enumerate(blocks):
        after = following.get(i)
        if block.kind == "heading":  # the reader knows it
            above = block.depth
            numbered = above if _number_depth(quote_at(text, block.spans)) else numbered
            marked.append(block)
            continue
        if block.kind != "paragraph" or after is None or i in bare_runs:
            marked.append(block)
            continue
        whole, under = _with_number(block), blocks[after]
        words = quote_at(text, whole.spans)
        if _is_label(words, block, under):
            marked.append(replace(block, kind="heading", depth=above + 1))
        elif _is_heading(words, block) and not text[under.start].islower() and not _of_a_figure(text, marked):
            depth = _number_depth(words)
            numbered = depth or (0 if _is_listed(words, listed) else numbered)
            above = depth or numbered + 1
            marked.append(replace(whole, kind="heading", depth=above))
        else:
            marked.append(block)
    return _without_empty(text, marked, listed)


def mark_labels(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Turn the labels ("Milestones:") among the paragraphs of a marked-up text into headings.

    A label is one deeper than the heading over it.
    """
    result = list(blocks)
    above = 0
    worded = [i for i, b in enumerate(blocks) if b.kind not in ("furniture", "footnote")]
    for i, after in pairwise(worded):
        block = blocks[i]
        if block.kind == "heading":
            above = block.depth
        elif (
            block.kind == "paragraph"
            and block.group is None
            and blocks[after].group is None
            and not quote_at(text, blocks[after].spans).endswith(":")
            and _is_label(quote_at(text, block.spans), block, blocks[after])
        ):
            result[i] = replace(block, kind="heading", depth=above + 1)
    return result


def _of_a_figure(text: str, before: Sequence[Block]) -> bool:
    """Whether a bare piece stands right under the name of a figure or table, and so is a part of it."""
    last = next((block for block in reversed(before) if block.kind != "furniture"), None)
    return (
        last is not None and last.kind in ("paragraph", "caption") and bool(CAPTION.match(quote_at(text, last.spans)))
    )


def _with_number(block: Block) -> Block:
    """The block with the number before it as a part of it, as a heading's is."""
    if block.marker is None:
        return block
    return replace(block, spans=(block.marker, *block.spans), marker=None)


def _is_listed(words: str, listed: set[str]) -> bool:
    """Whether the table of contents lists a heading, or the beginning of it."""
    lower = words.lower()
    return lower in listed or any(lower[:n] in listed for n in range(_SHORTEST_LISTED, _LONGEST_NUMBERED))


def _without_empty(text: str, blocks: Sequence[Block], listed: set[str]) -> list[Block]:
    """Take for paragraphs the bare headings with nothing under them, so that their words are in a passage.

    A signature is one: a name and an office, and then the next chapter. A numbered heading stays one, and
    so do the first, which is the title, and one that the contents list.
    """
    worded = [block for block in blocks if block.kind != "furniture"]
    title = next((block.start for block in worded if block.kind == "heading"), None)
    empty = {
        block.start
        for block, after in pairwise(worded)
        if block.kind == "heading"
        and block.start != title
        and after.kind == "heading"
        and after.depth <= block.depth
        and not _number_depth(quote_at(text, block.spans))
        and not _is_listed(quote_at(text, block.spans), listed)
    }
    return [replace(b, kind="paragraph", depth=0) if b.start in empty and b.kind == "heading" else b for b in blocks]


def find_sections(text: str, blocks: Sequence[Block]) -> tuple[Section, ...]:
    """The sections that headings make, from the first character of the text to the last."""
    sections: list[Section] = []
    path: list[tuple[int, str]] = []
    start = 0
    for block in blocks:
        if block.kind != "heading":
            continue
        if block.start > start:
            sections.append(Section(tuple(h for _, h in path), start, block.start))
            start = block.start
        path = [*((d, h) for d, h in path if d < block.depth), (block.depth, quote_at(text, block.spans).rstrip(": "))]
    if start < len(text):
        sections.append(Section(tuple(h for _, h in path), start, len(text)))
    return tuple(sections)


def _runs_of_bare(text: str, blocks: Sequence[Block]) -> set[int]:
    """The places of bare headings of which so many follow each other that none is a heading."""
    run: list[int] = []
    found: set[int] = set()
    for i, block in enumerate([*blocks, None]):
        words = quote_at(text, block.spans) if block and block.kind == "paragraph" else ""
        if block and words and block.marker is None and _is_heading(words, block) and not _number_depth(words):
            run.append(i)
            continue
        if len(run) >= _SHORTEST_RUN:
            found.update(run)
        run = []
    return found


def _is_heading(words: str, block: Block) -> bool:
    if len(words) > _LONGEST_NUMBERED or (not block.isolated and not NUMBERED_HEADING.match(words)):
        return False
    if _spells_out(words) or words.count("(") != words.count(")") or words[0] in "¹²³⁴⁵⁶⁷⁸⁹":
        return False
    if _DATED_LABEL.match(words) and not NUMBERED_HEADING.match(words):
        return False
    tokens = words.split()
    figures = sum(1 for t in tokens if t[0].isdigit())
    if _FIELD.match(words) or CAPTION.match(words):
        return False
    return (
        len(words) <= (_LONGEST_NUMBERED if block.isolated and _number_depth(words) else _LONGEST_HEADING)
        and words[-1] not in _NOT_A_HEADING_END
        and (words[0].isupper() or words[0].isdecimal())
        and any(c.isalpha() for c in words)
        and 2 * figures <= len(tokens)
    )


def _spells_out(words: str) -> bool:
    """Whether this is a term of a glossary with its meaning: "ANPR Automatic Number Plate Recognition"."""
    term, _, meaning = words.partition(" ")
    letters = term.rstrip("s")
    if not (len(letters) > 1 and letters.isupper() and letters.isalpha() and meaning):
        return False
    initials = iter("".join(w[0] for w in re.findall(r"[^\W\d_]+", meaning)).upper())
    return all(letter in initials for letter in letters)


def _is_label(words: str, block: Block, under: Block) -> bool:
    return (
        words[-1] == ":"
        and len(words.split()) <= _LONGEST_LABEL
        and words[0].isupper()
        and under.kind == "paragraph"
        and block.isolated
    )


def _number_depth(words: str) -> int:
    """The depth that a heading's number says, or 0 without a number."""
    found = NUMBERED_HEADING.match(words)
    if not found:
        return 0
    return 1 if found["letter"] else found["number"].count(".") + 1
