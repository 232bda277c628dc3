"""Questions to go on with, each of which the documents answer: it has been asked before it is offered.

    what an acronym of the answer stands for        from the terms that the documents define
    what the target is for what stands nearby       from the register's rows of the sections cited
    what the approach is to a neighbouring section  from the outline

A candidate is offered if it is answered whole, from the place it was made of. What has been asked once is remembered.
"""

import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import Lock

from answer import Answer, Assistant, QuestionError
from desk.asking import TURNS
from desk.starters import about, subjects
from index import Shelved
from ingest import Document, Span

_CANDIDATES = 8  # asked for one answer at most
_PATIENCE = 1.5  # seconds for all of them
_LONGEST_MEASURE = 12  # words: a longer one is a sentence, and reads badly in a question
# A measure that is said in a sentence ("we aim to …", "to reduce …") and does not read as the name of a figure.
_SENTENCE = re.compile(r"^\W*to\s|\b(?:is|are|was|were|will|would|should|has|have|we|our|that|this)\b", re.IGNORECASE)
_ACRONYM = re.compile(r"\b[A-Z][A-Za-z&]*[A-Z][A-Za-z&]*\b")


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question, and the stretch of a document that should answer it."""

    question: str
    doc_id: str
    start: int
    end: int


class Suggestions:
    """Finds questions to go on with from one snapshot.

    Args:
        assistant: Who answers them.
        library: What is known of the documents.
        clock: Seconds from anywhere.
        idle: Whether nobody waits for an answer.
    """

    def __init__(
        self,
        assistant: Assistant,
        library: Mapping[str, Shelved],
        clock: Callable[[], float] = time.monotonic,
        idle: Callable[[], bool] = lambda: TURNS.idle,
    ) -> None:
        self._assistant = assistant
        self._library = library
        self._clock = clock
        self._idle = idle
        self._asking = Lock()
        self._known: dict[Candidate, bool] = {}

    def after(self, answer: Answer, asked: Collection[str], most: int = 3) -> list[str]:
        """Questions to go on with after an answer.

        Args:
            answer: The answer; to one that found nothing, its nearest passages count.
            asked: The questions of the conversation, which are not offered again.
            most: How many at most.

        Returns:
            Questions that are answered. Fewer, or none, where time runs out, another session is having its own asked or
            somebody waits for an answer: nobody waits for these.
        """
        gone = {question.casefold() for question in asked}
        found: list[str] = []
        until = self._clock() + _PATIENCE
        for candidate in islice(dict.fromkeys(self._candidates(answer)), _CANDIDATES):
            if candidate.question.casefold() not in gone and self._holds(candidate, until):
                found.append(candidate.question)
                gone.add(candidate.question.casefold())
            if len(found) == most:
                break
        return found

    def _holds(self, candidate: Candidate, until: float) -> bool:
        """Whether a candidate is answered from its place; False too where nobody has the time to find out."""
        if candidate in self._known:
            return self._known[candidate]
        if self._clock() >= until or not self._idle() or not self._asking.acquire(blocking=False):
            return False
        try:
            self._known[candidate] = _answers(self._assistant, candidate)
        finally:
            self._asking.release()
        return self._known[candidate]

    def _candidates(self, answer: Answer) -> Iterator[Candidate]:
        """Candidates, those nearest to the answer first."""
        documents = self._assistant.snapshot.documents
        places = [(c.doc_id, c.spans) for c in answer.citations] or [
            (hit.passage.doc_id, hit.passage.spans) for hit in answer.hits[:3]
        ]
        here = [(doc_id, spans) for doc_id, spans in places if doc_id in documents]
        if answer.citations:
            yield from self._acronyms(answer)
        for doc_id, spans in here:
            yield from self._targets(documents[doc_id], spans)
        for doc_id, spans in here:
            yield from _neighbours(documents[doc_id], spans, among_all=not answer.citations)

    def _acronyms(self, answer: Answer) -> Iterator[Candidate]:
        """What the acronyms of an answer stand for, where the answer does not say it."""
        said = " ".join(statement.text for statement in answer.statements)
        here = dict.fromkeys(_ACRONYM.findall(said))
        for shelved in self._library.values():
            for term in shelved.terms:
                if term.kind == "acronym" and term.term in here and term.meaning.casefold() not in said.casefold():
                    start, end = term.spans[0][0], term.spans[-1][1]
                    yield Candidate(f"What does {term.term} stand for?", term.doc_id, start, end)

    def _targets(self, document: Document, spans: tuple[Span, ...]) -> Iterator[Candidate]:
        """The targets of the section that a place is in."""
        sections = [s for s in document.sections if s.start <= spans[0][0] < s.end]
        shelved = self._library.get(document.doc_id)
        for row in shelved.register if shelved else ():
            start, end = row.spans[0][0], row.spans[-1][1]
            inside = any(s.start <= start < s.end for s in sections)
            target = row.value and row.kind in ("kpi", "target") and _reads_as_a_name(row.measure)
            if inside and target and not any(a < end and start < b for a, b in spans):
                measure = row.measure.strip(' .:;,“”"')
                yield Candidate(f"What is the target for “{measure}”?", document.doc_id, start, end)


def _neighbours(document: Document, spans: tuple[Span, ...], *, among_all: bool) -> Iterator[Candidate]:
    """The subjects of the sections nearest to a place; its own too where the answer did not come of it."""
    at = spans[0][0]
    near = sorted(subjects(document), key=lambda found: abs(found[1].start - at))
    for subject, section in near[:4]:
        if among_all or not section.start <= at < section.end:
            yield Candidate(about(subject), document.doc_id, section.start, section.end)


def _reads_as_a_name(measure: str) -> bool:
    return len(measure.split()) <= _LONGEST_MEASURE and not _SENTENCE.search(measure)


def _answers(assistant: Assistant, candidate: Candidate) -> bool:
    try:
        answer = assistant.answer(candidate.question)
    except QuestionError:
        return False
    return answer.status == "answered" and any(
        citation.doc_id == candidate.doc_id
        and any(start < candidate.end and candidate.start < end for start, end in citation.spans)
        for citation in answer.citations
    )
