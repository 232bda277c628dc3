"""Runs as the page shows them: kept ones written down and not asked, whose figures are counted by hand."""

import json
import time
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from desk.misses import (
    Sought,
    causes_in,
    cited_spots,
    kinds_in,
    misses_of,
    sought,
    spot_of,
    turned,
    turned_said,
    wanted_spots,
)
from desk.runs import (
    ACCEPTED,
    KeptRun,
    Runs,
    change_cell,
    change_name,
    changed_lines,
    comparison_said,
    figure_cell,
    groups_of,
    kind_rows,
    kinds_of,
    kinds_sentence,
    lines_of,
    main_lines,
    others_than,
    over_time_rows,
    over_time_sentence,
    over_time_table,
    verdict_said,
)
from eval import Change, Figure, Result, RunError, accept
from eval.evaluate import Folders
from eval.held import read_held
from eval.results import digest_of
from ingest import Document, Section
from tests.eval.reported import five, keep, result, run_of

FIRST, SECOND = "20261101T101500Z", "20261122T222544Z"
TEXT = "1 Targets\n\nIt carried 4,210 passengers in 2019. The ferry sails daily.\n"


def document(text: str = TEXT) -> Document:
    return Document(
        "ferry", "Ferry Plan", "Council", "2019", "", "current", "", "0" * 64, text, (),
        (Section(("1 Targets",), 0, len(text)),),
    )  # fmt: skip


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    rules = tmp_path / "gate.toml"
    rules.write_text('watched = ["answer accuracy"]\n[floors]\n"answer accuracy" = 0.2\n', "utf-8")
    return Folders(tmp_path / "questions.jsonl", tmp_path / "runs", tmp_path / "accepted", rules)


@pytest.fixture
def runs(folders: Folders) -> Runs:
    """An accepted run in which who-01 was right, and two kept ones in which it is not."""
    before = [replace(r, right=True, cause=None, cells={"answer accuracy": (1.0, 1.0)}) if r.id == "who-01" else r
              for r in five()]  # fmt: skip
    accept(run_of(before), {"index": "cafe" * 16}, folders.accepted)
    keep(folders.runs / FIRST, five()[:3])
    keep(folders.runs / SECOND, five())
    return Runs(folders)


def named(runs: Runs, name: str) -> KeptRun:
    return next(run for run in runs.all() if run.name == name)


def test_the_kept_runs_come_latest_first_and_the_accepted_one_last(runs: Runs) -> None:
    found = runs.all()

    assert [run.name for run in found] == [SECOND, FIRST, ACCEPTED]
    assert found[0].label == "22 November 2026, 22:25 UTC"
    assert found[0].facts == "5 questions · index f00df00df00d"
    assert found[2].label.startswith("The accepted run (")
    assert [run.n for run in found] == [5, 3, 5]


def test_without_a_run_there_is_none(folders: Folders) -> None:
    assert Runs(folders).all() == []
    assert Runs(folders).accepted() is None


def test_what_cannot_be_read_is_named_with_the_reason_and_hides_nothing(runs: Runs, folders: Folders) -> None:
    (folders.runs / "20261123T000000Z").mkdir()
    old = keep(folders.runs / "20261124T000000Z", five())
    rows = [json.loads(line) for line in (old / "rows.jsonl").read_text("utf-8").splitlines()]
    (old / "rows.jsonl").write_text("".join(json.dumps({**row, "gone": 1}) + "\n" for row in rows), "utf-8")
    bad = keep(folders.runs / "odd name", five())
    (bad / "settings.json").write_text("[]", "utf-8")

    problems = {run.name: run.problem for run in runs.kept()}

    assert list(problems) == ["20261124T000000Z", "20261123T000000Z", SECOND, FIRST, "odd name"]
    assert "there is no figures.json" in problems["20261123T000000Z"]
    assert "another version" in problems["20261124T000000Z"]
    assert "settings.json" in problems["odd name"]
    assert problems[SECOND] == problems[FIRST] == ""


def test_what_was_read_is_read_again_when_its_file_changes(runs: Runs, folders: Folders) -> None:
    assert named(runs, SECOND).n == 5
    (folders.runs / SECOND / "figures.json").write_text("{", "utf-8")

    assert "cannot be read" in named(runs, SECOND).problem


