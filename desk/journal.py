"""Who did what to the documents and the index, and when: one line of JSON each, in build/kept/journal.jsonl.

Lines are only ever added. A line that was cut off by a crash is passed over.
"""

import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from desk import events
from desk.roles import Person
from index import sync_folder
from ingest import spoken_date

What = Literal[
    "added", "replaced", "withdrew", "catalogued", "undid", "restored",
    "re-indexed", "evaluated", "published", "discarded", "rolled back",
]  # fmt: skip
JOURNAL = "journal.jsonl"


_SAID: Mapping[str, str] = {
    "added": "Added",
    "replaced": "Replaced",
    "withdrew": "Withdrew",
    "catalogued": "Changed the catalogue",
    "undid": "Undid a change",
    "restored": "Brought the documents back",
    "re-indexed": "Re-indexed",
    "evaluated": "Asked the questions",
    "published": "Published",
    "discarded": "Dropped the candidate",
    "rolled back": "Rolled back",
}


class JournalError(Exception):
    """The journal cannot be read or written. The message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was done.

    Attributes:
        id: Tells it from every other.
        when: In UTC, as ISO 8601.
        who: The name of whoever did it; empty where nobody logs in.
        key: What tells them from others of the same name (``Person.key``).
        what: What was done.
        doc_id: The document, or empty where it was not to one.
        file: The document's file name, or empty.
        said: What else there is to say of it: the reason, the counts, what the gate said.
        before: The sha256 of the document's file before, or None.
        after: The same after.
        catalogue_before: The sha256 of the catalogue before, or None.
        catalogue_after: The same after.
        state_before: The key of what the corpus folder was before (desk/kept.py); None where it was not changed.
        state_after: The same after.
    """

    id: str
    when: str
    who: str
    key: str
    what: What
    doc_id: str = ""
    file: str = ""
    said: str = ""
    before: str | None = None
    after: str | None = None
    catalogue_before: str | None = None
    catalogue_after: str | None = None
    state_before: str | None = None
    state_after: str | None = None

    @classmethod
    def by(cls, person: Person, what: What, **fields: str) -> "Line":
        """A line of what somebody does now."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        return cls(secrets.token_hex(8), now, person.name, person.key, what, **fields)

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Line":
        """The line that a JSON object holds; fields of a later version are passed over."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in record.items() if name in known})


def said(line: Line) -> tuple[str, str, str, str]:
    """A line as it is shown: when, who, what, and what else there is to say."""
    what = f"{_SAID[line.what]}{f': {line.file or line.doc_id}' if line.doc_id else ''}"
    digests = f"sha256 {(line.before or 'none')[:12]} to {(line.after or 'none')[:12]}"
    return said_time(line.when), line.who or "No login", what, line.said or (digests if line.doc_id else "")


def said_time(when: str) -> str:
    """A time in UTC as ISO 8601, as it is shown: "2026-11-23T17:03:59+00:00" is "23 November 2026, 17:03 UTC"."""
    return f"{spoken_date(when[:10])}, {when[11:16]} UTC"


def append(path: Path, line: Line) -> None:
    """Add a line, and wait until the disk has it; it is told as an event too.

    Raises:
        OSError: If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        file.seek(0, 2)
        if file.tell():
            file.seek(-1, 2)
            if file.read(1) != b"\n":  # a line that was cut off: it must not take this one with it
                file.write(b"\n")
        file.write((json.dumps(asdict(line), ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace"))
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)
    events.happened("changed", what=line.what, document=line.doc_id, by=line.key, journal=line.id)


def read_journal(path: Path) -> list[Line]:
    """All lines, oldest first.

    Raises:
        JournalError: If the file cannot be read.
    """
    try:
        content = path.read_text("utf-8") if path.exists() else ""
    except (OSError, UnicodeDecodeError) as error:
        raise JournalError(f"{path} cannot be read: {error}") from error
    return [line for text in content.split("\n") if (line := _line(text))]


def _line(text: str) -> Line | None:
    try:
        return Line.of_record(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        return None  # cut off
