"""PDFs set for the purpose, read back and held against what was set."""

import io
import logging
import re
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf
import pytest
from rapidfuzz.distance import Levenshtein
from reportlab.pdfgen.canvas import Canvas

from ingest.documents import Block
from ingest.errors import UnreadableDocument
from ingest.quotes import fold, quote_at
from ingest.readers import Reading, read_bytes, readable_kinds
from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_hyphens import Vocabulary, joined_lines, mended
from tests.ingest.readers.made_pdfs import (
    A3,
    A4,
    A5,
    LETTER,
    MILESTONES,
    SENTENCES,
    TARGETS,
    Setter,
    paragraphs,
    picture_of,
    report,
    set_in_two_columns,
)

CORPUS = Path(__file__).parents[3] / "corpus"


def said(reading: Reading) -> str:
    """What a reading says, without its furniture, folded."""
    text, at = [], 0
    for block in reading.blocks:
        if block.kind == "furniture":
            text.append(reading.text[at : block.start])
            at = block.end
    return fold("".join([*text, reading.text[at:]]).replace("\f", " "))


def likeness(found: str, truth: str) -> float:
    return 1 - Levenshtein.distance(found, truth) / max(len(found), len(truth))


def of_kind(reading: Reading, *kinds: str) -> list[Block]:
    return [b for b in reading.blocks if b.kind in kinds]


def words_of(reading: Reading, block: Block) -> str:
    return quote_at(reading.text, block.spans)


def cells(reading: Reading) -> list[list[tuple[str, list[str]]]]:
    """Each row of each table: its cells' words and the words of the headers over them."""
    return [
        [
            (quote_at(reading.text, c.spans) if c.spans else "", [quote_at(reading.text, [s]) for s in c.header])
            for c in block.cells
        ]
        for block in of_kind(reading, "row")
    ]


def true_cells(tables: list[list[list[str]]]) -> list[list[tuple[str, list[str]]]]:
    return [[(cell, [head]) for cell, head in zip(row, t[0], strict=True)] for t in tables for row in t[1:]]


def labels(reading: Reading) -> list[str | None]:
    return [page.label for page in reading.pages]


def check_shape(reading: Reading) -> None:
    """What is true of every reading: pages tile the text, blocks are in order and stand in it."""
    assert reading.pages[0].start == 0
    assert reading.pages[-1].end == len(reading.text)
    for before, after in zip(reading.pages, reading.pages[1:], strict=False):
        assert before.end == after.start
        assert after.number == before.number + 1
    assert all(page.start < page.end for page in reading.pages)
    assert reading.text.count("\f") >= len(reading.pages) - 1
    last = 0
    for block in reading.blocks:
        assert last <= block.start < block.end <= len(reading.text)
        last = block.end
        for cell in block.cells:
            assert all(block.start <= s < e <= block.end for s, e in cell.spans)
            assert all(reading.text[s:e].strip() == reading.text[s:e] for s, e in cell.spans + cell.header)


# ---- whole reports in many layouts ---------------------------------------------------------------

HEAD, FOOT = (lambda _n: "Policing plan 2018-21"), (lambda n: f"Page {n}")
ALTERNATING = lambda n: f"{n}   Policing plan" if n % 2 else f"A safer borough   {n}"  # noqa: E731
LAYOUTS: dict[str, tuple[dict[str, Any], int]] = {
    "two columns": ({}, 2),
    "hyphenated": ({"hyphens": True}, 2),
    "soft hyphens": ({"hyphens": True, "soft_hyphens": True}, 2),
    "ragged, with head and foot": ({"justified": False, "head": HEAD, "foot": FOOT}, 2),
    "narrow gutter": ({"gutter": 11, "size": 9, "leading": 10.5, "hyphens": True, "head": HEAD, "foot": str}, 2),
    "three columns on A3": ({"page": A3, "size": 9, "leading": 11, "gutter": 16, "hyphens": True}, 3),
    "three narrow columns": ({"size": 8, "leading": 9.5, "gutter": 12, "hyphens": True}, 3),
    "one column": ({"family": "Helvetica", "first_line_indent": 14, "between": 0, "head": HEAD, "foot": FOOT}, 1),
    "word by word on Letter": ({"word_by_word": True, "family": "Helvetica", "page": LETTER}, 2),
    "TrueType": ({"family": "Vera", "size": 8.5, "leading": 12.5, "hyphens": True, "head": HEAD}, 2),
    "widely leaded": ({"size": 11, "leading": 16.5, "gutter": 30, "first_line_indent": 11, "between": 0}, 2),
    "small page": ({"page": A5, "size": 8, "leading": 9.6, "margin": 36, "gutter": 14, "foot": str}, 2),
    # Layouts that the reader was not tuned on.
    "landscape": ({"page": (842, 595), "size": 10, "leading": 11, "gutter": 30, "margin": 40, "family": "Vera"}, 3),
    "alternating heads": ({"size": 11, "leading": 14.85, "gutter": 33, "margin": 40, "head": ALTERNATING}, 2),
    "tight": ({"page": LETTER, "size": 8, "leading": 8.8, "gutter": 10, "between": 0, "first_line_indent": 8}, 2),
    "narrow justified columns": (
        {"size": 11, "leading": 14.85, "gutter": 13.2, "margin": 55, "family": "Helvetica"},
        3,
    ),
    "wide margins": ({"margin": 110, "size": 9, "leading": 13, "family": "Helvetica", "word_by_word": True}, 2),
}


