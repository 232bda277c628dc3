"""The public formats: question lines in, answer lines out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import QuestionError, QuestionLine, read_question


@given(st.text(max_size=300))
def test_any_line_is_a_question_or_an_error_that_says_something(line: str) -> None:
    try:
        assert isinstance(read_question(line), QuestionLine)
    except QuestionError as error:
        assert str(error)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param('{"id": "a", "question": "b"}', QuestionLine("a", "b"), id="what is required"),
        pytest.param(
            '{"id": "a", "question": "b", "history": ["c"], "documents": ["d", "e"]}',
            QuestionLine("a", "b", ("c",), ("d", "e")),
            id="everything",
        ),
        pytest.param('{"id": "a", "question": "b", "history": null}', QuestionLine("a", "b"), id="null is none"),
    ],
)
def test_a_question_line(line: str, expected: QuestionLine) -> None:
    assert read_question(line) == expected


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("{", "not JSON", id="half an object"),
        pytest.param("[" * 100_000, "not JSON", id="too deep"),
        pytest.param("[1]", "not an object", id="a list"),
        pytest.param('{"id": "a"}', "'question'", id="no question"),
        pytest.param('{"question": "a"}', "'id'", id="no id"),
        pytest.param('{"id": 1, "question": "a"}', "'id'", id="id is a number"),
        pytest.param('{"id": "a", "question": "b", "histroy": []}', "'histroy'", id="unknown field"),
        pytest.param('{"id": "a", "question": "b", "history": "c"}', "'history'", id="history is text"),
        pytest.param('{"id": "a", "question": "b", "documents": [1]}', "'documents'", id="a document is a number"),
    ],
)
def test_what_is_wrong_with_a_line_is_named(line: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        read_question(line)


@pytest.mark.parametrize(
    "line",
    [
        pytest.param('{"id": "\\ud800", "question": "Who?"}', id="in the id"),
        pytest.param('{"id": "1", "question": "Who?", "\\udfff": 1}', id="in a field's name"),
        pytest.param('{"id": "1", "question": "Who?", "history": ["\\ud83d"]}', id="in the history"),
    ],
)
def test_half_a_character_is_refused_and_does_not_end_the_answers_to_all_lines(line: str) -> None:
    with pytest.raises(QuestionError, match="half of a character") as caught:
        read_question(line)

    assert str(caught.value).encode()


def test_a_whole_pair_is_a_character() -> None:
    assert read_question('{"id": "\\ud83d\\ude00", "question": "Who?"}').id == "\U0001f600"
