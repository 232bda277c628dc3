"""Figures in sentences: what is aimed at, what has been reached, what money is set aside.

A sentence is read with its amounts taken out ("up by «0» («1» to «2» offences)"), so that a pattern is about
the words between them.

Covered: changes with the figures before and after; changes in per cent; rates and levels; counts of what has
been done; targets and aims; savings; budgets, investment, funding, reserves.
Not covered: figures whose meaning stands in another sentence, volumes that nobody set out to change.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.amounts import Amount, find_amounts
from ingest.dates import find_deadline
from ingest.documents import Block, Document, Span
from ingest.figure_patterns import (
    AND,
    BREAK,
    CHANGE_OF,
    CHANGED_BY,
    COMPARED,
    FORECAST,
    PAIR,
    RULES,
    THEN_SAW,
    UPWARD,
    WAY,
    WENT_FROM,
    WITH_CHANGE,
    N,
    ahead,
)
from ingest.owners import find_owner
from ingest.quotes import fold_spans, quote_at
from ingest.sentences import split_sentences
from ingest.target_rows import Direction, Finding, RowKind, period_in

_LEADING = re.compile(r"^(?:and|with|but|by|which)\s+", re.IGNORECASE)
_LONGEST_LABEL = 12  # words, of a cell that holds no sentence


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its amounts and its shape: its words with each amount's number in their place."""

    words: str
    amounts: Sequence[Amount]
    shape: str

    def amount(self, mark: str) -> Amount:
        return self.amounts[int(mark.strip("«»"))]

    def plain(self, shape: str) -> str:
        """Words of the shape with the amounts put back."""
        return re.sub(N, lambda m: self.words[self.amount(m[0]).start : self.amount(m[0]).end], shape)


