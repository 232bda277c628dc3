"""The page "Documents" as it is run, on a corpus of two short documents and a file that cannot be read."""

import html
import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from index import build, find_model

APP = Path(__file__).parents[2] / "app.py"
PATIENCE = 120  # seconds: the page may be run on a busy machine

LAMPS = """1. Street lamps

1.1 Lamp repair

The Borough Lighting Board (BLB) repaired 412 lamps in 2019 against a target of 500. A lamp that has gone out is lit
again within two nights, and the keeper tells the street's residents when it will be done.

Page 3 of 9

2. Money

A lamp costs £2 or $3 for *visitors* <b>and</b> sailors.
"""
CATALOGUE = """
[lamps]
title = "Lamp :red[Plan] <b>x</b>"
publisher = "The *Borough*"
published = "2019-05-01"
status = "superseded"
superseded_by = "ferries"
url = "https://borough.example/lamps"

[ferries]
title = "Ferry Plan"
publisher = "Harbour Board"
published = "2021"
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("borough")
    corpus = home / "corpus"
    corpus.mkdir()
    (corpus / "lamps.txt").write_text(LAMPS, "utf-8")
    (corpus / "ferries.txt").write_text("1. Ferries\n\nThe ferry crosses the river every 20 minutes.\n", "utf-8")
    (corpus / "odd.xyz").write_text("What is this?", "utf-8")
    (corpus / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    build(corpus, home / "index", find_model())
    return home


def open_page(home: Path, monkeypatch: pytest.MonkeyPatch, **query: str) -> AppTest:
    monkeypatch.setenv("CHAPTER_CORPUS", str(home / "corpus"))
    monkeypatch.setenv("CHAPTER_INDEX", str(home / "index"))
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    page._page_hash = calc_hash("documents")  # AppTest switches to files alone, and this page is a function
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


@pytest.fixture
def page(home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(home, monkeypatch)


def bodies(page: AppTest) -> list[str]:
    return [e.body for e in page.html if not e.body.startswith(("<style", "<span></span><script"))]


def shown(page: AppTest) -> str:
    return html.unescape(re.sub(r"<[^>]*>", " ", " ".join(bodies(page))))


def titles(page: AppTest) -> list[str]:
    return [html.unescape(t) for body in bodies(page) for t in re.findall('<h2 class="cv-title">(.*?)</h2>', body)]


def test_the_library_shows_each_document_with_what_was_found_in_it(page: AppTest) -> None:
    assert page.title[0].value == "Documents"
    assert titles(page) == ["Ferry Plan", "Lamp :red[Plan] <b>x</b>"]
    assert "2 documents, dated 2019 to 2021: 1 current, 1 superseded." in shown(page)
    assert "The *Borough* · 1 May 2019 · superseded" in shown(page)
    assert "Superseded by Ferry Plan (2021)." in shown(page)
    assert re.search(r"[1-9] passages · [1-9] targets?, milestones? (?:or|and) figures? · 1 term defined", shown(page))


def test_what_could_not_be_read_is_named_with_the_reason(page: AppTest) -> None:
    assert page.expander[0].label == "1 file could not be read, so nothing of it is searched"
    assert "odd.xyz: no reader for this kind of file." in shown(page)


def test_what_supersedes_what_is_drawn_as_a_list(page: AppTest) -> None:
    [tree] = [body for body in bodies(page) if "cv-tree" in body]

    assert html.unescape(re.sub("<[^>]*>", "|", tree)).replace("|", "") == (
        "Ferry Plan (2021)Lamp :red[Plan] <b>x</b> (1 May 2019): superseded by the document above"
    )


def test_a_document_is_found_by_its_words_and_filters_that_fit_nothing_show_nothing(page: AppTest) -> None:
    page.text_input(key="find-document").set_value("borough").run()
    assert titles(page) == ["Lamp :red[Plan] <b>x</b>"]

    page.multiselect(key="of-year").select("2021").run()
    assert titles(page) == []
    assert "None of the 2 documents fits." in [t.value for t in page.text]

    page.button(key="clear-filters").click().run()
    assert len(titles(page)) == 2


def test_a_document_is_opened_read_with_its_outline_and_closed(page: AppTest) -> None:
    page.button(key="read-1").click().run()

    assert page.query_params["document"] == "lamps"
    assert titles(page) == ["Lamp :red[Plan] <b>x</b>"]
    [outline] = [body for body in bodies(page) if "cv-outline" in body]
    links = re.findall('<a href="#(cv-at-[0-9]+)">(.*?)</a>', outline)
    assert [words for _, words in links] == ["1. Street lamps", "1.1 Lamp repair", "2. Money"]
    [text] = [body for body in bodies(page) if 'class="cv-text"' in body]
    assert all(f'id="{name}"' in text for name, _ in links)
    assert "is lit again within two nights" in text  # on one line, which it is not in the file
    assert 'href="https://borough.example/lamps"' in shown_html(page)
    assert 'href="targets?document=lamps"' in shown_html(page)

    page.button(key="all-documents").click().run()
    assert len(titles(page)) == 2
    assert "document" not in page.query_params


def shown_html(page: AppTest) -> str:
    return " ".join(bodies(page))


def test_what_is_left_out_and_the_file_s_own_text_are_shown_at_a_press(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(home, monkeypatch, document="lamps")

    def text() -> str:
        return next(body for body in bodies(page) if 'class="cv-text"' in body).partition(">")[2]

    assert "&lt;b&gt;" not in text()
    page.toggle(key="document-everything").set_value(True).run()
    assert "Left out (HTML mark-up): &lt;b&gt;" in text()

    page.toggle(key="document-raw").set_value(True).run()
    assert "*visitors* &lt;b&gt;and&lt;/b&gt; sailors" in text()
    assert "is lit&#10;again" in text()


def test_a_link_to_a_document_that_is_not_there_says_so(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch, document="gone <b>")

    assert "There is no document" in page.warning[0].value
    page.button(key="all-documents").click().run()
    assert len(titles(page)) == 2


def test_a_term_is_found_and_opened_where_it_stands(page: AppTest) -> None:
    page.text_input(key="find-term").set_value("lighting").run()
    assert [t.value for t in page.text] == ["1 term defined"]

    page.button(key="term-0").click().run()

    viewer = next(body for body in bodies(page) if 'class="cv-text"' in body)
    assert re.findall("<mark>(.*?)</mark>", viewer) == ["Borough Lighting Board (BLB)"]
    assert [code.value for code in page.code] == [
        "“Borough Lighting Board (BLB)”\nLamp :red[Plan] <b>x</b>, The *Borough*, 1 May 2019: "
        "1. Street lamps › 1.1 Lamp repair. https://borough.example/lamps"
    ]


def test_a_term_that_nobody_defines_is_said_not_to_be_there(page: AppTest) -> None:
    page.text_input(key="find-term").set_value("zebra").run()

    assert "No term or meaning has these words." in [t.value for t in page.text]


def test_text_of_documents_and_the_catalogue_stays_text(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for page in (open_page(home, monkeypatch), open_page(home, monkeypatch, document="lamps")):
        assert not re.search(r"<b\b", shown_html(page))
        assert not page.markdown
