"""Runs kept and read back, the accepted one, and the history."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from eval import Run, RunError, accept, accepted_results, compare, load_results, past_figures, save_run
from eval.measures import by_kind, figures
from eval.results import read_results, to_jsonl
from eval.run import new_folder
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


def test_two_runs_of_one_second_have_folders_of_their_own(tmp_path: Path) -> None:
    assert len({new_folder(tmp_path / "runs") for _ in range(5)}) == 5


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
