"""Weights to a graph: bytes that stand for numbers, and a graph that computes what torch computes."""

from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnxruntime import InferenceSession

from answer.reader import Window, load_reader, members
from index.in_bytes import as_bytes
from training.export import export, graph_of
from training.network import Network

HEADS, DIM = 2, 16


@given(arrays(np.float32, (3, 4), elements=st.floats(-1e3, 1e3, width=32)), st.integers(0, 1))
def test_bytes_with_their_scale_are_within_half_a_step(matrix: np.ndarray, axis: int) -> None:
    kept, scale = as_bytes(matrix, axis)

    assert kept.dtype == np.int8
    assert scale.shape == ((1, 4) if axis == 0 else (3, 1))
    assert (np.abs(kept * scale - matrix) <= scale * 0.5001).all()


def small_network() -> Network:
    """A network of two small layers, with weights drawn at random."""
    from transformers import BertConfig, BertModel

    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=40, hidden_size=DIM, num_hidden_layers=2, num_attention_heads=HEADS, intermediate_size=24,
        max_position_embeddings=32, hidden_dropout_prob=0.0, initializer_range=0.4,
        attention_probs_dropout_prob=0.0,
    )  # fmt: skip
    network = Network(BertModel(config, add_pooling_layer=False), DIM).eval()
    for parameter in (network.salience.weight, network.weight.weight, network.nothing[2].weight):
        torch.nn.init.normal_(parameter, std=0.5)
    network.scale.data = torch.tensor([20.0, -3.0, 1.5])
    return network


def as_kept(network: Network) -> Network:
    """The same network with the matrices that the graph keeps as bytes rounded as they are there."""
    for name, parameter in network.named_parameters():
        linear = parameter.ndim == 2 and name.startswith(("encoder.encoder.", "nothing.0."))
        if linear or "word_embeddings" in name:
            kept, scale = as_bytes(parameter.detach().numpy(), axis=1)
            parameter.data = torch.tensor(kept * scale)
    return network


WINDOWS = [
    Window((1, 5, 6, 2, 7, 8, 9, 2), (0, 0, 0, 0, 1, 1, 1, 1), ((0, 4, 6), (1, 6, 7))),
    Window((1, 5, 2, 9, 9, 3, 2), (0, 0, 0, 1, 1, 1, 1), ((3, 3, 6),)),
]


@pytest.mark.parametrize("window", WINDOWS, ids=["two units", "one"])
def test_the_graph_computes_what_torch_does(window: Window) -> None:
    network = small_network()
    weights = {name: value.numpy() for name, value in network.state_dict().items()}
    session = InferenceSession(graph_of(weights, heads=HEADS).SerializeToString(), providers=["CPUExecutionProvider"])

    inputs = {
        "pieces": np.array(window.pieces),
        "segments": np.array(window.segments),
        "members": members(window),
    }
    scores = session.run(["scores"], inputs)[0]

    with torch.no_grad():
        units, nothing = as_kept(network)([window])[0]
    assert scores == pytest.approx((units - nothing).numpy(), abs=1e-4)
    assert len(units) == 1 or units.std() > 0.1  # else any graph would do


def test_torch_scores_a_window_the_same_beside_a_longer_one() -> None:
    network = small_network()

    with torch.no_grad():
        together, alone = network(WINDOWS)[1], network(WINDOWS[1:])[0]

    assert together[0].numpy() == pytest.approx(alone[0].numpy(), abs=1e-5)
    assert together[1].numpy() == pytest.approx(alone[1].numpy(), abs=1e-5)


def test_what_is_exported_can_be_loaded(tmp_path: Path) -> None:
    network = small_network()

    size = export(network.state_dict(), tmp_path, trained={"questions": {"squad2": 1}})

    assert size == (tmp_path / "reader.onnx").stat().st_size
    load_reader(tmp_path)
