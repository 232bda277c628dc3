"""The page "Evaluation" as it is run: kept runs written down, and one that is asked of a small corpus."""

import json
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from eval import Result, accept
from eval.evaluate import Folders
from index import build, find_model
from tests.eval.reported import five, keep, result, run_of
from tests.ui.test_chat import APP, LANTERNS, PATIENCE, shown, write_corpus
from ui.plain import as_label

FIRST, SECOND = "20261101T101500Z", "20261122T222544Z"
QUOTE = "The borough repaired 412 street lanterns in 2019"
START = LANTERNS.index(QUOTE)
HOSTILE = "How many <img src=x onerror=alert(1)> $x$ *were* :red[mended]?"


def missed(id_: str, **question: Any) -> Result:
    """A question about the lanterns answered with the wrong words of the same sentence."""
    cited = {"number": 1, "document": "lanterns", "title": "Lantern Plan", "published": "2019-05-01", "page": None,
             "headings": [], "spans": [[START + 12, START + 20]], "quote": "repaired"}  # fmt: skip
    wanted = [{"doc_id": "lanterns", "span": [START, START + len(QUOTE)], "quote": QUOTE}]
    row = {"question": HOSTILE, "evidence": wanted, "facts": [["412"]], "reference": "412.", **question}
    return result(id_, question=row, text="They were repaired. [1]", answer={"citations": [cited]})


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("borough")
    build(write_corpus(home / "corpus"), home / "index", find_model())
    return home


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """A folder of an evaluation without a run, whose one question is about the lanterns."""
    home = tmp_path / "evaluation"
    home.mkdir()
    (home / "gate.toml").write_text('watched = ["answer accuracy"]\n', "utf-8")
    row = {
        "id": "q1", "question": "How many street lanterns were repaired in 2019?", "kind": "figure", "history": [],
        "documents": [], "answerable": True, "evidence": [{"document": "lanterns", "quote": QUOTE}],
        "facts": [["412"]], "reference": "412.", "split": "dev", "notes": "",
    }  # fmt: skip
    (home / "questions.jsonl").write_text(json.dumps(row), "utf-8")
    return Folders(home / "questions.jsonl", tmp_path / "runs", home / "accepted", home / "gate.toml")


@pytest.fixture
def kept(folders: Folders) -> Folders:
    """The same with an accepted run and two kept ones; in the later a dev and a test question went wrong."""
    later = [*five()[:1], missed("lantern-01"), missed("lantern-02", split="test", question="The test one?")]
    accept(run_of(five()), {}, folders.accepted)
    keep(folders.runs / FIRST, five())
    keep(folders.runs / SECOND, later)
    (folders.runs / "20261123T000000Z").mkdir()
    return folders


