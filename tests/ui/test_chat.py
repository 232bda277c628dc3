"""The page as it is run, on a corpus of three short documents, with the real index, model and answers."""

import gc
import html
import json
import re
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from answer import Assistant
from index import build, find_model, read_manifest
from trials.scripted_server import says, serving
from ui.plain import as_label

APP = Path(__file__).parents[2] / "app.py"
PATIENCE = 120  # seconds: the first run in a process loads the model

LANTERNS = """1. Street lanterns

1.1 Lantern repair

The borough repaired 412 street lanterns in 2019 against a target of 500. Each lantern is visited twice a year by the
lantern keepers, who trim the wick, clean the glass and write down what they find. A lantern that has gone out is lit
again within two nights, and the keeper tells the street's residents when it will be done. Where the same lantern goes
out three times in a season, it is taken down, mended in the workshop and put back with a new number. The keepers meet
every Monday to share what they found, and the list of dark streets is read out to the council once a month.
"""
FERRIES = """1. River ferries

1.1 Ferry timetable

The ferry crosses the river every 20 minutes. The ferry master is Ada Quill. Passengers with bicycles go aboard first.

1.2 Ferry fares

A ferry ticket costs £2 or $3 for *visitors* and _sailors_, see [1](https://ferry.example) <li>children cross free</li>.
"""
CATALOGUE = """
[lanterns]
title = "Lantern Plan"
publisher = "The *Borough* of <b>Lamps</b>"
published = "2019-05-01"
covers = "2019-20"
status = "superseded"
superseded_by = "ferries"

[ferries]
title = "Ferry :red[Plan] & $x$"
published = "2021"
"""


