"""Retrieval measures: against a second implementation, against ir-measures over the files we write, and by hand."""

import math
from pathlib import Path

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import EvalQuestion, Place
from eval.retrieval import METRICS, evidence_found, metrics_of, read_trec_qrels, relevant, trec_qrels, trec_run
from ingest import Passage


def by_hand(relevant_ids: set[str], ranking: list[str]) -> dict[str, float]:
    """The textbook formulas, written out."""
    found = [passage in relevant_ids for passage in ranking[:10]]
    gain = sum(1 / math.log2(place + 2) for place, hit in enumerate(found) if hit)
    ideal = sum(1 / math.log2(place + 2) for place in range(min(10, len(relevant_ids))))
    return {
        "Success@1": float(any(found[:1])),
        "Success@5": float(any(found[:5])),
        "R@5": sum(found[:5]) / len(relevant_ids),
        "R@10": sum(found) / len(relevant_ids),
        "MRR@10": 1 / (found.index(True) + 1) if True in found else 0.0,
        "nDCG@10": gain / ideal,
    }


IDS = [f"d:{i}-{i + 9}" for i in range(15)]


@given(
    st.lists(
        st.tuples(st.sets(st.sampled_from(IDS), min_size=1), st.lists(st.sampled_from(IDS), unique=True, max_size=10)),
        min_size=1,
        max_size=5,
    )
)
def test_every_metric_is_that_of_the_textbook(questions: list[tuple[set[str], list[str]]]) -> None:
    qrels = {f"q{i}": dict.fromkeys(sorted(good), 1) for i, (good, _) in enumerate(questions)}
    rankings = {f"q{i}": ranking for i, (_, ranking) in enumerate(questions)}

    found = metrics_of(qrels, rankings)

    for i, (good, ranking) in enumerate(questions):
        assert found[f"q{i}"] == pytest.approx(by_hand(good, ranking), abs=1e-9)


def test_the_files_we_write_give_the_same_figures_to_any_trec_tool(tmp_path: Path) -> None:
    qrels: dict[str, dict[str, int]] = {"a": {"x": 1, "y": 1}, "b": {"z": 1}, "no-hits": {"x": 1}, "no-passage": {}}
    rankings = {"a": ["w", "x", "z", "y"], "b": ["z"], "no-passage": ["w"]}
    (tmp_path / "qrels").write_text(trec_qrels(qrels), "utf-8")
    (tmp_path / "run").write_text(trec_run(rankings, "hybrid"), "utf-8")

    theirs = ir_measures.calc_aggregate(
        list(METRICS.values()),
        ir_measures.read_trec_qrels(str(tmp_path / "qrels")),
        ir_measures.read_trec_run(str(tmp_path / "run")),
    )

    ours = metrics_of(qrels, rankings)
    for name, metric in METRICS.items():
        assert sum(values[name] for values in ours.values()) / 4 == pytest.approx(theirs[metric], abs=1e-9)
    assert read_trec_qrels((tmp_path / "qrels").read_text("utf-8")) == qrels


def test_a_question_that_found_nothing_is_a_miss_and_not_left_out() -> None:
    found = metrics_of({"a": {"x": 1}, "b": {"x": 1}}, {"a": ["x"]})

    assert found == {"a": dict.fromkeys(METRICS, 1.0), "b": dict.fromkeys(METRICS, 0.0)}


def test_the_order_is_the_rankings_own_also_where_scores_were_equal() -> None:
    # Sorted by name, as trec_eval breaks ties, "z" would come first.
    assert metrics_of({"q": {"a": 1}}, {"q": ["a", "z"]})["q"]["MRR@10"] == 1.0


def passage(doc_id: str, *spans: tuple[int, int]) -> Passage:
    return Passage(
        passage_id=f"{doc_id}:{spans[0][0]}", doc_id=doc_id, headings=(), page=None, kind="prose", text="",
        spans=spans, units=(),
    )  # fmt: skip


def question(*evidence: Place) -> EvalQuestion:
    return EvalQuestion("q", "?", "figure", (), (), True, evidence, (), "", "dev", "")


def test_a_passage_is_relevant_just_where_it_shares_a_character_with_evidence() -> None:
    asked = question(Place("a", (10, 20), "words"))
    passages = [
        passage("a", (0, 10)),  # ends where it begins
        passage("a", (0, 11)),
        passage("a", (0, 5), (19, 30)),
        passage("a", (20, 30)),
        passage("b", (10, 20)),
    ]

    assert list(relevant(asked, passages)) == ["a:0"]
    assert [bool(relevant(asked, [p])) for p in passages] == [False, True, True, False, False]


def test_the_same_text_in_two_places_is_one_text_of_evidence() -> None:
    asked = question(
        Place("a", (0, 9), "Knife crime"), Place("b", (5, 9), "knife  crime."), Place("a", (50, 60), "gun")
    )

    assert evidence_found(asked, [passage("b", (0, 8))]) == (1, 2)
    assert evidence_found(asked, [passage("a", (55, 58)), passage("b", (0, 8))]) == (2, 2)
    assert evidence_found(asked, []) == (0, 2)
