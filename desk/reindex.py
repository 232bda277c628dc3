"""From changed documents to a live index: build a candidate, ask the gate, publish, or go back.

One object a page server, shared by all sessions. The work goes on in a thread of its own, one piece at a time, whether
or not somebody looks. The candidate and what the gate said of it are on the disk, so that a server that is started
again finds both.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from desk.gate import ask_gate, is_about
from desk.holdings import Holdings, HoldingsError
from desk.jobs import Busy, Job, Report
from desk.journal import said_time
from desk.roles import Person, allow
from desk.verdict import GateProblem, Verdict, load_verdict, save_verdict
from eval.evaluate import Folders
from index import (
    Candidate,
    Changes,
    Encoder,
    IndexProblem,
    Manifest,
    Model,
    Progress,
    build,
    candidate,
    discard,
    load_encoder,
    load_snapshot,
    manifest_of,
    publish,
    read_manifest,
    roll_back,
    snapshot_folder,
)
from index.current import current
from ingest import CorpusError, read_corpus

State = Literal["idle", "building", "evaluating", "ready", "failed", "published"]
ASKING = "Asking the questions"
_EXPECTED = (IndexProblem, CorpusError, HoldingsError, GateProblem)


class ReindexRefused(Exception):
    """What was asked for cannot be done now. The message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where everything is.

    Attributes:
        corpus: The folder of documents.
        index: The folder of the index; beside it is what is kept of documents.
        evaluation: Where the gate has its questions and keeps its runs.
    """

    corpus: Path
    index: Path
    evaluation: Folders

    @property
    def kept(self) -> Path:
        """The folder of what is kept of documents."""
        return self.index.parent / "kept"


@dataclass(frozen=True, slots=True)
class Look:
    """How things stand at one moment.

    Attributes:
        state: "ready" where a candidate waits; "failed" where there is none and the last work went wrong.
        doing: What is being done, with how much of it; empty where nothing is.
        share: How much of that is done, from 0 to 1.
        left: How many seconds it may take yet, or None.
        stopping: Whether it was asked to stop.
        by: Who began it.
        problem: Why the last work did not come to its end; empty if it did.
        changes: What the candidate has otherwise than the live index; where none waits, what the last build found.
        candidate: The candidate, or None.
        verdict: What the gate says of it, or None.
    """

    state: State
    doing: str = ""
    share: float = 0.0
    left: float | None = None
    stopping: bool = False
    by: str = ""
    problem: str = ""
    changes: Changes | None = None
    candidate: Candidate | None = None
    verdict: Verdict | None = None

    @property
    def going_on(self) -> bool:
        """Whether work goes on."""
        return self.state in ("building", "evaluating")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The index before the live one.

    Attributes:
        built: When it was built, as ISO 8601.
        documents: How many documents it has.
        restorable: Whether its documents are kept, so that they come back with it.
    """

    built: str
    documents: int
    restorable: bool

    @property
    def said(self) -> str:
        """That in sentences."""
        many = f"{self.documents} document{'' if self.documents == 1 else 's'}"
        back = "come back with it" if self.restorable else "are not kept, so the index goes back alone"
        return f"The index before the live one was built on {said_time(self.built)}, of {many}. They {back}."


