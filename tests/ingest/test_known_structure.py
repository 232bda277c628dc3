"""What is told by their words of the paragraphs of a marked-up text, and what a reader says that stays."""

import pytest

from ingest import quote_at
from ingest.corpus import ReadDocument
from ingest.documents import Block
from ingest.glossary import find_terms
from tests.ingest.readers.test_formats_agree import read

ROW = "<tr><td>{}<td>{}</tr>"


def page(body: str) -> ReadDocument:
    return read("page.html", f"<main>{body}</main>".encode())


def shape(document: ReadDocument) -> list[tuple[str, str]]:
    return [(b.kind, quote_at(document.document.text, b.spans)) for b in document.blocks]


def headers(document: ReadDocument, block: Block) -> list[str]:
    return [quote_at(document.document.text, c.header) if c.header else "" for c in block.cells]


def test_a_glossary_of_paragraphs_has_entries_under_headings_that_stay() -> None:
    document = page(
        "<h1>Glossary</h1><h2>A</h2><p>ANPR Automatic Number Plate Recognition</p>"
        "<h2>B</h2><p>BCU Basic Command Unit.</p><ul><li>BWV Body worn video</ul>"
    )

    assert [kind for kind, _ in shape(document)] == ["heading", "heading", "entry", "heading", "entry", "item"]


@pytest.mark.parametrize("table", ["<table>" + ROW.format("BCU", "Unit") + ROW.format("CT", "Terror") + "</table>"])
def test_a_glossary_that_is_marked_up_stays_as_it_is(table: str) -> None:
    document = page(f"<h1>Glossary</h1><p>Words of the Mayor and of the Council.</p>{table}")

    assert [kind for kind, _ in shape(document)] == ["heading", "paragraph", "row", "row"]


def test_the_entries_of_a_list_of_definitions_are_terms() -> None:
    document = page("<h1>Words</h1><dl><dt>DP:</dt><dd>Digital Policing</dd><dt>CT</dt><dd>Counter Terrorism</dd></dl>")

    assert shape(document)[1:] == [("entry", "DP: Digital Policing"), ("entry", "CT Counter Terrorism")]
    assert [(t.term, t.meaning) for t in find_terms(document)] == [
        ("DP", "Digital Policing"),
        ("CT", "Counter Terrorism"),
    ]


def test_a_label_is_a_heading_and_the_dated_paragraphs_under_it_are_items() -> None:
    document = page("<h1>Plan</h1><p>Milestones:</p><p>Quarter 2, 2018-19: depot open.</p><p>2020: wall done.</p>")

    assert [(b.kind, b.depth) for b in document.blocks] == [("heading", 1), ("heading", 2), ("item", 1), ("item", 1)]


def test_a_label_over_a_label_or_a_list_is_none() -> None:
    document = page("<h1>Plan</h1><p>Objectives:</p><p>Subjective:</p><ul><li>one</ul>")

    assert [kind for kind, _ in shape(document)] == ["heading", "paragraph", "paragraph", "item"]


def test_numbers_before_paragraphs_are_markers_where_there_are_several() -> None:
    document = page("<p>12. We will:</p><ul><li>build</ul><p>13. We build.</p>")

    assert shape(document) == [("paragraph", "We will:"), ("item", "build"), ("paragraph", "We build.")]
    assert [p.paragraph for p in document.passages] == ["12"]
    assert {b.group for b in document.blocks[:2]} == {document.blocks[0].start}


def test_one_number_before_a_paragraph_is_of_its_words() -> None:
    assert shape(page("<p>12. We build.</p><p>We mend.</p>"))[0] == ("paragraph", "12. We build.")


def test_a_paragraph_behind_a_raised_number_is_a_footnote_and_cuts_no_run_of_prose() -> None:
    document = page("<p>We mend.</p><p><sup>1</sup> Since May.</p><p>We build.</p>")

    assert shape(document) == [("paragraph", "We mend."), ("footnote", "Since May."), ("paragraph", "We build.")]
    assert [p.text for p in document.passages] == ["We mend. We build.", "Since May."]


def test_a_paragraph_that_announces_a_table_is_of_its_group() -> None:
    document = page(f"<p>These we count:</p><table><tr><th>Rank<th>Staff</tr>{ROW.format('Clerks', '8')}</table>")

    assert {b.group for b in document.blocks} == {document.blocks[1].start}


def test_a_paragraph_in_a_list_explains_its_item_and_leads_nothing() -> None:
    document = page("<p>We will:</p><ul><li>build<ul><li>walls</ul>This takes long.<li>mend</ul>")

    assert [u.kind for p in document.passages for u in p.units] == ["lead_in", "item", "item", "sentence", "item"]


@pytest.mark.parametrize("title", ["<td colspan=2>{}", "<td><b>{}</b><td>", "<th>{}<th>"])
def test_a_row_that_names_a_group_is_over_the_rows_under_it(title: str) -> None:
    document = page(
        "<table><tr><th>Measure<th>Target</tr>"
        f"<tr>{title.format('Violence')}</tr>{ROW.format('Murders', '-2%')}"
        f"<tr>{title.format('Property')}</tr>{ROW.format('Thefts', '-1%')}</table>"
    )

    assert [kind for kind, _ in shape(document)] == ["header", "header", "row", "header", "row"]
    assert headers(document, document.blocks[2]) == ["Measure Violence", "Target Violence"]
    assert headers(document, document.blocks[4]) == ["Measure Property", "Target Property"]


def test_a_title_over_titles_stays_over_all_the_table() -> None:
    document = page(
        f"<table><tr><th colspan=2>Targets</tr><tr><th colspan=2>Violence</tr>{ROW.format('Murders', '-2%')}"
        f"<tr><th colspan=2>Property</tr>{ROW.format('Thefts', '-1%')}</table>"
    )

    assert headers(document, document.blocks[-1]) == ["Targets Property"] * 2


def test_a_note_over_all_columns_at_a_table_s_end_names_no_group() -> None:
    document = page(f"<table><tr><th>A<th>B</tr>{ROW.format('x', '1')}<tr><td colspan=2>Source: survey</tr></table>")

    assert [kind for kind, _ in shape(document)] == ["header", "row", "row"]


def test_the_paragraphs_of_a_cell_are_spans_of_their_own() -> None:
    document = page("<table><tr><th>A<th>B</tr><tr><td>x<td><p>We mend.</p><p>We<br>build.</p></tr></table>")

    text = document.document.text
    assert [quote_at(text, [span]) for span in document.blocks[1].cells[1].spans] == ["We mend.", "We build."]


def test_a_list_after_a_sentence_is_led_by_it_as_in_plain_text() -> None:
    document = page("<p>We do this.</p><ul><li>build<li>mend</ul>")

    assert {b.group for b in document.blocks} == {document.blocks[0].start}
