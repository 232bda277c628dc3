"""The project's own questions, asked of its own documents with the real model, through the command."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import ir_measures
import pytest

from eval import MEASURES
from eval.retrieval import METRICS
from tests.conftest import ROOT


def evaluate(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "eval", *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=500, check=False)


@pytest.fixture(scope="module")
def run(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    runs = tmp_path_factory.mktemp("runs")
    result = evaluate("--index", str(real_index), "--runs", str(runs))
    assert result.returncode == 0, result.stdout + result.stderr
    (folder,) = runs.iterdir()
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text("utf-8").splitlines()]
    figures = json.loads((folder / "figures.json").read_text("utf-8"))
    return {
        "printed": result.stdout,
        "folder": folder,
        "rows": rows,
        "figures": {f["name"]: f for f in figures["overall"]},
    }


def test_the_gate_is_open_against_the_accepted_run(run: dict[str, Any]) -> None:
    assert "The gate is open: no floor broken, nothing lost" in run["printed"]
    assert f"over {len(run['rows'])} questions both asked" in run["printed"]


def test_every_quote_of_every_answer_stands_in_its_document(run: dict[str, Any]) -> None:
    verbatim = run["figures"]["verbatim rate"]

    assert verbatim["value"] == 1.0
    assert verbatim["n"] == sum(len(row["record"]["answer"]["citations"]) for row in run["rows"]) > 240


@pytest.mark.parametrize("measure", [*(m.name for m in MEASURES), "latency p50", "latency p95"])
def test_every_measure_has_a_value_and_its_n(run: dict[str, Any], measure: str) -> None:
    assert run["figures"][measure]["n"] > 0
    assert run["figures"][measure]["value"] is not None


@pytest.mark.parametrize("arm", ["hybrid", "lexical", "dense"])
def test_the_figures_are_those_of_ir_measures_over_the_kept_files(run: dict[str, Any], arm: str) -> None:
    theirs = ir_measures.calc_aggregate(
        list(METRICS.values()),
        list(ir_measures.read_trec_qrels(str(run["folder"] / "qrels.trec"))),
        list(ir_measures.read_trec_run(str(run["folder"] / f"run-{arm}.trec"))),
    )

    prefix = "" if arm == "hybrid" else f"{arm} "
    for name, metric in METRICS.items():
        cells = [row["cells"][prefix + name] for row in run["rows"] if prefix + name in row["cells"]]
        ours = sum(value for value, _ in cells) / sum(one for _, one in cells)
        assert ours == pytest.approx(theirs[metric], abs=1e-9)
        assert run["figures"][prefix + name]["value"] == pytest.approx(ours, abs=1e-6)


def test_it_is_the_accepted_run_but_for_what_another_processor_rounds_otherwise(run: dict[str, Any]) -> None:
    accepted = [json.loads(line) for line in (ROOT / "eval/accepted/rows.jsonl").read_text("utf-8").split("\n") if line]
    before = {r["id"]: r["right"] for r in accepted}

    assert before.keys() == {r["id"] for r in run["rows"]}
    assert sum(r["right"] != before[r["id"]] for r in run["rows"]) <= len(before) / 100


def test_a_mistake_is_one_line_and_exit_2(tmp_path: Path) -> None:
    result = evaluate("--questions", str(tmp_path / "none.jsonl"))

    assert result.returncode == 2
    assert "none.jsonl" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_stale_index_is_refused_with_the_command_that_mends_it(real_index: Path, small_corpus: Path) -> None:
    row = {
        "id": "f1", "question": "How many passengers?", "kind": "figure", "history": [], "documents": [],
        "answerable": True, "evidence": [{"document": "ferry", "quote": "the ferry carried 4,210 passengers"}],
        "facts": [["4,210"]], "reference": "4,210.", "split": "dev", "notes": "",
    }  # fmt: skip
    questions = small_corpus.parent / "questions.jsonl"
    questions.write_text(json.dumps(row), "utf-8")

    result = evaluate("--index", str(real_index), "--corpus", str(small_corpus), "--questions", str(questions))

    assert result.returncode == 2
    assert "another corpus" in result.stderr
    assert "Run: python -m index" in result.stderr


def test_a_kept_run_is_reported_again(run: dict[str, Any]) -> None:
    page = run["folder"] / "report.html"
    before = page.read_bytes()
    page.unlink()

    result = evaluate("report", str(run["folder"]), "--runs", str(run["folder"].parent))

    assert result.returncode == 0, result.stderr
    assert page.read_bytes() == before


def test_a_folder_that_holds_no_run_is_named(tmp_path: Path) -> None:
    result = evaluate("report", str(tmp_path))

    assert result.returncode == 2
    assert str(tmp_path) in result.stderr.replace("\n", "")


def test_check_names_every_problem_and_exits_2(tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "x"}\n{', "utf-8")

    result = evaluate("check", "--questions", str(path))

    assert result.returncode == 2
    assert "line 1" in result.stderr
    assert "line 2" in result.stderr
    assert "2 of the rows must be mended" in result.stderr


def test_check_says_that_the_projects_own_questions_are_sound() -> None:
    result = evaluate("check")

    assert result.returncode == 0, result.stderr
    assert "all sound" in result.stdout
    assert "untouched" not in result.stdout


def test_add_asks_and_keeps_the_question(real_index: Path, tmp_path: Path) -> None:
    to = tmp_path / "candidates.jsonl"

    result = evaluate(
        "add", "What is the size of the Violent Crime Task Force?", "--kind", "figure", "--fact", "150", "--reference",
        "150 officers.", "--to", str(to), "--index", str(real_index),
    )  # fmt: skip

    assert result.returncode == 0, result.stderr
    row = json.loads(to.read_text("utf-8"))
    assert (row["kind"], row["facts"], row["answerable"]) == ("figure", [["150"]], True)
    assert f"Row {row['id']} is added" in result.stdout
