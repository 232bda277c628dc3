"""A BEIR set measured: how each retriever ranks, and what the assistant answers or refuses.

What is relevant is what the set says; a passage that says the same and was not marked counts as a miss. An answer is
held against the set by what can be told without a judge:

    right       it cites words of a relevant passage
    contains    it has a reference answer in it, word for word
    F1          the words it shares with the nearest reference, as SQuAD counts them

Not covered: whether an answer that cites another passage is right all the same; a reference in other words.
"""

import re
import string
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answer import Answer, Assistant, QuestionError, proves
from eval.beir import BeirQuestion
from eval.bootstrap import Interval, Numbers, curve_interval, paired_interval, ratio, ratio_interval
from eval.measures import Figure, area_under_risk
from eval.questions import says
from eval.retrieval import DEPTH, METRICS, metrics_of
from eval.selective import area_under_roc
from index import ARMS, Encoder, Snapshot, search
from ingest import Passage, stands

SERVED = "served"  # what the assistant found, which completes a follow-up and mends spelling
COMPARED = "nDCG@10"
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_PUNCTUATION = str.maketrans("", "", string.punctuation)

Rankings = Mapping[str, Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Response:
    """What the assistant made of one question.

    Attributes:
        question: The question.
        refused: Whether it said that the documents do not answer; so too if it took it for no question.
        confidence: How sure it was.
        right: It answered, and cites words of a relevant passage.
        right_if_answered: The same, had refusing not been allowed.
        contains: It answered, and a reference stands in what it said.
        f1: The words it shares with the nearest reference; 0 if it refused.
        citations: How many it gave.
        verbatim: How many of them stand in their document and prove what they are given for.
        found: The ids of the passages it found, best first.
    """

    question: BeirQuestion
    refused: bool
    confidence: float
    right: bool
    right_if_answered: bool
    contains: bool
    f1: float
    citations: int
    verbatim: int
    found: tuple[str, ...]


def rank(
    snapshot: Snapshot,
    encoder: Encoder,
    questions: Sequence[BeirQuestion],
    arms: Sequence[str],
    on_done: Callable[[], object] = lambda: None,
) -> dict[str, dict[str, list[str]]]:
    """What each retriever finds for each question that has a relevant passage, by the words of the question alone.

    Args:
        snapshot: The index.
        encoder: The model.
        questions: The questions; where one has a scope, only that document is searched.
        arms: Names of ``index.ARMS``.
        on_done: Called after each question and retriever.

    Returns:
        For each retriever, for each question's id, passage ids, best first.
    """
    ranked = [question for question in questions if question.relevant]
    rankings: dict[str, dict[str, list[str]]] = {arm: {} for arm in arms}
    for arm in arms:
        for question in ranked:
            hits = search(
                snapshot, encoder, question.text, limit=DEPTH + 1, documents=_scope(question), weights=ARMS[arm]
            )
            rankings[arm][question.id] = _without_itself(question, [hit.passage.passage_id for hit in hits])
            on_done()
    return rankings


def ask(
    assistant: Assistant, questions: Sequence[BeirQuestion], on_done: Callable[[], object] = lambda: None
) -> list[Response]:
    """What the assistant makes of each question, the user's earlier turns given as history."""
    by_id = {passage.passage_id: passage for passage in assistant.snapshot.passages}
    responses = []
    for question in questions:
        responses.append(_respond(assistant, question, by_id))
        on_done()
    return responses


def retrieval_figures(questions: Sequence[BeirQuestion], ranking: Mapping[str, Sequence[str]]) -> list[Figure]:
    """Every metric of eval.retrieval over the questions with a relevant passage; one that got nothing has 0."""
    values = _metrics(questions, ranking)
    return [_ratio_figure(name, _ones([each[name] for each in values])) for name in METRICS]


def differences(questions: Sequence[BeirQuestion], rankings: Rankings, against: str = "hybrid") -> list[Figure]:
    """How far one retriever is ahead of each other in nDCG@10, question by question; none without it."""
    if against not in rankings:
        return []
    values = {arm: _ones([each[COMPARED] for each in _metrics(questions, rankings[arm])]) for arm in rankings}
    after = values[against]
    found = []
    for arm, before in values.items():
        if arm in (against, SERVED) or not len(after):
            continue
        delta = float((after[:, 0] - before[:, 0]).mean())
        interval = paired_interval(before, after)
        found.append(_figure(f"{against} − {arm}, {COMPARED}", delta, len(after), interval, "questions"))
    return found


def served(responses: Sequence[Response]) -> dict[str, list[str]]:
    """What the assistant found for each question that has a relevant passage, as a ranking."""
    return {r.question.id: _without_itself(r.question, r.found) for r in responses if r.question.relevant}


def answering_figures(responses: Sequence[Response]) -> list[Figure]:
    """The measures of answering over some responses; those of abstaining only if some question has no answer."""
    answerable = [r for r in responses if r.question.answerable]
    marked = [r for r in answerable if r.question.relevant]
    referenced = [r for r in answerable if r.question.references]
    found = [
        _ratio_figure("cites a relevant passage", _ones([r.right for r in marked])),
        _ratio_figure("contains a reference", _ones([r.contains for r in referenced])),
        _ratio_figure("F1 with a reference", _ones([r.f1 for r in referenced])),
        _ratio_figure("verbatim rate", _parts([(r.verbatim, r.citations) for r in responses]), "citations"),
        _ratio_figure("answerable refused", _ones([r.refused for r in answerable])),
    ]
    return [*found, *_abstaining(responses)] if len(answerable) < len(responses) else found


def _abstaining(responses: Sequence[Response]) -> list[Figure]:
    known = [r for r in responses if r.question.relevant or not r.question.answerable]
    rightly = [r.refused and not r.question.answerable for r in responses]
    open_ = [not r.question.answerable for r in responses]
    refused = [r.refused for r in responses]
    both = [(2 * a, b + c) for a, b, c in zip(rightly, refused, open_, strict=True)]
    return [
        _ratio_figure("abstention precision", _parts(list(zip(rightly, refused, strict=True))), "refusals"),
        _ratio_figure("abstention recall", _parts(list(zip(rightly, open_, strict=True)))),
        _ratio_figure("abstention F1", _parts(both), n=len(responses)),
        _ratio_figure("wrong among the given", _ones([not r.right for r in known if not r.refused]), "answers"),
        _curve_figure(
            "AUC, answerable or not",
            area_under_roc,
            [r.confidence for r in responses],
            [r.question.answerable for r in responses],
        ),
        _curve_figure(
            "area under risk", area_under_risk, [r.confidence for r in known], [r.right_if_answered for r in known]
        ),
    ]


def token_f1(said: str, references: Sequence[str]) -> float:
    """The harmonic mean of the shares of words that a text and the nearest reference have in common.

    Args:
        said: What was said.
        references: What people said; at least one, else 0.

    Returns:
        From 0 to 1, over words in lower case without punctuation and articles.

    Example:
        >>> token_f1("They live in the North.", ["the north", "Rome"])
        0.4

    References:
        Rajpurkar, Zhang, Lopyrev and Liang, "SQuAD: 100,000+ Questions for Machine Comprehension of Text", EMNLP 2016,
        arXiv:1606.05250, section 6.1.
    """
    words = Counter(_words(said))
    best = 0.0
    for reference in references:
        wanted = Counter(_words(reference))
        shared = (words & wanted).total()
        if shared:
            best = max(best, 2 * shared / (words.total() + wanted.total()))
    return best


def _words(text: str) -> list[str]:
    return _ARTICLES.sub(" ", text.lower().translate(_PUNCTUATION)).split()


def _respond(assistant: Assistant, question: BeirQuestion, by_id: Mapping[str, Passage]) -> Response:
    asked = question.text, question.earlier, _scope(question)
    try:
        answer = assistant.answer(*asked)
        best = assistant.answer(*asked, refuse=False) if answer.status == "not_found" else answer
    except QuestionError:  # too long, or without a word
        return Response(
            question, refused=True, confidence=0.0, right=False, right_if_answered=False, contains=False, f1=0.0,
            citations=0, verbatim=0, found=(),
        )  # fmt: skip
    relevant = [by_id[id_] for id_ in question.relevant if id_ in by_id]
    said = " ".join(statement.text for statement in answer.statements)
    return Response(
        question=question,
        refused=answer.status == "not_found",
        confidence=best.confidence,
        right=_cites(answer, relevant),
        right_if_answered=_cites(best, relevant),
        contains=any(says(said, reference) for reference in question.references),
        f1=token_f1(said, question.references),
        citations=len(answer.citations),
        verbatim=_verbatim(answer, assistant.snapshot),
        found=tuple(hit.passage.passage_id for hit in answer.hits),
    )


def _cites(answer: Answer, passages: Sequence[Passage]) -> bool:
    """Whether a citation shares a character with one of some passages."""
    return any(
        citation.doc_id == passage.doc_id and start < until and at < end
        for citation in answer.citations
        for passage in passages
        for start, end in citation.spans
        for at, until in passage.spans
    )


def _verbatim(answer: Answer, snapshot: Snapshot) -> int:
    """How many citations stand in their document, with every statement they are the first proof of standing in them."""
    proved = {c.number: [s for s in answer.statements if s.citations[0] == c.number] for c in answer.citations}
    return sum(
        stands(snapshot.documents[c.doc_id].text, c.spans, c.quote)
        and all(proves(c, statement.text, reading=statement.reading) for statement in proved[c.number])
        for c in answer.citations
    )


def _scope(question: BeirQuestion) -> tuple[str, ...] | None:
    return None if question.scope is None else (question.scope,)


def _without_itself(question: BeirQuestion, found: Sequence[str]) -> list[str]:
    """The best passages but for one of the question's own id, which BEIR leaves out: some sets ask their passages."""
    return [id_ for id_ in found if id_ != question.id][:DEPTH]


def _metrics(questions: Sequence[BeirQuestion], ranking: Mapping[str, Sequence[str]]) -> list[dict[str, float]]:
    qrels = {question.id: question.relevant for question in questions if question.relevant}
    return list(metrics_of(qrels, ranking).values()) if qrels else []


def _ones(values: Sequence[float]) -> Numbers:
    """(n, 2): each value over 1."""
    return _parts([(value, 1.0) for value in values])


def _parts(pairs: Sequence[tuple[float, float]]) -> Numbers:
    return np.array(pairs, np.float64).reshape(-1, 2)


def _ratio_figure(name: str, parts: Numbers, unit: str = "questions", *, n: int | None = None) -> Figure:
    """A ratio with its interval; n is what the denominators add up to, where it is not given."""
    counted = round(parts[:, 1].sum()) if n is None else n
    return _figure(name, ratio(parts), counted, ratio_interval(parts), unit)


def _curve_figure(
    name: str, curve: Callable[[Numbers, Numbers], float | None], sure: Sequence[float], truth: Sequence[bool]
) -> Figure:
    x, y = np.array(sure, np.float64), np.array(truth, np.float64)

    def of(places: NDArray[np.intp]) -> float | None:
        return curve(x[places], y[places])

    return _figure(name, curve(x, y), len(x), curve_interval(of, len(x)), "questions")


def _figure(name: str, value: float | None, n: int, interval: Interval | None, unit: str) -> Figure:
    return Figure(name, value, n, interval.low if interval else None, interval.high if interval else None, unit)
