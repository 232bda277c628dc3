"""The evaluation that is run from the page: the same as the command's, behind the page, one for all sessions."""

from collections.abc import Callable
from pathlib import Path

from answer import Assistant, QuestionError
from desk.jobs import Job, Report, Status
from desk.roles import Person, allow
from eval.evaluate import Folders, Prepared, Ready, evaluate, prepare
from eval.gate import GateError
from eval.questions import QuestionsError
from eval.results import RunError
from index import IndexProblem, Model, check_matches
from ingest import CorpusError

_MISTAKES = (QuestionsError, CorpusError, IndexProblem, RunError, GateError, QuestionError)
_READING, _ASKING, _MEASURING = "Reading the documents and the questions", "Asking", "Measuring and writing the report"


class Evaluating:
    """One evaluation at a time, whoever began it.

    Args:
        folders: Where its questions are, and where it is kept.
    """

    def __init__(self, folders: Folders) -> None:
        self.folders = folders
        self._job = Job[str](_MISTAKES)

    @property
    def status(self) -> Status[str]:
        """How it stands; what comes of it is the name of the run's folder."""
        return self._job.status

    def start(self, person: Person, assistant: Assistant, corpus: Path, model: Model) -> None:
        """Begin.

        Args:
            person: Who begins it.
            assistant: Who answers on the page: its index and its loaded models are used, and no writer.
            corpus: The folder of documents, which the index must have been made from.
            model: The embedding model of the assistant.

        Raises:
            NotAllowed: If they may not.
            Busy: If one is going on.
        """
        allow(person, "evaluate")
        ready = Ready(assistant.snapshot, assistant.encoder, assistant.reader)

        def work(report: Report) -> str:
            report(_READING, 0, 0)
            check_matches(ready.snapshot.manifest, corpus, model)
            prepared = prepare(self.folders, corpus)
            return evaluate(prepared, ready, _counting(prepared, report)).folder.name

        self._job.start(work, person.name)

    def stop(self, person: Person) -> None:
        """End it after the question that is being asked; nothing of it is kept.

        Raises:
            NotAllowed: If they may not.
        """
        allow(person, "evaluate")
        self._job.stop()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until it has ended; False if it goes on after so many seconds."""
        return self._job.wait(seconds)

    def questions(self) -> int | None:
        """How many questions would be asked; None if there is no questions file."""
        try:
            return sum(bool(line.strip()) for line in self.folders.questions.read_text("utf-8").split("\n"))
        except (OSError, UnicodeDecodeError):
            return None


def _counting(prepared: Prepared, report: Report) -> Callable[[], None]:
    """What is called after each question: it counts them."""
    of, done = len(prepared.questions), 0
    report(_ASKING, 0, of)

    def one_more() -> None:
        nonlocal done
        done += 1
        report(_ASKING, done, of)
        if done == of:
            report(_MEASURING, 0, 0)

    return one_more


def progress_said(status: Status[str]) -> str:
    """How far it is, in a line."""
    if status.state == "stopping":
        return "Stopping after this question"
    parts = [
        f"{status.what}: {status.done} of {status.of}" if status.of else status.what or "Beginning",
        f"{time_said(status.left)} left" if status.left else "",
        f"begun by {status.by}" if status.by else "",
    ]
    return ", ".join(part for part in parts if part)


def progress_share(status: Status[str]) -> float:
    """How far it is, from 0 to 1."""
    if status.what == _MEASURING:
        return 1.0
    return status.done / status.of if status.of else 0.0


def time_said(seconds: float) -> str:
    """A time as a person would say it: no nearer than it can be known."""
    if seconds < 10:
        return "some seconds"
    if seconds < 90:
        return f"about {round(seconds / 10) * 10} seconds"
    return f"about {round(seconds / 60)} minutes"


def outcome_said(status: Status[str]) -> str:
    """How the last one ended, in a sentence; empty if none did."""
    if status.state == "done":
        return f"The evaluation is done and kept. It took {time_said(status.seconds)}."
    if status.state == "stopped":
        return "The evaluation was stopped. Nothing of it was kept."
    if status.state == "failed":
        if isinstance(status.error, _MISTAKES):
            message = str(status.error)
            ended = message.endswith(".") or "Run: " in message
            return f"The evaluation could not be run: {message}{'' if ended else '.'}"
        return "The evaluation failed for a reason of ours. The log of this page has it in full. Nothing was kept."
    return ""
