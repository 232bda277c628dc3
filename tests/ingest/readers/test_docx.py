"""Word: styles, numbers, tables, notes and changes, from documents made with python-docx and from raw XML."""

import io
import zipfile
from collections.abc import Sequence
from typing import Any

import docx
import pytest
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls

from ingest.errors import UnreadableDocument
from ingest.quotes import quote_at
from ingest.readers import Reading, read_bytes

_SPACES = (
    f"{nsdecls('w', 'm')} xmlns:mc='http://schemas.openxmlformats.org/markup-compatibility/2006'"
    " xmlns:wps='http://schemas.microsoft.com/office/word/2010/wordprocessingShape'"
    " xmlns:v='urn:schemas-microsoft-com:vml'"
)


def save(document: Any) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def read(document: Any) -> Reading:
    return read_bytes("plan.docx", save(document))


def with_body(xml: str) -> Any:
    """A document with these paragraphs and tables."""
    document = docx.Document()
    body = document.element.body
    for element in parse_xml(f"<w:body {_SPACES}>{xml}</w:body>"):
        body.insert_element_before(element, "w:sectPr")
    return document


def p(runs: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{runs}</w:p>"


def r(words: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t xml:space='preserve'>{words}</w:t></w:r>"


def blocks(reading: Reading) -> list[tuple[str, str]]:
    return [(b.rule or b.kind, quote_at(reading.text, b.spans)) for b in reading.blocks]


def markers(reading: Reading) -> list[str]:
    return [reading.text[slice(*b.marker)] for b in reading.blocks if b.marker]


def table(rows: Sequence[Sequence[str]]) -> Any:
    document = docx.Document()
    made = document.add_table(len(rows), len(rows[0]))
    for row, words in zip(made.rows, rows, strict=True):
        for cell, each in zip(row.cells, words, strict=True):
            cell.text = each
    return document


def test_a_document_is_laid_out_a_block_a_line() -> None:
    document = docx.Document()
    document.add_heading("Our plan", 1)
    document.add_paragraph("We will:")
    document.add_paragraph("cut crime", style="List Bullet")
    document.add_paragraph("at night", style="List Bullet 2")
    document.add_paragraph("save", style="List Bullet")
    document.add_paragraph("Soon.")

    reading = read(document)

    assert reading.text == "Our plan\n\nWe will:\n\n• cut crime\n  • at night\n• save\n\nSoon.\n"
    assert [(b.depth, b.group) for b in reading.blocks] == [(1, None), (0, 10), (1, 10), (2, 10), (1, 10), (0, None)]


def test_headings_are_told_by_style_and_by_outline_level() -> None:
    document = docx.Document()
    document.add_heading("Plan", 0)
    document.add_heading("Aims", 1)
    document.add_heading("First", 2)
    based = document.styles.add_style("Chapter", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    based.base_style = document.styles["Heading 1"]
    document.add_paragraph("Means", style="Chapter")
    level = OxmlElement("w:outlineLvl")
    level.set(docx.oxml.ns.qn("w:val"), "1")
    document.add_paragraph("Second")._p.get_or_add_pPr().append(level)

    reading = read(document)

    assert [(quote_at(reading.text, b.spans), b.depth) for b in reading.blocks] == [
        ("Plan", 1), ("Aims", 2), ("First", 3), ("Means", 2), ("Second", 3)
    ]  # fmt: skip


NUMBERED = """
<w:abstractNum w:abstractNumId="90">
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="3"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%4."/></w:lvl>
<w:lvl w:ilvl="4"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl>
</w:abstractNum>
"""


def numbered(levels: str, style: str = "") -> Any:
    """A document with a paragraph for each level; "!" begins a new list of the same kind at seven."""
    body = "".join(
        p(r("x"), style + f"<w:numPr><w:ilvl w:val='{level}'/><w:numId w:val='{91 if after else 90}'/></w:numPr>")
        for after, part in enumerate(levels.split("!"))
        for level in part
    )
    document = with_body(body)
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f"<w:x {nsdecls('w')}>{NUMBERED}</w:x>")[0])
    for number, override in ((90, ""), (91, "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='7'/></w:lvlOverride>")):
        xml = f"<w:num {nsdecls('w')} w:numId='{number}'><w:abstractNumId w:val='90'/>{override}</w:num>"
        root.append(parse_xml(xml))
    return document


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        pytest.param("000", ["1", "2", "3"], id="figures"),
        pytest.param("01101", ["1", "1.1", "1.2", "2", "2.1"], id="two levels"),
        pytest.param("1", ["1.1"], id="the second level first"),
        pytest.param("0222", ["1", "(c)", "(d)", "(e)"], id="letters from c"),
        pytest.param("333", ["I.", "II.", "III."], id="Roman"),
        pytest.param("44", ["•", "•"], id="bullets"),
        pytest.param("00!00", ["1", "2", "7", "8"], id="started again"),
    ],
)
def test_numbers_are_those_that_word_would_print(levels: str, expected: list[str]) -> None:
    reading = read(numbered(levels))

    assert markers(reading) == expected
    assert {quote_at(reading.text, b.spans) for b in reading.blocks} == {"x"}


