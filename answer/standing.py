"""What a unit needs with it to be understood by itself."""

from answer.words import LONGEST_LEAD_IN, referred_to
from ingest import Document, Passage, Span, Unit, quote_at


def standing_units(document: Document, passage: Passage, at: int) -> tuple[Unit, ...]:
    """A unit with what it needs before it: a short lead-in, or the sentence it refers back to."""
    unit = passage.units[at]
    if unit.kind == "item":
        lead = next((u for u in passage.units if u.kind == "lead_in" and u.list_start == unit.list_start), None)
        if lead and len(quote_at(document.text, lead.spans).split()) <= LONGEST_LEAD_IN:
            return lead, unit
    before = referred_to(document, passage, at)
    return (passage.units[before], unit) if before is not None else (unit,)


def standing_spans(document: Document, passage: Passage, at: int) -> tuple[Span, ...]:
    """Where that stands."""
    return tuple(span for unit in standing_units(document, passage, at) for span in unit.spans)
