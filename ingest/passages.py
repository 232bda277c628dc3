"""From blocks to passages: what the index finds and an answer quotes from.

A passage holds together what belongs together, stays inside one section, and is some 60 to 180 words
where the section has as many. A long list or table is cut between its items or rows; each part
then carries the lead-in or the header as context that is searched and not counted as its text.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Literal

from ingest.blocks import finished
from ingest.documents import Block, Section, Span
from ingest.quotes import fold_spans, quote_at
from ingest.sentences import split_sentences

PassageKind = Literal["prose", "list", "table"]
UnitKind = Literal["sentence", "lead_in", "item", "row", "header"]

FEWEST_WORDS = 60
MOST_WORDS = 180
# An item of more words is quoted by its sentences; its first stands for it in the list.
_LONGEST_ITEM = 45
_LONGEST_CAPTION = 20  # words


@dataclass(frozen=True, slots=True)
class Unit:
    """The least that is quoted: a sentence, a lead-in, a list item, a table row.

    Attributes:
        kind: What it is. "header" is a table's header by itself, which answers nothing.
        spans: Where it stands; a row's begin with its table's header.
        list_start: Where the list or table it belongs to starts, the same for all its parts however
            many passages they are in; None outside lists and tables.
    """

    kind: UnitKind
    spans: tuple[Span, ...]
    list_start: int | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of one section of a document.

    Attributes:
        passage_id: The document's id and the offsets at which it begins and ends.
        doc_id: The document it is of.
        headings: The section's path, outermost first.
        page: The physical page it begins on; None in a source without pages.
        kind: "list" or "table" if it holds any of one, else "prose".
        text: What a person reads: the slices at ``spans``, folded by the quote rule.
        spans: In order, without overlap; page furniture and bullets are left out.
        units: What it is made of, in order.
        lead_in: The lead-in or header of a list or table whose beginning is in an earlier passage; else empty.
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


@dataclass(frozen=True, slots=True)
class _Piece:
    """Some units that stay together, with the words they count and the lead-in they need elsewhere."""

    units: tuple[Unit, ...]
    spans: tuple[Span, ...]
    words: int
    lead_in: tuple[Span, ...] = ()
    after: int | None = None  # the lead-in is in the text up to here, so a passage holding that needs none


def find_passages(doc_id: str, text: str, sections: Sequence[Section], blocks: Sequence[Block]) -> list[Passage]:
    """The passages of a document, in order.

    Every block that is neither a heading nor page furniture is in exactly one passage. Pages are left
    None; who knows them fills them in.
    """
    passages: list[Passage] = []
    for section in sections:
        inside = [
            b for b in blocks if section.start <= b.start < section.end and b.kind not in ("heading", "furniture")
        ]
        for pieces in _pack(_pieces(text, inside)):
            passages.append(_passage(doc_id, text, section, pieces))
    return passages


def _passage(doc_id: str, text: str, section: Section, pieces: Sequence[_Piece]) -> Passage:
    spans = tuple(sorted({span for piece in pieces for span in piece.spans}))
    units = tuple(unit for piece in pieces for unit in piece.units)
    kinds = {unit.kind for unit in units}
    kind: PassageKind = "table" if kinds & {"row", "header"} else "list" if kinds & {"item"} else "prose"
    first = pieces[0]
    carried = first.lead_in and (first.after is None or first.after <= spans[0][0])
    return Passage(
        passage_id=f"{doc_id}:{spans[0][0]}-{spans[-1][1]}",
        doc_id=doc_id,
        headings=section.headings,
        page=None,
        kind=kind,
        text=quote_at(text, spans),
        spans=spans,
        units=units,
        lead_in=quote_at(text, first.lead_in) if carried else "",
    )


def _pack(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Pieces into passages: the next piece joins while the passage is short or both fit."""
    held: list[_Piece] = []
    words = 0
    for piece in pieces:
        if held and words + piece.words > MOST_WORDS and words >= FEWEST_WORDS // 2:
            yield held
            held, words = [], 0
        held.append(piece)
        words += piece.words
    if held:
        yield held


def _pieces(text: str, blocks: Sequence[Block]) -> Iterator[_Piece]:
    """A section's blocks as pieces: a whole list or table if it fits in a passage, else its parts."""
    runs = [list(run) for _, run in groupby(blocks, key=lambda b: b.kind == "row")]
    for i, run in enumerate(runs):
        if run[0].kind == "row":
            for table in _tables(run):
                yield from _fit(text, list(_table_pieces(text, table)))
            continue
        pieces = [piece for group in _lists(text, run) for piece in _fit(text, group)]
        if i + 1 < len(runs) and run[-1].kind == "paragraph":
            pieces[-1] = _captioned(text, pieces[-1], runs[i + 1][0].start)
        yield from pieces


def _captioned(text: str, piece: _Piece, table_start: int) -> _Piece:
    """Make the last unit before a table its lead-in, if it is a caption or ends in a colon."""
    last = piece.units[-1]
    words = quote_at(text, last.spans)
    if (
        last.kind != "sentence"
        or len(words.split()) > _LONGEST_CAPTION
        or (finished(words) and not words.endswith(":"))
    ):
        return piece
    return replace(piece, units=(*piece.units[:-1], Unit("lead_in", last.spans, table_start)))


