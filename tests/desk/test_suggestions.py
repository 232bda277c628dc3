"""Questions to go on with: each has been asked, and is answered from the place that it was made of."""

from collections.abc import Collection, Sequence
from pathlib import Path

import pytest

from answer import Answer, Assistant
from desk.suggestions import Suggestions
from index import Model, build, load, load_library, snapshot_folder, snapshot_name
from tests.conftest import LetterEncoder

KEEPING = " ".join(f"The lamp keepers of ward {n} trim the wick and write down what they find." for n in range(12))
SAILING = KEEPING.replace("lamp", "boat")
PLAN = f"""1. Lamps

1.1 Lamp repair

The Lamp Repair Office (LRO) repaired 412 lamps in 2019. The LRO meets on Mondays. {KEEPING}

1.2 Ferry timetable

The ferry crosses the river every 20 minutes and waits for nobody. {SAILING}
"""


class Counting(Assistant):
    """An assistant that counts what it is asked."""

    asked: int = 0

    def answer(
        self, text: str, history: Sequence[str] = (), documents: Collection[str] | None = None, *, refuse: bool = True
    ) -> Answer:
        self.asked += 1
        return super().answer(text, history, documents, refuse=refuse)


class Clock:
    """Seconds that pass with each look at them."""

    def __init__(self, step: float) -> None:
        self.now, self.step = 0.0, step

    def __call__(self) -> float:
        self.now += self.step
        return self.now


@pytest.fixture
def assistant(tmp_path: Path, letter_model: Model) -> Counting:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "plan.txt").write_text(PLAN, "utf-8")
    build(tmp_path / "corpus", tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return Counting(load(tmp_path / "index"), None)


@pytest.fixture
def suggestions(assistant: Counting, tmp_path: Path) -> Suggestions:
    return Suggestions(assistant, load_library(snapshot_folder(tmp_path / "index", name(tmp_path))), Clock(0.0))


def name(home: Path) -> str:
    return snapshot_name(home / "index") or ""


def test_what_is_offered_is_answered_from_where_it_was_made_of(assistant: Counting, suggestions: Suggestions) -> None:
    said = assistant.answer("When does the LRO meet?")
    assert "The LRO meets on Mondays." in said.text

    offered = suggestions.after(said, ["When does the LRO meet?"])

    assert "What does LRO stand for?" in offered
    assert "What is the approach to ferry timetable?" in offered
    for question in offered:
        assert assistant.answer(question).status == "answered"


def test_what_was_asked_already_is_not_offered(assistant: Counting, suggestions: Suggestions) -> None:
    said = assistant.answer("When does the LRO meet?")

    assert "What does LRO stand for?" not in suggestions.after(said, ["what does LRO stand for?"])


def test_what_was_asked_once_is_remembered(assistant: Counting, suggestions: Suggestions) -> None:
    said = assistant.answer("When does the LRO meet?")
    first = suggestions.after(said, [])
    times = assistant.asked

    assert suggestions.after(said, []) == first
    assert assistant.asked == times


def test_nobody_waits_for_them(assistant: Counting, tmp_path: Path) -> None:
    library = load_library(snapshot_folder(tmp_path / "index", name(tmp_path)))
    said = assistant.answer("When does the LRO meet?")
    times = assistant.asked

    assert Suggestions(assistant, library, Clock(10.0)).after(said, []) == []
    assert assistant.asked == times


def test_after_nothing_was_found_the_nearest_is_offered(assistant: Counting, suggestions: Suggestions) -> None:
    said = assistant.answer("When does the ferry call at the ZQX?")
    assert said.status == "not_found"

    assert "What is the approach to ferry timetable?" in suggestions.after(said, [])
