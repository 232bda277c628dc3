"""What can be wrong with a question, with settings or with what answers, as the person concerned would want it said."""

_LONGEST_ECHO = 100


def shortened(text: str) -> str:
    """What somebody sent, as a message repeats it: not more of it than tells what is meant."""
    return text if len(text) <= _LONGEST_ECHO else f"{text[:_LONGEST_ECHO]}…"


class QuestionError(Exception):
    """A question cannot be answered as it was put. The message says why and what to do."""


class ModelSettingsError(Exception):
    """A language model is configured by halves, or its client is not installed. The message says what to do."""


class ReaderProblem(Exception):
    """The learned reader cannot be loaded, or is not the one it should be. The message names the way out."""


class PackError(Exception):
    """An audit pack cannot be read, or was changed since it was made. The message says which and the way out."""


class KeptError(Exception):
    """What was kept of an answer cannot be read. The message says where in it and the way out."""
