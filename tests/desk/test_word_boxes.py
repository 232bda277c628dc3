"""The words of a page's text found among those drawn on it: each where it was drawn, however the file orders them."""

import io
import random
import re
from collections import Counter, defaultdict
from typing import Any

import pypdfium2
import pytest
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from desk.word_boxes import boxes_over, place_words
from ingest.readers.pdf import read_pdf
from ingest.readers.pdf_picture import PlacedWord, placed_words
from tests.ingest.readers.made_pdfs import Setter, report

Drawn = tuple[float, float, str, tuple[str, float], float]
LAYOUTS: dict[str, tuple[dict[str, Any], int]] = {
    "two columns": ({}, 2),
    "two columns, words cut": ({"hyphens": True, "head": lambda _: "Policing plan", "foot": str}, 2),
    "one column": ({"family": "Helvetica", "justified": False}, 1),
    "three columns, small": ({"size": 8, "leading": 9.5, "gutter": 12}, 3),
}


class Recorder:
    """A canvas that keeps what is drawn on it."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._font = ("Helvetica", 10.0)
        self.pages: list[list[Drawn]] = [[]]

    def __getattr__(self, name: str) -> Any:
        return getattr(self._canvas, name)

    def setFont(self, name: str, size: float) -> None:  # noqa: N802 (ReportLab's name)
        self._font = (name, size)
        self._canvas.setFont(name, size)

    def showPage(self) -> None:  # noqa: N802
        self.pages.append([])
        self._canvas.showPage()

    def drawString(self, x: float, y: float, text: str, wordSpace: float = 0.0) -> None:  # noqa: N802, N803
        self.pages[-1].append((x, y, text, self._font, wordSpace))

    def drawRightString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        self.drawString(x - pdfmetrics.stringWidth(text, *self._font), y, text)

    def drawCentredString(self, x: float, y: float, text: str) -> None:  # noqa: N802
        self.drawString(x - pdfmetrics.stringWidth(text, *self._font) / 2, y, text)


def pdf_of(pages: list[list[Drawn]], size: tuple[float, float]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=size)
    for page in pages:
        for x, y, text, font, space in page:
            canvas.setFont(*font)
            canvas.drawString(x, y, text, wordSpace=space)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def places_drawn(page: list[Drawn], height: float) -> dict[str, list[tuple[float, float]]]:
    """For each word the places at which it was drawn, in order: its left edge, and its base line from the top."""
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for left, y, text, font, space in page:
        x = left
        for word in text.split(" "):
            if word:
                places[word].append((x, height - y))
            x += pdfmetrics.stringWidth(f"{word} ", *font) + space
    return places


@pytest.mark.parametrize(
    ("layout", "shuffled"),
    [("two columns", False), *((layout, True) for layout in LAYOUTS)],
    ids=lambda value: value if isinstance(value, str) else "in any order" if value else "in reading order",
)
def test_every_word_of_a_report_is_found_where_it_was_drawn(layout: str, shuffled: bool) -> None:
    settings, columns = LAYOUTS[layout]
    setter = Setter(**settings)
    recorder = Recorder(setter.canvas)
    setter.canvas = recorder  # type: ignore[assignment]
    report(setter, 5, columns)
    as_set = [page for page in recorder.pages if page]
    chance = random.Random(7)
    in_file = [chance.sample(page, len(page)) if shuffled else page for page in as_set]
    content = pdf_of(in_file, setter.page)
    reading, checked = read_pdf(content), 0

    for page, shown, set_in_order in zip(reading.pages, pypdfium2.PdfDocument(content), as_set, strict=True):
        text, drawn = reading.text[page.start : page.end], list(placed_words(shown))
        found = place_words(text, drawn)
        truth = places_drawn(set_in_order, setter.page[1])
        tokens = [(m.span(), m[0]) for m in re.finditer(r"\S+", text)]
        said, times = Counter(token for _, token in tokens), Counter[str]()
        for span, token in tokens:
            # The text is in the order of setting: the third "the" of it is the third that was set. But for
            # words that the end of a line cut, of which parts were set.
            if said[token] == len(truth[token]):
                x, base = truth[token][times[token]]
                word = drawn[found[span][0]]
                assert abs(word.x0 - x) < 2, (token, times[token], x, word)
                assert word.top < base - 1 < word.bottom, (token, times[token], base, word)
                checked += 1
            times[token] += 1
    assert checked > 1000


def line_of(text: str, top: float, x: float = 0.0) -> list[PlacedWord]:
    """Words of one line, 10 high: each letter 5 wide and so is a blank."""
    words = []
    for word in text.split():
        words.append(PlacedWord(word, x, top, x + 5 * len(word), top + 10))
        x += 5 * len(word) + 5
    return words


def test_a_value_that_stands_in_many_rows_is_found_in_its_own() -> None:
    names = [w for i, n in enumerate(("Knives", "Guns", "Theft")) for w in line_of(n, 20 * i)]
    values = [w for x in (100, 200) for i in range(3) for w in line_of("80%", 20 * i, x)]
    text = "Knives\t80%\t80%\nGuns\t80%\t80%\nTheft\t80%\t80%"

    found = place_words(text, [*names, *values])  # the file has the table column by column

    second = text.index("80%", text.index("Guns"))
    assert found[second, second + 3] == (3 + 1,)
    assert found[second + 4, second + 7] == (6 + 1,)


@pytest.mark.parametrize(
    ("text", "lines", "expected"),
    [
        pytest.param("an important aim", ["an impor-", "tant aim"], ["an", "impor-tant", "aim"], id="mended"),
        pytest.param("by re-offending less", ["by re-", "offending less"], ["by", "re-offending", "less"], id="kept"),
        pytest.param("an important", ["an impor-"], ["an", "impor-"], id="the rest is on the next page"),
        pytest.param("an important aim", ["an impor\u00ad", "tant aim"], ["an", "impor\u00adtant", "aim"], id="soft"),
        pytest.param(
            "an incomprehensible", ["an incom-", "prehen-", "sible"], ["an", "incom-prehen-sible"], id="twice"
        ),
        pytest.param("what is not there", ["what is there"], ["what", "is", "there"], id="a word that is not drawn"),
    ],
)
def test_words_cut_at_the_end_of_a_line_are_found_in_their_parts(
    text: str, lines: list[str], expected: list[str]
) -> None:
    drawn = [word for i, line in enumerate(lines) for word in line_of(line, 14 * i)]

    assert ["".join(drawn[i].text for i in chain) for chain in place_words(text, drawn).values()] == expected


def test_the_boxes_of_words_side_by_side_are_one_and_of_two_lines_two() -> None:
    drawn = [*line_of("the ferry crosses", 10), *line_of("the river daily", 30)]
    text = "the ferry crosses\nthe river daily"

    boxes = boxes_over(drawn, place_words(text, drawn), [(4, 27)], (200, 100))  # "ferry crosses / the river"

    assert boxes == [(20 / 200, 0.1, 65 / 200, 0.1), (0.0, 0.3, 45 / 200, 0.1)]


def test_a_span_within_a_word_boxes_that_word_and_no_other() -> None:
    drawn = line_of("about £382m, then", 0)

    assert boxes_over(drawn, place_words("about £382m, then", drawn), [(7, 10)], (100, 10)) == [(0.3, 0.0, 0.3, 1.0)]
    assert boxes_over(drawn, place_words("about £382m, then", drawn), [(0, 6)], (100, 10)) == [(0.0, 0.0, 0.25, 1.0)]


def test_a_page_made_to_take_for_ever_does_not() -> None:
    one_letter = [PlacedWord("a", 5 * i, 0, 5 * i + 5, 10) for i in range(300)]

    assert place_words("a" * 150 + "b", one_letter) == {}
    assert place_words("a", one_letter * 100) == {}
