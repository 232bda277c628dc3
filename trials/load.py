"""`python -m trials.load`: many people who ask at their leisure for long; then again, while an index is published.

Each person has a connection of the page's own protocol, asks a question every few seconds, four to a conversation, and
opens the page anew. Every answer is held against what an assistant alone says to that conversation. Memory, faults and
counts are read from the page's own metrics.
"""

import json
import random
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Lock, Thread

import typer
from prometheus_client.parser import text_string_to_metric_families
from websockets.sync.client import connect

from answer import Assistant, load_reader
from benchmarks.page_load import Session, crossed, stream_address
from benchmarks.page_server import served_page
from index import build, find_model, load, load_encoder, one_thread_a_question

ROOT = Path(__file__).parents[1]
TALK = 4  # questions to a conversation
MOST_GROWTH, MOST_SECONDS = 0.05, 5.0
_SETTLED = 0.25  # of the time: memory is looked at from then on
_ASKED_AS = ("{}", "Please tell me: {}", "{} Thank you.", "I would like to know: {}")
_NEW_DOCUMENT = "Minutes of the lighthouse committee\n\nIn May 2031 the lighthouse committee chose a new keeper.\n"
_GRACE = 60.0  # seconds for the last answers

Talk = tuple[str, ...]


@dataclass(slots=True)
class Seen:
    """What came of one run; shared among all who ask.

    Attributes:
        seconds: From each question to the last of what was said.
        first: Those of them that nobody had asked before in that conversation, so that no answer was kept.
        asked: What was asked so far: conversation and place.
        wrong: What went wrong, each in a line.
        memory: The page's resident memory in bytes, with the second at which it was that.
        published: How long a re-index and publish took, where there was one.
    """

    seconds: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    asked: set[tuple[Talk, int]] = field(default_factory=set)
    wrong: list[str] = field(default_factory=list)
    memory: list[tuple[float, float]] = field(default_factory=list)
    published: float | None = None
    lock: Lock = field(default_factory=Lock)

    def growth(self, whole: float) -> float:
        """How much memory grew after the first quarter, as a share: the medians of that quarter's end and of the end.

        Args:
            whole: How many seconds the run took.
        """
        first = [m for at, m in self.memory if _SETTLED * whole <= at <= (_SETTLED + 0.1) * whole]
        last = [m for at, m in self.memory if at >= 0.9 * whole]
        return statistics.median(last) / statistics.median(first) - 1 if first and last else float("nan")


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is asked.

    Attributes:
        people: How many ask at a time.
        every: Seconds between one's questions.
        seconds: For how long.
        talks: The conversations that they have.
        expected: What is said first at each place of each, by every index that answers meanwhile.
    """

    people: int
    every: float
    seconds: float
    talks: Sequence[Talk]
    expected: dict[tuple[Talk, int], set[str]]


def talks_of(questions: Sequence[str], different: int) -> list[Talk]:
    """So many different questions, put differently where there are too few, as conversations."""
    forms = [form.format(question) for form in _ASKED_AS for question in questions][:different]
    random.Random(8).shuffle(forms)
    return [tuple(forms[at : at + TALK]) for at in range(0, len(forms) - TALK + 1, TALK)]


def said_alone(assistant: Assistant, talks: Sequence[Talk], expected: dict[tuple[Talk, int], set[str]]) -> None:
    """Add what an assistant says first at each place of each conversation, asked alone."""
    for talk in talks:
        history: list[str] = []
        for place, question in enumerate(talk):
            answer = assistant.answer(question, history)
            first = answer.statements[0].text if answer.statements else (answer.reason or "")
            expected.setdefault((talk, place), set()).add(first)
            history.append(question)


def run(plan: Plan, address: str, metrics: str, work: Path | None = None) -> Seen:
    """Have people ask for as long as planned.

    Args:
        plan: How much.
        address: The page's.
        metrics: Where it serves its counts.
        work: A folder with a corpus and an index: in the middle a document is added there and the index is published.
    """
    seen, began, over = Seen(), time.monotonic(), Event()
    people = [Thread(target=_person, args=(n, plan, address, seen, began), daemon=True) for n in range(plan.people)]
    watch = Thread(target=_watch, args=(metrics, seen, began, over), daemon=True)
    for thread in [watch, *people]:
        thread.start()
    if work is not None:
        time.sleep(plan.seconds / 2)
        seen.published = _publish(work, seen)
    for thread in people:
        thread.join(max(0.0, began + plan.seconds + _GRACE - time.monotonic()))
    seen.wrong += [f"person {n} never came to an end" for n, thread in enumerate(people) if thread.is_alive()]
    over.set()
    watch.join()
    return seen


def _person(number: int, plan: Plan, address: str, seen: Seen, began: float) -> None:
    chance = random.Random(number)
    due = began + plan.every * number / plan.people  # people do not begin together
    try:
        while time.monotonic() < began + plan.seconds:
            talk = chance.choice(plan.talks)
            with connect(stream_address(address), max_size=None) as stream:
                session = Session(stream)
                session.run()
                for place in range(len(talk)):
                    time.sleep(max(0.0, due - time.monotonic()))
                    due = max(due + plan.every, time.monotonic())
                    if time.monotonic() >= began + plan.seconds:
                        return
                    _ask(session, talk, place, plan, seen)
    except Exception as error:  # noqa: BLE001  whatever ends a session is what is counted
        with seen.lock:
            seen.wrong.append(f"a session ended: {error!r}")


def _ask(session: Session, talk: Talk, place: int, plan: Plan, seen: Seen) -> None:
    asked = time.perf_counter()
    session.run(talk[place])
    took = session.answered - asked
    shown = session.shown()
    may_say = plan.expected[talk, place]
    others = {q for other in plan.talks for q in other if q not in talk}
    problems = min((crossed(talk[: place + 1], shown, one, others) for one in may_say), key=len)
    with seen.lock:
        seen.seconds.append(took)
        if (talk, place) not in seen.asked:
            seen.first.append(took)
            seen.asked.add((talk, place))
        seen.wrong += problems + session.errors
    session.errors.clear()


def _watch(metrics: str, seen: Seen, began: float, over: Event) -> None:
    while not over.wait(2.0):
        try:
            counts = _counts(metrics)
        except OSError as error:
            seen.wrong.append(f"the page serves no counts: {error}")
            return
        seen.memory.append((time.monotonic() - began, counts["process_resident_memory_bytes"]))
    if faults := _counts(metrics).get("chapter_faults_total", 0.0):
        seen.wrong.append(f"{faults:.0f} faults of ours; the log says which")


def _counts(metrics: str) -> dict[str, float]:
    with urllib.request.urlopen(metrics, timeout=20) as answer:  # noqa: S310  our own address
        text = answer.read().decode()
    counts: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            counts[sample.name] = counts.get(sample.name, 0.0) + sample.value
    return counts


def _publish(work: Path, seen: Seen) -> float:
    """Add a document and publish an index with it, as a maintainer does by hand."""
    began = time.monotonic()
    (work / "corpus" / "minutes.txt").write_text(_NEW_DOCUMENT, "utf-8")
    command = [
        sys.executable,
        "-m",
        "index",
        "--corpus",
        str(work / "corpus"),
        "--folder",
        str(work / "build" / "index"),
    ]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        seen.wrong.append(f"the index could not be built: {done.stderr[-500:]}")
    return time.monotonic() - began


@contextmanager
def _served(work: Path) -> Iterator[tuple[str, str]]:
    """The page over a folder's corpus and index, and where it serves its counts."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "CHAPTER_CORPUS": str(work / "corpus"),
        "CHAPTER_INDEX": str(work / "build" / "index"),
        "CHAPTER_DATABASE": f"sqlite:///{work}/review.db",
        "CHAPTER_METRICS": f"127.0.0.1:{port}",
        "CHAPTER_LOG": "off",
    }
    with served_page(**settings) as address:
        yield address, f"http://127.0.0.1:{port}/metrics"


