"""The questions file: what is checked on read."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval import KINDS, QuestionsError, check_questions, coverage, read_questions
from eval.questions import says
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
        pytest.param({"question": " "}, "'question' is empty", id="an empty question"),
        pytest.param({"documents": ["boat"]}, "'boat'", id="looks in an unknown document"),
        pytest.param({"facts": [["210"]]}, "no alternative", id="a fact that is the end of a number"),
        pytest.param({"must_pass": "yes"}, "'must_pass'", id="must_pass is text"),
        pytest.param({"variant_of": "none"}, "'none'", id="variant of no row"),
        pytest.param({"variant_of": "f1"}, "'f1'", id="variant of itself"),
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


def test_every_problem_is_found_not_just_the_first(documents: dict[str, Document], tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    rows = [ROW, {**ROW, "id": "f2", "kind": "riddle"}, {**ROW, "id": "f3", "split": "train"}]
    path.write_text("\n".join(map(json.dumps, rows)) + "\n{", "utf-8")

    checked = check_questions(path, documents)

    assert [q.id for q in checked.questions] == ["f1"]
    assert [p.split(":")[0].rpartition(" ")[2] for p in checked.problems] == ["2", "3", "4"]
    with pytest.raises(QuestionsError, match=r"line 2.*\(2 more: python -m eval check"):
        read_questions(path, documents)


def test_an_ambiguous_quote_is_told_its_starts(read: Callable[..., Any], documents: dict[str, Document]) -> None:
    first = documents["ferry"].text.index("the ferry")

    with pytest.raises(QuestionsError, match=f"give its start: {first}, "):
        read(json.dumps({**ROW, "evidence": [{"document": "ferry", "quote": "the ferry"}], "facts": []}))


@pytest.mark.parametrize(
    ("text", "fact", "found"),
    [
        pytest.param("carried 442 people", "442", True, id="a whole number"),
        pytest.param("carried 1,442 people", "442", False, id="the end of a number"),
        pytest.param("carried 442.5 tons", "442", False, id="the whole part of a decimal"),
        pytest.param("carried 4421", "442", False, id="the beginning of a number"),
        pytest.param("carried 442.", "442", True, id="a number that ends a sentence"),
        pytest.param("£442m", "442", True, id="a number with its units"),
        pytest.param("Knife crimes", "knife crime", True, id="an ending more, another case"),
        pytest.param("penknife crime", "knife crime", False, id="the end of a word"),
        pytest.param("a multi-\ndimensional  threat", "multi-dimensional threat", True, id="folded as quotes are"),
    ],
)
def test_when_a_text_has_a_fact(text: str, fact: str, found: bool) -> None:
    assert says(text, fact) is found


def test_the_projects_own_questions_are_sound_and_many_enough() -> None:
    read_now = read_corpus(ROOT / "corpus").documents
    documents = {item.document.doc_id: item.document for item in read_now}

    questions = read_questions(ROOT / "eval" / "questions.jsonl", documents)
    found = coverage(questions, read_now)

    assert len(questions) >= 240
    assert found.not_answerable >= 45
    for kind in KINDS:
        halves = found.kinds[kind]
        assert sum(halves.values()) >= 8, kind
        assert abs(halves["dev"] - halves["test"]) <= 1, kind
    assert set(found.sections) == set(documents)
    assert not any(found.untouched.values()), "a section of a document that no question touches"


def test_a_variant_stands_in_the_half_of_its_first_form_and_wants_the_same() -> None:
    documents = {item.document.doc_id: item.document for item in read_corpus(ROOT / "corpus").documents}
    rows = {q.id: q for q in read_questions(ROOT / "eval" / "questions.jsonl", documents)}

    for row in rows.values():
        if row.variant_of:
            first = rows[row.variant_of]
            assert (row.split, row.facts, row.evidence) == (first.split, first.facts, first.evidence), row.id
        assert bool(row.standalone) is (row.kind == "follow_up"), row.id


def test_a_section_that_no_evidence_stands_in_is_named(small_corpus: Path, documents: dict[str, Document]) -> None:
    path = small_corpus / "questions.jsonl"
    path.write_text(json.dumps(ROW), "utf-8")

    found = coverage(read_questions(path, documents), read_corpus(small_corpus).documents)

    assert [s.headings[-1] for s in found.untouched["ferry"] if s.headings] == ["2 Money"]
    assert found.sections["ferry"] - len(found.untouched["ferry"]) == 1
    assert (found.answerable, found.not_answerable, found.kinds["figure"]) == (1, 0, {"dev": 1})
