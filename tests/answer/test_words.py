"""What each unit of a passage says, what stands over it, and what it is quoted with to stand by itself."""

from pathlib import Path

import pytest

from answer.acronyms import Acronyms
from answer.standing import standing_spans, standing_units
from answer.words import Words
from index import Model, Snapshot, build, load
from ingest import quote_at
from tests.conftest import LetterEncoder

TEXT = """Ferry plan

1 Crew

The skipper sails daily. It starts at dawn. Every mate steers when they can and rests on all other days of the week.

Our aims are to:

- paint the hull; and
- train two mates.

These are old.

In the winter months the crew, which is small and tired, means above all things at sea and in harbour to:

- mend nets; and
- sleep.

Late boats
"""
# The numbers of the units of the one passage.
SKIPPER, STARTS, MATE, AIMS, PAINT, TRAIN, OLD, WINTER, MEND, SLEEP, LATE = range(11)
ABOVE = {"ferri", "plan", "1", "crew"}  # the title's and the heading's words


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("words")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "ferry.txt").write_text(TEXT, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(folder / "index")


def quoted(snapshot: Snapshot, at: int) -> str:
    document, (passage,) = snapshot.documents["ferry"], snapshot.passages
    return quote_at(document.text, standing_spans(document, passage, at))


def test_a_unit_has_its_words_in_order_and_the_passage_has_them_all(snapshot: Snapshot) -> None:
    said = Words(snapshot, Acronyms([])).of(0)

    assert said.units[MATE].words == ("everi", "mate", "steer", "rest", "day", "week")
    assert said.units[MATE].own == set(said.units[MATE].words)
    assert said.all == {word for unit in said.units for word in unit.own}
    assert len(said.units) == len(snapshot.passages[0].units) == LATE + 1


@pytest.mark.parametrize(
    ("at", "over", "leads"),
    [
        pytest.param(SKIPPER, set(), (), id="the title and the heading alone"),
        pytest.param(STARTS, {"skipper", "sail", "daili"}, (SKIPPER,), id="the sentence that it refers to"),
        pytest.param(MATE, set(), (), id="a long sentence that only has a pronoun"),
        pytest.param(PAINT, {"aim"}, (AIMS,), id="the lead-in of its list"),
        pytest.param(OLD, {"train", "two", "mate"}, (TRAIN,), id="the item that it refers to"),
        pytest.param(AIMS, set(), (), id="a lead-in does not lead itself"),
    ],
)
def test_what_stands_over_a_unit(snapshot: Snapshot, at: int, over: set[str], leads: tuple[int, ...]) -> None:
    unit = Words(snapshot, Acronyms([])).of(0).units[at]

    assert unit.over == ABOVE | over
    assert unit.leads == leads


@pytest.mark.parametrize(
    ("at", "quote"),
    [
        pytest.param(SKIPPER, "The skipper sails daily.", id="by itself"),
        pytest.param(STARTS, "The skipper sails daily. It starts at dawn.", id="what it refers to"),
        pytest.param(TRAIN, "Our aims are to: train two mates.", id="a short lead-in"),
        pytest.param(MEND, "mend nets; and", id="a lead-in of more than 20 words is left out"),
    ],
)
def test_what_a_unit_is_quoted_with(snapshot: Snapshot, at: int, quote: str) -> None:
    assert quoted(snapshot, at) == quote


def test_a_unit_stands_last_in_what_it_is_quoted_with(snapshot: Snapshot) -> None:
    document, (passage,) = snapshot.documents["ferry"], snapshot.passages

    for at, unit in enumerate(passage.units):
        assert standing_units(document, passage, at)[-1] == unit


def test_a_passage_is_read_once(snapshot: Snapshot) -> None:
    words = Words(snapshot, Acronyms([]))

    assert words.of(0) is words.of(0)


def test_an_item_is_said_with_a_short_lead_in_and_not_with_a_long_one(snapshot: Snapshot) -> None:
    units = Words(snapshot, Acronyms([])).of(0).units

    assert units[PAINT].standing == "Our aims are to: paint the hull; and"
    assert units[MEND].standing == "mend nets; and"
    assert units[OLD].standing == "These are old."
