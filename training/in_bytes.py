"""A reader that computes in bytes: python -m training.in_bytes [FOLDER].

Its large linear maps multiply bytes and not single-precision numbers, which takes less than half the time. What goes
into a map is rounded by one step for all its columns, so that one far-reaching column makes the step too coarse for
the others: the reach is first moved from the columns into the rows of the weights that they meet, as far as the reader
needs it over passages of invented organisations (Xiao and others, "SmoothQuant", 2023, equation 4). The maps from the
wide layer back, in the first half of the layers, stay in single precision: they made half of the error.

docs/decisions.md, "The learned reader", has what it gains and costs.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer

from answer.reader import FOLDER, GRAPH, MANIFEST, Layout, Settings, Window, load_tokenizer, members, read_manifest
from index.in_bytes import Floats, evened
from index.sealed import sealed
from index.unsent import send_nothing
from training.errors import TrainingError
from training.strategies import is_learnt_from, read_strategies

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto

STRENGTH = 0.7  # how much of the reach is moved: the best of .5, .7, .75, .8, .85 by agreement with single precision
_EVERY = 10  # of the organisations' questions are read to see how far columns reach


@dataclass(frozen=True, slots=True)
class Map:
    """A linear map of a graph whose weights are kept as bytes.

    Attributes:
        node: The node that computes it.
        weights: (n_in, n_out), float32.
    """

    node: "NodeProto"
    weights: Floats

    @property
    def input(self) -> str:
        """The name of what goes into it."""
        return str(self.node.input[0])

    @property
    def narrows(self) -> bool:
        """Whether it has fewer outputs than inputs."""
        return bool(self.weights.shape[0] > self.weights.shape[1])


def maps_of(model: "ModelProto") -> list[Map]:
    """The maps of a graph that ``training.export`` wrote whose weights are kept as bytes, in order."""
    from onnx import numpy_helper  # imported here: only this needs it

    arrays = {constant.name: constant for constant in model.graph.initializer}
    made_by = {node.output[0]: node for node in model.graph.node}
    found = []
    for node in model.graph.node:
        read = made_by.get(node.input[1]) if node.op_type == "Gemm" else None
        if read is not None and read.op_type == "Mul":
            cast, scale = made_by[read.input[0]], read.input[1]
            kept = numpy_helper.to_array(arrays[cast.input[0]])
            found.append(Map(node, kept.astype(np.float32) * numpy_helper.to_array(arrays[scale])))
    return found


def reach_of(model: "ModelProto", maps: Sequence[Map], windows: Iterable[Window]) -> dict[str, Floats]:
    """The furthest from 0 that each column of what goes into each map comes, over some windows, by the input's name.

    Raises:
        TrainingError: If there is no window.
    """
    from onnx import TensorProto, helper  # imported here: only this needs it

    send_nothing()
    from onnxruntime import InferenceSession

    names = list(dict.fromkeys(each.input for each in maps))
    watched = type(model)()
    watched.CopyFrom(model)
    for name in names:
        watched.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, None))
    session = InferenceSession(watched.SerializeToString(), providers=["CPUExecutionProvider"])
    found: dict[str, Floats] = {}
    for window in windows:
        inputs = {
            "pieces": np.array(window.pieces, np.int64),
            "segments": np.array(window.segments, np.int64),
            "members": members(window),
        }
        for name, value in zip(names, session.run(names, inputs), strict=True):
            furthest = np.abs(np.asarray(value, np.float32)).max(axis=0)
            found[name] = np.maximum(found[name], furthest) if name in found else furthest
    if not found:
        raise TrainingError("there is nothing to read, so nothing is known of how far the columns reach")
    return found


def in_bytes(model: "ModelProto", reach: Mapping[str, Floats], *, strength: float = STRENGTH) -> "ModelProto":
    """A graph that computes in bytes what a graph that ``training.export`` wrote computes in single precision.

    Args:
        model: That graph; it is left as it is.
        reach: How far each column of what goes into each map comes from 0, by the input's name.
        strength: How much of that is moved into the weights: 0 none, 1 all.
    """
    found = type(model)()
    found.CopyFrom(model)
    maps = maps_of(found)
    wide = [each for each in maps if each.narrows]
    spared = {id(each.node) for each in wide[: len(wide) // 2]}
    rewritten = {each.node.output[0]: each for each in maps if id(each.node) not in spared}
    nodes: list[Any] = []
    for node in found.graph.node:
        each = rewritten.get(node.output[0]) if node.output else None
        if each is None:
            nodes.append(node)
        else:
            nodes += _multiplied(found, each, reach[each.input], strength)
    nodes = _used(nodes, [output.name for output in found.graph.output])
    del found.graph.node[:]
    found.graph.node.extend(nodes)
    needed = {name for node in nodes for name in node.input}
    kept = [constant for constant in found.graph.initializer if constant.name in needed]
    del found.graph.initializer[:]
    found.graph.initializer.extend(kept)
    return found


def _multiplied(model: "ModelProto", each: Map, reach: Floats, strength: float) -> list[Any]:
    """The nodes that compute a map in bytes."""
    from onnx import TensorProto, helper, numpy_helper

    own = each.node.output[0]
    found = evened(each.weights, reach, strength)
    constants: dict[str, Any] = {"less": found.less, "bytes": found.kept, "scale": found.scale}
    model.graph.initializer.extend(numpy_helper.from_array(value, f"{own}-{name}") for name, value in constants.items())

    def name(part: str) -> str:
        return f"{own}-{part}"

    return [
        helper.make_node("Mul", [each.input, name("less")], [name("even")]),
        helper.make_node("DynamicQuantizeLinear", [name("even")], [name("read"), name("step"), name("zero")]),
        helper.make_node("MatMulInteger", [name("read"), name("bytes"), name("zero")], [name("whole")]),
        helper.make_node("Cast", [name("whole")], [name("sums")], to=TensorProto.FLOAT),
        helper.make_node("Mul", [name("step"), name("scale")], [name("steps")]),
        helper.make_node("Mul", [name("sums"), name("steps")], [name("product")]),
        helper.make_node("Add", [name("product"), each.node.input[2]], [own]),
    ]


def _used(nodes: Sequence[Any], outputs: Sequence[str]) -> list[Any]:
    """The nodes that something is made of."""
    needed, kept = set(outputs), []
    for node in reversed(nodes):
        if needed.intersection(node.output):
            kept.append(node)
            needed.update(node.input)
    return kept[::-1]


def sample(folder: Path) -> list[Window]:
    """What a reader reads of the passages of some of the questions on the organisations that it was trained on."""
    tokenizer, _ = load_tokenizer()
    layout = Layout(tokenizer, Settings(**read_manifest(folder)["settings"]))
    groups = read_strategies(keep=is_learnt_from, negatives=1, seed=0)[::_EVERY]
    return [w for group in groups for one in group.passages for w in layout.windows(group.question, one.passage)]


def main(folder: Annotated[Path, typer.Argument(help="The reader's folder.")] = FOLDER) -> None:
    """Let a reader that computes in single precision compute in bytes; its graph and its manifest are written anew."""
    import onnx

    model = onnx.load(str(folder / GRAPH))
    maps = maps_of(model)
    if not maps or any(node.op_type == "MatMulInteger" for node in model.graph.node):
        raise SystemExit(f"{folder / GRAPH} computes in bytes as it is, or was not written by training.export")
    windows = sample(folder)
    content = in_bytes(model, reach_of(model, maps, windows)).SerializeToString(deterministic=True)
    manifest = {
        **read_manifest(folder),
        "graph_sha256": hashlib.sha256(content).hexdigest(),
        "in_bytes": {"strength": STRENGTH, "windows": len(windows)},
    }
    (folder / GRAPH).write_bytes(content)
    (folder / MANIFEST).write_bytes(sealed(manifest))
    print(f"{folder}: {len(content):,} bytes, from {len(windows)} windows")  # noqa: T201


if __name__ == "__main__":
    typer.run(main)
