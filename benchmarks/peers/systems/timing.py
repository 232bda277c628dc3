"""What every system does alike in a process of its own: read the material, time the work, leave a result as JSON.

Nothing but the standard library is imported here: it runs in the environments of the peers.
"""

import json
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

LIMIT = 10  # passages to find for a question
PASSAGES, QUESTIONS, WARM_UP = "passages.jsonl", "questions.jsonl", "warm_up.jsonl"  # the files of the material


@dataclass(frozen=True, slots=True)
class Text:
    """A passage or a question: its id and its words."""

    id: str
    text: str


class System(Protocol):
    """A system that finds passages. A process calls ``load_model`` and ``build``, or ``open`` and then ``search``."""

    def load_model(self, model: Path) -> None:
        """Load the embedding model from its folder, to index with."""

    def build(self, passages: Sequence[Text], folder: Path) -> None:
        """Index passages from nothing and keep the index in a folder, which is there and empty."""

    def open(self, folder: Path, model: Path) -> None:
        """Load an index that was kept, and the model from its folder, to search with."""

    def search(self, question: str) -> list[str]:
        """The ids of the ``LIMIT`` nearest passages by words and meaning together, best first."""


def run(system: System) -> None:
    """Do one stage of the comparison and write what came of it.

    The command line says ``start``, ``build`` or ``query``, then the folder of the material, the model's, the index's,
    and the file for the result. ``start`` loads the model and ends.
    """
    stage, material, model, index, result = sys.argv[1], *map(Path, sys.argv[2:])
    found: dict[str, object] = {}
    if stage == "query":
        system.open(index, model)
        start = so_far()
        found = asked(system.search, material)
    else:
        system.load_model(model)
        start = so_far()
        if stage == "build":
            system.build(read(material / PASSAGES), index)
    result.write_text(json.dumps({"start": start, **found}), "utf-8")


def so_far() -> float:
    """Seconds of processor that this process has used."""
    return time.process_time()


def asked(search: Callable[[str], list[str]], material: Path) -> dict[str, object]:
    """Ask the questions of the material one after the other, after those that warm up.

    Returns:
        ``found``: the ids found for each question's id; ``times``: milliseconds of each; ``cpu``: milliseconds of
        processor a question took, all threads together.
    """
    for question in read(material / WARM_UP):
        search(question.text)
    questions = read(material / QUESTIONS)
    found, times = {}, []
    busy = so_far()
    for question in questions:
        began = time.perf_counter()
        found[question.id] = search(question.text)
        times.append((time.perf_counter() - began) * 1000)
    return {"found": found, "times": times, "cpu": (so_far() - busy) * 1000 / len(questions)}


def read(path: Path) -> list[Text]:
    """The texts of a file of JSON Lines."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return [Text(row["id"], row["text"]) for row in rows]
