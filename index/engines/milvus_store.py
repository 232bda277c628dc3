"""A Milvus as a store of snapshots: its collections, its aliases, and reading and writing their rows.

A snapshot is two collections, named by the alias and the snapshot's fingerprint, and never changed once they are whole:

    NAME_FINGERPRINT         a row a passage: what is searched (its number, its document's, its vector, its words' BM25)
    NAME_FINGERPRINT_kept    what is kept beside, in parts (index/engines/parts.py)
    NAME                     the alias of the live snapshot's first collection; the second is found by its name
    NAME_before              the alias of the one that was live before

Covered: Milvus 2.5 and later and Milvus Lite 3, by the calls that both have. Not covered: who may read and write (the
server's roles); two who publish under one name at the same time.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from index.engines.address import VECTORS, Address
from index.engines.milvus_connection import ABSENT, connect, disconnect, talking
from index.engines.parts import Part

LAYOUT = 1  # raise it when what is kept changes its meaning
KEPT = "_kept"
BEFORE = "_before"
MOST = 16_384  # hits that Milvus gives at most
_SECONDS = 60.0  # for one call
_FINGERPRINT = 16  # characters of it in a name: two snapshots share them once in 10^19
_IS_FINGERPRINT = re.compile(f"[0-9a-f]{{{_FINGERPRINT}}}")
_AT_ONCE = 1_000  # rows asked for by key in one call


class MilvusStore:
    """One connection to a Milvus; safe to share among threads.

    Args:
        address: Where it is.
        client: A connected pymilvus client.
    """

    def __init__(self, address: Address, client: Any) -> None:  # noqa: ANN401  pymilvus is untyped and optional
        self.address = address
        self._client = client

    @classmethod
    def connect(cls, address: Address, *, create: bool = False) -> "MilvusStore":
        """Connect.

        Args:
            address: Where it is.
            create: Make Milvus Lite's file if it is not there.

        Raises:
            EngineProblem: If pymilvus is missing, nobody answers, or another process holds Lite's file.
            NoIndex: If Lite's file is not there.
        """
        return cls(address, connect(address, create=create))

    def close(self) -> None:
        """Let go of the connection and, where no other of this process has it open, of Lite's file."""
        disconnect(self.address, self._client)

    def collection_of(self, fingerprint: str) -> str:
        """The name of a snapshot's collection."""
        return f"{self.address.name}_{fingerprint[:_FINGERPRINT]}"

    def live(self) -> str | None:
        """The live snapshot's collection; None if there is none."""
        return self._named_by(self.address.name)

    def before(self) -> str | None:
        """The collection that was live before; None if there is none."""
        return self._named_by(self.address.name + BEFORE)

    def make_live(self, collection: str) -> None:
        """Make a collection the live one, in one step; the one that was is then the one before."""
        was = self.live()
        if was == collection:
            return
        if was is not None:
            self._point(self.address.name + BEFORE, was)
        self._point(self.address.name, collection)

    def drop_others(self, keep: str) -> list[str]:
        """Drop the snapshots under this name but one, the live one and the one before. Returns their names."""
        kept = {keep, self.live(), self.before()}
        ours = f"{self.address.name}_"
        dropped = []
        with self._asking("old snapshots cannot be dropped"):
            for name in sorted(self._client.list_collections(timeout=_SECONDS)):
                of = name.removesuffix(KEPT)
                fingerprint = of.removeprefix(ours)
                if of.startswith(ours) and _IS_FINGERPRINT.fullmatch(fingerprint) and of not in kept:
                    self._client.drop_collection(name, timeout=_SECONDS)
                    dropped.append(name)
        return dropped

    def create(self, collection: str, dim: int, vectors: str) -> bool:
        """Make what is not there of a snapshot's two collections and their indexes; whether all of it was not."""
        with self._asking(f"the collection {collection} cannot be made"):
            new = self._create(collection, *_searched(dim, vectors), {})
            return self._create(collection + KEPT, *_kept(), {"mmap.enabled": "true"}) and new

    def drop(self, collection: str) -> None:
        """Drop a snapshot's two collections; none of them need be there."""
        with self._asking(f"the collection {collection} cannot be dropped"):
            for name in (collection, collection + KEPT):
                if self._client.has_collection(name, timeout=_SECONDS):
                    self._client.drop_collection(name, timeout=_SECONDS)

    def write_passages(self, collection: str, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows of what is searched; when it returns they are acknowledged. A row written twice is there once."""
        with self._asking(f"passages cannot be written to {collection}"):
            self._client.upsert(collection, [dict(row) for row in rows], timeout=_SECONDS)

    def write_parts(self, collection: str, parts: Sequence[Part]) -> None:
        """Write rows of what is kept; as ``write_passages``."""
        rows = [{"key": p.key, "parts": p.parts, "data": p.data, "unused": [0.0, 0.0]} for p in parts]
        with self._asking(f"rows cannot be written to {collection}{KEPT}"):
            self._client.upsert(collection + KEPT, rows, timeout=_SECONDS)

    def settle(self, collection: str) -> None:
        """Have all that was written put into segments, indexed and loaded."""
        with self._asking(f"the collection {collection} cannot be loaded"):
            for name in (collection, collection + KEPT):
                self._client.flush(name, timeout=10 * _SECONDS)
                self._client.load_collection(name, timeout=10 * _SECONDS)

    def load(self, collection: str) -> None:
        """Have a snapshot's collections loaded; nothing where they are."""
        with self._asking(f"the collection {collection} cannot be loaded"):
            for name in (collection, collection + KEPT):
                self._client.load_collection(name, timeout=10 * _SECONDS)

    def count(self, collection: str) -> int:
        """How many rows a collection has, counting all that was acknowledged."""
        with self._asking(f"the collection {collection} cannot be counted"):
            rows = self._client.query(
                collection, filter="", output_fields=["count(*)"], consistency_level="Strong", timeout=_SECONDS
            )
        return int(rows[0]["count(*)"])

    def passages(self, collection: str, places: Sequence[int], fields: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Fields of the rows of what is searched at some places, those that are there."""
        return self._by_key(collection, "place", places, fields)

    def parts(self, collection: str, keys: Sequence[int], fields: Sequence[str]) -> dict[int, dict[str, Any]]:
        """Fields of rows of what is kept, by key, those that are there."""
        return self._by_key(collection + KEPT, "key", keys, fields)

    def nearest(
        self,
        collection: str,
        field: str,
        query: Sequence[float] | Mapping[int, float],
        *,
        most: int,
        only: Sequence[int] | None,
        params: Mapping[str, int],
    ) -> dict[int, float]:
        """The places of the passages with the highest inner products, with these, best first.

        Args:
            collection: Where to look.
            field: "vector" or "words".
            query: A vector, or a weight for each of some words' numbers.
            most: How many at most.
            only: The numbers of the documents to look in; None for all.
            params: What the index is told.
        """
        with self._asking(f"the collection {collection} cannot be searched"):
            found = self._client.search(
                collection,
                data=[query],
                anns_field=field,
                limit=min(most, MOST),
                filter="" if only is None else f"document in {[int(number) for number in only]}",
                search_params={"metric_type": "IP", "params": dict(params)},
                output_fields=["place"],
                timeout=_SECONDS,
            )
        return {int(hit["place"]): float(hit["distance"]) for hit in found[0]}

    def _by_key(
        self, collection: str, key: str, keys: Sequence[int], fields: Sequence[str]
    ) -> dict[int, dict[str, Any]]:
        found: dict[int, dict[str, Any]] = {}
        with self._asking(f"rows of {collection} cannot be read"):
            for at in range(0, len(keys), _AT_ONCE):
                rows = self._client.get(
                    collection,
                    ids=[int(k) for k in keys[at : at + _AT_ONCE]],
                    output_fields=[key, *fields],
                    timeout=_SECONDS,
                )
                found |= {int(row[key]): row for row in rows}
        return found

    def _create(
        self,
        name: str,
        fields: Sequence[tuple[str, str, Mapping[str, Any]]],
        indexes: Sequence[Any],
        properties: Mapping[str, str],
    ) -> bool:
        """Make a collection and each of its indexes, where they are not there; whether the collection was not."""
        from pymilvus import DataType

        new = not self._client.has_collection(name, timeout=_SECONDS)
        if new:
            schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
            for field, kind, options in fields:
                schema.add_field(field, getattr(DataType, kind), **options)
            more = {"consistency_level": "Bounded", "properties": dict(properties)}
            self._client.create_collection(name, schema=schema, timeout=_SECONDS, **more)
        there = self._client.list_indexes(name, timeout=_SECONDS)
        for index in indexes:
            if index["field_name"] not in there:
                params = self._client.prepare_index_params()
                params.add_index(**index, index_name=index["field_name"])
                self._client.create_index(name, params, timeout=_SECONDS, sync=False)  # there is nothing to index yet
        return new

    def _named_by(self, alias: str) -> str | None:
        from pymilvus import MilvusException

        with self._asking(f"the alias {alias} cannot be read"):
            try:
                return str(self._client.describe_alias(alias, timeout=_SECONDS)["collection_name"])
            except MilvusException as error:
                if error.code in ABSENT:
                    return None
                raise

    def _point(self, alias: str, collection: str) -> None:
        """Point an alias at a collection, in one step."""
        there = self._named_by(alias)
        with self._asking(f"the alias {alias} cannot be set"):
            point = self._client.create_alias if there is None else self._client.alter_alias
            point(collection, alias, timeout=_SECONDS)

    @contextmanager
    def _asking(self, what: str) -> Iterator[None]:
        with talking(self.address, what):
            yield


def search_params(vectors: str, most: int) -> dict[str, int]:
    """What an index over dense vectors is told to find so many: how many it looks at."""
    if vectors.startswith("HNSW"):
        return {"ef": max(most, 128)}
    if vectors.startswith("IVF"):
        return {"nprobe": 64}
    return {"search_list": max(most, 128)} if vectors == "DISKANN" else {}


def _searched(dim: int, vectors: str) -> tuple[list[Any], list[Any]]:
    """The fields and the indexes of the collection that is searched."""
    return (
        [
            ("place", "INT64", {"is_primary": True}),
            ("document", "INT32", {}),
            ("vector", "FLOAT_VECTOR", {"dim": dim}),
            ("words", "SPARSE_FLOAT_VECTOR", {}),
        ],
        [
            {"field_name": "vector", "index_type": vectors, "metric_type": "IP", "params": dict(VECTORS[vectors])},
            {"field_name": "words", "index_type": "SPARSE_INVERTED_INDEX", "metric_type": "IP"},
            {"field_name": "document", "index_type": "INVERTED"},
        ],
    )


def _kept() -> tuple[list[Any], list[Any]]:
    """The fields and the indexes of the collection beside it."""
    return (
        [
            ("key", "INT64", {"is_primary": True}),
            ("parts", "INT32", {}),
            ("data", "VARCHAR", {"max_length": 65_535}),
            ("unused", "FLOAT_VECTOR", {"dim": 2}),  # Milvus has no collection without vectors
        ],
        [{"field_name": "unused", "index_type": "FLAT", "metric_type": "IP"}],
    )
