"""What acronyms stand for, and which names of one thing are missing from a text."""

from pathlib import Path

import pytest

from answer import Assistant
from answer.acronyms import Acronyms
from index import Model, Snapshot, build, load
from tests.conftest import LetterEncoder

KNOWN = Acronyms(
    [
        ("ESB", "Empress State Building"),
        ("MIB", "Met Intelligence Bureau"),
        ("MIB", "Met Information Bureau"),
        ("BCUs", "Basic Command Units"),
        ("PO", "police"),
    ]
)


@pytest.mark.parametrize(
    ("text", "others"),
    [
        pytest.param("When was the ESB bought?", ["Empress State Building"], id="what an acronym stands for"),
        pytest.param("the empress state building", ["ESB"], id="the acronym, whatever the case"),
        pytest.param(
            "What is the MIB?", ["Met Intelligence Bureau", "Met Information Bureau"], id="each of several meanings"
        ),
        pytest.param("The Empress State Building (ESB)", [], id="both are there"),
        pytest.param("How many BCUs are there?", ["Basic Command Units"], id="a plural"),
        pytest.param("each BCU", ["Basic Command Units"], id="the singular of what was spelt out as a plural"),
        pytest.param("the state of a building", [], id="words that only look like it"),
        pytest.param("the PO", [], id="one word is no meaning: it would stand for too much"),
        pytest.param("esb", [], id="an acronym has its capitals"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_the_other_names_of_what_a_text_names(text: str, others: list[str]) -> None:
    assert KNOWN.other_names(text) == others


def test_the_meanings_of_an_acronym_are_in_the_documents_words() -> None:
    assert KNOWN.meanings("MIB") == ["Met Intelligence Bureau", "Met Information Bureau"]
    assert KNOWN.meanings("BCUs") == KNOWN.meanings("BCU") == ["Basic Command Units"]
    assert KNOWN.meanings("XYZ") == []


TEXT = """Buildings

The Empress State Building (ESB) has 30 floors.

The purchase was completed in May.

1.1 Milestones

- Quarter 1, 2018-19: the ESB is ours.
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder: Path = tmp_path_factory.mktemp("acronyms")
    (folder / "corpus").mkdir()
    (folder / "corpus" / "buildings.txt").write_text(TEXT, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(folder / "index")


def test_what_the_passages_spell_out_is_known(snapshot: Snapshot) -> None:
    assert Acronyms(snapshot.vocabulary.acronyms).meanings("ESB") == ["Empress State Building"]


def test_a_unit_that_has_the_acronym_has_the_words_that_were_asked_for(snapshot: Snapshot) -> None:
    said = Assistant(snapshot, None).answer("When is the Empress State Building ours?", refuse=False)

    assert "Quarter 1, 2018-19" in said.text
