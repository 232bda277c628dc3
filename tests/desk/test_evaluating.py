"""An evaluation behind the page: a small corpus, letters for a model, an encoder that waits for the test."""

import json
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from answer import Assistant
from desk import NotAllowed, Person
from desk.evaluating import Evaluating, outcome_said, progress_said, progress_share, time_said
from desk.jobs import Busy, Status
from desk.runs import Runs
from eval import QuestionsError
from eval.evaluate import Folders
from eval.held import read_held
from index import Encoding, Model, build, load
from tests.conftest import LetterEncoder

PATIENCE = 60.0
REVIEWER = Person("Ada", "reviewer")
QUESTIONS = [
    ("q1", "How many passengers did the ferry carry in 2019-20?", "4,210 passengers", "4,210"),
    ("q2", "How many books did the library lend in 2018?", "900 books", "900"),
]


class Gate(LetterEncoder):
    """An encoder that stands still while it is shut."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.reached = threading.Event(), threading.Event()
        self.open.set()

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        self.reached.set()
        assert self.open.wait(PATIENCE)
        return super().encode(texts, on_done)


@pytest.fixture
def gate() -> Iterator[Gate]:
    found = Gate()
    yield found
    found.open.set()


@pytest.fixture
def assistant(small_corpus: Path, letter_model: Model, gate: Gate, tmp_path: Path) -> Assistant:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: gate)
    return Assistant(load(tmp_path / "index"), gate)


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    rules = tmp_path / "gate.toml"
    rules.write_text("", "utf-8")
    rows = [
        {
            "id": id_, "question": asked, "kind": "figure", "history": [], "documents": [], "answerable": True,
            "evidence": [{"document": "ferry" if id_ == "q1" else "library", "quote": quote}], "facts": [[fact]],
            "reference": fact, "split": "dev", "notes": "",
        }
        for id_, asked, quote, fact in QUESTIONS
    ]  # fmt: skip
    questions = tmp_path / "questions.jsonl"
    questions.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return Folders(questions, tmp_path / "runs", tmp_path / "accepted", rules)


@pytest.fixture
def evaluating(folders: Folders) -> Evaluating:
    return Evaluating(folders)


def test_it_is_run_kept_and_shown_like_any_other(
    evaluating: Evaluating, assistant: Assistant, small_corpus: Path, letter_model: Model
) -> None:
    assert outcome_said(evaluating.status) == ""
    evaluating.start(REVIEWER, assistant, small_corpus, letter_model)
    assert evaluating.wait(PATIENCE)

    status = evaluating.status
    assert (status.state, status.error, status.by) == ("done", None, "Ada")
    assert outcome_said(status).startswith("The evaluation is done and kept.")
    runs = Runs(evaluating.folders)
    (run,) = runs.kept()
    assert (run.name, run.n, run.problem) == (status.result, 2, "")
    assert [result.id for result in runs.results(run)] == ["q1", "q2"]
    assert (run.folder / "report.html").is_file()
    assert read_held(run.folder, None, evaluating.folders.rules) is not None


def test_it_counts_and_stops_between_questions_and_keeps_nothing(
    evaluating: Evaluating, assistant: Assistant, small_corpus: Path, letter_model: Model, gate: Gate
) -> None:
    gate.open.clear()
    gate.reached.clear()
    evaluating.start(REVIEWER, assistant, small_corpus, letter_model)
    assert gate.reached.wait(PATIENCE)
    assert progress_said(evaluating.status) == "Asking: 0 of 2, begun by Ada"
    with pytest.raises(Busy):
        evaluating.start(REVIEWER, assistant, small_corpus, letter_model)

    evaluating.stop(REVIEWER)
    assert progress_said(evaluating.status) == "Stopping after this question"
    gate.open.set()
    assert evaluating.wait(PATIENCE)

    assert evaluating.status.state == "stopped"
    assert outcome_said(evaluating.status) == "The evaluation was stopped. Nothing of it was kept."
    assert Runs(evaluating.folders).kept() == []


def test_only_who_may_begins_or_stops_it(
    evaluating: Evaluating, assistant: Assistant, small_corpus: Path, letter_model: Model
) -> None:
    staff = Person("Bo", "staff")
    with pytest.raises(NotAllowed, match="to evaluate"):
        evaluating.start(staff, assistant, small_corpus, letter_model)
    with pytest.raises(NotAllowed):
        evaluating.stop(staff)
    assert evaluating.status.state == "idle"


def test_an_index_of_other_documents_is_not_evaluated(
    evaluating: Evaluating, assistant: Assistant, small_corpus: Path, letter_model: Model
) -> None:
    (small_corpus / "ferry.txt").write_text("Another plan.", "utf-8")
    evaluating.start(REVIEWER, assistant, small_corpus, letter_model)
    assert evaluating.wait(PATIENCE)

    assert evaluating.status.state == "failed"
    assert "another corpus (1 of its files changed). Run: " in outcome_said(evaluating.status)


def test_a_mistake_in_the_questions_is_said_before_any_is_asked(
    evaluating: Evaluating, assistant: Assistant, small_corpus: Path, letter_model: Model, gate: Gate
) -> None:
    evaluating.folders.questions.write_text('{"id": "x"}', "utf-8")
    gate.encoded.clear()
    evaluating.start(REVIEWER, assistant, small_corpus, letter_model)
    assert evaluating.wait(PATIENCE)

    assert isinstance(evaluating.status.error, QuestionsError)
    assert "line 1" in outcome_said(evaluating.status)
    assert gate.encoded == []


def test_the_questions_are_counted_if_there_is_a_file_of_them(evaluating: Evaluating) -> None:
    assert evaluating.questions() == 2
    evaluating.folders.questions.unlink()
    assert evaluating.questions() is None


def test_progress_is_said_in_words_with_the_time_left() -> None:
    status: Status[str] = Status("running", "Asking", 120, 408, by="Ada", seconds=50, left=120)

    assert progress_said(status) == "Asking: 120 of 408, about 2 minutes left, begun by Ada"
    assert progress_share(status) == pytest.approx(120 / 408)
    assert progress_said(Status("running")) == "Beginning"
    assert progress_share(Status("running", "Measuring and writing the report")) == 1.0


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [(3, "some seconds"), (41, "about 40 seconds"), (89, "about 90 seconds"), (100, "about 2 minutes")],
)
def test_a_time_is_said_no_nearer_than_it_can_be_known(seconds: float, expected: str) -> None:
    assert time_said(seconds) == expected


def test_a_fault_of_ours_is_said_as_one() -> None:
    status: Status[str] = Status("failed", error=ZeroDivisionError("division by zero"))

    assert "a reason of ours" in outcome_said(status)
    assert "division" not in outcome_said(status)
