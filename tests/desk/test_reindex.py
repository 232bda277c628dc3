"""From changed documents to a live index: the states on the way, the gate, and the ways back."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from threading import Event

import pytest

from desk import NotAllowed, Person
from desk.holdings import HoldingsError
from desk.reindex import Places, Reindexing, ReindexRefused
from eval.evaluate import Folders
from index import Encoding, Model, build, load, snapshot_name
from ingest import Entry
from tests.conftest import CATALOGUE, LetterEncoder

BO = Person("Bo Marsh", "maintainer")
CANAL = b"Canal plan\n\nThe canal was dredged to 7 metres in 2021.\n"
PATIENCE = 60.0


class WaitingEncoder(LetterEncoder):
    """Encodes when it is told to, and says when it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.told = Event(), Event()

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        self.asked.set()
        assert self.told.wait(PATIENCE)
        return super().encode(texts, on_done)


@pytest.fixture
def places(small_corpus: Path, tmp_path: Path) -> Places:
    home = tmp_path / "eval"
    home.mkdir()
    (home / "gate.toml").write_text('[floors]\n"verbatim rate" = 1.0\n')
    return Places(
        small_corpus,
        tmp_path / "build" / "index",
        Folders(home / "questions.jsonl", tmp_path / "build" / "eval", home / "accepted", home / "gate.toml"),
    )


@pytest.fixture
def work(places: Places, letter_model: Model) -> Reindexing:
    """With an index of the corpus as it is, all of which is kept."""
    build(places.corpus, places.index, letter_model, encoder=lambda _: LetterEncoder())
    made = Reindexing(places, lambda: letter_model, lambda _: LetterEncoder())
    made.holdings.keep(BO)
    return made


def row(id_: str, quote: str, document: str, **others: object) -> str:
    fields: dict[str, object] = {
        "id": id_, "question": "How many passengers did the ferry carry?", "kind": "figure", "history": [],
        "documents": [], "answerable": True, "evidence": [{"document": document, "quote": quote}],
        "facts": [], "reference": quote, "split": "dev", "notes": "",
    }  # fmt: skip
    return json.dumps({**fields, **others}) + "\n"


FERRY_ROW = row("q-ferry", "the ferry carried 4,210 passengers", "ferry")
LIBRARY_ROW = row("q-library", "The library lent 900 books in 2018.", "library", must_pass=True)


def reindexed(work: Reindexing) -> Reindexing:
    work.start(BO)
    assert work.wait(PATIENCE)
    return work


def test_nothing_to_do_is_said(work: Reindexing) -> None:
    assert work.look().state == "idle"

    look = reindexed(work).look()

    assert (look.state, look.problem) == ("idle", "")
    assert look.changes
    assert (look.changes.built, look.changes.unchanged) == (False, ("ferry", "library"))


def test_a_document_is_added_published_withdrawn_and_brought_back_with_its_index(work: Reindexing) -> None:
    work.holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    look = reindexed(work).look()
    assert look.state == "ready"
    assert look.changes
    assert (look.changes.created, look.changes.unchanged) == (("canal",), ("ferry", "library"))
    assert "canal" not in load(work.places.index).documents

    work.publish(BO)
    assert work.look().state == "published"
    assert "canal" in load(work.places.index).documents

    work.holdings.withdraw(BO, "canal")
    reindexed(work).publish(BO)
    assert "canal" not in load(work.places.index).documents

    earlier = work.earlier()
    assert earlier
    assert (earlier.documents, earlier.restorable) == (3, True)
    assert work.go_back(BO)
    assert "canal" in load(work.places.index).documents
    assert (work.places.corpus / "canal.txt").read_bytes() == CANAL
    assert work.holdings.entries()["canal"] == Entry("Canal Plan")
    look = reindexed(work).look()
    assert look.changes
    assert not look.changes.built  # the documents are just those of the index


def test_without_questions_there_is_no_gate_and_that_is_said(work: Reindexing) -> None:
    work.holdings.withdraw(BO, "library")
    look = reindexed(work).look()

    assert look.verdict
    assert (look.verdict.gate, look.verdict.lets_through) == ("none", True)
    assert "there are no questions at" in look.verdict.said


def test_questions_on_other_documents_are_no_gate(work: Reindexing) -> None:
    work.places.evaluation.questions.write_text(row("q", "Anything", "another-organisation"))
    work.holdings.withdraw(BO, "library")
    look = reindexed(work).look()

    assert look.verdict
    assert look.verdict.gate == "none"
    assert "no question in" in look.verdict.said


