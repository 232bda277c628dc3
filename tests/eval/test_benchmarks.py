"""Outside yardsticks: what is measured on a small set, worked out by hand, and the command."""

import io
import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from eval.beir import BeirPassage, BeirQuestion, BeirSet, read_set
from eval.benchmarks import Wanted, measure, save
from eval.measures import Figure
from eval.outside import Response, answering_figures, differences, rank, retrieval_figures, token_f1
from eval.outside_display import ALL, ALL_TURNS, FIRST_TURNS, Report, print_report
from eval.published import KNOWN, published_for
from eval.retrieval import METRICS
from index import ARMS, Model
from tests.conftest import ROOT, LetterEncoder
from tests.eval.made_sets import PASSAGES, QUESTIONS, write_set

QUESTION = BeirQuestion("q", "What?", None, (), True, ("red",), {"a": 1}, None)
RIGHT = Response(QUESTION, False, 0.9, True, True, True, 0.5, 2, 2, ("a",))
REFUSED = replace(RIGHT, refused=True, right=False, contains=False, f1=0.0, citations=0, verbatim=0)
OPEN = replace(QUESTION, answerable=False, references=(), relevant={})


def no_bars(_what: str, _total: int) -> Callable[[int], None]:
    return lambda _more: None


@pytest.fixture
def run(tmp_path: Path, letter_model: Model, letters: LetterEncoder) -> Callable[..., Report]:
    def run_set(folder: Path, wanted: Wanted = Wanted()) -> Report:  # noqa: B008  frozen
        return measure(read_set(folder), letter_model, lambda: letters, wanted, tmp_path / "vectors", no_bars)

    return run_set


def by_name(figures: list[Figure]) -> dict[str, Figure]:
    return {figure.name: figure for figure in figures}


def test_metrics_are_means_over_questions_and_one_that_found_nothing_is_a_miss() -> None:
    second = replace(QUESTION, id="q2")

    found = by_name(retrieval_figures([QUESTION, second], {"q": ["b", "a"], "q2": []}))

    assert {name: found[name].value for name in METRICS} == pytest.approx(
        {"Success@1": 0, "Success@5": 1 / 2, "R@5": 1 / 2, "R@10": 1 / 2, "MRR@10": (1 / 2) / 2,
         "nDCG@10": (1 / math.log2(3)) / 2}
    )  # fmt: skip
    assert {figure.n for figure in found.values()} == {2}


def test_ndcg_has_the_grades_for_gains() -> None:
    graded = replace(QUESTION, relevant={"a": 2, "b": 1})

    found = by_name(retrieval_figures([graded], {"q": ["b", "a"]}))

    assert found["nDCG@10"].value == pytest.approx((1 + 2 / math.log2(3)) / (2 + 1 / math.log2(3)))


def test_a_question_without_a_relevant_passage_is_no_part_of_retrieval() -> None:
    found = retrieval_figures([QUESTION, replace(OPEN, id="q3")], {"q": ["a"]})

    assert {(figure.value, figure.n) for figure in found} == {(1.0, 1)}


def test_answering_is_measured_over_what_each_measure_applies_to() -> None:
    wrong = replace(RIGHT, right=False, right_if_answered=False, contains=False, f1=0.25, verbatim=1, confidence=0.5)
    unanswerable = replace(wrong, question=OPEN, citations=0, verbatim=0, f1=0.0)
    refused_rightly = replace(REFUSED, question=OPEN, right_if_answered=False, confidence=0.1)

    found = by_name(answering_figures([RIGHT, wrong, replace(REFUSED, confidence=0.2), unanswerable, refused_rightly]))

    assert {name: (figure.value, figure.n) for name, figure in found.items()} == {
        "cites a relevant passage": (pytest.approx(1 / 3), 3),
        "contains a reference": (pytest.approx(1 / 3), 3),
        "F1 with a reference": (pytest.approx(0.75 / 3), 3),
        "verbatim rate": (pytest.approx(3 / 4), 4),
        "answerable refused": (pytest.approx(1 / 3), 3),
        "abstention precision": (pytest.approx(1 / 2), 2),
        "abstention recall": (pytest.approx(1 / 2), 2),
        "abstention F1": (pytest.approx(2 * 1 / (2 + 2)), 5),
        "wrong among the given": (pytest.approx(2 / 3), 3),
        # Answerable 0.9, 0.5, 0.2 against 0.5, 0.1: of six pairs four in order and one tied.
        "AUC, answerable or not": (pytest.approx(4.5 / 6), 5),
        # 0.9 right; 0.5 twice wrong; 0.2 right had it been said; 0.1 wrong.
        "area under risk": (pytest.approx((0 + 1 / 2 + 2 / 3 + 2 / 4 + 3 / 5) / 5), 5),
    }


