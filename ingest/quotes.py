"""The quote rule: what it means that a quote stands in a document. There is no other copy of it.

The source at some spans reads: the slices ``text[start:end]``, joined with one space; a line break
(with the spaces around it) after a hyphen is dropped; white space is folded to single spaces; the
ends are stripped. A quote stands at those spans when, folded the same way, it equals that.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.documents import Span
from ingest.errors import QuoteError

# The first alternative is the line break after a hyphen, which vanishes; the second any other
# white space, which becomes one space.
_FOLDED = re.compile(r"(?<=-)[^\S\n]*\n[^\S\n]*|(\s+)")


def fold(text: str) -> str:
    r"""Fold white space by the quote rule.

    Returns:
        The text with each line break after a hyphen dropped, every other run of white space made one
        space, and the ends stripped.

    Example:
        >>> fold("a multi- \n dimensional   threat\n")
        'a multi-dimensional threat'
    """
    return _FOLDED.sub(lambda m: " " if m[1] else "", text).strip()


def quote_at(text: str, spans: Sequence[Span]) -> str:
    """What the source says at some spans, as it may be quoted.

    Raises:
        QuoteError: If there is no span, or one is empty or outside the text.
    """
    check_spans(text, spans)
    return fold(" ".join(text[start:end] for start, end in spans))


def check_spans(text: str, spans: Sequence[Span]) -> None:
    """Raise QuoteError unless there is a span, and each lies in the text, in order, without overlap."""
    last = 0
    if not spans:
        raise QuoteError("a quote needs at least one span, and none was given")
    for start, end in spans:
        if not last <= start < end <= len(text):
            raise QuoteError(f"span {start} to {end} is not in order inside a text of {len(text)} characters")
        last = end


def stands(text: str, spans: Sequence[Span], quote: str) -> bool:
    """Whether a quote stands in a text at some spans, by the quote rule."""
    try:
        return bool(quote.strip()) and fold(quote) == quote_at(text, spans)
    except QuoteError:
        return False


@dataclass(frozen=True, slots=True)
class Folded:
    """The folded text of some spans, which remembers where each of its characters came from.

    Attributes:
        text: ``quote_at`` of the spans.
        offsets: For each character of ``text``, its offset in the source. The space between two
            spans has the offset at which the first of them ends.
        spans: The spans it was made of.
    """

    text: str
    offsets: tuple[int, ...]
    spans: tuple[Span, ...]

    def spans_of(self, start: int, end: int) -> tuple[Span, ...]:
        """The source spans of ``text[start:end]``, cut where the folded spans are cut.

        Raises:
            ValueError: If the stretch is empty or holds nothing but a space.
        """
        while start < end and self.text[start] == " ":
            start += 1
        while end > start and self.text[end - 1] == " ":
            end -= 1
        if start >= end:
            raise ValueError(f"there is nothing to quote between {start} and {end}")
        first, last = self.offsets[start], self.offsets[end - 1] + 1
        left = bisect_right(self.spans, first, key=lambda s: s[1])
        right = bisect_left(self.spans, last, key=lambda s: s[0])
        return tuple((max(s, first), min(e, last)) for s, e in self.spans[left:right])


def fold_spans(text: str, spans: Sequence[Span]) -> Folded:
    """Fold the source at some spans, keeping the way back to the source.

    Raises:
        QuoteError: As ``quote_at``.
    """
    check_spans(text, spans)
    joined = " ".join(text[start:end] for start, end in spans)
    origins: list[int] = []
    for start, end in spans:
        origins.extend(range(start, end))
        origins.append(end)
    characters: list[str] = []
    offsets: list[int] = []
    at = 0
    for gap in _FOLDED.finditer(joined):
        characters.extend(joined[at : gap.start()])
        offsets.extend(origins[at : gap.start()])
        if gap[1]:
            characters.append(" ")
            offsets.append(origins[gap.start()])
        at = gap.end()
    characters.extend(joined[at:])
    offsets.extend(origins[at : len(joined)])
    folded = "".join(characters)
    lead = len(folded) - len(folded.lstrip())
    length = len(folded.strip())
    return Folded(folded.strip(), tuple(offsets[lead : lead + length]), tuple(spans))


def find_quote(text: str, quote: str) -> list[Span]:
    """Every place in a text at which a quote stands, as one span each, in order."""
    return find_in(fold_spans(text, [(0, len(text))]), quote) if text.strip() else []


def find_in(folded: Folded, quote: str) -> list[Span]:
    """As ``find_quote``, in a text that was folded before: folding a long text once is enough for many quotes.

    Args:
        folded: The text as one span (``fold_spans``).
        quote: The words.
    """
    wanted = fold(quote)
    if not wanted:
        return []
    places: list[Span] = []
    at = folded.text.find(wanted)
    while at >= 0:
        places.append(folded.spans_of(at, at + len(wanted))[0])
        at = folded.text.find(wanted, at + 1)
    return places