def test_the_gate_is_asked_and_the_run_is_kept(work: Reindexing) -> None:
    work.places.evaluation.questions.write_text(FERRY_ROW)
    work.holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    look = reindexed(work).look()

    assert look.problem == ""
    assert look.verdict
    assert (look.verdict.gate, look.verdict.asked, look.verdict.right, look.verdict.unsound) == ("open", 1, 1, ())
    assert look.verdict.said == "The gate is open. 1 of 1 questions are answered rightly."
    settings = json.loads((work.places.evaluation.runs / look.verdict.run / "settings.json").read_text())
    assert look.candidate
    assert settings["candidate"] == look.candidate.name
    assert (work.places.evaluation.runs / look.verdict.run / "report.html").is_file()
    work.publish(BO)


def test_a_row_whose_evidence_was_withdrawn_is_counted_and_one_that_must_pass_shuts_the_gate(work: Reindexing) -> None:
    work.places.evaluation.questions.write_text(FERRY_ROW + LIBRARY_ROW)
    work.places.evaluation.accepted.mkdir()
    accepted = {
        "id": "q-library", "digest": "0", "kind": "figure", "split": "dev", "answerable": True, "must_pass": True,
        "status": "answered", "right": True, "confidence": 1.0, "right_if_answered": True, "cause": None,
        "cells": {}, "text": "900", "record": {},
    }  # fmt: skip
    (work.places.evaluation.accepted / "rows.jsonl").write_text(json.dumps(accepted) + "\n")
    work.holdings.withdraw(BO, "library")
    verdict = reindexed(work).look().verdict

    assert verdict
    assert (verdict.gate, verdict.asked) == ("shut", 1)
    assert [line.partition(": ")[2] for line in verdict.unsound] == ["there is no document 'library'. There are: ferry"]
    assert any("q-library, which had to pass, is no longer asked" in reason for reason in verdict.reasons)

    with pytest.raises(ReindexRefused, match="Say why"):
        work.publish(BO, "  ")
    assert "library" in load(work.places.index).documents
    work.publish(BO, "it was\nwithdrawn")
    assert "library" not in load(work.places.index).documents
    assert "Published all the same: it was withdrawn" in work.holdings.journal()[-1].said


def test_a_server_that_is_started_again_finds_the_candidate_and_its_verdict(
    work: Reindexing, letter_model: Model
) -> None:
    work.holdings.withdraw(BO, "library")
    before = reindexed(work).look()

    again = Reindexing(work.places, lambda: letter_model, lambda _: LetterEncoder())

    assert again.look() == before
    again.publish(BO)
    assert set(load(work.places.index).documents) == {"ferry"}


def test_a_candidate_that_was_never_asked_needs_a_reason_or_the_gate(work: Reindexing, letter_model: Model) -> None:
    work.holdings.withdraw(BO, "library")
    build(work.places.corpus, work.places.index, letter_model, encoder=lambda _: LetterEncoder(), publish=False)
    look = work.look()
    assert look.verdict
    assert (look.state, look.verdict.gate) == ("ready", "unasked")
    with pytest.raises(ReindexRefused, match="Say why"):
        work.publish(BO)

    work.ask_again(BO)
    work.wait(PATIENCE)
    work.publish(BO)
    assert set(load(work.places.index).documents) == {"ferry"}


def test_the_work_is_seen_and_only_one_goes_on_at_a_time(work: Reindexing, places: Places, letter_model: Model) -> None:
    encoder = WaitingEncoder()
    work = Reindexing(places, lambda: letter_model, lambda _: encoder)
    work.holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    work.start(BO)
    assert encoder.asked.wait(PATIENCE)

    look = work.look()
    assert (look.state, look.by) == ("building", "Bo Marsh")
    assert look.doing.startswith("Embedding passages: ")
    for step in (work.start, work.publish, work.go_back, lambda p: work.discard(p, restore=False)):
        with pytest.raises(ReindexRefused, match="under way"):
            step(BO)
    assert set(load(places.index).documents) == {"ferry", "library"}  # which answers meanwhile
    encoder.told.set()
    assert work.wait(PATIENCE)
    assert work.look().state == "ready"


def test_it_is_stopped_without_a_trace(work: Reindexing, places: Places, letter_model: Model) -> None:
    encoder = WaitingEncoder()
    work = Reindexing(places, lambda: letter_model, lambda _: encoder)
    work.holdings.add(BO, "canal.txt", CANAL, Entry("Canal Plan"))
    before = snapshot_name(places.index)
    work.start(BO)
    assert encoder.asked.wait(PATIENCE)
    work.stop(BO)
    assert work.look().stopping
    encoder.told.set()
    assert work.wait(PATIENCE)

    look = work.look()
    assert (look.state, look.problem) == ("idle", "It was stopped before it had ended.")
    assert snapshot_name(places.index) == before
    assert reindexed(work).look().state == "ready"


