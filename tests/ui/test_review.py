"""The page "Review" as it is run: the queue, an item, verdicts, candidate rows, and the proof of a pack."""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.util import calc_hash

from answer import Assistant, MadeWith, Reader, load_reader
from desk import Person, Store, Turn, audit_pack, decide, open_case
from desk.reviewing import Judged
from desk.roles import EVERYBODY
from index import Encoder, build, find_model, load, load_encoder
from ui.plain import as_label

APP = Path(__file__).parents[2] / "app.py"
PATIENCE = 120  # seconds: the first run in a process loads the model
REVIEWER = Person("R. Viewer", "reviewer", "https://id.example 3")

FERRIES = """1. River ferries

1.1 Ferry timetable

The ferry crosses the river every 20 minutes. The ferry master is Ada Quill. Passengers with bicycles go aboard first.

1.2 Ferry fares

A ferry ticket costs £2 or $3 for *visitors* and _sailors_, see [1](https://ferry.example) <li>children cross free</li>.
"""
CATALOGUE = '[ferries]\ntitle = "Ferry :red[Plan] & $x$"\npublished = "2021"\n'
MASTER, FARES, CAKE = (
    "Who is the ferry master?",
    "What does a ferry ticket cost for visitors and sailors?",
    "Which vaccine does the hospital recommend against measles?",
)


@pytest.fixture(scope="module")
def parts() -> tuple[Encoder, Reader]:
    return load_encoder(find_model()), load_reader()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, parts: tuple[Encoder, Reader]) -> Path:
    home = tmp_path_factory.mktemp("ferries")
    (home / "corpus").mkdir()
    (home / "corpus" / "ferries.txt").write_text(FERRIES, "utf-8")
    (home / "corpus" / "catalogue.toml").write_text(CATALOGUE, "utf-8")
    build(home / "corpus", home / "index", find_model(), encoder=lambda _: parts[0])
    return home


@pytest.fixture(scope="module")
def turns(built: Path, parts: tuple[Encoder, Reader]) -> dict[str, Turn]:
    """What is said to each of the questions."""
    snapshot = load(built / "index")
    assistant, made_with = Assistant(snapshot, *parts), MadeWith.of(snapshot.manifest, "f" * 64)
    return {
        question: Turn(question, assistant.answer(question), "", snapshot.documents, made_with)
        for question in (MASTER, FARES, CAKE)
    }


