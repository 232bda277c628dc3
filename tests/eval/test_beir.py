"""Folders in BEIR's form: what is read, what is refused, and what index is made of them."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from eval.beir import BeirError, read_set, sample
from eval.beir_index import read_documents, snapshot_of
from index import Model, index_text, search
from ingest import quote_at
from tests.conftest import LetterEncoder
from tests.eval.made_sets import PASSAGES, QRELS, QUESTIONS, write_set


def test_a_set_is_read_with_what_is_known_of_each_answer(tmp_path: Path) -> None:
    beir = read_set(write_set(tmp_path / "island"))

    assert (beir.name, len(beir.passages), beir.pairs, beir.other_splits) == ("island", 3, 2, 0)
    assert [(q.id, q.answerable, dict(q.relevant), q.references, q.scope) for q in beir.questions] == [
        ("q1", True, {"a1": 1}, ("4,210",), None),
        ("q2", True, {"a2": 1}, ("red",), "ferry"),
        ("q3", False, {}, (), None),
    ]


def test_a_plain_beir_folder_needs_no_more_than_ids_and_texts(tmp_path: Path) -> None:
    write_set(tmp_path, [{"_id": "p", "text": "One."}], [{"_id": "q", "text": "Two?"}], ["q\tp\t2"])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels.tsv").rename(tmp_path / "qrels" / "test.tsv")

    beir = read_set(tmp_path)

    assert (beir.passages[0].doc_id, beir.passages[0].title) == ("p", "")
    assert [(q.answerable, dict(q.relevant), q.first_turn) for q in beir.questions] == [(True, {"p": 2}, None)]


def test_questions_of_other_splits_are_left_out_and_counted(tmp_path: Path) -> None:
    questions = [*QUESTIONS, {"_id": "train-1", "text": "Of another split?"}]

    beir = read_set(write_set(tmp_path, questions=questions))

    assert [q.id for q in beir.questions] == ["q1", "q2", "q3"]
    assert beir.other_splits == 1


def test_a_score_of_0_is_no_relevant_passage(tmp_path: Path) -> None:
    beir = read_set(write_set(tmp_path, qrels=[*QRELS, "q1\tb1\t0", "q2\tb1\t-1"]))

    assert [dict(q.relevant) for q in beir.questions] == [{"a1": 1}, {"a2": 1}, {}]
    assert beir.pairs == 2


def test_only_a_line_feed_ends_a_line(tmp_path: Path) -> None:
    odd = "One\u2028two\x85three."

    beir = read_set(write_set(tmp_path, [*PASSAGES, {"_id": "c", "text": odd}]))

    assert beir.passages[-1].text == odd


@pytest.mark.parametrize(
    ("history", "earlier"),
    [
        pytest.param(["user: How?"], (), id="the question itself"),
        pytest.param(["user: Who?", "agent: She.", "user: How?"], ("Who?",), id="others' turns are left out"),
        pytest.param(["Who?", "Where?"], ("Who?", "Where?"), id="turns without a speaker are the user's"),
        pytest.param(["user: Who?", "agent: She."], ("Who?",), id="the question is not among them"),
    ],
)
def test_of_a_conversation_the_users_earlier_turns_are_kept(
    tmp_path: Path, history: list[str], earlier: tuple[str, ...]
) -> None:
    questions = [{"_id": "q1", "text": "How?", "history": history, "first_turn": False}]

    (question,) = read_set(write_set(tmp_path, questions=questions, qrels=QRELS[:2])).questions

    assert question.earlier == earlier


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"_id": ""}, "'_id' must be there", id="no id"),
        pytest.param({"_id": 7}, "'_id' must be there", id="an id that is a number"),
        pytest.param({"_id": "a1"}, "'_id' is 'a1', as on .*line 1", id="an id used twice"),
        pytest.param({"text": None}, "'text' must be there", id="no text"),
        pytest.param({"title": 3}, "'title'", id="a title that is a number"),
        pytest.param({"doc": " "}, "'doc'", id="an empty document"),
    ],
)
def test_what_is_wrong_with_a_passage_is_named_with_its_line(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    write_set(tmp_path, [PASSAGES[0], {**PASSAGES[1], **change}, PASSAGES[2]])

    with pytest.raises(BeirError, match=rf"corpus\.jsonl, line 2: field {said}"):
        read_set(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param({"text": "  "}, "'text' must be there", id="no text"),
        pytest.param({"answerable": "yes"}, "'answerable'", id="answerable is text"),
        pytest.param({"answerable": False}, "'answerable' is false, but", id="unanswerable with a relevant passage"),
        pytest.param({"scope": "boat"}, "'scope' is 'boat'", id="scope of an unknown document"),
        pytest.param({"history": "Who?"}, "'history'", id="history is no list"),
        pytest.param({"answers": [1]}, "'answers'", id="answers of numbers"),
        pytest.param({"answers": {"a1": "x"}}, "'answers'", id="answers by passage that are no lists"),
    ],
)
def test_what_is_wrong_with_a_question_is_named_with_its_line(
    tmp_path: Path, change: dict[str, Any], said: str
) -> None:
    write_set(tmp_path, questions=[QUESTIONS[0], {**QUESTIONS[1], **change}, QUESTIONS[2]])

    with pytest.raises(BeirError, match=rf"queries\.jsonl, line 2: field {said}"):
        read_set(tmp_path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        pytest.param("q9\ta1\t1", "query-id 'q9' is not in queries.jsonl", id="unknown question"),
        pytest.param("q1\tz9\t1", "corpus-id 'z9' is not in corpus.jsonl", id="unknown passage"),
        pytest.param("q1 a1 1", "1 columns", id="blanks for tabs"),
        pytest.param("q1\t0\ta1\t1", "4 columns", id="TREC's form"),
        pytest.param("q1\ta2\tyes", "score 'yes'", id="a score in words"),
        pytest.param("q1\ta1\t1", "stand in an earlier line", id="a pair twice"),
    ],
)
def test_what_is_wrong_with_a_qrel_is_named_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    write_set(tmp_path, qrels=[*QRELS, line])

    with pytest.raises(BeirError, match=rf"qrels\.tsv, line 4: .*{said}"):
        read_set(tmp_path)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        pytest.param("corpus.jsonl", b"{", "line 1: not JSON", id="bad JSON"),
        pytest.param("corpus.jsonl", b"[]", "line 1: not an object", id="a list"),
        pytest.param("corpus.jsonl", b"", "no passage with a text", id="an empty corpus"),
        pytest.param("queries.jsonl", b'{"_id": "q\xff"}', "not UTF-8", id="another encoding"),
        pytest.param("qrels.tsv", b"query-id\tcorpus-id\tscore\n", "no question is named", id="no qrel"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, file: str, content: bytes, said: str) -> None:
    write_set(tmp_path, questions=QUESTIONS[:2])
    (tmp_path / file).write_bytes(content)

    with pytest.raises(BeirError, match=said):
        read_set(tmp_path)


@pytest.mark.parametrize("missing", ["corpus.jsonl", "queries.jsonl", "qrels.tsv", ""])
def test_a_missing_file_is_named(tmp_path: Path, missing: str) -> None:
    folder = write_set(tmp_path / "island")
    if missing:
        (folder / missing).unlink()

    with pytest.raises(BeirError, match=missing or "is not a folder"):
        read_set(folder if missing else folder / "no-such-folder")


def test_a_sample_is_the_same_every_time_in_order_and_part_of_a_larger_one(tmp_path: Path) -> None:
    questions = read_set(write_set(tmp_path)).questions

    one, two = sample(questions, 1), sample(questions, 2)

    assert sample(list(reversed(questions)), 1) == one
    assert {q.id for q in one} < {q.id for q in two}
    assert two == [q for q in questions if q in two]
    assert sample(questions, None) == sample(questions, 99) == list(questions)


def test_a_documents_passages_stand_in_its_text_in_their_order(tmp_path: Path) -> None:
    documents, passages = read_documents(read_set(write_set(tmp_path)))

    ferry = documents["ferry"]
    assert ferry.text == f"{PASSAGES[0]['text']}\n\n{PASSAGES[2]['text']}"
    assert [(p.passage_id, p.doc_id, p.headings) for p in passages] == [
        ("a1", "ferry", ("Ferry",)),
        ("a2", "ferry", ("Ferry",)),
        ("b1", "library", ("Library",)),
    ]
    assert passages[1].text == quote_at(ferry.text, passages[1].spans) == "The hull is painted red."
    assert [quote_at(ferry.text, u.spans) for u in passages[0].units] == [
        "The ferry carried 4,210 passengers.",
        "It sails at noon.",
    ]
    assert index_text(passages[1]) == "Ferry: The hull is painted red."


def test_sections_follow_titles_and_reach_from_end_to_end(tmp_path: Path) -> None:
    titles = ["Tide", "Tide", ""]
    lines = [{"_id": f"p{i}", "doc": "d", "title": title, "text": "Ebb."} for i, title in enumerate(titles)]

    documents, passages = read_documents(
        read_set(write_set(tmp_path, lines, [{"_id": "q", "text": "?w"}], ["q\tp0\t1"]))
    )

    document = documents["d"]
    assert [(s.headings, s.start, s.end) for s in document.sections] == [(("Tide",), 0, 12), ((), 12, 16)]
    assert document.title == "d"
    assert [document.headings_at(p.spans[0][0]) for p in passages] == [p.headings for p in passages]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"Fees\nA fee is due {'and due ' * 20}", ["Fees"], id="a line is a paragraph"),
        pytest.param("A fee is\ndue at once.\n\nPay it.", ["A fee is due at once.", "Pay it."], id="hard-wrapped"),
    ],
)
def test_where_a_passages_sentences_end(tmp_path: Path, text: str, expected: list[str]) -> None:
    lines = [{"_id": "p", "text": text}]

    documents, (passage,) = read_documents(
        read_set(write_set(tmp_path, lines, [{"_id": "q", "text": "Fee?"}], ["q\tp\t1"]))
    )

    sentences = [quote_at(documents["p"].text, unit.spans) for unit in passage.units]
    assert sentences[: len(expected)] == expected


def test_a_passage_without_text_is_its_title_and_one_without_either_is_none(tmp_path: Path) -> None:
    lines = [*PASSAGES, {"_id": "t", "title": "Harbour dues", "text": ""}, {"_id": "e", "title": "", "text": " "}]

    _, passages = read_documents(read_set(write_set(tmp_path, lines)))

    assert [p.text for p in passages if p.passage_id in "te"] == ["Harbour dues"]


def test_an_index_in_memory_is_searched_and_its_vectors_are_kept(
    tmp_path: Path, letter_model: Model, letters: LetterEncoder
) -> None:
    beir = read_set(write_set(tmp_path / "island"))
    make = partial(snapshot_of, beir, letter_model, lambda: letters, tmp_path / "vectors")

    snapshot = make()
    embedded = len(letters.encoded)
    again = make()

    assert [h.passage.passage_id for h in search(snapshot, letters, "library books", limit=1)] == ["b1"]
    assert embedded == 3
    assert letters.encoded[3:] == ["library books"]
    assert again.manifest.fingerprint == snapshot.manifest.fingerprint
    assert len(again.dense) == len(again.passages) == sum(again.manifest.passages.values()) == 3
