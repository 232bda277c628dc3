"""Whether quotes support a statement, told by words: no judge, the same verdict every time.

A statement is supported if it stands in the quotes, or if at least 0.8 of its content words are in them, every number
and every month it names is, and it denies just where the sentence nearest to it denies.

Covered: invented or changed figures, dates and names; a "not" lost or added. Not covered: who does what to whom; a
figure of another year that stands in the same quote; synonyms, which count as missing.

References:
    Gao, Yen, Yu and Chen, "Enabling Large Language Models to Generate Text with Citations", EMNLP 2023,
    arXiv:2305.14627, section 4: citation recall and precision, there with a language model as judge of support.
"""

import re
from collections.abc import Sequence

from index import tokenize
from ingest import fold

ENOUGH_WORDS = 0.8
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MONTH = re.compile(
    r"\b(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    r"nov(?:ember)?|dec(?:ember)?)\b(?=\.?\s*\d)",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:no|not|never|none|neither|nor|without|cannot)\b|n[’']t\b", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?<=[.;!?])\s+")


def numbers(text: str) -> set[str]:
    """The numbers of a text, thousands' commas left out: {"4210", "12.5"}."""
    return {found.replace(",", "").rstrip(".") for found in _NUMBER.findall(text)}


def supports(quotes: Sequence[str], statement: str) -> bool:
    """Whether some quotes, taken together, support a statement; no quotes support nothing."""
    if not quotes:
        return False
    whole, said = fold(" ".join(quotes)), fold(statement)
    if said in whole:
        return True
    words, known = set(tokenize(said)), set(tokenize(whole))
    if not words or len(words & known) < ENOUGH_WORDS * len(words):
        return False
    if not numbers(said) <= numbers(whole) or not _months(said) <= _months(whole):
        return False
    nearest = max(_SENTENCE_END.split(whole), key=lambda sentence: len(words & set(tokenize(sentence))))
    return bool(_DENIAL.search(said)) == bool(_DENIAL.search(nearest))


def _months(text: str) -> set[str]:
    return {found.group(0)[:3].lower() for found in _MONTH.finditer(text)}


def alce(statements: Sequence[tuple[str, Sequence[str]]]) -> tuple[float, float]:
    """ALCE's citation recall and precision of one answer, support told by ``supports``.

    Recall is the share of statements that their quotes support. A citation is precise if its statement is supported,
    and it supports the statement alone or the others do not without it; precision is the share of citations that are.

    Args:
        statements: Each statement's text and the quotes it cites.

    Returns:
        Recall and precision; both 0 for an answer without statements, precision 0 without citations.
    """
    supported = precise = cited = 0
    for text, quotes in statements:
        cited += len(quotes)
        if not supports(quotes, text):
            continue
        supported += 1
        for place, quote in enumerate(quotes):
            others = [q for i, q in enumerate(quotes) if i != place]
            precise += supports([quote], text) or not supports(others, text)
    return (supported / len(statements) if statements else 0.0, precise / cited if cited else 0.0)
