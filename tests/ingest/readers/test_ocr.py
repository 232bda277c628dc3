"""The words in a picture, with Tesseract and without it."""

import shutil
import sys
import zlib
from pathlib import Path

import pytest

from ingest.readers import ocr
from ingest.readers.ocr import can_read_pictures, read_picture

needs_tesseract = pytest.mark.skipif(
    not can_read_pictures(), reason="Tesseract is not installed. On Debian: apt-get install tesseract-ocr"
)
needs_shell = pytest.mark.skipif(sys.platform == "win32", reason="the stand-in for Tesseract is a shell script")

# Letters of 5 by 7, a bit a dot, so that no picture library is needed.
LETTERS = {
    "F": "11111100001000011110100001000010000",
    "E": "11111100001000011110100001000011111",
    "R": "11110100011000111110101001001010001",
    "Y": "10001100010101000100001000010000100",
    " ": "0" * 35,
}


def png(words: str, dot: int = 8) -> bytes:
    """A picture of words in capitals, black on white."""
    width = (6 * len(words) + 4) * dot
    blank = [b"\xff" * width] * (3 * dot)
    rows = list(blank)
    for y in range(7):
        bits = "00" + "".join(LETTERS[letter][5 * y : 5 * y + 5] + "0" for letter in words) + "00"
        rows += [b"".join((b"\x00" if bit == "1" else b"\xff") * dot for bit in bits)] * dot
    rows += blank
    header = width.to_bytes(4, "big") + len(rows).to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    pixels = zlib.compress(b"".join(b"\x00" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def chunk(kind: bytes, content: bytes) -> bytes:
    return len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is the whole PATH, for a stand-in for Tesseract."""
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def install(folder: Path, script: str) -> None:
    """A stand-in that lists its languages as Tesseract does, and else does what the script says."""
    program = folder / "tesseract"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)


def lists(*languages: str) -> str:
    said = "\\n".join([f"List of available languages in folder ({len(languages)}):", *languages])
    return f'[ "$1" = --list-langs ] && {{ printf "{said}\\n"; exit; }}'


@needs_tesseract
def test_the_words_in_a_picture_are_read() -> None:
    assert read_picture(png("FERRY")) == "FERRY"


@needs_tesseract
def test_a_picture_without_words_gives_none() -> None:
    assert read_picture(png("   ")) == ""


@needs_tesseract
@pytest.mark.parametrize("content", [b"", b"no picture", png("FERRY")[:60]], ids=["nothing", "text", "cut short"])
def test_what_is_no_picture_is_not_read(content: bytes) -> None:
    assert read_picture(content) is None


@needs_tesseract
def test_nothing_is_left_in_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    read_picture(png("FERRY"))

    assert list(tmp_path.iterdir()) == []


def test_without_tesseract_no_picture_is_read(stand_in: Path) -> None:
    assert shutil.which("tesseract") is None
    assert can_read_pictures() is False
    assert read_picture(png("FERRY")) is None


@needs_shell
@pytest.mark.parametrize(
    ("languages", "taken"),
    [
        pytest.param(["deu", "eng", "osd"], "eng", id="English first"),
        pytest.param(["osd", "fra", "deu"], "deu", id="else the first by name"),
        pytest.param(["osd", "equ"], None, id="none but data that are no language"),
        pytest.param([], None, id="none"),
    ],
)
def test_which_language_is_read(stand_in: Path, languages: list[str], taken: str | None) -> None:
    install(stand_in, f'{lists(*languages)}\necho "$@ $OMP_THREAD_LIMIT"')

    assert can_read_pictures() is (taken is not None)
    assert read_picture(b"") == (None if taken is None else f"stdin stdout -l {taken} 1")


@needs_shell
@pytest.mark.parametrize(
    "script",
    [
        pytest.param("echo half; exit 1", id="it fails"),
        pytest.param("exec /bin/sleep 60", id="it takes too long"),
        pytest.param("kill -SEGV $$", id="it dies"),
    ],
)
def test_a_picture_that_tesseract_fails_on_is_not_read(stand_in: Path, script: str) -> None:
    install(stand_in, f"{lists('eng')}\n{script}")

    assert read_picture(b"", seconds=0.5) is None


@needs_shell
def test_page_ends_and_bytes_that_are_no_utf_8_do_no_harm(stand_in: Path) -> None:
    install(stand_in, f"{lists('eng')}\nprintf ' caf\\351 \\n\\f'")

    assert read_picture(b"") == "caf\ufffd"


@pytest.fixture(autouse=True)
def forget_languages() -> None:
    ocr._language.cache_clear()
