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


@pytest.mark.parametrize("stage", ["ingest", "index", "answer", "training", "eval", "ui", "benchmarks", "trials"])
def test_no_module_is_missing_from_the_tree(stage: str) -> None:
    there = {
        str(path.relative_to(ROOT))
        for path in (ROOT / stage).rglob("*.py")
        if path.name not in ("__init__.py", "__main__.py")
    }

    assert there <= set(tree())


SHOWN = (
    "Success@5", "R@5", "R@10", "MRR@10", "nDCG@10", "answer accuracy", "fact recall", "every value shown",
    "citation precision", "citation recall", "verbatim rate", "number fidelity", "dated value",
    "abstention precision", "abstention recall", "answerable refused", "area under risk", "calibration error",
    "follow-up kept", "variant found",
)  # fmt: skip


def accepted_table() -> str:
    """The README's table of figures, as the accepted run has them."""
    accepted = json.loads((ROOT / "eval" / "accepted" / "figures.json").read_text("utf-8"))
    every = {figure["name"]: figure for figure in accepted["overall"]}
    test = {figure["name"]: figure for figure in accepted["by_split"]["test"]}
    rows = ["| measure | all | 95 % | n | test | n |", "|---|---|---|---|---|---|"]
    for name in SHOWN:
        a, t = every[name], test[name]
        between = f"{a['low']:.3f} to {a['high']:.3f}"
        rows.append(f"| {name} | {a['value']:.3f} | {between} | {a['n']} | {t['value']:.3f} | {t['n']} |")
    return "\n".join(rows)


def test_the_numbers_are_those_of_the_accepted_run() -> None:
    assert accepted_table() in README, f"the README's table should be:\n{accepted_table()}"


def test_the_shares_by_kind_are_those_of_the_accepted_run() -> None:
    accepted = json.loads((ROOT / "eval" / "accepted" / "figures.json").read_text("utf-8"))
    kinds = sorted(accepted["by_kind"], key=lambda figure: (-figure["value"], figure["name"]))
    said = ", ".join(f"{kind['name']} {kind['value']:.2f} ({kind['n']})" for kind in kinds)

    assert said in " ".join(README.split()), f"the README should say: {said}"


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