def write_corpus(folder: Path) -> Path:
    folder.mkdir()
    (folder / "lanterns.txt").write_text(LANTERNS, "utf-8")
    (folder / "ferries.txt").write_text(FERRIES, "utf-8")
    (folder / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    return folder


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a corpus and the index of it."""
    home = tmp_path_factory.mktemp("borough")
    build(write_corpus(home / "corpus"), home / "build" / "index", find_model())
    return home


@pytest.fixture
def home(built: Path, tmp_path: Path) -> Path:
    """A copy of it, to be changed."""
    return Path(shutil.copytree(built, tmp_path / "home", ignore=shutil.ignore_patterns("review.db*")))


@pytest.fixture
def page(built: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppTest]:
    return open_page(built, monkeypatch)


def open_page(
    home: Path, monkeypatch: pytest.MonkeyPatch, *, answer: str = "", database: Path | None = None
) -> AppTest:
    monkeypatch.setenv("CHAPTER_CORPUS", str(home / "corpus"))
    monkeypatch.setenv("CHAPTER_INDEX", str(home / "build" / "index"))
    monkeypatch.setenv("CHAPTER_DATABASE", f"sqlite:///{database or home / 'build' / 'review.db'}")
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    if answer:
        page.query_params["answer"] = answer
    return page.run()


def ask(page: AppTest, question: str) -> AppTest:
    page.chat_input[0].set_value(question).run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """All that the page shows as HTML, as it is read."""
    bodies = [e.body for e in page.html if not e.body.startswith(("<style", "<span></span><script"))]
    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub("</?mark>", "", " ".join(bodies))))


def keys(page: AppTest, prefix: str) -> list[str]:
    return [b.key for b in page.button if b.key and b.key.startswith(prefix)]


def test_an_empty_page_says_what_it_knows_and_offers_questions(page: AppTest) -> None:
    assert page.title[0].value == "Chapter & Verse"
    assert "2 documents, dated 2019 to 2021: 1 current, 1 superseded." in shown(page)
    assert "Lantern Plan 1 May 2019 · superseded" in " ".join(shown(page).split())
    assert [page.button(key=k).label for k in keys(page, "starter")] == [
        "What is the approach to lantern repair\\?",
    ]
    assert not keys(page, "restart")


def test_a_starter_is_asked_when_it_is_pressed(page: AppTest) -> None:
    page.button(key="starter-0").click().run()

    assert "What is the approach to lantern repair?" in shown(page)
    assert keys(page, "restart")
    assert not keys(page, "starter")


def test_an_answer_has_a_citation_that_opens_its_source_with_the_quote_marked(page: AppTest) -> None:
    ask(page, "How many street lanterns were repaired in 2019 and what was the target?")
    assert "412 street lanterns in 2019 against a target of 500" in shown(page)
    assert "Lantern Plan" in page.button(key="cite-0-0-1").label

    page.button(key="cite-0-0-1").click().run()
    viewer = next(e.body for e in page.html if 'class="cv-text"' in e.body)
    about = next(e.body for e in page.html if 'class="cv-title"' in e.body)

    assert "412 street lanterns" in re.findall(r"<mark>(.*?)</mark>", viewer)[0]
    assert "Each lantern is visited twice a year" in viewer
    assert "1 May 2019" in about
    assert "Superseded by Ferry :red[Plan] &amp; $x$ (2021)." in about
    assert "1. Street lanterns › 1.1 Lantern repair" in about


def test_what_the_documents_do_not_say_is_not_answered_and_leads_are_given(page: AppTest) -> None:
    ask(page, "Which vaccine does the hospital recommend against measles?")

    assert "Not in the documents" in shown(page)
    assert "The nearest passages (not an answer)" in shown(page)
    assert not keys(page, "cite")

    page.button(key="lead-0-0").click().run()
    assert any("<mark>" in e.body for e in page.html if 'class="cv-text"' in e.body)


def test_restart_empties_the_conversation(page: AppTest) -> None:
    ask(page, "Who is the ferry master?")
    page.button(key="restart").click().run()

    assert "ferry master" not in shown(page)
    assert keys(page, "starter")


def test_a_question_that_cannot_be_answered_as_put_is_kept_with_the_reason(page: AppTest) -> None:
    ask(page, "???")
    assert "???" in shown(page)
    assert [w.value for w in page.warning] == [
        as_label("There is no word in the question. Type what you would like to know.")
    ]

    ask(page, "Who is the ferry master?")
    assert "Ada Quill" in shown(page)
    assert "???" in shown(page)


def test_only_the_chosen_documents_are_searched(page: AppTest) -> None:
    page.multiselect[0].select("lanterns").run()
    ask(page, "Who is the ferry master?")

    assert "Ada Quill" not in shown(page)


def test_a_follow_up_says_what_was_searched_for(page: AppTest) -> None:
    ask(page, "How many street lanterns were repaired in 2019?")
    ask(page, "And the target?")

    assert "Searched for: And the target" in shown(page)


def test_the_conversation_is_kept_when_another_question_is_asked(page: AppTest) -> None:
    ask(page, "Who is the ferry master?")
    ask(page, "How many street lanterns were repaired in 2019?")

    assert "Ada Quill" in shown(page)
    assert "412 street lanterns" in shown(page)


def test_text_of_documents_and_users_stays_text(page: AppTest) -> None:
    ask(page, "What does a ferry ticket cost? <img src=x onerror=alert(1)> $x$")
    ask(page, "What does a ferry ticket cost for visitors and sailors?")
    page.button(key=keys(page, "cite-1")[0]).click().run()
    bodies = [e.body for e in page.html if not e.body.startswith(("<style", "<span></span><script"))]

    assert not [b for b in bodies if re.search(r"<(?:img|b)\b", b)]
    assert not [b for b in bodies if "<li>children" in b]
    assert "children cross free" in shown(page)  # what reads as mark-up is left out of a text that is laid out
    assert "*visitors* and _sailors_, see [1](https://ferry.example)" in shown(page)
    assert not page.markdown  # nothing at all goes through Markdown but labels and messages


def test_without_an_index_it_is_built_and_then_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_corpus(tmp_path / "corpus")
    page = open_page(tmp_path, monkeypatch)
    assert not page.error
    assert (tmp_path / "build" / "index" / "CURRENT").exists()

    ask(page, "Who is the ferry master?")
    assert "Ada Quill" in shown(page)


def test_a_new_index_is_seen_without_a_restart_and_old_citations_still_open(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_page(home, monkeypatch)
    ask(page, "Who is the ferry master?")
    ferries = home / "corpus" / "ferries.txt"
    ferries.write_text("A new first line.\n\n" + FERRIES.replace("Ada Quill", "Bo Marsh"), "utf-8")

    page.run()
    assert len(page.warning) == 1
    assert "still answers" in page.warning[0].value
    ask(page, "Who is the ferry master of the river ferries?")
    assert "Bo Marsh" not in shown(page)

    page.button(key="update-index").click().run()
    assert not page.warning
    ask(page, "Who is the ferry master now?")
    assert "Bo Marsh" in shown(page)

    page.button(key="cite-0-0-1").click().run()
    viewer = next(e.body for e in page.html if 'class="cv-text"' in e.body)
    assert "Ada Quill" in re.findall(r"<mark>(.*?)</mark>", viewer)[0]


def test_an_index_that_answers_no_more_is_out_of_memory(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = ask(open_page(home, monkeypatch), "Who is the ferry master?")
    before = read_manifest(home / "build" / "index").fingerprint
    assert answering_from(before)
    (home / "corpus" / "ferries.txt").write_text(FERRIES.replace("Ada Quill", "Bo Marsh"), "utf-8")

    page.run().button(key="update-index").click().run()
    ask(page, "Who is the ferry master now?")

    assert answering_from(read_manifest(home / "build" / "index").fingerprint)
    assert not answering_from(before)


def answering_from(fingerprint: str) -> list[Assistant]:
    """Who is in memory and answers from an index."""
    return [a for a in gc.get_objects() if type(a) is Assistant and a.snapshot.manifest.fingerprint == fingerprint]


def test_a_damaged_index_does_not_answer_until_it_is_built_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    current = json.loads((home / "build" / "index" / "CURRENT").read_text("utf-8"))["current"]
    (home / "build" / "index" / "snapshots" / current / "manifest.json").write_text("{}", "utf-8")
    page = open_page(home, monkeypatch)
    assert len(page.error) == 1
    assert not page.chat_input

    page.button(key="update-index").click().run()
    assert not page.error
    ask(page, "Who is the ferry master?")
    assert "Ada Quill" in shown(page)


def test_a_corpus_without_documents_is_said_plainly_and_can_be_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "corpus").mkdir()
    page = open_page(tmp_path, monkeypatch)
    assert "There are no documents in" in page.error[0].value
    assert not page.exception

    shutil.rmtree(tmp_path / "corpus")
    write_corpus(tmp_path / "corpus")
    page.button(key="try-again").click().run()
    assert not page.error
    assert page.chat_input


def test_a_reader_that_is_not_there_is_said_plainly(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("answer.reader.GRAPH", "gone.onnx")
    st.cache_resource.clear()
    page = ask(open_page(built, monkeypatch), "Who is the ferry master?")

    assert "gone" in page.error[0].value
    assert not page.exception
    st.cache_resource.clear()


def test_a_model_that_is_not_there_is_said_plainly(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTER_MODEL", "no-such-model")
    page = open_page(built, monkeypatch)

    assert "no\\-such\\-model" in page.error[0].value
    assert not page.exception
    assert not page.chat_input


def test_prose_of_a_language_model_is_named_as_such_and_stands_over_its_quotes(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prose = "The borough repaired 412 street lanterns in 2019, against a target of 500 [1]. All lanterns shine [1]."
    with serving(says(prose)) as server:
        monkeypatch.setenv("CHAPTER_LLM_BASE_URL", server.url)
        monkeypatch.setenv("CHAPTER_LLM_MODEL", "parrot <b>1</b>")
        monkeypatch.setenv("CHAPTER_LLM_API_KEY", "sk-never-on-a-page")
        st.cache_resource.clear()  # the page reads the environment once
        page = open_page(built, monkeypatch)
        ask(page, "How many street lanterns were repaired in 2019 and what was the target?")
    st.cache_resource.clear()

    said = " ".join(shown(page).split())
    assert "The borough repaired 412 street lanterns in 2019, against a target of 500." in said
    assert "Written by parrot <b>1</b> from the quotes below; 1 sentence dropped." in said
    assert "[1] “The borough repaired 412 street lanterns in 2019 against a target of 500.”" in said
    assert not any("cv-statement" in e.body and "2019, against" in e.body for e in page.html)
    assert server.headers[0]["authorization"] == "Bearer sk-never-on-a-page"
    assert "sk-never" not in str(page.main) + str(page.sidebar)


def test_a_language_model_that_is_configured_by_halves_is_said(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHAPTER_LLM_MODEL", "parrot-1")
    st.cache_resource.clear()
    page = open_page(built, monkeypatch)

    assert not page.exception
    assert "CHAPTER\\_LLM\\_BASE\\_URL is not" in page.error[0].value


def test_a_choice_that_no_document_fits_searches_nothing(page: AppTest) -> None:
    page.multiselect(key="only").select("lanterns").run()
    page.multiselect(key="years").select("2021").run()
    assert [w.value for w in page.warning] == ["No document fits all of this, so nothing will be searched."]

    ask(page, "How many street lanterns were repaired in 2019?")
    assert "412" not in shown(page)
    assert any("nothing was searched" in w.value for w in page.warning)

    page.button(key="look-in-all").click().run()
    ask(page, "How many street lanterns were repaired in 2019?")
    assert "412 street lanterns" in shown(page)


def test_a_follow_up_can_be_asked_as_it_was_typed(page: AppTest) -> None:
    ask(page, "How many street lanterns were repaired in 2019?")
    ask(page, "And the target?")
    assert shown(page).count("Searched for:") == 1

    page.button(key="alone-1").click().run()

    assert " ".join(shown(page).split()).count("You asked: And the target?") == 2
    assert shown(page).count("Searched for:") == 1


def test_an_answer_can_be_copied_with_its_sources(page: AppTest) -> None:
    ask(page, "Who is the ferry master?")

    text = page.code[0].value

    assert text.startswith("Who is the ferry master?")
    assert "Ada Quill" in text
    assert "[1] Ferry :red[Plan] & $x$, 2021, 1. River ferries › 1.1 Ferry timetable: “" in text


def test_an_answer_opens_again_by_its_link(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(open_page(home, monkeypatch), "Who is the ferry master?")
    with sqlite3.connect(home / "build" / "review.db") as database:
        [(asked_id,)] = database.execute("select id from asked").fetchall()

    other = open_page(home, monkeypatch, answer=asked_id)

    assert "Ada Quill" in shown(other)
    assert "and opened again." in shown(other)
    other.button(key=keys(other, "cite-0")[0]).click().run()
    assert any("<mark>" in e.body for e in other.html if 'class="cv-text"' in e.body)


def test_a_link_to_nothing_says_so_and_asking_goes_on(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(built, monkeypatch, answer="never-kept")

    assert "not kept" in page.warning[0].value
    assert "Ada Quill" in shown(ask(page, "Who is the ferry master?"))


def test_earlier_questions_open_again_and_go_when_they_are_deleted(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch)
    ask(page, "Who is the ferry master?")
    page.button(key="restart").click().run()
    assert "Ada Quill" not in shown(page)

    assert not keys(page, "open-")  # until they are looked at
    page.session_state["earlier"] = True
    page.run()
    [opening] = keys(page, "open-")
    page.button(key=opening).click().run()
    assert "Ada Quill" in shown(page)

    page.button(key="restart").click().run()
    page.button(key=opening.replace("open-", "delete-")).click().run()
    assert not keys(page, "open-")


def test_what_is_wrong_with_an_answer_reaches_the_reviewers(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(home, monkeypatch)
    ask(page, "Who is the ferry master?")
    send = next(b for b in page.button if b.label == "Send to the reviewers")
    send.click().run()
    assert any("Choose what is wrong" in e.value for e in page.error)

    page.radio(key="reason-0").set_value("It is wrong")
    page.text_area(key="note-0").set_value("It is Bo Marsh.")
    next(b for b in page.button if b.label == "Send to the reviewers").click().run()

    assert any("A reviewer will look" in s.value for s in page.success)
    with sqlite3.connect(home / "build" / "review.db") as database:
        assert database.execute("select reason, note from flags").fetchall() == [("It is wrong", "It is Bo Marsh.")]


def test_without_a_store_it_still_answers(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "review.db").write_text("no database")
    page = open_page(built, monkeypatch, database=tmp_path / "review.db")

    assert "earlier" not in page.session_state
    assert "Ada Quill" in shown(ask(page, "Who is the ferry master?"))
    assert not keys(page, "open-")
    assert not page.exception


def test_rows_of_a_table_are_drawn_as_one_with_a_citation(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "Pier\t2018-19\t2019-20\t2020-21\nNorth & pier\t1,204\t1,190\t1,100\nSouth pier\t310\t305\t300\n"
    (home / "corpus" / "piers.txt").write_text(f"1. Piers\n\nPassengers of each pier\n\n{rows}", "utf-8")
    page = open_page(home, monkeypatch)
    page.button(key="update-index").click().run()

    ask(page, "How many passengers did the North & pier have in 2019-20?")
    table = next(e.body for e in page.html if "cv-values" in e.body)

    assert '<th scope="col">2019-20</th>' in table
    assert "North &amp; pier</th><td>1,204</td><td>1,190</td><td>1,100</td>" in table
    assert keys(page, "cite-0")


def test_questions_to_go_on_with_are_answered_when_pressed(page: AppTest) -> None:
    ask(page, "Which vaccine does the hospital recommend against measles?")
    assert "Not in the documents" in shown(page)
    assert [page.button(key=k).label for k in keys(page, "suggestion-")] == [
        "What is the approach to lantern repair\\?"
    ]

    page.button(key="suggestion-0").click().run()

    assert keys(page, "cite-1")
    assert "You asked: What is the approach to lantern repair?" in " ".join(shown(page).split())
