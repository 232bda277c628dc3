"""What is given beside the best evidence, rule by rule, over two small documents with scores set by hand."""

from pathlib import Path

import pytest

from answer.beside import Around, with_what_belongs
from answer.evidence import Evidence, Signs
from answer.question import understand
from answer.slots import filled
from index import Model, Snapshot, build, load, tokenize
from ingest import quote_at
from tests.conftest import LetterEncoder

PLAN = """Harbour plan

1 Boats

In March 2017 the yard lost 31 boats. This peaked at 92 boats in July. In March 2018 it lost 44 boats.

We are short of the target for young sailors. The figure has moved to 5 per cent, against 9 per cent.

Operation Gull was set up in 2004. It aims to bring rowers back. Rain stops play.

Steamers call less often than ferries in the north. Ferries call more often in the south.

2 Bodies

The Sailing Board (SB) meets here. Later the Ships Bureau (SB) took over.
"""
OLD = """Old report

The harbour master is the chief. In the harbour 12 wardens serve.
"""
NEW = """New report

The harbour director is the chief. In the harbour 15 wardens serve.
"""
CATALOGUE = """[old]
title = "Old report"
published = "2007"
status = "archived"
[new]
title = "New report"
published = "2018"
[plan]
title = "Harbour plan"
published = "2018"
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("beside")
    (folder / "corpus").mkdir()
    for name, text in (("plan.txt", PLAN), ("old.txt", OLD), ("new.txt", NEW), ("catalogue.toml", CATALOGUE)):
        (folder / "corpus" / name).write_text(text, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(folder / "index")


def chosen(snapshot: Snapshot, question: str, scores: dict[str, float], coverage: float = 1.0) -> list[str]:
    """What is chosen where the units that begin so have such scores and all others none: what each begins with."""
    asked = understand(question)
    found = []
    for place, passage in enumerate(snapshot.passages):
        for at, unit in enumerate(passage.units):
            text = quote_at(snapshot.documents[passage.doc_id].text, unit.spans)
            score = next((s for begins, s in scores.items() if text.startswith(begins)), 0.0)
            words = frozenset(tokenize(text)) & asked.weights.keys()
            fills = tuple(filled(slot, text) for slot in asked.slots)
            signs = Signs(*[0.0] * len(Signs._fields))._replace(spelt_out=float("(SB)" in text))
            found.append(Evidence(unit, passage, score, coverage, words, signs, fills, text, frozenset(), place, at))
    found.sort(key=lambda e: -e.score)
    given = with_what_belongs(found[0], Around(asked, found, (), snapshot.documents))
    return [next((b for b in scores if e.text.startswith(b)), e.text) for e in given]


def test_the_year_that_is_named_is_given_beside_what_has_another(snapshot: Snapshot) -> None:
    scores = {"In March 2017": 20.0, "In March 2018": 17.5}

    assert chosen(snapshot, "Did the yard lose boats in March 2018?", scores)[:2] == ["In March 2017", "In March 2018"]
    assert "In March 2018" not in chosen(snapshot, "Did the yard lose boats in March 2017?", scores)


def test_the_sentence_between_two_that_are_given_is_given_too(snapshot: Snapshot) -> None:
    said = chosen(snapshot, "How many boats a month did the yard lose?", {"In March 2017": 20.0, "In March 2018": 19.0})

    assert said == ["In March 2017", "In March 2018", "This peaked at 92 boats in July."]


def test_the_number_that_a_target_wants_is_looked_for_in_the_next_sentences(snapshot: Snapshot) -> None:
    said = chosen(snapshot, "Is the target for young sailors met?", {"We are short": 20.0})

    assert said == ["We are short", "The figure has moved to 5 per cent, against 9 per cent."]


def test_the_sentence_that_goes_on_from_the_best_is_given_but_not_one_that_begins_anew(snapshot: Snapshot) -> None:
    assert chosen(snapshot, "What was Operation Gull for?", {"Operation Gull": 20.0}) == [
        "Operation Gull",
        "It aims to bring rowers back.",
    ]
    assert chosen(snapshot, "Why rowers?", {"It aims": 20.0}) == ["It aims"]


def test_a_date_that_is_filled_in_needs_no_sequel(snapshot: Snapshot) -> None:
    assert chosen(snapshot, "When was Operation Gull set up?", {"Operation Gull": 20.0}) == ["Operation Gull"]


def test_a_comparison_has_its_other_side(snapshot: Snapshot) -> None:
    scores = {"Steamers call": 20.0, "Ferries call": 17.5}

    assert chosen(snapshot, "Do ferries call more often in the south than in the north?", scores) == [
        "Steamers call",
        "Ferries call",
    ]
    assert chosen(snapshot, "Do steamers call in the south?", scores) == ["Steamers call"]


def test_what_still_holds_is_given_beside_what_does_not(snapshot: Snapshot) -> None:
    scores = {"The harbour master": 20.0, "The harbour director": 19.5}

    assert chosen(snapshot, "Who is the chief of the harbour?", scores) == list(scores)
    assert chosen(snapshot, "Who was the chief of the harbour in 2007?", scores) == ["The harbour master"]


def test_what_does_not_hold_any_more_is_not_added_to_what_does(snapshot: Snapshot) -> None:
    scores = {"The harbour director": 20.0, "The harbour master": 18.0}

    assert chosen(snapshot, "Who is the chief of the harbour?", scores) == ["The harbour director"]


def test_an_acronym_that_is_spelt_out_in_two_ways_has_both(snapshot: Snapshot) -> None:
    said = chosen(snapshot, "What does SB stand for?", {"The Sailing Board": 20.0, "Later the Ships": 10.0})

    assert said == ["The Sailing Board", "Later the Ships"]


def test_an_overview_has_the_best_of_each_document(snapshot: Snapshot) -> None:
    scores = {
        "The harbour director": 20.0,
        "The harbour master": 18.0,
        "In the harbour 15": 17.0,
        "In March 2017": 10.0,
    }

    assert chosen(snapshot, "Brief me on the harbour", scores) == [
        "The harbour director",
        "The harbour master",
        "In the harbour 15",
    ]
