"""The picture of a PDF's page, with where each of its words stands on it.

Drawn in a process of its own, inside limits: ``draw_page`` asks for it, ``drawn_page`` is what runs there. Between
them go a request (a line of JSON, then the file) and an answer (a line of JSON, then the picture).

Covered: pages turned by /Rotate, cropped pages, words that run up, down or upside down, pages larger than any paper
(drawn smaller). Not covered: words that are part of a picture, which have no place; the box of words set aslant is
only near them.
"""

import io
import json
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pypdfium2

from ingest.errors import UnreadableDocument
from ingest.readers.limits import Limits, draw_in_child
from ingest.readers.pdf_words import Word, read_words, turn, turned_box

_DPI = 110  # small type can be read, and a page of A4 is a million dots
_MOST_PIXELS = 4_000_000
_HEAVY = 700_000  # bytes: a page of photographs is sent as JPEG
_LIMITS = Limits(seconds=60)  # a page takes a second; one of a million lines, tens
_MEDIA = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}


class PlacedWord(NamedTuple):
    """A word on a page as it is shown: points from the left and from the top."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page as it is shown.

    Attributes:
        image: The picture's bytes.
        media: What they are: "image/png" or "image/jpeg".
        width: Of the page, in points.
        height: Likewise.
        words: Its words, in the order of the file.
    """

    image: bytes
    media: str
    width: float
    height: float
    words: tuple[PlacedWord, ...]


def draw_page(content: bytes, number: int, limits: Limits = _LIMITS) -> PagePicture:
    """Draw a page in a process of its own.

    Args:
        content: The PDF.
        number: The physical page; the first is 1.
        limits: What drawing it may take.

    Raises:
        UnreadableDocument: If it cannot be drawn, or not inside the limits.
    """
    request = json.dumps({"page": number}).encode() + b"\n" + content
    head, _, image = draw_in_child("ingest.readers.pdf_picture:drawn_page", request, limits).partition(b"\n")
    try:
        said = json.loads(head)
        width, height = float(said["width"]), float(said["height"])
        words = tuple(PlacedWord(str(text), *map(float, box)) for text, *box in said["words"])
        places = [width, height, *(at for word in words for at in word[1:])]
        media = next(name for magic, name in _MEDIA.items() if image.startswith(magic))
        if not all(map(math.isfinite, places)) or min(width, height) <= 0:
            raise ValueError("a place that is no number")
    except (ValueError, KeyError, TypeError, StopIteration) as error:
        raise UnreadableDocument("the page could not be drawn") from error
    return PagePicture(image, media, width, height, words)


def drawn_page(request: bytes) -> bytes:
    """The answer to a request; raises UnreadableDocument if there is no such page."""
    head, _, content = request.partition(b"\n")
    number = json.loads(head)["page"]
    try:
        document = pypdfium2.PdfDocument(content)
        page = document[number - 1]
        width, height = page.get_size()
        scale = min(_DPI / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
        image = page.render(scale=scale).to_pil()
        words = list(placed_words(page))
    except (pypdfium2.PdfiumError, IndexError) as error:
        raise UnreadableDocument("the page could not be drawn") from error
    saved = io.BytesIO()
    image.save(saved, "PNG")
    if saved.tell() > _HEAVY:
        saved = io.BytesIO()
        image.convert("RGB").save(saved, "JPEG", quality=80)
    return json.dumps({"width": width, "height": height, "words": words}).encode() + b"\n" + saved.getvalue()


def placed_words(page: pypdfium2.PdfPage) -> Iterator[PlacedWord]:
    """The words of a page, each where it is shown."""
    found = read_words(page)
    media, shown = page.get_mediabox(), -page.get_rotation()  # a page is shown turned clockwise, ``turn`` turns back
    crop = page.get_cropbox()
    seen = (max(media[0], crop[0]), max(media[1], crop[1]), min(media[2], crop[2]), min(media[3], crop[3]))
    left, _, _, top = turned_box(seen, shown)
    for angle, words in [(found.angle, found.words), *zip(found.turned_by, found.turned, strict=True)]:
        for word in words:
            x0, y0, x1, y1 = turned_box(_as_in_file(word, media, angle), shown)
            yield PlacedWord(word.text, x0 - left, top - y1, x1 - left, top - y0)


def _as_in_file(word: Word, media: Sequence[float], angle: int) -> tuple[float, float, float, float]:
    """The box of a word in the file's own measure, in which nothing is turned."""
    left, _, _, top = turned_box(media, angle)
    corners = [turn(x + left, top - y, -angle) for x in (word.x0, word.x1) for y in (word.top, word.bottom)]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)
