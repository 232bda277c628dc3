"""The first tables, and the triggers by which decisions, answers and documents are only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SQLITE_REFUSALS = (
    ("decisions_are_not_changed", "BEFORE UPDATE ON decisions", "", "a decision is never changed: decide again"),
    ("decisions_are_not_deleted", "BEFORE DELETE ON decisions", "", "a decision is never deleted: decide again"),
    # INSERT OR REPLACE deletes without asking the trigger above.
    (
        "decisions_are_not_replaced",
        "BEFORE INSERT ON decisions",
        "WHEN EXISTS (SELECT 1 FROM decisions WHERE id = NEW.id)",
        "a decision is never replaced: decide again",
    ),
    ("answers_are_not_changed", "BEFORE UPDATE ON answers", "", "an answer is kept as it was given"),
    (
        "answers_that_were_decided_on_stay",
        "BEFORE DELETE ON answers",
        "WHEN EXISTS (SELECT 1 FROM decisions WHERE asked = OLD.asked)",
        "an answer that was decided on is not deleted",
    ),
    (
        "answers_are_not_replaced",
        "BEFORE INSERT ON answers",
        "WHEN EXISTS (SELECT 1 FROM answers WHERE asked = NEW.asked)",
        "an answer is kept as it was given",
    ),
    ("documents_are_not_changed", "BEFORE UPDATE ON documents", "", "a document is kept as it was"),
    ("documents_are_not_deleted", "BEFORE DELETE ON documents", "", "a document is kept as it was"),
)
# In PostgreSQL the foreign key of decisions keeps an answer that was decided on.
_POSTGRESQL_REFUSALS = (
    ("decisions", "BEFORE UPDATE OR DELETE ON decisions FOR EACH ROW"),
    ("decisions_whole", "BEFORE TRUNCATE ON decisions FOR EACH STATEMENT"),
    ("answers", "BEFORE UPDATE ON answers FOR EACH ROW"),
    ("documents", "BEFORE UPDATE OR DELETE ON documents FOR EACH ROW"),
    ("documents_whole", "BEFORE TRUNCATE ON documents FOR EACH STATEMENT"),
)


def upgrade() -> None:
    """Make the tables and their triggers."""
    _make_conversations()
    _make_answers()
    _make_review()
    if op.get_bind().dialect.name == "sqlite":
        for name, when, where, said in _SQLITE_REFUSALS:
            op.execute(f"CREATE TRIGGER {name} {when} {where} BEGIN SELECT RAISE(ABORT, '{said}'); END")
        return
    op.execute(
        "CREATE FUNCTION chapter_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'what is kept in % is never changed or deleted', TG_TABLE_NAME; END $$"
    )
    for name, when in _POSTGRESQL_REFUSALS:
        op.execute(f"CREATE TRIGGER {name}_stay {when} EXECUTE FUNCTION chapter_refuse()")


def _make_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("owner", sa.String(1000), nullable=True),
        sa.Column("begun", sa.String(40), nullable=False),
    )
    op.create_index("conversations_by_owner", "conversations", ["owner"])
    op.create_table(
        "asked",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("id", sa.String(40), nullable=False, unique=True),
        sa.Column("conversation", sa.String(40), sa.ForeignKey("conversations.id"), nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("folded", sa.Text, nullable=False),
        sa.Column("asked_at", sa.String(40), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("parts", sa.Integer, nullable=False),
        sa.Column("decided", sa.Integer, nullable=False, server_default="0"),
        sa.Column("flags", sa.Integer, nullable=False, server_default="0"),
        sqlite_autoincrement=True,
    )
    op.create_index("asked_by_conversation", "asked", ["conversation"])


def _make_answers() -> None:
    op.create_table(
        "answers",
        sa.Column("asked", sa.Integer, sa.ForeignKey("asked.seq"), primary_key=True, autoincrement=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "documents",
        sa.Column("sha256", sa.String(64), primary_key=True),
        sa.Column("record", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "sources",
        sa.Column("asked", sa.Integer, sa.ForeignKey("asked.seq"), primary_key=True, autoincrement=False),
        sa.Column("document", sa.String(64), sa.ForeignKey("documents.sha256"), primary_key=True),
    )


def _make_review() -> None:
    op.create_table(
        "flags",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("asked", sa.Integer, sa.ForeignKey("asked.seq"), nullable=False),
        sa.Column("reason", sa.String(100), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("person", sa.String(1000), nullable=False),
        sa.Column("flagged_at", sa.String(40), nullable=False),
    )
    op.create_index("flags_by_asked", "flags", ["asked"])
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("asked", sa.Integer, sa.ForeignKey("answers.asked"), nullable=False),
        sa.Column("statement", sa.Integer, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("note", sa.Text, nullable=False),
        sa.Column("reviewer", sa.Text, nullable=False),
        sa.Column("person", sa.String(1000), nullable=False),
        sa.Column("decided_at", sa.String(40), nullable=False),
        sa.CheckConstraint("verdict IN ('supported', 'partly', 'not supported')", name="verdict_is_one"),
        sqlite_autoincrement=True,
    )
    op.create_index("decisions_by_asked", "decisions", ["asked"])
    op.create_table(
        "candidates",
        sa.Column("asked", sa.Integer, sa.ForeignKey("asked.seq"), primary_key=True, autoincrement=False),
        sa.Column("row_id", sa.String(100), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("person", sa.String(1000), nullable=False),
        sa.Column("marked_at", sa.String(40), nullable=False),
    )
