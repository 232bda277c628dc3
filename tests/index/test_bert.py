"""A BERT written as a graph from its files: it computes what torch computes; other kinds of model are left alone."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from onnx import ModelProto, save_model
from onnxruntime import InferenceSession
from safetensors.torch import save_file
from transformers import BertConfig, BertModel

from index import find_model
from index.bert import Bert, in_bytes, in_single, reach_of, read_bert
from index.in_bytes import evened

TEXTS = [[2, 5, 3], [2, 3], [2, 30, 31, 7, 7, 12, 5, 19, 3], [2, *range(4, 33), 3]]
CONFIG = BertConfig(
    vocab_size=40, hidden_size=16, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
    max_position_embeddings=32, hidden_dropout_prob=0.0, initializer_range=0.4, attention_probs_dropout_prob=0.0,
    layer_norm_eps=1e-3,
)  # fmt: skip


@pytest.fixture(scope="module")
def network() -> BertModel:
    torch.manual_seed(5)
    found = BertModel(CONFIG, add_pooling_layer=False).eval()
    for name, value in found.named_parameters():
        if name.endswith("LayerNorm.weight"):
            value.data[3] *= 25  # a column that reaches far, as trained ones have
        if name.endswith("bias"):
            value.data.normal_(std=0.3)
    return found


@pytest.fixture
def folder(tmp_path: Path, network: BertModel) -> Path:
    """A sentence-transformers model of this kind."""
    home = tmp_path / "model"
    (home / "pool").mkdir(parents=True)
    save_file(dict(network.state_dict()), home / "model.safetensors")
    shutil.copy(find_model().folder / "tokenizer.json", home)
    kinds = [("Transformer", ""), ("Pooling", "pool"), ("Normalize", "2_Normalize")]
    written: dict[str, Any] = {
        "config.json": CONFIG.to_dict(),
        "modules.json": [{"type": f"sentence_transformers.models.{kind}", "path": path} for kind, path in kinds],
        "pool/config.json": {"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False},
        "sentence_bert_config.json": {"max_seq_length": 32, "do_lower_case": False},
        "config_sentence_transformers.json": {"default_prompt_name": None},
    }
    for name, content in written.items():
        (home / name).write_text(json.dumps(content))
    return home


def run(model: ModelProto, pieces: list[int]) -> tuple[np.ndarray, np.ndarray]:
    session = InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    states, vector = session.run(["states", "vector"], {"pieces": np.array(pieces)})
    return np.asarray(states), np.asarray(vector)


def by_torch(network: BertModel, pieces: list[int]) -> np.ndarray:
    with torch.no_grad():
        return network(torch.tensor([pieces])).last_hidden_state[0].numpy()


@pytest.mark.parametrize("pieces", TEXTS, ids=len)
def test_the_graph_computes_what_torch_does(folder: Path, network: BertModel, pieces: list[int]) -> None:
    bert = read_bert(folder)
    assert bert is not None

    states, vector = run(in_single(bert), pieces)

    expected = by_torch(network, pieces)
    assert states == pytest.approx(expected, abs=2e-4)
    assert vector == pytest.approx(expected.mean(axis=0), abs=2e-4)
    assert (bert.window, bert.heads, bert.own) == (32, 2, (0, 100, 101, 102, 103))


@pytest.mark.parametrize("pieces", TEXTS, ids=len)
def test_in_bytes_it_computes_nearly_that(folder: Path, network: BertModel, tmp_path: Path, pieces: list[int]) -> None:
    bert = read_bert(folder)
    assert bert is not None

    vector = run(in_bytes(bert, reach_in(bert, tmp_path)), pieces)[1]

    expected = by_torch(network, pieces).mean(axis=0)
    assert vector @ expected > 0.995 * np.linalg.norm(vector) * np.linalg.norm(expected)


def reach_in(bert: Bert, folder: Path) -> list[np.ndarray]:
    save_model(in_single(bert), folder / "plain.onnx", save_as_external_data=True, location="weights")
    return list(reach_of(folder / "plain.onnx", TEXTS))


def test_the_reach_is_the_furthest_of_all_texts(folder: Path, network: BertModel, tmp_path: Path) -> None:
    bert = read_bert(folder)
    assert bert is not None

    reach = reach_in(bert, tmp_path)

    first = [network.embeddings(torch.tensor([pieces]))[0].detach().numpy() for pieces in TEXTS]
    assert len(reach) == 2 * 4  # of each layer: queries, keys and values together; from them; wider; narrower
    assert reach[0] == pytest.approx(np.abs(np.concatenate(first)).max(axis=0), abs=1e-4)
    assert [each.shape for each in reach[:4]] == [(16,), (16,), (16,), (48,)]


def test_the_default_model_is_of_this_kind() -> None:
    found = read_bert(find_model().folder)

    assert found is not None
    assert (found.window, found.heads) == (256, 12)


def changed(file: str, change: Callable[[Any], None]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        content = json.loads((folder / file).read_text())
        change(content)
        (folder / file).write_text(json.dumps(content))

    return apply


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(changed("config.json", lambda c: c.update(model_type="mpnet")), id="another architecture"),
        pytest.param(changed("config.json", lambda c: c.pop("model_type")), id="no architecture"),
        pytest.param(changed("config.json", lambda c: c.update(hidden_act="relu")), id="another activation"),
        pytest.param(changed("config.json", lambda c: c.update(position_embedding_type="relative_key")), id="places"),
        pytest.param(changed("config.json", lambda c: c.update(is_decoder=True)), id="a decoder"),
        pytest.param(changed("config.json", lambda c: c.update(num_hidden_layers=3)), id="a layer is missing"),
        pytest.param(changed("modules.json", lambda c: c.append({"type": "models.Dense", "path": "3"})), id="more"),
        pytest.param(changed("pool/config.json", lambda c: c.update(pooling_mode_cls_token=True)), id="two poolings"),
        pytest.param(changed("pool/config.json", lambda c: c.update(pooling_mode_mean_tokens=False)), id="no mean"),
        pytest.param(changed("sentence_bert_config.json", lambda c: c.update(do_lower_case=True)), id="lower case"),
        pytest.param(changed("sentence_bert_config.json", lambda c: c.update(max_seq_length=64)), id="too wide"),
        pytest.param(
            changed("config_sentence_transformers.json", lambda c: c.update(default_prompt_name="query")), id="prompt"
        ),
        pytest.param(lambda folder: (folder / "model.safetensors").unlink(), id="no weights"),
        pytest.param(lambda folder: (folder / "model.safetensors").write_bytes(b"{"), id="broken weights"),
        pytest.param(lambda folder: (folder / "tokenizer.json").write_text("{"), id="broken tokenizer"),
    ],
)
def test_a_model_of_another_kind_is_left_to_the_exporter(folder: Path, change: Callable[[Path], None]) -> None:
    assert read_bert(folder) is not None
    change(folder)

    assert read_bert(folder) is None


def test_the_newer_way_of_naming_the_pooling_is_read(folder: Path) -> None:
    (folder / "pool" / "config.json").write_text(json.dumps({"pooling_mode": "mean", "include_prompt": True}))

    assert read_bert(folder) is not None


@given(
    arrays(np.float32, (3, 4), elements=st.floats(-100, 100, width=32)),
    arrays(np.float32, 3, elements=st.floats(0, 100, width=32)),
    st.floats(0, 1),
)
def test_evened_weights_are_within_half_a_step_of_the_weights(
    weights: np.ndarray, reach: np.ndarray, strength: float
) -> None:
    found = evened(weights, reach, strength)

    back = found.kept * found.scale * found.less[:, None]
    assert (np.abs(back - weights) <= found.scale * found.less[:, None] * 0.501 + 1e-6).all()
    assert np.log(found.less).sum() == pytest.approx(0, abs=1e-3)  # what one column gains the others give


def test_a_column_that_reaches_further_is_lessened_more() -> None:
    less = evened(np.ones((3, 2), np.float32), np.array([1, 4, 16], np.float32), 0.5).less

    assert less[0] / less[1] == pytest.approx(2)  # the root of what it reaches further
    assert less[1] / less[2] == pytest.approx(2)
