"""Documents and passages that are elsewhere, as the mapping and the sequence that a snapshot has them in.

What was asked for is remembered, the last of it; several threads may ask at once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar, overload

from ingest import Document, Passage

_Thing = TypeVar("_Thing")
_AT_ONCE = 200  # read at a time by who goes through all of them


class Remembered(Generic[_Thing]):
    """Things that are fetched by number, the last of them remembered.

    Args:
        fetch: Gives the things of some numbers, in their order.
        most: How many are remembered.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], Sequence[_Thing]], most: int) -> None:
        self._fetch = fetch
        self._most = most
        self._known: OrderedDict[int, _Thing] = OrderedDict()
        self._lock = Lock()

    def get(self, numbers: Sequence[int]) -> list[_Thing]:
        """The things of some numbers, in their order; those not remembered are fetched together."""
        with self._lock:
            found = {number: self._known[number] for number in numbers if number in self._known}
            for number in found:
                self._known.move_to_end(number)
        missing = [number for number in dict.fromkeys(numbers) if number not in found]
        if missing:
            fetched = dict(zip(missing, self._fetch(missing), strict=True))
            found |= fetched
            with self._lock:
                self._known.update(fetched)
                while len(self._known) > self._most:
                    self._known.popitem(last=False)
        return [found[number] for number in numbers]


class KeptPassages(Sequence[Passage]):
    """A snapshot's passages, by place.

    Args:
        fetch: Gives the passages at some places, in their order.
        number: How many there are.
        most: How many are remembered.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], Sequence[Passage]], number: int, most: int) -> None:
        self._kept = Remembered(fetch, most)
        self._number = number

    def __len__(self) -> int:
        return self._number

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Passage]: ...
    def __getitem__(self, place: int | slice) -> Passage | Sequence[Passage]:
        """The passage at a place, or those at several."""
        places = range(self._number)[place]
        return self._kept.get([places])[0] if isinstance(places, int) else self._kept.get(places)

    def __iter__(self) -> Iterator[Passage]:
        for at in range(0, self._number, _AT_ONCE):
            yield from self[at : at + _AT_ONCE]

    def ahead(self, places: Sequence[int]) -> None:
        """Fetch passages together that will be asked for one by one."""
        self._kept.get(places)


class KeptDocuments(Mapping[str, Document]):
    """A snapshot's documents, by id.

    Args:
        fetch: Gives the documents of some numbers, in their order.
        ids: The documents' ids, each at its number.
        most: How many are remembered.
    """

    def __init__(self, fetch: Callable[[Sequence[int]], Sequence[Document]], ids: Sequence[str], most: int) -> None:
        self._kept = Remembered(fetch, most)
        self._numbers = {doc_id: number for number, doc_id in enumerate(ids)}

    def __getitem__(self, doc_id: str) -> Document:
        return self._kept.get([self._numbers[doc_id]])[0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._numbers)

    def __len__(self) -> int:
        return len(self._numbers)

    def __contains__(self, doc_id: object) -> bool:
        return doc_id in self._numbers
