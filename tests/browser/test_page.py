"""The real page in a real browser: what a person sees, what comes alive, and what leaves the machine."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from index import build, find_model

ROOT = Path(__file__).parents[2]
PATIENCE = 60_000  # milliseconds: the first question waits for the model

HOSTILE = """1. Plans

1.1 Costs of :red[alarm] $x$ <b>bold</b>

The alarm costs £5 or $6 for *stars* and _bars_ in 2020, see [1](https://a.example), www.a.example and a@b.example.
:smile: :material/home: <img src=x onerror="document.title='owned'"> a -> b ~~struck~~ `code`

1.2 Lantern repair

"""
HOSTILE_TITLE = "Plan *a* <b>b</b> :red[c] $x$ :smile: www.a.example [1](x)"
HOSTILE_QUESTION = "What does the alarm cost? $x$ *a* <img src=x onerror=\"document.title='owned'\"> :red[b] www.a.uk"


@contextmanager
def running_page(**settings: str) -> Iterator[str]:
    """The address of the real page, served by a process of its own that is always ended."""
    with socket.socket() as free, TemporaryFile() as log:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
        options = {
            "server.headless": "true",
            "server.address": "127.0.0.1",
            "browser.gatherUsageStats": "false",
            "server.fileWatcherType": "none",
        }
        command += [part for name, value in options.items() for part in (f"--{name}", value)]
        server = subprocess.Popen(
            command, cwd=ROOT, env={**os.environ, "HF_HUB_OFFLINE": "1", **settings}, stdout=log, stderr=log
        )
        try:
            address = f"http://127.0.0.1:{port}"
            wait_for(f"{address}/_stcore/health", server)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            pytest.fail(f"streamlit ended with {server.returncode}")
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"{address} did not answer within 30 seconds")


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over the documents of this repository, with an index of its own."""
    index = tmp_path_factory.mktemp("build") / "index"
    if (cache := ROOT / "build" / "cache").is_dir():
        shutil.copytree(cache, index.parent / "cache")  # vectors known by the digest of model and text
    build(ROOT / "corpus", index, find_model())
    with running_page(CHAPTER_CORPUS="corpus", CHAPTER_INDEX=str(index)) as found:
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
    expect(said.locator(".cv-statement, .cv-box, .cv-item").first).to_be_visible(timeout=PATIENCE)
    return said


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
    expect(viewer.get_by_label("The whole document")).to_be_visible()
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


def test_hostile_documents_and_questions_stay_text(browser: Browser, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "hostile.txt").write_text(HOSTILE + "The keepers repair each lantern. " * 30, "utf-8")
    (corpus / "catalogue.toml").write_text(f"[hostile]\ntitle = '{HOSTILE_TITLE}'\npublished = '2020'\n", "utf-8")
    index = tmp_path / "build" / "index"
    with (
        running_page(CHAPTER_CORPUS=str(corpus), CHAPTER_INDEX=str(index)) as address,
        fresh_page(browser, address) as page,
    ):
        expect(page.get_by_test_id("stSidebar")).to_contain_text(HOSTILE_TITLE)
        ask(page, HOSTILE_QUESTION)
        expect(page.locator(".cv-question").last).to_have_text(HOSTILE_QUESTION)

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


def assert_nothing_came_alive(page: Page) -> None:
    for alive in (".katex", "a[href]:not([href='#stMain'])", "strong", "b", "del", "code", "[src=x]", "[style*=color]"):
        found = page.locator(f"body {alive}").filter(has_not=page.locator("svg"))
        assert [element.evaluate("e => e.outerHTML") for element in found.all()] == [], alive
    assert page.title() == "Chapter & Verse"
