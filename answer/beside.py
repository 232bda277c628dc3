"""What belongs beside the best evidence: what else the question needs to be answered, and no more.

Each rule adds what another would miss: the parts of a double question, what is asked to be filled in and is not yet,
the years it names, the other side of a comparison, the other values where no year says which is meant, what a newer
document says, and what the best cannot be read without.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from answer.evidence import Evidence
from answer.question import Question
from answer.slots import FILLED, fillers
from answer.words import referred_to
from index import tokenize
from ingest import Document
from ingest.acronyms import find_spelt_out, spelt_at_head

_SLOT_DROP = 5.0  # how far below the best a unit of its passage may be that fills what the best leaves open
_FAR_SLOT_DROP = 1.5  # and one of another passage
_NEXT_DROP = 2.0  # how far below the best another unit of its passage may be that is given with it
_OTHER_DROP = 0.0  # and one of another passage
_PART_DROP = 1.0  # how far below the best of the whole question what answers a part of it may be
_YEAR_DROP = 3.0  # and what has a year that the question names and the best has not
_VALUE_DROP = 2.0  # and what gives another value of the same
_SIDE_DROP = 3.0  # and what has of a comparison what the best has not
_NOW_DROP = 1.0  # and what a document that still holds says, where the best is of one that does not
_SAME_MATTER = 0.85  # another value of the same has this share of the words that the best has
_NEW_SHARE = 0.1  # of the question's words that the other side of a comparison must have and the best has not
_MOST_UNITS = 4
_MOST_VALUES = 4
_MOST_OVERVIEW = 8
_OVERVIEW_DROP = 5.0  # how far below the best what else is said of a matter may be
_MOST_WORDS = 90  # of what is chosen beside the best
_LONGEST_SEQUEL = 40  # words
_DIGIT = re.compile(r"\d")
_COMPARES = re.compile(
    r"\bthan\b|\bcompar\w+|\bversus\b|\bvs\b|\bagainst\b|\bstack up\b|\bdiffer\w*|\bmore or less\b|\bbetween\b.+\band\b"
    r"|\bstill\b|\bchang\w+|\b(?:these days|now|today|currently)\b.*\b(?:was|were|used to|had|did)\b"
    r"|\bwhen .+ or when\b|\bhigher or lower\b|\bboth\b",
    re.IGNORECASE,
)
_NO_NUMBER_NEEDED = frozenset({"who", "definition", "why_how", "list", "other", "date"})


@dataclass(frozen=True, slots=True)
class Around:
    """What there is to choose from.

    Attributes:
        question: The question.
        evidence: All there is, best first.
        parts: The same for each question that a double one is made of.
        documents: The documents by id.
    """

    question: Question
    evidence: Sequence[Evidence]
    parts: Sequence[Sequence[Evidence]]
    documents: Mapping[str, Document]


def compares(question: Question) -> bool:
    """Whether a question holds one thing against another, or then against now."""
    return bool(_COMPARES.search(question.text))


def with_what_belongs(best: Evidence, around: Around) -> list[Evidence]:
    """The best evidence, then what belongs beside it, each unit once."""
    chosen = [best]
    for rule in _OF_OVERVIEW if around.question.kind == "overview" else _RULES:
        rule(chosen, around)
    return chosen


def _add_parts(chosen: list[Evidence], around: Around) -> None:
    """What best answers each part of a double question."""
    for part in around.parts:
        if part and not _among(part[0], chosen) and part[0].score >= chosen[0].score - _PART_DROP:
            chosen.append(part[0])


def _add_slots(chosen: list[Evidence], around: Around) -> None:
    """What fills in what is asked for and not filled in yet, from the best's passage if it can be."""
    best, whole = chosen[0], {(e.place, e.at): e for e in around.evidence}
    for number in range(len(around.question.slots)):
        # What answers a part was judged by that part's slots; here by the whole question's.
        judged = [whole.get((e.place, e.at)) for e in chosen]
        if any(e is not None and e.fills[number] >= FILLED for e in judged):
            continue
        filling = [e for e in around.evidence if e.fills[number] >= FILLED]
        beside = [e for e in filling if e.place == best.place and e.score >= best.score - _SLOT_DROP]
        far = [e for e in filling if e.score >= best.score - _FAR_SLOT_DROP]
        _add_first(chosen, beside or far)


def _add_years(chosen: list[Evidence], around: Around) -> None:
    """What has a year that the question names and nothing chosen has."""
    for year in sorted(around.question.years):
        if not any(year in tokenize(e.text) for e in chosen):
            lowest = chosen[0].score - _YEAR_DROP
            _add_first(chosen, [e for e in around.evidence if e.score >= lowest and year in tokenize(e.text)])


def _add_other_side(chosen: list[Evidence], around: Around) -> None:
    """What has of a comparison what the best has not."""
    question, best = around.question, chosen[0]
    if len(chosen) > 1 or question.parts or not compares(question):
        return
    total = sum(question.weights.values())

    def new(item: Evidence) -> float:
        return sum(question.weights[word] for word in item.words - best.words) / total

    wants_number = bool(_DIGIT.search(best.text))
    sides = [
        (item.score + _SIDE_DROP * new(item), -at, item)
        for at, item in enumerate(around.evidence)
        if item.score >= best.score - _SIDE_DROP
        and new(item) >= _NEW_SHARE
        and not (wants_number and not _DIGIT.search(item.text))
        and not _among(item, chosen)
    ]
    if sides:
        chosen.append(max(sides, key=lambda side: side[:2])[2])


