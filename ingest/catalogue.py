"""corpus/catalogue.toml: what each document is. A public format, checked on read.

One table a document, named for its file's stem; in quotes where that has a dot or a space in it:
``["plan.v2"]`` for plan.v2.txt. ``title`` is required; ``publisher``, ``published``
("2018", "2018-03" or "2018-03-20"), ``covers``, ``status`` ("current", "superseded", "archived"),
``url``, ``part_of`` and ``superseded_by`` (a document's stem), and ``note`` may be given.
"""

import json
import os
import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path

from ingest.documents import Status
from ingest.errors import CatalogueError, UnreadableDocument
from ingest.inside import read_inside

CATALOGUE = "catalogue.toml"
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
STATUSES: tuple[Status, ...] = ("current", "superseded", "archived")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the catalogue says of one document; fields as in ``Document``."""

    title: str
    publisher: str = ""
    published: str | None = None
    covers: str = ""
    status: Status = "current"
    url: str = ""
    part_of: str | None = None
    superseded_by: str | None = None
    note: str = ""


def bare_name(stem: str) -> bool:
    """Whether a document's table may be named without quotes."""
    return _BARE.fullmatch(stem) is not None


def table_name(stem: str) -> str:
    """A document's id as the name of its table, in quotes where TOML wants them.

    Example:
        >>> table_name("plan-2018"), table_name("plan.v2")
        ('plan-2018', '"plan.v2"')
    """
    return stem if bare_name(stem) else json.dumps(stem, ensure_ascii=False)


def read_catalogue(folder: Path, stems: Collection[str]) -> dict[str, Entry]:
    """Read and check the catalogue of a corpus folder.

    Args:
        folder: The corpus folder. A folder without a catalogue gives no entries.
        stems: The stems of the files that are there.

    Raises:
        CatalogueError: If it is not TOML, an entry is for no file, or a field is unknown, missing or
            not of its form. The message names the file, the table, the field and the way out.
    """
    path = folder / CATALOGUE
    if not os.path.lexists(path):
        return {}
    try:
        content = read_inside(path)
    except UnreadableDocument as error:
        raise CatalogueError(f"{path.name} cannot be read: {error}") from error
    return parse_catalogue(content, folder, stems)


def parse_catalogue(content: bytes, folder: Path, stems: Collection[str]) -> dict[str, Entry]:
    """Read and check a catalogue's bytes, as ``read_catalogue`` does; nothing is read from the folder.

    A name means the file whose letters look the same, however they are composed: "é" may be one character or two.
    """
    try:
        tables = tomllib.loads(content.decode("utf-8-sig"))
    # A number of thousands of digits is a ValueError too; brackets within brackets are as deep as whoever writes them.
    except (ValueError, RecursionError) as error:
        raise CatalogueError(
            f"{CATALOGUE} cannot be read: {error}. Mend that place, or name each document only once"
        ) from error
    here = {unicodedata.normalize("NFC", stem): stem for stem in stems}
    for stem, table in tables.items():
        _check_quoted(CATALOGUE, stem, table)
    entries = {_as_here(stem, here): _entry(CATALOGUE, stem, table, here) for stem, table in tables.items()}
    if len(entries) < len(tables):
        raise CatalogueError(f"{CATALOGUE}: two tables are for one document. Take one of them out")
    for stem, entry in entries.items():
        if stem not in stems:
            raise CatalogueError(
                f"{CATALOGUE}: [{table_name(stem)}] is for a file that is not in {folder}. "
                "Add the file or take the table out"
            )
        for name, other in (("part_of", entry.part_of), ("superseded_by", entry.superseded_by)):
            if other is not None and (other not in stems or other == stem):
                raise CatalogueError(
                    f'{CATALOGUE}: [{table_name(stem)}] {name} = "{other}" names no other document here. '
                    f"Use one of: {', '.join(sorted(stems))}"
                )
    return entries


def _check_quoted(file: str, stem: str, table: object) -> None:
    """Raise CatalogueError for [plan.v2] without quotes, which TOML takes for a table v2 inside plan."""
    written = stem
    while isinstance(table, Mapping):
        name, table = next(((n, t) for n, t in table.items() if isinstance(t, Mapping)), ("", None))
        written += f".{name}" if name else ""
    if written != stem:
        raise CatalogueError(
            f"{file}: [{written}] has a dot in it and needs quotes. Write [{table_name(written)}], "
            "or leave the ending out if the dot is that of the file's ending"
        )


def _as_here(stem: str, here: Mapping[str, str]) -> str:
    """A document's id as its file has it, where only the composition of its letters differs."""
    return here.get(unicodedata.normalize("NFC", stem), stem)


def _entry(file: str, stem: str, table: object, here: Mapping[str, str]) -> Entry:
    if not isinstance(table, Mapping):
        raise CatalogueError(
            f"{file}: {stem} stands outside a table. Write [{table_name(stem)}] above the fields of that document"
        )
    known = [field.name for field in fields(Entry)]
    for name, value in table.items():
        if name not in known:
            raise CatalogueError(
                f"{file}: [{table_name(stem)}] has an unknown field '{name}'. The fields are: {', '.join(known)}"
            )
        if not isinstance(value, str):
            raise CatalogueError(f"{file}: [{table_name(stem)}] {name} must be text in quotes, not {value!r}")
    if not str(table.get("title", "")).strip():
        raise CatalogueError(f'{file}: [{table_name(stem)}] needs a title. Add: title = "…"')
    if table.get("status", "current") not in STATUSES:
        raise CatalogueError(
            f'{file}: [{table_name(stem)}] status is "{table["status"]}". It must be one of: {", ".join(STATUSES)}'
        )
    published = table.get("published")
    if published is not None and not _is_date(published):
        raise CatalogueError(
            f'{file}: [{table_name(stem)}] published is "{published}". Write it as 2018, 2018-03 or 2018-03-20'
        )
    named = {name: _as_here(table[name], here) for name in ("part_of", "superseded_by") if name in table}
    return Entry(**{**table, **named})


def _is_date(text: str) -> bool:
    """Whether a text is a year, a month of one, or a day that there is."""
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text + "-01-01"[len(text) - 4 :])
    except ValueError:
        return False
    return True
