"""What is counted for monitors, in Prometheus' format, on a port of its own.

    CHAPTER_METRICS    an address of this machine, as 127.0.0.1:9464; nothing is served without it

On a port of its own, so that what nginx serves to everybody never has it. Nothing in it is anybody's words.
"""

from collections.abc import Mapping

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    start_http_server,
)

ADDRESS = "CHAPTER_METRICS"
REGISTRY = CollectorRegistry()  # ours alone: Streamlit and others may count in the library's own
ProcessCollector(registry=REGISTRY)

QUESTIONS = Counter("chapter_questions", "Questions by how they were answered.", ["status"], registry=REGISTRY)
# 40 ms is a median answer without the reader on two cores, 5 s what fifty people at once may wait.
SECONDS = Histogram(
    "chapter_answer_seconds",
    "From a question to its answer, waiting for a turn included.",
    buckets=(0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
    registry=REGISTRY,
)
REFUSALS = Counter("chapter_refusals", "What people tried and may not, by what.", ["what"], registry=REGISTRY)
FAULTS = Counter("chapter_faults", "Faults of ours, by the kind of exception.", ["error"], registry=REGISTRY)
WAITING = Gauge("chapter_questions_under_way", "Questions being answered or waiting for it.", registry=REGISTRY)
INDEX = Gauge("chapter_index_info", "The index that answers: always 1.", ["fingerprint"], registry=REGISTRY)
PASSAGES = Gauge("chapter_index_passages", "The passages of the index that answers.", registry=REGISTRY)


class MetricsError(Exception):
    """The metrics cannot be served. The message names the setting and the way out."""


def serve_metrics(environment: Mapping[str, str]) -> None:
    """Serve what is counted where the environment says, in a thread of its own; nowhere where it says nothing.

    Raises:
        MetricsError: If the address is none, or cannot be had.
    """
    address = environment.get(ADDRESS, "").strip()
    if not address:
        return
    host, _, port = address.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise MetricsError(f"{ADDRESS} is “{address}”. Write it like 127.0.0.1:9464")
    disable_created_metrics()  # type: ignore[no-untyped-call]  # when each began to be counted, which no monitor of ours looks at
    try:
        start_http_server(int(port), host, registry=REGISTRY)
    except OSError as error:
        raise MetricsError(
            f"{ADDRESS} names {address}, which cannot be had ({error.strerror or error}). Name another port"
        ) from error


def index_in_use(fingerprint: str, passages: int) -> None:
    """Say which index answers from now on."""
    INDEX.clear()
    INDEX.labels(fingerprint[:12]).set(1)
    PASSAGES.set(passages)