def _add_values(chosen: list[Evidence], around: Around) -> None:
    """The other values of what is asked for, where no year says which is meant."""
    question = around.question
    if question.years or not question.slots or question.parts:
        return
    best = chosen[0]
    known = set(_values(question, best))
    for item in around.evidence:
        if len(chosen) >= _MOST_VALUES:
            return
        as_full = all(a >= min(b, FILLED) for a, b in zip(item.fills, best.fills, strict=True))
        near = item.coverage >= _SAME_MATTER * best.coverage and item.score >= best.score - _VALUE_DROP
        values = set(_values(question, item))
        if as_full and near and values - known and not _among(item, chosen):
            chosen.append(item)
            known |= values


def _add_now(chosen: list[Evidence], around: Around) -> None:
    """What a document that still holds says, where the best is of one that does not and no time is named."""
    question, best = around.question, chosen[0]
    if question.years or question.documents or (question.slots == () and question.kind == "date"):
        return
    if any(_holds(e, around) for e in chosen):
        return
    _add_first(
        chosen,
        [
            e
            for e in around.evidence
            if _holds(e, around)
            and e.score >= best.score - _NOW_DROP
            and e.coverage >= _SAME_MATTER * best.coverage
            and all(a >= min(b, FILLED) for a, b in zip(e.fills, best.fills, strict=True))
        ],
    )


def _holds(item: Evidence, around: Around) -> bool:
    return around.documents[item.passage.doc_id].status not in ("superseded", "archived")


def _add_meanings(chosen: list[Evidence], around: Around) -> None:
    """The other words that an acronym stands for, where the documents do not agree on it."""
    for item in around.evidence:
        if not item.signs.spelt_out or len(chosen) >= _MOST_VALUES:
            continue
        if _spelling(around.question, item) not in [_spelling(around.question, e) for e in chosen]:
            chosen.append(item)


def _spelling(question: Question, item: Evidence) -> list[str]:
    """The words of a definition that spell the acronym out: as many as it has letters, by its mark in brackets."""
    for found in find_spelt_out(item.text):
        if item.text[slice(*found.term)] in question.standalone:
            return tokenize(item.text[slice(*found.meaning)])
    name, _, meaning = item.text.partition(" ")
    return tokenize(spelt_at_head(name.rstrip(":"), meaning))


def _add_overview(chosen: list[Evidence], around: Around) -> None:
    """The best of each passage, two passages of a document at most: what each document has to say."""
    best = chosen[0]
    for item in around.evidence:
        if len(chosen) >= _MOST_OVERVIEW or item.score < best.score - _OVERVIEW_DROP:
            return
        of_document = [e for e in chosen if e.passage.doc_id == item.passage.doc_id]
        if (
            len(of_document) < _MOST_UNITS
            and item.coverage >= _SAME_MATTER * best.coverage
            and not _among(item, chosen)
        ):
            chosen.append(item)


def _add_near(chosen: list[Evidence], around: Around) -> None:
    """What is about as good as the best."""
    best = chosen[0]
    words = sum(len(e.text.split()) for e in chosen)
    for item in around.evidence:
        drop = _NEXT_DROP if item.place == best.place else _OTHER_DROP
        if len(chosen) >= _MOST_UNITS or item.score < best.score - _NEXT_DROP:
            return
        length = len(item.text.split())
        if item.score < best.score - drop or words + length > _MOST_WORDS or _among(item, chosen):
            continue
        chosen.append(item)
        words += length


def _add_sequel(chosen: list[Evidence], around: Around) -> None:
    """The sentence that goes on from the best, where the best does not say what was asked by itself."""
    question, best = around.question, chosen[0]
    if question.slots and all(fill >= FILLED for fill in best.fills):
        return
    document, at = around.documents[best.passage.doc_id], best.at + 1
    if at >= len(best.passage.units) or referred_to(document, best.passage, at) != best.at:
        return
    _add_first(chosen, [e for e in _at(around, best.place, at) if len(e.text.split()) <= _LONGEST_SEQUEL])


def _add_number(chosen: list[Evidence], around: Around) -> None:
    """The number that the next sentences give, where one is asked for and nothing chosen has any."""
    if around.question.kind in _NO_NUMBER_NEEDED or any(_DIGIT.search(e.text) for e in chosen):
        return
    best = chosen[0]
    following = [e for at in (best.at + 1, best.at + 2) for e in _at(around, best.place, at)]
    _add_first(chosen, [e for e in following if _DIGIT.search(e.text)])


def _add_between(chosen: list[Evidence], around: Around) -> None:
    """The one sentence between two that are chosen of a passage: without it they would not be read as they stand."""
    for item in list(chosen):
        if any(e.place == item.place and e.at == item.at + 2 for e in chosen) and item.unit.kind == "sentence":
            between = _at(around, item.place, item.at + 1)
            _add_first(chosen, [e for e in between if len(e.text.split()) <= _LONGEST_SEQUEL])


def _at(around: Around, place: int, at: int) -> list[Evidence]:
    return [e for e in around.evidence if (e.place, e.at) == (place, at)]


def _values(question: Question, item: Evidence) -> list[str]:
    return [value for slot in question.slots for value in fillers(slot, item.text)]


def _add_first(chosen: list[Evidence], found: Sequence[Evidence]) -> None:
    chosen += [e for e in found if not _among(e, chosen)][:1]


def _among(item: Evidence, chosen: Sequence[Evidence]) -> bool:
    return any(_same(item, e) for e in chosen)


def _same(one: Evidence, other: Evidence) -> bool:
    return (one.passage.doc_id, one.unit.spans) == (other.passage.doc_id, other.unit.spans)


_RULES: tuple[Callable[[list[Evidence], Around], None], ...] = (
    _add_parts,
    _add_slots,
    _add_years,
    _add_other_side,
    _add_values,
    _add_meanings,
    _add_now,
    _add_number,
    _add_near,
    _add_sequel,
    _add_between,
)
_OF_OVERVIEW = (_add_overview, _add_between)
