"""One answer held against its question: every count, worked out by hand, and why an answer is wrong."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from answer import Answer, Assistant
from eval import EvalQuestion, Place
from eval.judging import Asked, cause, cells_of, is_right, well_formed
from index import Model, build, load
from ingest import Document, find_quote
from tests.conftest import LetterEncoder


@pytest.fixture
def assistant(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Assistant:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return Assistant(load(tmp_path / "index"), LetterEncoder())


@pytest.fixture
def documents(assistant: Assistant) -> dict[str, Document]:
    return dict(assistant.snapshot.documents)


@pytest.fixture
def said(assistant: Assistant) -> Answer:
    """One statement from the ferry plan, one citation."""
    answer = assistant.answer("How many passengers did the ferry carry?")
    assert [s.text for s in answer.statements] == [
        "In 2019-20 the ferry carried 4,210 passengers against a target of 4,000."
    ]
    return answer


@pytest.fixture
def refusal(assistant: Assistant) -> Answer:
    return assistant.answer("zeppelin timetable")


@pytest.fixture
def ask(documents: dict[str, Document]) -> Callable[..., EvalQuestion]:
    def of(quotes: list[tuple[str, str]], facts: list[list[str]], **more: Any) -> EvalQuestion:
        places = tuple(Place(doc, find_quote(documents[doc].text, quote)[0], quote) for doc, quote in quotes)
        question = EvalQuestion(
            "q", "?", "figure", (), (), bool(quotes), places, tuple(map(tuple, facts)), "", "dev", ""
        )
        return replace(question, **more)

    return of


FERRY = [("ferry", "4,210 passengers")]


def test_a_right_answer_counts_in_every_measure(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    question = ask(FERRY, [["4,210"], ["4,000", "four thousand"]])

    assert is_right(question, said)
    assert cells_of(Asked(question, said, said, None), documents) == {
        "answer accuracy": (1, 1),
        "evidence@10": (1, 1),
        "fact recall": (1, 1),
        "citation precision": (1, 1),
        "citation recall": (1, 1),
        "verbatim rate": (1, 1),
        "statement coverage": (1, 1),
        "ALCE citation recall": (1, 1),
        "ALCE citation precision": (1, 1),
        "number fidelity": (4, 4),  # 2019, 20, 4210, 4000
        "abstention F1": (0, 0),
        "answerable refused": (0, 1),
        "dated value": (1, 1),
        "well-formed": (1, 1),
    }


def test_half_of_the_facts_is_not_right_and_half_a_recall(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    question = ask([*FERRY, ("library", "900 books")], [["4,210"], ["900"]])

    found = cells_of(Asked(question, said, said, None), documents)

    assert (found["answer accuracy"], found["fact recall"]) == ((0, 1), (0.5, 1))
    assert (found["citation precision"], found["citation recall"]) == ((1, 1), (0.5, 1))


def test_a_refusal_of_what_can_be_answered(
    ask: Callable[..., EvalQuestion], refusal: Answer, said: Answer, documents: dict[str, Document]
) -> None:
    found = cells_of(Asked(ask(FERRY, [["4,210"]]), refusal, said, None), documents)

    assert found["answer accuracy"] == found["fact recall"] == found["citation recall"] == (0, 1)
    assert found["abstention precision"] == (0, 1)
    assert found["abstention F1"] == (0, 1)
    assert found["answerable refused"] == (1, 1)
    assert "citation precision" not in found
    assert "ALCE citation recall" not in found


def test_a_refusal_of_what_cannot(
    ask: Callable[..., EvalQuestion], refusal: Answer, documents: dict[str, Document]
) -> None:
    question = ask([], [])

    assert is_right(question, refusal)
    assert cells_of(Asked(question, refusal, refusal, None), documents) == {
        "abstention precision": (1, 1),
        "abstention recall": (1, 1),
        "abstention F1": (2, 2),
        "hedge leak": (0, 1),
        "well-formed": (1, 1),
    }


def test_an_answer_to_what_cannot_be_answered_is_wrong_and_cites_wrongly(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    question = ask([], [])
    found = cells_of(Asked(question, said, said, None), documents)

    assert not is_right(question, said)
    assert found["abstention recall"] == (0, 1)
    assert found["abstention F1"] == (0, 1)
    assert found["citation precision"] == (0, 1)
    assert found["hedge leak"] == (0, 1)


@pytest.mark.parametrize("text", ["The documents do not say. But: {} [1]", "Not in the documents, though {} [1]"])
def test_to_say_one_does_not_know_and_state_something_leaks(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document], text: str
) -> None:
    hedged = replace(said, text=text.format(said.statements[0].text))

    assert cells_of(Asked(ask([], []), hedged, hedged, None), documents)["hedge leak"] == (1, 1)


def test_a_document_that_itself_says_so_is_no_hedge(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    statement = replace(said.statements[0], text="The plan does not say who pays.")
    quoting = replace(said, statements=(statement,), text=f"Ferry Plan, published 2019:\n“{statement.text}” [1]")

    assert cells_of(Asked(ask([], []), quoting, quoting, None), documents)["hedge leak"] == (0, 1)


def test_a_changed_number_lowers_number_fidelity_and_the_verbatim_rate(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    wrong = replace(said.statements[0], text=said.statements[0].text.replace("4,210", "4,211"))
    found = cells_of(Asked(ask(FERRY, [["4,210"]]), replace(said, statements=(wrong,)), said, None), documents)

    assert found["number fidelity"] == (3, 4)
    assert found["verbatim rate"] == (0, 1)
    assert found["ALCE citation recall"] == (0, 1)


def test_a_quote_that_no_longer_stands_in_the_corpus_is_not_verbatim(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    now = {**documents, "ferry": replace(documents["ferry"], text=documents["ferry"].text.replace("4,210", "4,310"))}

    assert cells_of(Asked(ask(FERRY, [["4,210"]]), said, said, None), now)["verbatim rate"] == (0, 1)


def test_a_statement_whose_citation_is_gone_is_not_covered(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    bare = replace(said, citations=())
    found = cells_of(Asked(ask(FERRY, [["4,210"]]), bare, bare, None), documents)

    assert found["statement coverage"] == found["ALCE citation recall"] == (0, 1)
    assert found["number fidelity"] == (0, 4)
    assert found["well-formed"] == (0, 1)


def test_a_statement_without_its_mark_in_the_text_is_not_covered(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    unmarked = replace(said, text=said.text.replace("[1]", ""))

    assert cells_of(Asked(ask(FERRY, []), unmarked, unmarked, None), documents)["statement coverage"] == (0, 1)


def test_a_date_must_stand_beside_the_quote_not_in_it(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    # The quote itself says 2019-20; the date that counts is the document's own, 2019.
    undated = replace(said, text=said.text.replace("published 2019", ""))

    assert cells_of(Asked(ask(FERRY, []), undated, undated, None), documents)["dated value"] == (0, 1)


def test_an_archived_document_must_be_called_so(
    assistant: Assistant, ask: Callable[..., EvalQuestion], documents: dict[str, Document]
) -> None:
    said = assistant.answer("How many books did the library lend?")
    question = ask([("library", "900 books")], [["900"]])
    silent = replace(said, text=said.text.replace("archived", ""))

    assert cells_of(Asked(question, said, said, None), documents)["superseded value marked"] == (1, 1)
    assert cells_of(Asked(question, silent, silent, None), documents)["superseded value marked"] == (0, 1)


def test_a_follow_up_is_held_against_the_same_question_asked_alone(
    ask: Callable[..., EvalQuestion], said: Answer, refusal: Answer, documents: dict[str, Document]
) -> None:
    question = ask(FERRY, [["4,210"]], kind="follow_up", standalone="How many passengers did the ferry carry?")

    assert cells_of(Asked(question, said, said, said), documents)["follow-up kept"] == (1, 1)
    assert cells_of(Asked(question, refusal, said, said), documents)["follow-up kept"] == (0, 1)
    # Not right alone either: nothing is lost by the follow-up.
    assert "follow-up kept" not in cells_of(Asked(question, refusal, said, refusal), documents)


@pytest.mark.parametrize("kind", ["comparison", "no_year", "conflict", "ambiguous"])
def test_values_that_belong_side_by_side_are_counted_apart(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document], kind: str
) -> None:
    question = ask(FERRY, [["4,210"], ["900"]], kind=kind)

    assert cells_of(Asked(question, said, said, None), documents)["every value shown"] == (0, 1)


def test_half_an_answer_should_say_that_it_is_half(
    ask: Callable[..., EvalQuestion], said: Answer, documents: dict[str, Document]
) -> None:
    question = ask(FERRY, [["4,210"]], kind="half_answerable")
    half = replace(said, status="partial")

    assert cells_of(Asked(question, said, said, None), documents)["half said to be missing"] == (0, 1)
    assert cells_of(Asked(question, half, half, None), documents)["half said to be missing"] == (1, 1)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"citations": ()}, id="no citation"),
        pytest.param({"statements": ()}, id="no statement"),
        pytest.param({"text": ""}, id="no text"),
        pytest.param({"confidence": 1.5}, id="more than sure"),
        pytest.param({"status": "not_found"}, id="a refusal that states"),
    ],
)
def test_an_answer_that_breaks_its_type_is_not_well_formed(said: Answer, fault: dict[str, Any]) -> None:
    assert well_formed(said)
    assert not well_formed(replace(said, **fault))


def test_hits_must_be_ranked_from_1_and_fall(said: Answer) -> None:
    from_0 = tuple(replace(hit, rank=hit.rank - 1) for hit in said.hits)
    rising = tuple(replace(hit, score=-hit.score) for hit in said.hits)

    assert len(said.hits) > 1
    assert not well_formed(replace(said, hits=from_0))
    assert not well_formed(replace(said, hits=rising))


def test_a_refusal_gives_its_reason(refusal: Answer) -> None:
    assert well_formed(refusal)
    assert not well_formed(replace(refusal, reason=None))


def test_why_an_answer_is_wrong(
    assistant: Assistant, ask: Callable[..., EvalQuestion], said: Answer, refusal: Answer
) -> None:
    passages = assistant.snapshot.passages
    budget = ask([("ferry", "£12 million")], [["£12 million"]])
    only_first = replace(said, hits=said.hits[:1])

    def why(question: EvalQuestion, answer: Answer, among: Any = passages) -> str | None:
        return cause(Asked(question, answer, answer, None), among)

    assert why(ask(FERRY, [["4,210"]]), said) is None
    assert why(ask([], []), said) == "abstaining"
    assert why(ask(FERRY, [["4,210"]]), refusal, among=()) == "reading"
    # The passage over the evidence was read, but without the fact: a cell lost, say.
    lost = [replace(p, text=p.text.replace("£12 million", "")) for p in passages]
    assert why(budget, said, lost) == "reading"
    assert why(budget, only_first) == "retrieval"
    assert why(budget, said) == "choosing"
    assert why(budget, replace(refusal, hits=said.hits)) == "abstaining"
