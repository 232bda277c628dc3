"""How well passages are found: which are relevant, how each retriever ranks them, what ir-measures says of it.

A passage is relevant to a question if it shares a character with its evidence: nothing here knows a passage by a
name that changes when the splitter does.
"""

from collections.abc import Mapping, Sequence

import ir_measures
from ir_measures import RR, Measure, R, Success, nDCG

from eval.questions import EvalQuestion, Place, evidence_texts
from index import ARMS, Encoder, Snapshot, search
from ingest import Passage, Span

DEPTH = 10
METRICS: dict[str, Measure] = {
    "Success@1": Success @ 1,
    "Success@5": Success @ 5,
    "R@5": R @ 5,
    "R@10": R @ 10,
    "MRR@10": RR @ 10,
    "nDCG@10": nDCG @ 10,
}
# The retrievers that are measured alone, beside what was served.
ALONE = tuple(name for name in ARMS if name != "hybrid")

Rankings = Mapping[str, Sequence[str]]
Qrels = Mapping[str, Mapping[str, int]]


def ranking_alone(arm: str, snapshot: Snapshot, encoder: Encoder | None, query: str, only: Sequence[str]) -> list[str]:
    """The ids of the passages that one retriever finds for a query, best first; none if it needs an encoder it lacks.

    Args:
        arm: One of ``ALONE``.
        snapshot: The index.
        encoder: The model.
        query: What to look for.
        only: The ids of the documents to look in; none for all.
    """
    if encoder is None and ARMS[arm].dense:
        return []
    hits = search(snapshot, encoder, query, limit=DEPTH, documents=only or None, weights=ARMS[arm])
    return [hit.passage.passage_id for hit in hits]


def relevant(question: EvalQuestion, passages: Sequence[Passage]) -> dict[str, int]:
    """The ids of the passages that overlap a question's evidence, each with relevance 1."""
    return {p.passage_id: 1 for p in passages if any(place_in(place, p.doc_id, p.spans) for place in question.evidence)}


def place_in(place: Place, doc_id: str, spans: Sequence[Span]) -> bool:
    """Whether a place and some spans of a document, at least one and in order, share a character."""
    start, end = place.span
    near = doc_id == place.doc_id and spans[0][0] < end and start < spans[-1][1]  # spares most of the work
    return near and any(s < end and start < e for s, e in spans)


def evidence_found(question: EvalQuestion, passages: Sequence[Passage]) -> tuple[int, int]:
    """How many of a question's texts of evidence some passage overlaps, and how many there are."""
    texts = evidence_texts(question.evidence)
    found = sum(any(place_in(place, p.doc_id, p.spans) for p in passages for place in places) for places in texts)
    return found, len(texts)


def metrics_of(qrels: Qrels, rankings: Rankings) -> dict[str, dict[str, float]]:
    """Every metric of ``METRICS`` for every question of the qrels.

    Args:
        qrels: For each question, its relevant passages.
        rankings: For each question, the passages found, best first; one that is missing found nothing.

    Returns:
        For each question's id, the value of each metric. A question that found nothing has 0 in all of them.
    """
    values = {query: dict.fromkeys(METRICS, 0.0) for query in qrels}
    names = {str(metric): name for name, metric in METRICS.items()}
    run = {query: _scores(rankings.get(query, ())) for query in qrels}
    for metric in ir_measures.iter_calc(list(METRICS.values()), {q: dict(r) for q, r in qrels.items()}, run):
        values[metric.query_id][names[str(metric.measure)]] = metric.value
    return values


def _scores(ranking: Sequence[str]) -> dict[str, float]:
    """A ranking as scores. Not the retriever's own: among equal ones trec_eval would choose an order of its own."""
    return {passage: float(len(ranking) - place) for place, passage in enumerate(ranking)}


def trec_run(rankings: Rankings, tag: str) -> str:
    """Rankings in TREC's run format: query, Q0, passage, rank, score, tag."""
    return "".join(
        f"{query} Q0 {passage} {rank} {len(ranking) - rank + 1} {tag}\n"
        for query, ranking in rankings.items()
        for rank, passage in enumerate(ranking, start=1)
    )


def read_trec_run(text: str) -> dict[str, list[str]]:
    """Rankings from what ``trec_run`` wrote, in the order of its lines; ids may have spaces."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        query, _, rest = line.partition(" Q0 ")
        found.setdefault(query, []).append(rest.rsplit(" ", 3)[0])
    return found


def read_trec_qrels(text: str) -> dict[str, dict[str, int]]:
    """Relevant passages from what ``trec_qrels`` wrote; none for a question that has none."""
    found: dict[str, dict[str, int]] = {}
    for line in text.splitlines():
        query, _, rest = line.partition(" 0 ")
        passage, grade = rest.rsplit(" ", 1)
        found.setdefault(query, {})
        if int(grade):
            found[query][passage] = int(grade)
    return found


def trec_qrels(qrels: Qrels) -> str:
    """Relevant passages in TREC's qrels format: query, 0, passage, relevance.

    A question without any has a line of relevance 0, or no TREC tool would count it as the miss that it is.
    """
    return "".join(
        f"{query} 0 {passage} {grade}\n"
        for query, found in qrels.items()
        for passage, grade in (found or {"none": 0}).items()
    )
