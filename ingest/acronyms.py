"""Acronyms spelt out in a text: which words an acronym stands for, placed letter by letter.

Covered, for acronyms of any shape ("BOCUs", "MoRiLE", "VfM", "S&G", "London CRC", "Met Ops"): "words
(ACRONYM)", also with more in the brackets ("(IVMA, which …)", "(OGRS version 2)", "(CRC or London CRC)"),
"words - ACRONYM", "ACRONYM (words)", "ACRONYM Programme (words)", "ACRONYM (the Met words which …)",
"ACRONYM: words", "ACRONYM - words", "ACRONYM stands for words".

Not covered: letters in another order than the words ("Central South (SC)"); words that stand apart
("Domestic Violence Prevention Orders and Notices (DVPOs and DVPNs)": the second); letters from inside a
word other than after a first part of ``_FIRST_PARTS``; letters spelt by only some of the words in the
brackets ("APP (College of Policing Authorised Professional Practice)"); acronyms without brackets,
colon or dash; words and acronym in two blocks.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice

Stretch = tuple[int, int]

# Words that a name skips, or now and then gives the first letter of ("MOPAC": "… Policing And Crime").
_JOINING = frozenset("a against an and as at by for from in into of on or the to under upon with within &".split())
# A word written as one of two: "Headquarters (HQ)", "Antisocial behaviour (ASB)", "Closed Circuit Television (CCTV)".
_FIRST_PARTS = "anti counter cyber data electro head inter micro multi photo radio sub super tele video".split()
_WORD = re.compile(r"[^\W_]+(?:['’.\-‐‑][^\W_]+)*|&")
_GAP = re.compile(r"(?:['’]?,?| )\s")
_PIECE = r"(?:[A-Z0-9](?:[\w&+./‐‑-]*[\w+])?|[A-Z])"
_SHORT = rf"{_PIECE}(?: {_PIECE}){{0,2}}"
_SHORTS = re.compile(_SHORT)
_SHORT_ENDS = re.compile(r"(?:['’]s)?(?![\w'’])")
_CLOSE = re.compile(r"(?:['’]s)?(?:[\"”’']?[)\]])?")
_POSSESSIVE = re.compile(r"['’]s$")
_OPENING = r"[\"“‘']?(?:(?:the|or|now|hereafter|called|(?:also )?known as|abbreviated (?:to|as)) )?[\"“”‘’']?"
_LONGEST_HELD = 400  # characters in brackets; who looks further looks as far again from each bracket
_BRACKET = re.compile(
    rf"[,\"”’']{{0,2}}\s?[(\[](?=[^()\[\]]{{1,{_LONGEST_HELD}}}[)\]])\s?{_OPENING}(?P<held>{_PIECE}[^()\[\]]*)[)\]]"
)
_ALTERNATIVES = re.compile(r"\s(?:and|or|/)\s|(?<=\w)/(?=\w)|$")
_JOINT = re.compile(r" (?:and|or) [\w-]+(?: [\w-]+)?$")  # "Prevention Orders and Notices (DVPOs and DVPNs)"
_DASHED = re.compile(rf",?\s[-–—]\s(?P<short>{_PIECE})(?!\w)")
_EXPLAINED = re.compile(
    rf"(?<![\w&-])(?P<short>{_PIECE})[\"”’']?(?: [A-Z][a-z]+)?\s[(\[]\s?[\"“‘']?(?P<held>[^()\[\]]*?)[\"”’']?[)\]]"
)
_FOLLOWED = re.compile(rf"(?<![\w&-])(?P<short>{_PIECE})[\"”’']?(?::| [-–—=]| stands for| is short for) [\"“‘']?")
_AFTER = re.compile(r"[\"”’']?(?:$|[)\].,;:?!]|\s[-–—]\s|\s(?:which|that|who)\s)")
_OWNER = re.compile(r"[Tt]he (?:[A-Z]\w+(?:['’]s)? )?")  # "CRIS (the Met Crime Reporting Information System …)"
_INSIDE = 100  # the price of a capital that is no first letter; the first letter of a joining word costs 1
_LONGEST = 30  # words looked at on one side; no name has more


@dataclass(frozen=True, slots=True)
class SpeltOut:
    """An acronym with the words it stands for: three stretches of the text that was searched."""

    term: Stretch
    meaning: Stretch
    whole: Stretch


@dataclass(frozen=True, slots=True)
class _Word:
    start: int
    end: int
    text: str

    @property
    def joining(self) -> bool:
        return self.text.lower() in _JOINING

    def parts(self) -> Iterator[tuple[str, ...]]:
        """The ways to see it as parts, each of which may give a letter."""
        whole = tuple(re.split(r"[-‐‑]", self.text))
        yield whole
        for first in _FIRST_PARTS:
            if whole[0].lower().startswith(first) and len(whole[0]) > len(first) + 2:
                yield (whole[0][: len(first)], whole[0][len(first) :], *whole[1:])


def singular(term: str) -> str:
    """An acronym without the s of its plural: "BOCUs" is "BOCU"."""
    return term[:-1] if re.search(r"[A-Z&]s$", term) else term


def find_spelt_out(text: str) -> list[SpeltOut]:
    """Every acronym that a text spells out, in order of place.

    Follows Schwartz and Hearst's algorithm (a short form in brackets, and the fewest words beside it that
    hold its letters in order), made stricter. Every letter has to be the first of a word, of a part of a
    hyphenated word, or go on from there ("HosTyDS": HOllow); every word but a joining word has to give a
    letter, and so does the last; a year may follow ("Proceeds of Crime Act 2002").

    Args:
        text: Folded text: no line breaks, no double spaces.

    Returns:
        No two with the same term at the same place.

    References:
        Schwartz and Hearst, "A simple algorithm for identifying abbreviation definitions in biomedical
        text", Pacific Symposium on Biocomputing 2003, 451-462.
    """
    found: dict[Stretch, SpeltOut] = {}
    for spelt in (*_words_first(text), *_acronym_first(text)):
        found.setdefault(spelt.term, spelt)
    return [found[term] for term in sorted(found)]


def spelt_at_head(term: str, meaning: str) -> str:
    """The words at the head of a meaning (an article apart) that spell a term out, or nothing.

    Example:
        >>> spelt_at_head("SRO", "A Sexual Risk Order is a civil order.")
        'Sexual Risk Order'
    """
    skipped = re.match(r"(?:The|An?) ", meaning)
    words = _words_from(meaning, skipped.end() if skipped else 0)
    if (count := _spelt_by_head(term, words)) is None:
        return ""
    return meaning[words[0].start : words[count - 1].end]


def is_short_form(token: str) -> bool:
    """Whether a token looks like an acronym: two capitals or more, or a capital and a digit or "&"."""
    capitals = sum(c.isupper() for c in token)
    others = sum(c.isdigit() or c == "&" for c in token)
    titles = re.fullmatch(r"(?:[A-Z]?[a-z]+[-‐‑/])+[A-Z]?[a-z]+", token)
    return bool(capitals) and capitals + others >= 2 and not titles


def _words_first(text: str) -> Iterator[SpeltOut]:
    """What reads "words (ACRONYM)" or "words - ACRONYM"."""
    for bracket in _BRACKET.finditer(text):
        at = bracket.start("held")
        for number, cut in enumerate(_ALTERNATIVES.finditer(text, at, bracket.end("held"))):
            joined = number == 0 and bool(cut[0])
            forms = (_before(text, short, bracket, joined) for short in _short_forms(text, at, cut.start()))
            yield from islice(filter(None, forms), 1)
            at = cut.end()
    for dash in _DASHED.finditer(text):
        if len(dash["short"]) > 2 and is_short_form(dash["short"]):
            yield from filter(None, [_before(text, dash.span("short"), dash)])


def _short_forms(text: str, start: int, end: int) -> Iterator[Stretch]:
    """What could be a short form at a place, longest first; a word of one capital ("Ofsted") where no more follows."""
    found = _SHORTS.match(text, start, end)
    while found:
        alone = not text[found.end() : end].strip("\"”’'")
        if _SHORT_ENDS.match(text, found.end(), end) and (alone or " " in found[0] or is_short_form(found[0])):
            yield found.span()
        found = _SHORTS.match(text, start, max(text.rfind(" ", start, found.end()), start))


def _before(text: str, short: Stretch, opening: re.Match[str], joined: bool = False) -> SpeltOut | None:
    """A short form with the words before its bracket or dash that spell it; None where none do."""
    term = text[slice(*short)]
    ends = [opening.start()]
    if joined and (joint := _JOINT.search(text, max(0, ends[0] - 60), ends[0])):
        ends.append(joint.start())
    for end in ends:
        words = _words_before(text, end)
        priced = [(price, -k) for k in range(len(words)) if (price := _price(term, words[k:])) is not None]
        if priced:
            first, last = words[-min(priced)[1]], words[-1]
            close = _CLOSE.match(text, short[1])
            meaning = (first.start, last.start + len(_POSSESSIVE.sub("", last.text)))
            return SpeltOut(short, meaning, (first.start, close.end() if close else short[1]))
    return None


def _acronym_first(text: str) -> Iterator[SpeltOut]:
    """What reads "ACRONYM (words)", "ACRONYM: words" or the like."""
    for bracket in _EXPLAINED.finditer(text):
        start, end = bracket.span("held")
        owner = _OWNER.match(text, start, end)
        for first in dict.fromkeys((start, owner.end() if owner else start)):
            yield from _after(text, bracket.span("short"), first, end, bracket.end())
    for opening in _FOLLOWED.finditer(text):
        if is_short_form(opening["short"]):
            yield from _after(text, opening.span("short"), opening.end(), len(text), 0)


def _after(text: str, short: Stretch, start: int, end: int, close: int) -> Iterator[SpeltOut]:
    """A short form with the words after it that spell it and are followed by a stop."""
    term = text[slice(*short)]
    words = _words_from(text, start, end)
    if not words or words[0].start != start:
        return
    for count in range(len(words), 0, -1):
        last = words[count - 1].end
        stopped = last == end or _AFTER.match(text, last, end)
        if stopped and _price(term, words[:count]) is not None:
            yield SpeltOut(short, (start, last), (short[0], close if last == end and close else last))
            return


def _words_before(text: str, end: int) -> list[_Word]:
    """The words that run up to a place with nothing but spaces and commas between them."""
    window = max(0, text.rfind(" ", 0, max(0, end - 12 * _LONGEST)))
    words = [_Word(*m.span(), m[0]) for m in _WORD.finditer(text, window, end)]
    first = len(words)
    while first and _runs_on(text, words[first - 1].end, words[first].start if first < len(words) else end, end):
        first -= 1
    while first < len(words) and words[first].start and text[words[first].start - 1] in "-‐‑_.@":
        first += 1
    return words[first:][-_LONGEST:]


def _words_from(text: str, start: int, end: int | None = None) -> list[_Word]:
    """The words that run on from a place with nothing but spaces and commas between them."""
    words: list[_Word] = []
    for found in _WORD.finditer(text, start, len(text) if end is None else end):
        if len(words) == _LONGEST or (words and not _GAP.fullmatch(text, words[-1].end, found.start())):
            break
        words.append(_Word(*found.span(), found[0]))
    return words


def _runs_on(text: str, start: int, following: int, end: int) -> bool:
    return start == end if following == end else bool(_GAP.fullmatch(text, start, following))


def _spelt_by_head(term: str, words: Sequence[_Word]) -> int | None:
    """How many of the first words spell a term, at the least price; None where no number does."""
    counts = range(1, len(words) + 1)
    return min(((price, n) for n in counts if (price := _price(term, words[:n])) is not None), default=(0, None))[1]


def _price(term: str, words: Sequence[_Word]) -> int | None:
    """How far a term is from the plain initials of some words (0: just these), or None where they do not spell it."""
    if not words or words[-1].joining or (words[0].joining and not words[0].text[0].isupper()):
        return None
    if term.lower().split(" ") == [word.text.lower() for word in words]:
        return None
    prices = [
        price
        for pieces in _readings(term)
        if (price := _place(pieces, tuple(words))) is not None and price < _INSIDE * (_free(pieces) + 1)
    ]
    return min(prices, default=None)


def _free(pieces: tuple[str, ...]) -> int:
    """How many capitals of an acronym may go on in a word: half of those beyond two ("SOCITM": SOCiety …)."""
    return max(0, (len(pieces) - 2) // 2)


def _readings(term: str) -> Iterator[tuple[str, ...]]:
    """A term as the letters and words to place: without the s of a plural, then with it."""
    for shape in dict.fromkeys((singular(term), term)):
        pieces: list[str] = []
        for token in shape.split(" "):
            spelt = is_short_form(token) or (" " not in shape and len(token) > 3)
            letters = re.sub(r"[^\w&]", "", token)
            pieces.extend(re.findall(r"\d+|\D", letters) if spelt else [token])
        if len(pieces) > 1:
            yield tuple(pieces)


def _place(pieces: tuple[str, ...], words: tuple[_Word, ...]) -> int | None:
    """The least price at which pieces can be placed on words, all of both in order; None where they cannot."""

    @cache
    def least(piece: int, word: int, places: int) -> int | None:
        """The least price from a piece and a word on, with so many places taken before; None where it cannot be."""
        if word == len(words):
            # Two places of their own at least, and at least as many as there are letters that go on.
            return 0 if piece == len(pieces) and places > 1 and 2 * places >= len(pieces) else None
        options = [(0, 0, 0)] if _may_be_skipped(words, word) else []
        options += _taken(pieces[piece:], words[word])
        totals = [
            price + rest
            for taken, price, used in options
            if (rest := least(piece + taken, word + 1, places + used)) is not None
        ]
        return min(totals, default=None)

    return least(0, 0, 0)


def _may_be_skipped(words: Sequence[_Word], at: int) -> bool:
    """Whether a word needs to give no letter: a joining word between others, or a year at the end."""
    last = at == len(words) - 1
    return at > 0 and (words[at].text.isdigit() if last else words[at].joining)


def _taken(pieces: tuple[str, ...], word: _Word) -> list[tuple[int, int, int]]:
    """The ways a word can give the next pieces: how many of them, at what price, and from how many of its parts."""
    if not pieces:
        return []
    head = pieces[0]
    if len(head) > 1 or head.isdigit() or head == "&":
        same = word.text.lower() in ("&", "and") if head == "&" else _is_short_for(head, word.text)
        return [(1, 0, 1)] if same else []
    joining = int(word.joining and head.isupper())
    ways = {way for parts in word.parts() for way in _from_parts(pieces, parts) if way[0]}
    return [(taken, price + joining, used) for taken, price, used in ways]


def _is_short_for(head: str, word: str) -> bool:
    """Whether a word of a short form is that word, or cuts it short ("Ops" of "Operations")."""
    stem = head.lower().removesuffix("s")
    return head.lower() == word.lower() or (not head.isdigit() and len(stem) > 1 and word.lower().startswith(stem))


def _from_parts(pieces: tuple[str, ...], parts: Sequence[str], *, first: bool = True) -> Iterator[tuple[int, int, int]]:
    """As ``_taken``, for a word in parts: its first has to give its first letter, another may."""
    if not parts:
        yield 0, 0, 0
        return
    if not first:
        yield from _from_parts(pieces, parts[1:], first=False)
    price = 0
    for run, (piece, letter) in enumerate(zip(pieces, parts[0], strict=False), 1):
        if piece.lower() != letter.lower():
            return
        capitals = len(parts[0]) > 1 and parts[0].isupper()
        price += _INSIDE * (run > 1 and piece.isupper() and not capitals)
        if capitals and run not in (1, len(parts[0])):  # "UKBA": of "UK" the first letter, or all
            continue
        for taken, more, used in _from_parts(pieces[run:], parts[1:], first=False):
            yield run + taken, price + more, used + 1
