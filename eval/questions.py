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

and, where they apply:

    variant_of  text: the id of the question that this one asks in other words, keywords or misspelt
    standalone  text: a follow-up as a person would ask it without the conversation
    must_pass   true: the gate fails if this question, once answered rightly, no longer is

Two evidence entries whose letters and digits are the same are one text in two places.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import Document, Folded, Span, find_in, fold, fold_spans

KINDS = {
    "figure": "a number that stands in the text",
    "target": "what is aimed at",
    "actual_target": "what was reached against what was aimed at",
    "milestone": "what is due when",
    "who": "who does it or answers for it",
    "list": "everything of a sort",
    "definition": "what a term or an acronym means",
    "why_how": "the reason, or the way",
    "table": "a cell or a row of a table",
    "comparison": "two documents, years or units held against each other",
    "no_year": "a value that several years have, asked without one: each with its date",
    "superseded": "what an older document says, where a newer one replaces it",
    "conflict": "places that say different things of one matter: both are to be shown",
    "half_answerable": "two things asked, of which the documents have one",
    "near_miss": "a topic of the documents, a fact that they lack",
    "off_topic": "nothing of the documents",
    "false_premise": "the question takes for granted what is not so",
    "ambiguous": "it may mean several things: each reading is to be answered",
    "follow_up": "cannot be understood without what was asked before",
    "change_of_topic": "comes after other questions and has nothing to do with them",
    "keywords": "a few words and no sentence",
    "misspelt": "with slips of the keyboard or the ear",
    "paraphrase": "shares almost no word with what answers it",
    "injection": "an instruction to the assistant is hidden in it",
}
SPLITS = ("dev", "test")
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
_OPTIONAL: dict[str, type] = {"variant_of": str, "standalone": str, "must_pass": bool}


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
    variant_of: str = ""
    standalone: str = ""
    must_pass: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """A questions file as it was read: the rows that are sound, and what is wrong with the others, a line each."""

    questions: tuple[EvalQuestion, ...]
    problems: tuple[str, ...]


def read_questions(path: Path, documents: Mapping[str, Document]) -> list[EvalQuestion]:
    """Read a questions file that must be sound.

    Raises:
        QuestionsError: If ``check_questions`` finds anything wrong; the message is its first finding.
    """
    checked = check_questions(path, documents)
    if checked.problems:
        more = len(checked.problems) - 1
        raise QuestionsError(
            checked.problems[0] + (f" ({more} more: python -m eval check --questions {path})" if more else "")
        )
    return list(checked.questions)


def check_questions(path: Path, documents: Mapping[str, Document]) -> Checked:
    """Read a questions file and hold every row against the format and the documents.

    A row is wrong if it is not as the format says, its id is used twice, a quote does not stand in its document or
    stands there more than once, no alternative of a fact is in the evidence, or it is a variant of no other row.

    Raises:
        QuestionsError: If the file cannot be read.
    """
    try:
        lines = path.read_text("utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionsError(f"{path} cannot be read: {error}") from error
    questions: dict[str, EvalQuestion] = {}
    at: dict[str, int] = {}
    problems: list[str] = []
    folded: dict[str, Folded] = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path}, line {number}"
        try:
            question = row_of(where, line, documents, folded)
            if question.id in questions:
                raise QuestionsError(f"{where}: id '{question.id}' is used on line {at[question.id]} too. Rename one")
        except QuestionsError as error:
            problems.append(str(error))
            continue
        questions[question.id], at[question.id] = question, number
    problems += [
        f"{path}, line {at[q.id]}: variant_of names '{q.variant_of}', which is no other row's id"
        for q in questions.values()
        if q.variant_of and (q.variant_of == q.id or q.variant_of not in questions)
    ]
    if not questions and not problems:
        problems.append(f"{path} has no question. Write at least one line, as eval/questions.py says")
    return Checked(tuple(questions.values()), tuple(problems))


def row_of(
    where: str, line: str, documents: Mapping[str, Document], folded: dict[str, Folded] | None = None
) -> EvalQuestion:
    """Read one row.

    Args:
        where: Names it in what is raised.
        line: The row.
        documents: What its quotes stand in.
        folded: The documents that were folded for the rows before, to which this adds: a document is folded once for
            all rows, which is what takes the time.

    Raises:
        QuestionsError: If it is not as the format says, or not as its document says.
    """
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False).encode()  # half of a character stands in no document
    except (ValueError, RecursionError) as error:
        raise QuestionsError(f"{where}: not JSON, or with half of a character in it ({str(error)[:200]!r})") from error
    if not isinstance(record, dict):
        raise QuestionsError(f"{where}: not an object. Write {{…}} with the fields {', '.join(_FIELDS)}")
    _check_fields(where, record)
    for name in record["documents"]:
        _known(where, name, documents)
    evidence = tuple(_place(where, entry, documents, {} if folded is None else folded) for entry in record["evidence"])
    facts = tuple(tuple(group) for group in record["facts"])
    _check_facts(where, facts, evidence)
    if record["answerable"] != bool(evidence):
        raise QuestionsError(f"{where}: evidence must be given if and only if answerable is true")
    plain = ("id", "question", "kind", "answerable", "reference", "split", "notes")
    return EvalQuestion(
        **{name: record[name] for name in (*plain, *(n for n in _OPTIONAL if n in record))},
        history=tuple(record["history"]),
        documents=tuple(record["documents"]),
        evidence=evidence,
        facts=facts,
    )


