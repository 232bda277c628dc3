"""Documents that come and go, in a real browser: what is uploaded is found in answers, what is withdrawn is not."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.page_server import served_page
from tests.browser.test_page import PATIENCE, ask, fresh_page
from tests.ui.test_chat import write_corpus

CANALS = (
    b"1. Canals\n\n1.1 Canal depth\n\nThe borough dredged the canal to 7 metres in 2021. The canal keeper is Cy Reed.\n"
)
QUESTION = "Who is the canal keeper?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page of its own, which builds its index when it is first opened."""
    home = tmp_path_factory.mktemp("borough")
    corpus, index = write_corpus(home / "corpus"), home / "build" / "index"
    with served_page(
        CHAPTER_CORPUS=str(corpus), CHAPTER_INDEX=str(index), CHAPTER_EVALUATION=str(home / "none")
    ) as found:
        yield found


def maintain(page: Page) -> None:
    page.get_by_test_id("stSidebarNav").get_by_role("link", name="Maintain").click()
    expect(page.get_by_role("heading", level=1, name="Maintain")).to_be_visible(timeout=PATIENCE)


def open_tab(page: Page, name: str) -> None:
    page.get_by_role("tab", name=name).click()
    expect(page.get_by_role("heading", level=2, name=name).first).to_be_visible(timeout=PATIENCE)


def reindex_and_publish(page: Page) -> None:
    open_tab(page, "Re-index and publish")
    page.get_by_role("button", name="Re-index", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click(timeout=PATIENCE)
    expect(page.get_by_text("It is published")).to_be_visible(timeout=PATIENCE)


def answered(page: Page) -> bool:
    """Whether a new visitor gets the answer."""
    page.goto(page.url.removesuffix("/maintain"))
    return "Cy Reed" in ask(page, QUESTION).inner_text()


def test_a_document_is_uploaded_and_found_withdrawn_and_not_found_rolled_back_and_found(
    browser: Browser, address: str
) -> None:
    with fresh_page(browser, address) as page:
        maintain(page)
        open_tab(page, "Add")
        page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(
            {"name": "canals.txt", "mimeType": "text/plain", "buffer": CANALS}
        )
        page.get_by_label("Title", exact=True).fill("Canal Plan")
        page.get_by_role("button", name="Add the document").click()
        expect(page.get_by_text("Canal Plan is added as canals.txt")).to_be_visible(timeout=PATIENCE)
        assert not answered(page)

        maintain(page)
        reindex_and_publish(page)
        assert answered(page)

        maintain(page)
        open_tab(page, "Documents")
        page.get_by_role("button", name="Withdraw Canal Plan").click()
        page.get_by_role("dialog").get_by_role("button", name="Withdraw it").click()
        expect(page.get_by_text("Canal Plan is withdrawn")).to_be_visible(timeout=PATIENCE)
        reindex_and_publish(page)
        assert not answered(page)

        maintain(page)
        open_tab(page, "Re-index and publish")
        page.get_by_role("button", name="Roll back").click()
        expect(page.get_by_text("its documents are back")).to_be_visible(timeout=PATIENCE)
        assert answered(page)
        expect(page.get_by_text("It still answers")).to_have_count(0)  # documents and index are of one another again


def test_every_tab_fits_a_narrow_page(browser: Browser, address: str) -> None:
    with fresh_page(browser, address) as page:
        page.set_viewport_size({"width": 320, "height": 640})
        page.goto(f"{address}/maintain")
        expect(page.get_by_role("heading", level=1, name="Maintain")).to_be_visible(timeout=PATIENCE)
        for tab in ("Add", "Catalogue", "Re-index and publish", "Health", "Journal", "Documents"):
            page.get_by_role("tab", name=tab).press("Enter")
            expect(page.get_by_role("heading", level=2).first).to_be_visible(timeout=PATIENCE)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320, tab
