"""Spelling held against the documents' own words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.spelling import Speller
from index import tokenize

TEXTS = [
    "Knife crime fell in London.",
    "The case of Operation Quadrant: homicides, homicide and targets.",
    "MPS MPA a the",
]


@given(st.text(max_size=80))
def test_only_words_change_and_mending_twice_is_mending_once(text: str) -> None:
    speller = Speller(TEXTS)
    mended = speller.mend(text)

    assert speller.mend(mended) == mended
    assert [c for c in mended if not c.isalpha() and c not in "'’"] == [
        c for c in text if not c.isalpha() and c not in "'’"
    ]


@given(st.sampled_from(["knife", "crime", "london", "operation", "quadrant", "homicide", "targets"]), st.data())
def test_a_letter_left_out_or_doubled_is_mended(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, len(word) - 1))
    slips = {word[:at] + word[at + 1 :], word[:at] + word[at] + word[at:]}

    for slip in slips:
        mended = Speller(TEXTS).mend(slip).lower()
        same_to_the_index = tokenize(mended) == tokenize(word)
        assert same_to_the_index or len(slip) < 4


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        pytest.param("crmie", "crime", id="neighbours changed"),
        pytest.param("opperation quadrent", "Operation Quadrant", id="the documents' own capitals"),
        pytest.param("homocide", "homicide", id="a wrong letter in a long word"),
        pytest.param("cake", "cake", id="a wrong letter in a short word is another word"),
        pytest.param("lemon", "lemon", id="near nothing"),
        pytest.param("hknife", "hknife", id="the first letter is right"),
        pytest.param("MPO", "MPO", id="an acronym is left alone"),
        pytest.param("targeted homicides", "targeted homicides", id="another ending of a known word"),
        pytest.param("2018-19 £5m [x]", "2018-19 £5m [x]", id="what is no word"),
        pytest.param("", "", id="empty"),
    ],
)
def test_what_is_mended(typed: str, expected: str) -> None:
    assert Speller(TEXTS).mend(typed) == expected


def test_a_word_that_often_stands_without_capitals_is_given_without() -> None:
    assert Speller(["Station Station Station", "a station"]).mend("stattion") == "station"
    assert Speller(["London " * 9, "london.example"]).mend("Lonodn") == "London"


def test_the_commoner_of_two_words_as_near_is_taken() -> None:
    assert Speller(["station station nation", "stations"]).mend("sation") == "station"
    assert Speller(["patrol petrol petrol"]).mend("ptrol") == "petrol"