def says(text: str, fact: str) -> bool:
    """Whether a text has a fact, white space folded and in any case.

    It must begin where a word begins, and a number must be whole: "442" is neither in "1,442" nor in "442.5".
    """
    return said_at(fold(text), fact) is not None


def said_at(folded: str, fact: str) -> Span | None:
    """Where a text has a fact, as ``says`` tells it; the text's white space must be folded."""
    found = _pattern(fact).search(folded)
    return found.span() if found else None


def _pattern(fact: str) -> re.Pattern[str]:
    folded = fold(fact)
    before = r"(?<!\w)(?<!\d[.,])" if folded[:1].isdigit() else r"(?<!\w)" if folded[:1].isalpha() else ""
    after = r"(?!\d)(?![.,]\d)" if folded[-1:].isdigit() else ""
    return re.compile(before + re.escape(folded) + after, re.IGNORECASE)


def evidence_texts(evidence: Sequence[Place]) -> list[list[Place]]:
    """Evidence grouped by its letters and digits: the same text in two places is one."""
    groups: dict[str, list[Place]] = {}
    for place in evidence:
        groups.setdefault("".join(c for c in place.quote.lower() if c.isalnum()), []).append(place)
    return list(groups.values())


def _check_fields(where: str, record: Mapping[str, Any]) -> None:
    for name in record:
        if name not in _FIELDS and name not in _OPTIONAL:
            known = ", ".join((*_FIELDS, *_OPTIONAL))
            raise QuestionsError(f"{where}: unknown field '{name}'. The fields are: {known}")
    for name, kind in _FIELDS.items():
        if not isinstance(record.get(name), kind):
            raise QuestionsError(f"{where}: field '{name}' must be there, of type {kind.__name__}")
    for name, kind in _OPTIONAL.items():
        if name in record and not isinstance(record[name], kind):
            raise QuestionsError(f"{where}: field '{name}', where it is given, must be of type {kind.__name__}")
    _check_values(where, record)


def _check_values(where: str, record: Mapping[str, Any]) -> None:
    for name in ("id", "question"):
        if not record[name].strip():
            raise QuestionsError(f"{where}: field '{name}' is empty. Write it")
    if record["kind"] not in KINDS:
        raise QuestionsError(f"{where}: kind '{record['kind']}' is not one of: {', '.join(KINDS)}")
    if record["split"] not in SPLITS:
        raise QuestionsError(f"{where}: split '{record['split']}' is neither dev nor test")
    for name in ("history", "documents"):
        if not all(isinstance(item, str) for item in record[name]):
            raise QuestionsError(f"{where}: field '{name}' must be a list of texts")
    if not all(isinstance(g, list) and g and all(isinstance(f, str) and f.strip() for f in g) for g in record["facts"]):
        raise QuestionsError(f"{where}: field 'facts' must be a list of lists of texts, none of them empty")


def _known(where: str, doc_id: str, documents: Mapping[str, Document]) -> None:
    if doc_id not in documents:
        raise QuestionsError(f"{where}: there is no document '{doc_id}'. There are: {', '.join(sorted(documents))}")


def _place(where: str, entry: object, documents: Mapping[str, Document], folded: dict[str, Folded]) -> Place:
    if not (isinstance(entry, dict) and isinstance(entry.get("document"), str) and isinstance(entry.get("quote"), str)):
        raise QuestionsError(f'{where}: field \'evidence\' must be a list of {{"document": …, "quote": …}}')
    doc_id, quote, start = entry["document"], entry["quote"], entry.get("start")
    _known(where, doc_id, documents)
    text = documents[doc_id].text
    if doc_id not in folded and text.strip():
        folded[doc_id] = fold_spans(text, [(0, len(text))])
    places = find_in(folded[doc_id], quote) if doc_id in folded else []
    if start is not None:
        places = [place for place in places if place[0] == start]
    if len(places) != 1:
        said = "does not stand" if not places else f"stands {len(places)} times"
        ways = "Copy it from the document" if not places else f"Lengthen it, or give its start: {_starts(places)}"
        raise QuestionsError(f"{where}: the quote “{quote[:60]}” {said} in {doc_id}. {ways}")
    return Place(doc_id, places[0], fold(quote))


def _starts(places: Sequence[Span]) -> str:
    shown = [str(start) for start, _ in places[:5]]
    return ", ".join(shown) + (" …" if len(places) > len(shown) else "")


def _check_facts(where: str, facts: Sequence[Sequence[str]], evidence: Sequence[Place]) -> None:
    quotes = " ".join(place.quote for place in evidence)
    for group in facts:
        if not any(says(quotes, fact) for fact in group):
            raise QuestionsError(f"{where}: no alternative of the fact {list(group)} stands in the evidence")
