"""What figures in a sentence look like: the patterns, over a sentence whose amounts are marks («0», «1», …).

They are about the words of plans and reports in general; none names a body, a document or a subject.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ingest.dates import DATE
from ingest.target_rows import RowKind

FUTURE = re.compile(
    r"\b(?<!-)(?:will|shall|aim\w*|plan(?:s|ned)?|expect\w*|targets?|needs?|must|objective|going\s+to|would|could|intend\w*"
    r"|required\s+to|to\s+be|challenge\s+of|assum\w+|anticipate\w*)\b"
    rf"|\bby\s+(?:{DATE})",
    re.IGNORECASE,
)
HEDGE = (
    r"(?:(?:about|around|almost|nearly|over|more\s+than|less\s+than|just\s+under|circa|approximately|some|up\s+to|at\s+least"
    r"|at|only|a|an|the|stark|further|total|total\s+of|another|extra|additional|minimum\s+of|excess\s+of|in|record|towards|well)\s+)*"
)
N = r"«\d+»"
_UP = r"up|increas(?:ed?|ing)|rose|risen|grew|grown|gone\s+up|went\s+up|rise|more"
_DOWN = r"down|decreas(?:ed?|ing)|reduc(?:ed?|ing)|reduction|fell|fallen|drop(?:ped)?|declin(?:ed?|ing)|fewer|fall"
PAIR = re.compile(
    rf"(?:\((?:from\s+)?|\bfrom\s+){HEDGE}(?P<before>{N})(?P<within>[^«».;()]{{0,40}}?)\s+to\s+{HEDGE}(?P<after>{N})"
    rf"(?!\s+(?:year|month|week|day)s?\b)(?:[^«».;()]{{1,20}},?\s+and\s+(?P<last>{N})(?=\s+in\s+\d{{4}}))?"
)
WENT_FROM = re.compile(
    rf"(?P<after>{N})(?P<within>[^«».;]{{1,60}}?),?\s+(?:up|down)\s+(?:by\s+)?(?:(?P<change>{N})\s+)?from\s+{HEDGE}(?P<before>{N})"
)
WITH_CHANGE = re.compile(
    rf"(?P<after>{N})(?P<within>(?:(?!compared)[^«».;:()]){{0,80}}?)(?:,|\s[–—-]|\s)\s?an?\s+"
    rf"(?:(?:reduction|decrease|increase|rise|drop|fall)\s+of\s+{HEDGE}(?:{N}\s+or\s+)?(?P<change>{N})"
    rf"(?:\s+from\s+{HEDGE}(?P<before>{N}))?"
    rf"|(?P<share>{N})\s+(?:reduction|decrease|increase|rise|drop|fall)\b)"
)
THEN_SAW = re.compile(rf"(?P<change>{N})\s[–—-]\s[^«».;:()]{{0,30}}?\bsaw\s+(?P<after>{N})")
FORECAST = re.compile(r"\b(?:expected|projected|forecast|predicted|estimated)\b", re.IGNORECASE)
WAY = re.compile(rf"\b(?:{_UP}|{_DOWN}|increase|growth|decrease|decline|reduce|expand|rising|falling)\b", re.IGNORECASE)
AND = re.compile(
    rf"[^«».;:()]{{0,40}}?(?:\band\b|,?\s+(?:rising|falling)\s+to)(?:\s+[^\s«».;:(),]+){{0,2}}?\s+{HEDGE}(?P<n>{N})"
    r"(?!\s+(?:years?|months?|other|per\s?cent)\b)"
)
COMPARED = re.compile(r"\bcompared\s+(?:to|with)\s+(?:an?\s+)?$")
CHANGED_BY = re.compile(
    rf"\b(?P<way>{_UP}|{_DOWN})\b(?:\s+\w+){{0,2}}?(?:\s+by)?\s+{HEDGE}(?P<change>{N})(?!\s+(?:of\b|from\s+(?:\w+\s+)?«))",
    re.IGNORECASE,
)
CHANGE_OF = re.compile(
    rf"(?P<change>{N})\s+(?P<way>increase|rise|growth|reduction|decrease|drop|fall|decline)\b", re.IGNORECASE
)
UPWARD = re.compile(rf"(?:{_UP}|increase|growth|expand|rising)$", re.IGNORECASE)

BREAK = re.compile(r"[;:]\s|,\s(?!\d)|\s[–—-]\s|\s(?=\()|\)\s?(?:,?\s?and\s)?")


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern with one amount "n", the kind it is a sign of, the units it is about, and when it holds."""

    kind: RowKind
    pattern: re.Pattern[str]
    units: str
    only: Callable[[str, int], bool]


def ahead(shape: str, _end: int = 0) -> bool:
    """Whether a sentence speaks of what is to come."""
    return FUTURE.search(shape) is not None


def done(shape: str, end: int) -> bool:
    """Whether a sentence, up to an offset, speaks of what has been."""
    return FUTURE.search(shape, 0, end) is None


def _always(_shape: str, _end: int) -> bool:
    return True


def _rule(kind: RowKind, pattern: str, units: str = "any", only: Callable[[str, int], bool] = _always) -> Rule:
    pattern = pattern.replace("#", rf"{HEDGE}(?P<n>{N})").replace("_", r"\s").replace("~", r"[^«».;:()]")
    return Rule(kind, re.compile(pattern, re.IGNORECASE), units, only)


