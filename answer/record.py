"""Question lines and answer lines: the public JSON formats, version 1."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from answer.assistant import Answer
from answer.citations import Citation
from answer.errors import QuestionError, shortened
from ingest import Document

_FIELDS = ("id", "question", "history", "documents")


@dataclass(frozen=True, slots=True)
class QuestionLine:
    """A question as it comes over JSON Lines; only id and question are required."""

    id: str
    question: str
    history: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()


def read_question(line: str) -> QuestionLine:
    """Read a question line.

    Raises:
        QuestionError: If it is not JSON, or a field is missing, unknown or of the wrong kind. The message names it.
    """
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False).encode()  # as it goes back into the answer
    except UnicodeEncodeError as error:
        raise QuestionError(
            "this line has half of a character (\\ud800 to \\udfff without the other). Write both halves, or neither"
        ) from error
    except (ValueError, RecursionError) as error:
        raise QuestionError(f"this line is not JSON: {str(error)[:200]}") from error
    if not isinstance(record, dict):
        raise QuestionError('this line is not an object. Write {"id": "q1", "question": "…"}')
    for name in record:
        if name not in _FIELDS:
            raise QuestionError(f"unknown field '{shortened(name)}'. The fields are: {', '.join(_FIELDS)}")
    for name in ("id", "question"):
        if not isinstance(record.get(name), str):
            raise QuestionError(f"the field '{name}' must be there, as text")
    lists = {name: record.get(name) or [] for name in ("history", "documents")}
    for name, value in lists.items():
        if not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
            raise QuestionError(f"the field '{name}' must be a list of texts")
    return QuestionLine(record["id"], record["question"], tuple(lists["history"]), tuple(lists["documents"]))


def answer_record(id_: str, answer: Answer, documents: Mapping[str, Document], latency_ms: float) -> dict[str, Any]:
    """An answer as the JSON object that outsiders read.

    Where a language model was asked it has a field more: "writer", with the "model", how many sentences were
    "dropped" by reason, and the "note" that says why nothing of it is used, or null. Where there is something
    to be known of how the question was read it has "notes": a list of sentences.
    """
    writing = answer.writing
    asked = {"model": writing.model, "dropped": dict(writing.dropped), "note": writing.note} if writing else None
    return {
        "id": id_,
        "question": answer.question,
        "standalone_question": answer.standalone_question,
        "status": answer.status,
        "abstained": answer.status == "not_found",
        "reason": answer.reason,
        "answer": answer.text,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation(citation, documents[citation.doc_id]) for citation in answer.citations],
        "hits": [
            {
                "passage_id": hit.passage.passage_id,
                "document": hit.passage.doc_id,
                "rank": hit.rank,
                "score": round(hit.score, 4),
            }
            for hit in answer.hits
        ],
        "latency_ms": round(latency_ms, 1),
        **({"writer": asked} if asked else {}),
        **({"notes": list(answer.notes)} if answer.notes else {}),
    }


def error_record(id_: str | None, line: int, message: str) -> dict[str, Any]:
    """What answers a question line that could not be answered."""
    return {"id": id_, "line": line, "error": message}


def _citation(citation: Citation, document: Document) -> dict[str, Any]:
    return {
        "number": citation.number,
        "document": citation.doc_id,
        "title": document.title,
        "published": document.published,
        "page": citation.page,
        "headings": list(citation.headings),
        "spans": [list(span) for span in citation.spans],
        "quote": citation.quote,
    }
