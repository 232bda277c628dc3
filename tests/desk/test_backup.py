"""A backup is whole or is not there, says when it was changed, and is put back without losing what stood there."""

import json
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from desk import Store
from desk.backup import BackupError, back_up, check_name, read_backup
from desk.reindex import Places
from desk.restore import restore
from eval.evaluate import Folders
from index import Model, build, read_manifest
from index.live import exclusively
from tests.conftest import LetterEncoder
from tests.desk.made_turns import ADA, turn


def places_in(home: Path) -> Places:
    evaluation = home / "eval"
    folders = Folders(evaluation / "questions.jsonl", home / "runs", evaluation / "accepted", evaluation / "gate.toml")
    return Places(home / "corpus", home / "build" / "index", folders)


@pytest.fixture
def places(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Places:
    found = places_in(tmp_path)
    build(small_corpus, found.index, letter_model, encoder=lambda _: LetterEncoder())
    found.evaluation.accepted.mkdir(parents=True)
    (found.evaluation.accepted / "run.json").write_text("{}")
    found.evaluation.questions.write_text('{"id": "q1"}\n')
    (found.evaluation.questions.parent / "code.py").write_text("")
    return found


def database(home: Path) -> str:
    return f"sqlite:///{home}/review.db"


def everything(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


def rewritten(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(path) as pack:
        files = {name: pack.read(name) for name in pack.namelist()}
    change(files)
    with zipfile.ZipFile(path, "w") as pack:
        for name, content in files.items():
            pack.writestr(name, content)
    return path


def test_what_is_backed_up_is_put_back_into_empty_places(places: Places, tmp_path: Path) -> None:
    store = Store.open(database(tmp_path))
    _, asked = store.keep(None, ADA, turn())
    made = back_up(places, database(tmp_path), tmp_path / "backup.zip")  # while the store is open
    store.close()
    there = tmp_path / "there"
    done = restore(tmp_path / "backup.zip", places_in(there), database(there), replace=False)

    assert done.moved == ()
    assert done.backup == made == read_backup(tmp_path / "backup.zip")
    assert read_manifest(there / "build" / "index") == read_manifest(places.index)
    assert (there / "corpus" / "ferry.txt").read_bytes() == (places.corpus / "ferry.txt").read_bytes()
    assert (there / "eval" / "accepted" / "run.json").read_text() == "{}"
    assert not (there / "eval" / "code.py").exists()
    again = Store.open(database(there))
    assert again.asked(asked, ADA).turn.question == turn().question
    again.close()


def test_it_is_for_its_owner_alone(places: Places, tmp_path: Path) -> None:
    back_up(places, database(tmp_path), tmp_path / "backup.zip")

    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600


def test_a_backup_is_not_written_over(places: Places, tmp_path: Path) -> None:
    (tmp_path / "backup.zip").write_text("mine")

    with pytest.raises(BackupError, match="is there already"):
        back_up(places, database(tmp_path), tmp_path / "backup.zip")
    assert (tmp_path / "backup.zip").read_text() == "mine"


def test_nothing_is_left_of_one_that_could_not_be_made(places: Places, tmp_path: Path) -> None:
    (tmp_path / "review.db").write_text("no database, but a file of some length")
    before = everything(tmp_path)

    with pytest.raises(BackupError, match="no backup was made"):
        back_up(places, database(tmp_path), tmp_path / "backup.zip")
    after = everything(tmp_path)
    assert {name for name in after if not name.endswith("lock")} == {n for n in before if not n.endswith("lock")}


def test_while_an_index_is_built_there_is_none(places: Places, tmp_path: Path) -> None:
    with exclusively(places.index), pytest.raises(BackupError, match="another build"):
        back_up(places, database(tmp_path), tmp_path / "backup.zip")


def test_what_is_there_is_moved_aside_where_that_is_wanted_and_refused_else(places: Places, tmp_path: Path) -> None:
    back_up(places, database(tmp_path), tmp_path / "backup.zip")
    (places.corpus / "ferry.txt").write_text("Changed since.\n")
    before = everything(tmp_path)

    with pytest.raises(BackupError, match="add --replace"):
        restore(tmp_path / "backup.zip", places, database(tmp_path), replace=False)
    assert everything(tmp_path) == before

    done = restore(tmp_path / "backup.zip", places, database(tmp_path), replace=True)
    aside = next(path for path in done.moved if path.name.startswith("corpus.before-"))
    assert (aside / "ferry.txt").read_text() == "Changed since.\n"
    assert (places.corpus / "ferry.txt").read_text("utf-8").startswith("Ferry plan")
    assert (places.evaluation.questions.parent / "code.py").exists()  # which is nobody's to move


def test_what_the_old_database_had_not_written_yet_is_not_read_into_the_new(places: Places, tmp_path: Path) -> None:
    store = Store.open(database(tmp_path))
    _, first = store.keep(None, ADA, turn("first?"))
    back_up(places, database(tmp_path), tmp_path / "backup.zip")
    _, second = store.keep(None, ADA, turn("second?"))
    wal = (tmp_path / "review.db-wal").read_bytes()
    store.close()
    (tmp_path / "review.db-wal").write_bytes(wal)  # as a process that was killed leaves it

    restore(tmp_path / "backup.zip", places, database(tmp_path), replace=True)

    store = Store.open(database(tmp_path))
    talks = store.conversations(ADA)
    store.close()
    assert [talk.question for talk in talks] == ["first?"]
    assert first != second


@pytest.mark.parametrize(
    ("change", "named"),
    [
        pytest.param(lambda f: f.update({"corpus/ferry.txt": b"other"}), "corpus/ferry.txt", id="another content"),
        pytest.param(lambda f: f.update({"corpus/more.txt": b""}), "other files than its manifest", id="a file more"),
        pytest.param(lambda f: f.pop("corpus/ferry.txt"), "other files than its manifest", id="a file less"),
        pytest.param(lambda f: f.pop("manifest.json"), "no backup", id="no manifest"),
        pytest.param(lambda f: f.update({"manifest.json": b'{"format": 9}'}), "format 9", id="a later format"),
    ],
)
def test_one_that_was_changed_is_refused_and_changes_nothing(
    change: Callable[[dict[str, bytes]], None], named: str, places: Places, tmp_path: Path
) -> None:
    back_up(places, database(tmp_path), tmp_path / "backup.zip")
    rewritten(tmp_path / "backup.zip", change)
    before = everything(tmp_path)

    with pytest.raises(BackupError, match=named):
        restore(tmp_path / "backup.zip", places, database(tmp_path), replace=True)
    assert everything(tmp_path) == before


@pytest.mark.parametrize(
    "name",
    ["corpus/../../x", "/etc/passwd", "corpus//x", "corpus/./x", "../corpus/x", "C:/x", "corpus\\x", "elsewhere/x",
     "corpus", "review.db/x", ""],
)  # fmt: skip
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(BackupError, match="none of ours has"):
        check_name(name)


def test_a_backup_that_names_a_file_elsewhere_writes_nothing(places: Places, tmp_path: Path) -> None:
    back_up(places, database(tmp_path), tmp_path / "backup.zip")

    def lead_out(files: dict[str, bytes]) -> None:
        record = json.loads(files["manifest.json"])
        record["files"]["corpus/../../escaped.txt"] = record["files"].pop("corpus/ferry.txt")
        files["manifest.json"] = json.dumps(record).encode()
        files["corpus/../../escaped.txt"] = files.pop("corpus/ferry.txt")

    rewritten(tmp_path / "backup.zip", lead_out)
    with pytest.raises(BackupError, match="none of ours has"):
        restore(tmp_path / "backup.zip", places_in(tmp_path / "a" / "b"), database(tmp_path / "a"), replace=True)
    assert not list(tmp_path.rglob("escaped.txt"))


def test_a_disk_that_cannot_be_written_is_named(places: Places, tmp_path: Path) -> None:
    back_up(places, database(tmp_path), tmp_path / "backup.zip")
    (tmp_path / "file").write_text("")

    with pytest.raises(BackupError, match="it could not be put back"):
        restore(tmp_path / "backup.zip", places_in(tmp_path / "file"), database(tmp_path / "there"), replace=False)
    assert not list(tmp_path.rglob("*.coming-*"))


def test_another_kind_of_database_is_left_out(places: Places, tmp_path: Path) -> None:
    made = back_up(places, "postgresql://user@host/name", tmp_path / "backup.zip")

    assert not made.database
    assert "review.db" not in made.files
    assert (tmp_path / "backup.zip").exists()
