"""An index is verified, repaired, looked at and pruned: what is damaged is named, and nothing whole is lost."""

import json
import re
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index import BuildRefused, DamagedIndex, IndexProblem, Model, build, candidate, load, publish, roll_back
from index.current import order, set_order, snapshot_folder
from index.health import health_line, health_record, look_at_health
from index.live import KEEP, how_many_kept, prune
from index.repair import Repaired, repair_index
from index.sealed import sealed
from index.snapshot import fingerprint_of
from index.verify import verify_index
from tests.conftest import LetterEncoder

Builder = Callable[..., None]
NOW = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "build" / "index"


@pytest.fixture
def make(small_corpus: Path, folder: Path, letter_model: Model) -> Builder:
    """Build after a change that gives the library another number of books."""

    def build_with(*books: int, live: bool = True) -> None:
        for number in books:
            library = small_corpus / "library.txt"
            library.write_text(f"Library report\n\nThe library lent {number} books in 2018.\n", "utf-8")
            build(small_corpus, folder, letter_model, encoder=lambda _: LetterEncoder(), publish=live)

    return build_with


def books(folder: Path) -> int:
    return next(n for n in range(900, 999) if any(f"lent {n} books" in p.text for p in load(folder).passages))


def kept_books(folder: Path) -> list[int]:
    """What each snapshot that is kept answers, those that were live last first."""
    found = []
    for _ in order(folder):
        found.append(books(folder))
        set_order(folder, [*order(folder)[1:], order(folder)[0]])
    return found


def damage(folder: Path, place: int = 0, file: str = "lexical-weights.npy") -> Path:
    path = snapshot_folder(folder, order(folder)[place]) / file
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 4
    path.write_bytes(content)
    return path


def wrong(folder: Path) -> dict[str, str]:
    return {f.name: f.said for f in verify_index(folder, folder.parent / "encoders") if not f.good}


@pytest.fixture
def repair(small_corpus: Path, folder: Path, letter_model: Model, tmp_path: Path) -> Callable[[], Repaired]:
    return lambda: repair_index(
        small_corpus, folder, lambda: letter_model, tmp_path / "encoders", encoder=lambda _: LetterEncoder()
    )


def test_all_that_is_whole_is_said_to_be(make: Builder, folder: Path, repair: Callable[[], Repaired]) -> None:
    make(900, 901)
    make(902, live=False)
    found = {f.name: f.said for f in verify_index(folder, folder.parent / "encoders")}

    assert wrong(folder) == {}
    assert list(found) == ["Which is live", "The live index", "The index before it", "The candidate"]
    assert found["The live index"].startswith("every file is as it was written: 2 documents, ")
    assert repair() == Repaired((), whole=True)
    assert candidate(folder)


@pytest.mark.parametrize("file", ["manifest.json", "unread.json", "library.jsonl", "late-states.npy", "dense.faiss"])
@pytest.mark.parametrize(("place", "name"), [(0, "The live index"), (1, "The index before it")])
def test_what_is_damaged_is_named_with_what_mends_it(
    make: Builder, folder: Path, place: int, name: str, file: str
) -> None:
    make(900, 901)
    path = damage(folder, place, file)

    assert list(wrong(folder)) == [name]
    assert str(path) in wrong(folder)[name] or str(path.parent) in wrong(folder)[name]
    assert "Run: python -m index" in wrong(folder)[name]


def test_a_damaged_live_index_is_built_anew_and_the_one_before_is_kept(
    make: Builder, folder: Path, repair: Callable[[], Repaired]
) -> None:
    make(900, 901)
    damage(folder)

    done = repair()

    assert done.whole
    assert [said.partition(" ")[0] for said in done.said] == ["damaged:", "the", "built"]
    assert kept_books(folder) == [901, 900]
    assert wrong(folder) == {}


