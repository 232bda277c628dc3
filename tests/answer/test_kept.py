"""An answer as it is kept: whole and exact, and nothing else is taken for one."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import (
    Answer,
    Assistant,
    Citation,
    Features,
    KeptError,
    Statement,
    Writing,
    answer_from_json,
    answer_to_json,
)
from index import Hit, Model, build, load
from ingest import Passage
from tests.conftest import CATALOGUE, FERRY, LIBRARY, LetterEncoder

NUMBERS = st.floats(allow_nan=False)  # no answer has one that is not equal to itself
TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)  # halves of characters too
HITS = st.builds(
    Hit, passage=st.builds(Passage, text=TEXTS), score=NUMBERS, cosine=st.none() | NUMBERS, late_rank=st.integers()
)
ANSWERS = st.builds(
    Answer,
    question=TEXTS,
    statements=st.lists(st.builds(Statement, text=TEXTS), max_size=3).map(tuple),
    citations=st.lists(st.builds(Citation, quote=TEXTS), max_size=3).map(tuple),
    confidence=NUMBERS,
    hits=st.lists(HITS, max_size=2).map(tuple),
    features=st.builds(Features, *[NUMBERS] * 9, st.booleans()),
    objection=st.none() | TEXTS,
    writing=st.none() | st.builds(Writing, dropped=st.dictionaries(TEXTS, st.integers(), max_size=2)),
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("kept")
    (folder / "corpus").mkdir()
    for name, text in (("ferry.txt", FERRY), ("library.txt", LIBRARY), ("catalogue.toml", CATALOGUE)):
        (folder / "corpus" / name).write_text(text, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return Assistant(load(folder / "index"), LetterEncoder())


@pytest.fixture
def record(assistant: Assistant) -> dict[str, Any]:
    return kept(assistant.answer("What are the ferry's objectives?"))


def kept(answer: Answer) -> Any:
    return json.loads(json.dumps(answer_to_json(answer)))


@given(ANSWERS)
def test_any_answer_comes_back_as_it_was(answer: Answer) -> None:
    again = answer_from_json(kept(answer))

    assert again == answer
    assert repr(again) == repr(answer), "equal numbers of another kind are another answer"


@pytest.mark.parametrize(
    ("question", "status"),
    [
        pytest.param("What are the ferry's objectives?", "answered", id="a list"),
        pytest.param("How many passengers did the ferry carry and what colour is it?", None, id="two in one"),
        pytest.param("zeppelin timetable", "not_found", id="a refusal"),
    ],
)
def test_a_real_answer_comes_back_with_all_its_passages(
    assistant: Assistant, question: str, status: str | None
) -> None:
    answer = assistant.answer(question)
    again = answer_from_json(kept(answer))

    assert again == answer
    assert status in (None, again.status)
    assert [hit.passage.units for hit in again.hits] == [hit.passage.units for hit in answer.hits]


def test_a_field_that_is_new_and_has_a_default_may_lack(record: dict[str, Any]) -> None:
    del record["answer"]["writing"]
    del record["answer"]["hits"][0]["passage"]["same_as"]

    assert answer_from_json(record).writing is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda r: r.update(format=2), "format 2, and this version reads 1", id="another format"),
        pytest.param(lambda r: r.update(format=True), "format True", id="true is not 1"),
        pytest.param(lambda r: r.pop("format"), "no kept answer", id="no format"),
        pytest.param(lambda r: r.update(answer=[]), "answer should have an object", id="no object"),
        pytest.param(lambda r: r["answer"].pop("text"), "answer should have the field 'text'", id="a field lacks"),
        pytest.param(lambda r: r["answer"].update(mood=1), "answer should have no field 'mood'", id="an unknown field"),
        pytest.param(lambda r: r["answer"].update(status="odd"), "answer.status should have one of", id="a status"),
        pytest.param(lambda r: r["answer"].update(confidence="1"), "confidence should have float", id="a text"),
        pytest.param(lambda r: r["answer"].update(confidence=True), "confidence should have float", id="a yes"),
        pytest.param(lambda r: r["answer"].update(hits={}), "answer.hits should have a list", id="no list"),
        pytest.param(
            lambda r: r["answer"]["citations"][0].update(spans=[[1, 2, 3]]),
            r"citations\[0\].spans\[0\] should have a list of 2",
            id="a span of three",
        ),
        pytest.param(
            lambda r: r["answer"]["features"].update(unread=0), "features.unread should have bool", id="a nought"
        ),
    ],
)
def test_anything_else_is_refused_by_its_place(
    record: dict[str, Any], change: Callable[[dict[str, Any]], object], message: str
) -> None:
    change(record)

    with pytest.raises(KeptError, match=message):
        answer_from_json(record)


@pytest.mark.parametrize("record", [None, [], "answer", 1, {}], ids=str)
def test_what_is_no_record_at_all_is_refused(record: object) -> None:
    with pytest.raises(KeptError, match="no kept answer"):
        answer_from_json(record)


def test_what_would_not_come_back_is_not_kept(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(TypeError, match="Path cannot be kept"):
        answer_to_json(replace(assistant.answer("ferry"), reason=tmp_path))  # type: ignore[arg-type]
