"""Why a question is not answered, or not wholly: a sentence for the person who asked."""

from collections.abc import Collection, Sequence

from answer.question import Question
from index import tokenize


def no_evidence(*, narrowed: bool) -> str:
    """Nothing near has a word of the question."""
    return f"The passages of {_where(narrowed)} that are nearest to this question have none of its words."


def only_told() -> str:
    """The text tells the assistant what to do and asks nothing of the documents."""
    return "This asks for something to be done; only questions about what the documents say can be answered here."


def nowhere(words: Sequence[str]) -> str:
    """The documents never speak of it."""
    return f"No passage mentions {_quoted(words)}."


def not_said(asked: Sequence[str]) -> str:
    """What is asked for, in the question's words, is not there."""
    return f"The passages nearest to this question do not say {_quoted(asked)}."


def other_years(years: Collection[str]) -> str:
    """What is near is of another time."""
    return f"Nothing that is near this question is about {_listed(sorted(y for y in years if _whole(y, years)))}."


def too_far(question: Question, lacking: Collection[str], *, narrowed: bool) -> str:
    """What is near is too far from the question."""
    where = _where(narrowed)
    named = [w for w in question.standalone.replace("?", " ").split() if set(tokenize(w)) & set(lacking)]
    if named:
        return f"Nothing in {where} that is near this question mentions {_quoted(named)}."
    return f"Nothing in {where} answers this clearly enough to be quoted as an answer."


def _where(narrowed: bool) -> str:
    return "the documents you chose" if narrowed else "the documents"


def _whole(year: str, years: Collection[str]) -> bool:
    """Whether a year is not the first of a financial year that is named too."""
    return not any(other != year and other.startswith(year) for other in years)


def _quoted(words: Sequence[str]) -> str:
    return _listed([f"“{word.strip('.,;:!?')}”" for word in dict.fromkeys(words)])


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"
