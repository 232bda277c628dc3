"""LlamaIndex, hybrid as its guides have it: a vector index and BM25, fused by reciprocal ranks, no language model."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from llama_index.core import StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.llms import MockLLM
from llama_index.core.retrievers import QueryFusionRetriever
from llama_index.core.schema import TextNode
from llama_index.embeddings.huggingface import HuggingFaceEmbedding
from llama_index.retrievers.bm25 import BM25Retriever

from benchmarks.peers.systems.timing import LIMIT, Text, run

_VECTORS, _WORDS = "vectors", "words"


class LlamaIndex:
    """A ``System``."""

    _embedding: Any
    _retriever: Any

    def load_model(self, model: Path) -> None:
        """Load the embedding model."""
        self._embedding = HuggingFaceEmbedding(model_name=str(model))

    def build(self, passages: Sequence[Text], folder: Path) -> None:
        """Index and save, vectors and words."""
        nodes = [TextNode(id_=p.id, text=p.text) for p in passages]
        index = VectorStoreIndex(nodes, embed_model=self._embedding)
        index.storage_context.persist(persist_dir=str(folder / _VECTORS))
        BM25Retriever.from_defaults(nodes=nodes, similarity_top_k=LIMIT).persist(str(folder / _WORDS))

    def open(self, folder: Path, model: Path) -> None:
        """Load what was saved, and the model."""
        self.load_model(model)
        context = StorageContext.from_defaults(persist_dir=str(folder / _VECTORS))
        index: Any = load_index_from_storage(context, embed_model=self._embedding)
        self._retriever = QueryFusionRetriever(
            [index.as_retriever(similarity_top_k=LIMIT), BM25Retriever.from_persist_dir(str(folder / _WORDS))],
            llm=MockLLM(),
            mode="reciprocal_rerank",
            similarity_top_k=LIMIT,
            num_queries=1,  # no other wordings, which a language model would have to think of
            use_async=False,
        )

    def search(self, question: str) -> list[str]:
        """The nearest passages."""
        return [hit.node.node_id for hit in self._retriever.retrieve(question)]


if __name__ == "__main__":
    run(LlamaIndex())
