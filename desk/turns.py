"""What is kept of a question and what was said to it."""

import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, get_args

from answer import Answer, KeptError, MadeWith, answer_from_json, answer_to_json
from ingest import Document

Standing = Literal["answered", "partial", "not_found", "problem"]
Reason = Literal[
    "It is wrong",
    "It is not what I asked",
    "Something is missing",
    "It should have been found",
    "The source does not say that",
    "Other",
]
REASONS: tuple[Reason, ...] = get_args(Reason)


class NotKept(Exception):
    """What is asked for is not kept, or is another's. The message says so in a sentence for the page."""


def utc_now() -> str:
    """The time, as everything here keeps it: ISO 8601 in UTC, to the microsecond."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what was said to it, with all that is needed to show it again.

    Attributes:
        question: As it was typed.
        answer: What was said, or None where the question could not be answered as it was put.
        problem: Why it could not; empty when it was answered.
        documents: The documents as they were when it was asked, by id: its citations are places in these.
        made_with: What the answer was made with.
        history: The questions it was asked after, oldest first.
        only: The ids of the documents that were looked in; empty for all.
        latency_ms: How long the answer took.
        asked_at: When it was asked, ISO 8601 in UTC.
    """

    question: str
    answer: Answer | None
    problem: str
    documents: Mapping[str, Document]
    made_with: MadeWith
    history: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    latency_ms: float = 0.0
    asked_at: str = field(default_factory=utc_now)

    @property
    def standing(self) -> Standing:
        """How it was answered; "problem" where it could not be."""
        return "problem" if self.answer is None else self.answer.status

    @property
    def parts(self) -> int:
        """How much of it a reviewer has to decide: each statement, or a refusal as a whole."""
        if self.answer is None:
            return 0
        return len(self.answer.statements) or 1

    @property
    def sources(self) -> list[Document]:
        """The documents that its answer cites or leads to, and those that say whether these still hold."""
        if self.answer is None:
            return []
        cited = [c.doc_id for c in self.answer.citations] + [hit.passage.doc_id for hit in self.answer.hits]
        return [self.documents[doc_id] for doc_id in _with_kin(cited, self.documents)]


@dataclass(frozen=True, slots=True)
class Kept:
    """A turn that is kept.

    Attributes:
        asked_id: What tells it from others; unguessable, so that it may be a link.
        conversation_id: The conversation that it is part of.
        turn: What was asked and said; of its documents, those that the answer needs.
    """

    asked_id: str
    conversation_id: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation in the history.

    Attributes:
        conversation_id: What tells it from others.
        question: The first that was asked in it.
        questions: How many were.
        asked_at: When the last was.
    """

    conversation_id: str
    question: str
    questions: int
    asked_at: str


def storable(text: str) -> str:
    """A text as every database keeps it: what is no character, or ends a text in some of them, is U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def turn_to_bytes(turn: Turn) -> bytes:
    """A turn, but for its documents, packed."""
    record = {
        "question": turn.question,
        "answer": answer_to_json(turn.answer) if turn.answer else None,
        "problem": turn.problem,
        "made_with": asdict(turn.made_with),
        "history": turn.history,
        "only": turn.only,
        "latency_ms": turn.latency_ms,
        "asked_at": turn.asked_at,
    }
    return zlib.compress(json.dumps(record).encode())


def turn_from_bytes(packed: bytes, documents: Mapping[str, Document]) -> Turn:
    """The turn that ``turn_to_bytes`` packed, with its documents.

    Raises:
        KeptError: If it is anything else.
    """
    try:
        record: dict[str, Any] = json.loads(zlib.decompress(packed))
        said, made_with = record.pop("answer"), MadeWith(**record.pop("made_with"))
        history, only = tuple(record.pop("history")), tuple(record.pop("only"))
        answer = answer_from_json(said) if said is not None else None
        return Turn(**record, answer=answer, documents=documents, made_with=made_with, history=history, only=only)
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeptError(f"what is kept of a question cannot be read ({error}). Ask it again") from error


def _with_kin(doc_ids: Iterable[str], documents: Mapping[str, Document]) -> list[str]:
    """Documents, and those that they are part of or superseded by, as far as those are there."""
    found: dict[str, None] = {}
    waiting = list(doc_ids)
    while waiting:
        doc_id = waiting.pop(0)
        if doc_id in documents and doc_id not in found:
            found[doc_id] = None
            waiting += filter(None, (documents[doc_id].part_of, documents[doc_id].superseded_by))
    return list(found)
