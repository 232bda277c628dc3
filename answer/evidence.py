"""Which sentences, list items and table rows of the hits answer a question, best first.

A unit is judged by signs: which of the question's words it has, each by its rarity (one that stands only over it or
beside it counts for less); how near its words come to the question's in meaning; which of the question's words stand
next to each other in it too; how well its passage was found; whether it fills in what is asked for (answer/slots.py)
or holds the kind of thing that was; and, of the passages found first, what the learned reader thinks of it. Its score
is a weighted sum of them, with weights fitted to the `dev` questions of the evaluation (eval/weights.py).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from answer.naming import holds
from answer.question import Kind, Question
from answer.slots import filled
from answer.words import PassageWords, UnitWords, Words
from index import Encoding, Hit, Snapshot
from ingest import Passage, Unit

_OVER = 0.6  # what a question's word weighs that stands in the headings or the lead-in over a unit
_BESIDE = 0.25  # and one that stands elsewhere in its passage
# A small corpus makes rare words of common verbs ("fallen"), so rarity counts by its square root.
_TEMPER = 0.5
# The reader's log-odds beyond these say no more, and a unit it has not read has the lowest.
LOWEST, HIGHEST = -4.0, 6.0
_WHOLE = 5  # hits of which every unit is judged: what answers may share no word with the question

_ACRONYM = re.compile(r"\b[A-Z][A-Za-z]*[A-Z]\b")
_WANTS: dict[Kind, re.Pattern[str]] = {
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
    "target": re.compile(r"\d|\btarget|\baim\b|\bgoal", re.IGNORECASE),
    "result": re.compile(r"\b(?:targets?|goals?|aim)\b.*\d.*\d|\d.*\b(?:targets?|goals?|aim)\b.*\d", re.IGNORECASE),
    "list": re.compile(r"(?:[^,;.]{3,},\s){1,}[^,;.]{3,}\band\b|(?:[^;]+;){2}|:\s"),
    "figure": re.compile(r"\d"),
    "date": re.compile(r"\b(?:19|20)\d\d\b|\bQuarter \d"),
}


class Signs(NamedTuple):
    """What can be seen of a unit and a question, each the more the better unless it says otherwise.

    Attributes:
        shared: The share of the question's words (by tempered rarity) that it, what is over it and its passage have.
        pairs: The share of the question's pairs of neighbouring words that stand so in it.
        near: How near it comes to the question's word pieces in meaning: the mean of the best cosines, by rarity.
        near_over: The same, with what stands over it.
        near_beside: The same, with its whole passage.
        found: Its passage's score.
        first: One over its passage's rank.
        named: Whether its document is one that the question names.
        holds: Whether its document still holds, where the question names neither a time nor a document.
        now: Whether it does, where the question asks for what is so now.
        slots: How well it fills in what is asked for, on average; 0 where nothing can be told of that.
        slots_full: The share of what is asked for that it fills in wholly.
        wanted: Whether it holds the kind of thing asked for.
        spelt_out: Whether it says what an acronym in the question stands for.
        lead_in: Whether it leads a list in; it answers with the list, if at all.
        item: Whether it is an item of a list.
        read: The reader's log-odds that it answers.
        unread: Whether the reader has not read it.
    """

    shared: float
    pairs: float
    near: float
    near_over: float
    near_beside: float
    found: float
    first: float
    named: float
    holds: float
    now: float
    slots: float
    slots_full: float
    wanted: float
    spelt_out: float
    lead_in: float
    item: float
    read: float
    unread: float


WEIGHTS = Signs(
    shared=2.82,
    pairs=0.0,
    near=0.77,
    near_over=7.11,
    near_beside=1.76,
    found=2.01,
    first=0.72,
    named=2.59,
    holds=0.73,
    now=0.38,
    slots=0.54,
    slots_full=0.65,
    wanted=0.55,
    spelt_out=3.0,
    lead_in=-0.51,
    item=0.65,
    read=0.66,
    unread=0.16,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A unit that may answer.

    Attributes:
        unit: The sentence, item or row.
        passage: The passage it is in.
        score: Higher is better; differences are log odds of being the unit that answers.
        coverage: The share of the question's words (by rarity) that it, what is over it and its
            passage have, from 0 to 1.
        words: The question's words that it or what is over it has.
        signs: What the score is made of.
        fills: For each slot of the question, how well it fills it.
        text: What it says.
        over: The words over it, as the index has them.
        place: Which of the snapshot's passages it is in.
        at: Which of its passage's units it is.
    """

    unit: Unit
    passage: Passage
    score: float
    coverage: float
    words: frozenset[str]
    signs: Signs
    fills: tuple[float, ...]
    text: str
    over: frozenset[str]
    place: int
    at: int


def find_evidence(
    question: Question,
    hits: Sequence[Hit],
    snapshot: Snapshot,
    words: Words,
    encoding: Encoding | None,
) -> list[Evidence]:
    """The units of the hits that may answer, best first, in a fixed order; what no reader has read yet.

    Those are all units of the first hits, and of the others those that have a word of the question or fill in what it
    asks for. For a question that has no word but stop words there is none. A row stands in its table's passage and in
    its own, and is there twice.

    Args:
        question: The question.
        hits: Where to look.
        snapshot: The index.
        words: Its passages' words.
        encoding: The question as the model reads it; None judges by words alone.
    """
    if not question.weights:  # "When?": any date would fill it in
        return []
    judge = _Judge(question, snapshot, encoding)
    return _best_first(e for hit in hits for e in judge.of_hit(hit, words.of(hit.place)))


