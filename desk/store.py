"""The store: what is kept of questions and answers, and of what people thought of them.

A conversation belongs to whoever began it; where nobody logs in, all on this machine share one history. An answer opens
for anyone who may ask and has its id, which cannot be guessed. Reviewing is in desk/reviewing.py.
"""

import secrets
from collections.abc import Sequence

from sqlalchemy import Connection, Row, delete, func, insert, literal, select, update

from answer import KeptError
from desk import events
from desk.database import Database, StoreError, open_database
from desk.kept_documents import KeptDocuments
from desk.roles import Person, allow, may
from desk.tables import ANSWERS, ASKED, CANDIDATES, CONVERSATIONS, FLAGS, SOURCES
from desk.turns import REASONS, Kept, NotKept, Reason, Talk, Turn, storable, turn_from_bytes, turn_to_bytes, utc_now

LONGEST_NOTE = 4_000
_LONGEST_SHOWN = 2_000  # characters of a question that are looked through; all of it is kept
_ID_BYTES = 16  # 128 bits


class Store:
    """Keeps what is asked and said. Safe to share among threads.

    Args:
        database: Where it is kept.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self.documents = KeptDocuments()

    @classmethod
    def open(cls, url: str) -> "Store":
        """The store at a URL, made if it is not there.

        Raises:
            StoreError: If it cannot be opened.
        """
        return cls(open_database(url))

    def close(self) -> None:
        """Close its connections."""
        self.database.close()

    def keep(self, conversation_id: str | None, person: Person, turn: Turn) -> tuple[str, str]:
        """Keep a turn of a conversation.

        Args:
            conversation_id: The conversation it goes on with. None begins one; so does that of somebody else, or one
                that is no longer there.
            person: Who asked.
            turn: What was asked and said.

        Returns:
            The ids of the conversation and of the turn.

        Raises:
            NotAllowed: If the person may not ask.
            StoreError: If it cannot be kept.
        """
        allow(person, "ask")
        packed, sources = turn_to_bytes(turn), self.documents.digests(turn.sources)
        asked_id, shown = _new_id(), storable(turn.question[:_LONGEST_SHOWN])
        with self.database.writing() as connection:
            conversation = _conversation(connection, conversation_id, person, turn.asked_at)
            row = {
                "id": asked_id,
                "conversation": conversation,
                "question": shown,
                "folded": shown.casefold(),
                "asked_at": turn.asked_at,
                "status": turn.standing,
                "parts": turn.parts,
            }
            seq = connection.execute(insert(ASKED).returning(ASKED.c.seq), row).scalar_one()
            connection.execute(insert(ANSWERS), {"asked": seq, "record": packed})
            self.documents.keep(connection, seq, sources)
        return conversation, asked_id

    def asked(self, asked_id: str, person: Person) -> Kept:
        """A turn by its id.

        Raises:
            NotAllowed: If the person may not ask.
            NotKept: If it is not there; what its owner deleted is there for reviewers alone.
            StoreError: If it cannot be read.
        """
        allow(person, "ask")
        with self.database.reading() as connection:
            row = find_asked(connection, asked_id)
            if row.owner is None and not may(person, "review"):
                raise _not_kept("its owner deleted it", person)
            return self._kept(connection, [row])[0]

    def conversation(self, conversation_id: str, person: Person) -> list[Kept]:
        """The turns of a conversation of one's own, oldest first.

        Raises:
            NotAllowed: If the person may not ask.
            NotKept: If it is not there, or is another's.
            StoreError: If it cannot be read.
        """
        allow(person, "ask")
        with self.database.reading() as connection:
            mine = (CONVERSATIONS.c.id == conversation_id) & (CONVERSATIONS.c.owner == storable(person.key))
            rows = connection.execute(_ASKED.where(mine).order_by(ASKED.c.seq)).all()
            if not rows:
                raise _not_theirs(person)
            return self._kept(connection, rows)

    def conversations(self, person: Person, limit: int = 50) -> list[Talk]:
        """One's own conversations, the one that was last asked in first.

        Raises:
            NotAllowed: If the person may not ask.
            StoreError: If they cannot be read.
        """
        allow(person, "ask")
        last = (
            select(
                ASKED.c.conversation,
                func.min(ASKED.c.seq).label("first"),
                func.max(ASKED.c.seq).label("last"),
                func.count().label("questions"),
                func.max(ASKED.c.asked_at).label("asked_at"),
            )
            .join(CONVERSATIONS, CONVERSATIONS.c.id == ASKED.c.conversation)
            .where(CONVERSATIONS.c.owner == storable(person.key))
            .group_by(ASKED.c.conversation)
            .order_by(func.max(ASKED.c.seq).desc())
            .limit(limit)
            .subquery()
        )
        query = select(last, ASKED.c.question).join(ASKED, ASKED.c.seq == last.c.first).order_by(last.c.last.desc())
        with self.database.reading() as connection:
            return [Talk(r.conversation, r.question, r.questions, r.asked_at) for r in connection.execute(query)]

    def delete_conversation(self, conversation_id: str, person: Person) -> None:
        """Delete a conversation of one's own.

        What was flagged, was decided on or became a question of the evaluation stays for review, without its owner's
        name: their own flags stay without it too.

        Raises:
            NotAllowed: If the person may not ask.
            NotKept: If it is not there, or is another's.
            StoreError: If it cannot be deleted.
        """
        allow(person, "ask")
        with self.database.writing() as connection:
            found = select(CONVERSATIONS.c.id).where(
                CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.owner == storable(person.key)
            )
            if connection.execute(found.with_for_update()).first() is None:
                raise _not_theirs(person)
            _delete(connection, conversation_id, storable(person.key))

    def delete_asked(self, asked_id: str, person: Person) -> None:
        """Delete a question of one's own, and those asked after it in its conversation, which are kept with it.

        What was flagged, was decided on or became a question of the evaluation stays for review, without its owner's
        name, as with ``delete_conversation``.

        Raises:
            NotAllowed: If the person may not ask.
            NotKept: If it is not there, or is another's.
            StoreError: If it cannot be deleted.
        """
        allow(person, "ask")
        with self.database.writing() as connection:
            row = find_asked(connection, asked_id, to_change=True)
            if row.owner != storable(person.key):
                raise _not_kept("it is another's", person)
            _delete(connection, row.conversation, storable(person.key), row.seq)

    def flag(self, asked_id: str, person: Person, reason: Reason, note: str = "") -> None:
        """Say that something is wrong with an answer, so that a reviewer looks at it.

        Raises:
            ValueError: If the reason is none of ``REASONS``, or the note is longer than ``LONGEST_NOTE``.
            NotAllowed: If the person may not ask.
            NotKept: If the answer is not there.
            StoreError: If it cannot be kept.
        """
        allow(person, "ask")
        if reason not in REASONS:
            raise ValueError(f"there is no reason '{reason}'. There are: {', '.join(REASONS)}")
        row = {
            "reason": reason,
            "note": checked_note(note),
            "name": storable(person.name),
            "person": storable(person.key),
            "flagged_at": utc_now(),
        }
        with self.database.writing() as connection:
            seq = find_asked(connection, asked_id, to_change=True).seq
            connection.execute(insert(FLAGS), {"asked": seq, **row})
            connection.execute(update(ASKED).where(ASKED.c.seq == seq).values(flags=ASKED.c.flags + 1))

    def _kept(self, connection: Connection, rows: Sequence[Row[tuple[object, ...]]]) -> list[Kept]:
        seqs = [row.seq for row in rows]
        documents = self.documents.of(connection, seqs)
        query = select(ANSWERS.c.asked, ANSWERS.c.record).where(ANSWERS.c.asked.in_(seqs))
        records = {row.asked: row.record for row in connection.execute(query)}
        try:
            turns = [turn_from_bytes(records[seq], documents[seq]) for seq in seqs]
        except (KeptError, KeyError) as error:
            raise StoreError(f"an answer in {self.database.name} cannot be read: {error}") from error
        return [Kept(row.id, row.conversation, turn) for row, turn in zip(rows, turns, strict=True)]


_ASKED = select(ASKED, CONVERSATIONS.c.owner).join(CONVERSATIONS, CONVERSATIONS.c.id == ASKED.c.conversation)


def find_asked(connection: Connection, asked_id: str, *, to_change: bool = False) -> Row[tuple[object, ...]]:
    """The row of what was asked, with the owner of its conversation; held for a change where it is ``to_change``.

    Raises:
        NotKept: If it is not there.
    """
    query = _ASKED.where(ASKED.c.id == asked_id)
    row = connection.execute(query.with_for_update(of=ASKED) if to_change else query).first()
    if row is None:
        raise _not_kept("there is none of that id")
    return row


def checked_note(note: str) -> str:
    """A note as it is kept.

    Raises:
        ValueError: If it is too long.
    """
    if len(note) > LONGEST_NOTE:
        raise ValueError(f"the note has {len(note):,} characters; the most is {LONGEST_NOTE:,}")
    return storable(note.strip())


def _not_kept(why: str, person: Person | None = None) -> NotKept:
    """What whoever asks for an answer is told; and whoever runs this, why."""
    who = {"by": person.key, "role": person.role} if person else {}
    events.refused("open an answer", why, **who)
    return NotKept("This answer is not kept. It may have been deleted.")


def _not_theirs(person: Person) -> NotKept:
    events.refused("open a conversation", "it is another's, or is not there", by=person.key, role=person.role)
    return NotKept("This conversation is not kept. It may have been deleted.")


def _new_id() -> str:
    return secrets.token_urlsafe(_ID_BYTES)


def _conversation(connection: Connection, conversation_id: str | None, person: Person, begun: str) -> str:
    """The person's own conversation of that id, or a new one."""
    owner = storable(person.key)
    mine = select(literal(1)).where(CONVERSATIONS.c.id == conversation_id, CONVERSATIONS.c.owner == owner)
    if conversation_id and connection.execute(mine.with_for_update()).first():
        return conversation_id
    new = _new_id()
    connection.execute(insert(CONVERSATIONS), {"id": new, "owner": owner, "begun": begun})
    return new