@pytest.fixture(scope="module", params=list(LAYOUTS))
def set_report(request: pytest.FixtureRequest) -> tuple[Setter, Reading]:
    settings, columns = LAYOUTS[request.param]
    setter = Setter(**settings)
    return setter, read_pdf(report(setter, len(request.param), columns))


def test_a_report_is_read_in_order(set_report: tuple[Setter, Reading]) -> None:
    setter, reading = set_report

    check_shape(reading)
    assert likeness(said(reading), fold(" ".join(setter.truth))) >= 0.99


def test_its_cells_stand_under_their_headers(set_report: tuple[Setter, Reading]) -> None:
    setter, reading = set_report
    found = [cell for row in cells(reading) for cell in row]
    right = [cell for row in true_cells(setter.tables) for cell in row if cell in found]

    assert len(right) >= 0.95 * sum(len(row) for row in true_cells(setter.tables))
    assert len(found) <= 1.05 * sum(len(row) for row in true_cells(setter.tables))


def test_its_headings_are_found_with_their_depths(set_report: tuple[Setter, Reading]) -> None:
    setter, reading = set_report

    assert [(words_of(reading, b), b.depth) for b in of_kind(reading, "heading")] == setter.headings


def test_its_paragraphs_are_whole(set_report: tuple[Setter, Reading]) -> None:
    """But for those that a page break cuts, of which there is one a page at most."""
    setter, reading = set_report
    found = {fold(part) for part in re.split(r"\n\n|\f|\n(?=•)", reading.text)}
    long = [text for text in setter.truth if len(text) > 200]

    assert len([text for text in long if fold(text) not in found]) <= len(reading.pages)


def test_nothing_it_says_is_furniture(set_report: tuple[Setter, Reading]) -> None:
    _, reading = set_report

    for block in of_kind(reading, "furniture"):
        assert re.fullmatch(
            r"(\d+\s+)?(Policing plan( 2018-21)?|A safer borough)(\s+\d+)?|(Page )?\d+", words_of(reading, block)
        )


# ---- the corpus's own text, set in two columns ------------------------------------------------------


@pytest.fixture(scope="module")
def set_plan() -> Iterator[tuple[str, Reading]]:
    text = (CORPUS / "met-business-plan-2018-21.txt").read_text("utf-8")
    yield text, read_pdf(set_in_two_columns(text))


def test_a_whole_plan_set_in_two_columns_reads_as_its_text(set_plan: tuple[str, Reading]) -> None:
    text, reading = set_plan

    check_shape(reading)
    assert likeness(said(reading), fold(text)) >= 0.9999


def test_roman_and_arabic_labels_are_the_files_own(set_plan: tuple[str, Reading]) -> None:
    _, reading = set_plan

    assert labels(reading) == ["i", "ii", *(str(n + 1) for n in range(len(reading.pages) - 2))]


