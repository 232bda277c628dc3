"""From blocks to passages: what the index finds and an answer quotes from.

A passage holds together what belongs together, stays inside one section, and is some 60 to 180 words
where the section has as many. A long list or table is cut between its items or rows; each part
then carries the lead-in or the header as context that is searched and not counted as its text. A row
of a table, an entry of a glossary and a footnote are passages of their own; the table is one too.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from ingest.documents import Block, Section, Span
from ingest.packing import (
    MOST_WORDS,
    Passage,
    PassageKind,
    Piece,
    Unit,
    UnitKind,
    count_words,
    cut,
    make_passage,
    pack,
    sentence_units,
)
from ingest.table_passages import table_passages

# An item of more words is quoted by its sentences; its first stands for it in the list.
_LONGEST_ITEM = 45


def find_passages(doc_id: str, text: str, sections: Sequence[Section], blocks: Sequence[Block]) -> list[Passage]:
    """The passages of a document, in order.

    Every block that is neither a heading nor page furniture is in exactly one passage; a row of a table
    is in one of kind "row" besides. Pages are left None; who knows them fills them in.
    """
    passages: list[Passage] = []
    at = 0
    for section in sections:
        until = bisect_left(blocks, section.end, lo=at, key=lambda b: b.start)
        inside = [b for b in blocks[at:until] if b.kind not in ("heading", "furniture")]
        passages.extend(_of_section(doc_id, text, section, inside))
        at = until
    return passages


def _of_section(doc_id: str, text: str, section: Section, blocks: Sequence[Block]) -> Iterator[Passage]:
    tables = {b.group for b in blocks if b.kind in ("row", "header") and b.group is not None}
    blocks = _notes_after_runs(blocks, tables)
    for kind, run in groupby(blocks, key=lambda b: _run_of(b, tables)):
        if kind == "table":
            yield from table_passages(doc_id, text, section, list(run))
        elif kind == "single":
            for block in run:
                single: PassageKind = "entry" if block.kind == "entry" else "footnote"
                for piece in cut(text, _single(text, block)):
                    yield make_passage(doc_id, text, section, [piece], single)
        else:
            for pieces in pack(_pieces(text, list(run))):
                yield make_passage(doc_id, text, section, pieces)


def _notes_after_runs(blocks: Sequence[Block], tables: set[int]) -> list[Block]:
    """The blocks, with the footnotes that stand within a table or a run of prose and lists after its end.

    Where a page's end or a format puts a note says nothing of what belongs together.
    """
    result: list[Block] = []
    notes: list[Block] = []
    open_run: tuple[str, int | None] | None = None
    for block in blocks:
        if block.kind == "footnote":
            notes.append(block)
            continue
        kind = _run_of(block, tables)
        run = kind, block.group if kind == "table" else None
        if run != open_run:
            result += notes
            notes, open_run = [], run
        result.append(block)
    return [*result, *notes]


def _run_of(block: Block, tables: set[int]) -> str:
    """What a block is packed with: a table's parts, singly, or the prose and lists around it."""
    if block.kind in ("row", "header", "caption") or (block.kind == "paragraph" and block.group in tables):
        return "table"
    return "single" if block.kind in ("entry", "footnote") else "prose"


def _number(text: str, block: Block) -> str | None:
    """The number printed before a paragraph, without its brackets and stop; None before an item or without one."""
    if block.marker is None or block.kind == "item":
        return None
    return text[block.marker[0] : block.marker[1]].strip("().[] ") or None


def _single(text: str, block: Block) -> Piece:
    """A glossary's entry or a footnote: whole if it is short, else by its sentences."""
    sentences = sentence_units(text, block.spans)
    words = count_words(text, block.spans)
    kind: UnitKind = "entry" if block.kind == "entry" else "sentence"
    whole = words <= _LONGEST_ITEM or len(sentences) == 1
    units = [Unit(kind, block.spans)] if whole else [replace(sentences[0], kind=kind), *sentences[1:]]
    return Piece(tuple(units), block.spans, words, number=_number(text, block))


def _pieces(text: str, blocks: Sequence[Block]) -> Iterator[Piece]:
    """A run of prose and lists as pieces: a whole list with its lead-in if it fits in a passage, else its parts."""
    group: list[Piece] = []
    leads: dict[int | None, Unit] = {}
    explained: tuple[Span, ...] = ()  # the item that the paragraphs after it explain
    for block, after in zip(blocks, [*blocks[1:], None], strict=True):
        if block.kind == "item":
            group.append(_item_piece(text, block, leads.get(block.group)))
            explained = block.spans
            continue
        yield from _fit(text, group)
        group = []
        pieces = list(_paragraph_pieces(text, block, explained))
        if block.group == block.start and after is not None and after.group == block.group:
            last = pieces[-1].units[-1]
            leads[block.group] = lead = replace(last, kind="lead_in", list_start=block.group)
            pieces[-1] = replace(pieces[-1], units=(*pieces[-1].units[:-1], lead))
            group = [pieces.pop()]
            explained = ()
        yield from pieces
    yield from _fit(text, group)


def _fit(text: str, pieces: Sequence[Piece]) -> Iterator[Piece]:
    """One piece of them all if they are short enough together."""
    words = sum(piece.words for piece in pieces)
    if len(pieces) > 1 and words <= MOST_WORDS:
        yield replace(
            pieces[0],
            units=tuple(u for p in pieces for u in p.units),
            spans=tuple(s for p in pieces for s in p.spans),
            words=words,
        )
    else:
        for piece in pieces:
            yield from cut(text, piece)


def _item_piece(text: str, block: Block, lead_in: Unit | None) -> Piece:
    sentences = sentence_units(text, block.spans)
    words = count_words(text, block.spans)
    units = [Unit("item", block.spans, block.group)]
    if words > _LONGEST_ITEM and len(sentences) > 1:
        units = [Unit("item", sentences[0].spans, block.group), *sentences[1:]]
    return Piece(tuple(units), block.spans, words, *((lead_in.spans, lead_in.spans[-1][1]) if lead_in else ()))


def _paragraph_pieces(text: str, block: Block, explained: tuple[Span, ...]) -> Iterator[Piece]:
    """A paragraph, cut at sentences into parts that fit, each with the item it explains (if any) over it."""
    units = tuple(sentence_units(text, block.spans))
    after = explained[-1][1] if explained else None
    words = count_words(text, block.spans)
    yield from cut(text, Piece(units, block.spans, words, explained, after, _number(text, block)))
