"""A document laid out as HTML: the elements that say what each piece is, and text that stays text."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.layout import (
    Entry,
    Glossary,
    Heading,
    Item,
    Listing,
    Mark,
    Paragraph,
    ParagraphKind,
    Row,
    Table,
    TableCell,
    Words,
)
from ui.laid_out import pieces_html, words_html

UNSEEN = re.compile(r'<span class="cv-unseen">[^<]*</span>')


@given(st.text(alphabet="ab<&'\" ", max_size=40), st.lists(st.integers(0, 40), max_size=6))
def test_marks_hold_exactly_their_words_and_nothing_else_comes_alive(text: str, cuts: list[int]) -> None:
    places = sorted({min(cut, len(text)) for cut in cuts})
    marks = [Mark(s, e, opens=True, closes=True, here=s == 0) for s, e in zip(places[::2], places[1::2], strict=False)]

    shown = UNSEEN.sub("", words_html(Words(text, tuple(marks)))).replace('<span class="cv-here"></span>', "")

    assert re.findall("<.*?>", shown) == ["<mark>", "</mark>"] * len(marks)
    assert html.unescape(re.sub("</?mark>", "", shown)) == text
    assert [html.unescape(m) for m in re.findall("<mark>(.*?)</mark>", shown)] == [text[m.start : m.end] for m in marks]


def test_a_run_of_marks_says_where_it_begins_and_ends_to_those_who_listen() -> None:
    first = Words("the ferry", (Mark(4, 9, opens=True, here=True),))
    second = Words("sails daily", (Mark(0, 5, closes=True),))

    shown = pieces_html([Paragraph(0, first), Paragraph(9, second)])

    assert re.sub("<[^>]*>", "", shown) == "the Start of the cited words: ferrysails (end of the cited words) daily"
    assert shown.index("cv-here") < shown.index("<mark>ferry")


def test_a_table_has_its_header_apart_and_every_header_cell_a_scope() -> None:
    def row(kind: str, *cells: str) -> Row:
        return Row(0, kind, tuple(TableCell(Words(c)) for c in cells))  # type: ignore[arg-type]

    title = Row(0, "header", (TableCell(Words("Lamps"), 2),))
    note = Row(0, "footnote", (TableCell(Words("¹ In March"), 2),))
    table = Table(0, Words("Table 1"), (title, row("header", "Year", "Done"), row("row", "2018", "37"), note))

    assert pieces_html([table]) == (
        '<table class="cv-grid"><caption>Table 1</caption>'
        '<thead><tr><th scope="colgroup" colspan="2">Lamps</th></tr>'
        '<tr><th scope="col">Year</th><th scope="col">Done</th></tr></thead>'
        '<tbody><tr><td>2018</td><td>37</td></tr><tr class="cv-footnote"><td colspan="2">¹ In March</td></tr></tbody>'
        "</table>"
    )


def test_a_list_in_a_list_keeps_the_document_s_own_numbers_and_bullets() -> None:
    inner = Item(20, Words("in the north"), Words("\uf0b7"))
    listing = Listing(0, (Item(0, Words("mend"), Words("2."), below=(inner,)), Item(30, Words("paint"))))

    shown = pieces_html([listing])

    assert re.findall(r"<(ol|ul) role", shown) == ["ol", "ul"]
    assert re.findall(r'<span class="cv-marker"( aria-hidden="true")?>(.*?)</span>', shown) == [
        ("", "2."),
        (' aria-hidden="true"', "•"),  # the document's own sign, which no other font has
        (' aria-hidden="true"', "•"),  # none in the document
    ]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("paragraph", "<p>a&lt;b</p>", id="paragraph"),
        pytest.param("caption", '<p class="cv-caption">a&lt;b</p>', id="caption"),
        pytest.param("raw", '<div class="cv-raw">a&lt;b</div>', id="as it stands"),
        pytest.param(
            "furniture", '<p class="cv-left-out"><small>Left out (a &amp; b): a&lt;b</small></p>', id="left out"
        ),
    ],
)
def test_how_a_paragraph_is_shown(kind: ParagraphKind, expected: str) -> None:
    assert pieces_html([Paragraph(0, Words("a<b"), kind, rule="a & b" if kind == "furniture" else "")]) == expected


def test_headings_go_under_the_title_and_can_be_jumped_to_where_that_is_asked_for() -> None:
    pieces = [Heading(7, Words("A"), 1), Heading(9, Words("B"), 5), Glossary(11, (Entry(11, Words("T"), Words("m")),))]

    assert pieces_html(pieces) == '<h3>A</h3><h6>B</h6><dl class="cv-terms"><dt>T</dt><dd>m</dd></dl>'
    assert pieces_html(pieces[:1], anchors=True) == '<h3 id="cv-at-7" tabindex="-1">A</h3>'
