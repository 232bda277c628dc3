"""Haystack, hybrid as its guides have it: an in-memory store, a BM25 and an embedding retriever, and a joiner."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from haystack import Document, Pipeline
from haystack.components.joiners import DocumentJoiner
from haystack.components.retrievers.in_memory import InMemoryBM25Retriever, InMemoryEmbeddingRetriever
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack_integrations.components.embedders.sentence_transformers import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)

from benchmarks.peers.systems.timing import LIMIT, Text, run

_KEPT = "store.json"


class Haystack:
    """A ``System``."""

    _embedder: Any
    _pipeline: Any

    def load_model(self, model: Path) -> None:
        """Load the embedding model."""
        self._embedder = SentenceTransformersDocumentEmbedder(model=str(model), progress_bar=False)
        self._embedder.warm_up()

    def build(self, passages: Sequence[Text], folder: Path) -> None:
        """Index and save."""
        found = self._embedder.run([Document(id=p.id, content=p.text) for p in passages])
        store = InMemoryDocumentStore(embedding_similarity_function="cosine")
        store.write_documents(found["documents"])
        store.save_to_disk(str(folder / _KEPT))

    def open(self, folder: Path, model: Path) -> None:
        """Load what was saved, and the model."""
        store = InMemoryDocumentStore.load_from_disk(str(folder / _KEPT))
        embedder: Any = SentenceTransformersTextEmbedder(model=str(model), progress_bar=False)
        self._pipeline = Pipeline()
        self._pipeline.add_component("embedder", embedder)
        self._pipeline.add_component("meaning", InMemoryEmbeddingRetriever(store, top_k=LIMIT))
        self._pipeline.add_component("words", InMemoryBM25Retriever(store, top_k=LIMIT))
        self._pipeline.add_component("joiner", DocumentJoiner(join_mode="reciprocal_rank_fusion", top_k=LIMIT))
        self._pipeline.connect("embedder.embedding", "meaning.query_embedding")
        self._pipeline.connect("meaning", "joiner")
        self._pipeline.connect("words", "joiner")
        self._pipeline.warm_up()

    def search(self, question: str) -> list[str]:
        """The nearest passages."""
        found = self._pipeline.run({"embedder": {"text": question}, "words": {"query": question}})
        return [document.id for document in found["joiner"]["documents"]]


if __name__ == "__main__":
    run(Haystack())
