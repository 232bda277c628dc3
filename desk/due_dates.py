"""A date that is due, as documents print it, as the days it may mean: "Quarter 2, 2018-19" is July to September 2018.

A financial year is that of a UK public body: it starts on 1 April, and its first quarter is April to June.

Covered: days, months, quarters of a financial year, seasons, calendar and financial years and longer plans
("2018-21"), each with "early", "mid", "late", "the end of"; two of them joined ("Quarters 2 and 3", "2019 and 2020",
"April to June 2018"), read as the stretch from the first to the last.
Not covered: dates that hang on another ("later this year", "the autumn", "within six months"), and those that can be
read in two ways (a quarter of a year that may be a calendar year). These are None, and never a guess.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta

Stretch = tuple[date, date]  # the first day and the last

_YEAR_STARTS = 4  # April
_LONGEST_PLAN = 30  # years: "2018-48" is the longest that is read as a plan's
_MONTHS = {
    name: number + 1
    for number, names in enumerate(
        "jan january|feb february|mar march|apr april|may|jun june|jul july|aug august|sep sept september|"
        "oct october|nov november|dec december".split("|")
    )
    for name in names.split()
}
# The month a season starts with; each has three. The Met Office's seasons.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\.?"
_YEARS = r"(?P<year>(?:19|20)\d\d)(?:\s?[-/]\s?(?P<until>(?:19|20)\d\d|\d\d))?"
_BEFORE = re.compile(
    r"(?:(?:by|in|from|until|till|during|before|within|between|at|on|the|of|financial year|fy)\s+)+(?=\S)"
)
_MODIFIER = re.compile(
    r"(?P<which>early|late|mid|middle of|end of|start of|beginning of|later in)(?:[\s-]+(?:in\s+)?(?:the\s+)?)"
)
_YEARS_ANYWHERE = re.compile(_YEARS + r"(?!\d)")
_JOINED = re.compile(r"\s+(?:and|to|through to|until|&)\s+|\s+-\s+")
_DAY_NUMBERS = re.compile(r"(?P<day>\d\d?)/(?P<month>\d\d?)/(?P<year>(?:19|20)\d\d)")
_ISO = re.compile(r"(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)")


def read_due(text: str) -> Stretch | None:
    """The days that a printed date may mean.

    Returns:
        The first day and the last, the first not after the last; None where no year is printed or the date can be
        read in more than one way.

    Example:
        >>> read_due("Quarter 2, 2018-19")
        (datetime.date(2018, 7, 1), datetime.date(2018, 9, 30))
    """
    folded = " ".join(re.sub("[‐‑‒–—−]", "-", text).casefold().split()).strip(" .,;:()")
    return _read_one(folded) or _read_two(folded)


def _read_two(text: str) -> Stretch | None:
    """Two dates joined; the first may leave out the year."""
    for joint in _JOINED.finditer(text):
        before, after = text[: joint.start()], text[joint.end() :]
        last = _read_one(after)
        if last is None:
            continue
        years = _YEARS_ANYWHERE.search(after)
        first = _read_one(before) or (_read_one(f"{before} {years[0]}") if years else None)
        if first and first[0] <= last[1]:
            return first[0], last[1]
    return None


def _read_one(text: str) -> Stretch | None:
    bare = _BEFORE.sub("", text, count=1) if _BEFORE.match(text) else text
    modifier = _MODIFIER.match(bare)
    if modifier:
        bare = bare[modifier.end() :]
    for pattern, reading in _READINGS:
        match = pattern.fullmatch(bare)
        if match:
            found = reading(match)
            return _part_of(found, modifier["which"]) if found and modifier else found
    return None


def _part_of(whole: Stretch, which: str) -> Stretch:
    """A part of a stretch: its last day, its first, one of its thirds; "later in" it is any of it."""
    first, last = whole
    if which == "end of":
        return last, last
    if which in ("start of", "beginning of"):
        return first, first
    if which == "later in":
        return whole
    starts = [_third(whole, n) for n in range(4)]
    number = {"early": 0, "mid": 1, "middle of": 1, "late": 2}[which]
    return starts[number], starts[number + 1] - timedelta(days=1)


def _third(whole: Stretch, number: int) -> date:
    """Where a third of a stretch starts (3: the day after it), at a month's start where months allow."""
    first, after = whole[0], whole[1] + timedelta(days=1)
    months = (after.year - first.year) * 12 + after.month - first.month
    if first.day == after.day == 1 and months % 3 == 0:
        return _first_of(first.year, first.month + number * months // 3)
    return first + timedelta(days=number * (after - first).days // 3)


def _first_of(year: int, month: int) -> date:
    """The first day of a month that may be past December."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, 1)


def _months(year: int, month: int, many: int) -> Stretch:
    return _first_of(year, month), _first_of(year, month + many) - timedelta(days=1)


def _last_year(match: re.Match[str]) -> int | None:
    """The last year of "2018-19" or "2018-2021"; None for a year alone, 0 for what is no span of years."""
    until = match["until"]
    if until is None:
        return None
    first = int(match["year"])
    last = int(until) if len(until) == 4 else first - first % 100 + int(until)
    last += 100 if last < first else 0
    return last if 0 < last - first <= _LONGEST_PLAN else 0


def _years(match: re.Match[str]) -> Stretch | None:
    first, last = int(match["year"]), _last_year(match)
    if last is None:
        return date(first, 1, 1), date(first, 12, 31)
    return (date(first, _YEAR_STARTS, 1), date(last, _YEAR_STARTS, 1) - timedelta(days=1)) if last else None


def _financial_year(match: re.Match[str]) -> int | None:
    """The year in which a financial year starts, or None where it is none."""
    return int(match["year"]) if _last_year(match) == int(match["year"]) + 1 else None


def _quarters(match: re.Match[str]) -> Stretch | None:
    year = _financial_year(match)
    first, last = int(match["quarter"]), int(match["to"] or match["quarter"])
    if year is None or not 1 <= first <= last <= 4:
        return None
    return _months(year, _YEAR_STARTS + 3 * (first - 1), 3 * (last - first + 1))


def _season(match: re.Match[str]) -> Stretch | None:
    year, month = int(match["year"]), _SEASONS[match["season"]]
    if match["until"] and (_financial_year(match) is None or month == 3):  # spring falls into two financial years
        return None
    return _months(year, month, 3)


def _month(match: re.Match[str]) -> Stretch | None:
    year, month = int(match["year"]), _MONTHS[match["month"]]
    if match["until"]:
        if _financial_year(match) is None:
            return None
        year += month < _YEAR_STARTS
    return _months(year, month, 1)


def _day(match: re.Match[str]) -> Stretch | None:
    month = int(match["month"]) if match["month"].isdigit() else _MONTHS[match["month"]]
    year, day = int(match["year"]), int(match["day"])
    if not (1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day), date(year, month, day)


_READINGS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Stretch | None]], ...] = (
    (re.compile(rf"{_YEARS}(?: financial year)?"), _years),
    (
        re.compile(
            r"(?:quarters?|q)\s?(?P<quarter>\d)(?:\s?(?:and|to|&|-)\s?(?:(?:quarter|q)\s?)?(?P<to>\d))?"
            rf"(?:,|,?\s+of)?\s+{_YEARS}"
        ),
        _quarters,
    ),
    (re.compile(rf"(?P<season>{'|'.join(_SEASONS)})(?:,|\s+of)?\s+{_YEARS}"), _season),
    (re.compile(rf"{_MONTH}(?:,|\s+of)?\s+{_YEARS}"), _month),
    (re.compile(rf"(?P<day>\d\d?)(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH},?\s+(?P<year>(?:19|20)\d\d)"), _day),
    (_DAY_NUMBERS, _day),
    (_ISO, _day),
)
