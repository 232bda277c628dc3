"""Questions from use, kept as candidate rows."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from answer import Assistant
from eval import (
    CandidateError,
    EvalQuestion,
    Wanted,
    add_candidate,
    candidate,
    check_questions,
    questions_in,
    read_questions,
)
from index import Model, build, load
from ingest import Document
from tests.conftest import LetterEncoder

PASSENGERS = "How many passengers did the ferry carry?"
WHOLE = Wanted(PASSENGERS, "figure", ("4,210|4210",), "4,210.", notes="asked at the desk")


@pytest.fixture
def assistant(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Assistant:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return Assistant(load(tmp_path / "index"), LetterEncoder())


@pytest.fixture
def documents(assistant: Assistant) -> Mapping[str, Document]:
    return assistant.snapshot.documents


def made(
    assistant: Assistant, wanted: Wanted, to: Path, known: tuple[EvalQuestion, ...] = ()
) -> tuple[dict[str, object], list[str]]:
    said = assistant.answer(wanted.question, wanted.history)
    row = candidate(wanted, said, known, to, assistant.snapshot.documents)
    return row, add_candidate(row, to, assistant.snapshot.documents)


def test_a_whole_candidate_is_a_sound_row(
    assistant: Assistant, documents: Mapping[str, Document], tmp_path: Path
) -> None:
    to = tmp_path / "new" / "candidates.jsonl"

    row, problems = made(assistant, WHOLE, to)

    assert problems == []
    (question,) = read_questions(to, documents)
    assert (question.id, question.question, question.split) == ("figure-01", PASSENGERS, "dev")
    assert question.facts == (("4,210", "4210"),)
    (place,) = question.evidence
    assert documents["ferry"].text[slice(*place.span)].startswith("In 2019-20 the ferry carried")
    assert row["notes"] == "asked at the desk"


def test_what_is_missing_is_said_and_the_row_kept(
    assistant: Assistant, documents: Mapping[str, Document], tmp_path: Path
) -> None:
    to = tmp_path / "candidates.jsonl"

    _, problems = made(assistant, Wanted(PASSENGERS), to)

    assert [field for field in ("kind", "reference", "facts") if any(f"{field}" in p for p in problems)] == [
        "kind",
        "reference",
        "facts",
    ]
    assert len(check_questions(to, documents).problems) == 1
    assert json.loads(to.read_text("utf-8"))["evidence"]


def test_a_quote_that_stands_twice_gets_its_start(
    assistant: Assistant, documents: Mapping[str, Document], tmp_path: Path
) -> None:
    said = assistant.answer(PASSENGERS)
    text = documents["ferry"].text
    twice = text.index("the ferry", 100)
    from dataclasses import replace

    citation = replace(said.citations[0], spans=((twice, twice + len("the ferry")),))
    row = candidate(WHOLE, replace(said, citations=(citation,)), (), tmp_path / "none", documents)

    assert row["evidence"] == [{"document": "ferry", "quote": "the ferry", "start": twice}]


def test_one_that_cannot_be_answered_has_no_evidence_whatever_was_said(assistant: Assistant, tmp_path: Path) -> None:
    row, problems = made(
        assistant, Wanted(PASSENGERS, "near_miss", (), "They do not say.", answerable=False), tmp_path / "c.jsonl"
    )

    assert (row["evidence"], row["facts"], row["answerable"], problems) == ([], [], False, [])


def test_ids_are_new_and_halves_stay_even(assistant: Assistant, tmp_path: Path) -> None:
    to = tmp_path / "candidates.jsonl"

    rows = [made(assistant, Wanted(f"{PASSENGERS} {i}", "figure"), to)[0] for i in range(4)]

    assert [row["id"] for row in rows] == ["figure-01", "figure-02", "figure-03", "figure-04"]
    assert [row["split"] for row in rows] == ["dev", "test", "dev", "test"]


def test_a_question_that_is_there_already_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    to = tmp_path / "candidates.jsonl"
    made(assistant, WHOLE, to)

    with pytest.raises(CandidateError, match="asked already, as row figure-01"):
        made(assistant, WHOLE, to)
    assert len(to.read_text("utf-8").splitlines()) == 1


def test_the_rows_of_a_file_are_known_without_their_documents(assistant: Assistant, tmp_path: Path) -> None:
    to = tmp_path / "candidates.jsonl"
    made(assistant, WHOLE, to)

    (known,) = questions_in(to)

    assert (known.id, known.question, known.kind, known.split) == ("figure-01", PASSENGERS, "figure", "dev")
    assert questions_in(tmp_path / "none") == []
    with pytest.raises(CandidateError, match="as row figure-01"):
        made(assistant, WHOLE, tmp_path / "other", (known,))


def test_an_incomplete_row_never_enters_the_evaluations_own_file(assistant: Assistant, tmp_path: Path) -> None:
    to = tmp_path / "questions.jsonl"
    to.write_text("", "utf-8")

    with pytest.raises(CandidateError, match="not complete"):
        made(assistant, Wanted(PASSENGERS, "figure"), to)
    assert to.read_text("utf-8") == ""


def test_a_file_that_does_not_end_its_last_line_gets_the_row_on_a_line_of_its_own(
    assistant: Assistant, tmp_path: Path
) -> None:
    to = tmp_path / "candidates.jsonl"
    to.write_text('{"id": "x", "question": "?"}', "utf-8")

    made(assistant, WHOLE, to)

    assert [json.loads(line)["id"] for line in to.read_text("utf-8").splitlines()] == ["x", "figure-01"]


@pytest.mark.parametrize("content", ["{", "[1]"], ids=["not JSON", "no object"])
def test_a_file_that_cannot_be_read_is_left_as_it_is(assistant: Assistant, tmp_path: Path, content: str) -> None:
    to = tmp_path / "candidates.jsonl"
    to.write_text(content, "utf-8")

    with pytest.raises(CandidateError, match=r"candidates\.jsonl"):
        made(assistant, WHOLE, to)
    assert to.read_text("utf-8") == content


def test_an_unknown_kind_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(CandidateError, match="no kind 'riddle'"):
        made(assistant, Wanted(PASSENGERS, "riddle"), tmp_path / "c.jsonl")
