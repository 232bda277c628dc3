"""The whole of answering: understand, find, judge, compose, check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Literal

from answer.citations import Citation, check_citations
from answer.compose import Statement, check_statements, compose, written
from answer.confidence import THRESHOLD, Features, confidence, measure, missing_words
from answer.errors import QuestionError
from answer.evidence import Evidence, find_evidence
from answer.question import Question, understand
from answer.spelling import Speller
from answer.writing import Writer, Writing
from index import Encoder, Hit, Snapshot, search, tokenize

Status = Literal["answered", "partial", "not_found"]
HITS = 10


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
    writing: Writing | None = None


class Assistant:
    """Answers questions from one snapshot.

    Args:
        snapshot: The index.
        encoder: The model it was built with; None answers from words alone.
        writer: May say the statements in its own words; None leaves them the documents'.
    """

    def __init__(self, snapshot: Snapshot, encoder: Encoder | None, writer: Writer | None = None) -> None:
        self.snapshot = snapshot
        self.encoder = encoder
        self.writer = writer
        self._speller = Speller.from_snapshot(snapshot)

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
        question = understand(text, history, self._speller.mend)
        only = self._known(documents) if documents else None
        hits = search(self.snapshot, self.encoder, question.standalone, limit=HITS, documents=only)
        evidence = find_evidence(question, hits, self.snapshot)
        features = measure(question, evidence, hits, self.snapshot)
        sure = confidence(features)
        if not evidence or (refuse and sure < THRESHOLD):
            return self._not_found(question, hits, features, sure, _reason(question, evidence, narrowed=bool(only)))
        statements, citations = compose(question, evidence, self.snapshot)
        check_citations(citations, self.snapshot.documents)
        check_statements(statements, citations)
        writing = None
        if self.writer and refuse:
            done = self.writer.write(question.standalone, statements, citations, self.snapshot.documents)
            statements, citations, writing = list(done.statements), list(done.citations), done.writing
        return Answer(
            question=question.text,
            standalone_question=question.standalone,
            status="answered",
            statements=tuple(statements),
            citations=tuple(citations),
            confidence=sure,
            hits=tuple(hits),
            reason=None,
            text=written(statements, citations, self.snapshot),
            features=features,
            writing=writing,
        )

    def _not_found(
        self, question: Question, hits: Sequence[Hit], features: Features, sure: float, reason: str
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
        )

    def _known(self, documents: Collection[str]) -> Collection[str]:
        for doc_id in documents:
            if doc_id not in self.snapshot.documents:
                known = ", ".join(sorted(self.snapshot.documents))
                raise QuestionError(f"there is no document '{doc_id}'. The documents are: {known}")
        return documents


def _reason(question: Question, evidence: Sequence[Evidence], *, narrowed: bool) -> str:
    """Why it is not answered, in a sentence for the person who asked."""
    where = "the documents you chose" if narrowed else "the documents"
    if not evidence:
        return f"The passages of {where} that are nearest to this question have none of its words."
    lacking = missing_words(question, evidence[0])
    named = [w for w in question.standalone.replace("?", " ").split() if _is_one_of(w, lacking)]
    if named:
        return f"Nothing in {where} that is near this question mentions {_quoted(named)}."
    return f"Nothing in {where} answers this clearly enough to be quoted as an answer."


def _is_one_of(word: str, tokens: Collection[str]) -> bool:
    return bool(set(tokenize(word)) & set(tokens))


def _quoted(words: Sequence[str]) -> str:
    marked = [f"“{w.strip('.,;:!')}”" for w in dict.fromkeys(words)]
    return marked[0] if len(marked) == 1 else f"{', '.join(marked[:-1])} or {marked[-1]}"
