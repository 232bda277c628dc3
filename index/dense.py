"""Nearest vectors with FAISS: exactly, and beyond some size by bytes first and exactly after.

    up to FLAT_MOST passages   every vector is compared
    up to SCAN_MOST            every vector is compared, as bytes with the question's as bytes
    beyond                     those of the nearest cells, as bytes; of all cells where documents are chosen

What is found by bytes is judged again by the vectors themselves, which then stay on the disk. docs/scale.md has the
measured crossings.
"""

import math
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.arrays import FolderArrays
from index.encoder import Vectors

FLAT_MOST = 20_000
SCAN_MOST = 50_000
COARSE, VECTORS = "dense.faiss", "dense.npy"
_TRAINED_ON = 100_000  # vectors, spread evenly, that cells and the steps of bytes are learnt from
_PROBED = 0.25  # of the cells: docs/scale.md
_PROBED_LOWEST = 0.05  # of them, where it need not be the very lowest
_AT_ONCE = 50_000  # vectors that are added at a time, so that memory holds no more of them


class DenseIndex:
    """Inner products of a question's vector with passages'; on unit vectors, their cosine.

    Args:
        coarse: What finds the nearest.
        vectors: (n_passages, dim), float32: what they are judged by.
    """

    def __init__(self, coarse: faiss.Index, vectors: Vectors) -> None:
        if coarse.ntotal != len(vectors):
            raise ValueError(f"{coarse.ntotal} vectors to find and {len(vectors)} to judge them by do not fit together")
        self._coarse = coarse
        self.vectors: Vectors = np.asarray(vectors)

    @classmethod
    def from_vectors(cls, vectors: Vectors) -> "DenseIndex":
        """An index of (n_passages, dim) float32 vectors of unit length, which are read a part at a time."""
        if len(vectors) <= FLAT_MOST:
            whole = faiss.IndexFlatIP(vectors.shape[1])
            whole.add(np.ascontiguousarray(vectors, dtype=np.float32))
            return cls(whole, vectors)
        sample = np.ascontiguousarray(vectors[:: max(1, len(vectors) // _TRAINED_ON)], dtype=np.float32)
        reach = float(np.abs(sample).max())
        coarse = _empty(len(vectors), _in_bytes(sample, reach))
        for at in range(0, len(vectors), _AT_ONCE):
            coarse.add(_in_bytes(vectors[at : at + _AT_ONCE], reach))
        return cls(coarse, vectors)

    @classmethod
    def load(cls, folder: Path) -> "DenseIndex":
        """Read what ``save`` wrote; raises RuntimeError or ValueError if it cannot be read."""
        coarse = faiss.read_index(str(folder / COARSE))
        if isinstance(coarse, faiss.IndexFlat):
            vectors = faiss.rev_swig_ptr(coarse.get_xb(), coarse.ntotal * coarse.d).reshape(coarse.ntotal, coarse.d)
            return cls(coarse, vectors)
        return cls(coarse, FolderArrays(folder).array(VECTORS))

    def save(self, folder: Path) -> None:
        """Write the index in FAISS' own format; the vectors beside it where it is not made of them."""
        faiss.write_index(self._coarse, str(folder / COARSE))
        if not self.whole and not (folder / VECTORS).exists():
            np.save(folder / VECTORS, self.vectors, allow_pickle=False)

    def __len__(self) -> int:
        return len(self.vectors)

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        return int(self._coarse.d)

    @property
    def whole(self) -> bool:
        """Whether what finds the nearest holds the vectors themselves."""
        return isinstance(self._coarse, faiss.IndexFlat)

    def cosines(self, vector: Vectors, places: NDArray[np.intp]) -> NDArray[np.float64]:
        """The cosine of some passages, (n_places,), with a (dim,) question vector."""
        return (self.vectors[places] @ vector).astype(np.float64)

    def best(self, vector: Vectors, most: int, allowed: NDArray[np.bool_] | None = None) -> NDArray[np.intp]:
        """The passages nearest to a (dim,) question vector: at most ``most``, in no order.

        Args:
            vector: The question's.
            most: How many.
            allowed: (n_passages,), which passages to look among; None for all.
        """
        parameters = None
        if allowed is not None:
            bits = np.packbits(allowed, bitorder="little")
            parameters = self._among(faiss.IDSelectorBitmap(len(allowed), faiss.swig_ptr(bits)))
        return self._nearest(vector, most, parameters)

    def lowest(self, vector: Vectors) -> float:
        """About the lowest cosine that any passage has: that of the one nearest to the opposite of a question."""
        parameters = None
        if isinstance(self._coarse, faiss.IndexIVF):
            celled: Any = faiss.SearchParametersIVF
            parameters = celled(nprobe=max(1, round(_PROBED_LOWEST * self._coarse.nlist)))
        return float(self.cosines(vector, self._nearest(-vector, 1, parameters)).min(initial=1.0))

    def _nearest(self, vector: Vectors, most: int, parameters: Any) -> NDArray[np.intp]:  # noqa: ANN401
        # Any reach will do for the question: what is nearest does not change with its length.
        asked = vector if self.whole else _in_bytes(vector, float(np.abs(vector).max()))
        _, found = self._coarse.search(asked.reshape(1, -1).astype(np.float32), min(most, len(self)), params=parameters)
        places: NDArray[np.intp] = found[0][found[0] >= 0].astype(np.intp)
        return places

    def _among(self, chosen: Any) -> Any:  # noqa: ANN401  FAISS has no types
        """How to search among chosen passages alone: they may all stand in cells that are not the nearest."""
        coarse: Any = self._coarse
        if isinstance(coarse, faiss.IndexIVF):
            celled: Any = faiss.SearchParametersIVF
            return celled(nprobe=coarse.nlist, sel=chosen)
        settings: Any = faiss.SearchParameters
        return settings(sel=chosen)


def _in_bytes(vectors: Vectors, reach: float) -> Vectors:
    """Numbers up to a reach, either way, as whole ones up to 127, still float32, as FAISS takes them."""
    steps: Vectors = np.rint(vectors * np.float32(127 / (reach or 1.0)))
    return np.clip(steps, -127, 127)


def _empty(n: int, sample: Vectors) -> Any:  # noqa: ANN401  FAISS has no types
    """An index for so many vectors of bytes, trained on some of them, with nothing in it."""
    dim, kind = sample.shape[1], faiss.ScalarQuantizer.QT_8bit_direct_signed
    if n <= SCAN_MOST:
        scanning = faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)
        scanning.train(sample)
        return scanning
    cells = min(int(2 * math.sqrt(n)), len(sample) // 39)  # FAISS asks for 39 vectors a cell to learn from
    centres: Any = faiss.IndexFlatIP(dim)
    celled: Any = faiss.IndexIVFScalarQuantizer(centres, dim, cells, kind, faiss.METRIC_INNER_PRODUCT, False)
    celled.own_fields = True
    centres.this.disown()
    celled.train(sample)
    celled.nprobe = max(1, round(_PROBED * cells))
    return celled
