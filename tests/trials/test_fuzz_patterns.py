"""No regular expression blows up, whatever text is put before it."""

import re

import pytest

from trials.fuzz_patterns import LONG, Pattern, all_patterns, pumps, slowest

FOUND, UNKNOWN = all_patterns()


def of(expression: str, method: str = "search") -> Pattern:
    return Pattern("here", re.compile(expression), frozenset({method}), LONG)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param(r"(a+)+$", id="repetition within repetition"),
        pytest.param(r"(a|a)*b", id="two ways for one letter"),
        pytest.param(r"x(\w*\d*\w*\d*)*!", id="parts that match the same"),
        pytest.param(r"^(?:[\w-]+\s?)*$", id="words with a blank that may be missing"),
    ],
)
def test_an_expression_that_blows_up_is_found(expression: str) -> None:
    assert slowest(of(expression)).blows_up


def test_an_expression_that_is_searched_for_at_each_blank_is_found_and_one_that_only_matches_is_not() -> None:
    assert slowest(of(r"\s*\n\s*x")).blows_up
    assert not slowest(of(r"\s*\n\s*x", "match")).blows_up


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        pytest.param(r"ab*c", [("a", "b")], id="a letter"),
        pytest.param(r"(?:x|y[0-3]+)z\s+", [("y", "1"), ("xz", " "), ("xz", "\n")], id="in a branch"),
        pytest.param(r"a{2,3}", [], id="not often enough"),
    ],
)
def test_what_is_repeated_to_try_an_expression(expression: str, expected: list[tuple[str, str]]) -> None:
    assert set(expected) <= set(pumps(re.compile(expression)))
    assert bool(pumps(re.compile(expression))) == bool(expected)


def test_the_expressions_of_every_stage_are_found() -> None:
    assert len(FOUND) > 250
    assert {pattern.place.split("/")[0] for pattern in FOUND} >= {"ingest", "index", "answer", "eval", "desk"}
    assert len(UNKNOWN) < 20


def test_no_expression_blows_up() -> None:
    bad = [found for found in map(slowest, FOUND) if found.blows_up]

    assert not bad, [f"{b.pattern.place}: {b.seconds:.2f} s, n^{b.growth:.1f}, {b.pump!r}" for b in bad]
