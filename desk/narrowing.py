"""Which documents to look in, by what a person chose of documents, publishers and years.

A choice that no document fits gives no document: never all of them.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ingest import Document

UNKNOWN_PUBLISHER, UNKNOWN_YEAR = "Publisher unknown", "Year unknown"
_YEARS = re.compile(r"((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)\d\d|\d\d)(?!\d))?")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose to look in. Nothing chosen of a kind leaves that kind open.

    Attributes:
        documents: Ids.
        publishers: As they are offered.
        years: As they are offered.
    """

    documents: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    years: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.documents or self.publishers or self.years)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The documents that a choice leaves.

    Attributes:
        documents: Their ids; None where nothing is chosen and all are looked in.
        said: What is looked in, in a few words; empty where that is all.
    """

    documents: tuple[str, ...] | None
    said: str


def offered_publishers(documents: Collection[Document]) -> list[str]:
    """The publishers to choose from, in order; the unknown one last."""
    known = {document.publisher for document in documents}
    return [*sorted(known - {""}, key=str.casefold), *([UNKNOWN_PUBLISHER] if "" in known else [])]


def offered_years(documents: Collection[Document]) -> list[str]:
    """The years to choose from, the latest first; the unknown one last."""
    years = {year for document in documents for year in years_of(document)}
    return [*sorted(years - {UNKNOWN_YEAR}, reverse=True), *([UNKNOWN_YEAR] if UNKNOWN_YEAR in years else [])]


def years_of(document: Document) -> set[str]:
    """The years that a document is of: when it was published, and each that it covers ("2018-19 to 2020-21").

    A financial year counts as both of the years it touches.
    """
    found = {document.published[:4]} if document.published else set()
    ends = [(int(first), _last(first, last)) for first, last in _YEARS.findall(document.period)]
    if ends:
        found |= {str(year) for year in range(min(first for first, _ in ends), max(last for _, last in ends) + 1)}
    return found or {UNKNOWN_YEAR}


def narrow(choice: Choice, documents: Mapping[str, Document]) -> Narrowed:
    """The documents that fit all that is chosen.

    Args:
        choice: What is chosen; a document that is no longer there fits nothing.
        documents: All there are.
    """
    if not choice:
        return Narrowed(None, "")
    fitting = tuple(
        doc_id
        for doc_id, document in documents.items()
        if (not choice.documents or doc_id in choice.documents)
        and (not choice.publishers or (document.publisher or UNKNOWN_PUBLISHER) in choice.publishers)
        and (not choice.years or years_of(document) & set(choice.years))
    )
    parts = [", ".join(documents[d].title for d in choice.documents if d in documents)] if choice.documents else []
    parts += [f"published by {', '.join(choice.publishers)}"] if choice.publishers else []
    parts += [f"of {', '.join(choice.years)}"] if choice.years else []
    return Narrowed(fitting, "; ".join(part for part in parts if part))


def _last(first: str, last: str) -> int:
    """The year in which a span ends: ("2018", "21") is 2021; a year alone ends in itself."""
    if not last:
        return int(first)
    year = int(last) if len(last) == 4 else int(first) - int(first) % 100 + int(last)
    return year + 100 if year < int(first) else year
