"""What a question asks to have filled in, and what fills it."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.slots import FILLED, Slot, SlotKind, filled, fillers, slots_of

KINDS: list[SlotKind] = ["money", "share", "count", "duration", "frequency", "date", "amount"]
WORDS = [
    "how",
    "many",
    "boats",
    "much",
    "when",
    "was",
    "what",
    "the",
    "budget",
    "12",
    "2018",
    "£5",
    "per cent",
    "of",
    "?",
]
BOATS = Slot("count", "How many boats", ("boat",))
FISHING_BOATS = Slot("count", "How many fishing boats", ("fish", "boat"))


@given(st.text(max_size=200) | st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join))
def test_whatever_is_asked_each_slot_is_named_by_the_questions_own_words(text: str) -> None:
    for slot in slots_of(text):
        assert slot.asked
        assert slot.asked in text
        assert slot.kind in KINDS


@given(
    st.sampled_from([BOATS, FISHING_BOATS, *(Slot(kind, "") for kind in KINDS)]),
    st.text(max_size=100) | st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join),
)
def test_a_slot_is_filled_from_0_to_1_and_by_something_if_above_0(slot: Slot, text: str) -> None:
    assert 0 <= filled(slot, text) <= 1
    assert (filled(slot, text) > 0) == bool(fillers(slot, text))
    assert filled(slot, text, over=["boat"]) >= filled(slot, text)


@pytest.mark.parametrize(
    "piece", ["how many ", "a ", "what is the ", "1,", "1", "1 in ", "the number of s", "within a "]
)
def test_a_long_text_of_one_thing_takes_no_longer_than_another(piece: str) -> None:
    text = (piece * 2000)[:2000]
    began = time.perf_counter()
    slots_of(text)
    for kind in KINDS:
        filled(Slot(kind, "", ("boat",)), text)

    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        pytest.param("How many bridges are there?", ["count"], id="how many"),
        pytest.param("What was the total number of complaints?", ["count"], id="the number of"),
        pytest.param("How much did the bridge cost?", ["money"], id="how much money"),
        pytest.param("How much water did the pool save?", ["amount"], id="how much of something else"),
        pytest.param("What is the museum's annual budget for paint?", ["money"], id="a budget"),
        pytest.param("What is the size of the grant?", ["money"], id="its size"),
        pytest.param("What does a season ticket cost?", ["money"], id="what it costs"),
        pytest.param("What percentage of homes have gas?", ["share"], id="percentage"),
        pytest.param("How many per cent of trains are late?", ["share"], id="per cent"),
        pytest.param("How long does a decision take?", ["duration"], id="how long"),
        pytest.param("How many years will repairs last?", ["duration"], id="how many years"),
        pytest.param("How often do they meet?", ["frequency"], id="how often"),
        pytest.param("How many times a week are bins emptied?", ["frequency"], id="times a week"),
        pytest.param("How many times was the alarm raised?", ["count"], id="times in all"),
        pytest.param("When does the pier open?", ["date"], id="when"),
        pytest.param("By what date must claims be in?", ["date"], id="by what date"),
        pytest.param("What year did the tram open?", ["date"], id="what year"),
        pytest.param("How many trees, and by when?", ["count", "date"], id="two things in their order"),
        pytest.param("When will it open, and how much will it cost?", ["date", "money"], id="the other way round"),
        pytest.param("Who chairs the board?", [], id="who"),
        pytest.param("What happens when a tenant complains?", [], id="when, of a condition"),
        pytest.param("When can an appeal be made?", [], id="when something is allowed"),
        pytest.param("What does the grant cover?", [], id="what a grant is for"),
        pytest.param("What did the pay review find?", [], id="a review of pay"),
        pytest.param("What was the fine for?", [], id="what a fine was for"),
        pytest.param("What is the impact of the budget?", [], id="the impact of a budget"),
        pytest.param("What is a levelling grant?", [], id="what a grant is"),
        pytest.param("What is the budget process?", [], id="a process"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_what_a_question_asks_to_have_filled_in(text: str, kinds: list[str]) -> None:
    assert [slot.kind for slot in slots_of(text)] == kinds


@pytest.mark.parametrize(
    ("text", "asked", "counted"),
    [
        pytest.param("How many bridges are shut?", "How many bridges", ("bridg",), id="up to the verb"),
        pytest.param("How many boats sank last winter?", "How many boats", ("boat",), id="a verb in the past"),
        pytest.param("How many children got free meals?", "How many children", ("children",), id="with an object"),
        pytest.param("How many press officers work there?", "How many press officers", ("press", "offic"), id="press"),
        pytest.param(
            "How many Junior Sports Coaches are paid?",
            "How many Junior Sports Coaches",
            ("junior", "sport", "coach"),
            id="plurals in a row",
        ),
        pytest.param("How many more trees than last year?", "How many more trees", ("tree",), id="more"),
        pytest.param("How many aircraft can land?", "How many aircraft", ("aircraft",), id="no plural ending"),
        pytest.param("How many are there?", "How many", (), id="nothing named"),
        pytest.param("And how many of them swim?", "how many of them swim", ("swim",), id="of them"),
    ],
)
def test_what_is_counted(text: str, asked: str, counted: tuple[str, ...]) -> None:
    assert slots_of(text) == (Slot("count", asked, counted),)


@pytest.mark.parametrize(
    ("text", "score"),
    [
        pytest.param("There are 40 boats.", 1.0, id="by the thing"),
        pytest.param("Boats in the harbour: 40", 1.0, id="after the thing"),
        pytest.param("We own two large boats.", 1.0, id="in words"),
        pytest.param("2,018 boats", 1.0, id="a number like a year"),
        pytest.param("There are 40.", 0.5, id="nothing named"),
        pytest.param("40 gulls live here. The boats left.", 0.5, id="over the end of a sentence"),
        pytest.param("The boats left.", 0.0, id="no number"),
        pytest.param("In 2018, boats left.", 0.0, id="a year"),
        pytest.param("In 2018-19 boats left.", 0.0, id="a financial year"),
        pytest.param("On 12 May boats left.", 0.0, id="part of a date"),
        pytest.param("Quarter 2 boats", 0.0, id="a quarter"),
        pytest.param("Section 3 of the boats' rules", 0.0, id="a section"),
        pytest.param("2.5% of boats", 0.0, id="a share"),
        pytest.param("2,500 per cent more boats", 0.0, id="a large share"),
        pytest.param("£4 boats", 0.0, id="money"),
        pytest.param("one of the boats", 0.0, id="one of them"),
    ],
)
def test_how_well_words_say_how_many(text: str, score: float) -> None:
    assert filled(BOATS, text) == score


def test_a_number_of_what_is_named_over_it_or_of_a_part_of_its_name_is_nearly_as_good() -> None:
    assert filled(BOATS, "There are 40.", over=["harbour", "boat"]) == 0.75 == FILLED
    assert filled(FISHING_BOATS, "40 fishing vessels") == 0.75
    assert filled(FISHING_BOATS, "40 gulls") == 0.5


def test_twice_says_how_many_times() -> None:
    (slot,) = slots_of("How many times was the alarm raised?")

    assert filled(slot, "It was raised twice.") == 1
    assert filled(slot, "It was raised.") == 0


@pytest.mark.parametrize(
    ("kind", "text", "fills"),
    [
        pytest.param("money", "It cost £12.", True, id="pounds"),
        pytest.param("money", "It cost 50p.", True, id="pence"),
        pytest.param("money", "It took 50 people.", False, id="people are no pence"),
        pytest.param("share", "a quarter of homes", True, id="a quarter"),
        pytest.param("share", "in the third quarter of 2018", False, id="a quarter of a year"),
        pytest.param("share", "one in five", True, id="one in five"),
        pytest.param("share", "all of the homes", True, id="all of them"),
        pytest.param("share", "of all the homes", False, id="of all"),
        pytest.param("share", "It opened in 2018.", False, id="in a year"),
        pytest.param("share", "3 open in 2018", False, id="a number, then a year"),
        pytest.param("duration", "two working days", True, id="days"),
        pytest.param("duration", "3 miles of wall", True, id="how long a wall is"),
        pytest.param("duration", "some days", False, id="no number"),
        pytest.param("frequency", "every week", True, id="every week"),
        pytest.param("frequency", "last week", False, id="last week"),
        pytest.param("date", "in May 2018", True, id="a month"),
        pytest.param("date", "at 9am", True, id="a time of day"),
        pytest.param("date", "on Mondays", True, id="a day of the week"),
        pytest.param("date", "within 28 days", True, id="a time from now"),
        pytest.param("date", "28 days", False, id="how long"),
        pytest.param("amount", "5 tonnes", True, id="an amount"),
        pytest.param("amount", "some tonnes", False, id="none"),
    ],
)
def test_what_fills_a_slot_that_counts_nothing(kind: SlotKind, text: str, fills: bool) -> None:
    assert filled(Slot(kind, ""), text) == fills


def test_the_words_that_may_fill_it_come_in_order() -> None:
    assert fillers(BOATS, "In 2018, 12, then 1,200 and 3.5 million boats") == ["12", "1,200", "3.5 million"]


@pytest.mark.parametrize(
    ("text", "over", "worth"),
    [
        pytest.param("The fine was £3,000.", [], 1.0, id="named in the words"),
        pytest.param("It came to £3,000.", ["fine"], 1.0, id="named over them"),
        pytest.param("The grant was £3,000.", [], 0.5, id="another sum"),
        pytest.param("The fine was heavy.", [], 0.0, id="no sum"),
    ],
)
def test_a_sum_that_has_a_name_is_filled_in_by_that_sum(text: str, over: list[str], worth: float) -> None:
    (slot,) = slots_of("How big was the fine?")

    assert slot.kind == "money"
    assert filled(slot, text, over) == worth


def test_how_much_names_no_sum() -> None:
    (slot,) = slots_of("How much did the new hull cost?")

    assert filled(slot, "They paid £3,000.") == 1.0
