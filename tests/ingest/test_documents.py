"""A document as read, and the places in it."""

import pytest

from ingest.documents import Document, Page

PAGES = (Page(1, "iv", 0, 10), Page(2, "2", 10, 20), Page(3, None, 20, 30))


def paged() -> Document:
    return Document("plan", "Plan", "", None, "", "unknown", "", "", "x" * 30, PAGES, ())


@pytest.mark.parametrize(
    ("number", "name"),
    [
        pytest.param(1, "page iv (sheet 1)", id="the label is another"),
        pytest.param(2, "page 2", id="the label is the number"),
        pytest.param(3, "page 3", id="no label"),
    ],
)
def test_a_page_is_named_by_the_label_printed_on_it(number: int, name: str) -> None:
    assert paged().page_name(number) == name


def test_a_place_is_on_the_page_that_holds_it() -> None:
    assert [paged().page_at(offset) for offset in (0, 9, 10, 29, 30)] == [1, 1, 2, 3, None]