def test_figures_have_their_interval_and_n_over_all_and_over_each_half(runs: Runs) -> None:
    lines = {line.name: line for line in lines_of(named(runs, SECOND), None)}
    accuracy = lines["answer accuracy"]

    # Right: figure-01; wrong: figure-02, who-01. The two that cannot be answered do not count.
    assert figure_cell(accuracy.figures["all"])[0] == "0.333"
    assert figure_cell(accuracy.figures["all"])[1].endswith("n 3")
    assert figure_cell(accuracy.figures["dev"])[0] == "0.500"
    assert figure_cell(accuracy.figures["test"]) == ("0.000", "n 1")
    assert "every expected fact" in accuracy.meaning
    assert [line.name for line in main_lines(list(lines.values()))] == ["answer accuracy", "latency p95"]
    assert [group for group, _ in groups_of(list(lines.values()))] == ["finding", "answering", "confidence", "time"]


def test_kinds_come_worst_first_and_are_said_in_words(runs: Runs) -> None:
    lines = kinds_of(named(runs, SECOND), None)

    assert [(line.name, line.figures["all"].value) for line in lines] == [
        ("who", 0.0),
        ("figure", 0.5),
        ("off_topic", 0.5),
    ]
    assert kinds_sentence(lines).startswith("Answered worst: who (0.000). Answered best: off topic (0.500).")
    assert [row["label"] for row in kind_rows(lines)] == ["who (1)", "figure (2)", "off topic (2)"]
    assert kinds_sentence([]) == "No question was asked."


def test_a_run_held_against_the_accepted_one_says_what_was_lost(runs: Runs, folders: Folders) -> None:
    run, accepted = named(runs, SECOND), named(runs, ACCEPTED)

    held = runs.held(run, accepted)

    assert (held.lost, held.gained, held.paired) == (("who-01",), (), 5)
    assert comparison_said(held) == "Of 5 questions that both runs asked: 1 lost, 0 won, 0 answered in other words."
    accuracy = held.change("answer accuracy")
    assert accuracy is not None
    assert accuracy.delta == pytest.approx(-1 / 3)  # from two of three to one of three
    assert change_name(changed_lines(held)[0]) in ("answer accuracy", "share right, who")
    assert verdict_said(held)[0].startswith("The gate is open")


def test_the_gate_says_why_it_stays_shut(runs: Runs, folders: Folders) -> None:
    folders.rules.write_text('[floors]\n"answer accuracy" = 0.9\n', "utf-8")
    said, reasons = verdict_said(runs.held(named(runs, SECOND), named(runs, ACCEPTED)))

    assert said == "The gate stays shut: this may not be shipped."
    assert reasons == ["answer accuracy is 0.3333, under its floor of 0.9."]


def test_what_came_of_comparing_is_kept_and_counted_anew_when_the_rules_or_the_accepted_run_change(
    runs: Runs, folders: Folders
) -> None:
    run, accepted = named(runs, SECOND), named(runs, ACCEPTED)
    held = runs.held(run, accepted)
    assert read_held(run.folder, folders.accepted, folders.rules) == held

    (run.folder / "rows.jsonl").rename(run.folder / "away")
    assert runs.held(run, accepted) == held  # not counted again: there is nothing to count from
    folders.rules.write_text("", "utf-8")
    with pytest.raises(RunError):
        runs.held(run, accepted)


def test_a_run_held_against_nothing_has_only_its_bounds(runs: Runs) -> None:
    held = runs.held(named(runs, SECOND), None)

    assert not held.compared
    assert verdict_said(held)[0] == "The gate is open: no floor is broken. No run was accepted yet to compare with."


def test_what_a_run_may_be_held_against_begins_with_the_accepted_one(runs: Runs) -> None:
    found = runs.all()

    assert [other and other.name for other in others_than(found[0], found)] == [ACCEPTED, FIRST]
    assert [other and other.name for other in others_than(found[2], found)] == [None, SECOND, FIRST]


