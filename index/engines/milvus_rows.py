"""A snapshot as the rows of its two collections in a Milvus; the same snapshot always gives the same rows."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from index.engines.interim import vectors_of, word_weights, words_of
from index.engines.milvus_kept import PIECES, WORDS, Wanted
from index.engines.parts import Kind, Rarities, Tokens
from index.late import ENDS, STATES, UNITS
from index.late import PIECES as PIECE_NUMBERS
from index.records import to_lines
from index.snapshot import Snapshot

NO_WORD = 2**32 - 2  # the number of a word that no query has: a row of a passage without words may not be empty
_AT_ONCE = 64  # passages whose token vectors are taken out of the index at a time


def searched_rows(snapshot: Snapshot) -> Iterator[dict[str, Any]]:
    """The rows of what is searched, by place: number of the document, vector, and each word's BM25 by its number."""
    numbers = {doc_id: number for number, doc_id in enumerate(snapshot.documents)}
    weights = word_weights(snapshot, words_of(snapshot))
    for place, (passage, vector, words) in enumerate(
        zip(snapshot.passages, vectors_of(snapshot), weights, strict=True)
    ):
        yield {
            "place": place,
            "document": numbers[passage.doc_id],
            "vector": vector.tolist(),
            "words": words or {NO_WORD: 1.0},
        }


def passage_contents(snapshot: Snapshot, places: Sequence[int]) -> Iterator[tuple[Wanted, bytes]]:
    """What is kept of the passages at some places, each with what it is kept under."""
    for at in range(0, len(places), _AT_ONCE):
        some = places[at : at + _AT_ONCE]
        for place, tokens in zip(some, _tokens(snapshot, some), strict=True):
            yield (Kind.PASSAGE, place), to_lines([snapshot.passages[place]])
            yield (Kind.TOKENS, place), tokens.pack()


def other_contents(snapshot: Snapshot) -> Iterator[tuple[Wanted, bytes]]:
    """All else that is kept, but for the head."""
    for number, document in enumerate(snapshot.documents.values()):
        yield (Kind.DOCUMENT, number), to_lines([document])
    yield WORDS, words_of(snapshot).pack()
    yield PIECES, _pieces(snapshot).pack()


def _tokens(snapshot: Snapshot, places: Sequence[int]) -> Iterator[Tokens]:
    files = snapshot.late.of(places).files()
    states, pieces, units, ends = (
        np.load(io.BytesIO(files[name]), allow_pickle=False) for name in (STATES, PIECE_NUMBERS, UNITS, ENDS)
    )
    for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
        yield Tokens(states[start:end], pieces[start:end], units[start:end])


def _pieces(snapshot: Snapshot) -> Rarities:
    """How rare each word piece is; its name is its number in the model's vocabulary."""
    every = range(len(snapshot.passages))
    some = (every[at : at + _AT_ONCE] for at in range(0, len(every), _AT_ONCE))
    known = sorted({int(piece) for places in some for tokens in _tokens(snapshot, places) for piece in tokens.pieces})
    idf = snapshot.late.idf(np.array([*known, -1], np.int32)).tolist()
    return Rarities(tuple(str(piece) for piece in known), tuple(idf[:-1]), idf[-1])
