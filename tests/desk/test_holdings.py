"""Documents that come and go: what is kept, what is refused, what survives a fault."""

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from desk import NotAllowed, Person
from desk.holdings import Holdings, HoldingsError
from desk.journal import Line, said
from index import Model, build, load, read_manifest
from ingest import Entry
from tests.conftest import CATALOGUE, FERRY, LIBRARY, ROOT, LetterEncoder

BO = Person("Bo Marsh", "maintainer", "issuer bo")
ADA = Person("Ada Quill", "reviewer", "issuer ada")
CANAL = b"Canal plan\n\nThe canal was dredged in 2021.\n"


@pytest.fixture
def holdings(small_corpus: Path, tmp_path: Path) -> Holdings:
    return Holdings(small_corpus, tmp_path / "build" / "kept")


def contents(folder: Path) -> dict[str, bytes]:
    """Everything in a folder, hidden files too."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_document_is_added_with_its_entry_and_taken_back_to_the_byte(holdings: Holdings) -> None:
    before = contents(holdings.corpus)
    holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan", published="2021"))

    assert (holdings.corpus / "canal.txt").read_bytes() == CANAL
    assert holdings.entries()["canal"] == Entry("Canal Plan", published="2021")
    assert set(contents(holdings.corpus)) == {*before, "canal.txt"}

    holdings.undo(BO)
    assert contents(holdings.corpus) == before


def test_a_document_is_replaced_by_a_file_of_another_kind_and_keeps_its_id_and_entry(holdings: Holdings) -> None:
    before = contents(holdings.corpus)
    assert holdings.replace(BO, "ferry", "The new ferry (2).MD", b"# Ferry\n\nIt sails.\n")

    assert set(contents(holdings.corpus)) == {"ferry.md", "library.txt", "catalogue.toml"}
    assert holdings.entries()["ferry"].title == "Ferry Plan"
    holdings.undo(BO)
    assert contents(holdings.corpus) == before


def test_a_document_is_withdrawn_with_its_entry_and_what_names_it(holdings: Holdings) -> None:
    before = contents(holdings.corpus)
    holdings.catalogue(BO, "library", Entry("Library Report", superseded_by="ferry"))
    assert holdings.references("ferry") == [("library", "superseded_by")]
    holdings.withdraw(BO, "ferry")

    assert set(contents(holdings.corpus)) == {"library.txt", "catalogue.toml"}
    assert holdings.entries() == {"library": Entry("Library Report")}
    holdings.undo(BO)
    assert holdings.entries()["library"].superseded_by == "ferry"
    holdings.undo(BO)  # of the undoing: withdrawn again
    assert "ferry" not in holdings.entries()
    assert (before["ferry.txt"], before["library.txt"]) == (FERRY.encode(), LIBRARY.encode())


def test_what_an_index_was_built_from_is_brought_back_to_the_byte(
    holdings: Holdings, letter_model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "build" / "index"
    (holdings.corpus / "README.md").write_text("About these.")
    build(holdings.corpus, folder, letter_model, encoder=lambda _: LetterEncoder())
    manifest = read_manifest(folder)
    assert not holdings.can_restore(manifest)  # nothing of it is kept yet
    before = contents(holdings.corpus)

    holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    holdings.replace(BO, "ferry", "f.md", b"# Ferry\n\nIt sails.\n")
    holdings.withdraw(BO, "library")
    assert holdings.can_restore(manifest)
    assert holdings.restore(BO, manifest)

    assert contents(holdings.corpus) == before
    assert not holdings.restore(BO, manifest)
    holdings.undo(BO)
    assert set(contents(holdings.corpus)) == {"README.md", "canal.txt", "ferry.md", "catalogue.toml"}

    holdings.restore(BO, manifest)
    holdings.catalogue(BO, "ferry", Entry("Another title"))
    assert not holdings.state().fits(manifest)


def test_files_that_could_not_be_read_are_part_of_what_an_index_was_built_from(
    holdings: Holdings, letter_model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "build" / "index"
    (holdings.corpus / "scan.txt").write_bytes(b"%PDF-1.7 not text")
    (holdings.corpus / "empty.txt").touch()
    (holdings.corpus / "folder.txt").mkdir()
    build(holdings.corpus, folder, letter_model, encoder=lambda _: LetterEncoder())
    assert holdings.keep(BO).fits(read_manifest(folder))

    holdings.withdraw(BO, "scan")
    holdings.restore(BO, read_manifest(folder))
    assert (holdings.corpus / "scan.txt").read_bytes() == b"%PDF-1.7 not text"


def test_an_index_of_documents_that_were_not_kept_cannot_be_restored(
    holdings: Holdings, letter_model: Model, tmp_path: Path
) -> None:
    build(holdings.corpus, tmp_path / "build" / "index", letter_model, encoder=lambda _: LetterEncoder())
    (holdings.corpus / "ferry.txt").write_text("Changed by hand.")
    before = contents(holdings.corpus)

    with pytest.raises(HoldingsError, match="not all of the documents of that index are kept"):
        holdings.restore(BO, read_manifest(tmp_path / "build" / "index"))
    assert contents(holdings.corpus) == before


REFUSED: dict[str, tuple[Callable[[Holdings], object], str]] = {
    "taken": (lambda h: h.add(BO, "ferry.pdf", CANAL), r"there is a document ferry\.txt already\. Replace it"),
    "no such document": (lambda h: h.replace(BO, "canal", "canal.txt", CANAL), "there is no document canal"),
    "gone": (lambda h: h.withdraw(BO, "canal"), "there is no document canal"),
    "a wrong date": (lambda h: h.catalogue(BO, "ferry", Entry("F", published="20")), r"\[ferry\] published is \"20\""),
    "no title": (lambda h: h.catalogue(BO, "ferry", Entry(" ")), r"\[ferry\] needs a title"),
    "itself": (lambda h: h.catalogue(BO, "ferry", Entry("F", part_of="ferry")), "names no other document"),
    "an entry with a wrong date": (
        lambda h: h.add(BO, "canal.txt", CANAL, Entry("C", published="May")),
        "2018, 2018-03 or 2018-03-20",
    ),
    "nothing to undo": (lambda h: h.undo(BO), "nothing was changed here yet"),
    "over a folder": (lambda h: ((h.corpus / "new.txt").mkdir(), h.add(BO, "new.txt", CANAL)), "no document. Move it"),
}


@pytest.mark.parametrize(("change", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_refused_changes_nothing(holdings: Holdings, change: Callable[[Holdings], object], said: str) -> None:
    with pytest.raises(HoldingsError, match=said):
        change(holdings)

    found = {path.name: path.read_text("utf-8") for path in holdings.corpus.iterdir() if path.is_file()}
    assert found == {"ferry.txt": FERRY, "library.txt": LIBRARY, "catalogue.toml": CATALOGUE}
    assert holdings.journal() == []


def test_the_last_document_stays(holdings: Holdings) -> None:
    holdings.withdraw(BO, "ferry")
    with pytest.raises(HoldingsError, match=r"the last document\. Add another first"):
        holdings.withdraw(BO, "library")


def test_a_catalogue_that_is_broken_by_hand_is_not_made_worse(holdings: Holdings) -> None:
    (holdings.corpus / "catalogue.toml").write_text("[ferry")
    for change in (
        lambda: holdings.catalogue(BO, "ferry", Entry("F")),
        lambda: holdings.withdraw(BO, "ferry"),
        holdings.entries,
    ):
        with pytest.raises(HoldingsError, match=r"catalogue\.toml cannot be read"):
            change()
    assert (holdings.corpus / "catalogue.toml").read_text() == "[ferry"


def test_a_change_by_hand_is_kept_but_not_undone_as_ours(holdings: Holdings) -> None:
    holdings.add(BO, "canal.txt", CANAL)
    (holdings.corpus / "ferry.txt").write_text("Changed by hand.")

    with pytest.raises(HoldingsError, match="changed by hand since"):
        holdings.undo(BO)
    holdings.replace(BO, "ferry", "ferry.txt", FERRY.encode())
    holdings.undo(BO)
    assert (holdings.corpus / "ferry.txt").read_text() == "Changed by hand."


@pytest.mark.parametrize(
    "change",
    [
        lambda h: h.add(ADA, "canal.txt", CANAL),
        lambda h: h.replace(ADA, "ferry", "ferry.txt", CANAL),
        lambda h: h.withdraw(ADA, "ferry"),
        lambda h: h.catalogue(ADA, "ferry", Entry("F")),
        lambda h: h.undo(ADA),
        lambda h: h.keep(ADA),
        lambda h: h.note(ADA, "published", ""),
    ],
)
def test_who_may_not_maintain_changes_nothing(holdings: Holdings, change: Callable[[Holdings], object]) -> None:
    before = contents(holdings.corpus)
    with pytest.raises(NotAllowed):
        change(holdings)

    assert contents(holdings.corpus) == before
    assert not holdings.kept.folder.exists()


def test_the_journal_says_who_did_what_with_digests_before_and_after(holdings: Holdings) -> None:
    holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    holdings.note(BO, "published", "because")
    added, published = holdings.journal()

    assert (added.who, added.key, added.what, added.doc_id, added.file) == (
        "Bo Marsh", "issuer bo", "added", "canal", "canal.txt",
    )  # fmt: skip
    assert added.before is None
    assert added.after
    assert holdings.kept.get(added.after) == CANAL
    assert added.catalogue_before
    assert holdings.kept.get(added.catalogue_before) == CATALOGUE.encode()
    assert (published.what, published.said, published.state_after) == ("published", "because", None)
    assert holdings.last_change() == added


def test_a_line_of_the_journal_as_it_is_shown() -> None:
    line = Line(
        "1", "2026-11-03T07:05:59+00:00", "", "", "replaced", "canal", "canal.md", before="a" * 64, after="b" * 64
    )

    assert said(line) == (
        "3 November 2026, 07:05 UTC", "No login", "Replaced: canal.md", "sha256 aaaaaaaaaaaa to bbbbbbbbbbbb",
    )  # fmt: skip


def test_a_line_of_the_journal_that_was_cut_off_takes_no_other_with_it(holdings: Holdings) -> None:
    holdings.note(BO, "published", "first")
    journal = holdings.kept.folder / "journal.jsonl"
    journal.write_bytes(journal.read_bytes() + b'{"id": "x", "whe')
    holdings.note(BO, "published", "second")

    assert [line.said for line in holdings.journal()] == ["first", "second"]


def test_what_is_kept_and_was_changed_is_not_brought_back(holdings: Holdings) -> None:
    holdings.withdraw(BO, "ferry")
    before = contents(holdings.corpus)
    kept = next(p for p in holdings.kept.folder.iterdir() if p.is_file() and p.read_bytes() == FERRY.encode())
    kept.write_bytes(b"tampered")

    with pytest.raises(HoldingsError, match="its checksum differs"):
        holdings.undo(BO)
    assert contents(holdings.corpus) == before


def test_two_changes_at_once_wait_for_each_other(holdings: Holdings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desk.holdings._PATIENCE", 0.1)
    holdings.keep(BO)
    with FileLock(holdings.kept.folder / "lock"), pytest.raises(HoldingsError, match="somebody else"):
        holdings.withdraw(BO, "ferry")


@pytest.mark.parametrize("renamed", [0, 1, 2])
def test_a_change_that_was_broken_off_is_finished_by_the_next(holdings: Holdings, renamed: int) -> None:
    """As after a kill with none, one or both of its two files renamed, and all of it yet to be written down."""
    before = contents(holdings.corpus)
    holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    after = contents(holdings.corpus)
    line = holdings.journal()[0]
    journal = holdings.kept.folder / "journal.jsonl"
    (holdings.kept.folder / "PENDING").write_text(
        json.dumps({name: getattr(line, name) for name in type(line).__slots__})
    )
    journal.unlink()
    if renamed < 2:
        (holdings.corpus / "catalogue.toml").write_bytes(before["catalogue.toml"])
    if renamed < 1:
        (holdings.corpus / "canal.txt").unlink()
    (holdings.corpus / ".arriving-1").write_bytes(b"left behind")

    holdings.keep(BO)

    assert contents(holdings.corpus) == (after if renamed else before)
    assert [line.what for line in holdings.journal()] == (["added"] if renamed else [])
    assert not (holdings.kept.folder / "PENDING").exists()


def test_at_no_moment_is_there_an_entry_without_its_document(
    holdings: Holdings, monkeypatch: pytest.MonkeyPatch
) -> None:
    moments = 0

    def watched(step: str) -> None:
        original = getattr(Path, step)

        def watching(self: Path, *arguments: object, **options: object) -> object:
            nonlocal moments
            found = original(self, *arguments, **options)
            if holdings.corpus in self.parents:
                moments += 1
                holdings.entries()
            return found

        monkeypatch.setattr(Path, step, watching)

    watched("replace")
    watched("unlink")
    holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    holdings.withdraw(BO, "ferry")
    holdings.undo(BO)

    assert moments == 6  # two files each


CHILD = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from desk import Person
from desk.holdings import Holdings
from ingest import Entry
if {limit}:
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}))
holdings, bo = Holdings(Path({corpus!r}), Path({kept!r})), Person("Bo", "maintainer")
print("started", flush=True)
holdings.keep(bo)
if {limit}:
    holdings.add(bo, "canal.txt", b"x" * 2 * {limit}, Entry("Canal"))
for n in range(100_000):
    if holdings.state().name_of("canal"):
        holdings.withdraw(bo, "canal")
    else:
        holdings.add(bo, "canal.txt", b"Canal %d" % n, Entry("Canal %d" % n))
"""


