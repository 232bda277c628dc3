"""Which list or table answers a question whole, if one does.

A list is judged as one thing: by the question's words that any of its parts has or has over it, and
by how many items it has where the question says how many are wanted.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from answer.evidence import WEIGHTS, Evidence
from answer.instructions import speaks_to_a_model
from answer.question import Question
from index import Snapshot, tokenize
from ingest import Document, Unit, is_date_alone, quote_at

_CONSIDERED = 40  # pieces of evidence, best first
_NEARLY = 1.0  # a list is given if it scores no more than this below the best evidence
_UNION = 4.0  # what the question's words weigh that the list has and its best part has not
_COUNT = 2.0  # and what it weighs that it has as many items as were asked for
_AS_MUCH = 0.6  # of what the row with the most of the question's telling words has
_MOST_ROWS = 6
_SHORT_TABLE = 12  # rows
_NAMED = 0.5  # of the question, by rarity, that a row must have for that row alone to be meant where a list is
_NAME_MARK = " – "  # what ends a row's name where it is read out
_IN_BRACKETS = re.compile(r"\([^()]*\)")
_NUMBERS = {n: i for i, n in enumerate("two three four five six seven eight nine ten eleven twelve".split(), start=2)}
# Not the end of "2018-19", and not the number of a quarter.
_HOW_MANY = re.compile(
    rf"(?<![\d/–-])(?<!quarter )\b({'|'.join(_NUMBERS)}|\d{{1,2}})\b(?!\s*(?:per|%|million|billion)|[/–-]\d)",
    re.IGNORECASE,
)
_QUARTER = re.compile(r"\b(?:quarter\s*|q)\d", re.IGNORECASE)
# A lead-in that says nothing by itself: what it leads is what the sentence before speaks of.
_REFERS_BACK = re.compile(r"\W*(?:this|these|they|it|such|among(?:st)? (?:these|them))\b", re.IGNORECASE)


def list_asked_for(question: Question, evidence: Sequence[Evidence], snapshot: Snapshot) -> Evidence | None:
    """A part of the list that answers whole, or None where a list does not.

    One does where the best evidence is the lead-in of a list, or leads up to one ("… to learn from
    mistakes. These include:"); and where a list was asked for and one is nearly as good as the best.
    """
    best = evidence[0]
    if best.unit.kind == "lead_in":
        return best
    if question.kind in ("list", "why_how") and (led := _led_up_to(best, snapshot)):
        return led
    if question.kind != "list":
        return None
    lists: dict[tuple[str, int], list[Evidence]] = defaultdict(list)
    for item in evidence[:_CONSIDERED]:
        if item.unit.list_start is not None:
            lists[item.passage.doc_id, item.unit.list_start].append(item)
    wanted = how_many(question.text)
    scored = [(_score(question, parts, wanted, snapshot), parts[0]) for parts in lists.values()]
    good = [(score, part) for score, part in scored if score >= best.score - _NEARLY]
    return max(good, key=lambda pair: pair[0])[1] if good else None


def whole_list(chosen: Evidence, snapshot: Snapshot) -> list[Unit]:
    """Every part of the list or table that a unit is of, in order, over however many passages.

    But for what of it speaks to a language model.

    A table's header comes first, once; its rows are then without it. A row that is a passage of its own
    besides is there once.
    """
    document = snapshot.documents[chosen.passage.doc_id]
    parts = [part for part in _parts(chosen, snapshot) if not _is_told(part, document)]
    header = {span for part in parts if part.kind == "header" for span in part.spans}
    bare = [
        replace(part, spans=tuple(s for s in part.spans if s not in header)) if part.kind == "row" else part
        for part in parts
    ]
    return sorted(bare, key=lambda unit: unit.spans[-1])


def _parts(chosen: Evidence, snapshot: Snapshot) -> list[Unit]:
    """The parts of the list or table that a unit is of, in order, each once; a row with the header over it."""
    start, doc_id = chosen.unit.list_start, chosen.passage.doc_id
    parts = {
        unit.spans: unit
        for passage in snapshot.passages.of_document(doc_id)
        for unit in passage.units
        if start is not None and unit.list_start == start
    }
    return sorted(parts.values(), key=lambda unit: unit.spans[-1])


def _is_told(unit: Unit, document: Document) -> bool:
    return speaks_to_a_model(unit.reading or quote_at(document.text, unit.spans))


def with_other_dates(question: Question, chosen: Evidence, snapshot: Snapshot) -> list[Unit]:
    """The list that a unit is of and, where a date by itself leads it, those of the other dates beside it.

    Where a question names a quarter, its list alone.
    """
    parts = whole_list(chosen, snapshot)
    document = snapshot.documents[chosen.passage.doc_id]
    if not _led_by_date(parts, document) or _QUARTER.search(question.text):
        return parts
    beside = {
        unit.list_start: replace(chosen, passage=passage, unit=unit)
        for passage in snapshot.passages.of_document(document.doc_id)
        if passage.headings == chosen.passage.headings
        for unit in passage.units
        if unit.list_start is not None and unit.list_start != chosen.unit.list_start
    }
    lists = [parts, *(whole_list(other, snapshot) for other in beside.values())]
    dated = [part for one in lists if _led_by_date(one, document) for part in one]
    return sorted(dated, key=lambda unit: unit.spans[-1])


def _led_by_date(parts: Sequence[Unit], document: Document) -> bool:
    leads = [quote_at(document.text, part.spans) for part in parts if part.kind == "lead_in"]
    return any(is_date_alone(words) for words in leads)


def rows_asked_for(question: Question, best: Evidence, snapshot: Snapshot) -> list[Unit]:
    """The rows of a table that a question names, where its best evidence is a row of one.

    Those are the rows that have the most of the question's words that only some rows of the table have; where a list is
    asked for and the question names no row and has little of any, all rows of a short table.

    Returns:
        The rows in order, each with the header over it; none where no word tells rows apart, or too many
        rows have it.
    """
    rows = [part for part in _parts(best, snapshot) if part.kind == "row"]
    words = [set(tokenize(row.reading)) & question.weights.keys() for row in rows]
    times = Counter(word for held in words for word in held)
    telling = {word for word, n in times.items() if 2 * n < len(rows)}
    scores = [sum(question.weights[w] * snapshot.lexical.idf(w) for w in held & telling) for held in words]
    most = max(scores, default=0.0)
    document = snapshot.documents[best.passage.doc_id]
    named = [row for row, score in zip(rows, scores, strict=True) if most and score >= _AS_MUCH * most]
    named = [row for row in named if not _is_told(row, document)]
    if question.kind == "list" and len(rows) <= _SHORT_TABLE and not any(_names(question, row) for row in rows):
        every = sum(weight * snapshot.lexical.idf(word) for word, weight in question.weights.items())
        if most < _NAMED * every:  # what is asked for is what the rows have in common
            return [row for row in rows if not _is_told(row, document)]
    return named if len(named) <= _MOST_ROWS else []


def _names(question: Question, row: Unit) -> bool:
    """Whether a question has all words of what a row is called, but for what is in brackets there."""
    name = set(tokenize(_IN_BRACKETS.sub("", row.reading.split(_NAME_MARK)[0])))
    return bool(name) and name <= question.weights.keys()


def _led_up_to(best: Evidence, snapshot: Snapshot) -> Evidence | None:
    """The lead-in right after the best evidence, if it says that the list is of what that speaks of."""
    units = best.passage.units
    at = units.index(best.unit) + 1
    if best.unit.kind != "sentence" or at >= len(units) or units[at].kind != "lead_in":
        return None
    words = quote_at(snapshot.documents[best.passage.doc_id].text, units[at].spans)
    return replace(best, unit=units[at]) if _REFERS_BACK.match(words) else None


def _score(question: Question, parts: Sequence[Evidence], wanted: int | None, snapshot: Snapshot) -> float:
    """How well a list answers: as its best part does, with what its other parts add and the best reading of any."""
    best = parts[0]
    read = max(part.signs.read for part in parts) - best.signs.read
    weights = {word: weight * snapshot.lexical.idf(word) for word, weight in question.weights.items()}
    together = frozenset().union(*(part.words for part in parts)) - best.words
    added = sum(weights[word] for word in together) / sum(weights.values())
    items = sum(unit.kind in ("item", "row") for unit in whole_list(best, snapshot)) if wanted else None
    return (
        best.score + WEIGHTS.read * read + _UNION * added + (_COUNT if wanted is not None and items == wanted else 0.0)
    )


def how_many(text: str) -> int | None:
    """How many things a question asks for, or None where it does not say."""
    found = _HOW_MANY.search(text)
    if not found:
        return None
    word = found[1].lower()
    return _NUMBERS.get(word) or (int(word) if word.isdigit() else None)
