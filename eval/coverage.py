"""What of the documents the questions touch: how many of each kind, and which sections no evidence stands in."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.questions import KINDS, EvalQuestion
from eval.retrieval import place_in
from ingest import ReadDocument, Section


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a set of questions covers.

    Attributes:
        kinds: For each kind, how many questions of each split: {"figure": {"dev": 9, "test": 9}}.
        answerable: How many can be answered.
        not_answerable: How many cannot.
        sections: For each document, how many sections have a passage.
        untouched: For each document, those of them in which no evidence stands.
    """

    kinds: Mapping[str, Mapping[str, int]]
    answerable: int
    not_answerable: int
    sections: Mapping[str, int]
    untouched: Mapping[str, tuple[Section, ...]]


def coverage(questions: Sequence[EvalQuestion], documents: Sequence[ReadDocument]) -> Coverage:
    """What questions cover of documents. A section that has no passage (a heading alone) cannot be asked about."""
    sections = {item.document.doc_id: _with_passages(item) for item in documents}
    places = [place for question in questions for place in question.evidence]
    return Coverage(
        kinds={kind: Counter(q.split for q in questions if q.kind == kind) for kind in KINDS},
        answerable=sum(q.answerable for q in questions),
        not_answerable=sum(not q.answerable for q in questions),
        sections={doc_id: len(found) for doc_id, found in sections.items()},
        untouched={
            doc_id: tuple(s for s in found if not any(place_in(p, doc_id, [(s.start, s.end)]) for p in places))
            for doc_id, found in sections.items()
        },
    )


def _with_passages(item: ReadDocument) -> list[Section]:
    spans = [span for passage in item.passages for span in passage.spans]
    return [s for s in item.document.sections if any(start < s.end and s.start < end for start, end in spans)]
