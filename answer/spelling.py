"""Spelling held against the documents' own words.

A word of a question that no passage has, under any ending, becomes the nearest word that one has, if
that is near enough: one slip in a short word, two in a long one, the first letter right. A slip is a
letter too many, too few, wrong, or changed with its neighbour (Damerau 1964, doi:10.1145/363958.363994).

Not covered: a slip that makes another word of the documents; words run together or apart.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import islice

from rapidfuzz.distance import DamerauLevenshtein

from index import Encoder, tokenize
from index.vocabulary import WORD

_SHORTEST = 4  # letters: a shorter unknown word is more likely an acronym than a slip
_OFTEN = 0.2  # a form without capitals this often beside the commonest is a word of its own
_LONG = 7  # letters: from here two slips are allowed
_SHORT = 6  # letters: below this a wrong letter is no slip
# Of a question's words: people mistype two or three, and each is held against some thousand others (docs/decisions.md).
MOST_MENDED = 12
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
        forms: Their words as they are written, and how often each is.
        known: Says of a word as the index has it whether a text has it; it may know fewer than ``forms`` has.
        are_words: Says which of some words that no text has are words all the same, and no slips; None for none.
    """

    def __init__(
        self,
        forms: Mapping[str, int],
        known: Callable[[str], bool] = lambda _: False,
        are_words: AreWords | None = None,
    ) -> None:
        self._forms = forms
        self._told = known
        self._are_words = are_words

    @classmethod
    def from_texts(cls, texts: Iterable[str], are_words: AreWords | None = None) -> "Speller":
        """A speller of the words of some texts."""
        return cls(Counter(word for text in texts for word in WORD.findall(text)), are_words=are_words)

    @cached_property
    def _known(self) -> frozenset[str]:
        """The texts' words as the index has them: worked out when a word is first met that the index has not."""
        return frozenset(token for word in self._forms for token in tokenize(word))

    @cached_property
    def _by_first(self) -> Mapping[str, list[tuple[str, str, int]]]:
        """By first letter: each word in small letters, the form that stands for it, and how often it is in any form."""
        counts = self._forms
        same_but_for_case: dict[str, list[str]] = {}
        for word in sorted(counts, key=lambda word: (-counts[word], word)):
            if len(word) >= _SHORTEST:
                same_but_for_case.setdefault(word.lower(), []).append(word)
        found: dict[str, list[tuple[str, str, int]]] = {}
        for lower, same in same_but_for_case.items():
            # Of words that differ in case alone the commonest stands for all; but "Station" in names and titles
            # does not hide "station", nor does "london" in one web address stand for London.
            plain = counts.get(lower, 0) >= _OFTEN * counts[same[0]]
            total = sum(counts[word] for word in same)
            found.setdefault(lower[0], []).append((lower, lower if plain else same[0], total))
        return found

    def mend(self, text: str) -> str:
        """The text with its slips mended; a word that is known, or near to none, stays as it is.

        Of the words that no text has the first ``MOST_MENDED`` are looked at.

        Example:
            >>> Speller.from_texts(["Knife crime fell."]).mend("knive crme in Peru")
            'Knife crime in Peru'
        """
        words = dict.fromkeys(WORD.findall(text))
        unknown = list(islice((word for word in words if self._is_unknown(word)), MOST_MENDED))
        if not unknown:
            return text
        right = self._are_words(unknown) if self._are_words else ()
        mended = {word: self._mended(word) for word in unknown if word not in right}
        return WORD.sub(lambda found: mended.get(found[0], found[0]), text)

    def _is_unknown(self, word: str) -> bool:
        tokens = tokenize(word)
        if len(word) < _SHORTEST or not tokens or all(map(self._told, tokens)):
            return False
        return not self._known.issuperset(tokens)

    def _mended(self, word: str) -> str:
        lower = word.lower()
        most = 2 if len(lower) >= _LONG else 1
        near = [
            (distance, -count, form)
            for other, form, count in self._by_first.get(lower[0], ())
            if abs(len(other) - len(lower)) <= most
            and (distance := DamerauLevenshtein.distance(lower, other, score_cutoff=most)) <= most
            and (len(lower) >= _SHORT or len(lower) != len(other) or sorted(lower) == sorted(other))
        ]
        return min(near)[2] if near else word
