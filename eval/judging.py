"""One answer held against its question: what is counted, and, where it is wrong, why.

What is counted goes into *cells*: for each measure that applies to the question, a numerator and a denominator. A
figure is the sum of the one over the sum of the other, over whichever questions are asked for (eval/measures.py).
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from answer import Answer, Citation, proves
from eval.questions import EvalQuestion, Place, evidence_texts, says
from eval.retrieval import evidence_found, place_in
from eval.support import alce, numbers
from ingest import Document, Passage, fold, spoken_date, stands

Cells = dict[str, tuple[float, float]]
CAUSES = {
    "reading": "no passage has the evidence",
    "retrieval": "no hit has the evidence",
    "choosing": "a hit has the evidence, the answer does not",
    "abstaining": "it could be answered and was refused, or the other way about",
}
# Kinds whose right answer is several values side by side.
SIDE_BY_SIDE = ("comparison", "no_year", "conflict", "ambiguous")
_HEDGE = re.compile(r"\b(?:not in the documents|do(?:es)? not (?:say|state|mention|answer)|no information)\b", re.I)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with all that was said to it.

    Attributes:
        question: The question.
        answer: What was served.
        unsure: The best there was had refusing not been allowed; the answer itself where it was not refused.
        alone: What was served to its stand-alone form, if it has one.
    """

    question: EvalQuestion
    answer: Answer
    unsure: Answer
    alone: Answer | None


def refused(answer: Answer) -> bool:
    """Whether an answer says that the documents do not answer."""
    return answer.status == "not_found"


def facts_found(question: EvalQuestion, answer: Answer) -> int:
    """How many groups of a question's facts the answer's text has an alternative of."""
    return sum(any(says(answer.text, fact) for fact in group) for group in question.facts)


def has_all_facts(question: EvalQuestion, answer: Answer) -> bool:
    """Whether an answer is given to an answerable question and has something of every group of its facts."""
    return question.answerable and not refused(answer) and facts_found(question, answer) == len(question.facts)


def is_right(question: EvalQuestion, answer: Answer) -> bool:
    """Whether an answer is right: all the facts; or, where the documents do not answer, a refusal."""
    return has_all_facts(question, answer) if question.answerable else refused(answer)


def cells_of(asked: Asked, documents: Mapping[str, Document]) -> Cells:
    """What is counted of one question, but for retrieval.

    Args:
        asked: The question and what was said.
        documents: The documents as they are in the corpus now, not the index' copies.
    """
    return {
        **_answering(asked),
        **_citing(asked, documents),
        **_proof(asked.answer),
        **_abstaining(asked),
        **_dating(asked, documents),
        "well-formed": (float(well_formed(asked.answer)), 1.0),
    }


def _answering(asked: Asked) -> Cells:
    question, answer = asked.question, asked.answer
    if not question.answerable:
        return {}
    right = float(has_all_facts(question, answer))
    found, texts = evidence_found(question, [hit.passage for hit in answer.hits])
    cells: Cells = {"answer accuracy": (right, 1.0), "evidence@10": (found / texts, 1.0)}
    if question.facts:
        cells["fact recall"] = (facts_found(question, answer) / len(question.facts), 1.0)
    if question.kind in SIDE_BY_SIDE:
        cells["every value shown"] = (right, 1.0)
    if question.kind == "half_answerable":
        cells["half said to be missing"] = (float(answer.status == "partial"), 1.0)
    if asked.alone is not None and has_all_facts(question, asked.alone):
        cells["follow-up kept"] = (right, 1.0)
    return cells


def _citing(asked: Asked, documents: Mapping[str, Document]) -> Cells:
    question, citations = asked.question, asked.answer.citations
    cells: Cells = {}
    if citations:
        good = sum(any(_overlaps(c, place) for place in question.evidence) for c in citations)
        cells["citation precision"] = (float(good), float(len(citations)))
        stood = sum(verbatim(citation, asked.answer, documents) for citation in citations)
        cells["verbatim rate"] = (float(stood), float(len(citations)))
    if question.answerable:
        texts = evidence_texts(question.evidence)
        cited = sum(any(_overlaps(c, p) for c in citations for p in places) for places in texts)
        cells["citation recall"] = (cited / len(texts), 1.0)
    return cells


def _overlaps(citation: Citation, place: Place) -> bool:
    return place_in(place, citation.doc_id, citation.spans)


def verbatim(citation: Citation, answer: Answer, documents: Mapping[str, Document]) -> bool:
    """Whether a quote stands in its document, and every statement it is the first proof of stands in the quote.

    A statement that a language model wrote is no quote: number fidelity and ALCE's measures say what bears it out.
    """
    document = documents.get(citation.doc_id)
    proved = [s for s in answer.statements if s.citations[:1] == (citation.number,)]
    return (
        document is not None
        and stands(document.text, citation.spans, citation.quote)
        and all(s.rewritten or proves(citation, s.text, reading=s.reading) for s in proved)
    )


