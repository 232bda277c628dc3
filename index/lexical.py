"""BM25 over passages, as rank-bm25 weighs it but for the idf, kept as ready scores.

What a word is worth in a passage hangs on nothing that a query says, so it is worked out when the index is built: for
each word the passages that have it and their scores, one word after the other. A query adds up the rows of its words.
The arrays are read from the disk as they are needed.

rank-bm25's Okapi gives a word that stands in half the passages or more an idf of 0 or a small
floor, and anything in a corpus of one or two a negative score. Lucene's idf, ln(1 + (N - n + 0.5) /
(n + 0.5)), is above 0 for every word, so a score above 0 means that some word was found.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.arrays import Arrays, create, save

K1 = 1.5
B = 0.75
WORDS = "lexical-words.txt"
STARTS, PLACES, WEIGHTS = "lexical-starts.npy", "lexical-places.npy", "lexical-weights.npy"
FILES = (WORDS, STARTS, PLACES, WEIGHTS)
_BLOCK = 4_000_000  # pairs of a word and a passage that are held in memory while an index is built
_SAMPLE = 200  # passages whose scores rank-bm25 is asked for, too, when an index is built
_NEAR = 1e-5  # how far, in proportion, a score kept in single precision may be from rank-bm25's


class LexicalIndex:
    """BM25 scores of passages.

    Args:
        words: Every word, sorted.
        starts: (n_words + 1,), int64: where each word's row begins.
        places: (n_pairs,), int32: the passages that have each word, a row after the other, each in ascending order.
        weights: (n_pairs,), float32: what the word is worth in each.
        passages: How many passages there are, at least one.
    """

    def __init__(
        self,
        words: Sequence[str],
        starts: NDArray[np.int64],
        places: NDArray[np.int32],
        weights: NDArray[np.float32],
        passages: int,
    ) -> None:
        if not (len(words) + 1 == len(starts) and len(places) == len(weights) == starts[-1]):
            raise ValueError(f"{len(words)} words and {len(places)} of their places do not fit together")
        self.words = words
        self._rows = {word: row for row, word in enumerate(words)}
        # As plain arrays: a slice of NumPy's mapped kind costs five times as much.
        self._starts, self._places, self._weights = np.asarray(starts), np.asarray(places), np.asarray(weights)
        self._passages = passages

    @classmethod
    def from_tokens(cls, tokens: Iterable[Sequence[str]]) -> "LexicalIndex":
        """An index of passages given as their words, in the index' order of passages; at least one."""
        builder = LexicalBuilder()
        for words in tokens:
            builder.add(words)
        return builder.index()

    @classmethod
    def from_files(cls, arrays: Arrays, passages: int) -> "LexicalIndex":
        """Read what ``LexicalBuilder`` wrote; raises ValueError if its parts do not fit together."""
        words = arrays.read(WORDS).decode().split("\n")[:-1]
        return cls(words, arrays.array(STARTS), arrays.array(PLACES), arrays.array(WEIGHTS), passages)

    def __len__(self) -> int:
        return self._passages

    def scores(self, words: Sequence[str]) -> NDArray[np.float32]:
        """BM25 of each passage, (n_passages,) float32, 0 where no word was found.

        References:
            Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond", 2009,
            doi:10.1561/1500000019, with the idf of Lucene's BM25Similarity.
        """
        scores = np.zeros(self._passages, np.float32)
        for word, times in Counter(words).items():
            places, weights = self.row(word)
            # A place is once in a row, but this is up to eight times as fast as ``scores[places] += weights``.
            np.add.at(scores, places, weights if times == 1 else weights * np.float32(times))
        return scores

    def row(self, word: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The passages that have a word, ascending, and what it is worth in each; both empty where none has it."""
        row = self._rows.get(word)
        part = slice(0, 0) if row is None else slice(int(self._starts[row]), int(self._starts[row + 1]))
        return self._places[part], self._weights[part]

    def by_passage(self) -> Iterator[dict[int, float]]:
        """For each passage in order, what each of its words, by its number in ``words``, is worth in it."""
        words = np.repeat(np.arange(len(self.words), dtype=np.int32), np.diff(self._starts))
        order = np.argsort(self._places, kind="stable")
        ends = np.cumsum(np.bincount(self._places, minlength=self._passages))
        for start, end in zip([0, *ends[:-1].tolist()], ends.tolist(), strict=True):
            held = order[start:end]
            yield dict(zip(words[held].tolist(), self._weights[held].tolist(), strict=True))

    def __contains__(self, word: str) -> bool:
        """Whether any passage has a word."""
        return word in self._rows

    def idf(self, word: str) -> float:
        """How rare a word is: ln(1 + (N - n + 0.5) / (n + 0.5)); a word that no passage has is the rarest."""
        return float(_idf(len(self.row(word)[0]), self._passages))


def _idf(having: Any, passages: int) -> Any:  # noqa: ANN401  a number to a number, an array to an array
    return np.log(1 + (passages - having + 0.5) / (having + 0.5))


class _Block(NamedTuple):
    """Pairs of a word and a passage, ordered by word and then by place: all arrays are as long as there are pairs."""

    words: NDArray[np.int32]
    places: NDArray[np.int32]
    times: NDArray[np.int32]


class LexicalBuilder:
    """Makes a lexical index out of one passage after the other, in bounded memory.

    Args:
        folder: Where what memory need not hold is kept meanwhile; None keeps all of it in memory.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._numbers: dict[str, int] = {}
        self._lengths = array("i")
        self._begin()
        self._blocks: list[_Block | Path] = []
        self._sample: list[list[str]] = []

    def add(self, words: Sequence[str]) -> None:
        """The words of the next passage."""
        if len(self._sample) < _SAMPLE:
            self._sample.append(list(words))
        counts = Counter(words)
        place = len(self._lengths)
        self._words.extend(self._numbers.setdefault(word, len(self._numbers)) for word in counts)
        self._times.extend(counts.values())
        self._places.extend([place] * len(counts))
        self._lengths.append(len(words))
        if len(self._words) >= _BLOCK:
            self._end_block()

    def index(self) -> LexicalIndex:
        """The index of what was added, in memory."""
        words, starts, places, weights = self._finish(None)
        return LexicalIndex(words, starts, places, weights, len(self._lengths))

    def write(self, folder: Path) -> None:
        """Write the index of what was added as ``FILES``.

        Raises:
            ValueError: If the scores are not rank-bm25's: a fault of ours.
        """
        words, starts, places, weights = self._finish(folder)
        self._check(LexicalIndex(words, starts, places, weights, len(self._lengths)))
        for mapped in (places, weights):
            if isinstance(mapped, np.memmap):
                mapped.flush()
        (folder / WORDS).write_text("".join(f"{word}\n" for word in words), "utf-8")
        save(folder / STARTS, starts)
        for block in self._blocks:
            if isinstance(block, Path):
                block.unlink()

    def _begin(self) -> None:
        self._words, self._places, self._times = array("i"), array("i"), array("i")

    def _end_block(self) -> None:
        if not self._words:
            return
        found = [np.frombuffer(part, np.int32) for part in (self._words, self._places, self._times)]
        order = np.argsort(found[0], kind="stable")
        block = _Block(*(part[order] for part in found))
        if self._folder is None:
            self._blocks.append(block)
        else:
            path = self._folder / f"lexical-block-{len(self._blocks)}.npy"
            save(path, np.stack(block))
            self._blocks.append(path)
        self._begin()

    def _each_block(self) -> Iterator[_Block]:
        for block in self._blocks:
            yield block if isinstance(block, _Block) else _Block(*np.load(block, mmap_mode="r"))

    def _finish(
        self, folder: Path | None
    ) -> tuple[list[str], NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
        """Lay the blocks' pairs out word by word."""
        self._end_block()
        words = sorted(self._numbers)
        row_of = np.empty(len(words), np.int64)
        row_of[[self._numbers[word] for word in words]] = np.arange(len(words))
        having = np.zeros(len(words), np.int64)
        for block in self._each_block():
            having += np.bincount(row_of[block.words], minlength=len(words))
        starts = np.concatenate([[0], np.cumsum(having)]).astype(np.int64)
        places = create(folder and folder / PLACES, (int(starts[-1]),), np.int32)
        weights = create(folder and folder / WEIGHTS, (int(starts[-1]),), np.float32)
        lengths = np.frombuffer(self._lengths, np.int32).astype(np.float64)
        penalty = K1 * (1 - B + B * lengths / max(float(lengths.mean()), 1e-9))
        idf = _idf(having, len(lengths))
        free = starts[:-1].copy()
        for block in self._each_block():
            rows = row_of[block.words]
            runs = np.flatnonzero(np.diff(block.words, prepend=-1))
            sizes = np.diff(np.append(runs, len(rows)))
            at = np.repeat(free[rows[runs]] - runs, sizes) + np.arange(len(rows))
            free[rows[runs]] += sizes
            places[at] = block.places
            weights[at] = idf[rows] * block.times * (K1 + 1) / (block.times + penalty[block.places])
        return words, starts, places, weights

    def _check(self, index: LexicalIndex) -> None:
        """Hold the scores of the first passages against rank-bm25's own, with this index' idf and mean length."""
        from rank_bm25 import BM25Okapi  # imported here: only a build needs it

        if not any(self._sample):
            return
        okapi = BM25Okapi([words or [""] for words in self._sample], k1=K1, b=B)  # type: ignore[no-untyped-call]
        okapi.doc_len = [len(words) for words in self._sample]
        okapi.avgdl = sum(self._lengths) / len(self._lengths)  # type: ignore[assignment]
        okapi.idf = {word: index.idf(word) for words in self._sample for word in words}
        for query in self._sample[:: _SAMPLE // 10]:
            theirs = np.asarray(okapi.get_scores(query))  # type: ignore[no-untyped-call]
            if not np.allclose(index.scores(query)[: len(self._sample)], theirs, rtol=_NEAR, atol=_NEAR):
                raise ValueError("the lexical scores are not those of rank-bm25")
