"""HTML: what the page says, where it says it, and what is only on the page."""

import codecs
import re
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ingest.errors import UnreadableDocument
from ingest.quotes import quote_at
from ingest.readers import Reading, read_bytes


def read(body: str) -> Reading:
    return read_bytes("plan.html", f"<html><head><meta charset='utf-8'></head><body>{body}</body></html>".encode())


def blocks(reading: Reading) -> list[tuple[str, str]]:
    return [(b.rule or b.kind, quote_at(reading.text, b.spans)) for b in reading.blocks]


def cells(reading: Reading, kind: str = "row") -> list[list[str]]:
    """The rows' cells, each with the header over it in brackets."""
    return [
        [
            " ".join(reading.text[s:e] for s, e in cell.spans)
            + "".join(f" [{reading.text[s:e]}]" for s, e in cell.header)
            for cell in b.cells
        ]
        for b in reading.blocks
        if b.kind == kind
    ]


LEAVES = st.sampled_from(["", "<br>", "<script>no</script>", "<style>no</style>", "<!-- no -->", "<img alt='no'>"])
TAGS = (
    "div p span b a em sup h1 h2 h4 ul ol li dl dt dd table tr td th thead caption figure figcaption blockquote pre"
    " section article main nav header footer aside form button select option details summary label center font del"
).split()
ATTRIBUTES = st.sampled_from(
    ["", "", "", " hidden", " class='cookie-banner'", " role='navigation'", " style='display:none'"]
)


@st.composite
def trees(draw: st.DrawFn, depth: int = 4) -> str:
    """Any elements in any other, whether HTML allows it or not; a # stands for a word."""
    parts = []
    for _ in range(draw(st.integers(0, 4))):
        tag = draw(st.sampled_from(TAGS))
        inside = draw(trees(depth=depth - 1)) if depth else "#"
        parts += [draw(st.sampled_from(["", " # "])), f"<{tag}{draw(ATTRIBUTES)}>{inside}</{tag}>", draw(LEAVES)]
    return "".join(parts) or " # "


@given(trees())
@settings(max_examples=60, deadline=None)
def test_every_word_of_a_page_is_in_the_text_once(tree: str) -> None:
    numbers = iter(range(10**6))
    body = re.sub("#", lambda _: f"w{next(numbers)}x", f"<p>#</p>{tree}")
    root = etree.fromstring(f"<html><body>{body}</body></html>", etree.HTMLParser(remove_comments=True))
    words = "".join(root.xpath("//body//text()[not(ancestor::script or ancestor::style)]"))

    reading = read(body)

    assert Counter(re.findall(r"w\d+x", reading.text)) == Counter(re.findall(r"w\d+x", words))
    spans = [span for b in reading.blocks for span in b.spans]
    held = [i for start, end in spans for i in range(start, end)]
    assert len(held) == len(set(held))
    assert {m.start() for m in re.finditer("w", reading.text)} <= set(held)


def test_a_page_is_laid_out_a_block_a_line() -> None:
    reading = read(
        "<h1>Our plan</h1><p>We will:</p><ul><li>cut crime<ul><li>at night</li></ul></li><li>save</li></ul>"
        "<table><tr><th>Rank<th>Staff</tr><tr><td>Clerks<td>8</tr></table><p>One<br>two\n three</p>"
    )

    assert reading.text == (
        "Our plan\n\nWe will:\n\n• cut crime\n  • at night\n• save\n\nRank\tStaff\nClerks\t8\n\nOne\ntwo three\n"
    )


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        pytest.param("<h2>a</h2><h4>b</h4><h2>c</h2>", [("a", 1), ("b", 2), ("c", 1)], id="gaps are closed"),
        pytest.param("<h3>a</h3><h1>b</h1>", [("a", 2), ("b", 1)], id="the order of levels is kept"),
        pytest.param("<div role=heading aria-level=3>a</div><h1>b</h1>", [("a", 2), ("b", 1)], id="by role"),
        pytest.param("<h1>a<br>b</h1><h2> </h2>", [("a b", 1)], id="an empty one is none"),
        pytest.param("<a href=x><h2>a</h2></a>", [("a", 1)], id="in a link"),
        pytest.param("<h2><button>a</button></h2>", [("a", 1)], id="a button that opens"),
    ],
)
def test_headings_have_depths(body: str, expected: list[tuple[str, int]]) -> None:
    reading = read(body)

    assert [(quote_at(reading.text, b.spans), b.depth) for b in reading.blocks if b.kind == "heading"] == expected


