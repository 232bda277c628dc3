"""The evaluation's report in a real browser, opened from disk: by keyboard, in print, on a narrow screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import combinations
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from playwright.sync_api import Browser, Page, expect

from eval import compare
from eval.report import write_report
from tests.eval.reported import five, kept, result, run_of

HOSTILE = "<img src=x onerror=\"document.title='owned'\"></style><script>document.title='owned'</script> {{ 7*7 }} $x$"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five questions and a hostile one, compared with a run before."""
    folder = tmp_path_factory.mktemp("runs") / "20261122T222544Z"
    folder.mkdir()
    results = [*five(), result("<i> & co", text=HOSTILE, question={"question": HOSTILE, "split": "test"})]
    comparison = compare(results[:3], results)
    settings = {"index": "f00d" * 16, "threshold": 0.5}
    path = folder / "report.html"
    write_report(path, run_of(results), settings, comparison, [], [kept("2026-11-01T10:00:00+00:00", 0.2)])
    return path


@contextmanager
def opened(browser: Browser, report: Path, **options: Any) -> Iterator[Page]:
    """The report in a fresh browser; fails if it logs anything or asks for anything but itself."""
    context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(report.as_uri())
    yield page
    context.close()
    assert said == []
    assert [url for url in asked if url.partition("#")[0] != report.as_uri() and not url.startswith("data:")] == []


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    with opened(browser, report) as found:
        yield found


def shown(page: Page) -> list[str | None]:
    return [case.get_attribute("id") for case in page.locator("details.case:visible").all()]


def test_filters_and_words_leave_what_they_say_and_count_it(page: Page) -> None:
    count = page.locator("#page-count")
    expect(count).to_have_text("6 of 6 shown")

    page.get_by_label("Kind", exact=True).select_option("figure")
    expect(count).to_have_text("3 of 6 shown")
    page.get_by_label("Right or wrong", exact=True).select_option("wrong")
    assert shown(page) == ["figure-02", "q-i-co"]
    page.get_by_label("Words", exact=True).fill("FIGURE-02  passengers")
    assert shown(page) == ["figure-02"]
    expect(page.get_by_role("heading", name="Answered wrongly")).to_have_text("Answered wrongly 1 of 4")

    page.get_by_role("button", name="Clear").click()
    expect(count).to_have_text("6 of 6 shown")
    page.get_by_label("Words", exact=True).fill("zeppelin")
    expect(count).to_have_text("0 of 6 shown")


