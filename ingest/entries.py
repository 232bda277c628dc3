"""The entries of a glossary: each term with its meaning.

Covered, under a heading that says glossary, acronyms, abbreviations or definitions: "TERM meaning" on a
line, "Term: meaning", a term on a piece of its own before its meaning, terms and meanings on
alternating lines, meanings over several lines, page breaks and web addresses, and after a colon. Not covered: a term of
several words in small letters before a meaning that begins with a small letter too.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import groupby, pairwise

from ingest.blocks import finished
from ingest.documents import Block, Cell, Span
from ingest.lines import NUMBERED_HEADING
from ingest.quotes import Folded, fold_spans, quote_at

_GLOSSARY = re.compile(r"\b(?:glossary|acronyms|abbreviations|definitions|terminology)\b", re.IGNORECASE)
_LONGEST_TERM = 6  # words
_ACRONYM = re.compile(r"(?![A-Z][a-z]+-[A-Z][a-z]+$)[A-Z&](?=[\w&/-]*[A-Z&])[\w&/-]+$")
_TERM_LINE = re.compile(r"(?:^|\n)(?!\s*\n)\s*(?=[A-Z][A-Za-z&/]{1,9}: [A-Z])")
_HEADER = re.compile(
    r"(?:term|reference|abbreviation|acronym|word|name)s?\s+(?:description|definition|meaning|explanation)s?\b",
    re.IGNORECASE,
)
# "Sanction detection Detections: A term for …" is the term "Sanction detection".
_TWICE = re.compile(r"(?P<term>[A-Z]\w+ (?:\w+ ){0,3}?(?i:(?P<last>\w{3,}))) (?=[A-Z])(?i:(?P=last)s?): ")
_COLON = re.compile(r"(?P<term>[A-Z][\w&/ -]{0,40}?):\s+(?=[A-Z])")


def find_entries(text: str, blocks: Sequence[Block], *, only_paragraphs: bool = False) -> list[Block]:
    """Turn the pieces under a glossary's heading into its entries.

    Args:
        text: The text.
        blocks: Its blocks.
        only_paragraphs: Whether all but the paragraphs are what they are, as a reader says.
    """
    make = _entries_of_paragraphs if only_paragraphs else _entries
    result: list[Block] = []
    inside: list[Block] = []
    depth = 0
    for block in blocks:
        words = quote_at(text, block.spans) if block.kind == "heading" else ""
        numbered = NUMBERED_HEADING.match(words) is not None
        if words and depth and (block.depth <= depth or numbered):
            result.extend(make(text, inside))
            inside, depth = [], depth if block.depth > depth else 0
        if words and not depth and _GLOSSARY.search(words):
            depth = max(block.depth, 1)
            result.append(block)
        else:
            (inside if depth and not numbered else result).append(block)
    return sorted([*result, *make(text, inside)], key=lambda b: b.start)


def _entries(text: str, blocks: Sequence[Block]) -> list[Block]:
    """A glossary's pieces as entries; what comes before the first term stays as it is."""
    worded = [block for block in blocks if block.kind not in ("furniture", "footnote")]
    if not worded or any(block.kind in ("header", "row", "entry") for block in worded):
        return list(blocks)
    pieces = [piece for block in worded for piece in _lines_apart(text, block)]
    alternating = _alternates(text, pieces)
    entries: list[Block] = []
    for at, piece in enumerate(pieces):
        if piece.kind == "header":
            entries.append(piece)
            continue
        last = entries[-1] if entries else None
        if last and last.kind == "entry" and _goes_on(text, last.cells[1].spans):
            entries[-1] = _with_meaning(last, piece.spans)
            continue
        after = pieces[at + 1] if at + 1 < len(pieces) else None
        opened = _opened(text, piece, after, alternating=alternating)
        if opened:
            entries.append(opened)
        elif last and last.kind == "entry":
            entries[-1] = _with_meaning(last, piece.spans)
        else:
            entries.append(piece)
    return [*entries, *(block for block in blocks if block.kind in ("furniture", "footnote"))]


def _entries_of_paragraphs(text: str, blocks: Sequence[Block]) -> list[Block]:
    """As ``_entries``, for each run of paragraphs by itself; nothing where the mark-up has the entries."""
    if any(block.kind in ("row", "entry") for block in blocks):
        return list(blocks)
    result: list[Block] = []
    for plain, near in groupby(blocks, key=_is_plain):
        run = list(near)
        result.extend(_entries(text, run) if plain else run)
    return result