def test_a_paragraph_in_a_headings_clothes_is_a_paragraph() -> None:
    assert [b.kind for b in read(f"<h2>{'word ' * 41}</h2><h2>{'word ' * 40}</h2>").blocks] == ["paragraph", "heading"]


@pytest.mark.parametrize(
    ("source", "markers"),
    [
        pytest.param("<ul><li>x<li>x</ul>", ["•", "•"], id="bullets"),
        pytest.param("<ol><li>x<li>x</ol>", ["1.", "2."], id="numbers"),
        pytest.param("<ol start=9><li>x<li>x</ol>", ["9.", "10."], id="from nine"),
        pytest.param("<ol type=a><li>x<li value=5>x<li>x</ol>", ["a.", "e.", "f."], id="letters with a jump"),
        pytest.param("<ol type=I><li>x<li>x</ol>", ["I.", "II."], id="Roman"),
        pytest.param("<ol reversed><li>x<li>x</ol>", ["2.", "1."], id="downwards"),
        pytest.param("<ol style='list-style-type: lower-roman'><li>x<li>x</ol>", ["i.", "ii."], id="by style"),
        pytest.param("<p>▪ x<br>▪ x</p>", ["▪", "▪"], id="typed"),
    ],
)
def test_items_have_what_stands_before_them_as_marker(source: str, markers: list[str]) -> None:
    reading = read(source)

    assert [b.kind for b in reading.blocks] == ["item"] * len(markers)
    assert [reading.text[slice(*b.marker)] for b in reading.blocks if b.marker] == markers


@pytest.mark.parametrize(
    ("body", "groups"),
    [
        pytest.param("<p>We will:</p><ul><li>x<li>x</ul>", [0, 0, 0], id="a lead-in with a colon"),
        pytest.param("<p>We will</p><ul><li>x</ul>", [0, 0], id="a lead-in without a stop"),
        pytest.param("<p>As follows:<sup>1</sup></p><ul><li>x</ul>", [0, 0], id="a lead-in with a mark"),
        pytest.param("<p>We do.</p><ul><li>x<li>x</ul>", [None, 10, 10], id="a sentence is none"),
        pytest.param("<p>We will:</p><h2>Aim</h2><ul><li>x</ul>", [None, None, 17], id="not over a heading"),
        pytest.param("<ul><li>x</ul><ul><li>x</ul>", [2, 7], id="two lists"),
        pytest.param("<p>a:</p><ul><li>x<ul><li>y</ul>z<li>x</ul>", [0, 0, 0, 0, 0], id="all that is in a list"),
    ],
)
def test_a_list_is_one_group_with_its_lead_in(body: str, groups: list[int | None]) -> None:
    assert [b.group for b in read(body).blocks] == groups


def test_an_item_of_several_paragraphs_is_one_item() -> None:
    assert blocks(read("<ul><li><p>Cut crime.</p><p>By half.</p></li></ul>")) == [("item", "Cut crime. By half.")]


def test_a_definition_list_is_entries_whose_first_span_is_the_term() -> None:
    reading = read(
        "<dl><dt>GLA</dt><dt>City Hall</dt><dd>The authority</dd><div><dt>IT</dt><dd>Computers</dd></div></dl>"
    )

    assert [(b.kind, [quote_at(reading.text, [s]) for s in b.spans]) for b in reading.blocks] == [
        ("entry", ["GLA City Hall", "The authority"]),
        ("entry", ["IT", "Computers"]),
    ]


def test_cells_know_the_headers_over_them() -> None:
    reading = read(
        "<table><caption>Staff</caption><thead><tr><th rowspan=2>Rank<th colspan=2>Year</tr><tr><th>2018<th>2019</tr>"
        "</thead><tbody><tr><td rowspan=2>Clerks<td>8<td>9</tr><tr><td colspan=2>none</tr></tbody></table>"
    )

    assert cells(reading, "header") == [["Rank", "Year"], ["Rank", "2018", "2019"]]
    assert cells(reading) == [
        ["Clerks [Rank]", "8 [Year] [2018]", "9 [Year] [2019]"],
        ["Clerks [Rank]", "none [Year] [2018] [2019]"],
    ]
    assert reading.text == "Staff\n\nRank\tYear\n2018\t2019\nClerks\t8\t9\nnone\n"
    assert [b.kind for b in reading.blocks] == ["caption", "header", "header", "row", "row"]
    assert {b.group for b in reading.blocks} == {7}
    over = [sorted({span for cell in b.cells for span in cell.header}) for b in reading.blocks if b.kind == "row"]
    assert {quote_at(reading.text, spans) for spans in over} == {"Rank Year 2018 2019"}


