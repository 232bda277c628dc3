"""Token vectors in an eighth of their bytes, where there are too many passages to keep them as they are.

A vector is cut into parts of eight numbers, and each part is kept as the number of the nearest of 256 that were learnt
(product quantisation). docs/scale.md has what it costs in time and in what is found.

References:
    Jégou, Douze and Schmid, "Product Quantization for Nearest Neighbor Search", IEEE TPAMI 2011,
    doi:10.1109/TPAMI.2010.57.
"""

from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.encoder import SCALE, Vectors

PART = 8  # numbers of a vector that one byte stands for
TRAINED_ON = 50_000  # vectors, spread evenly
_ROUNDS = 10  # of learning; more make a difference that cannot be seen in what is found


class LateCodec:
    """Turns token vectors into codes and back.

    Args:
        codec: FAISS' own.
    """

    def __init__(self, codec: Any) -> None:  # noqa: ANN401  FAISS has no types
        self._codec = codec
        # (parts * 256, numbers in a part): what each number of each part stands for, and where each part's begin.
        self._learnt = faiss.vector_to_array(codec.pq.centroids).reshape(-1, codec.pq.dsub)
        self._begins = np.arange(codec.pq.M) * codec.pq.ksub

    @classmethod
    def learnt(cls, states: NDArray[np.int8]) -> "LateCodec":
        """A codec for vectors like some, (n, dim), int8 as ``LateIndex`` has them; at least 256."""
        dim = states.shape[1]
        parts = next(n for n in range(max(1, dim // PART), 0, -1) if dim % n == 0)
        codec = faiss.IndexPQ(dim, parts, 8)
        codec.pq.cp.niter = _ROUNDS
        codec.pq.cp.min_points_per_centroid = 1  # what little there is must do
        codec.train(_whole(states[:: max(1, len(states) // TRAINED_ON)]))
        return cls(codec)

    @classmethod
    def load(cls, content: bytes) -> "LateCodec":
        """Read what ``dump`` gave; raises RuntimeError if it cannot be read."""
        return cls(faiss.deserialize_index(np.frombuffer(content, np.uint8)))

    def dump(self) -> bytes:
        """It as bytes."""
        content: bytes = faiss.serialize_index(self._codec).tobytes()
        return content

    @property
    def dim(self) -> int:
        """How many numbers a vector has."""
        return int(self._codec.d)

    @property
    def width(self) -> int:
        """How many bytes a code has."""
        return int(self._codec.sa_code_size())

    def encode(self, states: NDArray[np.int8]) -> NDArray[np.uint8]:
        """(n, dim), int8, to (n, width), uint8."""
        codes: NDArray[np.uint8] = self._codec.sa_encode(_whole(states))
        return codes

    def decode(self, codes: NDArray[np.uint8]) -> Vectors:
        """(n, width), uint8, to (n, dim), float32, of unit length; a vector of nothing but 0 stays one."""
        # As FAISS decodes, in half its time, and without threads that wait for each other where many ask at once.
        found: Vectors = self._learnt.take(codes + self._begins, axis=0).reshape(len(codes), self.dim)
        lengths = np.sqrt(np.einsum("ij,ij->i", found, found))
        found /= np.where(lengths > 0, lengths, 1)[:, None]
        return found


def _whole(states: NDArray[np.int8]) -> Vectors:
    return states.astype(np.float32) / np.float32(SCALE)
