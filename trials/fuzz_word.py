"""Word documents of a grammar, whole, or with their parts, their XML or their zip changed."""

import io
import zipfile
from random import Random

from trials.fuzz_words import changed_bytes, words

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_KINDS = {
    "document": "document.main",
    "styles": "styles",
    "numbering": "numbering",
    "footnotes": "footnotes",
    "header1": "header",
}
_DOCUMENT_PARTS = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "header1": "header"}
VALUES = (
    "",
    "0",
    "1",
    "-1",
    "9",
    "99999999",
    "1.5",
    "x",
    "Heading1",
    "List",
    "on",
    "off",
    "true",
    "restart",
    "continue",
    "decimal",
    "bullet",
    "lowerRoman",
    "%1.",
    "%9%2",
    "²",
    "٣",
)
STYLES = (
    f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn'
    f' w:val="Heading1"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="List"><w:name w:val="List Bullet"/><w:basedOn w:val="Normal"/'
    '><w:pPr><w:numPr><w:numId w:val="1"/>'
    '</w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name'
    ' w:val="Normal"/></w:style></w:styles>'
)
NUMBERING = (
    f'<w:numbering {W}><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt'
    f' w:val="decimal"/><w:lvlText w:val="%1."/>'
    '</w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
)
FOOTNOTES = f'<w:footnotes {W}><w:footnote w:id="2"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote></w:footnotes>'
HEADER = f"<w:hdr {W}><w:p><w:r><w:t>Running head</w:t></w:r></w:p></w:hdr>"
RUN = (
    "<w:r><w:t>{w}</w:t></w:r>",
    "<w:r><w:rPr><w:b/></w:rPr><w:t xml:space='preserve'>{w}</w:t></w:r>",
    "<w:r><w:tab/><w:br/><w:t>{w}</w:t></w:r>",
    '<w:r><w:footnoteReference w:id="2"/></w:r>',
    '<w:r><w:br w:type="page"/></w:r>',
    "<w:r><w:lastRenderedPageBreak/></w:r>",
    "<w:del><w:r><w:delText>{w}</w:delText></w:r></w:del>",
    "<w:ins><w:r><w:t>{w}</w:t></w:r></w:ins>",
    "<w:r><w:rPr><w:vanish/></w:rPr><w:t>{w}</w:t></w:r>",
    '<w:hyperlink r:id="rId9"><w:r><w:t>{w}</w:t></w:r></w:hyperlink>',
    '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>1</w:t></w:r>',
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>PAGE</w:instrText></w:r>',
    "<w:r><w:noBreakHyphen/><w:sym w:char='F0B7'/></w:r>",
)
PROPERTIES = (
    "",
    "",
    '<w:pStyle w:val="{v}"/>',
    '<w:numPr><w:ilvl w:val="{v}"/><w:numId w:val="{v}"/></w:numPr>',
    '<w:outlineLvl w:val="{v}"/>',
    '<w:pStyle w:val="Heading1"/>',
    '<w:numPr><w:numId w:val="1"/></w:numPr>',
)


MERGED = ("", '<w:gridSpan w:val="{v}"/>', "<w:vMerge/>", '<w:vMerge w:val="restart"/>')
ROW = ("", "<w:trPr><w:tblHeader/></w:trPr>", '<w:trPr><w:gridBefore w:val="3"/></w:trPr>', "<w:trPr><w:del/></w:trPr>")


def _xml(words_: str) -> str:
    allowed = "".join(
        c for c in words_ if c in "\t\n" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
    return allowed.replace("&", "&amp;").replace("<", "&lt;")


def word_body(chance: Random, depth: int = 0) -> str:
    """Paragraphs and tables."""
    parts = []
    for _ in range(chance.randint(1, 6 if depth == 0 else 2)):
        if depth < 3 and chance.random() < 0.2:
            cells = "".join(
                f"<w:tc><w:tcPr>{chance.choice(MERGED)}</w:tcPr>{word_body(chance, depth + 1)}</w:tc>"
                for _ in range(chance.randint(0, 3))
            )
            row = f"<w:tr>{chance.choice(ROW)}{cells.replace('{v}', chance.choice(VALUES))}</w:tr>"
            parts.append(f"<w:tbl>{row * chance.randint(0, 3)}</w:tbl>")
        elif depth < 3 and chance.random() < 0.1:
            parts.append(f"<w:sdt><w:sdtContent>{word_body(chance, depth + 1)}</w:sdtContent></w:sdt>")
        else:
            runs = "".join(
                chance.choice(RUN).replace("{w}", _xml(words(chance, 6))) for _ in range(chance.randint(0, 3))
            )
            style = chance.choice(PROPERTIES)
            while "{v}" in style:
                style = style.replace("{v}", chance.choice(VALUES), 1)
            parts.append(f"<w:p><w:pPr>{style}</w:pPr>{runs}</w:p>")
    return "".join(parts)


def word_parts(body: str) -> dict[str, bytes]:
    """The parts of the least Word document that has all that the reader looks at."""
    overrides = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{kind}+xml"/>' for name, kind in _KINDS.items()
    )
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels"'
        f' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{overrides}</Types>'
    )
    space = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    inner = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/{kind}" Target="{name}.xml"/>'
        for i, (name, kind) in enumerate(_DOCUMENT_PARTS.items())
    )
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId3"/></w:sectPr>'
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships {space}><Relationship Id="rId1" Type="{_OFFICE}/officeDocument"'
        f' Target="word/document.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f"<Relationships {space}>{inner}</Relationships>",
        "word/document.xml": f"<w:document {W} {R}><w:body>{body}{section}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": FOOTNOTES,
        "word/header1.xml": HEADER,
    }
    return {name: part.encode("utf-8", "replace") for name, part in parts.items()}


def zipped(parts: dict[str, bytes]) -> bytes:
    """A zip of parts by name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()


def made_docx(chance: Random) -> bytes:
    """A Word document, its XML or its zip changed at times."""
    parts = word_parts(word_body(chance))
    way = chance.random()
    if way < 0.25:
        name = chance.choice(list(parts))
        parts[name] = changed_markup(chance, parts[name])
    elif way < 0.28:
        del parts[chance.choice(list(parts))]
    elif way < 0.35:
        parts[chance.choice(("../../x", "/etc/passwd", "word/vbaProject.bin", "a" * 300, "word/document.xml/x"))] = (
            bytes(chance.randrange(50))
        )
    content = zipped(parts)
    return changed_bytes(chance, content) if way > 0.92 else content


def changed_markup(chance: Random, content: bytes) -> bytes:
    """XML with elements taken out, doubled, nested in themselves, their values exchanged, or letters changed."""
    pieces = content.replace(b"<", b"\0<").split(b"\0")
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(pieces))
        way = chance.random()
        if way < 0.2:
            del pieces[at]
        elif way < 0.4:
            end = min(len(pieces), at + chance.randint(1, 8))
            pieces[at:at] = pieces[at:end] * chance.choice((1, 2, 30))
        elif way < 0.6:
            other = chance.randrange(len(pieces))
            pieces[at], pieces[other] = pieces[other], pieces[at]
        elif way < 0.9:
            first, quote, rest = pieces[at].partition(b'val="')
            pieces[at] = (
                first + quote + chance.choice(VALUES).encode() + b'"' + rest.partition(b'"')[2] if quote else pieces[at]
            )
        else:
            pieces[at] = changed_bytes(chance, pieces[at])
        if not pieces:
            break
    return b"".join(pieces)
