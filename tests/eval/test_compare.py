"""Two runs held against each other."""

from dataclasses import replace

import pytest

from eval import Result, compare
from eval.measures import KIND


def result(id_: str, *, right: bool, text: str = "said", kind: str = "who", confidence: float = 0.5) -> Result:
    cells = {"answer accuracy": (float(right), 1.0), "answerable refused": (float(not right), 1.0)}
    return Result(
        id_,
        f"digest of {id_}",
        kind,
        "dev",
        True,
        False,
        "answered",
        right,
        confidence,
        right,
        None,
        cells,
        text,
        1.0,
        {},
    )


BEFORE = [result(f"q{i}", right=i < 10) for i in range(20)]


def test_questions_lost_gained_and_reworded_are_told_apart() -> None:
    after = [
        result("q0", right=False),
        result("q1", right=True, text="said better"),
        *BEFORE[2:19],
        result("q19", right=True),
    ]

    found = compare(BEFORE, after)

    assert [(a.id, b.right) for a, b in found.lost] == [("q0", False)]
    assert [b.id for _, b in found.gained] == ["q19"]
    assert [(a.text, b.text) for a, b in found.reworded] == [("said", "said better")]
    assert found.paired == 20
    accuracy = found.change("answer accuracy")
    assert accuracy is not None
    assert (accuracy.before, accuracy.after, accuracy.delta, accuracy.n) == (0.5, 0.5, 0.0, 20)
    assert not accuracy.lost


def test_a_question_that_asks_something_else_now_is_not_paired() -> None:
    after = [replace(BEFORE[0], digest="other", right=False), *BEFORE[1:-1], result("new", right=False)]

    found = compare(BEFORE, after)

    assert found.paired == 18
    assert found.only_before == ("q0", "q19")
    assert found.only_after == ("q0", "new")
    assert found.lost == ()


def test_a_loss_beyond_chance_is_called_one_whichever_way_is_better() -> None:
    after = [result(r.id, right=False) for r in BEFORE]

    found = compare(BEFORE, after)

    for name, lower in (("answer accuracy", False), ("answerable refused", True), (f"{KIND}who", False)):
        change = found.change(name)
        assert change is not None
        assert change.lost
        assert change.delta == (0.5 if lower else -0.5)
    back = compare(after, BEFORE)
    assert all(
        (c := back.change(name)) and c.gained and not c.lost for name in ("answer accuracy", "answerable refused")
    )


def test_curves_are_paired_too() -> None:
    # Surest where right, then surest where wrong.
    good = [replace(r, confidence=0.9 if r.right else 0.1) for r in BEFORE]
    bad = [replace(r, confidence=0.1 if r.right else 0.9) for r in BEFORE]

    change = compare(good, bad).change("area under risk")

    assert change is not None
    assert change.lost
    assert compare(good, good).change("area under risk") == replace(
        change, after=change.before, delta=0.0, low=0.0, high=0.0
    )


def test_a_measure_that_applies_to_nothing_has_no_change() -> None:
    change = compare(BEFORE, BEFORE).change("verbatim rate")

    assert change is not None
    assert (change.before, change.delta, change.lost, change.gained) == (None, None, False, False)


@pytest.mark.parametrize("runs", [([], BEFORE), (BEFORE, []), ([], [])])
def test_runs_without_a_question_in_common(runs: tuple[list[Result], list[Result]]) -> None:
    found = compare(*runs)

    assert found.paired == 0
    assert not any(change.lost for change in found.changes)
