"""What is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import LONGEST_QUESTION, QuestionError, understand
from answer.question import clean, kind_of, leans


@given(st.text(max_size=400), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_understood_or_refused_and_comes_out_as_one_clean_line(text: str, history: list[str]) -> None:
    try:
        question = understand(text, history)
    except QuestionError as error:
        assert str(error)
        return
    assert question.text == " ".join(question.text.split())
    assert question.text.isprintable()
    assert all(0 < weight <= 1 for weight in question.weights.values())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("How many networks were disrupted?", "figure", id="how many"),
        pytest.param("What was the target for homicide?", "target", id="target"),
        pytest.param("When will the hubs open?", "date", id="when"),
        pytest.param("Which milestone comes in Quarter 3?", "date", id="milestone"),
        pytest.param("Who is in charge of the board?", "who", id="who"),
        pytest.param("What does LCRB stand for?", "definition", id="stands for"),
        pytest.param("What is MiPS?", "definition", id="what is"),
        pytest.param("What are the five priorities?", "list", id="a number of things"),
        pytest.param("List the objectives on gun crime", "list", id="list"),
        pytest.param("Why did homicides go up?", "why_how", id="why"),
        pytest.param("Tell me about dogs", "other", id="none of these"),
    ],
)
def test_the_kind_of_a_question(text: str, expected: str) -> None:
    assert kind_of(text) == expected


@pytest.mark.parametrize(
    "text", ["", "   ", "?!…", "\x00\x07", "\u200b"], ids=["empty", "blank", "marks", "control", "unseen"]
)
def test_a_question_without_a_word_is_refused(text: str) -> None:
    with pytest.raises(QuestionError, match="no word"):
        understand(text)


def test_a_question_of_100000_characters_is_refused_with_the_limit() -> None:
    with pytest.raises(QuestionError, match=f"100,000 characters; the most is {LONGEST_QUESTION:,}"):
        understand("x" * 100_000)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a\x00b\x1b[31m c\td\n", "a b [31m c d", id="control characters"),
        pytest.param("knife\u202ecrime", "knife crime", id="writing direction turned"),
        pytest.param("bad \ud800 half", "bad half", id="half a character"),
    ],
)
def test_characters_that_are_not_seen_become_spaces(text: str, expected: str) -> None:
    assert clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("And in 2006/07?", True, id="and"),
        pytest.param("What about Trafalgar?", True, id="what about"),
        pytest.param("Who chairs it?", True, id="it"),
        pytest.param("Why?", True, id="hardly a word"),
        pytest.param("How many officers work on knife crime in London?", False, id="a whole question"),
        pytest.param("What is this plan's budget for estates and vehicles?", False, id="this plan is no pronoun"),
    ],
)
def test_which_questions_lean_on_the_one_before(text: str, expected: bool) -> None:
    assert leans(text) == expected


def test_a_follow_up_carries_the_words_it_lacks() -> None:
    question = understand("And the target?", ["How many criminal networks were disrupted in 2007/08?"])

    assert question.standalone != question.text
    assert "criminal networks" in question.standalone
    assert question.weights["target"] == 1
    assert 0 < question.weights["crimin"] < 1


def test_a_follow_up_with_a_year_drops_the_year_before() -> None:
    question = understand("And in 2006/07?", ["How many networks were disrupted in 2007/08?"])

    assert "2007" not in question.standalone
    assert "networks" in question.standalone


def test_a_change_of_topic_is_left_alone() -> None:
    question = understand("Which boroughs does the South West unit cover?", ["How many networks were disrupted?"])

    assert question.standalone == question.text


def test_a_follow_up_to_a_follow_up_reaches_back_to_the_first() -> None:
    question = understand("And who leads it?", ["What is the Violent Crime Task Force?", "When was it set up?"])

    assert "Violent Crime Task Force" in question.standalone


def test_the_words_next_to_each_other_are_those_of_the_mended_question() -> None:
    question = understand("knife crmie in London", mend=lambda text: text.replace("crmie", "crime"))

    assert question.text == "knife crmie in London"
    assert question.pairs == {("knife", "crime"), ("crime", "london")}
