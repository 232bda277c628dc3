"""Which documents are looked in: what is chosen closes, and never opens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.narrowing import Choice, narrow, offered_publishers, offered_years, years_of
from ingest import Document


def document(doc_id: str, publisher: str = "", published: str | None = None, period: str = "") -> Document:
    return Document(doc_id, doc_id.title(), publisher, published, period, "current", "", "", "", (), ())


DOCUMENTS = {
    d.doc_id: d
    for d in [
        document("lamps", "Borough", "2018-05-01", "2018-19 to 2019-20"),
        document("ferries", "Island", "2021"),
        document("notes"),
    ]
}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        pytest.param(Choice(), None, id="nothing chosen is all of them"),
        pytest.param(Choice(("lamps", "ferries")), ("lamps", "ferries"), id="two documents"),
        pytest.param(Choice(publishers=("Island",)), ("ferries",), id="a publisher"),
        pytest.param(Choice(publishers=("Publisher unknown",)), ("notes",), id="an unknown publisher"),
        pytest.param(Choice(years=("2020",)), ("lamps",), id="the second year of a financial year"),
        pytest.param(Choice(years=("2021", "2019")), ("lamps", "ferries"), id="either of two years"),
        pytest.param(Choice(("lamps",), ("Island",)), (), id="what nothing fits is nothing"),
        pytest.param(Choice(("gone",)), (), id="a document that is gone is not all of them"),
        pytest.param(Choice(years=("1066",)), (), id="a year of none"),
    ],
)
def test_what_is_looked_in(choice: Choice, expected: tuple[str, ...] | None) -> None:
    assert narrow(choice, DOCUMENTS).documents == expected


@given(
    st.lists(st.sampled_from(["lamps", "ferries", "notes", "gone"]), unique=True),
    st.lists(st.sampled_from(["Borough", "Island", "Publisher unknown", "Nobody"]), unique=True),
    st.lists(st.sampled_from(["2018", "2021", "Year unknown", "1066"]), unique=True),
)
def test_choosing_more_kinds_never_opens_more(documents: list[str], publishers: list[str], years: list[str]) -> None:
    whole = Choice(tuple(documents), tuple(publishers), tuple(years))
    for fewer in (Choice(tuple(documents)), Choice(publishers=tuple(publishers)), Choice(years=tuple(years))):
        found, wider = narrow(whole, DOCUMENTS).documents, narrow(fewer, DOCUMENTS).documents
        assert wider is None or (found is not None and set(found) <= set(wider))


def test_what_is_offered_is_what_the_documents_have() -> None:
    assert offered_publishers(DOCUMENTS.values()) == ["Borough", "Island", "Publisher unknown"]
    assert offered_years(DOCUMENTS.values()) == ["2021", "2020", "2019", "2018", "Year unknown"]
    for year in offered_years(DOCUMENTS.values()):
        assert narrow(Choice(years=(year,)), DOCUMENTS).documents


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        pytest.param("2018-21", {"2018", "2019", "2020", "2021"}, id="a span"),
        pytest.param("1999/00", {"1999", "2000"}, id="over the century"),
        pytest.param("the third quarter", {"Year unknown"}, id="no year"),
    ],
)
def test_the_years_that_a_document_is_of(period: str, expected: set[str]) -> None:
    assert years_of(document("d", period=period)) == expected


def test_what_is_looked_in_is_said() -> None:
    said = narrow(Choice(("lamps",), ("Borough",), ("2019",)), DOCUMENTS).said

    assert said == "Lamps; published by Borough; of 2019"
