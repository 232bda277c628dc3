"""Hybrid search over a small corpus, with an encoder that counts letters."""

from itertools import pairwise
from pathlib import Path

import pytest

from index import ARMS, Model, Snapshot, Weights, build, load, search
from tests.conftest import LetterEncoder


@pytest.fixture
def snapshot(small_corpus: Path, letter_model: Model, tmp_path: Path, letters: LetterEncoder) -> Snapshot:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: letters)
    return load(tmp_path / "index")


def test_the_passage_with_the_words_comes_first(snapshot: Snapshot, letters: LetterEncoder) -> None:
    hits = search(snapshot, letters, "How many passengers did the ferry carry?")

    assert "4,210 passengers" in hits[0].passage.text
    assert hits[0].lexical_rank == 1


def test_ranks_run_from_1_and_scores_fall(snapshot: Snapshot, letters: LetterEncoder) -> None:
    hits = search(snapshot, letters, "ferry budget")

    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(a.score >= b.score for a, b in pairwise(hits))


def test_a_passage_without_a_word_of_the_query_has_no_lexical_rank(snapshot: Snapshot, letters: LetterEncoder) -> None:
    hits = search(snapshot, letters, "passengers")

    for hit in hits:
        assert (hit.lexical_rank is None) == ("passenger" not in hit.passage.text)
        assert hit.dense_rank is not None


def test_by_words_alone_a_passage_without_any_is_no_hit(snapshot: Snapshot) -> None:
    hits = search(snapshot, None, "passengers")

    assert [("passenger" in h.passage.text, h.dense_rank, h.cosine) for h in hits] == [(True, None, None)]


def test_nothing_is_found_for_words_that_nowhere_stand_without_an_encoder(snapshot: Snapshot) -> None:
    assert search(snapshot, None, "zeppelin") == []


def test_a_filter_keeps_to_its_documents(snapshot: Snapshot, letters: LetterEncoder) -> None:
    hits = search(snapshot, letters, "ferry", documents=["library"])

    assert hits
    assert {hit.passage.doc_id for hit in hits} == {"library"}


@pytest.mark.parametrize("documents", [[], ["no-such-document"]], ids=["empty", "unknown"])
def test_a_filter_that_matches_nothing_finds_nothing(
    snapshot: Snapshot, letters: LetterEncoder, documents: list[str]
) -> None:
    assert search(snapshot, letters, "ferry", documents=documents) == []


@pytest.mark.parametrize("query", ["", "   "], ids=["empty", "blank"])
def test_an_empty_query_finds_nothing(snapshot: Snapshot, letters: LetterEncoder, query: str) -> None:
    assert search(snapshot, letters, query) == []


def test_the_limit_holds(snapshot: Snapshot, letters: LetterEncoder) -> None:
    assert len(search(snapshot, letters, "ferry", limit=1)) == 1


def test_equal_scores_are_ordered_by_where_they_stand(snapshot: Snapshot) -> None:
    class Same:
        precision = "single"

        def encode(self, texts, on_done=None):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN202
            return LetterEncoder().encode(["zzz"] * len(texts))

    hits = search(snapshot, Same(), "qqq")

    same = [(h.passage.doc_id, h.passage.spans) for h in hits if h.score == hits[-1].score]
    assert len(same) > 1
    assert same == sorted(same)


def test_each_retriever_alone_gives_its_own_ranking(snapshot: Snapshot, letters: LetterEncoder) -> None:
    query = "ferry budget passengers"
    whole = search(snapshot, letters, query, limit=100)
    by_words = search(snapshot, letters, query, limit=100, weights=ARMS["lexical"])
    by_meaning = search(snapshot, letters, query, limit=100, weights=ARMS["dense"])
    by_pieces = search(snapshot, letters, query, limit=100, weights=ARMS["late"])

    assert [h.lexical_rank for h in by_words] == list(range(1, len(by_words) + 1))
    assert [h.dense_rank for h in by_meaning] == list(range(1, len(by_meaning) + 1))
    assert {h.passage.passage_id: h.lexical_rank for h in whole if h.lexical_rank} == {
        h.passage.passage_id: h.rank for h in by_words
    }
    assert {h.passage.passage_id: h.dense_rank for h in whole} == {h.passage.passage_id: h.rank for h in by_meaning}
    assert {h.passage.passage_id: h.late_rank for h in whole} == {h.passage.passage_id: h.rank for h in by_pieces}
    assert all(h.dense_rank is None and h.cosine is None and h.late_rank is None for h in by_words)


def test_late_interaction_judges_only_the_best_by_the_others(
    snapshot: Snapshot, letters: LetterEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.hybrid.CANDIDATES", 2)
    without = search(snapshot, letters, "ferry passengers", weights=Weights(0.5, 0.5, 0.0))

    found = search(snapshot, letters, "ferry passengers", limit=2)

    assert {h.passage.passage_id for h in found} == {h.passage.passage_id for h in without[:2]}
    assert sorted(h.late_rank or 0 for h in found) == [1, 2]