def test_lists_with_numbers_of_their_own_are_two() -> None:
    assert len({b.group for b in read(numbered("00!00")).blocks}) == 2


def test_a_headings_number_is_part_of_it() -> None:
    assert blocks(read(numbered("011", "<w:pStyle w:val='Heading1'/>"))) == [
        ("heading", "1 x"),
        ("heading", "1.1 x"),
        ("heading", "1.2 x"),
    ]


@pytest.mark.parametrize(
    ("runs", "words"),
    [
        pytest.param(r("a") + r("b "), "ab", id="runs of one word"),
        pytest.param("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r>", "a b\nc", id="tab and break"),
        pytest.param("<w:r><w:t>a</w:t><w:softHyphen/><w:t>b</w:t><w:noBreakHyphen/></w:r>", "ab-", id="hyphens"),
        pytest.param(f"<w:hyperlink>{r('a')}</w:hyperlink>{r(' b')}", "a b", id="a link"),
        pytest.param(f"<w:sdt><w:sdtPr/><w:sdtContent>{r('a')}</w:sdtContent></w:sdt>", "a", id="a content control"),
        pytest.param("<w:r><w:instrText>PAGE</w:instrText></w:r>" + r("a"), "a", id="a field's code"),
        pytest.param(r("5") + r("2", "<w:vertAlign w:val='superscript'/>"), "5²", id="raised digits"),
        pytest.param("<w:r><w:sym w:font='Wingdings' w:char='F04A'/></w:r>" + r("a"), "a", id="a symbol font"),
    ],
)  # fmt: skip
def test_the_words_of_runs(runs: str, words: str) -> None:
    reading = read(with_body(p(runs)))

    assert reading.text == f"{words}\n"
    assert reading.remarks == ()


def test_changes_are_read_as_if_accepted() -> None:
    deleted = "<w:del><w:r><w:delText>cut</w:delText></w:r></w:del>"
    reading = read(with_body(p(r("We ") + deleted + f"<w:ins>{r('halve')}</w:ins>" + r(" crime."))))

    assert reading.text == "We halve crime.\n"
    assert reading.remarks == ("tracked changes, read as if accepted: 2",)


def test_equations_are_left_out_and_remarked() -> None:
    reading = read(with_body(p(r("See ") + "<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>" + r("."))))

    assert reading.text == "See .\n"
    assert reading.remarks == ("equations, left out: 1",)


def test_hidden_text_is_furniture() -> None:
    reading = read(with_body(p(r("Seen.") + r(" Not seen.", "<w:vanish/>"))))

    assert blocks(reading) == [("paragraph", "Seen."), ("hidden text", "Not seen.")]


def test_running_heads_and_the_contents_are_furniture() -> None:
    document = docx.Document()
    document.sections[0].header.paragraphs[0].text = "Our plan"
    document.sections[0].footer.paragraphs[0].text = "Page 1"
    document.styles.add_style("toc 1", docx.enum.style.WD_STYLE_TYPE.PARAGRAPH)
    document.add_paragraph("Aims\t3", style="toc 1")
    document.add_paragraph("Words.")

    assert blocks(read(document)) == [
        ("running head or foot", "Our plan"),
        ("table of contents", "Aims 3"),
        ("paragraph", "Words."),
        ("running head or foot", "Page 1"),
    ]


