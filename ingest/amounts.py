"""Amounts in a text: numbers, money, per cent, and figures in words where a figure is meant.

Covered: "£2,713million", "£20.4m", "6.4 per cent", "– 5%", "two-thirds", a number word before "per cent". Years,
dates, quarters, times of day and numbers that are part of a name are no amounts.
Not covered: other numbers in words ("three custody suites"), currencies other than the pound.
"""

import re
from dataclasses import dataclass

MINUS = "−–—-"
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b\.?"
)
_YEAR = r"(?:19|20)\d\d(?:\s?[-–/]\s?(?:(?:19|20)\d\d|\d\d)(?![\d,.]\d))?(?![\d,]\d|\.\d|\s?(?:%|per\s?cent))"
# What is written with digits and is no amount: each alternative is one such thing.
_NO_AMOUNT = re.compile(
    rf"(?<![\d£.,])\b{_YEAR}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{MONTH}"
    rf"|\b{MONTH}\s+\d{{1,2}}\b(?!\s?[%,.]\d)"
    r"|\b\d+(?:st|nd|rd|th)\b"
    r"|\b\d{1,2}(?:[:.]\d\d)?\s?[ap]m\b"
    r"|\b\d+/\d+\b"  # 24/7
    r"|\b(?:quarters?|sections?|chapters?|figures?|tables?|pages?|phases?|levels?|tiers?|appendix|paragraphs?|article)"
    r"\s+\d+(?!,?\d)(?:\s?(?:,|and|to|&|-|–)\s?\d+\b(?!,\d))*"
    r"|\b\d+[-–]?[a-z]+\d\w*"  # 4x4
    r"|\b[a-z]+[-.]?\d[\w-]*"  # SC12, G20, S.136
    r"|\b\d{1,2}(?:[-–]\s?(?:month|week|day|year|minute|hour)s?\b)",  # a 12-month campaign
    re.IGNORECASE,
)
_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty"
_FRACTION = r"(?:one|two|three)[- ](?:thirds?|quarters?|fifths?)"
_AMOUNT = re.compile(
    # A sign stands right before its figure, or apart from it where a figure is bound to follow.
    rf"(?:(?P<sign>(?<![^\s(])[+{MINUS}](?=£?\d)|(?:(?<=\bis )|(?<=\bof )|(?<=\bby )|(?<=\bto ))[+{MINUS}])\s?)?"
    r"(?:(?P<pound>£)\s?)?(?<![\w.,/])"
    rf"(?P<value>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?(?!\d)|\d+(?:\.\d+)?|{_FRACTION}\b|(?:{_WORDS})(?=\s(?:per\s?cent|%)))"
    r"(?P<scale>\s?(?:million|billion|bn|m)\b)?"
    r"(?P<rest>\s?%|\sper\s?cent\b|\s(?:minutes?|hours?)\b)?",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"\w*\d|[.,]\d")
_SCALES = {"million": "million", "billion": "billion", "m": "million", "bn": "billion"}
_POUNDS = {"": "£", "million": "£m", "billion": "£bn"}


@dataclass(frozen=True, slots=True)
class Amount:
    """An amount, with its place in the text it was found in.

    Attributes:
        value: The figure as printed, without unit; its sign, if it has one, is "+" or "-".
        unit: "%", "£", "£m", "£bn", "million", "billion", "minutes", "hours" or "number"; empty for a fraction.
        start: Where it begins, its sign and pound sign included.
        end: Where it ends, its unit included.
    """

    value: str
    unit: str
    start: int
    end: int

    @property
    def size(self) -> float | None:
        """The figure as a number; None for one in words."""
        try:
            return float(self.value.replace(",", ""))
        except ValueError:
            return None


def find_amounts(text: str) -> list[Amount]:
    """The amounts of a folded text, in order.

    A dash right before a figure is a minus sign, and a dash apart from it where a figure is bound to follow:
    "is –1", "is – 5%". Another dash separates: "is 134 – achieved".

    Example:
        >>> [(a.value, a.unit) for a in find_amounts("In 2017-18 up 6.4 per cent, to £2,713million")]
        [('6.4', '%'), ('2,713', '£m')]
    """
    masked = _NO_AMOUNT.sub(lambda m: "·" * len(m[0]), text)
    found = (m for m in _AMOUNT.finditer(masked) if _is_whole(text, m))
    return [Amount(_signed(m), _unit(m), m.start(), m.end()) for m in found]


def _is_whole(text: str, match: re.Match[str]) -> bool:
    """Whether a figure is not a part of a longer one, such as what is left of a date."""
    before = text[match.start() - 1 : match.start()]
    return not (before.isalnum() or before in (".", ",", "_")) and not _GOES_ON.match(text, match.end("value"))


def _signed(match: re.Match[str]) -> str:
    sign = match["sign"] or ""
    return f"{'-' if sign and sign in MINUS else sign}{match['value']}"


def _unit(match: re.Match[str]) -> str:
    scale = _SCALES.get((match["scale"] or "").strip().lower(), "")
    rest = (match["rest"] or "").strip().lower()
    if match["pound"]:
        return _POUNDS[scale]
    if rest:
        return "%" if rest[0] in "%p" else f"{rest.rstrip('s')}s"
    return scale or ("number" if match["value"][0].isdigit() else "")
