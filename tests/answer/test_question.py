"""What is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import LONGEST_QUESTION, QuestionError, understand
from answer.question import clean, kind_of, leans
from ingest import Document


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
        pytest.param("How many trees did we plant against the goal of 500?", "result", id="against a goal"),
        pytest.param("Was the target for litter met?", "result", id="whether it was met"),
        pytest.param("How close are the buses to their goal?", "result", id="how close"),
        pytest.param("What were we meant to reach?", "result", id="meant to reach"),
        pytest.param("Is the tram on track?", "result", id="on track"),
        pytest.param("Which aim does the garden have?", "other", id="an aim by itself is no result"),
        pytest.param("What is the target and why?", "target", id="why, but later"),
        pytest.param("What is the target for litter?", "target", id="what is the target"),
        pytest.param("What is the cost of parking?", "figure", id="what is the cost"),
        pytest.param("What is the harbour watch?", "definition", id="what is a thing of two words"),
        pytest.param("When a pipe bursts, who is called?", "who", id="when, of a condition"),
        pytest.param("When will the hubs open?", "date", id="when"),
        pytest.param("Which milestone comes in Quarter 3?", "date", id="milestone"),
        pytest.param("Who is in charge of the board?", "who", id="who"),
        pytest.param("What does LCRB stand for?", "definition", id="stands for"),
        pytest.param("What is MiPS?", "definition", id="what is"),
        pytest.param("What are the five priorities?", "list", id="a number of things"),
        pytest.param("List the objectives on gun crime", "list", id="list"),
        pytest.param("Why did homicides go up?", "why_how", id="why"),
        pytest.param("Tell me about dogs", "overview", id="tell me about"),
        pytest.param("brief me on knife crime", "overview", id="brief me on"),
        pytest.param("An overview of the estate, please", "overview", id="an overview of"),
        pytest.param("Is the plan an overview?", "other", id="a thing that is called so"),
        pytest.param("Are dogs used?", "other", id="none of these"),
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
        pytest.param("knife \u202ecri\u200bme", "knife crime", id="turned round and cut apart"),
        pytest.param("bad \ud800 half", "bad half", id="half a character"),
    ],
)
def test_characters_that_are_not_seen_are_left_out(text: str, expected: str) -> None:
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


def document(doc_id: str, title: str) -> Document:
    return Document(doc_id, title, "", "2019", "", "unknown", "", "", "", (), ())


HARBOUR = {"harbour": document("harbour", "Harbour Plan 2019"), "homes": document("homes", "Housing for All")}


def test_a_document_that_is_named_is_left_out_of_the_topic_and_of_the_words() -> None:
    question = understand("In the Harbour Plan 2019, who dredges the quay?", documents=HARBOUR)

    assert question.documents == {"harbour"}
    assert question.topic == "who dredges the quay?"
    assert question.weights.keys() == {"dredg", "quay"}
    assert question.years == frozenset()
    assert question.standalone == question.text == "In the Harbour Plan 2019, who dredges the quay?"


def test_without_documents_the_topic_is_the_question() -> None:
    question = understand("In the Harbour Plan 2019, who dredges the quay?")

    assert question.topic == question.standalone
    assert question.documents == frozenset()


@pytest.mark.parametrize(
    ("text", "years"),
    [
        pytest.param("What was spent in 2012?", {"2012"}, id="a year"),
        pytest.param("What was spent in 2012/13?", {"2012-13", "2012"}, id="a financial year and its first"),
        pytest.param("What was spent in 2012 and in 2014?", {"2012", "2014"}, id="two"),
        pytest.param("Were there 2,012 gulls?", set(), id="a number of things"),
        pytest.param("Is £2012 enough?", set(), id="an amount"),
        pytest.param("What was spent?", set(), id="none"),
    ],
)
def test_the_years_of_a_question(text: str, years: set[str]) -> None:
    assert understand(text).years == years


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param("How many trees were planted?", [], id="one question"),
        pytest.param("Who plants trees and shrubs?", [], id="one with an and"),
        pytest.param(
            "Who plants trees and when do they grow?",
            ["Who plants trees", "when do they grow (plants trees)?"],
            id="the second is completed from the first",
        ),
        pytest.param(
            "Who plants trees and in which park?",
            ["Who plants trees", "in which park (plants trees)?"],
            id="in which",
        ),
        pytest.param("Who sows? Where do gulls nest?", ["Who sows", "Where do gulls nest (sows)?"], id="two sentences"),
        pytest.param("Who sows, and how?", [], id="a bare question word"),
        pytest.param("And what?", [], id="nothing before it"),
    ],
)
def test_a_double_question_is_taken_apart(text: str, parts: list[str]) -> None:
    assert [part.topic for part in understand(text).parts] == parts


@pytest.mark.parametrize(
    ("text", "separate"),
    [
        pytest.param("How many trees were planted, and what did the pier repairs cost?", True, id="two subjects"),
        pytest.param("How many trees were planted? And what did the pier repairs cost?", True, id="in two sentences"),
        pytest.param(
            "How many trees were planted and how many Sea Cadets are there?", True, id="a short one that names"
        ),
        pytest.param("How many trees were planted, and what did they cost?", False, id="they"),
        pytest.param("How many trees were planted, and by when?", False, id="nothing of its own"),
        pytest.param("How many trees were planted, and what was the target?", False, id="too little of its own"),
        pytest.param("How many trees were planted?", False, id="one question"),
    ],
)
def test_whether_the_parts_of_a_question_can_stand_without_each_other(text: str, separate: bool) -> None:
    assert understand(text).separate is separate


def test_each_part_has_its_own_kind_slots_years_and_words() -> None:
    whole = understand("How many trees were planted in 2012, and when does the pier open?", documents=HARBOUR)
    trees, pier = whole.parts

    assert (trees.kind, pier.kind) == ("figure", "date")
    assert [slot.kind for slot in trees.slots] == ["count"]
    assert [slot.kind for slot in pier.slots] == ["date"]
    assert [slot.kind for slot in whole.slots] == ["count", "date"]
    assert (trees.years, pier.years) == ({"2012"}, set())
    assert {word for word, weight in pier.weights.items() if weight == 1} == {"pier", "open"}
    assert {word for word, weight in pier.weights.items() if weight < 1} == {"tree", "plant", "2012"}
    assert trees.parts == pier.parts == ()


def test_a_follow_up_without_a_slot_asks_for_what_the_question_before_did() -> None:
    question = understand("And in 2014?", ["How many trees were planted in 2012?"])

    assert [slot.kind for slot in question.slots] == ["count"]
    assert question.kind == "figure"
    assert question.years == {"2014"}


def test_a_follow_up_that_asks_something_else_does_not() -> None:
    before = ["How many trees were planted in 2012?"]

    assert understand("Do they bear fruit?", before).slots == ()
    assert understand("And who planted them?", before).slots == ()
    assert [slot.kind for slot in understand("And when?", before).slots] == ["date"]
    assert understand("Who plants oak trees in the park?", ["How many gulls nest on the pier?"]).slots == ()


def test_a_comparison_with_one_document_is_not_held_to_it() -> None:
    alone = understand("How many trees does the Harbour Plan 2019 want?", documents=HARBOUR)
    compared = understand("Are more trees wanted than in the Harbour Plan 2019?", documents=HARBOUR)

    assert (alone.documents, alone.compares) == (frozenset({"harbour"}), False)
    assert (compared.documents, compared.compares) == (frozenset(), True)


@pytest.mark.parametrize(
    ("text", "now"),
    [
        pytest.param("Who runs the pier nowadays?", True, id="nowadays"),
        pytest.param("What is the current fee?", True, id="current"),
        pytest.param("Who ran the pier in 2012?", False, id="then"),
        pytest.param("What is known of currents?", False, id="of the sea"),
    ],
)
def test_what_is_so_now_may_be_asked_for(text: str, now: bool) -> None:
    assert understand(text).now is now
