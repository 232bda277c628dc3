"""What belongs beside the best evidence: what else the question needs to be answered, and no more.

Each rule adds what another would miss: the parts of a double question, the other meanings of an acronym, what a
model learnt from questions with known evidence says belongs there (answer/belonging.py), and what the best cannot be
read without.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from answer.belonging import belongs, ties
from answer.evidence import Evidence
from answer.question import Question
from answer.slots import FILLED
from answer.words import referred_to
from index import tokenize
from ingest import Document
from ingest.acronyms import find_spelt_out, spelt_at_head

_PART_DROP = 1.0  # how far below the best of the whole question what answers a part of it may be
_PART_READ = 0.0  # the least log-odds that it answers its part: as likely as that nothing in its passage does
_SAME_MATTER = 0.85  # another value of the same has this share of the words that the best has
_MOST_UNITS = 4
# How likely a piece of evidence must be to belong beside the best: one of its passage, and one of another.
_SURE_BESIDE = 0.12
_SURE_FAR = 0.25
_MOST_VALUES = 4
_MOST_OVERVIEW = 8
_OVERVIEW_DROP = 5.0  # how far below the best what else is said of a matter may be
_MOST_WORDS = 90  # of what is chosen beside the best
_LONGEST_SEQUEL = 40  # words
_DIGIT = re.compile(r"\d")
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


def with_what_belongs(best: Evidence, around: Around) -> list[Evidence]:
    """The best evidence, then what belongs beside it, each unit once."""
    chosen = [best]
    for rule in _OF_OVERVIEW if around.question.kind == "overview" else _RULES:
        rule(chosen, around)
    return chosen


def _add_parts(chosen: list[Evidence], around: Around) -> None:
    """What best answers each part of a double question, if the reader thinks that it does."""
    for of_part in around.parts:
        for best in of_part[:1]:
            answers = best.signs.unread or best.signs.read >= _PART_READ
            if answers and best.score >= chosen[0].score - _PART_DROP and not _among(best, chosen):
                chosen.append(best)


def _add_belonging(chosen: list[Evidence], around: Around) -> None:
    """What belongs beside the best, the surest first."""
    best = chosen[0]
    words = sum(len(e.text.split()) for e in chosen)
    sure = [(belongs(of), item) for item, of in ties(around.question, around.evidence)]
    for likely, item in sorted(sure, key=lambda one: -one[0]):
        if len(chosen) >= _MOST_UNITS:
            return
        length = len(item.text.split())
        enough = likely >= (_SURE_BESIDE if item.place == best.place else _SURE_FAR)
        if enough and words + length <= _MOST_WORDS and not _among(item, chosen):
            chosen.append(item)
            words += length


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


def _add_first(chosen: list[Evidence], found: Sequence[Evidence]) -> None:
    chosen += [e for e in found if not _among(e, chosen)][:1]


def _among(item: Evidence, chosen: Sequence[Evidence]) -> bool:
    return any(_same(item, e) for e in chosen)


def _same(one: Evidence, other: Evidence) -> bool:
    return (one.passage.doc_id, one.unit.spans) == (other.passage.doc_id, other.unit.spans)


_RULES: tuple[Callable[[list[Evidence], Around], None], ...] = (
    _add_parts,
    _add_meanings,
    _add_number,
    _add_belonging,
    _add_sequel,
    _add_between,
)
_OF_OVERVIEW = (_add_overview, _add_between)
