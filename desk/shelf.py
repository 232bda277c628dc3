"""The library as it is shown: documents with what was found in them, what took whose place, outlines, the glossary."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk.layout import MOST_SHOWN
from index import Shelved
from ingest import Document, Span, Term, fold, spoken_date, standing, standing_word

_DATE_UNKNOWN = "date unknown"


@dataclass(frozen=True, slots=True)
class Volume:
    """A document as the library shows it.

    Attributes:
        document: The document.
        year: Of its publication; "date unknown" without one.
        standing: Where it stands, in a word or three.
        said: The same in sentences.
        passages: How many passages it has.
        found: How many targets, milestones, results and budgets were found in it.
        terms: How many terms it defines.
        remarks: What its owner should know of how it was read.
        left_out: What passages leave out, a line for each rule.
    """

    document: Document
    year: str
    standing: str
    said: tuple[str, ...]
    passages: int
    found: int
    terms: int
    remarks: tuple[str, ...]
    left_out: tuple[str, ...]

    @property
    def facts(self) -> str:
        """Publisher, date and standing on a line."""
        parts = (self.document.publisher, spoken_date(self.document.published), self.standing)
        return " · ".join(part for part in parts if part)

    @property
    def counts(self) -> str:
        """What was found in it, on a line."""
        found = many(self.found, "target, milestone or figure", "targets, milestones and figures")
        return f"{many(self.passages, 'passage')} · {found} · {many(self.terms, 'term')} defined"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader looks for: words in the title or beside it, and any of some publishers, standings and years.

    What is empty asks for nothing.
    """

    words: str = ""
    publishers: frozenset[str] = frozenset()
    standings: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Node:
    """A document with those whose place it took and its parts, and how it stands to the one over it."""

    doc_id: str
    relation: str
    below: tuple["Node", ...]


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """A heading: its words, where it stands, and how deep it is from 1; none is more than one deeper than the last."""

    words: str
    at: int
    level: int


def volumes(
    documents: Mapping[str, Document], passages: Mapping[str, int], library: Mapping[str, Shelved], today: date
) -> list[Volume]:
    """The documents, the latest first, those without a date last.

    Args:
        documents: By id.
        passages: How many passages each has.
        library: What is known of them beside that; what is not there counts as nothing found.
        today: Decides what is past its period.
    """
    by_title = sorted(documents.values(), key=lambda d: (d.title.casefold(), d.doc_id))
    latest_first = sorted(by_title, key=lambda d: d.published or "", reverse=True)
    return [_volume(d, documents, passages.get(d.doc_id, 0), library.get(d.doc_id), today) for d in latest_first]


def _volume(
    document: Document, documents: Mapping[str, Document], passages: int, shelved: Shelved | None, today: date
) -> Volume:
    left_out = shelved.left_out if shelved else ()
    return Volume(
        document=document,
        year=document.published[:4] if document.published else _DATE_UNKNOWN,
        standing=standing_word(document, today),
        said=tuple(standing(document, documents, today)),
        passages=passages,
        found=len(shelved.register) if shelved else 0,
        terms=len(shelved.terms) if shelved else 0,
        remarks=shelved.remarks if shelved else (),
        left_out=tuple(
            f"{left.rule}: {many(left.times, 'time')}, {many(left.characters, 'character')}" for left in left_out
        ),
    )


def summary(shown: Sequence[Volume]) -> str:
    """How many documents there are, of which years, and how they stand."""
    if not shown:
        return "No document."
    years = sorted(v.year for v in shown if v.year != _DATE_UNKNOWN)
    dated = f", dated {years[0] if years[0] == years[-1] else f'{years[0]} to {years[-1]}'}" if years else ""
    standings = Counter(v.standing for v in shown)
    counted = ", ".join(f"{n} {word}" for word, n in sorted(standings.items(), key=lambda item: (-item[1], item[0])))
    return f"{many(len(shown), 'document')}{dated}: {counted}."


def choices(shown: Iterable[Volume]) -> tuple[list[str], list[str], list[str]]:
    """The publishers, the standings and the years there are, the years latest first."""
    shown = list(shown)
    publishers = sorted({v.document.publisher for v in shown if v.document.publisher}, key=str.casefold)
    standings = sorted({v.standing for v in shown})
    years = sorted({v.year for v in shown if v.year != _DATE_UNKNOWN}, reverse=True)
    return publishers, standings, [*years, *([_DATE_UNKNOWN] if any(v.year == _DATE_UNKNOWN for v in shown) else [])]