def test_each_page_has_one_running_head_and_one_page_number(set_plan: tuple[str, Reading]) -> None:
    _, reading = set_plan
    rules = [(b.rule, words_of(reading, b)) for b in of_kind(reading, "furniture")]

    assert [w for rule, w in rules if rule == "running head or foot"] == ["Policing plan"] * len(reading.pages)
    assert [w for rule, w in rules if rule == "printed page number"] == labels(reading)


# ---- labels ---------------------------------------------------------------------------------------


def plain_pages(count: int, foot: Any = None, **settings: Any) -> Setter:
    """A setter that has set some pages of one column."""
    setter = Setter(foot=foot, **settings)
    for number in range(count):
        setter.band([setter.prose(text, 1) for text in paragraphs(number, 3)], 1)
        if number + 1 < count:
            setter.new_page()
    return setter


@pytest.mark.parametrize(
    ("foot", "expected"),
    [
        pytest.param(lambda n: str(n + 10), ["11", "12", "13", "14"], id="numbers that do not begin at one"),
        pytest.param(lambda n: f"Page {n} of 4", ["1", "2", "3", "4"], id="in words"),
        pytest.param(lambda n: f"- {n} -", ["1", "2", "3", "4"], id="between dashes"),
        pytest.param(lambda n: f"Policing plan | {n}", ["1", "2", "3", "4"], id="after the title"),
        pytest.param(lambda n: ["", "i", "ii", "iii", "iv"][n], ["i", "ii", "iii", "iv"], id="roman"),
        pytest.param(lambda n: ["", "", "2", "3", "4"][n], [None, "2", "3", "4"], id="none on the cover"),
        pytest.param(lambda _n: "", [None] * 4, id="none at all"),
        pytest.param(lambda n: ["", "12", "3", "88", "41"][n], [None] * 4, id="numbers that do not count pages"),
    ],
)
def test_labels_are_the_printed_numbers_where_the_file_has_none(foot: Any, expected: list[str | None]) -> None:
    assert labels(read_pdf(plain_pages(4, foot).done())) == expected


def test_the_files_own_labels_go_before_printed_numbers() -> None:
    setter = plain_pages(4, foot=str)
    setter.canvas.addPageLabel(0, style="ROMAN_LOWER", start=4)
    setter.canvas.addPageLabel(2, style="ARABIC", start=1, prefix="A-")

    assert labels(read_pdf(setter.done())) == ["iv", "v", "A-1", "A-2"]


def test_an_empty_page_is_a_page() -> None:
    setter = plain_pages(1)
    setter.new_page()
    setter.new_page()
    setter.band([setter.prose(SENTENCES[0], 1)], 1)
    setter.new_page()

    reading = read_pdf(setter.done())

    check_shape(reading)
    assert [reading.text[p.start : p.end].strip() != "" for p in reading.pages] == [True, False, True, False]


# ---- furniture --------------------------------------------------------------------------------------


def test_a_line_at_the_head_of_two_pages_is_content() -> None:
    setter = plain_pages(1)
    for number in (1, 2, 3):
        setter.head = (lambda _n: "What we found") if number < 3 else None
        setter.new_page()
        setter.band([setter.prose(text, 1) for text in paragraphs(number, 3)], 1)

    assert of_kind(read_pdf(setter.done()), "furniture") == []


def test_the_same_line_within_pages_is_content() -> None:
    setter = Setter()
    for number in range(4):
        setter.band([setter.prose(text, 1) for text in paragraphs(number, 2)], 1)
        setter.band([setter.prose("Our aim is the same on every page.", 1)], 1)
        setter.new_page()

    reading = read_pdf(setter.done())

    assert of_kind(reading, "furniture") == []
    assert reading.text.count("Our aim is the same on every page.") == 4


def test_furniture_stays_in_the_text_on_its_page() -> None:
    reading = read_pdf(plain_pages(4, foot=FOOT, head=HEAD).done())

    for page in reading.pages:
        text = reading.text[page.start : page.end].strip()
        assert text.startswith("Policing plan 2018-21\n")
        assert text.endswith(f"\nPage {page.number}")


# ---- tables -------------------------------------------------------------------------------------------

WIDTHS = [180.0, 95.0, 95.0, 95.0]


