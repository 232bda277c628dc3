"""Which list or table answers whole."""

import pytest

from answer import lists
from answer.acronyms import Acronyms
from answer.evidence import Evidence, find_evidence, with_readings
from answer.lists import how_many, list_asked_for, rows_asked_for, whole_list, with_other_dates
from answer.question import Question, understand
from answer.words import Words
from index import Model, Snapshot, build, load, search
from ingest import quote_at
from tests.conftest import ROOT, LetterEncoder


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    folder = tmp_path_factory.mktemp("letters")
    build(ROOT / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return load(folder / "index")


def judged(snapshot: Snapshot, question: str) -> tuple[Question, list[Evidence]]:
    """A question and what is found for it by words alone, best first."""
    asked = understand(question)
    hits = search(snapshot, None, asked.standalone)
    return asked, with_readings(find_evidence(asked, hits, snapshot, Words(snapshot, Acronyms([])), None), {})


def said(snapshot: Snapshot, question: str) -> list[str]:
    """The list that answers, as its parts."""
    asked, evidence = judged(snapshot, question)
    chosen = list_asked_for(asked, evidence, snapshot)
    if chosen is None:
        return []
    text = snapshot.documents[chosen.passage.doc_id].text
    return [quote_at(text, part.spans) for part in with_other_dates(asked, chosen, snapshot)]


def rows(snapshot: Snapshot, question: str) -> list[str]:
    """The rows that a question names, as they read."""
    asked, evidence = judged(snapshot, question)
    best = next(item for item in evidence if item.unit.kind == "row")
    return [row.reading for row in rows_asked_for(asked, best, snapshot)]


def test_a_list_of_as_many_things_as_were_asked_for_is_given_whole(snapshot: Snapshot) -> None:
    assert said(snapshot, "What are the three routes for new recruits?")[0].startswith("There will be three routes")
    assert len(said(snapshot, "What are the three routes for new recruits?")) == 4


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        pytest.param("In 2018-19, what three things will we do?", 3, id="a year is no number of things"),
        pytest.param("What are the milestones of quarter 2 in 2018/19?", None, id="nor is a quarter"),
        pytest.param("Name the 13 measures", 13, id="in figures"),
        pytest.param("What rose by 5 per cent?", None, id="nor a share"),
    ],
)
def test_how_many_things_a_question_asks_for(question: str, wanted: int | None) -> None:
    assert how_many(question) == wanted


def test_where_the_best_evidence_leads_up_to_a_list_the_list_is_given(snapshot: Snapshot) -> None:
    parts = said(snapshot, "Which external inquiries is the Met supporting to learn from past errors?")

    assert any("Undercover Policing Inquiry" in part for part in parts)
    assert any("Daniel Morgan" in part for part in parts)


def test_no_list_answers_a_question_that_asks_for_none(snapshot: Snapshot) -> None:
    assert said(snapshot, "How many buildings does the Met operate from?") == []


def test_the_milestones_of_all_quarters_are_given_together_and_those_of_one_if_it_is_named(snapshot: Snapshot) -> None:
    every = said(snapshot, "What are the milestones for value for money and the capital budget?")
    one = said(snapshot, "What are the milestones of quarter 3 for the draft revenue and capital budget submission?")

    assert {"Quarter 2, 2018-19:", "Quarter 3, 2018-19:", "Quarter 4, 2018-19:"} <= set(every)
    assert "Publication of annual accounts." in every
    assert "Publication of annual accounts." not in one


@pytest.mark.parametrize(
    ("question", "labels"),
    [
        pytest.param("How many disability hate crimes?", ["Disability"], id="one row"),
        pytest.param("Were there more homophobic or transgender hate crimes?", ["Homophobic", "Transgender"], id="two"),
    ],
)
def test_the_rows_that_a_question_names(snapshot: Snapshot, question: str, labels: list[str]) -> None:
    assert [row.split(" – ")[0] for row in rows(snapshot, question)] == labels


def test_where_a_list_is_asked_for_of_what_the_rows_share_all_of_a_short_table_are_given(
    snapshot: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = [row.split(" – ")[0] for row in rows(snapshot, "Which kinds of hate crime went down?")]

    assert {"Race", "Islamophobic", "Disability", "Homophobic", "Transgender"} <= set(given)
    monkeypatch.setattr(lists, "_SHORT_TABLE", len(given) - 1)
    assert rows(snapshot, "Which kinds of hate crime went down?") == []


def test_a_row_that_is_named_is_given_alone_even_where_a_list_is_asked_for(snapshot: Snapshot) -> None:
    asked = "List what went down or up for Islamophobic crime, in whatever way anybody kept count of it back then"

    assert understand(asked).kind == "list"
    assert [row.split(" – ")[0] for row in rows(snapshot, asked)] == ["Islamophobic"]


def test_a_row_of_a_group_names_its_group(snapshot: Snapshot) -> None:
    assert rows(snapshot, "Which boroughs are in South West BCU, with which local priorities?") == [
        "South West (SW) – Borough: Kingston; Local Priorities 2018-19: Burglary, Non Domestic VWI",
        "South West (SW) – Borough: Merton; Local Priorities 2018-19: Burglary, Theft of motor vehicle",
        "South West (SW) – Borough: Richmond-upon-Thames; Local Priorities 2018-19: Burglary, Theft from motor vehicle",
        "South West (SW) – Borough: Wandsworth; Local Priorities 2018-19: Burglary, Theft from motor vehicle",
    ]


def test_every_part_of_a_list_is_there_once(snapshot: Snapshot) -> None:
    _, evidence = judged(snapshot, "What are our objectives on hate crime?")
    listed = next(item for item in evidence if item.unit.list_start is not None)
    parts = whole_list(listed, snapshot)

    assert len({part.spans for part in parts}) == len(parts)
