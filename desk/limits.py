"""How often one may ask, so that nobody takes the machine from the others.

CHAPTER_QUESTIONS_A_MINUTE    20, where nothing else is said; 0 for no limit
"""

import time
from collections import deque
from collections.abc import Callable, Mapping
from math import ceil
from threading import Lock

QUESTIONS_A_MINUTE = "CHAPTER_QUESTIONS_A_MINUTE"
_USUAL = 20  # a person who reads the answers asks some six
_MOST = 100_000
_WINDOW = 60.0  # seconds
_SWEPT_AT = 1_000  # askers: from then on those who have not asked for a minute are forgotten


class NotNow(Exception):
    """A question cannot be taken now, and can be in a while. The message says so, to whoever asked."""


class LimitError(Exception):
    """The limit is set to what cannot be one. The message names the variable and what it may be."""


class Rate:
    """Counts the questions of the last minute, by whoever asks. Safe to share among threads.

    Args:
        a_minute: How many each may ask; 0 for any number.
        now: The time in seconds, from any moment on.
    """

    def __init__(self, a_minute: int, now: Callable[[], float] = time.monotonic) -> None:
        self.a_minute = a_minute
        self._now = now
        self._lock = Lock()
        self._asked: dict[str, deque[float]] = {}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Rate":
        """The rate that the environment names, or the usual one.

        Raises:
            LimitError: If it is no whole number from 0.
        """
        text = environment.get(QUESTIONS_A_MINUTE, "").strip() or str(_USUAL)
        if not (text.isascii() and text.isdigit() and int(text[:9]) <= _MOST and len(text) < 10):
            raise LimitError(f"{QUESTIONS_A_MINUTE} must be a whole number from 0 (no limit) to {_MOST:,}")
        return cls(int(text))

    def take(self, *whose: str) -> None:
        """Count one question more for each of these: a session, and a person who has logged in.

        Raises:
            NotNow: If one of them has asked as often as may be. Then it counts for none of them.
        """
        if not self.a_minute:
            return
        with self._lock:
            now = self._now()
            self._sweep(now)
            asked = [self._recent(one, now) for one in whose]
            wait = max((times[0] + _WINDOW - now for times in asked if len(times) >= self.a_minute), default=0.0)
            if wait > 0:
                raise NotNow(_too_many(self.a_minute, max(1, ceil(wait))))
            for one, times in zip(whose, asked, strict=True):
                times.append(now)
                self._asked[one] = times

    def _recent(self, one: str, now: float) -> deque[float]:
        times = self._asked.get(one, deque())
        while times and times[0] <= now - _WINDOW:
            times.popleft()
        return times

    def _sweep(self, now: float) -> None:
        if len(self._asked) >= _SWEPT_AT:
            self._asked = {one: times for one, times in self._asked.items() if times[-1] > now - _WINDOW}


def _too_many(a_minute: int, seconds: int) -> str:
    times = "1 question" if a_minute == 1 else f"{a_minute:,} questions"
    return (
        f"You have asked {times} within a minute, which is the most. "
        f"Ask again in {seconds} second{'' if seconds == 1 else 's'}; your question stands here until then"
    )