def test_the_main_figure_over_the_runs_is_drawn_said_and_tabled(runs: Runs) -> None:
    points = runs.over_time(named(runs, SECOND))

    # FIRST has one right of three, the accepted run two of three; it was accepted now, later than SECOND or not.
    assert sorted(point.sort for point in points) == ["accepted run", "other run", "this run"]
    assert [row["value"] for row in over_time_rows(points)] == [
        point.figures["answer accuracy"].value for point in points
    ]
    assert over_time_sentence(points).startswith("Answer accuracy, over 3 runs. Now 0.")
    assert len(over_time_table(points)) == 3
    assert over_time_rows(points[:1]) == []
    assert over_time_sentence([]) == ""


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param(None, "", id="none"),
        pytest.param(Change("R@5", 0.5, 0.5, 0.0, 0.0, 0.0, 9, "higher"), "no change", id="equal"),
        pytest.param(
            Change("R@5", 0.5, 0.7, 0.2, 0.1, 0.3, 9, "higher"),
            ("+0.200 better", "+0.100 to +0.300, n 9"),
            id="better",
        ),
        pytest.param(
            Change("hedge leak", 0.5, 0.7, 0.2, 0.1, 0.3, 9, "lower"),
            ("+0.200 worse", "+0.100 to +0.300, n 9"),
            id="lower is better",
        ),
        pytest.param(
            Change("R@5", 0.5, 0.7, 0.2, -0.1, 0.3, 9, "higher"),
            ("+0.200 within chance", "-0.100 to +0.300, n 9"),
            id="chance",
        ),
        pytest.param(
            Change("R@5", 0.5, 0.7, 0.2, None, None, 1, "higher"), ("+0.200", "too few to tell"), id="one question"
        ),
    ],
)
def test_a_change_is_said_with_whether_it_is_more_than_chance(change: Change | None, expected: object) -> None:
    assert change_cell(change) == expected


def test_a_figure_without_interval_or_value_says_so() -> None:
    assert figure_cell(Figure("latency p95", 41.4, 8, unit="ms")) == ("41 ms", "n 8")
    assert figure_cell(Figure("R@5", None, 0)) == ("none", "n 0")
    assert figure_cell(None) == ""


# What went wrong


def test_misses_of_the_test_half_are_shown_only_when_asked_for() -> None:
    misses = misses_of(five())

    assert [m.result.id for m in misses] == ["figure-02", "who-01", "off-02"]
    assert [m.result.id for m in sought(misses, Sought())] == ["who-01"]
    assert len(sought(misses, Sought(test=True))) == 3


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Sought(test=True, causes=["abstaining"]), ["who-01", "off-02"], id="cause"),
        pytest.param(Sought(test=True, kinds=["figure"]), ["figure-02"], id="kind"),
        pytest.param(Sought(test=True, words="SKIPPER who"), ["who-01"], id="words of the question and the answer"),
        pytest.param(Sought(test=True, words="skipper zeppelin"), [], id="every word"),
        pytest.param(Sought(test=True, causes=["choosing"], kinds=["who"]), [], id="both"),
    ],
)
def test_misses_are_found_by_cause_kind_and_words(wanted: Sought, expected: list[str]) -> None:
    assert [m.result.id for m in sought(misses_of(five()), wanted)] == expected


def test_what_there_is_to_filter_by_is_counted() -> None:
    misses = misses_of(five())

    assert causes_in(misses) == {"choosing": 1, "abstaining": 2}
    assert kinds_in(misses) == {"figure": 1, "off_topic": 1, "who": 1}


def test_a_miss_says_what_was_said_wanted_and_missing_and_why() -> None:
    wrong, _, leak = misses_of(five())

    assert wrong.asked == "How many for figure-02?"
    assert wrong.cause == "a hit has the evidence, the answer does not"
    assert wrong.wanted == "4,210, against 4,000."
    assert [(fact.alternatives, fact.found) for fact in wrong.facts] == [
        (("4,210",), True),
        (("4,000", "four thousand"), False),
    ]
    assert leak.wanted == "No answer: the documents do not say."


def test_those_that_must_pass_and_those_newly_lost_come_first(runs: Runs) -> None:
    held = runs.held(named(runs, SECOND), named(runs, ACCEPTED))
    must = result("must-01", must_pass=True)

    assert [m.result.id for m in misses_of([*five(), must], held)] == ["must-01", "who-01", "figure-02", "off-02"]


