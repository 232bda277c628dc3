"""Measures, held against cases worked out by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from answer import Answer, Assistant
from eval import EvalQuestion, Figure, Place, Row, calibrate, measure_row, run_questions
from eval.measures import figures, relevant
from index import Model, build, load
from ingest import Document, find_quote
from tests.conftest import LetterEncoder


@pytest.fixture
def assistant(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Assistant:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return Assistant(load(tmp_path / "index"), LetterEncoder())


def ask(
    documents: dict[str, Document], id_: str, question: str, quotes: list[tuple[str, str]], facts: list[str]
) -> EvalQuestion:
    places = tuple(Place(doc, find_quote(documents[doc].text, quote)[0], quote) for doc, quote in quotes)
    return EvalQuestion(
        id_, question, "figure", (), (), bool(quotes), places, tuple((fact,) for fact in facts), "", "dev", ""
    )


@pytest.fixture
def questions(assistant: Assistant) -> list[EvalQuestion]:
    documents = dict(assistant.snapshot.documents)
    return [
        ask(documents, "right", "How many passengers did the ferry carry?", [("ferry", "4,210 passengers")], ["4,210"]),
        ask(documents, "wrong", "How many passengers did the ferry carry?", [("library", "900 books")], ["900"]),
        ask(
            documents,
            "half",
            "How many passengers did the ferry carry?",
            [("ferry", "4,210 passengers")],
            ["4,210", "£12"],
        ),
        ask(documents, "refused rightly", "zeppelin timetable", [], []),
        ask(documents, "refused wrongly", "zeppelin timetable", [("library", "900 books")], ["900"]),
        ask(documents, "answered wrongly", "How many passengers did the ferry carry?", [], []),
    ]


def values(found: list[Figure]) -> dict[str, tuple[float | None, int]]:
    return {f.name: (f.value, f.n) for f in found}


def test_every_measure_on_six_questions_worked_out_by_hand(assistant: Assistant, questions: list[EvalQuestion]) -> None:
    documents = dict(assistant.snapshot.documents)
    run = run_questions(assistant, questions, documents)
    found = values(list(run.overall))

    assert [row.right for row in run.rows] == [True, False, False, False, False, False]
    assert found["answer accuracy"] == (1 / 4, 4)
    # Four answers of one citation each (right, wrong, half, answered wrongly); two of them overlap evidence.
    assert [len(row.answer.citations) for row in run.rows] == [1, 1, 1, 0, 0, 1]
    assert found["citation precision"] == (2 / 4, 4)
    assert found["citation recall"] == (2 / 4, 4)
    assert found["verbatim rate"] == (1.0, 4)
    assert found["abstention precision"] == (1 / 2, 2)
    assert found["abstention recall"] == (1 / 2, 2)
    assert found["answerable refused"] == (1 / 4, 4)
    assert found["latency p50"][1] == 6


def test_retrieval_measures_are_those_worked_out_by_hand(assistant: Assistant, questions: list[EvalQuestion]) -> None:
    documents = dict(assistant.snapshot.documents)
    row = measure_row(questions[0], assistant.answer(questions[0].question), documents, 1.0)
    second = row.answer.hits[1].passage
    at_second = replace(questions[0], id="second", evidence=(Place(second.doc_id, second.spans[0], ""),))
    rows = [row, measure_row(at_second, row.answer, documents, 1.0)]

    found = values(figures(rows, assistant.snapshot))

    # The evidence is at rank 1 of one question and at rank 2 of the other: reciprocal ranks 1 and 1/2, and
    # discounted gains 1 and 1 / log2(3) = 0.6309.
    assert found["MRR@10"] == (pytest.approx(0.75), 2)
    assert found["nDCG@10"] == (pytest.approx((1 + 0.63093) / 2, abs=1e-5), 2)
    assert found["R@5"] == (1.0, 2)


def test_a_question_that_found_nothing_counts_as_a_miss(assistant: Assistant, questions: list[EvalQuestion]) -> None:
    documents = dict(assistant.snapshot.documents)
    found = measure_row(questions[0], assistant.answer(questions[0].question), documents, 1.0)
    nothing = measure_row(replace(questions[0], id="none"), replace(found.answer, hits=()), documents, 1.0)

    measured = values(figures([found, nothing], assistant.snapshot))

    assert measured["R@10"] == (0.5, 2)
    assert measured["MRR@10"] == (0.5, 2)


def test_a_quote_that_does_not_stand_in_the_corpus_lowers_the_verbatim_rate(
    assistant: Assistant, questions: list[EvalQuestion]
) -> None:
    documents = dict(assistant.snapshot.documents)
    changed = {
        **documents,
        "ferry": replace(documents["ferry"], text=documents["ferry"].text.replace("4,210", "4,211")),
    }

    run = run_questions(assistant, questions[:1], changed)

    assert values(list(run.overall))["verbatim rate"] == (0.0, 1)


def test_a_statement_that_is_not_its_quote_lowers_the_verbatim_rate(
    assistant: Assistant, questions: list[EvalQuestion]
) -> None:
    said = assistant.answer(questions[0].question)
    invented: Answer = replace(said, statements=(replace(said.statements[0], text="The ferry sank."),))

    row = measure_row(questions[0], invented, dict(assistant.snapshot.documents), 1.0)

    assert row.verbatim == 0


def test_a_passage_is_relevant_just_where_it_overlaps_evidence(
    assistant: Assistant, questions: list[EvalQuestion]
) -> None:
    (passage_id,) = relevant(questions[0], assistant.snapshot.passages)

    assert next(p for p in assistant.snapshot.passages if p.passage_id == passage_id).text.startswith(
        "In 2019-20 the ferry"
    )


def test_calibration_prefers_what_tells_right_from_wrong(assistant: Assistant, questions: list[EvalQuestion]) -> None:
    documents = dict(assistant.snapshot.documents)
    right, wrong = (measure_row(q, assistant.answer(q.question), documents, 1.0) for q in questions[:2])

    def row(of: Row, coverage: float) -> Row:
        features = replace(of.answer.features, coverage=coverage, missing=0.0, cosine=0.5)
        return replace(of, answer=replace(of.answer, features=features))

    rows = [row(right, 0.6 + i / 50) for i in range(20)] + [row(wrong, i / 50) for i in range(20)]
    found = calibrate(rows)

    assert found.weights[1] > 1
    assert found.answerable_refused <= 0.05
    assert found.n == 40


def test_calibration_needs_both_right_and_wrong_answers(assistant: Assistant, questions: list[EvalQuestion]) -> None:
    documents = dict(assistant.snapshot.documents)
    right = measure_row(questions[0], assistant.answer(questions[0].question), documents, 1.0)

    with pytest.raises(ValueError, match="nothing to tell apart"):
        calibrate([right, right])
