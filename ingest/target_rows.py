"""A row of the register: one thing a document sets out to reach, has reached, or has allotted."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.amounts import MINUS
from ingest.documents import Document, Span
from ingest.quotes import quote_at

RowKind = Literal["milestone", "kpi", "target", "result", "budget", "commitment"]
Direction = Literal["up", "down"]


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A milestone, an indicator, a target, a result, a budget or a commitment.

    Attributes:
        kind: Which of them.
        measure: What is to be done or measured, in the document's words.
        value: A milestone's, indicator's or target's figure to be reached, a budget's sum, the change of a result;
            the printed digits with "-" for any minus sign. Like the rest of the fields, None where it is not said.
        unit: Of the value, else of the actual figure: "%", "£", "£m", "£bn", "number", "million", "hours", ….
        direction: Whether more or less of the measure is meant.
        actual: The figure reached.
        baseline: The earlier figure.
        due: By when, as printed, without "by".
        period: The time it is about.
        owner: Who is said to do it.
        doc_id: The document.
        headings: The path of headings over it.
        spans: Where it stands. Every value, actual, baseline and due stands there (``make_row``).
    """

    kind: RowKind
    measure: str
    value: str | None
    unit: str | None
    direction: Direction | None
    actual: str | None
    baseline: str | None
    due: str | None
    period: str | None
    owner: str | None
    doc_id: str
    headings: tuple[str, ...]
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """A row's content before it has its place in a document; the fields as in ``TargetRow``."""

    kind: RowKind
    measure: str
    spans: tuple[Span, ...]
    value: str | None = None
    unit: str | None = None
    direction: Direction | None = None
    actual: str | None = None
    baseline: str | None = None
    due: str | None = None
    period: str | None = None
    owner: str | None = None


def make_row(document: Document, found: Finding) -> TargetRow:
    """Give a finding its place.

    Raises:
        ValueError: If a value, actual, baseline or due does not stand in the document at the row's spans.
        QuoteError: If the spans are not in order inside the text.
    """
    quote = quote_at(document.text, found.spans)
    for name in ("value", "actual", "baseline", "due"):
        figure = getattr(found, name)
        if figure is not None and not figure_stands(quote, figure):
            raise ValueError(f'the {name} "{figure}" does not stand in "{quote}"')
    return TargetRow(
        kind=found.kind,
        measure=found.measure,
        value=found.value,
        unit=found.unit,
        direction=found.direction,
        actual=found.actual,
        baseline=found.baseline,
        due=found.due,
        period=found.period,
        owner=found.owner,
        doc_id=document.doc_id,
        headings=document.headings_at(found.spans[0][0]),
        spans=found.spans,
    )


def figure_stands(quote: str, figure: str) -> bool:
    """Whether a figure or a date stands in a quote as it is: not as a part of a longer number, with its sign.

    Example:
        >>> figure_stands("is – 5%", "-5"), figure_stands("is 15%", "5"), figure_stands("is 5%", "-5")
        (True, False, False)
    """
    # As it is written first: a sign at a figure's end is taken for that of the number after it.
    return _whole_in(quote, figure) or _whole_in(_SIGNED.sub(_sign, quote), _SIGNED.sub(_sign, figure))


def _whole_in(text: str, figure: str) -> bool:
    return re.search(rf"(?<![\w.,]){re.escape(figure)}(?!\w*\d|[.,]\d)", text) is not None


_SIGNED = re.compile(rf"[+{MINUS}]\s?(?:£\s?)?(?=\d)")  # "– £5m" is minus five of them


def _sign(match: re.Match[str]) -> str:
    return "+" if match[0].startswith("+") else "-"


def in_order(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Spans sorted, each once."""
    return tuple(sorted(set(spans)))


def period_in(texts: Sequence[str]) -> str | None:
    """The first year, or span of years, in some texts, looked through in order."""
    found = (_YEARS.search(text) for text in texts)
    return next((match[0] for match in found if match), None)


_YEARS = re.compile(r"\b(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d))?\b")