@pytest.mark.parametrize("bold", [True, False], ids=["bold header", "plain header"])
@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "aligned"])
def test_a_table_has_a_line_for_each_row_and_tabs_between_cells(ruled: bool, bold: bool) -> None:
    setter = Setter()
    setter.band([setter.prose(SENTENCES[1], 1), setter.table(TARGETS, WIDTHS, ruled=ruled, bold=bold)], 1)
    setter.band([setter.prose(SENTENCES[2], 1)], 1)

    reading = read_pdf(setter.done())

    assert "\n".join("\t".join(row) for row in TARGETS) in reading.text
    assert cells(reading) == true_cells([TARGETS])
    assert len(of_kind(reading, "header")) == 1
    group = reading.text.index("Measure")
    assert {b.group for b in of_kind(reading, "header", "row")} == {group}


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "aligned"])
def test_cells_of_several_lines_stand_on_one(ruled: bool) -> None:
    setter = Setter()
    setter.band([setter.prose(SENTENCES[1], 1), setter.table(MILESTONES, [200, 150, 110], ruled=ruled)], 1)

    reading = read_pdf(setter.done())

    assert "A named officer in each secondary school\tTerritorial Command\tQ3 2018-19" in reading.text
    assert cells(reading) == true_cells(setter.tables)


@pytest.mark.parametrize("ruled", [True, False], ids=["ruled", "aligned"])
@pytest.mark.parametrize("repeat", [True, False], ids=["header repeated", "header once"])
def test_a_table_goes_on_over_a_page_break(ruled: bool, repeat: bool) -> None:
    rows = [[f"Ward {chr(65 + i // 6)}{i % 6}", f"{100 + i}", f"{200 + 3 * i}"] for i in range(20)]
    header = ["Ward", "2016-17", "2017-18"]
    setter = Setter()
    setter.band([setter.prose(SENTENCES[1], 1), setter.table([header, *rows[:12]], [200, 100, 100], ruled=ruled)], 1)
    setter.new_page()
    setter.band(
        [setter.table([header, *rows[12:]] if repeat else rows[12:], [200, 100, 100], ruled=ruled, bold=repeat)], 1
    )

    reading = read_pdf(setter.done())

    assert cells(reading) == true_cells([[header, *rows]])
    assert {b.group for b in of_kind(reading, "row")} == {reading.text.index("Ward\t")}
    repeated = [words_of(reading, b) for b in of_kind(reading, "furniture") if b.rule == "repeated table header"]
    assert repeated == (["Ward 2016-17 2017-18"] if repeat else [])


def test_two_tables_of_the_same_columns_with_prose_between_are_two() -> None:
    setter = Setter()
    for number in (1, 2):
        setter.band([setter.table(TARGETS[:4], WIDTHS)], 1)
        setter.new_page()
        setter.band([setter.prose(SENTENCES[number], 1)], 1)

    reading = read_pdf(setter.done())

    assert len({b.group for b in of_kind(reading, "row")}) == 2
    assert len(of_kind(reading, "header")) == 2


def test_an_empty_cell_has_no_words_and_keeps_its_header() -> None:
    rows = [
        ["Measure", "2016-17", "2017-18"],
        ["Gun crime", "", "1,806"],
        ["Knife crime", "4,446", ""],
        ["Hate", "3", "4"],
    ]
    setter = Setter()
    setter.band([setter.table(rows, [180, 95, 95])], 1)

    reading = read_pdf(setter.done())

    assert "Gun crime\t\t1,806\nKnife crime\t4,446\t\nHate" in reading.text
    assert cells(reading) == true_cells([rows])


def test_a_cell_under_merged_headers_has_both_outermost_first() -> None:
    setter = Setter()
    canvas = setter.canvas
    canvas.setFont("Times-Roman", 10)
    for x, y, width, words in [
        (60, 700, 160, ""),
        (220, 700, 200, "Offences"),
        (60, 680, 160, "Borough"),
        (220, 680, 100, "2016"),
        (320, 680, 100, "2017"),
        (60, 660, 160, "Camden"),
        (220, 660, 100, "310"),
        (320, 660, 100, "298"),
        (60, 640, 160, "Barnet"),
        (220, 640, 100, "150"),
        (320, 640, 100, "171"),
    ]:
        canvas.rect(x, y, width, 20)
        canvas.drawString(x + 4, y + 6, words)

    assert cells(read_pdf(setter.done())) == [
        [("Camden", ["Borough"]), ("310", ["Offences", "2016"]), ("298", ["Offences", "2017"])],
        [("Barnet", ["Borough"]), ("150", ["Offences", "2016"]), ("171", ["Offences", "2017"])],
    ]


