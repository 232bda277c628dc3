"""The terms documents define: measured against the hand count (tests/data/glossary.jsonl), and case by case."""

import json
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.corpus import ReadDocument, read_corpus
from ingest.documents import Block, Cell, Document
from ingest.glossary import Term, expansions, find_terms, senses, variants
from ingest.quotes import fold, quote_at
from ingest.structure import find_structure

ROOT = Path(__file__).parents[2]
LABELS = [json.loads(line) for line in (ROOT / "tests/data/glossary.jsonl").read_text("utf-8").splitlines()]
Where = Literal["glossary", "text"]


def document(text: str, blocks: Iterable[Block] | None = None) -> ReadDocument:
    """A document of some text, with blocks as found or as given."""
    head = Document("plan", "Plan", "", None, "", "unknown", "", "0" * 64, text, (), ())
    return ReadDocument(head, tuple(find_structure(text) if blocks is None else blocks), (), (), ())


def entry(text: str, term: str, meaning: str) -> Block:
    start, after = text.index(term), text.index(meaning)
    cells = (Cell(((start, start + len(term)),)), Cell(((after, after + len(meaning)),)))
    return Block("entry", (cells[0].spans[0], cells[1].spans[0]), cells=cells)


def term(name: str, meaning: str, where: Where = "text", doc_id: str = "plan") -> Term:
    return Term(name, meaning, "acronym", doc_id, ((0, 1),), where)


@pytest.fixture(scope="module")
def corpus() -> dict[str, ReadDocument]:
    return {r.document.doc_id: r for r in read_corpus(ROOT / "corpus").documents}


@pytest.fixture(scope="module")
def found(corpus: dict[str, ReadDocument]) -> list[Term]:
    return [t for read in corpus.values() for t in find_terms(read)]


def labelled(label: dict[str, Any]) -> tuple[str, str, str]:
    return label["document"], fold(label["term"]), fold(label["meaning"])


def test_there_are_as_many_labels_as_their_readme_says() -> None:
    wheres = [label["where"] for label in LABELS]

    assert (wheres.count("glossary"), wheres.count("text")) == (66, 141)


@pytest.mark.parametrize("where", ["glossary", "text"])
def test_the_terms_counted_by_hand_are_found_and_nothing_else(found: list[Term], where: Where) -> None:
    sure = {labelled(label) for label in LABELS if label["where"] == where and label.get("sure", True)}
    unsure = {labelled(label) for label in LABELS if label["where"] == where} - sure
    got = {(t.doc_id, fold(t.term), fold(t.meaning)) for t in found if t.where == where}

    assert got - sure - unsure == set()
    assert len(got & sure) / len(sure) >= 0.95


def test_the_terms_found_are_of_the_kind_counted_by_hand(found: list[Term]) -> None:
    kinds = {labelled(label): label["kind"] for label in LABELS}
    got = {(t.doc_id, fold(t.term), fold(t.meaning)): t.kind for t in found}

    assert {key: kind for key, kind in got.items() if kinds.get(key, kind) != kind} == {}


def test_the_words_at_the_head_of_a_definition_are_those_counted_by_hand(corpus: dict[str, ReadDocument]) -> None:
    given = {doc_id: expansions(read) for doc_id, read in corpus.items()}
    heads = [label for label in LABELS if "expansion" in label]

    assert len(heads) == 7
    assert [given[h["document"]][h["term"]] for h in heads] == [h["expansion"] for h in heads]


@given(
    st.lists(
        st.sampled_from(
            [
                "Glossary\n\n",
                "BCU Basic Command Unit\n\n",
                "ABC",
                "Ab",
                "of",
                "\n",
                " ",
                "(",
                ")",
                "-",
                ": ",
                " - ",
                "’",
            ]
        )
        | st.text(max_size=5),
        max_size=30,
    ).map("".join)
)
def test_every_term_and_meaning_stands_in_its_spans(text: str) -> None:
    read = document(text)
    terms = find_terms(read)

    for t in terms:
        quote = quote_at(text, t.spans)
        assert t.term in quote
        assert t.meaning in quote
    for before, after in pairwise(terms):
        assert before.spans <= after.spans
    assert set(expansions(read)) == set(senses(terms))


def test_an_acronym_over_two_lines_keeps_the_way_back() -> None:
    text = "We work with the Greater \nLondon Authority (GLA).\n"

    assert find_terms(document(text)) == [
        Term("GLA", "Greater London Authority", "acronym", "plan", ((17, 48),), "text")
    ]


