"""A question put to the assistant from the page: its turn, and what is kept of it, whatever comes of it."""

import os
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from threading import Lock, Semaphore
from weakref import WeakKeyDictionary

from answer import (
    LONGEST_HISTORY,
    LONGEST_QUESTION,
    Answer,
    Assistant,
    MadeWith,
    QuestionError,
    personal_data,
    without_unseen,
)
from desk import events, metrics
from desk.limits import NotNow
from desk.narrowing import Narrowed
from desk.turns import Turn

NOTHING_FITS = (
    "No document fits what you chose to look in, so nothing was searched. "
    "Take out some of the documents, publishers or years, and ask again"
)


BUSY = "Many people are asking at this moment. Ask again in a moment; your question stands here until then"
# Questions that wait: two processors answer some ten in a second, and people wait for ten seconds.
_MOST_WAITING = 100


# What an answer hangs on beside the assistant: the question, those before it, the documents to look in.
Asked = tuple[str, tuple[str, ...], tuple[str, ...]]


class Turns:
    """Lets some questions at a time be answered, so that many at once do not hold each other up.

    Args:
        at_once: How many.
        most: How many more may wait.
    """

    def __init__(self, at_once: int, most: int) -> None:
        self._free = Semaphore(at_once)
        self._most = at_once + most
        self._lock = Lock()
        self._there = 0

    @property
    def idle(self) -> bool:
        """Whether nobody is being answered or waits for it."""
        return not self._there

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Wait for a turn, and have it.

        Raises:
            NotNow: If too many wait already.
        """
        with self._lock:
            if self._there >= self._most:
                raise NotNow(BUSY)
            self._there += 1
            metrics.WAITING.set(self._there)
        try:
            with self._free:
                yield
        finally:
            with self._lock:
                self._there -= 1
                metrics.WAITING.set(self._there)


class Remembered:
    """The answers given last, so that what many people press, as a question to start with, is worked out once.

    Args:
        most: How many are kept of each assistant; those used longest ago are forgotten.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._answers: WeakKeyDictionary[Assistant, OrderedDict[Asked, Answer]] = WeakKeyDictionary()

    def get(self, assistant: Assistant, asked: Asked) -> Answer | None:
        """What an assistant said to exactly this, if that is still known."""
        with self._lock:
            kept = self._answers.get(assistant, OrderedDict())
            if asked in kept:
                kept.move_to_end(asked)
            return kept.get(asked)

    def keep(self, assistant: Assistant, asked: Asked, answer: Answer) -> None:
        """Remember an answer; not one that a language model wrote, which may say it otherwise next time.

        Nor one to a question that seems to hold personal data: what is deleted is to be gone.
        """
        if answer.writing is not None or any(personal_data(text) for text in (asked[0], *asked[1])):
            return
        with self._lock:
            kept = self._answers.setdefault(assistant, OrderedDict())
            kept[asked] = answer
            kept.move_to_end(asked)
            while len(kept) > self._most:
                kept.popitem(last=False)


TURNS = Turns(os.cpu_count() or 1, _MOST_WAITING)  # one for all sessions: they share the processors
# Who waits for a language model needs no processor, and holds up nobody.
_WRITTEN = Turns(_MOST_WAITING, 0)
REMEMBERED = Remembered(500)


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

    Raises:
        NotNow: If too many wait for an answer already.
    """
    documents = assistant.snapshot.documents
    history = history[-LONGEST_HISTORY:]
    answer, problem = None, ""
    began = time.perf_counter()
    if narrowed.documents == ():
        problem = NOTHING_FITS
    else:
        try:
            answer = _answer(assistant, (question, tuple(history), tuple(narrowed.documents or ())))
        except QuestionError as error:
            problem = str(error)
    turn = Turn(
        question=as_asked(question),
        answer=answer,
        problem=problem,
        documents=documents,
        made_with=made_with,
        history=tuple(history),
        only=narrowed.documents or (),
        latency_ms=(time.perf_counter() - began) * 1000,
    )
    _tell(turn)
    return turn


def _tell(turn: Turn) -> None:
    """Tell whoever runs this that a question was asked, how it was answered, and how long that took."""
    metrics.QUESTIONS.labels(turn.standing).inc()
    metrics.SECONDS.observe(turn.latency_ms / 1000)
    answer = turn.answer
    writing = answer.writing if answer else None
    events.happened(
        "asked",
        # What somebody should not have typed is not written down, whatever the settings say.
        words={} if personal_data(turn.question) else {"question": turn.question, "problem": turn.problem},
        status=turn.standing,
        ms=round(turn.latency_ms),
        statements=len(answer.statements) if answer else 0,
        documents=sorted({citation.doc_id for citation in answer.citations}) if answer else [],
        index=turn.made_with.index[:12],
        **({"model": writing.model, "model_used": writing.note is None} if writing else {}),
    )


def as_asked(question: str) -> str:
    """A question as it is kept and shown: without what is not seen, and no longer than one may be."""
    return without_unseen(question[:LONGEST_QUESTION]).text


def _answer(assistant: Assistant, asked: Asked) -> Answer:
    """The answer to a question; raises QuestionError if it is none."""
    known = REMEMBERED.get(assistant, asked)
    if known:
        return known
    question, history, documents = asked
    with (TURNS if assistant.writer is None else _WRITTEN).taken():
        # Somebody before may have asked the same.
        answer = REMEMBERED.get(assistant, asked) or assistant.answer(question, history, documents or None)
        REMEMBERED.keep(assistant, asked, answer)
    return answer
