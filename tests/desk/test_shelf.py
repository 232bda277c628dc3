"""The library as it is shown: what was found in each document, what is looked for, what took whose place."""

from dataclasses import replace
from datetime import date

import pytest

from desk.shelf import (
    Node,
    OutlineEntry,
    Volume,
    Wanted,
    choices,
    chosen,
    glossary,
    outline,
    parts_of,
    succession,
    summary,
    unread_lines,
    volumes,
)
from index import Shelved
from ingest import Document, Section, Span, Term
from ingest.corpus import Left

TODAY = date(2024, 6, 1)


def document(doc_id: str, title: str, published: str | None, **more: str) -> Document:
    plain = Document(doc_id, title, "", published, "", "current", "", "", "x" * 100, (), ())
    return replace(plain, **more)  # type: ignore[arg-type]


def term(doc_id: str, name: str, meaning: str) -> Term:
    return Term(name, meaning, "acronym", doc_id, ((0, 1),), "text")


PLAN = document("plan", "Ferry Plan", "2021", publisher="Island Council", period="2021-22 to 2024-25")
OLD = document(
    "old", "Boats", "2015-03", publisher="Harbour Board", status="superseded", superseded_by="plan", note="Scanned."
)
ANNEX = document("annex", "Boats: Annex", "2015", part_of="old", superseded_by="plan", status="superseded")
LOOSE = document("loose", "A leaflet", None, status="unknown")
DOCUMENTS = {d.doc_id: d for d in (OLD, LOOSE, PLAN, ANNEX)}
LIBRARY = {
    "plan": Shelved(
        "plan",
        (),
        (),
        (term("plan", "RIB", "rigid inflatable boat"), term("plan", "AIS", "automatic identification system")),
        (Left("printed page number", 3, 5), Left("running head", 1, 1)),
        ("page 2 could not be read: damaged",),
    ),
    "old": Shelved("old", (), (), (term("old", "rib", "part of a hull"),), (), ()),
}


def shelf() -> list[Volume]:
    return volumes(DOCUMENTS, {"plan": 1200, "old": 1}, LIBRARY, TODAY)


def ids(found: list[Volume]) -> list[str]:
    return [v.document.doc_id for v in found]


def test_the_latest_document_comes_first_and_one_without_a_date_last() -> None:
    assert ids(shelf()) == ["plan", "old", "annex", "loose"]


def test_a_volume_says_what_was_found_in_it() -> None:
    plan, old, _, loose = shelf()

    assert plan.facts == "Island Council · 2021 · current"
    assert plan.counts == "1,200 passages · 0 targets, milestones and figures · 2 terms defined"
    assert plan.left_out == ("printed page number: 3 times, 5 characters", "running head: 1 time, 1 character")
    assert plan.remarks == ("page 2 could not be read: damaged",)
    assert old.counts == "1 passage · 0 targets, milestones and figures · 1 term defined"
    assert old.said[0] == "Superseded by Ferry Plan (2021)."
    assert loose.facts == "date unknown · standing unknown"


def test_the_summary_counts_years_and_standings() -> None:
    assert summary(shelf()) == "4 documents, dated 2015 to 2021: 2 superseded, 1 current, 1 standing unknown."
    assert summary(shelf()[:1]) == "1 document, dated 2021: 1 current."
    assert summary(shelf()[3:]) == "1 document: 1 standing unknown."
    assert summary([]) == "No document."


def test_the_choices_are_what_there_is() -> None:
    assert choices(shelf()) == (
        ["Harbour Board", "Island Council"],
        ["current", "standing unknown", "superseded"],
        ["2021", "2015", "date unknown"],
    )


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        pytest.param(Wanted(), ["plan", "old", "annex", "loose"], id="nothing asked"),
        pytest.param(Wanted("boats"), ["old", "annex"], id="a word, whatever the case"),
        pytest.param(Wanted("ANNEX boats"), ["annex"], id="every word, in any order"),
        pytest.param(Wanted("council"), ["plan"], id="of the publisher"),
        pytest.param(Wanted("scanned"), ["old"], id="of the note"),
        pytest.param(Wanted(publishers=frozenset({"Harbour Board", "Nobody"})), ["old"], id="a publisher"),
        pytest.param(Wanted(standings=frozenset({"superseded"})), ["old", "annex"], id="a standing"),
        pytest.param(Wanted(years=frozenset({"2021", "date unknown"})), ["plan", "loose"], id="years"),
        pytest.param(Wanted("ferry", years=frozenset({"2015"})), [], id="nothing fits, nothing is shown"),
    ],
)
def test_what_is_looked_for_is_found(wanted: Wanted, expected: list[str]) -> None:
    assert ids(chosen(shelf(), wanted)) == expected


