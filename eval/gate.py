"""May this run be shipped? The gate's rules, from eval/gate.toml, and what they say of a run.

It stays shut if a measure is under its floor or over its ceiling, if a question that must be answered no longer is, or
if a measure that is watched got worse than in the accepted run by more than chance.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.compare import Change, Comparison
from eval.measures import BY_NAME, KIND, Figure
from eval.results import Result

_TIMES = ("latency p50", "latency p95")
_TABLES = ("floors", "ceilings")


class GateError(Exception):
    """The gate's rules cannot be read. The message names the file, what is wrong, and the way out."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What the gate holds a run to.

    Attributes:
        floors: The least a measure may be.
        ceilings: The most.
        watched: The measures of which no significant loss is let through; with them goes each kind's share right.
    """

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]
    watched: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """One reason why the gate stays shut: the measure's name (or the question's id), and a sentence."""

    name: str
    said: str


def read_rules(path: Path) -> Rules:
    """Read the gate's rules.

    Raises:
        GateError: If the file cannot be read, has an unknown table or measure, or a bound that is no number.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise GateError(f"{path} cannot be read: {error}. Mend it, or take it from the project again") from error
    if unknown := sorted(set(content) - {*_TABLES, "watched"}):
        raise GateError(f"{path}: unknown '{unknown[0]}'. There are: floors, ceilings, watched")
    floors, ceilings = (_bounds(path, name, content.get(name, {})) for name in _TABLES)
    watched = content.get("watched", [])
    if not isinstance(watched, list):
        raise GateError(f"{path}: 'watched' must be a list of measures")
    for name in watched:
        if name not in BY_NAME:
            raise GateError(f"{path}, watched: there is no measure '{name}'. There are: {', '.join(BY_NAME)}")
    return Rules(floors, ceilings, tuple(watched))


def _bounds(path: Path, table: str, bounds: object) -> dict[str, float]:
    if not isinstance(bounds, dict):
        raise GateError(f"{path}: '{table}' must be a table: [{table}]")
    for name, bound in bounds.items():
        if name not in BY_NAME and name not in _TIMES:
            known = ", ".join((*BY_NAME, *_TIMES))
            raise GateError(f"{path}, {table}: there is no measure '{name}'. There are: {known}")
        if isinstance(bound, bool) or not isinstance(bound, int | float):
            raise GateError(f"{path}, {table}: '{name}' must be a number, not {bound!r}")
    return {name: float(bound) for name, bound in bounds.items()}


def failures(
    rules: Rules, figures: Sequence[Figure], results: Sequence[Result], comparison: Comparison | None
) -> list[Failure]:
    """Why a run may not be shipped; nothing if it may.

    Args:
        rules: What it is held to.
        figures: Over all its questions.
        results: Its questions.
        comparison: With the accepted run, or None if none was accepted yet: then only bounds count.
    """
    found = [*_broken_bounds(rules, {figure.name: figure for figure in figures}), *_must_pass(results, comparison)]
    if comparison is not None:
        found += [
            Failure(change.name, _loss(change))
            for change in comparison.changes
            if change.lost and (change.name in rules.watched or change.name.startswith(KIND))
        ]
    return found


def _broken_bounds(rules: Rules, figures: Mapping[str, Figure]) -> list[Failure]:
    found = []
    for bounds, sign, word in ((rules.floors, 1, "under its floor"), (rules.ceilings, -1, "over its ceiling")):
        for name, bound in bounds.items():
            value = figures[name].value if name in figures else None
            if value is None:
                found.append(Failure(name, f"{name} has no value: nothing was asked that it measures"))
            elif sign * value < sign * bound:
                found.append(Failure(name, f"{name} is {value:.4g}, {word} of {bound:.4g}"))
    return found


def _must_pass(results: Sequence[Result], comparison: Comparison | None) -> list[Failure]:
    """Questions that must be answered rightly and are not; and such of the accepted run that are no longer such."""
    now = {result.id for result in results if result.must_pass}
    before = comparison.must_pass_before if comparison is not None else ()
    return [
        Failure(r.id, f"{r.id}, which must pass, is not answered rightly ({r.cause})")
        for r in results
        if r.must_pass and not r.right
    ] + [
        Failure(id_, f"{id_}, which had to pass, is no longer asked or need not pass. If that is meant, accept the run")
        for id_ in before
        if id_ not in now
    ]


def _loss(change: Change) -> str:
    return (
        f"{change.name} went from {change.before:.3f} to {change.after:.3f} "
        f"(by {change.delta:+.3f}, 95 % interval {change.low:+.3f} to {change.high:+.3f}, {change.n} questions)"
    )
