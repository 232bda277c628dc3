"""Weights to a graph that onnxruntime runs: python -m training.export WEIGHTS --bench DIR.

The graph reads one window and has no batch, so a score cannot hang on what else is read. Its matrices are kept as
bytes with a scale for each output; they become single-precision numbers when the graph is loaded, so that it computes
as torch does. docs/decisions.md, "The learned reader", has what computing in bytes costs.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from answer.reader import FORMAT, GRAPH, MANIFEST, Settings, load_tokenizer
from index.encoder import find_model

if TYPE_CHECKING:
    from onnx import ModelProto

Floats = NDArray[np.float32]
HEADS = 12  # all-MiniLM-L6-v2's
_OPSET = 20  # the first with Gelu
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
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return len(content)


def graph_of(weights: Mapping[str, Floats], *, heads: int = HEADS) -> "ModelProto":
    """The graph of some weights.

    Inputs are ``pieces`` and ``segments``, (n_pieces,) int64, and ``members``, (n_units, n_pieces) float32, 1 where a
    piece is a unit's; the output is ``scores``, (n_units,) float32: the logit of each unit less that of nothing.
    """
    return _Graph(weights, heads).model()


def as_bytes(matrix: Floats, axis: int) -> tuple[NDArray[np.int8], Floats]:
    """A matrix as bytes and a scale for each row or column.

    Args:
        matrix: (n, m).
        axis: The axis along which numbers share a scale.

    Returns:
        (n, m) int8 from -127 to 127, and scales of the matrix' shape with 1 along ``axis``; their product is
        within half a scale of the matrix.
    """
    scale = np.abs(matrix).max(axis=axis, keepdims=True) / 127
    scale = np.where(scale > 0, scale, 1).astype(np.float32)
    return np.rint(matrix / scale).astype(np.int8), scale


class _Graph:
    """A graph as it is written, node by node; each method gives the name of what it computes."""

    def __init__(self, weights: Mapping[str, Floats], heads: int) -> None:
        self._weights = weights
        self._heads = heads
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._dim = weights["encoder.embeddings.word_embeddings.weight"].shape[1]

    def model(self) -> "ModelProto":
        """The whole graph: word pieces, their segments and the units they are of, to a score for each unit."""
        from onnx import TensorProto, helper  # imported here: only export needs it

        states = self._embedded()
        layers = len([name for name in self._weights if name.endswith(".attention.self.query.weight")])
        for at in range(layers):
            states = self._layer(states, f"encoder.encoder.layer.{at}")
        self._scored(states)
        inputs = [
            helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n_pieces"]),
            helper.make_tensor_value_info("segments", TensorProto.INT64, ["n_pieces"]),
            helper.make_tensor_value_info("members", TensorProto.FLOAT, ["n_units", "n_pieces"]),
        ]
        outputs = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["n_units"])]
        graph = helper.make_graph(self._nodes, "reader", inputs, outputs, self._constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9)

    def _embedded(self) -> str:
        table, scale = as_bytes(self._weights["encoder.embeddings.word_embeddings.weight"], axis=1)
        rows = self._node("Gather", [self._constant(table), "pieces"], axis=0)
        scales = self._node("Gather", [self._constant(scale), "pieces"], axis=0)
        words = self._node("Mul", [self._node("Cast", [rows], to=1), scales])
        kinds = self._node(
            "Gather", [self._weight("encoder.embeddings.token_type_embeddings.weight"), "segments"], axis=0
        )
        length = self._node("Shape", ["pieces"])
        start, axes = self._constant(np.array([0])), self._constant(np.array([0]))
        places = self._weight("encoder.embeddings.position_embeddings.weight")
        places = self._node("Slice", [places, start, length, axes])
        return self._normal(self._sum([words, kinds, places]), "encoder.embeddings.LayerNorm")

    def _layer(self, states: str, name: str) -> str:
        own = f"{name}.attention.self"
        parts = [f"{own}.{part}" for part in ("query", "key", "value")]
        together = self._linear(states, parts)
        query, key, value = self._node_of("Split", [together], 3, axis=1, num_outputs=3)
        size = self._dim // self._heads
        apart = self._constant(np.array([0, self._heads, size]))
        query = self._node("Transpose", [self._node("Reshape", [query, apart])], perm=[1, 0, 2])
        key = self._node("Transpose", [self._node("Reshape", [key, apart])], perm=[1, 2, 0])
        value = self._node("Transpose", [self._node("Reshape", [value, apart])], perm=[1, 0, 2])
        query = self._node("Mul", [query, self._constant(np.array(size**-0.5, np.float32))])
        shares = self._node("Softmax", [self._node("MatMul", [query, key])], axis=-1)
        seen = self._node("Transpose", [self._node("MatMul", [shares, value])], perm=[1, 0, 2])
        seen = self._node("Reshape", [seen, self._constant(np.array([0, self._dim]))])
        seen = self._linear(seen, [f"{name}.attention.output.dense"])
        states = self._normal(self._sum([seen, states]), f"{name}.attention.output.LayerNorm")
        inner = self._node("Gelu", [self._linear(states, [f"{name}.intermediate.dense"])])
        inner = self._linear(inner, [f"{name}.output.dense"])
        return self._normal(self._sum([inner, states]), f"{name}.output.LayerNorm")

    def _scored(self, states: str) -> None:
        zero, one = self._constant(np.array([0])), self._constant(np.array([1]))
        first = self._node("Gather", [states, zero], axis=0)
        nothing = self._linear(self._node("Gelu", [self._linear(first, ["nothing.0"])]), ["nothing.2"])
        counts = self._node("ReduceSum", ["members", one], keepdims=1)
        means = self._node("Div", [self._node("MatMul", ["members", states]), counts])
        salience = self._node("Transpose", [self._linear(states, ["salience"])], perm=[1, 0])
        others = self._node("Sub", [self._constant(np.array(1, np.float32)), "members"])
        away = self._node("Mul", [others, self._constant(np.array(_FAR, np.float32))])
        shares = self._node("Softmax", [self._node("Sub", [salience, away])], axis=-1)
        marked = self._node("MatMul", [shares, states])
        # The first linear map of the three together, as the sum of three.
        dim, matrix = self._dim, self._weights["unit.0.weight"].T
        maps = [self._constant(np.ascontiguousarray(matrix[at : at + dim])) for at in (0, dim, 2 * dim)]
        parts = [self._node("MatMul", [part, each]) for part, each in zip((means, marked, first), maps, strict=True)]
        hidden = self._node("Gelu", [self._sum([*parts, self._weight("unit.0.bias")])])
        units = self._linear(hidden, ["unit.2"])
        near, like, offset = (self._constant(value) for value in self._weights["scale"])
        nearness, likeness = self._compared(states, means, away)
        units = self._sum([units, self._node("Mul", [near, nearness]), self._node("Mul", [like, likeness])])
        above = self._node("Sub", [units, self._sum([nothing, offset])])
        self._node_of("Squeeze", [above, one], 1, names=["scores"])

    def _compared(self, states: str, means: str, away: str) -> tuple[str, str]:
        """How near each unit is to the question, piece by piece and as a whole: two of (n_units, 1)."""
        zero, one = self._constant(np.array([0])), self._constant(np.array([1]))
        first_segment = self._node("Sub", [self._constant(np.array(1)), "segments"])
        end = self._node("Sub", [self._node("ReduceSum", [first_segment, zero], keepdims=1), one])
        asked = self._node("Slice", [states, one, end, zero])
        weight = self._node("Softmax", [self._linear(asked, ["weight"])], axis=0)
        direction = self._unit_length(states)
        turned = self._node("Transpose", [direction], perm=[1, 0])
        cosines = self._node("MatMul", [self._node("Slice", [direction, one, end, zero]), turned])
        apart = self._node("Sub", [self._node("Unsqueeze", [cosines, zero]), self._node("Unsqueeze", [away, one])])
        likest = self._node("ReduceMax", [apart, self._constant(np.array([2]))], keepdims=0)
        meant = self._unit_length(self._node("ReduceMean", [asked, zero], keepdims=1))
        meant = self._node("Transpose", [meant], perm=[1, 0])
        likeness = self._node("MatMul", [self._unit_length(means), meant])
        return self._node("MatMul", [likest, weight]), likeness

    def _unit_length(self, of: str) -> str:
        return self._node("Div", [of, self._node("ReduceL2", [of, self._constant(np.array([1]))], keepdims=1)])

    def _linear(self, of: str, names: Sequence[str]) -> str:
        """One linear map, or several side by side; kept as bytes if it is large."""
        matrix = np.concatenate([self._weights[f"{name}.weight"] for name in names]).T
        bias = self._constant(np.concatenate([self._weights[f"{name}.bias"] for name in names]))
        if matrix.shape[1] < self._dim:
            return self._node("Gemm", [of, self._constant(np.ascontiguousarray(matrix)), bias])
        kept, scale = as_bytes(np.ascontiguousarray(matrix), axis=0)
        read = self._node("Mul", [self._node("Cast", [self._constant(kept)], to=1), self._constant(scale)])
        return self._node("Gemm", [of, read, bias])

    def _normal(self, of: str, name: str) -> str:
        scale, bias = self._weight(f"{name}.weight"), self._weight(f"{name}.bias")
        return self._node("LayerNormalization", [of, scale, bias], axis=-1, epsilon=_EPSILON)

    def _sum(self, names: Sequence[str]) -> str:
        total = names[0]
        for name in names[1:]:
            total = self._node("Add", [total, name])
        return total

    def _weight(self, name: str) -> str:
        return self._constant(self._weights[name])

    def _constant(self, array: NDArray[Any]) -> str:
        from onnx import numpy_helper  # imported here: only export needs it

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(array, name))
        return name

    def _node(self, kind: str, inputs: Iterable[str], **attributes: Any) -> str:  # noqa: ANN401
        return self._node_of(kind, inputs, 1, **attributes)[0]

    def _node_of(
        self,
        kind: str,
        inputs: Iterable[str],
        outputs: int,
        names: Sequence[str] = (),
        **attributes: Any,  # noqa: ANN401
    ) -> list[str]:
        from onnx import helper  # imported here: only export needs it

        made = list(names) or [f"n{len(self._nodes)}_{at}" for at in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), made, **attributes))
        return made