def test_where_the_corpus_cannot_be_read_the_one_before_is_gone_back_to(
    make: Builder, folder: Path, small_corpus: Path, repair: Callable[[], Repaired]
) -> None:
    make(900, 901)
    damage(folder)
    shutil.rmtree(small_corpus)

    done = repair()

    assert done.whole
    assert done.said[-1].startswith("not built anew from the documents: ")
    assert kept_books(folder) == [900]


def test_where_nothing_is_whole_and_there_is_no_corpus_it_says_so_and_removes_nothing(
    make: Builder, folder: Path, small_corpus: Path, repair: Callable[[], Repaired]
) -> None:
    make(900, 901)
    there = [damage(folder, 0), damage(folder, 1)]
    shutil.rmtree(small_corpus)

    assert not repair().whole
    assert all(path.is_file() for path in there)


@pytest.mark.parametrize("content", [None, b"", b'{"current": "x", "previous": null}', b"rubbish"])
def test_where_it_is_lost_which_is_live_the_last_that_is_whole_is(
    make: Builder, folder: Path, small_corpus: Path, content: bytes | None, repair: Callable[[], Repaired]
) -> None:
    make(900, 901)
    if content is None:
        (folder / "CURRENT").unlink()
    else:
        (folder / "CURRENT").write_bytes(content)
    assert wrong(folder)
    shutil.rmtree(small_corpus)

    done = repair()

    if content != b'{"current": "x", "previous": null}':  # that names one that is not there, in an old way
        assert done.whole
        assert kept_books(folder) in ([901, 900], [900, 901])  # they may have the same stamp
    assert len(list((folder / "snapshots").iterdir())) == 2


@pytest.mark.parametrize("content", [None, b"", b"rubbish"])
def test_a_build_where_that_is_lost_keeps_what_is_whole_to_go_back_to(
    make: Builder, folder: Path, content: bytes | None
) -> None:
    make(900)
    (folder / "CURRENT").unlink()
    if content is not None:
        (folder / "CURRENT").write_bytes(content)

    make(901)

    assert kept_books(folder) == [901, 900]


def test_a_build_where_that_is_lost_removes_nothing_before_it_has_built(
    make: Builder, folder: Path, small_corpus: Path
) -> None:
    make(900, 901)
    (folder / "CURRENT").write_bytes(b"rubbish")
    shutil.rmtree(small_corpus)

    with pytest.raises(Exception, match="corpus"):
        make(902)
    assert len(list((folder / "snapshots").iterdir())) == 2


def test_a_build_does_not_keep_what_is_damaged_in_place_of_what_is_whole(make: Builder, folder: Path) -> None:
    make(900, 901)
    damage(folder)

    make(902)

    assert kept_books(folder) == [902, 900]


def test_a_damaged_one_before_is_dropped_and_nothing_is_built(
    make: Builder, folder: Path, small_corpus: Path, repair: Callable[[], Repaired]
) -> None:
    make(900, 901)
    damage(folder, 1)
    (small_corpus / "library.txt").write_text("What nobody has agreed to yet.")

    assert repair().whole
    assert kept_books(folder) == [901]


def test_a_damaged_compiled_model_is_named_and_compiled_anew(
    make: Builder, folder: Path, tmp_path: Path, repair: Callable[[], Repaired]
) -> None:
    make(900)
    home = tmp_path / "encoders" / "0123456789abcdef"
    home.mkdir(parents=True)
    (home / "compiled.json").write_text('{"format": 2}')

    [finding] = [f for f in verify_index(folder, tmp_path / "encoders") if not f.good]
    assert finding.name == "The compiled model 0123456789abcdef"
    assert finding.said.startswith(f"{home}: compiled.json: it should not lack")
    assert finding.said.endswith("Run: python -m index repair")
    assert repair().said[-1] == "the model is compiled anew"


@pytest.mark.parametrize("what", ["note", "snapshot"])
def test_a_damaged_candidate_is_named_and_dropped(
    make: Builder, folder: Path, what: str, repair: Callable[[], Repaired]
) -> None:
    make(900)
    make(901, live=False)
    found = candidate(folder)
    assert found
    path = folder / "CANDIDATE" if what == "note" else snapshot_folder(folder, found.name) / "library.jsonl"
    path.write_bytes(path.read_bytes().replace(b"0", b"1", 1))

    assert list(wrong(folder)) == ["The candidate"]
    with pytest.raises(DamagedIndex, match=path.name):
        publish(folder)
    assert "dropped" in repair().said[0]
    assert (wrong(folder), books(folder)) == ({}, 900)


