"""What each unit of a passage says, and what stands over it: worked out once a passage, asked for at every question."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial

from answer.acronyms import Acronyms
from answer.instructions import speaks_to_a_model
from index import Snapshot, tokenize
from ingest import Document, Passage, Unit, quote_at

_KEPT = 20_000  # passages
LONGEST_LEAD_IN = 20  # words: a longer one is not said again with each of its items
# A sentence that opens with one of these, or is short and has one, says nothing without the one before.
_OPENS_WITH = re.compile(r"\W*(?:this|these|it|they|that|those|such|both|he|she|here|its|their)\b", re.IGNORECASE)
_HAS = re.compile(r"\b(?:it|they|them)\b", re.IGNORECASE)
_SHORT_SENTENCE = 10  # words


@dataclass(frozen=True, slots=True)
class UnitWords:
    """A unit as it is judged.

    Attributes:
        text: What it says: a row as it reads, anything else as it is quoted.
        words: Its words as the index has them, in order.
        own: The same, each once.
        over: The words over it: headings, title, its lead-in or header, the sentence it refers back to; and the other
            names of what it names by an acronym, or could.
        leads: The numbers of the units of its passage that stand over it so.
        standing: What it says with a short lead-in before it: a milestone with its quarter.
        told: Whether it speaks to a language model: then it is no evidence.
    """

    text: str
    words: tuple[str, ...]
    own: frozenset[str]
    over: frozenset[str]
    leads: tuple[int, ...]
    standing: str
    told: bool = False


@dataclass(frozen=True, slots=True)
class PassageWords:
    """A passage as it is judged: its units, in order, and all its words."""

    units: tuple[UnitWords, ...]
    all: frozenset[str]


class Words:
    """The words of a snapshot's passages, each read when it is first asked for."""

    def __init__(self, snapshot: Snapshot, acronyms: Acronyms) -> None:
        # By no method of its own: what remembers one goes in a circle, and is not freed with the last who uses it.
        self.of = lru_cache(_KEPT)(partial(_passage_words, snapshot, acronyms))


def _passage_words(snapshot: Snapshot, acronyms: Acronyms, place: int) -> PassageWords:
    """The words of the passage at a place in the snapshot."""
    passage = snapshot.passages[place]
    document = snapshot.documents[passage.doc_id]
    over_all = _tokens([*passage.headings, passage.lead_in, document.title])
    units = tuple(_unit_words(document, passage, at, over_all, acronyms) for at in range(len(passage.units)))
    return PassageWords(units, frozenset(tokenize(passage.text)))


def referred_to(document: Document, passage: Passage, at: int) -> int | None:
    """The number of the sentence or item before a sentence that refers back to it, or None.

    What speaks to a language model is not what is referred to.
    """
    unit = passage.units[at]
    if unit.kind != "sentence" or not at or passage.units[at - 1].kind not in ("sentence", "item"):
        return None
    text = quote_at(document.text, unit.spans)
    refers = _OPENS_WITH.match(text) or (len(text.split()) <= _SHORT_SENTENCE and _HAS.search(text))
    if not refers or speaks_to_a_model(quote_at(document.text, passage.units[at - 1].spans)):
        return None
    return at - 1


def _unit_words(
    document: Document, passage: Passage, at: int, over_all: frozenset[str], acronyms: Acronyms
) -> UnitWords:
    unit = passage.units[at]
    quote = quote_at(document.text, unit.spans)
    words = tuple(tokenize(quote))
    before = referred_to(document, passage, at)
    leads = [
        n
        for n, other in enumerate(passage.units)
        if n != at and _leads(other, unit) and not speaks_to_a_model(quote_at(document.text, other.spans))
    ]
    leads += [before] if before is not None else []
    over = over_all | _tokens(quote_at(document.text, passage.units[n].spans) for n in leads)
    over |= _tokens(acronyms.other_names(quote))
    said = unit.reading or quote
    before_it = [quote_at(document.text, passage.units[n].spans) for n in leads if passage.units[n].kind == "lead_in"]
    standing = " ".join([*(lead for lead in before_it if len(lead.split()) <= LONGEST_LEAD_IN), said])
    return UnitWords(said, words, frozenset(words), over, tuple(leads), standing, speaks_to_a_model(said))


def _leads(other: Unit, unit: Unit) -> bool:
    return other.kind in ("lead_in", "header") and unit.list_start is not None and other.list_start == unit.list_start


def _tokens(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in tokenize(text))