def test_it_is_filtered_and_read_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the questions"
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Words", exact=True)).to_be_focused()
    for label, key, left in (("Right or wrong", "w", 4), ("Cause", "a", 2)):
        page.keyboard.press("Tab")
        expect(page.get_by_label(label, exact=True)).to_be_focused()
        page.keyboard.press(key)
        expect(page.locator("#page-count")).to_have_text(f"{left} of 6 shown")

    question = page.locator("details.case:visible").first
    for _ in range(12):
        page.keyboard.press("Tab")
        if question.locator("summary").evaluate("e => e === document.activeElement"):
            break
    expect(question.locator("summary")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    expect(question.locator(".hits")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(question.locator(".hits")).to_be_visible()
    page.keyboard.press("Enter")
    expect(question.locator(".hits")).to_be_hidden()


def test_all_that_is_shown_can_be_opened_and_closed(page: Page) -> None:
    page.get_by_label("Split", exact=True).select_option("test")
    page.get_by_role("button", name="Open all shown").click()
    assert page.locator("details.case[open]").count() == 3
    page.get_by_role("button", name="Close all").click()
    assert page.locator("details.case[open]").count() == 0


def test_an_address_with_a_question_opens_it_even_where_a_filter_left_it_out(browser: Browser, report: Path) -> None:
    with opened(browser, report) as page:
        page.goto(report.as_uri() + "#who-01")
        page.reload()
        expect(page.locator("#who-01 .hits")).to_be_visible()
        expect(page.locator("#who-01 summary")).to_be_in_viewport()

        page.get_by_label("Kind", exact=True).select_option("off_topic")
        expect(page.locator("#who-01")).to_be_hidden()
        page.evaluate("location.hash = '#figure-02'")
        expect(page.locator("#figure-02 .hits")).to_be_visible()
        expect(page.locator("#page-count")).to_have_text("6 of 6 shown")


def test_a_count_of_the_table_of_causes_leads_to_the_questions_it_counts(page: Page) -> None:
    row = page.locator("#page-causes tr", has=page.get_by_role("rowheader", name="who"))
    row.get_by_role("button", name="1: show them").click()

    expect(page.locator("#page-count")).to_have_text("1 of 6 shown")
    assert shown(page) == ["who-01"]
    expect(page.locator("#page-questions")).to_be_focused()


def test_print_hides_the_filters_and_shows_what_is_filtered_opened(page: Page) -> None:
    page.get_by_label("Kind", exact=True).select_option("who")
    page.emulate_media(media="print", color_scheme="dark")

    for left_out in ("#page-filter", "nav", ".skip"):
        expect(page.locator(left_out)).to_be_hidden()
    expect(page.locator("#who-01 .words").first).to_be_visible()
    expect(page.locator("#who-01 .hits")).to_be_visible()
    expect(page.locator("#figure-02")).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(28, 33, 41)"
    assert page.evaluate("getComputedStyle(document.querySelector('svg text')).fill") == "rgb(28, 33, 41)"


def test_printing_opens_what_is_shown_and_closes_it_after(page: Page) -> None:
    page.get_by_label("Kind", exact=True).select_option("figure")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("details.case[open]").count() == 3
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("details.case[open]").count() == 0


def test_what_a_page_of_paper_cuts_is_not_printed_over_what_follows(page: Page) -> None:
    # Ten hits in each question, one of them long, so that pages cut questions at many heights.
    page.evaluate("""document.querySelectorAll('.hits tbody').forEach((body, place) => {
        const row = body.querySelector('tr');
        row.classList.remove('overlaps');
        for (let i = 0; i < 9; i += 1) body.append(row.cloneNode(true));
        row.classList.add('overlaps');
        row.querySelector('.hit').append(' word'.repeat(120 + 41 * place));
    })""")
    printed = page.pdf(format="A4")

    with pdfplumber.open(BytesIO(printed)) as pdf:
        assert len(pdf.pages) > 5
        for sheet in pdf.pages:
            words = sheet.extract_words()
            over = [(a["text"], b["text"]) for a, b in combinations(words, 2) if overlap(a, b) > 0.3]
            assert not over, (sheet.page_number, over[:3])


def overlap(a: dict[str, Any], b: dict[str, Any]) -> float:
    """The share of the smaller of two words' boxes that the other covers."""
    wide = min(a["x1"], b["x1"]) - max(a["x0"], b["x0"])
    high = min(a["bottom"], b["bottom"]) - max(a["top"], b["top"])
    smaller = min((w["x1"] - w["x0"]) * (w["bottom"] - w["top"]) for w in (a, b))
    return wide * high / smaller if wide > 0 and high > 0 else 0.0


@pytest.mark.parametrize("width", [320, 400, 900])
def test_a_narrow_page_does_not_scroll_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.get_by_role("button", name="Open all shown").click()

    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_dark_is_dark_and_its_charts_can_be_read(browser: Browser, report: Path) -> None:
    with opened(browser, report, color_scheme="dark") as page:
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 23, 28)"
        for sort in ("fill", "stroke"):
            style = f"getComputedStyle(document.querySelector('svg [{sort}=\"#333a44\"]')).{sort}"
            assert page.evaluate(style) == "rgb(230, 233, 238)"


def test_it_is_readable_without_scripts_the_filters_hidden(browser: Browser, report: Path) -> None:
    with opened(browser, report, java_script_enabled=False) as page:
        expect(page.locator("#page-filter")).to_be_hidden()
        expect(page.locator("details.case")).to_have_count(6)
        page.locator("#figure-02 summary").click()
        expect(page.locator("#figure-02 .hits")).to_be_visible()


def test_what_is_hostile_stays_text(page: Page) -> None:
    page.get_by_role("button", name="Open all shown").click()

    expect(page.locator("#q-i-co .asked")).to_have_text(HOSTILE)
    expect(page).to_have_title("Open · Evaluation, 22 November 2026, 22:25 UTC · Chapter & Verse")
    assert page.locator("img").count() == 0