def test_there_is_no_index_is_said_by_all(small_corpus: Path, folder: Path, letter_model: Model) -> None:
    assert wrong(folder) == {"Which is live": f"there is no index in {folder}. Run: python -m index"}
    [finding] = look_at_health(small_corpus, folder, lambda: letter_model, folder, NOW)
    assert finding.said == f"there is no index in {folder}. Run: python -m index"


def test_snapshots_are_kept_by_count_in_the_order_in_which_they_were_live(
    make: Builder, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEEP, "4")
    make(900, 901, 902, 903, 904)
    roll_back(folder)

    assert kept_books(folder) == [903, 904, 902, 901]
    assert len(prune(folder, 3)) == 1
    assert kept_books(folder) == [903, 904, 902]
    monkeypatch.delenv(KEEP)
    assert len(prune(folder)) == 1
    assert prune(folder) == []
    assert kept_books(folder) == [903, 904]
    assert len(list((folder / "snapshots").iterdir())) == 2


class Backwards(datetime):
    """A clock that goes an hour back each time it is looked at."""

    hours = 0

    @classmethod
    def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
        cls.hours += 1
        return datetime(2020, 1, 1, tzinfo=UTC) - timedelta(hours=cls.hours)


def test_the_order_hangs_on_no_clock(make: Builder, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["index.build"], "datetime", Backwards)
    monkeypatch.setenv(KEEP, "3")
    make(900, 901, 902, 903)

    assert sorted(order(folder), reverse=True) != list(order(folder))
    assert kept_books(folder) == [903, 902, 901]
    roll_back(folder)
    assert books(folder) == 902


@pytest.mark.parametrize("said", ["1", "0", "-3", "many", "2.5"])
def test_a_count_that_makes_no_sense_is_refused_before_anything_is_done(
    make: Builder, folder: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    make(900)
    monkeypatch.setenv(KEEP, said)

    with pytest.raises(BuildRefused, match=f"{KEEP} is '{said}': give a whole number from 2"):
        make(901)
    assert books(folder) == 900


def test_by_default_two_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEEP, raising=False)
    assert how_many_kept() == 2


def test_an_index_of_before_there_were_checksums_is_read_and_pruned(make: Builder, folder: Path) -> None:
    make(900, 901)
    live, previous = order(folder)
    (folder / "CURRENT").write_text(json.dumps({"current": live, "previous": previous}) + "\n")
    manifest = snapshot_folder(folder, live) / "manifest.json"
    fields = json.loads(manifest.read_text("utf-8"))
    del fields["checksum"]
    manifest.write_text(json.dumps(fields, indent=1, sort_keys=True) + "\n")

    assert wrong(folder) == {}
    make(902)
    assert kept_books(folder) == [902, 901]


@pytest.mark.parametrize("name", ["../outside", "/etc", "..", "a/b", ".building-1", 5])
def test_what_says_which_is_live_leads_nowhere_else(make: Builder, folder: Path, name: object) -> None:
    make(900)
    (folder / "CURRENT").write_text(json.dumps({"current": name, "previous": None}))

    with pytest.raises(DamagedIndex, match="CURRENT"):
        load(folder)


@pytest.mark.parametrize("name", ["../../outside.jsonl", "/dev/zero", ".."])
def test_a_manifest_leads_to_no_file_outside_its_folder(make: Builder, folder: Path, name: str) -> None:
    make(900)
    path = snapshot_folder(folder, order(folder)[0]) / "manifest.json"
    fields = json.loads(path.read_text("utf-8"))
    del fields["checksum"]
    fields["files"][name] = "0" * 64
    path.write_bytes(sealed({**fields, "fingerprint": fingerprint_of(fields)}))

    with pytest.raises(DamagedIndex, match=r"manifest\.json is not whole \(it names"):
        load(folder)


