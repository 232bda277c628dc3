"""Is it answered at all, and is the answer right: worked out on paper, on a small corpus."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import confidence as module
from answer.confidence import ANSWERED, RIGHT, THRESHOLD, Features, answered, confidence, measure, missing_words
from answer.evidence import Evidence, Signs
from answer.question import understand
from index import Hit, Model, Snapshot, build, load
from tests.conftest import CATALOGUE, FERRY, LIBRARY, LetterEncoder

shares = st.floats(0, 1)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("small")
    (folder / "corpus").mkdir()
    for name, text in (("ferry.txt", FERRY), ("library.txt", LIBRARY), ("catalogue.toml", CATALOGUE)):
        (folder / "corpus" / name).write_text(text, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(folder / "index")


def evidence(snapshot: Snapshot, score: float, words: set[str], near_over: float = 0.0) -> Evidence:
    """A unit of the passage on the ferry's money, with a score and the question's words that it has."""
    place, passage = next((i, p) for i, p in enumerate(snapshot.passages) if "£12 million" in p.text)
    signs = Signs(*[0.0] * len(Signs._fields))._replace(near_over=near_over)
    return Evidence(passage.units[0], passage, score, 0.0, frozenset(words), signs, (), "", frozenset(), place, 0)


def hit(snapshot: Snapshot, cosine: float | None) -> Hit:
    return Hit(snapshot.passages[0], 0, 1, 1.0, 1, None, None, cosine)


@given(st.builds(Features, *[shares] * len(Features._fields)))
def test_both_are_probabilities(features: Features) -> None:
    assert 0 < confidence(features) < 1
    assert 0 < answered(features) < 1


@given(st.builds(Features, *[shares] * len(Features._fields)), shares, shares)
def test_nearer_evidence_never_makes_an_answer_less_likely(features: Features, one: float, other: float) -> None:
    less, more = (features._replace(near=near) for near in sorted((one, other)))

    assert confidence(less) <= confidence(more)
    assert answered(less) <= answered(more)


def test_each_model_is_logistic_over_the_features_in_their_order() -> None:
    features = Features(near=0.9, missing=0.1, unknown=0.2, cosine=0.5, ahead=0.4, filled=1.0, read=2.0, score=9.0)

    for weights, model in ((RIGHT, confidence), (ANSWERED, answered)):
        start, near, missing, unknown, cosine, ahead, filled, read, score = weights
        odds = start + 0.9 * near + 0.1 * missing + 0.2 * unknown + 0.5 * cosine + 0.4 * ahead + filled
        odds += 2.0 * read + 9.0 * score
        assert model(features) == pytest.approx(math.exp(odds) / (1 + math.exp(odds)))


def test_some_evidence_is_near_enough_and_some_is_not() -> None:
    near = Features(near=1.0, missing=0.0, unknown=0.0, cosine=1.0, ahead=1.0, filled=1.0, read=3.0, score=20.0)
    far = Features(near=0.0, missing=1.0, unknown=1.0, cosine=0.0, ahead=0.0, filled=0.0, read=-4.0, score=0.0)

    assert answered(far) < THRESHOLD < answered(near)


def test_without_evidence_every_word_is_missing_and_nothing_is_filled(snapshot: Snapshot) -> None:
    question = understand("How many zeppelins?")

    assert measure(question, [], 1.0, [hit(snapshot, 0.3)], snapshot) == Features(
        0.0, 1.0, 1.0, 0.3, 0.0, 0.0, -4.0, 0.0
    )


def test_the_features_of_a_question(snapshot: Snapshot) -> None:
    question = replace(understand("x"), weights={"budget": 1.0, "hull": 1.0, "zeppelin": 0.5})
    found = [
        evidence(snapshot, 2.0, {"budget"}, near_over=0.7),
        evidence(snapshot, 1.0, set()),
        evidence(snapshot, 2.0, set()),
    ]
    rare = {word: snapshot.lexical.idf(word) for word in question.weights}

    features = measure(question, found, 0.5, [hit(snapshot, 0.3), hit(snapshot, 0.6), hit(snapshot, None)], snapshot)

    whole = rare["budget"] + rare["hull"] + 0.5 * rare["zeppelin"]
    assert features.near == 0.7
    assert features.missing == pytest.approx((rare["hull"] + 0.5 * rare["zeppelin"]) / whole)
    assert features.unknown == pytest.approx(0.5 * rare["zeppelin"] / whole), "no passage has a zeppelin"
    assert features.cosine == 0.6
    assert features.ahead == pytest.approx(1 / (1 + math.exp(-1) + 1)), "scores 0, 1 and 0 below the best"
    assert features.filled == 0.5


def test_words_beside_the_best_evidence_in_its_passage_are_not_missing(snapshot: Snapshot) -> None:
    question = understand("Is the harbour board's budget for the ferry's hull?")

    # "board" and "harbour" stand in the next sentence; the hull in another passage.
    assert missing_words(question, evidence(snapshot, 1.0, {"budget", "ferri"})) == {"hull"}


def test_there_is_one_weight_a_feature_and_one_for_the_intercept() -> None:
    assert len(module.RIGHT) == len(module.ANSWERED) == len(Features._fields) + 1
    assert Features(1, 2, 3, 4, 5, 6, 7, 8).vector() == (1.0, 1, 2, 3, 4, 5, 6, 7, 8)
