"""A kept run held against an earlier one: what changed, and what the gate says of it.

Resampling takes seconds, so what came of it is kept beside the run, in held-<key>.json. The key is over the earlier
run's rows and the gate's rules: where either has changed since, the run is held against it anew.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.compare import Change, Comparison, compare
from eval.gate import Failure, failures, read_rules
from eval.results import Result
from eval.run import ROWS, load_figures, load_results

_FORMAT = "1"  # raise it where what is kept, or how it is counted, changes


@dataclass(frozen=True, slots=True)
class Held:
    """What a comparison says, the questions by their ids, and the gate's verdict on it.

    Attributes:
        compared: Whether there was an earlier run; if not, nothing changed and only bounds shut the gate.
        changes: As in ``Comparison``.
        lost: The ids of the questions that were right and no longer are.
        gained: Of those that were wrong and now are right.
        reworded: Of those that say something else and are as right or wrong as before.
        paired: How many questions both asked.
        only_before: As in ``Comparison``.
        only_after: As in ``Comparison``.
        shut: Why the gate stays shut; empty if it is open.
    """

    compared: bool
    changes: tuple[Change, ...]
    lost: tuple[str, ...]
    gained: tuple[str, ...]
    reworded: tuple[str, ...]
    paired: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    shut: tuple[Failure, ...]

    def change(self, name: str) -> Change | None:
        """The change of the measure of that name."""
        return next((c for c in self.changes if c.name == name), None)


def held_of(comparison: Comparison | None, shut: Sequence[Failure]) -> Held:
    """A comparison without the answers, and the verdict."""
    if comparison is None:
        return Held(False, (), (), (), (), 0, (), (), tuple(shut))
    return Held(
        compared=True,
        changes=comparison.changes,
        lost=tuple(after.id for _, after in comparison.lost),
        gained=tuple(after.id for _, after in comparison.gained),
        reworded=tuple(after.id for _, after in comparison.reworded),
        paired=comparison.paired,
        only_before=comparison.only_before,
        only_after=comparison.only_after,
        shut=tuple(shut),
    )


def hold(folder: Path, before: Path | None, rules: Path) -> Held:
    """Hold a kept run against an earlier one, or read what came of it if that was done.

    Args:
        folder: The run's.
        before: The earlier run's, kept or accepted; None if there is none.
        rules: The gate's.

    Raises:
        RunError: If a run cannot be read.
        GateError: If the rules cannot be.
    """
    known = read_held(folder, before, rules)
    if known is not None:
        return known
    bounds = read_rules(rules)
    results: list[Result] = load_results(folder)
    comparison = compare(load_results(before), results) if before is not None else None
    held = held_of(comparison, failures(bounds, load_figures(folder).overall, results, comparison))
    try:
        keep_held(held, folder, before, rules)
    except OSError:
        return held  # a folder that may not be written to is no reason not to show what was found
    return held


def read_held(folder: Path, before: Path | None, rules: Path) -> Held | None:
    """What came of holding a run against an earlier one; None if that was not done, or what is there is not it."""
    try:
        kept = json.loads(_path(folder, before, rules).read_text("utf-8"))
        return _held(kept)
    except (OSError, ValueError, KeyError, TypeError):
        return None  # it is counted anew


def keep_held(held: Held, folder: Path, before: Path | None, rules: Path) -> None:
    """Keep what came of it beside the run."""
    path = _path(folder, before, rules)
    written = path.with_suffix(".part")
    written.write_text(json.dumps(asdict(held), ensure_ascii=False), "utf-8")
    written.replace(path)


def _path(folder: Path, before: Path | None, rules: Path) -> Path:
    key = hashlib.sha256(_FORMAT.encode())
    for path in (before / ROWS if before is not None else None, rules):
        key.update(hashlib.sha256(path.read_bytes() if path is not None else b"").digest())
    return folder / f"held-{key.hexdigest()[:16]}.json"


def _held(kept: dict[str, Any]) -> Held:
    ids = {name: tuple(kept[name]) for name in ("lost", "gained", "reworded", "only_before", "only_after")}
    return Held(
        compared=kept["compared"],
        changes=tuple(Change(**change) for change in kept["changes"]),
        paired=kept["paired"],
        shut=tuple(Failure(**failure) for failure in kept["shut"]),
        **ids,
    )
