"""What is kept of questions and answers, whose it is, and what deleting leaves."""

import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from desk import (
    LONGEST_NOTE,
    REASONS,
    Judged,
    NotAllowed,
    NotKept,
    Person,
    Store,
    StoreError,
    decide,
    open_case,
    queue,
)
from desk.roles import EVERYBODY
from desk.turns import storable
from index.records import to_lines
from tests.desk.made_turns import ADA, BO, REVIEWER, TEXT, corpus, document, problem, turn


def count(store: Store, table: str) -> int:
    with store.database.reading() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_what_is_kept_opens_as_it_was(store: Store) -> None:
    said = replace(turn(), history=("And before?",), only=("ferry",), latency_ms=41.5)

    conversation, asked = store.keep(None, ADA, said)
    kept = store.asked(asked, ADA)

    assert (kept.asked_id, kept.conversation_id) == (asked, conversation)
    assert kept.turn == said


def test_it_opens_in_another_process_too(url: str) -> None:
    said = turn()
    first = Store.open(url)
    _, asked = first.keep(None, ADA, said)
    first.close()
    again = Store.open(url)

    assert again.asked(asked, ADA).turn == said
    again.close()


def test_an_id_cannot_be_guessed_and_needs_no_quoting(store: Store) -> None:
    ids = {name for _ in range(20) for name in store.keep(None, ADA, turn())}

    assert len(ids) == 40
    assert all(len(name) == 22 and name.replace("-", "").replace("_", "").isalnum() for name in ids)


def test_a_question_that_could_not_be_answered_is_kept_with_the_reason(store: Store) -> None:
    _, asked = store.keep(None, ADA, problem("??? \0 \ud800"))

    kept = store.asked(asked, ADA).turn
    assert (kept.answer, kept.problem, kept.question) == (None, "there is no word in the question", "??? \0 \ud800")
    assert [item.question for item in queue(store, REVIEWER, "all").items] == ["??? \ufffd \ufffd"]


def test_an_answer_keeps_its_documents_as_they_were_and_each_once(store: Store) -> None:
    ferry = document()
    retitled = replace(ferry, title="The Ferry Plan of Old", status="superseded")
    _, before = store.keep(None, ADA, turn(documents=corpus(ferry)))
    _, beside = store.keep(None, ADA, turn(documents=corpus(replace(ferry))))
    _, after = store.keep(None, ADA, turn(documents=corpus(retitled)))

    assert store.asked(before, ADA).turn.documents["ferry"] == ferry
    assert store.asked(beside, ADA).turn.documents["ferry"] == ferry
    assert store.asked(after, ADA).turn.documents["ferry"] == retitled
    assert count(store, "documents") == 2


def test_of_the_documents_those_are_kept_that_an_answer_needs(store: Store) -> None:
    old = replace(document("old"), superseded_by="ferry", part_of="whole")
    documents = corpus(document(), old, document("whole"), document("beside"))

    _, cited = store.keep(None, ADA, turn(documents=documents, doc_id="old"))
    _, refused = store.keep(None, ADA, turn(quotes=(), documents=documents, doc_id="beside"))

    assert set(store.asked(cited, ADA).turn.documents) == {"old", "ferry", "whole"}
    assert set(store.asked(refused, ADA).turn.documents) == {"beside"}


def test_a_document_that_was_changed_behind_our_back_is_not_shown(url: str, store: Store) -> None:
    _, asked = store.keep(None, ADA, turn())
    with store.database.writing() as connection:
        trigger = "documents_are_not_changed" if url.startswith("sqlite") else "documents_stay ON documents"
        connection.execute(text(f"DROP TRIGGER {trigger}"))
        forged = zlib.compress(to_lines([document(title="Another Plan")]))
        connection.execute(text("UPDATE documents SET record = :forged"), {"forged": forged})
    again = Store.open(url)

    with pytest.raises(StoreError, match=r"is not what was kept .*backup"):
        again.asked(asked, ADA)
    again.close()


def test_a_conversation_goes_on_and_the_history_has_the_last_one_first(store: Store) -> None:
    first, _ = store.keep(None, ADA, turn("First?"))
    other, _ = store.keep(None, ADA, turn("Other?"))
    same, _ = store.keep(first, ADA, replace(turn("Second?"), asked_at="2026-11-23T12:00:00+00:00"))

    assert same == first
    assert [kept.turn.question for kept in store.conversation(first, ADA)] == ["First?", "Second?"]
    talks = store.conversations(ADA)
    assert [(t.conversation_id, t.question, t.questions) for t in talks] == [
        (first, "First?", 2),
        (other, "Other?", 1),
    ]
    assert [t.conversation_id for t in store.conversations(ADA, limit=1)] == [first]


