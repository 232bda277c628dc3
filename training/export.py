"""Weights to a graph that onnxruntime runs: python -m training.export WEIGHTS --bench DIR.

The graph reads one window and has no batch, so a score cannot hang on what else is read. Its matrices are kept as
bytes with a scale for each output; they become single-precision numbers when the graph is loaded, so that it computes
as torch does. docs/decisions.md, "The learned reader", has what computing in bytes costs.
"""

import hashlib
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from answer.reader import FORMAT, GRAPH, MANIFEST, Settings, load_tokenizer
from index.encoder import find_model
from index.graph import BertGraph
from index.in_bytes import Floats, as_bytes
from index.sealed import sealed

if TYPE_CHECKING:
    from onnx import ModelProto

HEADS = 12  # all-MiniLM-L6-v2's
_EPSILON = 1e-12  # BERT's, in its layer normalisation
_FAR = 1e9  # what is taken off the salience of pieces that are not a unit's
_LIBRARIES = ("onnx", "onnxruntime", "tokenizers", "torch", "transformers")


def export(weights: Mapping[str, Any], out: Path, *, trained: Mapping[str, Any]) -> int:
    """Write a reader: its graph and its manifest.

    Args:
        weights: Those of a ``Network``, by name.
        out: The folder.
        trained: What they were trained from and how, for the manifest.

    Returns:
        The graph's size in bytes.
    """
    arrays = {name: np.asarray(value, np.float32) for name, value in weights.items()}
    content = graph_of(arrays).SerializeToString(deterministic=True)
    _, tokenizer = load_tokenizer()
    model = find_model()
    manifest = {
        "format": FORMAT,
        "graph_sha256": hashlib.sha256(content).hexdigest(),
        "tokenizer_sha256": tokenizer,
        "settings": {name: getattr(Settings(), name) for name in Settings.__slots__},
        "base": {"model": model.name, "sha256": model.sha256},
        "trained": dict(trained),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / GRAPH).write_bytes(content)
    (out / MANIFEST).write_bytes(sealed(manifest))
    return len(content)


def graph_of(weights: Mapping[str, Floats], *, heads: int = HEADS) -> "ModelProto":
    """The graph of some weights.

    Inputs are ``pieces`` and ``segments``, (n_pieces,) int64, and ``members``, (n_units, n_pieces) float32, 1 where a
    piece is a unit's; the output is ``scores``, (n_units,) float32: the logit of each unit less that of nothing.
    """
    return _Graph(weights, heads).model()


class _Graph(BertGraph):
    """The graph of a reader: a BERT whose states are scored; its large maps are kept as bytes."""

    def __init__(self, weights: Mapping[str, Floats], heads: int) -> None:
        super().__init__(weights, heads, epsilon=_EPSILON, prefix="encoder.")

    def model(self) -> "ModelProto":
        """The whole graph: word pieces, their segments and the units they are of, to a score for each unit."""
        from onnx import TensorProto, helper  # imported here: only export needs it

        states = self.embedded("pieces", "segments")
        for at in range(self.layers):
            states = self.layer(states, at)
        self._scored(states)
        inputs = [
            helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n_pieces"]),
            helper.make_tensor_value_info("segments", TensorProto.INT64, ["n_pieces"]),
            helper.make_tensor_value_info("members", TensorProto.FLOAT, ["n_units", "n_pieces"]),
        ]
        return self.finished(
            "reader", inputs, [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n_units"])]
        )

    def words(self, pieces: str) -> str:
        """The rows of the table of words, as ``BertGraph`` says; it is kept as bytes."""
        return self.rows_in_bytes(pieces)

    def _scored(self, states: str) -> None:
        zero, one = self.constant(np.array([0])), self.constant(np.array([1]))
        first = self.node("Gather", [states, zero], axis=0)
        nothing = self.linear(self.node("Gelu", [self.linear(first, ["nothing.0"])]), ["nothing.2"])
        counts = self.node("ReduceSum", ["members", one], keepdims=1)
        means = self.node("Div", [self.node("MatMul", ["members", states]), counts])
        salience = self.node("Transpose", [self.linear(states, ["salience"])], perm=[1, 0])
        others = self.node("Sub", [self.constant(np.array(1, np.float32)), "members"])
        away = self.node("Mul", [others, self.constant(np.array(_FAR, np.float32))])
        shares = self.node("Softmax", [self.node("Sub", [salience, away])], axis=-1)
        marked = self.node("MatMul", [shares, states])
        # The first linear map of the three together, as the sum of three.
        dim, matrix = self.dim, self.weights["unit.0.weight"].T
        maps = [self.constant(np.ascontiguousarray(matrix[at : at + dim])) for at in (0, dim, 2 * dim)]
        parts = [self.node("MatMul", [part, each]) for part, each in zip((means, marked, first), maps, strict=True)]
        hidden = self.node("Gelu", [self.sum([*parts, self.weight("unit.0.bias")])])
        units = self.linear(hidden, ["unit.2"])
        near, like, offset = (self.constant(value) for value in self.weights["scale"])
        nearness, likeness = self._compared(states, means, away)
        units = self.sum([units, self.node("Mul", [near, nearness]), self.node("Mul", [like, likeness])])
        above = self.node("Sub", [units, self.sum([nothing, offset])])
        self.nodes("Squeeze", [above, one], 1, names=["scores"])

    def _compared(self, states: str, means: str, away: str) -> tuple[str, str]:
        """How near each unit is to the question, piece by piece and as a whole: two of (n_units, 1)."""
        zero, one = self.constant(np.array([0])), self.constant(np.array([1]))
        first_segment = self.node("Sub", [self.constant(np.array(1)), "segments"])
        end = self.node("Sub", [self.node("ReduceSum", [first_segment, zero], keepdims=1), one])
        asked = self.node("Slice", [states, one, end, zero])
        weight = self.node("Softmax", [self.linear(asked, ["weight"])], axis=0)
        direction = self._unit_length(states)
        turned = self.node("Transpose", [direction], perm=[1, 0])
        cosines = self.node("MatMul", [self.node("Slice", [direction, one, end, zero]), turned])
        apart = self.node("Sub", [self.node("Unsqueeze", [cosines, zero]), self.node("Unsqueeze", [away, one])])
        likest = self.node("ReduceMax", [apart, self.constant(np.array([2]))], keepdims=0)
        meant = self._unit_length(self.node("ReduceMean", [asked, zero], keepdims=1))
        meant = self.node("Transpose", [meant], perm=[1, 0])
        likeness = self.node("MatMul", [self._unit_length(means), meant])
        return self.node("MatMul", [likest, weight]), likeness

    def _unit_length(self, of: str) -> str:
        return self.node("Div", [of, self.node("ReduceL2", [of, self.constant(np.array([1]))], keepdims=1)])

    def linear(self, of: str, names: Sequence[str]) -> str:
        """One linear map, or several side by side; kept as bytes if it is large."""
        matrix, bias = self.joined(names)
        if matrix.shape[1] < self.dim:
            return super().linear(of, names)
        kept, scale = as_bytes(matrix, axis=0)
        read = self.node("Mul", [self.node("Cast", [self.constant(kept)], to=1), self.constant(scale)])
        return self.node("Gemm", [of, read, self.constant(bias)])
