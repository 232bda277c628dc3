"""Invented organisations as corpora to measure on."""

from pathlib import Path

import pytest

from eval.organisations import ready
from index import Model
from tests.conftest import LetterEncoder
from training.errors import TrainingError
from training.strategies import ORGANISATIONS


def test_an_organisation_is_ready_with_its_index_and_its_questions_named_for_it(tmp_path: Path) -> None:
    model = Model("letters", tmp_path, "0" * 64)

    (one,) = ready(["housing"], model, LetterEncoder(), work=tmp_path)

    lines = (ORGANISATIONS / "housing" / "questions.jsonl").read_text("utf-8").splitlines()
    assert len(one.questions) == len(lines)
    assert all(question.id.startswith("housing/") for question in one.questions)
    assert {place.doc_id for question in one.questions for place in question.evidence} <= set(one.documents)
    assert one.index.is_dir()


def test_an_organisation_that_is_not_there_is_named_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"no organisation 'moon' in .*There are: .*housing"):
        list(ready(["moon"], Model("letters", tmp_path, "0" * 64), LetterEncoder(), work=tmp_path))
