"""The nearest vectors, on each of the three roads, with sizes made small."""

from pathlib import Path

import numpy as np
import pytest

from index.dense import COARSE, VECTORS, DenseIndex
from index.encoder import Vectors

COUNT, DIM = 3_000, 32
ROADS = {"flat": (COUNT, COUNT), "bytes": (100, COUNT), "cells": (100, 200)}


def clustered(count: int, seed: int = 0) -> Vectors:
    """(count, DIM), unit length, in the same 60 clusters whatever the seed, as the wordings of some texts are."""
    centres = np.random.default_rng(99).standard_normal((60, DIM))
    random = np.random.default_rng(seed)
    found = centres[random.integers(0, 60, count)] + 0.4 * random.standard_normal((count, DIM))
    unit: Vectors = (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)
    return unit


VECTORS_MADE, QUESTIONS = clustered(COUNT), clustered(50, seed=1)


@pytest.fixture(params=ROADS)
def dense(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> DenseIndex:
    flat, scan = ROADS[request.param]
    monkeypatch.setattr("index.dense.FLAT_MOST", flat)
    monkeypatch.setattr("index.dense.SCAN_MOST", scan)
    return DenseIndex.from_vectors(VECTORS_MADE)


def top(vector: Vectors, allowed: np.ndarray | None = None) -> set[int]:
    cosines = VECTORS_MADE @ vector
    return set(np.argsort(-cosines if allowed is None else np.where(allowed, -cosines, 9))[:10].tolist())


def test_the_nearest_ten_are_found(dense: DenseIndex) -> None:
    shares = []
    for question in QUESTIONS:
        places = dense.best(question, 100)
        best = places[np.argsort(-dense.cosines(question, places))[:10]]
        shares.append(len(top(question) & set(best.tolist())) / 10)

    assert np.mean(shares) >= 0.98


def test_only_what_is_allowed_is_found_and_all_of_the_nearest_of_it(dense: DenseIndex) -> None:
    allowed = np.zeros(COUNT, bool)
    allowed[500:900] = True

    for question in QUESTIONS[:10]:
        places = dense.best(question, 100, allowed)
        best = places[np.argsort(-dense.cosines(question, places))[:10]]

        assert len(places) == 100
        assert allowed[places].all()
        assert len(top(question, allowed) & set(best.tolist())) >= 9


def test_cosines_are_those_of_the_vectors_themselves(dense: DenseIndex) -> None:
    places = np.array([7, 3, 2_999])

    assert dense.cosines(QUESTIONS[0], places) == pytest.approx(VECTORS_MADE[places] @ QUESTIONS[0])


def test_the_lowest_cosine_is_about_that_of_all(dense: DenseIndex) -> None:
    assert dense.lowest(QUESTIONS[0]) == pytest.approx((VECTORS_MADE @ QUESTIONS[0]).min(), abs=0.1)


def test_no_more_is_found_than_there_is(dense: DenseIndex) -> None:
    allowed = np.zeros(COUNT, bool)
    allowed[[4, 40]] = True

    assert sorted(dense.best(QUESTIONS[0], 1_000, allowed).tolist()) == [4, 40]


def test_an_index_reads_back_as_it_was(dense: DenseIndex, tmp_path: Path) -> None:
    dense.save(tmp_path)

    again = DenseIndex.load(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} == {COARSE, *([] if dense.whole else [VECTORS])}
    assert len(again) == COUNT
    for question in QUESTIONS[:5]:
        assert sorted(again.best(question, 50).tolist()) == sorted(dense.best(question, 50).tolist())


def test_where_documents_are_chosen_all_cells_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.dense.FLAT_MOST", 100)
    monkeypatch.setattr("index.dense.SCAN_MOST", 200)
    monkeypatch.setattr("index.dense._PROBED", 0.01)
    dense = DenseIndex.from_vectors(VECTORS_MADE)
    allowed = np.zeros(COUNT, bool)
    allowed[np.argsort(VECTORS_MADE @ QUESTIONS[0])[:50]] = True  # the furthest of all

    assert len(dense.best(QUESTIONS[0], COUNT)) < COUNT / 10
    assert sorted(dense.best(QUESTIONS[0], 50, allowed).tolist()) == np.flatnonzero(allowed).tolist()
