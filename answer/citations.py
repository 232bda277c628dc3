"""A citation: a quote, where it stands, and the proof that it does."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest import Document, QuoteError, Span, fold, quote_at, stands

_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a statement's words stand.

    Attributes:
        number: From 1, in the order of first use in the answer.
        doc_id: The document.
        headings: The section's path, outermost first.
        page: The physical page, or None.
        spans: Where the quote stands in the document's text.
        quote: The words, by the quote rule.
    """

    number: int
    doc_id: str
    headings: tuple[str, ...]
    page: int | None
    spans: tuple[Span, ...]
    quote: str


def cite(number: int, document: Document, spans: Sequence[Span]) -> Citation:
    """Quote a document at some spans.

    Raises:
        QuoteError: If a span is not in the document.
    """
    quote = quote_at(document.text, spans)
    at = spans[-1][0]
    return Citation(number, document.doc_id, document.headings_at(at), document.page_at(at), tuple(spans), quote)


def proves(citation: Citation, words: str, *, reading: bool = False) -> bool:
    """Whether a quote has some words: as they stand, or (for a row read out) each of them somewhere."""
    quote = fold(citation.quote)
    return set(_WORD.findall(words)) <= set(_WORD.findall(quote)) if reading else fold(words) in quote


def check_citations(citations: Sequence[Citation], documents: Mapping[str, Document]) -> None:
    """Check that every quote stands in its document. Nothing is shown that has not passed here.

    Raises:
        QuoteError: If one does not; the message names it.
    """
    for citation in citations:
        document = documents.get(citation.doc_id)
        if document is None or not stands(document.text, citation.spans, citation.quote):
            raise QuoteError(f"the quote of citation {citation.number} does not stand in {citation.doc_id}")