def test_a_list_of_contents_and_a_hanging_list_are_no_tables() -> None:
    setter = Setter()
    setter.canvas.setFont("Times-Roman", 10)
    for i, (title, page) in enumerate([("Foreword", "3"), ("Where we stand", "5"), ("Targets", "12"), ("Annex", "40")]):
        setter.canvas.drawString(60, 700 - 14 * i, title)
        setter.canvas.drawRightString(500, 700 - 14 * i, page)
    for i, sentence in enumerate(SENTENCES[7:11]):
        setter.canvas.drawString(60, 600 - 14 * i, f"{i + 1}.")
        setter.canvas.drawString(90, 600 - 14 * i, sentence[:70])

    assert of_kind(read_pdf(setter.done()), "row", "header") == []


def test_a_box_around_prose_is_no_table() -> None:
    setter = Setter()
    for i, text in enumerate(paragraphs(3, 3, (4, 5))):
        top = setter._top
        setter.band([setter.prose(text, 1)], 1)
        setter.canvas.rect(55, setter._top + 6, 485, top - setter._top - 4)
        setter.canvas.line(55, 30 + i, 540, 30 + i)

    reading = read_pdf(setter.done())

    assert of_kind(reading, "row", "header") == []
    assert said(reading) == fold(" ".join(setter.truth))


def test_cells_of_prose_whose_rows_white_parts_are_a_table_and_not_columns() -> None:
    setter = Setter()
    setter.canvas.setFont("Times-Roman", 10)
    rows = [
        (
            ["Prevention in every", "ward of the borough"],
            ["Named officers will visit each", "school in the first term"],
        ),
        (["Support for those who", "have been harmed"], ["One contact from the first", "report to the verdict"]),
        (["Officers who stay long", "enough to be known"], ["Three years in a ward, unless", "promotion comes before"]),
    ]
    for i, row in enumerate(rows):
        for x, lines in zip((60, 300), row, strict=True):
            for n, line in enumerate(lines):
                setter.canvas.drawString(x, 700 - 40 * i - 12 * n, line)

    text = read_pdf(setter.done()).text

    assert text.splitlines() == ["\t".join(" ".join(lines) for lines in row) for row in rows]


def test_the_last_line_or_two_of_columns_at_the_head_of_a_page_are_columns() -> None:
    setter = Setter()
    left, right = ([f"{side} line {n} of the column" for n in range(12)] for side in ("The left", "The right"))
    for page, first in ((left[:9], 0), (left[9:11], 9)):
        setter.canvas.setFont("Times-Roman", 10)
        for n in range(len(page)):
            setter.canvas.drawString(60, 760 - 12 * n, left[first + n])
            setter.canvas.drawString(310, 760 - 12 * n, right[first + n])
        if not first:
            setter.new_page()
    setter.canvas.drawString(
        60, 700, "A line that is as wide as the page and that stands below both of its columns, alone."
    )

    assert [x for x in read_pdf(setter.done()).text.splitlines() if x.startswith("The")] == [
        *left[:9],
        *right[:9],
        *left[9:11],
        *right[9:11],
    ]


# ---- hyphens --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second", "seen", "expected"),
    [
        pytest.param("an impor-", "tant aim", "it is important", "an important\naim", id="the word is seen"),
        pytest.param("an impor-", "tant aim", "", "an important\naim", id="nothing is seen"),
        pytest.param("an impor\u00ad", "tant aim", "im-por-tant", "an important\naim", id="soft hyphen"),
        pytest.param(
            "youth re-", "offending fell", "re-offending rose", "youth re-\noffending fell", id="compound seen"
        ),
        pytest.param("youth re-", "offend", "re-offending rose", "youth re-\noffend", id="compound seen inflected"),
        pytest.param("in 2018-", "19 we", "", "in 2018-\n19 we", id="figures"),
        pytest.param("the well-", "being of", "well and being", "the well-\nbeing of", id="both parts are words"),
        pytest.param("a non-", "fatal shot", "it was fatal", "a non-\nfatal shot", id="a first part of compounds"),
        pytest.param("the Anglo-", "Saxon", "", "the Anglo-\nSaxon", id="a capital"),
        pytest.param("POLIC-", "ING PLAN", "policing", "POLICING\nPLAN", id="all capitals"),
        pytest.param("aims -", "and means", "", "aims -\nand means", id="a dash"),
        pytest.param("(impor-", "tant), but", "important", "(important),\nbut", id="punctuation goes along"),
    ],
)
def test_what_becomes_of_a_hyphen_at_the_end_of_a_line(first: str, second: str, seen: str, expected: str) -> None:
    pair = mended(first, second, Vocabulary([seen]))

    assert "\n".join(pair or (first, second)) == expected


