"""Which questions are kept in the review database.

    CHAPTER_KEEP_QUESTIONS    yes, where nothing else is said; no; "unless personal"

"unless personal" keeps all but those in which answer/personal.py finds personal data, and with them what is asked
after them in the same conversation: that is kept with the questions before it.
"""

from collections.abc import Mapping
from enum import Enum

from answer import personal_data
from desk.turns import Turn

KEEP_QUESTIONS = "CHAPTER_KEEP_QUESTIONS"


class KeepingError(Exception):
    """The setting is none of those there are. The message names them."""


class Keeping(Enum):
    """Which questions are kept."""

    YES = "yes"
    NO = "no"
    UNLESS_PERSONAL = "unless personal"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Keeping":
        """What the environment says, or yes.

        Raises:
            KeepingError: If it says anything else.
        """
        text = environment.get(KEEP_QUESTIONS, "").strip().lower() or cls.YES.value
        try:
            return cls(" ".join(text.replace("-", " ").replace("_", " ").split()))
        except ValueError:
            ways = ", ".join(f'"{one.value}"' for one in cls)
            raise KeepingError(f"{KEEP_QUESTIONS} must be one of {ways}") from None

    def keeps(self, turn: Turn) -> bool:
        """Whether a turn is kept: it holds its question, and those before it."""
        if self is Keeping.UNLESS_PERSONAL:
            return not any(personal_data(text) for text in (turn.question, *turn.history))
        return self is Keeping.YES
