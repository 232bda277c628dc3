"""Building: what changed, what is embedded, what survives a fault."""

import errno
import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from index import (
    BuildFailed,
    BuildRefused,
    Changes,
    DamagedIndex,
    Model,
    NoIndex,
    StaleIndex,
    build,
    check_matches,
    load,
    read_manifest,
    roll_back,
    search,
    snapshot_name,
)
from ingest import CorpusError
from tests.conftest import ROOT, LetterEncoder

Builder = Callable[[], Changes]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "build" / "index"


@pytest.fixture
def make(small_corpus: Path, folder: Path, letter_model: Model, letters: LetterEncoder) -> Builder:
    return lambda: build(small_corpus, folder, letter_model, encoder=lambda _: letters)


def test_the_first_build_creates_every_document(make: Builder) -> None:
    changes = make()

    assert changes.created == ("ferry", "library")
    assert (changes.updated, changes.deleted, changes.unchanged) == ((), (), ())
    assert changes.embedded == changes.passages
    assert changes.built


def test_an_unchanged_corpus_is_not_built_again_and_nothing_is_embedded(
    make: Builder, folder: Path, letters: LetterEncoder
) -> None:
    make()
    before, embedded = snapshot_name(folder), len(letters.encoded)

    changes = make()

    assert (changes.built, changes.embedded, changes.unchanged) == (False, 0, ("ferry", "library"))
    assert snapshot_name(folder) == before
    assert len(letters.encoded) == embedded


def test_one_changed_document_embeds_only_its_changed_passages(
    make: Builder, small_corpus: Path, folder: Path, letters: LetterEncoder
) -> None:
    make()
    letters.encoded.clear()
    library = small_corpus / "library.txt"
    library.write_text(library.read_text("utf-8").replace("900 books", "950 books"), "utf-8")

    changes = make()

    assert (changes.updated, changes.unchanged) == (("library",), ("ferry",))
    assert changes.embedded == 1
    assert len(letters.encoded) == 1
    assert "950 books" in letters.encoded[0]
    assert any("950 books" in p.text for p in load(folder).passages)


def test_a_deleted_document_is_gone_from_the_answers(make: Builder, small_corpus: Path, folder: Path) -> None:
    make()
    (small_corpus / "library.txt").unlink()
    (small_corpus / "catalogue.toml").write_text('[ferry]\ntitle = "Ferry Plan"\n', "utf-8")

    changes = make()

    assert changes.deleted == ("library",)
    assert {p.doc_id for p in load(folder).passages} == {"ferry"}


def test_a_changed_catalogue_alone_is_seen_and_embeds_nothing(make: Builder, small_corpus: Path, folder: Path) -> None:
    make()
    catalogue = small_corpus / "catalogue.toml"
    catalogue.write_text(catalogue.read_text("utf-8").replace("Ferry Plan", "Plan for the Ferry"), "utf-8")

    changes = make()

    assert (changes.built, changes.embedded) == (True, 0)
    assert load(folder).documents["ferry"].title == "Plan for the Ferry"


def test_going_back_to_an_older_text_embeds_nothing(make: Builder, small_corpus: Path) -> None:
    library = small_corpus / "library.txt"
    old = library.read_text("utf-8")
    make()
    library.write_text(old.replace("900", "950"), "utf-8")
    make()
    library.write_text(old, "utf-8")

    assert make().embedded == 0


def test_another_model_embeds_everything_anew(make: Builder, small_corpus: Path, folder: Path, tmp_path: Path) -> None:
    make()

    changes = build(small_corpus, folder, Model("other", tmp_path, "1" * 64), encoder=lambda _: LetterEncoder())

    assert changes.built
    assert changes.embedded == changes.passages
    assert read_manifest(folder).model == "other"


class InBytes(LetterEncoder):
    precision = "bytes"


