"""Late interaction, with vectors that can be worked out on paper."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from index import Encoding
from index.arrays import FolderArrays
from index.encoder import SCALE, as_states
from index.late import CODEC, FILES, STATES, LateBuilder, LateIndex
from index.late_codec import LateCodec
from tests.conftest import LetterEncoder

EAST, NORTH = (1.0, 0.0), (0.0, 1.0)
NORTH_EAST = (3.0, 3.0)  # of any length: it is made a unit vector


def encoding(*pieces: tuple[int, tuple[float, float]]) -> Encoding:
    states = as_states(np.array([vector for _, vector in pieces], np.float32).reshape(-1, 2))
    numbers = np.array([piece for piece, _ in pieces], np.int32)
    return Encoding(np.array(EAST, np.float32), numbers, np.arange(len(pieces), dtype=np.int32), states)


# Piece 7 is in both of the first two passages, 8 in the second, 9 in none; the third has no piece at all.
PASSAGES = [encoding((7, EAST)), encoding((7, EAST), (8, NORTH)), encoding()]
# The second's first piece stands over it, the other is of its second unit.
UNITS = [np.array(units, np.int16) for units in ([0], [-1, 1], [])]


@pytest.fixture
def late() -> LateIndex:
    return LateIndex.from_encodings(PASSAGES, UNITS)


def test_the_score_is_the_mean_of_the_best_cosines_weighted_by_rarity(late: LateIndex) -> None:
    common, rare = math.log(1 + (3 - 2 + 0.5) / (2 + 0.5)), math.log(1 + (3 - 1 + 0.5) / (1 + 0.5))
    question = encoding((7, EAST), (8, NORTH_EAST))

    found = late.scores(question, [0, 1, 2])

    # Piece 7 is met in full by both; piece 8 points between: cosine .7071 with east and with north.
    expected = (common * 1 + rare * math.sqrt(0.5)) / (common + rare)
    assert found == pytest.approx([expected, expected, 0.0], abs=0.01)


def test_a_passage_that_means_it_beats_one_that_does_not(late: LateIndex) -> None:
    assert late.scores(encoding((9, NORTH)), [0, 1]) == pytest.approx([0.0, 1.0], abs=0.01)


def test_scores_come_in_the_order_asked_for(late: LateIndex) -> None:
    question = encoding((9, NORTH))

    assert late.scores(question, [1, 2, 0]).tolist() == late.scores(question, [0, 1, 2])[[1, 2, 0]].tolist()


def test_each_unit_and_what_stands_over_them_is_held_against_each_piece(late: LateIndex) -> None:
    question = encoding((7, EAST), (8, NORTH_EAST))

    found = late.by_unit(question, 1, 2)

    # The first unit has no piece; the second's points north; over them stands one that points east.
    assert found == pytest.approx(np.array([[0, 0], [0, math.sqrt(0.5)], [1, math.sqrt(0.5)]]), abs=0.01)


def test_a_question_without_a_piece_finds_nothing(late: LateIndex) -> None:
    assert late.scores(encoding(), [0, 1]).tolist() == [0.0, 0.0]
    assert late.scores(encoding((7, EAST)), []).tolist() == []


def write(folder: Path, passages: Sequence[Encoding] = PASSAGES, units: Sequence[NDArray[np.int16]] = UNITS) -> Path:
    folder.mkdir()
    with LateBuilder(folder, 2) as builder:
        for each, of_units in zip(passages, units, strict=True):
            builder.add(each, of_units)
    return folder


def test_an_index_reads_back_as_it_was_and_is_the_same_bytes_each_time(late: LateIndex, tmp_path: Path) -> None:
    question = encoding((7, EAST), (8, NORTH_EAST), (9, NORTH))
    one, other = write(tmp_path / "one"), write(tmp_path / "other")

    again = LateIndex.from_files(FolderArrays(one))

    assert again.scores(question, [0, 1, 2]).tolist() == late.scores(question, [0, 1, 2]).tolist()
    assert again.by_unit(question, 1, 2).tolist() == late.by_unit(question, 1, 2).tolist()
    assert {path.name for path in one.iterdir()} == set(FILES)
    assert all((one / name).read_bytes() == (other / name).read_bytes() for name in FILES)


def test_parts_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    one, other = write(tmp_path / "one"), write(tmp_path / "other", PASSAGES[:1], UNITS[:1])
    (one / STATES).write_bytes((other / STATES).read_bytes())

    with pytest.raises(ValueError, match="do not fit"):
        LateIndex.from_files(FolderArrays(one))


def test_some_of_the_passages(late: LateIndex) -> None:
    question = encoding((9, NORTH))

    assert late.of([1, 2]).scores(question, [0, 1]) == pytest.approx([1.0, 0.0], abs=0.01)


def test_states_are_unit_vectors_as_bytes() -> None:
    assert as_states(np.array([[3.0, 4.0], [0.0, 0.0]], np.float32)).tolist() == [
        [round(0.6 * SCALE), round(0.8 * SCALE)],
        [0, 0],
    ]


def lettered(count: int) -> list[Encoding]:
    random = np.random.default_rng(0)
    words = [" ".join("".join(random.choice(list("abcdefghij"), 5)) for _ in range(12)) for _ in range(count)]
    return LetterEncoder().encode(words)


def write_lettered(folder: Path, passages: Sequence[Encoding]) -> LateIndex:
    folder.mkdir()
    with LateBuilder(folder, 26) as builder:
        for at, each in enumerate(passages):
            builder.add(each, np.full(len(each.pieces), at % 3, np.int16))
    return LateIndex.from_files(FolderArrays(folder))


def test_beyond_some_size_vectors_are_codes_and_score_much_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passages = lettered(300)
    whole = write_lettered(tmp_path / "whole", passages)
    monkeypatch.setattr("index.late.WHOLE_MOST", 200)
    monkeypatch.setattr("index.late_codec.PART", 2)
    monkeypatch.setattr("index.late._AT_ONCE", 100)

    coded = write_lettered(tmp_path / "coded", passages)

    assert {path.name for path in (tmp_path / "coded").iterdir()} == {*FILES, CODEC}
    assert FolderArrays(tmp_path / "coded").array(STATES).shape == (3_600, 13)
    everywhere = range(len(passages))
    for question in passages[::50]:
        assert coded.scores(question, everywhere) == pytest.approx(whole.scores(question, everywhere), abs=0.05)
        assert coded.by_unit(question, 250, 3) == pytest.approx(whole.by_unit(question, 250, 3), abs=0.15)
        assert coded.of([250, 4]).by_unit(question, 0, 3) == pytest.approx(coded.by_unit(question, 250, 3))


def test_exactly_so_many_passages_keep_their_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.late.WHOLE_MOST", 5)

    write_lettered(tmp_path / "late", lettered(5))

    assert {path.name for path in (tmp_path / "late").iterdir()} == set(FILES)


def test_codes_are_the_same_bytes_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.late.WHOLE_MOST", 40)
    for name in ("one", "other"):
        write_lettered(tmp_path / name, lettered(60))

    for name in (*FILES, CODEC):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "other" / name).read_bytes()


def test_a_codec_gives_back_what_it_learnt_and_keeps_it_as_bytes() -> None:
    random = np.random.default_rng(0)
    states = as_states(random.standard_normal((256, 16)).astype(np.float32))
    codec = LateCodec.load(LateCodec.learnt(states).dump())

    decoded = codec.decode(codec.encode(states))

    # There are as many numbers for a part as vectors, so each stands for itself.
    assert decoded == pytest.approx(states / np.linalg.norm(states.astype(float), axis=1, keepdims=True), abs=0.01)
    assert codec.encode(states).shape == (256, codec.width)
    assert codec.decode(np.zeros((0, codec.width), np.uint8)).shape == (0, 16)


def test_a_codec_of_another_width_is_refused() -> None:
    codec = LateCodec.learnt(as_states(np.random.default_rng(0).standard_normal((256, 16)).astype(np.float32)))
    codes = np.zeros((2, 5), np.uint8)

    with pytest.raises(ValueError, match="do not fit"):
        LateIndex(codes, np.zeros(2, np.int32), np.zeros(2, np.int16), np.array([2]), np.zeros((2, 0), np.int64), codec)


def test_what_codes_stand_for_has_unit_length() -> None:
    states = as_states(np.random.default_rng(0).standard_normal((3_000, 16)).astype(np.float32))
    codec = LateCodec.learnt(states)

    lengths = np.linalg.norm(codec.decode(codec.encode(states)), axis=1)

    assert lengths == pytest.approx(np.ones(3_000), abs=1e-5)
