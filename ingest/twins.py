"""Text that stands in two documents: which passages say the same.

A web page is often a report's chapter over again, cut into other paragraphs and with a word changed
here and there. So passages are compared by their units, and are the same if they share most of their
letters.
"""

import hashlib
import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from ingest.packing import Passage
from ingest.quotes import quote_at

_SHORTEST = 30  # letters and digits of a unit that are compared: less may be alike by chance
_MOST_OF = 0.6  # of the shorter passage's compared letters


def same_text(text: str) -> str:
    """A text as compared with another: letters and digits alone, in lower case."""
    return re.sub(r"[\W_]+", "", text).lower()


def with_twins(passages: Sequence[Passage], texts: Mapping[str, str]) -> list[Passage]:
    """The passages, each with the ids of those of other documents that say the same.

    Args:
        passages: Of all documents.
        texts: Each document's text.

    Returns:
        The same passages in the same order. Being the same goes both ways.
    """
    finder = TwinFinder()
    for passage in passages:
        finder.add(passage, texts[passage.doc_id])
    return [replace(p, same_as=same) for p, same in zip(passages, finder.twins(), strict=True)]


class TwinFinder:
    """Finds passages that say the same, told of one after the other; some hundred bytes of memory a passage."""

    def __init__(self) -> None:
        self._ids: list[str] = []
        self._documents: list[str] = []
        # Of all compared units, a passage's after the other's: what tells the text, and how many letters it has.
        self._keys, self._letters, self._ends = array("Q"), array("I"), array("Q", [0])

    def add(self, passage: Passage, text: str) -> None:
        """The next passage, and the text of its document."""
        units = {same_text(quote_at(text, unit.spans)) for unit in passage.units}
        for unit in sorted(units):
            if len(unit) >= _SHORTEST:
                self._keys.append(int.from_bytes(hashlib.blake2b(unit.encode(), digest_size=8).digest()))
                self._letters.append(len(unit))
        self._ends.append(len(self._keys))
        self._ids.append(passage.passage_id)
        self._documents.append(passage.doc_id)

    def twins(self) -> Iterator[tuple[str, ...]]:
        """For each passage, in order, the ids of those of other documents that say the same, sorted."""
        holders = self._holders()
        for at in range(len(self._ids)):
            shared: Counter[int] = Counter()
            for n in range(self._ends[at], self._ends[at + 1]):
                for other in holders.get(self._keys[n], ()):
                    if self._documents[other] != self._documents[at]:
                        shared[other] += self._letters[n]
            size = self._size(at)
            yield tuple(sorted(self._ids[i] for i, n in shared.items() if n >= _MOST_OF * min(size, self._size(i))))

    def _holders(self) -> Mapping[int, Sequence[int]]:
        """The passages that have each unit which more than one has."""
        import numpy as np  # not above: the process that reads one document loads this folder's front door

        keys, counts = np.unique(np.frombuffer(self._keys, np.uint64), return_counts=True)
        several = set(keys[counts > 1].tolist())
        holders: dict[int, list[int]] = defaultdict(list)
        for at in range(len(self._ids)):
            for key in self._keys[self._ends[at] : self._ends[at + 1]]:
                if key in several:
                    holders[key].append(at)
        return holders

    def _size(self, at: int) -> int:
        return sum(self._letters[self._ends[at] : self._ends[at + 1]])
