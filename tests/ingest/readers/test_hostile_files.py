"""Files made to do harm end as a reading or as a reason, soon, and take nothing with them.

The PDFs are tried with whichever reader the registry has for them.
"""

import io
import time
import zipfile
import zlib
from collections.abc import Callable, Mapping
from functools import cache

import docx
import pytest

from ingest.errors import UnreadableDocument
from ingest.readers import Reading, read_bytes
from ingest.readers.archive import check_zip
from ingest.readers.limits import Limits
from ingest.readers.registry import _READERS
from tests.ingest.readers.stand_ins import HERE

MIB = 1024 * 1024
SECONDS = 3
SMALL = Limits(seconds=SECONDS, memory=384 * MIB)
READERS = {".docx": f"{HERE}:word", ".pdf": f"{HERE}:pdf", **_READERS}
SHOWN = b"BT /F 12 Tf 50 700 Td (We act now.) Tj ET\n"


def read(name: str, content: bytes) -> Reading | str:
    """What comes of a file: a reading, or why it cannot be read."""
    before = time.monotonic()
    try:
        return read_bytes(name, content, limits=SMALL, readers=READERS)
    except UnreadableDocument as error:
        return str(error)
    finally:
        assert time.monotonic() - before < SECONDS + 4


# PDF


def pdf(objects: Mapping[int, bytes]) -> bytes:
    """A PDF of numbered objects, the first of which is its catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    size = max(objects) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 00000 f \n"
    return bytes(out) + b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, table)


def stream(content: bytes, fields: bytes = b"", *, filters: bytes = b"/FlateDecode") -> bytes:
    return b"<<%b/Filter[%b]/Length %d>>stream\n%b\nendstream" % (fields, filters, len(content), content)


def packed(content: bytes, fields: bytes = b"") -> bytes:
    return stream(zlib.compress(content, 9), fields)


@cache
def blanks(mebibytes: int) -> bytes:
    """So many MiB of blanks, packed to a thousandth."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(b" " * MIB) for _ in range(mebibytes)) + packer.flush()


def one_page(shown: bytes, *, resources: bytes = b"", catalogue: bytes = b"", **objects: bytes) -> dict[int, bytes]:
    """The objects of a PDF of one page; more of them as o6, o7 and so on, or in place of the first five."""
    return {
        1: b"<</Type/Catalog/Pages 2 0 R%b>>" % catalogue,
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%b>>>>"
        % resources,
        4: shown,
        5: b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        **{int(name[1:]): body for name, body in objects.items()},
    }


def page_tree(depth: int) -> bytes:
    objects = one_page(packed(SHOWN))
    page = objects[3]
    objects[2] = b"<</Type/Pages/Kids[10 0 R]/Count 1>>"
    for level in range(10, 10 + depth):
        parent = 2 if level == 10 else level - 1
        objects[level] = b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (parent, level + 1)
    return pdf({**objects, 10 + depth: page})


def forms(levels: int, times: int) -> bytes:
    """A page that shows a form that shows a form, each so many times; the last shows the first again."""
    more = {}
    for number in range(6, 6 + levels):
        inner = number + 1 if number < 5 + levels else 6
        fields = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</Font<</F 5 0 R>>/XObject<</X %d 0 R>>>>"
        more[f"o{number}"] = packed(SHOWN + b"/X Do\n" * times, fields % inner)
    return pdf(one_page(packed(SHOWN + b"/X Do\n" * times), resources=b"/XObject<</X 6 0 R>>", **more))


def loop_of_outlines() -> bytes:
    item = b"<</Title(a)/Parent 6 0 R/Next 7 0 R/First 7 0 R/Dest[3 0 R/Fit]>>"
    outlines = b"<</First 7 0 R/Last 7 0 R/Count 1>>"
    return pdf(one_page(packed(SHOWN), catalogue=b"/Outlines 6 0 R", o6=outlines, o7=item))


def object_stream_bomb() -> bytes:
    """A PDF whose font is in an object stream that unpacks to half a gigabyte."""
    objects = {**one_page(packed(SHOWN)), 6: stream(blanks(512), b"/Type/ObjStm/N 1/First 10")}
    del objects[5]
    out = bytearray(b"%PDF-1.7\n")
    rows = {0: bytes(7), 5: b"\x02" + (6).to_bytes(4, "big") + bytes(2)}
    for number, body in objects.items():
        rows[number] = b"\x01" + len(out).to_bytes(4, "big") + bytes(2)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(out)
    rows[7] = b"\x01" + table.to_bytes(4, "big") + bytes(2)
    entries = b"".join(rows[number] for number in range(8))
    out += b"7 0 obj\n%b\nendobj\n" % packed(entries, b"/Type/XRef/W[1 4 2]/Size 8/Root 1 0 R")
    return bytes(out) + b"startxref\n%d\n%%%%EOF" % table


