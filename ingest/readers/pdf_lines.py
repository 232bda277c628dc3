"""Words of a page to lines, and the places where a line may be cut."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from statistics import median

from ingest.readers.pdf_words import Word

# Words whose base lines differ by less than this part of the type size stand on one line: a raised "th"
# differs by a third, and no lines are set closer than .8.
_ONE_LINE = 0.4
# Pieces of a word (a change of font within it) are closer than this part of the type size.
_GLUED = 0.11
# Words further apart than this part of the type size stand in different cells or columns, if anything says so.
CELL_GAP = 1.1


@dataclass(frozen=True)
class Line:
    """Words side by side, left to right."""

    words: tuple[Word, ...]

    @cached_property
    def x0(self) -> float:
        """Where it begins, in points from the left."""
        return self.words[0].x0

    @cached_property
    def x1(self) -> float:
        """Where it ends."""
        return max(w.x1 for w in self.words)

    @cached_property
    def top(self) -> float:
        """Where its tallest word begins, in points from the top."""
        return min(w.top for w in self.words)

    @cached_property
    def bottom(self) -> float:
        """Where its deepest word ends."""
        return max(w.bottom for w in self.words)

    @cached_property
    def base(self) -> float:
        """The base line of its largest word."""
        return max(self.words, key=lambda w: w.size).base

    @cached_property
    def size(self) -> float:
        """The type size most of its letters have."""
        sizes: dict[float, int] = {}
        for word in self.words:
            sizes[word.size] = sizes.get(word.size, 0) + len(word.text)
        return max(sizes, key=lambda s: (sizes[s], s))

    @cached_property
    def bold(self) -> bool:
        """Whether all its words are bold, numbers and signs aside."""
        return all(w.bold for w in self.words if any(c.isalpha() for c in w.text)) and any(w.bold for w in self.words)

    @cached_property
    def text(self) -> str:
        """Its words, one space between them; pieces of one word are put together."""
        parts = [self.words[0].text]
        for before, word in pairwise(self.words):
            glued = word.x0 - before.x1 < _GLUED * min(word.size, before.size)
            parts.append(word.text if glued else f" {word.text}")
        return "".join(parts)


def lines_of(words: Iterable[Word]) -> list[Line]:
    """Lines from top to bottom; words of one base line make one line, however far apart they are."""
    rows: list[list[Word]] = []
    base = size = 0.0
    for word in sorted(words, key=lambda w: w.base):
        if rows and word.base - base <= _ONE_LINE * max(size, word.size):
            rows[-1].append(word)
            if word.size > size:
                base, size = word.base, word.size
        else:
            rows.append([word])
            base, size = word.base, word.size
    return [Line(tuple(sorted(row, key=lambda w: w.x0))) for row in rows]


def pieces_of(line: Line, gap: float = CELL_GAP) -> list[Line]:
    """A line cut at every gap wider than a part of the type size."""
    cuts = [0]
    reach = line.words[0].x1
    for i, word in enumerate(line.words[1:], 1):
        if word.x0 - reach > gap * max(word.size, 6):
            cuts.append(i)
        reach = max(reach, word.x1)
    cuts.append(len(line.words))
    return [Line(line.words[a:b]) for a, b in pairwise(cuts)]


def usual_size(words: Sequence[Word]) -> float:
    """The type size of most letters; 10 where there are none."""
    sizes: dict[float, int] = {}
    for word in words:
        half_points = round(word.size * 2) / 2
        sizes[half_points] = sizes.get(half_points, 0) + len(word.text)
    return max(sizes, key=lambda s: (sizes[s], -s), default=10.0)


def usual_pitch(lines: Sequence[Line]) -> float:
    """The usual distance from one line to the next, as a part of the type size."""
    pitches = [
        (after.base - before.base) / after.size
        for before, after in pairwise(lines)
        if abs(after.size - before.size) < 0.3 and 0.8 * after.size < after.base - before.base < 2.2 * after.size
    ]
    return median(pitches) if pitches else 1.2
