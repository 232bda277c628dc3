"""What a crowd's run is judged by: answers held against those given alone, and memory that does not grow."""

import math

import pytest

from benchmarks.page_load import crossed
from trials.load import MOST_GROWTH, TALK, Plan, Seen, _said, talks_of

SHOWN = "<p><span>You said: </span>Who chairs it?</p><p>The <b>board</b> chairs it &amp; meets.</p>"


def seen(**fields: object) -> Seen:
    return Seen(**{"seconds": [0.1] * 99 + [4.0], "memory": [(float(at), 1e8) for at in range(0, 101)], **fields})  # type: ignore[arg-type]


PLAN = Plan(2, 1.0, 100.0, [], {})


def test_an_answer_as_it_is_alone_is_right() -> None:
    assert crossed(["Who chairs it?"], SHOWN, "The board chairs it & meets.", ["Who pays?"]) == []


@pytest.mark.parametrize(
    ("asked", "expected", "others", "named"),
    [
        pytest.param("Who pays?", "The board chairs it", [], "the question is not shown", id="no question"),
        pytest.param("Who chairs it?", "The harbourmaster", [], "not answered as it is alone", id="another answer"),
        pytest.param("chairs it", "The board", ["Who chairs it?"], "another's question", id="another's question"),
    ],
)
def test_what_is_wrong_is_said(asked: str, expected: str, others: list[str], named: str) -> None:
    assert any(named in problem for problem in crossed([asked], SHOWN, expected, others))


def test_questions_are_shared_out_over_conversations_each_once() -> None:
    talks = talks_of([f"question {n}?" for n in range(10)], 25)

    assert {len(talk) for talk in talks} == {TALK}
    asked = [question for talk in talks for question in talk]
    assert len(asked) == len(set(asked)) == 24


def test_growth_is_that_after_the_first_quarter() -> None:
    warming = [(float(at), 1e8 if at < 25 else 2e8) for at in range(101)]
    growing = [(float(at), 1e8 * (1 + at / 100)) for at in range(101)]

    assert seen(memory=warming).growth(100) == 0
    assert seen(memory=growing).growth(100) == pytest.approx(1.95 / 1.30 - 1)
    assert math.isnan(seen(memory=[]).growth(100))


@pytest.mark.parametrize(
    ("fields", "good"),
    [
        pytest.param({}, True, id="as it should be"),
        pytest.param({"wrong": ["an answer was another's"]}, False, id="something wrong"),
        pytest.param({"seconds": [0.1] * 90 + [6.0] * 10}, False, id="too slow"),
        pytest.param({"seconds": []}, False, id="nothing answered"),
        pytest.param({"memory": [(float(at), 1e8 * (1 + at / 100)) for at in range(101)]}, False, id="growing"),
        pytest.param({"memory": []}, False, id="not measured"),
    ],
)
def test_what_counts_as_good(fields: dict[str, object], good: bool) -> None:
    assert _said(seen(**fields), PLAN)[1] is good
    assert 0 < MOST_GROWTH <= 0.05