def test_another_precision_embeds_everything_anew_and_goes_back_without(
    make: Builder, small_corpus: Path, folder: Path, letter_model: Model
) -> None:
    make()

    changes = build(small_corpus, folder, letter_model, encoder=lambda _: InBytes())

    assert (changes.built, changes.embedded) == (True, changes.passages)
    assert read_manifest(folder).precision == "bytes"
    back = make()
    assert (back.built, back.embedded) == (True, 0)
    assert read_manifest(folder).precision == "single"


def test_an_index_is_not_asked_in_another_precision_than_it_was_made_in(make: Builder, folder: Path) -> None:
    make()

    assert search(load(folder), LetterEncoder(), "ferry")
    with pytest.raises(StaleIndex, match=r"'single'.* 'bytes' here. Run: python -m index"):
        search(load(folder), InBytes(), "ferry")


def test_an_unreadable_document_is_reported_and_the_others_are_indexed(make: Builder, small_corpus: Path) -> None:
    (small_corpus / "scan.txt").write_bytes(b"%PDF-1.7 not text")

    changes = make()

    assert "PDF" in changes.unread["scan.txt"]
    assert changes.created == ("ferry", "library")
    assert not make().built


def test_progress_is_told_up_to_the_last_passage(
    small_corpus: Path, folder: Path, letter_model: Model, letters: LetterEncoder
) -> None:
    told: list[tuple[str, int, int]] = []

    changes = build(
        small_corpus, folder, letter_model, encoder=lambda _: letters, progress=lambda *step: told.append(step)
    )

    assert told[:3] == [("Reading documents", done, 2) for done in (0, 1, 2)]
    assert ("Embedding passages", changes.passages, changes.passages) in told
    assert told[-1] == ("Writing the index", 1, 1)


def test_the_manifest_says_what_the_index_was_built_from(make: Builder, folder: Path, letter_model: Model) -> None:
    make()
    manifest = read_manifest(folder)

    assert set(manifest.documents) == {"ferry", "library"}
    assert (manifest.model, manifest.model_sha256, manifest.dim) == ("letters", letter_model.sha256, 26)
    assert set(manifest.files) == {
        "documents.jsonl",
        "passages.jsonl",
        "library.jsonl",
        "unread.json",
        "vocabulary.json",
        "documents-ends.npy",
        "passages-ends.npy",
        "lexical-words.txt",
        "lexical-starts.npy",
        "lexical-places.npy",
        "lexical-weights.npy",
        "dense.faiss",
        "late-states.npy",
        "late-pieces.npy",
        "late-units.npy",
        "late-ends.npy",
        "late-counts.npy",
    }
    assert "faiss-cpu" in manifest.libraries


def test_two_builds_of_the_same_corpus_have_the_same_fingerprint(
    small_corpus: Path, tmp_path: Path, letter_model: Model
) -> None:
    for name in ("one", "two"):
        build(small_corpus, tmp_path / name / "index", letter_model, encoder=lambda _: LetterEncoder())

    assert read_manifest(tmp_path / "one/index").fingerprint == read_manifest(tmp_path / "two/index").fingerprint


def test_rolling_back_brings_the_index_before_and_again_the_one_after(
    make: Builder, small_corpus: Path, folder: Path
) -> None:
    make()
    library = small_corpus / "library.txt"
    library.write_text(library.read_text("utf-8").replace("900", "950"), "utf-8")
    make()

    roll_back(folder)
    assert any("900 books" in p.text for p in load(folder).passages)
    roll_back(folder)
    assert any("950 books" in p.text for p in load(folder).passages)


def test_there_is_nothing_to_roll_back_to_after_one_build(make: Builder, folder: Path) -> None:
    make()
    with pytest.raises(BuildRefused, match="no earlier index"):
        roll_back(folder)


def test_only_the_live_snapshot_and_the_one_before_are_kept(make: Builder, small_corpus: Path, folder: Path) -> None:
    library = small_corpus / "library.txt"
    for books in ("901", "902", "903", "904"):
        library.write_text(library.read_text("utf-8") + f"\nAnother {books} books.\n", "utf-8")
        make()

    assert len(list((folder / "snapshots").iterdir())) == 2


