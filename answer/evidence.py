"""Which sentences, list items and table rows of the hits answer a question, best first.

A unit is judged by the question's words it has, each by its rarity; a word that stands only over it
(its headings, its lead-in) or beside it counts for less. To that come the pairs of words that stand
together in both, how well its passage was found, and whether it holds what the question asks for (a
number, a date, a name). docs/decisions.md, "Weights of evidence", has how the numbers were chosen.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

from answer.question import Kind, Question
from index import Hit, Snapshot, tokenize
from ingest import Document, Passage, Span, Unit, quote_at

_OVER = 0.6  # what a question's word weighs that stands in the headings or the lead-in over a unit
_BESIDE = 0.25  # and one that stands elsewhere in its passage
_PASSAGE = 0.8  # what its passage's score weighs
_WANTED = 0.25  # what it weighs that the unit holds what was asked for
_SPELT_OUT = 0.5  # and what it weighs that it spells out the acronym asked for
# A small corpus makes rare words of common verbs ("fallen"), so rarity counts by its square root.
_TEMPER = 0.5
_PAIRS = 0.5  # what the question's pairs of neighbouring words weigh: "knife crime" is not "crime … knife"
_LABEL = 0.6  # what is left of the score of a label: a few words that are no sentence
_LONGEST_LABEL = 8  # words

_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]\b")
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
# A number that is not a year, a quarter, or the number of an item or paragraph.
_FIGURE = re.compile(
    r"(?<![\d/.–-])(?!(?:19|20)\d\d\b)(?<!Quarter )(?<!Quarters )\d[\d,.]*(?![\d/)]|\. [A-Z])"
    r"|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|half|third|quarters?|twice|double\w*)\b"
)
_WANTS: dict[Kind, re.Pattern[str]] = {
    "figure": _FIGURE,
    "target": _FIGURE,
    "date": re.compile(rf"\b(?:19|20)\d\d\b|\b{_MONTH}\b|\bQuarters? \d"),
    "who": re.compile(
        r"\b(?:responsib|led by|lead|oversee|overseen|chair|head|manage|accountab|run by|charged with|hold|ensure)\w*",
        re.IGNORECASE,
    ),
    "why_how": re.compile(
        r"\b(?:because|as a result|due to|in order to|so that|to ensure|by \w+ing|through|reason|enabl\w+|this means"
        r"|therefore|caused?)\b",
        re.IGNORECASE,
    ),
    "definition": re.compile(
        r"\bis an?\b|\bare\b|\bstands? for\b|\bmeans\b|\bterm\b|\bdefined\b|\brefers?\b", re.IGNORECASE
    ),
}


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit that may answer.

    Attributes:
        unit: The sentence, item or row.
        passage: The passage it is in.
        score: Higher is better; 0 for none of the question's words.
        coverage: The share of the question's words (by rarity) that it, what is over it and its
            passage have, from 0 to 1.
        words: The question's words that it or what is over it has.
    """

    unit: Unit
    passage: Passage
    score: float
    coverage: float
    words: frozenset[str]


def find_evidence(question: Question, hits: Sequence[Hit], snapshot: Snapshot) -> list[Evidence]:
    """The units of the hits that have any of the question's words, best first, in a fixed order."""
    rarity = {word: weight * snapshot.lexical.idf(word) for word, weight in question.weights.items()}
    found = [e for hit in hits for e in _of_hit(question, hit, snapshot.documents[hit.passage.doc_id], rarity)]
    found.sort(key=lambda e: (-e.score, e.passage.passage_id, e.unit.spans))
    # A row stands in its table's passage and in its own.
    return list({(e.passage.doc_id, e.unit.spans): e for e in reversed(found)}.values())[::-1]


