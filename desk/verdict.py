"""What the gate said of a candidate, kept until the candidate is published or dropped."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from index import write_durably

# "none": there are no questions on these documents, so there is no gate. "unasked": there are, and they were not asked.
Gate = Literal["open", "shut", "none", "unasked"]


class GateProblem(Exception):
    """The questions could not be asked. The message says why, and the way out."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the gate says of a candidate.

    Attributes:
        candidate: The candidate's name.
        gate: Whether it may be published as it is.
        said: That in a sentence.
        asked: How many questions were asked.
        right: How many of them were answered rightly, or rightly refused.
        reasons: Why it is shut.
        unsound: Rows that could not be asked, each with the reason: as a rule their evidence has gone.
        lost: Questions that were answered rightly in the accepted run and no longer are.
        gained: Questions that now are and were not.
        run: The name of the kept run, or empty.
    """

    candidate: str
    gate: Gate
    said: str
    asked: int = 0
    right: int = 0
    reasons: tuple[str, ...] = ()
    unsound: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
    run: str = ""

    @property
    def lets_through(self) -> bool:
        """Whether it may be published without a reason being given."""
        return self.gate in ("open", "none")

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Verdict":
        """The verdict that a JSON object holds."""
        lists = {name: tuple(record[name]) for name in ("reasons", "unsound", "lost", "gained")}
        return cls(**{**record, **lists})


def unasked(candidate: str) -> Verdict:
    """What there is to say of a candidate of which the gate was not asked."""
    return Verdict(candidate, "unasked", "The evaluation’s questions have not been asked of it.")


def save_verdict(path: Path, verdict: Verdict) -> None:
    """Keep a verdict in the place of the one before; raises OSError if it cannot be written."""
    temporary = path.with_suffix(".new")
    write_durably(temporary, json.dumps(asdict(verdict), ensure_ascii=False).encode("utf-8", "backslashreplace"))
    temporary.replace(path)


def load_verdict(path: Path, candidate: str) -> Verdict:
    """The verdict on a candidate; that it was not asked, where none is kept of it or it cannot be read."""
    try:
        found = Verdict.of_record(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, KeyError, TypeError):
        return unasked(candidate)
    return found if found.candidate == candidate else unasked(candidate)
