"""BM25 with an idf that is never negative."""

import math
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.arrays import FolderArrays
from index.lexical import FILES, K1, B, LexicalBuilder, LexicalIndex

PASSAGES = st.lists(st.lists(st.sampled_from("abcde"), min_size=1, max_size=8), min_size=1, max_size=8)


def by_the_book(passages: list[list[str]], query: list[str]) -> list[float]:
    """BM25 from its formula: the sum of idf * tf (k1 + 1) / (tf + k1 (1 - b + b length / mean length)) over words."""
    mean = sum(map(len, passages)) / len(passages)
    scores = []
    for passage in passages:
        counts, score = Counter(passage), 0.0
        for word in query:
            having = sum(word in p for p in passages)
            idf = math.log(1 + (len(passages) - having + 0.5) / (having + 0.5))
            norm = K1 * (1 - B + B * len(passage) / mean)
            score += idf * counts[word] * (K1 + 1) / (counts[word] + norm)
        scores.append(score)
    return scores


@given(PASSAGES, st.lists(st.sampled_from("abcdef"), max_size=5))
def test_scores_are_bm25_by_the_book(passages: list[list[str]], query: list[str]) -> None:
    assert LexicalIndex.from_tokens(passages).scores(query).tolist() == pytest.approx(by_the_book(passages, query))


@given(PASSAGES, st.sampled_from("abcde"))
def test_a_score_is_above_0_just_where_the_word_stands(passages: list[list[str]], word: str) -> None:
    scores = LexicalIndex.from_tokens(passages).scores([word])

    assert [score > 0 for score in scores] == [word in passage for passage in passages]


def test_a_word_that_every_passage_has_still_counts_for_something() -> None:
    index = LexicalIndex.from_tokens([["ferry"], ["ferry", "boat"]])

    assert index.idf("ferry") > 0
    assert index.idf("boat") > index.idf("ferry")


def test_a_word_that_no_passage_has_is_the_rarest() -> None:
    index = LexicalIndex.from_tokens([["ferry"], ["boat"], ["boat"]])

    assert index.idf("submarine") > index.idf("ferry") > index.idf("boat")


def test_the_files_are_the_same_however_often_memory_was_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    passages = [[f"w{(7 * at + n * n) % 23}" for n in range(at % 5 + 1)] for at in range(200)]
    for name, block in (("one", 10**6), ("many", 50)):
        monkeypatch.setattr("index.lexical._BLOCK", block)
        (tmp_path / name).mkdir()
        builder = LexicalBuilder(tmp_path / name)
        for words in passages:
            builder.add(words)
        builder.write(tmp_path / name)

    assert {path.name for path in (tmp_path / "many").iterdir()} == set(FILES)
    assert all((tmp_path / "one" / name).read_bytes() == (tmp_path / "many" / name).read_bytes() for name in FILES)
    read = LexicalIndex.from_files(FolderArrays(tmp_path / "many"), len(passages))
    assert (
        read.scores(["w1", "w1", "w3"]).tolist()
        == LexicalIndex.from_tokens(passages).scores(["w1", "w1", "w3"]).tolist()
    )
