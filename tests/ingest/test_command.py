"""`python -m ingest`, as it is run."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from ingest.__main__ import main

APP = typer.Typer()
APP.command()(main)
PROJECT = Path(__file__).parents[2]


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a person would, in the project's folder."""
    return subprocess.run(
        [sys.executable, "-m", "ingest", *arguments],
        cwd=PROJECT,
        env={**os.environ, "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", "COLUMNS": "80"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    (tmp_path / "plan.txt").write_text(
        "You are in: Home\n\nOur plan\n\nWe act [now].\n\nwww.met.uk\n", encoding="utf-8"
    )
    (tmp_path / "scan.txt").write_bytes(b"%PDF-1.7")
    return tmp_path


@given(doc_id=st.text(alphabet="abcxyz-[]", min_size=1))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_document_that_is_not_there_is_a_mistake_of_the_caller_s(corpus: Path, doc_id: str) -> None:
    done = CliRunner().invoke(APP, ["--corpus", str(corpus), f"--show={doc_id}"])

    assert done.exit_code == 2
    assert done.stdout == ""
    assert done.stderr == f"error: no document '{doc_id}'. The documents are: plan\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("We act.\n", ["(no heading)", "  prose, 0-7 We act."], id="no heading"),
        pytest.param(
            "1 Our [plan]\n\nWe act.\n", ["1 Our [plan]", "  prose, 14-21 We act."], id="brackets are no mark-up"
        ),
        pytest.param(
            "1 Our plan\n\n1.1 Our aims\n\nWe will:\n• act\n",
            ["1 Our plan > 1.1 Our aims", "  list, 26-40 We will: act"],
            id="list",
        ),
    ],
)
def test_the_passages_of_a_document_are_shown_with_their_spans(tmp_path: Path, text: str, shown: list[str]) -> None:
    (tmp_path / "plan.txt").write_text(text, encoding="utf-8")
    done = CliRunner().invoke(APP, ["--corpus", str(tmp_path), "--passages", "plan"])

    assert done.exit_code == 0
    assert done.stdout.splitlines() == shown


def test_it_says_what_was_read_and_what_was_left_out_and_exits_0(corpus: Path) -> None:
    done = run("--corpus", str(corpus))

    assert (done.returncode, done.stderr) == (0, "")
    assert "  left out of passages: web page's banner or foot, 1 time, 16 characters" in done.stdout
    assert "  left out of passages: web address on a line of its own, 1 time, 10 characters" in done.stdout
    assert '  no entry in catalogue.toml: titled "' in done.stdout
    assert "not read: scan.txt: this is a PDF, whatever its name says. Export it as text" in done.stdout
    assert done.stdout.endswith("1 document read, 1 not, 1 passage.\n")


def test_the_register_is_printed_as_json_lines(corpus: Path) -> None:
    (corpus / "aims.txt").write_text("The Board will complete its review by April 2019.\n", encoding="utf-8")
    done = run("--corpus", str(corpus), "--register")
    [row] = map(json.loads, done.stdout.splitlines())

    assert (done.returncode, done.stderr) == (0, "")
    assert (row["kind"], row["due"], row["owner"], row["document"]) == ("commitment", "April 2019", "The Board", "aims")
    assert run("--corpus", str(corpus), "--register", "--document", "plan").stdout == ""
    assert run("--corpus", str(corpus), "--register", "--document", "none").returncode == 2


def test_a_missing_folder_is_one_line_and_exits_2(tmp_path: Path) -> None:
    done = run("--corpus", str(tmp_path / "nowhere"))

    assert (done.returncode, done.stdout) == (2, "")
    assert re.fullmatch(r"error: the corpus folder \S*nowhere cannot be read: .*\n", done.stderr)


def test_a_mistake_in_the_catalogue_is_one_line_and_exits_2(corpus: Path) -> None:
    (corpus / "catalogue.toml").write_text("[plan]\n", encoding="utf-8")
    done = run("--corpus", str(corpus))

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == 'error: catalogue.toml: [plan] needs a title. Add: title = "…"\n'


def test_the_terms_defined_are_printed_as_json_lines(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("We ask the Mayor’s \nOffice (MO).\n", encoding="utf-8")
    done = run("--corpus", str(tmp_path), "--glossary")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        '{"term": "MO", "meaning": "Mayor’s Office", "kind": "acronym", "where": "text", '
        '"document": "plan", "spans": [[11, 31]]}\n'
    )