def _fit(text: str, pieces: list[_Piece]) -> Iterator[_Piece]:
    """One piece of them all if they are short enough together."""
    words = sum(piece.words for piece in pieces)
    if len(pieces) > 1 and words <= MOST_WORDS:
        yield _Piece(
            units=tuple(u for p in pieces for u in p.units),
            spans=tuple(s for p in pieces for s in p.spans),
            words=words,
            lead_in=pieces[0].lead_in,
            after=pieces[0].after,
        )
    else:
        for piece in pieces:
            yield from _cut(text, piece)


def _lists(text: str, blocks: Sequence[Block]) -> Iterator[list[_Piece]]:
    """Paragraphs one by one, and each lead-in with the items under it."""
    group: list[_Piece] = []
    lead_in: Unit | None = None
    list_start: int | None = None
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block.kind == "item":
            list_start = block.start if list_start is None else list_start
            group.append(_item_piece(text, block, list_start, lead_in))
            continue
        if group:
            yield group
            group = []
        pieces = list(_paragraph_pieces(text, block))
        leads = after is not None and after.kind == "item"
        words = quote_at(text, block.spans).rstrip("*")
        if leads and (list_start is None or words.endswith(":") or not finished(words)):
            last = pieces[-1].units[-1]
            list_start = last.spans[0][0]
            lead_in = replace(last, kind="lead_in", list_start=list_start)
            pieces[-1] = replace(pieces[-1], units=(*pieces[-1].units[:-1], lead_in))
            group = [pieces.pop()]
        yield from ([piece] for piece in pieces)
    if group:
        yield group


def _item_piece(text: str, block: Block, list_start: int, lead_in: Unit | None) -> _Piece:
    sentences = _sentences(text, block.spans)
    words = _count(text, block.spans)
    units = [Unit("item", block.spans, list_start)]
    if words > _LONGEST_ITEM and len(sentences) > 1:
        units = [Unit("item", sentences[0].spans, list_start), *sentences[1:]]
    return _Piece(tuple(units), block.spans, words, *((lead_in.spans, lead_in.spans[-1][1]) if lead_in else ()))


def _paragraph_pieces(text: str, block: Block) -> Iterator[_Piece]:
    """A paragraph, cut at sentences into parts that fit."""
    yield from _cut(text, _Piece(tuple(_sentences(text, block.spans)), block.spans, _count(text, block.spans)))


def _cut(text: str, piece: _Piece) -> Iterator[_Piece]:
    """A piece as it is if it fits in a passage, else in parts that do, cut between its units."""
    if piece.words <= MOST_WORDS or len(piece.units) == 1:
        yield piece
        return
    held: list[Unit] = []
    words = 0
    for unit in piece.units:
        more = _count(text, unit.spans)
        if held and words + more > MOST_WORDS:
            yield replace(piece, units=tuple(held), spans=tuple(s for u in held for s in u.spans), words=words)
            held, words = [], 0
        held.append(unit)
        words += more
    yield replace(piece, units=tuple(held), spans=tuple(s for u in held for s in u.spans), words=words)


def _count(text: str, spans: Sequence[Span]) -> int:
    return len(quote_at(text, spans).split())


def _tables(rows: Sequence[Block]) -> Iterator[list[Block]]:
    """A run of rows as tables: each begins with its header rows, or where the header changes."""
    table: list[Block] = []
    for row in rows:
        if table and (
            (not row.header and table[-1].header) or (row.header and table[-1].header not in ((), row.header))
        ):
            yield table
            table = []
        table.append(row)
    if table:
        yield table


def _table_pieces(text: str, rows: Sequence[Block]) -> Iterator[_Piece]:
    start = rows[0].start
    headed = any(row.header for row in rows)
    for row in rows:
        words = _count(text, row.spans)
        if not row.header:
            kind: UnitKind = "header" if headed else "row"
            yield _Piece((Unit(kind, row.spans, start),), row.spans, words)
            continue
        units = tuple(_cell_items(text, row)) or (Unit("row", row.header + row.spans, start),)
        yield _Piece(units, row.spans, words, row.header, row.header[-1][1])


def _cell_items(text: str, row: Block) -> Iterator[Unit]:
    """The items of a row whose cell is a bulleted list; nothing for another row."""
    folded = fold_spans(text, row.spans)
    cuts = [i for i, c in enumerate(folded.text) if c == "•"]
    if len(cuts) < 2:
        return
    for left, right in zip([0, *(c + 1 for c in cuts)], [*cuts, len(folded.text)], strict=True):
        if folded.text[left:right].strip():
            kind: UnitKind = "item" if left else "lead_in"
            yield Unit(kind, folded.spans_of(left, right), row.start)


def _sentences(text: str, spans: Sequence[Span]) -> list[Unit]:
    folded = fold_spans(text, spans)
    return [Unit("sentence", folded.spans_of(start, end)) for start, end in split_sentences(folded.text)]
