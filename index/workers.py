"""Who does the work of a build: this process, others on this machine, or a cluster's; the results are the same.

A ``Workers`` calls a function of one thing after the other and gives what it says in their order, however many are at
work and in whichever order they end; so what is written is the same to the byte. Only a few things are under way at
once, so memory holds no more of them.

Covered: a worker that dies; its work is done again. Not covered: a function that fails; its error ends the build.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import AbstractContextManager, nullcontext
from multiprocessing import get_context
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from index.errors import BuildFailed, IndexProblem

Thing = TypeVar("Thing")
Said = TypeVar("Said")
_AHEAD = 3  # things under way for each worker
_MOST_DEATHS = 20  # of processes: after these it is no chance


class Workers(Protocol):
    """Whoever calls functions of many things."""

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """What a function says of each thing, in their order.

        Args:
            function: One that is found by its name in a module, or a ``partial`` of one.
            things: Read as they are needed.
        """
        ...


class Here:
    """This process alone."""

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """As ``Workers.map``."""
        return map(function, things)


HERE = Here()


class Processes:
    """Other processes on this machine; use it in a ``with``.

    Args:
        count: How many.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool = self._new()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._pool.shutdown(cancel_futures=True)

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """As ``Workers.map``."""
        source = iter(things)
        under_way: deque[tuple[Thing, Future[Said]]] = deque()
        deaths = 0
        while True:
            while len(under_way) < _AHEAD * self._count and (more := next(source, _NONE)) is not _NONE:
                under_way.append((more, self._pool.submit(function, more)))
            if not under_way:
                return
            try:
                said = under_way[0][1].result()
            except BrokenProcessPool as error:
                deaths += 1
                if deaths > _MOST_DEATHS:
                    raise BuildFailed(
                        f"{deaths} processes that read and embed have died. Is there memory enough? "
                        "Try fewer: --workers 1"
                    ) from error
                self._pool.shutdown(wait=False)
                self._pool = self._new()
                under_way = deque((thing, self._again(function, thing, done)) for thing, done in under_way)
                continue
            under_way.popleft()
            yield said

    def _again(self, function: Callable[[Thing], Said], thing: Thing, done: "Future[Said]") -> "Future[Said]":
        whole = done.done() and not done.cancelled() and done.exception() is None
        return done if whole else self._pool.submit(function, thing)

    def _new(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._count, mp_context=get_context("spawn"))


_NONE: Any = object()


class Cluster:
    """The workers of a Ray cluster; use it in a ``with``.

    Args:
        address: Of a cluster that runs; "local" starts one on this machine.
        count: How many tasks are under way at once, each on one processor; None for as many as the cluster has.

    Raises:
        IndexProblem: If Ray is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str, count: int | None = None) -> None:
        try:
            import ray  # imported here: only a cluster needs it
        except ImportError as error:
            raise IndexProblem(
                "a cluster needs Ray, which is not installed. Run: pip install -r requirements-scale.txt"
            ) from error
        self._ray: Any = ray
        try:
            if address == "local":
                processors = count or os.cpu_count()
                ray.init(num_cpus=processors, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
            else:
                ray.init(address=address, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, RuntimeError, ValueError) as error:
            raise IndexProblem(
                f"the Ray cluster at {address} does not answer: {error}. Start it, or leave --ray out"
            ) from error
        self._count = count or int(ray.cluster_resources().get("CPU", 1))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._ray.shutdown()

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """As ``Workers.map``; what a machine that has gone was doing is done again on another."""
        call = self._ray.remote(num_cpus=1, max_retries=-1)(function)
        under_way: deque[Any] = deque()
        for thing in things:
            under_way.append(call.remote(thing))
            if len(under_way) >= _AHEAD * self._count:
                yield self._ray.get(under_way.popleft())
        while under_way:
            yield self._ray.get(under_way.popleft())


def workers(processes: int = 0, ray: str = "") -> AbstractContextManager[Workers]:
    """Who is to do the work.

    Args:
        processes: How many other processes, or tasks of a cluster at once; 0 for this process alone, or for as many
            as the cluster has.
        ray: The address of a Ray cluster, or "local"; empty for none.

    Raises:
        IndexProblem: If there is no such cluster.
    """
    if ray:
        return Cluster(ray, processes or None)
    return Processes(processes) if processes else nullcontext(HERE)
