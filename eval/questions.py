"""eval/questions.jsonl: questions with the words that answer them. A public format, checked on read.

One JSON object a line:

    id          text, unique
    question    text
    kind        one of KINDS
    history     list of the questions asked before, oldest first; may be empty
    documents   list of document ids to look in; empty for all
    answerable  true or false
    evidence    list of {"document": id, "quote": words, "start": offset}: what a right answer rests on, by
                the quote rule; each stands once in its document, or "start" says which place is meant
    facts       list of groups; a right answer has, of each group, at least one of the alternatives
    reference   text: the answer a person would give
    split       "dev", on which settings are chosen, or "test", on which nobody tunes
    notes       text

Two evidence entries whose letters and digits are the same are one text in two places.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import Document, Span, find_quote, fold

KINDS = (
    "figure", "target", "milestone", "list", "table", "definition", "who", "why_how", "misspelt", "follow_up",
    "not_answerable",
)  # fmt: skip
_FIELDS: dict[str, type] = {
    "id": str,
    "question": str,
    "kind": str,
    "history": list,
    "documents": list,
    "answerable": bool,
    "evidence": list,
    "facts": list,
    "reference": str,
    "split": str,
    "notes": str,
}


class QuestionsError(Exception):
    """The questions file is not as it should be. The message names the file, the line, the field and the way out."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where evidence stands: a document and one span of its text."""

    doc_id: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class EvalQuestion:
    """One row of the file, its evidence located."""

    id: str
    question: str
    kind: str
    history: tuple[str, ...]
    documents: tuple[str, ...]
    answerable: bool
    evidence: tuple[Place, ...]
    facts: tuple[tuple[str, ...], ...]
    reference: str
    split: str
    notes: str


def read_questions(path: Path, documents: Mapping[str, Document]) -> list[EvalQuestion]:
    """Read and check a questions file against the documents it speaks of.

    Raises:
        QuestionsError: If a line is not as the format says, an id is used twice, a quote does not stand
            in its document or stands there more than once, or no alternative of a fact is in the evidence.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path} cannot be read: {error}") from error
    questions: list[EvalQuestion] = []
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        question = _question(where, line, documents)
        if question.id in seen:
            raise QuestionsError(
                f"{where}: id '{question.id}' is used on line {seen[question.id]} too. Give each its own"
            )
        seen[question.id] = number
        questions.append(question)
    if not questions:
        raise QuestionsError(f"{path} has no question. Write at least one line, as eval/questions.py says")
    return questions


def _question(where: str, line: str, documents: Mapping[str, Document]) -> EvalQuestion:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise QuestionsError(f"{where}: not JSON ({error})") from error
    if not isinstance(record, dict):
        raise QuestionsError(f"{where}: not an object. Write {{…}} with the fields {', '.join(_FIELDS)}")
    _check_fields(where, record)
    evidence = tuple(_place(where, entry, documents) for entry in record["evidence"])
    facts = tuple(tuple(group) for group in record["facts"])
    _check_facts(where, facts, evidence)
    if record["answerable"] != bool(evidence):
        raise QuestionsError(f"{where}: evidence must be given if and only if answerable is true")
    return EvalQuestion(
        **{name: record[name] for name in ("id", "question", "kind", "answerable", "reference", "split", "notes")},
        history=tuple(record["history"]),
        documents=tuple(record["documents"]),
        evidence=evidence,
        facts=facts,
    )


def _check_fields(where: str, record: Mapping[str, Any]) -> None:
    for name in record:
        if name not in _FIELDS:
            raise QuestionsError(f"{where}: unknown field '{name}'. The fields are: {', '.join(_FIELDS)}")
    for name, kind in _FIELDS.items():
        if not isinstance(record.get(name), kind):
            raise QuestionsError(f"{where}: field '{name}' must be there, of type {kind.__name__}")
    if record["kind"] not in KINDS:
        raise QuestionsError(f"{where}: kind '{record['kind']}' is not one of: {', '.join(KINDS)}")
    if record["split"] not in ("dev", "test"):
        raise QuestionsError(f"{where}: split '{record['split']}' is neither dev nor test")
    for name in ("history", "documents"):
        if not all(isinstance(item, str) for item in record[name]):
            raise QuestionsError(f"{where}: field '{name}' must be a list of texts")
    if not all(
        isinstance(group, list) and group and all(isinstance(f, str) for f in group) for group in record["facts"]
    ):
        raise QuestionsError(f"{where}: field 'facts' must be a list of lists of texts, none of them empty")


def _place(where: str, entry: object, documents: Mapping[str, Document]) -> Place:
    if not (isinstance(entry, dict) and isinstance(entry.get("document"), str) and isinstance(entry.get("quote"), str)):
        raise QuestionsError(f'{where}: field \'evidence\' must be a list of {{"document": …, "quote": …}}')
    doc_id, quote, start = entry["document"], entry["quote"], entry.get("start")
    if doc_id not in documents:
        raise QuestionsError(
            f"{where}: evidence names the document '{doc_id}'. There are: {', '.join(sorted(documents))}"
        )
    places = find_quote(documents[doc_id].text, quote)
    if start is not None:
        places = [place for place in places if place[0] == start]
    if len(places) != 1:
        said = "does not stand" if not places else f"stands {len(places)} times"
        ways = "Copy it from the document" if not places else "Lengthen it, or give its start"
        raise QuestionsError(f"{where}: the quote “{quote[:60]}” {said} in {doc_id}. {ways}")
    return Place(doc_id, places[0], fold(quote))


def _check_facts(where: str, facts: Sequence[Sequence[str]], evidence: Sequence[Place]) -> None:
    quotes = " ".join(place.quote for place in evidence).lower()
    for group in facts:
        if not any(fold(fact).lower() in quotes for fact in group):
            raise QuestionsError(f"{where}: no alternative of the fact {list(group)} stands in the evidence")
