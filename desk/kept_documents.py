"""Documents as they were when an answer cited them: each kept whole, once, under the digest of its record.

A document that is changed, given another title or withdrawn is another record; the answer that cited the old one still
opens with its own.
"""

import hashlib
import zlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import TypeVar

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite

from desk.database import StoreError
from desk.tables import DOCUMENTS, SOURCES
from index.records import document_from, to_line
from ingest import Document

K = TypeVar("K")
V = TypeVar("V")
_REMEMBERED = 64  # documents: some versions of all of a corpus; each takes about its text's size


class KeptDocuments:
    """Keeps documents and gives them back; remembers the last ones both ways. Safe to share among threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._digests: OrderedDict[int, tuple[Document, str]] = OrderedDict()
        self._documents: OrderedDict[str, Document] = OrderedDict()

    def digests(self, documents: Sequence[Document]) -> dict[str, Document]:
        """Documents by the digests of their records."""
        return {self._digest(document): document for document in documents}

    def keep(self, connection: Connection, asked: int, documents: Mapping[str, Document]) -> None:
        """Keep documents, by their digests, as the sources of what was asked."""
        if not documents:
            return
        known = set(connection.scalars(select(DOCUMENTS.c.sha256).where(DOCUMENTS.c.sha256.in_(documents))))
        new = [
            {"sha256": sha256, "record": zlib.compress(to_line(document))}
            for sha256, document in documents.items()
            if sha256 not in known
        ]
        if new:
            adding = insert_postgresql if connection.dialect.name == "postgresql" else insert_sqlite
            connection.execute(adding(DOCUMENTS).on_conflict_do_nothing(), new)
        connection.execute(insert(SOURCES), [{"asked": asked, "document": sha256} for sha256 in documents])

    def of(self, connection: Connection, asked: Sequence[int]) -> dict[int, dict[str, Document]]:
        """The sources of each of what was asked, by id.

        Raises:
            StoreError: If one is not what was kept.
        """
        rows = connection.execute(select(SOURCES).where(SOURCES.c.asked.in_(asked))).all()
        documents = self._read(connection, {row.document for row in rows})
        found: dict[int, dict[str, Document]] = {seq: {} for seq in asked}
        for row in rows:
            document = documents[row.document]
            found[row.asked][document.doc_id] = document
        return found

    def _read(self, connection: Connection, digests: set[str]) -> dict[str, Document]:
        with self._lock:
            found = {sha256: self._documents[sha256] for sha256 in digests if sha256 in self._documents}
        missing = digests - found.keys()
        if missing:
            for row in connection.execute(select(DOCUMENTS).where(DOCUMENTS.c.sha256.in_(missing))):
                found[row.sha256] = _unpacked(row.sha256, row.record)
        with self._lock:
            for sha256, document in found.items():
                _remember(self._documents, sha256, document)
        return found

    def _digest(self, document: Document) -> str:
        """The sha256 of a document's record; worked out once for as long as the document is remembered."""
        with self._lock:
            known = self._digests.get(id(document))  # the document is held, so that its id stays its own
        if known:
            return known[1]
        sha256 = hashlib.sha256(to_line(document)).hexdigest()
        with self._lock:
            _remember(self._digests, id(document), (document, sha256))
        return sha256


def _unpacked(sha256: str, packed: bytes) -> Document:
    try:
        record = zlib.decompress(packed)
        if hashlib.sha256(record).hexdigest() != sha256:
            raise ValueError("its checksum is another")
        document = document_from(record)
    except (zlib.error, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"a document that an answer cites is not what was kept (sha256 {sha256[:12]}…: {error}). "
            "Put the review database back from a backup"
        ) from error
    return document


def _remember(known: OrderedDict[K, V], key: K, value: V) -> None:
    """Note something as the last that was used, and forget the first where there are too many."""
    known[key] = value
    known.move_to_end(key)
    if len(known) > _REMEMBERED:
        known.popitem(last=False)
