"""Which documents a question names."""

import time
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer.naming import Named, named_documents, unknown_acronyms
from ingest import Document


def document(doc_id: str, title: str, published: str | None) -> Document:
    return Document(doc_id, title, "", published, "", "unknown", "", "", "", (), ())


DOCUMENTS = {
    each.doc_id: each
    for each in (
        document("harbour-new", "Harbour Strategy 2019-23", "2019-04"),
        document("harbour-old", "Harbour Strategy 2011", "2011"),
        document("waves", "Onward: Making Waves Together (summary)", "2015-01-02"),
        document("homes", "Island Housing Plan", "2019"),
        document("tides", "Tides", None),
    )
}
NAMES = [
    "Harbour Strategy",
    "Harbour Strategy 2011",
    "the 2019 plan",
    "in",
    "Tides:",
    "Making Waves Together",
    ",",
    "says",
]


@given(st.lists(st.sampled_from(NAMES) | st.text(max_size=20), max_size=8).map(" ".join))
def test_only_documents_there_are_are_named_and_no_word_is_added(text: str) -> None:
    named = named_documents(text, DOCUMENTS)

    assert named.documents <= set(DOCUMENTS)
    letters = iter(text)
    assert all(letter in letters for letter in "".join(named.rest.split())), "in order"


@given(st.text(max_size=100))
def test_where_there_are_no_documents_none_is_named_and_the_question_stays(text: str) -> None:
    named = named_documents(text, {})

    assert not named.documents
    assert "".join(text.split()).endswith("".join(named.rest.split()))


def test_a_name_stays_where_little_would_be_left() -> None:
    text = "Harbour Strategy 2011: who dredges?"

    assert named_documents(text, DOCUMENTS) == Named(frozenset({"harbour-old"}), text)


@pytest.mark.parametrize(
    ("text", "documents", "rest"),
    [
        pytest.param(
            "Harbour Strategy 2011: who dredges the quay?",
            {"harbour-old"},
            "who dredges the quay?",
            id="before a colon",
        ),
        pytest.param(
            "Who dredges the quay according to the harbour strategy 2011?",
            {"harbour-old"},
            "Who dredges the quay ?",
            id="in small letters",
        ),
        pytest.param(
            "In the Harbour Strategy who dredges the quay?",
            {"harbour-old", "harbour-new"},
            "who dredges the quay?",
            id="without its year",
        ),
        pytest.param(
            "Making Waves Together says who dredges the quay?",
            {"waves"},
            "says who dredges the quay?",
            id="after a colon",
        ),
        pytest.param(
            "In the 2011 strategy, who dredges the quay?", {"harbour-old"}, "who dredges the quay?", id="year"
        ),
        pytest.param("In the 2019 plan, who dredges the quay?", {"homes"}, "who dredges the quay?", id="year and sort"),
        pytest.param(
            "In the 2019-23 report who dredges the quay?",
            {"homes", "harbour-new"},
            "who dredges the quay?",
            id="year of several, none called so",
        ),
        pytest.param(
            "Does the 2011 strategy or the 2019 plan dredge the quay?",
            {"harbour-old", "homes"},
            "Does or dredge the quay?",
            id="two",
        ),
    ],
)
def test_a_document_that_is_named_is_no_part_of_what_is_asked(text: str, documents: set[str], rest: str) -> None:
    assert named_documents(text, DOCUMENTS) == Named(frozenset(documents), rest)


def test_a_name_that_may_be_the_matter_itself_stays_in_the_question() -> None:
    text = "Which Harbour Strategy 2011 aims name dredging?"

    assert named_documents(text, DOCUMENTS) == Named(frozenset({"harbour-old"}), text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Who chairs the Harbour Strategy's board?", id="whose"),
        pytest.param("What is the 2011 strategy's aim for the quay?", id="whose, by year"),
        pytest.param("What does the 1999 plan say of dredging?", id="a year of no document"),
        pytest.param("When do the tides turn in the harbour?", id="one word is no name"),
        pytest.param("How many harbour strategies are there?", id="another form"),
        pytest.param("How many homes were in the 2011 census?", id="a year of something else"),
    ],
)
def test_what_names_no_document(text: str) -> None:
    assert named_documents(text, DOCUMENTS) == Named(frozenset(), text)


@pytest.mark.parametrize("piece", ["the 2019 ", "in the harbour strategy ", "a ", "the ", " "])
def test_a_long_text_of_one_thing_takes_no_longer_than_another(piece: str) -> None:
    began = time.perf_counter()
    named_documents((piece * 2000)[:2000], DOCUMENTS)

    assert time.perf_counter() - began < 1


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        pytest.param("Does the RNLI pay VAT?", ["RNLI"], id="one of two"),
        pytest.param("RNLI, RNLI and RNLI?", ["RNLI"], id="named once"),
        pytest.param("Is it OK? No, Rnli.", [], id="two capitals, and a name"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_the_acronyms_of_which_nothing_is_known(text: str, unknown: list[str]) -> None:
    assert unknown_acronyms(text, {"vat"}.__contains__) == unknown


STANDING = {
    each.doc_id: replace(each, publisher="Isle of Wend", status=status)
    for each, status in (
        (document("old", "Wend Rising: Strategy 2012-16", "2012"), "superseded"),
        (document("new", "Isle of Wend: Plan 2017-21", "2017"), "current"),
        (document("paper", "Ferries: paper to the Board", "2018"), "current"),
    )
}


@pytest.mark.parametrize(
    ("text", "documents", "rest"),
    [
        pytest.param("who ran the ferries under the old strategy?", {"old"}, "who ran the ferries ?", id="old"),
        pytest.param("What ferries does the current plan add?", {"new"}, "What ferries does add?", id="current"),
        pytest.param(
            "What ferries and piers were there, according to our previous plan?",
            {"old"},
            "What ferries and piers were there, ?",
            id="no plan among them",
        ),
        pytest.param(
            "When is the new Local Plan adopted?", set(), "When is the new Local Plan adopted?", id="another plan"
        ),
        pytest.param("Which piers did Wend Rising mend?", {"old"}, "Which piers mend?", id="before a colon"),
        pytest.param(
            "Which piers does the Isle of Wend own?",
            set(),
            "Which piers does the Isle of Wend own?",
            id="the publisher",
        ),
    ],
)
def test_a_document_is_named_by_whether_it_holds_and_by_the_parts_of_its_title(
    text: str, documents: set[str], rest: str
) -> None:
    assert named_documents(text, STANDING) == Named(frozenset(documents), rest)
