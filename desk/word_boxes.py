"""Which of the words drawn on a page a stretch of the page's text is, and so where it stands.

The text has the page's words in reading order, words that the end of a line cut made whole; the page has them in the
order of its file. Of all ways to find the text's words among the drawn ones the best is taken: the one that most often
goes from a word to the next of the file, the next on its line or the first of the line below, and seldom jumps.

Covered: columns, tables drawn row by row or column by column, words cut by a hyphen, words that the page says twice.
Not covered: words that are drawn as a picture.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from ingest import Span
from ingest.readers.pdf_picture import PlacedWord

_JUMP = 3.0  # what it costs to go to any word of the page; a neighbour costs less than 1
_FAR = 1.0  # and what the length of the page adds to that
_CELL = 1.2  # parts of a line's height: a wider gap may be one between cells or columns
_ONE_LINE = 0.5  # of the lower of two words' heights that they share at least
_JOINED = 0.8  # parts of a line's height: boxes of words nearer than this are drawn as one
# What no page made to be read has, and what would take for ever to look through.
_MOST_WORDS = 20_000
_LONGEST_WORD = 200  # characters
_MOST_PARTS = 5  # of one word
_WORD = re.compile(r"\S+")


class Box(NamedTuple):
    """A box on a page, in parts of its width and height from the left and from the top."""

    left: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class _Way:
    """The best way so far that ends in a chain of drawn words.

    Attributes:
        cost: Of all its steps.
        chain: The places of the drawn words that the last word of the text is.
        before: The way to the word before, or None.
        word: Which word of the text that is.
    """

    cost: float
    chain: tuple[int, ...]
    before: "_Way | None"
    word: int


def place_words(text: str, drawn: Sequence[PlacedWord]) -> dict[Span, tuple[int, ...]]:
    """Find the words of a page's text among those that are drawn on it.

    Args:
        text: The page's text.
        drawn: Its words.

    Returns:
        For each word of the text that is found, by its span, the places in ``drawn`` of the words or parts of a word
        that it is. Of a page of more words than any page has, none.
    """
    if len(drawn) > _MOST_WORDS:
        return {}
    page = _Page(drawn)
    tokens = [match.span() for match in _WORD.finditer(text)]
    ways: dict[int, _Way] = {}  # by the drawn word they begin with
    for at, (start, end) in enumerate(tokens):
        chains = list(page.chains(_plain(text[start:end])))
        if chains:
            apart = "\t" in text[tokens[at - 1][1] : start] if at else False
            ways = page.gone_on(ways, chains, at, apart=apart)
    found: dict[Span, tuple[int, ...]] = {}
    way = min(ways.values(), key=lambda w: w.cost, default=None)
    while way:
        found[tokens[way.word]] = way.chain
        way = way.before
    return dict(sorted(found.items()))


def boxes_over(
    drawn: Sequence[PlacedWord], places: Mapping[Span, Sequence[int]], spans: Sequence[Span], size: tuple[float, float]
) -> list[Box]:
    """The boxes over the words that some spans of a page's text touch, one for words side by side.

    Args:
        drawn: The page's words.
        places: Which of them each word of the text is, as ``place_words`` says.
        spans: Of the page's text.
        size: The page's width and height in points.
    """
    chosen = [
        drawn[i]
        for (start, end), chain in places.items()
        if any(start < e and end > s for s, e in spans)
        for i in chain
    ]
    joined: list[PlacedWord] = []
    for word in chosen:
        last = joined[-1] if joined else None
        if last and _on_one_line(last, word) and -1 < word.x0 - last.x1 < _JOINED * _height(word):
            top, bottom = min(last.top, word.top), max(last.bottom, word.bottom)
            joined[-1] = PlacedWord("", last.x0, top, max(last.x1, word.x1), bottom)
        else:
            joined.append(word)
    width, height = size
    return [Box(w.x0 / width, w.top / height, (w.x1 - w.x0) / width, (w.bottom - w.top) / height) for w in joined]


class _Page:
    """The drawn words of a page, found by their letters, and which may follow which."""

    def __init__(self, drawn: Sequence[PlacedWord]) -> None:
        self._drawn = drawn
        self._letters = [_plain(word.text) for word in drawn]
        self._named: dict[str, list[int]] = defaultdict(list)
        for i, letters in enumerate(self._letters):
            if letters:
                self._named[letters].append(i)
        self._height = max((w.bottom for w in drawn), default=1.0)
        self._right, self._below = _neighbours(drawn)

    def chains(self, word: str) -> Iterator[tuple[int, ...]]:
        """Each run of drawn words that reads as a word of the text, or begins with a part that a page break cut off."""
        for i in self._named.get(word, ()):
            yield (i,)
        if len(word) > _LONGEST_WORD:
            return
        for cut in range(len(word) - 1, 0, -1):
            for first in (word[:cut], f"{word[:cut]}-"):
                for i in self._named.get(first, ()):
                    yield from self._completed((i,), word[cut:])

    def _completed(self, chain: tuple[int, ...], rest: str) -> Iterator[tuple[int, ...]]:
        """The chains that go on with the rest of a word. One cut by a hyphen may end with the page."""
        last = chain[-1]
        followers = {f for f, _ in self._followers(last, apart=False) if f not in chain and len(chain) < _MOST_PARTS}
        complete = False
        for i in sorted(followers):
            letters = self._letters[i]
            if letters == rest:
                complete = True
                yield (*chain, i)
            elif letters and rest.startswith(letters):
                yield from self._completed((*chain, i), rest[len(letters) :])
            elif letters.endswith("-") and rest.startswith(letters[:-1]) and len(letters) > 1:
                yield from self._completed((*chain, i), rest[len(letters) - 1 :])
        if not complete and len(chain) == 1 and self._letters[last].endswith("-") and rest[:1].isalpha():
            yield chain

    def gone_on(
        self, ways: Mapping[int, _Way], chains: Sequence[tuple[int, ...]], word: int, *, apart: bool
    ) -> dict[int, _Way]:
        """The best way to each of the chains that the next word of the text may be.

        Args:
            ways: The best ways to the word before.
            chains: What the word may be.
            word: Which word of the text it is.
            apart: Whether it stands in another cell than the one before.
        """
        best = min(ways.values(), key=lambda w: w.cost, default=None)
        near: dict[int, tuple[float, _Way]] = {}
        for way in ways.values():
            for follower, cost in self._followers(way.chain[-1], apart=apart):
                total = way.cost + cost
                if follower not in near or total < near[follower][0]:
                    near[follower] = (total, way)
        found: dict[int, _Way] = {}
        for chain in chains:
            jumped = (best.cost + _JUMP + self._far(best.chain[-1], chain[0]), best) if best else (0.0, None)
            cost, before = min(near.get(chain[0], jumped), jumped, key=lambda option: option[0])
            if chain[0] not in found or cost < found[chain[0]].cost:
                found[chain[0]] = _Way(cost, chain, before, word)
        return found

    def _followers(self, i: int, *, apart: bool) -> Iterator[tuple[int, float]]:
        """The words that may come after one, each with what that costs."""
        right = self._right.get(i)
        if right is not None:
            close = self._drawn[right].x0 - self._drawn[i].x1 < _CELL * _height(self._drawn[i])
            yield right, 0.0 if close or apart else 0.5
        if i in self._below:
            yield self._below[i], 0.2
        if i + 1 < len(self._drawn):
            yield i + 1, 0.4 if apart else 0.1

    def _far(self, before: int, after: int) -> float:
        """How far apart two words are, upwards counting a little more: text goes on below."""
        down = (self._drawn[after].top - self._drawn[before].top) / self._height
        return _FAR * (down if down >= 0 else 0.1 - down)


def _neighbours(drawn: Sequence[PlacedWord]) -> tuple[dict[int, int], dict[int, int]]:
    """For each word the next on its line, and for the last of a line or a cell the first of the line below it."""
    lines: list[list[int]] = []
    for i in sorted(range(len(drawn)), key=lambda i: (drawn[i].top + drawn[i].bottom) / 2):
        if lines and _on_one_line(drawn[lines[-1][0]], drawn[i]):
            lines[-1].append(i)
        else:
            lines.append([i])
    right: dict[int, int] = {}
    parts: list[list[int]] = []  # lines cut where cells or columns may part, from top to bottom
    for line in lines:
        line.sort(key=lambda i: drawn[i].x0)
        parts.append([line[0]])
        for before, after in pairwise(line):
            right[before] = after
            if drawn[after].x0 - drawn[before].x1 < _CELL * _height(drawn[before]):
                parts[-1].append(after)
            else:
                parts.append([after])
    below: dict[int, int] = {}
    for at, part in enumerate(parts):
        under = next((p for p in parts[at + 1 :] if _is_under(drawn, part, p)), None)
        if under:
            below[part[-1]] = under[0]
    return right, below


def _is_under(drawn: Sequence[PlacedWord], part: Sequence[int], other: Sequence[int]) -> bool:
    """Whether a part of a line stands under another: lower, and one over the other."""
    if _on_one_line(drawn[part[0]], drawn[other[0]]):
        return False
    return drawn[other[0]].x0 < drawn[part[-1]].x1 and drawn[other[-1]].x1 > drawn[part[0]].x0


def _on_one_line(a: PlacedWord, b: PlacedWord) -> bool:
    return min(a.bottom, b.bottom) - max(a.top, b.top) > _ONE_LINE * min(_height(a), _height(b))


def _height(word: PlacedWord) -> float:
    return max(word.bottom - word.top, 0.1)


def _plain(word: str) -> str:
    """A word as it is compared: composed, a soft hyphen at its end a hyphen, others gone."""
    composed = unicodedata.normalize("NFC", word)
    return (f"{composed[:-1]}-" if composed.endswith("\u00ad") else composed).replace("\u00ad", "")
