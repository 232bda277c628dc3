"""Words cut at the end of a line, made whole.

The quote rule keeps a hyphen at the end of a line ("re-", "offending" is quoted as "re-offending"), so a
hyphen that only the typesetter put there must go before the text leaves the reader. The rule:

1. U+00AD is always the typesetter's: "impor\u00ad", "tant" is "important".
2. A hyphen beside a figure, or before a capital after a small letter, is the writer's: "2018-", "19".
3. Else the document decides: whichever of "reoffending" and "re-offending" (or an inflection of it) it
   has more often within lines.
4. Where it has neither: the hyphen stays if both parts are words of the document on their own, or the
   first begins other compounds of it, or of the language ("non-", "self-"), and the second is a word of it.
5. Else it is as with most of the cut words that rule 3 decided: in a document whose lines are broken by
   hand, or between words only, every hyphen at their ends is the writer's. With none decided it goes.
"""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

_WORD = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_BEFORE = re.compile(r"(?<![^\W\d_])(?<![^\W\d_]-)((?:[^\W\d_]+-)*)([^\W\d_]+)([-\u00ad])$")
_AFTER = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_INFLECTIONS = ("", "s", "es", "d", "ed", "ing", "ly", "al", "er", "ers", "’s", "'s")


# First parts that British English writes with a hyphen, more often than not.
_COMPOUNDING = frozenset(
    "all anti co counter cross cyber ex half high inter long low mid multi non out post pre self well".split()
)


class Vocabulary:
    """The words a document has within its lines, and how often."""

    def __init__(self, lines: Sequence[str]) -> None:
        """Count the words of a document's lines; words cut at the end of a line do not count."""
        self._words: Counter[str] = Counter()
        self._firsts: Counter[str] = Counter()
        cut = False
        for line in lines:
            words = _WORD.findall(line.replace("\u00ad", "").lower())
            if cut:
                words = words[1:]
            cut = line.endswith(("-", "\u00ad"))
            if cut:
                words = words[:-1]
            self._words.update(words)
            self._firsts.update(word.split("-")[0] for word in words if "-" in word)
        self._goes = self._mostly_goes(lines)

    def joins(self, first: str, hyphen: str, second: str) -> bool:
        """Whether a word cut into two parts is written without a hyphen, by the rule above."""
        if hyphen == "\u00ad":
            return True
        if second[:1].isupper() and not first.isupper():
            return False
        weight = self._weigh(first.lower(), second.lower())
        if weight:
            return weight > 0
        known = self._often(second.lower()) > 0
        before = first.lower()
        compound = known and (self._words[before] > 0 or self._firsts[before] > 0 or before in _COMPOUNDING)
        return self._goes and not compound

    def _mostly_goes(self, lines: Sequence[str]) -> bool:
        """Whether most of the hyphens at the ends of lines that the document's words decide go."""
        votes: Counter[bool] = Counter()
        for line, following in pairwise(lines):
            cut, goes_on = _BEFORE.search(line), _AFTER.match(following)
            if cut and goes_on and goes_on[0][0].islower():
                weight = self._weigh(cut[2].lower(), goes_on[0].split("-")[0].lower())
                if weight:
                    votes[weight > 0] += 1
        return votes[True] >= votes[False]

    def _weigh(self, first: str, second: str) -> int:
        """How much oftener two parts stand together without a hyphen than with one."""
        joined, hyphened = self._often(first + second), self._often(f"{first}-{second}")
        return joined - hyphened if joined != hyphened else -1 if joined else 0

    def _often(self, word: str) -> int:
        """How often a word stands in the document, in any of its common inflections."""
        bare = [word.removesuffix(end) for end in _INFLECTIONS if word.endswith(end) and len(word) - len(end) > 3]
        return max((self._words[stem + end] for stem in {word, *bare} for end in _INFLECTIONS), default=0)


def mended(line: str, following: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """Two lines with the word that was cut between them whole at the end of the first.

    Returns:
        Both lines, or None where nothing is to be joined: there is no hyphen, or it stays.

    Example:
        >>> mended("an impor-", "tant aim", Vocabulary(["this is important"]))
        ('an important', 'aim')
    """
    cut, goes_on = _BEFORE.search(line), _AFTER.match(following)
    if not cut or not goes_on or not vocabulary.joins(cut[2], cut[3], goes_on[0].split("-")[0]):
        return None
    tail, _, rest = following.partition(" ")
    return line[:-1] + tail, rest


def joined_lines(lines: Sequence[str], vocabulary: Vocabulary) -> str:
    """The lines of a cell as one line: cut words mended, a space between other lines."""
    text = ""
    for line in lines:
        whole = mended(text, line, vocabulary) if text else None
        if whole:
            text = " ".join(part for part in whole if part)
        elif text.endswith("-") and text[-2:-1].isalnum():
            text += line
        else:
            text = f"{text} {line}".strip()
    return text.replace("\u00ad", "")
