"""A quote with where it stands, as plain text to be put in a letter or a minute."""

from collections.abc import Sequence

from ingest import Document, Span, quote_at, spoken_date

PATH_MARK = " › "


def heading_path(headings: Sequence[str]) -> str:
    """A path of headings as it is shown; a place before the first heading says so."""
    return PATH_MARK.join(" ".join(h.split()) for h in headings) or "Before the first heading"


def quote_with_source(document: Document, headings: Sequence[str], page: int | None, spans: Sequence[Span]) -> str:
    """The words at some spans, by the quote rule, with the document, its date and the place under them.

    Example:
        “The ferry carried 4,210 passengers.”
        Ferry Plan, Island Council, 2019: 1 Targets, page 3. https://island.example/ferry
    """
    source = ", ".join(filter(None, [document.title, document.publisher, spoken_date(document.published)]))
    place = ", ".join([heading_path(headings), *([document.page_name(page)] if page else [])])
    address = f" {document.url}" if document.url else ""
    return f"“{quote_at(document.text, spans)}”\n{source}: {place}.{address}"
