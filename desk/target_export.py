"""Rows of the register as files for a spreadsheet: CSV and Excel, each row with the citation that proves it.

The rows are those given, in the order given. The quote is the document's words at the spans, by the quote rule
(docs/architecture.md); the sha256 is of the document's file, so that both can be held against it later.
"""

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import BytesIO, StringIO

from desk.targets import PATH_MARK, RegisterRow, cells

_PLAIN_NUMBER = re.compile(r"[+-]?\d[\d,]*(?:\.\d+)?")
# What a spreadsheet takes for the beginning of a formula, or drops and then reads on.
_BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_EXCEL_CELL = 32_767  # characters: a cell of Excel holds no more
_CUT = " … [cut: a cell of Excel holds no more; the CSV has all of it]"
_WIDTHS = {"Measure": 50, "Quote": 80, "Document": 32, "Headings": 40}
_WIDTH = 16


@dataclass(frozen=True, slots=True)
class ExportNote:
    """What stands beside the rows in a file, so that it can be told later what they are.

    Attributes:
        filters: The filters that were set, in words.
        order: How the rows are sorted, in words.
        of: How many rows there were before the filters.
        made: When the file is made.
        fingerprint: Of the index that the rows are of.
    """

    filters: Sequence[str]
    order: str
    of: int
    made: datetime
    fingerprint: str


def export_record(row: RegisterRow, today: date) -> dict[str, str]:
    """A row as the files have it: what the page shows, then its citation in full."""
    shown = cells(row, today)
    quote = shown.pop("Quote")
    return {
        **shown,
        "Due from": row.due[0].isoformat() if row.due else "",
        "Due to": row.due[1].isoformat() if row.due else "",
        "Document id": row.document.doc_id,
        "Publisher": row.document.publisher,
        "Published": row.document.published or "",
        "Page": row.document.page_name(row.page) if row.page is not None else "",
        "Headings": PATH_MARK.join(row.source.headings),
        "Spans": ", ".join(f"{start}-{end}" for start, end in row.source.spans),
        "Quote": quote,
        "Document’s sha256": row.document.sha256,
    }


def as_csv(rows: Sequence[RegisterRow], today: date) -> bytes:
    """Rows as CSV in UTF-8 with a byte order mark, so that a spreadsheet reads it as what it is.

    Returns:
        A header and a line a row; the same rows on the same day give the same bytes. A cell that a spreadsheet would
        run as a formula begins with an apostrophe.
    """
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        record = export_record(row, today)
        writer.writerow([without_formula(record[name]) for name in _COLUMNS])
    return out.getvalue().encode("utf-8-sig")


def without_formula(text: str) -> str:
    """A text that no spreadsheet takes for a formula; a plain number stays as it is.

    Example:
        >>> without_formula("=1+1"), without_formula("-5"), without_formula("-5%")
        ("'=1+1", '-5', "'-5%")
    """
    risky = text.startswith(_BEGINS_A_FORMULA) and not _PLAIN_NUMBER.fullmatch(text)
    return f"'{text}" if risky else text


def as_excel(rows: Sequence[RegisterRow], note: ExportNote) -> bytes:
    """Rows as an Excel file: a sheet of them, and one that says what they are. Every cell is text, none a formula."""
    from xlsxwriter import Workbook  # only an export needs it

    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        book.set_properties({"title": "Targets", "created": note.made})
        bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet = book.add_worksheet("Targets")
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(_COLUMNS):
            sheet.set_column(column, column, _WIDTHS.get(name, _WIDTH), wrapped)
            sheet.write_string(0, column, name, bold)
        for line, row in enumerate(rows, start=1):
            record = export_record(row, note.made.date())
            for column, name in enumerate(_COLUMNS):
                sheet.write_string(line, column, _fitting(record[name]))
        sheet.ignore_errors({"number_stored_as_text": f"A1:{_LAST_COLUMN}{len(rows) + 1}"})
        about = book.add_worksheet("About these rows")
        about.set_column(0, 0, 20)
        about.set_column(1, 1, 100, wrapped)
        for line, (name, value) in enumerate(_about(len(rows), note).items()):
            about.write_string(line, 0, name, bold)
            about.write_string(line, 1, _fitting(value))
    return out.getvalue()


def _about(many: int, note: ExportNote) -> Mapping[str, str]:
    return {
        "Rows": f"{many} of {note.of}",
        "Filters": "; ".join(note.filters) or "none",
        "Order": note.order,
        "Made": note.made.isoformat(timespec="seconds"),
        "Index": note.fingerprint,
        "How they were found": "By program, from the documents’ own words. Check each row against its quote.",
    }


def _fitting(text: str) -> str:
    return text if len(text) <= _EXCEL_CELL else text[: _EXCEL_CELL - len(_CUT)] + _CUT


_COLUMNS = (
    "Kind", "Measure", "Target", "Actual", "Against target", "Due", "Due from", "Due to", "Year", "Owner",
    "Earlier figure", "Change", "Budget", "Document", "Document id", "Publisher", "Published", "Standing", "Page",
    "Headings", "Spans", "Quote", "Document’s sha256",
)  # fmt: skip
_LAST_COLUMN = chr(ord("A") + len(_COLUMNS) - 1)
