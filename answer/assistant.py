"""The whole of answering: understand, find, judge, compose, check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Literal

from answer.choose import Choice, choose
from answer.citations import Citation, check_citations
from answer.compose import Statement, check_statements, compose, written
from answer.confidence import THRESHOLD, Features, answered, confidence, measure, missing_words
from answer.errors import QuestionError
from answer.evidence import Evidence, find_evidence
from answer.instructions import without_instructions
from answer.question import Question, clean, understand
from answer.refusal import no_evidence, not_said, only_told, other_years, too_far
from answer.spelling import Speller, words_of_model
from answer.words import Words
from index import Encoder, Hit, Snapshot, search_encoded

Status = Literal["answered", "partial", "not_found"]
HITS = 10
_READ = 20  # passages whose units are judged


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question.

    Attributes:
        question: As it was asked.
        standalone_question: What was searched for.
        status: "not_found" has no statements and no citations.
        statements: What the documents say, in the order it is to be read.
        citations: Numbered from 1; each statement names its own.
        confidence: How likely the answer is right, from 0 to 1.
        hits: The nearest passages, best first: for "not_found", the leads.
        reason: Why nothing was found to answer; None when it is answered.
        text: The answer as plain text, each statement with its [n]; empty for "not_found".
        features: What the confidence was computed from.
        objection: What speaks against answering however sure it is: nothing is asked, or what is asked for is not
            there; None if nothing does.
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


class Assistant:
    """Answers questions from one snapshot.

    Args:
        snapshot: The index.
        encoder: The model it was built with; None answers from words alone.
    """

    def __init__(self, snapshot: Snapshot, encoder: Encoder | None) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        are_words = partial(words_of_model, encoder) if encoder is not None else None
        self._speller = Speller.from_snapshot(snapshot, *([are_words] if are_words else []))
        self._words = Words(snapshot)

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
        question = understand(asked.text or text, history, self._speller.mend, self.snapshot.documents)
        question = replace(question, text=clean(text))
        found, evidence = self._evidence(question, only)
        hits = found[:HITS]
        parts = [self._evidence(part, only)[1] for part in question.parts]
        choice = choose(question, evidence, parts, self.snapshot, self._words) if evidence else None
        wanted = len(question.slots)
        filled = 1 - len(choice.open) / wanted if choice and wanted else 1.0
        features = measure(question, evidence, filled, hits, self.snapshot)
        sure = confidence(features)
        objection = only_told() if asked.told and not asked.text else _objection(question, choice)
        if choice is None:
            reason: str | None = objection or no_evidence(narrowed=bool(only))
        elif objection or answered(features) >= THRESHOLD:
            reason = objection
        else:
            reason = too_far(question, missing_words(question, evidence[0]), narrowed=bool(only))
        if choice is None or (refuse and reason):
            return self._not_found(question, hits, features, sure, reason or "", objection)
        statements, citations = compose(choice.groups, evidence, self.snapshot)
        check_citations(citations, self.snapshot.documents)
        check_statements(statements, citations)
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            status="partial" if choice.open else "answered",
            statements=tuple(statements),
            citations=tuple(citations),
            confidence=sure,
            hits=tuple(hits),
            reason=not_said(choice.open) if choice.open else None,
            text=written(statements, citations, self.snapshot),
            features=features,
            objection=objection,
        )

    def _evidence(self, question: Question, only: Collection[str] | None) -> tuple[list[Hit], list[Evidence]]:
        """The passages nearest to a question, and their units that may answer it."""
        encoding = self.encoder.encode([question.topic])[0] if self.encoder is not None else None
        hits = search_encoded(self.snapshot, question.topic, encoding, limit=_READ, documents=only)
        return hits, find_evidence(question, hits, self.snapshot, self._words, encoding)

    def _not_found(
        self,
        question: Question,
        hits: Sequence[Hit],
        features: Features,
        sure: float,
        reason: str,
        objection: str | None,
    ) -> Answer:
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            status="not_found",
            statements=(),
            citations=(),
            confidence=sure,
            hits=tuple(hits),
            reason=reason,
            text="",
            features=features,
            objection=objection,
        )

    def _known(self, documents: Collection[str]) -> Collection[str]:
        for doc_id in documents:
            if doc_id not in self.snapshot.documents:
                known = ", ".join(sorted(self.snapshot.documents))
                raise QuestionError(f"there is no document '{doc_id}'. The documents are: {known}")
        return documents


def _objection(question: Question, choice: Choice | None) -> str | None:
    """Why what was chosen is no answer however near it is, or None."""
    if choice is None:
        return None
    if choice.open and len(choice.open) == len(question.slots):
        return not_said(choice.open)
    return other_years(choice.elsewhen) if choice.elsewhen else None
