"""The review database: made, brought up to date, opened by several at once, and what cannot be opened."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from desk import Judged, Store, StoreError, decide
from desk.database import SCHEMA, VERSION_TABLE, Database, open_database
from desk.tables import METADATA
from tests.conftest import ROOT
from tests.desk.made_turns import REVIEWER, turn


@contextmanager
def opened(url: str) -> Iterator[Database]:
    database = open_database(url)
    yield database
    database.close()


def test_the_migrations_make_the_tables_as_they_are_written_down(url: str) -> None:
    with opened(url) as database, database.reading() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE})
        assert compare_metadata(context, METADATA) == []
        assert context.get_current_revision() == SCHEMA
        unique = inspect(connection).get_unique_constraints("asked")
        assert [constraint["column_names"] for constraint in unique] == [["id"]]


def test_a_new_database_is_for_its_owner_alone_and_waits_for_the_disk(tmp_path: Path) -> None:
    with opened(f"sqlite:///{tmp_path}/new/folder/review.db") as database, database.reading() as connection:
        if os.name == "posix":
            assert (tmp_path / "new" / "folder" / "review.db").stat().st_mode & 0o777 == 0o600
        found = {p: connection.execute(text(f"PRAGMA {p}")).scalar() for p in ("journal_mode", "foreign_keys")}
        assert found == {"journal_mode": "wal", "foreign_keys": 1}
        assert connection.execute(text("PRAGMA synchronous")).scalar() == 2
        assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 20_000


def test_processes_that_open_a_new_database_at_once_all_may(url: str) -> None:
    script = "import sys; from desk import Store; sys.stdin.readline(); Store.open(sys.argv[1])"
    command = [sys.executable, "-c", script, url]
    running = [
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(3)
    ]
    for process in running:
        assert process.stdin
        process.stdin.write("\n")
        process.stdin.flush()
    said = [process.communicate(timeout=120)[1] for process in running]

    assert [process.returncode for process in running] == [0, 0, 0], said
    with opened(url) as database, database.reading() as connection:
        assert connection.execute(text(f"SELECT count(*) FROM {VERSION_TABLE}")).scalar() == 1


def test_a_block_that_fails_writes_nothing(store: Store) -> None:
    with pytest.raises(KeyError), store.database.writing() as connection:
        connection.execute(text("INSERT INTO conversations (id, begun) VALUES ('x', 'now')"))
        raise KeyError

    with store.database.reading() as connection:
        assert connection.execute(text("SELECT count(*) FROM conversations")).scalar() == 0


def not_a_folder(tmp_path: Path) -> Path:
    (tmp_path / "file").write_text("", "utf-8")
    return tmp_path / "file" / "review.db"


def a_folder(tmp_path: Path) -> Path:
    (tmp_path / "review.db").mkdir()
    return tmp_path / "review.db"


def no_database(tmp_path: Path) -> Path:
    (tmp_path / "review.db").write_bytes(b"A letter, and no database. " * 100)
    return tmp_path / "review.db"


def anothers(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "review.db") as connection:
        connection.execute("CREATE TABLE recipes (id)")
    connection.close()
    return tmp_path / "review.db"


def a_newer_one(tmp_path: Path) -> Path:
    with sqlite3.connect(tmp_path / "review.db") as connection:
        connection.execute(f"CREATE TABLE {VERSION_TABLE} (version_num)")
        connection.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('9999')")
    connection.close()
    return tmp_path / "review.db"


@pytest.mark.parametrize(
    ("made", "message"),
    [
        pytest.param(not_a_folder, r"file.*cannot be made .*operations\.md", id="its folder cannot be made"),
        pytest.param(a_folder, r"review\.db cannot be opened \(unable to open", id="it is a folder"),
        pytest.param(no_database, r"review\.db cannot be opened \(file is not a database\)", id="it is no database"),
        pytest.param(anothers, r"something else: it has a table recipes\. Name another", id="it is another's"),
        pytest.param(a_newer_one, r"newer version .* version 9999, and this one knows 0001", id="it is newer"),
    ],
)
def test_what_cannot_be_opened_is_named_with_the_way_out(tmp_path: Path, made: object, message: str) -> None:
    assert callable(made)
    with pytest.raises(StoreError, match=message):
        open_database(f"sqlite:///{made(tmp_path)}")


@pytest.mark.parametrize(
    ("url", "message"),
    [
        pytest.param("", "no address of a database", id="nothing"),
        pytest.param("review.db", "no address of a database", id="no URL"),
        pytest.param("carrier-pigeon://loft", "no address of a database", id="an unknown kind"),
        pytest.param("mysql://host/review", "names a mysql database", id="a kind that is not supported"),
        pytest.param("sqlite://", "names no file", id="no file"),
        pytest.param("sqlite:///:memory:", "names no file", id="memory"),
    ],
)
def test_an_address_that_cannot_be_used_is_refused(url: str, message: str) -> None:
    with pytest.raises(StoreError, match=message):
        open_database(url)


@pytest.mark.parametrize(
    "url", ["postgresql://ada:hunter2@127.0.0.1:1/review", "post gres://ada:hunter2@", "mysql://ada:hunter2@h/d"]
)
def test_a_password_is_never_said(url: str) -> None:
    with pytest.raises(StoreError) as error:
        open_database(url)

    assert "hunter2" not in str(error.value)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE decisions SET verdict = 'supported'",
        "UPDATE decisions SET note = 'another' WHERE id = 1",
        "DELETE FROM decisions",
        "UPDATE answers SET record = ''",
        "DELETE FROM answers",
        "UPDATE documents SET record = ''",
        "DELETE FROM documents",
        pytest.param("INSERT OR REPLACE INTO decisions SELECT * FROM decisions", id="replace decisions"),
        pytest.param("INSERT OR REPLACE INTO answers SELECT * FROM answers", id="replace answers"),
        pytest.param("TRUNCATE decisions CASCADE", id="truncate decisions"),
    ],
)
def test_the_database_itself_keeps_what_was_decided_and_on_what(store: Store, change: str) -> None:
    dialect = store.database.engine.dialect.name
    if ("REPLACE" in change, "TRUNCATE" in change) != (False, False) and ("TRUNCATE" in change) == (
        dialect == "sqlite"
    ):
        pytest.skip("the other database's words")
    _, asked = store.keep(None, REVIEWER, turn())
    decide(store, REVIEWER, asked, "", [Judged(1, "not supported", "the year")])
    before = everything(store)

    with pytest.raises(StoreError), store.database.writing() as connection:
        connection.execute(text(change))

    assert everything(store) == before


def everything(store: Store) -> list[list[object]]:
    with store.database.reading() as connection:
        tables = ("decisions", "answers", "documents")
        return [[tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))] for table in tables]


def test_the_triggers_hold_for_who_opens_the_file_with_another_program(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/review.db")
    _, asked = store.keep(None, REVIEWER, turn())
    decide(store, REVIEWER, asked, "", [Judged(1, "supported")])
    other = sqlite3.connect(tmp_path / "review.db")  # which has foreign keys off

    for change in ("UPDATE decisions SET verdict = 'partly'", "DELETE FROM decisions", "DELETE FROM answers"):
        with pytest.raises(sqlite3.IntegrityError, match=r"never|not deleted"):
            other.execute(change)
    other.close()
    store.close()
    store.close()
