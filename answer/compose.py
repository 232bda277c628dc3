"""From evidence to statements, each with its citations.

Every statement is a quote. A list is given whole; a figure, a date or a name in its sentence; what
stands in two documents is one statement with both citations.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from answer.citations import Citation, cite, proves
from answer.evidence import Evidence, sentences_after, standing_spans
from answer.lists import list_asked_for, rows_asked_for, with_other_dates
from answer.question import Question
from index import Snapshot
from ingest import Document, QuoteError, Span, Unit, quote_at, same_text, spoken_date

_MOST_STATEMENTS = {"why_how": 2, "other": 2, "list": 2}
_NEARLY_AS_GOOD = 0.9  # a further statement scores at least this share of the first
_BEST = 6
_REASONS = 2  # sentences after the one that answers "why" or "how"


@dataclass(frozen=True, slots=True)
class Statement:
    """What the answer claims, and the citations that prove it (of one text, in one or more documents).

    Attributes:
        text: The claim in the document's words.
        citations: The numbers of its citations; at least one.
        list_item: Whether it is an item of a list that is given whole.
        reading: Whether it is a row of a table as a person would say it: the words are the document's, what
            joins them is not, so it is not shown in quotation marks.
        rewritten: Whether a language model wrote it: it is no quote, and answer/checked_prose.py has held it against
            what it cites.
    """

    text: str
    citations: tuple[int, ...]
    list_item: bool = False
    reading: bool = False
    rewritten: bool = False


def compose(
    question: Question, evidence: Sequence[Evidence], snapshot: Snapshot
) -> tuple[list[Statement], list[Citation]]:
    """Statements that answer a question from its evidence, best first, and their citations in order of use."""
    writer = _Writer(snapshot)
    chosen_list = list_asked_for(question, evidence, snapshot)
    best = chosen_list or evidence[0]
    if best.unit.kind == "row" and (rows := rows_asked_for(question, best, snapshot)):
        writer.write_parts(best, rows)
    elif chosen_list:
        writer.write_parts(chosen_list, with_other_dates(question, chosen_list, snapshot))
    else:
        most = _MOST_STATEMENTS.get(question.kind, 1)
        covered: set[str] = set()
        for item in evidence[:_BEST]:
            new_words = item.words - covered
            if len(writer.statements) >= most or item.score < _NEARLY_AS_GOOD * evidence[0].score:
                break
            if not covered or new_words or question.kind in ("why_how", "other"):
                writer.write(item, reason=question.kind == "why_how")
                covered |= item.words
    writer.add_twins(evidence)
    return _in_order_of_use(writer.statements, writer.citations)


def _in_order_of_use(
    statements: Sequence[Statement], citations: Sequence[Citation]
) -> tuple[list[Statement], list[Citation]]:
    """The same, the citations numbered anew in the order in which a reader comes upon them."""
    used = list(dict.fromkeys(number for statement in statements for number in statement.citations))
    new = {old: number for number, old in enumerate(used, start=1)}
    return (
        [replace(s, citations=tuple(new[n] for n in s.citations)) for s in statements],
        [replace(citations[old - 1], number=number) for old, number in new.items()],
    )


class _Writer:
    """Gathers statements and their citations, numbered in the order in which they are made."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.statements: list[Statement] = []
        self.citations: list[Citation] = []
        self._by_text: dict[str, int] = {}

    def write(self, item: Evidence, *, reason: bool = False) -> None:
        """State a unit; where a reason is asked for, with the sentences after it, which often give it."""
        document = self._snapshot.documents[item.passage.doc_id]
        self._state(document, standing_spans(item, document), item.unit.reading)
        for after in sentences_after(item, _REASONS) if reason else ():
            self._state(document, after.spans)

    def write_parts(self, item: Evidence, parts: Sequence[Unit]) -> None:
        """State parts of a list or table, or all of it, each a statement, under one citation of them all."""
        document = self._snapshot.documents[item.passage.doc_id]
        number = self._number(document, tuple(sorted({span for part in parts for span in part.spans})))
        several = sum(part.kind != "header" for part in parts) > 1
        for part in parts:
            if part.kind == "header":  # each row says it
                continue
            text = part.reading or quote_at(document.text, part.spans)
            listed = part.kind != "lead_in" and several
            self.statements.append(Statement(text, (number,), list_item=listed, reading=bool(part.reading)))

    def add_twins(self, evidence: Iterable[Evidence]) -> None:
        """Cite beside each statement the other documents that say the same."""
        for item in evidence:
            self._add_twin(item)
            for twin in self._twins(item):
                self._add_twin(twin)

    def _twins(self, item: Evidence) -> Iterator[Evidence]:
        """The units of a passage's twins in other documents."""
        if not item.passage.same_as:
            return
        for passage in self._snapshot.passages:
            if passage.passage_id in item.passage.same_as:
                yield from (replace(item, passage=passage, unit=unit) for unit in passage.units)

    def _add_twin(self, item: Evidence) -> None:
        document = self._snapshot.documents[item.passage.doc_id]
        spans = standing_spans(item, document)
        at = self._by_text.get(same_text(quote_at(document.text, spans)))
        if at is not None and all(c.doc_id != document.doc_id for c in self._cited_by(at)):
            self._cite(at, document, spans)

    def _state(self, document: Document, spans: tuple[Span, ...], reading: str = "") -> None:
        text = reading or quote_at(document.text, spans)
        key = same_text(quote_at(document.text, spans))
        if key in self._by_text:
            at = self._by_text[key]
            if all(c.doc_id != document.doc_id for c in self._cited_by(at)):
                self._cite(at, document, spans)
            return
        self._by_text[key] = len(self.statements)
        self.statements.append(Statement(text, (), reading=bool(reading)))
        self._cite(len(self.statements) - 1, document, spans)

    def _cited_by(self, at: int) -> list[Citation]:
        return [self.citations[number - 1] for number in self.statements[at].citations]

    def _cite(self, at: int, document: Document, spans: tuple[Span, ...]) -> None:
        old = self.statements[at]
        self.statements[at] = replace(old, citations=(*old.citations, self._number(document, spans)))

    def _number(self, document: Document, spans: tuple[Span, ...]) -> int:
        self.citations.append(cite(len(self.citations) + 1, document, spans))
        return len(self.citations)


