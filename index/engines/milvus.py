"""A snapshot in a Milvus, searched as one in memory is.

Milvus finds candidates: those with the best BM25 (as inner products of ready scores, so that a word is what it is to
us), and those with the best cosines. What each of them lacks of the other's scores is computed from its row. The fusion
and late interaction are ours, over the candidates alone (index/hybrid.py).

Covered: an index keeps to the snapshot that was live when it was opened, so that no answer is of two; it answers until
two others have been published since. Not covered: seeing a new one by itself (open it again); more candidates than
Milvus gives hits.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from index.candidates import Candidates
from index.encoder import Vectors
from index.engines.address import Address
from index.engines.kept_records import KeptDocuments, KeptPassages
from index.engines.kept_scores import KeptLate, KeptWords
from index.engines.milvus_connection import PUBLISH_COMMAND
from index.engines.milvus_kept import (
    HEAD,
    PIECES,
    VOCABULARY,
    WORDS,
    Head,
    read_documents,
    read_kept,
    read_passages,
)
from index.engines.milvus_store import MilvusStore, search_params
from index.engines.parts import Kind, Rarities, Tokens
from index.errors import DamagedIndex, NoIndex
from index.fusion import Scores
from index.snapshot import Manifest
from index.vocabulary import Vocabulary

_PASSAGES = 20_000  # remembered: some 4 kB each
_DOCUMENTS = 200  # remembered: some 100 kB each


class MilvusIndex:
    """A snapshot in a Milvus; safe to share among threads.

    Args:
        store: The Milvus.
        collection: The snapshot's collection.
        head: What the snapshot is.
        words: How rare its words are.
        pieces: How rare its word pieces are.
        vocabulary: How its passages write.
    """

    def __init__(
        self,
        store: MilvusStore,
        collection: str,
        head: Head,
        words: Rarities,
        pieces: Rarities,
        vocabulary: Vocabulary,
    ) -> None:
        self._store = store
        self._head = head
        self._collection = collection
        self.lexical = KeptWords(words)
        self.vocabulary = vocabulary
        counts = {doc_id: head.manifest.passages[doc_id] for doc_id in head.documents}
        self.passages = KeptPassages(lambda places: read_passages(store, collection, places), counts, _PASSAGES)
        self.documents = KeptDocuments(
            lambda numbers: read_documents(store, collection, numbers), head.documents, _DOCUMENTS
        )
        self.late = KeptLate(lambda places: _read_tokens(store, collection, places), pieces)
        self._numbers = {doc_id: number for number, doc_id in enumerate(head.documents)}

    @classmethod
    def open(cls, address: Address) -> "MilvusIndex":
        """Open the snapshot that is live in a Milvus.

        Raises:
            NoIndex: If none is.
            StaleIndex: If it is of another version.
            DamagedIndex: If it is not whole.
            EngineProblem: If Milvus cannot be reached.
        """
        store = MilvusStore.connect(address)
        try:
            collection = store.live()
            if collection is None:
                raise NoIndex(f"there is no index in {address}. Run: {PUBLISH_COMMAND}")
            store.load(collection)
            found = read_kept(store, collection, [HEAD, WORDS, PIECES, VOCABULARY])
            head = Head.unpack(found[HEAD], f"{address}: {collection}")
            if store.count(collection) != head.passages:
                raise DamagedIndex(f"{address}: {collection} is not whole. Run: {PUBLISH_COMMAND}")
            words, pieces = Rarities.unpack(found[WORDS]), Rarities.unpack(found[PIECES])
            return cls(store, collection, head, words, pieces, Vocabulary.from_bytes(found[VOCABULARY]))
        except BaseException:
            store.close()
            raise

    @property
    def manifest(self) -> Manifest:
        """What the snapshot was built from."""
        return self._head.manifest

    @property
    def collection(self) -> str:
        """The name of its collection."""
        return self._collection

    def close(self) -> None:
        """Let go of the connection."""
        self._store.close()

    def candidates(
        self, words: Sequence[str], vector: Vectors | None, documents: Collection[str] | None, most: int
    ) -> Candidates:
        """The passages with the best scores by words and those with the best by meaning, each with both.

        Args:
            words: The query's words.
            vector: Its vector, (dim,), unit length; None to go by words alone.
            documents: The ids of the documents to look in; None for all.
            most: How many passages by each.
        """
        only = None if documents is None else sorted(self._numbers[d] for d in set(documents) if d in self._numbers)
        allowed = self._allowed(only)
        if not allowed:
            nothing = np.zeros(0, np.float64)
            return Candidates(np.zeros(0, np.intp), nothing, None if vector is None else nothing, 0.0, 0.0, 0)
        weights = {self.lexical.number(word): float(n) for word, n in Counter(words).items() if word in self.lexical}
        by_words = self._nearest("words", weights, most, only) if weights else {}
        by_meaning = self._nearest("vector", vector.tolist(), most, only) if vector is not None else {}
        places = sorted(by_words.keys() | by_meaning.keys())
        lexical = self._lexical(places, by_words, weights, all_found=len(by_words) < most)
        # Where not all allowed were found by words, some have none of them; or there are more than were asked for, each
        # with a word as common as "the": then the lowest is near 0.
        lexical_low = float(lexical.min()) if len(by_words) == allowed else 0.0
        cosines, cosine_low = None, 0.0
        if vector is not None:
            cosines = self._cosines(places, by_meaning, vector)
            cosine_low = float(cosines.min())
            if len(by_meaning) < allowed:
                cosine_low = -max(self._nearest("vector", (-vector).tolist(), 1, only).values())
        ranked = allowed if len(places) == allowed else most
        return Candidates(np.array(places, np.intp), lexical, cosines, lexical_low, cosine_low, ranked)

    def _allowed(self, only: Sequence[int] | None) -> int:
        """How many passages the documents of some numbers have; None for all."""
        counts = self._head.manifest.passages
        return self._head.passages if only is None else sum(counts[self._head.documents[number]] for number in only)

    def _nearest(
        self, field: str, query: Sequence[float] | Mapping[int, float], most: int, only: Sequence[int] | None
    ) -> dict[int, float]:
        params = search_params(self._head.vectors, most) if field == "vector" else {}
        return self._store.nearest(self._collection, field, query, most=most, only=only, params=params)

    def _lexical(
        self, places: Sequence[int], found: Mapping[int, float], weights: Mapping[int, float], *, all_found: bool
    ) -> Scores:
        """BM25 of each place: as found, or from its row; where all were found that have a word, 0 of the others."""
        scores = dict(found)
        missing = [] if all_found else [place for place in places if place not in scores]
        for place, row in self._rows(missing, "words").items():
            scores[place] = sum(weights[word] * weight for word, weight in row.items() if word in weights)
        return np.array([scores.get(place, 0.0) for place in places], np.float64)

    def _cosines(self, places: Sequence[int], found: Mapping[int, float], vector: Vectors) -> Scores:
        """The cosine of each place: as found, or from its row."""
        scores = dict(found)
        missing = [place for place in places if place not in scores]
        rows = self._rows(missing, "vector")
        if missing:
            vectors = np.array([rows[place] for place in missing], np.float32)
            scores.update(zip(missing, (vectors @ vector.astype(np.float32)).tolist(), strict=True))
        return np.array([scores[place] for place in places], np.float64)

    def _rows(self, places: Sequence[int], name: str) -> dict[int, Any]:
        """A field of the rows at some places."""
        rows = self._store.passages(self._collection, places, [name]) if places else {}
        if len(rows) != len(places):
            raise DamagedIndex(f"{self._store.address}: {self._collection} lacks passages. Run: {PUBLISH_COMMAND}")
        return {place: row[name] for place, row in rows.items()}


def _read_tokens(store: MilvusStore, collection: str, places: Sequence[int]) -> list[Tokens]:
    found = read_kept(store, collection, [(Kind.TOKENS, place) for place in places])
    return [Tokens.unpack(found[Kind.TOKENS, place]) for place in places]
