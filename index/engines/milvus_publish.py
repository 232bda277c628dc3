"""Publish a snapshot to a Milvus: written beside the live one, read back, made live in one step.

Killed at any moment, the live snapshot answers; publishing again goes on with what was not acknowledged. Not covered:
two who publish under one name at the same time.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np

from index.build import Progress
from index.engines.address import Address
from index.engines.milvus_connection import PUBLISH_COMMAND
from index.engines.milvus_kept import HEAD, Head, Wanted, read_kept
from index.engines.milvus_rows import other_contents, passage_contents, searched_rows
from index.engines.milvus_store import KEPT, LAYOUT, MilvusStore
from index.engines.parts import in_batches, to_parts
from index.errors import BuildFailed, DamagedIndex, StaleIndex
from index.snapshot import Snapshot

_ROWS = 500  # of what is searched, sent at a time: some 2 MB
_BYTES = 4_000_000  # of what is kept, sent at a time
_FLAT = 100_000  # passages up to which all vectors are compared with a question's: exact, and quick enough
_READ_BACK = 1_000  # passages that are read back, evenly spread
_READ_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Published:
    """What publishing did.

    Attributes:
        collection: The collection that is live now.
        sent: How many rows were sent.
        there: How many were there from a time before.
        dropped: The collections of older snapshots that were dropped.
    """

    collection: str
    sent: int
    there: int
    dropped: tuple[str, ...]


def publish_to_milvus(
    snapshot: Snapshot, address: Address, progress: Progress = lambda _what, _done, _of: None
) -> Published:
    """Make a snapshot the live one in a Milvus. The one that was live stays: publishing that again is one step.

    Args:
        snapshot: The snapshot.
        address: The Milvus, and the name there.
        progress: Told what is being done, after each batch that was acknowledged.

    Raises:
        EngineProblem: If Milvus cannot be reached, or does not do what it is asked.
        BuildFailed: If what was written does not read back; the live snapshot is as it was.
    """
    store = MilvusStore.connect(address, create=True)
    try:
        return _publish(snapshot, store, progress)
    finally:
        store.close()


def _publish(snapshot: Snapshot, store: MilvusStore, progress: Progress) -> Published:
    vectors = store.address.vectors or ("FLAT" if len(snapshot.passages) <= _FLAT else "HNSW")
    collection = store.collection_of(snapshot.manifest.fingerprint)
    new = store.create(collection, snapshot.manifest.dim, vectors)
    store.load(collection)  # only of a loaded collection can be asked what is there
    sending = _Sending(store, collection, new=new)
    head = None if new else _whole(store, collection)
    if head is None:
        head = _send(snapshot, vectors, sending, progress)
        store.settle(collection)
    else:
        sending.there = head.passages + head.parts + 1
    progress("Making it live", 0, 1)
    if wrong := _wrong(snapshot, store, collection, head):
        raise _failed(store, collection, wrong)
    store.make_live(collection)
    dropped = store.drop_others(collection)
    progress("Making it live", 1, 1)
    return Published(collection, sending.sent, sending.there, tuple(dropped))


def _whole(store: MilvusStore, collection: str) -> Head | None:
    """The head of a collection that has all its rows; None of one that has not, or cannot be read."""
    try:
        head = Head.unpack(read_kept(store, collection, [HEAD])[HEAD], collection)
    except (DamagedIndex, StaleIndex):
        return None
    counts = store.count(collection), store.count(collection + KEPT)
    return head if counts == (head.passages, head.parts + 1) else None


def _send(snapshot: Snapshot, vectors: str, sending: "_Sending", progress: Progress) -> Head:
    """Send all rows that are not there, the head as the last."""
    passages = len(snapshot.passages)
    for rows in in_batches(searched_rows(snapshot), lambda _row: 1, _ROWS):
        sending.passages(rows)
        progress("Sending passages", rows[-1]["place"] + 1, passages)
    every = 2 * passages + len(snapshot.documents) + 3
    done = parts = 0
    contents = chain(passage_contents(snapshot, range(passages)), other_contents(snapshot))
    for batch in in_batches(contents, lambda content: len(content[1]), _BYTES):
        parts += sending.contents(batch)
        done += len(batch)
        progress("Sending what is kept", done, every)
    head = Head(LAYOUT, vectors, tuple(snapshot.documents), passages, parts, snapshot.manifest)
    sending.contents([(HEAD, head.pack())])
    return head


class _Sending:
    """Writes rows to a collection, but for those that are there; counts both.

    Args:
        store: The Milvus.
        collection: The collection.
        new: Whether it was made just now, so that nothing can be there.
    """

    def __init__(self, store: MilvusStore, collection: str, *, new: bool) -> None:
        self._store = store
        self._collection = collection
        self._new = new
        self.sent = 0
        self.there = 0

    def passages(self, rows: Sequence[dict[str, Any]]) -> None:
        """Write rows of what is searched."""
        there = {} if self._new else self._store.passages(self._collection, [row["place"] for row in rows], [])
        missing = [row for row in rows if row["place"] not in there]
        if missing:
            self._store.write_passages(self._collection, missing)
        self._count(len(missing), len(rows))

    def contents(self, contents: Sequence[tuple[Wanted, bytes]]) -> int:
        """Write what is to be kept. Returns how many rows that is."""
        parts = [part for (kind, number), content in contents for part in to_parts(kind, number, content)]
        there = {} if self._new else self._store.parts(self._collection, [part.key for part in parts], [])
        missing = [part for part in parts if part.key not in there]
        if missing:
            self._store.write_parts(self._collection, missing)
        self._count(len(missing), len(parts))
        return len(parts)

    def _count(self, missing: int, every: int) -> None:
        self.sent += missing
        self.there += every - missing


def _wrong(snapshot: Snapshot, store: MilvusStore, collection: str, head: Head) -> str | None:
    """What does not read back as it was written, or None: how many rows, and a thousand passages, evenly spread."""
    passages = len(snapshot.passages)
    for name, expected in ((collection, passages), (collection + KEPT, head.parts + 1)):
        if (found := store.count(name)) != expected:
            return f"{name} has {found} rows, not {expected}"
    chosen = range(0, passages, max(1, passages // _READ_BACK))
    rows = (row for row in searched_rows(snapshot) if row["place"] in chosen)
    for some in in_batches(rows, lambda _row: 1, _READ_AT_ONCE):
        there = store.passages(collection, [row["place"] for row in some], ["document", "vector", "words"])
        for row in some:
            if not _same(row, there.get(row["place"])):
                return f"passage {row['place']} differs"
    contents = chain(passage_contents(snapshot, chosen), other_contents(snapshot), [(HEAD, head.pack())])
    try:
        for each in in_batches(contents, lambda content: len(content[1]), _BYTES):
            if read_kept(store, collection, [wanted for wanted, _ in each]) != dict(each):
                return f"what is kept under {each[0][0]} and after differs"
    except DamagedIndex as error:
        return str(error)
    return None


def _same(row: Mapping[str, Any], there: Mapping[str, Any] | None) -> bool:
    return (
        there is not None
        and there["document"] == row["document"]
        and np.array_equal(np.asarray(there["vector"], np.float32), np.asarray(row["vector"], np.float32))
        and {int(word): np.float32(weight) for word, weight in there["words"].items()}
        == {word: np.float32(weight) for word, weight in row["words"].items()}
    )


def _failed(store: MilvusStore, collection: str, wrong: str) -> BuildFailed:
    """What to raise of a collection that is not as it should be; it is dropped, unless it is live."""
    if store.live() == collection:
        return BuildFailed(f"{store.address}: the live collection {collection} is damaged: {wrong}. Use another name")
    store.drop(collection)
    return BuildFailed(
        f"{store.address}: what was written does not read back ({wrong}), so what was live stays. "
        f"Run: {PUBLISH_COMMAND}"
    )
