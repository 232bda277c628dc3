"""The whole of answering: understand, find, judge, choose, compose, check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from answer.acronyms import Acronyms
from answer.choose import Choice, choose
from answer.citations import Citation, check_citations
from answer.compose import Statement, check_statements, compose, written
from answer.confidence import THRESHOLD, Features, answered, confidence, measure, missing_words
from answer.errors import QuestionError
from answer.evidence import Evidence, find_evidence
from answer.instructions import without_instructions
from answer.naming import unknown_acronyms
from answer.question import Question, clean, understand
from answer.reader import Reader, as_read
from answer.refusal import no_evidence, not_said, nowhere, only_told, other_years, too_far
from answer.spelling import Speller, words_of_model
from answer.words import Words
from answer.writing import Writer, Writing
from index import Encoder, Hit, Snapshot, search_encoded, tokenize

Status = Literal["answered", "partial", "not_found"]
HITS = 10  # passages given with an answer
_JUDGED = 20  # passages whose units are judged
_READ = 5  # of them, those that the reader reads


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question.

    Attributes:
        question: As it was asked.
        standalone_question: What was searched for.
        status: "not_found" has no statements and no citations; "partial" leaves something open that was asked for.
        statements: What the documents say, in the order it is to be read.
        citations: Numbered from 1; each statement names its own.
        confidence: How likely the answer is right, from 0 to 1.
        hits: The nearest passages, best first: for "not_found", the leads.
        reason: Why nothing was found to answer, or what is left open; None when all is answered.
        text: The answer as plain text, each statement with its [n]; empty for "not_found".
        features: What the confidence was computed from.
        objection: What speaks against answering however near the evidence is: nothing is asked, or what is asked for
            is not there; None if nothing does.
        writing: What a language model had to do with it; None if none was asked.
    """

    question: str
    standalone_question: str
    status: Status
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    confidence: float
    hits: tuple[Hit, ...]
    reason: str | None
    text: str
    features: Features
    objection: str | None = None
    writing: Writing | None = None


