"""What a question asks to have filled in, and whether some words fill it.

"How many detectives does the Flying Squad have?" asks for a number of detectives: a sentence on the Flying Squad with
no number, or with a number of something else, is near and does not answer.

Covered: amounts of money, shares, numbers of things, lengths of time, how often, and when; a question may ask for
several ("how many, and by when?"). Not covered: who, where, why: almost any sentence has words that might fill them;
"when can", "when should": those ask for a condition as often as for a date.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from index import tokenize

SlotKind = Literal["money", "share", "count", "duration", "frequency", "date", "amount"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One thing to be filled in.

    Attributes:
        kind: What sort of thing fills it.
        asked: The question's words that ask for it, to name it by.
        counted: For "count", the words of what is counted as the index has them, its last word last; for a sum that has
            a name ("the fine"), the last word of that; else empty.
    """

    kind: SlotKind
    asked: str
    counted: tuple[str, ...] = ()


_NUMBER_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen "
    "nineteen twenty thirty forty fifty sixty seventy eighty ninety hundreds? thousands? dozens? zero nil"
)
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NUMBERED = "Quarter Quarters Section Phase Part Chapter Table Figure Page Paragraph Level Stage Tier".split()
# A number that is not a year, the number of a quarter or of a paragraph, or part of a date, a range or a name.
_DIGITS = (
    r"(?<![\w.,£$€/–-])(?!(?:19|20)\d\d\b)"
    + "".join(rf"(?<!\b{name} )" for name in _NUMBERED)
    + r"\d+(?:,\d{3})*(?:\.\d+)?(?:\s?(?:million|billion|thousand|m|bn|k)\b)?"
    + rf"(?![\w/–]|-\d|[.,]\d|\s{_MONTH}\b)"
)
_WORDED = rf"\b(?:{'|'.join(_NUMBER_WORDS.split())}|both|single|one(?!\s+of\b))\b"
_NUMBER = re.compile(rf"{_DIGITS}(?!\s?(?:%|per\s?cent))|{_WORDED}", re.IGNORECASE)
_MONEY = re.compile(
    r"[£$€]\s?\d|(?<!\d)(?<!\d[,.])\b\d[\d,.]*\s?(?:p|pounds?|euros?|dollars?)\b|£m\b|£k\b", re.IGNORECASE
)
_SHARE = re.compile(
    r"\d\s?%|\d\s?per\s?cent|\bper\s?cent(?:age)?\b\D{0,60}\d|%\D{0,60}\d"
    r"|\b(?:one|two|three|four|nine)[- ](?:thirds?|quarters?|fifths?|tenths?|half)\b"
    r"|\b(?:(?:half|third|majority)\s+(?:of|the)|(?:none|all)\s+of)\b"
    r"|\bquarter\s+of\b(?!\s+(?:\d|the (?:financial )?year))"
    rf"|(?:\b\d+|{_WORDED})\s+(?:in|out of)\s+(?:every\s+)?(?:(?!(?:19|20)\d\d\b)\d+|{_WORDED})\b",
    re.IGNORECASE,
)
_TIME_UNIT = r"(?:seconds?|minutes?|hours?|days?|weeks?|months?|years?|decades?|hrs?|mins?)"
# "How long is the wall?" asks for a length too.
_DISTANCE_UNIT = r"(?:metres?|miles?|kilometres?|km|feet|yards?|pages?)"
_DURATION = re.compile(
    rf"(?:(?<!\d)(?<!\d[,.])\d[\d,.]*|{_WORDED}|\ba|\ban|half an?)[\s-](?:\w+\s)?(?:{_TIME_UNIT}|{_DISTANCE_UNIT})\b",
    re.IGNORECASE,
)
_FREQUENCY = re.compile(
    r"\b(?:every|each|per|once|twice|times|daily|weekly|fortnightly|monthly|quarterly|annual(?:ly)?|yearly|bi-?\w+ly"
    r"|regular(?:ly)?|rolling|continual(?:ly)?)\b|\ba (?:day|week|month|quarter|year)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    rf"\b(?:19|20)\d\d\b|\b{_MONTH}\b|\bQuarters? \d|\bQ[1-4]\b"
    r"|\b(?:(?:this|next|last|later in the|later that|end of the|start of the) (?:financial )?year)\b"
    r"|\b(?:[Ss]pring|[Ss]ummer|[Aa]utumn|[Ww]inter)\b|\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days?\b"
    r"|\b\d{1,2}(?:[:.]\d\d)?\s?[ap]\.?m\b|\b\d{1,2}:\d\d\b|\b(?:noon|midnight)\b"
    rf"|\b[Ww]ithin (?:the (?:next|first) )?(?:\d[\d,]*|an?|{_WORDED}) (?:\w+ )?{_TIME_UNIT}\b"
)
_ABOUT_MONEY = re.compile(
    r"£|\b(?:money|cash|cost\w*|spen[dt]\w*|overspen\w+|underspen\w+|budget\w*|paid|pay|pays|salar\w+|wages?|earn\w*"
    r"|price\w*|fees?|fine|fined|sav(?:e|ed|es|ing|ings)|worth|fund\w*|grants?|invest\w*|income|receipts?|revenue"
    r"|raise[ds]?|council tax|precept|debt|cash|bring in|value|bill|charge[ds]?|seized in assets)\b",
    re.IGNORECASE,
)
# What ends the name of a thing that is counted.
_AFTER_COUNTED = (
    r"(?=\s+(?:is|are|was|were|be|been|do|does|did|have|has|had|can|could|will|would|should|shall|may|might|must|in|on|at"
    r"|for|from|with|who|that|which|it|we|they|the|there|live|you|i|our|its|to|under|over|by|per|and|or|left|currently|now"
    r"|a|an|as|of|under|this|these|those|he|she|not|get|got|made|work)\b|\s*[?,.;:(–-]|\s*$)"
)
_THE = r"(?:(?:the|our|its|their|a|an) )"
_SUM = r"(?:budget|cost|salary|price|pay|fee|fine|grant|spend|spending|income|savings?|bill)\b"
# What may follow a sum that is asked for: "the budget for parks", not "the budget process" nor "the budget for?".
_AFTER_SUM = (
    r"(?!\s+for\W*$)(?=\W*$|\s*[,;:.?!)–-]|\s+(?:for|of|in|on|from|at|to|per|this|last|next|each|and|or|by|over|during"
    r"|since|until|like|that|which|set|we|you|they|it|now|currently|going|with|as|if|when|between|is|are|was|were|will"
    r"|has|have|do|does|did|can|\d\S*)(?!\w))"
)
_LINK = r"(?:of|for|to|in|on|by|behind|with|from|about|than|between|after)\b"
_ASK_PATTERNS: tuple[tuple[SlotKind, str], ...] = (
    ("share", r"\bhow (?:much|many) (?:per\s?cent|percentage points?)\b"),
    (
        "share",
        r"\b(?:what|which)(?:'s|’s| is| was| were)? (?:the |our |its )?(?:overall |exact )?"
        r"(?:percentage|proportion|share|per\s?cent|fraction)\b",
    ),
    ("duration", rf"\bhow (?:long|many (?:more )?{_TIME_UNIT})\b|\b(?:average|waiting) (?:wait(?:ing)? )?times?\b"),
    (
        "frequency",
        r"\bhow (?:often|frequently|regularly|many times (?:an?|per|each|every) (?:day|week|month|quarter|year))\b",
    ),
    (
        "date",
        r"\b(?:by|since|until) when\b|\bwhen\b(?= (?:is|are|was|were|do|does|dose|did|will|would|has|exactly)\b|\?|$)"
        r"|\b(?:(?:by|in|on|since|until|from) )?(?:what|which) (?:date|year|month|quarter)\b"
        r"|\bhow soon\b|\bwhat(?:'s|’s| is) the deadline\b",
    ),
    (
        "count",
        r"\bhow many (?:(?:more|other|of (?:the|our|its|their|these)) )?(?:[\w'’-]+\s+){0,4}?[\w'’-]+" + _AFTER_COUNTED,
    ),
    (
        "count",
        r"\b(?:what(?:'s|’s| is| was| were)? )(?:the )?(?:total )?number of (?:[\w'’-]+\s+){0,3}?[\w'’-]+"
        + _AFTER_COUNTED,
    ),
    ("amount", r"\bhow much\b"),
    (
        "amount",
        r"\bhow (?:big|large|high|great|small|low) (?:is|are|was|were)(?: (?:the|our|its|their|an?))?"
        r" (?:[\w'’-]+ ){0,3}?[\w'’-]+" + _AFTER_COUNTED,
    ),
    (
        "money",
        rf"\bwhat(?:'s|’s| is| was| were| are)(?! an? [\w -]+\W*$) {_THE}?(?:(?:total|size|amount|level) of {_THE}?)?"
        rf"(?:(?!{_LINK})[\w'’-]+ ){{0,4}}?{_SUM}{_AFTER_SUM}",
    ),
    ("money", rf"\bwhat(?! (?:do|does|did)\b) {_THE}?(?:(?!\w+(?:s|ed)\b)[\w'’-]+ )?{_SUM}{_AFTER_SUM}"),
    (
        "money",
        rf"\bwhat (?:do|does|did) (?!{_THE}?{_SUM} )(?:[\w'’-]+ ){{1,5}}?(?:cost|spend|pay|earn|charge)\b"
        r"(?!\s+for\W*$)",
    ),
)
_ASKS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in _ASK_PATTERNS)
# "How much water was saved?": of something that is no money.
_OF_A_STUFF = re.compile(
    r"\s+(?:\w+\s+)?(?:water|energy|electricity|power|gas|fuel|oil|carbon|time|space|land|waste|rubbish|paper|food|notice"
    r"|training|traffic|data)\b",
    re.IGNORECASE,
)
_PLURAL = r"(?:[\w’'-]*\w(?<![su'’i])s|people|children|men|women|staff|[\w-]+(?:men|women))(?![\w'’-])"
_COUNTED = re.compile(
    rf".*?\b(?:how many|number of)\s+(?:[\w'’-]+\s+){{0,12}}?{_PLURAL}(?:\s+{_PLURAL}){{0,6}}", re.IGNORECASE
)
_FRAME = frozenset(tokenize("many more other number total overall few whole different back now them each gone through"))
_TIMES = tuple(tokenize("times"))
_OF_TIMES = re.compile(r"\b(?:once|twice)\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!;]\s")
_NEAR = 5  # words from a number to the thing that it counts
_NAMES_A_SUM = r"how (?:big|large|high|great|small|low)\b|what(?:'s|’s| is| was)\b"
_SIZES = frozenset(tokenize("big large high great small low total size amount level"))
FILLED = 0.75  # a slot counts as filled from here


