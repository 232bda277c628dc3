"""What is measured of an answer, each by the evidence a person marked. No judge is needed.

Retrieval is measured by ir-measures over passages: a passage is relevant if it overlaps evidence.
A question that got nothing counts as a miss in every mean over questions.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, R, nDCG

from answer import Answer, Citation, proves
from eval.questions import EvalQuestion, Place
from index import Snapshot
from ingest import Document, Passage, fold, stands

RETRIEVAL = {"R@5": R @ 5, "R@10": R @ 10, "MRR@10": RR @ 10, "nDCG@10": nDCG @ 10}


@dataclass(frozen=True, slots=True)
class Row:
    """One question as it was answered.

    Attributes:
        question: The question.
        answer: What was said.
        right: It was answered, and of each group of facts the answer has one.
        facts_found: How many groups of facts the answer has.
        cited_right: How many citations overlap evidence.
        verbatim: How many citations stand in their document by the quote rule.
        evidence_cited: How many texts of evidence some citation overlaps.
        evidence_texts: How many there are, the same text in two documents counted once.
        latency_ms: How long answering took.
    """

    question: EvalQuestion
    answer: Answer
    right: bool
    facts_found: int
    cited_right: int
    verbatim: int
    evidence_cited: int
    evidence_texts: int
    latency_ms: float


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and how many questions (or citations) it is over; None over none."""

    name: str
    value: float | None
    n: int
    unit: str = ""


def measure_row(question: EvalQuestion, answer: Answer, documents: Mapping[str, Document], latency_ms: float) -> Row:
    """Hold an answer against its question's evidence and facts."""
    said = fold(answer.text).lower()
    found = sum(any(fold(fact).lower() in said for fact in group) for group in question.facts)
    answered = answer.status != "not_found"
    texts = _texts(question.evidence)
    return Row(
        question=question,
        answer=answer,
        right=question.answerable and answered and found == len(question.facts),
        facts_found=found,
        cited_right=sum(any(overlaps(c, place) for place in question.evidence) for c in answer.citations),
        verbatim=sum(_verbatim(c, answer, documents) for c in answer.citations),
        evidence_cited=sum(any(overlaps(c, p) for c in answer.citations for p in places) for places in texts),
        evidence_texts=len(texts),
        latency_ms=latency_ms,
    )


def overlaps(citation: Citation, place: Place) -> bool:
    """Whether a citation and a place share a character of one document."""
    start, end = place.span
    return citation.doc_id == place.doc_id and any(s < end and start < e for s, e in citation.spans)


def figures(rows: Sequence[Row], snapshot: Snapshot) -> list[Figure]:
    """Every measure of a run."""
    return [*_retrieval(rows, snapshot.passages), *_answering(rows), *_abstention(rows), *_latency(rows)]


def by_kind(rows: Sequence[Row]) -> list[Figure]:
    """Answer accuracy for each kind of answerable question, in order of the kinds' names."""
    kinds = sorted({row.question.kind for row in rows if row.question.answerable})
    return [
        Figure(kind, _mean([float(r.right) for r in rows if r.question.kind == kind and r.question.answerable]),
               sum(1 for r in rows if r.question.kind == kind and r.question.answerable))
        for kind in kinds
    ]  # fmt: skip


def _retrieval(rows: Sequence[Row], passages: Sequence[Passage]) -> list[Figure]:
    answerable = [row for row in rows if row.question.answerable]
    qrels = {row.question.id: relevant(row.question, passages) for row in answerable}
    run = {row.question.id: {h.passage.passage_id: h.score for h in row.answer.hits} for row in answerable}
    per_question: dict[str, dict[str, float]] = {name: dict.fromkeys(qrels, 0.0) for name in RETRIEVAL}
    names = {str(measure): name for name, measure in RETRIEVAL.items()}
    for metric in ir_measures.iter_calc(list(RETRIEVAL.values()), qrels, run):
        per_question[names[str(metric.measure)]][metric.query_id] = metric.value
    return [Figure(name, _mean(list(values.values())), len(values)) for name, values in per_question.items()]


def relevant(question: EvalQuestion, passages: Sequence[Passage]) -> dict[str, int]:
    """The ids of the passages that overlap a question's evidence, each with relevance 1."""
    return {
        passage.passage_id: 1
        for passage in passages
        for place in question.evidence
        if passage.doc_id == place.doc_id and any(s < place.span[1] and place.span[0] < e for s, e in passage.spans)
    }


def _answering(rows: Sequence[Row]) -> list[Figure]:
    answerable = [row for row in rows if row.question.answerable]
    citations = sum(len(row.answer.citations) for row in rows)
    recalls = [row.evidence_cited / row.evidence_texts for row in answerable]
    return [
        Figure("answer accuracy", _mean([float(row.right) for row in answerable]), len(answerable)),
        Figure("citation precision", _share(sum(row.cited_right for row in rows), citations), citations, "citations"),
        Figure("citation recall", _mean(recalls), len(answerable)),
        Figure("verbatim rate", _share(sum(row.verbatim for row in rows), citations), citations, "citations"),
    ]


def _abstention(rows: Sequence[Row]) -> list[Figure]:
    refused = [row for row in rows if row.answer.status == "not_found"]
    right = sum(not row.question.answerable for row in refused)
    unanswerable = sum(not row.question.answerable for row in rows)
    answerable = len(rows) - unanswerable
    return [
        Figure("abstention precision", _share(right, len(refused)), len(refused)),
        Figure("abstention recall", _share(right, unanswerable), unanswerable),
        Figure("answerable refused", _share(len(refused) - right, answerable), answerable),
    ]


def _latency(rows: Sequence[Row]) -> list[Figure]:
    ordered = sorted(row.latency_ms for row in rows)
    return [Figure(f"latency p{p}", _percentile(ordered, p), len(ordered), "ms") for p in (50, 95)]


def _percentile(ordered: Sequence[float], percent: int) -> float | None:
    """The nearest-rank percentile of values in order; None of none."""
    if not ordered:
        return None
    return ordered[max(0, -(-percent * len(ordered) // 100) - 1)]


def _texts(evidence: Sequence[Place]) -> list[list[Place]]:
    """Evidence grouped by its letters and digits: the same text in two places is one."""
    groups: dict[str, list[Place]] = {}
    for place in evidence:
        groups.setdefault("".join(c for c in place.quote.lower() if c.isalnum()), []).append(place)
    return list(groups.values())


def _verbatim(citation: Citation, answer: Answer, documents: Mapping[str, Document]) -> bool:
    """Whether a quote stands in its document, and every statement it is the first proof of stands in the quote."""
    document = documents.get(citation.doc_id)
    proved = [s for s in answer.statements if s.citations[0] == citation.number]
    return (
        document is not None
        and stands(document.text, citation.spans, citation.quote)
        and all(proves(citation, statement.text, reading=statement.reading) for statement in proved)
    )


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
