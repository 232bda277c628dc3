"""What a document asks for, beyond being read, is not done: nothing is fetched, run, or read from elsewhere.

The readers run here without their cage, while all that Python does is listened to and a server waits for whoever
comes: so it is the readers themselves that do not do it.
"""

import io
import select
import socket
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingest.errors import UnreadableDocument
from ingest.readers import Reading
from ingest.readers.limits import read_here
from ingest.readers.registry import _READERS
from tests.ingest.readers.test_hostile_files import SHOWN, one_page, packed, paragraph, pdf, word

WATCHED = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "ctypes.dlopen", "urllib.")
SECRET = "The keys are under the mat"


@dataclass
class Watch:
    """What was done while it was on.

    Attributes:
        url: An address at which a server listens.
        secret: A file that no document may bring in.
    """

    url: str
    secret: Path
    on: bool = False
    events: list[str] = field(default_factory=list)

    def note(self, event: str, args: tuple[object, ...]) -> None:
        if self.on and (event.startswith(WATCHED) or (event == "open" and str(args[0]) == str(self.secret))):
            self.events.append(f"{event} {args}")


@pytest.fixture(scope="module")
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture(scope="module")
def watch(server: socket.socket, tmp_path_factory: pytest.TempPathFactory) -> Watch:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.txt"
    secret.write_text(SECRET)
    watching = Watch(f"http://127.0.0.1:{server.getsockname()[1]}/x", secret)
    sys.addaudithook(watching.note)  # cannot be taken away again, so it is turned off
    for name, plain in (("a.pdf", pdf(one_page(packed(SHOWN)))), ("a.docx", word(paragraph("We act now.")))):
        read_here(_READERS[Path(name).suffix], plain)  # what the libraries load at first they load before
    return watching


def said_of(watch: Watch, server: socket.socket, name: str, content: bytes) -> str:
    """The text of a document or why it cannot be read; fails if anything else was done."""
    watch.events.clear()
    watch.on = True
    try:
        outcome: Reading | str = read_here(_READERS[Path(name).suffix], content)
    except UnreadableDocument as error:
        outcome = str(error)
    finally:
        watch.on = False
    assert watch.events == []
    assert not select.select([server], [], [], 0.005)[0], "somebody came to the server"
    said = outcome if isinstance(outcome, str) else "\n".join([outcome.text, *outcome.remarks])
    assert SECRET not in said
    return said


HTML = {
    "a script": "<script src='URL'></script><script>fetch('URL')</script>",
    "a refresh": "<meta http-equiv='refresh' content='0;url=URL'>",
    "a frame": "<iframe src='URL'></iframe><frame src='FILE'><object data='URL'></object><embed src='URL'>",
    "a picture": "<img src='URL' onerror='alert(1)'><img src='FILE'><svg><image href='URL'/></svg>",
    "a style": "<link rel='stylesheet' href='URL'><style>@import url(URL); body{background:url(FILE)}</style>",
    "a base": "<base href='URL'><a href='next'>next</a>",
    "a data address": "<iframe src='data:text/html,<script>1</script>'></iframe><img src='data:image/png;base64,AAAA'>",
    "an inclusion": "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='FILE' parse='text'/>",
    "a server's inclusion": "<!--#include file='FILE'--><!--#exec cmd='touch FILE.x'-->",
    "a stylesheet of XML": "<?xml-stylesheet href='URL' type='text/xsl'?>",
    "an entity outside": "<!DOCTYPE html SYSTEM 'URL'>",
    "an entity of a file": "<!DOCTYPE a [<!ENTITY x SYSTEM 'FILE'>]>&x;",
    "an entity of parameters": "<!DOCTYPE a [<!ENTITY % x SYSTEM 'URL'> %x;]>",
    "an action": "<form action='URL'><input autofocus onfocus='alert(1)'></form><body onload='alert(1)'>",
    "a template": "{{7*7}} ${7*7} <%= 7*7 %> #{7*7}",
}


@pytest.mark.parametrize("name", ["plan.html", "plan.md", "plan.txt"])
@pytest.mark.parametrize("payload", HTML.values(), ids=HTML)
def test_what_is_in_a_page_is_not_done(watch: Watch, server: socket.socket, name: str, payload: str) -> None:
    payload = payload.replace("URL", watch.url).replace("FILE", str(watch.secret))
    said = said_of(watch, server, name, f"{payload}\n\n<p>We act now.</p>\n\n{payload}\n".encode())

    assert "We act now." in said or "entities of its own" in said
    assert not watch.secret.with_suffix(".txt.x").exists()
    assert "49" not in said


