"""The compiled model: it says what the model says, without torch, and is not used where it does not."""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import index.compiled
from index import Encoder, Encoding, Model, SentenceTransformerEncoder, compiled_encoder, find_model, load_torch_encoder
from index.agreement import Agreement, agreement, checked_with, learnt_from
from index.compiled import (
    BYTES,
    GRAPH,
    LIMITS,
    SETTINGS,
    TOKENIZER,
    WEIGHTS,
    CompiledEncoder,
    load_compiled,
    load_encoder,
)
from index.encoder import SINGLE
from index.sealed import sealed

TEXTS = [
    "knife crime",
    "",
    "stabbings",
    "Naïve café — £1,234.5m (2018–21); “quoted” 北京 end",
    "a much longer sentence about the price of fish in the harbour",
    "The ferry carried 4,210 passengers against a target of 4,000. " * 60,
    *[f"street lamp number {n} {'of the harbour ward ' * (n % 7)}" for n in range(20)],
]


@pytest.fixture(scope="module")
def model() -> Model:
    return find_model()


@pytest.fixture(scope="module")
def slow(model: Model) -> SentenceTransformerEncoder:
    return load_torch_encoder(model)


@pytest.fixture(scope="module")
def folders(model: Model, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """For each precision, a folder in which the model has been compiled in it."""
    found = {precision: tmp_path_factory.mktemp(precision) for precision in LIMITS}
    with pytest.MonkeyPatch.context() as patch:
        compiled_encoder(model, found[BYTES])
        patch.setitem(LIMITS, BYTES, replace(LIMITS[BYTES], least=1.1))  # so that bytes do not agree
        compiled_encoder(model, found[SINGLE])
    return found


@pytest.fixture
def folder(folders: dict[str, Path]) -> Path:
    return folders[BYTES]


@pytest.fixture(params=[SINGLE, BYTES])
def compiled(model: Model, folders: dict[str, Path], request: pytest.FixtureRequest) -> CompiledEncoder:
    found = load_compiled(model, folders[request.param])
    assert found is not None
    assert found.precision == request.param
    return found


@pytest.fixture
def single(model: Model, folders: dict[str, Path]) -> CompiledEncoder:
    found = load_compiled(model, folders[SINGLE])
    assert found is not None
    return found


def test_it_reads_each_text_as_the_model_does(compiled: CompiledEncoder, slow: Encoder) -> None:
    done: list[int] = []

    mine, its = compiled.encode(TEXTS, done.append), slow.encode(TEXTS)

    assert sum(done) == len(TEXTS)
    for a, b in zip(mine, its, strict=True):
        assert a.pieces.tolist() == b.pieces.tolist()
        assert a.starts.tolist() == b.starts.tolist()
        assert (a.vector.dtype, a.pieces.dtype, a.starts.dtype, a.states.dtype) == (
            np.float32, np.int32, np.int32, np.int8,
        )  # fmt: skip
        assert np.linalg.norm(a.vector) == pytest.approx(1, abs=1e-6)


def test_in_single_precision_it_says_what_the_model_says(single: CompiledEncoder, slow: Encoder) -> None:
    for a, b in zip(single.encode(TEXTS), slow.encode(TEXTS), strict=True):
        assert a.vector == pytest.approx(b.vector, abs=1e-5)
        assert np.abs(a.states.astype(int) - b.states.astype(int)).max(initial=0) <= 1


def test_in_bytes_it_says_nearly_what_the_model_says(model: Model, folder: Path, slow: Encoder) -> None:
    small = load_compiled(model, folder)
    assert small is not None

    for a, b in zip(small.encode(TEXTS), slow.encode(TEXTS), strict=True):
        assert a.vector @ b.vector > 0.99
        assert np.abs(a.states.astype(int) - b.states.astype(int)).max(initial=0) <= LIMITS[BYTES].apart
    assert agreement(small, slow, checked_with()).within(LIMITS[BYTES])


def test_which_precision_it_has_is_kept_with_how_far_it_agrees(model: Model, folders: dict[str, Path]) -> None:
    small, plain = (load_compiled(model, folders[precision]) for precision in (BYTES, SINGLE))
    assert small is not None
    assert plain is not None

    assert small.settings.agreement == agreement(small, plain, checked_with())
    assert plain.settings.agreement is None  # with torch it is held by the tests above


def test_the_texts_that_are_checked_are_not_those_that_were_learnt_from() -> None:
    assert len(learnt_from()) > 20
    assert set(checked_with()) & set(learnt_from()) == {""}


def test_what_a_text_comes_to_hangs_on_no_other(compiled: CompiledEncoder) -> None:
    together = compiled.encode(TEXTS)

    for text, encoding in zip(TEXTS, together, strict=True):
        [alone] = compiled.encode([text])
        assert alone.vector.tobytes() == encoding.vector.tobytes()
        assert alone.states.tobytes() == encoding.states.tobytes()


def test_no_texts_give_no_encodings(compiled: CompiledEncoder) -> None:
    assert compiled.encode([]) == []


def test_threads_get_what_each_would_get_alone(compiled: CompiledEncoder) -> None:
    expected = {text: compiled.encode([text])[0].vector for text in TEXTS}

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda at: compiled.encode(TEXTS[at : at + 9]), range(12)))

    for at, encodings in enumerate(together):
        for text, encoding in zip(TEXTS[at : at + 9], encodings, strict=True):
            assert encoding.vector == pytest.approx(expected[text], abs=1e-5)


