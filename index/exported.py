"""An embedding model of any kind, written as a graph by torch's exporter; takes some tens of seconds."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.unsent import send_nothing

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


def exported(loaded: "SentenceTransformer", path: Path) -> None:
    """Write a model's graph, with what can be computed once computed.

    Its input is ``pieces``, (n,) int64: one text, so that nothing is padded and nothing need be masked. Its outputs
    are ``states``, (n, dim), and ``vector``, (dim,).

    Raises:
        Exception: Of as many kinds as there are models that the exporter cannot write.
    """
    import torch

    send_nothing()
    from onnxruntime import GraphOptimizationLevel, InferenceSession, SessionOptions

    class _Alone(torch.nn.Module):
        """The model as the graph has it: one text's word pieces to each piece's vector and the text's."""

        def __init__(self) -> None:
            super().__init__()
            self.inner = loaded

        def forward(self, pieces: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            together = pieces.unsqueeze(0)
            found = self.inner({"input_ids": together, "attention_mask": torch.ones_like(together)})
            return found["token_embeddings"].squeeze(0), found["sentence_embedding"].squeeze(0)

    raw = path.with_suffix(".raw")
    with _quietly():
        program: Any = torch.onnx.export(
            _Alone().eval(),
            (torch.ones(8, dtype=torch.int64),),
            dynamo=True,
            external_data=False,
            input_names=["pieces"],
            output_names=["states", "vector"],
            dynamic_shapes=({0: torch.export.Dim.DYNAMIC},),
            verbose=False,
        )
        program.save(str(raw))
    options = SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = GraphOptimizationLevel.ORT_ENABLE_EXTENDED  # what no processor is named in
    options.optimized_model_filepath = str(path)
    InferenceSession(str(raw), options, providers=["CPUExecutionProvider"])
    raw.unlink()


def tokenizer_of(loaded: "SentenceTransformer") -> bytes:
    """The file of a model's tokenizer: cut to the model's window, not padded."""
    from tokenizers import Tokenizer

    plain: Any = loaded.tokenizer
    found = Tokenizer.from_str(plain.backend_tokenizer.to_str())
    found.enable_truncation(int(loaded.max_seq_length or plain.model_max_length))
    found.no_padding()
    return found.to_str().encode("utf-8")


@contextmanager
def _quietly() -> Iterator[None]:
    """Keep an exporter's remarks on what it does from the console; what it cannot do it raises."""
    noisy = logging.getLogger("torch.onnx")
    before = noisy.level
    noisy.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        noisy.setLevel(before)