class Assistant:
    """Answers questions from one snapshot.

    Args:
        snapshot: The index.
        encoder: The model it was built with; None answers from words alone.
        reader: Judges whether a unit answers; None does without.
        writer: May say the statements in its own words; None leaves them the documents'.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder | None,
        reader: Reader | None = None,
        writer: Writer | None = None,
    ) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self.reader = reader
        self.writer = writer
        are_words = partial(words_of_model, encoder) if encoder is not None else None
        self._speller = Speller.from_snapshot(snapshot, are_words)
        self._acronyms = Acronyms.from_snapshot(snapshot)
        self._words = Words(snapshot, self._acronyms)

    def answer(
        self,
        text: str,
        history: Sequence[str] = (),
        documents: Collection[str] | None = None,
        *,
        refuse: bool = True,
    ) -> Answer:
        """Answer a question from the documents, or say that they do not answer it.

        Args:
            text: The question.
            history: The questions asked before it, oldest first.
            documents: The ids of the documents to look in; None or none for all.
            refuse: False to be told the best there is however unsure it is: for measuring, never for staff.

        Raises:
            QuestionError: If there is no question in the text, it is too long, or a document is unknown.
        """
        only = self._known(documents) if documents else None
        asked = without_instructions(clean(text))
        question = self._understood(asked.text or text, history)
        found, evidence = self._evidence(question, only)
        parts = [self._evidence(part, only)[1] for part in question.parts]
        choice = choose(question, evidence, parts, self.snapshot, self._words)
        features = measure(question, evidence, choice.filled, found[:HITS], self.snapshot)
        objection = self._objection(question, choice) if asked.text else only_told()
        reason = objection or _too_unsure(question, evidence, features, narrowed=bool(only))
        answer = Answer(
            question=clean(text),
            standalone_question=question.standalone,
            status="not_found",
            statements=(),
            citations=(),
            confidence=confidence(features),
            hits=tuple(found[:HITS]),
            reason=reason,
            text="",
            features=features,
            objection=objection,
        )
        return answer if not evidence or (reason and refuse) else self._stated(answer, choice, evidence, refuse=refuse)

    def judge(self, text: str, history: Sequence[str] = (), documents: Collection[str] | None = None) -> list[Evidence]:
        """All units that may answer a question, best first: for measuring and for fitting. Arguments as in ``answer``.

        Raises:
            QuestionError: As ``answer`` does.
        """
        only = self._known(documents) if documents else None
        asked = without_instructions(clean(text)).text
        return self._evidence(self._understood(asked or text, history), only)[1]

    def _understood(self, text: str, history: Sequence[str]) -> Question:
        return understand(text, history, self._speller.mend, self.snapshot.documents)

    def _evidence(self, question: Question, only: Collection[str] | None) -> tuple[list[Hit], list[Evidence]]:
        """The passages nearest to a question, and their units that may answer it."""
        encoding = self.encoder.encode([question.topic])[0] if self.encoder is not None else None
        # What a known acronym stands for would only weigh it several times.
        names = self._acronyms.other_names(question.topic)
        query = " ".join([question.topic, *(name for name in names if len(tokenize(name)) == 1)])
        hits = search_encoded(self.snapshot, query, encoding, limit=_JUDGED, documents=only)
        read = self._read(question, hits[:_READ])
        return hits, find_evidence(question, hits, self.snapshot, self._words, encoding, read)

    def _read(self, question: Question, hits: Sequence[Hit]) -> dict[int, list[float]]:
        """What the reader thinks of each unit of some passages, by their places."""
        if self.reader is None or not question.weights:
            return {}
        passages = [as_read(hit.passage, [u.text for u in self._words.of(hit.place).units]) for hit in hits]
        scores = self.reader.read(question.topic, passages)
        return {hit.place: of_hit for hit, of_hit in zip(hits, scores, strict=True)}

    def _stated(self, answer: Answer, choice: Choice, evidence: Sequence[Evidence], *, refuse: bool) -> Answer:
        """An answer with what was chosen stated in it, checked."""
        statements, citations = compose(choice.groups, evidence, self.snapshot)
        check_citations(citations, self.snapshot.documents)
        check_statements(statements, citations)
        writing = None
        if self.writer and refuse:
            done = self.writer.write(answer.standalone_question, statements, citations, self.snapshot.documents)
            statements, citations, writing = list(done.statements), list(done.citations), done.writing
        return replace(
            answer,
            status="partial" if choice.open else "answered",
            statements=tuple(statements),
            citations=tuple(citations),
            reason=not_said(choice.open) if choice.open else None,
            text=written(statements, citations, self.snapshot),
            writing=writing,
        )

    def _objection(self, question: Question, choice: Choice) -> str | None:
        """Why what was chosen is no answer however near it is, or None."""
        if unknown := unknown_acronyms(question.topic, self.snapshot.lexical.__contains__):
            return nowhere(unknown)
        if choice.open and not choice.filled:
            return not_said(choice.open)
        return other_years(choice.elsewhen) if choice.elsewhen else None

    def _known(self, documents: Collection[str]) -> Collection[str]:
        for doc_id in documents:
            if doc_id not in self.snapshot.documents:
                known = ", ".join(sorted(self.snapshot.documents))
                raise QuestionError(f"there is no document '{doc_id}'. The documents are: {known}")
        return documents


def _too_unsure(question: Question, evidence: Sequence[Evidence], features: Features, *, narrowed: bool) -> str | None:
    """Why the evidence is too weak to be given, or None if it is not."""
    if not evidence:
        return no_evidence(narrowed=narrowed)
    if answered(features) >= THRESHOLD:
        return None
    return too_far(question, missing_words(question, evidence[0]), narrowed=narrowed)
