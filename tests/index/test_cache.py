"""Encodings kept between builds: only new text is embedded, and damage costs time and nothing else."""

import random
import sqlite3
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from index import Encoding, Model
from index.cache import CHUNK, VectorCache
from tests.conftest import LetterEncoder

TEXTS = [f"ferry number {at} sails" for at in range(CHUNK + 10)]


class Embedding:
    """Embeds with letters, and counts the texts; ends with an error after so many chunks, if told to."""

    def __init__(self, chunks: int | None = None) -> None:
        self.texts: list[str] = []
        self._chunks = chunks

    def __call__(self, chunks: Iterable[list[str]]) -> Iterator[list[Encoding]]:
        for at, texts in enumerate(chunks):
            if at == self._chunks:
                raise RuntimeError("killed")
            self.texts += texts
            yield LetterEncoder().encode(texts)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def encoded(
    folder: Path, model: Model, texts: list[str], embed: Embedding | None = None, precision: str = "single"
) -> tuple[list[Encoding], int]:
    """What a build gets of a cache, and how many texts it said were new."""
    with VectorCache(folder, model, precision) as kept:
        chunks = list(kept.encode_all(embed or Embedding(), texts))
    return [each for encodings, _ in chunks for each in encodings], sum(new for _, new in chunks)


def test_what_is_kept_is_what_was_embedded_to_the_byte(folder: Path, letter_model: Model) -> None:
    first, new = encoded(folder, letter_model, TEXTS)
    again, new_again = encoded(folder, letter_model, TEXTS)

    assert (new, new_again) == (len(TEXTS), 0)
    for text, one, other in zip(TEXTS, first, again, strict=True):
        for part in ("vector", "pieces", "starts", "states"):
            assert np.array_equal(getattr(one, part), getattr(other, part))
        assert np.array_equal(other.vector, LetterEncoder().encode([text])[0].vector)


def test_only_new_texts_are_embedded_and_order_is_kept(folder: Path, letter_model: Model) -> None:
    encoded(folder, letter_model, TEXTS[:5])
    embed = Embedding()

    found, new = encoded(folder, letter_model, ["a new one", *TEXTS[:5], "another"], embed)

    assert (embed.texts, new) == (["a new one", "another"], 2)
    assert len(found[0].pieces) == 3
    assert len(found[-1].pieces) == 1


def test_what_was_embedded_before_a_build_broke_off_is_not_embedded_again(folder: Path, letter_model: Model) -> None:
    with pytest.raises(RuntimeError, match="killed"):
        encoded(folder, letter_model, TEXTS, Embedding(chunks=1))
    embed = Embedding()

    _, new = encoded(folder, letter_model, TEXTS, embed)

    assert new == len(TEXTS) - CHUNK
    assert embed.texts == TEXTS[CHUNK:]


def test_what_four_builds_did_not_use_is_gone_and_what_they_used_is_not(folder: Path, letter_model: Model) -> None:
    encoded(folder, letter_model, ["old", "used"])
    for _ in range(3):
        encoded(folder, letter_model, ["used"])
    assert encoded(folder, letter_model, ["used"])[1] == 0

    assert encoded(folder, letter_model, ["used", "old"])[1] == 1


def test_another_model_and_another_precision_have_a_cache_of_their_own(folder: Path, letter_model: Model) -> None:
    encoded(folder, letter_model, TEXTS[:3])

    assert encoded(folder, Model("other", folder, "1" * 64), TEXTS[:3])[1] == 3
    assert encoded(folder, letter_model, TEXTS[:3], precision="bytes")[1] == 3


def changed(path: Path, to: str) -> None:
    with sqlite3.connect(path) as kept:
        kept.execute(f"UPDATE encodings SET {to} WHERE rowid = 1")
    kept.close()


