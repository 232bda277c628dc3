"""What is asked: the kind of answer wanted, the words that matter, and a follow-up made to stand alone.

Covered: one kind a question, told by its words; follow-ups that lean on the question before by a
pronoun, an opening ("What about …") or by having hardly a word of their own; double questions taken
apart where the second opens with a question word. Not covered: synonyms.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from types import MappingProxyType
from typing import Literal

from answer.errors import QuestionError
from answer.naming import named_documents
from answer.slots import Slot, slots_of
from answer.unseen import without_unseen
from index import tokenize
from ingest import Document

Kind = Literal["figure", "target", "result", "date", "who", "definition", "list", "why_how", "overview", "other"]

LONGEST_QUESTION = 2_000
LONGEST_HISTORY = 50  # questions
_MENDED_BEFORE = 5  # of the questions that one leans on: each takes up to 0.1 s, and what it leans on is near
# Each part of a question is looked for by itself. Of 200 that took 17 s; nobody asks four in a breath: they are one.
MOST_PARTS = 3
# What the words carried over from the question before weigh, all together at most, for each word of the question's own.
CARRIED_WEIGHT = 0.6

# The first that matches tells the kind. White space in the patterns is for the eye; a space is "\ ".
_KIND_PATTERNS: tuple[tuple[Kind, str], ...] = (
    (
        "overview",
        r"""\bbrief\ (?:me|us)\b|\b(?:an?\ )?(?:overview|briefing|round-?up|summary)\ (?:of|on)\b
        |^\W*(?:summarise|sum\ up|tell\ (?:me|us)\ (?:all\ |everything\ )?about)\b
        |\b(?:all|everything|anything)\ (?:that\ )?(?:the\ documents|there\ is|you\ have|we\ (?:have|say|know))\b.*
        \b(?:on|about)\b""",
    ),
    ("why_how", r"^\W*(?:and\ )?why\b"),
    ("who", r"^\W*(?:and\ )?who(?:se|m)?\b"),
    # "When a crime is reported, what …" asks what.
    ("date", r"^\W*(?:and\ )?(?:by\ |since\ )?when\b(?!.*,\ *(?:what|which|who|how)\b)"),
    (
        "list",
        r"\bwhat\ (?:(?:are|were)\ )?(?:the\ )?(?:two|three|four|five|six|seven|eight|nine|ten|\d{1,2})\ (?!per|%)",
    ),
    (
        "list",
        r"""\b(?:every|each\ of|all\ of|all\ the|all\ (?:its|our|their))\b
        |\bline\ by\ line\b|\bbreak\ ?down\b|^\W*go\ through\b
        |\bwhat\ (?:kinds?|sorts?|types?)\ of\b|\bmilestones\b
        |\bwhat(?:'s|’s|\ is|\ are)\ (?:\w+\ ){0,2}(?:due|planned|scheduled|coming\ up)\b
        |\b(?:which|what|name|list|give\ me)\ (?:the\ )?(?:two|three|four|five|six|seven|eight|nine|ten)\ (?!per|%)
        |\bwhich\ of\ (?:the|our|its|their)\b""",
    ),
    (
        "definition",
        r"""\b(?:stands?\ for|meant\ by|defin\w+|meaning\ of|acronym|abbreviation)
        |what\ (?:does|do|did)\ .{1,60}\bmean\b
        |^\W*what(?:'s|’s|\ is)\ (?!.*\b(?:targets?|goals?|budgets?|costs?|price|number|total|rate|deadline|percentage
            |proportion|share|size|amount|of|for|in|on|at|to|by|with|and|from|per)\b)
            (?:an?\ |the\ )?[\w'’-]+(?:\ [\w'’-]+){0,2}\W*$
        |^\W*what\ are\ (?!the\b)[\w'’-]+\W*$""",
    ),
    (
        "result",
        r"""\b(?:compared?|against|versus|vs\.?|relative\ to|measured?\ (?:up\ )?(?:to|against))\b.{0,60}
        \b(?:targets?|goals?|set|meant|planned|planning|aim(?:ed)?)\b
        |\b(?:targets?|goals?|aim)\b.{0,60}\b(?:achieved?|actual(?:ly)?|reached|met|missed|beaten|hit|so\ far)\b
        |\b(?:achieved?|reached|met|miss(?:ed)?|beat(?:en)?|hit|meet(?:ing)?|short\ of|close\ (?:is|are|has|have|to))\b
        .{0,60}\b(?:targets?|goals?|meant)\b
        |\bmeant\ to\ (?:hit|be|reach|detect|achieve)\b|\bon\ (?:track|target|course)\b""",
    ),
    ("target", r"\btargets?\b|\baim(?:ed|ing)?\ (?:for|at)\b"),
    (
        "date",
        r"""^(?!.*\b(?:what|which|who|how)\b).*\bwhen\b|\b(?:what|which)\ (?:date|year|month|quarter)|\bdeadlines?\b
        |\bmilestone\b|\bhow\ soon\b""",
    ),
    (
        "figure",
        r"""\bhow\ (?:many|much|big|large|often|long|far|high|low)\b|£
        |\b(?:percentage|per\ ?cent|proportion|number|rate|costs?|total|budget|spend|spent|amount|figure|value|size)\b
        |\b(?:share|savings?)\b|%""",
    ),
    (
        "who",
        r"""\bwho(?:se|m)?\b|\bresponsib\w+\b|\bin\ charge\b
        |\bwhich\ (?:body|unit|team|board|agency|department|command|organisation|force|group|office)\b""",
    ),
    (
        "why_how",
        r"""^\W*(?:and\ )?(?:why|how)\b|\breasons?\b
        |\bwhat\ (?:caused|led|is\ being\ done|are\ .{1,40}\ doing|will\ .{1,60}\ do)\b""",
    ),
    (
        "list",
        r"""\b(?:list|name|outline)\b|\bwhat\ (?:are|were)\b|\bwhich\ \w+s\b
        |\b(?:what|which)\ (?:[\w'’-]+\ ){0,3}[\w'’-]{3,}s
        \ (?:are|were|is|was|do|does|did|have|has|will|can|should|must|would)\b
        |^\W*(?:give|tell|show)\ me\ (?:the|our|its|their)\b
        |^\W*(?:set\ out|summarise|spell\ out|(?:run|take\ me)\ through)\b
        |\bwhat\ (?:\w+\ ){0,3}(?:priorities|objectives|aims|values|activities|measures|areas|themes|steps|units
        |commands|strands|drivers|groups|challenges|issues|principles)\b""",
    ),
)
_KINDS = tuple((kind, re.compile(pattern, re.IGNORECASE | re.VERBOSE)) for kind, pattern in _KIND_PATTERNS)
_LEANS = re.compile(
    r"^\W*(?:and|but|so|also|what about|how about|what else|any others?|why not|why|how come|which ones?"
    r"|in which|by when|since when)\b"
    r"|\b(?:it|its|they|them|their|those|these|that|this|he|she|his|her|the same|ones?|then)\b"
    r"|(?<!\bis\s)(?<!\bare\s)(?<!\bwas\s)(?<!\bwere\s)\bthere\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<=\s)[A-Z]\w")