def _delete(connection: Connection, conversation_id: str, owner: str, first: int = 0) -> None:
    """Delete what of a conversation may go, from one of its questions on; and the conversation, if none is left."""
    here, inside = CONVERSATIONS.c.id == conversation_id, ASKED.c.conversation == conversation_id
    going = select(ASKED.c.seq).where(
        inside,
        ASKED.c.seq >= first,
        ASKED.c.flags == 0,
        ASKED.c.decided == 0,
        ASKED.c.seq.not_in(select(CANDIDATES.c.asked)),
    )
    seqs = connection.scalars(going.with_for_update()).all()
    for table, column in ((SOURCES, SOURCES.c.asked), (ANSWERS, ANSWERS.c.asked), (ASKED, ASKED.c.seq)):
        connection.execute(delete(table).where(column.in_(seqs)))
    left = connection.scalars(select(ASKED.c.seq).where(inside, ASKED.c.seq >= first)).all()
    theirs = FLAGS.c.asked.in_(left) & (FLAGS.c.person == owner)
    connection.execute(update(FLAGS).where(theirs).values(name="", person=""))
    if connection.execute(select(literal(1)).where(inside, ASKED.c.seq < first)).first():
        _leave_to_reviewers(connection, left)  # what stands before stays its owner's
    elif left:
        connection.execute(update(CONVERSATIONS).where(here).values(owner=None))
    else:
        connection.execute(delete(CONVERSATIONS).where(here))


def _leave_to_reviewers(connection: Connection, asked: Sequence[int]) -> None:
    """Put what was asked into a conversation that is nobody's."""
    if asked:
        new = _new_id()
        connection.execute(insert(CONVERSATIONS), {"id": new, "owner": None, "begun": utc_now()})
        connection.execute(update(ASKED).where(ASKED.c.seq.in_(asked)).values(conversation=new))
