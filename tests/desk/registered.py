"""Rows of a register made by hand, for the tests of what the desk does with them."""

from collections.abc import Mapping
from typing import Any

from desk.targets import RegisterRow, register_rows
from index import Shelved
from ingest import Document, Section
from ingest.target_rows import Finding, make_row


def document(doc_id: str = "plan", text: str = "", **fields: Any) -> Document:
    given: dict[str, Any] = {"title": doc_id.title(), "publisher": "Island Council", "published": "2019", **fields}
    return Document(
        doc_id=doc_id,
        period="",
        status=given.pop("status", "current"),
        url="",
        sha256=doc_id[:1] * 64,
        text=text,
        pages=given.pop("pages", ()),
        sections=(Section(("1 Aims", "1.1 Boats"), 0, len(text)),),
        **given,
    )


def row(kind: str, quote: str, *, of: Mapping[str, Any] | None = None, **fields: Any) -> RegisterRow:
    """A row whose quote is the whole text of its document.

    Args:
        kind: As in ``TargetRow``.
        quote: The words at its spans.
        of: What its document has.
        fields: What the row has beside its quote; the measure is the quote unless it is given.
    """
    held = document(text=quote, **(of or {}))
    found = Finding(kind, fields.pop("measure", quote), ((0, len(quote)),), **fields)  # type: ignore[arg-type]
    [made] = register_rows({held.doc_id: shelved(held.doc_id, make_row(held, found))}, {held.doc_id: held})
    return made


def shelved(doc_id: str, *rows: Any) -> Shelved:
    return Shelved(doc_id, (), tuple(rows), (), (), ())
