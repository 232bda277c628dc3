"""Questions from use: what somebody asked, as a candidate row for eval/questions.jsonl.

What the answer cites is put down as evidence, to be read against the document by a person, who completes the row
and moves it over. `python -m eval check --questions eval/candidates.jsonl` says what is still missing.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from answer import Answer
from eval.questions import KINDS, SPLITS, EvalQuestion, QuestionsError, row_of
from ingest import Document, Span, find_quote, quote_at


class CandidateError(Exception):
    """A candidate cannot be kept. The message says why and the way out."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the person who adds a question says of it.

    Attributes:
        question: The question as it was asked.
        kind: One of eval.questions.KINDS, or empty if that is still to be said.
        facts: What a right answer has, alternatives of one fact parted by "|".
        reference: The answer a person would give.
        history: The questions asked before it, oldest first.
        answerable: Whether the documents answer it.
        notes: Anything to remember.
    """

    question: str
    kind: str = ""
    facts: tuple[str, ...] = ()
    reference: str = ""
    history: tuple[str, ...] = ()
    answerable: bool = True
    notes: str = ""


def candidate(
    wanted: Wanted, said: Answer, known: Sequence[EvalQuestion], to: Path, documents: Mapping[str, Document]
) -> dict[str, Any]:
    """A row for a question that was asked.

    Args:
        wanted: The question and what its adder says of it.
        said: What was answered: its citations are proposed as evidence.
        known: The rows there are, so that the id is new and the halves stay even.
        to: The file it will be added to, whose ids count too.
        documents: The documents.

    Raises:
        CandidateError: If the kind is unknown, or the question is there already.
    """
    if wanted.kind and wanted.kind not in KINDS:
        raise CandidateError(f"there is no kind '{wanted.kind}'. There are: {', '.join(KINDS)}")
    others = _rows_in(to)
    asked: list[tuple[Any, tuple[Any, ...], Any]] = [(q.question, q.history, q.id) for q in known]
    asked += [(r.get("question"), tuple(r.get("history", ())), r.get("id")) for r in others]
    for question, history, id_ in asked:
        if (question, history) == (wanted.question, wanted.history):
            raise CandidateError(f"this is asked already, as row {id_}")
    taken = {q.id for q in known} | {str(row.get("id")) for row in others}
    return {
        "id": _free_id(wanted.kind or "candidate", taken),
        "question": wanted.question,
        "kind": wanted.kind,
        "history": list(wanted.history),
        "documents": [],
        "answerable": wanted.answerable,
        "evidence": _evidence(said, documents) if wanted.answerable else [],
        "facts": [[part.strip() for part in fact.split("|")] for fact in wanted.facts] if wanted.answerable else [],
        "reference": wanted.reference,
        "split": _split(
            wanted.kind, [(q.kind, q.split) for q in known] + [(r.get("kind"), r.get("split")) for r in others]
        ),
        "notes": wanted.notes,
    }


def questions_in(path: Path) -> list[EvalQuestion]:
    """The rows of a questions file as far as ``candidate`` must know them, not held against any document.

    Holding hundreds of rows against their documents takes half a minute; whoever adds one need not wait for that.

    Returns:
        Its rows, without evidence and facts; none where there is no file.

    Raises:
        CandidateError: If the file cannot be read.
    """
    return [
        EvalQuestion(
            id=str(row.get("id", "")),
            question=str(row.get("question", "")),
            kind=str(row.get("kind", "")),
            history=tuple(map(str, row.get("history") or ())),
            documents=(),
            answerable=bool(row.get("answerable", True)),
            evidence=(),
            facts=(),
            reference="",
            split=str(row.get("split", "")),
            notes="",
        )
        for row in _rows_in(path)
    ]


def add_candidate(row: Mapping[str, Any], to: Path, documents: Mapping[str, Document]) -> list[str]:
    """Append a row to a file.

    Returns:
        What is still to be completed: nothing if the row is sound.

    Raises:
        CandidateError: If the file cannot be written, or it is the evaluation's own and the row is not complete.
    """
    line = json.dumps(row, ensure_ascii=False)
    problems = []
    try:
        row_of(str(row["id"]), line, documents)
    except QuestionsError as error:
        problems.append(str(error))
    if not row["reference"]:
        problems.append(f"{row['id']}: field 'reference' is empty. Write the answer a person would give")
    if row["answerable"] and not row["facts"]:
        problems.append(f"{row['id']}: field 'facts' is empty. Say what a right answer must have")
    if problems and to.name == "questions.jsonl":
        raise CandidateError(f"the row is not complete, so it is not added to {to}: {problems[0]}. Leave out --to")
    try:
        to.parent.mkdir(parents=True, exist_ok=True)
        ends_open = to.is_file() and to.stat().st_size > 0 and not to.read_bytes().endswith(b"\n")
        with to.open("a", encoding="utf-8") as file:
            file.write(("\n" if ends_open else "") + line + "\n")
    except OSError as error:
        raise CandidateError(f"{to} cannot be written: {error}") from error
    return problems


def _rows_in(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        return []
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line.strip()]
    except (OSError, ValueError) as error:
        raise CandidateError(f"{path} cannot be read: {error}. Mend it, or name another file with --to") from error
    if not all(isinstance(row, dict) for row in rows):
        raise CandidateError(f"{path} has a line that is not an object. Mend it, or name another file with --to")
    return rows


def _evidence(said: Answer, documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    places = [(c.doc_id, span) for c in said.citations for span in c.spans]
    return [_entry(doc_id, span, documents[doc_id]) for doc_id, span in dict.fromkeys(places)]


def _entry(doc_id: str, span: Span, document: Document) -> dict[str, Any]:
    """A span as evidence: its quote, and where that stands more than once, its start."""
    quote = quote_at(document.text, [span])
    places = find_quote(document.text, quote)
    return {"document": doc_id, "quote": quote, **({"start": span[0]} if len(places) > 1 else {})}


def _free_id(stem: str, taken: Iterable[str]) -> str:
    known = set(taken)
    return next(id_ for i in range(1, len(known) + 2) if (id_ := f"{stem}-{i:02d}") not in known)


def _split(kind: str, rows: Iterable[tuple[Any, Any]]) -> str:
    """The half that has fewer questions of a kind; dev of two alike."""
    of_kind = [split for row_kind, split in rows if row_kind == kind]
    return min(SPLITS, key=of_kind.count)
