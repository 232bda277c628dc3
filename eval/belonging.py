"""Fit to questions whose evidence is known how likely a piece of evidence belongs beside the best.

A logistic model of the ties between the two, with a small ridge. The numbers are written into answer/belonging.py by
hand: a change of the product.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from answer import Assistant
from answer.belonging import Ties, ties
from answer.lists import list_asked_for
from eval.logistic import logistic_weights
from eval.questions import EvalQuestion
from eval.retrieval import place_in

_RIDGE = 3.0


@dataclass(frozen=True, slots=True)
class FittedTies:
    """What each tie is to weigh.

    Attributes:
        weights: A weight for each tie.
        intercept: What is added to their sum.
        belonging: How many pieces of evidence belong beside the best.
        n: Of how many that were asked about.
    """

    weights: Ties
    intercept: float
    belonging: int
    n: int


def fit_ties(asked: Sequence[tuple[Assistant, Sequence[EvalQuestion]]]) -> FittedTies:
    """Find evidence for each question and fit weights under which what is in its known evidence belongs.

    Questions that a list answers whole, and those for an overview, are left out: their answers are made otherwise.

    Args:
        asked: For each corpus who answers from it, and the questions.

    Raises:
        ValueError: If nothing that was found belongs beside the best, or all of it.
    """
    seen = [one for assistant, questions in asked for q in questions if q.answerable for one in _seen(assistant, q)]
    x, y = np.array([(1.0, *of) for of, _ in seen]), np.array([right for _, right in seen], np.float64)
    if not 0 < y.sum() < len(y):
        raise ValueError(f"{int(y.sum())} of {len(y)} pieces of evidence belong beside the best: nothing to tell apart")
    intercept, *weights = (round(float(w), 2) for w in logistic_weights(x, y, _RIDGE))
    return FittedTies(Ties(*weights), intercept, int(y.sum()), len(y))


def _seen(assistant: Assistant, asked: EvalQuestion) -> list[tuple[Ties, bool]]:
    """The ties of each piece of evidence for a question, with whether it is in the evidence that is known."""
    question = assistant.understand(asked.question, asked.history)
    found = assistant.judge(asked.question, asked.history, asked.documents)
    if not found or question.kind == "overview" or list_asked_for(question, found, assistant.snapshot):
        return []
    return [
        (of, any(place_in(place, item.passage.doc_id, item.unit.spans) for place in asked.evidence))
        for item, of in ties(question, found)
    ]
