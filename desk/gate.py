"""Ask the evaluation's questions of a candidate, and say whether the gate lets it through.

It is `python -m eval` on a snapshot that is not live yet, with one difference: a row whose evidence no longer stands in
the documents stops that command, and here it is named and left out, since a document that was replaced or withdrawn
takes its evidence with it. Such a row proves nothing of the candidate; one that must pass still shuts the gate.
"""

import json
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

from answer import QuestionError, ReaderProblem, load_reader
from desk.verdict import GateProblem, Verdict
from eval import Checked, GateError, QuestionsError, RunError, check_questions
from eval.evaluate import Evaluated, Folders, Ready, evaluate, prepare_those
from index import Encoder, Snapshot
from ingest import Document


def ask_gate(
    folders: Folders,
    name: str,
    snapshot: Snapshot,
    documents: Mapping[str, Document],
    encoder: Encoder,
    on_asked: Callable[[int, int], None],
) -> Verdict:
    """Ask every question that can be asked, keep the run, and give the verdict.

    Args:
        folders: Where questions, rules and runs are.
        name: The candidate's name.
        snapshot: The candidate.
        documents: The documents as read from the corpus, against which quotes are checked.
        encoder: The model it was built with.
        on_asked: Called with how many questions were asked, of how many; what it raises ends the asking.

    Raises:
        GateProblem: If the questions, the rules or the accepted run cannot be read.
    """
    asked = 0

    def on_done() -> None:
        nonlocal asked
        asked += 1
        on_asked(asked, len(checked.questions))

    try:
        checked = check_questions(folders.questions, documents)
        prepared = prepare_those(folders, documents, checked.questions)
        on_asked(0, len(checked.questions))
        marked = {"candidate": name, "not_asked": list(checked.problems)}
        found = evaluate(prepared, Ready(snapshot, encoder, load_reader()), on_done, marked=marked)
    except (QuestionsError, GateError, RunError, QuestionError, ReaderProblem) as error:
        raise GateProblem(str(error)) from error
    return _verdict(name, checked, found)


def is_about(questions: Path, doc_ids: Collection[str]) -> bool:
    """Whether any question's evidence is in one of some documents; a file that is not there is about nothing."""
    if not questions.is_file():
        return False
    for line in questions.read_text("utf-8", "replace").split("\n"):
        try:
            evidence = json.loads(line)["evidence"]
        except (ValueError, KeyError, TypeError):
            continue
        if isinstance(evidence, list) and any(isinstance(e, dict) and e.get("document") in doc_ids for e in evidence):
            return True
    return False


def _verdict(name: str, checked: Checked, found: Evaluated) -> Verdict:
    run, comparison = found.run, found.comparison
    questions = {q.id: q.question for q in checked.questions}
    right = sum(result.right for result in run.results)
    counted = f"{right} of {len(run.results)} questions are answered rightly"
    said = f"The gate stays shut. {counted}." if found.shut else f"The gate is open. {counted}."
    return Verdict(
        candidate=name,
        gate="shut" if found.shut else "open",
        said=said,
        asked=len(run.results),
        right=right,
        reasons=tuple(failure.said for failure in found.shut),
        unsound=checked.problems,
        lost=tuple(f"{old.id}: {questions[old.id]}" for old, _ in comparison.lost) if comparison else (),
        gained=tuple(f"{old.id}: {questions[old.id]}" for old, _ in comparison.gained) if comparison else (),
        run=found.folder.name,
    )
