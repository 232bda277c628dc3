"""The learned reader: what it is given to read, that nothing else moves a score, and that it can tell an answer."""

import json
import math
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.errors import ReaderProblem
from answer.reader import (
    FOLDER,
    Layout,
    Marks,
    OnnxReader,
    Readable,
    Settings,
    Window,
    load_reader,
    load_tokenizer,
    members,
    windows,
)
from index.sealed import sealed

MARKS = Marks(start=101, end=102, stop=7, unknown=100)
SMALL = Settings(window=16, question=3, context=2, overlap=4)
PIECES = st.lists(st.integers(200, 999), max_size=20)


@pytest.fixture(scope="module")
def shipped() -> OnnxReader:
    return load_reader(threads=1)


@given(PIECES, PIECES, st.lists(PIECES, max_size=12))
def test_windows_hold_every_unit_and_none_is_too_long(
    question: list[int], context: list[int], units: list[list[int]]
) -> None:
    laid = list(windows(question, context, units, MARKS, SMALL))

    assert {at for window in laid for at, _, _ in window.units} == set(range(len(units)))
    for window in laid:
        assert len(window.pieces) == len(window.segments) <= SMALL.window
        assert [at for at, _, _ in window.units] == list(range(window.units[0][0], window.units[-1][0] + 1))
        room = SMALL.window - window.units[0][1] - 1
        for at, start, end in window.units:
            assert list(window.pieces[start:end]) == (units[at][:room] or [MARKS.unknown])
    for before, after in pairwise(laid):
        assert before.units[0][0] < after.units[0][0] <= before.units[-1][0] + 1
        assert before.units[-1][0] < after.units[-1][0]


@pytest.mark.parametrize(
    ("question", "context", "units", "expected"),
    [
        pytest.param([1], [], [], [], id="no units"),
        pytest.param([1], [], [[5, 6], [8]], [(101, 1, 102, 5, 6, 8, 102)], id="nothing over it"),
        pytest.param([1], [2], [[5]], [(101, 1, 102, 2, 7, 5, 102)], id="a full stop ends what is over it"),
        pytest.param([1, 2, 3, 4], [], [[5]], [(101, 1, 2, 3, 102, 5, 102)], id="a long question loses its end"),
        pytest.param([1], [2, 3, 4], [[5]], [(101, 1, 102, 3, 4, 7, 5, 102)], id="long headings lose the outermost"),
        pytest.param([], [], [[]], [(101, 100, 102, 100, 102)], id="what has no pieces is unknown"),
        pytest.param(
            [1],
            [],
            [[5] * 6, [6] * 4, [8] * 6],
            [(101, 1, 102, *[5] * 6, *[6] * 4, 102), (101, 1, 102, *[6] * 4, *[8] * 6, 102)],
            id="the last unit is read again with the next",
        ),
        pytest.param(
            [1],
            [],
            [[5] * 6, [6] * 4, [8] * 11],
            [(101, 1, 102, *[5] * 6, *[6] * 4, 102), (101, 1, 102, *[8] * 11, 102)],
            id="unless both do not fit",
        ),
        pytest.param([1], [], [[5] * 40], [(101, 1, 102, *[5] * 12, 102)], id="a unit longer than a window is cut"),
    ],
)
def test_how_a_passage_is_laid_out(
    question: list[int], context: list[int], units: list[list[int]], expected: list[tuple[int, ...]]
) -> None:
    assert [window.pieces for window in windows(question, context, units, MARKS, SMALL)] == expected


def test_members_are_a_unit_s_own_pieces() -> None:
    window = Window((101, 1, 102, 5, 6, 8, 102), (0, 0, 0, 1, 1, 1, 1), ((4, 3, 5), (5, 5, 6)))

    assert members(window).tolist() == [[0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 0, 0, 1, 0]]


class NumberingSession:
    """Scores every unit of the first window it is given 1, of the second 2, and so on."""

    def __init__(self) -> None:
        self.runs = 0

    def run(self, names: list[str], inputs: dict[str, Any]) -> list[Any]:
        assert names == ["scores"]
        self.runs += 1
        return [np.full(len(inputs["members"]), self.runs, np.float32)]


def test_a_unit_read_twice_has_the_mean_of_its_scores() -> None:
    layout = Layout(load_tokenizer()[0], SMALL)
    units = ("one two three four five six", "one two three four", "one two three four five six")
    reader = OnnxReader(NumberingSession(), layout)  # type: ignore[arg-type]

    assert reader.read("who", [Readable("", units)]) == [[1.0, 1.5, 2.0]]


def test_a_passage_without_units_has_no_scores(shipped: OnnxReader) -> None:
    assert shipped.read("Who?", [Readable("Title", ())]) == [[]]
    assert shipped.read("Who?", []) == []


@pytest.mark.parametrize(
    "question",
    ["When does it open?", "", "?", "x" * 3000, "when " * 400],
    ids=["plain", "empty", "mark", "word", "long"],
)
def test_every_unit_has_one_finite_score(shipped: OnnxReader, question: str) -> None:
    units = ("It opens at nine.", "", " ", "🙂", "word " * 900, *(f"Item {i} of the list" for i in range(120)))

    (scores,) = shipped.read(question, [Readable("Hours. " * 90, units)])

    assert len(scores) == len(units)
    assert all(math.isfinite(score) for score in scores)


