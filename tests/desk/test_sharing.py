"""An answer as text to paste: nothing that a reader must know is left behind."""

from dataclasses import replace
from pathlib import Path

import pytest

from answer import Answer, Assistant
from desk.sharing import as_text
from index import Model, Snapshot, build, load
from tests.conftest import LetterEncoder


@pytest.fixture
def snapshot(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Snapshot:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return load(tmp_path / "index")


@pytest.fixture
def answer(snapshot: Snapshot) -> Answer:
    return Assistant(snapshot, None).answer("Why were library fines abolished?")


def test_an_answer_is_pasted_with_its_question_and_each_source_in_full(answer: Answer, snapshot: Snapshot) -> None:
    pasted = as_text(answer, snapshot.documents).split("\n")

    assert pasted[0] == "Why were library fines abolished?"
    assert "Fines were abolished because they kept children away." in "\n".join(pasted)
    assert pasted[-2] == "Sources"
    assert pasted[-1].startswith("[1] Library Report, Island Council, 1 May 2018")
    assert pasted[-1].endswith("Fines were abolished because they kept children away.”")


def test_what_was_searched_for_is_said_where_it_is_not_what_was_typed(answer: Answer, snapshot: Snapshot) -> None:
    other = replace(answer, question="Why?")

    assert "(Searched for: Why were library fines abolished?)" in as_text(other, snapshot.documents)
    assert "Searched for" not in as_text(answer, snapshot.documents)


def test_a_refusal_is_pasted_as_one(snapshot: Snapshot) -> None:
    refused = Assistant(snapshot, None).answer("Who is the zookeeper of Ulan Bator?")
    assert refused.status == "not_found"

    pasted = as_text(refused, snapshot.documents)

    assert "Not in the documents." in pasted
    assert refused.reason
    assert refused.reason in pasted
    assert "Sources" not in pasted