def test_where_lines_are_broken_by_hand_every_hyphen_is_the_writers() -> None:
    lines = ["cyber-", "enabled and cyber-enabled", "pro-", "active"]

    assert mended("a pro-", "active", Vocabulary(lines)) is None
    assert mended("a pro-", "active", Vocabulary(["no word is cut here"])) == ("a proactive", "")


def test_a_cell_keeps_its_compounds() -> None:
    vocabulary = Vocabulary(["safeguarding", "re-offending"])

    assert joined_lines(["Safe-", "guarding and re-", "offending"], vocabulary) == "Safeguarding and re-offending"


def test_a_word_cut_between_columns_and_pages_is_whole() -> None:
    setter = Setter(hyphens=True, size=12, leading=14, page=A5, gutter=14)
    text = paragraphs(8, 12, (5, 6))
    setter.band([setter.prose(t) for t in text])

    # Compounds that the document never has within a line are joined: "Cyber-", "enabled".
    assert likeness(said(read_pdf(setter.done())), fold(" ".join(setter.truth))) >= 0.999


# ---- headings, lists, footnotes ---------------------------------------------------------------------------


def test_numbers_give_headings_their_depth() -> None:
    setter = Setter()
    for text, size in [
        ("Policing plan", 24.0),
        ("3 Our priorities", 16.0),
        ("3.1 Knife crime", 13.0),
        ("3.2 A heading that is so very long that it takes two lines of the page, as some headings do", 13.0),
        ("Stop and search", 11.5),
        ("4 Our people", 16.0),
    ]:
        setter.band([setter.heading(text, size, 0, 1), *(setter.prose(t, 1) for t in paragraphs(len(text), 2))], 1)

    reading = read_pdf(setter.done())

    assert [(b.depth, words_of(reading, b)[:16]) for b in of_kind(reading, "heading")] == [
        (1, "Policing plan"),
        (1, "3 Our priorities"),
        (2, "3.1 Knife crime"),
        (2, "3.2 A heading th"),
        (3, "Stop and search"),
        (1, "4 Our people"),
    ]


def test_bold_words_at_the_beginning_of_a_paragraph_and_large_figures_are_no_headings() -> None:
    setter = Setter()
    setter.band([setter.prose(t, 1) for t in paragraphs(1, 2)], 1)
    y = setter._top - 20
    setter.canvas.setFont("Times-Bold", 10)
    setter.canvas.drawString(60, y, "Prevention")
    setter.canvas.setFont("Times-Roman", 10)
    setter.canvas.drawString(115, y, "comes first, and it is paid for from the same budget as the rest.")
    setter.canvas.setFont("Times-Bold", 30)
    setter.canvas.drawString(60, y - 60, "£2.8bn")

    assert of_kind(read_pdf(setter.done()), "heading") == []


def test_items_begin_lines_and_keep_their_bullets() -> None:
    setter = Setter()
    setter.band([setter.prose("We will:", 1), *(setter.bullet(s, 1) for s in SENTENCES[:3])], 1)
    setter.band([setter.prose(SENTENCES[5], 1)], 1)

    text = read_pdf(setter.done()).text

    for sentence in SENTENCES[:3]:
        assert f"\n• {sentence[:40]}" in text
    assert f"\n\n{SENTENCES[5][:40]}" in text


def test_a_symbol_fonts_bullet_is_a_bullet() -> None:
    setter = Setter()
    for i, sentence in enumerate(SENTENCES[:3]):
        setter.canvas.setFont("Symbol", 10)
        setter.canvas.drawString(60, 700 - 14 * i, "\u2022")
        setter.canvas.setFont("Times-Roman", 10)
        setter.canvas.drawString(78, 700 - 14 * i, sentence[:60])

    assert read_pdf(setter.done()).text.splitlines() == [f"• {s[:60].strip()}" for s in SENTENCES[:3]]


