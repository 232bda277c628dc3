"""No page has a serious or critical violation of axe-core's rules in either theme, or scrolls sideways at 320 px."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.page_server import served_page
from tests.browser.test_page import PATIENCE, ask, settled

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
# By their addresses: that of the page Ask is the server's own.
PAGES = ["", "targets", "documents", "review", "evaluation", "maintain"]


@pytest.fixture(scope="module")
def address(browser: Browser, real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("desk")
    database = f"sqlite:///{home / 'review.db'}"
    with served_page(CHAPTER_CORPUS="corpus", CHAPTER_INDEX=str(real_index), CHAPTER_DATABASE=database) as found:
        yield found


@contextmanager
def opened(browser: Browser, address: str, path: str, scheme: str, width: int = 1280) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{address}/{path}")
    expect(page.locator("h1")).to_be_visible(timeout=PATIENCE)
    settled(page)
    yield page
    context.close()


def violations(page: Page) -> list[str]:
    """What axe-core finds that is serious or critical, each with the places it finds it in."""
    if not AXE.exists():
        pytest.skip("axe-core is not here. Run: sh tests/browser/axe.sh")
    page.evaluate(AXE.read_text("utf-8"))
    found: dict[str, Any] = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{v['id']} ({v['impact']}): {node['html'][:200]} at {node['target']}"
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
        for node in v["nodes"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "ask")
def test_a_page_has_no_serious_violation(browser: Browser, address: str, path: str, scheme: str) -> None:
    with opened(browser, address, path, scheme) as page:
        assert violations(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_answer_its_tools_and_its_source_have_no_serious_violation(
    browser: Browser, address: str, scheme: str
) -> None:
    with opened(browser, address, "", scheme) as page:
        ask(page, "What is the Home Office main grant in each year?")
        ask(page, "What is the best recipe for lemon drizzle cake?")
        assert violations(page) == []

        page.get_by_role("button", name="Something is wrong").first.click()
        expect(page.get_by_text("What is wrong with this answer?")).to_be_visible()
        assert violations(page) == []
        page.keyboard.press("Escape")

        page.get_by_role("button", name="Source 1:").first.click()
        expect(page.get_by_role("dialog").locator("mark").first).to_be_visible(timeout=PATIENCE)
        assert violations(page) == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "ask")
def test_a_page_of_320_pixels_does_not_scroll_sideways(browser: Browser, address: str, path: str) -> None:
    with opened(browser, address, path, "light", 320) as page:
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        # What scrolls is another part on a page with a box to type in.
        parts = page.locator("[data-testid=stMain], [data-testid=stAppScrollToBottomContainer]")
        assert parts.evaluate_all("parts => parts.map((p) => p.scrollWidth - p.clientWidth)") == [0]
