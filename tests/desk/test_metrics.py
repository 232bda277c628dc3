"""What is counted is served in Prometheus' format where it is asked for, and nowhere else."""

import socket
import urllib.request

import pytest
from prometheus_client.parser import text_string_to_metric_families

from desk import metrics


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


def test_what_is_counted_is_served_where_the_environment_says() -> None:
    port = free_port()
    metrics.QUESTIONS.labels("partial").inc()
    metrics.serve_metrics({"CHAPTER_METRICS": f"127.0.0.1:{port}"})

    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
        families = {f.name: f for f in text_string_to_metric_families(answer.read().decode())}

    partial = [s.value for s in families["chapter_questions"].samples if s.labels == {"status": "partial"}]
    assert partial and partial[0] >= 1
    assert {"chapter_answer_seconds", "chapter_refusals", "chapter_faults", "chapter_index_passages"} <= set(families)


def test_another_index_takes_the_place_of_the_one_before() -> None:
    metrics.index_in_use("a" * 64, 10)
    metrics.index_in_use("b" * 64, 20)

    samples = [s for family in metrics.INDEX.collect() for s in family.samples]
    assert [(s.labels["fingerprint"], s.value) for s in samples] == [("b" * 12, 1.0)]
    assert metrics.REGISTRY.get_sample_value("chapter_index_passages") == 20


@pytest.mark.parametrize("address", ["9464", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:99999", "127.0.0.1:http", ":9464"])
def test_an_address_that_is_none_is_named(address: str) -> None:
    with pytest.raises(metrics.MetricsError, match=r"Write it like 127\.0\.0\.1:9464"):
        metrics.serve_metrics({"CHAPTER_METRICS": address})


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(metrics.MetricsError, match="cannot be had"):
            metrics.serve_metrics({"CHAPTER_METRICS": address})
