"""The reading order of a page: which words stand in which column, and which column comes first.

A gutter is a white strip with text on both sides over several lines. The page is cut at the strip of
most lines: what stands above those lines, the column on its left, the one on its right, and what stands
below; each part is cut again in the same way. A line that runs over the strip (a heading, a table as
wide as the page) ends it. Aligned short cells make white strips too; those are left whole, as tables.

Covered: columns of any number and width, with anything as wide as the page above, between or below
them; a short heading over both columns. Not covered: text that flows around a picture's outline.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import mean, median

from ingest.readers.pdf_lines import Line, lines_of, pieces_of, usual_size
from ingest.readers.pdf_words import Word

_NARROWEST_GUTTER = 0.65  # of the type size; a space between words in the loosest justified line is rarely wider
_FEWEST_LINES = 3
_MOST_TRIED = 12
_MOST_KNOWN = 8
_LONGEST_WORD = 30
_DEEPEST = 12  # a page cut twelve times over is no page of columns
# Columns of prose have this many words on a line, and cells of a table fewer.
_WORDS_OF_PROSE = 2.5
_WORDS_OF_JUSTIFIED = 2.0
_MOST_FLUSH = 0.6  # of the lines of a justified column: the last of each paragraph is not


@dataclass(frozen=True, slots=True)
class _Gutter:
    """A white strip: its edges, and the lines it parts (first, and after the last)."""

    x0: float
    x1: float
    first: int
    after: int
    lines: int  # on the side that has fewer


def in_columns(words: Sequence[Word], known: list[float]) -> list[list[Word]]:
    """Put a page's words in regions of one column, in the order they are read.

    Args:
        words: Of the page.
        known: Where the right columns of this page and those before it begin; what is found here is added.
            There, a line or two of a column (its end at the head of a page) is seen to be one.
    """
    before = list(known)
    regions = _cut(words, known, 0)
    return regions if known == before else _cut(words, known, 0)


def _cut(words: Sequence[Word], known: list[float], depth: int) -> list[list[Word]]:
    lines = lines_of(words)
    gutter = _best_gutter(lines, known) if depth < _DEEPEST else None
    if gutter is None:
        return [list(words)] if words else []
    if all(abs(gutter.x1 - x) > 1 for x in known):
        known[:] = [*known[1 - _MOST_KNOWN :], gutter.x1]
    middle = (gutter.x0 + gutter.x1) / 2
    inside = [w for line in lines[gutter.first : gutter.after] for w in line.words]
    parts = (
        [w for line in lines[: gutter.first] for w in line.words],
        [w for w in inside if w.x0 < middle],
        [w for w in inside if w.x0 >= middle],
        [w for line in lines[gutter.after :] for w in line.words],
    )
    return [region for part in parts if part for region in _cut(part, known, depth + 1)]


def _best_gutter(lines: Sequence[Line], known: Sequence[float]) -> _Gutter | None:
    """The white strip between columns of prose that parts the most lines."""
    if not lines:
        return None
    size = usual_size([w for line in lines for w in line.words])
    least = max(_NARROWEST_GUTTER * size, 5.0)
    found = [g for x in _right_edges(lines, least) for g in _strips_at(lines, x, least, _FEWEST_LINES)]
    found += [g for x in known for g in _strips_at(lines, x, least, 1)]
    for gutter in sorted(found, key=lambda g: (-g.lines, g.first, g.x0))[:_MOST_TRIED]:
        fewest = 1 if gutter.x1 in known else _FEWEST_LINES
        trimmed = _trimmed(lines, gutter, fewest)
        if trimmed and _parts_prose(lines, trimmed):
            return trimmed
    return None


def _right_edges(lines: Sequence[Line], least: float) -> list[float]:
    """Where words begin after a gap, or at the beginning of a line, on several lines."""
    starts: Counter[int] = Counter()
    if len(lines) < _FEWEST_LINES:
        return []
    left = min(line.x0 for line in lines)
    for line in lines:
        reach = left
        for word in line.words:
            if word.x0 - reach >= least:
                starts[round(word.x0)] += 1
            reach = max(reach, word.x1)
    near = {x: starts[x - 1] + starts[x] + starts[x + 1] for x in starts}
    often = sorted((x for x in near if near[x] >= _FEWEST_LINES), key=lambda x: (-near[x], x))
    return [x - 1.0 for x in often[:_MOST_TRIED]]


def _strips_at(lines: Sequence[Line], x: float, least: float, fewest: int) -> list[_Gutter]:
    """Every run of lines that leave a strip just left of x white, with enough lines on both sides."""
    strips: list[_Gutter] = []
    first = 0
    for i in range(len(lines) + 1):
        crossed = i == len(lines) or any(_crosses(w, x - least, x) for w in lines[i].words)
        if not crossed:
            continue
        if i - first >= fewest:
            on_left = sum(1 for line in lines[first:i] if line.words[0].x0 < x)
            on_right = sum(1 for line in lines[first:i] if line.words[-1].x0 >= x - 0.2)
            if min(on_left, on_right) >= fewest:
                strips.append(_Gutter(x - least, x, first, i, min(on_left, on_right)))
        first = i + 1
    return strips


def _crosses(word: Word, x0: float, x1: float) -> bool:
    """Whether a word lies in a strip. An address that is too long for its column says nothing."""
    return word.x0 < x1 - 0.2 and word.x1 > x0 and not (len(word.text) > _LONGEST_WORD and "/" in word.text)


def _sides(lines: Sequence[Line], gutter: _Gutter) -> tuple[list[Line], list[Line]]:
    middle = (gutter.x0 + gutter.x1) / 2
    words = [w for line in lines[gutter.first : gutter.after] for w in line.words]
    return lines_of(w for w in words if w.x0 < middle), lines_of(w for w in words if w.x0 >= middle)


def _trimmed(lines: Sequence[Line], gutter: _Gutter, fewest: int) -> _Gutter | None:
    """The strip without lines that are no part of the columns; None if too few are left.

    A short heading over both columns leaves the strip white. It stands alone at its height, in larger
    or bolder type. So may the lines after a shorter right column, where text as wide as the page follows.
    """
    left, right = _sides(lines, gutter)
    if not left or not right:
        return None
    after = gutter.after
    body = median(line.size for line in left + right)
    for i in range(gutter.first + 1, gutter.after):
        line = lines[i]
        heading = line.size > 1.12 * body and line.words[-1].x0 < gutter.x1
        if heading and not _beside(right, line.top - 0.8 * line.size, line.bottom + 0.5 * line.size):
            after = i
            break
    if after == gutter.after and after < len(lines):
        after = _before_what_follows(lines, gutter, right[-1].bottom)
    first = _after_last_line(lines, gutter, right[0].top)
    cut = _Gutter(gutter.x0, gutter.x1, first, after, gutter.lines)
    left, right = _sides(lines, cut)
    if min(len(left), len(right)) < fewest and after != gutter.after:
        cut = _Gutter(gutter.x0, gutter.x1, after, gutter.after, gutter.lines)
        left, right = _sides(lines, cut)
    if min(len(left), len(right)) < fewest or left[0].top > right[-1].bottom or right[0].top > left[-1].bottom:
        return None
    return cut


def _after_last_line(lines: Sequence[Line], gutter: _Gutter, right_begins: float) -> int:
    """Where the columns begin, if a short last line of the text above them leaves the strip white too."""
    first = gutter.first
    while 0 < first < gutter.after and lines[first].words[-1].x0 < gutter.x1:
        line = lines[first]
        if line.bottom > right_begins or line.base - lines[first - 1].base > 1.35 * line.size:
            break
        first += 1
    return first if first - gutter.first < _FEWEST_LINES else gutter.first


def _beside(lines: Sequence[Line], top: float, bottom: float) -> bool:
    return any(line.bottom > top and line.top < bottom for line in lines)


def _before_what_follows(lines: Sequence[Line], gutter: _Gutter, right_ends: float) -> int:
    """Where the columns end, if the last lines on the left belong to the text below them.

    They do if they stand below the right column, and further from the line before than any others do.
    """
    left, _ = _sides(lines, gutter)
    for i in range(gutter.first + 1, gutter.after):
        line, gap = lines[i], lines[i].base - lines[i - 1].base
        if line.top > right_ends:
            others = [b.base - a.base for a, b in pairwise(left) if b.top <= right_ends]
            if gap > 1.15 * max([*others, 1.4 * line.size]):
                return i
    return gutter.after


def _parts_prose(lines: Sequence[Line], gutter: _Gutter) -> bool:
    """Whether both sides are columns to be read one after the other, and not cells of a table."""
    sides = _sides(lines, gutter)
    if _same_blocks(*sides):
        return False
    return all(_justified(side) for side in sides) or all(
        mean(len(p.words) for line in side for p in pieces_of(line)) >= _WORDS_OF_PROSE for side in sides
    )


def _justified(lines: Sequence[Line]) -> bool:
    """Whether lines of several words end at one right edge, as justified prose does and names of rows do not.

    Justified narrow columns have gaps as wide as those between cells.
    """
    right = max(line.x1 for line in lines)
    flush = sum(1 for line in lines if right - line.x1 < 2)
    return flush >= _MOST_FLUSH * len(lines) and mean(len(line.words) for line in lines) >= _WORDS_OF_JUSTIFIED


def _same_blocks(left: Sequence[Line], right: Sequence[Line]) -> bool:
    """Whether both sides are cut by white at the same heights, three times or more, as a table's rows are."""
    tops = [_block_tops(side) for side in (left, right)]
    if min(len(t) for t in tops) < _FEWEST_LINES:
        return False
    fewer, more = sorted(tops, key=len)
    same = sum(1 for y in fewer if any(abs(y - z) < 2 for z in more))
    return same >= 0.9 * len(more)


def _block_tops(lines: Sequence[Line]) -> list[float]:
    pitches = [b.base - a.base for a, b in pairwise(lines)]
    if not pitches:
        return [line.base for line in lines]
    tight = min(pitches)
    return [lines[0].base, *(b.base for b, pitch in zip(lines[1:], pitches, strict=True) if pitch > 1.25 * tight)]
