"""Reviewing: the queue of what was asked, what reviewers decide of it, and the audit pack of an answer.

A decision is only ever added (desk/migrations sees to that): a later one of the same statement stands beside the
earlier, and counts. Everything here is for those who may review.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import ColumnElement, Connection, Select, case, distinct, func, insert, select, tuple_, update

from answer import Decision, Verdict, export_pack
from desk.roles import Person, allow
from desk.store import Store, checked_note, find_asked
from desk.tables import ASKED, CANDIDATES, DECISIONS, FLAGS
from desk.turns import Kept, Standing, storable, utc_now

Chosen = Literal["open", "flagged", "decided", "all"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
REFUSAL = 0  # the statement that stands for a refusal as a whole
PAGE = 20  # items
LONGEST_NAME = 200
_MOST_WORDS = 20  # of a search


class ReviewError(Exception):
    """What a reviewer gave cannot be kept. The message says what is missing, in a sentence for the page."""


@dataclass(frozen=True, slots=True)
class Rank:
    """Where an item stands in the queue: what is open and flagged first, then the newest.

    Attributes:
        group: 0 for what is open and flagged, else 1.
        seq: Which it is of all that was ever asked.
    """

    group: int
    seq: int


@dataclass(frozen=True, slots=True)
class Item:
    """A line of the queue.

    Attributes:
        asked_id: Which answer.
        question: What was asked (of a very long one, its beginning).
        asked_at: When.
        standing: How it was answered.
        flags: How often it was flagged.
        decided: How many of its parts are decided.
        parts: How many there are to decide.
    """

    asked_id: str
    question: str
    asked_at: str
    standing: Standing
    flags: int
    decided: int
    parts: int


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue.

    Attributes:
        items: What stands on it, in order.
        total: How many items there are on all pages.
        page: Which page it is, from 1.
        pages: How many there are; at least 1.
    """

    items: tuple[Item, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Flag:
    """What somebody said is wrong with an answer; the name is empty where nobody logs in."""

    reason: str
    note: str
    name: str
    flagged_at: str


@dataclass(frozen=True, slots=True)
class Judged:
    """What a reviewer now says of a part of an answer: a statement by its number, or ``REFUSAL``."""

    statement: int
    verdict: Verdict
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """All there is of one answer under review.

    Attributes:
        kept: The answer, and what it was given to.
        flags: What was said against it, oldest first.
        decisions: What was decided of it, oldest first.
        row_id: The row of the evaluation that was made of it, or None.
        rank: Where it stands in the queue.
    """

    kept: Kept
    flags: tuple[Flag, ...]
    decisions: tuple[Decision, ...]
    row_id: str | None
    rank: Rank

    @property
    def parts(self) -> range:
        """The numbers of what is to be decided: its statements from 1, or ``REFUSAL`` alone."""
        return _parts(self.kept)

    @property
    def standing_decisions(self) -> Mapping[int, Decision]:
        """The decision that counts for each part that has any: the latest."""
        return {decision.statement: decision for decision in self.decisions}

    def decisions_on(self, statement: int) -> list[Decision]:
        """What was decided of one part, oldest first."""
        return [decision for decision in self.decisions if decision.statement == statement]


def given_verdicts(given: Mapping[int, tuple[Verdict | None, str]]) -> list[Judged]:
    """What a reviewer chose, of a form with a verdict (or none yet) and a note for each part.

    Raises:
        ReviewError: If a part has a note and no verdict.
    """
    for part, (verdict, note) in given.items():
        if note.strip() and verdict is None:
            about = f"Statement {part}" if part else "The refusal"
            raise ReviewError(f"{about} has a note and no verdict. Choose one, or take the note out.")
    return [Judged(part, verdict, note) for part, (verdict, note) in given.items() if verdict is not None]


def queue(store: Store, person: Person, chosen: Chosen = "open", search: str = "", page: int = 1) -> Queue:
    """A page of what was asked: what is open and flagged first, then the newest.

    Args:
        store: The store.
        person: Who looks.
        chosen: "open" has parts without a decision, "decided" has one for each; "flagged" was ever flagged.
        search: Words that the question must all have, whatever their case.
        page: Which page; one that is not there gives the nearest that is.

    Raises:
        NotAllowed: If the person may not review.
        StoreError: If it cannot be read.
    """
    allow(person, "review")
    where = _where(chosen, search)
    with store.database.reading() as connection:
        total = connection.execute(select(func.count()).select_from(ASKED).where(*where)).scalar_one()
        pages = max(1, -(-total // PAGE))
        page = min(max(1, page), pages)
        query = select(ASKED).where(*where).order_by(_GROUP, ASKED.c.seq.desc()).limit(PAGE).offset((page - 1) * PAGE)
        items = [
            Item(row.id, row.question, row.asked_at, row.status, row.flags, row.decided, row.parts)
            for row in connection.execute(query)
        ]
    return Queue(tuple(items), total, page, pages)


def beside(
    store: Store, person: Person, rank: Rank, chosen: Chosen = "open", search: str = ""
) -> tuple[str | None, str | None]:
    """The ids of the items before and after a place in the queue, each None where there is none.

    The place need not be taken any more: what was just decided has left the queue of what is open.

    Raises:
        NotAllowed: If the person may not review.
        StoreError: If it cannot be read.
    """
    allow(person, "review")
    key, here = tuple_(_GROUP, -ASKED.c.seq), (rank.group, -rank.seq)
    ids: Select[str] = select(ASKED.c.id).where(*_where(chosen, search)).limit(1)
    with store.database.reading() as connection:
        before = connection.scalar(ids.where(key < here).order_by(_GROUP.desc(), ASKED.c.seq))
        after = connection.scalar(ids.where(key > here).order_by(_GROUP, ASKED.c.seq.desc()))
    return before, after


def open_case(store: Store, person: Person, asked_id: str) -> Case:
    """All there is of an answer under review.

    Raises:
        NotAllowed: If the person may not review.
        NotKept: If it is not there.
        StoreError: If it cannot be read.
    """
    allow(person, "review")
    kept = store.asked(asked_id, person)
    with store.database.reading() as connection:
        row = find_asked(connection, asked_id)
        flags = connection.execute(select(FLAGS).where(FLAGS.c.asked == row.seq).order_by(FLAGS.c.id))
        made = select(CANDIDATES.c.row_id).where(CANDIDATES.c.asked == row.seq)
        return Case(
            kept=kept,
            flags=tuple(Flag(f.reason, f.note, f.name, f.flagged_at) for f in flags),
            decisions=tuple(_decisions(connection, row.seq)),
            row_id=connection.scalar(made),
            rank=Rank(0 if row.flags and row.decided < row.parts else 1, row.seq),
        )


def decide(store: Store, person: Person, asked_id: str, reviewer: str, judged: Sequence[Judged]) -> None:
    """Keep what a reviewer decides, all of it or none.

    Args:
        store: The store.
        person: Who decides.
        asked_id: Of which answer.
        reviewer: The name they give. Where a login has a name, that one is kept instead.
        judged: What they decide of its parts.

    Raises:
        ValueError: If the answer has no such part, there is no such verdict, or a note is too long.
        ReviewError: If there is no name, or nothing is decided.
        NotAllowed: If the person may not review.
        NotKept: If the answer is not there.
        StoreError: If it cannot be kept.
    """
    allow(person, "review")
    name = _reviewer(person, reviewer)
    if not judged:
        raise ReviewError("Nothing is decided yet. Choose a verdict first.")
    parts, now = _parts(store.asked(asked_id, person)), utc_now()
    rows = [
        {
            "statement": _checked(one, parts).statement,
            "verdict": one.verdict,
            "note": checked_note(one.note),
            "reviewer": name,
            "person": storable(person.key),
            "decided_at": now,
        }
        for one in judged
    ]
    with store.database.writing() as connection:
        seq = find_asked(connection, asked_id, to_change=True).seq
        connection.execute(insert(DECISIONS), [{"asked": seq, **row} for row in rows])
        many = select(func.count(distinct(DECISIONS.c.statement))).where(DECISIONS.c.asked == seq)
        connection.execute(update(ASKED).where(ASKED.c.seq == seq).values(decided=many.scalar_subquery()))


def audit_pack(case_: Case, made: str) -> bytes:
    """An answer under review with all that was decided of it, as an audit pack (answer/pack.py).

    Args:
        case_: The answer.
        made: When the pack is made, as ISO 8601 with its offset.

    Raises:
        ValueError: If there is no answer: the question could not be answered as it was put.
    """
    turn = case_.kept.turn
    if turn.answer is None:
        raise ValueError("there is no answer to make a pack of")
    return export_pack(turn.answer, turn.documents, turn.made_with, made=made, decisions=case_.decisions)


_GROUP = case(((ASKED.c.flags > 0) & (ASKED.c.decided < ASKED.c.parts), 0), else_=1)


def _where(chosen: Chosen, search: str) -> list[ColumnElement[bool]]:
    some = {
        "open": [ASKED.c.decided < ASKED.c.parts],
        "flagged": [ASKED.c.flags > 0],
        "decided": [ASKED.c.decided > 0, ASKED.c.decided >= ASKED.c.parts],
        "all": [],
    }[chosen]
    words = storable(search).casefold().split()[:_MOST_WORDS]
    return [*some, *(ASKED.c.folded.contains(word, autoescape=True) for word in words)]


def _parts(kept: Kept) -> range:
    answer = kept.turn.answer
    if answer is None:
        return range(0)
    return range(1, len(answer.statements) + 1) if answer.statements else range(REFUSAL, REFUSAL + 1)


def _checked(one: Judged, parts: range) -> Judged:
    if one.statement not in parts:
        raise ValueError(f"the answer has no statement {one.statement}; it has {list(parts)}")
    if one.verdict not in VERDICTS:
        raise ValueError(f"there is no verdict '{one.verdict}'. There are: {', '.join(VERDICTS)}")
    return one


def _reviewer(person: Person, given: str) -> str:
    name = " ".join(storable((person.name if person.key else "") or given).split())[:LONGEST_NAME]
    if not name:
        raise ReviewError("Type your name. It is kept with what you decide.")
    return name


def _decisions(connection: Connection, seq: int) -> list[Decision]:
    rows = connection.execute(select(DECISIONS).where(DECISIONS.c.asked == seq).order_by(DECISIONS.c.id))
    return [Decision(row.statement, row.verdict, row.note, row.reviewer, row.decided_at) for row in rows]