def test_without_unanswerable_questions_nothing_is_said_of_abstaining() -> None:
    assert "abstention F1" not in by_name(answering_figures([RIGHT, REFUSED]))


@pytest.mark.parametrize(
    ("said", "references", "expected"),
    [
        pytest.param("They live in the North.", ["the north", "Rome"], 2 * 1 / (4 + 1), id="articles and case"),
        pytest.param("red red", ["red"], 2 * 1 / (2 + 1), id="a word said twice counts once"),
        pytest.param("blue", ["red"], 0.0, id="none in common"),
        pytest.param("", ["red"], 0.0, id="nothing said"),
        pytest.param("red", [], 0.0, id="no reference"),
    ],
)
def test_f1(said: str, references: list[str], expected: float) -> None:
    assert token_f1(said, references) == pytest.approx(expected)


def test_a_set_is_measured_whole(tmp_path: Path, run: Callable[..., Report]) -> None:
    report = run(write_set(tmp_path / "island"))

    assert list(report.rankings) == [*ARMS, "served"]
    assert {arm: ranking["q1"][0] for arm, ranking in report.rankings.items()} == dict.fromkeys(report.rankings, "a1")
    found = by_name(report.groups[ALL].answering)
    assert found["contains a reference"].n == found["cites a relevant passage"].n == 2
    assert found["contains a reference"].value == found["cites a relevant passage"].value == 1.0
    assert found["verbatim rate"].value == 1.0
    assert (found["abstention recall"].value, found["abstention recall"].n) == (1.0, 1)
    assert found["AUC, answerable or not"].value == 1.0


def test_a_scope_limits_the_search_to_its_document(tmp_path: Path, run: Callable[..., Report]) -> None:
    questions = [{**QUESTIONS[0], "scope": "library"}, *QUESTIONS[1:]]

    report = run(write_set(tmp_path / "island", questions=questions))

    assert all(set(ranking["q1"]) <= {"b1"} for ranking in report.rankings.values())
    assert set(report.rankings["dense"]["q2"]) == {"a1", "a2"}


def test_a_passage_of_the_questions_own_id_is_left_out_as_beir_does(tmp_path: Path, run: Callable[..., Report]) -> None:
    questions = [{**QUESTIONS[0], "_id": "b1", "text": "library books"}]

    report = run(write_set(tmp_path / "island", questions=questions, qrels=["b1\ta1\t1"]))

    assert all("b1" not in ranking["b1"] for ranking in report.rankings.values())


def test_each_question_is_encoded_once_for_all_retrievers_and_the_assistant(
    tmp_path: Path, run: Callable[..., Report], letters: LetterEncoder
) -> None:
    run(write_set(tmp_path / "island"))

    asked = letters.encoded[3:]
    assert asked[: len(QUESTIONS)] == [question["text"] for question in QUESTIONS]
    assert len(asked) == len(set(asked))  # the rest are words that no passage has


