"""What is printed on page after page: running heads and feet, and printed page numbers.

A line is furniture when it stands in the top or bottom margin band and the same line, its digits
masked, stands at the same height on three pages or more and on half of the pages of the document (or of
its left, or its right, pages); or when it is, or begins or ends with, a page number that keeps count with
the pages on three of them or more. A line
that stands anywhere else, or on fewer pages, is content.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.readers.pdf_lines import Line, pieces_of

RUNNING = "running head or foot"
PAGE_NUMBER = "printed page number"
_BAND = 0.13  # of the page's height, at the top and at the foot: an inch and a half of A4
_MOST_LINES = 3  # of a running head
_FEWEST_PAGES = 3
_DIGITS = re.compile(r"\d+|\b[ivxlc]+\b")
_NUMBER_ALONE = re.compile(r"(?:page\s)?[-–|\s]*(\d{1,4}|[ivxlc]{1,7})[-–|\s]*(?:(?:of|/)\s*\d{1,4})?", re.IGNORECASE)
_NUMBER_AT_END = re.compile(r"(?:^|[\s|])(\d{1,4}|[ivxlc]{1,7})(?:\s+(?:of|/)\s*\d{1,4})?$")
_NUMBER_AT_START = re.compile(r"^(\d{1,4}|[ivxlc]{1,7})(?:[\s|])")


@dataclass(frozen=True, slots=True)
class Furniture:
    """A line of page furniture: the line, why it is furniture, the page number it prints (or None)."""

    line: Line
    rule: str
    label: str | None


def find_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Furniture]]:
    """The furniture of each page.

    Args:
        pages: The lines of each page, top to bottom.
        heights: Of the pages, in points.

    Returns:
        One list a page, top to bottom.
    """
    candidates = [_in_bands(lines, height) for lines, height in zip(pages, heights, strict=True)]
    repeated = _repeated(candidates, len(pages))
    offsets = _counting(candidates)
    heights_of = [
        round(line.base / 3)
        for n, lines in enumerate(candidates)
        for line, _ in lines
        if _label_of(line.text, n, offsets) is not None
    ]
    counted = {height for height in heights_of if heights_of.count(height) >= _FEWEST_PAGES}
    found: list[list[Furniture]] = []
    for number, lines in enumerate(candidates):
        furniture: list[Furniture] = []
        for line, place in lines:
            label = _label_of(line.text, number, offsets)
            if label is not None and _NUMBER_ALONE.fullmatch(line.text):
                furniture.append(Furniture(line, PAGE_NUMBER, label))
            elif (number, place) in repeated or (label is not None and round(line.base / 3) in counted):
                furniture.append(Furniture(line, RUNNING, label))
        found.append(furniture)
    return found


def _in_bands(lines: Sequence[Line], height: float) -> list[tuple[Line, int]]:
    """The outermost lines of a page in the bands, with their places: 0, 1, 2 from the top, -1, -2 from below."""
    top = [
        (line, i)
        for i, line in enumerate(lines[:_MOST_LINES])
        if line.bottom < _BAND * height and not _heads_table(lines[i : i + 2])
    ]
    foot = [(line, -1 - i) for i, line in enumerate(lines[: -_MOST_LINES - 1 : -1]) if line.top > (1 - _BAND) * height]
    return top + foot[::-1]


def _heads_table(pair: Sequence[Line]) -> bool:
    """Whether a line and the next have three cells or more each: the header of a table that begins each page."""
    return len(pair) > 1 and all(len(pieces_of(line, 0.5)) >= 3 for line in pair)


def _repeated(candidates: Sequence[Sequence[tuple[Line, int]]], pages: int) -> set[tuple[int, int]]:
    """(page, place) of each line that stands at the same height on enough pages."""
    where: Mapping[tuple[str, bool], list[tuple[int, int, float]]] = defaultdict(list)
    for number, lines in enumerate(candidates):
        for line, place in lines:
            where[_DIGITS.sub("#", line.text.lower()), place < 0].append((number, place, line.base))
    repeated: set[tuple[int, int]] = set()
    for places in where.values():
        for group in _same_height(places):
            on = {number for number, _, _ in group}
            sides = [sum(1 for n in on if n % 2 == side) for side in (0, 1)]
            side_pages = [(pages + 1) // 2, pages // 2]
            enough = 2 * len(on) >= pages or any(
                s >= _FEWEST_PAGES and 2 * s >= of for s, of in zip(sides, side_pages, strict=True)
            )
            if len(on) >= _FEWEST_PAGES and enough:
                repeated |= {(number, place) for number, place, _ in group}
    return repeated


def _same_height(places: Sequence[tuple[int, int, float]]) -> list[list[tuple[int, int, float]]]:
    groups: list[list[tuple[int, int, float]]] = []
    for place in sorted(places, key=lambda p: p[2]):
        if groups and place[2] - groups[-1][-1][2] < 3:
            groups[-1].append(place)
        else:
            groups.append([place])
    return groups


def _counting(candidates: Sequence[Sequence[tuple[Line, int]]]) -> set[tuple[bool, int]]:
    """(roman, difference) for each difference of printed and physical number that three pages or more keep."""
    kept: Mapping[tuple[bool, int], set[int]] = defaultdict(set)
    for number, lines in enumerate(candidates):
        for line, _ in lines:
            for printed in _numbers(line.text):
                value = to_int(printed)
                if value is not None:
                    kept[not printed.isdigit(), value - number].add(number)
    arabic = {key for key, on in kept.items() if not key[0] and len(on) >= _FEWEST_PAGES}
    roman = {key for key, on in kept.items() if key[0] and len(on) >= 2}
    best = sorted(arabic, key=lambda key: -len(kept[key]))[:2]
    return set(best) | (roman if arabic or any(len(kept[k]) >= _FEWEST_PAGES for k in roman) else set())


def _numbers(text: str) -> list[str]:
    alone = _NUMBER_ALONE.fullmatch(text)
    if alone:
        return [alone[1].lower() if not alone[1].isdigit() else alone[1]]
    return [m[1] for pattern in (_NUMBER_AT_END, _NUMBER_AT_START) if (m := pattern.search(text))]


def _label_of(text: str, number: int, offsets: set[tuple[bool, int]]) -> str | None:
    for printed in _numbers(text):
        value = to_int(printed)
        if value is not None and (not printed.isdigit(), value - number) in offsets:
            return printed
    return None


_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_ROMAN_NUMERAL = re.compile(r"c{0,3}(?:xc|xl|l?x{0,3})(?:ix|iv|v?i{0,3})")


def to_int(printed: str) -> int | None:
    """The value of an arabic or a small roman numeral; None if it is neither."""
    if printed.isdigit():
        return int(printed)
    if not printed or not _ROMAN_NUMERAL.fullmatch(printed.lower()):
        return None
    values = [_ROMAN[c] for c in printed.lower()]
    return sum(-v if v < max(values[i + 1 :], default=0) else v for i, v in enumerate(values))
