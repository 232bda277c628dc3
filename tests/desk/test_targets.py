"""The register's rows as the page has them: in words, filtered, sorted."""

from datetime import date

import pytest

from desk.targets import (
    COUNTED,
    Filters,
    RegisterRow,
    Sort,
    cells,
    choose,
    folded,
    in_order,
    names_of,
    owners_in,
    register_rows,
    said_filters,
    said_trust,
    years_in,
)
from ingest import Page, find_register, read_corpus
from ingest.target_rows import Finding, make_row
from tests.conftest import ROOT
from tests.desk.registered import document, row, shelved
from tests.ingest.test_register import labels, score

TODAY = date(2026, 11, 23)


def measures(rows: list[RegisterRow]) -> list[str]:
    return [found.source.measure for found in rows]


def test_a_row_says_all_that_the_register_has_of_it() -> None:
    found = row(
        "kpi",
        "Boats – target for 2018-19 is £3.2 million – achieved is £4 million by the Harbour Board.",
        measure="Boats",
        value="3.2",
        unit="£m",
        actual="4",
        direction="up",
        period="2018-19",
        owner="the Harbour Board",
        of={"title": "Boat Plan", "published": "2019-05-01", "status": "archived"},
    )

    assert cells(found, TODAY) == {
        "Kind": "Indicator",
        "Measure": "Boats",
        "Target": "£3.2 million",
        "Actual": "£4 million",
        "Against target": "Met",
        "Due": "",
        "Year": "2018-19 (period)",
        "Owner": "the Harbour Board",
        "Document": "Boat Plan",
        "Document’s date": "1 May 2019",
        "Standing": "archived",
        "Earlier figure": "",
        "Change": "",
        "Budget": "",
        "Place": "1 Aims › 1.1 Boats",
        "Quote": "Boats – target for 2018-19 is £3.2 million – achieved is £4 million by the Harbour Board.",
    }


def test_what_a_result_changed_by_is_no_target_and_its_counts_have_their_own_unit() -> None:
    theft = row("result", "Theft is up by 8 per cent (305,876 to 330,511).", value="8", unit="%", direction="up",
                actual="330,511", baseline="305,876")  # fmt: skip
    spent = row("result", "Spending rose 5 per cent to £3 million.", value="5", unit="%", actual="3")

    said = cells(theft, TODAY)
    assert (said["Target"], said["Actual"], said["Earlier figure"], said["Change"]) == ("", "330,511", "305,876", "8%")
    assert cells(spent, TODAY)["Actual"] == "£3 million"


def test_the_sum_of_a_budget_is_no_target() -> None:
    said = cells(row("budget", "The budget is £12 million.", value="12", unit="£m"), TODAY)

    assert (said["Target"], said["Budget"]) == ("", "£12 million")


def test_where_there_are_pages_the_place_is_the_page() -> None:
    pages = (Page(1, "i", 0, 5), Page(2, "ii", 5, 40))

    assert cells(row("target", "Ten boats.", of={"pages": pages}), TODAY)["Place"] == "page i (sheet 1)"


@pytest.mark.parametrize(
    ("value", "actual", "direction", "expected"),
    [
        pytest.param("5", "6", "up", "Met", id="more was meant and reached"),
        pytest.param("5", "4", "up", "Missed", id="more was meant and not reached"),
        pytest.param("5", "4", "down", "Met", id="less was meant and reached"),
        pytest.param("-5", "+7", "down", "Missed", id="a fall was meant and it rose"),
        pytest.param("5", "5.0", None, "Met", id="just so, whichever was meant"),
        pytest.param("5", "6", None, "Above target", id="above, and nobody says whether that is good"),
        pytest.param("5", "4", None, "Below target", id="below"),
        pytest.param("Green", "4", "up", "Not known", id="no figure"),
    ],
)
def test_whether_a_target_was_met_is_said_only_where_it_is_known(
    value: str, actual: str, direction: str | None, expected: str
) -> None:
    found = row("kpi", f"Boats {value} and then {actual}.", value=value, actual=actual, direction=direction)

    assert cells(found, TODAY)["Against target"] == expected


