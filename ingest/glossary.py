"""The terms and acronyms that a document defines: in its glossary, and where its text spells an acronym out.

Covered: the entries of a glossary (blocks of the kind "entry"), and whatever ``ingest.acronyms`` finds in
the words of one block, one cell of a table at a time. Not covered: names explained in running text
("the victim-focused methodology (THRIVE+)"), short names ("the Metropolitan Police Service (The Met)").

A sense is a name with a meaning. A document may give a name two ("MIB" is the "MPS Intelligence Bureau", the
"Met Information Bureau" and, in the glossary, the "Met Intelligence Bureau"). ``senses`` picks the
glossary's, else the first; ``variants`` gives the rest.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from ingest.acronyms import find_spelt_out, is_short_form, singular, spelt_at_head
from ingest.corpus import ReadDocument
from ingest.documents import Block, Span
from ingest.quotes import fold_spans, quote_at

# A glossary's words about itself, which its layout makes look like a term: "Abbreviations from the milestones: …"
_NO_TERM = re.compile(
    r"(?:abbreviation|acronym|definition)s?\b|(?:this|these|those|they|the following)\b", re.IGNORECASE
)
_NAMES = re.compile(r"(?P<first>[^()]+?)(?:\s\((?P<held>[^()]+)\)|(?:\s/\s|\sor\s)(?P<second>.+))?")


@dataclass(frozen=True, slots=True)
class Term:
    """A term that a document defines.

    Attributes:
        term: As printed, a plural too.
        meaning: The words it stands for, or its definition, as they may be quoted.
        kind: "acronym" for a short form of words, "term" for words that are explained.
        doc_id: The document.
        spans: Where the definition stands: what the source says there holds the term and the meaning.
        where: "glossary" for an entry of a glossary, else "text".
    """

    term: str
    meaning: str
    kind: Literal["acronym", "term"]
    doc_id: str
    spans: tuple[Span, ...]
    where: Literal["glossary", "text"]


def find_terms(read: ReadDocument) -> list[Term]:
    """The terms and acronyms that a document defines.

    An acronym that the text spells out again in the same words (case, joining words, commas and a plural
    apart) is given once, where it is first spelt out; page furniture counts last.

    Returns:
        In order of place.
    """
    found: dict[tuple[str, str, str], Term] = {}
    for block in sorted(read.blocks, key=lambda b: (b.kind == "furniture", b.start)):
        terms = _entry(read, block) if block.kind == "entry" else _spelt_out(read, block)
        for term in terms:
            found.setdefault((term.where, singular(term.term), _sense(term.meaning)), term)
    return sorted(found.values(), key=lambda t: (t.spans, t.term))


def senses(terms: Iterable[Term]) -> Mapping[str, Term]:
    """The one sense of each name in a document: its glossary's, else the first in its text.

    Args:
        terms: The terms of one document, in order of place.

    Returns:
        For each name, without the s of a plural ("BOCU" for "BOCUs"), its term. A term with two names
        ("Restorative Justice / RJ") stands under both.

    Raises:
        ValueError: If the terms are of more than one document.
    """
    return {name: given[0] for name, given in _by_name(terms).items()}


def variants(terms: Iterable[Term]) -> Mapping[str, tuple[Term, ...]]:
    """What a document gives a name besides its one sense, for the names it gives in other words too.

    Raises:
        ValueError: If the terms are of more than one document.
    """
    named = _by_name(terms)
    others = {
        name: tuple(t for t in given[1:] if _sense(_words_of(name, t)) != _sense(_words_of(name, given[0])))
        for name, given in named.items()
    }
    return {name: terms for name, terms in others.items() if terms}


def expansions(read: ReadDocument) -> Mapping[str, str]:
    """What each name of a document stands for.

    Returns:
        For each name its words where a definition begins with them ("SRO": "Sexual Risk Order") or stands
        beside them ("RJ": "Restorative Justice"); else its whole meaning.
    """
    return {name: _words_of(name, term) for name, term in senses(find_terms(read)).items()}


def _words_of(name: str, term: Term) -> str:
    spelt = (spelt_at_head(name, words) for words in (term.meaning, *_names(term.term)))
    return next((words for words in spelt if words), term.meaning)


def _by_name(terms: Iterable[Term]) -> dict[str, list[Term]]:
    """Terms by name, those of a glossary first."""
    ordered = sorted(terms, key=lambda t: t.where != "glossary")
    if len(documents := {t.doc_id for t in ordered}) > 1:
        raise ValueError(f"a name has one sense a document, and these terms are of {len(documents)}: {documents}")
    named: dict[str, list[Term]] = {}
    for term in ordered:
        for name in _names(term.term):
            named.setdefault(singular(name), []).append(term)
    return named


def _names(term: str) -> list[str]:
    """The names in a term: two in "Restorative Justice / RJ" and "Habitual knife carrier (HKC)"."""
    found = _NAMES.fullmatch(term)
    return [name for name in found.groups() if name] if found else [term]


def _entry(read: ReadDocument, block: Block) -> Iterator[Term]:
    """The term of a glossary's entry."""
    text = read.document.text
    name, meaning = (quote_at(text, cell.spans) if cell.spans else "" for cell in block.cells)
    if name and meaning and not _NO_TERM.match(name):
        kind: Literal["acronym", "term"] = "acronym" if is_short_form(name.split()[0]) else "term"
        yield Term(name, meaning, kind, read.document.doc_id, block.spans, "glossary")


def _spelt_out(read: ReadDocument, block: Block) -> Iterator[Term]:
    """The acronyms spelt out in a block, cell by cell where it has cells."""
    for spans in [cell.spans for cell in block.cells if cell.spans] or [block.spans]:
        folded = fold_spans(read.document.text, spans)
        for found in find_spelt_out(folded.text):
            term, meaning = folded.text[slice(*found.term)], folded.text[slice(*found.meaning)]
            yield Term(term, meaning, "acronym", read.document.doc_id, folded.spans_of(*found.whole), "text")


def _sense(meaning: str) -> str:
    """A meaning as it is compared: its words without case, joining words, commas and plurals."""
    words = re.findall(r"[^\W_]+", meaning.lower())
    return " ".join(w.removesuffix("s") for w in words if w not in ("a", "an", "and", "for", "in", "of", "the"))


def term_record(term: Term) -> dict[str, Any]:
    """A term as JSON has it."""
    record = asdict(term)
    document, spans = record.pop("doc_id"), record.pop("spans")
    return {**record, "document": document, "spans": [list(span) for span in spans]}