def test_two_builds_at_once_are_refused_and_the_first_is_not_harmed(make: Builder, folder: Path) -> None:
    make()
    with FileLock(folder / "lock"), pytest.raises(BuildRefused, match="another build"):
        make()
    assert load(folder).passages


def test_no_index_says_the_command_that_makes_one(folder: Path) -> None:
    with pytest.raises(NoIndex, match="python -m index"):
        load(folder)


@pytest.mark.parametrize(
    "file",
    [
        "documents.jsonl",
        "passages.jsonl",
        "passages-ends.npy",
        "lexical-words.txt",
        "lexical-weights.npy",
        "dense.faiss",
        "late-states.npy",
        "manifest.json",
    ],
)
@pytest.mark.parametrize("harm", ["a bit flipped", "truncated", "missing", "empty"])
def test_a_tampered_file_is_refused_by_name_and_mended_by_a_build(
    make: Builder, folder: Path, file: str, harm: str
) -> None:
    make()
    path = folder / "snapshots" / (snapshot_name(folder) or "") / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    harmed = {"a bit flipped": bytes(content), "truncated": bytes(content[: len(content) // 2]), "empty": b""}
    if harm == "missing":
        path.unlink()
    else:
        path.write_bytes(harmed[harm])

    with pytest.raises((DamagedIndex, StaleIndex), match="python -m index"):
        load(folder)
    assert make().built
    assert load(folder).passages


def test_an_index_of_another_format_is_refused(make: Builder, folder: Path) -> None:
    make()
    path = folder / "snapshots" / (snapshot_name(folder) or "") / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": 99}), "utf-8")

    with pytest.raises(StaleIndex, match="format 99"):
        load(folder)


@pytest.mark.parametrize("pointer", ["rubbish", "{", '{"current": 5, "previous": null}', '{"current": ""}', "null"])
def test_a_damaged_pointer_is_refused_and_mended_by_a_build(make: Builder, folder: Path, pointer: str) -> None:
    make()
    (folder / "CURRENT").write_text(pointer)

    with pytest.raises(DamagedIndex, match=r"CURRENT.*python -m index"):
        load(folder)
    assert make().built
    assert load(folder).passages


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(lambda c: (c / "ferry.txt").write_text("Other words."), "1 of its files", id="a document"),
        pytest.param(lambda c: (c / "new.txt").write_text("New words."), "1 of its files", id="a new document"),
        pytest.param(lambda c: (c / "library.txt").unlink(), "1 of its files", id="a document gone"),
        pytest.param(lambda c: (c / "catalogue.toml").write_text(""), "catalogue", id="the catalogue"),
    ],
)
def test_an_index_of_another_corpus_is_refused_with_the_command(
    make: Builder, small_corpus: Path, folder: Path, letter_model: Model, change: Callable[[Path], object], said: str
) -> None:
    make()
    manifest = read_manifest(folder)
    check_matches(manifest, small_corpus, letter_model)
    change(small_corpus)

    with pytest.raises(StaleIndex, match=f"{said}.*python -m index"):
        check_matches(manifest, small_corpus, letter_model)


def test_an_index_is_of_its_corpus_whatever_stands_there_that_is_no_document(
    make: Builder, small_corpus: Path, folder: Path, letter_model: Model
) -> None:
    (small_corpus / "ferry").mkdir()
    (small_corpus / "ferry.pages").mkdir()
    (small_corpus / "empty.txt").touch()
    make()

    check_matches(read_manifest(folder), small_corpus, letter_model)
    (small_corpus / "library").mkdir()
    with pytest.raises(StaleIndex, match="1 of its files"):
        check_matches(read_manifest(folder), small_corpus, letter_model)


def test_an_index_of_another_model_is_refused(make: Builder, small_corpus: Path, folder: Path, tmp_path: Path) -> None:
    make()
    with pytest.raises(StaleIndex, match="model letters, not other"):
        check_matches(read_manifest(folder), small_corpus, Model("other", tmp_path, "1" * 64))


def test_a_corpus_of_nothing_but_headings_is_not_indexed(
    tmp_path: Path, folder: Path, letter_model: Model, letters: LetterEncoder
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CorpusError, match="no documents"):
        build(empty, folder, letter_model, encoder=lambda _: letters)


def test_a_folder_that_cannot_be_written_is_named(
    small_corpus: Path, tmp_path: Path, letter_model: Model, letters: LetterEncoder
) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BuildFailed, match="file"):
        build(small_corpus, tmp_path / "file" / "index", letter_model, encoder=lambda _: letters)


