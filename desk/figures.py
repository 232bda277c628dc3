"""A figure of the register as a person writes it, and as a number to sort and draw by.

What is shown has the document's digits. The number beside it is ours, and is None where it is not sure: a range, a
word, a colour of a traffic light.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.amounts import Amount

# How each unit is written around the digits, what it is the same measure as, and how much one of it is there.
_UNITS: dict[str, tuple[str, str, float]] = {
    "%": ("{}%", "%", 1),
    "£": ("£{}", "£", 1),
    "£m": ("£{} million", "£", 1e6),
    "£bn": ("£{} billion", "£", 1e9),
    "million": ("{} million", "number", 1e6),
    "billion": ("{} billion", "number", 1e9),
    "number": ("{}", "number", 1),
    "hours": ("{} hours", "hours", 1),
    "minutes": ("{} minutes", "minutes", 1),
}
_NUMBER = re.compile(r"(?P<sign>[+-]?)(?P<digits>\d[\d,]*(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure.

    Attributes:
        shown: As a person writes it: "134", "£3.2 million", "81%", "−5%", "two-thirds".
        size: In units of ``dimension``; None where it is not one number in digits.
        dimension: What it is measured in: "%", "£", "number", "hours", …; empty where no unit is known.
    """

    shown: str
    size: float | None
    dimension: str


def as_figure(text: str | None, unit: str | None) -> Figure | None:
    """A figure of the register in a unit; None for none.

    Example:
        >>> as_figure("3.2", "£m")
        Figure(shown='£3.2 million', size=3200000.0, dimension='£')
    """
    if text is None:
        return None
    pattern, dimension, scale = _UNITS.get(unit or "", ("{}" + (f" {unit}" if unit else ""), unit or "", 1))
    whole = _NUMBER.fullmatch(text)
    if whole:
        size = float(whole["sign"] + whole["digits"].replace(",", ""))
        return Figure(_written(whole, pattern), size * scale, dimension)
    if _NUMBER.search(text):  # "30,500 and 30,750": each with its unit
        return Figure(_NUMBER.sub(lambda number: _written(number, pattern), text), None, dimension)
    in_words = pattern.replace("{}%", "{} per cent")
    return Figure(in_words.format(text), None, dimension)


def printed_unit(text: str | None, amounts: Sequence[Amount]) -> str | None:
    """The unit with which a figure is printed among some amounts; None where it stands there bare, or not at all."""
    units = [amount.unit for amount in amounts if amount.value == text]
    return next((unit for unit in units if unit not in ("", "number")), None)


def _written(number: re.Match[str], pattern: str) -> str:
    digits = number["digits"]
    sign = number["sign"].replace("-", "−")
    one = digits == "1" and pattern.endswith(("hours", "minutes"))
    return sign + (pattern[:-1] if one else pattern).format(digits)