def test_footnotes_and_their_marks() -> None:
    setter = Setter()
    setter.band([setter.prose(t, 1) for t in paragraphs(4, 3)], 1)
    canvas, y = setter.canvas, setter._top - 20
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(60, y, "Confidence rose again")
    end = 60 + canvas.stringWidth("Confidence rose again", "Times-Roman", 10)
    canvas.setFont("Times-Roman", 6)
    canvas.drawString(end, y + 4, "12")
    canvas.setFont("Times-Roman", 10)
    canvas.drawString(end + 9, y, "this year.")
    for i, (mark, note) in enumerate(
        [("12", "Public Attitude Survey, to"), ("", "September 2017."), ("13", "As above.")]
    ):
        canvas.setFont("Times-Roman", 5)
        canvas.drawString(60, 90 - 10 * i + 3, mark)
        canvas.setFont("Times-Roman", 8)
        canvas.drawString(66, 90 - 10 * i, note)

    reading = read_pdf(setter.done())

    assert "Confidence rose again¹² this year." in reading.text
    assert [words_of(reading, b) for b in of_kind(reading, "footnote")] == [
        "¹² Public Attitude Survey, to September 2017.",
        "¹³ As above.",
    ]


# ---- odd pages ------------------------------------------------------------------------------------------------


def drawn(draw: Any, pagesize: tuple[float, float] = A4) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=pagesize)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_turned_page_is_read_as_any_other(turn: int) -> None:
    setter = Setter()
    content = report(setter, 5)
    writer = pypdf.PdfWriter()
    for page in pypdf.PdfReader(io.BytesIO(content)).pages:
        page.rotate(turn)
        writer.add_page(page)
    file = io.BytesIO()
    writer.write(file)

    assert likeness(said(read_pdf(file.getvalue())), fold(" ".join(setter.truth))) >= 0.99


def test_text_set_sideways_is_read_upright() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(300, 100)
        canvas.rotate(90)
        for i, sentence in enumerate(SENTENCES[:5]):
            canvas.drawString(0, -14 * i, sentence)

    assert said(read_pdf(drawn(draw))) == " ".join(SENTENCES[:5])


def test_words_outside_the_crop_box_are_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((50, 50, 500, 800))
        canvas.drawString(100, 700, "What the reader sees.")
        canvas.drawString(100, 20, "printer's mark")
        canvas.drawString(510, 700, "bleed")

    assert read_pdf(drawn(draw)).text == "What the reader sees."


@pytest.mark.parametrize(
    ("words", "space", "expected"),
    [
        pytest.param("POLICING PLAN", 5.0, "POLICING PLAN", id="wide character spacing"),
        pytest.param("P O L I C I N G   P L A N", 0.0, "POLICING PLAN", id="spaces between letters"),
        pytest.param("POLICING PLAN", 0.0, "POLICING PLAN", id="set as usual"),
        pytest.param("A to Z of I and a B", 0.0, "A to Z of I and a B", id="words of one letter"),
    ],
)
def test_letter_spaced_words_are_words(words: str, space: float, expected: str) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setFont("Helvetica", 12)
        canvas.drawString(60, 700, words, charSpace=space)

    assert read_pdf(drawn(draw)).text == expected


def test_pages_of_different_sizes() -> None:
    setter = Setter()
    for number, size in enumerate([A4, A5, A3, (842.0, 595.0)]):
        setter.new_page(size)
        setter.band([setter.prose(text) for text in paragraphs(number, 4)])

    assert likeness(said(read_pdf(setter.done())), fold(" ".join(setter.truth))) >= 0.99


# ---- pictures, passwords, damage --------------------------------------------------------------------------------


def scanned() -> bytes:
    setter = plain_pages(2)
    setter.new_page()
    setter.canvas.drawImage(picture_of(SENTENCES[:5]), 60, 60, 400, 600)
    return setter.done()


def test_a_page_that_is_a_picture_is_said_to_be_one() -> None:
    reading = read_pdf(scanned())

    check_shape(reading)
    assert reading.remarks == ("page 3 is a picture without text: install Tesseract to have it read",)


