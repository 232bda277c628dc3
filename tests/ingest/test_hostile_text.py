"""Text made to be slow takes no longer, for its length, than other text: where it is taken apart nothing ends it."""

import time

import pytest

from ingest import find_register, find_terms, parse_document

# Each took the square of its length, or its cube, once.
SLOW = {
    "targets in one sentence": "a target of 5 against 4 in 2018-19 ",
    "dashes": "- ",
    "numbers": "1 ",
    "sums": "£1 ",
    "shares": "1% ",
    "names in brackets": "Aa (AB) ",
    "a name without an end": "A",
    "a figure without an end": "1,",
}


@pytest.mark.parametrize("unit", SLOW.values(), ids=SLOW)
def test_a_text_of_one_thing_over_and_over_is_read_in_time(unit: str) -> None:
    text = "Plan\n\n" + unit * (30_000 // len(unit))
    began = time.process_time()
    read = parse_document("plan.txt", text.encode(), {})
    find_register(read)
    find_terms(read)

    assert time.process_time() - began < 4


def test_a_long_word_of_capitals_is_no_acronym_and_soon_told() -> None:
    from ingest.entries import _ACRONYM

    began = time.process_time()

    assert not _ACRONYM.match("A" * 5_000 + "!")
    assert _ACRONYM.match("A" * 5_000)
    assert [bool(_ACRONYM.match(w)) for w in ("MPS", "R&D", "Mc-X", "Well-Known", "Met", "AB")] == [
        True,
        True,
        True,
        False,
        False,
        True,
    ]
    assert time.process_time() - began < 1
