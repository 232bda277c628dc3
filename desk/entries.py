"""The catalogue's text with one entry written, or taken out; all else stays as it was, comments and order too.

What is written is not checked here: ``ingest.parse_catalogue`` does that, for this text as for any other.
"""

from collections.abc import Mapping
from dataclasses import fields

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AbstractTable, Item, Key, Whitespace

from ingest import CATALOGUE, CatalogueError, Entry, table_name

_BOM = b"\xef\xbb\xbf"  # what some Windows editors put before UTF-8
REFERENCES: Mapping[str, str] = {"part_of": "part of", "superseded_by": "superseded by"}  # and how each is said

Trivia = list[tuple[Key | None, Item]]


def with_entry(content: bytes, doc_id: str, entry: Entry) -> bytes:
    """A catalogue with a document's entry as it is given; a new one stands at the end.

    A field that is as it was, or would be without being written, is not written. One that is empty is taken out.

    Raises:
        CatalogueError: If the catalogue is no TOML.
    """
    parsed = _parse(content)
    wanted = _wanted(entry)
    if doc_id not in parsed:
        lines = "".join(f"{name} = {tomlkit.item(value).as_string()}\n" for name, value in wanted.items())
        before = parsed.as_string().rstrip()
        return _bytes(f"{before}\n\n[{table_name(doc_id)}]\n{lines}".lstrip(), content)
    table = _table(parsed, doc_id)
    trailing = _cut_trailing(table)
    for field in fields(Entry):
        name, value = field.name, wanted.get(field.name)
        if value is None and name in table:
            table.remove(name)
        elif value is not None and table.get(name, field.default) != value:
            table[name] = value
    table.value.body.extend(trailing)
    return _bytes(parsed.as_string(), content)


def without_entry(content: bytes, doc_id: str) -> bytes:
    """A catalogue without a document: its entry is taken out, and every field of another that names it.

    A comment that stands over the next entry stays there.

    Raises:
        CatalogueError: If the catalogue is no TOML.
    """
    parsed = _parse(content)
    for other, name in references(content, doc_id):
        _table(parsed, other).remove(name)
    if doc_id in parsed:
        place = next(i for i, (key, _) in enumerate(parsed.body) if key is not None and key.key == doc_id)
        left = "".join(item.as_string() for _, item in _cut_trailing(_table(parsed, doc_id)))
        parsed.remove(doc_id)
        parsed.body[place] = (None, Whitespace(left.lstrip() if left.strip() else ""))
    return _bytes(parsed.as_string().rstrip() + "\n", content)


def entry_of(fields: Mapping[str, str | None]) -> Entry:
    """An entry of what a form has: white space folded, and nothing where nothing was written."""
    values = {name: " ".join((value or "").split()) for name, value in fields.items()}
    absent = ("published", *REFERENCES)
    return Entry(**{name: (value or None) if name in absent else value for name, value in values.items()})  # type: ignore[arg-type]


def references(content: bytes, doc_id: str) -> list[tuple[str, str]]:
    """Where else a catalogue names a document: the other document's id and the field's name.

    Raises:
        CatalogueError: If the catalogue is no TOML.
    """
    parsed = _parse(content)
    return [
        (other, name)
        for other, table in parsed.items()
        if isinstance(table, Mapping) and other != doc_id
        for name in REFERENCES
        if table.get(name) == doc_id
    ]


def _wanted(entry: Entry) -> dict[str, str]:
    """The fields that are to be written, in their order: those that say something."""
    values = {field.name: getattr(entry, field.name) for field in fields(Entry)}
    return {name: " ".join(value.split()) for name, value in values.items() if value and value.strip()}


def _parse(content: bytes) -> tomlkit.TOMLDocument:
    try:
        text = content.decode("utf-8-sig")
        return tomlkit.parse(text if text.endswith("\n") or not text else f"{text}\n")
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise CatalogueError(f"{CATALOGUE} cannot be read: {error}. Mend that place first") from error


def _table(parsed: tomlkit.TOMLDocument, doc_id: str) -> AbstractTable:
    found = parsed[doc_id]
    if not isinstance(found, AbstractTable):
        raise CatalogueError(f"{CATALOGUE}: {doc_id} stands outside a table. Write it as [{table_name(doc_id)}]")
    return found


def _cut_trailing(table: AbstractTable) -> Trivia:
    """Take blank lines and comments after a table's last field out of it: they stand over what comes next."""
    body = table.value.body
    last = max((i for i, (key, _) in enumerate(body) if key is not None), default=-1)
    trailing = body[last + 1 :]
    del body[last + 1 :]
    return list(trailing)


def _bytes(text: str, before: bytes) -> bytes:
    return (_BOM if before.startswith(_BOM) else b"") + text.encode()
