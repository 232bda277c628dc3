"""A reader in bytes: near what it was in single precision, and nearer for what is moved into the weights."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import ModelProto, TensorProto, helper, numpy_helper
from onnxruntime import InferenceSession

from answer.reader import FOLDER, Window, members
from index.in_bytes import adds_widely, as_bytes
from tests.training.test_export import HEADS, WINDOWS, small_network
from training.errors import TrainingError
from training.export import graph_of
from training.in_bytes import STRENGTH, in_bytes, main, maps_of, reach_of


@pytest.fixture(scope="module")
def plain() -> ModelProto:
    """A graph whose layers' inputs have one column that reaches far, as trained ones have."""
    weights = {name: value.numpy().copy() for name, value in small_network().state_dict().items()}
    for name, value in weights.items():
        if name.endswith("LayerNorm.weight"):
            value[3] *= 25
    return graph_of(weights, heads=HEADS)


def scores(model: ModelProto, window: Window) -> np.ndarray:
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    inputs = {"pieces": np.array(window.pieces), "segments": np.array(window.segments), "members": members(window)}
    return np.asarray(session.run(["scores"], inputs)[0])


def test_all_maps_that_are_kept_as_bytes_are_found_with_their_weights(plain: ModelProto) -> None:
    network = small_network()

    found = maps_of(plain)

    shapes = [each.weights.shape for each in found]
    assert shapes[:8] == [(16, 48), (16, 16), (16, 24), (24, 16)] * 2
    query = network.encoder.encoder.layer[1].attention.self.query.weight.detach().numpy().T
    assert found[4].weights[:, :16] == pytest.approx(query, abs=float(np.abs(query).max()) / 127)


def test_a_column_that_reaches_far_does_not_make_the_others_coarse() -> None:
    chance = np.random.default_rng(5)
    weights = chance.normal(size=(16, 8)).astype(np.float32)
    read = chance.normal(size=(12, 16)).astype(np.float32)
    read[:, 3] *= 60
    graph = one_map(weights)
    [weights] = [each.weights for each in maps_of(graph)]
    far, heavy = np.abs(read).max(axis=0), np.abs(weights).max(axis=1)
    as_they_are = heavy ** ((1 - STRENGTH) / STRENGTH)  # a reach by which nothing is moved

    def off(reach: np.ndarray) -> float:
        [found] = InferenceSession(in_bytes(graph, {"x": reach}).SerializeToString()).run(["y"], {"x": read})
        return float(np.abs(np.asarray(found) - read @ weights).mean())

    assert off(far) < off(as_they_are) / 2


def test_it_scores_nearly_as_before(plain: ModelProto) -> None:
    found = in_bytes(plain, reach_of(plain, maps_of(plain), WINDOWS))

    for window in WINDOWS:
        before = scores(plain, window)
        assert scores(found, window) == pytest.approx(before, abs=0.5)
        assert (scores(found, window) != before).any()


def one_map(weights: np.ndarray) -> ModelProto:
    """A graph of one linear map that is kept as bytes, from x to y."""
    kept, scale = as_bytes(weights, axis=0)
    constants = {"kept": kept, "scale": scale, "bias": np.zeros(weights.shape[1], np.float32)}
    nodes = [
        helper.make_node("Cast", ["kept"], ["cast"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["cast", "scale"], ["weights"]),
        helper.make_node("Gemm", ["x", "weights", "bias"], ["y"]),
    ]
    places = [
        helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", size])
        for name, size in zip("xy", weights.shape, strict=True)
    ]
    arrays = [numpy_helper.from_array(value, name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "one", places[:1], places[1:], arrays)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)


def test_it_multiplies_bytes_but_in_the_maps_that_are_spared(plain: ModelProto) -> None:
    found = in_bytes(plain, reach_of(plain, maps_of(plain), WINDOWS))

    kinds = [node.op_type for node in found.graph.node]
    assert kinds.count("MatMulInteger") == len(maps_of(plain)) - 1  # of the two that narrow, the first is spared
    assert [each.weights.shape for each in maps_of(found)] == [(24, 16)]
    assert len({c.name for c in found.graph.initializer}) < len({c.name for c in plain.graph.initializer}) * 2


@settings(max_examples=15)
@given(st.integers(0, 2**32 - 1))
def test_the_reach_is_the_furthest_of_all_windows(seed: int) -> None:
    plain = graph_of({name: v.numpy() for name, v in small_network().state_dict().items()}, heads=HEADS)
    chance = np.random.default_rng(seed)
    windows = [
        Window((1, *(int(p) for p in chance.integers(3, 39, 4)), 2), (0, 0, 1, 1, 1, 1), ((0, 3, 5),)) for _ in range(3)
    ]
    maps = maps_of(plain)

    together = reach_of(plain, maps, windows)

    alone = [reach_of(plain, maps, [window]) for window in windows]
    for name, furthest in together.items():
        assert furthest == pytest.approx(np.max([one[name] for one in alone], axis=0))


def test_nothing_to_read_is_told(plain: ModelProto) -> None:
    with pytest.raises(TrainingError, match="nothing to read"):
        reach_of(plain, maps_of(plain), [])


def test_a_reader_that_computes_in_bytes_is_not_made_so_again() -> None:
    with pytest.raises(SystemExit, match="computes in bytes as it is"):
        main(FOLDER)


@pytest.mark.parametrize(
    ("flags", "widely"),
    [("flags : fpu avx2 avx512f avx512_vnni", True), ("flags : avx2 avx_vnni", True), ("flags : fpu avx2", False)],
)
def test_a_processor_that_cuts_sums_off_is_told_by_its_flags(tmp_path: Path, flags: str, *, widely: bool) -> None:
    (tmp_path / "cpuinfo").write_text(flags)

    assert adds_widely(tmp_path / "cpuinfo") == widely
    assert not adds_widely(tmp_path / "none")
