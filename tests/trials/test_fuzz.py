"""The short form of the fuzzing, what its watcher sees, and every fault that it once found."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from trials import fuzz_targets
from trials.fuzz_targets import TARGETS, Wrong, target_of
from trials.fuzz_worker import input_of

FINDINGS = sorted((ROOT / "tests" / "data" / "fuzz").iterdir())


def ran(*command: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_short_form_finds_nothing(tmp_path: Path) -> None:
    done = ran("trials.fuzz", "--share", "0.002", "--seed", "1", "--found", str(tmp_path / "found"))

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("400 documents and 52 questions, lines and files in ")
    assert not (tmp_path / "found").exists()


@pytest.mark.parametrize("path", FINDINGS, ids=lambda path: path.name)
def test_what_was_found_and_mended_stays_mended(path: Path) -> None:
    assert target_of(path.name.partition(".")[0]).read(path.read_bytes())


def test_a_crash_a_hang_and_whatever_else_goes_wrong_is_found_and_the_others_are_read() -> None:
    done = ran("tests.trials.stand_in_targets")
    said = json.loads(done.stdout)

    assert said["inputs"] == 14
    assert said["same"]
    assert said["found"].pop("9").startswith("RecursionError: maximum recursion depth exceeded")
    assert said["found"] == {
        "3": "ended its process (SIGSEGV)",
        "5": "took more than 1 s",
        "7": "Wrong: a rule is broken",
        "11": "MemoryError: ",
    }


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_an_input_is_made_again_from_its_seed_and_its_number(target: fuzz_targets.Target) -> None:
    assert input_of(target, 1, 2) == input_of(target, 1, 2)
    assert len({input_of(target, 1, number) for number in range(8)}) > 1


def test_a_rule_that_is_broken_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A passage that reads otherwise than its spans do, a quote that is taken to stand nowhere."""
    plain = b"Ferry plan\n\nThe ferry carried 4,210 passengers in 2019-20.\n"
    assert target_of("text").read(plain) == "read"

    with monkeypatch.context() as changed:
        changed.setattr(fuzz_targets, "stands", lambda *_: False)
        with pytest.raises(Wrong, match="does not stand"):
            target_of("text").read(plain)
        with pytest.raises(Wrong, match="does not stand"):
            target_of("answer").read(b"What is the ferry's budget in 2020-21?")
    with monkeypatch.context() as changed:
        changed.setattr(fuzz_targets, "find_register", lambda _, **__: [].missing)  # type: ignore[attr-defined]
        with pytest.raises(AttributeError):
            target_of("text").read(plain)
