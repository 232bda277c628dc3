"""Dates as documents print them: "Quarter 4 of 2018-19", "early 2019", "the end of 2022-23", "later this year"."""

import re

from ingest.amounts import MONTH

_YEARS = r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d))?\b"
_PART = rf"(?:quarters?\s+\d(?:\s*(?:and|to|&|-|–)\s*\d)?(?:,|\s+of)?|spring|summer|autumn|winter|{MONTH})"
_ONE = (
    rf"(?:the\s+)?(?:(?:early|late|mid|end\s+of|later\s+in|start\s+of)[\s-]+)?(?:\d{{1,2}}\s+)?(?:{_PART}(?:\s+{_YEARS})?|{_YEARS})"
    r"|(?:later\s+)?(?:this|next|the\s+coming|the\s+next)\s+(?:financial\s+)?year\b|later\s+in\s+the\s+year"
    r"|the\s+next\s+(?:\d+|\w+)(?:\s+to\s+\w+)?\s+(?:months|years)"
)
DATE = rf"(?:{_ONE})(?:\s+(?:and|to|through\s+to)\s+(?:{_ONE}))?"
_DUE = re.compile(
    rf"\b(?:by|in|from|until|during|through|within|between|between\s+the|at|to|over)\s+(?P<date>{DATE})(?!\w)"
    rf"|(?:^|[,(]\s*)(?P<bare>{_ONE})(?=\s*[,).])|\b(?P<later>later\s+(?:this\s+year|in\s+{_YEARS}))",
    re.IGNORECASE,
)
_FAR = re.compile(r"(?:19|20)\d\d")


def find_due(text: str, after: int = 0) -> re.Match[str] | None:
    """The first date of a text that something is said to happen by, in or from; None where there is none."""
    return _DUE.search(text, after)


def due_of(match: re.Match[str]) -> str:
    """The date of a match of ``find_due``, as printed, without the word before it."""
    return match["date"] or match["bare"] or match["later"]


def last_year(text: str) -> str | None:
    """The last year of a date ("2018-19" is of 2019); None where no year is printed."""
    spans = re.findall(r"((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)\d\d|\d\d))?(?!\d)", text)
    return max((first[: 4 - len(second)] + second for first, second in spans), default=None)
