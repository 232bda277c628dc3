"""What is kept in rows of text comes back as it was."""

import random
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.engines.parts import PART, Kind, Rarities, Tokens, from_parts, in_batches, key_of, to_parts


@given(st.binary(max_size=300))
def test_bytes_come_back_as_they_were(content: bytes) -> None:
    parts = to_parts(Kind.PASSAGE, 7, content)

    assert from_parts([part.data for part in parts]) == content
    assert all(part.data.isascii() for part in parts)


def test_what_is_too_long_for_a_row_has_several_with_keys_of_their_own() -> None:
    content = random.Random(1).randbytes(200_000)
    parts = to_parts(Kind.TOKENS, 3, content)

    assert len(parts) == 5  # 200,000 bytes are 266,667 characters
    assert all(len(part.data) <= PART <= 65_535 and part.parts == 5 for part in parts)
    assert [part.key for part in parts] == [key_of(Kind.TOKENS, 3, n) for n in range(5)]
    assert from_parts([part.data for part in parts]) == content


def test_a_part_that_is_missing_is_seen() -> None:
    parts = to_parts(Kind.TOKENS, 3, random.Random(1).randbytes(200_000))

    with pytest.raises(ValueError, match="incomplete"):
        from_parts([part.data for part in parts[:-1]])


def test_no_two_things_have_a_key_in_common() -> None:
    keys = [key_of(kind, n, part) for kind in Kind for n in (0, 1, 2**40 - 1) for part in (0, 1, 2**16 - 1)]

    assert all(a < b for a, b in pairwise(keys))
    assert keys[-1] < 2**63  # what Milvus has room for
    with pytest.raises(ValueError, match="beyond"):
        key_of(Kind.HEAD, 0, 2**16)


@pytest.mark.parametrize("pieces", [0, 1, 3])
def test_token_vectors_come_back_as_they_were(pieces: int) -> None:
    states = np.arange(pieces * 4, dtype=np.int8).reshape(pieces, 4) - 5
    tokens = Tokens(states, np.arange(pieces, dtype=np.int32) + 70_000, np.arange(pieces, dtype=np.int16) - 1)

    found = Tokens.unpack(tokens.pack())

    for name in ("states", "pieces", "units"):
        assert getattr(found, name).tolist() == getattr(tokens, name).tolist()
    with pytest.raises(ValueError, match="pieces"):
        Tokens.unpack(tokens.pack() + b"\0")


def test_rarities_come_back_to_the_last_digit() -> None:
    words = Rarities(("£12", "naïve"), (0.1 + 0.2, 1e-17), 7.25)

    assert Rarities.unpack(words.pack()) == words


@given(st.lists(st.integers(0, 9)), st.integers(1, 20))
def test_batches_are_all_things_in_order_and_none_too_large(things: list[int], most: int) -> None:
    batches = list(in_batches(things, lambda thing: thing, most))

    assert [thing for batch in batches for thing in batch] == things
    assert all(sum(batch) <= most or len(batch) == 1 for batch in batches)
