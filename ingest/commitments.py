"""Commitments: sentences that say what will be done and by when, without a figure to reach.

Covered: "will", "must", "is due to", "is to", "is being" with a date of the document's own year or later.
Not covered: promises without a date, a date that stands in the sentence before.
"""

import re
from collections.abc import Iterator, Sequence

from ingest.dates import due_of, find_due, last_year
from ingest.documents import Block, Document
from ingest.owners import find_owner
from ingest.prose_figures import prose_of, read_sentence
from ingest.quotes import fold_spans
from ingest.sentences import split_sentences
from ingest.target_rows import Finding

_PROMISE = re.compile(
    r"\b(?:will|must|shall)\b|\b(?:is|are)\s+(?:also\s+|currently\s+)?(?:due|going|planned|scheduled|set|to)\s+(?:to\s+)?(?:be\s+)?\w+"
    r"|\b(?:is|are)\s+(?:also\s+|now\s+)?(?:being\s+\w+|commencing|starting|launching|introducing|conducting|changing|rolling)"
    r"|\bwould\s+(?:begin|start)\b|\b(?:completing|delivered|completed|starting)\s+(?:by|in)\b|\bunderway\s+to\b|\bgo\s+live\b",
    re.IGNORECASE,
)
# What will be so rather than be done: "will be a key enabler", "will have served".
_TRAIT = re.compile(r"will\s+(?:be\s+(?:an?|the|eligible|able|key)\b|have\s+served\b|need\b|face\b)", re.IGNORECASE)
_DO = re.compile(
    r"\b(?:will|must|shall|(?:is|are)\s+(?:due\s+to|going\s+to|to))\s+(?:also\s+|then\s+|continue\s+to\s+)?(?P<what>\w.*)",
    re.I,
)


def find_commitments(document: Document, blocks: Sequence[Block]) -> Iterator[Finding]:
    """The commitments in a document's sentences, in order; those with a figure are targets and not here."""
    for spans in prose_of(document.text, blocks):
        folded = fold_spans(document.text, spans)
        for start, end in split_sentences(folded.text):
            words = folded.text[start:end]
            due = _due(words, document.published)
            if due and not read_sentence(words, spans):
                what = _DO.search(words)
                yield Finding(
                    "commitment",
                    (what["what"] if what else words).rstrip("."),
                    folded.spans_of(start, end),
                    due=due,
                    owner=find_owner(words),
                )


def _due(words: str, published: str | None) -> str | None:
    """The date that a sentence promises something for: after the promise or at its head, and not a past one."""
    promise = _PROMISE.search(words)
    if not promise or _TRAIT.match(words, promise.start()):
        return None
    first = find_due(words)
    if first and first.start() <= 1 and _is_ahead(due_of(first), published):
        return due_of(first)
    at = promise.start()
    while match := find_due(words, at):
        if _is_ahead(due_of(match), published):
            return due_of(match)
        at = match.end()
    return None


def _is_ahead(date: str, published: str | None) -> bool:
    """Whether a date is not before the document's year; one without a year is taken to be of the time to come."""
    year = last_year(date)
    return year is None or published is None or year >= published[:4]