_RATE = r"rates?|levels?|proportion|percentage|satisfaction|accuracy|share"
_DEED = (
    r"(?:deployed|deploying|delivered|delivering|seized|trained|procured|recruited|hired|built|opened|installed|fitted"
    r"|issued_to|rolled_out_to|roll-?_?out_of|we_obtained|saved|put_in_place|attended|recorded_and_investigated"
    r"|handed_in|reviewed|completed)"
)
_BEEN = r"(?:has|have)_been_(?:procured|deployed|delivered|recruited|trained|reviewed|installed|fitted|seized)\b"
_SAVING = r"(?:savings?|save|efficienc(?:y|ies)|capital_receipts)"

# In order: an amount that one rule has taken is not another's. "#" is an amount after words like "about", "~" a
# character inside a clause, "_" a space.
RULES = (
    _rule("target", r"\btargets?\b(?!_(?:operating|hardening))~{0,50}?\b(?:of|is|was)_#"),
    _rule("target", r"\btarget_#"),
    _rule("target", r"#_(?:\w+_){1,3}target\b(?!_(?:operating|hardening|audience))"),
    _rule("target", r"\b(?:aim|aims|aiming|aimed|commit|intend)_(?:to|that)_~{1,80}?\b(?:to|towards|by|within|of)_#"),
    _rule("target", r"\baim_is_~{0,40}?#"),
    _rule("target", r"\bplans?\b~{0,20}?_assum\w+_#"),
    _rule("target", r"\b(?:aim|plan|assumption|target|objective)s?_(?:is|are)_~{0,80}?between_#"),
    _rule("target", r"\brequired_to_~{0,30}?#", "%"),
    _rule("target", r"\brequired_to_~{0,80}?#", "£"),
    _rule("target", rf"\b{_SAVING}\b~{{0,25}}?#", "£", ahead),
    _rule("target", rf"#_(?:of_)?{_SAVING}\b", "£", ahead),
    _rule("target", r"\b(?:will|would|to)_(?:have|reach|recruit|train|deploy|install|build|open)_#", "number"),
    _rule("target", r"\bset_(?:a|an|\w+sel(?:f|ves))_~{1,150}?\bto_#"),
    _rule("target", r"\bprocess_of_\w+ing_#", "number"),
    _rule("target", r"\b(?:will|to)_require_~{0,30}?#", "number"),
    _rule("target", r"\bwill_~{0,40}?\b(?:expand|grow|rise|increase|reduce|fall|extend)_to_#"),
    _rule("target", r"\b(?:taking|bringing|raising)_~{1,30}?_to_#_by\b"),
    _rule("target", r"\bwith_a_further_#", "number", ahead),
    _rule("target", r"#_(?:\w+_){0,3}?to_be_\w+ed\b", "number"),
    _rule("target", r"\b(?:anticipate|expect|plan|hope)_to_have_\w+_#"),
    _rule("result", r"\b(?:over|under)_?spend_of_#"),
    _rule("budget", r"\bbudgets?_of_#", "£"),
    _rule("budget", r"#(?:_\w+){0,2}?_will_be_(?:invested|spent|allocated)\b", "£"),
    _rule("budget", r"\binvest(?:s|ed|ing|ment)?\b~{0,40}?_#", "£"),
    _rule("budget", r"\b(?:funding|grant|reserves)\b~{0,60}?\b(?:of|at|to)_#", "£"),
    _rule("budget", r"\b(?:allocated|announced|secured|receiving|received)_#(?:_more|_of|_in)?_fund(?:ing|s)\b", "£"),
    _rule("budget", r"\bannounced_#", "£"),
    _rule("budget", r"\bfunding\b~{0,20}?_#", "£"),
    _rule("budget", r"#_(?:under)?funding\b", "£"),
    _rule("budget", r"\bfund(?:ing|s)?_~{0,30}(?:gap|cliff_edge|shortfall|deficit)_\(~{0,30}?#", "£"),
    _rule("budget", r"\b(?:gap|shortfall|deficit)\b~{0,50}?_of_#", "£"),
    _rule("budget", r"\b(?:spends?|expenditure_of|revenue_of|cost_exceeding|cost_of)_#", "£"),
    _rule("budget", r"#_of_(?:revenue|income)\b", "£"),
    _rule("budget", r"\b(?:acquisition|purchase)\b(?:~|\([^()]*\)){0,80}?_for_#", "£"),
    _rule("budget", r"\breserves\b~{0,40}?_#", "%"),
    _rule("budget", r"\bfunding\b~{0,120}?\breduce_by_#", "%"),
    _rule("result", r"\b(?:delivering|delivered|secured|saved|achieved)_(?:savings_of_)?#", "£", done),
    _rule("result", rf"(?<!at_a_)\b(?:{_RATE})\b~{{0,70}}?\b(?:of|is|are|was|were|at|to)_#", "%", done),
    _rule("result", r"#_(?:\w+_){1,3}?rat(?:e|ing)s?\b", "%", done),
    _rule("result", r"#_of_~{3,60}?_(?:are|is)_(?:now|currently)\b", "%", done),
    _rule("result", r"\bto_date,?_#", "number", done),
    _rule("result", rf"\b{_DEED}_(?:~{{0,60}}?_to_)?#", "number", done),
    _rule("result", rf"#(?:_[^\s«»]+){{1,8}}?_{_BEEN}", "number", done),
)