@pytest.mark.parametrize(
    "payload",
    [
        pytest.param("![a](URL)\n\n[a]: FILE\n\n![b][a]", id="a picture"),
        pytest.param("[a](javascript:alert(1)) <javascript:alert(1)>", id="a script in a link"),
        pytest.param("<!-- --><script>fetch('URL')</script>", id="a script"),
        pytest.param("---\nx: !!python/object/apply:os.system ['touch FILE.x']\n---\n", id="front matter that runs"),
        pytest.param("```{include} FILE\n```\n\n.. include:: FILE\n\n:::{literalinclude} FILE\n:::", id="inclusions"),
    ],
)
def test_what_is_in_markdown_is_not_done(watch: Watch, server: socket.socket, payload: str) -> None:
    payload = payload.replace("URL", watch.url).replace("FILE", str(watch.secret))

    assert "We act now." in said_of(watch, server, "plan.md", f"{payload}\n\nWe act now.\n".encode())
    assert not watch.secret.with_suffix(".txt.x").exists()


RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/KIND" '
    'Target="TARGET" TargetMode="External"/></Relationships>'
)
_NS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@pytest.mark.parametrize(
    "kind",
    ["attachedTemplate", "image", "hyperlink", "oleObject", "frame", "subDocument", "styles", "footnotes", "header"],
)
@pytest.mark.parametrize("target", ["URL", "FILE", "\\\\127.0.0.1\\share\\x.dotm", "file:///FILE"])
def test_what_a_word_document_says_is_elsewhere_is_not_fetched(
    watch: Watch, server: socket.socket, kind: str, target: str
) -> None:
    relations = RELATIONS.replace("KIND", kind).replace("TARGET", target)
    relations = relations.replace("URL", watch.url).replace("FILE", str(watch.secret))
    body = paragraph("We act now.") + f'<w:altChunk xmlns:r="{_NS}" r:id="rId1"/>'
    content = word(body, **{"word/_rels/document.xml.rels": relations.encode()})

    said = said_of(watch, server, "plan.docx", content)
    assert "We act now." in said or (kind == "styles" and "not as Word writes it" in said)


@pytest.mark.parametrize(
    "field",
    [
        'INCLUDETEXT "FILE"',
        'INCLUDEPICTURE "URL"',
        'DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"',
        'DDE "x" "y"',
        "IMPORT URL",
    ],
)
def test_what_a_field_of_a_word_document_would_bring_in_is_not_brought(
    watch: Watch, server: socket.socket, field: str
) -> None:
    field = field.replace("URL", watch.url).replace("FILE", str(watch.secret)).replace('"', "&quot;")
    simple = f'<w:p><w:fldSimple w:instr="{field}"><w:r><w:t>We act now.</w:t></w:r></w:fldSimple></w:p>'

    assert "We act now." in said_of(watch, server, "plan.docx", word(simple))


@pytest.mark.parametrize(
    "kind",
    [
        pytest.param("<!DOCTYPE d SYSTEM 'URL'>", id="a type outside"),
        pytest.param("<!DOCTYPE d [<!ENTITY x SYSTEM 'FILE'>]>", id="a file"),
        pytest.param("<!DOCTYPE d [<!ENTITY % p SYSTEM 'URL'> %p;]>", id="a parameter"),
        pytest.param("<?xml-stylesheet href='URL'?>", id="a stylesheet"),
    ],
)
@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml", "[Content_Types].xml", "word/footnotes.xml"])
def test_no_part_of_a_word_document_brings_in_a_file_or_an_address(
    watch: Watch, server: socket.socket, kind: str, part: str
) -> None:
    kind = kind.replace("URL", watch.url).replace("FILE", str(watch.secret))
    plain = word(
        paragraph("We act now.") + paragraph("&x;" if "ENTITY x" in kind and part == "word/document.xml" else "b")
    )
    with zipfile.ZipFile(io.BytesIO(plain)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts.get(part, b"<w:footnotes xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'/>")
    declared, mark, rest = before.partition(b"?>") if before.startswith(b"<?xml") else (b"", b"", before)
    parts[part] = declared + mark + kind.encode() + rest
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)

    assert said_of(watch, server, "plan.docx", out.getvalue())


