"""The words of a text, as lexical search sees them.

Covered: case, apostrophes, stems; financial years in every spelling ("2018-19", "2018/19",
"2018/2019") as one word beside their first year; money ("£382m", "£382 million") and per cent
("25%", "25 per cent") as one word beside the bare number; thousands' commas; footnote marks glued to
words. Not covered: spelling, synonyms, acronyms.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from snowballstemmer import stemmer

_WORD = re.compile(
    r"(?P<from>(?:19|20)\d\d)\s?[-–/]\s?(?:(?:19|20)(?P<to4>\d\d)|(?P<to>\d\d))(?!\d)"
    r"|£\s?(?P<money>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>million|billion|thousand|bn|m|k)?(?![^\W\d_])"
    r"|(?P<percent>\d[\d,]*(?:\.\d+)?)\s?(?:%|per\s?cent\b|percent\b)"
    r"|(?P<number>\d[\d,]*(?:\.\d+)?)(?![^\W_])"
    r"|(?P<word>[^\W_]+(?:['’][^\W_]+)*)"
)
_SCALES = {"million": "m", "billion": "bn", "thousand": "k"}
_FOOTNOTE_MARKS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹⁰", " " * 10)
# Words that ask or join and say nothing of a topic. Lucene's English list, the question words, the
# auxiliaries, and the polite forms people type into a chat box.
STOP_WORDS = frozenset(
    """
    a an and are as at be but by for if in into is it no not of on or such that the their then there these they this
    to was will with what which who whom whose when where why how do does did done has have had having been being am
    were can could would should may might must shall i me my we our us you your he she his her its from about than
    so up out over under again also any some all each both more most other only own same too very just please tell
    give show find explain describe list many much there's what's who's s t
    """.split()
)
_stem = lru_cache(maxsize=100_000)(stemmer("english").stemWord)


def tokenize(text: str) -> list[str]:
    """The words of a text in order, stop words left out.

    Example:
        >>> tokenize("What was the £382 million budget for 2007/08?")
        ['£382m', '382', 'budget', '2007-08', '2007']
    """
    return list(_tokens(text))


def _tokens(text: str) -> Iterator[str]:
    text = unicodedata.normalize("NFKC", text.translate(_FOOTNOTE_MARKS))
    for found in _WORD.finditer(text):
        if found["from"]:
            yield f"{found['from']}-{found['to4'] or found['to']}"
            yield found["from"]
        elif found["money"]:
            number = found["money"].replace(",", "").rstrip(".")
            scale = (found["scale"] or "").lower()
            yield f"£{number}{_SCALES.get(scale, scale)}"
            yield number
        elif found["percent"]:
            number = found["percent"].replace(",", "")
            yield f"{number}%"
            yield number
        elif found["number"]:
            yield found["number"].replace(",", "").rstrip(".")
        else:
            word = found["word"].lower().replace("’", "'").removesuffix("'s")
            if word not in STOP_WORDS:
                yield _stem(word)
