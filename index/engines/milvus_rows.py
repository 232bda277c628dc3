"""A snapshot as the rows of its two collections in a Milvus; the same snapshot always gives the same rows."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index.engines.milvus_kept import PIECES, VOCABULARY, WORDS, Wanted
from index.engines.parts import Kind, Rarities, Tokens
from index.records import to_line
from index.snapshot import Snapshot

NO_WORD = 2**32 - 2  # the number of a word that no query has: a row of a passage without words may not be empty


def searched_rows(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """The rows of what is searched, by place: number of the document, vector, and each word's BM25 by its number."""
    numbers = {doc_id: number for number, doc_id in enumerate(snapshot.documents)}
    rows = zip(snapshot.passages, snapshot.dense.vectors, snapshot.lexical.by_passage(), strict=True)
    for place, (passage, vector, words) in enumerate(rows):
        yield {
            "place": place,
            "document": numbers[passage.doc_id],
            "vector": vector.tolist(),
            "words": words or {NO_WORD: 1.0},
        }


def passage_contents(snapshot: Snapshot, places: Sequence[int]) -> Iterator[tuple[Wanted, bytes]]:
    """What is kept of the passages at some places, each with what it is kept under."""
    for place in places:
        yield (Kind.PASSAGE, place), to_line(snapshot.passages[place])
        yield (Kind.TOKENS, place), Tokens(*snapshot.late.tokens(place)).pack()


def other_contents(snapshot: Snapshot) -> Iterator[tuple[Wanted, bytes]]:
    """All else that is kept, but for the head."""
    for number, document in enumerate(snapshot.documents.values()):
        yield (Kind.DOCUMENT, number), to_line(document)
    yield WORDS, _words(snapshot).pack()
    yield PIECES, _pieces(snapshot).pack()
    yield VOCABULARY, snapshot.vocabulary.dump()


def _words(snapshot: Snapshot) -> Rarities:
    """The words of a snapshot, sorted, and how rare each is."""
    lexical = snapshot.lexical
    return Rarities(tuple(lexical.words), tuple(map(lexical.idf, lexical.words)), lexical.idf(""))


def _pieces(snapshot: Snapshot) -> Rarities:
    """How rare each word piece is; its name is its number in the model's vocabulary."""
    known = snapshot.late.known()
    idf = snapshot.late.idf(np.array([*known, -1], np.int32)).tolist()
    return Rarities(tuple(map(str, known)), tuple(idf[:-1]), idf[-1])
