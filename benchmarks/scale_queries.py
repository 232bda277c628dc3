"""What is asked of a snapshot of made passages: the evaluation's questions, and sentences of passages with slips."""

import json
from pathlib import Path
from random import Random

from benchmarks.scale_passages import Wordings, with_slips

QUESTIONS = Path(__file__).parents[1] / "eval" / "questions.jsonl"


def queries_for(wordings: Wordings, passages: int, count: int, seed: int = 1) -> list[str]:
    """So many queries, half of them questions (asked again if they are too few), half of them sentences."""
    rows = [json.loads(line) for line in QUESTIONS.read_text("utf-8").splitlines() if line]
    questions = [row["question"] for row in rows if not row.get("history")]
    random = Random(seed)
    random.shuffle(questions)
    asked = [questions[at % len(questions)] for at in range(count // 2)]
    while len(asked) < count:
        sentence = random.choice(wordings(random.randrange(passages)))
        asked.append(" ".join(with_slips(sentence.split(), random)))
    random.shuffle(asked)
    return asked