def _is_plain(block: Block) -> bool:
    """Whether a block is a paragraph in no list, or what may stand between two."""
    return block.kind in ("furniture", "footnote") or (block.kind == "paragraph" and block.group is None)


def _goes_on(text: str, meaning: tuple[Span, ...]) -> bool:
    """Whether the next piece has to belong to a meaning: it has no words yet, or its last ones announce more."""
    return not meaning or text[slice(*meaning[-1])].rstrip().endswith(":")


def _lines_apart(text: str, block: Block) -> Iterable[Block]:
    """A block, cut where a line in it begins "TERM: meaning"."""
    whole = (*((block.marker,) if block.marker else ()), *block.spans)
    if header := _HEADER.match(text, block.start, block.end):
        yield Block("header", ((block.start, header.end()),), cells=(Cell(((block.start, header.end()),)),))
        rest = header.end() + len(text[header.end() : block.end]) - len(text[header.end() : block.end].lstrip())
        whole = tuple((max(s, rest), e) for s, e in whole if e > rest)
    if not whole:
        return
    lines = {found.end() for start, end in whole for found in _TERM_LINE.finditer(text, start, end)}
    cuts = [whole[0][0], *sorted(at for at in lines if at > whole[0][0]), whole[-1][1]]
    for left, right in pairwise(cuts):
        spans = [(max(s, left), min(e, right)) for s, e in whole if s < right and e > left]
        yield Block("paragraph", tuple((s, s + len(text[s:e].rstrip())) for s, e in spans), isolated=block.isolated)


def _alternates(text: str, pieces: Sequence[Block]) -> bool:
    """Whether every other piece is a term and the pieces between are their meanings, all on lines of their own."""
    terms = [quote_at(text, piece.spans) for piece in pieces[::2]]
    acronyms = sum(1 for term in terms if _ACRONYM.match(term))
    return len(pieces) > 3 and len(pieces) % 2 == 0 and 2 * acronyms > len(terms) and max(map(len, terms)) <= 40


def _opened(text: str, piece: Block, after: Block | None, *, alternating: bool) -> Block | None:
    """The entry that a piece opens, or None where it goes on with the one before."""
    folded = fold_spans(text, piece.spans)
    words = folded.text.split()
    if alternating:
        return _entry(folded, len(folded.text))
    cut = _term_end(folded.text)
    if cut and _ACRONYM.match(words[0]):
        return _entry(folded, cut)
    alone = len(words) <= _LONGEST_TERM and not finished(folded.text) and words[0][0].isupper()
    follows = quote_at(text, after.spans) if after else ""
    if alone and piece.isolated and len(follows.split()) > _LONGEST_TERM and follows[0].isupper():
        return _entry(folded, len(folded.text))
    return _entry(folded, cut) if cut else None


def _term_end(words: str) -> int:
    """Where in "TERM meaning" the term ends, or 0 where no term opens it."""
    found = [(m.start(), m[0]) for m in re.finditer(r"\S+", words)]
    if colon := _TWICE.match(words) or _COLON.match(words):
        return colon.end("term")
    if len(found) < 2 or not (words[0].isupper() or words[0].isdigit()):
        return 0
    places = range(1, min(_LONGEST_TERM, len(found) - 1) + 1)
    for at in places:  # "County Lines County lines is a term …"
        term = words[: found[at][0]].rstrip()
        if words[found[at][0] :].lower().startswith(term.lower()):
            return len(term)
    for at in places:
        (start, word), before = found[at], found[at - 1][1]
        if before[-1] in ".,;:?!":
            return 0
        joins = before in ("or", "/") or (at + 1 < len(found) and found[at + 1][1] in ("or", "/"))
        if word[0].isupper() and not joins and not _ACRONYM.match(word) and not words[:start].strip().isdigit():
            return len(words[:start].rstrip())
    return 0


def _entry(folded: Folded, cut: int) -> Block:
    """An entry from its folded text: the term before the cut, what follows (if any) its meaning."""
    term = folded.spans_of(0, cut)
    after = cut + len(folded.text[cut:]) - len(folded.text[cut:].lstrip(": "))
    meaning = folded.spans_of(after, len(folded.text)) if folded.text[after:].strip() else ()
    return Block("entry", folded.spans, cells=(Cell(term), Cell(meaning)))


def _with_meaning(entry: Block, spans: tuple[Span, ...]) -> Block:
    term, meaning = entry.cells
    return replace(entry, spans=entry.spans + spans, cells=(term, replace(meaning, spans=meaning.spans + spans)))
