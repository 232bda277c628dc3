"""How reviewing is said."""

from dataclasses import replace

import pytest

from answer import Decision, Finding
from desk import Flag, Item, Queue
from desk.review_words import (
    decision_words,
    flag_words,
    item_facts,
    queue_facts,
    spoken_time,
    turn_facts,
    verdict_word,
    verified_words,
)
from tests.desk.made_turns import turn

AT = "2026-11-23T09:05:00.000000+00:00"
ITEM = Item("id", "?", AT, "answered", 0, 0, 2)


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        pytest.param(AT, "23 November 2026 at 09:05 UTC", id="in UTC"),
        pytest.param("2026-07-01T00:30:00+01:00", "30 June 2026 at 23:30 UTC", id="of another zone, the day before"),
    ],
)
def test_a_time_is_said_in_utc(moment: str, said: str) -> None:
    assert spoken_time(moment) == said


@pytest.mark.parametrize(
    ("item", "said"),
    [
        pytest.param(ITEM, "answered · 0 of 2 decided", id="answered"),
        pytest.param(
            replace(ITEM, standing="not_found", flags=1, decided=1, parts=1),
            "not in the documents · flagged once · 1 of 1 decided",
            id="refused and flagged",
        ),
        pytest.param(
            replace(ITEM, flags=1200, standing="partial"),
            "answered in part · flagged 1,200 times · 0 of 2 decided",
            id="flagged often",
        ),
        pytest.param(
            replace(ITEM, standing="problem", parts=0, flags=2),
            "could not be answered as it was put · flagged twice",
            id="nothing to decide",
        ),
    ],
)
def test_how_a_line_of_the_queue_stands(item: Item, said: str) -> None:
    assert item_facts(item) == f"Asked on 23 November 2026 at 09:05 UTC · {said}"


@pytest.mark.parametrize(
    ("found", "search", "said"),
    [
        pytest.param(Queue((), 0, 1, 1), " ", "There is nothing to decide.", id="none"),
        pytest.param(Queue((), 0, 1, 1), " x ", "No question has “x” in it.", id="found by none"),
        pytest.param(Queue((ITEM,), 1, 1, 1), "", "1 question", id="one"),
        pytest.param(Queue((ITEM,), 1234, 2, 62), "", "1,234 questions, page 2 of 62", id="many"),
    ],
)
def test_how_much_is_in_the_queue(found: Queue, search: str, said: str) -> None:
    assert queue_facts(found, "open", search).startswith(said)


def test_what_a_reviewer_must_know_of_a_question() -> None:
    asked = replace(turn(), asked_at=AT, only=("ferry", "gone"), history=("First?", "Second?"))
    assert asked.answer
    searched = replace(asked, answer=replace(asked.answer, standalone_question="How many people?"))

    assert turn_facts(searched, {"ferry": "Ferry Plan"}) == [
        "Asked on 23 November 2026 at 09:05 UTC, answered.",
        "Looked only in: Ferry Plan, gone.",
        "Asked after: “First?” “Second?”",
        "Searched for: “How many people?”",
    ]


def test_decisions_are_said_in_order_with_the_one_that_counts() -> None:
    first, second = Decision(1, "supported", "", "Ada", AT), Decision(1, "partly", "no year", "Bo", AT)

    assert decision_words([first]) == ["Supported (Ada, 23 November 2026 at 09:05 UTC)."]
    assert decision_words([first, second])[1] == (
        "Partly: “no year” (Bo, 23 November 2026 at 09:05 UTC). This one counts."
    )
    assert verdict_word("not supported", 0) == "They do say it"


def test_a_flag_is_said_with_who_said_it_where_that_is_known() -> None:
    assert flag_words(Flag("Other", "", "", AT)) == "Other (23 November 2026 at 09:05 UTC)"
    assert flag_words(Flag("Other", "why", "Ada", AT)) == "Other: “why” (23 November 2026 at 09:05 UTC, Ada)"


@pytest.mark.parametrize(
    ("holds", "said"),
    [
        pytest.param([True, True], "all 2 hold.", id="all"),
        pytest.param([True, False], "but 1 of 2 do not hold any more.", id="not all"),
        pytest.param([], "It is of a refusal: there is no quote in it to prove.", id="none to hold"),
    ],
)
def test_what_became_of_a_pack(holds: list[bool], said: str) -> None:
    assert verified_words([Finding("x", one, "y") for one in holds]).endswith(said)
