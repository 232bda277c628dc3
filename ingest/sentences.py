"""Where sentences end.

Covered: full stops, question and exclamation marks, closing quotes and brackets after them,
abbreviations, initials, decimal points. Not covered: sentences run together without a space.
"""

import re

from ingest.documents import Span

_END = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]?[A-Z0-9£•])")
# Words whose full stop does not end a sentence, in lower case without the stop.
_ABBREVIATIONS = frozenset(
    [
        "e.g",
        "i.e",
        "eg",
        "ie",
        "etc",
        "cf",
        "vs",
        "no",
        "nos",
        "mr",
        "mrs",
        "ms",
        "dr",
        "st",
        "sir",
        "prof",
        "rev",
        "col",
        "sgt",
        "insp",
        "supt",
        "approx",
        "ref",
        "p",
        "pp",
        "vol",
        "para",
        "fig",
        "dept",
    ]
)


def split_sentences(text: str) -> list[Span]:
    """The spans of a folded text's sentences.

    Returns:
        Spans in order, without the white space between; together they hold every other character.

    Example:
        >>> split_sentences("Met by Dr. Who. Then 2 left.")
        [(0, 15), (16, 28)]
    """
    spans: list[Span] = []
    start = 0
    for end in _END.finditer(text):
        word = text[start : end.start()].rsplit(None, 1)[-1:] or [""]
        bare = word[0].lstrip("(\"'“‘[").lower()
        initial = len(bare) == 1 and bare.isalpha() and word[0].isupper()
        if text[end.start()] == "." and (bare in _ABBREVIATIONS or initial or _is_number(text, start, end.start())):
            continue
        spans.append((start, end.end()))
        start = end.end() + len(text[end.end() :]) - len(text[end.end() :].lstrip())
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


def _is_number(text: str, start: int, stop: int) -> bool:
    """Whether everything so far is a paragraph's number ("12."), which belongs to what follows."""
    return text[start:stop].strip().isdigit()
