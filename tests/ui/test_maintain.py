"""The page "Maintain" as it is run, on a corpus of two short documents, with the real index and model."""

import shutil
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from index import build, find_model, load, snapshot_name
from ingest.readers.limits import LIMITS
from tests.ui.test_chat import APP, PATIENCE, keys, shown, write_corpus
from ui.plain import as_label

CANALS = (
    b"1. Canals\n\n1.1 Canal depth\n\nThe borough dredged the canal to 7 metres in 2021. The canal keeper is Cy Reed.\n"
)
BELLS = "1. Bells\n\n1.1 Bell ringing\n\nThe bell ringer is Di Tower. The bells are rung at noon.\n"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("borough")
    build(write_corpus(home / "corpus"), home / "build" / "index", find_model())
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Iterator[Path]:
    yield Path(shutil.copytree(built, tmp_path / "home"))
    st.cache_resource.clear()


def open_page(home: Path, monkeypatch: pytest.MonkeyPatch, tab: str = "Documents") -> AppTest:
    monkeypatch.setenv("CHAPTER_CORPUS", str(home / "corpus"))
    monkeypatch.setenv("CHAPTER_INDEX", str(home / "build" / "index"))
    monkeypatch.setenv("CHAPTER_EVALUATION", str(home / "no-evaluation"))
    monkeypatch.setenv("CHAPTER_RUNS", str(home / "build" / "eval"))
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    page._page_hash = calc_hash("maintain")  # AppTest switches to files alone, and this page is a function
    page.session_state["maintain-tab"] = tab
    page.run()
    assert not page.exception
    return page


def open_tab(page: AppTest, tab: str) -> AppTest:
    page.session_state["maintain-tab"] = tab
    page.run()
    assert not page.exception
    return page


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def reindex(page: AppTest) -> AppTest:
    """Press the button and look until the work has ended."""
    press(open_tab(page, "Re-index and publish"), "reindex-start")
    for _ in range(1000):
        if "reindex-stop" not in keys(page, "reindex"):
            return page
        page.run()
    pytest.fail("the re-index did not end")


def folded(page: AppTest) -> str:
    texts = [t.value for t in page.text]
    return " ".join(" ".join([shown(page), *texts]).split())


def messages(page: AppTest) -> list[str]:
    return [m.value.replace("\\", "") for kind in (page.success, page.error, page.warning, page.info) for m in kind]


def test_the_documents_are_listed_with_how_they_stand(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch)

    assert page.title[0].value == "Maintain"
    assert "2 documents: 2 in the live index." in folded(page)
    assert "Lantern Plan lanterns.txt · In the live index · 1 passage" in folded(page)
    assert as_label("Ferry :red[Plan] & $x$") in page.button(key="held-replace-0").label
    assert not keys(page, "maintain-undo")


def test_a_document_is_added_indexed_published_and_taken_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch, "Add")
    page.file_uploader[0].upload("../Canals <b>.txt", CANALS, "text/plain").run()
    assert "Words 21 Passages 1" in folded(page)
    assert page.text_input(key="add-name-0").value == "Canals -b-"
    assert page.text_input(key="add-0-title").value == "1. Canals"

    page.text_input(key="add-name-0").set_value("canals").run()
    page.text_input(key="add-0-title").set_value("Canal *Plan*")
    page.text_input(key="add-0-published").set_value("20x")
    press(page, "add-0-send")
    assert any("published is “20x”" in m or 'published is "20x"' in m for m in messages(page))
    assert not (home / "corpus" / "canals.txt").exists()

    page.text_input(key="add-0-published").set_value("2021")
    press(page, "add-0-send")
    assert any(m.startswith("Canal *Plan* is added as canals.txt.") for m in messages(page))
    assert (home / "corpus" / "canals.txt").read_bytes() == CANALS
    assert not page.text_input  # the form is empty again

    reindex(page)
    assert "Created 1: canals" in folded(page)
    assert any("There is no gate here" in m for m in messages(page))
    assert "canals" not in load(home / "build" / "index").documents
    press(page, "reindex-publish")
    assert any("It is published" in m for m in messages(page))
    assert load(home / "build" / "index").documents["canals"].title == "Canal *Plan*"

    press(page, "reindex-rollback")
    assert any("its documents are back" in m for m in messages(page))
    assert not (home / "corpus" / "canals.txt").exists()
    assert "canals" not in load(home / "build" / "index").documents

    journal = folded(open_tab(page, "Journal"))
    for what in ("Added: canals.txt", "Re-indexed", "Published", "Rolled back", "No login"):
        assert what in journal


