"""Why a question is not answered, in a sentence."""

import pytest

from answer.question import understand
from answer.refusal import no_evidence, not_said, only_told, other_years, too_far


@pytest.mark.parametrize("narrowed", [False, True])
def test_each_reason_is_one_sentence(narrowed: bool) -> None:
    question = understand("Who mends zeppelins?")
    for reason in (
        no_evidence(narrowed=narrowed),
        only_told(),
        not_said(["when"]),
        other_years({"2031"}),
        too_far(question, set(), narrowed=narrowed),
        too_far(question, {"zeppelin"}, narrowed=narrowed),
    ):
        assert reason[0].isupper()
        assert reason.endswith(".")
        assert reason.count(". ") == 0


def test_where_documents_were_chosen_the_reason_speaks_of_those() -> None:
    assert "the documents you chose" in no_evidence(narrowed=True)
    assert "the documents you chose" in too_far(understand("Who swims?"), {"swim"}, narrowed=True)
    assert "you chose" not in no_evidence(narrowed=False)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        pytest.param(["how many boats"], "do not say “how many boats”.", id="one"),
        pytest.param(["how many boats", "by when"], "do not say “how many boats” or “by when”.", id="two"),
        pytest.param(["how many", "how much", "when?"], "“how many”, “how much” or “when”.", id="three"),
        pytest.param(["when", "when"], "do not say “when”.", id="the same twice"),
    ],
)
def test_what_is_not_said_is_named_in_the_questions_words(asked: list[str], said: str) -> None:
    assert not_said(asked).endswith(said)


@pytest.mark.parametrize(
    ("years", "said"),
    [
        pytest.param({"2031"}, "about 2031.", id="one"),
        pytest.param({"2031-32", "2031"}, "about 2031-32.", id="a financial year is named once"),
        pytest.param({"2034", "2031"}, "about 2031 or 2034.", id="two in their order"),
    ],
)
def test_years_that_nothing_near_has_are_named(years: set[str], said: str) -> None:
    assert other_years(years).endswith(said)


@pytest.mark.parametrize(
    ("question", "lacking", "said"),
    [
        pytest.param("Who mends zeppelins?", {"zeppelin"}, "mentions “zeppelins”.", id="as it was typed"),
        pytest.param("Zeppelins or balloons?", {"zeppelin", "balloon"}, "“Zeppelins” or “balloons”.", id="two"),
        pytest.param("Balloons, balloons", {"balloon"}, "“Balloons” or “balloons”.", id="marks are no part of a word"),
        pytest.param("Who mends it?", {"zeppelin"}, "answers this clearly enough", id="none of its own words"),
        pytest.param("Who mends it?", set(), "answers this clearly enough", id="none"),
    ],
)
def test_the_words_that_nothing_near_mentions_are_named(question: str, lacking: set[str], said: str) -> None:
    assert said in too_far(understand(question), lacking, narrowed=False)
