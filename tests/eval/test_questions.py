"""The questions file: what is checked on read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval import KINDS, QuestionsError, read_questions
from ingest import Document, read_corpus
from tests.conftest import ROOT

ROW: dict[str, Any] = {
    "id": "f1",
    "question": "How many passengers?",
    "kind": "figure",
    "history": [],
    "documents": [],
    "answerable": True,
    "evidence": [{"document": "ferry", "quote": "the ferry carried 4,210 passengers"}],
    "facts": [["4,210", "4210"]],
    "reference": "4,210.",
    "split": "dev",
    "notes": "",
}


@pytest.fixture
def documents(small_corpus: Path) -> dict[str, Document]:
    return {item.document.doc_id: item.document for item in read_corpus(small_corpus).documents}


@pytest.fixture
def read(tmp_path: Path, documents: dict[str, Document]) -> Callable[..., Any]:
    def read_lines(*lines: str) -> Any:
        path = tmp_path / "questions.jsonl"
        path.write_text("\n".join(lines), "utf-8")
        return read_questions(path, documents)

    return read_lines


def test_evidence_is_located_in_its_document(read: Callable[..., Any], documents: dict[str, Document]) -> None:
    (question,) = read(json.dumps(ROW))
    (place,) = question.evidence

    start, end = place.span
    assert documents["ferry"].text[start:end] == "the ferry carried 4,210 passengers"


def test_blank_lines_are_passed_over(read: Callable[..., Any]) -> None:
    assert len(read("", json.dumps(ROW), "", json.dumps({**ROW, "id": "f2"}))) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"kind": "riddle"}, "'riddle'", id="unknown kind"),
        pytest.param({"split": "train"}, "'train'", id="unknown split"),
        pytest.param({"answerable": "yes"}, "'answerable'", id="answerable is text"),
        pytest.param({"question": None}, "'question'", id="no question"),
        pytest.param({"colour": "red"}, "'colour'", id="unknown field"),
        pytest.param({"history": [1]}, "'history'", id="history of numbers"),
        pytest.param({"facts": [[]]}, "'facts'", id="an empty group of facts"),
        pytest.param({"evidence": ["ferry"]}, "'evidence'", id="evidence without a quote"),
        pytest.param({"evidence": [{"document": "boat", "quote": "x"}]}, "'boat'", id="unknown document"),
        pytest.param(
            {"evidence": [{"document": "ferry", "quote": "4,211 passengers"}]}, "does not stand", id="misquoted"
        ),
        pytest.param({"evidence": [{"document": "ferry", "quote": "the ferry"}]}, "stands 3 times", id="ambiguous"),
        pytest.param({"facts": [["4,000"]]}, "no alternative", id="a fact that the evidence lacks"),
        pytest.param({"evidence": [], "facts": []}, "if and only if", id="answerable without evidence"),
        pytest.param({"answerable": False}, "if and only if", id="evidence though not answerable"),
    ],
)
def test_what_is_wrong_is_named_with_its_line(read: Callable[..., Any], change: dict[str, Any], said: str) -> None:
    with pytest.raises(QuestionsError, match=f"line 2.*{said}"):
        read(json.dumps({**ROW, "id": "first"}), json.dumps({**ROW, **change}))


def test_an_id_used_twice_is_refused(read: Callable[..., Any]) -> None:
    with pytest.raises(QuestionsError, match=r"line 2.*'f1' is used on .*line 1"):
        read(json.dumps(ROW), json.dumps(ROW))


def test_a_line_that_is_not_json_is_named(read: Callable[..., Any]) -> None:
    with pytest.raises(QuestionsError, match="line 1: not JSON"):
        read("{")


def test_an_ambiguous_quote_is_settled_by_its_start(read: Callable[..., Any], documents: dict[str, Document]) -> None:
    start = documents["ferry"].text.index("the ferry", 100)
    evidence = [{"document": "ferry", "quote": "the ferry", "start": start}]

    (question,) = read(json.dumps({**ROW, "evidence": evidence, "facts": []}))

    assert question.evidence[0].span == (start, start + len("the ferry"))


def test_the_projects_own_questions_are_sound_and_many_enough() -> None:
    documents = {item.document.doc_id: item.document for item in read_corpus(ROOT / "corpus").documents}

    questions = read_questions(ROOT / "eval" / "questions.jsonl", documents)

    assert len(questions) >= 60
    assert {q.kind for q in questions} == set(KINDS)
    assert {place.doc_id for q in questions for place in q.evidence} == set(documents)
    for kind in KINDS:
        of_kind = [q for q in questions if q.kind == kind]
        assert abs(sum(q.split == "dev" for q in of_kind) * 2 - len(of_kind)) <= 1