def check_statements(statements: Sequence[Statement], citations: Sequence[Citation]) -> None:
    """Check that the words of each statement that is a quote are in the first quote it cites.

    Raises:
        QuoteError: If a statement's are not; the message names its citation.
    """
    for statement in statements:
        citation = citations[statement.citations[0] - 1]
        if not statement.rewritten and not proves(citation, statement.text, reading=statement.reading):
            raise QuoteError(f"a statement says what its citation {citation.number} does not")


def source_line(document: Document) -> str:
    """How a document is named over what it says: its title, its date, and whether it still holds.

    The date is left out where the title says it to the day.
    """
    parts = [document.title]
    date = spoken_date(document.published)
    if " " not in date or date not in document.title:
        parts.append(f"published {date}" if document.published else date)
    if document.status in ("superseded", "archived"):
        parts.append(document.status)
    return ", ".join(parts)


def written(statements: Sequence[Statement], citations: Sequence[Citation], snapshot: Snapshot) -> str:
    """The answer as plain text: each document's title and date, then its words with their marks."""
    lines: list[str] = []
    last: tuple[str, ...] = ()
    for statement in statements:
        sources = tuple(dict.fromkeys(citations[n - 1].doc_id for n in statement.citations))
        if sources[:1] != last[:1]:
            names = " and ".join(source_line(snapshot.documents[doc_id]) for doc_id in sources)
            lines.append(f"{names}:")
            last = sources
        marks = " ".join(f"[{n}]" for n in statement.citations)
        bare = statement.list_item or statement.reading or statement.rewritten
        said = statement.text if bare else f"“{statement.text}”"
        lines.append(f"{'• ' if statement.list_item else ''}{said} {marks}")
    return "\n".join(lines)
