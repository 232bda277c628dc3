"""Queries that many machines answer together: queues in front of each, stragglers, and asking a second one.

Covered: arrivals at random (Poisson), first come first served by some servers that share a queue, a second replica that
is asked when the first is late.
Not covered: machines that fail, work that is called off, times that hang together from one machine to another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from heapq import heapify, heappop, heappush, heapreplace

import numpy as np
from numpy.typing import NDArray

Times = NDArray[np.float64]
Draw = Callable[[int], Times]  # so many service times, each on its own


@dataclass(frozen=True, slots=True)
class Service:
    """How long one machine works on one query: log-normal, and now and then many times as long.

    Attributes:
        median: In seconds.
        spread: The standard deviation of the time's logarithm.
        late: The share of stragglers.
        times: How many times as long these take.
    """

    median: float
    spread: float
    late: float = 0.01
    times: float = 10.0

    @classmethod
    def through(cls, p50: float, p95: float, late: float = 0.01, times: float = 10.0) -> "Service":
        """One with such a median and such a 95th percentile, stragglers apart."""
        return cls(p50, float(np.log(p95 / p50)) / 1.6449, late, times)  # where the normal's 95th percentile is

    def drawer(self, random: np.random.Generator) -> Draw:
        """What draws such times."""

        def draw(count: int) -> Times:
            times = self.median * np.exp(self.spread * random.standard_normal(count))
            return np.where(random.random(count) < self.late, times * self.times, times)

        return draw

    @property
    def mean(self) -> float:
        """The mean, in seconds."""
        return float(self.median * np.exp(self.spread**2 / 2) * (1 + self.late * (self.times - 1)))


def arrivals(rate: float, count: int, random: np.random.Generator) -> Times:
    """(count,): when queries come, at so many a second, at random."""
    return np.cumsum(random.exponential(1 / rate, count))


def answered(come: Times, draw: Draw, servers: int) -> Times:
    """(n,): when each query is answered by one machine.

    Args:
        come: (n,), ascending: when they come.
        draw: Draws service times.
        servers: How many the machine works on at once.
    """
    free = [0.0] * servers
    done = np.empty(len(come))
    for at, (now, work) in enumerate(zip(come.tolist(), draw(len(come)).tolist(), strict=True)):
        done[at] = max(now, free[0]) + work
        heapreplace(free, done[at])
    return done


def answered_by_two(come: Times, draw: Draw, servers: int, patience: float) -> Times:
    """What ``answered`` gives where two machines hold the same, and take turns.

    Where the one that was asked has not answered after so long, the other is asked too, and the first answer counts.
    The later one is worked out all the same.
    """
    free = [[0.0] * servers, [0.0] * servers]
    done = np.full(len(come), np.inf)
    waiting = [(now, at, at % 2, True) for at, now in enumerate(come.tolist())]
    heapify(waiting)
    work = iter(draw(2 * len(come)).tolist())
    while waiting:
        now, at, machine, first = heappop(waiting)
        if not first and done[at] <= now:
            continue
        ends = max(now, free[machine][0]) + next(work)
        heapreplace(free[machine], ends)
        done[at] = min(done[at], ends)
        if first and ends > now + patience:
            heappush(waiting, (now + patience, at, 1 - machine, False))
    return done


def fanned_out(come: Times, shards: int, answer: Callable[[Times], Times]) -> Times:
    """(n,): when the last of so many shards has answered each query.

    Args:
        come: (n,): when queries come to every shard.
        shards: How many.
        answer: When one shard has answered each; called once for each shard.
    """
    done = np.zeros(len(come))
    for _ in range(shards):
        np.maximum(done, answer(come), out=done)
    return done
