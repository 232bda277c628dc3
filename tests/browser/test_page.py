"""The real page in a real browser: what a person sees, what comes alive, and what leaves the machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from playwright.sync_api import TimeoutError as Late

from benchmarks.page_server import served_page

PATIENCE = 60_000  # milliseconds: the first question waits for the model

HOSTILE = """1. Plans

1.1 Costs of :red[alarm] $x$ <b>bold</b>

The alarm costs £5 or $6 for *stars* and _bars_ in 2020, see [1](https://a.example), www.a.example and a@b.example.
:smile: :material/home: <img src=x onerror="document.title='owned'"> a -> b ~~struck~~ `code`

1.2 Lantern repair

"""
HOSTILE_TITLE = "Plan *a* <b>b</b> :red[c] $x$ :smile: www.a.example [1](x)"
HOSTILE_QUESTION = "What does the alarm cost? $x$ *a* <img src=x onerror=\"document.title='owned'\"> :red[b] www.a.uk"


@pytest.fixture(scope="module")
def address(browser: Browser, real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the documents of this repository."""
    database = f"sqlite:///{tmp_path_factory.mktemp('desk') / 'review.db'}"
    with served_page(CHAPTER_CORPUS="corpus", CHAPTER_INDEX=str(real_index), CHAPTER_DATABASE=database) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    with fresh_page(browser, address) as opened:
        yield opened


@contextmanager
def fresh_page(browser: Browser, address: str) -> Iterator[Page]:
    """A new visitor's page; fails if it asked for anything that is not on this machine."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible(timeout=PATIENCE)
    yield page
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []


def ask(page: Page, question: str) -> Locator:
    """Ask, and give back what is said, once it stands."""
    before = page.locator(".cv-question").count()
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")
    said = page.get_by_test_id("stChatMessage").nth(2 * before + 1)
    expect(said.locator(".cv-statement, .cv-box, .cv-item, .cv-values").first).to_be_visible(timeout=PATIENCE)
    settled(page)
    return said


def choose(page: Page, box: str, option: str) -> None:
    """Choose an option of a box; what is still being drawn forgets what it is told, and is told anew."""
    typed = page.get_by_role("combobox", name=box)
    chosen = page.get_by_test_id("stMultiSelect").filter(has=typed).get_by_text(option, exact=True)
    for _ in range(10):
        typed.fill(option)
        try:
            page.get_by_role("option", name=option, exact=True).wait_for(timeout=3_000)
            page.keyboard.press("Enter")
            page.keyboard.press("Escape")
            chosen.wait_for(timeout=3_000)
        except Late:
            continue
        return
    raise AssertionError(f"{option} cannot be chosen in the box “{box}”")


def settled(page: Page) -> None:
    """Wait until the page has been drawn to its end: until then it may replace what is touched."""
    drawn = page.locator("[data-testid=stApp][data-test-script-state=notRunning]")
    expect(drawn).to_be_attached(timeout=PATIENCE)


def test_a_figure_is_answered_and_its_source_opens_marked_and_in_view(page: Page) -> None:
    said = ask(page, "How many criminal networks were disrupted in 2007/08 and what was the target?")
    expect(said).to_contain_text("163")
    expect(said).to_contain_text("134")

    page.get_by_role("button", name="Source 1: Specialist Crime Directorate").first.click()
    viewer = page.get_by_role("dialog")
    mark = viewer.locator("mark", has_text="criminal networks disrupted").first

    expect(mark).to_be_visible(timeout=PATIENCE)
    expect(mark).to_be_in_viewport(ratio=0.9)
    expect(viewer).to_contain_text("Performance")
    expect(viewer).to_contain_text("20 December 2007")


def test_what_is_not_in_the_documents_is_said_to_be_not_in_them(page: Page) -> None:
    said = ask(page, "What is the best recipe for lemon drizzle cake?")

    expect(said).to_contain_text("Not in the documents")
    expect(said).to_contain_text("The nearest passages (not an answer)")
    expect(said.get_by_role("heading", name="Not in the documents")).to_be_in_viewport()

    said.get_by_role("button", name="Open the source passage 1").click()
    expect(page.get_by_role("dialog").locator("mark").first).to_be_in_viewport()


def test_a_source_far_down_a_long_document_is_scrolled_to_and_the_next_one_too(page: Page) -> None:
    ask(page, "What is the best recipe for lemon drizzle cake?")
    page.get_by_role("button", name="Open the source passage 1").click()
    viewer = page.get_by_role("dialog")
    viewer.get_by_text("Show the whole document").click()
    expect(viewer.get_by_role("region", name="The whole document")).to_be_visible()
    expect(viewer.locator("mark").first).to_be_in_viewport()
    first = viewer.locator("mark").first.inner_text()

    viewer.get_by_role("button", name="Next").click()
    expect(viewer.get_by_text("Passage 2 of 3")).to_be_visible()
    expect(viewer.locator("mark").first).not_to_have_text(first)
    expect(viewer.locator("mark").first).to_be_in_viewport()


def test_a_citation_can_be_opened_from_the_keyboard_alone(page: Page) -> None:
    ask(page, "How many criminal networks were disrupted in 2007/08 and what was the target?")
    page.get_by_role("button", name="Source 1:").first.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog").locator("mark").first).to_be_visible()

    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_narrow_page_does_not_scroll_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    ask(page, "How many criminal networks were disrupted in 2007/08 and what was the target?")

    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_a_follow_up_says_what_was_searched_for_and_can_be_undone(page: Page) -> None:
    ask(page, "What is the target for criminal networks disrupted in 2007/08?")
    said = ask(page, "And how many were disrupted?")
    expect(said).to_contain_text("Searched for: And how many were disrupted")

    said.get_by_role("button", name="Ask it as I typed it").click()
    again = page.get_by_test_id("stChatMessage").nth(5)
    expect(again.locator(".cv-statement, .cv-box, .cv-item, .cv-values").first).to_be_visible(timeout=PATIENCE)
    expect(again).not_to_contain_text("Searched for")


def test_a_choice_that_nothing_fits_searches_nothing_until_it_is_opened_again(page: Page) -> None:
    settled(page)
    page.get_by_text("More ways to narrow").click()
    choose(page, "Of the years", "2007")
    expect(page.get_by_text("Looking in 1 of 5 documents.")).to_be_visible()
    choose(page, "Look only in", "Met Business Plan 2018-21")
    expect(page.get_by_text("No document fits all of this, so nothing will be searched.")).to_be_visible()

    page.get_by_test_id("stChatInputTextArea").fill("How many criminal networks were disrupted in 2007/08?")
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("stChatMessage").nth(1)).to_contain_text("nothing was searched")
    settled(page)

    page.get_by_role("button", name="Look in all documents").click()
    expect(page.get_by_text("No document fits all of this")).to_have_count(0)
    settled(page)
    expect(ask(page, "How many criminal networks were disrupted in 2007/08?")).to_contain_text("163")


def test_an_answer_is_opened_again_from_its_link_and_from_the_history(browser: Browser, page: Page) -> None:
    said = ask(page, "How many criminal networks were disrupted in 2007/08 and what was the target?")
    said.get_by_role("button", name="Copy or share").click()
    link = page.get_by_text("?answer=").inner_text().strip()

    with fresh_page(browser, link.split("?")[0].rstrip("/")) as other:
        other.goto(link)
        reopened = other.get_by_test_id("stChatMessage").nth(1)
        expect(reopened).to_contain_text("163", timeout=PATIENCE)
        expect(reopened).to_contain_text("opened again")

        other.get_by_role("button", name="Restart").click()
        expect(other.get_by_test_id("stChatMessage")).to_have_count(0)
        other.get_by_text("Earlier questions").click()
        other.get_by_role("button", name="How many criminal networks were disrupted").first.click()
        expect(other.get_by_test_id("stChatMessage").nth(1)).to_contain_text("163", timeout=PATIENCE)


def test_hostile_documents_and_questions_stay_text(browser: Browser, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "hostile.txt").write_text(HOSTILE + "The keepers repair each lantern. " * 30, "utf-8")
    (corpus / "catalogue.toml").write_text(f"[hostile]\ntitle = '{HOSTILE_TITLE}'\npublished = '2020'\n", "utf-8")
    index = tmp_path / "build" / "index"
    with (
        served_page(CHAPTER_CORPUS=str(corpus), CHAPTER_INDEX=str(index)) as address,
        fresh_page(browser, address) as page,
    ):
        expect(page.get_by_test_id("stSidebar")).to_contain_text(HOSTILE_TITLE)
        ask(page, HOSTILE_QUESTION)
        expect(page.locator(".cv-question").last).to_have_text(f"You asked: {HOSTILE_QUESTION}")

        said = ask(page, "What did the alarm cost in 2020?")
        button = said.locator("[class*=st-key-cite-] button:visible, [class*=st-key-lead-] button:visible").first
        assert HOSTILE_TITLE in (button.text_content() or "").replace("\u2060", "")
        button.hover()
        expect(page.get_by_role("tooltip")).to_be_visible()
        assert HOSTILE_TITLE in (page.get_by_role("tooltip").text_content() or "").replace("\u2060", "")
        assert_nothing_came_alive(page)

        button.click()
        viewer = page.get_by_role("dialog")
        expect(viewer.locator("mark").first).to_be_visible()
        expect(viewer).to_contain_text("*stars* and _bars_ in 2020, see [1](https://a.example), www.a.example")
        expect(viewer).to_contain_text("<img src=x onerror=")
        assert_nothing_came_alive(page)


# But for those of the page itself: to its main part, and to the other pages.
LINKS = "a[href]:not([href='#stMain'], [data-testid=stSidebarNavLink])"


def assert_nothing_came_alive(page: Page) -> None:
    for alive in (
        ".katex",
        LINKS,
        "strong",
        "b",
        "del",
        "code:not(.stCode code)",
        "[src=x]",
        "[style*=color]:not(.stCode *)",
    ):
        found = page.locator(f"body {alive}").filter(has_not=page.locator("svg"))
        assert [element.evaluate("e => e.outerHTML") for element in found.all()] == [], alive
    assert page.title() == "Chapter & Verse"