def test_the_assistant_is_told_the_earlier_turns(tmp_path: Path, run: Callable[..., Report]) -> None:
    questions = [
        {"_id": "q1", "text": "Who painted it?", "first_turn": True, "history": ["user: Who painted it?"]},
        {"_id": "q2", "text": "How many?", "first_turn": False, "history": ["user: What did the ferry carry?"]},
    ]
    qrels = ["q1\ta2\t1", "q2\ta1\t1"]

    report = run(write_set(tmp_path / "island", questions=questions, qrels=qrels), Wanted(asking=True))

    assert report.rankings["hybrid"]["q2"][0] == "b1"  # for its letters: it has no word of its own
    assert report.rankings["served"]["q2"][0] == "a1"
    assert {name: group.answering[0].n for name, group in report.groups.items()} == {FIRST_TURNS: 1, ALL_TURNS: 2}
    assert any("earlier turns" in note for note in report.notes)
    assert set(run(tmp_path / "island", Wanted(first_turns=True)).groups) == {FIRST_TURNS}


def test_a_question_that_is_none_counts_as_refused(tmp_path: Path, run: Callable[..., Report]) -> None:
    questions = [QUESTIONS[0], {**QUESTIONS[1], "text": "???"}]

    report = run(write_set(tmp_path / "island", questions=questions))

    assert [r.refused for r in report.responses] == [False, True]


def test_a_set_with_neither_answers_nor_open_questions_is_not_asked(tmp_path: Path, run: Callable[..., Report]) -> None:
    folder = write_set(
        tmp_path / "plain",
        [{"_id": p["_id"], "title": p["title"], "text": p["text"]} for p in PASSAGES],
        [{"_id": "q1", "text": "passengers of the ferry"}],
        ["query-id\tcorpus-id\tscore", "q1\ta1\t1"],
    )

    assert run(folder).responses == []
    assert len(run(folder, Wanted(asking=True)).responses) == 1


def test_a_sample_is_said_to_be_one(tmp_path: Path, run: Callable[..., Report]) -> None:
    report = run(write_set(tmp_path / "island"), Wanted(limit=2))

    assert len(report.asked) == 2
    assert any("2 questions of the set's 3 questions" in note for note in report.notes)


def test_hybrids_lead_is_the_mean_of_the_differences() -> None:
    second = replace(QUESTION, id="q2")
    rankings = {"hybrid": {"q": ["a"], "q2": ["a"]}, "dense": {"q": ["a"], "q2": ["b"]}, "served": {"q": [], "q2": []}}

    (lead,) = differences([QUESTION, second], rankings)

    assert (lead.name, lead.value, lead.n) == ("hybrid − dense, nDCG@10", pytest.approx((0 + 1) / 2), 2)
    assert (lead.low, lead.high) == (0.0, 1.0)
    assert differences([QUESTION], {"dense": {"q": ["a"]}}) == []


def published_scifact(name: str = "scifact", passages: int = 5183) -> BeirSet:
    (known,) = (k for k in KNOWN if k.name == "scifact")
    lines = tuple(BeirPassage(f"p{i}", f"p{i}", "", "x") for i in range(passages))
    questions = tuple(replace(QUESTION, id=f"q{i}") for i in range(known.questions))
    return BeirSet(name, lines, questions, known.pairs, 0, {})


def test_published_figures_stand_beside_the_set_that_they_are_of() -> None:
    figures, said = published_for(published_scifact("BEIR-SciFact"))

    assert [(f.measure, f.value, f.beside) for f in figures] == [
        ("nDCG@10", 0.665, "lexical"),
        ("nDCG@10", 0.6647, "lexical"),
        ("nDCG@10", 0.6789, "lexical"),
        ("nDCG@10", 0.645, "dense"),
    ]
    assert all(figure.source for figure in figures)
    assert "is the published scifact" in said


@pytest.mark.parametrize(
    ("beir", "why"),
    [
        pytest.param(published_scifact(passages=5182), "has 300 questions, 5,182 passages", id="altered"),
        pytest.param(published_scifact("island"), "No comparable published figure", id="another name"),
    ],
)
def test_no_published_figure_stands_beside_another_set(beir: BeirSet, why: str) -> None:
    figures, said = published_for(beir)

    assert figures == ()
    assert why in said


