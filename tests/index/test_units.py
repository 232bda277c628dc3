"""Which unit each word piece of a passage is of."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from index import Encoding, Model, Snapshot, build, index_text, load
from index.encoder import as_states
from index.units import OVER, units_of
from ingest import Passage, quote_at
from tests.conftest import LetterEncoder

TEXT = """Ferry plan

1 Crew

The skipper sails
daily. It starts at dawn.

Our aims are to:

- paint the hull; and
- train two mates.
"""


@pytest.fixture
def snapshot(tmp_path: Path) -> Snapshot:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "ferry.txt").write_text(TEXT, "utf-8")
    model = Model("letters", tmp_path, "0" * 64)
    build(tmp_path / "corpus", tmp_path / "index", model, encoder=lambda _: LetterEncoder())
    return load(tmp_path / "index")


def units(snapshot: Snapshot, passage: Passage, text: str, letters: LetterEncoder) -> list[int]:
    (found,) = units_of([passage], letters.encode([text]), [text], snapshot.documents)
    assert found.dtype == np.int16
    return found.tolist()


def test_each_word_is_of_the_unit_it_stands_in_and_a_heading_of_none(
    snapshot: Snapshot, letters: LetterEncoder
) -> None:
    (passage,) = snapshot.passages
    text = index_text(passage)

    assert text.startswith("1 Crew: The skipper sails daily. It starts")
    assert units(snapshot, passage, text, letters) == [
        *[OVER, OVER],  # 1 Crew:
        *[0, 0, 0, 0],  # The skipper sails daily.
        *[1, 1, 1, 1],  # It starts at dawn.
        *[2, 2, 2, 2],  # Our aims are to:
        *[3, 3, 3, 3],  # paint the hull; and
        *[4, 4, 4],  # train two mates.
    ]


def test_every_word_stands_in_the_unit_it_is_said_to_be_of(snapshot: Snapshot, letters: LetterEncoder) -> None:
    (passage,) = snapshot.passages
    text = index_text(passage)
    document = snapshot.documents["ferry"].text

    for word, unit in zip(text.split(), units(snapshot, passage, text, letters), strict=True):
        assert unit == OVER or word in quote_at(document, passage.units[unit].spans)


def test_a_row_by_itself_is_one_unit_with_its_header(snapshot: Snapshot, letters: LetterEncoder) -> None:
    (passage,) = snapshot.passages

    assert units(snapshot, passage, "Hull – Colour: red", letters) == [0, 0, 0, 0]


def test_a_header_is_a_unit_of_its_own_though_each_row_has_it_too(snapshot: Snapshot, letters: LetterEncoder) -> None:
    (passage,) = snapshot.passages
    first, second, *others = passage.units
    # As if the first sentence were a row under the second, a header that stands in it.
    row = replace(first, kind="row", spans=(*second.spans, *first.spans))
    table = replace(passage, units=(row, replace(second, kind="header"), *others))

    assert units(snapshot, table, index_text(passage), letters)[2:10] == [0] * 4 + [1] * 4


def test_what_the_model_did_not_read_has_no_unit(snapshot: Snapshot, letters: LetterEncoder) -> None:
    (passage,) = snapshot.passages
    text = index_text(passage)
    (whole,) = letters.encode([text])
    cut = Encoding(whole.vector, whole.pieces[:4], whole.starts[:4], as_states(np.ones((4, 26), np.float32)))

    (found,) = units_of([passage], [cut], [text], snapshot.documents)

    assert found.tolist() == [OVER, OVER, 0, 0]


def test_there_must_be_one_text_and_one_encoding_a_passage(snapshot: Snapshot, letters: LetterEncoder) -> None:
    with pytest.raises(ValueError, match="shorter"):
        units_of(snapshot.passages, letters.encode(["x"]), [], snapshot.documents)
