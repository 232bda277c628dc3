"""`python -m benchmarks.page_load`: many people asking at once, over the page's own websocket protocol, no browser.

Each session is told apart: every answer is held against what the assistant says to that question alone. An error on the
page, an answer to another's question, and a connection that ends are counted; any of them makes the command fail.
"""

import html
import json
import re
import statistics
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Barrier

import typer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from answer import Assistant, load_reader
from benchmarks.page_server import ROOT, served_page
from index import find_model, load, load_encoder

_PATIENCE = 120.0  # seconds for one answer
_SAID = re.compile(r'class="cv-(?:source|statement|item|box|values|prose)')


@dataclass(slots=True)
class Session:
    """One person's connection.

    Attributes:
        socket: The connection.
        chat_input: The id of the box that questions are typed in.
        html: What the page has been told to show, as HTML, by its place.
        errors: What went wrong.
        answered: When the last of what is said arrived, in seconds from anywhere.
    """

    socket: ClientConnection
    chat_input: str = ""
    html: dict[tuple[int, ...], str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    answered: float = 0.0

    def run(self, question: str = "", page: str = "") -> None:
        """Run a page once, the first where none is named, with a question sent, and take in what it shows."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = page
        if question:
            state = message.rerun_script.widget_states.widgets.add()
            state.id = self.chat_input
            state.chat_input_value.data = question
        self.socket.send(message.SerializeToString())
        while True:
            told = ForwardMsg()
            told.ParseFromString(self.socket.recv(_PATIENCE))
            if told.WhichOneof("type") == "delta":
                self._take(told)
            elif told.WhichOneof("type") == "script_finished":
                return

    def _take(self, told: ForwardMsg) -> None:
        element = told.delta.new_element
        kind = element.WhichOneof("type")
        if kind == "chat_input":
            self.chat_input = element.chat_input.id
        elif kind == "html":
            self.html[tuple(told.metadata.delta_path)] = element.html.body
            if _SAID.search(element.html.body):
                self.answered = time.perf_counter()
        elif kind in ("exception", "alert") and (kind == "exception" or "cannot" in element.alert.body):
            self.errors.append(element.exception.message or element.alert.body)

    def shown(self) -> str:
        """All that the page shows as HTML."""
        return " ".join(self.html.values())


def main(
    sessions: int = typer.Option(30, help="How many people."),
    each: int = typer.Option(10, help="How many questions each of them asks."),
    index: Path = Path("build/index"),
) -> None:
    """Ask many questions at once, and print how long answers took and what went wrong."""
    rows = [json.loads(line) for line in (ROOT / "eval/questions.jsonl").read_text("utf-8").splitlines() if line]
    questions = [row["question"] for row in rows if row["split"] == "dev" and not row.get("history")][: each * 6]
    expected = _expected(questions, index)
    with TemporaryDirectory() as home:
        settings = {
            "CHAPTER_INDEX": str(index),
            "CHAPTER_DATABASE": f"sqlite:///{home}/review.db",
            "CHAPTER_QUESTIONS_A_MINUTE": "0",  # nobody types as fast as this asks
        }
        with served_page(**settings) as address:
            _warm_up(address, questions[0])
            together = Barrier(sessions)
            with ThreadPoolExecutor(sessions) as pool:
                mine = [[questions[(s * 7 + q) % len(questions)] for q in range(each)] for s in range(sessions)]
                began = time.perf_counter()
                results = list(pool.map(lambda asked: _person(address, asked, expected, together), mine))
                took = time.perf_counter() - began
    times = sorted(t for found, _ in results for t in found)
    wrong = [problem for _, problems in results for problem in problems]
    high = times[int(0.95 * (len(times) - 1))] if times else float("nan")
    different = len({question for asked in mine for question in asked})
    print(  # noqa: T201
        f"{sessions} sessions, {each} questions each: {len(times)} answered in {took:.1f} s; "
        f"{different} different ones; median {statistics.median(times):.2f} s, p95 {high:.2f} s; {len(wrong)} wrong"
    )
    for problem in wrong[:10]:
        print(problem)  # noqa: T201
    if wrong:
        sys.exit(1)


def _expected(questions: list[str], index: Path) -> dict[str, str]:
    """What is said first to each question, asked alone: its first statement or the reason for none."""
    snapshot = load(index)
    assistant = Assistant(snapshot, load_encoder(find_model(snapshot.manifest.model)), load_reader())
    said = {}
    for question in dict.fromkeys(questions):
        answer = assistant.answer(question)
        said[question] = answer.statements[0].text if answer.statements else (answer.reason or "")
    return said


def _warm_up(address: str, question: str) -> None:
    with connect(stream_address(address), max_size=None) as socket:
        session = Session(socket)
        session.run()
        session.run(question)


def _person(
    address: str, questions: list[str], expected: dict[str, str], together: Barrier
) -> tuple[list[float], list[str]]:
    """Ask one's questions one after the other; each on a page of its own, as a follow-up would be another question."""
    times: list[float] = []
    wrong: list[str] = []
    try:
        for number, question in enumerate(questions):
            with connect(stream_address(address), max_size=None) as socket:
                session = Session(socket)
                session.run()
                if not number:
                    together.wait(_PATIENCE)  # all have the page before them, and ask at once
                began = time.perf_counter()
                session.run(question)
                times.append(session.answered - began)
                wrong += session.errors
                others = [q for q in expected if q != question]
                wrong += crossed([question], session.shown(), expected[question], others)
    except Exception as error:  # noqa: BLE001  whatever ends a session is what is counted
        wrong.append(f"a session ended: {error!r}")
    return times, wrong


def crossed(asked: Sequence[str], shown: str, expected: str, others: Iterable[str] = ()) -> list[str]:
    """What is wrong with what a session shows: what it asked or its answer is missing, or another's question is there.

    Args:
        asked: What the session asked, the last of it being answered.
        shown: All that it shows, as HTML.
        expected: What is said first to the last question.
        others: What only others asked.
    """
    plain = " ".join(html.unescape(shown).split())
    problems = [f"the question is not shown: {q}" for q in asked if " ".join(q.split()) not in plain]
    missing = [word for word in re.findall(r"\w+", expected) if word not in plain]
    if missing:
        problems.append(f"“{asked[-1]}” is not answered as it is alone: {', '.join(missing[:5])} is missing")
    there = [other for other in others if f"</span>{' '.join(other.split())}</p>" in plain]
    return problems + [f"another's question is shown beside “{asked[-1]}”: {other}" for other in there]


def stream_address(address: str) -> str:
    """Where a page's own connection is opened."""
    return f"{address.replace('http', 'ws', 1)}/_stcore/stream"


if __name__ == "__main__":
    typer.run(main)
