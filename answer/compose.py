"""From what is chosen to statements, each with its citations.

Every statement is a quote. What is chosen of one passage has one citation: sentences that follow each other are one
statement, a list is given whole, a row of a table as it reads; what stands in two documents is one statement with both
citations.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from answer.choose import Group
from answer.citations import Citation, cite, proves
from answer.evidence import Evidence
from answer.naming import holds
from answer.standing import StandingText, standing_units, together
from answer.unseen import without_directions
from index import Snapshot
from ingest import Document, Passage, QuoteError, Span, Unit, quote_at, same_text, spoken_date


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
    groups: Sequence[Group], evidence: Sequence[Evidence], snapshot: Snapshot, standing: StandingText
) -> tuple[list[Statement], list[Citation]]:
    """Statements that say what was chosen, and their citations in order of use.

    Args:
        groups: What was chosen.
        evidence: All there is, in which the same may stand in another document too.
        snapshot: The index.
        standing: What its units say.
    """
    writer = _Writer(snapshot, standing)
    for group in groups:
        writer.write(group)
    writer.add_twins(evidence)
    return writer.statements, writer.citations


class _Writer:
    """Gathers statements and their citations, numbered in the order in which they are made."""

    def __init__(self, snapshot: Snapshot, standing: StandingText) -> None:
        self._snapshot = snapshot
        self._standing = standing
        self.statements: list[Statement] = []
        self.citations: list[Citation] = []
        self._said: dict[str, int] = {}

    def write(self, group: Group) -> None:
        """State a group under one citation of all of it."""
        passage = group.best.passage
        document = self._snapshot.documents[passage.doc_id]
        units = group.units if group.whole else tuple(_standing(document, group))
        spans = together(units)
        key = same_text(quote_at(document.text, spans))
        if key in self._said:
            self._cite_beside(self._said[key], document, spans)
            return
        number = self._number(document, spans)
        self._said[key] = number
        several = sum(unit.kind != "header" for unit in units) > 1
        for run in _runs(document, units):
            self._state(document, run, number, several=several)

    def add_twins(self, evidence: Iterable[Evidence]) -> None:
        """Cite beside each quote the other documents in which the same stands."""
        for item in evidence:
            self._add_twin(item.place, item.at)
            for place in self._twins(item.passage):
                for at in range(len(self._snapshot.passages[place].units)):
                    self._add_twin(place, at)

    def _add_twin(self, place: int, at: int) -> None:
        said, spans = self._standing.of(place, at)
        number = self._said.get(said)
        if number is not None:
            self._cite_beside(number, self._snapshot.documents[self._snapshot.passages[place].doc_id], spans)

    def _twins(self, passage: Passage) -> Iterator[int]:
        """The places of a passage's twins in other documents."""
        passages = self._snapshot.passages
        for doc_id in sorted({passage_id.rpartition(":")[0] for passage_id in passage.same_as}):
            yield from (at for at in passages.places_of(doc_id) if passages[at].passage_id in passage.same_as)

    def _state(self, document: Document, run: Sequence[Unit], number: int, *, several: bool) -> None:
        first = run[0]
        if first.kind == "header":  # each row says it
            return
        text = first.reading or quote_at(document.text, together(run))
        listed = several and first.kind in ("item", "row")
        self.statements.append(Statement(text, (number,), list_item=listed, reading=bool(first.reading)))

    def _cite_beside(self, number: int, document: Document, spans: tuple[Span, ...]) -> None:
        """Cite another place beside a citation, in every statement that has it; each document once."""
        beside = {n for s in self.statements if number in s.citations for n in s.citations}
        if any(self.citations[n - 1].doc_id == document.doc_id for n in beside):
            return
        new = self._number(document, spans)
        self.statements = [
            replace(s, citations=(*s.citations, new)) if number in s.citations else s for s in self.statements
        ]

    def _number(self, document: Document, spans: tuple[Span, ...]) -> int:
        self.citations.append(cite(len(self.citations) + 1, document, spans))
        return len(self.citations)


def _standing(document: Document, group: Group) -> Iterator[Unit]:
    """A group's units in reading order, with what each needs to be understood, each once."""
    passage = group.best.passage
    needed = {
        n
        for u in group.units
        for n in map(passage.units.index, standing_units(document, passage, passage.units.index(u)))
    }
    yield from (passage.units[n] for n in sorted(needed))


def _runs(document: Document, units: Sequence[Unit]) -> Iterator[list[Unit]]:
    """Units that are quoted as one: sentences with nothing between them; a lone item with its lead-in."""
    if [u.kind for u in units] == ["lead_in", "item"] and not units[0].reading:
        yield list(units)
        return
    run: list[Unit] = []
    for unit in units:
        if run and unit.kind == run[-1].kind == "sentence" and _follows(document, run[-1], unit):
            run.append(unit)
            continue
        if run:
            yield run
        run = [unit]
    if run:
        yield run


def _follows(document: Document, before: Unit, after: Unit) -> bool:
    return not document.text[before.spans[-1][1] : after.spans[0][0]].strip()


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
    parts = [without_directions(document.title)]
    date = spoken_date(document.published)
    if " " not in date or date not in document.title:
        parts.append(f"published {date}" if document.published else date)
    if not holds(document):
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
