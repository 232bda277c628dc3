"""Publishing to a Milvus Lite: while many read, though it is killed, and back again."""

import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from index import BuildFailed, Snapshot, StaleIndex, search
from index.engines import Address, MilvusIndex, publish_to_milvus
from index.engines.milvus_kept import read_kept
from index.engines.milvus_publish import Published
from index.engines.milvus_rows import other_contents, passage_contents, searched_rows
from index.engines.milvus_store import KEPT, MilvusStore
from tests.conftest import ROOT, LetterEncoder
from tests.index.engines.conftest import NO_MILVUS, Maker

pytestmark = NO_MILVUS
QUERY = "How many books will the harbour have?"
READERS = 10


@contextmanager
def connected(address: Address) -> Iterator[MilvusStore]:
    store = MilvusStore.connect(address)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def opened(address: Address) -> Iterator[MilvusIndex]:
    index = MilvusIndex.open(address)
    try:
        yield index
    finally:
        index.close()


def found(index: MilvusIndex | Snapshot) -> list[tuple[str, str]]:
    return [(hit.passage.passage_id, hit.passage.text) for hit in search(index, LetterEncoder(), QUERY)]


def collections(address: Address) -> set[str]:
    with connected(address) as store:
        return {name.removesuffix(KEPT) for name in store._client.list_collections()}


def rows_of(snapshot: Snapshot, address: Address) -> tuple[dict[int, object], dict[object, bytes], int]:
    """All that a Milvus has of a snapshot, and how many rows are kept."""
    with connected(address) as store:
        collection = store.collection_of(snapshot.manifest.fingerprint)
        store.load(collection)
        places = range(len(snapshot.passages))
        wanted = [key for key, _ in [*passage_contents(snapshot, places), *other_contents(snapshot)]]
        rows = store.passages(collection, places, ["document", "vector", "words"])
        return (
            {place: (row["document"], list(row["vector"]), dict(row["words"])) for place, row in rows.items()},
            dict(read_kept(store, collection, wanted)),
            store.count(collection + KEPT),
        )


def test_ten_read_while_others_are_published_and_no_answer_is_wrong_or_of_two(made: Maker, address: Address) -> None:
    snapshots = [made(100 * version) for version in (1, 2, 3, 4)]
    expected = {s.manifest.fingerprint: found(s) for s in snapshots}
    publish_to_milvus(snapshots[0], address)
    problems: list[object] = []
    seen: list[list[str]] = [[] for _ in range(READERS)]
    stop = Event()

    def read(number: int) -> None:
        try:
            while not stop.is_set():
                with opened(address) as index:
                    for _ in range(2):  # an index keeps to its snapshot
                        if found(index) != expected[index.manifest.fingerprint]:
                            problems.append("a mixed answer")
                    seen[number].append(index.manifest.fingerprint)
        except Exception as error:  # noqa: BLE001  whatever it is, it is what the test is about
            problems.append(error)

    def wait_until_all_have_read(times: int) -> None:
        until = [len(one) + times for one in seen]
        while not problems and any(len(one) < most for one, most in zip(seen, until, strict=True)):
            time.sleep(0.01)

    readers = [Thread(target=read, args=(number,)) for number in range(READERS)]
    for reader in readers:
        reader.start()
    with opened(address) as kept:
        for snapshot in snapshots[1:]:
            wait_until_all_have_read(1)
            publish_to_milvus(snapshot, address)
            if snapshot is snapshots[1]:
                assert found(kept) == expected[snapshots[0].manifest.fingerprint]
        wait_until_all_have_read(2)
    stop.set()
    for reader in readers:
        reader.join()

    assert problems == []
    order = [s.manifest.fingerprint for s in snapshots]
    for one in seen:
        versions = [order.index(fingerprint) for fingerprint in one]
        assert versions == sorted(versions)  # nobody goes back
        assert versions[-1] == 3


def test_the_one_before_stays_and_older_ones_go(made: Maker, address: Address) -> None:
    published = [publish_to_milvus(made(books), address) for books in (1, 2, 3)]
    names = [one.collection for one in published]

    assert collections(address) == set(names[1:])
    assert published[2].dropped == (names[0], names[0] + KEPT)
    with connected(address) as store:
        assert (store.live(), store.before()) == (names[2], names[1])


def test_going_back_is_one_step_and_sends_nothing(made: Maker, address: Address) -> None:
    first, second = made(1), made(2)
    publish_to_milvus(first, address)
    publish_to_milvus(second, address)

    back = publish_to_milvus(first, address)

    assert (back.sent, back.dropped) == (0, ())
    with opened(address) as index, connected(address) as store:
        assert index.manifest == first.manifest
        assert found(index) == found(first)
        assert store.before() == store.collection_of(second.manifest.fingerprint)


def test_who_keeps_to_a_snapshot_for_too_long_is_told_that_it_has_gone(made: Maker, address: Address) -> None:
    publish_to_milvus(made(1), address)
    with opened(address) as index:
        publish_to_milvus(made(2), address)
        assert found(index)
        publish_to_milvus(made(3), address)
        with pytest.raises(StaleIndex, match="not there any more"):
            found(index)


def test_publishing_what_is_live_changes_nothing(made: Maker, address: Address) -> None:
    publish_to_milvus(made(1), address)
    snapshot = made(2)
    done = publish_to_milvus(snapshot, address)
    with connected(address) as store:
        before = store.before()

    again = publish_to_milvus(snapshot, address)

    assert again == Published(done.collection, 0, done.sent, ())
    with connected(address) as store:
        assert (store.live(), store.before()) == (done.collection, before)


