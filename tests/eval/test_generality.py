"""Both paths over documents of others: whose first sentence answers, and who is sure of what."""

from pathlib import Path

import pytest

from answer import Assistant
from eval.beir import read_set
from eval.beir_index import snapshot_of
from eval.generality import OURS, PLAIN, Judged, Paths, chosen, figures
from index import Model
from tests.conftest import LetterEncoder
from tests.eval.made_sets import QRELS, QUESTIONS, write_set


def judged(*, plain: bool = False, ours: bool = False, answerable: bool = True, sure: float = 0.5) -> Judged:
    return Judged(answerable, answerable, {PLAIN: plain, OURS: ours}, {PLAIN: 0.5, OURS: sure})


def test_how_often_the_first_sentence_answers_by_hand() -> None:
    (found,) = figures([judged(ours=True), judged(ours=True, plain=True), judged(), judged(ours=True)])

    assert (found.name, found.n) == ("answer sentence first", 4)
    assert found.values == {PLAIN: 0.25, OURS: 0.75}
    assert found.ahead == 0.5
    assert found.interval is not None
    assert found.interval.low <= 0.5 <= found.interval.high


def test_a_question_that_the_set_marks_no_sentence_for_is_not_counted() -> None:
    unmarked = Judged(True, False, {PLAIN: False, OURS: False}, {PLAIN: 0.5, OURS: 0.5})

    (found,) = figures([judged(ours=True), unmarked])

    assert (found.n, found.values[OURS]) == (1, 1.0)


def test_being_sure_of_what_can_be_answered_is_an_area_of_one_and_always_alike_of_a_half() -> None:
    rows = [judged(sure=0.9), judged(sure=0.8), judged(answerable=False, sure=0.1)]

    found = {each.name: each for each in figures(rows)}["abstention AUC"]

    assert found.values == {PLAIN: 0.5, OURS: 1.0}


def test_a_set_that_training_reads_is_measured_on_its_held_out_documents_alone(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "squad2")  # "library" is held out, "ferry" is not
    questions = [*QUESTIONS, {"_id": "q4", "text": "How many books?", "answers": ["900"]}]
    qrels = [*QRELS, "q4\tb1\t1"]
    write_set(folder, questions=questions, qrels=qrels)
    other = write_set(tmp_path / "policyqa", questions=questions, qrels=qrels)

    assert {q.id for q, _ in chosen(read_set(folder), folder, 10)} == {"q4"}
    assert {q.id for q, _ in chosen(read_set(other), other, 10)} == {"q1", "q2", "q3", "q4"}


def test_the_answers_are_the_stretches_that_people_marked(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "own")

    found = {q.id: references for q, references in chosen(read_set(folder), folder, 10)}

    assert found == {"q1": [["4,210"]], "q2": [["red"]], "q3": []}


@pytest.mark.parametrize(("question", "right"), [("q1", True), ("q2", True)])
def test_the_plain_path_finds_a_sentence_that_has_the_words(
    tmp_path: Path, letter_model: Model, question: str, right: bool
) -> None:
    folder = write_set(tmp_path / "own")
    beir = read_set(folder)
    snapshot = snapshot_of(beir, letter_model, LetterEncoder, tmp_path / "cache")
    paths = Paths(snapshot, LetterEncoder(), Assistant(snapshot, LetterEncoder()))
    asked = {q.id: (q, references) for q, references in chosen(beir, folder, 10)}

    found = paths.judge(*asked[question])

    assert found.marked
    assert found.first[PLAIN] is found.first[OURS] is right
