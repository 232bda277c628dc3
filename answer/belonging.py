"""Does a piece of evidence belong in the answer beside the best?

The other side of a comparison, the value that another document gives, the second reason, the sentence that completes
the first belong there; what is merely near does not. A logistic model of what can be seen of the two says how likely it
does. Its weights are fitted to questions whose evidence is known (eval/belonging.py).
"""

import math
import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from answer.evidence import Evidence
from answer.question import Question
from answer.slots import FILLED

_ASKED = 40  # pieces of evidence, best first, of which it is asked
_FARTHEST = 8.0  # how far behind the best in score says no more
_DIGIT = re.compile(r"\d")
_VALUED = frozenset({"figure", "target", "result", "date"})


class Ties(NamedTuple):
    """What can be seen of a piece of evidence beside the best.

    Attributes:
        behind: How far its score is behind the best's, at most 0.
        best_read: The reader's log-odds that the best answers.
        passage: Whether it is of the best's passage.
        follows: Whether it comes right after the best.
        leads: Whether it is the best of another document.
        leads_valued: That, where a value is asked for without a year, and it gives one as the best does.
        compared: Whether things are compared, and it is of another document.
        new: The share of the question's words that it has and the best has not.
        same_list: Whether it is of the best's list.
        row: Whether it is a row of a table.
    """

    behind: float
    best_read: float
    passage: float
    follows: float
    leads: float
    leads_valued: float
    compared: float
    new: float
    same_list: float
    row: float


WEIGHTS = Ties(
    behind=0.88,
    best_read=0.31,
    passage=-0.55,
    follows=1.05,
    leads=0.69,
    leads_valued=0.83,
    compared=0.36,
    new=1.49,
    same_list=1.23,
    row=1.02,
)
INTERCEPT = -1.22


def ties(question: Question, evidence: Sequence[Evidence]) -> Iterator[tuple[Evidence, Ties]]:
    """The pieces of evidence next to the best, each with its ties to it.

    Args:
        question: The question.
        evidence: The evidence, best first.
    """
    seen = {evidence[0].passage.doc_id}
    for item in evidence[1:_ASKED]:
        if item.unit.kind != "lead_in":  # it is given with its list, if at all
            yield item, _ties(item, evidence[0], question, first=item.passage.doc_id not in seen)
        seen.add(item.passage.doc_id)


def _ties(item: Evidence, best: Evidence, question: Question, *, first: bool) -> Ties:
    """``first``: whether it is the best of its document."""
    new = sum(question.weights[word] for word in item.words - best.words)
    elsewhere, beside = item.passage.doc_id != best.passage.doc_id, item.place == best.place
    return Ties(
        behind=max(item.score - best.score, -_FARTHEST),
        best_read=best.signs.read,
        passage=float(beside),
        follows=float(beside and item.at == best.at + 1),
        leads=float(elsewhere and first),
        leads_valued=float(elsewhere and first and not question.years and _as_valued(item, best, question)),
        compared=float(elsewhere and question.compares),
        new=new / sum(question.weights.values()),
        same_list=float(beside and item.unit.list_start is not None and item.unit.list_start == best.unit.list_start),
        row=float(item.unit.kind == "row"),
    )


def _as_valued(item: Evidence, best: Evidence, question: Question) -> bool:
    """Whether it gives a value as the best does: fills in what that does, or has a number where one is asked for."""
    if question.slots:
        return all(a >= min(b, FILLED) for a, b in zip(item.fills, best.fills, strict=True))
    return question.kind in _VALUED and _DIGIT.search(item.text) is not None


def belongs(ties: Ties) -> float:
    """How likely it is that a piece of evidence belongs beside the best, from 0 to 1."""
    return 1 / (1 + math.exp(-INTERCEPT - sum(weight * tie for weight, tie in zip(WEIGHTS, ties, strict=True))))