def child(holdings: Holdings, limit: int = 0) -> "subprocess.Popen[str]":
    places = {"corpus": str(holdings.corpus), "kept": str(holdings.kept.folder)}
    code = CHILD.format(root=str(ROOT), limit=limit, **places)
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


@pytest.mark.skipif(os.name != "posix", reason="file size limits are POSIX's")
def test_a_disk_that_takes_no_more_changes_nothing(holdings: Holdings) -> None:
    before = contents(holdings.corpus)
    _, err = child(holdings, limit=20_000).communicate(timeout=60)

    assert "HoldingsError: it could not be written" in err
    assert contents(holdings.corpus) == before


def test_killed_at_random_moments_the_documents_fit_their_catalogue(holdings: Holdings) -> None:
    before = contents(holdings.corpus)
    moments = random.Random(6)
    for _ in range(5):
        process = child(holdings)
        assert process.stdout
        assert process.stdout.readline() == "started\n"
        time.sleep(moments.uniform(0.02, 0.3))
        process.kill()
        process.communicate(timeout=60)
        holdings.keep(BO)  # finishes what was broken off

        assert set(holdings.entries()) == {Path(name).stem for name in holdings.state().files}
        changes = [line for line in holdings.journal() if line.state_after]
        assert changes[-1].state_after == holdings.state().key
    assert len(changes) > 10, "hardly anything was changed before a kill: the test shows nothing"
    while holdings.state().name_of("canal"):
        holdings.undo(BO)
    assert contents(holdings.corpus) == before