def test_other_names_in_the_same_milvus_are_left_alone(made: Maker, address: Address) -> None:
    other = Address(address.uri, f"{address.name}_b")
    publish_to_milvus(made(1), other)
    for books in (2, 3, 4):
        publish_to_milvus(made(books), address)

    with opened(other) as index:
        assert any("1 books" in text for _, text in found(index))


def test_a_row_that_was_lost_is_sent_again(made: Maker, address: Address) -> None:
    snapshot = made(1)
    collection = publish_to_milvus(snapshot, address).collection
    with connected(address) as store:
        store._client.delete(collection, ids=[3])

    assert publish_to_milvus(snapshot, address).sent == 1
    with opened(address) as index:
        assert found(index) == found(snapshot)


def spoil(snapshot: Snapshot, address: Address) -> str:
    """Write the first row of a snapshot as it should not be; the name of its collection."""
    with connected(address) as store:
        collection = store.collection_of(snapshot.manifest.fingerprint)
        store.create(collection, snapshot.manifest.dim, "FLAT")
        row = next(searched_rows(snapshot))
        store.write_passages(collection, [{**row, "words": {0: 99.0}}])
        return collection


def test_what_does_not_read_back_is_dropped_and_never_live(made: Maker, address: Address) -> None:
    live = publish_to_milvus(made(1), address).collection
    snapshot = made(2)
    spoilt = spoil(snapshot, address)

    with pytest.raises(BuildFailed, match="passage 0 differs"):
        publish_to_milvus(snapshot, address)

    assert spoilt not in collections(address)
    with connected(address) as store:
        assert store.live() == live
    assert publish_to_milvus(snapshot, address).collection == spoilt


def test_what_is_live_is_not_dropped_though_it_is_damaged(made: Maker, address: Address) -> None:
    snapshot = made(1)
    publish_to_milvus(snapshot, address)
    live = spoil(snapshot, address)

    with pytest.raises(BuildFailed, match="is damaged"):
        publish_to_milvus(snapshot, address)

    assert live in collections(address)


# Publishes in small batches and says after each that it was acknowledged.
PUBLISH = """
import sys
from pathlib import Path
from index import load
from index.engines import Address, milvus_publish
milvus_publish._ROWS, milvus_publish._BYTES = 5, 4_000
snapshot = load(Path(sys.argv[1]))
milvus_publish.publish_to_milvus(
    snapshot, Address(sys.argv[2], "plans"), lambda what, done, of: print(what, done, sep=":", flush=True)
)
"""


def killed_after(lines: int, folder: Path, address: Address, wait: float) -> dict[str, int]:
    """Publish in a process of its own, and kill it some time after so many batches; what was acknowledged of each."""
    process = subprocess.Popen(
        [sys.executable, "-c", PUBLISH, str(folder), address.uri], stdout=subprocess.PIPE, text=True, cwd=ROOT
    )
    assert process.stdout
    said: list[str] = []
    for line in process.stdout:
        said.append(line)
        if len(said) >= lines:
            if wait:
                time.sleep(wait)
            process.kill()
            break
    said += process.stdout.readlines()  # what it said before it died
    process.stdout.close()
    process.wait()
    return {what: int(done) for what, done in (line.strip().split(":") for line in said if line.endswith("\n"))}


def acknowledged(snapshot: Snapshot, done: dict[str, int]) -> tuple[Sequence[int], dict[object, bytes]]:
    """The places and the contents that a publication said were there."""
    contents = [*passage_contents(snapshot, range(len(snapshot.passages))), *other_contents(snapshot)]
    return range(done.get("Sending passages", 0)), dict(contents[: done.get("Sending what is kept", 0)])


# At once after it says so: what it said must be there. A little later: it is in the midst of the next.
@pytest.mark.parametrize(
    ("lines", "wait"), [(1, 0.0), (2, 0.0), (3, 0.0), (4, 0.01), (7, 0.0), (12, 0.02), (13, 0.0)], ids=str
)
def test_killed_while_it_writes_it_loses_nothing_acknowledged_and_the_old_one_answers(
    made: Maker, address: Address, tmp_path: Path, lines: int, wait: float
) -> None:
    old = made(1)
    live = publish_to_milvus(old, address).collection
    new = made(2)
    whole = Address(str(tmp_path / "whole.db"), "plans")
    publish_to_milvus(new, whole)

    done = killed_after(lines, tmp_path / "index", address, wait)

    places, contents = acknowledged(new, done)
    with opened(address) as index, connected(address) as store:
        assert index.collection == live
        assert found(index) == found(old)
        collection = store.collection_of(new.manifest.fingerprint)
        store.load(collection)
        expected = {row["place"]: row["vector"] for row in searched_rows(new) if row["place"] in places}
        there = store.passages(collection, places, ["vector"])
        assert {place: list(row["vector"]) for place, row in there.items()} == expected
        assert read_kept(store, collection, list(contents)) == contents  # type: ignore[arg-type]
    again = publish_to_milvus(new, address)
    assert again.there >= len(places) + len(contents)
    assert rows_of(new, address) == rows_of(new, whole)
    with opened(address) as index:
        assert found(index) == found(new)


def test_a_file_that_another_process_holds_is_said_to_be_held(made: Maker, address: Address) -> None:
    publish_to_milvus(made(1), address)
    script = (
        "import sys; from index.engines import Address, MilvusIndex; MilvusIndex.open(Address(sys.argv[1], 'plans'))"
    )
    with opened(address):
        result = subprocess.run(
            [sys.executable, "-c", script, address.uri], capture_output=True, text=True, cwd=ROOT, check=False
        )

    assert "one process at a time" in result.stderr.splitlines()[-1]
