"""Characters that are not seen: left out of what is asked and of what a language model is sent, and said to be.

They hide words from the person who reads and not from the program (tags, variation selectors), cut words apart where
nobody sees it (zero-width blanks, soft hyphens), or show a text in another order than it is read in (writing
directions). A document keeps its own, since a quote is the source's to the letter; where it is shown, they are kept
from moving what stands around them (ui/plain.py).

Covered: what Unicode calls default-ignorable, controls, private use, halves of characters, and what no character is
assigned to; line breaks and tabs are white space and stay. Kept where a script is written with them: joiners after
a virama, between Arabic letters and in emoji; one variation selector after a character that may have one. Not
covered: letters that look like others, blanks that are wide, marks piled on a letter.
"""

import re
import unicodedata
from typing import NamedTuple

# Default_Ignorable_Code_Point of Unicode 15.1, and the three that hold interlinear notes.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_UNSEEN = re.compile(rf"[{_IGNORABLE}]")
_CATEGORIES = frozenset({"Cc", "Cs", "Co", "Cn"})
_JOINERS = "\u200c\u200d"
_VIRAMA = 9  # its combining class
_DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_BLANKS = {chr(c): " " for c in range(0xA0) if unicodedata.category(chr(c)) == "Cc"}


class Seen(NamedTuple):
    """A text without its unseen characters, and how many those were."""

    text: str
    left_out: int


def without_unseen(text: str) -> Seen:
    r"""A text without the characters that are not seen.

    What stood on either side of one stands together; a control, which once moved a carriage, leaves a blank.

    Example:
        >>> without_unseen("kn\u200bife")
        Seen(text='knife', left_out=1)
    """
    if text.isprintable() and not _UNSEEN.search(text):
        return Seen(text, 0)
    around = f" {text} "
    stays = [_stays(around[at - 1], c, around[at + 1]) for at, c in enumerate(text, start=1)]
    kept = "".join(c if here else _BLANKS.get(c, "") for c, here in zip(text, stays, strict=True))
    return Seen(kept, stays.count(False))


def said_of_unseen(left_out: int) -> tuple[str, ...]:
    """What is said to whoever asked, in a sentence; nothing where nothing was left out."""
    if not left_out:
        return ()
    were = "1 invisible character was" if left_out == 1 else f"{left_out:,} invisible characters were"
    return (f"{were} left out of your question.",)


def without_directions(text: str) -> str:
    """A text without what turns the writing direction: for names, which stand among words that are not theirs."""
    return _DIRECTIONS.sub("", text)


def _stays(before: str, char: str, after: str) -> bool:
    if char.isspace():
        return True
    if not _UNSEEN.match(char):
        return unicodedata.category(char) not in _CATEGORIES
    if char in _JOINERS:
        return _joins(before, after)
    if "\ufe00" <= char <= "\ufe0f":
        return (not before.isascii() and not _UNSEEN.match(before)) or after == "\u20e3"  # the frame of a key
    return "\U000e0100" <= char <= "\U000e01ef" and unicodedata.category(before) == "Lo"


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between two characters is how they are written."""
    arabic = unicodedata.bidirectional(before) in ("AL", "NSM") and unicodedata.bidirectional(after) == "AL"
    emoji = (before == "\ufe0f" or unicodedata.category(before) in ("So", "Sk")) and unicodedata.category(after) == "So"
    return arabic or emoji or unicodedata.combining(before) == _VIRAMA