def test_the_plain_page_that_the_hostile_ones_are_made_from_is_read() -> None:
    reading = read("plan.pdf", pdf(one_page(packed(SHOWN))))

    assert isinstance(reading, Reading)
    assert "We act now." in reading.text


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: pdf(one_page(packed(SHOWN * 250_000))), id="a page of 10 MB of words"),
        pytest.param(lambda: pdf(one_page(packed(b"1 2 m 3 4 l S\n" * 750_000))), id="a page of 10 MB of lines"),
        pytest.param(lambda: pdf(one_page(stream(blanks(60)))), id="a page of 60 MB of blanks"),
        pytest.param(lambda: pdf(one_page(stream(blanks(512)))), id="a page of half a gigabyte"),
        pytest.param(
            lambda: pdf(one_page(stream(zlib.compress(blanks(512), 9), filters=b"/FlateDecode/FlateDecode"))),
            id="half a gigabyte packed twice",
        ),
        pytest.param(object_stream_bomb, id="an object stream of half a gigabyte"),
        pytest.param(
            lambda: pdf(one_page(b"<</Length 1099511627776>>stream\n" + SHOWN + b"endstream")), id="a length of 2 ** 40"
        ),
        pytest.param(lambda: pdf(one_page(b"<</Length -5>>stream\n" + SHOWN + b"endstream")), id="a length below 0"),
        pytest.param(
            lambda: pdf({**one_page(packed(SHOWN)), **dict.fromkeys(range(6, 500_000), b"null")}),
            id="half a million objects",
        ),
        pytest.param(lambda: page_tree(20_000), id="a page tree of 20,000 levels"),
        pytest.param(
            lambda: pdf(one_page(packed(SHOWN), o2=b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 2>>")), id="a tree in itself"
        ),
        pytest.param(
            lambda: pdf(one_page(packed(SHOWN), o2=b"<</Type/Pages/Kids[%b]/Count 90000>>" % (b"3 0 R " * 90_000))),
            id="one page 90,000 times",
        ),
        pytest.param(lambda: forms(1, 2), id="a form in itself"),
        pytest.param(lambda: forms(20, 10), id="a form in a form, ten times each"),
        pytest.param(loop_of_outlines, id="an outline in itself"),
        pytest.param(lambda: pdf(one_page(packed(b"[" * MIB + SHOWN))), id="a page of open brackets"),
        pytest.param(lambda: pdf(one_page(packed(b"q " * MIB + SHOWN))), id="a page of states never restored"),
        pytest.param(
            lambda: pdf(one_page(packed(SHOWN), catalogue=b"/A " + b"<</A " * 50_000 + b"1" + b">>" * 50_000)),
            id="dictionaries 50,000 deep",
        ),
        pytest.param(lambda: pdf(one_page(packed(SHOWN)))[:-200], id="cut short"),
        pytest.param(lambda: b"%PDF-1.7\n" + b"\x00" * MIB, id="zeros"),
    ],
)
def test_a_pdf_made_to_do_harm_is_read_or_refused_in_time(make: Callable[[], bytes]) -> None:
    outcome = read("plan.pdf", make())

    assert isinstance(outcome, Reading) or outcome.startswith("plan.pdf: ")


# Zip and Word


