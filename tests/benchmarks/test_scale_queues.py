"""Queues and stragglers, held against what can be worked out on paper."""

import math

import numpy as np
import pytest

from benchmarks.scale_queues import Draw, Service, answered, answered_by_two, arrivals, fanned_out
from benchmarks.scale_simulation import Costs, Setting, simulate


def exponential(mean: float, random: np.random.Generator) -> Draw:
    return lambda count: random.exponential(mean, count)


def test_queries_wait_for_each_other_and_no_longer() -> None:
    times = iter([5.0, 1.0, 1.0])

    # The second waits for the first, the third for both, until 7; the fourth comes when nobody is there.
    done = answered(np.array([0.0, 1.0, 2.0, 9.0]), lambda _: np.array([*times, 2.0]), servers=1)

    assert done.tolist() == [5.0, 6.0, 7.0, 11.0]


def test_a_second_server_takes_who_waits() -> None:
    assert answered(np.array([0.0, 1.0, 2.0]), lambda _: np.array([5.0, 1.0, 1.0]), servers=2).tolist() == [5, 2, 3]


@pytest.mark.parametrize("load", [0.3, 0.7])
def test_the_mean_time_in_a_queue_of_one_server_is_that_of_m_m_1(load: float) -> None:
    random = np.random.default_rng(0)
    come = arrivals(load, 200_000, random)

    done = answered(come, exponential(1.0, random), servers=1)

    assert (done - come).mean() == pytest.approx(1 / (1 - load), rel=0.03)


def test_the_share_that_waits_for_one_of_three_servers_is_erlangs() -> None:
    random, offered, servers = np.random.default_rng(0), 2.0, 3
    come = arrivals(offered, 200_000, random)
    last = offered**servers / math.factorial(servers) / (1 - offered / servers)
    waits = last / (sum(offered**n / math.factorial(n) for n in range(servers)) + last)

    done = answered(come, exponential(1.0, random), servers)

    # The mean wait is the share that waits times what those wait: 1 / (servers - offered).
    assert (done - come).mean() - 1.0 == pytest.approx(waits / (servers - offered), rel=0.05)


def test_the_slowest_of_many_is_the_maximum_of_exponentials() -> None:
    random, shards = np.random.default_rng(0), 10
    come = arrivals(0.001, 20_000, random)  # so rarely that nobody waits

    done = fanned_out(come, shards, lambda at: answered(at, exponential(1.0, random), servers=1))

    assert (done - come).mean() == pytest.approx(sum(1 / n for n in range(1, shards + 1)), rel=0.02)


def test_where_both_are_asked_at_once_the_quicker_counts() -> None:
    random = np.random.default_rng(0)
    come = arrivals(0.001, 50_000, random)

    done = answered_by_two(come, exponential(1.0, random), 1, patience=0.0)

    assert (done - come).mean() == pytest.approx(0.5, rel=0.02)  # the lesser of two exponentials


def test_the_second_is_asked_only_after_a_while() -> None:
    times = np.array([9.0, 1.0, 1.0, 1.0])  # the first query's, the second query's, then the first's at its second

    done = answered_by_two(np.array([0.0, 0.5]), lambda _: times, 1, patience=2.0)

    assert done.tolist() == [3.0, 1.5]


def test_service_times_have_the_median_and_percentile_they_were_fitted_to() -> None:
    service = Service.through(0.03, 0.06, late=0.0)

    times = service.drawer(np.random.default_rng(0))(100_000)

    assert np.percentile(times, [50, 95]) == pytest.approx([0.03, 0.06], rel=0.02)
    assert times.mean() == pytest.approx(service.mean, rel=0.02)


def test_one_in_a_hundred_takes_ten_times_as_long() -> None:
    times = Service(1.0, 0.0).drawer(np.random.default_rng(0))(100_000)

    assert set(times.tolist()) == {1.0, 10.0}
    assert (times == 10).mean() == pytest.approx(0.01, abs=0.002)


def test_more_shards_are_slower_and_a_second_copy_helps() -> None:
    costs = Costs(1_000_000, 1e9, 1e9, 1e4, Service(0.01, 0.0, late=0.0), Service.through(0.03, 0.05))
    setting = Setting(queries=3_000)

    few, many = simulate(1_000_000, costs, setting), simulate(50_000_000, costs, setting)

    assert (few.shards, many.shards) == (1, 50)
    assert few.alone[0] < many.alone[0]
    assert many.hedged[1] < many.alone[1]
    assert simulate(1_000_000, costs, setting) == few
