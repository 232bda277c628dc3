"""The review database: opened by its URL, brought up to date, read and written in transactions.

    CHAPTER_DATABASE    sqlite:///build/review.db, where nothing else is named; a PostgreSQL database by its URL

Covered: SQLite in a file, and PostgreSQL; two processes that open it at once; a database that is newer than this
program, is something else's, or cannot be written. Not covered: SQLite in memory or on a network's disk.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Lock

from filelock import FileLock, Timeout
from sqlalchemy import Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError, NoSuchModuleError, SQLAlchemyError

DEFAULT_URL = "sqlite:///build/review.db"
MIGRATIONS = Path(__file__).with_name("migrations")
SCHEMA = "0001"  # the newest of desk/migrations/versions
VERSION_TABLE = "chapter_schema"
_PATIENCE = 20  # seconds to wait for another's transaction: each of ours takes some milliseconds
_PATIENCE_OPENING = 60  # seconds to wait for another that brings the database up to date
_LOCK_KEY = 0x_C4A7_0E12  # any number that is ours, for PostgreSQL's advisory locks
_migrating = Lock()  # Alembic's context is one for the whole process


class StoreError(Exception):
    """The review database cannot be used. The message names it and the way out."""


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is up to date.

    Attributes:
        engine: Its connections; safe to share among threads.
        name: As it may be shown: without a password.
    """

    engine: Engine
    name: str

    def close(self) -> None:
        """Close its connections; it opens new ones where it is used again."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection whose reads see one state of the database.

        Raises:
            StoreError: If it cannot be read.
        """
        with self._told("read"), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A connection whose writes are all kept, or none where an exception leaves the block.

        Raises:
            StoreError: If it cannot be written.
        """
        with self._told("written"), self.engine.connect() as connection:
            connection.execution_options(chapter_writes=True)
            with connection.begin():
                yield connection

    @contextmanager
    def _told(self, done: str) -> Iterator[None]:
        try:
            yield
        except SQLAlchemyError as error:
            raise StoreError(f"the review database {self.name} cannot be {done} ({_cause(error)}). {_way_out()}") from (
                error
            )


def open_database(url: str) -> Database:
    """The database of a URL, made if it is not there, with its tables brought up to date.

    Raises:
        StoreError: If it cannot be opened, is newer than this program, or is something else's.
    """
    parsed = _parsed(url)
    name = parsed.render_as_string(hide_password=True)
    file = _file(parsed, name) if parsed.get_backend_name() == "sqlite" else None
    try:
        database = Database(_engine(parsed), name)
    except ModuleNotFoundError as error:
        raise StoreError(
            f"there is no driver for {name} ({error}). Run: pip install -r requirements-postgres.txt"
        ) from error
    try:
        # PostgreSQL has a lock of its own; SQLite's mode can be set by one at a time.
        with FileLock(f"{file}.lock", timeout=_PATIENCE_OPENING) if file else nullcontext():
            if file:
                with database.engine.connect() as connection:
                    connection.connection.driver_connection.execute("PRAGMA journal_mode = WAL")  # type: ignore[union-attr]
            _bring_up_to_date(database)
    except StoreError:
        database.close()
        raise
    except Timeout as error:
        raise StoreError(f"another process has been opening {name} for {_PATIENCE_OPENING} seconds. Try again") from (
            error
        )
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        database.close()
        raise StoreError(f"the review database {name} cannot be opened ({_cause(error)}). {_way_out()}") from error
    return database


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
        parsed.get_dialect()
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        # What cannot be taken apart may have a password in it anywhere.
        raise StoreError(f"CHAPTER_DATABASE is no address of a database. Write it like {DEFAULT_URL}") from error
    if backend not in ("sqlite", "postgresql"):
        raise StoreError(f"CHAPTER_DATABASE names a {backend} database. Name one of SQLite or PostgreSQL")
    return parsed


def _file(parsed: URL, name: str) -> Path:
    """The file of an SQLite database, there and for its owner alone: people's questions are in it."""
    if not parsed.database or parsed.database == ":memory:" or parsed.database.startswith("file:"):
        raise StoreError(f"{name} names no file, so nothing would be kept. Write it like {DEFAULT_URL}")
    path = Path(parsed.database)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
    except OSError as error:
        raise StoreError(f"{path} cannot be made ({error.strerror or error}). {_way_out()}") from error
    return path


def _engine(parsed: URL) -> Engine:
    """The engine of a database; the driver's own transactions are left to it but for SQLite, which begins too late."""
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, pool_pre_ping=True)
    engine = create_engine(parsed, connect_args={"timeout": _PATIENCE}, pool_size=10, pool_timeout=_PATIENCE)

    @event.listens_for(engine, "connect")
    def connected(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # the driver begins no transactions of its own
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")  # what was decided outlives a power cut

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail, not wait, where another wrote between.
        writes = connection.get_execution_options().get("chapter_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _bring_up_to_date(database: Database) -> None:
    """Make the tables, or change them to this version's, in one transaction."""
    with _migrating, database.writing() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
        found = _schema(connection, database.name)
        if found != SCHEMA:
            _migrate(connection, found, database.name)


def _schema(connection: Connection, name: str) -> str | None:
    """Which version of the tables is there; None where there are none at all."""
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE in tables:
        return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar_one_or_none()  # noqa: S608  a constant
    if tables:
        raise StoreError(f"{name} is the database of something else: it has a table {min(tables)}. Name another")
    return None


def _migrate(connection: Connection, found: str | None, name: str) -> None:
    from alembic import command  # slow to load, and needed only where something is to be changed
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise StoreError(
            f"{name} was made by a newer version of this program: its tables have version {found}, and this one knows "
            f"{SCHEMA}. Install the newer version, or name another database by CHAPTER_DATABASE"
        )
    command.upgrade(config, "head")


def _cause(error: Exception) -> str:
    """The driver's own words for an error, in one line."""
    return " ".join(str(getattr(error, "orig", None) or error).split())


def _way_out() -> str:
    return "See docs/operations.md, “The review database”"
