"""The page "Targets" as it is run, on a corpus of two short documents, with the real index."""

import html
import re
import shutil
import time
from datetime import date
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from desk.target_export import as_csv
from desk.targets import Filters, choose, in_order, register_rows
from index import Snapshot, build, find_model, load, load_library, snapshot_folder, snapshot_name

APP = Path(__file__).parents[2] / "app.py"
PATIENCE = 120  # seconds: the first run in a process loads the model

HARBOUR = """1 Harbour plan

1.1 What we did

Key indicators:

- Ferries on time - target for 2018-19 is 95% - achieved for 2018-19 is 81%
- Huts *white* :red[now] 5 < 4 & 6 - target for 2018-19 is 20 - achieved for 2018-19 is 20

1.2 What we will do

Milestones:

- Quarter 2, 2018-19: open the reading room.
- Quarter 1, 2019-20: close the old pier.

The Harbour Board will complete its review by April 2019.
"""
HUTS = """1 Hut paper

We have a budget of £12 million. We will have 40 huts by 2012.
"""
CATALOGUE = """
[harbour]
title = "Harbour :red[Plan] <u>x</u>"
publisher = "Island <i>Council</i>"
published = "2018-05-01"

[huts]
title = "Hut Paper"
publisher = "Port Trust"
published = "2011"
status = "archived"
"""


