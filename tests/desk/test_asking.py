"""A question from the page is kept whatever comes of it, and a choice that nothing fits searches nothing."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event

import pytest

from answer import Answer, Assistant, MadeWith, QuestionError, Writing
from desk import Turn
from desk.asking import NOTHING_FITS, TURNS, Remembered, Turns, ask
from desk.limits import NotNow
from desk.narrowing import Choice, Narrowed, narrow
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


class Slow:
    """An assistant that answers when it is told to, and says how many it has been asked at once."""

    def __init__(self, inner: Assistant) -> None:
        self.snapshot = inner.snapshot
        self.writer: object = None
        self.go = Event()
        self.asked: list[str] = []
        self._inner = inner

    def answer(self, text: str, *others: object) -> Answer:
        self.asked.append(text)
        assert self.go.wait(30)
        return self._inner.answer(text, *others)  # type: ignore[arg-type]


def test_the_same_question_is_worked_out_once_and_another_history_or_choice_anew(assistant: Assistant) -> None:
    slow = Slow(assistant)
    slow.go.set()
    everything, ferry = (narrow(choice, assistant.snapshot.documents) for choice in (Choice(), Choice(("ferry",))))

    def asked(history: list[str], narrowed: Narrowed) -> Turn:
        return ask(slow, "Who is responsible for it?", history, narrowed, made_with(assistant))  # type: ignore[arg-type]

    first = asked([], everything)
    assert asked([], everything).answer == first.answer
    assert len(slow.asked) == 1

    asked(["What is the budget for the ferry?"], everything)
    asked([], ferry)
    assert len(slow.asked) == 3


def test_what_was_used_longest_ago_is_forgotten(assistant: Assistant) -> None:
    remembered, answer = Remembered(2), assistant.answer("Were library fines abolished?")
    a, b, c = (("a", (), ()), ("b", (), ()), ("c", (), ()))
    for asked in (a, b):
        remembered.keep(assistant, asked, answer)
    assert remembered.get(assistant, a) is answer

    remembered.keep(assistant, c, answer)

    assert [remembered.get(assistant, asked) for asked in (a, b, c)] == [answer, None, answer]
    assert remembered.get(Assistant(assistant.snapshot, None), a) is None


def test_what_a_language_model_wrote_is_asked_for_anew(assistant: Assistant) -> None:
    remembered, answer = Remembered(2), assistant.answer("Were library fines abolished?")

    remembered.keep(assistant, ("a", (), ()), replace(answer, writing=Writing("Written by a model.", None)))

    assert remembered.get(assistant, ("a", (), ())) is None


def test_so_many_are_answered_at_once_and_the_others_wait_their_turn() -> None:
    turns, inside, go = Turns(2, 3), [], Event()

    def take() -> None:
        with turns.taken():
            inside.append(1)
            assert go.wait(30)

    assert turns.idle
    with ThreadPoolExecutor(5) as pool:
        for _ in range(5):
            pool.submit(take)
        until = time.monotonic() + 10
        while (len(inside) < 2 or turns._there < 5) and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.1)
        assert (len(inside), turns.idle) == (2, False)
        with pytest.raises(NotNow, match="Ask again in a moment"), turns.taken():
            raise AssertionError("five are there already")
        go.set()
    assert (len(inside), turns.idle) == (5, True)


def test_a_turn_is_given_back_by_a_question_that_fails() -> None:
    turns = Turns(1, 0)

    for _ in range(2):
        with pytest.raises(QuestionError), turns.taken():
            raise QuestionError("no")

    assert turns.idle


def test_a_question_is_kept_as_it_is_seen_and_no_longer_than_one_may_be(assistant: Assistant) -> None:
    everything = narrow(Choice(), assistant.snapshot.documents)

    hidden = ask(assistant, "Were library f\u200bines\u202e abolished?", [], everything, made_with(assistant))
    long = ask(assistant, "x" * 100_000, [], everything, made_with(assistant))

    assert hidden.question == "Were library fines abolished?"
    assert hidden.answer is not None
    assert hidden.answer.notes == ("2 invisible characters were left out of your question.",)
    assert (len(long.question), long.answer) == (2_000, None)
    assert "100,000 characters" in long.problem


def test_of_a_conversation_without_end_the_last_questions_are_sent(assistant: Assistant) -> None:
    everything = narrow(Choice(), assistant.snapshot.documents)

    turn = ask(assistant, "Why?", [f"Fines {n}?" for n in range(60)], everything, made_with(assistant))

    assert turn.answer is not None
    assert turn.history == tuple(f"Fines {n}?" for n in range(10, 60))


@pytest.mark.parametrize("asked", [("Ring 020 7946 0018?", ()), ("Why?", ("Ring 020 7946 0018?",))])
def test_an_answer_to_personal_data_is_not_remembered(assistant: Assistant, asked: tuple[str, tuple[str, ...]]) -> None:
    remembered = Remembered(2)

    remembered.keep(assistant, (*asked, ()), assistant.answer("Were library fines abolished?"))

    assert remembered.get(assistant, (*asked, ())) is None


def test_who_waits_for_a_language_model_holds_up_nobody(assistant: Assistant) -> None:
    slow = Slow(assistant)
    slow.writer = "a language model"
    everything = narrow(Choice(), assistant.snapshot.documents)

    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(ask, slow, "Who paints the hull?", [], everything, made_with(assistant))  # type: ignore[arg-type]
        until = time.monotonic() + 10
        while not slow.asked and time.monotonic() < until:
            time.sleep(0.01)
        assert (slow.asked, TURNS.idle) == (["Who paints the hull?"], True)
        slow.go.set()
        assert asked.result(30).answer is not None
