"""The picture of a page and the places of its words, held against where the ink is."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from ingest import UnreadableDocument
from ingest.readers.pdf_picture import PagePicture, PlacedWord, draw_page

SIZE = (300.0, 400.0)


def pdf(draw: Callable[[Canvas], None], *more: Callable[[Canvas], None]) -> bytes:
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=SIZE)
    for page in (draw, *more):
        canvas.setFont("Helvetica", 20)
        page(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def plain(canvas: Canvas) -> None:
    canvas.drawString(70, 250, "Lantern")


def turned_by(degrees: int) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        plain(canvas)
        canvas.setPageRotation(degrees)

    return draw


def cropped(canvas: Canvas) -> None:
    canvas.setCropBox((40, 200, 290, 290))
    plain(canvas)


def cropped_and_turned(canvas: Canvas) -> None:
    cropped(canvas)
    canvas.setPageRotation(90)


def up_the_side(canvas: Canvas) -> None:
    canvas.translate(50, 100)
    canvas.rotate(90)
    canvas.drawString(0, 0, "Lantern")


def ink(picture: PagePicture) -> tuple[float, float, float, float]:
    """The box around all that is dark on a page, in points."""
    image = Image.open(io.BytesIO(picture.image)).convert("L")
    left, top, right, bottom = image.point(lambda level: 255 if level < 128 else 0).getbbox() or (0, 0, 0, 0)
    across, down = picture.width / image.width, picture.height / image.height
    return left * across, top * down, right * across, bottom * down


def lies_over(word: PlacedWord, box: tuple[float, float, float, float], slack: float = 1.5) -> bool:
    """Whether a word's box holds a box and is not much larger."""
    x0, top, x1, bottom = box
    holds = (
        word.x0 - slack <= x0 and word.top - slack <= top and word.x1 + slack >= x1 and word.bottom + slack >= bottom
    )
    room = max(x0 - word.x0, top - word.top, word.x1 - x1, word.bottom - bottom)
    return holds and room < 12


@pytest.mark.parametrize(
    "draw",
    [plain, turned_by(90), turned_by(180), turned_by(270), cropped, cropped_and_turned, up_the_side],
    ids=["plain", "page turned 90", "180", "270", "cropped", "cropped and turned", "up the side"],
)
def test_a_word_s_box_lies_over_its_ink(draw: Callable[[Canvas], None]) -> None:
    picture = draw_page(pdf(draw), 1)

    [word] = picture.words
    assert word.text == "Lantern"
    assert lies_over(word, ink(picture)), (word, ink(picture))
    assert picture.media == "image/png"


def test_the_page_asked_for_is_drawn_as_large_as_it_is() -> None:
    content = pdf(lambda c: c.drawString(20, 20, "one"), cropped_and_turned)

    assert [w.text for w in draw_page(content, 1).words] == ["one"]
    second = draw_page(content, 2)
    assert (second.width, second.height) == (90, 250)  # the crop is 250 wide and 90 high, and lies on its side


@pytest.mark.parametrize("page", [0, 3])
def test_a_page_that_is_not_there_cannot_be_drawn(page: int) -> None:
    with pytest.raises(UnreadableDocument, match="could not be drawn"):
        draw_page(pdf(plain, plain), page)


def test_what_is_no_pdf_cannot_be_drawn() -> None:
    with pytest.raises(UnreadableDocument, match="could not be drawn"):
        draw_page(b"%PDF-1.4 and no more", 1)
