"""Rows that an answer gives, as a table: the document's cells, in place of their readings."""

from pathlib import Path

import pytest

from answer import Assistant
from desk.value_tables import number, value_tables
from index import Model, Snapshot, build, load, load_library, snapshot_folder, snapshot_name
from tests.conftest import LetterEncoder

LAMPS = """1. Lamps

The lamps of each ward are counted every spring by the lamp keepers and written into the book of lamps.

Ward\t2018-19\t2019-20\t2020-21
Harbour\t1,204\t1,190\t−1,100
Hill\t310\t305\t300

Each ward has one keeper, who is chosen by the council for three years and may be chosen again once.

Ward\tKeeper\tWhat the keeper says of the lamps there
Harbour\tAda Quill\tThey are dark
Hill\tBo Marsh\tThey are lit
"""


@pytest.fixture
def lamps(tmp_path: Path, letter_model: Model) -> tuple[Snapshot, Path]:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "lamps.txt").write_text(LAMPS, "utf-8")
    build(tmp_path / "corpus", tmp_path / "index", letter_model, encoder=lambda _: LetterEncoder())
    folder = snapshot_folder(tmp_path / "index", snapshot_name(tmp_path / "index") or "")
    return load(tmp_path / "index"), folder


def test_rows_of_years_are_a_table_with_its_header_and_a_chart(lamps: tuple[Snapshot, Path]) -> None:
    snapshot, folder = lamps
    answer = Assistant(snapshot, None).answer("How many lamps were there in each ward, Harbour and Hill?", refuse=False)
    readings = [at for at, statement in enumerate(answer.statements) if statement.reading]
    assert readings, answer.text

    [table] = value_tables(answer, snapshot.documents, load_library(folder)).values()

    assert table.columns == ("Ward", "2018-19", "2019-20", "2020-21")
    assert ("Harbour", "1,204", "1,190", "−1,100") in table.rows
    assert [answer.statements[at].text.split(" – ")[0] for at in table.statements] == [row[0] for row in table.rows]
    assert {(p.row, p.column): p.value for p in table.points}["Harbour", "2020-21"] == -1100
    assert set(table.citations) == {n for at in table.statements for n in answer.statements[at].citations}


def test_a_row_of_words_stays_a_sentence(lamps: tuple[Snapshot, Path]) -> None:
    snapshot, folder = lamps
    answer = Assistant(snapshot, None).answer("What does the keeper Ada Quill say?", refuse=False)
    assert any(statement.reading for statement in answer.statements), answer.text

    assert value_tables(answer, snapshot.documents, load_library(folder)) == {}


def test_without_what_is_known_of_a_document_there_is_no_table(lamps: tuple[Snapshot, Path]) -> None:
    snapshot, _ = lamps
    answer = Assistant(snapshot, None).answer("How many lamps were there in each ward, Harbour and Hill?", refuse=False)

    assert value_tables(answer, snapshot.documents, {}) == {}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        pytest.param("17,203", 17203, id="thousands"),
        pytest.param("−1.5", -1.5, id="a minus sign"),
        pytest.param("+18.5", 18.5, id="a plus sign"),
        pytest.param("£1.2bn", 1.2, id="money, without its scale"),
        pytest.param("6.4%", 6.4, id="per cent"),
    ],
)
def test_a_printed_figure_is_a_number(printed: str, expected: float) -> None:
    assert number(printed) == expected


@pytest.mark.parametrize("printed", ["", "n/a", "2018-19", "about 5"])
def test_what_is_no_figure_is_refused(printed: str) -> None:
    with pytest.raises(ValueError, match="is no figure"):
        number(printed)