def test_a_healthy_index_is_said_to_be_in_one_line(
    make: Builder, folder: Path, small_corpus: Path, letter_model: Model
) -> None:
    make(900)
    make(901, live=False)
    (small_corpus / "library.txt").write_text("Library report\n\nThe library lent 900 books in 2018.\n", "utf-8")
    now = datetime.now(UTC)
    found = look_at_health(small_corpus, folder, lambda: letter_model, folder, now)
    record = health_record(found, now)

    assert record["healthy"], found
    assert [f.name for f in found] == ["index", "documents", "model", "age", "candidate", "disk"]
    assert "waits to be published" in health_line(found)
    assert health_line(found).startswith("healthy | index: ")
    assert "\n" not in health_line(found)


def test_a_clock_that_went_back_does_not_make_it_ill(
    make: Builder, folder: Path, small_corpus: Path, letter_model: Model
) -> None:
    make(900)
    before = datetime.now(UTC) - timedelta(days=400)

    found = {f.name: f for f in look_at_health(small_corpus, folder, lambda: letter_model, folder, before, 7)}

    assert found["age"].good
    assert "yet to come" in found["age"].said


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        pytest.param(lambda f, _: (f / "CURRENT").write_text("{"), "index: .*CURRENT", id="no pointer"),
        pytest.param(lambda f, _: damage(f, 0, "manifest.json"), "index: .*manifest.json", id="its manifest"),
        pytest.param(
            lambda f, _: (snapshot_folder(f, order(f)[0]) / "dense.faiss").unlink(), "index: .*dense", id="a file"
        ),
        pytest.param(
            lambda f, _: cut(snapshot_folder(f, order(f)[0]) / "late-states.npy"), "index: .*read", id="cut off"
        ),
        pytest.param(
            lambda f, _: cut(snapshot_folder(f, order(f)[0]) / "passages.jsonl"), "index: .*bytes", id="lines cut off"
        ),
        pytest.param(lambda f, _: damage(f), "index: .*lexical-weights.npy is not what was written", id="a bit"),
        pytest.param(lambda _, c: (c / "new.txt").write_text("New."), "documents: .*1 of its files", id="documents"),
        pytest.param(lambda _, c: shutil.rmtree(c), "documents: .*corpus", id="no corpus"),
    ],
)
def test_what_makes_it_ill_is_said_first(
    make: Builder,
    folder: Path,
    small_corpus: Path,
    letter_model: Model,
    harm: Callable[[Path, Path], object],
    said: str,
) -> None:
    make(900)
    harm(folder, small_corpus)
    found = look_at_health(small_corpus, folder, lambda: letter_model, folder, NOW)

    assert len([f for f in found if not f.good]) == 1
    assert re.match(f"NOT healthy: {said}", health_line(found))


def test_of_a_large_index_the_lengths_alone_are_looked_at(
    make: Builder, folder: Path, small_corpus: Path, letter_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(900)
    monkeypatch.setattr("index.health.READ_MOST", 1000)

    damage(folder)
    assert all(f.good for f in look_at_health(small_corpus, folder, lambda: letter_model, folder, NOW))
    cut(snapshot_folder(folder, order(folder)[0]) / "lexical-weights.npy")
    assert not look_at_health(small_corpus, folder, lambda: letter_model, folder, NOW)[0].good


def test_an_old_index_and_a_lost_model_make_it_ill(
    make: Builder, folder: Path, small_corpus: Path, letter_model: Model
) -> None:
    make(900)

    def none() -> Model:
        raise IndexProblem("there is no model")

    old = look_at_health(small_corpus, folder, lambda: letter_model, folder, NOW + timedelta(days=9000), 30)
    assert [f.name for f in old if not f.good] == ["age"]
    lost = look_at_health(small_corpus, folder, none, folder, NOW)
    assert [f.said for f in lost if not f.good] == ["there is no model"]
