"""The README says what is true: its commands, its tree, its numbers, and its exchange."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", README, re.MULTILINE | re.DOTALL))
FENCES = re.findall(r"^```\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def test_every_make_target_named_is_one() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))

    named = set(re.findall(r"\bmake ([a-z]+)\b(?=[`\s])", SECTIONS["Start"] + SECTIONS["Use"])) - {"it"}

    assert {"chat", "test", "index", "eval", "lint"} <= targets
    assert named <= targets, named - targets


@pytest.mark.parametrize("module", sorted(set(re.findall(r"python -m (ingest|index|answer|eval)\b", README))))
def test_every_option_named_of_a_command_is_one(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout
    rows = [line for line in README.splitlines() if line.startswith(f"| `python -m {module}")]

    assert rows
    for option in re.findall(r"--[a-z]+", " ".join(rows)):
        assert option in shown


def test_the_commands_without_make_name_files_that_are_there() -> None:
    lines = next(fence for fence in FENCES if "venv .venv" in fence).splitlines()

    assert len(lines) == 3
    assert (ROOT / "requirements.txt").is_file()
    assert (ROOT / "app.py").is_file()
    assert (ROOT / "requirements.txt").read_text("utf-8").startswith("torch==2.13.0\n")


def tree() -> dict[str, str]:
    """The paths of the README's tree, each with what it says it is for."""
    paths: dict[str, str] = {}
    above: list[str] = []
    for line in next(fence for fence in FENCES if fence.startswith("app.py ")).splitlines():
        name, _, job = line.strip().partition(" ")
        depth = (len(line) - len(line.lstrip())) // 2
        above = [*above[:depth], name]
        paths["".join(above)] = job.strip()
    return paths


def test_the_tree_is_what_is_there() -> None:
    for path, job in tree().items():
        assert job, path
        assert path == "build/" or (ROOT / path).exists(), path


@pytest.mark.parametrize("stage", ["ingest", "index", "answer", "eval", "ui"])
def test_no_module_is_missing_from_the_tree(stage: str) -> None:
    there = {
        str(path.relative_to(ROOT))
        for path in (ROOT / stage).rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
    }

    assert there <= set(tree())


def test_the_numbers_are_those_of_the_accepted_run() -> None:
    accepted = json.loads((ROOT / "eval" / "accepted.json").read_text("utf-8"))
    parts = {"all": accepted["overall"], "test": accepted["by_split"]["test"]}
    expected = {
        (figure["name"], part): (f"{figure['value']:.3f}", str(figure["n"]))
        for part, figures in parts.items()
        for figure in figures
        if figure["unit"] != "ms"
    }

    rows = re.findall(r"^\| (.+?) \| (\d\.\d+) \| (\d+) \| (\d\.\d+) \| (\d+) \|$", README, re.MULTILINE)
    shown = {}
    for name, all_value, all_n, test_value, test_n in rows:
        shown[name, "all"] = (all_value, all_n)
        shown[name, "test"] = (test_value, test_n)

    assert shown == expected


def test_the_counts_of_questions_are_right() -> None:
    rows = [json.loads(line) for line in (ROOT / "eval" / "questions.jsonl").read_text("utf-8").splitlines()]
    answerable = sum(row["answerable"] for row in rows)

    assert f"{len(rows)} questions over all five documents" in README
    assert f"{answerable} can be answered from the documents and {len(rows) - answerable} cannot" in " ".join(
        README.split()
    )


@pytest.mark.parametrize(
    "fence", [f for f in FENCES if f.startswith("$ python -m answer")], ids=["answered", "refused"]
)
def test_the_exchange_is_what_the_command_says(fence: str, real_index: Path) -> None:
    command, _, said = fence.partition("\n")
    question = re.fullmatch(r'\$ python -m answer "(.+)"', command)
    assert question

    arguments = [sys.executable, "-m", "answer", question[1], "--index", str(real_index)]
    result = subprocess.run(arguments, capture_output=True, text=True, cwd=ROOT, check=True)

    assert result.stdout.startswith(said)


@pytest.mark.parametrize("link", sorted(set(re.findall(r"\]\(([^)]+)\)", README))))
def test_every_link_leads_somewhere(link: str) -> None:
    assert (ROOT / link).exists()
