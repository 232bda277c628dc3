"""A question put to the assistant from the page: its turn, and what is kept of it, whatever comes of it."""

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Semaphore

from answer import Assistant, MadeWith, QuestionError
from desk.narrowing import Narrowed
from desk.turns import Turn

NOTHING_FITS = (
    "No document fits what you chose to look in, so nothing was searched. "
    "Take out some of the documents, publishers or years, and ask again"
)


class Turns:
    """Lets some questions at a time be answered, so that many at once do not hold each other up.

    Args:
        at_once: How many.
    """

    def __init__(self, at_once: int) -> None:
        self._free = Semaphore(at_once)
        self._lock = Lock()
        self._there = 0

    @property
    def idle(self) -> bool:
        """Whether nobody is being answered or waits for it."""
        return not self._there

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and have it."""
        with self._lock:
            self._there += 1
        try:
            with self._free:
                yield
        finally:
            with self._lock:
                self._there -= 1


TURNS = Turns(os.cpu_count() or 1)  # one for all sessions: they share the processors


def ask(assistant: Assistant, question: str, history: Sequence[str], narrowed: Narrowed, made_with: MadeWith) -> Turn:
    """Ask a question.

    Args:
        assistant: Who answers.
        question: As it was typed.
        history: The questions before it, oldest first; none where it is to be taken by itself.
        narrowed: The documents to look in; a choice that none fits searches nothing.
        made_with: What the answer is made with.

    Returns:
        The question with its answer, or with what is wrong with it.
    """
    documents = assistant.snapshot.documents
    answer, problem = None, ""
    began = time.perf_counter()
    if narrowed.documents == ():
        problem = NOTHING_FITS
    else:
        try:
            with TURNS.taken():
                answer = assistant.answer(question, history, narrowed.documents)
        except QuestionError as error:
            problem = str(error)
    return Turn(
        question=question,
        answer=answer,
        problem=problem,
        documents=documents,
        made_with=made_with,
        history=tuple(history),
        only=narrowed.documents or (),
        latency_ms=(time.perf_counter() - began) * 1000,
    )
