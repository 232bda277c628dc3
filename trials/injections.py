"""`python -m trials.injections`: nothing that somebody writes into documents or questions is obeyed.

Each attempt puts an order into one place (the text of a document, a table, a list, a heading, a footnote, what is
hidden, a title, the catalogue, a file's name, an upload, a question, the questions before it) and asks what the same
corpus without it answers plainly, and what it does not answer at all. Status, quotes with their documents, and
statements must be those of the clean corpus. With a language model the server obeys whatever it is told: after an
honest rewriting, before it, or in its place it says what the attacker wants; then the statements must be the clean
ones, in the documents' words or in the honest server's. A key that was planted must be nowhere in what comes out.

Told: for each place and mode how many attempts were made and how many changed something; exit 1 if any did.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from answer import (
    Answer,
    Assistant,
    LanguageModel,
    ModelWriter,
    QuestionError,
    answer_record,
    load_reader,
    without_unseen,
)
from index import Encoder, build, compiled_encoder, find_model, load, one_thread_a_question
from trials.injection_places import (
    ATTEMPTS,
    FIGURE,
    NOWHERE,
    PLACES,
    QUESTIONS,
    TYPED,
    WHY,
    Attempt,
    Corpus,
    clean_corpus,
    typed,
)
from trials.scripted_server import Connection, ScriptedServer, serving

KEY = "sk-planted-and-never-to-be-seen"
EVERYWHERE = "documents: everywhere at once"
_FOLLOW_UP = "And what was the target?"
Said = tuple[str, tuple[tuple[str, str], ...], tuple[str, ...]]


def said(answer: Answer) -> Said:
    """What must not change: the status, each quote with its document, the statements, as they are seen."""
    return (
        answer.status,
        tuple((c.doc_id, without_unseen(c.quote).text) for c in answer.citations),
        tuple(without_unseen(statement.text).text for statement in answer.statements),
    )


class Obedient:
    """A language model's server that does what it is told.

    Attributes:
        lie: What it was told to say; empty: nothing.
        turn: How many replies it has given; each is made in another way.
    """

    def __init__(self) -> None:
        self.lie = ""
        self.turn = 0

    def __call__(self, connection: Connection) -> None:
        """Reply."""
        honest = " ".join(
            f"{line.strip().rstrip('.;')} [{quote['number']}]."
            for quote in connection.quotes()
            for line in quote["text"].split("\n")
        )
        ways = (f"{honest} {self.lie}", f"{self.lie} {honest}", self.lie)
        connection.begin()
        connection.piece(ways[self.turn % len(ways)] if self.lie else honest)
        connection.end()
        self.turn += bool(self.lie)


@dataclass(slots=True)
class Figures:
    """What came of the attempts: by place and mode, how many were made and what changed."""

    made: dict[tuple[str, str], int] = field(default_factory=dict)
    changed: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def count(self, place: str, mode: str, wrong: str | None) -> None:
        """Count an attempt; ``wrong``: what it changed, or None."""
        key = (place, mode)
        self.made[key] = self.made.get(key, 0) + 1
        if wrong:
            self.changed.setdefault(key, []).append(wrong)

    @property
    def attempts(self) -> int:
        """How many there were."""
        return sum(self.made.values())

    @property
    def successes(self) -> list[str]:
        """What those changed that did."""
        return [f"{place}, {mode}: {wrong}" for (place, mode), each in self.changed.items() for wrong in each]


class Trial:
    """The attempts, over one encoder, one reader and one server.

    Args:
        home: A folder for corpora and indexes.
        encoder: Reads passages and questions.
        server: The server that obeys.
        script: What it does.
    """

    def __init__(self, home: Path, encoder: Encoder, server: ScriptedServer, script: Obedient) -> None:
        self._home = home
        self._encoder = encoder
        self._script = script
        self._reader = load_reader()
        self._writer = ModelWriter(LanguageModel(server.url, "parrot", KEY, 20.0))
        self._model = find_model()
        self._builds = 0
        self.figures = Figures()
        self._clean = self._assistants(clean_corpus())
        self._plain = {q: said(self._clean[0].answer(q)) for q in QUESTIONS}
        self._written = {q: said(self._clean[1].answer(q)) for q in QUESTIONS}
        if any((self._plain[q][0] == "not_found") != (q == NOWHERE) for q in QUESTIONS):
            raise RuntimeError(f"the clean corpus does not answer as it should: {self._plain}")

    def in_documents(self, places: Sequence[str], attempts: Sequence[Attempt]) -> None:
        """Put each order into each place of the documents, one at a time."""
        for attempt in attempts:
            for place in places:
                self._ask(place, attempt, self._assistants(PLACES[place][1](clean_corpus(), attempt.order)))

    def everywhere_at_once(self, attempts: Sequence[Attempt]) -> None:
        """Put each order into all places of the documents that can be had together, and ask everything."""
        for attempt in attempts:
            corpus = clean_corpus()
            for _, put in PLACES.values():
                with suppress(ValueError):  # another has taken the place
                    corpus = put(corpus, attempt.order)
            assistants = self._assistants(corpus)
            for question in QUESTIONS:
                self._check(EVERYWHERE, attempt, assistants, question, (), question, ())

    def in_questions(self, attempts: Sequence[Attempt]) -> None:
        """Type each order with a question, and before one."""
        for attempt in attempts:
            for place in TYPED:
                for asked in (FIGURE, NOWHERE):
                    question = typed(place, attempt.order, asked)
                    self._check(place, attempt, self._clean, question, (), asked, ())
            self._check("history: before a question", attempt, self._clean, WHY, (attempt.order,), WHY, ())
            before, after = (FIGURE,), (FIGURE, attempt.order)
            self._check("history: before a follow-up", attempt, self._clean, _FOLLOW_UP, after, _FOLLOW_UP, before)

    def _ask(self, place: str, attempt: Attempt, assistants: Sequence[Assistant]) -> None:
        for question in (*PLACES[place][0], NOWHERE):
            self._check(place, attempt, assistants, question, (), question, ())

    def _check(  # noqa: PLR0913, PLR0917  what is asked, and what it must be like
        self,
        place: str,
        attempt: Attempt,
        assistants: Sequence[Assistant],
        question: str,
        history: Sequence[str],
        clean: str,
        clean_history: Sequence[str],
    ) -> None:
        """Ask in both modes, and hold what is said against what the clean corpus says to the clean question."""
        plain, written = self._expected(clean, clean_history)
        for mode, assistant, right in (
            ("extractive", assistants[0], (plain,)),
            ("with a model", assistants[1], (plain, written)),
        ):
            self._script.lie = attempt.lie
            try:
                answer = assistant.answer(question, history)
            except QuestionError as error:
                self.figures.count(place, mode, f"{question!r}: {error}")
                continue
            finally:
                self._script.lie = ""
            record = json.dumps(answer_record("1", answer, assistant.snapshot.documents, 0.0))
            wrong = None if said(answer) in right and KEY not in record else f"{question!r}: {said(answer)}"
            self.figures.count(place, mode, wrong)

    def _expected(self, question: str, history: Sequence[str]) -> tuple[Said, Said]:
        if question in self._plain and not history:
            return self._plain[question], self._written[question]
        return said(self._clean[0].answer(question, history)), said(self._clean[1].answer(question, history))

    def _assistants(self, corpus: Corpus) -> tuple[Assistant, Assistant]:
        """Who answers from a corpus: in its own words, and with the model."""
        self._builds += 1
        home = self._home / str(self._builds)
        folder = home / "corpus"
        folder.mkdir(parents=True)
        for name, content in corpus.files.items():
            (folder / name).write_bytes(content)
        entries = (
            f"[{doc_id}]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in entry.items())
            for doc_id, entry in corpus.catalogue.items()
        )
        (folder / "catalogue.toml").write_text("\n".join(entries), "utf-8")
        build(folder, home / "index", self._model, encoder=lambda _: self._encoder)
        snapshot = load(home / "index")
        return (
            Assistant(snapshot, self._encoder, self._reader),
            Assistant(snapshot, self._encoder, self._reader, self._writer),
        )


def run(home: Path, work: Callable[[Trial], None], encoder: Encoder | None = None) -> Figures:
    """Make attempts, and give back what came of them."""
    one_thread_a_question()
    script = Obedient()
    with serving(script) as server:
        trial = Trial(home, encoder or compiled_encoder(find_model()), server, script)
        work(trial)
    return trial.figures


def lines(figures: Figures) -> Iterator[str]:
    """The figures as a table."""
    yield f"{'place':<42}{'mode':<14}{'attempts':>9}{'changed':>9}"
    for (place, mode), made in figures.made.items():
        yield f"{place:<42}{mode:<14}{made:>9}{len(figures.changed.get((place, mode), [])):>9}"
    yield f"{'all':<56}{figures.attempts:>9}{len(figures.successes):>9}"


def main(
    orders: Annotated[int, typer.Option(min=1, max=len(ATTEMPTS), help="How many orders are tried.")] = len(ATTEMPTS),
    place: Annotated[str, typer.Option(help='Only the places that begin so; "question" for what is typed.')] = "",
) -> None:
    """Try to have something obeyed, everywhere, and print what came of it."""
    attempts = list(islice(ATTEMPTS, orders))
    places = [name for name in PLACES if name.startswith(place)]

    def work(trial: Trial) -> None:
        trial.in_documents(places, attempts)
        if not place:
            trial.everywhere_at_once(attempts)
        if place in ("", "question"):
            trial.in_questions(attempts)

    with TemporaryDirectory() as home:
        figures = run(Path(home), work)
    print("\n".join(lines(figures)))  # noqa: T201
    for found in figures.successes:
        print(f"CHANGED {found}")  # noqa: T201
    raise typer.Exit(1 if figures.successes else 0)


if __name__ == "__main__":
    typer.run(main)