CHILD = """
import sys, time
from pathlib import Path
sys.path.insert(0, {root!r})
from index import Model, build
from tests.conftest import LetterEncoder
class Slow(LetterEncoder):
    def encode(self, texts, on_done=None):
        for text in texts:
            time.sleep(0.002)
            on_done(1)
        return super().encode(texts)
if {limit}:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
print("started", flush=True)
build(Path({corpus!r}), Path({folder!r}), Model("letters", Path("."), "0" * 64), encoder=lambda _: Slow())
print("ended", flush=True)
"""


def child(corpus: Path, folder: Path, limit: int = 0) -> "subprocess.Popen[str]":
    code = CHILD.format(root=str(ROOT), corpus=str(corpus), folder=str(folder), limit=limit)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def many_documents(corpus: Path, books: int) -> None:
    """A corpus whose every passage differs with the number of books, so that every build has all to do."""
    for i in range(30):
        words = f"Branch {i} lent {books} books in 2018, and " + f"shelf {i} holds {books} more. " * 30
        (corpus / f"branch-{i}.txt").write_text(f"Branch {i}\n\n{words}\n", "utf-8")


@pytest.mark.skipif(os.name != "posix", reason="file size limits are POSIX's")
def test_a_disk_that_takes_no_more_leaves_the_old_index_answering(
    make: Builder, small_corpus: Path, folder: Path
) -> None:
    make()
    before = snapshot_name(folder)
    many_documents(small_corpus, 7)

    process = child(small_corpus, folder, limit=20_000)
    out, err = process.communicate(timeout=60)

    assert process.returncode != 0
    assert "ended" not in out
    assert "BuildFailed" in err
    assert "could not be written" in err
    assert os.strerror(errno.EFBIG) in err or "vectors" in err
    assert snapshot_name(folder) == before
    assert load(folder).passages
    assert [p.name for p in (folder / "snapshots").iterdir()] == [before]


def test_a_build_killed_at_20_random_moments_leaves_an_index_that_loads_and_answers(
    make: Builder, small_corpus: Path, folder: Path
) -> None:
    make()
    many_documents(small_corpus, 1)
    began = time.perf_counter()
    whole = child(small_corpus, folder)
    assert whole.stdout
    assert whole.stdout.readline() == "started\n"
    begun = time.perf_counter()
    whole.communicate(timeout=60)
    length = time.perf_counter() - begun
    assert whole.returncode == 0, f"the child could not build in {time.perf_counter() - began:.1f} s"
    moments = random.Random(20)
    swapped = 0

    for kill in range(20):
        before = snapshot_name(folder)
        many_documents(small_corpus, 100 + kill)
        process = child(small_corpus, folder)
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        time.sleep(moments.uniform(0, length))
        process.kill()
        process.communicate(timeout=60)

        snapshot = load(folder)
        swapped += snapshot_name(folder) != before
        hits = search(snapshot, LetterEncoder(), "How many books did branch 7 lend?")
        assert "Branch 7 lent" in hits[0].passage.text

    assert swapped < 20, "every build ended before it was killed: the test shows nothing"
    assert make().built or swapped
