"""Work behind the page, with a clock of its own and steps that wait for the test."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from desk.jobs import Busy, Job, Report

PATIENCE = 10.0  # seconds; nothing here waits for anything but another thread


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Steps:
    """Work that makes one step when the test lets it, and tells when it is made."""

    def __init__(self, *reports: tuple[str, int, int]) -> None:
        self.reports = reports
        self.go, self.made = threading.Semaphore(0), threading.Semaphore(0)

    def __call__(self, report: Report) -> str:
        for step in self.reports:
            assert self.go.acquire(timeout=PATIENCE)
            try:
                report(*step)
            finally:
                self.made.release()
        assert self.go.acquire(timeout=PATIENCE)
        return "made"

    def step(self) -> None:
        self.go.release()
        assert self.made.acquire(timeout=PATIENCE)

    def finish(self) -> None:
        self.go.release()


@contextmanager
def started(job: Job[str], steps: Steps, by: str = "") -> Iterator[None]:
    job.start(steps, by)
    yield
    for _ in range(len(steps.reports) + 1):
        steps.finish()
    assert job.wait(PATIENCE)


def test_before_any_work_it_is_idle() -> None:
    job = Job[str]()

    assert job.status.state == "idle"
    assert not job.status.going_on
    assert job.wait(PATIENCE)


def test_it_says_how_far_it_is_and_how_long_the_rest_will_take() -> None:
    clock, steps = Clock(), Steps(("Asking", 0, 8), ("Asking", 2, 8), ("Asking", 4, 8), ("Writing", 0, 0))
    job = Job[str](clock=clock)
    with started(job, steps, by="Ada"):
        clock.now = 1003.0
        steps.step()
        assert (job.status.state, job.status.by, job.status.left) == ("running", "Ada", None)

        clock.now = 1050.0  # the first two waited for something: how long tells nothing
        steps.step()
        assert (job.status.what, job.status.done, job.status.of) == ("Asking", 2, 8)
        assert job.status.left is None

        clock.now = 1056.0  # two more in six seconds: the other four take twelve
        steps.step()
        assert job.status.left == 12.0
        assert job.status.seconds == 56.0

        steps.step()
        assert (job.status.what, job.status.left) == ("Writing", None)

    clock.now = 2000.0
    assert (job.status.state, job.status.result, job.status.seconds) == ("done", "made", 56.0)


def test_one_at_a_time() -> None:
    job, steps = Job[str](), Steps()
    with started(job, steps), pytest.raises(Busy, match="going on already"):
        job.start(Steps())

    again = Steps()
    with started(job, again):
        assert job.status.state == "running"
        assert job.status.result is None
    assert job.status.result == "made"


def test_it_stops_at_its_next_report_and_another_may_begin() -> None:
    job, steps = Job[str](), Steps(("Asking", 0, 3), ("Asking", 1, 3), ("Asking", 2, 3))
    with started(job, steps):
        steps.step()
        job.stop()
        assert job.status.state == "stopping"
        assert job.status.going_on
        with pytest.raises(Busy):
            job.start(Steps())

        steps.step()
        assert job.wait(PATIENCE)
    assert (job.status.state, job.status.result, job.status.error) == ("stopped", None, None)
    assert job.status.done == 0

    job.stop()
    assert job.status.state == "stopped"
    with started(job, Steps()):
        pass
    assert job.status.state == "done"


def test_a_users_mistake_is_kept_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    def work(report: Report) -> str:
        raise ValueError("line 3 is empty")

    job = Job[str](expected=(ValueError,))
    job.start(work)
    assert job.wait(PATIENCE)

    assert job.status.state == "failed"
    assert str(job.status.error) == "line 3 is empty"
    assert caplog.records == []


def test_a_fault_is_kept_and_logged_in_full(caplog: pytest.LogCaptureFixture) -> None:
    def work(report: Report) -> str:
        raise ZeroDivisionError("no such share")

    job = Job[str](expected=(ValueError,))
    with caplog.at_level(logging.ERROR):
        job.start(work)
        assert job.wait(PATIENCE)

    assert isinstance(job.status.error, ZeroDivisionError)
    assert "no such share" in caplog.text
    with started(job, Steps()):
        assert job.status.error is None
