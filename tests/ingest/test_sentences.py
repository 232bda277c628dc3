"""Where sentences end."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.quotes import fold
from ingest.sentences import split_sentences

QUICK = settings(max_examples=120, deadline=None)
WORDS = st.sampled_from(["We", "act", "Dr.", "e.g.", "3.5", "£4", "12.", "J.", "“Stop.”", "(why?)", "Yes!", "no.", "•"])
SENTENCES = st.sampled_from(
    ["We act.", "It rose 3.5 per cent.", "Was Dr. Who there?", "£4m went!", "(See p. 12.)", "He said “Stop.”", "Why?!"]
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@given(st.one_of(st.lists(WORDS, max_size=20).map(" ".join), st.text(alphabet="aA1.!? “”)\n", max_size=60), st.text()))
@QUICK
def test_sentences_are_in_order_with_nothing_but_white_space_between(text: str) -> None:
    folded = fold(text)
    spans = split_sentences(folded)

    assert " ".join(folded[start:end] for start, end in spans) == folded
    assert all(start < end for start, end in spans)
    assert all(folded[before[1] : after[0]] == " " for before, after in pairwise(spans))


@given(st.lists(SENTENCES, max_size=8))
@QUICK
def test_sentences_put_together_come_apart_again(parts: list[str]) -> None:
    assert sentences(" ".join(parts)) == parts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", [], id="empty"),
        pytest.param("Cut crime", ["Cut crime"], id="no full stop"),
        pytest.param("Cut crime. Save money.", ["Cut crime.", "Save money."], id="two"),
        pytest.param("Why? Because! So.", ["Why?", "Because!", "So."], id="other marks"),
        pytest.param("Really?! Yes... Now.", ["Really?!", "Yes...", "Now."], id="marks in a row"),
        pytest.param("Is it 2018? 45 came.", ["Is it 2018?", "45 came."], id="before a number"),
        pytest.param("We paid £3. £4 is due.", ["We paid £3.", "£4 is due."], id="before money"),
        pytest.param("Our aims. • One", ["Our aims.", "• One"], id="before a bullet"),
        pytest.param("We met Mr. Smith. He left.", ["We met Mr. Smith.", "He left."], id="title of a person"),
        pytest.param("Costs, e.g. Fuel, rose. Then fell.", ["Costs, e.g. Fuel, rose.", "Then fell."], id="e.g."),
        pytest.param("See para. 12. It is No. 5.", ["See para. 12.", "It is No. 5."], id="references"),
        pytest.param("(cf. Annex) St. Pancras won.", ["(cf. Annex) St. Pancras won."], id="after a bracket"),
        pytest.param("Led by J. Smith. He left.", ["Led by J. Smith.", "He left."], id="initial"),
        pytest.param("It rose 3.5 per cent. It fell.", ["It rose 3.5 per cent.", "It fell."], id="decimal point"),
        pytest.param("12. Cut crime. Save.", ["12. Cut crime.", "Save."], id="paragraph number opens what follows"),
        pytest.param("It ended in 2018. We go on.", ["It ended in 2018.", "We go on."], id="year at the end"),
        pytest.param("He said “Stop.” Then ran.", ["He said “Stop.”", "Then ran."], id="closing quote"),
        pytest.param("It is true (we think.) Done.", ["It is true (we think.)", "Done."], id="closing bracket"),
        pytest.param(
            "We stop. “Why?” he asked.", ["We stop.", "“Why?” he asked."], id="opening quote, small letter after"
        ),
        pytest.param("It is approx. nine. and so on", ["It is approx. nine. and so on"], id="small letter goes on"),
        pytest.param("Go to www.met.uk. Then stop.", ["Go to www.met.uk.", "Then stop."], id="web address"),
    ],
)
def test_where_sentences_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Led by J.K. Smith of London.", id="of a person"),
        pytest.param("The U.K. Government agreed.", id="of a country"),
    ],
)
def test_initials_written_together_do_not_end_a_sentence(text: str) -> None:
    assert sentences(text) == [text]


def test_what_has_no_end_is_cut_at_blanks() -> None:
    text = "target of 5 " * 500
    spans = split_sentences(text)

    assert all(end - start <= 2_000 for start, end in spans)
    assert " ".join(text[start:end] for start, end in spans) == text.strip()
    assert split_sentences("a" * 4_500) == [(0, 2_000), (2_000, 4_000), (4_000, 4_500)]
