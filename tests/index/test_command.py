"""`python -m index`, as a person runs it, with the real model."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT


def index(*arguments: str, cut: bool = False) -> "subprocess.CompletedProcess[str]":
    before = ["unshare", "--net"] if cut else []
    return subprocess.run(
        [*before, sys.executable, "-m", "index", *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
    )


def network_can_be_cut() -> bool:
    unshare = shutil.which("unshare")
    return (
        unshare is not None
        and subprocess.run([unshare, "--net", "true"], capture_output=True, check=False).returncode == 0
    )


def test_it_builds_with_no_network_says_what_changed_and_searches(small_corpus: Path, tmp_path: Path) -> None:
    places = ("--corpus", str(small_corpus), "--folder", str(tmp_path / "index"))

    first = index(*places, cut=network_can_be_cut())
    assert first.returncode == 0, first.stderr
    assert "created: 2 (ferry, library)" in first.stdout

    again = index(*places)
    assert "unchanged: 2 (ferry, library)" in again.stdout
    assert "Nothing has changed" in again.stdout

    found = index(*places, "--search", "who pays for the boat", "--limit", "1", cut=network_can_be_cut())
    assert found.returncode == 0, found.stderr
    assert "ferry" in found.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--corpus", "no-such-folder"), "no-such-folder", id="no corpus"),
        pytest.param(("--model", "no-such-model"), "no-such-model", id="no model"),
        pytest.param(("--folder", "no-such-index", "--search", "x"), "python -m index", id="no index to search"),
        pytest.param(("--limit", "0"), "--limit", id="a limit of none"),
        pytest.param(("--folder", "build/no-such-index", "--publish"), "no candidate", id="no candidate"),
        pytest.param(("--publish", "--discard"), "only one of", id="two things at once"),
        pytest.param(("--engine", "redis://host", "--search", "x"), "milvus://HOST", id="no address of an engine"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(arguments: tuple[str, ...], said: str) -> None:
    result = index(*arguments)

    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr


def test_help_names_every_option() -> None:
    shown = index("--help").stdout

    for option in (
        "--corpus", "--folder", "--model", "--search", "--limit", "--rollback", "--candidate", "--publish", "--discard",
        "--engine",
    ):  # fmt: skip
        assert option in shown
