"""An embedding model of the commonest kind, written as a graph from its weights, without torch.

*Covered*: sentence-transformers models that are a BERT and the mean of its pieces, as all-MiniLM-L6-v2 is. *Not
covered*: other architectures and ways of pooling, prompts, weights that are not safetensors: torch's exporter writes
those (index/exported.py).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.graph import BertGraph
from index.in_bytes import Evened, Floats, evened
from index.unsent import send_nothing

if TYPE_CHECKING:
    from onnx import ModelProto

# What a model's files must say for it to be of this kind; what they leave out counts as said.
_CONFIG = {
    "model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute", "is_decoder": False,
    "add_cross_attention": False,
}  # fmt: skip
_STRENGTH = 0.6  # how much of the reach is moved: docs/decisions.md, "The encoder computes in bytes"
_SMALLEST = 1e-6


@dataclass(frozen=True, slots=True)
class Bert:
    """A model of this kind.

    Attributes:
        weights: By name, float32.
        heads: How many heads attend in each layer.
        epsilon: What its normalisation adds to a variance.
        window: The most word pieces it reads of a text, its own marks among them.
        own: The word pieces that it adds or cannot read, by number.
        tokenizer: Its tokenizer's file: cut to the window, not padded.
    """

    weights: Mapping[str, Floats]
    heads: int
    epsilon: float
    window: int
    own: tuple[int, ...]
    tokenizer: bytes


def read_bert(folder: Path) -> Bert | None:
    """Read a sentence-transformers model, or None if it is not of this kind or its files are not whole."""
    try:
        if not _is_mean_of_bert(folder):
            return None
        config, limits = _read(folder / "config.json"), _read(folder / "sentence_bert_config.json")
        window = int(limits["max_seq_length"])
        if window > config["max_position_embeddings"]:
            return None
        own, tokenizer = _tokenizer(folder, window)
        weights = _weights(folder / "model.safetensors")
        heads, layers = int(config["num_attention_heads"]), int(config["num_hidden_layers"])
        found = Bert(weights, heads, float(config["layer_norm_eps"]), window, own, tokenizer)
        return found if BertGraph(weights, heads).layers == layers else None
    except Exception:  # noqa: BLE001  those of tokenizers and safetensors have no other parent; torch says what it is
        return None


def in_single(bert: Bert) -> "ModelProto":
    """Its graph in single precision: ``pieces``, (n,) int64, to ``states``, (n, dim), and ``vector``, (dim,)."""
    return _written(BertGraph(bert.weights, bert.heads, epsilon=bert.epsilon))


def in_bytes(bert: Bert, reach: Sequence[Floats]) -> "ModelProto":
    """The same graph with its linear maps in bytes.

    Args:
        bert: The model.
        reach: What ``reach_of`` says of its graph in single precision.
    """
    return _written(_InBytes(bert, reach))


def reach_of(path: Path, texts: Iterable[Sequence[int]]) -> list[Floats]:
    """How far each column of what goes into each linear map of a graph comes from 0, in the order of the maps.

    Args:
        path: The file of a graph in single precision, its weights in a file beside it.
        texts: The word pieces of some texts.
    """
    import onnx  # imported here: only who compiles needs it

    send_nothing()
    from onnxruntime import InferenceSession, SessionOptions

    model = onnx.load(path, load_external_data=False)
    names = [node.input[0] for node in model.graph.node if node.op_type == "Gemm"]
    for name in dict.fromkeys(names):
        model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    watched = path.with_suffix(".watched")
    watched.write_bytes(model.SerializeToString())
    options = SessionOptions()
    options.intra_op_num_threads = 1
    session = InferenceSession(str(watched), options, providers=["CPUExecutionProvider"])
    watched.unlink()
    found: list[Floats] = []
    for pieces in texts:
        values: Any = session.run(names, {"pieces": np.array(pieces, np.int64)})
        furthest = [np.abs(value).max(axis=0) for value in values]
        found = [np.maximum(*both) for both in zip(found or furthest, furthest, strict=True)]
    return found


class _InBytes(BertGraph):
    """The graph in bytes."""

    def __init__(self, bert: Bert, reach: Iterable[Floats]) -> None:
        super().__init__(bert.weights, bert.heads, epsilon=bert.epsilon)
        self._reach = iter(reach)
        self._narrowed = 0

    def words(self, pieces: str) -> str:
        """The rows of the table of words, as ``BertGraph`` says; it is kept as bytes."""
        return self.rows_in_bytes(pieces)

    def linear(self, of: str, names: Sequence[str]) -> str:
        """One linear map in bytes, or several side by side.

        What goes into one that does not widen is divided by the furthest number of its row first, so that one
        far-reaching word piece does not make the step too coarse for the others; into the others goes what was
        normalised, whose rows reach about as far as each other. The first half of those that narrow stay in single
        precision: they make the most of what is off.
        """
        matrix, bias = self.joined(names)
        reach = next(self._reach)
        if matrix.shape[0] > matrix.shape[1]:  # from the wide layer back
            self._narrowed += 1
            if self._narrowed <= self.layers // 2:
                return super().linear(of, names)
        found = evened(matrix, reach, _STRENGTH)
        even = self.node("Mul", [of, self.constant(found.less)])
        if matrix.shape[1] > matrix.shape[0]:
            return self.sum([self._multiplied(even, found), self.constant(bias)])
        furthest = self.node("ReduceMax", [self.node("Abs", [even]), self.constant(np.array([-1]))], keepdims=1)
        furthest = self.node("Max", [furthest, self.constant(np.array(_SMALLEST, np.float32))])
        product = self._multiplied(self.node("Mul", [even, self.node("Reciprocal", [furthest])]), found)
        return self.sum([self.node("Mul", [product, furthest]), self.constant(bias)])

    def _multiplied(self, even: str, by: Evened) -> str:
        """The product with some weights; onnxruntime knows these nodes as one."""
        read, step, zero = self.nodes("DynamicQuantizeLinear", [even], 3)
        sums = self.node("MatMulInteger", [read, self.constant(by.kept), zero])
        steps = self.node("Mul", [step, self.constant(by.scale)])
        return self.node("Mul", [self.node("Cast", [sums], to=1), steps])


def _written(graph: BertGraph) -> "ModelProto":
    from onnx import TensorProto, helper

    states = graph.embedded("pieces")
    for at in range(graph.layers):
        states = graph.layer(states, at)
    graph.nodes("Identity", [states], 1, names=["states"])
    graph.nodes("ReduceMean", [states, graph.constant(np.array([0]))], 1, names=["vector"], keepdims=0)
    inputs = [helper.make_tensor_value_info("pieces", TensorProto.INT64, ["n"])]
    outputs = [
        helper.make_tensor_value_info("states", TensorProto.FLOAT, ["n", graph.dim]),
        helper.make_tensor_value_info("vector", TensorProto.FLOAT, [graph.dim]),
    ]
    return graph.finished("encoder", inputs, outputs)


def _is_mean_of_bert(folder: Path) -> bool:
    """Whether a model is a BERT and the mean of its pieces, asked without a prompt; its files as they say."""
    modules: Any = json.loads((folder / "modules.json").read_text("utf-8"))
    kinds = [str(module["type"]).rsplit(".", 1)[-1] for module in modules]
    if kinds not in (["Transformer", "Pooling"], ["Transformer", "Pooling", "Normalize"]) or modules[0]["path"]:
        return False
    pooling = _read(folder / modules[1]["path"] / "config.json")
    ways = {name.removeprefix("pooling_mode_") for name, on in pooling.items() if on is True and "_mode_" in name}
    config, limits = _read(folder / "config.json"), _read(folder / "sentence_bert_config.json")
    asked = _read(folder / "config_sentence_transformers.json")
    return (
        (ways or {str(pooling.get("pooling_mode"))}) in ({"mean_tokens"}, {"mean"})
        and all(config.get(name, needed) == needed for name, needed in _CONFIG.items())
        and config.get("model_type") == "bert"
        and not limits.get("do_lower_case")
        and not asked.get("default_prompt_name")
    )


def _tokenizer(folder: Path, window: int) -> tuple[tuple[int, ...], bytes]:
    from tokenizers import Tokenizer

    found = Tokenizer.from_file(str(folder / "tokenizer.json"))
    found.enable_truncation(window)
    found.no_padding()
    own = sorted(number for number, token in found.get_added_tokens_decoder().items() if token.special)
    return tuple(own), found.to_str().encode("utf-8")


def _weights(path: Path) -> dict[str, Floats]:
    from safetensors.numpy import load_file

    return {name.removeprefix("bert."): np.asarray(each, np.float32) for name, each in load_file(path).items()}


def _read(path: Path) -> dict[str, Any]:
    found = json.loads(path.read_text("utf-8"))
    if not isinstance(found, dict):
        raise TypeError(f"{path.name} is not an object")
    return found