OPENING = Readable("Swimming pool", ("The pool opens at seven.", "It closes at ten.", "Bring a towel."))
LONG = Readable("", tuple(f"Lane {i} is {i + 20} metres long and has its own clock." for i in range(40)))
PRICES = Readable("Prices", ("A ticket costs £4.",))


def test_a_score_does_not_hang_on_what_else_is_read_or_in_what_order(shipped: OnnxReader) -> None:
    question = "When does the pool open?"
    alone = [shipped.read(question, [passage])[0] for passage in (OPENING, LONG, PRICES)]

    assert shipped.read(question, [OPENING, LONG, PRICES]) == alone
    assert shipped.read(question, [PRICES, LONG, OPENING, LONG]) == [alone[2], alone[1], alone[0], alone[1]]


@pytest.mark.parametrize(
    ("question", "context", "units", "expected"),
    [
        pytest.param(
            "How much does the lighthouse tour cost?",
            "Lighthouse",
            (
                "The lighthouse was built in 1846.",
                "A guided tour is £6 for adults.",
                "Its keeper lived in the cottage beside it until the lamp was made automatic.",
            ),
            1,
            id="a price",
        ),
        pytest.param(
            "Who is responsible for the rowing boats?",
            "Boating lake",
            (
                "There are twelve rowing boats on the lake.",
                "Swimming in the lake is not allowed.",
                "The parks officer looks after the rowing boats and mends them in winter.",
            ),
            2,
            id="somebody responsible",
        ),
        pytest.param(
            "why was the footbridge closed",
            "",
            (
                "The footbridge was closed in March because its timbers had rotted.",
                "It is crossed by four hundred people a day.",
                "A ferry runs every half hour.",
            ),
            0,
            id="a reason, carelessly typed",
        ),
        pytest.param(
            "When will the new bakery open?",
            "High Street",
            (
                "The butcher has been on the High Street since 1920.",
                "The new bakery sells bread, rolls and cakes.",
                "Its doors open to the public on 3 June.",
            ),
            2,
            id="a date under other words",
        ),
        pytest.param(
            "What percentage of allotments are vacant?",
            "Allotments",
            (
                "Allotments are let for a year at a time.",
                "Of the 240 allotments, 5 per cent have no tenant.",
                "Tenants may keep hens.",
            ),
            1,
            id="a share",
        ),
    ],
)
def test_the_shipped_reader_prefers_what_answers(
    shipped: OnnxReader, question: str, context: str, units: tuple[str, ...], expected: int
) -> None:
    (scores,) = shipped.read(question, [Readable(context, units)])

    assert scores.index(max(scores)) == expected


def test_the_shipped_reader_finds_less_where_nothing_answers(shipped: OnnxReader) -> None:
    opening, prices = shipped.read("When does the pool open?", [OPENING, PRICES])

    assert max(opening) > max(prices)


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    shutil.copytree(FOLDER, tmp_path / "reader")
    return tmp_path / "reader"


def test_a_graph_that_is_not_the_published_one_is_refused(copied: Path) -> None:
    content = bytearray((copied / "reader.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (copied / "reader.onnx").write_bytes(content)

    with pytest.raises(ReaderProblem, match=r"reader\.onnx is not the one published .*python -m training\.reader"):
        load_reader(copied)


def changed(folder: Path, **fields: object) -> None:
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    del manifest["checksum"]
    (folder / "manifest.json").write_bytes(sealed(manifest | fields))


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"format": 99}, "its format is 99, not 1", id="another format"),
        pytest.param({"graph_sha256": 3}, "'graph_sha256' is no text", id="no digest"),
        pytest.param({"settings": {"width": 3}}, "cannot be read", id="unknown settings"),
        pytest.param({"tokenizer_sha256": "0" * 64}, "pip install --force-reinstall", id="another tokenizer"),
    ],
)
def test_a_manifest_that_does_not_fit_is_refused(copied: Path, fields: dict[str, object], says: str) -> None:
    changed(copied, **fields)

    with pytest.raises(ReaderProblem, match=says):
        load_reader(copied)


def test_a_manifest_of_which_a_bit_was_flipped_is_refused(copied: Path) -> None:
    path = copied / "manifest.json"
    path.write_bytes(path.read_bytes().replace(b'"window": 256', b'"window": 257'))

    with pytest.raises(ReaderProblem, match=r"manifest\.json cannot be read \(it was changed .*Restore models/reader"):
        load_reader(copied)


@pytest.mark.parametrize("name", ["manifest.json", "reader.onnx"])
def test_a_missing_file_is_named_with_the_way_out(copied: Path, name: str) -> None:
    (copied / name).unlink()

    with pytest.raises(ReaderProblem, match=rf"{name} cannot be read .*python -m training\.reader"):
        load_reader(copied)


def test_the_shipped_graph_is_small_enough_to_carry() -> None:
    assert (FOLDER / "reader.onnx").stat().st_size <= 45_000_000
