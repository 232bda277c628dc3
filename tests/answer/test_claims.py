"""What a text claims, told by its form."""

import pytest

from answer.claims import clauses, dates, figures, labelled, nearest, unbacked_figures


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("4,210 passengers, 25 per cent", {"4210", "25%"}, id="a comma, a per cent"),
        pytest.param("£12 million and 12.5m", {"£12m", "12.5m"}, id="sign and scale"),
        pytest.param("2018-19 and 2018/2019", {"2018-19"}, id="a financial year in two spellings"),
        pytest.param("twenty-five of two boats", {"25", "2"}, id="number words"),
        pytest.param("a thousand and three million", {"1k", "3m"}, id="scales in words"),
        pytest.param("one of no one", set(), id="a one that counts nothing"),
        pytest.param("a half, a second boat", {"half", "second"}, id="parts and places"),
        pytest.param("163¹ networks", {"163"}, id="a footnote's mark is no figure"),
        pytest.param("fell 3 percentage points, not 3%", {"3pp", "3%"}, id="points are not per cent"),
    ],
)
def test_figures(text: str, expected: set[str]) -> None:
    assert figures(text) == expected


@pytest.mark.parametrize(
    ("said", "source", "unbacked"),
    [
        pytest.param("12 million pounds", "£12 million", set(), id="a sign left out"),
        pytest.param("£12 million", "12 million", {"£12m"}, id="a sign put in"),
        pytest.param("£12 billion", "£12 million", {"£12bn"}, id="another scale"),
        pytest.param("12 boats", "12 million", {"12"}, id="a scale left out"),
        pytest.param("25 people", "25%", {"25"}, id="a per cent left out"),
        pytest.param("in 2018", "2018-19", set(), id="the first year of a financial year"),
        pytest.param("in 2019", "2018-19", {"2019"}, id="the second"),
        pytest.param("2 boats", "two boats", set(), id="a word in digits"),
        pytest.param("three boats", "2 boats", {"3"}, id="another number in words"),
    ],
)
def test_a_figure_is_backed_by_the_same_figure_alone(said: str, source: str, unbacked: set[str]) -> None:
    assert unbacked_figures(said, source) == unbacked


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("1 May 2021", {("may", "1"), ("may", "2021")}, id="day, month, year"),
        pytest.param("May 1st, 2021", {("may", "1"), ("may", "2021")}, id="month first"),
        pytest.param("Quarter 2, 2018-19", {("quarter 2", "2018")}, id="a quarter"),
        pytest.param("it may 2 or not", {("may", "2")}, id="too much is taken for a date rather than too little"),
    ],
)
def test_dates(text: str, expected: set[tuple[str, str]]) -> None:
    assert dates(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("carried 4,210 against a target of 4,000.", {("target", "4000")}, id="after it"),
        pytest.param("the 4,000 target was beaten", {("target", "4000")}, id="right before it"),
        pytest.param("target for 2018 is 134 – achieved is 163", {("target", "134")}, id="a year is no target"),
        pytest.param("Actual: 4,210; Target: 4,000", {("target", "4000")}, id="a row read out"),
    ],
)
def test_which_figure_is_the_target(text: str, expected: set[tuple[str, str]]) -> None:
    assert labelled(text) == expected


def test_a_clause_knows_what_it_speaks_of_and_how() -> None:
    first, second, third = clauses("Robbery fell while burglary rose. Fares may not rise.")

    assert (first.topic, first.directions) == ({"robberi"}, {"down"})
    assert (second.topic, second.directions, second.denies) == ({"burglari"}, {"up"}, False)
    assert (third.topic, third.hedges, third.denies) == ({"fare"}, {"may"}, True)
    assert nearest(clauses("Burglary is there.")[0], [first, second, third]) == second
    assert nearest(clauses("Zeppelins.")[0], [first, second, third]) is None


@pytest.mark.parametrize("text", ["It is not only big.", "No more than 5 came.", "See No. 5."])
def test_what_looks_like_a_denial_and_is_none(text: str) -> None:
    assert not any(clause.denies for clause in clauses(text))
