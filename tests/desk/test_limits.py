"""How often one may ask: counted by session and by person, over a minute that moves on."""

import pytest

from desk.limits import LimitError, NotNow, Rate


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1_000.0

    def __call__(self) -> float:
        return self.at


def test_so_many_are_taken_in_a_minute_and_more_when_the_first_is_a_minute_old() -> None:
    clock = Clock()
    rate = Rate(3, clock)
    for _ in range(3):
        rate.take("a")
        clock.at += 10

    with pytest.raises(NotNow, match=r"You have asked 3 questions within a minute.* Ask again in 30 seconds"):
        rate.take("a")
    clock.at += 29.5
    with pytest.raises(NotNow, match=r"in 1 second;"):
        rate.take("a")
    clock.at += 0.5
    rate.take("a")


def test_one_does_not_count_for_another_and_a_refusal_counts_for_nobody() -> None:
    rate = Rate(1, Clock())
    rate.take("session 1", "person ada")

    with pytest.raises(NotNow):
        rate.take("session 2", "person ada")
    rate.take("session 2", "person bo")
    rate.take("session 3")


def test_fifty_sessions_that_ask_every_ten_seconds_are_never_refused() -> None:
    clock = Clock()
    rate = Rate(Rate.from_environment({}).a_minute, clock)

    for _ in range(120):
        for session in range(50):
            rate.take(f"session {session}")
        clock.at += 10


def test_who_has_not_asked_for_a_minute_is_forgotten() -> None:
    clock = Clock()
    rate = Rate(1, clock)
    for session in range(5_000):
        rate.take(f"session {session}")
        clock.at += 1

    assert len(rate._asked) <= 1_000


@pytest.mark.parametrize(
    ("setting", "expected"), [("", 20), (" 7 ", 7), ("0", 0)], ids=["nothing is set", "a number", "no limit"]
)
def test_the_setting(setting: str, expected: int) -> None:
    rate = Rate.from_environment({"CHAPTER_QUESTIONS_A_MINUTE": setting})

    assert rate.a_minute == expected
    for _ in range(expected or 1_000):
        rate.take("a")


@pytest.mark.parametrize("setting", ["-1", "many", "1.5", "9" * 5_000, "²"], ids=str.__len__)
def test_what_is_no_number_is_refused_by_its_name(setting: str) -> None:
    with pytest.raises(LimitError, match="CHAPTER_QUESTIONS_A_MINUTE must be a whole number"):
        Rate.from_environment({"CHAPTER_QUESTIONS_A_MINUTE": setting})
