"""What the trials of the index are made with: documents that all say one number, a cheap encoder, and what answers.

Every passage of a corpus says the corpus' number, so an answer shows which snapshot it is from, and one that was put
together from two shows two numbers.
"""

import re
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from index import (
    Changes,
    Encoding,
    Model,
    Snapshot,
    build,
    candidate,
    load,
    load_library,
    search,
    snapshot_folder,
)
from index.current import order
from index.encoder import as_states
from index.snapshot import load_whole

DIM = 16
MODEL = Model("cheap", Path(), "0" * 64)
QUERIES = ("How many passengers did the ferry carry?", "books lent by the library", "repairs to the harbour wall")
_THINGS = ("ferry carried passengers", "library lent books", "harbour board paid for repairs to the wall")


class CheapEncoder:
    """An Encoder whose word pieces are words, each with a vector drawn by its letters: nothing is loaded."""

    precision = "single"

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        """Encode texts, as ``Encoder.encode`` says."""
        if on_done:
            on_done(len(texts))
        return [_encoding(text) for text in texts]


def cheap(_model: Model) -> CheapEncoder:
    """What ``build`` loads the encoder with."""
    return CheapEncoder()


def write_corpus(corpus: Path, number: int, documents: int = 3, sentences: int = 12) -> None:
    """Write documents whose every sentence says a number, and a catalogue that does."""
    corpus.mkdir(parents=True, exist_ok=True)
    for at in range(documents):
        thing = _THINGS[at % len(_THINGS)]
        lines = [f"Report {number} of branch {at}", ""]
        for month in range(sentences):
            lines += [f"In month {month} of {number} the {thing}, {number} in all, as branch {at} reports.", ""]
        (corpus / f"branch-{at}.txt").write_text("\n".join(lines), "utf-8")
    (corpus / "catalogue.toml").write_text(f'[branch-0]\ntitle = "Report {number}"\n', "utf-8")


def build_number(home: Path, number: int, *, publish: bool = True) -> Changes:
    """Build the index of a home's corpus after all of it was changed to say a number."""
    write_corpus(home / "corpus", number)
    return build(home / "corpus", home / "build" / "index", MODEL, encoder=cheap, publish=publish)


def number_of(snapshot: Snapshot) -> int:
    """The number that a snapshot says everywhere: in its documents, its passages and what is found.

    Raises:
        ValueError: If it says two, or none.
    """
    said = set()
    for passage in snapshot.passages:
        said |= _numbers(passage.text)
    for document in snapshot.documents.values():
        said |= _numbers(document.text)
    for query in QUERIES:
        hits = search(snapshot, CheapEncoder(), query)
        said |= _numbers(hits[0].passage.text) if hits else {-1}
    if len(said) != 1:
        raise ValueError(f"one snapshot says {sorted(said)}")
    return said.pop()


def answering(folder: Path) -> int:
    """The number that the live snapshot of an index answers with; raises ValueError or IndexProblem if it does not."""
    return number_of(load(folder))


def sound(folder: Path) -> int:
    """As ``answering``; besides, all that the index keeps, and its candidate, must be whole."""
    number = answering(folder)
    waiting = candidate(folder)
    for name in (*order(folder), *([waiting.name] if waiting else [])):
        load_whole(snapshot_folder(folder, name))
        load_library(snapshot_folder(folder, name))
    return number


def answers(snapshot: Snapshot) -> list[tuple[str, float]]:
    """All that the queries find, to the last digit."""
    return [(hit.passage.text, hit.score) for query in QUERIES for hit in search(snapshot, CheapEncoder(), query)]


def _numbers(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"\b\d{6}\b", text)}


def _encoding(text: str) -> Encoding:
    words = re.findall(r"\w+", text.lower()) or ["nothing"]
    starts = [found.start() for found in re.finditer(r"\w+", text)] or [0]
    each = np.stack([_drawn(word) for word in words])
    whole = each.sum(axis=0)
    pieces = np.array([zlib.crc32(word.encode()) % 2**31 for word in words], np.int32)
    vector = (whole / np.linalg.norm(whole)).astype(np.float32)
    return Encoding(vector, pieces, np.array(starts, np.int32), as_states(each.astype(np.float32)))


def _drawn(word: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    drawn = np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIM)
    return drawn / np.linalg.norm(drawn)
