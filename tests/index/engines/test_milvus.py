"""A snapshot in a Milvus Lite finds what it finds in memory."""

from pathlib import Path

import numpy as np
import pytest

from index import Encoder, IndexProblem, NoIndex, Snapshot, StaleIndex, Weights, search, tokenize
from index.engines import Address, MilvusIndex, open_index, publish_to_milvus
from index.hybrid import ARMS
from tests.conftest import LetterEncoder
from tests.index.engines.conftest import HOSTILE, NO_MILVUS, Maker

pytestmark = NO_MILVUS
QUERIES = [
    "When does the harbour open?",
    "budget of the museum",
    "books books books in 2019",
    "2020-21",
    "paint",
    "zeppelin",
    "the zeppelin's boats",
    "£3 million",
    "aims and money of the plan",  # every passage has a word of it
    '" or 1 == 1 or "',
    "報告",
]


def same(found: list, expected: list) -> bool:  # type: ignore[type-arg]
    """Whether hits are the same, their scores to a millionth."""
    ranks = ("passage", "place", "rank", "lexical_rank", "dense_rank", "late_rank")
    return [[getattr(hit, name) for name in ranks] for hit in found] == [
        [getattr(hit, name) for name in ranks] for hit in expected
    ] and np.allclose([hit.score for hit in found], [hit.score for hit in expected], atol=1e-6)


@pytest.mark.parametrize("arm", ARMS)
@pytest.mark.parametrize("encoder", [LetterEncoder(), None], ids=["with a model", "by words alone"])
def test_the_same_ten_are_found_as_in_memory(
    snapshot: Snapshot, remote: MilvusIndex, encoder: Encoder | None, arm: str
) -> None:
    for query in QUERIES:
        expected = search(snapshot, encoder, query, weights=ARMS[arm])

        assert same(search(remote, encoder, query, weights=ARMS[arm]), expected), query


@pytest.mark.parametrize("doc_id", HOSTILE)
def test_a_filter_keeps_to_its_document_whatever_its_name(
    snapshot: Snapshot, remote: MilvusIndex, letters: LetterEncoder, doc_id: str
) -> None:
    found = search(remote, letters, "open the harbour", documents=[doc_id])

    assert {hit.passage.doc_id for hit in found} == {doc_id}
    assert same(found, search(snapshot, letters, "open the harbour", documents=[doc_id]))


def test_a_filter_of_several_documents_keeps_to_them(
    snapshot: Snapshot, remote: MilvusIndex, letters: LetterEncoder
) -> None:
    for documents in (["library", "school"], [*HOSTILE, "no such"], list(snapshot.documents)):
        found = search(remote, letters, "budget", limit=100, documents=documents)

        assert same(found, search(snapshot, letters, "budget", limit=100, documents=documents))
        assert {hit.passage.doc_id for hit in found} <= set(documents)


@pytest.mark.parametrize(
    "documents",
    [[], ["no-such"], ['" or "" == "'], ["library'"], ["0"]],
    ids=["none", "unknown", "an expression", "half a quote", "a number"],
)
def test_a_filter_that_matches_nothing_finds_nothing(
    remote: MilvusIndex, letters: LetterEncoder, documents: list[str]
) -> None:
    assert search(remote, letters, "budget", documents=documents) == []
    assert search(remote, None, "budget", documents=documents) == []


@pytest.mark.parametrize("most", [1, 3, 10, 1000])
@pytest.mark.parametrize("documents", [None, ["library", HOSTILE[0], "museum"]], ids=["all", "some"])
def test_candidates_are_the_best_of_both_and_have_both_scores(
    snapshot: Snapshot, remote: MilvusIndex, letters: LetterEncoder, most: int, documents: list[str] | None
) -> None:
    for query in QUERIES:
        words, vector = tokenize(query), letters.encode([query])[0].vector
        every = snapshot.candidates(words, vector, documents, most)
        assert every.cosines is not None

        found = remote.candidates(words, vector, documents, most)

        assert (every.lexical_low > 0) == query.startswith("aims")
        at = np.searchsorted(every.places, found.places)
        assert every.places[at].tolist() == found.places.tolist() == sorted(set(found.places.tolist()))
        assert found.lexical == pytest.approx(every.lexical[at], abs=1e-5)
        assert found.cosines == pytest.approx(every.cosines[at], abs=1e-6)
        assert found.cosine_low == pytest.approx(every.cosine_low, abs=1e-6)
        # Where not all can be had, that each has a word of the query cannot be told, and is taken not to be so.
        lowest = every.lexical_low if most >= len(every.places) else 0.0
        assert found.lexical_low == pytest.approx(lowest, abs=1e-5)
        # None that was left out is better than the worst of the best by either.
        left = np.setdiff1d(np.arange(len(every.places)), at)
        if len(left):
            assert every.cosines[left].max() <= np.sort(found.cosines)[-most] + 1e-6  # type: ignore[type-var]
            assert every.lexical[left].max() <= max(np.sort(found.lexical)[-most:].min(), 0.0) + 1e-5


