"""Which evidence makes the answer: what best answers, what else the question needs, and no more.

Everything chosen of one passage is one *group*, quoted together.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from answer.beside import Around, with_what_belongs
from answer.evidence import Evidence
from answer.lists import list_asked_for, rows_asked_for, whole_list, with_other_dates
from answer.question import Question
from answer.slots import FILLED, Slot, filled
from answer.words import Words
from index import Snapshot, tokenize
from ingest import Document, Unit, quote_at

_MAY_BE_A_LIST = frozenset({"list", "why_how", "overview", "other"})
_LONGEST_LIST = 160  # words


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


def together(choices: Sequence[Choice]) -> tuple[Group, ...]:
    """What was chosen for several questions, as one: of a passage that two of them quote each unit once."""
    groups: list[Group] = []
    for group in (group for choice in choices for group in choice.groups):
        at = next(
            (n for n, g in enumerate(groups) if g.best.place == group.best.place and g.whole == group.whole), None
        )
        if at is None:
            groups.append(group)
        else:
            both = {*groups[at].units, *group.units}
            ordered = sorted(both, key=lambda unit: (unit.spans, unit.kind != "header"))
            groups[at] = replace(groups[at], units=tuple(ordered))
    return tuple(groups)


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
    around = Around(question, evidence, parts, snapshot.documents)
    groups = [_with_whole_lists(group, question, snapshot) for group in _groups(with_what_belongs(best, around))]
    return _in_order(groups, question, snapshot)


def _with_whole_lists(group: Group, question: Question, snapshot: Snapshot) -> Group:
    """A group with each list that it has a part of given whole, where no single thing is asked for: half is misleading.

    A list that is cut over passages, or is long, stays as it was chosen.
    """
    if question.slots or question.kind not in _MAY_BE_A_LIST:
        return group
    passage, document = group.best.passage, snapshot.documents[group.best.passage.doc_id]
    units = set(group.units)
    for start in {unit.list_start for unit in group.units if unit.kind in ("item", "lead_in")}:
        chosen = [unit for unit in group.units if unit.list_start == start]
        if question.kind != "list" and len(chosen) == 1:
            continue
        parts = whole_list(replace(group.best, unit=chosen[0]), snapshot)
        words = sum(len(quote_at(document.text, part.spans).split()) for part in parts)
        if words <= _LONGEST_LIST and set(parts) <= set(passage.units):
            units |= set(parts)
    return replace(group, units=tuple(unit for unit in passage.units if unit in units))


def _in_order(groups: list[Group], question: Question, snapshot: Snapshot) -> list[Group]:
    """Best first; values of several times, and the sides of a comparison, from the oldest document to the newest."""
    if not question.compares and (question.years or not question.slots):
        return groups
    return sorted(groups, key=lambda group: snapshot.documents[group.best.passage.doc_id].published or "")


def _groups(chosen: Sequence[Evidence]) -> Iterator[Group]:
    by_passage: dict[int, list[Evidence]] = {}
    for item in chosen:
        by_passage.setdefault(item.place, []).append(item)
    for items in by_passage.values():
        units = tuple(item.unit for item in sorted(items, key=lambda e: e.at))
        yield Group(items[0], units)