# What a follow-up has that asks something of its own: "And in 2014?" asks what the question before did.
_ASKS_ITSELF = re.compile(
    r"\b(?:what|which|who|whose|whom|how|when|where|why|is|are|was|were|do|does|did|has|have|had|can|could|will|would"
    r"|should|may|might|must)\b(?! about\b)",
    re.IGNORECASE,
)
_OPENS_ANEW = re.compile(r"\b(?:that|this|these|those) (?:year|plan|document|report)\b", re.IGNORECASE)
_FEW_WORDS = 2
# Words that frame a question and say nothing of what it is about: "What do the documents say about …"
_FRAMING = frozenset(
    tokenize("say said says saying document documents mention mentions mentioned question answer know section chapter")
)
_WORD = re.compile(r"[^\W_]+(?:['’./-][^\W_]+)*|£[\d.,]+\w*", re.UNICODE)
_YEAR = re.compile(r"(?:19|20)\d\d")
_YEAR_WORD = re.compile(r"(?:19|20)\d\d(?:-\d\d)?")
# A number that the index has as it has a year.
_NO_YEAR = re.compile(r"£\s?\d[\d,.]*|\d+(?:,\d{3})+")
_COMPARES = re.compile(
    r"\bthan\b|\bcompar\w+|\bversus\b|\bvs\b|\bagainst\b|\bstack up\b|\bdiffer\w*|\bmore or less\b|\bbetween\b.+\band\b"
    r"|\bstill\b|\bchang\w+|\b(?:these days|now|today|currently)\b.*\b(?:was|were|used to|had|did)\b"
    r"|\bwhen .+ or when\b|\bhigher or lower\b|\bboth\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:now|nowadays|currently|current|today|presently|these days|at present|at the moment|any more|this year)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"^and\s+", re.IGNORECASE)
# Where the second of two questions begins.
_PART = re.compile(
    r"(?:,|;|\s[–-])?\s+and\s+(?=(?:by |in |for |from |to )?(?:what|how|when|who|whose|which|where|why)\b)"
    r"|[?]\s+(?=(?:and\s+)?(?:by |in |for )?(?:what|how|when|who|whose|which|where|why|is|are|was|were|do|does|did)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Question:
    """A question understood.

    Attributes:
        text: As asked, white space folded, what is not seen left out.
        standalone: What is searched for: the question, its spelling mended, completed if it leaned on the one before.
        kind: What kind of answer it wants.
        weights: Its words as the index counts them, each with its weight: 1.0 for its own, less for
            one carried over.
        pairs: Its own words that stand next to each other, stop words apart.
        slots: What it asks to have filled in.
        topic: What is searched for without the names of documents.
        documents: The ids of the documents that it names.
        years: The years it names, as the index has them.
        compares: Whether it holds one thing against another, or then against now.
        now: Whether it asks for what is so now.
        parts: The questions it is made of, where it is a double one; else empty.
        separate: Whether each of its parts can stand without the others.
    """

    text: str
    standalone: str
    kind: Kind
    weights: dict[str, float]
    pairs: frozenset[tuple[str, str]]
    slots: tuple[Slot, ...]
    topic: str = ""
    documents: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    compares: bool = False
    now: bool = False
    parts: tuple["Question", ...] = ()
    separate: bool = False


def understand(
    text: str,
    history: Sequence[str] = (),
    mend: Callable[[str], str] = str,
    documents: Mapping[str, Document] = MappingProxyType({}),
) -> Question:
    """Read a question, with the questions asked before it, oldest first.

    Args:
        text: The question.
        history: The questions before it.
        mend: Mends spelling; what is searched for is the mended question.
        documents: The documents that it may name, by id.

    Raises:
        QuestionError: If there is no word in it, or it is longer than anyone asks.
    """
    typed = clean(text)
    asked = mend(typed)
    carried: list[str] = []
    before = asker = ""
    for now in [*_leant_on(asked, history, mend), asked]:
        carried = _carried(now, before) if before and leans(now) else []
        before = _completed(now, carried)
        asker = asker if carried and not _ASKS_ITSELF.search(now) else now
    named = named_documents(asked, documents)
    asked, compares = named.rest, bool(_COMPARES.search(typed))
    own = [word for word in tokenize(asked) if word not in _FRAMING] or tokenize(asked)
    kept = dict.fromkeys(w for word in carried for w in tokenize(word))
    each = CARRIED_WEIGHT * min(1.0, max(1, len(set(own))) / len(kept)) if kept else 0.0
    weights = dict.fromkeys(kept, each) | dict.fromkeys(own, 1.0)
    bare = bool(carried) and not _has_kind(asked) and not _ASKS_ITSELF.search(asked)
    kind = kind_of(asker if bare else asked if not carried or _has_kind(asked) else before)
    slots = slots_of(asked) or (slots_of(asker) if bare else slots_of(before) if carried else ())
    whole = Question(
        text=typed,
        standalone=before,
        kind=kind,
        weights=weights,
        pairs=frozenset(pairwise(own)),
        slots=slots,
        topic=_completed(asked, carried),
        # A comparison that names one document holds it against another.
        documents=frozenset() if compares and len(named.documents) == 1 else named.documents,
        years=_years_of(asked),
        compares=compares,
        now=bool(_NOW.search(typed)),
    )
    return _with_parts(whole, asked)


def _leant_on(asked: str, history: Sequence[str], mend: Callable[[str], str]) -> list[str]:
    """The questions that one leans on, oldest first: back to the last that stands by itself."""
    found: list[str] = []
    for earlier in reversed(history[-LONGEST_HISTORY:]):
        if not leans(found[-1] if found else asked):
            break
        cleaned = clean(earlier, check=False)
        found.append(mend(cleaned) if len(found) < _MENDED_BEFORE else cleaned)
    return found[::-1]


def _with_parts(whole: Question, asked: str) -> Question:
    """A question with those that a double one is made of, completed from the first where one of them leans on it."""
    pieces = [_AND.sub("", piece.strip(" ,;")) for piece in _PART.split(asked)]
    pieces = [piece for piece in pieces if tokenize(piece)]
    if not 2 <= len(pieces) <= MOST_PARTS:
        return whole
    first, separate = pieces[0], all(_stands(piece) for piece in pieces[1:])
    parts = []
    for piece in pieces:
        carried = [] if piece is first or separate else _carried(piece, first)
        own = [word for word in tokenize(piece) if word not in _FRAMING] or tokenize(piece)
        kept = dict.fromkeys(w for word in carried for w in tokenize(word))
        weights = dict.fromkeys(kept, CARRIED_WEIGHT) | dict.fromkeys(own, 1.0)
        parts.append(
            replace(
                whole,
                text=piece,
                standalone=_completed(piece, carried),
                topic=_completed(piece, carried),
                kind=kind_of(piece),
                weights=weights,
                pairs=frozenset(pairwise(own)),
                slots=slots_of(piece),
                years=_years_of(piece),
            )
        )
    return replace(whole, parts=tuple(parts), separate=separate)


def _years_of(text: str) -> frozenset[str]:
    """The years in a text, as the index has them."""
    return frozenset(word for word in tokenize(_NO_YEAR.sub(" ", text)) if _YEAR_WORD.fullmatch(word))


def clean(text: str, *, check: bool = True) -> str:
    """A question as one line: what is not seen is left out, white space is folded.

    Raises:
        QuestionError: If it is empty or too long, and ``check`` says to look.
    """
    if check and len(text) > LONGEST_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters; the most is {LONGEST_QUESTION:,}. "
            "Ask one question in a few sentences"
        )
    seen = without_unseen(text[:LONGEST_QUESTION])
    kept = " ".join(seen.text.split())
    if check and not _WORD.search(kept):
        only = ", only what is not seen" if seen.left_out else ""
        raise QuestionError(f"there is no word in the question{only}. Type what you would like to know")
    return kept


def check_history(history: Sequence[str]) -> None:
    """Look at the questions before one.

    Raises:
        QuestionError: If they are more, or one is longer, than a conversation has.
    """
    if len(history) > LONGEST_HISTORY:
        raise QuestionError(
            f"the history has {len(history):,} questions; the most is {LONGEST_HISTORY}. Send the last of them"
        )
    for number, earlier in enumerate(history, start=1):
        if len(earlier) > LONGEST_QUESTION:
            raise QuestionError(
                f"question {number} of the history has {len(earlier):,} characters; the most is {LONGEST_QUESTION:,}. "
                "Send it as it was asked"
            )


def kind_of(text: str) -> Kind:
    """The kind of answer a question wants, told by its words."""
    return next((kind for kind, pattern in _KINDS if pattern.search(text)), "other")


def leans(text: str) -> bool:
    """Whether a question cannot stand without the one before it."""
    if len(set(tokenize(text))) <= _FEW_WORDS:
        return True
    return bool(_LEANS.search(_OPENS_ANEW.sub(" ", text)))


def _stands(part: str) -> bool:
    """Whether a part of a double question can stand without the first: of few words one that names something can."""
    named = _NAME.search(part) is not None and not _LEANS.search(part)
    return named or not leans(part)


def _has_kind(text: str) -> bool:
    return kind_of(text) != "other"


def _carried(text: str, before: str) -> list[str]:
    """The words of the question before that this one lacks; its years only if this one names none."""
    own = set(tokenize(text))
    has_year = bool(_YEAR.search(text))
    return [
        word
        for word in dict.fromkeys(_WORD.findall(before))
        if (tokens := tokenize(word)) and not own & set(tokens) and not (has_year and _YEAR.search(word))
    ]


def _completed(text: str, carried: Sequence[str]) -> str:
    return f"{text.rstrip(' ?.')} ({' '.join(carried)})?" if carried else text