def test_the_title_of_a_part_of_a_table_heads_that_part() -> None:
    reading = read(
        "<table><tr><th>Rank<th>Staff</tr><tr><th colspan=2>North</tr><tr><td>Clerks<td>8</tr>"
        "<tr><th colspan=2>South</tr><tr><td>Clerks<td>9</tr></table>"
    )

    assert cells(reading) == [
        ["Clerks [Rank] [North]", "8 [Staff] [North]"],
        ["Clerks [Rank] [South]", "9 [Staff] [South]"],
    ]


@pytest.mark.parametrize(
    ("table", "headers"),
    [
        pytest.param("<tr><td></td><th>2018<th>2019</tr><tr><th>Staff<td>8<td>9</tr>", 1, id="an empty corner"),
        pytest.param("<tr><td><b>Rank</b><td><b>Duty</b></tr><tr><td>Clerk<td>files</tr>", 1, id="bold"),
        pytest.param("<tr><td>Rank<td>2018</tr><tr><td>Clerks<td>8</tr>", 1, id="words over figures"),
        pytest.param("<tr><td>Clerks<td>8</tr><tr><td>Guards<td>9</tr>", 0, id="figures in the first row"),
        pytest.param("<tr><td>Rank<td>Duty</tr><tr><td>Clerk<td>files</tr>", 0, id="nothing to tell it by"),
        pytest.param("<tr><th>Clerks<td>8</tr><tr><th>Guards<td>9</tr>", 0, id="heads of rows"),
    ],
)
def test_which_rows_are_headers(table: str, headers: int) -> None:
    reading = read(f"<table>{table}</table>")

    assert [b.kind for b in reading.blocks].count("header") == headers
    assert {b.kind for b in reading.blocks} <= {"header", "row"}


@pytest.mark.parametrize(
    "table",
    [
        pytest.param("<table><tr><td><p>Aim.</p><p>Do.</p></tr></table>", id="one column"),
        pytest.param("<table role=presentation><tr><td>Aim.<td>Do.</tr></table>", id="by role"),
        pytest.param("<table><tr><td><table><tr><td>Aim.</tr></table><td>Do.</tr></table>", id="nested"),
    ],
)
def test_a_layout_table_is_the_paragraphs_in_it(table: str) -> None:
    assert blocks(read(table)) == [("paragraph", "Aim."), ("paragraph", "Do.")]


@pytest.mark.parametrize(
    ("body", "group"),
    [
        pytest.param("<p>Table 2: Staff</p>{}", 16, id="by its words"),
        pytest.param("<figure><figcaption>Staff</figcaption>{}</figure>", 7, id="before"),
    ],
)
def test_a_caption_is_of_its_table(body: str, group: int) -> None:
    reading = read(body.format("<table><tr><th>Rank<th>Staff</tr><tr><td>Clerks<td>8</tr></table>"))

    assert [(b.kind, b.group) for b in reading.blocks] == [("caption", group), ("header", group), ("row", group)]


def test_a_caption_below_is_of_the_table_above() -> None:
    table = "<table><tr><th>Rank<th>Staff</tr><tr><td>Clerks<td>8</tr></table>"
    reading = read(f"<figure>{table}<figcaption>Staff</figcaption></figure>")

    assert [(b.kind, b.group) for b in reading.blocks] == [("header", 0), ("row", 0), ("caption", 0)]


def test_words_of_a_table_outside_its_cells_are_a_paragraph() -> None:
    reading = read("<table><form>Loose<tr><th>a<th>b</tr></form><tr><td>c<td>d</tr> words</table>")

    assert sorted(reading.text.split()) == ["Loose", "a", "b", "c", "d", "words"]


def test_a_list_in_a_cell_keeps_its_bullets() -> None:
    reading = read("<table><tr><th>Aim<th>Steps</tr><tr><td>Safety<td><ul><li>walk<li>look</ul></tr></table>")

    assert cells(reading) == [["Safety [Aim]", "• walk • look [Steps]"]]


@pytest.mark.parametrize(
    "note",
    [
        pytest.param("<ol><li id=n1>See <i>there</i>. <a href='#r1' class=footnote-backref>↩</a></li></ol>", id="list"),
        pytest.param("<p id=n1><sup>1</sup> See there.</p>", id="paragraph"),
        pytest.param("<p><a name=n1 href='#r1'>[1]</a> See there.</p>", id="old page"),
        pytest.param("<aside role=doc-footnote id=n1>See there.</aside>", id="by role"),
    ],
)
def test_a_footnote_has_its_mark_raised(note: str) -> None:
    reading = read(f"<p>Crime fell<sup id=r1><a href='#n1'>[1]</a></sup> by 5.</p>{note}")

    assert blocks(reading) == [("paragraph", "Crime fell¹ by 5."), ("footnote", "See there.")]
    assert [reading.text[slice(*b.marker)] for b in reading.blocks if b.marker] == ["¹"]