def test_a_file_that_cannot_be_read_is_refused_and_changes_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {p.name for p in (home / "corpus").iterdir()}
    page = open_page(home, monkeypatch, "Add")
    page.file_uploader[0].upload("broken.pdf", b"%PDF-1.7 broken", "application/pdf").run()

    assert any(m.startswith("Broken.pdf cannot be read") for m in messages(page))
    assert "Nothing was changed." in folded(page)
    assert not keys(page, "add-0-send")
    assert {p.name for p in (home / "corpus").iterdir()} == before


def test_a_name_that_is_taken_is_said_with_the_way_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch, "Add")
    page.file_uploader[0].upload("ferries.md", b"# Ferries\n\nThey sail.\n", "text/markdown").run()

    assert any("There is a document ferries.txt already" in m and "replace that" in m for m in messages(page))
    assert not keys(page, "add-0-send")


def test_a_document_is_replaced_and_that_is_undone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = (home / "corpus" / "ferries.txt").read_bytes()
    page = press(open_page(home, monkeypatch), "held-replace-0")
    page.file_uploader[0].upload("bells.txt", BELLS.encode(), "text/plain")
    press(page, "held-replace-0")
    press(page, "replace-now")

    assert (home / "corpus" / "ferries.txt").read_text() == BELLS
    assert "1 changed" in folded(page)
    press(page, "maintain-undo")
    assert (home / "corpus" / "ferries.txt").read_bytes() == before


def test_a_document_is_withdrawn_with_what_names_it_and_everything_is_brought_back(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {p.name: p.read_bytes() for p in (home / "corpus").iterdir()}
    page = press(open_page(home, monkeypatch), "held-withdraw-0")
    assert "The catalogue says that lanterns is superseded by it. That is taken out too." in folded(page)
    press(page, "withdraw-now")

    assert not (home / "corpus" / "ferries.txt").exists()
    assert "ferries" not in (home / "corpus" / "catalogue.toml").read_text("utf-8")
    assert "1 document: 1 in the live index, 1 withdrawn." in folded(page)
    press(page, "maintain-restore")
    assert {p.name: p.read_bytes() for p in (home / "corpus").iterdir()} == before


def test_the_catalogue_is_edited_and_checked(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch, "Catalogue")
    page.selectbox(key="catalogue-document").select("lanterns").run()
    assert page.text_input(key="catalogue-lanterns-publisher").value == "The *Borough* of <b>Lamps</b>"

    page.text_input(key="catalogue-lanterns-title").set_value(" ")
    press(page, "catalogue-lanterns-send")
    assert any("[lanterns] needs a title" in m for m in messages(page))
    page.text_input(key="catalogue-lanterns-title").set_value("Lantern Plan II")
    page.selectbox(key="catalogue-lanterns-superseded").select("")
    press(page, "catalogue-lanterns-send")

    catalogue = tomllib.loads((home / "corpus" / "catalogue.toml").read_text("utf-8"))
    assert catalogue["lanterns"]["title"] == "Lantern Plan II"
    assert "superseded_by" not in catalogue["lanterns"]
    assert catalogue["ferries"] == {"title": "Ferry :red[Plan] & $x$", "published": "2021"}


def test_a_broken_catalogue_is_said_and_the_documents_are_still_listed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "corpus" / "catalogue.toml").write_text("[ferries")
    page = open_page(home, monkeypatch)
    assert any("Catalogue.toml cannot be read" in m for m in messages(page))
    assert "2 documents: 2 in the live index." in folded(page)

    page = open_tab(page, "Catalogue")
    assert any("Catalogue.toml cannot be read" in m for m in messages(page))