def slots_of(text: str) -> tuple[Slot, ...]:
    """What a question asks to have filled in, in the order in which it asks; empty where it cannot be told.

    Example:
        >>> [slot.kind for slot in slots_of("How many Safer Schools Officers will there be, and by when?")]
        ['count', 'date']
    """
    found: list[tuple[int, int, Slot]] = []
    for kind, pattern in _ASKS:
        for match in pattern.finditer(text):
            if any(start < match.end() and match.start() < end for start, end, _ in found):
                continue
            found.append((match.start(), match.end(), _slot(kind, match)))
    return tuple(slot for _, _, slot in sorted(found, key=lambda item: item[0]))


def _slot(kind: SlotKind, match: re.Match[str]) -> Slot:
    asked, text = match[0], match.string
    if kind == "amount" and _ABOUT_MONEY.search(text) and not _OF_A_STUFF.match(text, match.end()):
        kind = "money"
    if kind in ("money", "amount"):
        sums = [word for word in tokenize(asked) if word not in _SIZES]
        return Slot(kind, asked, tuple(sums[-1:]) if re.match(_NAMES_A_SUM, asked, re.IGNORECASE) else ())
    if kind != "count":
        return Slot(kind, asked)
    asked = _to_plural(asked)
    counted = tuple(token for token in tokenize(asked) if token not in _FRAME)
    return Slot(kind, asked if counted else " ".join(asked.split()[:2]), counted)


