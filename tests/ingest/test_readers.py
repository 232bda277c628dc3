"""Bytes to text: every encoding a text file comes in, and every file that only says it is text."""

import codecs

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.errors import CorpusError, UnreadableDocument
from ingest.readers import Reading, read_bytes, readable_kinds

PLAN = "Our plan costs £3m – “value”\r\nfor all.\n"
WORDS = st.text(alphabet="aZ9 é£–\n\t", min_size=4).filter(lambda t: any(c.isalnum() for c in t))
QUICK = settings(max_examples=120, deadline=None)


@given(WORDS, st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
@QUICK
def test_text_comes_back_as_it_was_saved(text: str, encoding: str) -> None:
    assert read_bytes("plan.txt", text.encode(encoding)) == Reading(text)


@given(st.binary())
@QUICK
def test_any_bytes_are_read_or_refused_by_name(content: bytes) -> None:
    try:
        reading = read_bytes("plan.txt", content)
    except UnreadableDocument as error:
        assert str(error).startswith("plan.txt: ")
        assert "\n" not in str(error)
    else:
        assert any(c.isalnum() for c in reading.text)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(PLAN.encode(), id="UTF-8"),
        pytest.param(codecs.BOM_UTF8 + PLAN.encode(), id="UTF-8 with a mark"),
        pytest.param(codecs.BOM_UTF16_LE + PLAN.encode("utf-16-le"), id="UTF-16 LE with a mark"),
        pytest.param(codecs.BOM_UTF16_BE + PLAN.encode("utf-16-be"), id="UTF-16 BE with a mark"),
        pytest.param(codecs.BOM_UTF32_LE + PLAN.encode("utf-32-le"), id="UTF-32 LE with a mark"),
        pytest.param(codecs.BOM_UTF32_BE + PLAN.encode("utf-32-be"), id="UTF-32 BE with a mark"),
    ],
)
def test_encodings_that_are_certain(content: bytes) -> None:
    assert read_bytes("plan.txt", content) == Reading(PLAN)


@pytest.mark.parametrize(
    ("content", "text", "remark"),
    [
        pytest.param(PLAN.encode("utf-16-le"), PLAN, "read as UTF-16", id="UTF-16 LE without a mark"),
        pytest.param(PLAN.encode("utf-16-be"), PLAN, "read as UTF-16", id="UTF-16 BE without a mark"),
        pytest.param(b"Cost: \xa33m", "Cost: £3m", "read as Windows-1252: byte 6 is not UTF-8", id="Windows-1252"),
        pytest.param(b"caf\xe9", "café", "read as Windows-1252: byte 3 is not UTF-8", id="Latin-1 letters"),
        pytest.param(b"\x93Plan\x94", "“Plan”", "read as Windows-1252: byte 0 is not UTF-8", id="curly quotes"),
        pytest.param(b"caf\xe9 \x81 bar", "café \x81 bar", "read as Latin-1: byte 3 is not UTF-8", id="undefined byte"),
    ],
)
def test_encodings_that_are_guessed_are_remarked(content: bytes, text: str, remark: str) -> None:
    reading = read_bytes("plan.txt", content)

    assert reading.text == text
    assert len(reading.remarks) == 1
    assert reading.remarks[0].startswith(remark)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        pytest.param(b"", "the file is empty", id="empty"),
        pytest.param(b" \r\n\t\n", "the file is empty", id="blank"),
        pytest.param(codecs.BOM_UTF8, "no word", id="a mark alone"),
        pytest.param(codecs.BOM_UTF16_LE + " \n".encode("utf-16-le"), "no word", id="blank in UTF-16"),
        pytest.param(b"--- *** ---", "no word", id="rules and no words"),
        pytest.param(b"\x00" * 64, "64 of its 64 characters are control characters", id="zeros"),
        pytest.param(
            b"Plan\x00\x01\x02\x03", "4 of its 8 characters are control characters", id="words among controls"
        ),
        pytest.param(bytes(range(256)) * 4, "control characters", id="every byte there is"),
        pytest.param(b"%PDF-1.7\n1 0 obj", "this is a PDF", id="PDF"),
        pytest.param(b"PK\x03\x04\x14\x00word/document.xml", "a zip or Office file", id="zip"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "a PNG picture", id="PNG"),
        pytest.param(b"\xff\xd8\xff\xe0 JFIF", "a JPEG picture", id="JPEG"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file", id="old Office"),
        pytest.param(codecs.BOM_UTF16_LE + b"P\x00l\x00a", "begins as UTF-16 but byte 6 is not", id="truncated UTF-16"),
        pytest.param(codecs.BOM_UTF32_BE + b"\x00\x00\x00P\x00", "begins as UTF-32", id="truncated UTF-32"),
        pytest.param(codecs.BOM_UTF8 + b"Plan \xff", "begins as UTF-8-SIG", id="a mark that lies"),
        pytest.param(b"P\x00l\x00a\x00n\x00s", "control characters", id="truncated UTF-16 without a mark"),
    ],
)
def test_files_that_are_no_text(content: bytes, trouble: str) -> None:
    with pytest.raises(UnreadableDocument, match=trouble) as caught:
        read_bytes("plan.txt", content)

    assert str(caught.value).startswith("plan.txt: ")


def test_text_may_hold_one_control_character_in_a_hundred() -> None:
    assert read_bytes("plan.txt", b"a" * 99 + b"\x07").text == "a" * 99 + "\x07"
    with pytest.raises(UnreadableDocument, match="1 of its 99 characters"):
        read_bytes("plan.txt", b"a" * 98 + b"\x07")


def test_tabs_and_page_breaks_are_no_control_characters() -> None:
    assert read_bytes("plan.txt", b"a\t\r\n\f\v").text == "a\t\r\n\f\v"


@pytest.mark.parametrize("name", ["plan.xyz", "plan", "plan.txt.bak", ".txt"])
def test_an_unknown_kind_is_refused_with_the_kinds_that_are_known(name: str) -> None:
    with pytest.raises(UnreadableDocument) as caught:
        read_bytes(name, b"Cut crime.")

    assert str(caught.value).startswith(f"{name}: no reader for this kind of file")
    assert str(caught.value).endswith(", ".join(readable_kinds()))


def test_the_ending_may_be_in_capitals() -> None:
    assert read_bytes("PLAN.TXT", b"Cut crime.").text == "Cut crime."


def test_the_kinds_are_sorted_and_hold_text() -> None:
    assert readable_kinds() == sorted(readable_kinds())
    assert ".txt" in readable_kinds()


def test_an_unreadable_document_is_a_corpus_error() -> None:
    assert issubclass(UnreadableDocument, CorpusError)
