"""Snapshots of made passages, small ones with an encoder that counts letters."""

import json
from pathlib import Path

import numpy as np
import pytest

from benchmarks.scale import add, table
from benchmarks.scale_exact import Exact, all_cosines, recall
from benchmarks.scale_measure import measure
from benchmarks.scale_passages import PER_DOCUMENT, Wordings, documents_of, sentences_of
from benchmarks.scale_plot import draw
from benchmarks.scale_queries import queries_for
from benchmarks.scale_snapshot import most_memory, units_at, write_snapshot
from benchmarks.scale_vectors import Movement, RealEncodings
from index import Model, Snapshot, search, search_encoded
from index.snapshot import load_snapshot
from ingest import quote_at
from tests.conftest import ROOT, LetterEncoder

COUNT, REAL = 300, 120


@pytest.fixture(scope="module")
def wordings() -> Wordings:
    return Wordings(sentences_of(ROOT / "corpus"), real=REAL)


@pytest.fixture(scope="module")
def folder(wordings: Wordings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("scale")
    real = RealEncodings(home / "real", wordings)
    real.make(LetterEncoder(), COUNT)
    (home / "snapshot").mkdir()
    write_snapshot(home / "snapshot", wordings, real, COUNT, Model("letters", home, "0" * 64), "single")
    return home / "snapshot"


@pytest.fixture(scope="module")
def snapshot(folder: Path) -> Snapshot:
    return load_snapshot(folder)


def test_a_passage_is_the_same_whatever_was_asked_before(wordings: Wordings) -> None:
    again = Wordings(sentences_of(ROOT / "corpus"), real=REAL)

    assert wordings(7) == again(7)
    assert wordings(7) != wordings(8)


def test_another_wording_has_most_of_the_words(wordings: Wordings) -> None:
    one, other = (" ".join(wordings(number)).split() for number in (7, 7 + REAL))

    assert one != other
    assert len(set(one) & set(other)) > len(set(one)) / 2


def test_documents_hold_all_passages_and_their_quotes_stand(wordings: Wordings) -> None:
    made = list(documents_of(wordings, COUNT))

    assert [len(passages) for _, passages in made] == [PER_DOCUMENT] * 3
    assert [p.text for _, passages in made for p in passages] == [" ".join(wordings(n)) for n in range(COUNT)]
    for document, passages in made:
        assert all(quote_at(document.text, p.spans) == p.text for p in passages)
        assert all(quote_at(document.text, u.spans) in p.text for p in passages for u in p.units)


def test_vectors_move_as_far_as_was_seen() -> None:
    random = np.random.default_rng(0)
    here = np.eye(8, dtype=np.float32)[random.integers(0, 8, 500)]
    seen = (0.1 * random.standard_normal((500, 8))).astype(np.float32)

    moved = Movement(seen).moved(here, random)

    assert np.linalg.norm(moved, axis=1) == pytest.approx(1.0, abs=1e-5)
    assert (moved * here).sum(axis=1).mean() == pytest.approx(1 / np.sqrt(1 + 0.01 * 7), abs=0.02)


def test_the_unit_of_each_piece_is_the_sentence_it_stands_in() -> None:
    assert units_at(["One two.", "Three."], np.array([0, 4, 9], np.int32)).tolist() == [0, 0, 1]


def test_what_was_written_is_loaded_and_searched(snapshot: Snapshot, wordings: Wordings) -> None:
    hits = search(snapshot, LetterEncoder(), " ".join(wordings(5)))

    assert len(snapshot.passages) == COUNT
    assert len(snapshot.documents) == COUNT // PER_DOCUMENT
    assert hits[0].place in (5, 5 + REAL, 5 + 2 * REAL)


def test_an_exact_search_finds_what_a_search_finds_that_takes_all(snapshot: Snapshot, wordings: Wordings) -> None:
    query = wordings(9)[0]
    encoding = LetterEncoder().encode([query])[0]

    exact = search_encoded(Exact(snapshot), query, encoding)

    assert [hit.place for hit in exact] == [hit.place for hit in search_encoded(snapshot, query, encoding)]


def test_recall_by_hand() -> None:
    exact = np.array([0.9, 0.8, 0.7, 0.6])

    assert recall(np.array([0.9, 0.7, 0.2, 0.1]), exact) == 0.5
    assert recall(np.array([0.6, 0.7, 0.8, 0.9, 0.6]), exact) == 1.0  # two that are the fourth: either will do
    assert recall(np.array([]), exact) == 0.0


def test_all_cosines_are_those_of_the_product() -> None:
    random = np.random.default_rng(0)
    vectors, questions = random.random((70, 4), np.float32), random.random((3, 4), np.float32)

    assert all_cosines(vectors, questions) == pytest.approx(questions @ vectors.T)


def test_everything_is_measured_and_shown(folder: Path, wordings: Wordings, tmp_path: Path) -> None:
    found = measure(folder, queries_for(wordings, COUNT, 100), LetterEncoder())
    build = {"seconds": {"lexical": 1.0, "dense": 1.0, "late": 1.0}, "memory": most_memory(), "bytes": {"a": 1}}

    kept = add(tmp_path / "results.json", COUNT, {"build": build, "query": found})
    kept = add(tmp_path / "results.json", 2 * COUNT, {"build": build, "query": found})
    draw(kept, tmp_path / "growth.svg")

    assert found["queries"] == 40
    assert found["dense_recall"] == found["hybrid_recall"] == 1.0
    assert found["whole_ms"]["p50"] >= found["encode_ms"]["p5"]
    assert json.loads((tmp_path / "results.json").read_text("utf-8")) == kept
    assert table(kept).count("\n") == 3
    assert (tmp_path / "growth.svg").read_text("utf-8").startswith("<svg")
