"""Rows as files: read back as a spreadsheet would."""

import csv
from datetime import UTC, date, datetime
from io import BytesIO, StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from desk.target_export import ExportNote, as_csv, as_excel, without_formula
from ingest import Page
from tests.desk.registered import row

TODAY = date(2026, 11, 23)
MADE = datetime(2026, 11, 23, 15, 4, tzinfo=UTC)
NOTE = ExportNote(["kind: Target"], "Target, the highest first", 9, MADE, "f00d" * 16)
ROWS = [
    row("milestone", "Open “the hub”,\nby March 2019; cost\t£3.2 million.", measure="=HYPERLINK(1)", value="3.2",
        unit="£m", due="March 2019", owner="@board",
        of={"doc_id": "hubs", "pages": (Page(7, "vi", 0, 99),), "title": "Hubs, née Huts"}),
    row("target", "-5% boats.", value="-5", unit="%", of={"doc_id": "boats", "publisher": ""}),
]  # fmt: skip


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_csv_has_the_rows_in_order_with_their_citations() -> None:
    content = as_csv(ROWS, TODAY)
    hub, boats = read_csv(content)

    assert content.startswith(b"\xef\xbb\xbfKind,Measure,")
    assert hub["Target"] == "£3.2 million"
    assert (hub["Due"], hub["Due from"], hub["Due to"]) == ("March 2019", "2019-03-01", "2019-03-31")
    assert (hub["Document"], hub["Document id"], hub["Publisher"]) == ("Hubs, née Huts", "hubs", "Island Council")
    assert (hub["Published"], hub["Page"], hub["Headings"]) == ("2019", "page vi (sheet 7)", "1 Aims › 1.1 Boats")
    assert (hub["Spans"], hub["Document’s sha256"]) == ("0-49", "h" * 64)
    assert hub["Quote"] == "Open “the hub”, by March 2019; cost £3.2 million."
    assert (boats["Measure"], boats["Page"]) == ("'-5% boats.", "")


def test_the_same_rows_give_the_same_bytes_and_no_rows_a_head_alone() -> None:
    assert as_csv(ROWS, TODAY) == as_csv(list(ROWS), TODAY)
    assert as_csv(ROWS[::-1], TODAY) != as_csv(ROWS, TODAY)
    assert as_csv([], TODAY).count(b"\r\n") == 1


def test_what_a_spreadsheet_would_run_is_told_to_be_text() -> None:
    hub = read_csv(as_csv(ROWS, TODAY))[0]

    assert (hub["Measure"], hub["Owner"]) == ("'=HYPERLINK(1)", "'@board")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("=1+1", "'=1+1", id="a formula"),
        pytest.param("+cmd", "'+cmd", id="a plus"),
        pytest.param("-cmd", "'-cmd", id="a minus"),
        pytest.param("@sum", "'@sum", id="an at"),
        pytest.param("\t=1", "'\t=1", id="a tab"),
        pytest.param("-5%", "'-5%", id="per cent is no plain number"),
        pytest.param("-5", "-5", id="a number"),
        pytest.param("+2,713.5", "+2,713.5", id="a number with a comma"),
        pytest.param("-5+1", "'-5+1", id="a sum"),
        pytest.param("−5%", "−5%", id="a printed minus sign begins no formula"),
        pytest.param("5 = 5", "5 = 5", id="in the midst"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_only_what_begins_a_formula_has_an_apostrophe(text: str, expected: str) -> None:
    assert without_formula(text) == expected


@given(st.text(max_size=8))
def test_no_cell_begins_a_formula_unless_it_is_a_number(text: str) -> None:
    safe = without_formula(text)

    assert safe in (text, f"'{text}")
    assert safe[:1] not in ("=", "@", "\t", "\r", "\n")
    assert safe[:1] not in ("+", "-") or float(safe.replace(",", "")) is not None


def test_excel_has_the_same_rows_as_text_and_a_sheet_that_says_what_they_are() -> None:
    book = load_workbook(BytesIO(as_excel(ROWS, NOTE)))
    sheet, about = book.worksheets
    lines = [[cell.value or "" for cell in line] for line in sheet.iter_rows()]
    records = [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]
    from_csv = read_csv(as_csv(ROWS, TODAY))

    assert (sheet.title, about.title) == ("Targets", "About these rows")
    assert [{k: without_formula(v) for k, v in record.items()} for record in records] == from_csv
    assert records[0]["Measure"] == "=HYPERLINK(1)"
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= {"s", "n"}  # n: an empty cell
    said = {name.value: value.value for name, value in about.iter_rows()}
    assert said["Rows"] == "2 of 9"
    assert said["Filters"] == "kind: Target"
    assert said["Order"] == "Target, the highest first"
    assert said["Made"] == "2026-11-23T15:04:00+00:00"
    assert said["Index"] == "f00d" * 16


def test_a_quote_that_no_cell_of_excel_can_hold_is_cut_and_says_so() -> None:
    long = row("target", "boat " * 7000 + "end.")
    sheet = load_workbook(BytesIO(as_excel([long], NOTE))).worksheets[0]
    [quote] = [line[21].value for line in sheet.iter_rows(min_row=2)]

    assert isinstance(quote, str)
    assert len(quote) == 32_767
    assert quote.endswith("the CSV has all of it]")
    assert read_csv(as_csv([long], TODAY))[0]["Quote"].endswith("end.")
