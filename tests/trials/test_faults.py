"""The trials of the index, in their short form: `make faults` is the long one."""

import random
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index import build, load
from tests.conftest import ROOT
from trials.faults_children import in_child
from trials.faults_flips import _harmed
from trials.faults_material import MODEL, answering, build_number, cheap, number_of, sound, write_corpus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what is tried is Linux's")
SHORT = (
    "--kills", "12", "--real", "0", "--flips", "42", "--disks", "4", "--seconds", "3", "--no-power", "--no-models",
)  # fmt: skip


@pytest.fixture(scope="module")
def lines() -> dict[str, str]:
    """What each trial of the short form said, by its name."""
    done = subprocess.run(
        [sys.executable, "-m", "trials.faults", *SHORT], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    found = dict(line.split(": ", 1) for line in done.stdout.splitlines() if ": " in line)
    assert done.stdout.endswith("All of it held.\n")
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("killed at random moments", r"12 of 12 load, verify and answer", id="kills"),
        pytest.param("bits flipped, files cut off", r"4[0-2] of 42 seen.*; [0-2] harmless.*; 0 neither", id="damage"),
        pytest.param("no file may grow beyond a length", r"[1-4] builds ended with what to do", id="a limit of files"),
        pytest.param("a full disk.*", r"[1-4] builds ended with what to do|left out", id="a full disk"),
        pytest.param("a folder that cannot be written", r"it answers; build, roll back", id="a closed folder"),
        pytest.param("builders at once", r"2 rounds of 4: \d built, \d refused", id="builders"),
        pytest.param("a clock that goes back", r"6 builds", id="a clock"),
        pytest.param("another version", r"4 manifests of other versions refused", id="versions"),
        pytest.param("swaps under readers", r"\d+ swaps under 8 threads .*, 0 errors", id="swaps"),
    ],
)
def test_it_holds(lines: dict[str, str], name: str, expected: str) -> None:
    [said] = [said for each, said in lines.items() if re.fullmatch(name, each)]

    assert re.search(expected, said), said


def test_a_snapshot_of_two_numbers_is_not_taken_for_one(tmp_path: Path) -> None:
    build_number(tmp_path, 100_001)
    assert answering(tmp_path / "build" / "index") == sound(tmp_path / "build" / "index") == 100_001

    write_corpus(tmp_path / "corpus", 100_002, documents=2)
    build(tmp_path / "corpus", tmp_path / "build" / "index", MODEL, encoder=cheap)
    with pytest.raises(ValueError, match="100001, 100002"):
        number_of(load(tmp_path / "build" / "index"))


def test_a_harm_that_nobody_sees_is_told_and_mended(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"content")
    read: list[bytes] = []

    said, seen = _harmed(path, lambda: read.append(path.read_bytes()), random.Random(1))

    assert seen is None
    assert read != [b"content"]
    assert path.read_bytes() == b"content"
    assert " of 7" in said


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")  # Python 3.12's, where other tests left threads
def test_a_child_is_killed_at_its_work_and_says_what_went_wrong() -> None:
    assert in_child(lambda: time.sleep(60), after=0.05).signal == 9
    assert in_child(lambda: [1, "two"]).said == [1, "two"]
    assert in_child(lambda: 1 // 0).trouble.startswith("ZeroDivisionError: ")
