"""Vectors of the made passages: of the first ``REAL`` by the model, kept on the disk; of those beyond, moved a little.

How far a vector moves between two wordings of a text is measured on texts that are embedded in both: ``Movement`` draws
from the mean and the covariance of what was seen.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale_passages import Wordings
from index.encoder import Encoder, Encoding, Vectors

CHUNK = 1_000  # passages in a file
_AT_ONCE = 8  # texts that one thread embeds at a time


class RealEncodings:
    """Encodings of the first passages, made once and read from the disk from then on.

    Args:
        folder: Where they are kept; one for each seed.
        wordings: The passages.
    """

    def __init__(self, folder: Path, wordings: Wordings) -> None:
        self._folder = folder
        self._wordings = wordings

    def make(self, encoder: Encoder, count: int, on_done: Callable[[int], None] = lambda _: None) -> None:
        """Embed what is missing of the first passages and, if that is all, of those that movement is measured on.

        It may be broken off, and goes on where it was. One thread computes, so that it can wait behind other work.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        for path, numbers in self._files(count).items():
            if not path.exists():
                self._keep(path, [" ".join(self._wordings(number)) for number in numbers], encoder)
            on_done(min(numbers.stop, count))

    def whole(self, count: int) -> bool:
        """Whether all of that was embedded already."""
        return all(path.exists() for path in self._files(count))

    def each(self, count: int) -> Iterator[Encoding]:
        """The encodings of the first passages, in order."""
        for at in range(0, count, CHUNK):
            yield from _read(self._chunk(at))[: count - at]

    def vectors(self, count: int) -> Vectors:
        """(count, dim), float32, unit length: the vectors of the first passages."""
        return np.concatenate([_vectors(self._chunk(at)) for at in range(0, count, CHUNK)])[:count]

    def movement(self) -> "Movement":
        """How vectors move between two wordings."""
        here = self.vectors(min(CHUNK, self._wordings.real))
        return Movement(_vectors(self._pairs)[: len(here)] - here)

    @property
    def _pairs(self) -> Path:
        return self._folder / "pairs.npz"

    def _chunk(self, at: int) -> Path:
        return self._folder / f"real-{at // CHUNK:04}.npz"

    def _files(self, count: int) -> dict[Path, range]:
        """The files that are needed for the first passages, and the passages in each."""
        real = self._wordings.real
        files = {self._chunk(at): range(at, at + CHUNK) for at in range(0, min(count, real), CHUNK)}
        return {**files, self._pairs: range(real, real + CHUNK)} if count >= real else files

    def _keep(self, path: Path, texts: Sequence[str], encoder: Encoder) -> None:
        encodings = in_one_thread(encoder, texts)
        part = path.with_suffix(".part")
        with part.open("wb") as file:
            np.savez(
                file,
                vectors=np.stack([e.vector for e in encodings]).astype(np.float32),
                pieces=np.concatenate([e.pieces for e in encodings]),
                starts=np.concatenate([e.starts for e in encodings]),
                states=np.concatenate([e.states for e in encodings]),
                ends=np.cumsum([len(e.pieces) for e in encodings]),
            )
        part.replace(path)


class Movement:
    """How vectors of a text move from one wording to another.

    Args:
        differences: (n_pairs, dim): seen between two wordings.
    """

    def __init__(self, differences: Vectors) -> None:
        self._mean = differences.mean(axis=0)
        covariance = np.cov(differences.T) + 1e-9 * np.eye(differences.shape[1])
        self._spread = np.linalg.cholesky(covariance).T.astype(np.float32)
        self._lengths = np.linalg.norm(differences, axis=1)

    def moved(self, vectors: Vectors, random: np.random.Generator) -> Vectors:
        """(n, dim), float32, unit length: some vectors, each moved as if its text were worded otherwise."""
        steps = self._mean + random.standard_normal(vectors.shape, np.float32) @ self._spread
        steps *= (random.choice(self._lengths, len(vectors)) / np.linalg.norm(steps, axis=1))[:, None]
        found = vectors + steps
        moved: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
        return moved


def in_one_thread(encoder: Encoder, texts: Sequence[str]) -> list[Encoding]:
    """The encodings of texts, those of like length together, one small batch after the other."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    found: dict[int, Encoding] = {}
    for at in range(0, len(order), _AT_ONCE):
        chosen = order[at : at + _AT_ONCE]
        found.update(zip(chosen, encoder.encode([texts[i] for i in chosen]), strict=True))
    return [found[i] for i in range(len(texts))]


def _vectors(path: Path) -> Vectors:
    with np.load(path, allow_pickle=False) as kept:
        vectors: Vectors = kept["vectors"]
    return vectors


def _read(path: Path) -> list[Encoding]:
    with np.load(path, allow_pickle=False) as kept:
        parts = {name: kept[name] for name in kept.files}
    bounds: NDArray[np.int64] = np.concatenate([[0], parts["ends"]])
    return [
        Encoding(vector, *(parts[name][start:end] for name in ("pieces", "starts", "states")))
        for vector, start, end in zip(parts["vectors"], bounds, bounds[1:], strict=False)
    ]
