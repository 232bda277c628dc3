"""Invented organisations to what the reader learns from."""

import json
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.strategies import (
    FITTED,
    ORGANISATIONS,
    UNSEEN,
    is_learnt_from,
    organisations,
    read_strategies,
)

PLAN = """# The plan

## 1 The harbour

The harbour has two piers. We will by 2030:

- mend the north pier
- widen the south pier
- plant trees

## 2 The market

The market is held on Fridays. It pays £400 a week for its stalls.

| Stall | Rent |
|---|---|
| Fish | £30 |
| Bread | £20 |
"""


def question(id_: str, text: str, kind: str, *quotes: str, history: tuple[str, ...] = ()) -> dict[str, object]:
    evidence = [{"document": "plan", "quote": quote} for quote in quotes]
    return {"id": id_, "question": text, "kind": kind, "history": list(history), "evidence": evidence}


def organisation(folder: Path, *questions: dict[str, object]) -> Path:
    """A folder of one organisation, "town"."""
    town = folder / "town"
    town.mkdir(parents=True)
    (town / "plan.md").write_text(PLAN, "utf-8")
    (town / "catalogue.toml").write_text(
        '[plan]\ntitle = "The plan"\npublisher = "Town"\npublished = "2024"\ncovers = ""\nstatus = "current"\n', "utf-8"
    )
    (town / "questions.jsonl").write_text("".join(json.dumps(q) + "\n" for q in questions), "utf-8")
    return folder


def test_the_units_that_answer_are_marked_in_their_passage_and_others_come_after(tmp_path: Path) -> None:
    asked = question("list-1", "What will be done at the piers?", "list", "mend the north pier", "widen the south pier")

    (group,) = read_strategies(organisation(tmp_path, asked), keep=lambda _: True, negatives=1, seed=1)

    first, *others = group.passages
    assert [first.passage.units[at] for at in first.answers] == ["mend the north pier", "widen the south pier"]
    assert first.every
    assert len(others) <= 1
    assert all(other.answers == () for other in others)
    assert group.document == "town"


def test_a_row_is_marked_in_its_table_and_where_it_stands_alone(tmp_path: Path) -> None:
    asked = question("table-1", "What does a fish stall cost?", "table", "Fish £30")

    (group,) = read_strategies(organisation(tmp_path, asked), keep=lambda _: True, negatives=2, seed=1)

    marked = [p.passage.units[at] for p in group.passages for at in p.answers]
    assert marked == ["Fish – Rent: £30"] * 2
    assert not any(p.every for p in group.passages if p.answers)


def test_what_nothing_answers_has_passages_without_a_mark(tmp_path: Path) -> None:
    asked = question("near_miss-1", "How many boats moor at the harbour's piers?", "near_miss")

    (group,) = read_strategies(organisation(tmp_path, asked), keep=lambda _: True, negatives=1, seed=1)

    assert group.passages
    assert all(p.answers == () for p in group.passages)


def test_a_follow_up_is_read_with_the_question_before(tmp_path: Path) -> None:
    asked = question(
        "f-1", "And on what day?", "follow_up", "The market is held on Fridays.", history=("Is there a market?",)
    )

    (group,) = read_strategies(organisation(tmp_path, asked), keep=lambda _: True, negatives=0, seed=1)

    assert group.question == "Is there a market? And on what day?"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(question("a", "?", "figure", "no such words"), "stands 0 times in plan", id="evidence not there"),
        pytest.param(question("a", "?", "figure", "pier"), "stands 3 times in plan", id="evidence not unique"),
        pytest.param({"id": "a", "question": "?"}, "without evidence, history, kind", id="fields missing"),
        pytest.param(
            {**question("a", "?", "figure"), "evidence": [{"document": "x", "quote": "y"}]},
            "there is no document 'x'",
            id="no such document",
        ),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, asked: dict[str, object], said: str) -> None:
    with pytest.raises(TrainingError, match=said) as raised:
        read_strategies(organisation(tmp_path, asked), keep=lambda _: True, negatives=1, seed=1)

    assert "questions.jsonl, line 1" in str(raised.value)


def test_a_folder_without_organisations_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"has no folder with questions.jsonl"):
        read_strategies(tmp_path, keep=lambda _: True, negatives=1, seed=1)


def test_the_reader_learns_nothing_of_those_kept_for_fitting_and_measuring() -> None:
    names = {path.name for path in organisations()}

    assert set(FITTED) | set(UNSEEN) <= names
    assert not set(FITTED) & set(UNSEEN)
    learnt = {group.document for group in read_strategies(keep=is_learnt_from, negatives=0, seed=1)}
    assert learnt == names - set(FITTED) - set(UNSEEN)


def test_almost_every_question_of_the_organisations_can_be_learnt_from() -> None:
    lines = sum(len((path / "questions.jsonl").read_text("utf-8").splitlines()) for path in organisations())

    groups = read_strategies(ORGANISATIONS, keep=lambda _: True, negatives=1, seed=1)

    assert len(groups) >= 0.98 * lines