def _proof(answer: Answer) -> Cells:
    """What proves the statements: that each has a citation, its numbers, and ALCE's two measures."""
    if refused(answer):
        return {}
    cited = [(s.text, _quotes(answer, s.citations)) for s in answer.statements]
    marked = sum(
        bool(quotes) and all(f"[{n}]" in answer.text for n in s.citations)
        for s, (_, quotes) in zip(answer.statements, cited, strict=True)
    )
    named = [(number, quotes) for text, quotes in cited for number in numbers(text)]
    kept = sum(number in numbers(" ".join(quotes)) for number, quotes in named)
    recall, precision = alce(cited)
    cells = {
        "statement coverage": (float(marked), float(max(1, len(cited)))),
        "ALCE citation recall": (recall, 1.0),
        "ALCE citation precision": (precision, 1.0),
    }
    return {**cells, "number fidelity": (float(kept), float(len(named)))} if named else cells


def _quotes(answer: Answer, cited: Sequence[int]) -> list[str]:
    return [c.quote for c in answer.citations if c.number in cited]


def _abstaining(asked: Asked) -> Cells:
    question, no = asked.question, refused(asked.answer)
    rightly = float(no and not question.answerable)
    cells: Cells = {"abstention F1": (2 * rightly, float(no) + float(not question.answerable))}
    if no:
        cells["abstention precision"] = (rightly, 1.0)
    if question.answerable:
        cells["answerable refused"] = (float(no), 1.0)
    else:
        cells["abstention recall"] = (rightly, 1.0)
        cells["hedge leak"] = (float(_leaks(asked.answer)), 1.0)
    return cells


def _leaks(answer: Answer) -> bool:
    """Whether an answer says that it does not know, and states something all the same."""
    hedges = answer.status != "answered" or _HEDGE.search(_beside_quotes(answer)) is not None
    return hedges and bool(answer.statements or answer.citations or answer.text)


def _dating(asked: Asked, documents: Mapping[str, Document]) -> Cells:
    """Whether the date of every document cited stands in the answer beside its quotes, and that it is superseded."""
    cited = [documents[d] for d in dict.fromkeys(c.doc_id for c in asked.answer.citations) if d in documents]
    beside = _beside_quotes(asked.answer)
    without_titles = beside
    for document in cited:
        without_titles = without_titles.replace(document.title, " ")
    dated = [d for d in cited if _is_dated(d, beside, without_titles)]
    old = [d for d in cited if d.status in ("superseded", "archived")]
    cells: Cells = {}
    if cited:
        cells["dated value"] = (float(len(dated)), float(len(cited)))
    if old:
        marked = sum(str(d.status) in without_titles for d in old)
        cells["superseded value marked"] = (float(marked), float(len(old)))
    return cells


def _is_dated(document: Document, beside: str, without_titles: str) -> bool:
    date = spoken_date(document.published)
    to_the_day = " " in date and date in document.title and document.title in beside
    return to_the_day or date in without_titles


def _beside_quotes(answer: Answer) -> str:
    """What the answer says in its own words: its text without its statements."""
    text = fold(answer.text)
    for statement in sorted(answer.statements, key=lambda s: -len(s.text)):
        text = text.replace(fold(statement.text), " ")
    return text


def well_formed(answer: Answer) -> bool:
    """Whether an answer is as its type promises, whatever it says.

    A refusal has no statements, citations or text, and a reason; an answer has all three. Citations are numbered from 1
    without a gap, each is used and each one used is there; hits are ranked from 1 without a gap, their scores not
    rising; the confidence is from 0 to 1.
    """
    stated = (bool(answer.statements), bool(answer.citations), bool(answer.text))
    as_said = not any(stated) and bool(answer.reason) if refused(answer) else all(stated)
    numbered = [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    used = {n for s in answer.statements for n in s.citations} == {c.number for c in answer.citations}
    ranked = [hit.rank for hit in answer.hits] == list(range(1, len(answer.hits) + 1))
    falling = all(a.score >= b.score for a, b in zip(answer.hits, answer.hits[1:], strict=False))
    return as_said and numbered and used and ranked and falling and 0 <= answer.confidence <= 1


def cause(asked: Asked, passages: Sequence[Passage]) -> str | None:
    """Why an answer is wrong, one of ``CAUSES``; None if it is right.

    The first that holds: the facts are in no passage over the evidence; not in the hits over it; it was refused; else
    the wrong thing was chosen. A question without facts goes by whether its evidence is overlapped.
    """
    question, answer = asked.question, asked.answer
    if is_right(question, answer):
        return None
    if not question.answerable:
        return "abstaining"
    if not _holds(question, passages):
        return "reading"
    if not _holds(question, [hit.passage for hit in answer.hits]):
        return "retrieval"
    return "abstaining" if refused(answer) else "choosing"


def _holds(question: EvalQuestion, passages: Sequence[Passage]) -> bool:
    over = [p for p in passages if any(place_in(place, p.doc_id, p.spans) for place in question.evidence)]
    text = " ".join(" ".join((*p.headings, p.lead_in, p.text)) for p in over)
    return bool(over) and all(any(says(text, fact) for fact in group) for group in question.facts)