def test_a_text_box_is_read_once_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{p(r('In the box.'))}</w:txbxContent>"
    old = f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback>"
    new = f"<mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
    shape = f"<mc:AlternateContent>{new}{old}</mc:AlternateContent>"
    drawing = (
        f"<w:r><mc:AlternateContent><mc:Choice Requires='wpg'><w:drawing>{shape}</w:drawing></mc:Choice>{old}"
        "</mc:AlternateContent></w:r>"
    )

    assert blocks(read(with_body(p(r("Before ") + drawing + r("and after."))))) == [
        ("paragraph", "Before and after."),
        ("paragraph", "In the box."),
    ]


def with_notes(document: Any, kind: str, notes: Sequence[str]) -> Any:
    written = "".join(f"<w:{kind} w:id='{i}'>{p(r(words))}</w:{kind}>" for i, words in enumerate(notes, 2))
    line = f"<w:{kind} w:id='0' w:type='separator'><w:p/></w:{kind}>"
    blob = f"<w:{kind}s {nsdecls('w')}>{line}{written}</w:{kind}s>".encode()
    part = Part(PackURI(f"/word/{kind}s.xml"), CONTENT_TYPE.WML_FOOTNOTES, blob, document.part.package)
    document.part.relate_to(part, getattr(RELATIONSHIP_TYPE, f"{kind.upper()}S"))
    return document


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_a_note_follows_what_it_is_to(kind: str) -> None:
    mark = f"<w:r><w:{kind}Reference w:id='{{}}'/></w:r>"
    bullet = "<w:pStyle w:val='ListBullet'/>"
    body = p(r("One") + mark.format(3) + r(".")) + p(r("Two:")) + p(r("a") + mark.format(2), bullet) + p(r("b"), bullet)

    reading = read(with_notes(with_body(body), kind, ["on a", "on One"]))

    assert reading.text == "One¹.\n\n¹ on One\n\nTwo:\n\n• a²\n• b\n\n² on a\n"
    assert [b.kind for b in reading.blocks] == ["paragraph", "footnote", "paragraph", "item", "item", "footnote"]


def test_a_tables_header_is_marked_or_bold() -> None:
    document = table([["Rank", "Duty"], ["Clerk", "files"]])
    assert [b.kind for b in read(document).blocks] == ["row", "row"]

    for cell in document.tables[0].rows[0].cells:
        cell.paragraphs[0].runs[0].bold = True
    assert [b.kind for b in read(document).blocks] == ["header", "row"]

    document = table([["Rank", "Duty"], ["Clerk", "files"]])
    document.tables[0].rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    assert [b.kind for b in read(document).blocks] == ["header", "row"]


def test_a_tables_style_may_set_its_first_row_apart() -> None:
    document = table([["Rank", "Duty"], ["Clerk", "files"]])
    document.tables[0].style = "Light Grid Accent 1"

    assert [b.kind for b in read(document).blocks] == ["header", "row"]


def test_merged_cells_are_written_once_and_are_in_every_row_they_cover() -> None:
    document = table([["Rank", "Year", ""], ["Clerks", "8", "9"], ["", "10", "11"]])
    made = document.tables[0]
    made.cell(0, 1).merge(made.cell(0, 2))
    made.cell(1, 0).merge(made.cell(2, 0))

    reading = read(document)
    rows = [
        [(quote_at(reading.text, c.spans), [reading.text[s:e] for s, e in c.header]) for c in b.cells]
        for b in reading.blocks
        if b.kind == "row"
    ]

    assert reading.text == "Rank\tYear\nClerks\t8\t9\n10\t11\n"
    assert rows == [
        [("Clerks", ["Rank"]), ("8", ["Year"]), ("9", ["Year"])],
        [("Clerks", ["Rank"]), ("10", ["Year"]), ("11", ["Year"])],
    ]


def test_a_table_in_a_cell_is_words_of_the_cell_and_a_box_is_paragraphs() -> None:
    document = table([["Rank", "Duty"], ["Clerks", "file"]])
    inner = document.tables[0].cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "and", "copy"
    box = document.add_table(1, 1).cell(0, 0)
    box.text = "A case."
    box.add_paragraph("It went well.")

    assert blocks(read(document))[1:] == [
        ("row", "Clerks file and copy"),
        ("paragraph", "A case."),
        ("paragraph", "It went well."),
    ]