def find_prose_figures(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """What the sentences of a document say in figures, in order."""
    for spans in prose_of(document.text, blocks):
        folded = fold_spans(document.text, spans)
        for start, end in split_sentences(folded.text):
            yield from read_sentence(folded.text[start:end], folded.spans_of(start, end))


def prose_of(text: str, blocks: Sequence[Block]) -> Iterator[tuple[Span, ...]]:
    """Where sentences stand: in paragraphs, items, and cells too long to be a label or a figure."""
    for block in blocks:
        if block.kind in ("paragraph", "item"):
            yield block.spans
        elif block.kind == "row":
            for cell in block.cells:
                if cell.spans and len(quote_at(text, cell.spans).split()) > _LONGEST_LABEL:
                    yield cell.spans


def read_sentence(words: str, spans: tuple[Span, ...]) -> list[Finding]:
    """What a sentence says in figures.

    Args:
        words: The sentence, folded.
        spans: Where it stands.

    Returns:
        The changes and figures in it; no amount is in two of them.
    """
    amounts = find_amounts(words)
    if not amounts:
        return []
    sentence = _Sentence(words, amounts, _shape(words, amounts))
    taken: set[str] = set()
    found: list[Finding] = []
    for read in (_pairs, _changes, _by_rule):
        found.extend(read(sentence, spans, taken))
    return found


def _shape(words: str, amounts: Sequence[Amount]) -> str:
    """A sentence with the number of each amount in its place."""
    pieces, at = [], 0
    for number, amount in enumerate(amounts):
        pieces += [words[at : amount.start], f"«{number}»"]
        at = amount.end
    return "".join([*pieces, words[at:]])


def _pairs(sentence: _Sentence, spans: tuple[Span, ...], taken: set[str]) -> Iterator[Finding]:
    """The changes that print the figures before and after."""
    shape, last = sentence.shape, 0
    for match in sorted((*PAIR.finditer(shape), *WENT_FROM.finditer(shape)), key=lambda m: m.start()):
        marks = match.groupdict()
        before, after = sentence.amount(marks["before"]), sentence.amount(marks.get("last") or marks["after"])
        lead = shape[last : match.start()]
        if before.unit != after.unit or {marks["before"], marks["after"]} & taken or FORECAST.search(lead):
            continue
        changes = [c for c in re.findall(N, lead) if sentence.amount(c).unit == "%" and c not in taken]
        change = marks.get("change") or (changes[-1] if changes and before.unit != "%" else None)
        taken |= {marks["before"], marks["after"], *filter(None, (change, marks.get("last")))}
        last = match.end()
        aimed = ahead(lead)
        said = sentence.amount(change) if change else None
        yield Finding(
            "target" if aimed else "result",
            _measure(sentence, match.start(), match.end()),
            spans,
            value=after.value if aimed else said.value if said else None,
            unit=said.unit if said and not aimed else after.unit,
            direction=_compared(before, after),
            actual=None if aimed else after.value,
            baseline=before.value,
            due=find_deadline(sentence.words) if aimed else None,
            period=None if aimed else period_in([sentence.words]),
            owner=find_owner(sentence.words),
        )


def _changes(sentence: _Sentence, spans: tuple[Span, ...], taken: set[str]) -> Iterator[Finding]:
    """The changes of what has been, in per cent or beside the figure they led to."""
    if ahead(sentence.shape):
        return
    shape = sentence.shape
    for pattern in (WITH_CHANGE, THEN_SAW, CHANGED_BY, CHANGE_OF):
        for match in pattern.finditer(shape):
            marks = match.groupdict()
            mark = marks.get("change") or marks["share"]
            change, after = sentence.amount(mark), marks.get("after")
            compared = COMPARED.search(shape, 0, match.start())
            if (change.unit != "%" and not after) or {mark, after} & taken or compared:
                continue
            before = marks.get("before")
            taken |= {m for m in (mark, after, before) if m}
            yield Finding(
                "result",
                _measure(sentence, match.start(), match.end()),
                spans,
                value=change.value,
                unit=change.unit,
                direction=_direction(shape[match.start() :] if after else match["way"]),
                actual=sentence.amount(after).value if after else None,
                baseline=sentence.amount(before).value if before else None,
                period=period_in([sentence.words]),
                owner=find_owner(sentence.words),
            )


def _by_rule(sentence: _Sentence, spans: tuple[Span, ...], taken: set[str]) -> Iterator[Finding]:
    """The amounts that the words around them say the meaning of."""
    shape = sentence.shape
    for rule in RULES:
        for match in rule.pattern.finditer(shape):
            mark, end = match["n"], match.end("n")
            if mark in taken or not _has_unit(sentence.amount(mark), rule.units) or not rule.only(shape, end):
                continue
            taken.add(mark)
            both = re.compile(rf"\s+and\s+({N})").match(shape, end)
            if both and re.search(r"\bbetween\s+$", shape[: match.start("n")]):
                taken.add(both[1])
                yield _figure(sentence, spans, rule.kind, match, (mark, both[1]))
                continue
            yield _figure(sentence, spans, rule.kind, match, (mark, mark))
            while (more := AND.match(shape, end)) and more["n"] not in taken:
                if sentence.amount(more["n"]).unit != sentence.amount(mark).unit:
                    break
                taken.add(more["n"])
                yield _figure(sentence, spans, rule.kind, more, (more["n"], more["n"]))
                end = more.end()


def _figure(
    sentence: _Sentence, spans: tuple[Span, ...], kind: RowKind, match: re.Match[str], marks: tuple[str, str]
) -> Finding:
    """A finding of one amount, or of a range from one to another."""
    first, last = sentence.amount(marks[0]), sentence.amount(marks[1])
    value = first.value if first == last else sentence.words[first.start : last.end]
    return Finding(
        kind,
        _measure(sentence, match.start(), match.end()),
        spans,
        value=None if kind == "result" else value,
        unit=first.unit or None,
        direction=None if kind == "result" else _direction(sentence.shape[: match.start("n")]),
        actual=value if kind == "result" else None,
        due=find_deadline(sentence.words) if kind == "target" else None,
        period=period_in([sentence.words]),
        owner=find_owner(sentence.words),
    )


def _direction(shape: str) -> Direction | None:
    """Which way the last word of change in some words points."""
    ways = WAY.findall(shape)
    return None if not ways else "up" if UPWARD.fullmatch(ways[-1]) else "down"


def _has_unit(amount: Amount, units: str) -> bool:
    return units == "any" or amount.unit.startswith(units) or (units == "number" and amount.unit == "million")


def _compared(before: Amount, after: Amount) -> Direction | None:
    if before.size is None or after.size is None or before.size == after.size:
        return None
    return "up" if after.size > before.size else "down"


def _measure(sentence: _Sentence, start: int, end: int) -> str:
    """The clause around a stretch of the shape, with its amounts put back."""
    breaks = [m.end() for m in BREAK.finditer(sentence.shape, 0, start)]
    after = BREAK.search(sentence.shape, end)
    clause = sentence.shape[breaks[-1] if breaks else 0 : after.start() if after else len(sentence.shape)]
    words = _LEADING.sub("", sentence.plain(clause).strip(" ,;:.–—-•"))
    return (words + ")" * (words.count("(") > words.count(")"))) or sentence.words
