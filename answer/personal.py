"""Personal data in a question, by its form, so that whoever asks can be told that questions are kept.

Covered: e-mail addresses; British telephone numbers; National Insurance and NHS numbers (the latter by their check
digit); numbers of payment cards (by theirs); a house with its full postcode; vehicle registrations as they are since
2001, and those of before with three figures; dates of birth that are called so; crime reference numbers as the Met and
most forces write them, or that are called so. Not covered: names, on purpose, since the documents name people and are
asked about them; addresses without a postcode; numbers of other countries; older and personal registrations; what is
told in words. It errs towards saying nothing: a warning that is often wrong is not read.
"""

import re
from collections.abc import Callable

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
_DATE = (
    rf"(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-](?:\d\d){{1,2}}|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH},? \d{{4}}|\d{{4}}-\d\d-\d\d)"
)
_POSTCODE = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_STREET = (
    r"(?:street|st|road|rd|avenue|ave|lane|close|drive|way|court|gardens?|place|square|terrace|crescent|grove|hill|house"
    r"|row|walk|mews|park)"
)


def _luhn(digits: str) -> bool:
    """The check of payment cards: every second digit from the right doubled, the sum a multiple of ten."""
    doubled = [sum(divmod(int(d) * 2, 10)) for d in digits[-2::-2]]
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _card(found: str) -> bool:
    digits = re.sub(r"\D", "", found)
    return 13 <= len(digits) <= 19 and digits[0] in "23456" and len(set(digits)) > 1 and _luhn(digits)


def _nhs(found: str) -> bool:
    """The check of NHS numbers: weights from ten to two, modulo eleven."""
    digits = [int(d) for d in found if d.isdigit()]
    check = 11 - sum(w * d for w, d in zip(range(10, 1, -1), digits[:9], strict=True)) % 11
    return len(set(digits)) > 1 and check != 10 and check % 11 == digits[9]


def _always(_: str) -> bool:
    return True


# A number is whole: no digit, point, comma or sign of money stands on either side of it.
_ALONE, _ENDS = r"(?<![\w£$€.,/-])", r"(?![\w/-]|[.,]\d)"
_KINDS: tuple[tuple[str, str, Callable[[str], bool]], ...] = (
    ("an e-mail address", r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}", _always),
    ("a payment card’s number", rf"{_ALONE}\d(?:[ -]?\d){{12,18}}{_ENDS}", _card),
    ("an NHS number", rf"{_ALONE}\d{{3}}[ -]?\d{{3}}[ -]?\d{{4}}{_ENDS}", _nhs),
    (
        "a phone number",
        rf"(?<![\w£$€.,/-])(?:(?:\+|00)44 ?(?:\(0\) ?)?|\(?0)(?=[1237])\d(?:[ ()-]{{0,2}}\d){{8,9}}{_ENDS}",
        _always,
    ),
    (
        "a National Insurance number",
        r"(?<!\w)(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)",
        _always,
    ),
    (
        "an address",
        rf"(?<![\w£.,/-])\d{{1,4}}[a-z]?,? (?:[\w'’.]{{1,20}} ){{0,4}}{_STREET}\b.{{0,60}}?\b{_POSTCODE}(?!\w)",
        _always,
    ),
    ("a vehicle’s registration", r"(?<!\w)(?:[A-Z]{2}\d{2} ?[A-Z]{3}|[A-HJ-NP-TV-Y]\d{3} ?[A-Z]{3})(?!\w)", _always),
    (
        "a date of birth",
        rf"\b(?:born|birthday|date of birth|d\.?o\.?b)\b.{{0,20}}?(?<!\d){_DATE}(?!\d)",
        _always,
    ),
    (
        "a crime reference number",
        r"(?<![\w/])\d{7}/\d\d(?![\w/])|(?<![\w/])\d{2}/\d{5,7}/\d\d(?![\w/])"
        r"|(?<!\w)CAD ?\d{1,5}/?\d{1,2}[A-Z]{3}\d\d(?!\w)"
        r"|\bcrime (?:ref(?:erence)?|report)\b\.?(?: (?:number|no\.?))?[ :#]{0,3}(?:is )?[A-Z]{0,4}/?\d[\d/-]{4,}",
        _always,
    ),
)
# Of what is written in capitals and is too common a word or number in small letters, the case counts.
_CASED = frozenset({"a vehicle’s registration"})
_PATTERNS = tuple(
    (name, re.compile(pattern, 0 if name in _CASED else re.IGNORECASE), check) for name, pattern, check in _KINDS
)


def personal_data(text: str) -> tuple[str, ...]:
    """The kinds of personal data that a text seems to hold, as they are called in a sentence; none if none.

    Example:
        >>> personal_data("Can I be rung on 020 7946 0018, or ada@example.org?")
        ('an e-mail address', 'a phone number')
    """
    return tuple(name for name, pattern, check in _PATTERNS if any(check(found[0]) for found in pattern.finditer(text)))


def said_of_personal(kinds: tuple[str, ...]) -> str:
    """What a question seems to hold, in a sentence."""
    *rest, last = kinds
    listed = f"{', '.join(rest)} and {last}" if rest else last
    return f"Your question seems to hold {listed}."
