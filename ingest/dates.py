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
    r"\b(?i:(?<!published )(?<!launched )(?:by|in|from|until|during|through|within|between|at))\s+"
    rf"(?P<date>(?i:{DATE}))(?!\w|\s[A-Z]|,\s?\d|\.\d)"
    rf"|(?:^|,\s+|\()(?P<bare>(?i:{_ONE}))(?=\s*[,).])(?![.,]\d)"
    rf"|\b(?P<later>(?i:later\s+(?:this\s+year|in\s+{_YEARS})|this\s+year))\b(?![.,]\d)"
)
_BY = re.compile(
    rf"\b(?:by|within|before)\s+(?P<date>{DATE})(?![\w]|[.,]\d)|\b(?P<later>later\s+in\s+{_YEARS})(?![.,]\d)",
    re.IGNORECASE,
)


def find_due(text: str, after: int = 0) -> re.Match[str] | None:
    """The first date of a text that something is said to happen by, in or from; None where there is none."""
    return _DUE.search(text, after)


def find_deadline(text: str) -> str | None:
    """The first date of a text that something is to be reached by, as printed, without "by"."""
    match = _BY.search(text)
    return (match["date"] or match["later"]) if match else None


def due_of(match: re.Match[str]) -> str:
    """The date of a match of ``find_due``, as printed, without the word before it."""
    return match["date"] or match["bare"] or match["later"]


def last_year(text: str) -> str | None:
    """The last year of a date ("2018-19" is of 2019); None where no year is printed."""
    spans = re.findall(r"((?:19|20)\d\d)(?:\s?[-–/]\s?((?:19|20)\d\d|\d\d))?(?!\d)", text)
    return max((first[: 4 - len(second)] + second for first, second in spans), default=None)
