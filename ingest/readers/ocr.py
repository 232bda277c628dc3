"""The words in a picture, by Tesseract where it is installed.

Covered: pictures of print, in English or the first language Tesseract has. Not covered: handwriting, the
order of columns beyond what Tesseract makes of it, installing Tesseract.
"""

import os
import shutil
import subprocess
from functools import cache

# A page scanned at 300 dots an inch takes some 3 s; a picture of noise can take minutes.
SECONDS = 60
_PREFERRED = "eng"
_NOT_A_LANGUAGE = frozenset({"osd", "equ"})  # Tesseract's data for the way up of a page, and for equations


def can_read_pictures() -> bool:
    """Whether Tesseract is installed with a language."""
    program = shutil.which("tesseract")
    return program is not None and _language(program) is not None


def read_picture(png: bytes, *, seconds: float = SECONDS) -> str | None:
    """The words in a picture.

    Args:
        png: The picture, as PNG or another kind of file that Tesseract reads.
        seconds: How long it may take.

    Returns:
        The words, a line each as on the picture and paragraphs with a blank line between, empty where
        there are none; None where Tesseract is not installed, cannot read the picture, or takes too long.
    """
    program = shutil.which("tesseract")
    language = _language(program) if program else None
    if program is None or language is None:
        return None
    read = _run([program, "stdin", "stdout", "-l", language], png, seconds)
    return None if read is None else read.strip()  # Tesseract ends a page with a form feed


@cache
def _language(program: str) -> str | None:
    """The language to read in: English, or the first other one that is installed."""
    listed = _run([program, "--list-langs"], b"", SECONDS)
    # The first line is a heading that names the folder.
    languages = [line.strip() for line in (listed or "").splitlines()[1:] if line.strip()]
    spoken = [name for name in languages if name not in _NOT_A_LANGUAGE]
    return _PREFERRED if _PREFERRED in spoken else min(spoken, default=None)


def _run(command: list[str], given: bytes, seconds: float) -> str | None:
    """What a command prints, or None where it fails or takes too long."""
    # Tesseract's threads gain little on one page, and take every core from whoever else is at work.
    environment = {**os.environ, "OMP_THREAD_LIMIT": "1"}
    try:
        done = subprocess.run(  # noqa: S603 (no shell; the command is Tesseract's own path)
            command, input=given, capture_output=True, timeout=seconds, env=environment, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")