class Reindexing:
    """The work of bringing the index up to date, for one corpus and one index."""

    def __init__(
        self, places: Places, find_model: Callable[[], Model], encoder: Callable[[Model], Encoder] = load_encoder
    ) -> None:
        self.places = places
        self.holdings = Holdings(places.corpus, places.kept)
        self._find_model = find_model
        self._encoder = encoder
        self._job: Job[Changes] = Job(expected=_EXPECTED)
        self._published = False

    # What there is to see

    def look(self) -> Look:
        """How things stand. Reads two small files, and nothing of the corpus."""
        status = self._job.status
        if status.going_on:
            return Look(
                "evaluating" if status.what == ASKING else "building",
                doing=f"{status.what}: {status.done} of {status.of}" if status.of else status.what or "Starting",
                share=min(status.done / status.of, 1.0) if status.of else 0.0,
                left=status.left,
                stopping=status.state == "stopping",
                by=status.by,
            )
        problem = _said(status.error) if status.state == "failed" else ""
        if status.state == "stopped":
            problem = "It was stopped before it had ended."
        found = candidate(self.places.index)
        if found is not None:
            verdict = load_verdict(self._verdict_path, found.name)
            return Look("ready", problem=problem, changes=found.changes, candidate=found, verdict=verdict)
        state: State = "published" if self._published else "failed" if status.state == "failed" else "idle"
        return Look(state, problem=problem, changes=None if self._published else status.result)

    def live(self) -> Manifest | None:
        """The live index' manifest; None if there is none that can be read."""
        try:
            return read_manifest(self.places.index)
        except IndexProblem:
            return None

    def is_behind(self, found: Candidate) -> bool:
        """Whether the documents have changed since a candidate was built. Reads all of them.

        Raises:
            IndexProblem, HoldingsError: If the candidate or the documents cannot be read.
        """
        return not self.holdings.state().fits(manifest_of(snapshot_folder(self.places.index, found.name)))

    def earlier(self) -> Earlier | None:
        """The index before the live one, to which ``go_back`` leads; None if there is none."""
        try:
            name = current(self.places.index)["previous"]
            manifest = manifest_of(snapshot_folder(self.places.index, name)) if name else None
        except IndexProblem:
            return None
        if manifest is None:
            return None
        return Earlier(manifest.built, len(manifest.documents), self.holdings.can_restore(manifest))

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until no work goes on; False if it still does after so many seconds."""
        return self._job.wait(seconds)

    # Work that takes its time

    def start(self, person: Person) -> None:
        """Begin to build a candidate and to ask the gate of it.

        Raises:
            NotAllowed: If they may not.
            ReindexRefused: If work goes on already.
        """
        self._begin(person, lambda report: self._build(person, report))

    def ask_again(self, person: Person) -> None:
        """Begin to ask the gate of the candidate that waits; raises as ``start``, and if there is none."""
        found = self._waiting()

        def work(report: Report) -> Changes:
            self._ask(person, found, report)
            return found.changes

        self._begin(person, work)

    def stop(self, person: Person) -> None:
        """End the work at its next step. The live index is as it was; a candidate that is built stays."""
        allow(person, "maintain")
        self._job.stop()

    def _begin(self, person: Person, work: Callable[[Report], Changes]) -> None:
        allow(person, "maintain")
        try:
            self._job.start(work, by=person.name)
        except Busy as error:
            raise ReindexRefused("a re-index is under way. Wait until it has ended, or stop it") from error
        self._published = False

    def _build(self, person: Person, report: Report) -> Changes:
        report("Keeping the documents as they are", 0, 0)
        state = self.holdings.keep(person)
        model = self._find_model()
        index = self.places.index
        changes = build(self.places.corpus, index, model, progress=report, encoder=self._encoder, publish=False)
        found = candidate(index)
        if found is None:
            return changes
        if not state.fits(manifest_of(snapshot_folder(index, found.name))):
            discard(index)
            raise HoldingsError("the documents were changed while they were being read. Re-index again")
        self.holdings.note(person, "re-indexed", _counts(changes))
        self._ask(person, found, report)
        return changes

    def _ask(self, person: Person, found: Candidate, report: Report) -> None:
        verdict = self._verdict(found, report)
        save_verdict(self._verdict_path, verdict)
        self.holdings.note(person, "evaluated", verdict.said)

    def _verdict(self, found: Candidate, report: Report) -> Verdict:
        report(ASKING, 0, 0)
        questions = self.places.evaluation.questions
        if not questions.is_file():
            return Verdict(found.name, "none", f"There is no gate here: there are no questions at {questions}.")
        live = self.live()
        snapshot = load_snapshot(snapshot_folder(self.places.index, found.name))
        if not is_about(questions, {*snapshot.documents, *(live.documents if live else ())}):
            said = f"There is no gate here: no question in {questions} is about these documents."
            return Verdict(found.name, "none", said)
        documents = {item.document.doc_id: item.document for item in read_corpus(self.places.corpus).documents}
        if {i: d.sha256 for i, d in documents.items()} != dict(snapshot.manifest.documents):
            raise GateProblem("the documents were changed since the candidate was built. Re-index again")
        encoder, folders = self._encoder(self._find_model()), self.places.evaluation
        return ask_gate(folders, found.name, snapshot, documents, encoder, lambda done, of: report(ASKING, done, of))

    # Steps that are taken at once

    def publish(self, person: Person, reason: str = "") -> None:
        """Make the candidate live.

        Args:
            person: Who does it.
            reason: Why, where the gate does not let it through; it is written down.

        Raises:
            NotAllowed: If they may not.
            ReindexRefused: If work goes on, or the gate is not open and no reason is given.
            IndexProblem: If there is no candidate, or it cannot be made live.
            HoldingsError: If what it was built from cannot be kept, or nothing can be written down.
        """
        allow(person, "maintain")
        self._check_idle()
        found = self._waiting()
        verdict = load_verdict(self._verdict_path, found.name)
        why = " ".join(reason.split())
        if not verdict.lets_through and not why:
            raise ReindexRefused("the gate has not let it through. Say why it is to be published all the same")
        self.holdings.keep(person)
        publish(self.places.index)
        self._published = True
        said = f"{_counts(found.changes)}. {verdict.said}{f' Published all the same: {why}' if why else ''}"
        self.holdings.note(person, "published", said)

    def update_at_once(self, person: Person, progress: Progress) -> Changes:
        """Build and publish in one go, without the gate; raises as ``publish``."""
        allow(person, "maintain")
        self._check_idle()
        self.holdings.keep(person)
        changes = build(
            self.places.corpus, self.places.index, self._find_model(), progress=progress, encoder=self._encoder
        )
        if changes.built:
            self.holdings.note(person, "published", f"{_counts(changes)}. At once, without asking the gate.")
        return changes

    def discard(self, person: Person, *, restore: bool) -> None:
        """Drop the candidate; with ``restore`` the documents go back to those of the live index.

        Raises:
            NotAllowed, ReindexRefused, IndexProblem, HoldingsError: As ``publish``.
        """
        allow(person, "maintain")
        self._check_idle()
        discard(self.places.index)
        self.holdings.note(person, "discarded", "the documents stay as they are" if not restore else "")
        if restore:
            self.restore(person)

    def go_back(self, person: Person) -> bool:
        """Make the index before the live one live again, and bring its documents back.

        Returns:
            Whether the documents came back too: they do if they are kept.

        Raises:
            NotAllowed, ReindexRefused, IndexProblem, HoldingsError: As ``publish``.
        """
        allow(person, "maintain")
        self._check_idle()
        self.holdings.keep(person)
        roll_back(self.places.index)
        self._published = False
        manifest = read_manifest(self.places.index)
        self.holdings.note(person, "rolled back", f"to the index built {manifest.built}")
        if not self.holdings.can_restore(manifest):
            return False
        self.holdings.restore(person, manifest)
        return True

    def restore(self, person: Person) -> bool:
        """Bring the documents back to those of the live index; False if they are those.

        Raises:
            NotAllowed, IndexProblem, HoldingsError: As ``publish``.
        """
        return self.holdings.restore(person, read_manifest(self.places.index))

    def _check_idle(self) -> None:
        if self._job.status.going_on:
            raise ReindexRefused("a re-index is under way. Wait until it has ended, or stop it")

    def _waiting(self) -> Candidate:
        found = candidate(self.places.index)
        if found is None:
            raise ReindexRefused("there is no candidate any more. Look again at how things stand")
        return found

    @property
    def _verdict_path(self) -> Path:
        return self.places.kept / "verdict.json"


def changes_said(changes: Changes) -> list[tuple[str, str]]:
    """What a build found, as rows of a table: what, and which."""
    rows = [
        (kind.capitalize(), f"{len(ids)}{': ' if ids else ''}{', '.join(ids)}")
        for kind in ("created", "updated", "deleted", "unchanged")
        for ids in (getattr(changes, kind),)
    ]
    rows.append(("Passages", f"{changes.passages:,}; embedded now: {changes.embedded:,}"))
    return [*rows, *((f"Not read: {name}", reason) for name, reason in changes.unread.items())]


def _counts(changes: Changes) -> str:
    kinds = ("created", "updated", "deleted", "unchanged")
    return ", ".join(f"{len(getattr(changes, kind))} {kind}" for kind in kinds)


def _said(error: Exception | None) -> str:
    """An error as it is shown; of a fault of ours only that there was one: the log has the rest."""
    if isinstance(error, _EXPECTED):
        return str(error)
    return "something went wrong in the program, and the log says what. Try again"
