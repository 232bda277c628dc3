"""`python -m benchmarks.page_speed`: how long the page takes in a real browser, from a question sent to its answer.

Measured: the first words of what is said (its first line that is drawn), and the whole of it (nothing of it has changed
for a while, less that while); how long the page takes to open cold, and to its first answer.
"""

import json
import shutil
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

import typer
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.page_server import ROOT, served_page

_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PATIENCE = 60_000  # milliseconds
_QUIET = 400  # milliseconds without a change after which an answer is whole
# Watches the last message: when its first words stand, and when it last changed. The clock starts with the key.
_WATCH = """(before) => {
  window.cvTimes = null;
  const started = {at: null};
  const sent = (e) => { if (e.key === "Enter") started.at ??= performance.now(); };
  document.addEventListener("keydown", sent, {capture: true, once: true});
  const said = () => document.querySelectorAll('[data-testid="stChatMessage"]')[2 * before + 1];
  let first = null, last = null;
  const look = () => {
    const message = said();
    const words = message?.querySelector(".cv-source, .cv-box, .cv-statement, .cv-item");
    if (!words || started.at === null) return;
    const now = performance.now() - started.at;
    first ??= now;
    const text = message.innerText;
    if (text !== look.text) { look.text = text; last = now; }
    window.cvTimes = {first, last, quiet: now - last};
  };
  window.cvWatch?.disconnect(); clearInterval(window.cvTimer);
  window.cvWatch = new MutationObserver(look);
  window.cvWatch.observe(document.body, {subtree: true, childList: true, characterData: true});
  window.cvTimer = setInterval(look, 50);
}"""


def main(
    n: int = typer.Option(30, help="Questions to ask, of the evaluation's dev half."), index: Path = Path("build/index")
) -> None:
    """Ask questions in a real browser and print how long each part took."""
    questions = _questions(n)
    path = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if path is None:
        sys.exit("no Chromium on this machine. Run: apt-get install chromium")
    with TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_ARGUMENTS)
        settings = {
            "CHAPTER_INDEX": str(index),
            "CHAPTER_DATABASE": f"sqlite:///{home}/review.db",
            "CHAPTER_QUESTIONS_A_MINUTE": "0",  # nobody types as fast as this asks
        }
        with served_page(**settings) as address:
            opened, answered = _cold(browser, address, questions[0])
            times = _warm(browser, address, questions)
        browser.close()
    print(f"page opened, cold server: {opened:.2f} s; first question answered after {answered:.2f} s")  # noqa: T201
    for name in ("first", "last"):
        values = sorted(t[name] for t in times)
        middle, high = statistics.median(values), values[int(0.95 * (len(values) - 1))]
        said = "first words" if name == "first" else "whole answer"
        print(f"{said}: median {middle:.0f} ms, p95 {high:.0f} ms (n = {len(values)})")  # noqa: T201


def _questions(n: int) -> list[str]:
    rows = [json.loads(line) for line in (ROOT / "eval/questions.jsonl").read_text("utf-8").splitlines() if line]
    return [row["question"] for row in rows if row["split"] == "dev" and not row.get("history")][:n]


def _cold(browser: Browser, address: str, question: str) -> tuple[float, float]:
    """Seconds until the page of a server just started can be typed in, and until it has answered."""
    page = browser.new_page()
    began = time.perf_counter()
    page.goto(address)
    page.get_by_test_id("stChatInputTextArea").wait_for(timeout=_PATIENCE)
    opened = time.perf_counter() - began
    _ask(page, question, 0)
    answered = time.perf_counter() - began
    page.close()
    return opened, answered - _QUIET / 1000


def _warm(browser: Browser, address: str, questions: list[str]) -> list[dict[str, float]]:
    """The times of each question, three to a page so that pages stay as people keep them."""
    times = []
    for at in range(0, len(questions), 3):
        page = browser.new_page()
        page.goto(address)
        page.get_by_test_id("stChatInputTextArea").wait_for(timeout=_PATIENCE)
        page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=_PATIENCE)
        times += [_ask(page, question, before) for before, question in enumerate(questions[at : at + 3])]
        page.close()
    return times


def _ask(page: Page, question: str, before: int) -> dict[str, float]:
    page.evaluate(_WATCH, before)
    page.get_by_test_id("stChatInputTextArea").fill(question)
    page.keyboard.press("Enter")
    page.wait_for_function("(quiet) => window.cvTimes && window.cvTimes.quiet > quiet", arg=_QUIET, timeout=_PATIENCE)
    found: dict[str, float] = page.evaluate("() => window.cvTimes")
    page.locator("[data-testid=stApp][data-test-script-state=notRunning]").wait_for(timeout=_PATIENCE)
    return found


if __name__ == "__main__":
    typer.run(main)
