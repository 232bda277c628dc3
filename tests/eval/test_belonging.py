"""What belongs beside the best is learnt from the evidence that is known."""

from pathlib import Path

import pytest

from answer import Assistant
from eval import EvalQuestion, Place
from eval.belonging import fit_ties
from index import Model, Snapshot, build, load
from ingest import find_quote
from tests.conftest import LetterEncoder

# Of every pair the second sentence belongs to the answer, and what other passages say of the same does not.
TEXT = "Plan\n" + "".join(
    f"\n{number} {name.title()}s\n\nThe {name} was bought in 2011 for the yard. It cost {number} million pounds.\n"
    for number, name in enumerate(("ferry", "barge", "tug", "canoe", "launch", "dredger"), start=1)
)


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "plan.txt").write_text(TEXT, "utf-8")
    (tmp_path / "corpus" / "catalogue.toml").write_text('[plan]\ntitle = "Plan"\n', "utf-8")
    build(
        tmp_path / "corpus", tmp_path / "index", Model("letters", tmp_path, "0" * 64), encoder=lambda _: LetterEncoder()
    )
    return load(tmp_path / "index")


def asked(snapshot: Snapshot, name: str, number: int) -> EvalQuestion:
    quotes = (f"The {name} was bought in 2011 for the yard.", f"It cost {number} million pounds.")
    text = snapshot.documents["plan"].text
    places = tuple(Place("plan", find_quote(text, quote)[0], quote) for quote in quotes)
    return EvalQuestion(name, f"Was the {name} bought?", "other", (), (), True, places, (), "", "dev", "")


def test_a_tie_that_what_belongs_has_and_the_rest_have_not_weighs(snapshot: Snapshot) -> None:
    questions = [asked(snapshot, "ferry", 1), asked(snapshot, "barge", 2), asked(snapshot, "canoe", 4)]

    found = fit_ties([(Assistant(snapshot, LetterEncoder()), questions)])

    assert found.belonging == 3, "one sentence beside each best"
    assert found.n > 3 * found.belonging
    assert found.weights.passage + found.weights.follows > 0.5
    assert found.weights.row == 0.0, "there is none"


def test_where_nothing_belongs_there_is_nothing_to_fit(snapshot: Snapshot) -> None:
    with pytest.raises(ValueError, match="0 of 0 pieces"):
        fit_ties([(Assistant(snapshot, LetterEncoder()), [])])
