"""Spelling held against the documents' own words.

A word of a question that no passage has, under any ending, becomes the nearest word that one has, if
that is near enough: one slip in a short word, two in a long one, the first letter right. A slip is a
letter too many, too few, wrong, or changed with its neighbour (Damerau 1964, doi:10.1145/363958.363994).

Not covered: a slip that makes another word of the documents; words run together or apart.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence

from rapidfuzz.distance import DamerauLevenshtein

from index import Encoder, Snapshot, tokenize

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_SHORTEST = 4  # letters: a shorter unknown word is more likely an acronym than a slip
_OFTEN = 0.2  # a form without capitals this often beside the commonest is a word of its own
_LONG = 7  # letters: from here two slips are allowed
_SHORT = 6  # letters: below this a wrong letter is no slip
_ENDINGS = ("s", "es", "ed", "ing", "er", "'s", "’s")


AreWords = Callable[[Sequence[str]], Collection[str]]


def words_of_model(encoder: Encoder, words: Sequence[str]) -> set[str]:
    """Those of some words that a model's vocabulary has whole, or without an ending.

    A model's vocabulary holds the words that its language has often; what it has to take apart is rare, a name or a
    slip.
    """
    forms = {word: [word.lower(), *_without_ending(word.lower())] for word in words}
    asked = list(dict.fromkeys(form for each in forms.values() for form in each))
    whole = {form for form, read in zip(asked, encoder.encode(asked), strict=True) if len(read.pieces) == 1}
    return {word for word, each in forms.items() if whole.intersection(each)}


def _without_ending(word: str) -> list[str]:
    found = []
    for ending in _ENDINGS:
        stem = word.removesuffix(ending)
        if stem != word and len(stem) >= _SHORTEST:
            found += [stem, stem + "e", stem[:-1]] if stem[-1] == stem[-2] else [stem, stem + "e"]
    return found


class Speller:
    """Mends a question's spelling by the words of some texts.

    Args:
        texts: Where its words stand.
        are_words: Says which of some words that no text has are words all the same, and no slips; None for none.
    """

    def __init__(self, texts: Iterable[str], are_words: AreWords | None = None) -> None:
        self._are_words = are_words
        counts = Counter(word for text in texts for word in _WORD.findall(text))
        self._known = {token for word in counts for token in tokenize(word)}
        forms: dict[str, list[str]] = {}
        for word in sorted(counts, key=lambda word: (-counts[word], word)):
            if len(word) >= _SHORTEST:
                forms.setdefault(word.lower(), []).append(word)
        self._by_first: dict[str, list[tuple[str, str, int]]] = {}
        for lower, same in forms.items():
            # Of words that differ in case alone the commonest stands for all; but "Station" in names and titles
            # does not hide "station", nor does "london" in one web address stand for London.
            plain = counts[lower] >= _OFTEN * counts[same[0]]
            total = sum(counts[word] for word in same)
            self._by_first.setdefault(lower[0], []).append((lower, lower if plain else same[0], total))

    @classmethod
    def from_snapshot(cls, snapshot: Snapshot, are_words: AreWords | None = None) -> "Speller":
        """A speller of the words of an index' passages and their headings."""
        return cls((text for p in snapshot.passages for text in (p.text, *p.headings)), are_words)

    def mend(self, text: str) -> str:
        """The text with each slip mended; a word that is known, or near to none, stays as it is.

        Example:
            >>> Speller(["Knife crime fell."]).mend("knive crme in Peru")
            'Knife crime in Peru'
        """
        unknown = [word for word in dict.fromkeys(_WORD.findall(text)) if self._is_unknown(word)]
        if not unknown:
            return text
        right = self._are_words(unknown) if self._are_words else ()
        mended = {word: self._mended(word) for word in unknown if word not in right}
        return _WORD.sub(lambda found: mended.get(found[0], found[0]), text)

    def _is_unknown(self, word: str) -> bool:
        tokens = tokenize(word)
        return len(word) >= _SHORTEST and bool(tokens) and not self._known.issuperset(tokens)

    def _mended(self, word: str) -> str:
        lower = word.lower()
        most = 2 if len(lower) >= _LONG else 1
        near = [
            (distance, -count, form)
            for other, form, count in self._by_first.get(lower[0], ())
            if (distance := DamerauLevenshtein.distance(lower, other, score_cutoff=most)) <= most
            and (len(lower) >= _SHORT or len(lower) != len(other) or sorted(lower) == sorted(other))
        ]
        return min(near)[2] if near else word
