"""What a text claims, as far as its form tells: figures, dates, what is denied, hedged, said to rise or to fall.

Everything is given as sets that can be held against those of another text. Covered: digits and number words, signs,
scales and per cent ("£12 million", "25 %", "twenty-five"); years and financial years; a day with its month, a month
or a quarter with its year; which figure is called the target; English. Not covered: a figure in another unit that
comes to the same ("a quarter" for 25 %); tense ("will open" and "has opened" are alike).
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from index import tokenize

_UNITS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_VALUES = {word: n for n, word in enumerate(f"{_UNITS} eighteen nineteen".split(), start=1)}
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_NUMBER_WORD = re.compile(
    # "one of", "no one", "one another" count nothing.
    r"\b(?P<a>an?)\s+(?=(?:hundred|thousand|million|billion)\b)"
    rf"|\b(?P<tens>{'|'.join(_TENS)})(?:[\s-](?P<unit>{'|'.join(list(_VALUES)[:9])}))?\b"
    rf"|(?<!\bno )(?<!\bany )(?<!\bevery )\b(?P<word>{'|'.join(_VALUES)})\b(?!\s+(?:of|another)\b)",
    re.IGNORECASE,
)
_SCALES = {"hundred": "00", "thousand": "k", "million": "m", "billion": "bn"}
_FIGURE = re.compile(
    r"(?P<sign>[£$€])?\s?(?P<value>\d(?:[\d,]*\d)?(?:\.\d+)?)"
    r"(?:\s?(?P<scale>hundred|thousand|million|billion|bn|m|k)(?![^\W_]))?"
    r"(?:\s?(?P<percent>%|per\s?cent\b)|\s?(?P<points>percentage\s+points?\b))?",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-–/]\s?(?:19|20)?(\d\d)(?![\d.,]*\d)")
_FOOTNOTE_MARKS = re.compile("[¹²³⁰⁴-⁹]+")
# Words that count as figures do and have no digits of their own.
_PARTS = frozenset(
    """half halves halved third thirds quarter quarters twice double doubled treble triple tripled dozen dozens second
    fourth fifth sixth seventh eighth ninth tenth hundreds thousands millions""".split()
)
_MONTH = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DATES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\b(?P<with>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}(?!\w)",
        rf"\b{_MONTH}\s+(?P<with>\d{{1,2}})(?:st|nd|rd|th)?(?!\w)",
        rf"\b{_MONTH}(?:\s+\d{{1,2}}(?:st|nd|rd|th)?)?,?\s+(?:of\s+)?(?P<with>(?:19|20)\d\d)",
        r"\b(?P<month>quarters?\s+\d|q\d)(?:,|\s+of|\s+in)?\s+(?P<with>(?:19|20)\d\d)",
    )
)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_LABELS = ("target", "baseline", "budget", "forecast")
_LABEL_REACH = 8  # words after a label within which its figure stands

_DENIAL = re.compile(
    r"\b(?:no|not|never|none|neither|nor|nobody|nothing|nowhere|without|cannot|unable|unlikely|hardly"
    r"|fail(?:s|ed|ing|ure|ures)?|refus(?:e|es|ed|ing|al)|den(?:y|ies|ied)|lack(?:s|ed|ing)?|prevent(?:s|ed)?)\b"
    r"|\b\w+n[’']t\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(r"\bnot only\b|\bno (?:more|less|fewer|later|earlier) than\b|\bno\. ?(?=\d)", re.IGNORECASE)
_UP = re.compile(r"\b(?:increas\w*|ris(?:e|es|en|ing)|rose|gr(?:ow\w*|ew)|higher|upwards?)\b", re.IGNORECASE)
_DOWN = re.compile(
    r"\b(?:decreas\w*|f(?:all|alls|ell|allen|alling)|reduc\w*|declin\w*|drop\w*|lower\w*|fewer|downwards?|cuts?"
    r"|cutting)\b",
    re.IGNORECASE,
)
_HEDGE = re.compile(
    # "may" in small letters: "May" is a month. The long ones first, so that "no more than" is not "more than".
    r"(?-i:\bmay\b)|\b(?:no (?:more|less|fewer|later|earlier) than|more than|less than|fewer than|later than"
    r"|earlier than|might|could|if|unless|until|estimated?|expect(?:s|ed)?|likely|propos(?:e|es|ed|al)|provided that"
    r"|subject to|up to|at least|at most|nearly|almost|approximately|roughly|some|most|many|partly|provisional(?:ly)?"
    r"|(?:about|around|over|under)(?=\s[£$€]?\d))\b",
    re.IGNORECASE,
)
_SWEEPING = re.compile(
    r"\b(?:all|every|each|always|only|entire(?:ly)?|whole|must|guarantee\w*|complete(?:ly)?|full(?:y)?|exclusively"
    r"|largest|biggest|smallest|highest|lowest|best|worst)\b",
    re.IGNORECASE,
)
_CLAUSE_END = re.compile(
    r"(?<=[.;:!?])(?<!\bno\.)\s+|\n+|(?<!\s)\s+[-–—]\s+"
    r"|,\s+(?:and|but|or|so|which|who|while|whereas|although|though|however)\b"
    r"|(?<!\s)\s+(?:but|whereas|although|though|while)(?=\s)",
    re.IGNORECASE,
)


# What is cited is looked at once for each sentence that cites it.
_remembered = lru_cache(maxsize=64)


@_remembered
def figures(text: str) -> frozenset[str]:
    """The figures of a text, each with its sign, scale and per cent: {"£12m", "25%", "4210", "2018-19"}.

    A financial year is one figure; ``unbacked_figures`` knows that its first year stands in it.
    """
    digits = _in_digits(text)
    found = {f"{first}-{last}" for first, last in _YEARS.findall(digits)}
    for figure in _FIGURE.finditer(_YEARS.sub(" ", digits)):
        value = figure["value"].replace(",", "")
        scale = (figure["scale"] or "").lower()
        unit = "%" if figure["percent"] else "pp" if figure["points"] else ""
        found.add(f"{figure['sign'] or ''}{value}{_SCALES.get(scale, scale)}{unit}")
    return frozenset(found | {word for word in _words(text) if word in _PARTS})


def unbacked_figures(said: str, source: str) -> set[str]:
    """The figures of one text that another does not have.

    A sign may be left out ("12 million pounds" for "£12 million"), never put in; so may the second year of a
    financial year.
    """
    known = figures(source)
    backed = known | {figure.lstrip("£$€") for figure in known}
    backed |= {figure.split("-")[0] for figure in known if _YEARS.fullmatch(figure)}
    return set(figures(said) - backed)


@_remembered
def dates(text: str) -> frozenset[tuple[str, str]]:
    """What stands together in a text's dates: a day and its month, a month or quarter and its year."""
    found = [match for pattern in _DATES for match in pattern.finditer(text)]
    return frozenset((_short_month(match["month"]), match["with"]) for match in found)


