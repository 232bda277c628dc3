"""Page furniture: lines that are on the page and not part of what the document says.

They stay in the text; no passage holds them. Each rule has a name, which the reading reports. No rule
names a document.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.documents import Span
from ingest.lines import Line

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$", re.IGNORECASE)
# Numbers from 1 to 89: front matter is hardly longer.
_ROMAN = r"(?=[ivxl])(?:x[li]|l?x{0,3})(?:i[xv]|v?i{0,3})"
_PAGE_NUMBER = re.compile(rf"(?:[Pp]age\s+)?(?:\d{{1,4}}|{_ROMAN}|{_ROMAN.upper()})(?:\s+of\s+\d{{1,4}})?$")
_CONTENTS_ENTRY = re.compile(r"(?P<title>\S[^\t]*?)(?:\t+|(?<!\.)\.{4,}\s*)(?P<page>\d{1,4})$")
# What web pages and web archives print around a document, looked for near its two ends only.
_SITE = re.compile(
    r"you are in:.*"
    r"|(?:warning: ?)?this is archived material\b.*"
    r"|see the .{1,60} website for (?:further|more) information\.?"
    r"|send an e-?mail linking to this page"
    r"|(?:feedback|back to top|print this page|share this page|skip to (?:main )?content|contents)",
    re.IGNORECASE,
)
_NEAR_AN_END = 12  # lines with words on them
_MARKUP = re.compile(
    r"</?(?:ul|ol|li|p|br|i|b|em|strong|u|sup|sub|span|div|table|thead|tbody|tr|td|th|h[1-6])\b[^<>]*>", re.IGNORECASE
)

ADDRESS, PAGE_NUMBER, CONTENTS, SITE, MARKUP, REPEATED_HEADER, PICTURE = (
    "web address on a line of its own",
    "printed page number",
    "table of contents",
    "web page's banner or foot",
    "HTML mark-up",
    "repeated table header",
    "picture's caption run into the text",
)


def find_furniture(lines: Sequence[Line]) -> dict[int, str]:
    """Which lines are page furniture.

    Returns:
        The name of the rule for each line (by its index) that is furniture.
    """
    found: dict[int, str] = {}
    worded = [i for i, line in enumerate(lines) if not line.blank]
    ends = set(worded[:_NEAR_AN_END] + worded[-_NEAR_AN_END:])
    for i in worded:
        body = lines[i].body
        if _ADDRESS.match(body):
            found[i] = ADDRESS
        elif _PAGE_NUMBER.match(body) and _stands_apart(lines, i):
            found[i] = PAGE_NUMBER
        elif i in ends and _SITE.fullmatch(body):
            found[i] = SITE
    for run in _contents_runs(lines):
        found.update(dict.fromkeys(run, CONTENTS))
    return found


def contents_titles(lines: Sequence[Line]) -> set[str]:
    """The titles that the text's table of contents lists, in lower case; none if it has no such table."""
    entries = (_CONTENTS_ENTRY.match(lines[i].body) for run in _contents_runs(lines) for i in run)
    return {strip_markup(entry["title"]).strip().lower() for entry in entries if entry}


def strip_markup(text: str) -> str:
    """The text without its HTML tags."""
    return _MARKUP.sub("", text)


def markup_in(text: str) -> list[tuple[int, int]]:
    """Where the HTML tags of a text stand."""
    return [found.span() for found in _MARKUP.finditer(text)]


def spans_without_markup(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The parts of ``text[start:end]`` between HTML tags, white space at their ends left out."""
    return list(outside(text, [(start, end)], [found.span() for found in _MARKUP.finditer(text, start, end)]))


def outside(text: str, spans: Iterable[Span], cuts: Sequence[Span]) -> tuple[Span, ...]:
    """The parts of some spans that are in none of some stretches, white space at their ends left out.

    Args:
        text: What the spans are of.
        spans: The spans.
        cuts: The stretches, in order, without overlap.
    """
    parts: list[Span] = []
    for start, end in spans:
        first, last = bisect_right(cuts, start, key=lambda c: c[1]), bisect_left(cuts, end, key=lambda c: c[0])
        inside = [(max(s, start), min(e, end)) for s, e in cuts[first:last]]
        edges = [(start, start), *inside, (end, end)]
        for (_, left), (right, _) in pairwise(edges):
            piece = text[left:right]
            if piece.strip():
                lead = len(piece) - len(piece.lstrip())
                parts.append((left + lead, left + lead + len(piece.strip())))
    return tuple(parts)


def _stands_apart(lines: Sequence[Line], i: int) -> bool:
    """Whether a line has two blank lines (or an end of the text) on both sides, as a page's number has."""
    before, after = lines[max(0, i - 2) : i], lines[i + 1 : i + 3]
    return all(line.blank for line in (*before, *after)) and len(lines) > 5


def _contents_runs(lines: Sequence[Line]) -> list[list[int]]:
    """Runs of three and more lines that each end in a page number, none lower than the one before.

    The number stands after a tab or leader dots.
    """
    runs: list[list[int]] = []
    run: list[int] = []
    page = 0
    for i, line in enumerate(lines):
        if line.blank:
            continue
        entry = _CONTENTS_ENTRY.match(line.body)
        if entry and "\t" not in entry["title"] and int(entry["page"]) >= page:
            run.append(i)
            page = int(entry["page"])
            continue
        if len(run) >= 3:
            runs.append(run)
        run, page = [], 0
    return [*runs, run] if len(run) >= 3 else runs
