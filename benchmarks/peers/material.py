"""What every system is given: the same passages, the same questions; and which passages answer them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.systems.ourselves import ANSWERS, WARM
from benchmarks.peers.systems.timing import PASSAGES, QUESTIONS, WARM_UP
from eval import EvalQuestion, read_questions
from eval.retrieval import Qrels, relevant
from index import find_model, index_text, load


@dataclass(frozen=True, slots=True)
class Material:
    """What every system is given.

    Attributes:
        folder: Where its files are.
        model: The folder of the embedding model.
        relevant: For each question's id, the passages that overlap its evidence.
        passages: How many passages there are.
        whole_questions: How many whole answers are timed.
        cold: Questions to ask of a command that has to start first.
    """

    folder: Path
    model: Path
    relevant: Qrels
    passages: int
    whole_questions: int
    cold: tuple[str, ...]


def written(index: Path, questions: Path, folder: Path, wanted: int) -> Material:
    """Write what every system is given.

    Args:
        index: Our index: its passages, as they are embedded, are everybody's.
        questions: The evaluation's questions. Those that can be answered are asked of retrieval, evenly sampled, in
            words that stand alone; those that cannot be warm systems up. All are asked for whole answers.
        folder: Where to, which is there.
        wanted: How many questions to ask of retrieval.
    """
    snapshot = load(index)
    rows = read_questions(questions, snapshot.documents)
    chosen = evenly([q for q in rows if q.answerable and not q.documents], wanted)
    _write(folder / PASSAGES, ({"id": p.passage_id, "text": index_text(p)} for p in snapshot.passages))
    _write(folder / QUESTIONS, map(_alone, chosen))
    _write(folder / WARM_UP, map(_alone, [q for q in rows if not q.answerable][:WARM]))
    _write(
        folder / ANSWERS,
        ({"id": q.id, "question": q.question, "history": q.history, "documents": q.documents} for q in rows),
    )
    return Material(
        folder,
        find_model(snapshot.manifest.model).folder,
        {q.id: relevant(q, snapshot.passages) for q in chosen},
        len(snapshot.passages),
        max(0, len(rows) - WARM),
        tuple(q.question for q in evenly([q for q in chosen if not q.history], 5)),
    )


def evenly(questions: Sequence[EvalQuestion], wanted: int) -> list[EvalQuestion]:
    """So many of the questions, evenly from first to last; all of them if there are fewer."""
    n = min(wanted, len(questions))
    return [questions[i * len(questions) // n] for i in range(n)]


def _alone(question: EvalQuestion) -> dict[str, object]:
    return {"id": question.id, "text": question.standalone or question.question}


def _write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
