"""Figures over results: a whole run by hand, the curves by hand, and the list of measures held to its document."""

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import Assistant
from answer.confidence import WEIGHED, Features
from eval import MEASURES, EvalQuestion, Figure, Place, Result, calibrate, figures, run_questions
from eval.calibrate import fit
from eval.measures import area_under_risk, by_kind, calibration_error, risk_coverage
from eval.weights import fit_weights
from index import Model, Snapshot, build, load
from ingest import find_quote
from tests.conftest import ROOT, LetterEncoder


@pytest.fixture
def snapshot(small_corpus: Path, tmp_path: Path, letter_model: Model) -> Snapshot:
    build(small_corpus, tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    return load(tmp_path / "index")


@pytest.fixture
def ask(snapshot: Snapshot) -> Callable[..., EvalQuestion]:
    def of(id_: str, question: str, quotes: list[tuple[str, str]], facts: list[str], **more: str) -> EvalQuestion:
        texts = {doc_id: document.text for doc_id, document in snapshot.documents.items()}
        places = tuple(Place(doc, find_quote(texts[doc], quote)[0], quote) for doc, quote in quotes)
        wanted = tuple((fact,) for fact in facts)
        split = more.pop("split", "dev")
        return EvalQuestion(id_, question, "figure", (), (), bool(quotes), places, wanted, "", split, "", **more)

    return of


@pytest.fixture
def questions(ask: Callable[..., EvalQuestion]) -> list[EvalQuestion]:
    passengers = "How many passengers did the ferry carry?"
    ferry = [("ferry", "4,210 passengers")]
    return [
        ask("right", passengers, ferry, ["4,210"]),
        ask("wrong", passengers, [("library", "900 books")], ["900"]),
        ask("half", passengers, [*ferry, ("ferry", "£12 million")], ["4,210", "£12"]),
        ask("refused rightly", "zeppelin timetable", [], []),
        ask("refused wrongly", "zeppelin timetable", [("library", "900 books")], ["900"], variant_of="right"),
        ask("answered wrongly", passengers, [], [], split="test"),
    ]


def values(found: tuple[Figure, ...] | list[Figure]) -> dict[str, tuple[float | None, int]]:
    return {f.name: (f.value, f.n) for f in found}


def test_a_run_of_six_questions_worked_out_by_hand(snapshot: Snapshot, questions: list[EvalQuestion]) -> None:
    run = run_questions(snapshot, LetterEncoder(), questions, snapshot.documents)
    found = values(run.overall)

    assert [r.right for r in run.results] == [True, False, False, True, False, False]
    assert [r.cause for r in run.results][1:] == ["choosing", "choosing", None, "abstaining", "abstaining"]
    assert found["answer accuracy"] == (1 / 4, 4)
    assert found["fact recall"] == ((1 + 0 + 1 / 2 + 0) / 4, 4)
    # Four answers of one citation each (right, wrong, half, answered wrongly); two of them overlap evidence.
    assert found["citation precision"] == (2 / 4, 4)
    assert found["citation recall"] == ((1 + 0 + 1 / 2 + 0) / 4, 4)
    assert found["verbatim rate"] == (1.0, 4)
    assert found["abstention precision"] == (1 / 2, 2)
    assert found["abstention recall"] == (1 / 2, 2)
    assert found["abstention F1"] == (1 / 2, 3)  # one of two and one of two; three questions are refused or should be
    assert found["answerable refused"] == (1 / 4, 4)
    assert found["variant answered"] == (0.0, 1)
    assert found["latency p50"][1] == 6
    assert values(run.by_split["dev"])["answer accuracy"] == (1 / 4, 4)
    assert values(run.by_split["test"])["answer accuracy"] == (None, 0)
    assert values(run.kinds) == {"figure": (2 / 6, 6)}


def test_each_retriever_is_measured_alone(snapshot: Snapshot, questions: list[EvalQuestion]) -> None:
    run = run_questions(snapshot, LetterEncoder(), questions[:1], snapshot.documents)
    found = values(run.overall)

    (id_,) = run.qrels["right"]
    for arm, name in (("hybrid", "MRR@10"), ("lexical", "lexical MRR@10"), ("dense", "dense MRR@10")):
        place = run.rankings[arm]["right"].index(id_) + 1
        assert found[name] == (pytest.approx(1 / place), 1)
    assert len(run.rankings["dense"]["right"]) > len(run.rankings["lexical"]["right"])


def test_without_an_encoder_the_dense_arm_finds_nothing_and_counts_as_a_miss(
    snapshot: Snapshot, questions: list[EvalQuestion]
) -> None:
    found = values(run_questions(snapshot, None, questions[:1], snapshot.documents).overall)

    assert found["dense R@10"] == (0.0, 1)
    assert found["lexical R@10"] == (1.0, 1)


def result(kind: str, *, right: bool) -> Result:
    return Result("q", "", kind, "dev", True, False, "answered", right, 0.5, right, None, {}, "", 1.0, {})


def test_kinds_are_in_order_with_their_shares() -> None:
    found = by_kind([result("who", right=True), result("list", right=False), result("who", right=False)])

    assert [(f.name, f.value, f.n) for f in found] == [("list", 0.0, 1), ("who", 0.5, 2)]


def test_percentiles_are_by_nearest_rank() -> None:
    from dataclasses import replace

    rows = [replace(result("who", right=True), latency_ms=float(ms)) for ms in (50, 10, 20, 40, 30)]
    found = values(figures(rows))

    assert found["latency p50"] == (30.0, 5)
    assert found["latency p95"] == (50.0, 5)


def test_risk_and_coverage_by_hand() -> None:
    # Surest first: right, wrong, right, wrong. Wrong among the first 1, 2, 3, 4: 0, 1/2, 1/3, 1/2.
    sure, right = np.array([0.6, 0.9, 0.7, 0.8]), np.array([0.0, 1.0, 1.0, 0.0])

    coverage, risk = risk_coverage(sure, right)

    assert coverage == pytest.approx([0.25, 0.5, 0.75, 1.0])
    assert risk == pytest.approx([0, 1 / 2, 1 / 3, 1 / 2])
    assert area_under_risk(sure, right) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4)


