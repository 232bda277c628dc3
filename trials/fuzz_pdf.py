"""PDFs of a grammar, whole, or with their objects or their bytes changed."""

import zlib
from random import Random

from trials.fuzz_words import changed_bytes, words

OPERATORS = (
    "BT /F 12 Tf {n} {n} Td ({w}) Tj ET",
    "BT /F {n} Tf 1 0 0 1 {n} {n} Tm ({w}) Tj T* ({w}) ' ET",
    "BT /F 9 Tf {n} {n} Td [({w}) {n} ({w})] TJ ET",
    "BT /G 10 Tf {n} {n} Td ({w}) Tj ET",
    "{n} {n} m {n} {n} l S",
    "{n} {n} {n} {n} re f",
    "q {n} 0 0 {n} {n} {n} cm",
    "Q",
    "/X Do",
    "BI /W 2 /H 2 /BPC 8 /CS /G ID abcd EI",
    "/Span <</ActualText ({w})>> BDC",
    "EMC",
    "{n} Tr {n} Ts {n} Tc {n} Tw {n} Tz",
    "BT /F 12 Tf 0 1 -1 0 {n} {n} Tm ({w}) Tj ET",
    "[",
    "]",
    "<<",
    ">>",
    "(",
    ")",
    "{n} {n} {n} {n} {n} {n} cm",
    "W n",
    "/P gs",
    "{n} g",
)
NUMBERS = (
    "0",
    "1",
    "-1",
    "12",
    "50",
    "72",
    "100",
    "300",
    "595.3",
    "700",
    "99999",
    "1e9",
    "0.001",
    "2147483648",
    "-2147483649",
    "nan",
)
VALUES_OF_PDF = (
    "null",
    "true",
    "0",
    "-1",
    "99999999999",
    "(a)",
    "<41>",
    "/Name",
    "[]",
    "[1 2 3 4]",
    "<<>>",
    "1 0 R",
    "3 0 R",
    "5 0 R",
    "99 0 R",
    "[3 0 R 3 0 R]",
    "(\\376\\377\\000a)",
)


def shown(chance: Random) -> bytes:
    """What a page shows."""
    made = []
    for _ in range(chance.randint(1, 25)):
        one = chance.choice(OPERATORS)
        while "{n}" in one:
            one = one.replace(
                "{n}", chance.choice(NUMBERS) if chance.random() < 0.2 else str(chance.randint(0, 700)), 1
            )
        while "{w}" in one:
            one = one.replace("{w}", words(chance, 4).replace("(", "\\(").replace(")", "\\)"), 1)
        made.append(one)
    return "\n".join(made).encode("latin-1", "replace")


def pdf_objects(chance: Random) -> dict[int, bytes]:
    """The objects of a PDF of one to three pages."""
    pages = chance.randint(1, 3)
    kids = b" ".join(b"%d 0 R" % (10 + n) for n in range(pages))
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/PageLabels<</Nums[0<</S/r>>1<</S/D/St 5>>]>>>>",
        2: b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, pages),
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        6: b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar 32/LastChar 40/Widths[1 2 3]"
        b"/FontDescriptor 8 0 R/ToUnicode 7 0 R>>",
        7: _stream(b"1 beginbfrange <20> <7e> <0041> endbfrange"),
        8: b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 0 1 1]/ItalicAngle 0/Ascent 9/Descent 0"
        b"/CapHeight 9/StemV 1>>",
        9: _stream(
            b"BT /F 8 Tf 5 5 Td (In a form) Tj ET",
            b"/Type/XObject/Subtype/Form/BBox[0 0 99 99]/Resources<</Font<</F 5 0 R>>/XObject<</X 9 0 R>>>>",
        ),
    }
    for n in range(pages):
        fields = chance.choice(
            (
                b"",
                b"/Rotate 90",
                b"/Rotate 45",
                b"/CropBox[9 9 99 99]",
                b"/UserUnit 3",
                b"/MediaBox[0 0 0 0]",
                b"/Annots[5 0 R]",
            )
        )
        objects[10 + n] = (
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents %d 0 R/Resources<</Font<</F 5 0 R/G"
            b" 6 0 R>>/XObject<</X 9 0 R>>>>%b>>" % (20 + n, fields)
        )
        objects[20 + n] = _stream(
            b"BT /F 12 Tf 72 720 Td (We act now.) Tj ET\n" * (chance.random() < 0.9) + shown(chance)
        )
    return objects


def _stream(content: bytes, fields: bytes = b"") -> bytes:
    packed = zlib.compress(content, 1)
    return b"<<%b/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (fields, len(packed), packed)


def pdf_of(objects: dict[int, bytes]) -> bytes:
    """A PDF of numbered objects, the first of which is its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    last, size = len(out), max(objects) + 1
    out += b"xref\n0 %d\n" % size
    out += b"".join(b"%010d 00000 n \n" % places[n] if n in places else b"0000000000 65535 f \n" for n in range(size))
    return bytes(out) + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, last)


def made_pdf(chance: Random) -> bytes:
    """A PDF, its objects or its bytes changed at times."""
    objects = pdf_objects(chance)
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        number = chance.choice(list(objects))
        body = objects[number]
        names = [at for at in range(len(body)) if body[at : at + 1] == b"/"][:40]
        at = chance.choice(names or [0])
        way = chance.random()
        if way < 0.5:
            end = next((i for i in range(at + 1, len(body)) if body[i : i + 1] in b" /[<("), len(body))
            objects[number] = body[:end] + b" " + chance.choice(VALUES_OF_PDF).encode() + b" " + body[end:]
        elif way < 0.7:
            objects[number] = chance.choice(VALUES_OF_PDF).encode()
        elif way < 0.8:
            objects[number] = objects[chance.choice(list(objects))]
        else:
            objects[number] = changed_bytes(chance, body)
    content = pdf_of(objects)
    return changed_bytes(chance, content) if chance.random() < 0.2 else content