def open_page(built: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("CHAPTER_CORPUS", str(built / "corpus"))
    monkeypatch.setenv("CHAPTER_INDEX", str(built / "index"))
    monkeypatch.setenv("CHAPTER_EVALUATION", str(folders.questions.parent))
    monkeypatch.setenv("CHAPTER_RUNS", str(folders.runs))
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    page._page_hash = calc_hash("evaluation")  # AppTest switches to files alone, and this page is a function
    return page.run()


def folded(page: AppTest) -> str:
    return " ".join(shown(page).split())


def look_at(page: AppTest, view: str) -> AppTest:
    page.button_group(key="evaluation-view").set_value(view).run()
    assert not page.exception
    return page


@pytest.fixture
def page(built: Path, kept: Folders, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    return open_page(built, kept, monkeypatch)


def test_the_latest_run_is_shown_with_its_figures_and_the_gates_verdict(page: AppTest) -> None:
    assert not page.exception
    assert page.title[0].value == "Evaluation"
    assert page.selectbox(key="evaluation-run").value == SECOND
    assert page.selectbox(key="evaluation-against").value == "accepted"
    said = folded(page)
    assert "The gate is open" in said
    assert "3 questions · index f00df00df00d" in said
    assert "The share of answerable questions whose answer has every expected fact." in said
    assert "0.333" in said  # one right of three
    assert "Answer accuracy, over 2 runs." in said  # the first of the kept ones was accepted: it stands once


def test_a_run_that_cannot_be_read_is_named(page: AppTest) -> None:
    assert "1 kept run that cannot be read" in [e.label for e in page.expander]
    assert "there is no figures.json" in folded(page)


def test_kinds_have_a_sentence_and_a_table_beside_the_chart(page: AppTest) -> None:
    said = folded(look_at(page, "Kinds of question"))

    assert "Answered worst: figure (0.333). Answered best: figure (0.333)." in said
    assert "a number that stands in the text" in said


def test_what_changed_names_what_was_lost_with_both_answers(page: AppTest) -> None:
    page.selectbox(key="evaluation-run").select(FIRST).run()
    page.selectbox(key="evaluation-against").select(SECOND).run()
    said = folded(look_at(page, "What changed"))

    assert "Of 1 question that both runs asked: 0 lost, 0 won, 0 answered in other words." in said
    assert "4 are new or were changed, and 2 are no longer asked so." in said


def test_what_went_wrong_with_test_questions_is_hidden_until_it_is_asked_for(page: AppTest) -> None:
    said = folded(look_at(page, "Not answered rightly"))
    assert "Test questions are not for tuning." in said
    assert "1 of 1 shown. 1 more is of the test half." in said
    assert HOSTILE in said
    assert "The test one?" not in said
    assert "Why it is wrong: a hit has the evidence, the answer does not (choosing)" in said.replace(" :", ":")
    assert "Missing from the answer : 412" in said.replace("answer:", "answer :")

    page.toggle(key="evaluation-test").set_value(True).run()
    assert "2 of 2 shown." in folded(page)
    assert "The test one?" in folded(page)

    page.text_input(key="evaluation-words").set_value("zeppelin").run()
    assert "0 of 2 shown." in folded(page)


@pytest.mark.parametrize(("which", "words"), [("wanted", QUOTE), ("cited", "repaired")])
def test_a_miss_opens_its_source_marked(page: AppTest, which: str, words: str) -> None:
    look_at(page, "Not answered rightly")
    page.button(key=f"miss-{which}-lantern-01").click().run()
    viewer = next(e.body for e in page.html if 'class="cv-text"' in e.body)

    assert f"<mark>{words}</mark>" in viewer


def test_words_that_no_longer_stand_are_not_marked_and_it_is_said(
    built: Path, kept: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = kept.runs / SECOND / "rows.jsonl"
    rows.write_text(rows.read_text("utf-8").replace(QUOTE, "The borough broke 412 street lanterns"), "utf-8")
    page = look_at(open_page(built, kept, monkeypatch), "Not answered rightly")

    assert "these words do not stand in it any more" in folded(page)
    assert "miss-wanted-lantern-01" not in [b.key for b in page.button]
    assert "miss-cited-lantern-01" in [b.key for b in page.button]


def test_text_of_questions_stays_text(page: AppTest) -> None:
    look_at(page, "Not answered rightly")

    assert not [e.body for e in page.html if "<img" in e.body]
    assert not page.markdown


def test_the_rows_and_the_report_can_be_taken_away(page: AppTest) -> None:
    said = folded(look_at(page, "Files"))

    assert [e.proto.label for e in page.get("download_button")] == ["Download the rows"]
    assert "No report was kept with this run." in said


def test_without_a_run_it_says_what_would_stand_there_and_one_can_be_run(
    built: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    st.cache_resource.clear()
    page = open_page(built, folders, monkeypatch)
    assert "No run has been kept yet" in folded(page)
    assert "It asks 1 question." in folded(page)

    page.button(key="evaluation-begin").click().run()
    for _ in range(200):
        if page.success or page.error or page.exception:
            break
        page.run()
    assert not page.exception
    assert [e.value for e in page.error] == []
    assert "is done and kept" in page.success[0].value
    assert "1 question · index" in folded(page)
    assert "The gate is open" in folded(page)


def test_without_an_own_run_the_accepted_one_is_shown(
    built: Path, folders: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(run_of(five()), {"index": "cafe" * 16}, folders.accepted)
    page = open_page(built, folders, monkeypatch)

    assert page.selectbox(key="evaluation-run").value == "accepted"
    assert "5 questions · index cafecafecafe" in folded(page)
    said = folded(look_at(page, "Not answered rightly"))
    assert "1 of 1 shown. 2 more are of the test half." in said
    assert "who-01 · who · dev" in said  # it keeps no questions, and the file has none of that name


def test_without_a_questions_file_it_says_what_it_is_and_where_it_goes(
    built: Path, kept: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.questions.unlink()
    page = open_page(built, kept, monkeypatch)

    assert as_label("CHAPTER_EVALUATION") in page.info[0].value
    assert "evaluation-begin" not in [b.key for b in page.button]
    assert page.selectbox(key="evaluation-run").value == SECOND


def test_rules_that_cannot_be_read_are_named_and_the_figures_stand(
    built: Path, kept: Folders, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.rules.write_text("watched = [", "utf-8")
    page = open_page(built, kept, monkeypatch)

    assert "gate" in page.error[0].value
    assert "0.333" in folded(page)
