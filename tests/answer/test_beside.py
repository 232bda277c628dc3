"""What is given beside the best evidence, rule by rule, over two small documents with scores set by hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from answer import beside
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


def found(snapshot: Snapshot, question: str, scores: dict[str, float], coverage: float = 1.0) -> list[Evidence]:
    """What is found where the units that begin so have such scores and all others none."""
    asked = understand(question)
    evidence = []
    for place, passage in enumerate(snapshot.passages):
        for at, unit in enumerate(passage.units):
            text = quote_at(snapshot.documents[passage.doc_id].text, unit.spans)
            score = next((s for begins, s in scores.items() if text.startswith(begins)), 0.0)
            words = frozenset(tokenize(text)) & asked.weights.keys()
            fills = tuple(filled(slot, text) for slot in asked.slots)
            signs = Signs(*[0.0] * len(Signs._fields))._replace(spelt_out=float("(SB)" in text))
            evidence.append(Evidence(unit, passage, score, coverage, words, signs, fills, text, frozenset(), place, at))
    return sorted(evidence, key=lambda e: -e.score)


def chosen(snapshot: Snapshot, question: str, scores: dict[str, float]) -> list[str]:
    """What is chosen of that: what each begins with."""
    evidence = found(snapshot, question, scores)
    given = with_what_belongs(evidence[0], Around(understand(question), evidence, (), snapshot.documents))
    return [next((b for b in scores if e.text.startswith(b)), e.text) for e in given]


def test_what_is_as_good_is_given_beside_the_best_and_what_is_far_behind_is_not(snapshot: Snapshot) -> None:
    question = "Did the yard lose boats in March?"

    assert "In March 2018" in chosen(snapshot, question, {"In March 2017": 20.0, "In March 2018": 20.0})
    assert "In March 2018" not in chosen(snapshot, question, {"In March 2017": 20.0, "In March 2018": 14.0})


def test_the_sentence_between_two_that_are_given_is_given_too(snapshot: Snapshot) -> None:
    said = chosen(snapshot, "How many boats a month did the yard lose?", {"In March 2017": 20.0, "In March 2018": 20.0})

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


def test_the_value_of_another_document_is_given_beside_the_best_unless_a_year_is_named(snapshot: Snapshot) -> None:
    scores = {"In the harbour 12": 20.0, "In the harbour 15": 18.6}

    assert chosen(snapshot, "How many wardens serve in the harbour?", scores) == list(scores)
    assert chosen(snapshot, "How many wardens served in the harbour in 2007?", scores) == ["In the harbour 12"]


def test_what_answers_a_part_of_a_double_question_is_given_only_if_the_reader_thinks_that_it_does(
    snapshot: Snapshot,
) -> None:
    evidence = [e for e in found(snapshot, "x", {"In March 2017": 20.0, "Operation Gull": 19.5}) if e.score]
    whole, part = ([replace(e, signs=e.signs._replace(read=read)) for e in evidence] for read in (0.0, -0.1))
    around = Around(understand("How many boats were lost, and what was set up?"), whole[:1], (), snapshot.documents)

    def given(parts: tuple[list[Evidence], ...]) -> list[str]:
        return [e.text for e in with_what_belongs(whole[0], replace(around, parts=parts))]

    assert whole[1].text in given((whole[:1], whole[1:]))
    assert part[1].text not in given((whole[:1], part[1:]))


def test_no_more_words_are_added_than_a_short_answer_has(snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    scores = {"In March 2017": 20.0, "In March 2018": 20.0}
    monkeypatch.setattr(beside, "_MOST_WORDS", 8 + 7)  # the first has 8 words, the second 7

    assert "In March 2018" in chosen(snapshot, "Did the yard lose boats in March?", scores)
    monkeypatch.setattr(beside, "_MOST_WORDS", 8 + 6)
    assert "In March 2018" not in chosen(snapshot, "Did the yard lose boats in March?", scores)


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
