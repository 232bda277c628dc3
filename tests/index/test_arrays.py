"""Arrays that are written a part at a time are NumPy's own files."""

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import FolderArrays, Growing, MemoryArrays, create, save


@given(st.lists(st.integers(0, 300), max_size=6))
def test_what_grew_reads_back_whole(tmp_path_factory: pytest.TempPathFactory, lengths: list[int]) -> None:
    folder = tmp_path_factory.mktemp("arrays")
    rows = [
        np.random.default_rng(at).integers(-99, 99, (length, 3)).astype(np.int8) for at, length in enumerate(lengths)
    ]

    with Growing(folder / "grown.npy", (3,), np.int8) as grown:
        for part in rows:
            grown.add(part)

    expected = np.concatenate([np.zeros((0, 3), np.int8), *rows])
    assert np.array_equal(np.load(folder / "grown.npy"), expected)


def test_rows_of_another_shape_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"\(2,\).*\(3,\)"), Growing(tmp_path / "grown.npy", (3,), np.int8) as grown:
        grown.add(np.zeros((1, 2), np.int8))


def test_an_array_that_was_broken_off_does_not_look_whole(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), Growing(tmp_path / "grown.npy", (3,), np.int8) as grown:
        grown.add(np.ones((4, 3), np.int8))
        raise RuntimeError

    assert len(FolderArrays(tmp_path).array("grown.npy")) == 0


@pytest.mark.parametrize("shape", [(0,), (4,), (0, 3)], ids=str)
def test_an_array_to_be_filled_in_is_of_zeros_on_the_disk_and_in_memory(tmp_path: Path, shape: tuple[int, ...]) -> None:
    on_disk, in_memory = create(tmp_path / "made.npy", shape, np.int32), create(None, shape, np.int32)

    assert on_disk.tolist() == in_memory.tolist() == np.zeros(shape, np.int32).tolist()
    assert FolderArrays(tmp_path).array("made.npy").shape == shape


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int16, np.int32, np.int64, np.float32, np.float64])
@pytest.mark.parametrize("shape", [(0,), (5,), (0, 3), (4, 3), (2, 3, 4)], ids=str)
def test_an_array_reads_back_as_numpy_reads_it(tmp_path: Path, dtype: type, shape: tuple[int, ...]) -> None:
    array = np.random.default_rng(1).integers(0, 99, shape).astype(dtype)
    save(tmp_path / "a.npy", np.asfortranarray(array))
    theirs = np.load(tmp_path / "a.npy")

    for ours in (
        FolderArrays(tmp_path).array("a.npy"),
        MemoryArrays({"a": (tmp_path / "a.npy").read_bytes()}).array("a"),
    ):
        assert (ours.dtype, ours.shape) == (theirs.dtype, theirs.shape)
        assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"\x93NUMPY\x01\x00\x05\x00abcde", id="another head"),
        pytest.param(b"\x93NUMPY\x03\x00" + b" " * 99, id="another version"),
        pytest.param(b"rubbish", id="no array"),
    ],
)
def test_what_is_no_array_is_a_value_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.npy").write_bytes(content)

    for arrays in (FolderArrays(tmp_path), MemoryArrays({"a.npy": content})):
        with pytest.raises(ValueError, match=r"."):
            arrays.array("a.npy")


def test_opening_an_array_does_not_ask_pythons_parser_which_fails_among_threads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(tmp_path / "a.npy", np.arange(12).reshape(3, 4))
    monkeypatch.setattr("ast.literal_eval", None)

    assert FolderArrays(tmp_path).array("a.npy").shape == (3, 4)


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="room cannot be reserved here")
def test_an_array_to_be_filled_in_has_its_room_at_once(tmp_path: Path) -> None:
    create(tmp_path / "made.npy", (1_000_000,), np.int32)

    assert (tmp_path / "made.npy").stat().st_blocks * 512 >= 4_000_000