def chosen(shown: Iterable[Volume], wanted: Wanted) -> list[Volume]:
    """The documents that are looked for; every word must stand in the title, the publisher, the note or the name."""
    return [
        v
        for v in shown
        if _has_words(f"{v.document.title} {v.document.publisher} {v.document.note} {v.document.doc_id}", wanted.words)
        and (not wanted.publishers or v.document.publisher in wanted.publishers)
        and (not wanted.standings or v.standing in wanted.standings)
        and (not wanted.years or v.year in wanted.years)
    ]


def succession(documents: Mapping[str, Document]) -> tuple[list[Node], list[str]]:
    """What took whose place, and what is a part of what.

    Returns:
        The documents over others, the latest first, with those under them; and the ids of the documents that stand
        by themselves. Every document is in one place: a part is under its whole, a document that was superseded
        under the one that took its place.
    """
    over = {i: _over(document, documents) for i, document in documents.items()}
    for doc_id in documents:  # documents that supersede each other in a ring stand under none of them
        seen = {doc_id}
        above = over[doc_id][0]
        while above and above not in seen:
            seen.add(above)
            above = over[above][0]
        if above == doc_id:
            over[doc_id] = ("", "")
    latest_first = sorted(documents, key=lambda i: documents[i].title.casefold())
    latest_first.sort(key=lambda i: documents[i].published or "", reverse=True)

    def node(doc_id: str) -> Node:
        below = tuple(node(i) for i in latest_first if over[i][0] == doc_id)
        return Node(doc_id, over[doc_id][1], below)

    tops = [node(i) for i in latest_first if not over[i][0]]
    return [top for top in tops if top.below], [top.doc_id for top in tops if not top.below]


def _over(document: Document, documents: Mapping[str, Document]) -> tuple[str, str]:
    """The document that one is shown under, and how it stands to it; empty where it is under none."""
    if document.part_of in documents:
        return document.part_of or "", "part of the document above"
    if document.superseded_by in documents:
        return document.superseded_by or "", "superseded by the document above"
    return "", ""


def outline(document: Document) -> list[OutlineEntry]:
    """A document's headings, in order."""
    entries: list[OutlineEntry] = []
    for section in document.sections:
        if section.headings:
            last = entries[-1].level if entries else 0
            level = min(len(section.headings), last + 1)
            entries.append(OutlineEntry(fold(section.headings[-1]), section.start, level))
    return entries


def parts_of(document: Document, most: int = MOST_SHOWN) -> list[Span]:
    """A document cut into parts that can be shown at once, each but one section longer than that in whole sections."""
    parts: list[Span] = []
    for section in document.sections:
        if parts and section.end - parts[-1][0] <= most:
            parts[-1] = (parts[-1][0], section.end)
        else:
            parts.extend((at, min(at + most, section.end)) for at in range(section.start, section.end, most))
    return parts or [(0, len(document.text))]


def glossary(library: Mapping[str, Shelved], documents: Mapping[str, Document], words: str = "") -> list[Term]:
    """The terms that documents define, by the alphabet, the latest document's first.

    Args:
        library: What is known of the documents.
        documents: By id; the terms of others are left out.
        words: Every one of these must stand in the term or its meaning.
    """
    terms = [t for s in library.values() for t in s.terms if s.doc_id in documents]
    found = [t for t in terms if _has_words(f"{t.term} {t.meaning}", words)]
    latest_first = sorted(found, key=lambda t: documents[t.doc_id].published or "", reverse=True)
    return sorted(latest_first, key=lambda t: t.term.casefold())


def unread_lines(unread: Mapping[str, str], reasons: Mapping[str, str]) -> Iterator[str]:
    """A line for each file that could not be read: why, as far as the index has kept it."""
    for name in sorted(unread):
        yield f"{name}: {reasons.get(name, 'run python -m ingest to see why')}"


def many(n: int, one: str, more: str = "") -> str:
    """A count with what is counted.

    Example:
        >>> many(1, "passage"), many(1200, "passage")
        ('1 passage', '1,200 passages')
    """
    return f"{n:,} {one if n == 1 else more or f'{one}s'}"


def _has_words(text: str, words: str) -> bool:
    folded = text.casefold()
    return all(word in folded for word in words.casefold().split())