def with_macros(content: bytes) -> bytes:
    """A Word document as Word saves one with macros."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "[Content_Types].xml":
                part = part.replace(
                    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                    b"application/vnd.ms-word.document.macroEnabled.main+xml",
                ).replace(
                    b"<Default ",
                    b'<Default Extension="bin" ContentType="application/vnd.ms-office.vbaProject"/><Default ',
                    1,
                )
            after.writestr(name, part)
        after.writestr("word/vbaProject.bin", b'Sub AutoOpen()\nShell "calc"\nEnd Sub')
    return out.getvalue()


def test_a_document_with_macros_is_refused_by_that_name(watch: Watch, server: socket.socket) -> None:
    said = said_of(watch, server, "plan.docx", with_macros(word(paragraph("We act now."))))

    assert said.startswith("it is a Word document with macros, whatever its name says. Open it in Word and save it")


def test_macros_in_a_plain_document_are_said_and_not_run(watch: Watch, server: socket.socket) -> None:
    said = said_of(
        watch, server, "plan.docx", word(paragraph("We act now."), **{"word/vbaProject.bin": b"Sub AutoOpen()"})
    )

    assert said.split() == "We act now. macros in it, which are neither read nor run".split()


@pytest.mark.parametrize(
    "name", ["../../../evil.xml", "/etc/evil.xml", "C:\\evil.xml", "word/../../evil.xml", "a" * 60_000]
)
def test_a_part_of_a_zip_is_never_written_wherever_its_name_leads(
    watch: Watch, server: socket.socket, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a" / "b" / "c").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a" / "b" / "c")

    assert "We act now." in said_of(watch, server, "plan.docx", word(paragraph("We act now."), **{name: b"<a/>"}))
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["a", "b", "c"]


PDF = {
    "JavaScript when it is opened": b"/OpenAction<</S/JavaScript/JS(app.launchURL\\('URL'\\))>>",
    "a program when it is opened": b"/OpenAction<</S/Launch/F(/bin/touch)/Win<</F(cmd.exe)/P(/c calc)>>>>",
    "an address when it is opened": b"/OpenAction<</S/URI/URI(URL)>>",
    "a form that is sent": b"/OpenAction<</S/SubmitForm/F(URL)>>",
    "another file": b"/OpenAction<</S/GoToR/F(FILE)/D[0/Fit]>>",
    "a file within": b"/Names<</EmbeddedFiles<</Names[(a.exe)<</Type/Filespec/F(a.exe)/EF<</F 6 0 R>>>>]>>>>",
    "names of JavaScript": b"/Names<</JavaScript<</Names[(a)<</S/JavaScript/JS(this.getURL\\('URL'\\))>>]>>>>",
    "a form of XML": b"/AcroForm<</XFA 6 0 R/Fields[]>>",
    "what is done at the end": b"/AA<</WC<</S/JavaScript/JS(app.alert\\(1\\))>>>>",
}
XFA = b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY x SYSTEM 'FILE'>]><xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'>&x;</xdp:xdp>"


@pytest.mark.parametrize("catalogue", PDF.values(), ids=PDF)
def test_what_a_pdf_would_have_done_is_not_done(watch: Watch, server: socket.socket, catalogue: bytes) -> None:
    def placed(text: bytes) -> bytes:
        return text.replace(b"URL", watch.url.encode()).replace(b"FILE", str(watch.secret).encode())

    content = pdf(one_page(packed(SHOWN), catalogue=placed(catalogue), o6=packed(placed(XFA))))

    assert "We act now." in said_of(watch, server, "plan.pdf", content)


def test_a_page_whose_words_or_letters_are_in_another_file_is_read_without_it(
    watch: Watch, server: socket.socket
) -> None:
    secret = str(watch.secret).encode()
    outside = b"<</Length 0/F(%b)/FFilter/FlateDecode>>stream\n\nendstream" % secret
    font = b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/..#2F..#2F..%b/DescendantFonts[6 0 R]>>" % secret
    for more in ({"o4": outside}, {"o5": font, "o6": b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X>>"}):
        assert said_of(watch, server, "plan.pdf", pdf(one_page(packed(SHOWN), **more)))
