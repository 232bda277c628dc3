"""Arrays that are written a part at a time are NumPy's own files."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import FolderArrays, Growing, create


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
