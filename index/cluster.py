"""The workers of a Ray cluster, which do the work of a build.

Covered: a worker or a machine that dies; Ray does its work again on another. Not covered: machines whose processors
differ in kind, as what a model says may differ in its last digits from one to the other; Ray's client ("ray://…").
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from index.errors import BuildFailed, IndexProblem
from index.workers import AHEAD, MOST_DEATHS, Said, Thing

LOCAL = "local"
_ROOT = Path(__file__).resolve().parents[1]
_MIB = 1024 * 1024
_STORE = (
    256 * _MIB
)  # what Ray may keep in memory of what is under way, and for each worker beside; the rest on the disk
_STORE_EACH = 64 * _MIB


class Cluster:
    """The workers of a Ray cluster; use it in a ``with``.

    Args:
        address: Of a cluster that runs; ``LOCAL`` starts one on this machine, for as long as the ``with`` lasts.
        count: How many tasks are under way at once, each on one processor; None for as many as the cluster has.

    Raises:
        IndexProblem: If Ray is not installed, or the cluster does not answer.
    """

    def __init__(self, address: str, count: int | None = None) -> None:
        os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # before Ray is imported: nothing is told to its makers
        os.environ.setdefault("RAY_task_oom_retries", str(MOST_DEATHS))  # else it tries for ever
        try:
            import ray  # imported here: only a cluster needs it
        except ImportError as error:
            raise IndexProblem(
                "a cluster needs Ray, which is not installed. Run: pip install -r requirements-scale.txt"
            ) from error
        self._ray: Any = ray
        settings: dict[str, Any] = {"log_to_driver": False, "logging_level": "ERROR", "runtime_env": _environment()}
        if address == LOCAL:
            processors = count or os.cpu_count() or 1
            store = _STORE + processors * _STORE_EACH
            settings |= {"num_cpus": processors, "include_dashboard": False, "object_store_memory": store}
        try:
            ray.init(address=address, **settings)
        except (ray.exceptions.RayError, OSError, RuntimeError, ValueError, ImportError) as error:
            raise IndexProblem(
                f"the Ray cluster at {address} does not answer ({str(error).strip().splitlines()[0]}). Start it, see "
                "that its token is known here (docs/operations.md), or leave --ray out"
            ) from error
        self._count = count or max(1, int(ray.cluster_resources().get("CPU", 1)))
        self._call = ray.remote(num_cpus=1, max_retries=MOST_DEATHS)(_call)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._ray.shutdown()

    def map(self, function: Callable[[Thing], Said], things: Iterable[Thing]) -> Iterator[Said]:
        """As ``Workers.map``."""
        under_way: deque[Any] = deque()
        try:
            for thing in things:
                under_way.append(self._call.remote(function, thing))
                if len(under_way) >= AHEAD * self._count:
                    yield self._said(under_way.popleft())
            while under_way:
                yield self._said(under_way.popleft())
        finally:
            for task in under_way:  # broken off: what they are at is of no use
                with suppress(self._ray.exceptions.RayError):
                    self._ray.cancel(task)

    def _said(self, task: Any) -> Any:  # noqa: ANN401  Ray has no types
        try:
            return self._ray.get(task)
        except self._ray.exceptions.RayTaskError as error:
            raise error.cause from error
        except self._ray.exceptions.RayError as error:
            raise BuildFailed(
                f"the Ray cluster could not do the work, though it tried {MOST_DEATHS} times "
                f"({type(error).__name__}: {str(error).strip().splitlines()[0]}). Is there memory enough? "
                "Try fewer workers to a machine"
            ) from error


def _call(function: Callable[[Thing], Said], thing: Thing) -> Said:
    return function(thing)


def _environment() -> dict[str, object]:
    """What a worker needs to find this project, and no network."""
    variables = {
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH", "")])),
    }
    return {"env_vars": variables}
