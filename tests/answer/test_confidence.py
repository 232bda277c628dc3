"""Is it answered at all, and is the answer right: worked out on paper, on a small corpus."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.confidence import (
    ANSWERED,
    RIGHT,
    WEIGHED,
    Features,
    answered,
    confidence,
    measure,
    missing_words,
    refused,
)
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


def evidence(
    snapshot: Snapshot, score: float, words: set[str], near_over: float = 0.0, read: float | None = None
) -> Evidence:
    """A unit of the passage on the ferry's money, with a score, the question's words that it has, and the reader's."""
    place, passage = next((i, p) for i, p in enumerate(snapshot.passages) if "£12 million" in p.text)
    signs = Signs(*[0.0] * len(Signs._fields))._replace(near_over=near_over)
    signs = signs._replace(unread=float(read is None), read=-4.0 if read is None else read)
    return Evidence(passage.units[0], passage, score, 0.0, frozenset(words), signs, (), "", frozenset(), place, 0)


def hit(snapshot: Snapshot, cosine: float | None) -> Hit:
    return Hit(snapshot.passages[0], 0, 1, 1.0, 1, None, None, cosine)


@given(st.builds(Features, *[shares] * len(WEIGHED)))
def test_both_are_probabilities(features: Features) -> None:
    assert 0 < confidence(features) < 1
    assert 0 <= answered(features) <= 1


@given(st.builds(Features, *[shares] * len(WEIGHED)), shares, shares)
def test_nearer_evidence_never_makes_an_answer_less_likely(features: Features, one: float, other: float) -> None:
    less, more = (features._replace(near=near) for near in sorted((one, other)))

    assert confidence(less) <= confidence(more)
    assert answered(less) <= answered(more)


def test_each_model_is_logistic_over_the_features_in_their_order() -> None:
    of = {"near": 0.9, "missing": 0.1, "unknown": 0.2, "cosine": 0.5, "ahead": 0.4, "filled": 1.0, "read": 2.0}
    features = Features(**of, any_read=3.0, score=9.0)

    for weights, model in ((RIGHT, confidence), (ANSWERED, answered)):
        start, near, missing, unknown, cosine, ahead, filled, read, any_read, score = weights
        odds = start + 0.9 * near + 0.1 * missing + 0.2 * unknown + 0.5 * cosine + 0.4 * ahead + filled
        odds += 2.0 * read + 3.0 * any_read + 9.0 * score
        assert model(features) == pytest.approx(math.exp(odds) / (1 + math.exp(odds)))


def test_what_the_reader_thinks_answers_is_not_refused_and_what_it_does_not_is() -> None:
    read = Features(near=0.5, missing=0.2, unknown=0.1, cosine=0.5, ahead=0.5, filled=1, read=4, any_read=4, score=12)

    assert not refused(read)
    assert refused(read._replace(read=-4.0, any_read=-3.0)), "however near it is"


def test_without_a_reader_a_question_is_refused_of_which_no_passage_has_a_word() -> None:
    features = Features(0.9, 1.0, 0.9, 0.5, 0.5, 1.0, -1.0, -1.0, 12.0, unread=True)

    assert answered(features) == pytest.approx(0.1)
    assert not refused(features)
    assert refused(features._replace(unknown=1.0))


def test_anything_that_the_reader_has_read_may_answer(snapshot: Snapshot) -> None:
    question = replace(understand("x"), weights={"budget": 1.0})
    found = [evidence(snapshot, 3.0 - at, {"budget"}, read=read) for at, read in enumerate((0.0, 2.0, None))]

    features = measure(question, found, 1.0, [], snapshot)

    assert features.read == 0.0, "of the best"
    assert features.any_read == pytest.approx(math.log(math.exp(0.0) + math.exp(2.0))), "what was not read is left out"
    assert not features.unread
    assert measure(question, found[2:], 1.0, [], snapshot).unread


def test_without_evidence_every_word_is_missing_and_nothing_is_filled(snapshot: Snapshot) -> None:
    question = understand("How many zeppelins?")

    assert measure(question, [], 1.0, [hit(snapshot, 0.3)], snapshot) == Features(
        0.0, 1.0, 1.0, 0.3, 0.0, 0.0, -4.0, -4.0, 0.0
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
    assert len(RIGHT) == len(ANSWERED) == len(WEIGHED) + 1
    assert Features(1, 2, 3, 4, 5, 6, 7, 8, 9).vector() == (1.0, 1, 2, 3, 4, 5, 6, 7, 8, 9)