@pytest.fixture
def for_reading_only() -> Iterator[Path]:
    """A corpus folder that whoever runs the test may read and not write."""
    home = Path(tempfile.mkdtemp())
    home.chmod(0o755)
    (home / "corpus").mkdir()
    (home / "corpus" / "ferry.txt").write_text(FERRY)
    (home / "corpus").chmod(0o555)
    (home / "kept").mkdir()
    (home / "kept").chmod(0o777)
    root = os.name == "posix" and os.geteuid() == 0
    if root:
        os.seteuid(65534)
    yield home
    if root:
        os.seteuid(0)
    (home / "corpus").chmod(0o755)
    shutil.rmtree(home)


@pytest.mark.skipif(os.name != "posix", reason="permissions are POSIX's")
def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_changed(for_reading_only: Path) -> None:
    holdings = Holdings(for_reading_only / "corpus", for_reading_only / "kept")

    with pytest.raises(HoldingsError, match=r"could not be written: Permission denied .*corpus.*Nothing was changed"):
        holdings.add(BO, "canal.txt", CANAL)
    assert set(contents(holdings.corpus)) == {"ferry.txt"}
    assert holdings.journal() == []


def test_readers_keep_the_live_index_while_documents_change(
    holdings: Holdings, letter_model: Model, tmp_path: Path
) -> None:
    folder = tmp_path / "build" / "index"
    build(holdings.corpus, folder, letter_model, encoder=lambda _: LetterEncoder())
    holdings.withdraw(BO, "ferry")

    assert set(load(folder).documents) == {"ferry", "library"}


@pytest.mark.skipif(sys.platform == "win32", reason="links as POSIX has them")
@pytest.mark.parametrize("name", ["catalogue.toml", "canal.txt"])
def test_what_a_link_leads_to_outside_the_corpus_is_neither_shown_nor_kept(holdings: Holdings, name: str) -> None:
    outside = holdings.corpus.with_name("secret")
    outside.write_text('[ferry]\ntitle = "Secret"\n')
    (holdings.corpus / name).unlink(missing_ok=True)
    (holdings.corpus / name).symlink_to(outside)

    if name == "catalogue.toml":
        with pytest.raises(HoldingsError, match=r"catalogue\.toml cannot be read: a link that leads out"):
            holdings.entries()
        with pytest.raises(HoldingsError, match=r"catalogue\.toml cannot be kept: a link that leads out"):
            holdings.keep(BO)
    else:
        assert holdings.keep(BO).name_of("canal") is None
    kept = [path.read_bytes() for path in holdings.kept.folder.rglob("*") if path.is_file()]
    assert not any(b"Secret" in content for content in kept)
