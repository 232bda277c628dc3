"""The numbers and bullets that Word puts before paragraphs, which no run holds.

Covered: figures, letters, Roman numerals and bullets on nine levels, numbers of several levels, restarts,
numbers that a style gives. Not covered: numbers in words, other scripts (written in figures), levels that
are not started again where the level over them goes on.
"""

import re
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE

from ingest.readers.docx_styles import Styles, related, style_id
from ingest.readers.docx_words import W
from ingest.readers.numerals import numeral

Element = Any  # lxml has no types of its own
Part = Any  # nor have the attributes of python-docx's parts that are used here

_FORMATS = {"lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I"}


@dataclass(frozen=True, slots=True)
class Number:
    """What stands before a paragraph.

    Attributes:
        marker: The bullet or number, as printed.
        depth: 1 for the outermost level.
        list_id: Which list counts it.
    """

    marker: str
    depth: int
    list_id: str


class Numbers:
    """Counts a document's numbered paragraphs, in order."""

    def __init__(self, part: Part, styles: Styles) -> None:
        root = related(part, RELATIONSHIP_TYPE.NUMBERING)
        self._styles = styles
        self._lists: dict[str, Element] = _by_id(root, "num", "numId")
        self._kinds: dict[str, Element] = _by_id(root, "abstractNum", "abstractNumId")
        self._counts: dict[str, dict[int, int]] = {}  # by the id of what the list is of, as Word counts
        self._begun: set[tuple[str, int]] = set()  # the lists and levels already met

    def of(self, paragraph: Element) -> Number | None:
        """What stands before a paragraph; None where nothing does. To be called once for each, in order."""
        list_id, level = self._place(paragraph)
        kind = self._kind(list_id)
        if kind is None:
            return None
        levels = {_whole(lvl.get(f"{W}ilvl", "0")): lvl for lvl in kind.findall(f"{W}lvl")}
        if level not in levels:
            return None
        form = _value(levels[level], "numFmt", "decimal")
        pattern = _value(levels[level], "lvlText", "")
        counts = self._count(list_id, kind.get(f"{W}abstractNumId"), level, levels)
        if form == "bullet":
            return Number("•", level + 1, list_id)
        plain = levels[level].find(f"{W}isLgl") is not None
        marker = re.sub(r"%([1-9])", lambda m: _written(levels, counts, int(m[1]) - 1, plain=plain), pattern).strip()
        return Number(marker, level + 1, list_id) if marker and form != "none" else None

    def _place(self, paragraph: Element) -> tuple[str, int]:
        """The list and level a paragraph is on, by its own properties or its style's; "0" is no list."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        list_id, level = (_value(own, "numId", ""), _value(own, "ilvl", "")) if own is not None else ("", "")
        style = style_id(paragraph)
        for element in self._styles.chain(style):
            found = element.find(f"{W}pPr/{W}numPr")
            if found is None or list_id:
                continue
            list_id = _value(found, "numId", "")
            level = level or _value(found, "ilvl", "")
        if not level:
            level = self._level_of_style(list_id, style)
        return list_id or "0", int(level) if level.isdecimal() else 0

    def _level_of_style(self, list_id: str, style: str) -> str:
        kind = self._kind(list_id)
        for lvl in kind.findall(f"{W}lvl") if kind is not None and style else ():
            if _value(lvl, "pStyle", "") == style:
                return str(lvl.get(f"{W}ilvl", "0"))
        return "0"

    def _kind(self, list_id: str) -> Element | None:
        """What a list is of; where that only names a style, what the style's list is of."""
        for _ in range(2):
            numbered = self._lists.get(list_id)
            kind = self._kinds.get(_value(numbered, "abstractNumId", "")) if numbered is not None else None
            link = _value(kind, "numStyleLink", "") if kind is not None else ""
            if not link:
                return kind
            found = (element.find(f"{W}pPr/{W}numPr") for element in self._styles.chain(link))
            list_id = next((_value(numbers, "numId", "") for numbers in found if numbers is not None), "")
        return None

    def _count(self, list_id: str, kind: str, level: int, levels: dict[int, Element]) -> dict[int, int]:
        counts = self._counts.setdefault(kind, {})
        restart = None
        if (list_id, level) not in self._begun:
            self._begun.add((list_id, level))
            numbered = self._lists.get(list_id)
            for override in numbered.findall(f"{W}lvlOverride") if numbered is not None else ():
                if override.get(f"{W}ilvl") == str(level):
                    restart = _value(override, "startOverride", "") or None
        if restart is not None or level not in counts:
            counts[level] = _whole(restart or _value(levels[level], "start", "1"))
        else:
            counts[level] += 1
        for deeper in [n for n in counts if n > level]:
            del counts[deeper]
        return counts


def _written(levels: dict[int, Element], counts: dict[int, int], level: int, *, plain: bool) -> str:
    if level not in levels:
        return ""
    form = _value(levels[level], "numFmt", "decimal")
    number = counts.get(level, _whole(_value(levels[level], "start", "1")))
    if form == "decimalZero" and not plain:
        return f"{number:02d}"
    return numeral(number, "1" if plain else _FORMATS.get(form, "1"))


def _by_id(root: Element | None, name: str, key: str) -> dict[str, Element]:
    found = root.iter(f"{W}{name}") if root is not None else ()
    return {element.get(f"{W}{key}", ""): element for element in found}


def _value(element: Element, name: str, nothing: str) -> str:
    found = element.find(f"{W}{name}")
    return nothing if found is None else str(found.get(f"{W}val", nothing))


def _whole(written: str) -> int:
    return int(written) if re.fullmatch(r"\d{1,6}", written) else 1
