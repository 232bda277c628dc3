"""What every reader gives."""

from dataclasses import dataclass

from ingest.documents import Block, Page


@dataclass(frozen=True, slots=True)
class Reading:
    """A file's text, and what the file itself says of its structure.

    Attributes:
        text: The words in reading order, one paragraph, heading, item or row on its own line or lines.
        pages: In order, without overlap; empty for a source without pages.
        remarks: What the file's owner should know of the reading.
        blocks: The blocks the file's own mark-up or layout is sure of, in order, without overlap. What
            stands between them is told from the text.
    """

    text: str
    pages: tuple[Page, ...] = ()
    remarks: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