def test_a_picture_is_read_by_ocr_where_there_is_any() -> None:
    pictures: list[bytes] = []

    def ocr(png: bytes) -> str:
        pictures.append(png)
        return "Words off the picture.\n"

    reading = read_pdf(scanned(), ocr)

    check_shape(reading)
    assert [png[:4] for png in pictures] == [b"\x89PNG"]
    width, height = int.from_bytes(pictures[0][16:20]), int.from_bytes(pictures[0][20:24])
    assert (width, height) == pytest.approx((595.3 / 72 * 300, 841.9 / 72 * 300), abs=2)
    assert reading.text[reading.pages[2].start :] == "Words off the picture."
    assert reading.remarks == ("page 3 is read by OCR from a picture: check figures against the page",)


def test_ocr_that_cannot_read_is_said() -> None:
    remarks = read_pdf(scanned(), lambda _png: None).remarks

    assert remarks == ("page 3 is a picture without text: OCR found no words on it",)


def test_a_file_of_pictures_alone_is_refused_with_the_way_out() -> None:
    content = drawn(lambda canvas: canvas.drawImage(picture_of(SENTENCES[:5]), 60, 60, 400, 600))

    with pytest.raises(UnreadableDocument, match=r"pictures without text\. Install Tesseract"):
        read_pdf(content)


def test_a_file_encrypted_with_no_password_is_read() -> None:
    setter = plain_pages(3, foot=FOOT, encrypt="")
    setter.canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)

    reading = read_pdf(setter.done())

    assert said(reading) == fold(" ".join(setter.truth))
    assert labels(reading) == ["i", "ii", "iii"]


def test_a_file_encrypted_with_a_password_is_refused_with_the_way_out() -> None:
    with pytest.raises(UnreadableDocument, match=r"encrypted and needs a password\. Save it without one"):
        read_pdf(plain_pages(1, encrypt="secret").done())


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"Cut crime.", "damaged, or no PDF", id="no PDF"),
        pytest.param(b"%PDF-1.7\n1 0 obj\n<<", "damaged, or no PDF", id="cut short"),
        pytest.param(drawn(lambda _canvas: None), "there is no text in it", id="a blank page"),
    ],
)
def test_files_that_cannot_be_read(content: bytes, trouble: str) -> None:
    with pytest.raises(UnreadableDocument, match=trouble) as caught:
        read_bytes("plan.pdf", content)

    assert str(caught.value).startswith("plan.pdf: ")
    assert "\n" not in str(caught.value)


def test_a_damaged_page_is_named_and_the_others_are_read() -> None:
    reader = pypdf.PdfReader(io.BytesIO(plain_pages(3).done()))
    writer = pypdf.PdfWriter(clone_from=reader)
    kids = writer.root_object["/Pages"]["/Kids"]  # type: ignore[index]
    kids[1] = pypdf.generic.NumberObject(7)
    file = io.BytesIO()
    writer.write(file)

    reading = read_pdf(file.getvalue())

    check_shape(reading)
    assert [remark.split(":")[0] for remark in reading.remarks] == ["page 2 could not be read"]
    assert [bool(reading.text[p.start : p.end].strip()) for p in reading.pages] == [True, False, True]


def test_a_file_whose_index_is_lost_is_read_and_nothing_is_said(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    setter = plain_pages(2)
    content = setter.done()
    broken = content[: content.rindex(b"xref")] + b"trailer\n<< /Root 99 0 R >>\n%%EOF"
    with warnings.catch_warnings(), caplog.at_level(logging.DEBUG):
        warnings.simplefilter("error")
        try:
            assert said(read_pdf(broken)) == fold(" ".join(setter.truth))
        except UnreadableDocument as error:
            assert "damaged" in str(error)

    assert capfd.readouterr() == ("", "")


def test_every_file_cut_short_is_read_or_refused() -> None:
    content = report(Setter(), 2)
    for part in range(1, 12):
        try:
            check_shape(read_pdf(content[: len(content) * part // 12]))
        except UnreadableDocument as error:
            assert str(error)


def test_pdf_is_a_kind_that_can_be_read() -> None:
    assert ".pdf" in readable_kinds()
    assert read_bytes("PLAN.PDF", plain_pages(1).done()).text