def write_corpus(folder: Path) -> None:
    folder.mkdir()
    (folder / "harbour.txt").write_text(HARBOUR, "utf-8")
    (folder / "huts.txt").write_text(HUTS, "utf-8")
    (folder / "catalogue.toml").write_text(CATALOGUE, "utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("harbour")
    write_corpus(home / "corpus")
    build(home / "corpus", home / "build" / "index", find_model())
    return home


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(home, monkeypatch)


def script() -> None:
    """The page by itself: AppTest reaches no page that is not a file."""
    from desk.roles import EVERYBODY
    from ui import front, targets

    targets.show(front.open_resources(EVERYBODY))


def open_page(home: Path, monkeypatch: pytest.MonkeyPatch, *, document: str = "") -> AppTest:
    monkeypatch.setenv("CHAPTER_CORPUS", str(home / "corpus"))
    monkeypatch.setenv("CHAPTER_INDEX", str(home / "build" / "index"))
    page = AppTest.from_function(script, default_timeout=PATIENCE)
    if document:
        page.query_params["document"] = document
    page.run()
    assert not page.exception
    return page


def bodies(page: AppTest) -> list[str]:
    return [e.body for e in page.html if not e.body.startswith(("<style", "<span></span><script"))]


def shown(page: AppTest) -> str:
    """All that the page shows as HTML, as it is read."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", re.sub("</?mark>", "", " ".join(bodies(page))))).split())


def measures(page: AppTest) -> list[str]:
    return list(page.dataframe[0].value["Measure"])


def view(page: AppTest, name: str) -> AppTest:
    page.segmented_control(key="targets-view").set_value(name).run()
    assert not page.exception
    return page


FERRIES, HUTS_PAINTED = "Ferries on time", "Huts *white* :red[now] 5 < 4 & 6"


def test_it_opens_with_every_row_the_newest_document_first_and_says_how_they_were_found(page: AppTest) -> None:
    assert page.title[0].value == "Targets"
    assert "7 of 7 rows" in shown(page)
    table = page.dataframe[0].value
    assert list(table.columns)[:7] == ["Kind", "Measure", "Target", "Actual", "Against target", "Due", "Year"]
    assert measures(page)[:4] == [FERRIES, HUTS_PAINTED, "open the reading room.", "close the old pier."]
    assert list(table["Against target"])[:3] == ["Below target", "Met", ""]
    assert table["Standing"].iloc[-1] == "archived"
    assert "found by program, not by a person" in shown(page)


def test_words_are_searched_and_filters_that_leave_nothing_can_be_cleared(page: AppTest) -> None:
    page.text_input(key="targets-words").set_value("FERRIES achieved").run()
    assert measures(page) == [FERRIES]
    assert "1 of 7 rows words: FERRIES achieved" in shown(page)

    page.multiselect(key="targets-kinds").select("budget").run()
    assert "0 of 7 rows" in shown(page)
    assert "No row fits" in shown(page)
    assert not page.dataframe
    assert not page.download_button

    page.button(key="targets-clear").click().run()
    assert len(measures(page)) == 7
    assert page.text_input(key="targets-words").value == ""


def test_each_filter_leaves_its_own(page: AppTest) -> None:
    page.multiselect(key="targets-documents").select("huts").run()
    assert set(page.dataframe[0].value["Document"]) == {"Hut Paper"}
    page.multiselect(key="targets-documents").set_value([])
    page.multiselect(key="targets-years").select(2019).run()
    assert measures(page) == [FERRIES, HUTS_PAINTED, "open the reading room.", "close the old pier.",
                              "complete its review by April 2019"]  # fmt: skip
    page.multiselect(key="targets-owners").select("The Harbour Board").run()
    assert measures(page) == ["complete its review by April 2019"]
    page.multiselect(key="targets-owners").set_value([])
    page.toggle(key="targets-both").set_value(True).run()
    assert measures(page) == [FERRIES, HUTS_PAINTED]


def test_rows_are_sorted_by_figures_either_way(page: AppTest) -> None:
    page.selectbox(key="targets-sort").select("Target").run()
    assert [v for v in page.dataframe[0].value["Target"] if v] == ["20", "40", "95%"]
    page.toggle(key="targets-falling").set_value(True).run()
    assert [v for v in page.dataframe[0].value["Target"] if v] == ["95%", "40", "20"]


def test_a_row_of_the_table_opens_its_source_among_the_rows_shown(page: AppTest) -> None:
    assert page.button(key="targets-open-chosen").disabled
    page.session_state[page.dataframe[0].key] = {"selection": {"rows": [2], "columns": [], "cells": []}}
    page.run()
    page.button(key="targets-open-chosen").click().run()
    viewer = next(e.body for e in page.html if 'class="cv-text"' in e.body)

    assert re.findall(r"<mark>(.*?)</mark>", viewer) == ["Quarter 2, 2018-19: open the reading room."]
    assert [t.value for t in page.text] == ["Row 3 of 7"]


def test_the_list_says_the_same_and_each_row_has_its_button(page: AppTest) -> None:
    view(page, "List")
    assert not page.dataframe
    said = shown(page)
    assert "Ferries on time Kind Indicator Target 95% Actual 81% Against target Below target" in said
    buttons = [b for b in page.button if b.key and b.key.startswith("target-open-")]
    assert len(buttons) == 7

    buttons[0].click().run()
    viewer = next(e.body for e in page.html if 'class="cv-text"' in e.body)
    assert "Ferries on time" in re.findall(r"<mark>(.*?)</mark>", viewer)[0]


def test_a_long_list_has_pages_and_a_page_that_is_gone_is_not_kept(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.targets._PER_PAGE", 3)
    view(page, "List")
    page.pagination[0].set_value(3).run()
    assert [b.key for b in page.button if b.key and b.key.startswith("target-open-")] == ["target-open-6"]

    page.text_input(key="targets-words").set_value("the").run()
    assert not page.exception
    assert next(b.key for b in page.button if b.key and b.key.startswith("target-open-")) == "target-open-0"


def test_the_charts_stand_beside_words_and_a_table_that_say_the_same(page: AppTest) -> None:
    view(page, "Target against actual")
    said = shown(page)
    assert "2 rows print both a target and an actual figure of one unit. Of these 1 met the target and 0 missed" in said
    assert "Ferries on time 95% 81% Below target 2018-19 (period) Harbour :red[Plan] <u>x</u>" in said

    view(page, "Timeline")
    said = shown(page)
    assert (
        "4 rows have a due date that can be placed in time. The earliest is January 2012, the latest June 2019." in said
    )
    assert "Quarter 2, 2018-19 open the reading room. Harbour :red[Plan] <u>x</u>" in said


def test_rows_without_figures_or_dates_say_what_would_fill_the_charts(page: AppTest) -> None:
    page.multiselect(key="targets-kinds").select("budget").run()
    assert "None of these rows prints both" in shown(view(page, "Target against actual"))
    assert "None of these rows names a due date" in shown(view(page, "Timeline"))


def test_a_corpus_that_sets_no_target_says_what_would_fill_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "poem.txt").write_text("A poem\n\nThe sea is wide and the harbour is small.\n", "utf-8")
    page = open_page(tmp_path, monkeypatch)

    assert "There is nothing here yet" in shown(page)
    assert not page.text_input


def test_a_library_that_is_damaged_is_said_plainly(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = Path(shutil.copytree(home, tmp_path / "home"))
    index = copy / "build" / "index"
    (snapshot_folder(index, snapshot_name(index) or "") / "library.jsonl").unlink()
    page = open_page(copy, monkeypatch)

    assert "library" in page.error[0].value
    assert not page.dataframe


def test_text_of_documents_stays_text(page: AppTest) -> None:
    view(page, "List")
    assert "Huts *white* :red[now] 5 < 4 & 6" in shown(page)
    assert not [b for b in bodies(page) if re.search(r"<u>|5 < 4|4 & 6", b)]
    for name in ("Table", "Target against actual", "Timeline"):
        assert not view(page, name).markdown
        assert not [b for b in bodies(page) if re.search(r"<u>|5 < 4|4 & 6", b)]


def test_a_thousand_rows_are_drawn_again_quickly(home: Path) -> None:
    index = home / "build" / "index"
    snapshot: Snapshot = load(index)
    library = load_library(snapshot_folder(index, snapshot_name(index) or ""))
    rows = (register_rows(library, snapshot.documents) * 150)[:1000]
    start = time.perf_counter()
    found = in_order(choose(rows, Filters(words="the")), "target", date.today())
    taken = time.perf_counter() - start

    assert 100 < len(found) < 1000
    assert taken < 0.3
    assert as_csv(found, date.today())


def test_a_link_to_one_documents_rows_shows_those_and_can_be_cleared(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(home, monkeypatch, document="harbour")
    assert page.multiselect(key="targets-documents").value == ["harbour"]
    assert FERRIES in measures(page)
    assert len(measures(page)) == 5

    page.button(key="targets-clear").click().run()
    assert "7 of 7 rows" in shown(page)