def with_readings(found: Sequence[Evidence], read: Mapping[int, Sequence[float]]) -> list[Evidence]:
    """Evidence judged again with what the reader thinks of it: best first, each unit once.

    Args:
        found: What ``find_evidence`` found.
        read: For each passage that the reader has read, by its place, what it thinks of its units.
    """
    best: dict[tuple[object, ...], Evidence] = {}
    for e in _best_first(_with_reading(e, read[e.place][e.at]) if e.place in read else e for e in found):
        best.setdefault((e.passage.doc_id, e.unit.spans), e)
    return list(best.values())


def _best_first(found: Iterable[Evidence]) -> list[Evidence]:
    return sorted(found, key=lambda e: (-e.score, e.passage.passage_id, e.unit.spans))


def _with_reading(found: Evidence, log_odds: float) -> Evidence:
    signs = found.signs._replace(read=min(max(log_odds, LOWEST), HIGHEST), unread=0.0)
    return replace(found, signs=signs, score=_score(signs))


def _score(signs: Signs) -> float:
    return sum(weight * sign for weight, sign in zip(WEIGHTS, signs, strict=True))


class _Judge:
    """Judges units for one question, which has a word that is no stop word."""

    def __init__(self, question: Question, snapshot: Snapshot, encoding: Encoding | None) -> None:
        self._question = question
        self._snapshot = snapshot
        self._encoding = encoding
        self._rarity = {word: weight * snapshot.lexical.idf(word) for word, weight in question.weights.items()}
        self._tempered = {word: rare**_TEMPER for word, rare in self._rarity.items()}

    def of_hit(self, hit: Hit, said: PassageWords) -> Iterator[Evidence]:
        """The units of a hit that may answer."""
        nearness = _nearness(hit, self._snapshot, said, self._encoding)
        for at, (unit, own) in enumerate(zip(hit.passage.units, said.units, strict=True)):
            if unit.kind == "header" or own.told:
                continue
            strength = {word: _strength(word, own, said) for word in self._rarity}
            fills = tuple(filled(slot, own.standing, own.over) for slot in self._question.slots)
            if hit.rank <= _WHOLE or any(strength.values()) or any(fills):
                signs = self._signs(hit, at, own, strength, fills, nearness[:, at])
                yield Evidence(
                    unit=unit,
                    passage=hit.passage,
                    score=_score(signs),
                    coverage=_share(strength, self._rarity),
                    words=frozenset(word for word, s in strength.items() if s >= _OVER),
                    signs=signs,
                    fills=fills,
                    text=own.text,
                    over=own.over,
                    place=hit.place,
                    at=at,
                )

    def _signs(
        self,
        hit: Hit,
        at: int,
        own: UnitWords,
        strength: dict[str, float],
        fills: Sequence[float],
        near: NDArray[np.float64],
    ) -> Signs:
        question, unit = self._question, hit.passage.units[at]
        still = holds(self._snapshot.documents[hit.passage.doc_id])
        return Signs(
            shared=_share(strength, self._tempered),
            pairs=_pairs_held(question, own.words),
            near=float(near[0]),
            near_over=float(near[1]),
            near_beside=float(near[2]),
            found=hit.score,
            first=1 / hit.rank,
            named=float(hit.passage.doc_id in question.documents),
            holds=float(still and not (question.years or question.documents)),
            now=float(still and question.now),
            slots=sum(fills) / len(fills) if fills else 0.0,
            slots_full=sum(fill == 1.0 for fill in fills) / len(fills) if fills else 0.0,
            wanted=float(_holds_wanted(question, own.standing)),
            spelt_out=float(_spells_out(question, own.text)),
            lead_in=float(unit.kind == "lead_in"),
            item=float(unit.kind == "item"),
            read=LOWEST,
            unread=1.0,
        )


def _nearness(hit: Hit, snapshot: Snapshot, said: PassageWords, encoding: Encoding | None) -> NDArray[np.float64]:
    """(3, n_units): how near each unit comes to the question; with what is over it; with its whole passage."""
    units = len(said.units)
    if encoding is None or not len(encoding.pieces):
        return np.zeros((3, units))
    best = snapshot.late.by_unit(encoding, hit.place, units)
    over = np.stack([np.max(best[[*unit.leads, at, units]], axis=0) for at, unit in enumerate(said.units)])
    beside = np.broadcast_to(best.max(axis=0), over.shape)
    idf = snapshot.late.idf(encoding.pieces)
    near: NDArray[np.float64] = np.stack([best[:units], over, beside]) @ (idf / idf.sum())
    return near


def _strength(word: str, unit: UnitWords, said: PassageWords) -> float:
    """How much a unit has of a word of the question."""
    return 1.0 if word in unit.own else _OVER if word in unit.over else _BESIDE if word in said.all else 0.0


def _share(strength: dict[str, float], weights: dict[str, float]) -> float:
    return sum(weights[word] * s for word, s in strength.items()) / sum(weights.values())


def _pairs_held(question: Question, words: Sequence[str]) -> float:
    """The share of the question's pairs of words next to each other that stand so in a text, from 0 to 1."""
    return len(question.pairs.intersection(pairwise(words))) / len(question.pairs) if question.pairs else 0.0


def _holds_wanted(question: Question, text: str) -> bool:
    wanted = _WANTS.get(question.kind)
    return wanted is not None and wanted.search(text) is not None


def _spells_out(question: Question, text: str) -> bool:
    """Whether a text says what an acronym that is asked about stands for: "LCRB London Crime …", "… (LCRB)"."""
    return question.kind == "definition" and any(
        f"({acronym})" in text or re.match(rf"{re.escape(acronym)}:?\s+[A-Z]", text)
        for acronym in _ACRONYM.findall(question.standalone)
    )
