"""From use to the evaluation: one press makes a candidate row of a question that somebody asked.

The row goes to a file beside the evaluation's own (eval/candidates.py), where a person completes it from the document.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Any

from sqlalchemy import insert, select

from desk.reviewing import REFUSAL, Case, ReviewError, open_case
from desk.roles import Person, allow
from desk.store import Store, find_asked
from desk.tables import CANDIDATES
from desk.turns import storable, utc_now
from eval import CandidateError, Wanted, add_candidate, candidate, questions_in
from ingest import Document, find_quote

_adding = Lock()  # ids are given by what is in the file, so one row at a time


@dataclass(frozen=True, slots=True)
class Questions:
    """Where the evaluation's questions are.

    Attributes:
        own: Those it asks.
        candidates: Those that are still to be completed, to which a row is added.
    """

    own: Path
    candidates: Path


@dataclass(frozen=True, slots=True)
class Made:
    """A row that was made.

    Attributes:
        row_id: Its id.
        lacking: What is still to be completed before the evaluation takes it, a line each.
    """

    row_id: str
    lacking: tuple[str, ...]


def make_question(
    store: Store, person: Person, asked_id: str, questions: Questions, documents: Mapping[str, Document]
) -> Made:
    """Make a candidate row of a question that was asked, once.

    Args:
        store: The store.
        person: Who makes it.
        asked_id: Of which question.
        questions: The files.
        documents: The documents as they are now: the row's evidence must stand in these.

    Raises:
        ReviewError: If it was made before, the question is in the files already, or the file cannot be written.
        NotAllowed: If the person may not review.
        NotKept: If the question is not there.
        StoreError: If it cannot be noted that the row was made.
    """
    allow(person, "review")
    opened = open_case(store, person, asked_id)
    turn = opened.kept.turn
    if turn.answer is None:
        raise ReviewError("This question could not be answered as it was put, so there is no answer to go by.")
    with _adding, store.database.writing() as connection:
        seq = find_asked(connection, asked_id, to_change=True).seq
        before = connection.scalar(select(CANDIDATES.c.row_id).where(CANDIDATES.c.asked == seq))
        if before:
            raise ReviewError(f"This is an evaluation question already: row {before} in {questions.candidates}.")
        try:
            known = questions_in(questions.own)
            row = candidate(_wanted(opened), turn.answer, known, questions.candidates, turn.documents)
            row["documents"] = list(turn.only)
            noted = {"asked": seq, "row_id": row["id"], "name": storable(person.name), "person": storable(person.key)}
            connection.execute(insert(CANDIDATES), {**noted, "marked_at": utc_now()})
            lacking = add_candidate(row, questions.candidates, documents)
        except CandidateError as error:
            raise ReviewError(f"It is not made into an evaluation question: {error}.") from error
    return Made(str(row["id"]), (*lacking, *_gone(row["evidence"], documents)))


def _gone(evidence: Sequence[Mapping[str, Any]], documents: Mapping[str, Document]) -> list[str]:
    """What of the evidence no longer stands in the documents as they are now."""
    texts = {
        entry["document"]: documents[entry["document"]].text for entry in evidence if entry["document"] in documents
    }
    return [
        f"the document {entry['document']} has changed since: it does not have “{entry['quote']}” any more"
        for entry in evidence
        if not find_quote(texts.get(entry["document"], ""), entry["quote"])
    ]


def _wanted(opened: Case) -> Wanted:
    """What is known of the question without its reviewer having said anything more."""
    turn = opened.kept.turn
    asked = turn.answer.question if turn.answer else turn.question
    refusal = opened.standing_decisions.get(REFUSAL)
    rightly_refused = refusal is not None and refusal.verdict == "supported"
    said = [f"asked on the page at {turn.asked_at}"]
    said += [f"flagged: {flag.reason}{f' ({flag.note})' if flag.note else ''}" for flag in opened.flags]
    said += [
        f"statement {decision.statement} {decision.verdict}{f' ({decision.note})' if decision.note else ''}"
        for decision in opened.standing_decisions.values()
    ]
    return Wanted(asked, "", (), "", turn.history, not rightly_refused, "; ".join(said))
