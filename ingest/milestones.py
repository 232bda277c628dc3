"""Milestones and indicators: items of a list that say what is due when, and how far it has come.

Covered: items that begin with a date under a label, items under a date that stands alone, items and sentences
that print a target and the figure achieved.
Not covered: a date in the midst of an item, an indicator whose target and figure stand in two sentences.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from ingest.amounts import Amount, find_amounts
from ingest.dates import last_year
from ingest.documents import Block, Document
from ingest.lists import DATE_ALONE, DATED
from ingest.owners import find_owner
from ingest.quotes import fold_spans, quote_at
from ingest.sentences import split_sentences
from ingest.target_rows import Direction, Finding

_BY = re.compile(r"by\s+", re.IGNORECASE)
_CHANGE_ASKED = re.compile(
    r"\b(?:deliver|achieve|secure|see|show)\w*\s+an?\s+(?P<way>reduction|increase|decrease)\b", re.I
)
# What a milestone counts: a figure with its unit that opens the item or is said of all, so many or about so many.
_COUNTED = re.compile(r"(?:^|\b(?:all|about|around|circa|over|up\s+to|at\s+least|to)\s+)$", re.IGNORECASE)
_LONGEST = 500  # characters of a sentence with an indicator: looking for one takes the square of them
# Of a folded sentence: all its white space is single blanks.
_INDICATOR = re.compile(
    r"^(?P<measure>\S.*?)[ ,;:–—-]+target(?: (?:for )?(?:the )?(?P<period>[^.;]{1,40}?))? ?(?:\bis|\bwas|\bof|:) ?"
    r"(?P<value>.{1,40}?)[ ,;.–—-]+(?:achieved|actual|achievement|outturn|result)\b(?P<said>[^.;]{0,60}?)"
    r"(?:\bis|\bwas|:) ?"
    r"(?P<actual>\S.{0,40})$",
    re.IGNORECASE,
)


def find_milestones(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """The milestones among a document's items, in order."""
    leads = _date_leads(document.text, blocks)
    labelled = False  # whether the last heading, or what leads the list, is a label ("Milestones:")
    for block in blocks:
        if block.kind == "heading" or (block.kind == "paragraph" and block.group is not None):
            labelled = quote_at(document.text, block.spans).rstrip("* ").endswith(":")
        if block.kind != "item":
            continue
        words = quote_at(document.text, block.spans)
        dated = DATED.match(words)
        if dated and labelled and not _is_past(document, dated["date"]):
            yield _milestone(block, dated["date"], words[dated.end() :])
        elif not dated and block.group in leads:
            lead, date = leads[block.group]
            if not _is_past(document, date):
                yield _milestone(Block("item", lead.spans + block.spans), date, words)


def find_indicators(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """The indicators among a document's items and sentences, in order: a target with the figure achieved."""
    for block in blocks:
        if block.kind not in ("item", "paragraph"):
            continue
        folded = fold_spans(document.text, block.spans)
        for start, end in split_sentences(folded.text):
            if end - start <= _LONGEST and (match := _INDICATOR.match(folded.text[start:end])):
                target, actual = _one_amount(match, "value"), _one_amount(match, "actual")
                if target and actual and target.unit == actual.unit:
                    yield Finding(
                        "kpi",
                        match["measure"],
                        folded.spans_of(start, end),
                        value=target.value,
                        unit=target.unit,
                        direction=sign_direction(target.value),
                        actual=actual.value,
                        period=match["period"],
                    )


def sign_direction(value: str) -> Direction | None:
    """What a printed sign says of the direction."""
    return {"+": "up", "-": "down"}.get(value[:1])  # type: ignore[return-value]


def _one_amount(match: re.Match[str], name: str) -> Amount | None:
    """The one amount of a match's group, read with the words before it."""
    within = [a for a in find_amounts(match[0]) if match.start(name) <= a.start < match.end(name)]
    return within[0] if len(within) == 1 else None


def _date_leads(text: str, blocks: Sequence[Block]) -> Mapping[int | None, tuple[Block, str]]:
    """The paragraphs that are a date alone and lead a list, by the list's group, with the date."""
    leads: dict[int | None, tuple[Block, str]] = {}
    for block in (b for b in blocks if b.kind == "paragraph" and b.group == b.start):
        if date := DATE_ALONE.match(quote_at(text, block.spans)):
            leads[block.group] = (block, date["date"])
    return leads


def _is_past(document: Document, date: str) -> bool:
    """Whether a date's last year is before the document's own."""
    year = last_year(date)
    return year is not None and document.published is not None and year < document.published[:4]


def _milestone(block: Block, date: str, measure: str) -> Finding:
    counted = _counted(measure)
    change = _CHANGE_ASKED.search(measure)
    return Finding(
        "milestone",
        measure,
        block.spans,
        value=counted.value if counted else None,
        unit=counted.unit if counted else None,
        direction=("up" if change["way"].lower() == "increase" else "down") if change else None,
        due=_BY.sub("", date, count=1),
        owner=find_owner(measure),
    )


def _counted(measure: str) -> Amount | None:
    """The figure that a milestone's first sentence is to reach."""
    sentences = split_sentences(measure)
    if not sentences:
        return None
    start, end = sentences[0]
    amounts = find_amounts(measure[start:end])
    return next((a for a in amounts if _COUNTED.search(measure[start : start + a.start])), None)