def _short_month(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return f"quarter {digits}" if digits else text[:3].lower()


@_remembered
def labelled(text: str) -> frozenset[tuple[str, str]]:
    """Which figure a text calls its target, its baseline and so on: {("target", "4000")}.

    That is the first figure that is no year within a few words after the label; else the one right before it
    ("the 4,000 target").
    """
    words = _in_digits(text).lower().split()
    found = set()
    for at, word in enumerate(words):
        label = next((name for name in _LABELS if word.strip(".,;:()").removesuffix("s") == name), None)
        if label is None:
            continue
        after = [value for w in words[at + 1 : at + 1 + _LABEL_REACH] if (value := _value(w))]
        before = [value for w in words[max(0, at - 1) : at] if w[-1] not in ".,;:)" and (value := _value(w))]
        found |= {(label, value) for value in (before or after)[:1]}
    return frozenset(found)


def _value(word: str) -> str | None:
    """The number in a word, thousands' commas left out; None where there is none or it is a year."""
    found = re.fullmatch(r"\W*(\d(?:[\d,]*\d)?(?:\.\d+)?)\D*", word)
    if not found or re.fullmatch(r"(?:19|20)\d\d", found[1]):
        return None
    return found[1].replace(",", "")


@_remembered
def sweeping(text: str) -> frozenset[str]:
    """The words of a text that leave nothing out: "all", "only", "always", "must"."""
    return frozenset(found.lower() for found in _SWEEPING.findall(text))


@dataclass(frozen=True, slots=True)
class Clause:
    """A piece of a sentence, and how it stands to what it speaks of.

    Attributes:
        topic: The words of what it speaks of.
        denies: Whether it denies ("not", "without", "failed to").
        directions: "up", "down", both or neither.
        hedges: The words that make it less than certain or less than exact ("may", "at least").
    """

    topic: frozenset[str]
    denies: bool
    directions: frozenset[str]
    hedges: frozenset[str]


@_remembered
def clauses(text: str) -> tuple[Clause, ...]:
    """The clauses of a text, in order."""
    return tuple(_clause(part) for part in _CLAUSE_END.split(text) if part.strip())


def _clause(text: str) -> Clause:
    ways = (("up", _UP), ("down", _DOWN))
    return Clause(
        topic(text),
        _DENIAL.search(_NO_DENIAL.sub(" ", text)) is not None,
        frozenset(name for name, pattern in ways if pattern.search(text)),
        frozenset(found.lower() for found in _HEDGE.findall(text)),
    )


def topic(text: str) -> frozenset[str]:
    """The words of what a text speaks of: not those that deny, hedge, or say that it rose or fell."""
    for pattern in (_HEDGE, _DENIAL, _UP, _DOWN):
        text = pattern.sub(" ", text)
    return frozenset(tokenize(text))


def nearest(clause: Clause, among: Iterable[Clause]) -> Clause | None:
    """The clause that speaks most of the same, the one with the fewest other words if several do; None if none does."""
    scored = [(len(clause.topic & other.topic), -len(other.topic), other) for other in among]
    best = max(scored, key=lambda one: one[:2], default=None)
    return best[2] if best and best[0] else None


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _in_digits(text: str) -> str:
    """A text with its number words in digits, footnote marks left out."""
    plain = unicodedata.normalize("NFKC", _FOOTNOTE_MARKS.sub(" ", text))
    return _NUMBER_WORD.sub(_digits, plain)


def _digits(found: re.Match[str]) -> str:
    if found["a"]:
        return "1 "
    if found["tens"]:
        return str(_TENS[found["tens"].lower()] + _VALUES.get((found["unit"] or "").lower(), 0))
    return str(_VALUES[found["word"].lower()])
