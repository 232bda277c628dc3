"""What a snapshot in a Milvus keeps beside what is searched: read whole by what it is, or one after the other."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.engines.milvus_connection import PUBLISH_COMMAND
from index.engines.milvus_store import KEPT, LAYOUT, MilvusStore
from index.engines.parts import Kind, from_parts, key_of
from index.errors import DamagedIndex, StaleIndex
from index.records import document_from, passage_from
from index.snapshot import Manifest
from ingest import Document, Passage

HEAD, WORDS, PIECES, VOCABULARY = ((Kind.HEAD, number) for number in range(4))
Wanted = tuple[Kind, int]


@dataclass(frozen=True, slots=True)
class Head:
    """What a snapshot in a Milvus is; written last, so that where it is all else is.

    Attributes:
        layout: The version of what is kept.
        vectors: Which index its dense vectors have.
        documents: The ids of the documents, each at its number.
        passages: How many passages there are.
        parts: How many rows are kept beside them but for this one's own.
        manifest: What the snapshot was built from.
    """

    layout: int
    vectors: str
    documents: tuple[str, ...]
    passages: int
    parts: int
    manifest: Manifest

    def pack(self) -> bytes:
        """As JSON, always the same for the same snapshot."""
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def unpack(cls, content: bytes, where: str) -> "Head":
        """What ``pack`` gave; raises StaleIndex if it is of another version, DamagedIndex if it cannot be read."""
        try:
            fields: dict[str, Any] = json.loads(content)
            if fields["layout"] != LAYOUT:
                raise StaleIndex(
                    f"{where} has layout {fields['layout']}; this version reads {LAYOUT}. Run: {PUBLISH_COMMAND}"
                )
            manifest = Manifest(**fields.pop("manifest"))
            return cls(**{**fields, "documents": tuple(fields["documents"])}, manifest=manifest)
        except (ValueError, KeyError, TypeError) as error:
            raise DamagedIndex(f"{where} cannot be read ({error}). Run: {PUBLISH_COMMAND}") from error


def read_kept(store: MilvusStore, collection: str, wanted: Sequence[Wanted]) -> dict[Wanted, bytes]:
    """What is kept under some numbers.

    Raises:
        DamagedIndex: If any of it is not there, or is not what was written.
        EngineProblem: If it cannot be asked for.
    """
    fields = ("parts", "data")
    rows = store.parts(collection, [key_of(*one) for one in wanted], fields)
    more = [
        key_of(*one, part)
        for one in wanted
        if (row := rows.get(key_of(*one))) is not None
        for part in range(1, row["parts"])
    ]
    rows |= store.parts(collection, more, fields)
    found = {}
    for one in wanted:
        try:
            texts = [rows[key_of(*one, part)]["data"] for part in range(rows[key_of(*one)]["parts"])]
            found[one] = from_parts(texts)
        except (KeyError, ValueError) as error:
            raise DamagedIndex(
                f"{store.address}: {one[0].name.lower()} {one[1]} is missing from {collection}{KEPT} or is not what "
                f"was written. Run: {PUBLISH_COMMAND}"
            ) from error
    return found


def read_passages(store: MilvusStore, collection: str, places: Sequence[int]) -> list[Passage]:
    """The passages at some places, in their order; raises as ``read_kept`` does."""
    found = read_kept(store, collection, [(Kind.PASSAGE, place) for place in places])
    return [passage_from(found[Kind.PASSAGE, place]) for place in places]


def read_documents(store: MilvusStore, collection: str, numbers: Sequence[int]) -> list[Document]:
    """The documents of some numbers, in their order; raises as ``read_kept`` does."""
    found = read_kept(store, collection, [(Kind.DOCUMENT, number) for number in numbers])
    return [document_from(found[Kind.DOCUMENT, number]) for number in numbers]
