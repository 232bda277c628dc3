"""Two runs of the same questions, held against each other question by question."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eval.bootstrap import Interval, Numbers, curve_interval, paired_interval, ratio
from eval.measures import KIND, MEASURES, Better, Measure, cells, confidences, right_of_kind
from eval.results import Result


@dataclass(frozen=True, slots=True)
class Change:
    """A measure in two runs, over the questions both asked.

    Attributes:
        name: The measure's; of the share right of one kind, ``KIND`` and the kind's.
        before: Its value in the earlier run, or None.
        after: Its value in the later.
        delta: after - before; None if either is.
        low: The lower end of the difference's 95 % interval, or None.
        high: The upper end.
        n: How many questions it is over, in either run.
        better: Which way is better.
    """

    name: str
    before: float | None
    after: float | None
    delta: float | None
    low: float | None
    high: float | None
    n: int
    better: Better

    @property
    def lost(self) -> bool:
        """Whether it got worse by more than chance: the whole interval lies on the worse side of 0."""
        if self.low is None or self.high is None:
            return False
        return self.high < 0 if self.better == "higher" else self.low > 0

    @property
    def gained(self) -> bool:
        """Whether it got better by more than chance."""
        if self.low is None or self.high is None:
            return False
        return self.low > 0 if self.better == "higher" else self.high < 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """What changed from an earlier run to a later one.

    Attributes:
        changes: Each measure over the questions that both asked in the same words, wanting the same.
        lost: Pairs of results that were right and no longer are.
        gained: Pairs that were wrong and now are right.
        reworded: Pairs that say something else and are as right or wrong as before.
        paired: How many questions both asked.
        only_before: The ids of those that the later run did not ask, or asked otherwise.
        only_after: The ids of those that the earlier did not.
        must_pass_before: The ids of the questions that had to pass in the earlier run.
    """

    changes: tuple[Change, ...]
    lost: tuple[tuple[Result, Result], ...]
    gained: tuple[tuple[Result, Result], ...]
    reworded: tuple[tuple[Result, Result], ...]
    paired: int
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]
    must_pass_before: tuple[str, ...]

    def change(self, name: str) -> Change | None:
        """The change of the measure of that name."""
        return next((c for c in self.changes if c.name == name), None)


def compare(before: Sequence[Result], after: Sequence[Result]) -> Comparison:
    """Pair two runs by question and measure the differences.

    A question is paired if both runs asked it in the same words after the same history, wanting the same facts on
    the same evidence. Intervals are by paired bootstrap (eval/bootstrap.py).
    """
    earlier = {result.id: result for result in before}
    pairs = [(earlier[r.id], r) for r in after if r.id in earlier and earlier[r.id].digest == r.digest]
    paired = {old.id for old, _ in pairs}
    old, new = [a for a, _ in pairs], [b for _, b in pairs]
    kinds = sorted({r.kind for r in new})
    return Comparison(
        changes=(
            *(_change(measure, old, new) for measure in MEASURES),
            *(_ratio_change(KIND + k, right_of_kind(old, k), right_of_kind(new, k), "higher") for k in kinds),
        ),
        lost=tuple((a, b) for a, b in pairs if a.right and not b.right),
        gained=tuple((a, b) for a, b in pairs if b.right and not a.right),
        reworded=tuple((a, b) for a, b in pairs if a.right == b.right and a.text != b.text),
        paired=len(pairs),
        only_before=_others(before, paired),
        only_after=_others(after, paired),
        must_pass_before=tuple(r.id for r in before if r.must_pass),
    )


def _others(results: Iterable[Result], paired: set[str]) -> tuple[str, ...]:
    return tuple(r.id for r in results if r.id not in paired)


def _change(measure: Measure, old: Sequence[Result], new: Sequence[Result]) -> Change:
    if measure.curve is None:
        return _ratio_change(measure.name, cells(old, measure.name), cells(new, measure.name), measure.better)
    curve = measure.curve
    (sure_then, right_then), (sure_now, right_now) = confidences(old), confidences(new)

    def difference(places: NDArray[np.intp]) -> float | None:
        then, now = curve(sure_then[places], right_then[places]), curve(sure_now[places], right_now[places])
        return None if then is None or now is None else now - then

    then, now = curve(sure_then, right_then), curve(sure_now, right_now)
    return _as_change(measure.name, then, now, curve_interval(difference, len(new)), len(new), measure.better)


def _ratio_change(name: str, before: Numbers, after: Numbers, better: Better) -> Change:
    n = int(((before[:, 1] > 0) | (after[:, 1] > 0)).sum())
    return _as_change(name, ratio(before), ratio(after), paired_interval(before, after), n, better)


def _as_change(
    name: str, before: float | None, after: float | None, interval: Interval | None, n: int, better: Better
) -> Change:
    delta = None if before is None or after is None else after - before
    low, high = (interval.low, interval.high) if interval and delta is not None else (None, None)
    return Change(name, before, after, delta, low, high, n, better)
