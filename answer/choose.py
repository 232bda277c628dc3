"""Which evidence makes the answer: what best answers, what else the question needs, and no more.

Everything chosen of one passage is one *group*, quoted together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from answer.evidence import Evidence
from answer.lists import list_asked_for, rows_asked_for, with_other_dates
from answer.question import Question
from answer.slots import FILLED, Slot, filled, fillers
from answer.words import Words
from index import Snapshot, tokenize
from ingest import Document, Unit, quote_at

_SLOT_DROP = 5.0  # how far below the best a unit of its passage may be that fills what the best leaves open
_FAR_SLOT_DROP = 2.5  # and one of another passage
_NEXT_DROP = 2.0  # how far below the best another unit of its passage may be that is given with it
_OTHER_DROP = 0.5  # and one of another passage
_PART_DROP = 2.0  # how far below the best of the whole question what answers a part of it may be
_YEAR_DROP = 3.0  # and what has a year that the question names and the best has not
_VALUE_DROP = 2.0  # and what gives another value of the same
_SAME_MATTER = 0.85  # another value of the same has this share of the words that the best has
_MOST_UNITS = 3
_MOST_VALUES = 4
_MOST_WORDS = 90  # of what is chosen beside the best


@dataclass(frozen=True, slots=True)
class Group:
    """What is quoted of one passage together.

    Attributes:
        best: The best of it.
        units: All of it, in reading order.
        whole: Whether it is a list or the rows of a table given whole.
    """

    best: Evidence
    units: tuple[Unit, ...]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """What to quote.

    Attributes:
        groups: Best first.
        open: What the question asks to have filled in and none of it does.
        filled: The share of what it asks for that is filled in; 1 where nothing can be told of that.
        elsewhen: The years that the question names, if neither what was chosen nor anything beside it has any of them.
    """

    groups: tuple[Group, ...]
    open: tuple[Slot, ...]
    filled: float
    elsewhen: frozenset[str]


def choose(
    question: Question,
    evidence: Sequence[Evidence],
    parts: Sequence[Sequence[Evidence]],
    snapshot: Snapshot,
    words: Words,
) -> Choice:
    """What to quote of the evidence, and what it leaves open.

    Args:
        question: The question.
        evidence: What there is for it, best first; of none nothing is chosen.
        parts: The same for each of the questions it is made of, if it is a double one.
        snapshot: The index.
        words: Its passages' words.
    """
    if not evidence:
        return Choice((), question.slots, 0.0, frozenset())
    groups = _chosen(question, evidence, parts, snapshot)
    texts = [(_text(group, snapshot, words), words.of(group.best.place), group.best.over) for group in groups]
    unfilled = tuple(
        slot for slot in question.slots if all(filled(slot, text, over) < FILLED for text, _, over in texts)
    )
    published = {w for g in groups for w in tokenize(_about(snapshot.documents[g.best.passage.doc_id]))}
    near = published.union(*(said.all | over | set(tokenize(text)) for text, said, over in texts))
    elsewhen = question.years if question.years and not question.years & near else frozenset()
    share = 1 - len(unfilled) / len(question.slots) if question.slots else 1.0
    return Choice(tuple(groups), unfilled, share, elsewhen)


def _text(group: Group, snapshot: Snapshot, words: Words) -> str:
    """What a group says, each item with its lead-in."""
    passage = group.best.passage
    if group.whole:
        document = snapshot.documents[passage.doc_id]
        return " ".join(unit.reading or quote_at(document.text, unit.spans) for unit in group.units)
    said = words.of(group.best.place).units
    return " ".join(said[passage.units.index(unit)].standing for unit in group.units)


def _about(document: Document) -> str:
    """What is known of a document's time."""
    return f"{document.title} {document.published or ''} {document.period}"