def test_figures_of_two_units_are_not_compared() -> None:
    found = row("kpi", "Boats 5% and then £4 million.", value="5", unit="%", actual="4", direction="up")

    assert cells(found, TODAY)["Against target"] == "Not known"


@pytest.mark.parametrize(
    ("fields", "shown", "each"),
    [
        pytest.param({"due": "March 2021", "period": "2018"}, "2021 (due)", (2021,), id="the due date first"),
        pytest.param({"due": "autumn", "period": "2018-19"}, "2018-19 (period)", (2018, 2019), id="then the period"),
        pytest.param({"due": "autumn"}, "2019 (document’s date)", (2019,), id="then the document"),
        pytest.param({"period": "2011-14"}, "2011-14 (period)", (2011, 2012, 2013, 2014), id="a plan's years"),
        pytest.param({"period": "1 April 2017 to 31 March 2018"}, "2017, 2018 (period)", (2017, 2018), id="two years"),
    ],
)
def test_the_year_is_said_with_what_it_was_taken_from(
    fields: dict[str, str], shown: str, each: tuple[int, ...]
) -> None:
    found = row("milestone", "By March 2021 or autumn.", **fields)

    assert (cells(found, TODAY)["Year"], found.years.each) == (shown, each)


def test_rows_come_with_the_newest_document_first() -> None:
    old, new = document("old", "Ten boats.", published="2007-12"), document("new", "Six boats.", published="2018")
    undated = document("undated", "No boats.", published=None)
    held = {d.doc_id: d for d in (undated, old, new)}
    library = {i: shelved(i, make_row(d, Finding("target", d.text, ((0, 9),)))) for i, d in held.items()}

    assert measures(list(register_rows(library, held))) == ["Six boats.", "Ten boats.", "No boats."]


ROWS = [
    row("target", "Train 12 skippers at the Café.", value="12", unit="number", owner="The Harbour’s Board",
        of={"doc_id": "boats", "published": "2018"}),
    row("kpi", "Ferries: target 95%, achieved 81%.", measure="Ferries", value="95", unit="%", actual="81",
        period="2018-19", of={"doc_id": "ferries", "published": "2020", "publisher": "Port Trust"}),
    row("milestone", "Open the hub by March 2021.", due="March 2021", owner="the harbour's board",
        of={"doc_id": "boats", "published": "2018"}),
    row("milestone", "Close the hub in the autumn.", due="autumn", of={"doc_id": "huts", "published": None}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        pytest.param(Filters(), [0, 1, 2, 3], id="none"),
        pytest.param(Filters(words="  CAFE skippers"), [0], id="all words, case and accents folded"),
        pytest.param(Filters(words="hub ferries"), [], id="words of two rows"),
        pytest.param(Filters(words="HARBOUR'S"), [0, 2], id="the owner, either apostrophe"),
        pytest.param(Filters(kinds=("milestone",)), [2, 3], id="kind"),
        pytest.param(Filters(kinds=("milestone", "kpi")), [1, 2, 3], id="any of two kinds"),
        pytest.param(Filters(documents=("boats",)), [0, 2], id="document"),
        pytest.param(Filters(publishers=("Port Trust",)), [1], id="publisher"),
        pytest.param(Filters(years=(2018,)), [0, 1], id="a year of a document, and of a span"),
        pytest.param(Filters(years=(2019, 2021)), [1, 2], id="any of two years"),
        pytest.param(Filters(owners=("The Harbour’s Board",)), [0, 2], id="an owner spelt in two ways"),
        pytest.param(Filters(both=True), [1], id="with a target and an actual figure"),
        pytest.param(Filters(words="boats", kinds=("kpi",), years=(2021,)), [], id="nothing fits"),
    ],
)
def test_filters_leave_what_fits_all_of_them_and_nothing_where_nothing_does(filters: Filters, left: list[int]) -> None:
    assert choose(ROWS, filters) == [ROWS[n] for n in left]


