"""The page "Documents" and the source viewer in a real browser: what is jumped to and what is cited comes into view."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from benchmarks.page_server import served_page
from tests.browser.test_page import PATIENCE
from tests.ingest.readers.made_pdfs import Setter, paragraphs


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over a PDF of some pages in two columns, which defines a term on its last."""
    home = tmp_path_factory.mktemp("borough")
    setter = Setter(hyphens=True, foot=lambda number: f"Page {number}")
    term = "The lanterns of this town are kept by the Borough Lighting Board (BLB), as they were of old."
    for seed, chapter in enumerate(("Where we stand", "What we shall do", "At the last")):
        setter.band([setter.heading(chapter, 15, 1, columns=1)], columns=1)
        last = [term] if chapter == "At the last" else []
        setter.band([setter.prose(words) for words in [*paragraphs(seed, 20), *last, *paragraphs(seed + 9, 6)]])
    (home / "corpus").mkdir()
    (home / "corpus" / "plan.pdf").write_bytes(setter.done())
    (home / "corpus" / "catalogue.toml").write_text('[plan]\ntitle = "Lantern Plan"\npublished = "2019"\n', "utf-8")
    with served_page(CHAPTER_CORPUS=str(home / "corpus"), CHAPTER_INDEX=str(home / "index")) as found:
        yield found


@contextmanager
def opened(browser: Browser, address: str, width: int = 1280) -> Iterator[Page]:
    """The page "Documents", opened; fails if it asked for anything that is not on this machine."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/documents")
    expect(page.get_by_role("heading", name="Lantern Plan")).to_be_visible(timeout=2 * PATIENCE)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def open_term(page: Page, term: str) -> Locator:
    page.get_by_role("tab", name="Glossary").click()
    page.get_by_role("button", name=f"Open {term}").click()
    viewer = page.get_by_role("dialog")
    expect(viewer.locator("mark").first).to_be_visible(timeout=PATIENCE)
    return viewer


def test_a_document_is_opened_and_its_outline_leads_to_the_heading(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        page.get_by_role("button", name="Read it Lantern Plan").click()
        text = page.get_by_role("region", name="Text of Lantern Plan")
        expect(text).to_be_visible(timeout=PATIENCE)
        heading = text.get_by_role("heading", name="At the last")
        expect(heading).not_to_be_in_viewport()

        page.get_by_role("navigation", name="Outline").get_by_role("link", name="At the last").focus()
        page.keyboard.press("Enter")

        expect(heading).to_be_in_viewport(ratio=1)
        expect(page).to_have_url(f"{address}/documents?document=plan" + heading_anchor(heading))
        page.reload()
        expect(page.get_by_role("heading", name="Lantern Plan")).to_be_visible(timeout=PATIENCE)


def heading_anchor(heading: Locator) -> str:
    return f"#{heading.get_attribute('id')}"


def test_a_term_is_opened_marked_and_in_view_and_boxed_on_the_picture_of_its_page(
    browser: Browser, address: str
) -> None:
    with opened(browser, address) as page:
        viewer = open_term(page, "BLB")

        expect(viewer.locator("mark")).to_have_text("Borough Lighting Board (BLB)")
        expect(viewer.locator("mark")).to_be_in_viewport(ratio=0.9)
        expect(viewer.get_by_text("Start of the cited words:")).to_be_attached()
        picture = viewer.get_by_role("img", name="Picture of page")
        expect(picture).to_be_visible(timeout=PATIENCE)
        expect(picture).to_have_attribute("alt", picture_says(viewer))
        box = viewer.locator(".cv-boxed").first
        expect(box).to_be_in_viewport(ratio=0.9)
        assert picture.evaluate("image => image.complete && image.naturalWidth > 700")
        inside = box.evaluate(
            """box => {
                const [b, p] = [box, box.closest('.cv-sheet').querySelector('img')].map(e => e.getBoundingClientRect());
                return b.left >= p.left - 3 && b.right <= p.right + 3 && b.top >= p.top - 3 && b.bottom <= p.bottom + 3;
            }"""
        )
        assert inside


def picture_says(viewer: Locator) -> str:
    page = (viewer.locator("figcaption").text_content() or "").partition(",")[0].replace("Page", "page")
    words = "The cited words are: Borough Lighting Board (BLB)"
    return f"Picture of {page} of Lantern Plan, the cited words boxed. {words}"


def test_the_viewer_shows_the_text_as_the_file_has_it_and_what_is_left_out(browser: Browser, address: str) -> None:
    with opened(browser, address) as page:
        viewer = open_term(page, "BLB")
        viewer.get_by_text("Show the whole document").click()
        expect(viewer.get_by_role("region", name="The whole document")).to_be_visible()
        expect(viewer.locator("mark")).to_be_in_viewport()
        expect(viewer.locator(".cv-left-out")).to_have_count(0)

        viewer.get_by_text("Show what is left out").click()
        expect(viewer.locator(".cv-left-out", has_text="Page 2")).to_be_attached()
        viewer.get_by_text("As it stands in the file").click()
        expect(viewer.locator(".cv-raw")).to_be_visible()
        expect(viewer.locator("mark")).to_be_in_viewport()

        viewer.get_by_text("Copy the quote with its source").click()
        expect(viewer.locator("code")).to_contain_text("“Borough Lighting Board (BLB)”")


def test_nothing_scrolls_sideways_at_320_pixels(browser: Browser, address: str) -> None:
    with opened(browser, address, width=320) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        viewer = open_term(page, "BLB")
        expect(viewer.locator(".cv-sheet img")).to_be_visible(timeout=PATIENCE)
        expect(viewer.locator("mark")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert viewer.evaluate("e => e.scrollWidth <= e.clientWidth + 1")
