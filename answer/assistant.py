"""The whole of answering: understand, find, judge, choose, compose, check."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import Literal

from answer.acronyms import Acronyms
from answer.choose import Choice, choose, together
from answer.citations import Citation, check_citations
from answer.compose import Statement, check_statements, compose, written
from answer.confidence import Features, answered, confidence, measure, missing_words, refused
from answer.errors import QuestionError, shortened
from answer.evidence import Evidence, find_evidence, with_readings
from answer.instructions import without_instructions
from answer.naming import unknown_acronyms
from answer.question import Question, check_history, clean, understand
from answer.reader import Reader, as_read
from answer.refusal import no_evidence, not_said, nowhere, only_told, other_years, too_far
from answer.spelling import Speller, words_of_model
from answer.standing import StandingText
from answer.unseen import said_of_unseen, without_unseen
from answer.words import UnitWords, Words
from answer.writing import Writer, Writing
from index import Encoder, Encoding, Hit, Snapshot, check_precision, search_encoded, tokenize

Status = Literal["answered", "partial", "not_found"]
HITS = 10  # passages given with an answer
_JUDGED = 20  # passages whose units are judged
_READ = 5  # of them, those with the best evidence, that the reader reads


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
        notes: What is to be known of how the question was read, in sentences.
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
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    """What one question comes to.

    Attributes:
        question: The question.
        hits: The passages nearest to it.
        evidence: Their units that may answer it, best first.
        choice: What is chosen of those.
        features: What speaks for its being answered.
        objection: As in ``Answer``.
        reason: Why it is to be refused, or None.
    """

    question: Question
    hits: Sequence[Hit]
    evidence: Sequence[Evidence]
    choice: Choice
    features: Features
    objection: str | None
    reason: str | None


class Assistant:
    """Answers questions from one snapshot.

    Args:
        snapshot: The index.
        encoder: The model it was built with; None answers from words alone.
        reader: Judges whether a unit answers; None does without.
        writer: May say the statements in its own words; None leaves them the documents'.

    Raises:
        StaleIndex: If the model computes in another precision than the index was made in.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        encoder: Encoder | None,
        reader: Reader | None = None,
        writer: Writer | None = None,
    ) -> None:
        if encoder is not None:
            check_precision(snapshot.manifest, encoder)
        self.snapshot = snapshot
        self.encoder = encoder
        self.reader = reader
        self.writer = writer
        are_words = partial(words_of_model, encoder) if encoder is not None else None
        self._speller = Speller(snapshot.vocabulary.forms, snapshot.lexical.__contains__, are_words)
        self._acronyms = Acronyms(snapshot.vocabulary.acronyms)
        self._words = Words(snapshot, self._acronyms)
        self._standing = StandingText(snapshot)

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
            QuestionError: If there is no question in the text, it or the history is too long, or a document is unknown.
        """
        check_history(history)
        only = self._known(documents) if documents else None
        asked = without_instructions(clean(text))
        question = self._understood(asked.text or text, history)
        told = [self._told(q, only, asked=bool(asked.text)) for q in self._one_by_one(question)]
        given = [one for one in told if one.evidence and not (refuse and one.reason)]
        surest = max(told, key=lambda one: answered(one.features))
        hits = told[0].hits if len(told) == 1 else self._search(question, only)[0]
        answer = Answer(
            question=clean(text),
            standalone_question=question.standalone,
            status="not_found",
            statements=(),
            citations=(),
            confidence=min(confidence(one.features) for one in given or told),
            hits=tuple(hits[:HITS]),
            reason=" ".join(dict.fromkeys(one.reason for one in told if one.reason)) or None,
            text="",
            features=surest.features,
            objection=surest.objection,
            notes=said_of_unseen(without_unseen(text).left_out),
        )
        return self._stated(answer, told, given, refuse=refuse) if given else answer

    def read_ahead(self, most: int) -> None:
        """Work out the words of the first passages, which else is done when each is first found.

        Args:
            most: How many passages; 500 take about a second.
        """
        for place in range(min(most, len(self.snapshot.passages))):
            self._words.of(place)

    def judge(self, text: str, history: Sequence[str] = (), documents: Collection[str] | None = None) -> list[Evidence]:
        """All units that may answer a question, best first: for measuring and for fitting. Arguments as in ``answer``.

        Raises:
            QuestionError: As ``answer`` does.
        """
        only = self._known(documents) if documents else None
        return self._evidence(self.understand(text, history), only)[1]

    def understand(self, text: str, history: Sequence[str] = ()) -> Question:
        """What is taken to be asked. Arguments as in ``answer``.

        Raises:
            QuestionError: If there is no question in the text or it is too long.
        """
        return self._understood(without_instructions(clean(text)).text or text, history)

    def _understood(self, text: str, history: Sequence[str]) -> Question:
        before = [asked for earlier in history if (asked := without_instructions(clean(earlier, check=False)).text)]
        return understand(text, before, self._speller.mend, self.snapshot.documents)

    def _one_by_one(self, question: Question) -> Sequence[Question]:
        """The questions to answer: those that a double one is made of, where each can stand without the others."""
        return question.parts if question.separate else (question,)

    def _told(self, question: Question, only: Collection[str] | None, *, asked: bool) -> "_Told":
        """What one question comes to; ``asked``: whether there is anything in it but instructions."""
        hits, evidence = self._evidence(question, only)
        parts = [] if question.separate else [self._evidence(part, only)[1] for part in question.parts]
        choice = choose(question, evidence, parts, self.snapshot, self._words)
        features = measure(question, evidence, choice.filled, hits[:HITS], self.snapshot)
        objection = self._objection(question, choice) if asked else only_told()
        reason = objection or _too_unsure(question, evidence, features, narrowed=bool(only))
        return _Told(question, hits, evidence, choice, features, objection, reason)

    def _search(self, question: Question, only: Collection[str] | None) -> tuple[list[Hit], Encoding | None]:
        """The passages nearest to a question, and the question as the model reads it."""
        encoding = self.encoder.encode([question.topic])[0] if self.encoder is not None else None
        # What a known acronym stands for would only weigh it several times.
        names = self._acronyms.other_names(question.topic)
        query = " ".join([question.topic, *(name for name in names if len(tokenize(name)) == 1)])
        return search_encoded(self.snapshot, query, encoding, limit=_JUDGED, documents=only), encoding

    def _evidence(self, question: Question, only: Collection[str] | None) -> tuple[list[Hit], list[Evidence]]:
        """The passages nearest to a question, and their units that may answer it."""
        hits, encoding = self._search(question, only)
        found = find_evidence(question, hits, self.snapshot, self._words, encoding)
        return hits, with_readings(found, self._read(question, found))

    def _read(self, question: Question, found: Sequence[Evidence]) -> dict[int, list[float]]:
        """What the reader thinks of each unit of the passages with the best evidence, by their places."""
        if self.reader is None:
            return {}
        places = dict(islice({e.place: e.passage for e in found}.items(), _READ))
        passages = [as_read(passage, map(_to_be_read, self._words.of(at).units)) for at, passage in places.items()]
        return dict(zip(places, self.reader.read(question.topic, passages), strict=True))

    def _stated(self, answer: Answer, told: Sequence["_Told"], given: Sequence["_Told"], *, refuse: bool) -> Answer:
        """An answer with what was chosen stated in it, checked, and what is left open."""
        evidence = [e for one in given for e in one.evidence]
        statements, citations = compose(
            together([one.choice for one in given]), evidence, self.snapshot, self._standing
        )
        left = [
            asked
            for one in told
            for asked in ([slot.asked for slot in one.choice.open] if one in given else [one.question.text])
        ]
        check_citations(citations, self.snapshot.documents)
        check_statements(statements, citations)
        writing = None
        if self.writer and refuse:
            done = self.writer.write(answer.standalone_question, statements, citations, self.snapshot.documents)
            statements, citations, writing = list(done.statements), list(done.citations), done.writing
        return replace(
            answer,
            status="partial" if left else "answered",
            statements=tuple(statements),
            citations=tuple(citations),
            reason=not_said(left) if left else None,
            text=written(statements, citations, self.snapshot),
            writing=writing,
        )

    def _objection(self, question: Question, choice: Choice) -> str | None:
        """Why what was chosen is no answer however near it is, or None.

        Only acronyms that were typed count: what a follow-up goes on from may have been answered for all that.
        """
        if unknown := unknown_acronyms(question.text, self.snapshot.lexical.__contains__):
            return nowhere(unknown)
        if choice.open and not choice.filled:
            return not_said([slot.asked for slot in choice.open])
        return other_years(choice.elsewhen) if choice.elsewhen else None

    def _known(self, documents: Collection[str]) -> Collection[str]:
        for doc_id in documents:
            if doc_id not in self.snapshot.documents:
                known = ", ".join(sorted(self.snapshot.documents))
                raise QuestionError(f"there is no document '{shortened(doc_id)}'. The documents are: {known}")
        return documents


def _to_be_read(unit: UnitWords) -> str:
    """What the reader sees of a unit: nothing that speaks to a model, which would draw it away from what answers."""
    return "" if unit.told else without_unseen(unit.text).text


def _too_unsure(question: Question, evidence: Sequence[Evidence], features: Features, *, narrowed: bool) -> str | None:
    """Why the evidence is too weak to be given, or None if it is not."""
    if not evidence:
        return no_evidence(narrowed=narrowed)
    if not refused(features):
        return None
    return too_far(question, missing_words(question, evidence[0]), narrowed=narrowed)
