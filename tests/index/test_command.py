"""`python -m index`, as a person runs it, with the real model."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from index import Model, build
from tests.conftest import ROOT, LetterEncoder


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


def test_what_is_damaged_is_verified_repaired_and_then_healthy(
    small_corpus: Path, tmp_path: Path, letter_model: Model
) -> None:
    folder = tmp_path / "build" / "index"
    build(small_corpus, folder, letter_model, encoder=lambda _: LetterEncoder())
    [damaged] = folder.glob("snapshots/*/dense.faiss")
    damaged.write_bytes(damaged.read_bytes()[:-1])
    places = ("--corpus", str(small_corpus), "--folder", str(folder))

    ill = index("verify", "--folder", str(folder))
    assert (ill.returncode, ill.stderr) == (1, "")
    assert f"damaged The live index: {damaged} is not what was written" in ill.stdout

    mended = index("repair", *places)
    assert mended.returncode == 0, mended.stderr
    assert mended.stdout.splitlines()[-1] == "built anew from the documents"

    found = index("health", *places, "--json")
    assert found.returncode == 0, found.stdout
    assert json.loads(found.stdout)["healthy"] is True

    assert index("prune", "--folder", str(folder)).stdout == "removed: none. Kept: the last 2 that were live.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("--corpus", "no-such-folder"), "no-such-folder", id="no corpus"),
        pytest.param(("--model", "no-such-model"), "no-such-model", id="no model"),
        pytest.param(("--folder", "no-such-index", "--search", "x"), "python -m index", id="no index to search"),
        pytest.param(("--limit", "0"), "--limit", id="a limit of none"),
        pytest.param(("--folder", "build/no-such-index", "--publish"), "no candidate", id="no candidate"),
        pytest.param(("--publish", "--discard"), "only one of", id="two things at once"),
        pytest.param(("prune", "--folder", "build/no-index", "--keep", "1"), "2", id="too few to keep"),
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
