"""Scripts and mark-up, put wherever a text may come from, shown in a real browser: none runs, none breaks the page.

Each of the forty would push its number onto ``window.ran``, open a dialog, ask another server for something, restyle or
cover the page, or come alive as Markdown, mathematics or a colour. All of them stand in a document's text, headings,
list, targets, titles and catalogue entries, in what people ask, said before and noted, and in what addresses name.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from answer import without_unseen
from benchmarks.page_server import served_page
from desk import Person, Store
from desk.reviewing import LONGEST_NAME, Judged, decide
from desk.roles import EVERYBODY
from index import build, find_model
from tests.browser.test_page import PATIENCE, ask, settled
from tests.desk.made_turns import turn

# What each would do; "@" is the statement that says it ran.
MARKUP = (
    "<script>@</script>",
    "<img src=x onerror=@>",
    "<svg onload=@></svg>",
    "<svg><script>@</script></svg>",
    '<iframe srcdoc="<script>parent.@</script>"></iframe>',
    "<iframe src=javascript:parent.@></iframe>",
    '<a href="javascript:@">press</a>',
    "[press](javascript:@)",
    "![picture](https://evil.example/9.png)",
    "<style>body{display:none}</style>",
    "</div></div></main></body></html>",
    "<details open ontoggle=@>",
    "<input autofocus onfocus=@>",
    "<video><source onerror=@></video>",
    "<math><mtext><table><mglyph><style><img src=x onerror=@>",
    '<noscript><p title="</noscript><img src=x onerror=@>">',
    '"><script>@</script>',
    "' onmouseover='@' x='",
    "javascript:@",
    "data:text/html,<script>@</script>",
    "<object data=javascript:@></object>",
    "<embed src=javascript:@>",
    "<form action=javascript:@><button>press</button></form>",
    "<base href=https://evil.example/>",
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    "<link rel=stylesheet href=https://evil.example/a.css>",
    "$\\href{javascript:@}{x}$ and $$\\rule{5000px}{5000px}$$",
    ":red[alarm] :material/home: :rainbow[b] :smile: ~~c~~ `d` **e**",
    "<!--><img src=x onerror=@>-->",
    "```html <script>@</script> ```",
    "{{constructor.constructor('@')()}} ${@} #{@}",
    "<template><script>@</script></template>",
    "<marquee onstart=@>move</marquee>",
    "<body onload=@>",
    "&lt;script&gt;@&lt;/script&gt;",
    "\\u003cscript\\u003e@\\u003c/script\\u003e",
    "<img src=https://evil.example/37.png>",
    "<div style=position:fixed;inset:0;z-index:99999>cover</div>",
    "W" * 300,
    "turned \u202etnorf ot kcab\u2067 <bdo dir=rtl>x</bdo>",
)
PAYLOADS = [text.replace("@", f"ran.push({number})") for number, text in enumerate(MARKUP)]
# But for those of the page itself: to its main part, to the other pages, in a document's outline, to its targets.
LINKS = (
    "a[href]:not([href='#stMain'], [data-testid=stSidebarNavLink], [href^='#cv-at-'],"
    " [href^='targets?document=']:not([href*='evil'], [href*='script:']))"
)
IN_A_NAME = ("<img src=x onerror=ran.push(91)>", "' onmouseover=ran.push(92) x='", ":red[b] $x$ **c**")
SEEN = [text for text in PAYLOADS if "\u202e" not in text]  # what turns is isolated: found in parts


def shared_out(texts: list[str], among: int) -> list[str]:
    return [" ".join(texts[at::among]) for at in range(among)]


def write_corpus(folder: Path) -> None:
    """Documents that hold every payload in each place that a text of theirs may be shown from."""
    folder.mkdir()
    sections = [
        f"1.{n} Alarm {p}\n\nThe alarm number {n} costs £{n} in 2020: {p} it says.\n" for n, p in enumerate(PAYLOADS)
    ]
    targets = [
        f"- Alarms {p} - target for 2018-19 is {n} - achieved for 2018-19 is {n}" for n, p in enumerate(PAYLOADS)
    ]
    rows = [f"| {p.replace('|', ' ')} | {n} |" for n, p in enumerate(PAYLOADS)]
    (folder / "alarms.txt").write_text("1 Alarms\n\n" + "\n".join(sections), "utf-8")
    (folder / "targets.txt").write_text("1 Targets\n\nKey indicators:\n\n" + "\n".join(targets) + "\n", "utf-8")
    (folder / "table.md").write_text("# Table\n\n| Alarm | Cost |\n|---|---|\n" + "\n".join(rows) + "\n", "utf-8")
    entries = []
    for number, title in enumerate(shared_out(PAYLOADS, 4)):
        doc_id = ("alarms", "targets", "table", "terms")[number]
        said = "".join(
            f"{name} = {json.dumps(value)}\n"
            for name, value in (
                ("title", title),
                ("publisher", PAYLOADS[number + 1]),
                ("note", " ".join(PAYLOADS[number::9])),
                ("url", f"javascript:ran.push({100 + number})"),
                ("published", "2020"),
            )
        )
        entries.append(f"[{doc_id}]\n{said}")
    defined = "".join(f"Alarm {p} Board Number (APBN)\n\n" for p in PAYLOADS[:8])
    terms = f"1 Glossary\n\n{defined}The Big {IN_A_NAME[0]} Alarm Board (BAB) meets. The Alarm Test Board (ATB) too.\n"
    (folder / "terms.txt").write_text(terms, "utf-8")
    for number, name in enumerate(IN_A_NAME):
        (folder / f"{name}.txt").write_text(f"1 Bells\n\nThe bell number {number} rings in 2020.\n", "utf-8")
        (folder / f"{name} broken.pdf").write_bytes(b"%PDF-1.4 no more")
    (folder / "catalogue.toml").write_text("\n".join(entries), "utf-8")


def keep_turns(url: str) -> str:
    """Keep turns, flags and verdicts that hold every payload; gives back the id of one with all of them."""
    store = Store.open(url)
    for payload in PAYLOADS:
        _, asked = store.keep(None, EVERYBODY, turn(payload))
        store.flag(asked, EVERYBODY, "Other", payload)
    _, asked = store.keep(None, EVERYBODY, turn(" ".join(PAYLOADS)[:2_000]))
    for payload in PAYLOADS:
        store.flag(asked, EVERYBODY, "Other", payload)
        reviewer = Person("", "reviewer")
        decide(store, reviewer, asked, payload[:LONGEST_NAME], [Judged(1, "supported", payload)])
    store.close()
    return asked


@dataclass
class Watched:
    """A page, and what it did that it should not."""

    page: Page
    address: str
    asked: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(f"{self.address}/{path}")
        expect(self.page.get_by_role("heading", level=1).first).to_be_visible(timeout=PATIENCE)
        settled(self.page)

    def heard(self, kind: str, text: str) -> None:
        """Note an error; not that Streamlit looks for its server beside each page first, and finds none there."""
        if kind == "error" and "status of 404" not in text:
            self.said.append(f"console: {text}")

    def check(self, *shown: str) -> None:
        """Nothing ran, nothing came alive, nothing was asked of others, and the page is as it should be."""
        page = self.page
        page.mouse.move(640, 400)
        assert page.evaluate("window.ran") == []
        assert self.said == []
        assert [url for url in self.asked if not url.startswith((self.address, "data:", "blob:"))] == []
        alive = (".katex", LINKS, "strong", "del", "marquee", "iframe:not([title])", "base", "object", "embed", "bdo")
        scripts = (
            "[src=x]",
            "[onerror]",
            "[onload]",
            "[onfocus]",
            "[ontoggle]",
            "[onmouseover]",
            "meta[http-equiv=refresh]",
        )
        for selector in (*alive, *scripts, "link[href*=evil]", "[href^='javascript:']", "[style*='99999']"):
            assert page.locator(f"html {selector}").count() == 0, selector
        assert page.title() == "Chapter & Verse"
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        expect(page.get_by_role("main")).to_be_visible()
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        text = " ".join((page.locator("body").text_content() or "").replace("\u2060", "").split())
        missing = [payload for payload in shown if payload not in text]
        assert not missing, missing


@pytest.fixture(scope="module")
def served(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    home = tmp_path_factory.mktemp("markup")
    write_corpus(home / "corpus")
    build(home / "corpus", home / "build" / "index", find_model())
    database = f"sqlite:///{home / 'review.db'}"
    asked = keep_turns(database)
    settings = {
        "CHAPTER_CORPUS": str(home / "corpus"),
        "CHAPTER_INDEX": str(home / "build" / "index"),
        "CHAPTER_DATABASE": database,
        "CHAPTER_EVALUATION": str(home),
        "CHAPTER_RUNS": str(home / "runs"),
    }
    with served_page(**settings) as address:
        yield address, asked


@contextmanager
def watching(browser: Browser, address: str) -> Iterator[Watched]:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script("window.ran = []")
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    watched = Watched(page, address)
    page.on("request", lambda request: watched.asked.append(request.url))
    page.on("dialog", lambda dialog: (watched.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: watched.said.append(f"error: {error}"))
    page.on("console", lambda m: watched.heard(m.type, m.text))
    page.on("popup", lambda popup: watched.said.append(f"popup: {popup.url}"))
    yield watched
    context.close()


def test_there_are_forty_of_them() -> None:
    assert len(set(PAYLOADS)) == 40


def test_what_is_asked_and_answered_and_was_asked_before(browser: Browser, served: tuple[str, str]) -> None:
    address, _ = served
    with watching(browser, address) as watched:
        page = watched.page
        watched.open("")
        watched.check(*SEEN)  # in the titles beside the page
        for question in shared_out(PAYLOADS, 2):
            typed = f"What does alarm 7 cost? {question}"[:2_000]
            ask(page, typed)
            expect(page.locator(".cv-question").last).to_have_text(f"You asked: {without_unseen(typed).text}")
        watched.check()
        page.locator("[class*=st-key-cite-] button:visible, [class*=st-key-lead-] button:visible").first.click()
        expect(page.get_by_role("dialog").locator("mark").first).to_be_visible()
        page.get_by_role("dialog").get_by_text("Show the whole document").click()
        settled(page)
        watched.check()
        page.keyboard.press("Escape")
        page.get_by_text("Earlier questions").click()
        expect(page.locator("[class*=st-key-open-] button").first).to_be_visible()
        settled(page)
        watched.check()
        expect(page.get_by_test_id("stChatInputTextArea")).to_be_visible()
        expect(page.get_by_test_id("stSidebar")).to_be_visible()


def test_what_the_documents_say_of_themselves(browser: Browser, served: tuple[str, str]) -> None:
    address, _ = served
    with watching(browser, address) as watched:
        watched.open("documents?document=alarms")
        expect(watched.page.get_by_text("The alarm number 39").first).to_be_attached(timeout=PATIENCE)
        # Tags of layout that are left over in a text are left out as furniture; the rest is shown.
        watched.check(*(payload for payload in SEEN if not any(tag in payload for tag in ("<div", "</div", "<table"))))
        watched.open("documents?document=table")
        watched.check()
        watched.open("documents")
        watched.page.get_by_role("tab", name="Glossary").click()
        expect(watched.page.get_by_role("button", name="Open ATB")).to_be_visible(timeout=PATIENCE)
        watched.check(*SEEN)  # in the titles of the library, which stands beside
        watched.open("targets")
        expect(watched.page.get_by_test_id("stDataFrame")).to_be_visible(timeout=PATIENCE)
        watched.check()
        watched.open("maintain")
        watched.check(*IN_A_NAME)


def test_what_people_noted_and_who_they_say_they_are(browser: Browser, served: tuple[str, str]) -> None:
    address, asked = served
    with watching(browser, address) as watched:
        watched.open("review")
        expect(watched.page.locator("[class*=st-key-review-] button").first).to_be_visible(timeout=PATIENCE)
        watched.check()
        watched.open(f"review?answer={asked}")
        expect(watched.page.get_by_text("What people say is wrong")).to_be_visible(timeout=PATIENCE)
        watched.check(*SEEN)


@pytest.mark.parametrize("path", ["?answer=", "review?answer=", "documents?document=", "targets?document="])
def test_what_an_address_names(browser: Browser, served: tuple[str, str], path: str) -> None:
    address, _ = served
    with watching(browser, address) as watched:
        watched.open(path + quote(" ".join(PAYLOADS)[:1_500]))
        watched.check()
