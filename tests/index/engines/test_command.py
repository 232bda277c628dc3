"""`python -m index --engine`, as a person runs it, with the real model."""

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import FERRY, ROOT
from tests.index.engines.conftest import NO_MILVUS

pytestmark = NO_MILVUS


def run(module: str, *arguments: str, engine: str = "") -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", module, *arguments],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=300,
        check=False,
        env={**os.environ, "CHAPTER_ENGINE": engine},
    )


def test_it_sends_what_is_live_searches_it_answers_from_it_and_goes_back(small_corpus: Path, tmp_path: Path) -> None:
    engine = f"milvus:///{tmp_path}/engine.db?name=plans"
    places = ("--corpus", str(small_corpus), "--folder", str(tmp_path / "index"))

    first = run("index", *places, "--engine", engine)
    assert first.returncode == 0, first.stderr
    assert "is live" in first.stdout

    here, there = (run("index", *places, "--search", "who pays for the boat", engine=e) for e in ("", engine))
    assert there.stdout == here.stdout != "", there.stderr

    (small_corpus / "ferry.txt").write_text(FERRY.replace("4,210", "5,310"), "utf-8")
    run("index", *places)
    stale = run("index", *places, "--search", "boat", engine=engine)
    assert stale.returncode == 2
    assert "another snapshot" in stale.stderr
    assert "Traceback" not in stale.stderr

    run("index", *places, engine=engine)
    question = ("How many passengers did the ferry carry?", "--corpus", places[1], "--index", places[3])
    said = run("answer", *question, engine=engine)
    assert "5,310" in said.stdout, said.stderr
    assert said.stdout == run("answer", *question).stdout

    back = run("index", *places, "--rollback", engine=engine)
    assert back.returncode == 0, back.stderr
    assert ": 0 rows sent" in back.stdout