def _chosen(
    question: Question, evidence: Sequence[Evidence], parts: Sequence[Sequence[Evidence]], snapshot: Snapshot
) -> list[Group]:
    """A list or rows of a table whole, where one answers; else the best evidence with what else the question needs."""
    chosen_list = list_asked_for(question, evidence, snapshot)
    best = chosen_list or evidence[0]
    if best.unit.kind == "row" and (rows := rows_asked_for(question, best, snapshot)):
        return [Group(best, tuple(rows), whole=True)]
    if chosen_list:
        return [Group(best, tuple(with_other_dates(question, chosen_list, snapshot)), whole=True)]
    chosen = [best]
    _add_parts(chosen, parts)
    _add_slots(chosen, question, evidence)
    _add_years(chosen, question, evidence)
    _add_values(chosen, question, evidence)
    _add_near(chosen, evidence)
    return list(_groups(chosen))


def _add_parts(chosen: list[Evidence], parts: Sequence[Sequence[Evidence]]) -> None:
    """What best answers each part of a double question."""
    for part in parts:
        if part and not any(_same(part[0], e) for e in chosen) and part[0].score >= chosen[0].score - _PART_DROP:
            chosen.append(part[0])


def _add_slots(chosen: list[Evidence], question: Question, evidence: Sequence[Evidence]) -> None:
    """What fills in what is asked for and not filled in yet, from the best's passage if it can be."""
    best = chosen[0]
    for number in range(len(question.slots)):
        if any(number < len(e.fills) and e.fills[number] >= FILLED for e in chosen):
            continue
        filling = [e for e in evidence if e.fills[number] >= FILLED]
        beside = [e for e in filling if e.place == best.place and e.score >= best.score - _SLOT_DROP]
        far = [e for e in filling if e.score >= best.score - _FAR_SLOT_DROP]
        chosen += (beside or far)[:1]


def _add_years(chosen: list[Evidence], question: Question, evidence: Sequence[Evidence]) -> None:
    """What has a year that the question names beside another."""
    if len(question.years) < 2:
        return
    for year in sorted(question.years):
        if not any(year in tokenize(e.text) for e in chosen):
            having = (e for e in evidence if year in tokenize(e.text) and e.score >= chosen[0].score - _YEAR_DROP)
            chosen += [e for e in [next(having, None)] if e is not None]


def _add_values(chosen: list[Evidence], question: Question, evidence: Sequence[Evidence]) -> None:
    """The other values of what is asked for, where no year says which is meant."""
    if question.years or not question.slots or question.parts:
        return
    best = chosen[0]
    known = set(_values(question, best))
    for item in evidence:
        if len(chosen) >= _MOST_VALUES:
            return
        as_full = all(a >= min(b, FILLED) for a, b in zip(item.fills, best.fills, strict=True))
        near = item.coverage >= _SAME_MATTER * best.coverage and item.score >= best.score - _VALUE_DROP
        values = set(_values(question, item))
        if as_full and near and values - known and item not in chosen:
            chosen.append(item)
            known |= values


def _values(question: Question, item: Evidence) -> list[str]:
    return [value for slot in question.slots for value in fillers(slot, item.text)]


def _add_near(chosen: list[Evidence], evidence: Sequence[Evidence]) -> None:
    """What is about as good as the best."""
    best = chosen[0]
    words = sum(len(e.text.split()) for e in chosen)
    for item in evidence:
        drop = _NEXT_DROP if item.place == best.place else _OTHER_DROP
        if len(chosen) >= _MOST_UNITS or item.score < best.score - _NEXT_DROP:
            return
        length = len(item.text.split())
        if item.score < best.score - drop or words + length > _MOST_WORDS or any(_same(item, e) for e in chosen):
            continue
        chosen.append(item)
        words += length


def _same(one: Evidence, other: Evidence) -> bool:
    return (one.passage.doc_id, one.unit.spans) == (other.passage.doc_id, other.unit.spans)


def _groups(chosen: Sequence[Evidence]) -> Iterator[Group]:
    by_passage: dict[int, list[Evidence]] = {}
    for item in chosen:
        by_passage.setdefault(item.place, []).append(item)
    for items in by_passage.values():
        units = tuple(item.unit for item in sorted(items, key=lambda e: e.at))
        yield Group(items[0], units)
