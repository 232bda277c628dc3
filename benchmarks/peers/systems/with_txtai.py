"""txtai, hybrid as it comes: its BM25 and FAISS, half and half, the texts kept beside them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from txtai import Embeddings

from benchmarks.peers.systems.timing import LIMIT, Text, run

_KEPT = "index"


class Txtai:
    """A ``System``."""

    _embeddings: Any

    def load_model(self, model: Path) -> None:
        """Load the embedding model."""
        self._embeddings = Embeddings(path=str(model), hybrid=True, content=True)

    def build(self, passages: Sequence[Text], folder: Path) -> None:
        """Index and save."""
        self._embeddings.index((p.id, p.text, None) for p in passages)
        self._embeddings.save(str(folder / _KEPT))

    def open(self, folder: Path, model: Path) -> None:
        """Load what was saved, which knows its model."""
        self._embeddings = Embeddings()
        self._embeddings.load(str(folder / _KEPT))

    def search(self, question: str) -> list[str]:
        """The nearest passages."""
        return [hit["id"] for hit in self._embeddings.search(question, LIMIT)]


if __name__ == "__main__":
    run(Txtai())
