"""The page "Targets" in a real browser: find a row, open its source, take it along, lose all rows and get them back."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.page_server import served_page
from ingest import quote_at, read_corpus
from tests.browser.test_page import PATIENCE


@pytest.fixture(scope="module")
def address(browser: Browser, real_index: Path) -> Iterator[str]:
    with served_page(CHAPTER_CORPUS="corpus", CHAPTER_INDEX=str(real_index)) as found:
        yield found


@contextmanager
def opened(browser: Browser, address: str, width: int = 1280) -> Iterator[Page]:
    """The page for a new visitor; fails if it asked for anything that is not on this machine."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/targets")
    expect(page.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def test_a_row_is_found_opened_in_its_source_and_taken_along(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        search = page.get_by_label("Search", exact=True)
        search.fill("criminal networks disrupted")
        search.press("Enter")
        expect(page.get_by_text("1 of 340 rows")).to_be_visible(timeout=PATIENCE)

        press_grid(page, 20, 52, "1 row")  # the box of the first row
        page.get_by_role("button", name="Open the source").click()
        viewer = page.get_by_role("dialog")
        mark = viewer.locator("mark", has_text="criminal networks disrupted").first
        expect(mark).to_be_in_viewport(ratio=0.9, timeout=PATIENCE)
        expect(viewer).to_contain_text("Specialist Crime Directorate")
        page.keyboard.press("Escape")
        expect(viewer).to_have_count(0)

        with page.expect_download() as csv_file:
            page.get_by_role("button", name="Download as CSV", exact=True).click()
        [row] = csv.DictReader(io.StringIO(csv_file.value.path().read_text("utf-8-sig"), newline=""))
        [read] = [r for r in read_corpus(Path("corpus")).documents if r.document.doc_id == row["Document id"]]
        spans = [tuple(map(int, span.split("-"))) for span in row["Spans"].split(", ")]
        assert (row["Target"], row["Actual"]) == ("134", "163")
        assert quote_at(read.document.text, [(start, end) for start, end in spans]) == row["Quote"]
        assert read.document.sha256 == row["Document’s sha256"]

        search.fill("zeppelin")
        search.press("Enter")
        expect(page.get_by_role("heading", name="No row fits")).to_be_visible(timeout=PATIENCE)
        page.get_by_role("button", name="Clear the filters").click()
        expect(page.get_by_text("340 of 340 rows")).to_be_visible(timeout=PATIENCE)

        press_grid(page, 60, 18, "340 rows")  # the first column's name sorts by it
        expect(page.get_by_role("combobox", name="Sort by")).to_have_value("Kind", timeout=PATIENCE)


def press_grid(page: Page, x: int, y: int, rows: str) -> None:
    """Press a place of the table, which is a canvas, once it has so many rows."""
    expect(page.get_by_role("region", name=f"{rows} of the register")).to_be_visible(timeout=PATIENCE)
    grid = page.get_by_test_id("stDataFrame")
    expect(grid).to_have_count(1)  # while the page is drawn again the one before stands beside it
    grid.click(position={"x": x, "y": y})


def test_on_a_narrow_screen_the_list_opens_sources_by_keyboard_and_nothing_scrolls_sideways(
    browser: Browser, address: str
) -> None:
    with opened(browser, address, width=320) as page:
        page.get_by_role("radio", name="List").click()
        button = page.get_by_role("button", name="Open the source of row 1").first
        expect(button).to_be_visible(timeout=PATIENCE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320

        button.focus()
        page.keyboard.press("Enter")
        viewer = page.get_by_role("dialog")
        expect(viewer.locator("mark").first).to_be_in_viewport(timeout=PATIENCE)
        expect(viewer.get_by_text("Row 1 of 340")).to_be_visible()
        first = viewer.locator("mark").first.inner_text()
        viewer.get_by_role("button", name="Next").click()
        expect(viewer.get_by_text("Row 2 of 340")).to_be_visible()
        expect(viewer.locator("mark").first).not_to_have_text(first)
        page.keyboard.press("Escape")

        for view in ("Target against actual", "Timeline"):
            page.get_by_role("radio", name=view).click()
            expect(page.get_by_test_id("stVegaLiteChart").locator("svg").first).to_be_visible(timeout=PATIENCE)
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
