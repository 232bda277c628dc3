"""Index health and storage, and how documents stand to the live index."""

from pathlib import Path

import pytest

from desk import Person
from desk.health import check_health, folder_bytes, said_size, storage
from desk.kept import state_of
from desk.reindex import Places, Reindexing
from desk.stock import matching, shelf, summary
from eval.evaluate import Folders
from index import Model, build, load, snapshot_folder, snapshot_name
from ingest import Entry
from tests.conftest import CATALOGUE, FERRY, LIBRARY, LetterEncoder

BO = Person("Bo Marsh", "maintainer")


@pytest.fixture
def work(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Reindexing:
    none = tmp_path / "none"
    places = Places(small_corpus, tmp_path / "build" / "index", Folders(none, none, none, none))
    build(small_corpus, places.index, letter_model, encoder=lambda _: LetterEncoder())
    return Reindexing(places, lambda: letter_model, lambda _: LetterEncoder())


def bad(work: Reindexing, model: Model) -> dict[str, str]:
    return {f.name: f.said for f in check_health(work.places, work.holdings, lambda: model) if not f.good}


def test_a_whole_index_of_these_documents_is_well(work: Reindexing, letter_model: Model) -> None:
    findings = {f.name: f.said for f in check_health(work.places, work.holdings, lambda: letter_model)}

    assert bad(work, letter_model) == {}
    assert findings["The live index"].startswith("every file is as it was written: 2 documents, ")
    assert findings["Documents"] == "the index is of the documents and the catalogue as they are"
    assert findings["The index before it"] == "there is none, so there is no going back"


def test_what_is_wrong_is_named(work: Reindexing, letter_model: Model, tmp_path: Path) -> None:
    (work.places.corpus / "ferry.txt").write_text("Changed.")
    assert "1 of its files changed" in bad(work, letter_model)["Documents"]

    other = Model("other", tmp_path, "1" * 64)
    assert "made with letters, and other is configured" in bad(work, other)["Model"]

    folder = snapshot_folder(work.places.index, snapshot_name(work.places.index) or "")
    (folder / "library.jsonl").write_text("tampered")  # which answering does not read
    assert "library.jsonl is not what was written" in bad(work, letter_model)["The live index"]


def test_whether_the_documents_come_back_is_said(work: Reindexing, letter_model: Model) -> None:
    work.holdings.withdraw(BO, "library")
    work.update_at_once(BO, lambda _what, _done, _of: None)
    findings = {f.name: f.said for f in check_health(work.places, work.holdings, lambda: letter_model)}

    assert findings["Going back"].endswith("are kept and come back with it")
    assert findings["The index before it"].startswith("every file is as it was written: 2 documents")


def test_without_an_index_it_says_so(tmp_path: Path, small_corpus: Path, letter_model: Model) -> None:
    none = tmp_path / "none"
    places = Places(small_corpus, tmp_path / "build" / "index", Folders(none, none, none, none))
    work = Reindexing(places, lambda: letter_model)

    assert bad(work, letter_model) == {"The live index": "there is none. Re-index, and publish it"}
    assert {use.name: use.bytes for use in storage(places)}["Live index"] == 0


def test_what_everything_takes(work: Reindexing) -> None:
    sizes = {use.name: use.bytes for use in storage(work.places)}

    assert sizes["Documents"] == sum(len(text.encode()) for text in (FERRY, LIBRARY, CATALOGUE))
    assert sizes["Live index"] == folder_bytes(work.places.index / "snapshots") > 0
    assert (sizes["Earlier index"], sizes["Candidate"], sizes["Kept files"]) == (0, 0, 0)
    assert sizes["Vectors"] > 0

    work.holdings.keep(BO)
    work.holdings.withdraw(BO, "library")
    work.start(BO)
    assert work.wait(60)
    assert {use.name: use.bytes for use in storage(work.places)}["Candidate"] > 0


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, "0 bytes"), (1, "1 byte"), (999, "999 bytes"), (1000, "1.0 kB"), (999_949, "999.9 kB"),
        (999_950, "1.0 MB"), (63_149_000, "63.1 MB"), (2_000_000_000_000_000, "2000.0 TB"),
    ],
)  # fmt: skip
def test_a_size_as_it_is_said(size: int, expected: str) -> None:
    assert said_size(size) == expected


def test_how_each_document_stands_to_the_live_index(work: Reindexing) -> None:
    corpus = work.places.corpus
    live, documents = work.live(), load(work.places.index).documents
    assert [(h.title, h.standing) for h in shelf(state_of(corpus), work.holdings.entries(), live, documents)] == [
        ("Ferry Plan", "in"),
        ("Library Report", "in"),
    ]

    (corpus / "ferry.txt").write_text("Changed.")
    work.holdings.withdraw(BO, "library")
    work.holdings.add(BO, "canal.txt", b"Canal", Entry("The canal"))
    (corpus / "barge.txt").write_text("A barge.")
    held = shelf(state_of(corpus), work.holdings.entries(), live, documents)

    assert [(h.doc_id, h.title, h.file, h.standing, h.catalogued) for h in held] == [
        ("barge", "barge", "barge.txt", "new", False),
        ("ferry", "Ferry Plan", "ferry.txt", "changed", True),
        ("library", "Library Report", "", "gone", False),
        ("canal", "The canal", "canal.txt", "new", True),
    ]
    assert [h.doc_id for h in matching(held, "THE can")] == ["canal"]
    assert matching(held, " ") == held
    assert summary(held) == "3 documents: 2 new, 1 changed, 1 withdrawn."
    assert [h.standing for h in shelf(state_of(corpus), {}, None, {})] == ["new", "new", "new"]


def test_a_file_that_could_not_be_read_is_told_from_a_new_one(work: Reindexing) -> None:
    (work.places.corpus / "scan.txt").write_bytes(b"%PDF-1.7 not text")
    work.update_at_once(BO, lambda _what, _done, _of: None)
    held = shelf(work.holdings.state(), work.holdings.entries(), work.live(), {})

    assert [(h.doc_id, h.standing) for h in held if h.standing != "in"] == [("scan", "unread")]