def _of_hit(question: Question, hit: Hit, document: Document, rarity: dict[str, float]) -> Iterable[Evidence]:
    passage = hit.passage
    tempered = {word: rare**_TEMPER for word, rare in rarity.items()}
    over_all = _words([*passage.headings, passage.lead_in, document.title])
    beside = _words([passage.text])
    leads = {u.list_start: quote_at(document.text, u.spans) for u in passage.units if u.kind == "lead_in"}
    for at, unit in enumerate(passage.units):
        if unit.kind == "header":
            continue
        text = quote_at(document.text, unit.spans)
        words = tokenize(text)
        own = set(words)
        before = _referred_to(document, passage, at)
        over = over_all | _words([leads.get(unit.list_start, "")])
        over |= _words([quote_at(document.text, before.spans)] if before else [])
        strength = {w: 1.0 if w in own else _OVER if w in over else _BESIDE if w in beside else 0.0 for w in rarity}
        if not any(strength.values()):
            continue
        coverage = _share(strength, rarity)
        score = (
            _share(strength, tempered)
            + _PASSAGE * hit.score
            + _worth_of_kind(question, text)
            + _PAIRS * _pairs_held(question, words)
        )
        if unit.kind == "sentence" and _is_label(text):
            score *= _LABEL
        yield Evidence(unit, passage, score, coverage, frozenset(w for w, s in strength.items() if s >= _OVER))


def _share(strength: dict[str, float], weights: dict[str, float]) -> float:
    return sum(weights[word] * s for word, s in strength.items()) / sum(weights.values())


def _pairs_held(question: Question, words: Sequence[str]) -> float:
    """The share of the question's pairs of words next to each other that stand so in a text, from 0 to 1."""
    return len(question.pairs.intersection(pairwise(words))) / len(question.pairs) if question.pairs else 0.0


def _worth_of_kind(question: Question, text: str) -> float:
    """What a unit gains by holding the kind of thing that was asked for."""
    if question.kind == "definition" and any(_spells_out(text, a) for a in _ACRONYM.findall(question.standalone)):
        return _SPELT_OUT
    wanted = _WANTS.get(question.kind)
    return _WANTED if wanted and wanted.search(text) else 0.0


def _spells_out(text: str, acronym: str) -> bool:
    """Whether a text says what an acronym stands for: "LCRB London Crime …" or "London Crime … (LCRB)"."""
    return f"({acronym})" in text or bool(re.match(rf"{re.escape(acronym)}:?\s+[A-Z]", text))


def sentences_after(chosen: Evidence, most: int) -> list[Unit]:
    """Up to so many sentences that follow the chosen one in its passage, up to where something else follows."""
    units = chosen.passage.units
    after = units[units.index(chosen.unit) + 1 :]
    return list(takewhile(lambda unit: unit.kind == "sentence", after))[:most]


def _is_label(text: str) -> bool:
    return len(text.split()) <= _LONGEST_LABEL and text[-1] not in ".?!;%"


_LONGEST_LEAD_IN = 20  # words
# A sentence that opens with one of these, or is short and has one, says nothing without the one before.
_OPENS_WITH = re.compile(r"\W*(?:this|these|it|they|that|those|such|both|he|she|here|its|their)\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:it|they|them)\b", re.IGNORECASE)
_SHORT_SENTENCE = 10  # words


def standing_spans(chosen: Evidence, document: Document) -> tuple[Span, ...]:
    """The unit's spans with what it needs to be understood: a short lead-in, or the sentence it refers back to."""
    unit, passage = chosen.unit, chosen.passage
    if unit.kind == "item":
        lead = next((u for u in passage.units if u.kind == "lead_in" and u.list_start == unit.list_start), None)
        if lead and len(quote_at(document.text, lead.spans).split()) <= _LONGEST_LEAD_IN:
            return lead.spans + unit.spans
    before = _referred_to(document, passage, passage.units.index(unit))
    return before.spans + unit.spans if before else unit.spans


def _referred_to(document: Document, passage: Passage, at: int) -> Unit | None:
    """The sentence or item before a sentence that refers back to it, or None."""
    unit = passage.units[at]
    if unit.kind != "sentence" or not at or passage.units[at - 1].kind not in ("sentence", "item"):
        return None
    text = quote_at(document.text, unit.spans)
    refers = _OPENS_WITH.match(text) or (len(text.split()) <= _SHORT_SENTENCE and _HAS.search(text))
    return passage.units[at - 1] if refers else None


def _words(texts: Iterable[str]) -> set[str]:
    return {word for text in texts for word in tokenize(text)}
