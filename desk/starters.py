"""Questions to start with, made from the headings of whatever documents are there."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import zip_longest

from ingest import Document, Section

_NUMBERING = re.compile(r"(?:[A-Z]|(?<!\d)\d++(?:\.\d+)*+)\s?[.):–-]?\s+(?=\S)")
# Two to five words, small but for the first letter: a subject, and not a name, which would want an article.
_SUBJECT = re.compile(r"(?!Our )[A-Z][a-z’'-]+(?<!ed)(?: [a-z][a-z’'-]*){1,4}")
# Headings that say what kind of section it is, and not what it is about.
_KIND_OF_SECTION = re.compile(
    r"\b(?:achieved|annex|appendix|background|challenges|contact|contents?|context|footnotes?|foreword|glossary|impact|"
    r"implications|information|introduction|papers|recommendations?|scene|structure|successes|summary|table)\b",
    re.IGNORECASE,
)
_SUBSTANCE = 600  # characters: a shorter section seldom holds an answer


def find_starters(documents: Mapping[str, Document], most: int = 4) -> list[str]:
    """Questions to start with, the latest document's first, taking from each document in turn.

    Returns:
        At most ``most``, no two on the same subject; none where no heading reads well in a question.
    """
    latest_first = sorted(documents.values(), key=lambda d: (d.published or "", d.doc_id), reverse=True)
    by_turns = [found[0] for turn in zip_longest(*map(subjects, latest_first)) for found in turn if found]
    return [about(subject) for subject in list(dict.fromkeys(by_turns))[:most]]


def about(subject: str) -> str:
    """The question that asks about a subject."""
    return f"What is the approach to {subject}?"


def subjects(document: Document) -> list[tuple[str, Section]]:
    """What a document's sections are about, as it reads in a question, those over most text first.

    Sections whose heading reads badly there, says only what kind of section it is, or stands twice are left out.
    """
    found = [(_NUMBERING.sub("", s.headings[-1], count=1).strip(), s) for s in document.sections if s.headings]
    times = Counter(heading for heading, _ in found)
    return [
        (heading[0].lower() + heading[1:], section)
        for heading, section in sorted(found, key=lambda item: item[1].start - item[1].end)
        if section.end - section.start >= _SUBSTANCE
        and times[heading] == 1
        and _SUBJECT.fullmatch(heading)
        and not _KIND_OF_SECTION.search(heading)
    ]
