"""Markdown: the words without the marks, and the structure that the marks give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import UnreadableDocument
from ingest.quotes import quote_at
from ingest.readers import Reading, read_bytes


def read(source: str) -> Reading:
    return read_bytes("plan.md", source.encode())


def blocks(reading: Reading) -> list[tuple[str, str]]:
    return [(b.rule or b.kind, quote_at(reading.text, b.spans)) for b in reading.blocks]


def test_a_document_is_laid_out_a_block_a_line() -> None:
    reading = read(
        "# Our *plan*\n\nWe\nwill:\n\n- cut crime\n  - at night\n- save\n\n| Rank | Staff |\n|--|--|\n| Clerks | 8 |\n"
    )

    assert reading.text == "Our plan\n\nWe will:\n\n• cut crime\n  • at night\n• save\n\nRank\tStaff\nClerks\t8\n"
    assert [b.group for b in reading.blocks] == [None, *[10] * 4, *[53] * 2]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("# A\n\n### B", [("A", 1), ("B", 2)], id="marked before"),
        pytest.param("A\n===\n\nB\n---", [("A", 1), ("B", 2)], id="underlined"),
        pytest.param("## A ## {#a .b}", [("A", 1)], id="closed, with attributes"),
        pytest.param("# A [b](c) `d` **e**", [("A b d e", 1)], id="marks in it"),
    ],
)
def test_headings(source: str, expected: list[tuple[str, int]]) -> None:
    reading = read(source)

    assert [(quote_at(reading.text, b.spans), b.depth) for b in reading.blocks if b.kind == "heading"] == expected


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param("*a* __b__ ***c***", "a b c", id="emphasis"),
        pytest.param("[a](b 'c') <http://d.e> [f][g]\n\n[g]: h", "a http://d.e f", id="links"),
        pytest.param("a `b  c` d", "a b c d", id="code"),
        pytest.param("a\nb  \nc\\\nd", "a b\nc\nd", id="line breaks"),
        pytest.param("a<br>b<sup>2</sup> <b>c</b>", "a\nb² c", id="HTML in the words"),
        pytest.param(r"\*a\* &amp; &pound;", "*a* & £", id="escapes"),
        pytest.param("```\na *b*\n\n  c\n```", "a *b*\nc", id="a fenced block"),
        pytest.param("> a\n> b", "a b", id="a quotation"),
        pytest.param("a <!-- no --> b", "a b", id="a comment"),
    ],
)
def test_words_are_without_their_marks(source: str, words: str) -> None:
    reading = read(source)

    assert reading.text == f"{words}\n"
    assert [b.kind for b in reading.blocks] == ["paragraph"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        pytest.param("3) a\n4) b", [("3)", 1, "a"), ("4)", 1, "b")], id="numbered"),
        pytest.param("* a\n  1. b\n     - c", [("•", 1, "a"), ("1.", 2, "b"), ("•", 3, "c")], id="nested"),
        pytest.param("- a\n\n  b\n- c", [("•", 1, "a b"), ("•", 1, "c")], id="of two paragraphs"),
    ],
)
def test_items(source: str, expected: list[tuple[str, int, str]]) -> None:
    reading = read(source)

    assert [
        (reading.text[slice(*b.marker)] if b.marker else "", b.depth, quote_at(reading.text, b.spans))
        for b in reading.blocks
    ] == expected


def test_lists_of_two_kinds_are_two() -> None:
    assert [b.group for b in read("- a\n- b\n\n1. c\n2. d").blocks] == [2, 2, 12, 12]


def test_a_table_without_words_in_its_header_has_none() -> None:
    assert [b.kind for b in read("| | |\n|--|--|\n| a | b |").blocks] == ["row"]


def test_footnotes_are_where_they_are_written_and_their_marks_are_raised() -> None:
    reading = read("Crime fell[^1] and fell[^last], not [^so].\n\n[^1]: Word\n[^last]: See *there*,\n    page 2.\n")

    assert reading.text == "Crime fell¹ and fell², not [^so].\n\n¹ Word\n² See there, page 2.\n"
    assert blocks(reading)[1:] == [("footnote", "Word"), ("footnote", "See there, page 2.")]


@pytest.mark.parametrize(
    ("source", "furniture"),
    [
        pytest.param("---\ntitle: Plan\n---\nWords", [("front matter", "title: Plan")], id="front matter"),
        pytest.param("+++\ntitle = 1\n+++\nWords", [("front matter", "title = 1")], id="front matter in TOML"),
        pytest.param("[TOC]\n\nWords", [("table of contents", "[TOC]")], id="contents"),
        pytest.param("Words ~~gone~~", [("struck out", "gone")], id="struck out"),
        pytest.param("Words ![a chart](x.png)", [("description of a picture", "a chart")], id="picture"),
        pytest.param("Words\n\n<nav>Home</nav>", [("navigation", "Home")], id="HTML"),
    ],
)
def test_what_is_not_said_is_furniture(source: str, furniture: list[tuple[str, str]]) -> None:
    reading = read(source)

    assert [b for b in blocks(reading) if b[0] != "paragraph"] == furniture
    assert [b for b in blocks(reading) if b[0] == "paragraph"] == [("paragraph", "Words")]


def test_blocks_of_html_are_read_as_html() -> None:
    reading = read("# Plan\n\n<dl><dt>GLA</dt><dd>City Hall</dd></dl>\n\n<div>\n\nWords\n\n</div>\n")

    assert blocks(reading) == [("heading", "Plan"), ("entry", "GLA City Hall"), ("paragraph", "Words")]


def test_a_rule_is_not_front_matter() -> None:
    assert blocks(read("Words\n\n---\n\nmore\n\n---\n")) == [("paragraph", "Words"), ("paragraph", "more")]


def test_windows_line_ends_and_other_encodings() -> None:
    assert read_bytes("plan.markdown", "# Café\r\n\r\n- a\r\n- b".encode("utf-16")).text == "Café\n\n• a\n• b\n"
    assert read_bytes("plan.md", "Café".encode("cp1252")).remarks[0].startswith("read as Windows-1252")


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"---\n\n***\n", "no word", id="rules alone"),
        pytest.param(b">" * 100_000 + b" words", "nested 60 deep", id="a hundred thousand quotations"),
        pytest.param(b"- " * 5000 + b"words", "nested 60 deep", id="five thousand lists"),
        pytest.param(b"<div>" * 100_000 + b"words", "nested more than", id="a hundred thousand elements"),
        pytest.param(b"%PDF-1.7", "this is a PDF", id="PDF"),
    ],
)
def test_documents_that_cannot_be_read(content: bytes, trouble: str) -> None:
    with pytest.raises(UnreadableDocument, match=trouble):
        read_bytes("plan.md", content)


@pytest.mark.parametrize("marks", ["*", "_", "[", "~~", "`", "<b>", "**a "])
def test_many_marks_end_in_a_reading(marks: str) -> None:
    assert "words" in read(f"many {marks * 2000}words").text


@given(st.text(alphabet="ab12 \n\t-*>#|[]^:`~_+.<>&\\", max_size=120))
@settings(max_examples=60, deadline=None)
def test_every_block_is_in_the_text_in_order_without_overlap(source: str) -> None:
    try:
        reading = read(source)
    except UnreadableDocument:
        return
    spans = [span for b in reading.blocks for span in b.spans]
    held = [i for start, end in spans for i in range(start, end)]

    assert held == sorted(set(held))
    assert all(quote_at(reading.text, b.spans) for b in reading.blocks)