def test_a_report_is_kept_with_runs_that_trec_tools_read(
    tmp_path: Path, run: Callable[..., Report], letter_model: Model
) -> None:
    lines = [{**PASSAGES[0], "_id": "Ferry 100%#1"}, *PASSAGES[1:]]
    qrels = ["q1\tFerry 100%#1\t1", "q2\ta2\t1"]
    report = run(write_set(tmp_path / "island", lines, qrels=qrels))

    folder = save(report, tmp_path / "out" / "island", letter_model)

    assert (folder / "qrels.trec").read_text() == "q1 0 Ferry%20100%25#1 1\nq2 0 a2 1\n"
    assert (folder / "lexical.trec").read_text().splitlines()[0] == "q1 Q0 Ferry%20100%25#1 1 2 lexical"
    kept = json.loads((folder / "figures.json").read_text("utf-8"))
    assert kept["set"]["passages"] == 3
    assert kept["groups"][ALL]["retrieval"]["hybrid"][0]["n"] == 2
    rows = [json.loads(line) for line in (folder / "responses.jsonl").read_text("utf-8").splitlines()]
    assert [row["question"] for row in rows] == ["q1", "q2", "q3"]


def test_a_report_is_printed_with_n_and_intervals(tmp_path: Path, run: Callable[..., Report]) -> None:
    console = Console(width=200, record=True, file=io.StringIO())

    print_report(console, run(write_set(tmp_path / "island")))

    said = console.export_text()
    assert "3 questions (1 without an answer) on 3 passages of 2 documents" in said
    for name in (*METRICS, "abstention F1", "verbatim rate", "hybrid", "served", "1.000 (1.000 to 1.000)"):
        assert name in said


def test_rankings_hold_ten_at_most(tmp_path: Path, letter_model: Model, letters: LetterEncoder) -> None:
    from eval.beir_index import snapshot_of

    lines = [{"_id": f"p{i}", "title": "", "text": f"ferry {'a' * i}"} for i in range(15)]
    beir = read_set(write_set(tmp_path, lines, [{"_id": "q", "text": "ferry"}], ["q\tp1\t1"]))
    snapshot = snapshot_of(beir, letter_model, lambda: letters, tmp_path / "vectors")

    rankings = rank(snapshot, letters, beir.questions, ["hybrid"])

    assert len(rankings["hybrid"]["q"]) == 10


def command(*arguments: str) -> subprocess.CompletedProcess[str]:
    whole = [sys.executable, "-m", "eval.benchmarks", *arguments]
    return subprocess.run(whole, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)


def test_the_command_measures_with_the_real_model(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "island")
    places = ["--out", str(tmp_path / "out"), "--vectors", str(tmp_path / "vectors")]

    result = command(str(folder), "--arm", "dense", *places)

    assert result.returncode == 0, result.stderr
    assert "nDCG@10" in result.stdout
    figures = json.loads((tmp_path / "out" / "island" / "figures.json").read_text("utf-8"))
    assert list(figures["groups"][ALL]["retrieval"]) == ["dense", "served"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["no-such-folder"], "no-such-folder is not a folder", id="no folder"),
        pytest.param(["--arm", "sparse", "island"], "there is no retriever 'sparse'", id="unknown retriever"),
        pytest.param(["island", "island"], "two folders are named island", id="one name twice"),
        pytest.param(["island", "--out", "taken"], "taken/island cannot be written", id="no folder to write to"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(tmp_path: Path, arguments: list[str], said: str) -> None:
    write_set(tmp_path / "island")
    (tmp_path / "taken").write_text("")
    paths = [str(tmp_path / a) if a in ("no-such-folder", "island", "taken") else a for a in arguments]

    result = command(*paths, "--vectors", str(tmp_path / "vectors"))

    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
