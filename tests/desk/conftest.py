"""A store for the tests of the desk: in a file of SQLite, and in PostgreSQL where there is one to test with."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from desk import Store

POSTGRES = os.environ.get("CHAPTER_TEST_POSTGRES", "")  # the URL of a database that the tests may empty
NO_POSTGRES = pytest.mark.skipif(not POSTGRES, reason="CHAPTER_TEST_POSTGRES names no database that may be emptied")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=NO_POSTGRES)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/kept/review.db"
    engine = create_engine(POSTGRES)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
    return POSTGRES


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    opened = Store.open(url)
    yield opened
    opened.close()