def test_a_part_stands_under_its_whole_and_the_old_under_the_new() -> None:
    trees, alone = succession(DOCUMENTS)

    annex = Node("annex", "part of the document above", ())
    assert trees == [Node("plan", "", (Node("old", "superseded by the document above", (annex,)),))]
    assert alone == ["loose"]


def test_documents_that_supersede_each_other_in_a_ring_are_all_shown_once() -> None:
    ring = {
        i: document(i, i.upper(), "2020", superseded_by=after)
        for i, after in (("a", "b"), ("b", "c"), ("c", "a"), ("d", "a"))
    }

    def names(nodes: tuple[Node, ...] | list[Node]) -> list[str]:
        return [name for node in nodes for name in (node.doc_id, *names(node.below))]

    trees, alone = succession(ring)
    assert sorted([*names(trees), *alone]) == ["a", "b", "c", "d"]


def test_a_document_superseded_by_one_that_is_not_there_stands_by_itself() -> None:
    assert succession({"old": OLD}) == ([], ["old"])


def test_an_outline_never_goes_down_by_more_than_one() -> None:
    sections = (
        Section((), 0, 10),
        Section(("One",), 10, 20),
        Section(("One", "Deep", "Deeper\n still"), 20, 30),
        Section(("One", "Deep", "Next"), 30, 40),
        Section(("Two",), 40, 100),
    )

    assert outline(replace(PLAN, sections=sections)) == [
        OutlineEntry("One", 10, 1),
        OutlineEntry("Deeper still", 20, 2),
        OutlineEntry("Next", 30, 3),
        OutlineEntry("Two", 40, 1),
    ]


@pytest.mark.parametrize(
    ("ends", "expected"),
    [
        pytest.param([30, 100], [(0, 100)], id="all at once"),
        pytest.param([60, 110, 120, 200], [(0, 60), (60, 120), (120, 200)], id="whole sections"),
        pytest.param([10, 260, 270], [(0, 10), (10, 110), (110, 210), (210, 270)], id="a section longer than a part"),
    ],
)
def test_a_long_document_is_cut_into_parts(ends: list[int], expected: list[Span]) -> None:
    starts = [0, *ends]
    sections = tuple(Section(("x",), s, e) for s, e in zip(starts, ends, strict=False))

    assert parts_of(replace(PLAN, sections=sections), most=100) == expected


def test_a_document_without_sections_is_one_part() -> None:
    assert parts_of(PLAN) == [(0, 100)]


def test_terms_are_in_the_order_of_the_alphabet_the_latest_document_first() -> None:
    assert [(t.term, t.doc_id) for t in glossary(LIBRARY, DOCUMENTS)] == [
        ("AIS", "plan"),
        ("RIB", "plan"),
        ("rib", "old"),
    ]


def test_terms_are_found_by_their_words_and_their_meanings() -> None:
    assert [t.meaning for t in glossary(LIBRARY, DOCUMENTS, "rib hull")] == ["part of a hull"]
    assert [t.term for t in glossary(LIBRARY, DOCUMENTS, "inflatable")] == ["RIB"]
    assert glossary(LIBRARY, DOCUMENTS, "nothing has this") == []
    assert glossary(LIBRARY, {"old": OLD}, "") == list(LIBRARY["old"].terms)


def test_a_file_that_could_not_be_read_is_named_with_the_reason_that_is_known() -> None:
    assert list(unread_lines({"b.pdf": "1", "a.xyz": "2"}, {"b.pdf": "it is damaged"})) == [
        "a.xyz: run python -m ingest to see why",
        "b.pdf: it is damaged",
    ]
