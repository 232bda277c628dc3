"""Audit packs: what proves an answer, and what shows that a pack or a document was changed."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answer import Answer, Assistant, Decision, MadeWith, PackError, export_pack, pack, verify_pack
from index import Model, build, load
from ingest import Document
from tests.answer.test_command import answer as run
from tests.conftest import CATALOGUE, FERRY, LIBRARY, LetterEncoder

MADE = "2026-11-23T12:00:00+00:00"
DECIDED = Decision(1, "partly", "the year is missing", "R. Viewer", "2026-11-23T12:30:00+00:00")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("packs")
    (folder / "corpus").mkdir()
    for name, text in (("ferry.txt", FERRY), ("library.txt", LIBRARY), ("catalogue.toml", CATALOGUE)):
        (folder / "corpus" / name).write_text(text, "utf-8")
    build(folder / "corpus", folder / "index", Model("letters", folder, "0" * 64), encoder=lambda _: LetterEncoder())
    return Assistant(load(folder / "index"), LetterEncoder())


@pytest.fixture(scope="module")
def said(assistant: Assistant) -> Answer:
    return assistant.answer("What are the ferry's objectives?")


@pytest.fixture
def documents(assistant: Assistant) -> dict[str, Document]:
    return dict(assistant.snapshot.documents)


@pytest.fixture
def exported(assistant: Assistant, said: Answer) -> bytes:
    snapshot = assistant.snapshot
    return export_pack(said, snapshot.documents, made_with(assistant), made=MADE, decisions=[DECIDED])


def made_with(assistant: Assistant) -> MadeWith:
    return MadeWith.of(assistant.snapshot.manifest, "f" * 64)


def parts(content: bytes) -> dict[str, bytes]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(of: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in of.items():
            archive.writestr(name, content)
    return out.getvalue()


def changed(content: bytes, change: Callable[[dict[str, Any]], object], *, sums: bool = True) -> bytes:
    """A pack with what it says changed, and its checksums with it unless they are to be left."""
    of = parts(content)
    record = json.loads(of["pack.json"])
    change(record)
    of["pack.json"] = json.dumps(record).encode()
    if sums:
        names = ("pack.json", "README.txt")
        of["SHA256SUMS"] = "".join(f"{hashlib.sha256(of[n]).hexdigest()}  {n}\n" for n in names).encode()
    return zipped(of)


def test_an_untouched_pack_is_proved_in_each_document_citation_and_statement(
    exported: bytes, documents: dict[str, Document], said: Answer
) -> None:
    found = verify_pack(exported, documents)

    assert all(finding.holds for finding in found), found
    assert len(said.statements) >= 3
    assert [finding.about for finding in found] == [
        "document ferry",
        *(f"citation {c.number}" for c in said.citations),
        *(f"statement {n}" for n in range(1, len(said.statements) + 1)),
    ]


def test_a_pack_holds_what_was_asked_said_and_decided_and_what_it_was_made_with(
    exported: bytes, assistant: Assistant, said: Answer
) -> None:
    of = parts(exported)
    record = json.loads(of["pack.json"])
    text = of["README.txt"].decode()

    assert record["answer"]["question"] == said.question
    assert record["answer"]["answer"] == said.text
    assert record["made_with"]["index"] == assistant.snapshot.manifest.fingerprint
    assert record["made_with"]["reader_sha256"] == "f" * 64
    assert record["documents"]["ferry"]["sha256"] == hashlib.sha256(FERRY.encode()).hexdigest()
    assert record["decisions"][0]["reviewer"] == "R. Viewer"
    for shown in (said.question, said.text, said.citations[0].quote, "partly (the year is missing), R. Viewer", MADE):
        assert shown in text


def test_the_same_answer_gives_the_same_pack_to_the_byte(exported: bytes, assistant: Assistant, said: Answer) -> None:
    snapshot = assistant.snapshot
    again = export_pack(said, snapshot.documents, made_with(assistant), made=MADE, decisions=[DECIDED])

    assert again == exported


def test_a_refusal_has_a_pack_too(assistant: Assistant, documents: dict[str, Document]) -> None:
    refused = assistant.answer("zeppelin timetable")

    assert verify_pack(export_pack(refused, documents, made_with(assistant), made=MADE), documents) == []


def test_a_quote_changed_in_the_pack_is_refused_by_its_checksum_or_does_not_stand(
    exported: bytes, documents: dict[str, Document]
) -> None:
    def more(record: dict[str, Any]) -> None:
        quote = record["answer"]["citations"][0]
        quote["quote"] = quote["quote"].replace("ferry", "fairy")

    with pytest.raises(PackError, match="is not what was exported"):
        verify_pack(changed(exported, more, sums=False), documents)
    found = verify_pack(changed(exported, more), documents)
    assert next((f.about, f.said.split("; ")[-1]) for f in found if not f.holds) == (
        "citation 1",
        "nowhere does it stand as a whole now",
    )


def test_a_statement_that_its_quote_does_not_have_is_found(exported: bytes, documents: dict[str, Document]) -> None:
    def more(record: dict[str, Any]) -> None:
        record["answer"]["statements"][-1]["text"] = "sink the ferry."

    found = verify_pack(changed(exported, more), documents)

    assert [f.said for f in found if not f.holds] == ["a statement says what its citation 1 does not"]


def test_what_has_changed_in_the_documents_is_said(assistant: Assistant, documents: dict[str, Document]) -> None:
    budget = assistant.answer("What is the ferry's budget?")
    exported = export_pack(budget, documents, made_with(assistant), made=MADE)
    ferry = documents["ferry"]
    moved = replace(ferry, text=f"New first line\n{ferry.text}", sha256="0" * 64)
    retitled = replace(ferry, title="The ferry", status="superseded")

    said = {f.about: f.said for f in verify_pack(exported, {"ferry": moved}) if not f.holds}
    assert "sha256 0000" in said["document ferry"]
    assert "it stands at characters" in said["citation 1"]
    assert set(said) == {"document ferry", "citation 1"}, "its statements still are in the quote"
    gone = {f.about: f.said for f in verify_pack(exported, {}) if not f.holds}
    assert "not in the corpus any more" in gone["document ferry"]
    (same, *_) = verify_pack(exported, {"ferry": retitled})
    assert same.holds
    assert "title The ferry (was Ferry Plan), status superseded (was current)" in same.said


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"", "no audit pack, or it is damaged", id="nothing"),
        pytest.param(zipped({"a.txt": b""}), "no audit pack: it has a.txt", id="another zip"),
        pytest.param(zipped({}), "it has no parts", id="an empty zip"),
        pytest.param(b"0" * (pack.MOST_BYTES + 1), "a pack has at most", id="too large"),
        pytest.param(
            zipped({"pack.json": b"0" * (pack.MOST_BYTES + 1), "README.txt": b"", "SHA256SUMS": b""}),
            "unpacks to more than",
            id="a bomb",
        ),
    ],
)
def test_what_is_no_pack_is_said_to_be_none(content: bytes, message: str) -> None:
    with pytest.raises(PackError, match=message):
        verify_pack(content, {})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        pytest.param(lambda r: r.update(format=2), "format 2, and this version reads 1", id="another format"),
        pytest.param(lambda r: r.pop("documents"), "documents", id="no documents"),
        pytest.param(lambda r: r["answer"]["citations"][0].pop("spans"), "spans", id="no spans"),
        pytest.param(lambda r: r["answer"]["citations"][0].update(number=7), "numbered from 1", id="a number left out"),
        pytest.param(lambda r: r["answer"]["statements"][0].update(citations=[9]), "cites what is not", id="no source"),
        pytest.param(lambda r: r["answer"]["statements"][0].update(x=1), "cannot be read", id="an unknown field"),
    ],
)
def test_a_pack_that_lacks_something_says_what(
    exported: bytes, documents: dict[str, Document], change: Callable[[dict[str, Any]], object], message: str
) -> None:
    with pytest.raises(PackError, match=message):
        verify_pack(changed(exported, change), documents)


@given(st.data())
def test_a_bit_flipped_anywhere_is_refused_or_changes_nothing(data: st.DataObject) -> None:
    of = {"pack.json": b"{}", "README.txt": b"text"}
    of["SHA256SUMS"] = "".join(f"{hashlib.sha256(c).hexdigest()}  {n}\n" for n, c in of.items()).encode()
    content = bytearray(zipped(of))
    at = data.draw(st.integers(0, 8 * len(content) - 1))
    content[at // 8] ^= 1 << at % 8

    with pytest.raises(PackError):  # whole, it is refused too: for its missing fields
        verify_pack(bytes(content), {})


def test_the_command_writes_a_pack_proves_it_and_refuses_it_once_it_is_tampered_with(
    real_index: Path, tmp_path: Path
) -> None:
    file = tmp_path / "answer.zip"

    asked = run("What is the medium term savings requirement?", "--index", str(real_index), "--pack", str(file))
    proved = run("verify", str(file))
    again = run("What is it?", "--index", str(real_index), "--pack", str(file))
    file.write_bytes(changed(file.read_bytes(), lambda r: r["answer"].update(question="x"), sums=False))
    tampered = run("verify", str(file))

    assert asked.returncode == 0, asked.stderr
    assert (proved.returncode, proved.stdout.decode().splitlines()[-1][:4]) == (0, "All "), proved.stderr
    assert again.returncode == 2
    assert b"is there already" in again.stderr
    assert tampered.returncode == 2
    assert b"is not what was exported" in tampered.stderr
