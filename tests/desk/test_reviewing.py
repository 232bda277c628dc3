"""The queue, what is decided, and the pack of what was decided."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import insert

from answer import verify_pack
from desk import (
    REFUSAL,
    Case,
    Judged,
    NotAllowed,
    NotKept,
    Questions,
    ReviewError,
    Store,
    audit_pack,
    beside,
    decide,
    make_question,
    open_case,
    queue,
)
from desk.reviewing import PAGE
from desk.roles import EVERYBODY
from desk.tables import ASKED, CONVERSATIONS
from tests.desk.made_turns import ADA, BOARD, CARRIED, REVIEWER, corpus, document, problem, turn

MADE = "2026-11-23T12:00:00+00:00"


def keep(store: Store, question: str, *quotes: str) -> str:
    return store.keep(None, ADA, turn(question, quotes))[1]


def questions(store: Store, *of: str) -> list[str]:
    chosen, search = (*of, "")[:2]
    return [item.question for item in queue(store, REVIEWER, chosen, search).items]  # type: ignore[arg-type]


@pytest.fixture
def asked(store: Store) -> dict[str, str]:
    """Some questions by name, in the order they were asked: plain, flagged, decided, both, refused, problem."""
    ids = {name: keep(store, f"{name}?", CARRIED, BOARD) for name in ("plain", "flagged", "decided", "both")}
    ids["refused"] = keep(store, "refused?")
    ids["problem"] = store.keep(None, ADA, problem("problem?"))[1]
    for name in ("flagged", "both"):
        store.flag(ids[name], ADA, "It is wrong")
    for name in ("decided", "both"):
        decide(store, REVIEWER, ids[name], "", [Judged(1, "supported"), Judged(2, "partly", "no year")])
    return ids


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        pytest.param(("open",), ["flagged?", "refused?", "plain?"], id="open"),
        pytest.param(("flagged",), ["flagged?", "both?"], id="flagged"),
        pytest.param(("decided",), ["both?", "decided?"], id="decided"),
        pytest.param(
            ("all",), ["flagged?", "problem?", "refused?", "both?", "decided?", "plain?"], id="all, the newest first"
        ),
        pytest.param(("all", "REF ed?"), ["refused?"], id="words in any case and order"),
        pytest.param(("all", "%"), [], id="a sign of the database's is a sign"),
        pytest.param(("all", "nothing"), [], id="found by none"),
    ],
)
def test_what_is_in_the_queue_and_in_which_order(
    store: Store, asked: dict[str, str], of: tuple[str, ...], expected: list[str]
) -> None:
    assert questions(store, *of) == expected


def test_a_line_of_the_queue_says_how_it_stands(store: Store, asked: dict[str, str]) -> None:
    lines = {i.question: (i.standing, i.flags, i.decided, i.parts) for i in queue(store, REVIEWER, "all").items}

    assert lines == {
        "plain?": ("answered", 0, 0, 2),
        "flagged?": ("answered", 1, 0, 2),
        "decided?": ("answered", 0, 2, 2),
        "both?": ("answered", 1, 2, 2),
        "refused?": ("not_found", 0, 0, 1),
        "problem?": ("problem", 0, 0, 0),
    }


def test_case_is_folded_as_each_script_has_it(store: Store) -> None:
    keep(store, "Wie heißt die STRASSE der Fähre?", CARRIED)

    assert questions(store, "all", "strasse FÄHRE heisst") == ["Wie heißt die STRASSE der Fähre?"]


def test_pages_hold_what_there_is_once_and_no_page_is_missing(store: Store) -> None:
    assert queue(store, REVIEWER).pages == 1
    ids = [keep(store, f"{n}?", CARRIED) for n in range(PAGE + 1)]
    first, second, beyond = (queue(store, REVIEWER, page=page) for page in (0, 2, 99))

    assert (first.total, first.pages, first.page) == (PAGE + 1, 2, 1)
    assert [i.asked_id for i in (*first.items, *second.items)] == ids[::-1]
    assert beyond == second


def test_the_way_to_the_next_item_and_back(store: Store, asked: dict[str, str]) -> None:
    def around(name: str) -> tuple[str | None, ...]:
        names = {asked_id: name for name, asked_id in asked.items()}
        found = beside(store, REVIEWER, open_case(store, REVIEWER, asked[name]).rank, "all")
        return tuple(names.get(asked_id or "") for asked_id in found)

    assert around("flagged") == (None, "problem")
    assert around("problem") == ("flagged", "refused")
    assert around("plain") == ("decided", None)


def test_what_was_just_decided_still_leads_to_what_came_after_it(store: Store) -> None:
    older, newer = keep(store, "older?", CARRIED), keep(store, "newer?", CARRIED)
    for asked_id in (older, newer):
        store.flag(asked_id, ADA, "Other")
    keep(store, "later and not flagged?", CARRIED)
    rank = open_case(store, REVIEWER, newer).rank

    decide(store, REVIEWER, newer, "", [Judged(1, "supported")])

    assert beside(store, REVIEWER, rank)[1] == older


def test_a_later_decision_stands_beside_the_earlier_and_counts(store: Store) -> None:
    asked_id = keep(store, "?", CARRIED, BOARD)
    decide(store, REVIEWER, asked_id, "", [Judged(2, "supported")])
    decide(store, replace(REVIEWER, name="Second"), asked_id, "", [Judged(2, "not supported", " who? ")])

    opened = open_case(store, REVIEWER, asked_id)

    assert [(d.statement, d.verdict, d.note, d.reviewer) for d in opened.decisions] == [
        (2, "supported", "", "R. Viewer"),
        (2, "not supported", "who?", "Second"),
    ]
    assert {n: d.verdict for n, d in opened.standing_decisions.items()} == {2: "not supported"}
    assert list(opened.parts) == [1, 2]
    assert queue(store, REVIEWER).items[0].decided == 1


def test_a_refusal_is_decided_as_a_whole(store: Store) -> None:
    asked_id = keep(store, "?")
    decide(store, REVIEWER, asked_id, "", [Judged(REFUSAL, "not supported", "page 3 says it")])

    opened = open_case(store, REVIEWER, asked_id)
    assert list(opened.parts) == [REFUSAL]
    assert "That it is not in the documents: not supported (page 3 says it), R. Viewer" in readme(opened)
    assert questions(store, "decided") == ["?"]


@pytest.mark.parametrize(
    ("judged", "error", "message"),
    [
        pytest.param([], ReviewError, "Choose a verdict", id="nothing"),
        pytest.param([Judged(3, "supported")], ValueError, "no statement 3", id="a statement that is not there"),
        pytest.param([Judged(0, "supported")], ValueError, "no statement 0", id="a refusal that was none"),
        pytest.param([Judged(1, "maybe")], ValueError, "no verdict 'maybe'", id="a verdict that is none"),  # type: ignore[arg-type]
        pytest.param([Judged(1, "partly"), Judged(2, "partly", "x" * 4001)], ValueError, "4,001", id="a long note"),
    ],
)
def test_what_cannot_be_decided_is_refused_whole(
    store: Store, judged: list[Judged], error: type[Exception], message: str
) -> None:
    asked_id = keep(store, "?", CARRIED, BOARD)

    with pytest.raises(error, match=message):
        decide(store, REVIEWER, asked_id, "", judged)
    assert open_case(store, REVIEWER, asked_id).decisions == ()


def test_the_name_is_the_logins_where_there_is_one_and_else_must_be_typed(store: Store) -> None:
    asked_id = keep(store, "?", CARRIED)

    decide(store, REVIEWER, asked_id, "Somebody Else", [Judged(1, "supported")])
    decide(store, EVERYBODY, asked_id, " C.  Lerk ", [Judged(1, "partly")])
    with pytest.raises(ReviewError, match="Type your name"):
        decide(store, EVERYBODY, asked_id, " ", [Judged(1, "partly")])

    assert [d.reviewer for d in open_case(store, REVIEWER, asked_id).decisions] == ["R. Viewer", "C. Lerk"]


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda store, asked_id: queue(store, ADA), id="look at the queue"),
        pytest.param(lambda store, asked_id: open_case(store, ADA, asked_id), id="open"),
        pytest.param(lambda store, asked_id: decide(store, ADA, asked_id, "", [Judged(1, "supported")]), id="decide"),
        pytest.param(lambda store, asked_id: beside(store, ADA, open_case(store, REVIEWER, asked_id).rank), id="go on"),
        pytest.param(
            lambda store, asked_id: make_question(store, ADA, asked_id, Questions(Path("x"), Path("y")), {}),
            id="make a question",
        ),
    ],
)
def test_staff_may_not_review(store: Store, act: Callable[[Store, str], object]) -> None:
    asked_id = keep(store, "?", CARRIED)

    with pytest.raises(NotAllowed, match="role of a reviewer"):
        act(store, asked_id)
    assert queue(store, REVIEWER).items[0].decided == 0


def test_what_is_not_kept_cannot_be_reviewed(store: Store) -> None:
    with pytest.raises(NotKept):
        open_case(store, REVIEWER, "nothing")
    with pytest.raises(NotKept):
        decide(store, REVIEWER, "nothing", "", [Judged(1, "supported")])


def readme(opened: Case) -> str:
    with ZipFile(BytesIO(audit_pack(opened, MADE))) as archive:
        return archive.read("README.txt").decode()


def test_the_pack_of_a_kept_answer_proves_itself_when_its_index_is_long_gone(store: Store) -> None:
    asked_id = keep(store, "Who answers for it?", BOARD)
    decide(store, REVIEWER, asked_id, "", [Judged(1, "supported", "read it myself")])

    opened = open_case(store, REVIEWER, asked_id)
    pack = audit_pack(opened, MADE)
    with ZipFile(BytesIO(pack)) as archive:
        record = json.loads(archive.read("pack.json"))

    assert all(finding.holds for finding in verify_pack(pack, corpus()))
    assert not all(finding.holds for finding in verify_pack(pack, corpus(document(text="Another text."))))
    assert record["made_with"]["index"] == "fingerprint"
    assert [(d["reviewer"], d["note"]) for d in record["decisions"]] == [("R. Viewer", "read it myself")]
    assert "Statement 1: supported (read it myself), R. Viewer" in readme(opened)


def test_a_question_that_was_not_answered_has_no_pack(store: Store) -> None:
    _, asked_id = store.keep(None, ADA, problem())

    with pytest.raises(ValueError, match="no answer"):
        audit_pack(open_case(store, REVIEWER, asked_id), MADE)


def test_ten_thousand_answers_are_looked_through_at_once(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path}/review.db")
    rows = [
        {
            "id": f"id{n}", "conversation": "c", "question": f"What is the target for crime number {n}?",
            "folded": f"what is the target for crime number {n}?", "asked_at": MADE, "status": "answered", "parts": 2,
            "decided": 2 * (n % 2), "flags": n % 7 == 0,
        }
        for n in range(10_000)
    ]  # fmt: skip
    with store.database.writing() as connection:
        connection.execute(insert(CONVERSATIONS), {"id": "c", "owner": "", "begun": MADE})
        connection.execute(insert(ASKED), rows)
    taken = []
    for _ in range(5):
        began = time.perf_counter()
        found = queue(store, REVIEWER, "open", "crime 99", page=3)
        taken.append(time.perf_counter() - began)
    store.close()

    # Even numbers with 99 in them: of the three digits before the last, 19 have it (99x, x99), and five last digits.
    assert (found.total, found.page) == (95, 3)
    assert min(taken) < 0.25, "some 10 ms on a quiet machine; docs/operations.md"
