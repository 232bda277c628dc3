"""Where sentences end.

Covered: full stops, question and exclamation marks, closing quotes and brackets after them,
abbreviations, initials, decimal points. Not covered: sentences run together without a space.
"""

import re

from ingest.documents import Span

_END = re.compile(r"(?<![.!?])[.!?]++[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9£•])")
_INITIALS = re.compile(r"(?:[A-Za-z]\.)*[A-Za-z]")  # "J", "J.K", "U.K"
_LONGEST_WORD = 40  # characters
_LONGEST = 2_000  # characters of a sentence: three times the longest there is in reports
# Words whose full stop does not end a sentence, in lower case without the stop.
_ABBREVIATIONS = frozenset(
    """
    e.g i.e eg ie etc cf vs no nos mr mrs ms dr st sir prof rev col sgt insp supt approx ref p pp vol para fig dept
    """.split()
)


def split_sentences(text: str) -> list[Span]:
    """The spans of a folded text's sentences.

    Nothing without an end is one sentence of 2,000 characters or more: it is cut at a blank.

    Returns:
        Spans in order, without the white space between; together they hold every other character.

    Example:
        >>> split_sentences("Met by Dr. Who. Then 2 left.")
        [(0, 15), (16, 28)]
    """
    return [piece for span in _sentences(text) for piece in _pieces(text, *span)]


def _sentences(text: str) -> list[Span]:
    spans: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        if text[end.start()] == "." and _is_abbreviated(text, start, end.start()):
            continue
        spans.append((start, end.end()))
        start = _first_word(text, end.end())
    start = _first_word(text, start)
    if start < len(text):
        spans.append((start, len(text.rstrip())))
    return spans


def _pieces(text: str, start: int, end: int) -> list[Span]:
    """A sentence, cut at blanks where it is longer than any: reading one may take the square of its length."""
    pieces: list[Span] = []
    while end - start > _LONGEST:
        cut = text.rfind(" ", start + _LONGEST // 2, start + _LONGEST)
        cut = cut if cut > 0 else start + _LONGEST
        pieces.append((start, start + len(text[start:cut].rstrip())))
        start = _first_word(text, cut)
    return [*pieces, (start, end)]


def _is_abbreviated(text: str, start: int, stop: int) -> bool:
    """Whether the full stop after a sentence's beginning is of an abbreviation, initials or a paragraph's number."""
    word = (text[max(start, stop - _LONGEST_WORD) : stop].split(None)[-1:] or [""])[0]
    bare = word.lstrip("(\"'“‘[")
    initials = _INITIALS.fullmatch(bare) is not None and bare[-1].isupper()
    return bare.lower() in _ABBREVIATIONS or initials or _is_number(text, start, stop)


def _first_word(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _is_number(text: str, start: int, stop: int) -> bool:
    """Whether everything so far is a paragraph's number ("12."), which belongs to what follows."""
    return stop - start <= _LONGEST_WORD and text[start:stop].strip().isdigit()