def test_an_acronym_spelt_out_again_in_the_same_words_is_given_once() -> None:
    text = "Serious and Crime Boards (SCBs).\n\nThe serious crime board (SCB).\n\nStreet Care Board (SCB).\n"

    assert [t.meaning for t in find_terms(document(text))] == ["Serious and Crime Boards", "Street Care Board"]


def test_words_of_two_cells_spell_nothing_out() -> None:
    text = "Crime\nBoard (CB)\n"
    row = Block("row", ((0, 5), (6, 16)), cells=(Cell(((0, 5),)), Cell(((6, 16),))))

    assert find_terms(document(text, [row])) == []


@pytest.mark.parametrize(
    ("name", "meaning", "kind"),
    [
        pytest.param("S&G", "Strategy and Growth", "acronym", id="acronym"),
        pytest.param("CRC or London CRC", "London Company", "acronym", id="two acronyms"),
        pytest.param("Hate crime", "A crime of hate", "term", id="term"),
        pytest.param("Counter-Terrorism", "Work against terror", "term", id="a hyphenated word is no acronym"),
        pytest.param("Restorative Justice / RJ", "Making good", "term", id="a term and its acronym"),
        pytest.param("These refer to the following", "Met department", None, id="words about the list"),
        pytest.param("Abbreviations in milestones", "Business groups", None, id="a title of the list"),
    ],
)
def test_the_entries_of_a_glossary(name: str, meaning: str, kind: str | None) -> None:
    text = f"{name} {meaning}"
    terms = find_terms(document(text, [entry(text, name, meaning)]))

    assert [(t.term, t.meaning, t.kind, t.where) for t in terms] == (
        [(name, meaning, kind, "glossary")] if kind else []
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("IVMA In-Vehicle Mobile Application", ("IVMA", "In-Vehicle Mobile Application"), id="hyphenated"),
        pytest.param("Fine detection Detections: A term for", ("Fine detection", "Detections: A term for"), id="twice"),
        pytest.param(
            "Risk Children: keeping them safe including:\n\nProtecting children from harm Preventing harm",
            ("Risk", "Children: keeping them safe including: Protecting children from harm Preventing harm"),
            id="a colon goes on",
        ),
    ],
)
def test_entries_that_were_once_cut_wrongly(text: str, expected: tuple[str, str]) -> None:
    terms = find_terms(document(f"Glossary\n\nBCU Basic Command Unit\n\n{text}\n"))

    assert [(t.term, t.meaning) for t in terms][1:] == [expected]


def test_the_glossary_s_sense_wins_and_the_others_are_variants() -> None:
    terms = [term("MIB", "MPS Bureau"), term("MIBs", "Met Bureaux"), term("MIB", "Met Bureau", "glossary")]

    assert senses(terms) == {"MIB": terms[2]}
    assert variants(terms) == {"MIB": (terms[0], terms[1])}


def test_without_a_glossary_the_first_sense_wins() -> None:
    terms = [term("SC", "Street Care"), term("SC", "Specialist Crime")]

    assert senses(terms)["SC"] == terms[0]
    assert variants(terms)["SC"] == (terms[1],)


def test_the_same_words_in_text_and_glossary_are_no_variant() -> None:
    assert variants([term("BCU", "Basic Command Units"), term("BCU", "basic command unit", "glossary")]) == {}


def test_a_definition_that_begins_with_the_words_in_the_text_is_no_variant() -> None:
    assert variants([term("SRO", "Sexual Risk Orders"), term("SRO", "A Sexual Risk Order is one.", "glossary")]) == {}


def test_terms_of_two_documents_have_no_one_sense() -> None:
    with pytest.raises(ValueError, match="these terms are of 2"):
        senses([term("SC", "Street Care"), term("SC", "Specialist Crime", doc_id="report")])


@pytest.mark.parametrize(
    ("name", "meaning", "expected"),
    [
        pytest.param("SRO", "A Sexual Risk Order is an order.", {"SRO": "Sexual Risk Order"}, id="head"),
        pytest.param(
            "Restorative Justice / RJ",
            "Making good",
            {"Restorative Justice": "Making good", "RJ": "Restorative Justice"},
            id="beside",
        ),
        pytest.param(
            "Habitual carrier (HC)", "One who", {"Habitual carrier": "One who", "HC": "Habitual carrier"}, id="brackets"
        ),
        pytest.param("Hate crime", "A crime of hate", {"Hate crime": "A crime of hate"}, id="definition"),
    ],
)
def test_what_a_name_stands_for(name: str, meaning: str, expected: dict[str, str]) -> None:
    text = f"{name} {meaning}"

    assert expansions(document(text, [entry(text, name, meaning)])) == expected
