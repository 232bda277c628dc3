"""Runs kept and read back, the accepted one, and the history."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from eval import Run, RunError, accept, accepted_results, compare, load_results, past_figures, save_run
from eval.display import print_figures, print_writing
from eval.measures import by_kind, figures
from eval.results import read_results, to_jsonl
from eval.run import name_of, new_folder
from tests.conftest import ROOT
from tests.eval.test_compare import BEFORE

ROWS = [replace(r, record={"question": {"question": "?"}}, latency_ms=12.5, cause="choosing") for r in BEFORE]
RUN = Run(tuple(ROWS), tuple(figures(ROWS)), {"dev": tuple(figures(ROWS))}, tuple(by_kind(ROWS)), {"hybrid": {}}, {})


def test_a_kept_run_reads_back_as_it_was(tmp_path: Path) -> None:
    save_run(RUN, tmp_path, {"index": "abc"})

    assert [replace(r, cells=dict(r.cells)) for r in load_results(tmp_path)] == [
        replace(r, cells={name: [*pair] for name, pair in r.cells.items()}) for r in ROWS
    ]
    assert json.loads((tmp_path / "settings.json").read_text("utf-8")) == {"index": "abc"}


def test_rows_have_no_times_so_that_two_runs_can_be_compared_as_files() -> None:
    slower = [replace(r, latency_ms=900.0) for r in ROWS]

    assert to_jsonl(ROWS) == to_jsonl(slower)
    assert to_jsonl(ROWS) != to_jsonl([replace(ROWS[0], text="other"), *ROWS[1:]])


def test_the_accepted_run_compares_as_equal_to_itself(tmp_path: Path) -> None:
    # Thirds: rounded in the file, they would differ by 1e-11 each, all one way, which no interval takes for chance.
    thirds = [replace(r, cells={**r.cells, "R@10": ((i % 3) / 3, 1.0)}) for i, r in enumerate(ROWS)]
    assert accepted_results(tmp_path) is None

    accept(replace(RUN, results=tuple(thirds)), {}, tmp_path)
    found = accepted_results(tmp_path)

    assert found is not None
    comparison = compare(found, thirds)
    assert comparison.paired == len(ROWS)
    assert not any(change.delta or change.low or change.high for change in comparison.changes)
    assert all(not result.record for result in found)


def test_each_acceptance_is_a_line_of_the_history_and_kept_runs_stand_beside(tmp_path: Path) -> None:
    accepted, runs = tmp_path / "accepted", tmp_path / "runs"
    accept(RUN, {}, accepted)
    accept(RUN, {}, accepted)
    for name in ("20200101T000000Z", "29990101T000000Z-2"):
        (runs / name).mkdir(parents=True)
        save_run(RUN, runs / name, {})
    (runs / "broken off").mkdir()

    past = past_figures(accepted, runs)

    assert [p["accepted"] for p in past] == [False, True, True, False]
    assert (past[0]["time"][:4], past[-1]["time"][:4]) == ("2020", "2999")
    assert {f["name"]: f["value"] for f in past[0]["overall"]}["answer accuracy"] == 0.5


def test_a_run_with_a_language_model_is_no_base_line_and_none_of_the_runs_that_follow_each_other(
    tmp_path: Path,
) -> None:
    with_model = {"language_model": "parrot-1"}
    folder = tmp_path / "runs" / "20200101T000000Z"
    folder.mkdir(parents=True)
    save_run(RUN, folder, with_model)

    with pytest.raises(RunError, match="cannot be made the base line"):
        accept(RUN, with_model, tmp_path / "accepted")
    assert not (tmp_path / "accepted").exists()
    assert past_figures(tmp_path / "accepted", tmp_path / "runs") == []


def test_what_a_language_model_wrote_is_counted_and_its_figures_stand_beside() -> None:
    wrote = {"writer": {"model": "parrot-1", "dropped": {"figure": 2, "name": 1}, "note": None}}
    failed = {"writer": {"model": "parrot-1", "dropped": {"figure": 1}, "note": "the language model broke off"}}
    rows = [replace(r, record={"answer": said}) for r, said in zip(ROWS, [wrote, failed, {}], strict=False)]
    out = Console(record=True, width=200)

    print_writing(out, "parrot-1", rows)
    print_figures(out, replace(RUN, by_split={"test": RUN.overall}), compare(ROWS, ROWS), beside=True)
    said = out.export_text()

    assert "asked for 2 answers and wrote 1;" in said
    assert "4 of its sentences were dropped (figure 3, name 1)" in said
    assert [line.split()[:5:2] for line in said.splitlines() if "answer accuracy" in line] == [
        ["│", "accuracy", "0.500"]
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(["--with-model"], "CHAPTER_LLM_BASE_URL", id="none is configured"),
        pytest.param(["--with-model", "--accept"], "never made the base line", id="to be accepted"),
    ],
)
def test_a_model_that_cannot_be_used_is_a_mistake_of_one_line(arguments: list[str], said: str) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CHAPTER_LLM_")}
    command = [sys.executable, "-m", "eval", *arguments]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=ROOT, check=False)

    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    with new_folder(runs) as first, new_folder(runs) as second:
        (first / "rows").touch()
        (second / "rows").touch()
    with new_folder(runs):
        pass

    assert len([path for path in runs.iterdir() if not path.name.startswith(".")]) == 3


def test_a_run_is_not_there_until_it_is_whole_and_nothing_is_left_of_half_of_one(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    with new_folder(runs) as coming:
        assert list(runs.glob("[!.]*")) == []
    assert list(runs.iterdir()) == [name_of(coming)]

    with pytest.raises(OSError, match="full"), new_folder(runs):
        raise OSError("the disk is full")
    assert list(runs.iterdir()) == [name_of(coming)]


@pytest.mark.parametrize(
    "content", ["{", '{"id": "q"}\n', '["q"]\n', "\x00"], ids=["cut", "another version", "no object", "no text"]
)
def test_a_run_that_cannot_be_read_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(content, "utf-8")

    with pytest.raises(RunError, match=r"rows\.jsonl cannot be read"):
        read_results(path)


def test_a_history_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "history.jsonl").write_text("{", "utf-8")

    with pytest.raises(RunError, match=r"history\.jsonl"):
        past_figures(tmp_path, tmp_path)


def test_times_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    save_run(RUN, tmp_path, {})
    (tmp_path / "times.json").write_text("{", "utf-8")

    with pytest.raises(RunError, match=r"times\.json"):
        load_results(tmp_path)
