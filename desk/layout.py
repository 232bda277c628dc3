"""A document's text laid out by its structure, with the words of some spans marked.

Covered: headings, paragraphs, lists in lists, tables with their headers, glossaries, footnotes, captions; page
furniture, which is left out unless it is asked for or has something marked in it. Every word comes by the quote
rule, so hard line breaks are gone. A document whose blocks are not known is given as it stands in the file.
Not covered: cells that span rows; what the file shows by type or colour alone.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from index import Shelved
from ingest import Block, Document, Span, fold_spans, quote_at
from ingest.outline import find_sections

# A browser shows some 500,000 characters at once without delay; a document may have forty times as many.
MOST_SHOWN = 500_000

ParagraphKind = Literal["paragraph", "caption", "footnote", "furniture", "raw"]
RowKind = Literal["header", "row", "footnote", "furniture"]
_ROWS = frozenset({"header", "row"})
# What may stand between two parts of a list or of a table: its other part goes on after it.
_BETWEEN = {"item": frozenset({"furniture"}), "row": frozenset({"furniture", "footnote"})}


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked stretch of some words.

    Attributes:
        start: Where in the words it starts.
        end: Where it ends, exclusive.
        opens: Whether a run of marked words begins in it: nothing that is shown right before it is marked.
        closes: Whether a run ends in it.
        here: Whether it is the place to bring into view: the first that is marked outside a table's header.
    """

    start: int
    end: int
    opens: bool = False
    closes: bool = False
    here: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """Words as they are shown, with what of them is marked, in order."""

    text: str
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; the outermost shown has level 1, and none is more than one deeper than the one before it."""

    at: int
    words: Words
    level: int


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, with its number if it has one; for furniture the rule that says so."""

    at: int
    words: Words
    kind: ParagraphKind = "paragraph"
    marker: Words | None = None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list with the items under it. What is left out may stand between items, as one of the kind."""

    at: int
    words: Words
    marker: Words | None = None
    furniture: bool = False
    below: tuple["Item", ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """A list."""

    at: int
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class TableCell:
    """A cell, and over how many columns it reaches."""

    words: Words
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; a footnote in the midst of a table is a row of one cell."""

    at: int
    kind: RowKind
    cells: tuple[TableCell, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its caption if it has one, and its rows, each as wide as the table."""

    at: int
    caption: Words | None
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A term with its meaning."""

    at: int
    term: Words
    meaning: Words


@dataclass(frozen=True, slots=True)
class Glossary:
    """Terms with their meanings."""

    at: int
    entries: tuple[Entry, ...]


Piece = Heading | Paragraph | Listing | Table | Glossary


@dataclass(frozen=True, slots=True)
class View:
    """What of a document is looked at.

    Attributes:
        spans: What to mark, in order, without overlap.
        start: Where it starts; a piece that begins before and reaches into it is shown whole.
        end: Where it ends, exclusive.
        everything: Whether page furniture is shown.
    """

    spans: tuple[Span, ...]
    start: int
    end: int
    everything: bool = False


def section_around(document: Document, spans: Sequence[Span]) -> Span:
    """The section (or the sections) that some spans stand in; the whole document where there are no sections."""
    first, last = spans[0][0], spans[-1][1]
    start = max((s.start for s in document.sections if s.start <= first), default=0)
    end = min((s.end for s in document.sections if s.end >= last), default=len(document.text))
    return start, end


def shortened(shown: Span, at: int, most: int = MOST_SHOWN) -> Span:
    """A stretch of a document, cut to what can be shown at once, around a place in it."""
    start, end = shown
    if end - start <= most:
        return shown
    start = min(max(start, at - most // 2), end - most)
    return start, start + most


def blocks_of(document: Document, shelved: Shelved | None) -> tuple[Block, ...]:
    """The blocks of a document, or none where what is known is of another text (the document has changed since)."""
    if shelved is None or not shelved.blocks or shelved.blocks[-1].end > len(document.text):
        return ()
    return shelved.blocks if find_sections(document.text, shelved.blocks) == document.sections else ()


def lay_out(document: Document, blocks: Sequence[Block], view: View) -> list[Piece]:
    """Lay out a stretch of a document.

    Args:
        document: The document.
        blocks: Its blocks (``blocks_of``); without any the text is given as it stands.
        view: Which stretch, and what to mark in it.

    Returns:
        Pieces in order. Every character of the blocks' words, their markers and what is marked of the page furniture
        is in one of them, folded by the quote rule; those that lie in the spans are marked, and no others.
    """
    if not blocks:
        return [as_it_stands(document, view)]
    chosen = [b for b in blocks if _reaches(b, view) and (b.kind != "furniture" or _is_shown(document, b, view))]
    return list(_Layout(document.text, chosen, view.spans).pieces())


def as_it_stands(document: Document, view: View) -> Paragraph:
    """A stretch of a document with its line breaks, as the file has it."""
    text = document.text
    found = _clipped(view.spans, ((view.start, view.end),))
    marks = tuple(
        Mark(s - view.start, e - view.start, opens=True, closes=True, here=i == 0)
        for i, (s, e) in enumerate(found)
        if s < e
    )
    return Paragraph(view.start, Words(text[view.start : view.end], marks), "raw")


def _reaches(block: Block, view: View) -> bool:
    return any(s < view.end and e > view.start for s, e in block.spans)


def _is_shown(document: Document, furniture: Block, view: View) -> bool:
    """Whether a piece of page furniture is shown: it is asked for, or something in it is marked."""
    found = _clipped(view.spans, furniture.spans)
    return view.everything or any(document.text[s:e].strip() for s, e in found)


class _Layout:
    """Goes through the blocks once."""

    def __init__(self, text: str, blocks: Sequence[Block], spans: Sequence[Span]) -> None:
        self._text = text
        self._blocks = blocks
        self._spans = sorted(spans)
        self._starts = [s for s, _ in self._spans]
        self._opens, self._closes, self._here = _runs(text, blocks, self._spans)

    def pieces(self) -> Iterator[Piece]:
        """The laid-out pieces of the blocks, in order; those of one list or table are one piece."""
        levels: list[int] = []  # the depths of the headings over the place, outermost first
        at = 0
        while at < len(self._blocks):
            block = self._blocks[at]
            table = self._table_after(at)
            if block.kind == "heading":
                levels = [*(d for d in levels if d < block.depth), block.depth]
                yield Heading(block.start, self._block(block), len(levels))
                at += 1
            elif block.kind == "item":
                end = self._end(at, frozenset({"item"}), _BETWEEN["item"])
                yield Listing(block.start, self._items(self._blocks[at:end], _depths(self._blocks[at:end])))
                at = end
            elif table:
                yield from self._table(self._blocks[at:table])
                at = table
            elif block.kind == "entry":
                end = self._end(at, frozenset({"entry"}), frozenset())
                yield Glossary(block.start, tuple(self._entry(b) for b in self._blocks[at:end]))
                at = end
            else:
                yield self._paragraph(block)
                at += 1

    def _end(self, at: int, kinds: frozenset[str], between: frozenset[str]) -> int:
        """Where the run of blocks of some kinds and one group ends, with what may stand between two of them."""
        end = at + 1
        for i in range(at + 1, len(self._blocks)):
            if self._blocks[i].kind in kinds and self._blocks[i].group == self._blocks[at].group:
                end = i + 1
            elif self._blocks[i].kind not in between:
                break
        return end

    def _table_after(self, at: int) -> int:
        """Where the table ends that begins at a block, or 0 if none does."""
        first = self._blocks[at]
        if first.kind == "caption" and at + 1 < len(self._blocks) and self._blocks[at + 1].group == first.group:
            at += 1
        return self._end(at, _ROWS, _BETWEEN["row"]) if self._blocks[at].kind in _ROWS else 0

    def _paragraph(self, block: Block) -> Paragraph:
        kinds: dict[str, ParagraphKind] = {"caption": "caption", "footnote": "footnote", "furniture": "furniture"}
        kind = kinds.get(block.kind, "paragraph")
        return Paragraph(block.start, self._block(block), kind, self._marker(block), block.rule)

    def _items(self, blocks: Sequence[Block], depths: Sequence[int]) -> tuple[Item, ...]:
        """Items, each with those under it: the ones that follow it and are deeper."""
        items: list[Item] = []
        at = 0
        while at < len(blocks):
            block = blocks[at]
            end = next((i for i in range(at + 1, len(blocks)) if depths[i] <= depths[at]), len(blocks))
            below = self._items(blocks[at + 1 : end], depths[at + 1 : end])
            furniture = block.kind == "furniture"
            items.append(Item(block.start, self._block(block), self._marker(block), furniture, below))
            at = end
        return tuple(items)

    def _table(self, blocks: Sequence[Block]) -> Iterator[Table | Paragraph]:
        """A table; what has header rows and nothing under them ("Term Meaning" over a glossary) is captions."""
        if not any(block.kind == "row" for block in blocks):
            for block in blocks:
                yield (
                    replace(self._paragraph(block), kind="caption")
                    if block.kind == "header"
                    else self._paragraph(block)
                )
            return
        caption = self._block(blocks[0]) if blocks[0].kind == "caption" else None
        rows = blocks[1:] if caption else blocks
        parts = [(b, _cells_of(b, self._text)) for b in rows]
        width = max(len(cells) for _, cells in parts)
        yield Table(blocks[0].start, caption, tuple(self._row(b, cells, width) for b, cells in parts))

    def _row(self, block: Block, cells: Sequence[Sequence[Span]], width: int) -> Row:
        kinds: dict[str, RowKind] = {"header": "header", "row": "row", "footnote": "footnote"}
        kind = kinds.get(block.kind, "furniture")
        worded = [i for i, cell in enumerate(cells) if cell]
        if kind == "header" and len(worded) == 1:  # it stands over all the columns from its place on
            cells = cells[: worded[0] + 1]
        last = len(cells) - 1
        return Row(
            block.start,
            kind,
            tuple(TableCell(self._words(c), width - last if i == last else 1) for i, c in enumerate(cells)),
        )

    def _entry(self, block: Block) -> Entry:
        term, *meaning = _cells_of(block, self._text)
        return Entry(block.start, self._words(term), self._words([span for cell in meaning for span in cell]))

    def _block(self, block: Block) -> Words:
        return self._words(block.spans)

    def _marker(self, block: Block) -> Words | None:
        return self._words(_marker_spans(block)) if block.marker else None

    def _words(self, spans: Sequence[Span]) -> Words:
        """The words at some spans, with what of them is marked."""
        if not spans:
            return Words("")
        spans = sorted(spans)
        if not _clipped(self._spans, spans):
            return Words(quote_at(self._text, spans))
        folded = fold_spans(self._text, spans)
        flags = [c != " " and self._is_marked(at) for c, at in zip(folded.text, folded.offsets, strict=True)]
        for i, character in enumerate(folded.text):  # a blank between two marked words is marked with them
            flags[i] |= character == " " and flags[i - 1] and self._next_is_marked(folded.offsets, i)
        marks: list[Mark] = []
        for start, end in _stretches(flags):
            inside = set(folded.offsets[start:end])
            marks.append(
                Mark(
                    start,
                    end,
                    opens=not self._opens.isdisjoint(inside),
                    closes=not self._closes.isdisjoint(inside),
                    here=self._here in inside,
                )
            )
        return Words(folded.text, tuple(marks))

    def _is_marked(self, offset: int) -> bool:
        at = bisect_right(self._starts, offset) - 1
        return at >= 0 and offset < self._spans[at][1]

    def _next_is_marked(self, offsets: Sequence[int], i: int) -> bool:
        return i + 1 < len(offsets) and self._is_marked(offsets[i + 1])


def _depths(blocks: Sequence[Block]) -> list[int]:
    """How deep each item is; what stands between items is as deep as the item before it."""
    depths: list[int] = []
    for block in blocks:
        depths.append(max(block.depth, 1) if block.kind == "item" else depths[-1])
    return depths


def _marker_spans(block: Block) -> list[Span]:
    return [block.marker] if block.marker else []


def _cells_of(block: Block, text: str) -> list[list[Span]]:
    """The spans of each cell of a row or an entry: what stands in the block, each of its characters in one cell.

    What no cell has (the colon after a term) goes with the cell before it. A footnote is one cell.
    """
    whole = sorted([*_marker_spans(block), *block.spans])
    if not block.cells or block.kind not in ("header", "row", "entry"):
        return [whole]
    cells = [_clipped(sorted(cell.spans), whole) for cell in block.cells]
    owners = sorted((span, at) for at, cell in enumerate(cells) for span in cell)
    for rest in _without(whole, [span for span, _ in owners]):
        if text[slice(*rest)].strip():
            place = bisect_left(owners, (rest, 0)) - 1
            cell = cells[owners[max(place, 0)][1] if owners else 0]
            if cell and place >= 0 and owners[place][0][1] == rest[0]:  # no blank between a term and its colon
                cell[cell.index(owners[place][0])] = (owners[place][0][0], rest[1])
            else:
                cell.append(rest)
    return [sorted(cell) for cell in cells]


def _clipped(spans: Iterable[Span], within: Sequence[Span]) -> list[Span]:
    """The parts of some spans that lie within others; both in order, without overlap."""
    ends = [e for _, e in within]
    found: list[Span] = []
    for start, end in spans:
        at = bisect_right(ends, start)
        while at < len(within) and within[at][0] < end:
            found.append((max(start, within[at][0]), min(end, within[at][1])))
            at += 1
    return found


def _without(spans: Iterable[Span], taken: Sequence[Span]) -> list[Span]:
    """The parts of some spans that lie in none of others; all in order, without overlap."""
    left: list[Span] = []
    for start, end in spans:
        at = start
        for first, last in _clipped(taken, [(start, end)]):
            left += [(at, first)] if first > at else []
            at = last
        left += [(at, end)] if end > at else []
    return left


def _stretches(flags: Sequence[bool]) -> Iterator[Span]:
    """Each unbroken run of what is true."""
    start: int | None = None
    for i, flag in enumerate([*flags, False]):
        if flag and start is None:
            start = i
        elif not flag and start is not None:
            yield start, i
            start = None


def _runs(text: str, blocks: Sequence[Block], spans: Sequence[Span]) -> tuple[set[int], set[int], int]:
    """The first and the last offset of each run of marked words, and the offset to bring into view.

    A run goes on where nothing that is read stands between two marked stretches: furniture, white space and the
    bullet of a list may. Where nothing is marked the offset is -1.
    """
    body = sorted(span for b in blocks if b.kind != "furniture" for span in b.spans)
    every = sorted(span for b in blocks for span in (*b.spans, *_marker_spans(b)))
    heads = sorted(span for b in blocks if b.kind == "header" for span in b.spans)
    found = [_stripped(text, s, e) for s, e in _clipped(spans, every) if text[s:e].strip()]
    opens, closes = set[int](), set[int]()
    last: int | None = None
    for start, end in found:
        between = _clipped([(last, start)], body) if last is not None and last < start else []
        if last is None or any(text[s:e].strip() for s, e in between):
            opens.add(start)
            closes |= {last - 1} if last is not None else set()
        last = end
    closes |= {last - 1} if last is not None else set()
    outside = next((s for s, _ in found if not _clipped([(s, s + 1)], heads)), None)
    return opens, closes, outside if outside is not None else found[0][0] if found else -1


def _stripped(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - len(words) + len(words.rstrip())
