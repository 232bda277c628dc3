"""A graph for onnxruntime, written node by node; each method gives the name of what it computes.

The layers are those of BERT (post-normalised, exact GELU), for one text and no batch: nothing is padded or masked,
so what is computed of a text cannot hang on what else is read.

References:
    Devlin and others, "BERT", NAACL 2019; Vaswani and others, "Attention Is All You Need", 2017.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from index.in_bytes import Floats, as_bytes

if TYPE_CHECKING:
    from onnx import ModelProto, ValueInfoProto

_OPSET = 20  # the first with Gelu


class Graph:
    """Nodes and constants as they are written."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, array: NDArray[Any]) -> str:
        """A constant."""
        from onnx import numpy_helper  # imported here: only who writes a graph needs it

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, kind: str, inputs: Iterable[str], **attributes: Any) -> str:  # noqa: ANN401
        """What one operator makes of some inputs."""
        return self.nodes(kind, inputs, 1, **attributes)[0]

    def nodes(
        self,
        kind: str,
        inputs: Iterable[str],
        outputs: int,
        names: Sequence[str] = (),
        **attributes: Any,  # noqa: ANN401
    ) -> list[str]:
        """The same of an operator that makes several things, or whose outputs are to have names."""
        from onnx import helper  # imported here: only who writes a graph needs it

        made = list(names) or [f"n{len(self._nodes)}_{at}" for at in range(outputs)]
        self._nodes.append(helper.make_node(kind, list(inputs), made, **attributes))
        return made

    def finished(
        self, name: str, inputs: "Sequence[ValueInfoProto]", outputs: "Sequence[ValueInfoProto]"
    ) -> "ModelProto":
        """The whole of it."""
        from onnx import helper  # imported here: only who writes a graph needs it

        graph = helper.make_graph(self._nodes, name, list(inputs), list(outputs), self._constants)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=9)


class BertGraph(Graph):
    """The layers of a BERT.

    Args:
        weights: By name, as transformers has them.
        heads: How many heads attend in each layer.
        epsilon: What is added to a variance before its root is taken.
        prefix: What stands before the names of the weights.
    """

    def __init__(self, weights: Mapping[str, Floats], heads: int, *, epsilon: float = 1e-12, prefix: str = "") -> None:
        super().__init__()
        self.weights = weights
        self.heads = heads
        self.epsilon = epsilon
        self.prefix = prefix
        self.dim = weights[f"{prefix}embeddings.word_embeddings.weight"].shape[1]

    @property
    def layers(self) -> int:
        """How many there are."""
        return sum(1 for name in self.weights if name.endswith(".attention.self.query.weight"))

    def words(self, pieces: str) -> str:
        """Word pieces, (n,), to the rows of the table that stand for them, (n, dim)."""
        return self.node("Gather", [self.weight(f"{self.prefix}embeddings.word_embeddings.weight"), pieces], axis=0)

    def rows_in_bytes(self, pieces: str) -> str:
        """What ``words`` gives, from a table that is kept as bytes with a scale a row."""
        table, scale = as_bytes(self.weights[f"{self.prefix}embeddings.word_embeddings.weight"], axis=1)
        rows = self.node("Cast", [self.node("Gather", [self.constant(table), pieces], axis=0)], to=1)
        return self.node("Mul", [rows, self.node("Gather", [self.constant(scale), pieces], axis=0)])

    def embedded(self, pieces: str, segments: str | None = None) -> str:
        """Word pieces and their segments, all the first if not given, to what goes into the first layer."""
        name = f"{self.prefix}embeddings"
        kinds = self.weights[f"{name}.token_type_embeddings.weight"]
        places = self.weights[f"{name}.position_embeddings.weight"]
        parts = [self.words(pieces)]
        if segments is None:
            places = places + kinds[0]
        else:
            parts.append(self.node("Gather", [self.constant(kinds), segments], axis=0))
        start, length, axes = self.constant(np.array([0])), self.node("Shape", [pieces]), self.constant(np.array([0]))
        parts.append(self.node("Slice", [self.constant(places), start, length, axes]))
        return self.normal(self.sum(parts), f"{name}.LayerNorm")

    def layer(self, states: str, at: int) -> str:
        """One layer: (n, dim) to (n, dim)."""
        name = f"{self.prefix}encoder.layer.{at}"
        own = f"{name}.attention.self"
        together = self.linear(states, [f"{own}.{part}" for part in ("query", "key", "value")])
        seen = self.linear(self._attended(together), [f"{name}.attention.output.dense"])
        states = self.normal(self.sum([seen, states]), f"{name}.attention.output.LayerNorm")
        inner = self.node("Gelu", [self.linear(states, [f"{name}.intermediate.dense"])])
        inner = self.linear(inner, [f"{name}.output.dense"])
        return self.normal(self.sum([inner, states]), f"{name}.output.LayerNorm")

    def _attended(self, together: str) -> str:
        """What each piece takes from the others, (n, dim), by queries, keys and values side by side, (n, 3 dim)."""
        query, key, value = self.nodes("Split", [together], 3, axis=1, num_outputs=3)
        size = self.dim // self.heads
        apart = self.constant(np.array([0, self.heads, size]))
        query = self.node("Transpose", [self.node("Reshape", [query, apart])], perm=[1, 0, 2])
        key = self.node("Transpose", [self.node("Reshape", [key, apart])], perm=[1, 2, 0])
        value = self.node("Transpose", [self.node("Reshape", [value, apart])], perm=[1, 0, 2])
        query = self.node("Mul", [query, self.constant(np.array(size**-0.5, np.float32))])
        shares = self.node("Softmax", [self.node("MatMul", [query, key])], axis=-1)
        seen = self.node("Transpose", [self.node("MatMul", [shares, value])], perm=[1, 0, 2])
        return self.node("Reshape", [seen, self.constant(np.array([0, self.dim]))])

    def linear(self, of: str, names: Sequence[str]) -> str:
        """One linear map, or several side by side."""
        matrix, bias = self.joined(names)
        return self.node("Gemm", [of, self.constant(matrix), self.constant(bias)])

    def joined(self, names: Sequence[str]) -> tuple[Floats, Floats]:
        """The weights, (n_in, n_out), and the bias, (n_out,), of some linear maps side by side."""
        matrix = np.concatenate([self.weights[f"{name}.weight"] for name in names]).T
        return np.ascontiguousarray(matrix), np.concatenate([self.weights[f"{name}.bias"] for name in names])

    def normal(self, of: str, name: str) -> str:
        """Layer normalisation, in steps: onnxruntime's one operator for it takes twice as long as these."""
        last = self.constant(np.array([-1]))
        away = self.node("Sub", [of, self.node("ReduceMean", [of, last], keepdims=1)])
        variance = self.node("ReduceSumSquare", [away, last], keepdims=1)
        variance = self.node("Mul", [variance, self.constant(np.array(1 / self.dim, np.float32))])
        variance = self.node("Add", [variance, self.constant(np.array(self.epsilon, np.float32))])
        even = self.node("Mul", [away, self.node("Reciprocal", [self.node("Sqrt", [variance])])])
        return self.sum([self.node("Mul", [even, self.weight(f"{name}.weight")]), self.weight(f"{name}.bias")])

    def sum(self, names: Sequence[str]) -> str:
        """The sum of some."""
        total = names[0]
        for name in names[1:]:
            total = self.node("Add", [total, name])
        return total

    def weight(self, name: str) -> str:
        """A weight as it is."""
        return self.constant(self.weights[name])
