"""Documents and passages that are elsewhere, as the mapping and the sequence that a snapshot has them in.

What was asked for is remembered, the last of it; several threads may ask at once.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from threading import Lock
from typing import Generic, TypeVar, overload

from index.passages import Passages, places_of_documents
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


class KeptPassages(Passages):
    """A snapshot's passages, by place.

    Args:
        fetch: Gives the passages at some places, in their order.
        counts: How many each document has, in the order of the documents.
        most: How many are remembered.
    """

    def __init__(
        self, fetch: Callable[[Sequence[int]], Sequence[Passage]], counts: Mapping[str, int], most: int
    ) -> None:
        self._kept = Remembered(fetch, most)
        super().__init__(sum(counts.values()), lambda place: self._kept.get([place])[0], places_of_documents(counts))

    @overload
    def __getitem__(self, place: int) -> Passage: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[Passage, ...]: ...
    def __getitem__(self, place: int | slice) -> Passage | tuple[Passage, ...]:
        """The passage at a place, or those at several, fetched together."""
        places = range(len(self))[place]
        return self._kept.get([places])[0] if isinstance(places, int) else tuple(self._kept.get(places))

    def __iter__(self) -> Iterator[Passage]:
        for at in range(0, len(self), _AT_ONCE):
            yield from self[at : at + _AT_ONCE]

    def of_document(self, doc_id: str) -> Iterator[Passage]:
        """A document's passages, in order, fetched together."""
        places = self.places_of(doc_id)
        yield from self[places.start : places.stop]


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
