"""The comparison without the peers: ratios and goals worked out by hand, one that fails, what systems are given."""

import io
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks.peers.comparison import Comparison, each, kept
from benchmarks.peers.environments import PEERS, RUNNER, TORCH, Peer, PeerProblem, environment_of
from benchmarks.peers.figures import Figures, Found, Whole, best, found_by, middle, percentile_95
from benchmarks.peers.goals import goals
from benchmarks.peers.material import evenly
from benchmarks.peers.measuring import Measured
from benchmarks.peers.systems.timing import QUESTIONS, WARM_UP, asked
from benchmarks.peers.table import beside, times
from tests.conftest import ROOT

OURS = Figures(10, 1, 6, 200e6, 5, 6, 9, 100e6)
THEIRS = Figures(30, 5, 20, 500e6, 20, 9, 18, 800e6)
SLOW = Figures(50, 5, 20, 300e6, 9, 9, 18, 800e6)
WHOLE = Whole(20, 15, 900e6, 40, 91, 350e6, 100, 200, 351e6, 1.5, 1.0, 300e6)
PEER = Peer("other", "Other", "no.module", ("no-such-package==1",))


def test_figures_are_shown_as_so_many_times_ours() -> None:
    found = {"ours": Found(0.9, 0.8, 1.0), "Other": Found(0.85, 0.7, 0.6)}
    shown = io.StringIO()
    Console(width=120, file=shown).print(beside(OURS, {"Other": THEIRS}, found, "600 passages"))

    rows = {row[0].strip(): [cell.strip() for cell in row[1:]] for row in cells(shown.getvalue())}

    assert rows["indexing, processor"] == ["10 s", "3.0 × (30 s)"]
    assert rows["indexing, peak of memory"] == ["200 MB", "2.5 × (500 MB)"]
    assert rows["a question, processor"] == ["5 ms", "4.0 × (20 ms)"]
    assert rows["a question, clock, median"] == ["6 ms", "1.5 × (9 ms)"]
    assert rows["Success@5 (more is better)"] == ["0.900", "0.850"]


def cells(shown: str) -> list[list[str]]:
    return [line.strip("│").split("│") for line in shown.splitlines() if line.startswith("│")]


def test_a_peer_that_is_ahead_is_less_than_once() -> None:
    assert times(50, 100, 1, "ms") == "0.5 × (50 ms)"


def test_a_goal_beside_peers_counts_by_the_nearest() -> None:
    found = {(goal.about, goal.wanted.split()[1]): goal for goal in goals(OURS, {"A": THEIRS, "B": SLOW}, WHOLE)}

    assert {key: (goal.measured, goal.met) for key, goal in found.items()} == {
        ("indexing, processor", "least"): ("3.0 times (A)", True),
        ("indexing, peak of memory", "least"): ("1.5 times (B)", False),
        ("a question, processor", "least"): ("1.8 times (B)", False),
        ("a question, processor", "most"): ("5 ms", True),
        ("whole answer without the reader, median", "most"): ("40 ms", True),
        ("whole answer without the reader, p95", "most"): ("91 ms", False),
        ("python -m answer, processor", "most"): ("1.5 s", True),
        ("python -m answer, memory", "most"): ("300 MB", True),
        ("answering process without the reader, memory", "most"): ("350 MB", True),
        ("answering process with the reader, memory", "most"): ("351 MB", False),
    }


def test_without_a_peer_only_our_own_goals_are_left() -> None:
    assert len(goals(OURS, {}, WHOLE)) == 7


def test_the_best_and_the_middle_are_taken_figure_by_figure() -> None:
    other = replace(THEIRS, index_cpu=10, query_p95=30)

    assert best([THEIRS, other]) == replace(THEIRS, index_cpu=10)
    assert middle([THEIRS, other, replace(THEIRS, index_cpu=31)]) == THEIRS


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        pytest.param([7], 7, id="one"),
        pytest.param(list(range(1, 21)), 19, id="nineteen of twenty"),
        pytest.param(list(range(100, 0, -1)), 95, id="95 of a hundred, in any order"),
    ],
)
def test_p95_is_the_nearest_rank(values: list[float], expected: float) -> None:
    assert percentile_95(values) == expected


