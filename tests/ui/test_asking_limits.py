"""What the page does with what may not be asked now, and with what should not be kept."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from index import build, find_model
from tests.ui.test_chat import APP, PATIENCE, ask, keys, open_page, shown, write_corpus

PERSONAL = "Was 020 7946 0018 the ferry master's phone?"
PLAIN = "Who is the ferry master?"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a corpus and the index of it."""
    home = tmp_path_factory.mktemp("limits")
    build(write_corpus(home / "corpus"), home / "build" / "index", find_model())
    yield home


def everything_in(database: Path) -> str:
    """All that stands in a database, as text; its packed records were looked at when they are there at all."""
    with sqlite3.connect(database) as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "".join(repr(connection.execute(f'SELECT * FROM "{name}"').fetchall()) for name in tables)


def rows(database: Path, table: str) -> int:
    with sqlite3.connect(database) as connection:
        return int(connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])


def warnings(page: AppTest) -> str:
    return " ".join(w.value for w in page.warning).replace("\\", "")


def test_too_many_questions_in_a_minute_are_put_off_and_not_lost(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAPTER_QUESTIONS_A_MINUTE", "1")
    page = ask(open_page(built, monkeypatch, database=tmp_path / "r.db"), PLAIN)
    assert "Ada Quill" in shown(page)

    ask(page, "What does a ticket cost?")
    assert "You have asked 1 question within a minute" in warnings(page)
    assert "What does a ticket cost?" in shown(page)
    assert rows(tmp_path / "r.db", "asked") == 1

    page.button(key="ask-again").click().run()
    assert "You have asked 1 question within a minute" in warnings(page)
    assert not page.exception


def test_invisible_characters_are_said_to_be_left_out(page_of: AppTest) -> None:
    ask(page_of, "Who is the fe\u200brry mas\u00adter?\u202e\U000e0041")

    assert "4 invisible characters were left out of your question." in shown(page_of)
    assert "You asked: Who is the ferry master?" in " ".join(shown(page_of).split())
    assert "Ada Quill" in shown(page_of)


@pytest.fixture
def page_of(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(built, monkeypatch, database=tmp_path / "r.db")


def test_personal_data_is_warned_of_and_can_be_deleted(page_of: AppTest, tmp_path: Path) -> None:
    ask(page_of, PLAIN)
    assert not keys(page_of, "forget")
    ask(page_of, PERSONAL)
    assert "Your question seems to hold a phone number. Questions are kept for reviewers" in warnings(page_of)
    assert "7946" in everything_in(tmp_path / "r.db")

    page_of.button(key="forget-1").click().run()

    assert not page_of.exception
    assert "7946" not in everything_in(tmp_path / "r.db") + shown(page_of)
    assert "Ada Quill" in shown(page_of)
    assert rows(tmp_path / "r.db", "asked") == 1


def test_where_nothing_is_kept_nothing_reaches_the_database_and_the_pages_say_so(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "r.db"
    earlier = ask(open_page(built, monkeypatch, database=database), PLAIN)
    before = everything_in(database)
    monkeypatch.setenv("CHAPTER_KEEP_QUESTIONS", "no")
    page = ask(open_page(built, monkeypatch, database=database), "What does a ticket cost?")

    assert "ferry ticket costs" in shown(page)
    assert everything_in(database) == before
    assert "There is no link to it: this question is not kept." in [t.value for t in page.text]
    assert not keys(page, "FormSubmitter")

    page.session_state["earlier"] = True
    page.run()
    assert "What is asked is not kept here." in [t.value for t in page.text]
    assert keys(page, "open-"), "what was kept before can still be opened"
    assert not earlier.exception


def test_where_nothing_is_kept_review_opens_and_says_what_is_off(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(open_page(built, monkeypatch, database=tmp_path / "r.db"), PLAIN)
    monkeypatch.setenv("CHAPTER_KEEP_QUESTIONS", "no")
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    page._page_hash = calc_hash("review")  # AppTest switches to files alone, and this page is a function
    page.run()

    assert not page.exception
    assert "Questions are not kept (CHAPTER_KEEP_QUESTIONS)" in page.info[0].value


def test_unless_personal_keeps_the_others(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTER_KEEP_QUESTIONS", "unless personal")
    page = ask(open_page(built, monkeypatch, database=tmp_path / "r.db"), PLAIN)
    ask(page, PERSONAL)

    assert "Your question seems to hold a phone number. It is not kept." in warnings(page)
    assert rows(tmp_path / "r.db", "asked") == 1
    assert "7946" not in everything_in(tmp_path / "r.db")


@pytest.mark.parametrize("name", ["CHAPTER_KEEP_QUESTIONS", "CHAPTER_QUESTIONS_A_MINUTE"])
def test_a_setting_that_is_none_is_said_by_its_name(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "perhaps")
    page = open_page(built, monkeypatch, database=tmp_path / "r.db")

    assert name in page.error[0].value.replace("\\", "")
