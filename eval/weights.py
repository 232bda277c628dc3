"""Fit to questions whose evidence is known what each sign of evidence weighs.

A conditional logit: of the units found for a question, how likely each is the one that answers, by a weighted sum of
its signs. A small ridge on the signs, each by its deviation, keeps few questions from making a weight run away. The
numbers are written into answer/evidence.py by hand: a change of the product.

References:
    McFadden, "Conditional logit analysis of qualitative choice behavior", in Zarembka (ed.), Frontiers in Econometrics,
    Academic Press 1974.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from answer import Assistant
from answer.evidence import Evidence, Signs
from eval.questions import EvalQuestion, says
from eval.retrieval import place_in

_RIDGE = 0.03
_FOLDS = 10
_MAY_COUNT_AGAINST = frozenset({"lead_in", "unread"})  # every other sign is the more the better, or it is noise

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class FittedWeights:
    """What each sign is to weigh, and how good that is on the questions it was fitted to.

    Attributes:
        weights: A weight for each sign.
        before: For how many questions the unit that answers comes first with the weights there are.
        crossed: And with weights fitted to nine tenths of the other questions, each question left out once.
        n: How many questions have such a unit among what is found.
    """

    weights: Signs
    before: int
    crossed: int
    n: int


def fit_weights(asked: Sequence[tuple[Assistant, Sequence[EvalQuestion]]]) -> FittedWeights:
    """Find evidence for each question and fit weights under which the units that answer come first.

    Args:
        asked: For each corpus who answers from it, and the questions.

    Raises:
        ValueError: If there are fewer than ten questions with a unit that answers.
    """
    judged = [
        (q, assistant.judge(q.question, q.history, q.documents))
        for assistant, questions in asked
        for q in questions
        if q.answerable
    ]
    sets = [(np.array([e.signs for e in found]), _answers(q, found)) for q, found in judged if found]
    sets = [(signs, answers) for signs, answers in sets if answers.any()]
    if len(sets) < _FOLDS:
        raise ValueError(f"{len(sets)} questions have a unit that answers among what is found; {_FOLDS} are needed")
    scale = np.concatenate([signs for signs, _ in sets]).std(axis=0)
    scale[scale == 0] = 1.0
    scaled = [(signs / scale, answers) for signs, answers in sets]
    free = [name in _MAY_COUNT_AGAINST for name in Signs._fields]
    crossed = 0
    for fold in range(_FOLDS):
        weights = conditional_logit([one for at, one in enumerate(scaled) if at % _FOLDS != fold], free)
        crossed += sum(_first(x @ weights, answers) for x, answers in scaled[fold::_FOLDS])
    before = sum(bool(_answers(q, found)[0]) for q, found in judged if found and _answers(q, found).any())
    return FittedWeights(Signs(*np.round(conditional_logit(scaled, free) / scale, 2)), before, crossed, len(sets))


def _answers(question: EvalQuestion, found: Sequence[Evidence]) -> NDArray[np.bool_]:
    """Which units answer: those in the question's evidence that say a fact of it, or those in it if none does."""
    here = np.array([any(place_in(p, e.passage.doc_id, e.unit.spans) for p in question.evidence) for e in found])
    said = np.array([any(says(e.text, fact) for group in question.facts for fact in group) for e in found])
    return here & said if (here & said).any() else here


def _first(scores: Vector, answers: NDArray[np.bool_]) -> bool:
    return bool(answers[int(scores.argmax())])


def conditional_logit(sets: Sequence[tuple[Matrix, NDArray[np.bool_]]], free: Sequence[bool] | None = None) -> Vector:
    """The weights with the greatest penalised likelihood that one of the right rows of each set is chosen.

    Args:
        sets: For each choice the signs, (n_units, n_signs), and which rows are right, at least one.
        free: For each sign whether its weight may be negative; None lets every one be.
    """
    from scipy.optimize import minimize  # imported here: only fitting needs it

    def loss(weights: Vector) -> tuple[float, Vector]:
        total, slope = _RIDGE * float(weights @ weights), 2 * _RIDGE * weights
        for signs, answers in sets:
            scores = signs @ weights
            scores -= scores.max()
            share = np.exp(scores)
            right = np.where(answers, share, 0.0)
            total += (np.log(share.sum()) - np.log(right.sum())) / len(sets)
            slope = slope + (share / share.sum() - right / right.sum()) @ signs / len(sets)
        return total, slope

    width = sets[0][0].shape[1]
    bounds = [(None if may else 0.0, None) for may in free or [True] * width]
    found: Vector = minimize(loss, np.zeros(width), jac=True, bounds=bounds, method="L-BFGS-B").x
    return found