def test_a_conversation_is_its_owners_and_an_answer_anyones_who_has_its_link(store: Store) -> None:
    conversation, asked = store.keep(None, ADA, turn())

    assert store.asked(asked, BO).turn == store.asked(asked, ADA).turn
    assert store.conversations(BO) == []
    with pytest.raises(NotKept, match="not kept"):
        store.conversation(conversation, BO)
    with pytest.raises(NotKept, match="not kept"):
        store.delete_conversation(conversation, BO)
    assert len(store.conversation(conversation, ADA)) == 1


@pytest.mark.parametrize("theirs", [True, False], ids=["another's", "none"])
def test_going_on_with_a_conversation_that_is_not_ones_own_begins_one(store: Store, theirs: bool) -> None:
    conversation = store.keep(None, ADA, turn("Ada's?"))[0] if theirs else "no-such-conversation"

    mine, _ = store.keep(conversation, BO, turn("Bo's?"))

    assert mine != conversation
    assert [talk.question for talk in store.conversations(BO)] == ["Bo's?"]


def test_where_nobody_logs_in_there_is_one_history(store: Store) -> None:
    store.keep(None, EVERYBODY, turn("Mine?"))
    store.keep(None, Person("", "maintainer"), turn("Theirs?"))

    assert [talk.question for talk in store.conversations(EVERYBODY)] == ["Theirs?", "Mine?"]


def test_a_deleted_conversation_is_gone(store: Store) -> None:
    conversation, asked = store.keep(None, ADA, turn())
    store.delete_conversation(conversation, ADA)

    assert store.conversations(ADA) == []
    for gone in (lambda: store.asked(asked, REVIEWER), lambda: store.delete_conversation(conversation, ADA)):
        with pytest.raises(NotKept, match="not kept"):
            gone()
    assert [count(store, table) for table in ("conversations", "asked", "answers", "sources")] == [0, 0, 0, 0]


def test_a_deleted_question_is_gone_with_those_that_were_asked_after_it(store: Store) -> None:
    conversation, first = store.keep(None, ADA, turn("First?"))
    _, second = store.keep(conversation, ADA, turn("Second?"))
    store.keep(conversation, ADA, turn("Third?"))

    store.delete_asked(second, ADA)
    assert [kept.asked_id for kept in store.conversation(conversation, ADA)] == [first]

    store.delete_asked(first, ADA)
    assert [count(store, table) for table in ("conversations", "asked", "answers", "sources")] == [0, 0, 0, 0]


def test_a_question_is_deleted_by_its_owner_alone(store: Store) -> None:
    _, asked = store.keep(None, ADA, turn("Ada's?"))

    for other in (BO, REVIEWER, EVERYBODY):
        with pytest.raises(NotKept):
            store.delete_asked(asked, other)
    assert store.asked(asked, ADA).turn.question == "Ada's?"


def test_of_deleted_questions_what_was_flagged_stays_for_review_and_what_stands_before_stays_ones_own(
    store: Store,
) -> None:
    conversation, first = store.keep(None, ADA, turn("First?"))
    _, second = store.keep(conversation, ADA, turn("Second?"))
    _, flagged = store.keep(conversation, ADA, turn("Flagged?"))
    store.flag(flagged, ADA, "Other")

    store.delete_asked(second, ADA)

    assert [kept.asked_id for kept in store.conversation(conversation, ADA)] == [first]
    assert [flag.name for flag in open_case(store, REVIEWER, flagged).flags] == [""]
    with pytest.raises(NotKept):
        store.asked(flagged, ADA)


def test_what_was_flagged_or_decided_stays_for_review_and_is_out_of_the_history(store: Store) -> None:
    conversation, plain = store.keep(None, ADA, turn("Plain?"))
    _, flagged = store.keep(conversation, ADA, turn("Flagged?"))
    _, decided = store.keep(conversation, ADA, turn("Decided?"))
    store.flag(flagged, BO, "It is wrong")
    store.flag(flagged, ADA, "Other")
    decide(store, REVIEWER, decided, "", [Judged(1, "supported")])

    store.delete_conversation(conversation, ADA)

    assert store.conversations(ADA) == []
    assert [item.question for item in queue(store, REVIEWER, "all").items] == ["Flagged?", "Decided?"]
    assert open_case(store, REVIEWER, flagged).kept.turn.question == "Flagged?"
    assert [flag.name for flag in open_case(store, REVIEWER, flagged).flags] == ["Bo", ""]
    for asked in (plain, flagged, decided):
        with pytest.raises(NotKept):
            store.asked(asked, ADA)
    again, _ = store.keep(conversation, ADA, turn("Once more?"))
    assert again != conversation