def test_a_candidate_that_the_gate_was_not_asked_of_needs_a_reason(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = press(press(open_page(home, monkeypatch), "held-withdraw-0"), "withdraw-now")
    build(home / "corpus", home / "build" / "index", find_model(), publish=False)
    page = open_tab(page, "Re-index and publish")
    assert page.button(key="reindex-publish").disabled

    page.checkbox(key="reindex-although").check().run()
    assert page.button(key="reindex-publish").disabled
    page.text_input(key="reindex-why").set_value("It must go today").run()
    press(page, "reindex-publish")
    assert set(load(home / "build" / "index").documents) == {"lanterns"}
    assert "It must go today" in folded(open_tab(page, "Journal"))


def test_a_candidate_is_dropped_and_the_documents_come_back(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = snapshot_name(home / "build" / "index")
    page = reindex(press(press(open_page(home, monkeypatch), "held-withdraw-0"), "withdraw-now"))
    assert "Deleted 1: ferries" in folded(page)
    (home / "corpus" / "lanterns.txt").write_text("Changed.")
    assert any("have changed since it was built" in m for m in messages(page.run()))
    page.checkbox(key="reindex-restore").check()
    press(page, "reindex-discard")

    assert (home / "corpus" / "ferries.txt").exists()
    assert snapshot_name(home / "build" / "index") == before
    assert any("Nothing has changed" in m for m in messages(reindex(page)))


def test_what_stops_a_re_index_is_said(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "corpus" / "catalogue.toml").write_text("[ferries")
    page = reindex(open_page(home, monkeypatch))

    assert any("Catalogue.toml cannot be read" in m for m in messages(page))
    assert keys(page, "reindex-start")


def test_health_and_storage(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch, "Health")
    assert messages(page) == ["All is well."]
    assert "The live index Well every file is as it was written: 2 documents" in folded(page)
    assert "Evaluation runs 0 bytes" in folded(page)

    (home / "corpus" / "ferries.txt").write_text("Changed.")
    page.run()
    assert messages(page) == ["1 of these need you."]


def test_without_an_index_or_documents_the_page_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    page = open_page(tmp_path, monkeypatch)

    assert "There are no documents yet. Add one" in folded(page)
    for tab in ("Add", "Catalogue", "Re-index and publish", "Health", "Journal"):
        open_tab(page, tab)
    assert "Nothing was done here yet" in folded(page)


def script_for_a_visitor() -> None:
    """The page Ask for somebody who may not maintain."""
    from desk import Person
    from ui import chat, front

    chat.show(front.open_resources(Person("Cy Reed", "staff", "issuer cy")))


def test_who_may_not_maintain_has_no_button_and_is_told_whom_to_ask(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAPTER_CORPUS", str(home / "corpus"))
    monkeypatch.setenv("CHAPTER_INDEX", str(home / "build" / "index"))
    (home / "corpus" / "ferries.txt").write_text("Changed.")
    page = AppTest.from_function(script_for_a_visitor, default_timeout=PATIENCE).run()

    assert not page.exception
    assert any("It still answers" in m for m in messages(page))
    assert not keys(page, "update-index")
    assert "ask whoever maintains these documents" in folded(page)


def test_what_an_upload_may_have_is_what_a_file_may_have() -> None:
    config = tomllib.loads((APP.parent / ".streamlit" / "config.toml").read_text("utf-8"))

    assert config["server"]["maxUploadSize"] * 1024 * 1024 == LIMITS.file_bytes
