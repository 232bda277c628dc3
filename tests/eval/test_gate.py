"""The gate: what keeps it shut, and what is wrong with its rules."""

from dataclasses import replace
from pathlib import Path

import pytest

from eval import Figure, GateError, Result, Rules, compare, failures, read_rules
from tests.conftest import ROOT
from tests.eval.test_compare import BEFORE, result

NONE = Rules({}, {}, ())


def names(found: list[object]) -> list[str]:
    return [f.name for f in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("value", "shut"),
    [(0.89, True), (0.9, False), (1.0, False), (None, True)],
    ids=["under", "just there", "over", "nothing measured"],
)
def test_a_floor(value: float | None, shut: bool) -> None:
    found = failures(replace(NONE, floors={"verbatim rate": 0.9}), [Figure("verbatim rate", value, 5)], [], None)

    assert names(found) == (["verbatim rate"] if shut else [])


@pytest.mark.parametrize(("value", "shut"), [(99.0, False), (100.0, False), (101.0, True)])
def test_a_ceiling(value: float, shut: bool) -> None:
    found = failures(replace(NONE, ceilings={"latency p95": 100}), [Figure("latency p95", value, 5)], [], None)

    assert names(found) == (["latency p95"] if shut else [])


def test_a_question_that_must_pass_shuts_it_alone() -> None:
    after = [replace(result("q0", right=False), must_pass=True, cause="choosing"), *BEFORE[1:]]

    found = failures(NONE, [], after, compare(BEFORE, after))

    assert names(found) == ["q0"]
    assert "choosing" in found[0].said


def test_it_must_pass_before_a_run_was_ever_accepted() -> None:
    assert names(failures(NONE, [], [replace(BEFORE[15], must_pass=True)], None)) == ["q15"]


def test_a_question_that_had_to_pass_cannot_be_taken_away_in_silence() -> None:
    before = [replace(BEFORE[0], must_pass=True), *BEFORE[1:]]

    removed = failures(NONE, [], BEFORE[1:], compare(before, BEFORE[1:]))
    unmarked = failures(NONE, [], BEFORE, compare(before, BEFORE))

    assert names(removed) == names(unmarked) == ["q0"]


def test_a_loss_counts_where_it_is_watched_and_for_every_kind() -> None:
    after: list[Result] = [result(r.id, right=False) for r in BEFORE]
    comparison = compare(BEFORE, after)

    assert names(failures(replace(NONE, watched=("answer accuracy",)), [], after, comparison)) == [
        "answer accuracy",
        "answer accuracy, who",
    ]
    assert names(failures(NONE, [], after, comparison)) == ["answer accuracy, who"]


def test_one_question_lost_is_chance() -> None:
    after = [result("q0", right=False), *BEFORE[1:]]

    assert failures(replace(NONE, watched=("answer accuracy",)), [], after, compare(BEFORE, after)) == []


def test_a_gain_and_an_unchanged_run_leave_it_open() -> None:
    rules = replace(NONE, watched=("answer accuracy", "answerable refused"))
    better = [result(r.id, right=True) for r in BEFORE]

    assert failures(rules, [], better, compare(BEFORE, better)) == []
    assert failures(rules, [], BEFORE, compare(BEFORE, BEFORE)) == []


def test_the_projects_own_rules_are_read() -> None:
    rules = read_rules(ROOT / "eval" / "gate.toml")

    assert rules.floors["verbatim rate"] == 1.0
    assert "answer accuracy" in rules.watched


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("[floors]\n'verbatim rat' = 1", "no measure 'verbatim rat'", id="unknown measure"),
        pytest.param("watched = ['speed']", "no measure 'speed'", id="unknown watched"),
        pytest.param("watched = 'R@5'", "must be a list", id="watched is a text"),
        pytest.param("[floors]\n'R@5' = 'high'", "must be a number", id="a bound that is no number"),
        pytest.param("[floors]\n'R@5' = true", "must be a number", id="a bound that is true"),
        pytest.param("[flors]\n'R@5' = 1", "unknown 'flors'", id="unknown table"),
        pytest.param("floors = 3", "must be a table", id="a table that is a number"),
        pytest.param("[floors", "cannot be read", id="not TOML"),
    ],
)
def test_what_is_wrong_with_the_rules_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "gate.toml"
    path.write_text(text, "utf-8")

    with pytest.raises(GateError, match=said):
        read_rules(path)


def test_missing_rules_are_named(tmp_path: Path) -> None:
    with pytest.raises(GateError, match=r"gate\.toml cannot be read"):
        read_rules(tmp_path / "gate.toml")
