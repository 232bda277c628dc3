"""What happens, told to whoever runs this: a line of JSON each.

    CHAPTER_LOG              where lines go: "stderr" where nothing else is named, "off", or a file they are added to
    CHAPTER_LOG_QUESTIONS    "yes" writes the words of questions and of what went wrong too

Each line has "time" (UTC, ISO 8601), "level", "event" and "request": what one person's press of a button led to shares
a request. Nothing of a question or an answer is in a line unless it is asked for. All of a line is ASCII, so that
nobody's text can begin a line of its own or turn the order of what is read.

Covered: questions, refusals of what somebody may not do, changes to documents and index, faults. Not covered: what
nginx in front of the page refuses, which is in its own log.
"""

import json
import logging
import secrets
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from logging.handlers import WatchedFileHandler
from pathlib import Path

from desk import metrics

DESTINATION, WORDS, KEEP_QUESTIONS = "CHAPTER_LOG", "CHAPTER_LOG_QUESTIONS", "CHAPTER_KEEP_QUESTIONS"
_log = logging.getLogger("chapter")
_log.addHandler(logging.NullHandler())  # nothing is written unless somebody starts it
_log.propagate = False
_request: ContextVar[str] = ContextVar("request", default="")
_LONGEST = 2_000  # characters of one field


class EventsError(Exception):
    """The settings of the log cannot be used. The message names the setting and the way out."""


class _Line(logging.Formatter):
    """A record as a line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        told: Mapping[str, object] = getattr(record, "told", {})
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        whole = {"time": when, "level": record.levelname.lower(), "event": record.getMessage(), **told}
        return json.dumps(whole, default=str)


class _Settings:
    """Whether words are written: one for the process, as the log is."""

    words = False


def start_log(environment: Mapping[str, str]) -> None:
    """Write events from now on, as the environment says; what was started before ends.

    Raises:
        EventsError: If the file cannot be written, or a setting is none of those there are.
    """
    words = environment.get(WORDS, "").strip().lower()
    if words not in ("", "yes", "no"):
        raise EventsError(f"{WORDS} is “{words}”. Write yes or no")
    if words == "yes" and environment.get(KEEP_QUESTIONS, "").strip().lower() == "no":
        raise EventsError(f"{WORDS}=yes writes questions down, and {KEEP_QUESTIONS}=no says to keep none. Change one")
    handler = _handler(environment.get(DESTINATION, "").strip() or "stderr")
    handler.setFormatter(_Line())
    stop_log()
    _Settings.words = words == "yes"
    _log.addHandler(handler)
    _log.setLevel(logging.INFO)


def stop_log() -> None:
    """Write no events any more."""
    for handler in list(_log.handlers):
        if not isinstance(handler, logging.NullHandler):
            _log.removeHandler(handler)
            handler.close()
    _Settings.words = False


def _handler(destination: str) -> logging.Handler:
    if destination == "off":
        return logging.NullHandler()
    if destination == "stderr":
        return logging.StreamHandler(sys.stderr)
    try:
        Path(destination).parent.mkdir(parents=True, exist_ok=True)
        return WatchedFileHandler(destination, encoding="utf-8")  # which may be rotated under it
    except OSError as error:
        raise EventsError(
            f"{DESTINATION} names {destination}, which cannot be written ({error.strerror or error}). "
            "Name another file, stderr or off"
        ) from error


@contextmanager
def request() -> Iterator[str]:
    """What happens inside belongs to one request, whose id is given; a request that has begun goes on."""
    begun = _request.get() or secrets.token_hex(6)
    _request.set(begun)
    try:
        yield begun
    finally:
        _request.set("")


def request_id() -> str:
    """The id of the request that is under way; one begins where none is."""
    if not _request.get():
        _request.set(secrets.token_hex(6))
    return _request.get()


def happened(event: str, *, words: Mapping[str, str] | None = None, **told: object) -> None:
    """Tell that something happened.

    Args:
        event: What, in words that stay the same: monitors look for them.
        words: What people wrote, which is told only where the settings ask for it.
        told: What else there is to say, none of it anybody's question or answer.
    """
    _tell(logging.INFO, event, told, words)


def refused(what: str, why: str, **told: object) -> None:
    """Tell that somebody tried what they may not.

    Args:
        what: What they tried: one of a few, for it is counted by this.
        why: Why they may not.
        told: Who, and what else there is to say.
    """
    metrics.REFUSALS.labels(what).inc()
    _tell(logging.WARNING, "refused", {"what": what, "why": _short(why), **told}, None)


def failed(error: BaseException) -> None:
    """Tell of a fault of ours: its kind and where it was. What it says counts as words: it may hold somebody's."""
    metrics.FAULTS.labels(type(error).__name__).inc()
    places = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
    told = {"error": type(error).__name__, "places": places[-20:]}
    _tell(logging.ERROR, "fault", told, {"said": str(error)})


def _tell(level: int, event: str, told: Mapping[str, object], words: Mapping[str, str] | None) -> None:
    more = {name: _short(text) for name, text in (words or {}).items()} if _Settings.words else {}
    _log.log(level, "%s", event, extra={"told": {"request": request_id(), **told, **more}})


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