def test_documents_that_change_while_they_are_read_are_no_candidate(
    work: Reindexing, places: Places, letter_model: Model
) -> None:
    def found() -> Model:  # called between keeping the documents and reading them
        (places.corpus / "ferry.txt").write_text("Changed by hand meanwhile.")
        return letter_model

    work = Reindexing(places, found, lambda _: LetterEncoder())
    work.holdings.withdraw(BO, "library")
    look = reindexed(work).look()

    assert (look.state, look.candidate) == ("failed", None)
    assert "changed while they were being read" in look.problem


def test_what_goes_wrong_is_said_and_the_live_index_answers(work: Reindexing) -> None:
    (work.places.corpus / "catalogue.toml").write_text("[ferry")
    look = reindexed(work).look()

    assert look.state == "failed"
    assert "catalogue.toml cannot be read" in look.problem
    assert load(work.places.index).passages


def test_a_fault_of_ours_is_not_shown_in_full(work: Reindexing, places: Places) -> None:
    def broken() -> Model:
        raise RuntimeError("secret")

    look = reindexed(Reindexing(places, broken)).look()

    assert look.state == "failed"
    assert "secret" not in look.problem


def test_a_candidate_that_the_documents_have_left_behind_is_known(work: Reindexing) -> None:
    work.holdings.withdraw(BO, "library")
    found = reindexed(work).look().candidate
    assert found
    assert not work.is_behind(found)

    work.holdings.catalogue(BO, "ferry", Entry("Another title"))
    assert work.is_behind(found)


def test_a_candidate_is_dropped_and_the_documents_go_back_if_that_is_wanted(work: Reindexing) -> None:
    work.holdings.withdraw(BO, "library")
    reindexed(work).discard(BO, restore=False)
    assert work.look().state == "idle"
    assert not (work.places.corpus / "library.txt").exists()

    reindexed(work).discard(BO, restore=True)
    assert (work.places.corpus / "library.txt").exists()
    assert (work.places.corpus / "catalogue.toml").read_text("utf-8") == CATALOGUE


def test_an_index_whose_documents_are_not_kept_goes_back_alone(places: Places, letter_model: Model) -> None:
    build(places.corpus, places.index, letter_model, encoder=lambda _: LetterEncoder())
    (places.corpus / "ferry.txt").write_text("Ferry plan\n\nThe ferry was sold.\n")
    build(places.corpus, places.index, letter_model, encoder=lambda _: LetterEncoder())
    work = Reindexing(places, lambda: letter_model, lambda _: LetterEncoder())
    earlier = work.earlier()

    assert earlier
    assert not earlier.restorable
    assert not work.go_back(BO)
    assert "4,210" in load(places.index).documents["ferry"].text
    with pytest.raises(HoldingsError, match="not all of the documents"):
        work.restore(BO)


def test_an_update_at_once_is_kept_and_written_down(work: Reindexing) -> None:
    work.holdings.withdraw(BO, "library")
    changes = work.update_at_once(BO, lambda _what, _done, _of: None)

    assert changes.deleted == ("library",)
    assert "without asking the gate" in work.holdings.journal()[-1].said
    assert work.go_back(BO)
    assert (work.places.corpus / "library.txt").exists()


@pytest.mark.parametrize(
    "step",
    [
        lambda w, p: w.start(p),
        lambda w, p: w.stop(p),
        lambda w, p: w.publish(p, "why"),
        lambda w, p: w.discard(p, restore=True),
        lambda w, p: w.go_back(p),
        lambda w, p: w.restore(p),
        lambda w, p: w.update_at_once(p, lambda _what, _done, _of: None),
    ],
    ids=["start", "stop", "publish", "discard", "go back", "restore", "update"],
)
def test_who_may_not_maintain_does_nothing(work: Reindexing, step: Callable[[Reindexing, Person], object]) -> None:
    work.holdings.withdraw(BO, "library")
    reindexed(work)
    before = (snapshot_name(work.places.index), work.holdings.state(), work.look(), work.holdings.journal())
    for role in ("staff", "reviewer"):
        with pytest.raises(NotAllowed):
            step(work, Person("Ada", role))  # type: ignore[arg-type]

    assert (snapshot_name(work.places.index), work.holdings.state(), work.look(), work.holdings.journal()) == before