@pytest.fixture
def store(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the page uses."""
    url = f"sqlite:///{tmp_path}/review.db"
    for name, value in {
        "CORPUS": built / "corpus",
        "INDEX": built / "index",
        "DATABASE": url,
        "EVALUATION": tmp_path,
    }.items():
        monkeypatch.setenv(f"CHAPTER_{name}", str(value))
    opened = Store.open(url)
    yield opened
    opened.close()


def keep(store: Store, turn: Turn) -> str:
    return store.keep(None, EVERYBODY, turn)[1]


def open_review(asked_id: str | None = None) -> AppTest:
    page = AppTest.from_file(str(APP), default_timeout=PATIENCE)
    page._page_hash = calc_hash("review")  # AppTest switches to files alone, and this page is a function
    if asked_id:
        page.query_params["answer"] = asked_id
    page.run()
    assert not page.exception
    return page


def shown(page: AppTest) -> str:
    """All that the page shows as HTML, as it is read."""
    bodies = [e.body for e in page.html if not e.body.startswith(("<style", "<span></span><script"))]
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", re.sub("</?mark>", "", " ".join(bodies)))).split())


def press(page: AppTest, key: str) -> AppTest:
    page.button(key=key).click().run()
    assert not page.exception
    return page


def test_an_empty_queue_says_what_would_fill_it(store: Store) -> None:
    page = open_review()

    assert page.title[0].value == "Review"
    assert "There is nothing to decide. What people ask comes here" in shown(page)
    page.pills(key="review-chosen").select("flagged").run()
    assert "“Something is wrong” under an answer brings it here." in shown(page)


def test_the_queue_is_filtered_searched_and_opened(store: Store, turns: dict[str, Turn]) -> None:
    master, fares = keep(store, turns[MASTER]), keep(store, turns[FARES])
    store.flag(master, EVERYBODY, "It is wrong", "It is <b>Bo</b> Marsh")
    page = open_review()
    keys = [b.key for b in page.button if (b.key or "").startswith("review-")]
    assert keys == [f"review-{master}", f"review-{fares}"]
    assert "2 questions" in shown(page)
    assert "answered · flagged once · 0 of 1 decided" in shown(page)

    page.text_input(key="review-search").set_value("TICKET").run()
    assert [b.key for b in page.button if (b.key or "").startswith("review-")] == [f"review-{fares}"]
    page.text_input(key="review-search").set_value("zeppelin").run()
    assert "No question has “zeppelin” in it." in shown(page)
    page.text_input(key="review-search").set_value("").run()

    press(page, f"review-{master}")
    assert "It is wrong: “It is <b>Bo</b> Marsh”" in shown(page)
    assert "The ferry master is Ada Quill." in shown(page)
    assert not page.markdown, "nothing of a person's or a document's goes through Markdown"
    press(page, "after")
    assert FARES in shown(page)
    assert "*visitors* and _sailors_, see [1](https://ferry.example)" in shown(page)
    assert page.button(key="after").disabled
    press(page, "back")
    assert "2 questions" in shown(page)


def test_a_source_opens_as_it_was_though_its_document_was_changed(store: Store, turns: dict[str, Turn]) -> None:
    turn = turns[MASTER]
    old = replace(turn.documents["ferries"], title="The Old Ferry Plan")
    page = open_review(keep(store, replace(turn, documents={"ferries": old})))

    press(page, "cite-review-1-1")

    viewer = next(e.body for e in page.html if 'class="cv-text"' in e.body)
    assert "Ada Quill" in re.findall(r"<mark>(.*?)</mark>", viewer)[0]
    assert "The Old Ferry Plan" in shown(page)


def test_a_verdict_needs_a_name_and_is_kept_with_it(store: Store, turns: dict[str, Turn]) -> None:
    asked_id = keep(store, turns[MASTER])
    page = open_review(asked_id)
    press(page, "save")
    assert "Type your name" in page.error[0].value

    page.text_area(key=f"note-{asked_id}-1").set_value("Since when?").run()
    page.text_input(key="reviewer-name").set_value("C. Lerk").run()
    press(page, "save")
    assert "has a note and no verdict" in page.error[0].value
    page.radio(key=f"verdict-{asked_id}-1").set_value("partly").run()
    press(page, "save")

    assert [e.value for e in page.success] == [as_label("Saved. What you decided stands with your name and the time.")]
    assert "Decided so far: Partly: “Since when?” (C. Lerk, " in shown(page)
    assert page.radio(key=f"verdict-{asked_id}-1").value is None
    assert page.text_area(key=f"note-{asked_id}-1").value == ""
    (decision,) = open_case(store, REVIEWER, asked_id).decisions
    assert (decision.statement, decision.verdict, decision.note, decision.reviewer) == (
        1,
        "partly",
        "Since when?",
        "C. Lerk",
    )

    press(page, "back")
    assert "There is nothing to decide." in shown(page)
    other = keep(store, turns[FARES])
    page.run()
    press(page, f"review-{other}")
    assert page.text_input(key="reviewer-name").value == "C. Lerk", "typed once"
    assert not page.success


def test_a_later_verdict_stands_beside_the_earlier(store: Store, turns: dict[str, Turn]) -> None:
    asked_id = keep(store, turns[MASTER])
    decide(store, REVIEWER, asked_id, "", [Judged(1, "supported")])
    decide(store, REVIEWER, asked_id, "", [Judged(1, "not supported")])

    said = shown(open_review(asked_id))

    assert said.index("Supported (R. Viewer") < said.index("Not supported (R. Viewer")
    assert said.count("This one counts.") == 1


def test_a_refusal_is_decided_on_its_passages(store: Store, turns: dict[str, Turn]) -> None:
    asked_id = keep(store, turns[CAKE])
    page = open_review(asked_id)
    assert "Not in the documents" in shown(page)
    assert page.radio[0].options == ["They do not say it", "They say part of it", "They do say it"]

    page.text_input(key="reviewer-name").set_value("C. Lerk").run()
    page.radio(key=f"verdict-{asked_id}-0").set_value("supported").run()
    press(page, "save")
    assert "They do not say it (C. Lerk" in shown(page)
    press(page, "lead-review-0")
    assert any("<mark>" in e.body for e in page.html if 'class="cv-text"' in e.body)


def test_one_press_makes_a_candidate_row(store: Store, turns: dict[str, Turn], tmp_path: Path) -> None:
    asked_id = keep(store, turns[MASTER])
    page = press(open_review(asked_id), "make-question")

    row = json.loads((tmp_path / "candidates.jsonl").read_text("utf-8"))
    assert (row["id"], row["question"], row["evidence"][0]["document"]) == ("candidate-01", MASTER, "ferries")
    assert f"It is row candidate-01 in {tmp_path}/candidates.jsonl." in shown(page)
    assert "field 'reference' is empty" in shown(page)
    assert "make-question" not in [b.key for b in page.button]

    same = press(open_review(keep(store, turns[MASTER])), "make-question")
    assert as_label("as row candidate-01") in same.error[0].value


def test_a_pack_is_proved_and_one_that_was_tampered_with_is_refused(store: Store, turns: dict[str, Turn]) -> None:
    case = open_case(store, REVIEWER, keep(store, turns[MASTER]))
    pack = audit_pack(case, "2026-11-23T12:00:00+00:00")
    page = open_review()

    page.file_uploader(key="pack").set_value(("pack.zip", pack, "application/zip")).run()
    assert "and all 3 hold" in page.success[0].value
    assert "Holds document ferries its file is the same" in shown(page)
    at = pack.index(b"README.txt") + 100
    page.file_uploader(key="pack").set_value(
        ("pack.zip", pack[:at] + bytes([pack[at] ^ 1]) + pack[at + 1 :], "application/zip")
    ).run()
    assert not page.success
    assert page.error[0].value.startswith("Refused: ".replace(":", "\\:"))

    other = replace(case.kept.turn.documents["ferries"], sha256="0" * 64)
    moved = replace(case, kept=replace(case.kept, turn=replace(case.kept.turn, documents={"ferries": other})))
    changed = audit_pack(moved, "2026-11-23T12:00:00+00:00")
    page.file_uploader(key="pack").set_value(("pack.zip", changed, "application/zip")).run()
    assert "1 of 3 do not hold any more" in page.warning[0].value
    assert "Does not hold document ferries its file is another one now" in shown(page)


def test_a_link_to_what_is_not_kept_says_so_and_leads_back(store: Store) -> None:
    page = open_review("no-such-answer")

    assert page.error[0].value == as_label("This answer is not kept. It may have been deleted.")
    press(page, "back")
    assert not page.error
    assert page.pills


def test_a_question_that_could_not_be_answered_has_nothing_to_decide(store: Store, turns: dict[str, Turn]) -> None:
    turn = replace(turns[MASTER], question="???", answer=None, problem="there is no word in the question")
    page = open_review(keep(store, turn))

    assert "There is nothing to decide" in page.warning[0].value
    assert "save" not in [b.key for b in page.button]


def test_without_a_store_the_page_says_why_and_asking_still_works(
    built: Path, tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHAPTER_DATABASE", "mysql://ada:hunter2@host/review")
    page = open_review()
    assert "nothing is kept: CHAPTER_DATABASE names a mysql database" in page.error[0].value.replace("\\", "").replace(
        "\u2060", ""
    )
    assert "hunter2" not in page.error[0].value

    asking = AppTest.from_file(str(APP), default_timeout=PATIENCE).run()
    asking.chat_input[0].set_value(MASTER).run()
    assert not asking.exception
    assert "Ada Quill" in shown(asking)


def test_staff_are_told_at_its_address_that_it_is_not_for_them(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.visitor.EVERYBODY", Person("", "staff"))

    page = open_review()

    assert [error.value for error in page.error] == [
        as_label(
            "This page is not for you: to review you need the role of a reviewer, and yours is staff. "
            "Ask whoever runs this page for it."
        )
    ]
    assert not page.button
