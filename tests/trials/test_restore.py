"""In small: what people asked and decided comes back after everything was destroyed."""

from pathlib import Path

import pytest

from answer import Assistant, MadeWith
from desk import Person
from desk.asking import ask
from desk.holdings import Holdings
from desk.narrowing import Narrowed
from desk.reindex import Places
from eval.evaluate import Folders
from index import Model, build, load
from tests.conftest import LetterEncoder
from trials import restore

KEEPER = Person("K", "maintainer", "keeper")
QUESTIONS = ["Why were library fines abolished?", "How many passengers did the ferry carry?", "What is the budget?"] * 8


@pytest.fixture
def places(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Places:
    home = tmp_path / "eval"
    folders = Folders(home / "questions.jsonl", tmp_path / "runs", home / "accepted", home / "gate.toml")
    found = Places(small_corpus, tmp_path / "build" / "index", folders)
    build(small_corpus, found.index, letter_model, encoder=lambda _: LetterEncoder())
    Holdings(found.corpus, found.kept).add(KEEPER, "minutes.txt", b"Minutes\n\nThe board met in May 2031.\n")
    build(small_corpus, found.index, letter_model, encoder=lambda _: LetterEncoder())
    return found


def test_every_link_and_every_verdict_reopens(places: Places, tmp_path: Path) -> None:
    snapshot = load(places.index)
    assistant, made_with = Assistant(snapshot, None), MadeWith.of(snapshot.manifest)

    figures = restore.prove(
        places,
        tmp_path / "review.db",
        lambda question: ask(assistant, question, (), Narrowed(None, ""), made_with),
        QUESTIONS,
    )

    assert figures.wrong == []
    assert figures.there["links"] == 48
    assert figures.there["flags and verdicts"] > 12
    assert figures.there["lines of the journal"] == 1


def test_what_does_not_come_back_is_counted() -> None:
    figures = restore.Figures()
    restore._compare(figures, {"links": {"a": 1, "b": 2}}, {"links": {"a": 1, "b": 3}})

    assert figures.wrong == ["links"]
    assert "links: 1 of 2" in list(figures.lines())