def word(body: str, kind: str = "", **parts: bytes) -> bytes:
    """A Word document with this body and document type, and more parts by name."""
    empty, full = io.BytesIO(), io.BytesIO()
    docx.Document().save(empty)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    parts["word/document.xml"] = f"{kind}<w:document {space}><w:body>{body}</w:body></w:document>".encode()
    with zipfile.ZipFile(empty) as before, zipfile.ZipFile(full, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            after.writestr(name, parts.pop(name, None) or before.read(name))
        for name, content in parts.items():
            after.writestr(name, content)
    return full.getvalue()


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def patched(content: bytes, mark: bytes, offset: int, value: bytes) -> bytes:
    """A zip with bytes changed after its first mark."""
    at = content.index(mark) + offset
    return content[:at] + value + content[at + len(value) :]


ENTITIES = "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
LAUGHS = f"<!DOCTYPE d [<!ENTITY a0 'ha'>{ENTITIES}]>"
ENTRY, HEADER = b"PK\x01\x02", b"PK\x03\x04"  # a part in the zip's directory, and before the part itself


def test_a_word_document_is_a_zip_that_can_be_unpacked() -> None:
    content = word(paragraph("We act."))
    check_zip(content)

    reading = read("plan.docx", content)
    assert isinstance(reading, Reading)
    assert "We act." in reading.text


def test_a_document_of_many_like_rows_is_no_bomb() -> None:
    check_zip(word(paragraph("We act now.") * 100_000))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        pytest.param(lambda: b"", "the file is damaged: File is not a zip file", id="nothing"),
        pytest.param(lambda: b"PK\x03\x04 and no more", "the file is damaged", id="no directory"),
        pytest.param(lambda: word("")[:-100], "the file is damaged", id="cut short"),
        pytest.param(lambda: word("", x=b" " * (6 * MIB)), "its part x would unpack to 6,291,456 bytes", id="a bomb"),
        pytest.param(
            lambda: word("", **{f"x{n}": bytes(range(256)) * 4096 * 2 for n in range(6)}),
            "it would unpack to 13,4",
            id="a bomb in parts",
        ),
        pytest.param(lambda: word("", **{f"x{n}": b"" for n in range(50)}), "it is a zip of", id="many parts"),
        pytest.param(
            lambda: patched(word(""), ENTRY, 24, (10).to_bytes(4, "little")),
            "the file is damaged",
            id="a size that lies",
        ),
        pytest.param(
            lambda: patched(word(""), ENTRY, 16, b"\x00\x00\x00\x00"), "damaged: Bad CRC-32", id="a wrong checksum"
        ),
        pytest.param(lambda: patched(word(""), ENTRY, 8, b"\x01"), "it is protected by a password", id="a password"),
        pytest.param(
            lambda: patched(word(""), ENTRY, 10, b"\x63"), "damaged: That compression", id="a packing unknown"
        ),
        pytest.param(lambda: patched(word(""), HEADER, 60, b"\xff" * 40), "the file is damaged", id="a damaged part"),
    ],
)
def test_a_zip_that_is_not_opened(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        check_zip(make(), most_unpacked=10 * MIB, most_parts=50)

    assert reason in str(caught.value)
    assert str(caught.value).endswith(("or take it out of the corpus", "Save it without one"))


def test_a_zip_whose_parts_overlap_is_counted_by_each() -> None:
    """Ten entries of the directory that point at one part of 2 MB are 20 MB."""
    content = word("", x=bytes(range(256)) * 8192)
    last = content.rindex(ENTRY)
    end = content.rindex(b"PK\x05\x06")
    entry = content[last:end]
    size = int.from_bytes(content[end + 12 : end + 16], "little") + 9 * len(entry)
    count = (int.from_bytes(content[end + 8 : end + 10], "little") + 9).to_bytes(2, "little")
    tail = content[end : end + 8] + count + count + size.to_bytes(4, "little") + content[end + 16 :]
    overlapping = content[:end] + entry * 9 + tail

    check_zip(content, most_unpacked=10 * MIB)
    with pytest.raises(UnreadableDocument, match=r"it would unpack to 2\d,"):
        check_zip(overlapping, most_unpacked=10 * MIB)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(word(paragraph("&a11;"), LAUGHS), id="a billion laughs"),
        pytest.param(
            word(paragraph("&q;" * 50_000), f"<!DOCTYPE d [<!ENTITY q '{'q' * 50_000}'>]>"), id="a long word often"
        ),
        pytest.param(word("<w:p>" * 50_000 + "</w:p>" * 50_000), id="paragraphs 50,000 deep"),
    ],
)
def test_a_word_document_made_to_do_harm_is_refused(content: bytes) -> None:
    outcome = read("plan.docx", content)

    assert isinstance(outcome, str)
    assert outcome.startswith("plan.docx: ")


def test_a_word_document_reads_no_other_file(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text("secret")
    outcome = read(
        "plan.docx",
        word(paragraph("We act.") + paragraph("&x;"), f"<!DOCTYPE d [<!ENTITY x SYSTEM '{secret.as_uri()}'>]>"),
    )

    assert "secret" not in (outcome.text if isinstance(outcome, Reading) else outcome.replace("secret.txt", ""))
