"""The page "Evaluation" in a real browser: a figure read, a failure's source marked in view, an evaluation run."""

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from benchmarks.page_server import served_page
from tests.browser.test_page import PATIENCE
from tests.eval.reported import keep, result

FERRY = "1 The ferry\n\n1.1 Passengers\n\nIn 2019 the ferry carried 4,210 passengers against a target of 4,000.\n"
FILLING = "".join(f"\n1.{n} Piers of the year {1900 + n}\n\n{'The pier was painted. ' * 6}\n" for n in range(2, 16))
QUOTE = "the ferry carried 4,210 passengers"
ROW = {
    "id": "q1", "question": "How many passengers did the ferry carry in 2019?", "kind": "figure", "history": [],
    "documents": [], "answerable": True, "evidence": [{"document": "ferry", "quote": QUOTE}], "facts": [["4,210"]],
    "reference": "4,210.", "split": "dev", "notes": "",
}  # fmt: skip


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The page over a long document whose figure stands at its end, with a run in which that was not found."""
    text = FERRY.split("\n\n", 1)[0] + "\n" + FILLING + "\n" + FERRY.split("\n\n", 1)[1]
    corpus, home = tmp_path / "corpus", tmp_path / "evaluation"
    corpus.mkdir()
    home.mkdir()
    (corpus / "ferry.txt").write_text(text, "utf-8")
    (corpus / "catalogue.toml").write_text('[ferry]\ntitle = "Ferry Plan"\npublished = "2019"\n', "utf-8")
    (home / "questions.jsonl").write_text(json.dumps(ROW), "utf-8")
    (home / "gate.toml").write_text("", "utf-8")
    start = text.index(QUOTE)
    evidence = [{"doc_id": "ferry", "span": [start, start + len(QUOTE)], "quote": QUOTE}]
    missed = result("q1", question={**ROW, "evidence": evidence}, answer={"citations": []})
    keep(tmp_path / "runs" / "20261122T222544Z", [missed, result("q2", right=True)])
    settings = {
        "CHAPTER_CORPUS": corpus,
        "CHAPTER_INDEX": tmp_path / "index",
        "CHAPTER_EVALUATION": home,
        "CHAPTER_RUNS": tmp_path / "runs",
    }
    with served_page(**{name: str(path) for name, path in settings.items()}) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        opened = context.new_page()
        opened.set_default_timeout(PATIENCE)
        opened.goto(f"{address}/evaluation")
        expect(opened.get_by_role("heading", name="The main figures")).to_be_visible(timeout=2 * PATIENCE)
        yield opened
        context.close()


def test_a_figure_is_read_a_failure_opens_its_source_and_an_evaluation_is_run(page: Page) -> None:
    row = page.get_by_role("row", name="answer accuracy").first
    expect(row).to_contain_text("0.500")
    expect(row).to_contain_text("n 2")

    page.get_by_role("radio", name="Not answered rightly").click()
    page.get_by_role("button", name="Open what was wanted for How many passengers did the ferry carry").click()
    viewer = page.get_by_role("dialog")
    viewer.get_by_text("Show the whole document").click()
    expect(viewer.get_by_role("region", name="The whole document")).to_be_visible()
    expect(viewer.locator("mark")).to_have_text(QUOTE)
    expect(viewer.locator("mark")).to_be_in_viewport(ratio=0.9)
    page.keyboard.press("Escape")
    expect(viewer).to_have_count(0)

    page.get_by_role("button", name="Run the evaluation").click()
    expect(page.get_by_text("The evaluation is done and kept.")).to_be_visible(
        timeout=3 * PATIENCE
    )  # it draws a report
    expect(page.get_by_text("1 question · index")).to_be_visible()
    expect(page.get_by_text("0 of 0 shown.")).to_be_visible()

    page.set_viewport_size({"width": 320, "height": 640})
    figures = page.get_by_role("radio", name="Figures")
    for _ in range(3):  # a press while the page is drawn anew may be lost where the machine is busy: one presses again
        figures.click()
        with suppress(AssertionError):
            expect(figures).to_be_checked(timeout=5_000)
            break
    expect(page.get_by_role("row", name="answer accuracy").first).to_contain_text("1.000")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