def test_what_is_found_is_held_against_the_evidence_and_against_ours() -> None:
    ours = {"q1": ["a", "b"], "q2": ["c", "d"]}
    relevant = {"q1": {"a": 1, "x": 1}, "q2": {"c": 1}}

    assert found_by(ours, ours, relevant) == Found(1.0, (1 / 2 + 1) / 2, 1.0)
    assert found_by({"q1": ["b", "x"]}, ours, relevant) == Found(1 / 2, (1 / 2 + 0) / 2, (1 / 2 + 0) / 2)


def test_a_peer_that_fails_is_named_and_does_not_stop_the_others() -> None:
    said: list[str] = []
    well = replace(PEER, name="well", title="Well")

    def measure(peer: Peer) -> tuple[Measured, list[str]]:
        if peer is PEER:
            raise PeerProblem("it has no wheels")
        return Measured(THEIRS, {}), ["well==1"]

    done, failed = each([PEER, well], measure, said.append)

    assert list(done) == ["Well"]
    assert failed == {"Other": "it has no wheels"}
    assert said == ["Other cannot be measured: it has no wheels"]


def test_an_environment_that_is_as_wanted_is_used_again(tmp_path: Path) -> None:
    python = tmp_path / "other" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    (tmp_path / "other" / "made-of.txt").write_text("torch==2.13.0\nno-such-package==1\n")

    assert environment_of(PEER, tmp_path) == python


def test_every_version_is_pinned_and_torch_is_ours() -> None:
    ours = (ROOT / "requirements.txt").read_text("utf-8").splitlines()

    assert all("==" in requirement for peer in PEERS for requirement in peer.requirements)
    assert {TORCH, RUNNER} <= {*ours}


def test_questions_that_warm_up_are_not_timed(tmp_path: Path) -> None:
    (tmp_path / WARM_UP).write_text('{"id": "w", "text": "Warm?"}\n')
    (tmp_path / QUESTIONS).write_text('{"id": "q", "text": "What?"}\n')
    heard: list[str] = []

    def search(question: str) -> list[str]:
        heard.append(question)
        return ["p"]

    answer = asked(search, tmp_path)

    assert heard == ["Warm?", "What?"]
    assert answer["found"] == {"q": ["p"]}
    assert len(answer["times"]) == 1  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("n", "expected"),
    [pytest.param(2, "ac", id="evenly"), pytest.param(4, "abcd", id="all"), pytest.param(9, "abcd", id="no more")],
)
def test_a_sample_is_even_and_always_the_same(n: int, expected: str) -> None:
    assert "".join(evenly("abcd", n)) == expected  # type: ignore[arg-type]


def test_what_is_kept_says_on_what_and_with_what(tmp_path: Path) -> None:
    counts = {"passages": 600, "questions": 100, "answers": 408, "repeat": 1}
    comparison = Comparison(OURS, {"Other": THEIRS}, {}, {"Third": "no"}, WHOLE, {"Other": ["other==1"]}, counts, 0.0)

    record = json.loads(kept(comparison, tmp_path).read_text("utf-8"))

    assert record["peers"]["Other"]["index_cpu"] == 30
    assert record["failed"] == {"Third": "no"}
    assert record["versions"] == {"Other": ["other==1"]}
    assert record["counts"]["passages"] == 600
    assert record["machine"]["cores"]
    assert len(record["goals"]) == 10


def test_an_unknown_peer_is_a_mistake_of_the_callers() -> None:
    command = [sys.executable, "-m", "benchmarks.peers", "--peer", "nobody"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert "txtai, haystack, llamaindex" in " ".join(done.stderr.replace("│", " ").split())
