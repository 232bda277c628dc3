"""Spelling held against the documents' own words."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.spelling import MOST_MENDED, Speller, words_of_model
from index import Encoding, tokenize

TEXTS = [
    "Knife crime fell in London.",
    "The case of Operation Quadrant: homicides, homicide and targets.",
    "MPS MPA a the",
]


@given(st.text(max_size=80))
def test_only_words_change_and_mending_twice_is_mending_once(text: str) -> None:
    speller = Speller.from_texts(TEXTS)
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
        mended = Speller.from_texts(TEXTS).mend(slip).lower()
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
    assert Speller.from_texts(TEXTS).mend(typed) == expected


def test_a_word_that_often_stands_without_capitals_is_given_without() -> None:
    assert Speller.from_texts(["Station Station Station", "a station"]).mend("stattion") == "station"
    assert Speller.from_texts(["London " * 9, "london.example"]).mend("Lonodn") == "London"


def test_the_commoner_of_two_words_as_near_is_taken() -> None:
    assert Speller.from_texts(["station station nation", "stations"]).mend("sation") == "station"
    assert Speller.from_texts(["patrol petrol petrol"]).mend("ptrol") == "petrol"


class VocabularyEncoder:
    """An Encoder that has a few words whole and takes all others apart, letter by letter."""

    precision = "single"

    def __init__(self, *words: str) -> None:
        self._words = words
        self.asked: list[str] = []

    def encode(self, texts: Sequence[str], on_done: Callable[[int], None] | None = None) -> list[Encoding]:
        self.asked += texts
        if on_done:
            on_done(len(texts))
        return [self._encoding(1 if text in self._words else len(text)) for text in texts]

    def _encoding(self, pieces: int) -> Encoding:
        numbers = np.zeros(pieces, np.int32)
        return Encoding(np.ones(1, np.float32), numbers, numbers, np.zeros((pieces, 1), np.int8))


@pytest.mark.parametrize(
    ("word", "whole"),
    [
        pytest.param("lathe", True, id="as it is"),
        pytest.param("Lathe", True, id="in capitals"),
        pytest.param("lathes", True, id="several"),
        pytest.param("lathe's", True, id="of it"),
        pytest.param("lathing", True, id="an e left out"),
        pytest.param("trimming", True, id="a letter doubled"),
        pytest.param("trimmed", True, id="a letter doubled before another ending"),
        pytest.param("lathy", False, id="no ending that is known"),
        pytest.param("crmie", False, id="a slip"),
        pytest.param("lats", False, id="hardly a word without its ending"),
    ],
)
def test_the_words_that_a_models_vocabulary_has_whole_or_without_an_ending(word: str, whole: bool) -> None:
    assert words_of_model(VocabularyEncoder("lathe", "trim", "lat"), [word]) == ({word} if whole else set())


def test_a_word_that_the_model_has_whole_is_no_slip_though_the_documents_have_one_near() -> None:
    encoder = VocabularyEncoder("creme")
    with_model = Speller.from_texts(TEXTS, partial(words_of_model, encoder))

    assert with_model.mend("homocide creme crmie") == "homicide creme crime"
    assert Speller.from_texts(TEXTS, lambda words: words).mend("crmie") == "crmie"


def test_the_model_is_asked_only_of_words_that_the_documents_have_not() -> None:
    encoder = VocabularyEncoder()
    speller = Speller.from_texts(TEXTS, partial(words_of_model, encoder))

    speller.mend("knife crime in London")
    assert encoder.asked == []
    speller.mend("knife crmie")
    assert "crmie" in encoder.asked
    assert "knife" not in encoder.asked


def test_of_very_many_slips_the_first_are_mended_and_the_rest_is_left() -> None:
    slips = [f"station{letter}" for letter in "abcdfghijklmnop"]
    mended = Speller.from_texts(["station"]).mend(" ".join(slips)).split()

    assert mended == ["station"] * MOST_MENDED + slips[MOST_MENDED:]