@pytest.mark.parametrize("below", [False, True])
def test_a_caption_is_of_its_table(below: bool) -> None:
    document = docx.Document() if not below else table([["Rank", "2018"], ["Clerks", "8"]])
    document.add_paragraph("Staff", style="Caption")
    if not below:
        made = document.add_table(2, 2)
        made.cell(0, 0).text, made.cell(0, 1).text, made.cell(1, 0).text, made.cell(1, 1).text = *"ab", "c", "1"

    kinds = ["caption", "header", "row"] if not below else ["header", "row", "caption"]
    assert [(b.kind, b.group) for b in read(document).blocks] == [(kind, 0 if below else 7) for kind in kinds]


def test_pages_are_where_word_last_put_them() -> None:
    broken = "<w:r><w:lastRenderedPageBreak/><w:t>three.</w:t></w:r>"
    begins = "<w:r><w:br w:type='page'/></w:r>", "<w:r><w:lastRenderedPageBreak/><w:t>Four.</w:t></w:r>"
    reading = read(with_body(p(r("One two ") + broken) + p(begins[0]) + p(begins[1])))

    assert reading.text == "One two three.\n\n\fFour.\n"
    assert [(page.number, page.label, reading.text[page.start : page.end]) for page in reading.pages] == [
        (1, None, "One two "),
        (2, None, "three.\n\n"),
        (3, None, "\fFour.\n"),
    ]


def test_a_break_asked_for_is_in_the_text_but_makes_no_pages_by_itself() -> None:
    reading = read(with_body(p(r("One.") + "<w:r><w:br w:type='page'/></w:r>") + p(r("Two."))))

    assert reading.text == "One.\n\n\fTwo.\n"
    assert reading.pages == ()


def test_bold_paragraphs_are_headings_where_no_style_says_what_is() -> None:
    reading = read(with_body(p(r("Our aim", "<w:b/>")) + p(r("We cut crime.")) + p(r("Not", "<w:b w:val='0'/>"))))

    assert [k for k, _ in blocks(reading)] == ["heading", "paragraph", "paragraph"]


def zipped(**parts: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def with_part(name: str, content: bytes) -> bytes:
    """A Word document of which one part is something else."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(save(with_body(p(r("Words.")))))) as old, zipfile.ZipFile(file, "w") as new:
        for each in old.namelist():
            new.writestr(each, content if each == name else old.read(each))
    return file.getvalue()


LAUGHS = b'<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
DOCUMENT = b"<w:document xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'><w:body>"
END = b"</w:body></w:document>"


def test_nested_deeper_than_documents_are_is_read() -> None:
    body = b"<w:sdt><w:sdtContent>" * 95 + p(r("Words.")).encode() + b"</w:sdtContent></w:sdt>" * 95

    assert read_bytes("plan.docx", with_part("word/document.xml", DOCUMENT + body + END)).text == "Words.\n"


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        pytest.param(b"", "no Word document", id="empty"),
        pytest.param(b"Words.", "no Word document", id="text"),
        pytest.param(b"{\\rtf1 words}", "no Word document", id="rich text"),
        pytest.param(b"\xd0\xcf\x11\xe0 words", "format of before 2007", id="an old document"),
        pytest.param(b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "password", id="protected"),
        pytest.param(b"PK\x03\x04 words", "it is broken|the file is damaged", id="no zip after all"),
        pytest.param(zipped(words="x"), "not a whole one", id="another zip"),
        pytest.param(save(docx.Document()), "no word", id="no words"),
        pytest.param(save(docx.Document())[:-3000], "it is broken|the file is damaged", id="cut short"),
        pytest.param(with_part("word/document.xml", b"<w:document>"), "not a whole one", id="XML cut short"),
        pytest.param(
            with_part("word/document.xml", DOCUMENT + b"<w:sdt><w:sdtContent>" * 100_000), "not a whole one", id="deep"
        ),
        pytest.param(
            with_part("word/document.xml", DOCUMENT + b"<w:sdt>" * 220 + b"</w:sdt>" * 220 + END),
            "nested more than",
            id="deeper than can be walked",
        ),
        pytest.param(
            with_part("word/document.xml", LAUGHS + DOCUMENT + p("<w:r><w:t>&b;</w:t></w:r>").encode() + END),
            "entities of its own",
            id="a billion laughs",
        ),
    ],
)  # fmt: skip
def test_documents_that_cannot_be_read(content: bytes, trouble: str) -> None:
    with pytest.raises(UnreadableDocument, match=trouble) as caught:
        read_bytes("plan.docx", content)

    assert str(caught.value).startswith("plan.docx: ")
    assert "\n" not in str(caught.value)
