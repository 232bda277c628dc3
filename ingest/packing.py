"""Passages, their units, and how pieces of a section are packed into passages of a fitting length."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from ingest.documents import Section, Span
from ingest.quotes import fold_spans, quote_at
from ingest.sentences import split_sentences

PassageKind = Literal["prose", "list", "table", "row", "entry", "footnote"]
UnitKind = Literal["sentence", "lead_in", "item", "row", "header", "entry"]

FEWEST_WORDS = 60
MOST_WORDS = 180


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that is quoted: a sentence, a lead-in, a list item, a table row, a glossary entry.

    Attributes:
        kind: What it is. "header" is a table's header by itself, which answers nothing.
        spans: Where it stands; a row's begin with its table's header.
        list_start: Where the list or table it belongs to starts, the same for all its parts however
            many passages they are in; None outside lists and tables.
        reading: For a row: its cells with the words of the header over each, as a sentence; else empty.
    """

    kind: UnitKind
    spans: tuple[Span, ...]
    list_start: int | None = None
    reading: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of one section of a document.

    Attributes:
        passage_id: The document's id and the offsets at which it begins and ends.
        doc_id: The document it is of.
        headings: The section's path, outermost first.
        page: The physical page it begins on; None in a source without pages.
        kind: "list" or "table" if it holds any of one, "row" for one row of a table, "entry" for one of
            a glossary, "footnote", else "prose".
        text: What a person reads: the slices at ``spans``, folded by the quote rule.
        spans: In order, without overlap; page furniture and bullets are left out.
        units: What it is made of, in order.
        lead_in: The lead-in or header of a list or table whose beginning is in an earlier passage, or
            the item that its paragraph explains; else empty.
        paragraph: The number printed before its first numbered paragraph, such as "12"; else None.
        same_as: The ids of the passages of other documents that say the same.
    """

    passage_id: str
    doc_id: str
    headings: tuple[str, ...]
    page: int | None
    kind: PassageKind
    text: str
    spans: tuple[Span, ...]
    units: tuple[Unit, ...]
    lead_in: str = ""
    paragraph: str | None = None
    same_as: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Some units that stay together.

    Attributes:
        units: In order.
        spans: Where they stand.
        words: How many words they count.
        lead_in: What they need over them where it is not in the passage itself.
        after: The lead-in is in the text up to here, so a passage that holds that needs none; None for always.
        number: The number printed before them, or None.
    """

    units: tuple[Unit, ...]
    spans: tuple[Span, ...]
    words: int
    lead_in: tuple[Span, ...] = ()
    after: int | None = None
    number: str | None = None


def make_passage(
    doc_id: str, text: str, section: Section, pieces: Sequence[Piece], kind: PassageKind | None = None
) -> Passage:
    """A passage of some pieces; its kind, where not given, is told by its units."""
    spans = tuple(sorted({span for piece in pieces for span in piece.spans}))
    units = tuple(unit for piece in pieces for unit in piece.units)
    kinds = {unit.kind for unit in units}
    told: PassageKind = "table" if kinds & {"row", "header"} else "list" if kinds & {"item"} else "prose"
    first = pieces[0]
    carried = first.lead_in and (first.after is None or first.after <= spans[0][0])
    return Passage(
        passage_id=f"{doc_id}:{spans[0][0]}-{spans[-1][1]}",
        doc_id=doc_id,
        headings=section.headings,
        page=None,
        kind=kind or told,
        text=quote_at(text, spans),
        spans=spans,
        units=units,
        lead_in=quote_at(text, first.lead_in) if carried else "",
        paragraph=next((piece.number for piece in pieces if piece.number), None),
    )


def pack(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """Pieces into passages: the next piece joins while the passage is short or both fit."""
    held: list[Piece] = []
    words = 0
    for piece in pieces:
        if held and words + piece.words > MOST_WORDS and words >= FEWEST_WORDS // 2:
            yield held
            held, words = [], 0
        held.append(piece)
        words += piece.words
    if held:
        yield held


def cut(text: str, piece: Piece) -> Iterator[Piece]:
    """A piece as it is if it fits in a passage, else in parts that do, cut between its units."""
    if piece.words <= MOST_WORDS or len(piece.units) == 1:
        yield piece
        return
    held: list[Unit] = []
    words = 0
    for unit in piece.units:
        more = count_words(text, unit.spans)
        if held and words + more > MOST_WORDS:
            yield replace(piece, units=tuple(held), spans=tuple(s for u in held for s in u.spans), words=words)
            held, words = [], 0
        held.append(unit)
        words += more
    yield replace(piece, units=tuple(held), spans=tuple(s for u in held for s in u.spans), words=words)


def count_words(text: str, spans: Sequence[Span]) -> int:
    """How many words stand at some spans."""
    return len(quote_at(text, spans).split())


def sentence_units(text: str, spans: Sequence[Span]) -> list[Unit]:
    """The sentences at some spans."""
    folded = fold_spans(text, spans)
    return [Unit("sentence", folded.spans_of(start, end)) for start, end in split_sentences(folded.text)]