def test_the_link_back_from_a_footnote_is_not_a_mark() -> None:
    mark = "<p>Crime fell<a name=r1 href='#n1'><sup>1</sup></a>.</p>"
    reading = read(f"{mark}<p><a name=n1 href='#r1'><sup>1</sup></a> See there.</p>")

    assert blocks(reading) == [("paragraph", "Crime fell¹."), ("footnote", "See there.")]


def test_raised_digits_stay_apart_from_the_number_before() -> None:
    assert read("<p>5<sup>2</sup> and the 21<sup>st</sup></p>").text == "5² and the 21st\n"


@pytest.mark.parametrize(
    ("furniture", "rule"),
    [
        pytest.param("<nav><a href=x>words</a></nav>", "navigation", id="nav"),
        pytest.param("<nav class=breadcrumb><a href=x>words</a></nav>", "breadcrumb", id="breadcrumb"),
        pytest.param("<div role=navigation>words</div>", "navigation", id="role"),
        pytest.param("<div class='gov-cookie-banner'>words</div>", "cookie banner", id="cookies"),
        pytest.param("<a class=skip-link href='#m'>words</a>", "skip link", id="skip link"),
        pytest.param("<form>words</form>", "form", id="form"),
        pytest.param("<aside>words</aside>", "beside the main content", id="aside"),
        pytest.param("<footer>words</footer>", "site footer", id="footer"),
        pytest.param("<header>words</header>", "site header", id="header"),
        pytest.param("<div hidden>words</div>", "hidden on the page", id="hidden"),
        pytest.param("<div style='display: none'>words</div>", "hidden on the page", id="hidden by style"),
        pytest.param("<noscript>words</noscript>", "shown without scripts only", id="noscript"),
        pytest.param("<p>This is archived material words</p>", "web page's banner or foot", id="archived"),
    ],
)
def test_what_is_only_on_the_page_is_furniture_with_a_rule(furniture: str, rule: str) -> None:
    reading = read(f"{furniture}<h1>Plan</h1><p>We will cut crime by half within three years.</p>")

    assert [b for b in blocks(reading) if "words" in b[1]] in (
        [(rule, "words")],
        [(rule, "This is archived material words")],
    )
    assert [k for k, _ in blocks(reading) if k != rule] == ["heading", "paragraph"]


def test_what_is_outside_the_main_part_is_furniture_but_a_title_the_main_part_lacks() -> None:
    body = "<h1>Plan</h1><p>Latest news</p><main><p>We will cut crime by half.</p></main><div>Rate this</div>"

    assert blocks(read(body)) == [
        ("heading", "Plan"),
        ("outside the main content", "Latest news"),
        ("paragraph", "We will cut crime by half."),
        ("outside the main content", "Rate this"),
    ]


def test_a_main_part_that_holds_next_to_nothing_is_not_believed() -> None:
    body = "<main><p>Loading</p></main><div><p>We will cut crime by half within three years.</p></div>"

    assert blocks(read(body)) == [
        ("paragraph", "Loading"),
        ("paragraph", "We will cut crime by half within three years."),
    ]


def test_the_header_and_foot_of_an_article_are_content() -> None:
    body = "<article><header><h1>Plan</h1><p>By us.</p></header><p>We cut crime.</p><footer>June</footer></article>"

    assert [k for k, _ in blocks(read(body))] == ["heading", "paragraph", "paragraph", "paragraph"]


def test_a_list_of_short_links_is_navigation_unless_it_is_in_the_main_part() -> None:
    links = "<ul><li><a href=a>Home</a><li><a href=b>News</a><li><a href=c>Plans</a><li><a href=d>Jobs</a></ul>"
    body = "<p>We will cut crime by half within three years.</p>"

    assert [k for k, _ in blocks(read(links + body))] == ["navigation", "paragraph"]
    assert [k for k, _ in blocks(read(f"<main>{links}{body}</main>"))] == ["item"] * 4 + ["paragraph"]


