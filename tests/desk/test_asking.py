"""A question from the page is kept whatever comes of it, and a choice that nothing fits searches nothing."""

from pathlib import Path

import pytest

from answer import Assistant, MadeWith
from desk.asking import NOTHING_FITS, ask
from desk.narrowing import Choice, narrow
from index import Model, build, load
from tests.conftest import LetterEncoder


@pytest.fixture
def assistant(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Assistant:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return Assistant(load(tmp_path / "index"), None)


def made_with(assistant: Assistant) -> MadeWith:
    return MadeWith.of(assistant.snapshot.manifest)


def test_an_answer_is_kept_with_what_it_came_from(assistant: Assistant) -> None:
    everything = narrow(Choice(), assistant.snapshot.documents)

    turn = ask(assistant, "And why?", ["Were library fines abolished?"], everything, made_with(assistant))

    assert turn.answer is not None
    assert "kept children away" in turn.answer.text
    assert turn.history == ("Were library fines abolished?",)
    assert (turn.only, turn.problem) == ((), "")
    assert turn.latency_ms > 0
    assert set(turn.documents) == {"ferry", "library"}


def test_a_choice_that_nothing_fits_is_not_answered_from_everything(assistant: Assistant) -> None:
    nothing = narrow(Choice(("ferry",), years=("1066",)), assistant.snapshot.documents)

    turn = ask(assistant, "Why were library fines abolished?", [], nothing, made_with(assistant))

    assert turn.answer is None
    assert turn.problem == NOTHING_FITS


def test_only_what_was_chosen_is_looked_in(assistant: Assistant) -> None:
    ferry = narrow(Choice(years=("2020",)), assistant.snapshot.documents)

    turn = ask(assistant, "Why were library fines abolished?", [], ferry, made_with(assistant))

    assert turn.only == ("ferry",)
    assert turn.answer is not None
    assert {hit.passage.doc_id for hit in turn.answer.hits} <= {"ferry"}


def test_what_is_no_question_is_kept_with_the_reason(assistant: Assistant) -> None:
    turn = ask(assistant, "???", [], narrow(Choice(), assistant.snapshot.documents), made_with(assistant))

    assert turn.answer is None
    assert "There is no word in the question".casefold() in turn.problem.casefold()
