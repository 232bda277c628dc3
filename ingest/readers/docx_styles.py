"""What a Word document's styles say of a paragraph: a heading, a caption, an item, a line of the contents."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.opc.constants import RELATIONSHIP_TYPE

from ingest.readers.docx_words import W, is_on

Element = Any  # lxml has no types of its own
Part = Any  # nor have the attributes of python-docx's parts that are used here

# Word names its own styles in English in every language's files.
_HEADING = re.compile(r"heading ([1-9])")
_LIST = re.compile(r"list (?:bullet|number)(?: ([2-9]))?")
_LONGEST_CHAIN = 20  # a style based on itself would go on for ever
_BODY_LEVEL = 9  # the outline level that says "no heading"
_PLAIN_TABLES = frozenset({"", "normal table", "table normal", "table grid"})


@dataclass(frozen=True, slots=True)
class Style:
    """What the styles say of one paragraph.

    Attributes:
        heading: The level of a heading, 0 for none. A title is 1 and "heading 1" 2.
        list_depth: The depth of an item, 0 for none.
        caption: Whether it is a caption.
        contents: Whether it is a line of a table of contents.
        continues: Whether it goes on with the item before.
    """

    heading: int = 0
    list_depth: int = 0
    caption: bool = False
    contents: bool = False
    continues: bool = False


class Styles:
    """A document's styles."""

    def __init__(self, part: Part) -> None:
        root = related(part, RELATIONSHIP_TYPE.STYLES)
        found = root.iter(f"{W}style") if root is not None else ()
        self._styles: dict[str, Element] = {style.get(f"{W}styleId", ""): style for style in found}
        self._known: dict[tuple[str, str], Style] = {}
        self.bold: Mapping[str, bool] = {style_id: self._is_bold(style_id) for style_id in self._styles}

    def of(self, paragraph: Element) -> Style:
        """What the styles and the paragraph's own outline level say."""
        own = paragraph.find(f"{W}pPr/{W}outlineLvl")
        level = own.get(f"{W}val", "") if own is not None else ""
        key = style_id(paragraph), level
        if key not in self._known:
            self._known[key] = self._read(*key)
        return self._known[key]

    def chain(self, style: str) -> Iterator[Element]:
        """A style and those it is based on, nearest first."""
        for _ in range(_LONGEST_CHAIN):
            element = self._styles.get(style)
            if element is None:
                return
            yield element
            based = element.find(f"{W}basedOn")
            style = based.get(f"{W}val", "") if based is not None else ""

    def heads_first_row(self, table: Element) -> bool:
        """Whether a table's style sets its first row apart as a header."""
        look = table.find(f"{W}tblPr/{W}tblLook")
        style = table.find(f"{W}tblPr/{W}tblStyle")
        if look is None or style is None or look.get(f"{W}firstRow", "0") not in ("1", "true", "on"):
            return False
        chain = list(self.chain(style.get(f"{W}val", "")))
        return bool(chain) and _name(chain[0]) not in _PLAIN_TABLES

    def _read(self, style: str, own_level: str) -> Style:
        names = [_name(element) for element in self.chain(style)]
        listed = next((found for name in names if (found := _LIST.fullmatch(name))), None)
        name = names[0] if names else ""
        return Style(
            heading=self._level(style, own_level, names),
            list_depth=int(listed[1] or 1) if listed else 0,
            caption="caption" in names,
            contents=name == "toc heading" or bool(re.fullmatch(r"(?:toc \d|table of figures)", name)),
            continues=name.startswith("list continue"),
        )

    def _level(self, style: str, own_level: str, names: list[str]) -> int:
        if own_level.isdecimal():
            return int(own_level) + 2 if int(own_level) < _BODY_LEVEL else 0
        for element, name in zip(self.chain(style), names, strict=True):
            if name == "title":
                return 1
            level = element.find(f"{W}pPr/{W}outlineLvl")
            said = str(level.get(f"{W}val", "")) if level is not None else ""
            if said.isdecimal():
                return int(said) + 2 if int(said) < _BODY_LEVEL else 0
            if found := _HEADING.fullmatch(name):
                return int(found[1]) + 1
        return 0

    def _is_bold(self, style: str) -> bool:
        said = (is_on(element.find(f"{W}rPr"), "b") for element in self.chain(style))
        return next((on for on in said if on is not None), False)


def style_id(paragraph: Element) -> str:
    """The id of a paragraph's style, or nothing."""
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    return str(style.get(f"{W}val", "")) if style is not None else ""


def related(part: Part, kind: str) -> Element | None:
    """The root of the part that a part has of some kind, or None."""
    try:
        return part.part_related_by(kind).element
    except (KeyError, AttributeError):
        return None


def _name(style: Element) -> str:
    name = style.find(f"{W}name")
    return str(name.get(f"{W}val", "")).lower() if name is not None else ""
