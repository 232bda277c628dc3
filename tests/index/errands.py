"""What the tests of workers send them to do: functions that other processes find by their names."""

import os
import signal
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from index.encoder import Encoding, Model
from tests.conftest import LetterEncoder


def square(number: int) -> int:
    return number * number


def square_unevenly(number: int) -> int:
    time.sleep(0.15 if number % 5 == 0 else 0)
    return number * number


def fail_at_seven(number: int) -> int:
    if number == 7:
        raise ValueError("seven cannot be done")
    return number


def give_what_cannot_be_sent(number: int) -> object:
    return lambda: number


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def die_once(folder: Path, number: int) -> int:
    """Die of four numbers, the first time each is tried."""
    tried = folder / f"tried-{number}"
    if number % 5 == 3 and not tried.exists():
        tried.touch()
        die()
    return number * number


def die_of_seven(number: int) -> int:
    if number == 7:
        die()
    return number


def sleep_long(folder: Path, number: int) -> int:
    (folder / f"pid-{os.getpid()}").touch()
    time.sleep(600)
    return number


class NotedLetters(LetterEncoder):
    """Letters, each text noted in a file of the model's folder, and slowly."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        time.sleep(0.05)
        with (self._folder / f"embedded-{os.getpid()}").open("a", encoding="utf-8") as file:
            file.writelines(f"{text[:60]!r}\n" for text in texts)
        return super().encode(texts, on_done)


class MortalLetters(LetterEncoder):
    """Letters; the first that is asked of all that share a model's folder dies of it."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._died = folder / "died"

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        if not self._died.exists():
            self._died.touch()
            die()
        return super().encode(texts, on_done)


def letters(_model: Model) -> LetterEncoder:
    return LetterEncoder()


def noted_letters(model: Model) -> NotedLetters:
    return NotedLetters(model.folder)


def mortal_letters(model: Model) -> MortalLetters:
    return MortalLetters(model.folder)
