"""This project, by its public functions: retrieval as the peers do it, and whole answers.

The command line says the stage, then what a peer's does: ``start`` loads the model and ends, ``query`` searches,
``answers`` and ``answers-read`` answer whole questions without the learned reader and with it. Indexing is
``python -m index`` itself.
"""

import json
import sys
import time
from pathlib import Path

from answer import Assistant, load_reader
from benchmarks.peers.systems.timing import LIMIT, asked, so_far
from index import find_model, load, load_encoder, one_thread_a_question, search

ANSWERS = "answers.jsonl"  # the file of the material with every question as the evaluation asks it
WARM = 10  # questions asked before those that are timed


def main() -> None:
    """Do one stage and write what came of it."""
    stage, material, _, index, result = sys.argv[1], *map(Path, sys.argv[2:])
    one_thread_a_question()  # as the page and the commands do
    if stage == "start":
        load_encoder(find_model())
        found: dict[str, object] = {"start": so_far()}
    elif stage == "query":
        found = _query(material, index)
    else:
        found = _answers(material, index, reader=stage == "answers-read")
    result.write_text(json.dumps(found), "utf-8")


def _query(material: Path, index: Path) -> dict[str, object]:
    snapshot = load(index)
    encoder = load_encoder(find_model(snapshot.manifest.model))
    start = so_far()

    def found(question: str) -> list[str]:
        return [hit.passage.passage_id for hit in search(snapshot, encoder, question, limit=LIMIT)]

    return {"start": start, **asked(found, material)}


def _answers(material: Path, index: Path, *, reader: bool) -> dict[str, object]:
    """Answer each question with its history and its documents, one after the other; none of them twice."""
    snapshot = load(index)
    encoder = load_encoder(find_model(snapshot.manifest.model))
    assistant = Assistant(snapshot, encoder, load_reader() if reader else None)
    start = so_far()
    rows = [json.loads(line) for line in (material / ANSWERS).read_text("utf-8").splitlines()]
    times = []
    for row in rows:
        began = time.perf_counter()
        assistant.answer(row["question"], row["history"], row["documents"])
        times.append((time.perf_counter() - began) * 1000)
    return {"start": start, "times": times[WARM:]}


if __name__ == "__main__":
    main()
