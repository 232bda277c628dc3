"""JSON that carries the checksum of itself: no byte of it changes unseen."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sealed import sealed, unsealed

RECORD = {"built": "2026-01-02T03:04:05+00:00", "number": 5, "names": ["a", "é"]}


def test_what_was_sealed_comes_back() -> None:
    assert unsealed(sealed(RECORD), RECORD) == RECORD


def test_every_bit_of_it_is_seen() -> None:
    content = sealed(RECORD)
    for place in range(len(content)):
        for bit in range(8):
            harmed = bytearray(content)
            harmed[place] ^= 1 << bit
            with pytest.raises(ValueError, match=r"."):
                unsealed(bytes(harmed), RECORD)


@given(st.integers(0, len(sealed(RECORD)) - 1))
def test_every_truncation_is_seen(length: int) -> None:
    with pytest.raises(ValueError, match=r"."):
        unsealed(sealed(RECORD)[:length], RECORD)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(sealed(RECORD).replace(b"\n", b"\n "), id="more white space"),
        pytest.param(sealed(RECORD) + b"\n", id="a line more"),
        pytest.param(json.dumps(json.loads(sealed(RECORD))).encode(), id="written in another way"),
        pytest.param(sealed({**RECORD, "more": 1}), id="a key more"),
        pytest.param(sealed({"number": 5}), id="keys that are missing"),
        pytest.param(b"[1]", id="no record"),
    ],
)
def test_anything_else_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        unsealed(content, RECORD)


def test_one_of_before_there_was_a_checksum_is_read_if_it_has_nothing_else() -> None:
    assert unsealed(json.dumps(RECORD).encode(), RECORD) == RECORD
    with pytest.raises(ValueError, match="more"):
        unsealed(json.dumps({**RECORD, "more": 1}).encode(), RECORD)
