"""The tables of the review database, as they are now; desk/migrations is how they came to be.

What is only ever added to: decisions, answers and documents. The database itself refuses to change those (triggers).
"""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

METADATA = MetaData()

_TIME = String(40)  # ISO 8601 in UTC, so that order is order in time
_PERSON = String(1000)  # a login's issuer and subject

# A conversation that its owner deleted, and of which something stays for review, has no owner.
CONVERSATIONS = Table(
    "conversations",
    METADATA,
    Column("id", String(40), primary_key=True),
    Column("owner", _PERSON, nullable=True),
    Column("begun", _TIME, nullable=False),
    Index("conversations_by_owner", "owner"),
)

# What is looked through: thin, for all of it is read to show a page of the queue. ``parts`` is how much there is to
# decide, ``decided`` how much of that is decided at least once, ``flags`` how often it was flagged.
ASKED = Table(
    "asked",
    METADATA,
    Column("seq", Integer, primary_key=True, autoincrement=True),
    Column("id", String(40), nullable=False, unique=True),
    Column("conversation", ForeignKey("conversations.id"), nullable=False),
    Column("question", Text, nullable=False),
    Column("folded", Text, nullable=False),
    Column("asked_at", _TIME, nullable=False),
    Column("status", String(20), nullable=False),
    Column("parts", Integer, nullable=False),
    Column("decided", Integer, nullable=False, server_default="0"),
    Column("flags", Integer, nullable=False, server_default="0"),
    Index("asked_by_conversation", "conversation"),
    sqlite_autoincrement=True,
)

ANSWERS = Table(
    "answers",
    METADATA,
    Column("asked", ForeignKey("asked.seq"), primary_key=True, autoincrement=False),
    Column("record", LargeBinary, nullable=False),
)

DOCUMENTS = Table(
    "documents",
    METADATA,
    Column("sha256", String(64), primary_key=True),
    Column("record", LargeBinary, nullable=False),
)

SOURCES = Table(
    "sources",
    METADATA,
    Column("asked", ForeignKey("asked.seq"), primary_key=True, autoincrement=False),
    Column("document", ForeignKey("documents.sha256"), primary_key=True),
)

FLAGS = Table(
    "flags",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("asked", ForeignKey("asked.seq"), nullable=False),
    Column("reason", String(100), nullable=False),
    Column("note", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("person", _PERSON, nullable=False),
    Column("flagged_at", _TIME, nullable=False),
    Index("flags_by_asked", "asked"),
)

DECISIONS = Table(
    "decisions",
    METADATA,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("asked", ForeignKey("answers.asked"), nullable=False),
    Column("statement", Integer, nullable=False),
    Column("verdict", String(20), nullable=False),
    Column("note", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("person", _PERSON, nullable=False),
    Column("decided_at", _TIME, nullable=False),
    CheckConstraint("verdict IN ('supported', 'partly', 'not supported')", name="verdict_is_one"),
    Index("decisions_by_asked", "asked"),
    sqlite_autoincrement=True,
)

CANDIDATES = Table(
    "candidates",
    METADATA,
    Column("asked", ForeignKey("asked.seq"), primary_key=True, autoincrement=False),
    Column("row_id", String(100), nullable=False),
    Column("name", Text, nullable=False),
    Column("person", _PERSON, nullable=False),
    Column("marked_at", _TIME, nullable=False),
)
