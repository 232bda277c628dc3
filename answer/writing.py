"""What a writer is: something that may say an answer's statements in its own words, and owns up to how it did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from answer.citations import Citation
from answer.compose import Statement
from ingest import Document


@dataclass(frozen=True, slots=True)
class Writing:
    """What a language model had to do with an answer.

    Attributes:
        model: Its name, as configured.
        dropped: How many of its sentences were dropped, by reason (answer/checked_prose.py, ``REASONS``).
        note: Why nothing of it is used, in a sentence; None where the statements are its own.
    """

    model: str
    dropped: Mapping[str, int]
    note: str | None = None

    @property
    def said(self) -> str:
        """In a sentence or two for the reader: who wrote the answer, and how much was dropped."""
        if self.note is not None:
            return f"These are the documents’ own words: {self.note}"
        n = sum(self.dropped.values())
        return f"Written by {self.model} from the quotes below; {n} sentence{'' if n == 1 else 's'} dropped."


@dataclass(frozen=True, slots=True)
class Written:
    """Statements and citations as a writer leaves them, and what it did."""

    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    writing: Writing


class Writer(Protocol):
    """May say an answer's statements in its own words."""

    def write(
        self,
        question: str,
        statements: Sequence[Statement],
        citations: Sequence[Citation],
        documents: Mapping[str, Document],
    ) -> Written:
        """The statements in other words, each citing; or as they are, with the reason in ``Writing.note``.

        Args:
            question: The question, able to stand alone.
            statements: What answers it, in the documents' words.
            citations: What the statements cite, numbered from 1.
            documents: The documents by id.
        """
        ...
