"""The picture of a place's page: drawn from the file that was read, and from no other."""

from hashlib import sha256
from pathlib import Path

import pytest

from desk.page_pictures import NoPicture, boxes_on, pages_of, picture_of
from ingest import Document
from ingest.corpus import read_document
from tests.ingest.readers.made_pdfs import Setter


@pytest.fixture(scope="module")
def content() -> bytes:
    """Two pages: a sentence on each."""
    setter = Setter()
    setter.canvas.setFont("Helvetica", 12)
    setter.canvas.drawString(100, 700, "The lantern keeper walks every street by night.")
    setter.new_page()
    setter.canvas.setFont("Helvetica", 12)
    setter.canvas.drawString(100, 500, "By day she writes down what she found there.")
    return setter.done()


@pytest.fixture
def plan(content: bytes, tmp_path: Path) -> Document:
    (tmp_path / "plan.pdf").write_bytes(content)
    return read_document(tmp_path / "plan.pdf", {}).document


def test_a_place_over_two_pages_is_boxed_on_both(plan: Document, tmp_path: Path) -> None:
    start, end = plan.text.index("by night."), plan.text.index("By day") + len("By day")
    first, second = pages_of(plan, [(start, end)])
    assert (first.number, second.number) == (1, 2)

    [by_night] = boxes_on(picture_of(tmp_path, plan, 1), plan, first, [(start, end)])
    [by_day] = boxes_on(picture_of(tmp_path, plan, 2), plan, second, [(start, end)])

    assert by_night.top < 1 - 700 / 841.9 < by_night.top + by_night.height
    assert by_night.left > 0.45  # the sentence's last words: it begins at 100 of 595 points and is 260 long
    assert by_day.top < 1 - 500 / 841.9 < by_day.top + by_day.height
    assert by_day.left == pytest.approx(100 / 595.3, abs=0.005)


def test_the_pages_of_a_place_are_those_it_touches(plan: Document) -> None:
    assert [p.number for p in pages_of(plan, [(0, 3)])] == [1]
    assert [p.number for p in pages_of(plan, [(len(plan.text) - 3, len(plan.text))])] == [2]


def test_a_file_that_has_changed_is_not_drawn(plan: Document, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "plan.pdf").write_bytes(content + b"\n")

    with pytest.raises(NoPicture, match="has changed since it was read"):
        picture_of(tmp_path, plan, 1)


def test_a_file_that_is_gone_is_said_to_be(plan: Document, tmp_path: Path) -> None:
    (tmp_path / "plan.pdf").rename(tmp_path / "other.pdf")
    with pytest.raises(NoPicture, match="no longer among the documents"):
        picture_of(tmp_path, plan, 1)
    with pytest.raises(NoPicture, match="cannot be opened: No such file"):
        picture_of(tmp_path / "nowhere", plan, 1)


def test_a_page_that_cannot_be_drawn_is_named(plan: Document, tmp_path: Path) -> None:
    with pytest.raises(NoPicture, match="Page 9 could not be drawn"):
        picture_of(tmp_path, plan, 9)
    assert sha256((tmp_path / "plan.pdf").read_bytes()).hexdigest() == plan.sha256
