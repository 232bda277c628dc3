"""Who does the work of a build: this process, others on this machine, or a cluster's; the results are the same.

A ``Workers`` calls a function of one thing after the other and gives what it says in their order, however many are at
work and in whichever order they end; so what is written is the same to the byte. Only a few things are under way at
once, so memory holds no more of them.

Covered: a worker that dies; its work is done again. Not covered: a function that fails; its error ends the build.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

Thing = TypeVar("Thing")
Said = TypeVar("Said")
AHEAD = 4  # things for each worker that are under way, or done and waiting for an earlier one
MOST_DEATHS = 5  # of workers, at one thing: after these it is no chance


class Workers(Protocol):
    """Whoever calls functions of many things."""

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """What a function says of each thing, in their order.

        Args:
            function: One that is found by its name in a module, or a ``partial`` of one; a thing may be done twice.
            things: Read as they are needed.

        Raises:
            BuildFailed: If workers die of one thing again and again.
            Exception: What the function raises, of the first thing of which it does.
        """
        ...


class Here:
    """This process alone."""

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """As ``Workers.map``."""
        return map(function, things)


HERE = Here()