def _to_plural(asked: str) -> str:
    """What is counted, without what is said of it: up to its first plurals, where it has one."""
    found = _COUNTED.match(asked)
    return found[0].strip() if found else asked


_FILLERS: dict[SlotKind, re.Pattern[str]] = {
    "money": _MONEY,
    "share": _SHARE,
    "duration": _DURATION,
    "frequency": _FREQUENCY,
    "date": _DATE,
    "count": _NUMBER,
    "amount": re.compile(rf"{_NUMBER.pattern}|{_MONEY.pattern}|{_SHARE.pattern}", re.IGNORECASE),
}


def filled(slot: Slot, text: str, over: Iterable[str] = ()) -> float:
    """How well some words fill a slot, from 0 (not) to 1.

    A number of things scores 1 where it stands by what is counted, 0.75 where that is named over the words or only a
    part of its name is there, 0.5 where the number seems to count something else. A sum that has a name scores 0.5
    where that is neither in the words nor over them.

    Args:
        slot: What is asked for.
        text: The words.
        over: The words over them (headings, a lead-in), as the index has them.
    """
    if slot.counted == _TIMES and _OF_TIMES.search(text):
        return 1.0
    pattern = _FILLERS[slot.kind]
    if not pattern.search(text):
        return 0.0
    if not slot.counted:
        return 1.0
    if slot.kind != "count":
        return 1.0 if slot.counted[-1] in {*tokenize(text), *over} else 0.5
    head, asked = slot.counted[-1], set(slot.counted)
    best = 0.5
    for number in pattern.finditer(text):
        after = tokenize(" ".join(_SENTENCE_END.split(text[number.end() :], 1)[0].split()[:_NEAR]))
        before = tokenize(" ".join(_SENTENCE_END.split(text[: number.start()])[-1].split()[-2 * _NEAR :]))
        if head in after or head in before:
            return 1.0
        if head in over or not asked.isdisjoint((*after, *before)):
            best = 0.75
    return best


def fillers(slot: Slot, text: str) -> list[str]:
    """The words of a text that may fill a slot, in order."""
    return [match[0] for match in _FILLERS[slot.kind].finditer(text)]
