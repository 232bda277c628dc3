"""A small question set in BEIR's form: two documents, two questions with an answer and one without."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PASSAGES: list[dict[str, Any]] = [
    {
        "_id": "a1",
        "doc": "ferry",
        "title": "Ferry",
        "text": "The ferry carried 4,210 passengers. It sails at noon.",
    },
    {"_id": "b1", "doc": "library", "title": "Library", "text": "The library lent 900 books."},
    {"_id": "a2", "doc": "ferry", "title": "Ferry", "text": "The hull is painted red."},
]
QUESTIONS: list[dict[str, Any]] = [
    {"_id": "q1", "text": "How many passengers did the ferry carry?", "answers": ["4,210"]},
    {"_id": "q2", "text": "What colour is the hull painted?", "answers": {"a2": ["red"]}, "scope": "ferry"},
    {"_id": "q3", "text": "Which volcano erupted?", "answerable": False},
]
QRELS = ["query-id\tcorpus-id\tscore", "q1\ta1\t1", "q2\ta2\t1"]


def write_set(
    folder: Path,
    passages: Sequence[dict[str, Any]] = PASSAGES,
    questions: Sequence[dict[str, Any]] = QUESTIONS,
    qrels: Sequence[str] = QRELS,
) -> Path:
    """Write a set's three files; gives the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, rows in (("corpus.jsonl", passages), ("queries.jsonl", questions)):
        (folder / name).write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    (folder / "qrels.tsv").write_text("\n".join(qrels) + "\n", "utf-8")
    return folder