def test_the_accepted_run_has_its_questions_from_the_file_if_they_ask_the_same(runs: Runs, folders: Folders) -> None:
    row = {
        "id": "who-01", "question": "Who is the skipper?", "kind": "who", "history": [], "documents": [],
        "answerable": True, "evidence": [{"document": "ferry", "quote": "The ferry sails daily."}], "facts": [],
        "reference": "Nobody.", "split": "dev", "notes": "",
    }  # fmt: skip
    folders.questions.write_text(json.dumps(row), "utf-8")
    asked = replace(five()[2], digest="another")
    documents = {"ferry": document()}
    assert [m.asked for m in misses_of([replace(asked, record={})])] == ["who-01"]

    accept(run_of([asked]), {}, folders.accepted)
    (unknown,) = runs.misses(named(runs, ACCEPTED), None, documents)
    assert (unknown.asked, unknown.wanted, unknown.facts) == ("who-01", "", ())

    question = runs._asked(documents)[0]
    accept(run_of([replace(asked, digest=digest_of(question))]), {}, folders.accepted)
    (known,) = runs.misses(named(runs, ACCEPTED), None, documents)
    assert (known.asked, known.wanted) == ("Who is the skipper?", "Nobody.")
    assert wanted_spots(known, documents)[0].spans == ((48, 70),)
    assert cited_spots(known, documents) == []
    assert asdict(question)["id"] == "who-01"


def test_a_place_is_marked_where_its_words_stand() -> None:
    spot = spot_of({"ferry": document()}, "ferry", [[14, 38]], "carried 4,210 passengers")

    assert (spot.title, spot.headings, spot.spans, spot.note) == ("Ferry Plan", ("1 Targets",), ((14, 38),), "")


def test_words_that_have_moved_are_marked_where_they_stand_now_and_it_is_said() -> None:
    spot = spot_of({"ferry": document("New. " + TEXT)}, "ferry", [[14, 38]], "carried 4,210 passengers")

    assert spot.spans == ((19, 43),)
    assert "has changed since" in spot.note


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("1 Targets\n\nIt carried 9 people.\n", "do not stand in it any more", id="gone"),
        pytest.param(f"New. {TEXT}{TEXT}", "stand in several places", id="twice"),
    ],
)
def test_words_that_no_longer_stand_in_one_place_are_not_marked(text: str, said: str) -> None:
    spot = spot_of({"ferry": document(text)}, "ferry", [[14, 38]], "carried 4,210 passengers")

    assert spot.spans == ()
    assert said in spot.note


def test_a_document_that_is_gone_is_named_by_its_id() -> None:
    spot = spot_of({}, "ferry", [[14, 38]], "carried 4,210 passengers")

    assert (spot.title, spot.spans, spot.note) == ("ferry", (), "This document is no longer there.")


def test_questions_won_and_lost_have_both_answers_the_test_half_only_when_asked_for() -> None:
    before = [replace(r, text=f"before {r.id}", record={}) for r in five()]
    ids = ["figure-02", "who-01"]

    dev = turned(ids, before, five(), test=False)
    assert [t.after.id for t in dev] == ["who-01"]
    assert turned_said("Lost", dev, ids) == "Lost: 1, and 1 more of the test half"
    both = turned(ids, before, five(), test=True)
    assert [(t.asked, t.before.text) for t in both] == [
        ("How many for figure-02?", "before figure-02"),
        ("Who is the skipper?", "before who-01"),
    ]
    assert turned_said("Lost", both, ids) == "Lost: 2"
    assert turned_said("Won", [], []) == "Won: none"
    assert turned(["not asked"], before, five(), test=True) == []


def test_a_run_of_four_hundred_questions_opens_in_half_a_second(folders: Folders) -> None:
    """Its figures are read and not counted: counting takes seconds. A busy machine gets twice the time."""
    results: list[Result] = [result(f"q-{n}", right=n % 3 > 0) for n in range(400)]
    keep(folders.runs / FIRST, results)
    accept(run_of(results), {}, folders.accepted)
    runs = Runs(folders)
    runs.held(named(runs, FIRST), named(runs, ACCEPTED))

    fresh, began = Runs(folders), time.perf_counter()
    run = named(fresh, FIRST)
    held = fresh.held(run, named(fresh, ACCEPTED))
    assert lines_of(run, held)
    assert kinds_of(run, held)
    assert time.perf_counter() - began < 1.0