def test_documents_and_passages_and_rarities_are_those_of_the_snapshot(
    snapshot: Snapshot, remote: MilvusIndex, letters: LetterEncoder
) -> None:
    question = letters.encode(["open the harbour in Peru"])[0]

    assert tuple(remote.passages) == tuple(snapshot.passages)
    assert remote.vocabulary == snapshot.vocabulary
    assert list(remote.passages.of_document("school")) == list(snapshot.passages.of_document("school"))
    assert remote.passages[-1] == snapshot.passages[-1]
    assert remote.passages[2:5] == snapshot.passages[2:5]
    assert dict(remote.documents) == dict(snapshot.documents)
    assert remote.manifest == snapshot.manifest
    for word in ("harbour", "the", "peru"):
        assert remote.lexical.idf(word) == snapshot.lexical.idf(word)
        assert (word in remote.lexical) == (word in snapshot.lexical)
    assert remote.late.idf(question.pieces).tolist() == snapshot.late.idf(question.pieces).tolist()
    places = list(range(len(snapshot.passages)))
    assert remote.late.scores(question, places) == pytest.approx(snapshot.late.scores(question, places))
    for place in places:
        units = len(snapshot.passages[place].units)
        assert remote.late.by_unit(question, place, units) == pytest.approx(
            snapshot.late.by_unit(question, place, units)
        )
    with pytest.raises(IndexError):
        remote.passages[len(snapshot.passages)]
    with pytest.raises(KeyError):
        remote.documents["no such"]


@pytest.mark.parametrize("vectors", ["HNSW", "HNSW_SQ", "IVF_FLAT", "IVF_SQ8"])
def test_other_indexes_over_vectors_are_made_and_searched(
    snapshot: Snapshot, tmp_path: Path, letters: LetterEncoder, vectors: str
) -> None:
    address = Address(str(tmp_path / "other.db"), vectors=vectors)
    publish_to_milvus(snapshot, address)
    opened = MilvusIndex.open(address)
    try:
        found = search(opened, letters, "budget of the museum")

        assert found[0].passage == search(snapshot, letters, "budget of the museum")[0].passage
    finally:
        opened.close()


def test_what_is_not_there_is_said_with_the_command_that_helps(tmp_path: Path, address: Address) -> None:
    with pytest.raises(NoIndex, match="python -m index --engine"):
        MilvusIndex.open(address)

    assert not Path(address.uri).exists()


def test_a_name_under_which_nothing_was_published_has_no_index(snapshot: Snapshot, address: Address) -> None:
    publish_to_milvus(snapshot, address)

    with pytest.raises(NoIndex, match="other"):
        MilvusIndex.open(Address(address.uri, "other"))


def test_a_server_that_is_not_there_is_one_line_without_the_secret() -> None:
    with pytest.raises(IndexProblem, match=r"http://127\.0\.0\.1:1") as error:
        MilvusIndex.open(Address("http://127.0.0.1:1", token="root:hunter2"))

    assert "hunter2" not in str(error.value)
    assert "\n" not in str(error.value)


def test_a_folder_whose_snapshot_is_another_is_not_mixed_with_the_engines(
    made: Maker, tmp_path: Path, address: Address
) -> None:
    publish_to_milvus(made(40), address)
    opened = open_index(tmp_path / "index", address)
    assert opened.manifest == open_index(tmp_path / "index", None).manifest
    opened.close()  # type: ignore[attr-defined]

    made(41)
    with pytest.raises(StaleIndex, match="python -m index --engine"):
        open_index(tmp_path / "index", address)

    open_index(tmp_path / "elsewhere", address).close()  # type: ignore[attr-defined]


def test_weights_are_not_asked_for_in_vain(remote: MilvusIndex, letters: LetterEncoder) -> None:
    hits = search(remote, letters, "budget", weights=Weights(1.0, 0.0, 0.0))

    assert hits
    assert all(hit.cosine is None and hit.dense_rank is None for hit in hits)