def test_a_flag_has_a_reason_a_note_and_a_name(store: Store) -> None:
    _, asked = store.keep(None, ADA, turn())

    store.flag(asked, BO, "Something is missing", "  the year \0 ")
    store.flag(asked, ADA, "Other")

    found = open_case(store, REVIEWER, asked).flags
    assert [(f.reason, f.note, f.name) for f in found] == [
        ("Something is missing", "the year \ufffd", "Bo"),
        ("Other", "", "Ada"),
    ]
    assert all(f.flagged_at.endswith("+00:00") for f in found)
    assert queue(store, REVIEWER, "flagged").items[0].flags == 2


def test_a_flag_without_a_known_reason_or_with_too_long_a_note_is_refused(store: Store) -> None:
    _, asked = store.keep(None, ADA, turn())

    with pytest.raises(ValueError, match=f"no reason 'Boring'. There are: {REASONS[0]}"):
        store.flag(asked, ADA, "Boring")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="4,001 characters"):
        store.flag(asked, ADA, "Other", "x" * (LONGEST_NOTE + 1))
    with pytest.raises(NotKept):
        store.flag("nothing", ADA, "Other")
    assert count(store, "flags") == 0


NOBODY = replace(ADA, role="nobody")  # type: ignore[arg-type]  # a role that is none of ours may do nothing


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda store: store.keep(None, NOBODY, turn()), id="keep"),
        pytest.param(lambda store: store.asked("x", NOBODY), id="open"),
        pytest.param(lambda store: store.conversation("x", NOBODY), id="open a conversation"),
        pytest.param(lambda store: store.conversations(NOBODY), id="list"),
        pytest.param(lambda store: store.delete_conversation("x", NOBODY), id="delete"),
        pytest.param(lambda store: store.flag("x", NOBODY, "Other"), id="flag"),
    ],
)
def test_who_may_not_ask_may_do_nothing(
    store: Store, monkeypatch: pytest.MonkeyPatch, act: Callable[[Store], object]
) -> None:
    monkeypatch.setattr("desk.roles.ROLES", ("nobody", "staff", "reviewer", "maintainer"))

    with pytest.raises(NotAllowed):
        act(store)
    assert count(store, "asked") == 0


def test_eight_threads_keeping_flagging_and_deciding_lose_nothing(store: Store) -> None:
    said = turn()
    shared, first = store.keep(None, ADA, said)

    def work(number: int) -> list[str]:
        ids = []
        for at in range(10):
            ids.append(store.keep(shared, ADA, replace(said, question=f"Question {number} {at}?"))[1])
            store.flag(first, BO, "Other", f"{number} {at}")
            decide(store, REVIEWER, first, "", [Judged(1 + at % 2, "partly", f"{number} {at}")])
            decide(store, REVIEWER, ids[-1], "", [Judged(1, "supported"), Judged(2, "supported")])
        return ids

    with ThreadPoolExecutor(8) as threads:
        ids = [asked for found in threads.map(work, range(8)) for asked in found]

    assert len(set(ids)) == 80
    assert len(store.conversation(shared, ADA)) == 81
    opened = open_case(store, REVIEWER, first)
    every = {f"{number} {at}" for number in range(8) for at in range(10)}
    assert {flag.note for flag in opened.flags} == {decision.note for decision in opened.decisions} == every
    assert (queue(store, REVIEWER, "decided").total, queue(store, REVIEWER, "flagged").items[0].flags) == (81, 80)


@given(st.text(st.characters(exclude_categories=())))
def test_a_storable_text_is_characters_and_else_as_it_was(given_text: str) -> None:
    stored = storable(given_text)

    stored.encode()
    assert "\0" not in stored
    assert all(s in {g, "\ufffd"} for s, g in zip(stored, given_text, strict=False))
    if given_text.isprintable():
        assert stored == given_text


def test_a_damaged_answer_is_named(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/review.db")
    _, asked = store.keep(None, ADA, turn())
    with store.database.writing() as connection:
        connection.execute(text("DROP TRIGGER answers_are_not_changed"))
        connection.execute(text("UPDATE answers SET record = 'no'"))

    with pytest.raises(StoreError, match=r"review\.db cannot be read.*Ask it again"):
        store.asked(asked, ADA)
    store.close()


def test_the_words_of_the_small_document_are_its_own() -> None:
    """What the other tests build on."""
    assert all(c.quote in TEXT for c in (turn().answer or pytest.fail("")).citations)
