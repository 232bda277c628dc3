"""Questions to start with, made from the headings of whatever documents are there."""

import re
from collections import Counter
from collections.abc import Mapping
from itertools import zip_longest

from ingest import Document

_NUMBERING = re.compile(r"(?:[A-Z]|\d+(?:\.\d+)*)\s?[.):–-]?\s+(?=\S)")
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
    subjects = [s for turn in zip_longest(*map(_subjects, latest_first)) for s in turn if s]
    return [f"What is the approach to {subject}?" for subject in list(dict.fromkeys(subjects))[:most]]


def _subjects(document: Document) -> list[str]:
    """The headings of a document that read well in a question, those over most text first."""
    found = [
        (_NUMBERING.sub("", s.headings[-1], count=1).strip(), s.end - s.start) for s in document.sections if s.headings
    ]
    times = Counter(heading for heading, _ in found)
    return [
        heading[0].lower() + heading[1:]
        for heading, length in sorted(found, key=lambda item: -item[1])
        if length >= _SUBSTANCE
        and times[heading] == 1
        and _SUBJECT.fullmatch(heading)
        and not _KIND_OF_SECTION.search(heading)
    ]
