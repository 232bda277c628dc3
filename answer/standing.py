"""What a unit needs with it to be understood by itself."""

from collections.abc import Sequence
from functools import lru_cache, partial

from answer.instructions import speaks_to_a_model
from answer.words import LONGEST_LEAD_IN, referred_to
from index import Snapshot
from ingest import Document, Passage, Span, Unit, quote_at, same_text

_KEPT = 50_000  # units


def standing_units(document: Document, passage: Passage, at: int) -> tuple[Unit, ...]:
    """A unit with what it needs before it: a short lead-in, or the sentence it refers back to."""
    unit = passage.units[at]
    if unit.kind == "item":
        lead = next((u for u in passage.units if u.kind == "lead_in" and u.list_start == unit.list_start), None)
        if (
            lead
            and not speaks_to_a_model(quote_at(document.text, lead.spans))
            and len(quote_at(document.text, lead.spans).split()) <= LONGEST_LEAD_IN
        ):
            return lead, unit
    before = referred_to(document, passage, at)
    return (passage.units[before], unit) if before is not None else (unit,)


def standing_spans(document: Document, passage: Passage, at: int) -> tuple[Span, ...]:
    """Where that stands."""
    return tuple(span for unit in standing_units(document, passage, at) for span in unit.spans)


class StandingText:
    """What units say with what they need before them, as it is compared with other text; worked out once a unit.

    Args:
        snapshot: The index.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.of = lru_cache(_KEPT)(partial(_standing_text, snapshot))


def _standing_text(snapshot: Snapshot, place: int, at: int) -> tuple[str, tuple[Span, ...]]:
    """Of a unit, by its passage's place and its number: its letters and digits, and where it stands."""
    passage = snapshot.passages[place]
    document = snapshot.documents[passage.doc_id]
    spans = together(standing_units(document, passage, at))
    return same_text(quote_at(document.text, spans)), spans


def together(units: Sequence[Unit]) -> tuple[Span, ...]:
    """Where some units stand, in order, each place once."""
    return tuple(sorted({span for unit in units for span in unit.spans}))
