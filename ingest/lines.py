"""The lines of a text with their offsets, and what can be told from one line alone."""

import re
from dataclasses import dataclass

# What ends a line: Unix's, Windows' (once, or twice over as a bad copy has it) and old Macs' ends, NEL, Word's
# soft break, and Unicode's two separators. A form feed ends none: page breaks stand within lines.
_BREAK = r"\r?\r?\n|[\r\x0b\x85\u2028\u2029]"
_LINE = re.compile(rf"[^\n\r\x0b\x85\u2028\u2029]*(?:{_BREAK})?")
_BREAK_CHARACTERS = "\n\r\x0b\x85\u2028\u2029"
_BREAKS = re.compile(_BREAK)
# A bullet: a glyph, then white space, then something.
_BULLET = re.compile(r"\s*[•▪●◦○■□►✓·\-–—*\uf0b7\uf0a7]\s+(?=\S)")
_NUMBERED = re.compile(r"\s*(?:\(?(?:\d{1,2}|[a-z]|[ivx]{1,4})[.)])\s+(?=\S)")
# "3- Focus", "3.2 Tackling", "B. Supporting", "4.1.2) Scope": a number of at most two digits, or a letter.
NUMBERED_HEADING = re.compile(
    r"\s?(?:(?P<number>\d{1,2}(?:\.\d{1,2})*)\s?[-–.):]?|(?P<letter>[A-Z])[.)])\s+(?=[A-Z‘“\"'<*])"
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a text.

    Attributes:
        start: The offset of its first character that is not white space (of its end, if blank).
        end: The offset after its last character that is not white space.
        indent: How many characters of white space it begins with.
        body: The text between start and end.
        row: Whether it is a row of a tab-separated table: a tab between words, or two and more after them.
    """

    start: int
    end: int
    indent: int
    body: str
    row: bool

    @property
    def blank(self) -> bool:
        """Whether there is nothing on it."""
        return not self.body

    @property
    def bullet_end(self) -> int:
        """The offset where the item's own words begin after a bullet, or -1 where there is no bullet."""
        found = _BULLET.match(self.body)
        return self.start + found.end() if found else -1

    @property
    def number_end(self) -> int:
        """The offset where its own words begin after "1.", "(a)" or "iv)", or -1 where there is no number."""
        found = _NUMBERED.match(self.body)
        return self.start + found.end() if found else -1

    @property
    def numbered(self) -> bool:
        """Whether it begins as "1. …", "(a) …" or "iv) …" does."""
        return bool(_NUMBERED.match(self.body))


def count_lines(text: str) -> int:
    """How many line ends a text has, and one."""
    return sum(1 for _ in _BREAKS.finditer(text)) + 1


def whole_line(text: str, start: int, end: int) -> tuple[int, int]:
    """Where the line (or lines) around a stretch begins and ends, white space and all, without the line's end."""
    while start > 0 and text[start - 1] not in _BREAK_CHARACTERS:
        start -= 1
    while end < len(text) and text[end] not in _BREAK_CHARACTERS:
        end += 1
    return start, end


def split_lines(text: str) -> list[Line]:
    """The lines of a text, in order, blank ones too, whatever ends them."""
    lines = []
    for found in _LINE.finditer(text):
        raw = found[0]
        if not raw:
            break
        body = raw.strip()
        indent = len(raw) - len(raw.lstrip()) if body else 0
        start = found.start() + (indent if body else len(raw))
        lines.append(Line(start, start + len(body), indent, body, "\t" in body or raw[indent:].count("\t") > 1))
    return lines
