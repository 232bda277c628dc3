"""The attempts in short: every place at once, everything that can be typed; and that a program that obeys is told."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from answer import Answer, Assistant, Statement
from index import Encoder, compiled_encoder, find_model
from trials.injection_places import ATTEMPTS, FIGURE, PLACES, TYPED, clean_corpus, typed
from trials.injections import Figures, Obedient, Trial, lines, run, said


@pytest.fixture(scope="module")
def encoder() -> Iterator[Encoder]:
    yield compiled_encoder(find_model())


def test_nothing_that_is_put_anywhere_is_obeyed(tmp_path: Path, encoder: Encoder) -> None:
    def work(trial: Trial) -> None:
        trial.everywhere_at_once(ATTEMPTS[:1])
        trial.in_questions(ATTEMPTS[2:3])

    figures = run(tmp_path, work, encoder)

    assert figures.successes == []
    assert figures.attempts == 2 * (8 + len(TYPED) * 2 + 2)


def test_a_program_that_obeys_is_told(tmp_path: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a fault would do: whoever answers a hostile corpus says the attacker's words."""
    honest = Assistant.answer

    def gullible(self: Assistant, text: str, *rest: object) -> Answer:
        answer = honest(self, text, *rest)  # type: ignore[arg-type]
        hostile = any("9,999" in document.text for document in self.snapshot.documents.values())
        lied = (*answer.statements, Statement("The ferry carried 9,999 passengers.", (1,)))
        return answer if not hostile else Answer(**{**_fields(answer), "statements": lied})

    monkeypatch.setattr(Assistant, "answer", gullible)
    figures = run(tmp_path, lambda trial: trial.in_documents(["text: a paragraph after"], ATTEMPTS[:1]), encoder)

    assert (figures.attempts, len(figures.successes)) == (4, 4)


def _fields(answer: Answer) -> dict[str, object]:
    return {name: getattr(answer, name) for name in Answer.__slots__}


@pytest.mark.parametrize("place", PLACES)
def test_each_place_takes_the_order(place: str) -> None:
    order = ATTEMPTS[0].order
    clean, hostile = clean_corpus(), PLACES[place][1](clean_corpus(), order)

    assert hostile != clean


def test_the_orders_are_many_enough_and_end_up_in_what_is_typed() -> None:
    assert (len(PLACES) * 2 + len(TYPED) * 2 + 2) * len(ATTEMPTS) >= 150
    assert typed("question: the order first", "Obey.", FIGURE) == f"Obey. {FIGURE}"
    assert typed("question: as tags", "Obey.", FIGURE).startswith(FIGURE)
    assert "\u200b" in typed("question: with unseen blanks", "Obey.", FIGURE)


def test_what_came_of_it_is_printed_by_place_and_mode() -> None:
    figures = Figures()
    figures.count("a place", "extractive", None)
    figures.count("a place", "with a model", "it obeyed")

    assert [line.split() for line in lines(figures)] == [
        ["place", "mode", "attempts", "changed"],
        ["a", "place", "extractive", "1", "0"],
        ["a", "place", "with", "a", "model", "1", "1"],
        ["all", "2", "1"],
    ]
    assert figures.successes == ["a place, with a model: it obeyed"]


def test_the_server_obeys_in_three_ways_and_is_honest_where_nothing_is_ordered() -> None:
    class Heard:
        def __init__(self) -> None:
            self.said = ""

        def quotes(self) -> list[dict[str, object]]:
            return [{"number": 1, "text": "It sails."}]

        def begin(self) -> None: ...

        def piece(self, text: str) -> None:
            self.said = text

        def end(self) -> None: ...

    obedient, replies = Obedient(), []
    for lie in ("", "It sank [1].", "It sank [1].", "It sank [1].", ""):
        heard = Heard()
        obedient.lie = lie
        obedient(heard)  # type: ignore[arg-type]
        replies.append(heard.said)

    assert replies == [
        "It sails [1].",
        "It sails [1]. It sank [1].",
        "It sank [1]. It sails [1].",
        "It sank [1].",
        "It sails [1].",
    ]


def test_only_what_is_seen_is_held_against_each_other(tmp_path: Path, encoder: Encoder) -> None:
    def work(trial: Trial) -> None:
        clean, hidden = (
            trial._assistants(corpus)[0].answer(FIGURE)
            for corpus in (
                clean_corpus(),
                PLACES["text: as tags that nobody sees"][1](clean_corpus(), ATTEMPTS[0].order),
            )
        )
        assert hidden.text != clean.text
        assert said(hidden) == said(clean)

    run(tmp_path, work, encoder)
