"""The project's own questions, asked of its own documents with the real model."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import ROOT


@pytest.fixture(scope="module")
def run(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    runs = tmp_path_factory.mktemp("runs")
    command = [sys.executable, "-m", "eval", "--index", str(real_index), "--runs", str(runs)]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=False)
    assert result.returncode == 0, result.stderr
    (folder,) = runs.iterdir()
    rows = [json.loads(line) for line in (folder / "rows.jsonl").read_text("utf-8").splitlines()]
    figures = json.loads((folder / "figures.json").read_text("utf-8"))
    return {"printed": result.stdout, "rows": rows, "figures": {f["name"]: f for f in figures["overall"]}}


def test_every_quote_of_every_answer_stands_in_its_document(run: dict[str, Any]) -> None:
    verbatim = run["figures"]["verbatim rate"]

    assert verbatim["value"] == 1.0
    assert verbatim["n"] == sum(len(row["answer"]["citations"]) for row in run["rows"]) > 60


@pytest.mark.parametrize(
    "measure",
    ["R@5", "R@10", "MRR@10", "nDCG@10", "answer accuracy", "citation precision", "citation recall", "verbatim rate",
     "abstention recall", "latency p50", "latency p95"],
)  # fmt: skip
def test_every_measure_is_printed_with_its_n(run: dict[str, Any], measure: str) -> None:
    assert measure in run["printed"]
    assert run["figures"][measure]["n"] > 0


def test_it_is_no_worse_than_the_accepted_run_by_more_than_a_question_or_two(run: dict[str, Any]) -> None:
    accepted = json.loads((ROOT / "eval" / "accepted.json").read_text("utf-8"))
    before = {f["name"]: f for f in accepted["overall"]}

    for name in ("answer accuracy", "R@5", "citation recall"):
        now = run["figures"][name]
        assert now["n"] == before[name]["n"]
        assert now["value"] >= before[name]["value"] - 2 / now["n"]


def test_a_mistake_is_one_line_and_exit_2(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "eval", "--questions", str(tmp_path / "none.jsonl")]
    result = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)

    assert result.returncode == 2
    assert "none.jsonl" in result.stderr
    assert "Traceback" not in result.stderr
