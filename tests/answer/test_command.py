"""`python -m answer` on the project's own documents, with the real model."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.index.test_command import network_can_be_cut

MUST_ANSWER = "How many criminal networks were disrupted in 2007/08 and what was the target?"
FIELDS = {
    "id", "question", "standalone_question", "status", "abstained", "reason", "answer", "confidence", "citations",
    "hits", "latency_ms",
}  # fmt: skip


def answer(*arguments: str, stdin: bytes = b"", cut: bool = False) -> "subprocess.CompletedProcess[bytes]":
    before = ["unshare", "--net"] if cut else []
    command = [*before, sys.executable, "-m", "answer", *arguments]
    return subprocess.run(command, input=stdin, capture_output=True, cwd=ROOT, timeout=120, check=False)


def test_one_answer_with_no_network_holds_the_figure_the_target_and_the_source(real_index: Path) -> None:
    result = answer(MUST_ANSWER, "--index", str(real_index), cut=network_can_be_cut())
    said = result.stdout.decode()

    assert result.returncode == 0, result.stderr
    assert "163" in said
    assert "134" in said
    assert (
        "[1] Specialist Crime Directorate (report 12, 20 December 2007) > B. Supporting information > Performance"
        in said
    )


def test_what_is_hidden_or_personal_is_noted_beside_the_answer(real_index: Path) -> None:
    asked = "\u200bWhat are the prio\u00adrities? Ring 020 7946 0018"
    result = answer(asked, "--json", "--index", str(real_index))

    assert "note: 2 invisible characters were left out of your question." in result.stderr.decode()
    assert "note: Your question seems to hold a phone number." in result.stderr.decode()
    assert json.loads(result.stdout)["notes"] == ["2 invisible characters were left out of your question."]


def test_questions_over_json_lines_are_answered_in_order_and_a_bad_line_stops_nothing(real_index: Path) -> None:
    lines = [
        json.dumps({"id": "q1", "question": MUST_ANSWER}).encode(),
        b"{not json",
        b'{"id": "q3", "question": ""}',
        json.dumps({"id": "q4", "question": "x" * 100_000}).encode(),
        b'{"id": "q5", "question": "knife \\u0000\\u0007 crime \xff\xfe offences in London?"}',
        b"",
        b'{"id": "q7", "question": "target?", "documents": ["no-such"]}',
        b"y" * 1_200_000,
        json.dumps({"id": "q9", "question": "What is the best recipe for lemon drizzle cake?"}).encode(),
        json.dumps({"id": "q10", "question": "And why?", "history": ["a"] * 51}).encode(),
        json.dumps({"id": "q11", "question": "And why?", "documents": ["d" * 500_000]}).encode(),
    ]

    result = answer("--jsonl", "--index", str(real_index), stdin=b"\n".join(lines))
    records = [json.loads(line) for line in result.stdout.decode().splitlines()]

    assert result.returncode == 0, result.stderr
    assert [r["id"] for r in records] == ["q1", None, "q3", "q4", "q5", "q7", None, "q9", "q10", "q11"]
    assert set(records[0]) == FIELDS
    assert (records[0]["status"], records[0]["abstained"]) == ("answered", False)
    assert "163" in records[0]["answer"]
    assert records[1]["line"] == 2
    assert "JSON" in records[1]["error"]
    assert "no word" in records[2]["error"]
    assert "100,000 characters" in records[3]["error"]
    assert set(records[4]) == FIELDS | {"notes"}
    assert "2 invisible characters" in records[4]["notes"][0]
    assert "no-such" in records[5]["error"]
    assert "longer than" in records[6]["error"]
    assert (records[7]["status"], records[7]["abstained"], records[7]["answer"]) == ("not_found", True, "")
    assert records[7]["reason"]
    assert "the history has 51 questions" in records[8]["error"]
    assert len(records[9]["error"]) < 1_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "no word", id="no question"),
        pytest.param(("   ",), "no word", id="a blank one"),
        pytest.param(("x" * 100_000,), "100,000 characters", id="a long one"),
        pytest.param(("knife crime?", "--index", "no-such-index"), "python -m index", id="no index"),
    ],
)
def test_a_mistake_is_one_line_and_exit_2(arguments: tuple[str, ...], said: str) -> None:
    result = answer(*arguments)

    assert result.returncode == 2
    assert said in result.stderr.decode()
    assert "Traceback" not in result.stderr.decode()


def test_an_index_of_another_corpus_is_not_answered_from(real_index: Path, small_corpus: Path) -> None:
    result = answer("budget?", "--index", str(real_index), "--corpus", str(small_corpus))

    assert result.returncode == 2
    assert "another corpus" in result.stderr.decode()
    assert "python -m index" in result.stderr.decode()
