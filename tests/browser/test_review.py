"""Review in a real browser: an answer is decided, outlives a restart, and its pack proves itself or is refused."""

from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Browser, Page, expect

from benchmarks.page_server import served_page
from tests.browser.test_page import ask, fresh_page

QUESTION = "How many criminal networks were disrupted in 2007/08 and what was the target?"


def upload(page: Page, pack: bytes) -> None:
    chooser = page.get_by_test_id("stFileUploaderDropzoneInput")
    chooser.set_input_files({"name": "pack.zip", "mimeType": "application/zip", "buffer": pack})


def tampered(pack: bytes) -> bytes:
    """A pack with one letter of what it says changed."""
    out = BytesIO()
    with ZipFile(BytesIO(pack)) as archive, ZipFile(out, "w") as copy:
        for name in archive.namelist():
            content = archive.read(name)
            copy.writestr(name, content.replace(b"disrupted", b"disrupteb", 1) if name == "pack.json" else content)
    return out.getvalue()


def test_an_answer_is_flagged_reviewed_found_after_a_restart_and_its_pack_verified(
    browser: Browser, real_index: Path, tmp_path: Path
) -> None:
    settings = {
        "CHAPTER_CORPUS": "corpus",
        "CHAPTER_INDEX": str(real_index),
        "CHAPTER_DATABASE": f"sqlite:///{tmp_path}/review.db",
        "CHAPTER_EVALUATION": str(tmp_path),
    }
    with served_page(**settings) as address, fresh_page(browser, address) as page:
        said = ask(page, QUESTION)
        said.get_by_role("button", name="Something is wrong").click()
        page.get_by_text("Something is missing").click()
        page.get_by_role("button", name="Send to the reviewers").click()
        expect(page.get_by_test_id("stPopoverBody")).to_have_count(0)
        said.get_by_role("button", name="Something is wrong").click()
        expect(page.get_by_text("A reviewer will look at this answer").first).to_be_visible()
        page.keyboard.press("Escape")

        page.get_by_role("link", name="Review").click()
        page.get_by_role("button", name=QUESTION).click()
        expect(page.get_by_text("What people say is wrong")).to_be_visible()
        link = page.url
        assert "/review?answer=" in link

        page.get_by_role("button", name="Source 1:").first.focus()
        page.keyboard.press("Enter")
        expect(page.get_by_role("dialog").locator("mark").first).to_be_in_viewport()
        page.keyboard.press("Escape")
        page.get_by_role("radio", name="Supported", exact=True).first.focus()
        page.keyboard.press("Space")
        page.get_by_label("Note on statement 1 (optional)").fill("Read it on page 4 <b>myself</b>")
        page.get_by_label("Your name").fill("R. Viewer")
        page.get_by_role("button", name="Save what is decided").click()
        expect(page.get_by_text("Saved.")).to_be_visible()
        expect(page.locator(".cv-decided")).to_contain_text("“Read it on page 4 <b>myself</b>” (R. Viewer, ")
        with page.expect_download() as download:
            page.get_by_role("button", name="Download the audit pack").click()
        pack = download.value.path().read_bytes()

    with served_page(**settings) as again, browser.new_context(viewport={"width": 1280, "height": 800}) as context:
        page = context.new_page()
        page.goto(f"{again}/review")
        expect(page.get_by_text("There is nothing to decide.")).to_be_visible(timeout=60_000)
        page.get_by_role("radio", name="Decided").click()
        expect(page.get_by_text("flagged once · 1 of 1 decided")).to_be_visible()

        upload(page, pack)
        expect(page.get_by_text("and all 3 hold")).to_be_visible(timeout=60_000)
        expect(page.get_by_role("row", name="Holds citation 1")).to_be_visible()
        upload(page, tampered(pack))
        expect(page.get_by_text("Refused: pack.json in the pack is not what was exported")).to_be_visible()
        expect(page.get_by_text("and all 3 hold")).to_have_count(0)

        page.goto(link.replace(address, again))
        expect(page.locator(".cv-decided")).to_contain_text("R. Viewer")