@pytest.mark.parametrize(
    ("harm", "embedded"),
    [
        pytest.param(lambda path: path.write_bytes(b"no database but something else" * 9), 3, id="another file"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:1000]), 3, id="truncated"),
        pytest.param(lambda path: path.write_bytes(b""), 3, id="empty"),
        pytest.param(lambda path: changed(path, "held = zeroblob(length(held))"), 1, id="an encoding"),
        pytest.param(lambda path: changed(path, "held = 'text'"), 1, id="an encoding of another type"),
        pytest.param(lambda path: changed(path, "pieces = pieces + 1"), 1, id="a count"),
        pytest.param(lambda path: changed(path, "pieces = -1"), 1, id="a count below none"),
        pytest.param(lambda path: changed(path, "key = zeroblob(16)"), 1, id="a key"),
        pytest.param(lambda path: changed(path, f"used = {2**63 - 1}"), 3, id="the last build"),
    ],
)
def test_what_is_damaged_is_embedded_anew(
    folder: Path, letter_model: Model, harm: Callable[[Path], object], embedded: int
) -> None:
    whole, _ = encoded(folder, letter_model, TEXTS[:3])
    (path,) = folder.glob("*.db")
    harm(path)

    found, new = encoded(folder, letter_model, TEXTS[:3])

    assert new == embedded
    assert all(np.array_equal(one.states, other.states) for one, other in zip(whole, found, strict=True))


def test_a_folder_that_cannot_be_made_is_an_error_of_the_system(tmp_path: Path, letter_model: Model) -> None:
    (tmp_path / "file").write_text("no folder")

    with pytest.raises(OSError, match="file"):
        VectorCache(tmp_path / "file" / "cache", letter_model, "single")


def test_texts_are_read_no_further_ahead_than_is_worked_on(folder: Path, letter_model: Model) -> None:
    read = 0

    def texts() -> Iterator[str]:
        nonlocal read
        for text in TEXTS:
            read += 1
            yield text

    with VectorCache(folder, letter_model, "single") as kept:
        next(iter(kept.encode_all(Embedding(), texts())))

    assert read == CHUNK


def test_an_encoding_under_another_text_is_not_taken_for_its_own(folder: Path, letter_model: Model) -> None:
    whole, _ = encoded(folder, letter_model, TEXTS[:2])
    (path,) = folder.glob("*.db")
    with sqlite3.connect(path) as kept:
        ((first,), (second,)) = kept.execute("SELECT key FROM encodings ORDER BY rowid").fetchall()
        kept.execute("UPDATE encodings SET key = zeroblob(1) WHERE key = ?", (second,))
        kept.execute("UPDATE encodings SET key = ? WHERE key = ?", (second, first))
    kept.close()

    found, new = encoded(folder, letter_model, TEXTS[:2])

    assert new == 2
    assert all(np.array_equal(one.vector, other.vector) for one, other in zip(whole, found, strict=True))


def test_encodings_of_before_the_checksum_was_over_the_whole_row_are_still_taken(
    folder: Path, letter_model: Model
) -> None:
    encoded(folder, letter_model, TEXTS[:3])
    (path,) = folder.glob("*.db")
    with sqlite3.connect(path) as kept:
        for rowid, held in kept.execute("SELECT rowid, held FROM encodings").fetchall():
            kept.execute("UPDATE encodings SET sum = ? WHERE rowid = ?", (zlib.crc32(held), rowid))
    kept.close()

    assert encoded(folder, letter_model, TEXTS[:3])[1] == 0


def test_no_bit_that_is_flipped_anywhere_ends_a_build_or_changes_what_it_gets(
    folder: Path, letter_model: Model
) -> None:
    whole, _ = encoded(folder, letter_model, TEXTS[:9])
    (path,) = folder.glob("*.db")
    content = path.read_bytes()
    places = random.Random(8)

    for _ in range(60):
        harmed = bytearray(content)
        harmed[places.randrange(len(content))] ^= 1 << places.randrange(8)
        path.write_bytes(bytes(harmed))
        found, _ = encoded(folder, letter_model, [*TEXTS[:9], f"new {places.random()}"])

        assert all(np.array_equal(one.states, other.states) for one, other in zip(whole, found, strict=False))
        assert all(np.array_equal(one.vector, other.vector) for one, other in zip(whole, found, strict=False))


def test_a_file_that_is_damaged_while_it_is_used_is_begun_anew(folder: Path, letter_model: Model) -> None:
    whole, _ = encoded(folder, letter_model, TEXTS)
    (path,) = folder.glob("*.db")

    with VectorCache(folder, letter_model, "single") as kept:
        chunks = []
        for encodings, _ in kept.encode_all(Embedding(), TEXTS):
            chunks += encodings
            size = path.stat().st_size
            with path.open("r+b") as file:
                file.seek(4096)
                file.write(b"\xff" * (size - 4096))

    assert all(np.array_equal(one.states, other.states) for one, other in zip(whole, chunks, strict=True))
    assert encoded(folder, letter_model, TEXTS)[0][0].vector.tolist() == whole[0].vector.tolist()