def test_equally_sure_answers_have_no_order_among_them() -> None:
    sure = np.full(4, 0.5)

    assert area_under_risk(sure, np.array([1.0, 1, 0, 0])) == area_under_risk(sure, np.array([0.0, 1, 0, 1])) == 0.5


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=30), st.randoms())
def test_the_curve_does_not_depend_on_the_order_of_questions(
    rows: list[tuple[float, bool]], chance: "np.random.Generator"
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)

    def area(of: list[tuple[float, bool]]) -> float | None:
        return area_under_risk(np.array([c for c, _ in of]), np.array([float(r) for _, r in of]))

    assert area(rows) == pytest.approx(area(shuffled))


def test_calibration_error_by_hand() -> None:
    # Bin .9 to 1: sure .95, right 1 of 2, off by .45. Bin .2 to .3: sure .2, right none of one, off by .2.
    found = calibration_error(np.array([0.9, 1.0, 0.2]), np.array([1.0, 0.0, 0.0]))

    assert found == pytest.approx((2 * 0.45 + 1 * 0.2) / 3)
    assert calibration_error(np.array([]), np.array([])) is None


def test_every_measure_is_defined_in_the_documentation_and_none_else() -> None:
    text = (ROOT / "docs" / "evaluation.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE)
    named = {name.strip() for row in rows for name in row.split(",")} - {"measure", "---"}

    arms = {"lexical", "dense", "late"}
    assert {m.name for m in MEASURES if m.name.split()[0] not in arms} | {"latency p50", "latency p95"} <= named


_READ = 1 + WEIGHED.index("any_read")  # the intercept comes first


def _row(any_read: float, missing: float = 0.5) -> tuple[float, ...]:
    return Features(0.5, missing, 0.5, 0.5, 0.5, 1.0, 0.0, any_read, 0.0).vector()


def test_no_feature_counts_against_what_it_speaks_for() -> None:
    """Were more words missing in what can be answered, that would not make the next answer likelier."""
    answerable = [i % 4 > 0 for i in range(80)]
    rows = [_row((i % 7) / 7, missing=float(can)) for i, can in enumerate(answerable)]

    found = fit(rows, answerable, answerable, [True] * 80)

    assert found.answered[1 + WEIGHED.index("missing")] == 0.0


def test_questions_on_another_corpus_are_learnt_from_and_not_counted() -> None:
    """What tells them apart is what is missing; the reader likes them as well as the others."""
    answerable = [i % 4 > 0 for i in range(80)]
    rows = [_row((i % 7) / 7, missing=0.1 + (i % 5) / 10) for i in range(80)]

    alone = fit(rows, answerable, answerable, [True] * 80)
    found = fit(rows, answerable, answerable, [True] * 80, [_row(0.5, missing=1.0)] * 20)

    missing = 1 + WEIGHED.index("missing")
    assert found.answered[missing] < alone.answered[missing] - 1
    assert found.n == alone.n == 80


def test_calibration_prefers_what_tells_right_from_wrong() -> None:
    sure = [0.6 + i / 50 for i in range(20)] + [i / 50 for i in range(20)]
    answerable = [True] * 20 + [False] * 10 + [True] * 10  # the ten least sure cannot be answered
    rows = [_row(s) for s in sure]
    found = fit(rows, [True] * 20 + [False] * 20, answerable, [True] * 40)

    assert found.right[_READ] > 1
    assert found.answered[_READ] > 1
    assert found.answerable_refused <= 0.05
    assert found.not_answerable_refused == 1.0
    assert found.n == 40


def test_what_the_checks_hold_back_counts_among_the_refused() -> None:
    sure = [0.6 + i / 50 for i in range(20)] + [i / 50 for i in range(20)]
    answerable = [True] * 20 + [False] * 10 + [True] * 10
    rows = [_row(s) for s in sure]
    free = fit(rows, [True] * 20 + [False] * 20, answerable, [True] * 40)
    held = fit(rows, [True] * 20 + [False] * 20, answerable, [True] * 38 + [False] * 2)

    # Two of the thirty that can be answered are held back, more than one in twenty: the threshold lets the rest be.
    assert held.answerable_refused == pytest.approx(2 / 30)
    assert held.threshold < free.threshold


def test_calibration_needs_both_right_and_wrong_answers(snapshot: Snapshot, questions: list[EvalQuestion]) -> None:
    with pytest.raises(ValueError, match="nothing to tell apart"):
        calibrate([(Assistant(snapshot, LetterEncoder()), questions[:1] * 2)])


def test_few_questions_are_too_few_to_fit_weights(snapshot: Snapshot, questions: list[EvalQuestion]) -> None:
    with pytest.raises(ValueError, match="10 are needed"):
        fit_weights([(Assistant(snapshot, LetterEncoder()), questions)])
