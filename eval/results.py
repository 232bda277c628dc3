"""One question's result as a run keeps it: a line of rows.jsonl, which reads back as it was written."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from eval.questions import EvalQuestion

Cells = Mapping[str, Sequence[float]]


class RunError(Exception):
    """A kept run cannot be read or compared. The message names the file and the way out."""


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question.

    Attributes:
        id: The question's.
        digest: Over all that makes the question what it is: two results with the same digest can be compared.
        kind: The question's.
        split: The question's.
        answerable: The question's.
        must_pass: The question's.
        status: The answer's.
        right: Whether it was answered rightly, or rightly refused.
        confidence: The answer's.
        right_if_answered: Whether it would be right had refusing not been allowed; False where it is not answerable.
        cause: Why it is wrong, one of eval.judging.CAUSES; None if it is right.
        cells: For each measure that applies, numerator and denominator.
        text: What was said: the answer, or the reason for none.
        latency_ms: How long answering took.
        record: The question's row and the answer record, for the report; empty in what is committed.
    """

    id: str
    digest: str
    kind: str
    split: str
    answerable: bool
    must_pass: bool
    status: str
    right: bool
    confidence: float
    right_if_answered: bool
    cause: str | None
    cells: Cells
    text: str
    latency_ms: float
    record: Mapping[str, Any]


_FIELDS = {field.name for field in fields(Result)} - {"latency_ms"}
_OTHER_VERSION = "its fields are those of another version"


def digest_of(question: EvalQuestion) -> str:
    """The sha256 of what a question asks and wants, 16 hexadecimal digits of it; notes, split and kind do not count."""
    wanted = [
        question.question,
        question.history,
        question.documents,
        question.answerable,
        [(place.doc_id, place.quote) for place in question.evidence],
        question.facts,
        question.standalone,
    ]
    return hashlib.sha256(json.dumps(wanted, ensure_ascii=False).encode()).hexdigest()[:16]


def to_jsonl(results: Iterable[Result], *, slim: bool = False) -> str:
    """Results as JSON Lines, without their times: two runs of the same thing give the same text.

    Args:
        results: Any number.
        slim: Leave out the records.
    """
    lines = []
    for result in results:
        kept = asdict(replace(result, record={}) if slim else result)
        del kept["latency_ms"]
        kept["cells"] = {name: [_short(n), _short(d)] for name, (n, d) in result.cells.items()}
        lines.append(json.dumps(kept, ensure_ascii=False))
    return "".join(f"{line}\n" for line in lines)


def read_results(path: Path, times: Mapping[str, float] | None = None) -> list[Result]:
    """Read what ``to_jsonl`` wrote.

    Args:
        path: The file.
        times: How long each question took, in milliseconds; 0 for one that is not named.

    Raises:
        RunError: If it cannot be read, or is of another version.
    """
    try:
        rows = [json.loads(line) for line in path.read_text("utf-8").split("\n") if line]
        if any(row.keys() != _FIELDS for row in rows):
            raise ValueError(_OTHER_VERSION)
        return [Result(**row, latency_ms=(times or {}).get(row["id"], 0.0)) for row in rows]
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise RunError(f"the run in {path} cannot be read: {error}. Run: make eval") from error


def check_version(path: Path) -> None:
    """Look at the first line of a file of rows: whether this version can read it. The others are not looked at.

    Raises:
        RunError: If it cannot.
    """
    try:
        with path.open(encoding="utf-8") as file:
            first = file.readline()
        if first and json.loads(first).keys() != _FIELDS:
            raise ValueError(_OTHER_VERSION)
    except (OSError, ValueError, AttributeError) as error:
        raise RunError(f"the run in {path} cannot be read: {error}. Run: make eval") from error


def _short(number: float) -> float:
    """A number as it is, but 1 and not 1.0. Never rounded: a run must compare with its kept self as exactly equal."""
    return int(number) if number == int(number) else number
