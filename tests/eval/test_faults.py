"""The evaluation catches faults: planted one at a time, each shuts the gate, by a measure that names it.

And an unchanged run never does. Here with half the questions, which makes faults harder to see; `make gate-proof`
asks all of them, and runs twenty times unchanged.
"""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from answer import load_reader
from eval import EvalQuestion, Failure, Rules, Run, compare, failures, read_questions, read_rules, run_questions
from eval.remembered import Remembered, RememberedReader
from eval.results import to_jsonl
from index import find_model, load, load_encoder
from ingest import read_corpus
from tests.conftest import ROOT
from tests.eval.planted import FAULTS, Asking, Fault

WHOLE = "GATE_PROOF" in os.environ
RERUNS = 20 if WHOLE else 1


class Lasting(Remembered):
    """The real encoder, each text encoded once in all runs: no time is lost, and time is not what is tested."""

    def forget(self) -> None:
        pass


class LastingReader(RememberedReader):
    """The real reader, each passage read once for a question in all runs."""

    def forget(self) -> None:
        pass


@pytest.fixture(scope="module")
def asking(real_index: Path) -> Asking:
    documents = {item.document.doc_id: item.document for item in read_corpus(ROOT / "corpus").documents}
    return Asking(load(real_index), Lasting(load_encoder(find_model())), documents, LastingReader(load_reader()))


@pytest.fixture(scope="module")
def questions(asking: Asking) -> list[EvalQuestion]:
    every = read_questions(ROOT / "eval" / "questions.jsonl", asking.documents)
    return every if WHOLE else [q for q in every if q.split == "dev"]


@pytest.fixture(scope="module")
def rules() -> Rules:
    return read_rules(ROOT / "eval" / "gate.toml")


def run(asking: Asking, questions: Sequence[EvalQuestion]) -> Run:
    return run_questions(
        asking.snapshot,
        asking.encoder,
        questions,
        asking.documents,
        reader=asking.reader,
        assistant=asking.assistant,
    )


def judged(rules: Rules, before: Run, now: Run) -> list[Failure]:
    comparison = compare(before.results, now.results)
    assert comparison.paired == len(before.results)
    return failures(rules, now.overall, now.results, comparison)


@pytest.fixture(scope="module")
def whole(asking: Asking, questions: list[EvalQuestion]) -> Run:
    return run(asking, questions)


@pytest.mark.parametrize("time", range(1, RERUNS + 1))
def test_an_unchanged_run_passes_and_has_the_same_rows(
    asking: Asking, questions: list[EvalQuestion], rules: Rules, whole: Run, time: int
) -> None:
    again = run(asking, questions)

    assert judged(rules, whole, again) == []
    assert to_jsonl(again.results) == to_jsonl(whole.results)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_planted_fault_shuts_the_gate_and_is_named(
    asking: Asking,
    questions: list[EvalQuestion],
    rules: Rules,
    whole: Run,
    fault: Fault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    faulty = fault.plant(asking, monkeypatch)

    shut = judged(rules, whole, run(faulty, questions))

    print(f"\n{fault.name}:", *(f.said for f in shut), sep="\n   ")  # noqa: T201  shown by pytest -s
    assert {failure.name for failure in shut} & set(fault.expected)
