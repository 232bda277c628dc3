"""One press makes a candidate row of a question that was asked, and only one."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from desk import Judged, Questions, ReviewError, Store, decide, make_question, open_case
from tests.desk.made_turns import ADA, BOARD, CARRIED, REVIEWER, corpus, document, problem, turn


@pytest.fixture
def files(tmp_path: Path) -> Questions:
    return Questions(tmp_path / "questions.jsonl", tmp_path / "new" / "candidates.jsonl")


def rows(files: Questions) -> list[dict[str, object]]:
    lines = files.candidates.read_text("utf-8").splitlines() if files.candidates.exists() else []
    return [json.loads(line) for line in lines]


def test_a_question_becomes_a_row_with_what_its_answer_cited_and_says_what_lacks(
    store: Store, files: Questions
) -> None:
    _, asked = store.keep(None, ADA, replace(turn("Who answers for it?", (BOARD,)), history=("The ferry?",)))
    store.flag(asked, ADA, "It is wrong", "not the board")
    decide(store, REVIEWER, asked, "", [Judged(1, "partly", "since when?")])

    made = make_question(store, REVIEWER, asked, files, corpus())

    (row,) = rows(files)
    assert row["id"] == made.row_id == "candidate-01"
    assert (row["question"], row["history"]) == ("Who answers for it?", ["The ferry?"])
    assert row["evidence"] == [{"document": "ferry", "quote": BOARD}]
    assert "flagged: It is wrong (not the board); statement 1 partly (since when?)" in str(row["notes"])
    assert [field for field in ("kind", "reference", "facts") if any(field in line for line in made.lacking)] == [
        "kind",
        "reference",
        "facts",
    ]
    assert open_case(store, REVIEWER, asked).row_id == "candidate-01"


def test_a_second_press_is_refused_and_adds_nothing(store: Store, files: Questions) -> None:
    _, asked = store.keep(None, ADA, turn())
    make_question(store, REVIEWER, asked, files, corpus())

    with pytest.raises(ReviewError, match="already: row candidate-01 in"):
        make_question(store, REVIEWER, asked, files, corpus())
    assert len(rows(files)) == 1


def test_the_same_question_asked_again_is_refused_by_the_files(store: Store, files: Questions) -> None:
    first, second = (store.keep(None, ADA, turn())[1] for _ in range(2))
    make_question(store, REVIEWER, first, files, corpus())

    with pytest.raises(ReviewError, match="asked already, as row candidate-01"):
        make_question(store, REVIEWER, second, files, corpus())
    assert open_case(store, REVIEWER, second).row_id is None


def test_a_question_that_the_evaluation_asks_is_refused(store: Store, files: Questions) -> None:
    row = {"id": "who-01", "question": "Who answers for it?", "kind": "who", "history": []}
    files.own.write_text(f"{json.dumps(row)}\n", "utf-8")
    _, asked = store.keep(None, ADA, turn("Who answers for it?", (BOARD,)))

    with pytest.raises(ReviewError, match="as row who-01"):
        make_question(store, REVIEWER, asked, files, corpus())
    assert rows(files) == []


@pytest.mark.parametrize(("verdict", "answerable"), [("supported", False), ("not supported", True)])
def test_a_refusal_that_was_right_is_a_question_that_cannot_be_answered(
    store: Store, files: Questions, verdict: str, answerable: bool
) -> None:
    _, asked = store.keep(None, ADA, turn("Is it blue?", ()))
    decide(store, REVIEWER, asked, "", [Judged(0, verdict)])  # type: ignore[arg-type]

    make_question(store, REVIEWER, asked, files, corpus())

    assert rows(files)[0]["answerable"] is answerable


def test_evidence_that_has_gone_from_the_documents_is_said_to_lack(store: Store, files: Questions) -> None:
    _, asked = store.keep(None, ADA, replace(turn(quotes=(CARRIED,)), only=("ferry",)))

    made = make_question(store, REVIEWER, asked, files, corpus(document(text="All is new.")))

    assert f"the document ferry has changed since: it does not have “{CARRIED}” any more" in made.lacking
    assert rows(files)[0]["documents"] == ["ferry"]


def test_a_file_that_cannot_be_written_leaves_the_question_to_be_made_later(store: Store, files: Questions) -> None:
    files.candidates.mkdir(parents=True)
    _, asked = store.keep(None, ADA, turn())

    with pytest.raises(ReviewError, match=r"candidates\.jsonl cannot be"):
        make_question(store, REVIEWER, asked, files, corpus())
    assert open_case(store, REVIEWER, asked).row_id is None


@pytest.mark.parametrize("which", ["own", "candidates"])
def test_a_file_that_cannot_be_read_is_said_and_left(store: Store, files: Questions, which: str) -> None:
    damaged: Path = getattr(files, which)
    damaged.parent.mkdir(exist_ok=True)
    damaged.write_text("{", "utf-8")
    _, asked = store.keep(None, ADA, turn())

    with pytest.raises(ReviewError, match=rf"{damaged.name} cannot be read.*Mend it"):
        make_question(store, REVIEWER, asked, files, corpus())
    assert damaged.read_text("utf-8") == "{"


def test_a_question_without_an_answer_is_not_made_a_row(store: Store, files: Questions) -> None:
    _, asked = store.keep(None, ADA, problem())

    with pytest.raises(ReviewError, match="could not be answered"):
        make_question(store, REVIEWER, asked, files, corpus())
