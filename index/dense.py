"""Nearest vectors, exactly, with FAISS."""

from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import Vectors


class DenseIndex:
    """Inner products of a question's vector with each passage's; on unit vectors, their cosine."""

    def __init__(self, flat: faiss.Index) -> None:
        self._flat = flat

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> "DenseIndex":
        """An index of (n_passages, dim) float32 vectors of unit length."""
        flat = faiss.IndexFlatIP(vectors.shape[1])
        flat.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(flat)

    @classmethod
    def load(cls, path: Path) -> "DenseIndex":
        """Read what ``save`` wrote."""
        return cls(faiss.read_index(str(path)))

    def save(self, path: Path) -> None:
        """Write the index in FAISS' own format."""
        faiss.write_index(self._flat, str(path))

    def __len__(self) -> int:
        return int(self._flat.ntotal)

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        return int(self._flat.d)

    def scores(self, vector: Vectors) -> NDArray[np.float64]:
        """The cosine of each passage with a (dim,) question vector: (n_passages,) float64."""
        scores, ids = self._flat.search(vector.reshape(1, -1).astype(np.float32), len(self))
        ordered = np.zeros(len(self), np.float64)
        ordered[ids[0]] = scores[0]
        return ordered
