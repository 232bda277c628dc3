"""Text that stands in two documents: which passages say the same.

A web page is often a report's chapter over again, cut into other paragraphs and with a word changed
here and there. So passages are compared by their units, and are the same if they share most of their
letters.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
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
    keys = [_keys(passage, texts[passage.doc_id]) for passage in passages]
    holders: dict[str, list[int]] = defaultdict(list)
    for i, held in enumerate(keys):
        for key in held:
            holders[key].append(i)
    return [replace(p, same_as=tuple(_twins(i, passages, keys, holders))) for i, p in enumerate(passages)]


def _keys(passage: Passage, text: str) -> set[str]:
    keys = (same_text(quote_at(text, unit.spans)) for unit in passage.units)
    return {key for key in keys if len(key) >= _SHORTEST}


def _twins(
    at: int, passages: Sequence[Passage], keys: Sequence[set[str]], holders: Mapping[str, Sequence[int]]
) -> Iterable[str]:
    shared: Counter[int] = Counter()
    for key in keys[at]:
        for other in holders[key]:
            if passages[other].doc_id != passages[at].doc_id:
                shared[other] += len(key)
    size = _size(keys[at])
    return sorted(passages[i].passage_id for i, n in shared.items() if n >= _MOST_OF * min(size, _size(keys[i])))


def _size(keys: set[str]) -> int:
    return sum(map(len, keys))
