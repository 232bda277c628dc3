"""Acronyms and what they stand for, both ways: who asks for the Empress State Building means the ESB too.

Covered: what the passages spell out ("Empress State Building (ESB)") and what a glossary's entries do ("LCRB London
Crime Reduction Board"), all documents together; an acronym with several meanings has them all. Not covered: short names
that are no acronyms.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from index import tokenize
from ingest.acronyms import singular

_TOKEN = re.compile(r"[^\W_]+(?:[&/-][^\W_]+)*")
_FEWEST_WORDS = 2  # of what an acronym stands for


class Acronyms:
    """What acronyms stand for.

    Args:
        pairs: Acronyms, each with words it stands for.
    """

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._meanings: dict[str, dict[tuple[str, ...], str]] = defaultdict(dict)
        self._by_first: dict[str, dict[tuple[str, ...], set[str]]] = defaultdict(lambda: defaultdict(set))
        for acronym, meaning in pairs:
            words = tuple(tokenize(meaning))
            if len(words) >= _FEWEST_WORDS:
                self._meanings[singular(acronym)].setdefault(words, meaning)
                self._by_first[words[0]][words].add(singular(acronym))

    def meanings(self, acronym: str) -> list[str]:
        """What an acronym stands for, each in the documents' words; none if it is not known."""
        return list(self._meanings.get(singular(acronym), {}).values())

    def other_names(self, text: str) -> list[str]:
        """What the acronyms in a text stand for, and the acronyms of what stands in it, that are not in it themselves.

        Example:
            >>> known = Acronyms([("ESB", "Empress State Building")])
            >>> known.other_names("When was the ESB bought?"), known.other_names("the Empress State Building")
            (['Empress State Building'], ['ESB'])
        """
        words = tokenize(text)
        has = set(words)
        found: dict[str, None] = {}
        for token in _TOKEN.findall(text):
            for spelt, meaning in self._meanings.get(singular(token), {}).items():
                if not has.issuperset(spelt):
                    found[meaning] = None
        for at, word in enumerate(words):
            for spelt, acronyms in self._by_first.get(word, {}).items():
                if tuple(words[at : at + len(spelt)]) == spelt:
                    found |= {acronym: None for acronym in sorted(acronyms) if has.isdisjoint(tokenize(acronym))}
        return list(found)
