"""The words of one Word paragraph, run by run, and what they say of notes, pages and changes."""

import re
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field
from typing import Any

from ingest.readers.writing import PAGE_MARK, superscript

Element = Any  # lxml has no types of its own

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_COMPATIBILITY = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
CHOICE, FALLBACK = f"{_COMPATIBILITY}Choice", f"{_COMPATIBILITY}Fallback"
_AS_WORDS = {f"{W}tab": " ", f"{W}ptab": " ", f"{W}cr": "\n", f"{W}noBreakHyphen": "-", f"{W}softHyphen": ""}
_UNREAD = frozenset({f"{W}pPr", f"{W}rPr", f"{W}sdtPr", f"{W}rt", f"{W}instrText", f"{W}delText", f"{W}delInstrText"})
_DELETED = frozenset({f"{W}del", f"{W}moveFrom"})
_INSERTED = frozenset({f"{W}ins", f"{W}moveTo"})
CHANGES = "tracked changes, read as if accepted"
EQUATIONS = "equations, left out"


@dataclass(slots=True)
class Line:
    """A paragraph's words, and what hangs on it.

    Attributes:
        words: With line breaks, and a page mark where a page begins.
        bold: Whether all its words are bold.
        hidden: Stretches of hidden text.
        notes: The notes it refers to: "footnote" or "endnote", and the note's id.
        boxes: The contents of its text boxes.
        remarks: What the file's owner should know, once for each time.
    """

    words: str = ""
    bold: bool = False
    hidden: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)


def is_on(container: Element | None, name: str) -> bool | None:
    """Whether a property is switched on, or None where nothing is said of it."""
    found = container.find(f"{W}{name}") if container is not None else None
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off", "none")


def line_of(
    paragraph: Element, marks: Mapping[str, MutableMapping[str, str]], bold_styles: Mapping[str, bool], *, paged: bool
) -> Line:
    """Read a paragraph.

    Args:
        paragraph: The w:p element.
        marks: For each kind of note, the marks given so far by the notes' ids; new ones are added.
        bold_styles: For each style's id, whether its words are bold.
        paged: Whether Word has noted where pages begin; if not, the breaks asked for are marked.
    """
    reader = _Words(marks, bold_styles, paged=paged)
    style = paragraph.find(f"{W}pPr/{W}pStyle")
    reader.bold_here = style is not None and bold_styles.get(style.get(f"{W}val"), False)
    if not paged and is_on(paragraph.find(f"{W}pPr"), "pageBreakBefore"):
        reader.pieces.append((PAGE_MARK, False))
    reader.read(paragraph)
    line = reader.line
    line.words = "".join(words for words, _ in reader.pieces)
    worded = [bold for words, bold in reader.pieces if words.strip()]
    line.bold = bool(worded) and all(worded)
    return line


class _Words:
    """Reads runs and what wraps them."""

    def __init__(
        self, marks: Mapping[str, MutableMapping[str, str]], bold_styles: Mapping[str, bool], *, paged: bool
    ) -> None:
        self.line = Line()
        self.pieces: list[tuple[str, bool]] = []
        self.bold_here = False  # whether the paragraph's style is bold
        self._marks = marks
        self._bold_styles = bold_styles
        self._paged = paged

    def read(self, element: Element) -> None:
        """Read what is in an element."""
        for child in element:
            tag = child.tag
            if tag in _DELETED or tag in _INSERTED:
                self.line.remarks.append(CHANGES)
            if tag == f"{W}r":
                self._read_run(child)
            elif isinstance(tag, str) and tag.startswith(_MATHS):
                self.line.remarks.append(EQUATIONS)
            elif tag == f"{_COMPATIBILITY}AlternateContent":
                self._read_alternative(child, self.read)
            elif tag not in _UNREAD and tag not in _DELETED:
                self.read(child)

    def _read_run(self, run: Element) -> None:
        properties = run.find(f"{W}rPr")
        before = len(self.pieces)
        self._read_contents(run, self._is_bold(properties))
        if is_on(properties, "vanish"):
            hidden = "".join(words for words, _ in self.pieces[before:])
            del self.pieces[before:]
            if hidden.strip():
                self.line.hidden.append(hidden)
        elif properties is not None:
            raised = properties.find(f"{W}vertAlign")
            if raised is not None and raised.get(f"{W}val") == "superscript":
                self.pieces[before:] = [(superscript(words), bold) for words, bold in self.pieces[before:]]

    def _is_bold(self, properties: Element | None) -> bool:
        said = is_on(properties, "b")
        if said is not None:
            return said
        style = properties.find(f"{W}rStyle") if properties is not None else None
        return self.bold_here or (style is not None and self._bold_styles.get(style.get(f"{W}val"), False))

    def _read_contents(self, run: Element, bold: bool) -> None:
        for child in run:
            tag = child.tag
            if tag == f"{W}t":
                self.pieces.append((re.sub(r"\s+", " ", child.text or ""), bold))
            elif tag in _AS_WORDS:
                self.pieces.append((_AS_WORDS[tag], bold))
            elif tag == f"{W}br":
                self.pieces.append((self._break(child), bold))
            elif tag == f"{W}lastRenderedPageBreak":
                self.pieces.append((PAGE_MARK, bold))
            elif tag == f"{W}sym":
                self.pieces.append((_symbol(child), bold))
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference"):
                self._refer(child, tag.removeprefix(W).removesuffix("Reference"))
            elif tag == f"{_COMPATIBILITY}AlternateContent":
                self._read_alternative(child, lambda chosen: self._read_contents(chosen, bold))
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                boxes = child.iter(f"{W}txbxContent")
                self.line.boxes += [b for b in boxes if not any(a.tag == FALLBACK for a in b.iterancestors())]
            elif tag == f"{W}ruby":
                for base in child.findall(f"{W}rubyBase"):
                    self.read(base)

    def _read_alternative(self, element: Element, read: Callable[[Element], None]) -> None:
        """Read the newest way that something is said, not the one for older programs too."""
        chosen = element.find(CHOICE)
        chosen = element.find(FALLBACK) if chosen is None else chosen
        if chosen is not None:
            read(chosen)

    def _break(self, element: Element) -> str:
        if element.get(f"{W}type") != "page":
            return "\n"
        # Where Word has noted the pages, it has noted this one too.
        return "\n" if self._paged else PAGE_MARK

    def _refer(self, element: Element, kind: str) -> None:
        note_id = element.get(f"{W}id", "")
        marks = self._marks[kind]
        own_mark = element.get(f"{W}customMarkFollows", "0") in ("1", "true", "on")
        mark = marks.setdefault(note_id, "" if own_mark else str(sum(1 for m in marks.values() if m) + 1))
        self.pieces.append((superscript(mark), False))
        self.line.notes.append((kind, note_id))


def _symbol(element: Element) -> str:
    """A character of a symbol font: a bullet where it is one, nothing where only that font knows it."""
    try:
        character = chr(int(element.get(f"{W}char", ""), 16))
    except ValueError:
        return ""
    if character in "\uf0b7\uf0a7":
        return "•"
    return "" if "\ue000" <= character <= "\uf8ff" else character