HEAVY = {"torch", "sentence_transformers", "transformers", "huggingface_hub", "onnx", "safetensors"}


def test_it_is_compiled_without_torch(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from index import compiled_encoder, find_model;"
        f"print(compiled_encoder(find_model(), Path({str(tmp_path)!r})).precision);"
        f"print({HEAVY - {'onnx', 'safetensors'}} & set(sys.modules))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.split() == [BYTES, "set()"]


def test_it_runs_without_torch(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from index import find_model; from index.compiled import load_encoder;"
        f"load_encoder(find_model(), Path({str(folder)!r})).encode(['boats']);"
        f"print({HEAVY} & set(sys.modules))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "set()"


def test_where_none_was_compiled_the_model_runs_through_torch(model: Model, tmp_path: Path) -> None:
    assert load_compiled(model, tmp_path) is None
    assert isinstance(load_encoder(model, tmp_path), SentenceTransformerEncoder)


@pytest.mark.parametrize(
    "harm", [GRAPH, WEIGHTS, TOKENIZER, "settings", "own", "missing", "other model", "other libraries"]
)
def test_one_that_is_damaged_or_of_another_model_is_not_used(
    model: Model, folder: Path, tmp_path: Path, harm: str
) -> None:
    [kept] = folder.iterdir()
    home = tmp_path / kept.name
    home.mkdir()
    for path in kept.iterdir():
        (home / path.name).write_bytes(path.read_bytes())
    assert load_compiled(model, tmp_path) is not None

    settings = json.loads((home / SETTINGS).read_text("utf-8"))
    if harm in {GRAPH, WEIGHTS, TOKENIZER}:
        content = bytearray((home / harm).read_bytes())
        content[len(content) // 2] ^= 1
        (home / harm).write_bytes(content)
    elif harm == "missing":
        (home / WEIGHTS).unlink()
    elif harm == "settings":
        (home / SETTINGS).write_text("{")
    elif harm == "own":  # a bit of the number of a piece that the model adds
        (home / SETTINGS).write_bytes((home / SETTINGS).read_bytes().replace(b"101", b"103"))
    else:
        field = {"other model": "model_sha256", "other libraries": "onnxruntime"}[harm]
        del settings["checksum"]
        (home / SETTINGS).write_bytes(sealed({**settings, field: "another"}))

    assert load_compiled(model, tmp_path) is None


class Changed:
    """An encoder that says something else of one text."""

    precision = SINGLE

    def __init__(self, inner: Encoder, change: Callable[[Encoding], Encoding]) -> None:
        self._inner = inner
        self._change = change

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        *others, last = self._inner.encode(texts, on_done)
        return [*others, self._change(last)]


def turned(encoding: Encoding) -> Encoding:
    vector = encoding.vector.copy()
    vector[0] += 0.05
    return replace(encoding, vector=vector / np.linalg.norm(vector))


def moved(encoding: Encoding) -> Encoding:
    states = encoding.states.copy()
    states[0, 0] += 3 if states[0, 0] < 100 else -3
    return replace(encoding, states=states)


def test_an_encoder_agrees_wholly_with_itself(single: CompiledEncoder) -> None:
    reached = agreement(single, single, checked_with())

    assert reached.least == pytest.approx(1, abs=1e-6)
    assert reached.mean == pytest.approx(1, abs=1e-6)
    assert (reached.overlap, reached.apart) == (1, 0)
    assert reached.within(LIMITS[SINGLE])


@pytest.mark.parametrize("change", [turned, moved], ids=["another vector", "another token vector"])
def test_one_text_that_comes_to_something_else_is_enough_not_to_agree(
    single: CompiledEncoder, change: Callable[[Encoding], Encoding]
) -> None:
    assert not agreement(Changed(single, change), single, checked_with()).within(LIMITS[SINGLE])


@pytest.mark.parametrize(
    "change",
    [lambda e: replace(e, pieces=e.pieces[:-1]), lambda e: replace(e, starts=e.starts + 1)],
    ids=["a piece less", "other places"],
)
def test_a_text_that_is_read_otherwise_is_told(single: CompiledEncoder, change: Callable[[Encoding], Encoding]) -> None:
    with pytest.raises(ValueError, match="does not read"):
        agreement(Changed(single, change), single, checked_with())


class Laid:
    """An encoder whose vectors are given: angles in degrees, in the plane."""

    precision = SINGLE

    def __init__(self, degrees: Sequence[float]) -> None:
        self._degrees = degrees

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        none = np.zeros(0, np.int32)
        turns = np.radians(self._degrees)
        return [
            Encoding(np.array([np.cos(t), np.sin(t)], np.float32), none, none, np.zeros((0, 2), np.int8)) for t in turns
        ]


def test_the_share_of_the_ten_nearest_that_both_have() -> None:
    # Twelve texts a degree apart: each leaves out the farthest of its eleven others, which is the last for 0 to 5 and
    # the first for 6 to 11. Then the first goes past the last, and stands at 12: it now leaves out 1, as do 7 to 11,
    # and 1 to 6 leave out the first. So all but 6 have nine of their ten.
    texts = ["x"] * 12
    before, after = Laid(range(12)), Laid([12, *range(1, 12)])

    reached = agreement(before, after, texts)

    assert reached.overlap == pytest.approx((11 * 0.9 + 1) / 12)
    assert reached.least == pytest.approx(np.cos(np.radians(12)), abs=1e-6)


@pytest.mark.parametrize("field", ["least", "mean", "overlap", "apart"])
def test_each_of_the_four_must_be_within_the_limit(field: str) -> None:
    limit = Agreement(least=0.9, mean=0.95, overlap=0.9, apart=3)

    assert limit.within(limit)
    worse = 4 if field == "apart" else getattr(limit, field) - 0.001
    assert not replace(limit, **{field: worse}).within(limit)


def test_a_model_that_cannot_be_compiled_still_runs_and_nothing_is_left_of_the_try(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(LIMITS, SINGLE, replace(LIMITS[SINGLE], least=1.1))  # so that no graph agrees
    other = replace(model, sha256="0" * 64)  # which is not known, and so is held against torch

    found = compiled_encoder(other, tmp_path)

    assert isinstance(found, SentenceTransformerEncoder)
    assert list(tmp_path.iterdir()) == []
    assert "is not compiled" in caplog.text


def test_a_model_of_another_kind_is_written_by_the_exporter(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, single: CompiledEncoder
) -> None:
    monkeypatch.setattr(index.compiled, "read_bert", lambda _: None)

    found = compiled_encoder(model, tmp_path)

    assert isinstance(found, CompiledEncoder)
    assert found.precision == SINGLE
    assert found.settings.agreement is not None
    assert agreement(found, single, checked_with()).within(LIMITS[SINGLE])