def test_filters_are_said_in_words() -> None:
    held = {d.doc_id: d for d in (document("boats", title="Boats"), document("huts", title="Boats"))}
    filters = Filters("  two  words ", ("kpi",), ("boats",), ("Port Trust",), (2018, 2019), ("Ada",), both=True)

    assert said_filters(Filters(), held) == []
    assert said_filters(filters, held) == [
        "words: two words", "kind: Indicator", "document: Boats (boats)", "publisher: Port Trust", "year: 2018, 2019",
        "owner: Ada", "only rows: with a target and an actual figure",
    ]  # fmt: skip


def test_what_may_be_chosen_is_what_is_there() -> None:
    assert owners_in(ROWS) == ["The Harbour’s Board"]
    assert years_in(ROWS) == [2021, 2019, 2018]
    assert names_of({"a": document("a", title="Plan"), "b": document("b", title="Notes")}) == {
        "a": "Plan",
        "b": "Notes",
    }


FIGURES = [
    row("target", f"Boats {value}.", value=value, unit=unit)
    for value, unit in (("9", "number"), ("two-thirds", None), ("3", "£m"), ("-1", "number"), ("500", "£"))
] + [row("target", "None.")]


def test_figures_are_sorted_by_size_and_what_is_no_number_comes_after_either_way() -> None:
    rising = [cells(found, TODAY)["Target"] for found in in_order(FIGURES, "target", TODAY)]
    falling = [cells(found, TODAY)["Target"] for found in in_order(FIGURES, "target", TODAY, falling=True)]

    assert rising == ["−1", "9", "£500", "£3 million", "two-thirds", ""]
    assert falling == ["£3 million", "£500", "9", "−1", "two-thirds", ""]


@pytest.mark.parametrize(
    ("by", "expected"),
    [
        pytest.param("place", [0, 1, 2, 3], id="as they stand"),
        pytest.param("kind", [2, 3, 1, 0], id="kind"),
        pytest.param("measure", [3, 1, 2, 0], id="measure"),
        pytest.param("due", [2, 0, 1, 3], id="a date that cannot be read comes last"),
        pytest.param("year", [0, 1, 2, 3], id="year"),
        pytest.param("owner", [0, 2, 1, 3], id="one owner in two spellings keeps its order"),
        pytest.param("document", [0, 2, 1, 3], id="document"),
        pytest.param("published", [0, 2, 1, 3], id="an unknown date comes last"),
        pytest.param("outcome", [1, 0, 2, 3], id="outcome"),
    ],
)
def test_rows_are_sorted_and_those_alike_keep_their_order(by: Sort, expected: list[int]) -> None:
    assert in_order(ROWS, by, TODAY) == [ROWS[n] for n in expected]


def test_sorting_the_other_way_round_keeps_the_order_of_what_is_alike() -> None:
    assert in_order(ROWS, "document", TODAY, falling=True) == [ROWS[n] for n in (3, 1, 0, 2)]


def test_folding_knows_accents_and_kinds_of_dashes() -> None:
    assert folded(" Café’s  2018–19 ÉTÉ") == "cafe's 2018-19 ete"


def test_what_is_said_of_the_rows_trust_is_what_was_counted() -> None:
    read = read_corpus(ROOT / "corpus")
    found = [made for held in read.documents for made in find_register(held)]
    for kind, (there, right, wrong) in COUNTED.items():
        counted = score(
            read, found, labels("register.jsonl" if kind in ("milestone", "kpi") else "register_more.jsonl"), kind
        )
        assert (counted.right + len(counted.missed), counted.right, len(counted.wrong)) == (there, right, wrong), kind

    assert "all 112 milestones and indicators, and 208 of 240 targets" in said_trust()
    assert "; 6 of the rows it gave were wrong" in said_trust()
