"""The compiled model: it says what the model says, without torch, and is not used where it does not."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import index.compiled
from index import Encoder, Encoding, Model, SentenceTransformerEncoder, compiled_encoder, find_model, load_torch_encoder
from index.compiled import GRAPH, SETTINGS, CompiledEncoder, agreement, load_compiled, load_encoder

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
def folder(model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the model has been compiled."""
    found = tmp_path_factory.mktemp("encoders")
    assert isinstance(compiled_encoder(model, found), CompiledEncoder)
    return found


@pytest.fixture
def compiled(model: Model, folder: Path) -> Iterator[CompiledEncoder]:
    found = load_compiled(model, folder)
    assert found is not None
    yield found


def test_it_says_of_each_text_what_the_model_says(compiled: CompiledEncoder, slow: Encoder) -> None:
    done: list[int] = []

    mine, its = compiled.encode(TEXTS, done.append), slow.encode(TEXTS)

    assert sum(done) == len(TEXTS)
    for a, b in zip(mine, its, strict=True):
        assert a.vector == pytest.approx(b.vector, abs=1e-5)
        assert a.pieces.tolist() == b.pieces.tolist()
        assert a.starts.tolist() == b.starts.tolist()
        assert np.abs(a.states.astype(int) - b.states.astype(int)).max(initial=0) <= 1
        assert (a.vector.dtype, a.pieces.dtype, a.starts.dtype, a.states.dtype) == (
            np.float32, np.int32, np.int32, np.int8,
        )  # fmt: skip


def test_no_texts_give_no_encodings(compiled: CompiledEncoder) -> None:
    assert compiled.encode([]) == []


def test_threads_get_what_each_would_get_alone(compiled: CompiledEncoder) -> None:
    expected = {text: compiled.encode([text])[0].vector for text in TEXTS}

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda at: compiled.encode(TEXTS[at : at + 9]), range(12)))

    for at, encodings in enumerate(together):
        for text, encoding in zip(TEXTS[at : at + 9], encodings, strict=True):
            assert encoding.vector == pytest.approx(expected[text], abs=1e-5)


def test_it_runs_without_torch(folder: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from index import find_model; from index.compiled import load_encoder;"
        f"load_encoder(find_model(), Path({str(folder)!r})).encode(['boats']);"
        "print({'torch', 'sentence_transformers'} & set(sys.modules))"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "set()"


def test_where_none_was_compiled_the_model_runs_through_torch(model: Model, tmp_path: Path) -> None:
    assert load_compiled(model, tmp_path) is None
    assert isinstance(load_encoder(model, tmp_path), SentenceTransformerEncoder)


@pytest.mark.parametrize("harm", ["graph", "settings", "other model", "other libraries"])
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
    if harm == "graph":
        content = bytearray((home / GRAPH).read_bytes())
        content[len(content) // 2] ^= 1
        (home / GRAPH).write_bytes(content)
    elif harm == "settings":
        (home / SETTINGS).write_text("{")
    else:
        field = {"other model": "model_sha256", "other libraries": "onnxruntime"}[harm]
        (home / SETTINGS).write_text(json.dumps({**settings, field: "another"}))

    assert load_compiled(model, tmp_path) is None


class Changed:
    """An encoder that says something else of one text."""

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


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (turned, "differ on"),
        (moved, "tokens by 3 of 127"),
        (lambda e: replace(e, pieces=e.pieces[:-1]), "does not read"),
        (lambda e: replace(e, starts=e.starts + 1), "does not read"),
    ],
    ids=["another vector", "another token vector", "a piece less", "other places"],
)
def test_a_graph_that_does_not_agree_is_told_by_its_sample(
    compiled: CompiledEncoder, slow: Encoder, change: Callable[[Encoding], Encoding], message: str
) -> None:
    assert agreement(compiled, slow) > 0.99999
    with pytest.raises(ValueError, match=message):
        agreement(Changed(compiled, change), slow)


def test_a_model_that_cannot_be_compiled_still_runs_and_nothing_is_left_of_the_try(
    model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(index.compiled, "LEAST_COSINE", 1.1)  # so that no graph agrees

    found = compiled_encoder(model, tmp_path)

    assert isinstance(found, SentenceTransformerEncoder)
    assert list(tmp_path.iterdir()) == []
    assert "is not compiled" in caplog.text
