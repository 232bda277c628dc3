"""Which passages may be hits, where there are too many to take all."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Model, Snapshot, build, load, search, tokenize
from index.candidates import _highest, find_candidates
from tests.conftest import LetterEncoder

QUERIES = ("How many passengers did the ferry carry?", "library fines", "who pays for the hull", "reading room")


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    home = tmp_path_factory.mktemp("candidates")
    corpus = home / "corpus"
    corpus.mkdir()
    random = np.random.default_rng(0)
    words = "ferry hull paint library book fine room reader passenger harbour budget skipper year quarter".split()
    for number in range(200):
        lines = [" ".join(random.choice(words, 12)).capitalize() + "." for _ in range(6)]
        (corpus / f"d{number:03}.txt").write_text("\n\n".join(lines), "utf-8")
    build(corpus, home / "index", Model("letters", home, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(home / "index")


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("documents", [None, [f"d{n:03}" for n in range(120)]], ids=["all", "some"])
def test_the_first_ten_are_the_same_as_where_all_are_candidates(
    snapshot: Snapshot, query: str, documents: Sequence[str] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.candidates.ALL_MOST", 5)
    monkeypatch.setattr("index.hybrid.DEPTH", 40)
    monkeypatch.setattr("index.hybrid.CANDIDATES", 20)
    few = search(snapshot, LetterEncoder(), query, documents=documents)
    monkeypatch.setattr("index.candidates.ALL_MOST", 10_000)
    all_of_them = search(snapshot, LetterEncoder(), query, documents=documents)

    assert len(snapshot.passages) > 100
    assert [hit.place for hit in few] == [hit.place for hit in all_of_them]
    assert len(few) == 10


def test_both_kinds_of_the_best_are_candidates_once(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.candidates.ALL_MOST", 5)
    encoding = LetterEncoder().encode(["ferry hull"])[0]
    words = tokenize("ferry hull")

    found = find_candidates(snapshot, words, encoding.vector, None, 7)

    lexical = snapshot.lexical.scores(words)
    cosines = snapshot.dense.cosines(encoding.vector, np.arange(len(lexical)))
    assert found.places.tolist() == sorted(set(found.places.tolist()))
    assert 7 <= len(found.places) <= 14
    assert sorted(lexical[found.places])[-7:] == sorted(lexical)[-7:]
    assert found.cosines is not None
    assert sorted(found.cosines)[-7:] == pytest.approx(sorted(cosines)[-7:])
    assert found.ranked == 7
    assert found.lexical_low == lexical.min()


@given(st.lists(st.sampled_from([0.0, 0.5, 1.0, 2.0, 3.0]), max_size=400), st.integers(1, 40))
def test_the_highest_are_the_highest_and_of_equal_ones_the_first(scores: list[float], most: int) -> None:
    order = sorted((at for at, score in enumerate(scores) if score), key=lambda at: (-scores[at], at))

    assert sorted(_highest(np.array(scores, np.float32), most).tolist()) == sorted(order[:most])


def test_the_highest_are_found_where_a_look_at_some_misleads() -> None:
    scores = np.full(10_000, 0.1, np.float32)
    scores[::64] = 5.0  # all that is looked at is high, and too few are

    found = _highest(scores, 1_000)

    assert len(found) == 1_000
    assert set(np.arange(0, 10_000, 64).tolist()) <= set(found.tolist())
