"""What a snapshot knows of its documents beside their passages: written with it, and read back whole."""

import json
from pathlib import Path

import pytest

from index import DamagedIndex, Model, build, load_library, load_unread, snapshot_folder, snapshot_name
from index.library import library_lines
from index.snapshot import fingerprint_of
from ingest import read_corpus
from tests.conftest import LetterEncoder


@pytest.fixture
def snapshot(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Path:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return snapshot_folder(tmp_path / "index", snapshot_name(tmp_path / "index") or "")


def test_what_was_read_comes_back_as_it_was(small_corpus: Path, snapshot: Path) -> None:
    read = read_corpus(small_corpus).documents

    library = load_library(snapshot)

    assert list(library) == ["ferry", "library"]
    for document in read:
        shelved = library[document.document.doc_id]
        assert shelved.blocks == tuple(document.blocks)
        assert (shelved.left_out, shelved.remarks) == (document.left_out, document.remarks)
    [target] = [row for row in library["ferry"].register if row.value == "4,000"]
    assert (target.kind, target.period) == ("target", "2019-20")
    assert library_lines(read) == (snapshot / "library.jsonl").read_bytes()


def test_why_a_file_was_not_read_is_kept(
    small_corpus: Path, tmp_path: Path, letter_model: Model, snapshot: Path
) -> None:
    assert load_unread(snapshot) == {}
    (small_corpus / "odd.xyz").write_text("What kind of file is this?", "utf-8")

    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())

    reasons = load_unread(snapshot_folder(tmp_path / "index", snapshot_name(tmp_path / "index") or ""))
    assert list(reasons) == ["odd.xyz"]
    assert reasons["odd.xyz"].startswith("no reader for this kind of file. Save it as one of:")


def test_a_snapshot_of_before_reasons_were_kept_has_none(snapshot: Path) -> None:
    fields = json.loads((snapshot / "manifest.json").read_text("utf-8"))
    del fields["files"]["unread.json"], fields["checksum"]
    fields["fingerprint"] = fingerprint_of(fields)
    (snapshot / "manifest.json").write_text(json.dumps(fields), "utf-8")

    assert load_unread(snapshot) == {}


def test_a_library_that_was_changed_is_refused(snapshot: Path) -> None:
    path = snapshot / "library.jsonl"
    path.write_bytes(path.read_bytes().replace(b"4,210", b"9,210"))

    with pytest.raises(DamagedIndex, match=r"library\.jsonl is not what was written"):
        load_library(snapshot)


def test_a_library_that_is_gone_is_said_with_the_command_that_helps(snapshot: Path) -> None:
    (snapshot / "library.jsonl").unlink()

    with pytest.raises(DamagedIndex, match=r"library\.jsonl is missing from the index .* Run: "):
        load_library(snapshot)
