"""How a document's age is said to a reader: its date, and whether it still holds."""

import re
from collections.abc import Mapping
from datetime import date

from ingest.documents import Document

_MONTHS = ("January February March April May June July August September October November December").split()
_FINANCIAL_YEAR = re.compile(r"((?:19|20)\d\d)[-/–](\d\d(?:\d\d)?)\b")
_LONGEST_SPAN = 30  # years: "2018-04" is a month, not a span to 2104
_YEAR_END = (3, 31)  # a financial year of a UK public body ends on 31 March


def spoken_date(published: str | None) -> str:
    """A catalogue date as it is said: "2007-12-20" is "20 December 2007"; None is "date unknown"."""
    if not published:
        return "date unknown"
    year, *rest = published.split("-")
    parts = [*([str(int(rest[1]))] if len(rest) > 1 else []), *([_MONTHS[int(rest[0]) - 1]] if rest else []), year]
    return " ".join(parts)


def period_end(covers: str) -> date | None:
    """The last day of the last financial year that a document covers, or None if it names none or is open."""
    if "to date" in covers.lower():
        return None
    ends = [end for first, last in _FINANCIAL_YEAR.findall(covers) if (end := _last_year(int(first), last))]
    return date(max(ends), *_YEAR_END) if ends else None


def _last_year(first: int, last: str) -> int | None:
    """The year in which a span of years ends: ("2018", "21") is 2021, ("1999", "00") is 2000; None for a month."""
    year = int(last) if len(last) == 4 else first - first % 100 + int(last)
    year += 100 if year < first else 0
    return year if 0 < year - first <= _LONGEST_SPAN else None


def standing_word(document: Document, today: date) -> str:
    """A document's standing in a word or three: its status, or that a current one's period is over."""
    end = period_end(document.period)
    if document.status == "current" and end and end < today:
        return "past its period"
    return "standing unknown" if document.status == "unknown" else document.status


def standing(document: Document, documents: Mapping[str, Document], today: date) -> list[str]:
    """What a reader must know of a document's age, in sentences; each is true of the corpus given."""
    said: list[str] = []
    if document.part_of and document.part_of in documents:
        said.append(f"Part of {documents[document.part_of].title}.")
    later = documents.get(document.superseded_by or "")
    if later:
        said.append(f"Superseded by {later.title} ({spoken_date(later.published)}).")
    elif document.status == "superseded":
        said.append("Superseded.")
    if document.status == "archived":
        said.append("Archived: kept for the record.")
    end = period_end(document.period)
    if end and end < today:
        said.append(f"The period it covers, {document.period}, ended in {_MONTHS[end.month - 1]} {end.year}.")
    elif document.period:
        said.append(f"It covers {document.period}.")
    if not later and document.status != "unknown":
        said.append("Nothing in these documents supersedes it.")
    if document.status == "unknown":
        said.append("The catalogue says nothing of this document: its date is unknown.")
    return said
