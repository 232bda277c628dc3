"""Any question that may be asked is answered in time: what was found slow, and its kind."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from answer import LONGEST_HISTORY, LONGEST_QUESTION, Assistant, QuestionError, load_reader
from index import compiled_encoder, find_model, load, one_thread_a_question

SECONDS = 2.0  # of processor


@pytest.fixture(scope="module")
def assistant(real_index: Path) -> Iterator[Assistant]:
    one_thread_a_question()
    ready = Assistant(load(real_index), compiled_encoder(find_model()), load_reader())
    ready.answer("What are the priorities?")  # what is loaded at the first question
    yield ready


def long(words: Iterator[str] | list[str]) -> str:
    text = ""
    for word in words:
        if len(text) + len(word) >= LONGEST_QUESTION:
            break
        text += f"{word} "
    return text


def slips(assistant: Assistant) -> list[str]:
    """The documents' own words, two letters of each changed round."""
    forms = sorted(assistant.snapshot.vocabulary.forms)
    return [w[0] + w[2] + w[1] + w[3:] for w in forms if len(w) > 7]


def least(work: Callable[[], object]) -> float:
    """The processor's seconds that some work takes, when nothing else disturbs it: twice if need be."""
    took = []
    while not took or (min(took) > SECONDS / 2 and len(took) < 2):
        began = time.process_time()
        work()
        took.append(time.process_time() - began)
    return min(took)


def some(assistant: Assistant, many: int) -> list[str]:
    return random.Random(8).sample(sorted(assistant.snapshot.vocabulary.forms), many)


def acronyms(assistant: Assistant) -> list[str]:
    return [acronym for acronym, _ in assistant.snapshot.vocabulary.acronyms]


QUESTIONS: dict[str, Callable[[Assistant], str]] = {
    "many parts": lambda a: long([f"What did {w} do?" for w in some(a, 400)]),
    "parts that lean": lambda _: long(["and what is the knife target?"] * 200),
    "three parts of slips": lambda a: long([f"Did {' '.join(slips(a)[i : i + 40])}? What is it" for i in (0, 40, 80)]),
    "every acronym": lambda a: long(sorted(set(acronyms(a))) * 3),
    "rare words": lambda a: long(some(a, 700)),
    "one word": lambda _: long(["police"] * 600),
    "slips": lambda a: long(slips(a)),
    "no words": lambda _: long(["".join(random.Random(i).choices("abcdefghij", k=8)) for i in range(400)]),
    "no blank": lambda _: "p" * LONGEST_QUESTION,
    "slots": lambda _: long(["how many, when, who, how much, what was the target and the"] * 50),
    "titles": lambda a: long([d.title for d in a.snapshot.documents.values()] * 30),
}


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_longest_questions_are_answered_within_two_seconds(assistant: Assistant, name: str) -> None:
    question = QUESTIONS[name](assistant)[:LONGEST_QUESTION]

    assert least(lambda: assistant.answer(question)) < SECONDS


def test_the_longest_history_of_questions_that_lean_is_read_within_two_seconds(assistant: Assistant) -> None:
    words = slips(assistant)
    history = [f"and it? {' '.join(words[20 * i : 20 * i + 20])}" for i in range(LONGEST_HISTORY)]

    assert least(lambda: assistant.answer("and what about it?", history)) < SECONDS


@pytest.mark.parametrize(
    ("history", "said"),
    [
        pytest.param(["a"] * (LONGEST_HISTORY + 1), "the history has 51 questions; the most is 50", id="too many"),
        pytest.param(["a", "b" * 2001], "question 2 of the history has 2,001 characters", id="too long"),
    ],
)
def test_a_history_that_no_conversation_has_is_refused(assistant: Assistant, history: list[str], said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        assistant.answer("What are the priorities?", history)


def test_what_a_message_repeats_is_short(assistant: Assistant) -> None:
    with pytest.raises(QuestionError) as found:
        assistant.answer("What are the priorities?", (), ["x" * 100_000])

    assert len(str(found.value)) < 1_000


def test_what_was_not_seen_is_said_in_the_answer_and_searched_without(assistant: Assistant) -> None:
    plain = assistant.answer("What are the priorities?")
    hidden = assistant.answer("What are the prio\u200brit\u00adies?\U000e0041")

    assert plain.notes == ()
    assert hidden.notes == ("3 invisible characters were left out of your question.",)
    assert (hidden.question, hidden.text) == (plain.question, plain.text)