@pytest.mark.parametrize("wrapper", ["<form>{}</form>", "<div class=nav>{}</div>", "<header>{}</header>"])
def test_what_holds_the_page_is_not_furniture(wrapper: str) -> None:
    body = "<h1>Plan</h1><p>We will cut crime.</p>"

    assert blocks(read(wrapper.format(body))) == [("heading", "Plan"), ("paragraph", "We will cut crime.")]


def test_hidden_and_struck_out_words_leave_the_paragraph_they_are_in() -> None:
    reading = read("<p>We will <del>cut</del> <ins>halve</ins> crime<span class=sr-only> (opens)</span>.</p>")

    assert blocks(reading) == [
        ("paragraph", "We will halve crime."),
        ("struck out", "cut"),
        ("hidden on the page", "(opens)"),
    ]


def test_two_line_breaks_part_paragraphs() -> None:
    assert blocks(read("One<br>two<br> <br>three")) == [("paragraph", "One two"), ("paragraph", "three")]


def test_bold_paragraphs_are_headings_where_there_are_no_others() -> None:
    reading = read("<p><b>Our aim</b></p><p>We cut crime.</p><p><b>We mean it.</b></p><p>Now.</p>")

    assert [k for k, _ in blocks(reading)] == ["heading", "paragraph", "paragraph", "paragraph"]
    assert reading.remarks == ("no heading in its mark-up: 1 short paragraphs in bold are read as headings",)


def test_soft_hyphens_and_zero_width_blanks_do_not_split_words() -> None:
    assert read("<p>co&shy;operate&#8203;s</p>").text == "cooperates\n"


def test_latin_1_is_read_as_browsers_read_it() -> None:
    assert read_bytes("plan.html", b"<meta charset=iso-8859-1><p>\x93Plan\x94").text == "“Plan”\n"


@pytest.mark.parametrize(
    ("content", "remarks"),
    [
        pytest.param(codecs.BOM_UTF8 + "<p>café</p>".encode(), 0, id="mark"),
        pytest.param("<meta charset=iso-8859-1><p>café</p>".encode("latin-1"), 0, id="declared"),
        pytest.param(
            "<meta http-equiv=Content-Type content='text/html; charset=windows-1252'><p>café</p>".encode("cp1252"),
            0,
            id="declared in a header's stead",
        ),
        pytest.param("<meta charset=utf-16><p>café</p>".encode(), 0, id="UTF-16 cannot be declared"),
        pytest.param("<?xml version='1.0' encoding='utf-8'?><html><p>café</p></html>".encode(), 0, id="XML"),
        pytest.param("<p>café</p>".encode(), 0, id="UTF-8 unsaid"),
        pytest.param("<p>café</p>".encode("cp1252"), 1, id="Windows-1252 unsaid"),
        pytest.param("<meta charset=utf-8><p>café</p>".encode("cp1252"), 2, id="declared wrongly"),
        pytest.param("<meta charset=nonsense><p>café</p>".encode(), 1, id="declared as nothing known"),
        pytest.param("<p>café</p>".encode("utf-16"), 0, id="UTF-16 with a mark"),
    ],
)
def test_character_sets(content: bytes, remarks: int) -> None:
    reading = read_bytes("plan.html", content)

    assert reading.text == "café\n"
    assert len(reading.remarks) == remarks


BILLION_LAUGHS = b'<!DOCTYPE html [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><p>&b;</p>'


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b"<html><body></body></html>", "no word", id="no body"),
        pytest.param(b"<p> - </p><script>words()</script>", "no word", id="scripts alone"),
        pytest.param(b"<!-- words -->", "no word", id="a comment alone"),
        pytest.param(b"<div>" * 100_000 + b"words", "nested more than", id="a hundred thousand deep"),
        pytest.param(b"<div>" * 170 + b"words", "nested more than", id="deeper than can be walked"),
        pytest.param(b"<p>" + b"a" * 10_500_000, "too long", id="a word of ten million letters"),
        pytest.param(BILLION_LAUGHS, "entities of its own", id="a billion laughs"),
        pytest.param(b"PK\x03\x04 words", "a zip or Office file", id="a zip"),
    ],
)
def test_pages_that_cannot_be_read(content: bytes, trouble: str) -> None:
    with pytest.raises(UnreadableDocument, match=trouble) as caught:
        read_bytes("plan.htm", content)

    assert str(caught.value).startswith("plan.htm: ")


def test_nested_as_deep_as_pages_are_is_read() -> None:
    assert read("<div>" * 150 + "words").text == "words\n"


@given(st.binary(max_size=200))
@settings(max_examples=40, deadline=None)
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        reading = read_bytes("plan.html", content)
    except UnreadableDocument:
        return
    assert any(c.isalnum() for c in reading.text)