def _expected(work: Path, talks: Sequence[Talk]) -> dict[tuple[Talk, int], set[str]]:
    """What may be said, by the index as it is and by the one that is published in the middle."""
    one_thread_a_question()
    model, reader = find_model(), load_reader()
    encoder = load_encoder(model)
    expected: dict[tuple[Talk, int], set[str]] = {}
    build(work / "corpus", work / "build" / "index", model, encoder=lambda _: encoder)
    said_alone(Assistant(load(work / "build" / "index"), encoder, reader), talks, expected)
    later = work / "later"
    shutil.copytree(work / "corpus", later)
    (later / "minutes.txt").write_text(_NEW_DOCUMENT, "utf-8")
    build(later, work / "build" / "later" / "index", model, encoder=lambda _: encoder)
    said_alone(Assistant(load(work / "build" / "later" / "index"), encoder, reader), talks, expected)
    return expected


def _high(times: Sequence[float]) -> float:
    """The 95th percentile of times in order."""
    return times[int(0.95 * (len(times) - 1))] if times else float("nan")


def _said(seen: Seen, plan: Plan) -> tuple[str, bool]:
    times, first = sorted(seen.seconds), sorted(seen.first)
    high = _high(times)
    growth = seen.growth(plan.seconds)
    most = max((m for _, m in seen.memory), default=float("nan"))
    line = (
        f"{plan.people} people, a question every {plan.every:g} s, {plan.seconds / 60:g} minutes: "
        f"{len(times)} answered, median {statistics.median(times) if times else float('nan'):.2f} s, p95 {high:.2f} s, "
        f"longest {times[-1] if times else float('nan'):.2f} s; {len(first)} of them asked for the first time, "
        f"p95 {_high(first):.2f} s; {len(seen.wrong)} wrong; "
        f"memory at most {most / 1e6:.0f} MB, growth after the first quarter {growth:+.1%}"
    )
    if seen.published is not None:
        line += f"; an index was built and published in {seen.published:.0f} s meanwhile"
    return line, bool(times) and not seen.wrong and high <= MOST_SECONDS and growth <= MOST_GROWTH


def main(
    people: int = typer.Option(50, help="How many ask at a time."),
    every: float = typer.Option(10.0, help="Seconds between one's questions."),
    minutes: float = typer.Option(20.0, help="For how long, each time."),
    different: int = typer.Option(1_000, help="How many different questions there are."),
) -> None:
    """Have many people ask for long, twice, and print how that went."""
    rows = [json.loads(line) for line in (ROOT / "eval/questions.jsonl").read_text("utf-8").splitlines() if line]
    talks = talks_of([row["question"] for row in rows if not row.get("history")], different)
    fine = True
    with TemporaryDirectory() as home:
        work = Path(home)
        shutil.copytree(ROOT / "corpus", work / "corpus")
        plan = Plan(people, every, minutes * 60, talks, _expected(work, talks))
        for publishing in (False, True):
            with _served(work) as (address, metrics):
                seen = run(plan, address, metrics, work if publishing else None)
            line, good = _said(seen, plan)
            print(line, *seen.wrong[:10], sep="\n", flush=True)  # noqa: T201
            fine = fine and good
    if not fine:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
