"""Records read from the disk when they are asked for are those that were written."""

import gc
from pathlib import Path
from weakref import ref

import numpy as np
import pytest

from index.passages import Lines, Passages, StoredDocuments
from index.records import passage_from, to_line
from ingest import Document, Passage, read_corpus


@pytest.fixture
def passages(small_corpus: Path) -> list[Passage]:
    return [p for item in read_corpus(small_corpus).documents for p in item.passages]


@pytest.fixture
def documents(small_corpus: Path) -> list[Document]:
    return [item.document for item in read_corpus(small_corpus).documents]


def written(path: Path, things: list[Passage] | list[Document]) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    lines = [to_line(thing) for thing in things]
    path.write_bytes(b"".join(lines))
    return np.cumsum([len(line) for line in lines]).astype(np.int64)


def counts(passages: list[Passage]) -> dict[str, int]:
    return {doc_id: sum(p.doc_id == doc_id for p in passages) for doc_id in ("ferry", "library")}


def test_passages_are_those_that_were_written(tmp_path: Path, passages: list[Passage]) -> None:
    ends = written(tmp_path / "passages.jsonl", passages)

    stored = Passages.stored(tmp_path / "passages.jsonl", ends, counts(passages))

    assert list(stored) == passages
    assert stored[-1] == passages[-1]
    assert stored[1:3] == tuple(passages[1:3])
    with pytest.raises(IndexError):
        stored[len(passages)]


def test_a_file_is_let_go_of_with_the_last_who_reads_it(tmp_path: Path, passages: list[Passage]) -> None:
    lines = Lines(tmp_path / "passages.jsonl", written(tmp_path / "passages.jsonl", passages), passage_from, 10)
    assert lines.at(0) == passages[0]
    gone = ref(lines)

    gc.disable()  # the page's does not look at what was there when it started
    try:
        del lines
        assert gone() is None
    finally:
        gc.enable()


def test_a_documents_passages_are_found_by_its_id(tmp_path: Path, passages: list[Passage]) -> None:
    ends = written(tmp_path / "passages.jsonl", passages)
    several = counts(passages)

    for found in (Passages.stored(tmp_path / "passages.jsonl", ends, several), Passages.of(passages)):
        assert list(found.of_document("library")) == [p for p in passages if p.doc_id == "library"]
        assert found.places_of("ferry") == range(several["ferry"])
        assert list(found.of_document("no such document")) == []


def test_a_document_without_a_passage_has_none(tmp_path: Path, passages: list[Passage]) -> None:
    ends = written(tmp_path / "passages.jsonl", passages)

    stored = Passages.stored(tmp_path / "passages.jsonl", ends, {"empty": 0, **counts(passages)})

    assert list(stored.of_document("empty")) == []
    assert next(stored.of_document("ferry")) == passages[0]


def test_documents_are_those_that_were_written(tmp_path: Path, documents: list[Document]) -> None:
    ends = written(tmp_path / "documents.jsonl", documents)

    stored = StoredDocuments(tmp_path / "documents.jsonl", ends, ["ferry", "library"])

    assert dict(stored) == {d.doc_id: d for d in documents}
    with pytest.raises(KeyError):
        stored["no such document"]


@pytest.mark.parametrize("harm", ["shorter", "longer", "another count"])
def test_files_that_do_not_fit_together_are_refused(tmp_path: Path, passages: list[Passage], harm: str) -> None:
    path = tmp_path / "passages.jsonl"
    ends, several = written(path, passages), counts(passages)
    if harm == "shorter":
        path.write_bytes(path.read_bytes()[:-1])
    elif harm == "longer":
        path.write_bytes(path.read_bytes() + b"\n")
    else:
        several["ferry"] += 1

    with pytest.raises(ValueError, match=r"passages\.jsonl has"):
        Passages.stored(path, ends, several)
