"""Which documents a question names, and the question without their names.

"Met Forward Two: how was technology to help?" asks of one document; its name is no part of what is asked, and would
find the places where that document speaks of itself.

Covered: a title, with or without its date or number; the parts of a title before and after its colon; "the 2018 plan",
by the year of publication, of the documents called plans if there are any; "the old strategy" and "the current plan",
by whether they still hold. Not covered: a document called by what it is about.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from index import tokenize
from ingest import Document

_ACRONYM = re.compile(r"\b[A-Z]{3,}\b")
_FEWEST_LEFT = 2  # words of a question that must be left without the names for them to be dropped
_FEWEST_IN_NAME = 2  # words
_SORTS = r"(?P<sort>plan|report|strategy|document|paper|overview|review|publication)"
_UNDER = r"(?:(?:in|from|by|of|under|to|per|with|according to|going (?:by|back to))\s+)?"
_BY_YEAR = re.compile(
    rf"\b{_UNDER}the\s+(?:\w+\s+)?(?P<year>(?:19|20)\d\d)(?:[-–/]\d\d(?:\d\d)?)?\s+"
    rf"(?:[A-Z]?\w+\s+){{0,2}}?{_SORTS}\b(?!['’])",
    re.IGNORECASE,
)
_OLD = "old|older|previous|earlier|former|superseded|replaced|last"
_BY_STANDING = re.compile(
    rf"\b{_UNDER}(?:the|our|its|your)\s+(?:(?P<old>{_OLD})|current|present|new|newest|latest|existing)\s+"
    r"(?P<sort>plan|strategy)\b(?!['’])",
    re.IGNORECASE,
)
# What shows that a title is meant and not the body or the matter that it is of.
_BEFORE = (
    r"(?P<before>\b(?:in|from|by|of|under|per|does|did|according to|going by|the introduction to)\s+)?(?:\bthe\s+)?"
)
_AFTER = r"(?!['’]s)(?P<after>\s*[:,–-]\s+|\s+(?=(?:says?|said|came out|comes out|was published|call(?:s|ed)? for)\b))?"


@dataclass(frozen=True, slots=True)
class Named:
    """What a question names.

    Attributes:
        documents: The ids of the documents; empty if it names none.
        rest: The question without their names, or as it was where little would be left.
    """

    documents: frozenset[str]
    rest: str


def holds(document: Document) -> bool:
    """Whether a document still says what is so: it is neither superseded nor archived."""
    return document.status not in ("superseded", "archived")


def named_documents(text: str, documents: Mapping[str, Document]) -> Named:
    """The documents that a question names."""
    found: set[str] = set()
    unread = text  # what no name has been read in yet, in its place
    dropped: list[tuple[int, int]] = []
    for name, ids in _names((d.doc_id, d.title, d.publisher) for d in documents.values()):
        for match in list(re.finditer(rf"{_BEFORE}\b{re.escape(name)}\b{_AFTER}", unread, re.IGNORECASE)):
            found |= ids
            unread = _blanked(unread, match)
            if match["before"] or match["after"]:
                dropped.append(match.span())
    for match in list(_BY_YEAR.finditer(unread)):
        of_year = [d for d in documents.values() if (d.published or "").startswith(match["year"])]
        of_sort = [d for d in of_year if match["sort"].lower() in d.title.lower().split()]
        if of_year:
            found |= {d.doc_id for d in of_sort or of_year}
            dropped.append(match.span())
    for match in list(_BY_STANDING.finditer(unread)):
        wanted = [d for d in documents.values() if holds(d) != bool(match["old"])]
        of_sort = [d for d in wanted if match["sort"].lower() in d.title.lower().split()]
        if of_sort or wanted:
            found |= {d.doc_id for d in of_sort or wanted}
            dropped.append(match.span())
    rest = text
    for start, end in sorted(dropped, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = " ".join(rest.split()).lstrip(" ,;:")
    enough = len(set(tokenize(rest))) >= _FEWEST_LEFT
    return Named(frozenset(found), rest if enough else text)


def _blanked(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]}{' ' * len(match[0])}{text[match.end() :]}"


def _names(titles: Iterable[tuple[str, str, str]]) -> list[tuple[str, frozenset[str]]]:
    return _sorted_names(tuple(titles))


@lru_cache(8)
def _sorted_names(titles: tuple[tuple[str, str, str], ...]) -> list[tuple[str, frozenset[str]]]:
    """Every name a document goes by with the documents that go by it, the longest first."""
    ids: dict[str, set[str]] = {}
    for doc_id, title, publisher in titles:
        whole = re.split(r"\s*\(", title)[0].strip()
        bare = re.sub(r"[\s,]*(?:19|20)\d\d\S*$", "", whole)
        before, _, after = (part.strip() for part in whole.partition(":"))
        # Before a colon may stand whose document it is, which names all of theirs.
        of_publisher = publisher and (before.lower() in publisher.lower() or publisher.lower() in before.lower())
        for name in {whole, bare, after, *([] if of_publisher else [before])}:
            if len(name.split()) >= _FEWEST_IN_NAME:
                ids.setdefault(name.lower(), set()).add(doc_id)
    return sorted(((name, frozenset(each)) for name, each in ids.items()), key=lambda item: (-len(item[0]), item[0]))


def unknown_acronyms(text: str, is_known: Callable[[str], bool]) -> list[str]:
    """The acronyms of a text of which no word is known: what they stand for is nothing that the documents speak of."""
    found = dict.fromkeys(_ACRONYM.findall(text))
    return [acronym for acronym in found if not any(is_known(word) for word in tokenize(acronym))]
