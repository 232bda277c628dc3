"""What every reader gives."""

from dataclasses import dataclass

from ingest.documents import Page


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's text, its pages where it has any, and what its owner should know of the reading."""

    text: str
    pages: tuple[Page, ...] = ()
    remarks: tuple[str, ...] = ()
