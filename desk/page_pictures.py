"""The page of a PDF that a place stands on, as a picture, with boxes over the words of the place.

The file is used only if it is the one that was read: its digest says so.
"""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

from desk.word_boxes import Box, boxes_over, place_words
from ingest import Document, Page, Span, UnreadableDocument, read_inside
from ingest.readers.pdf_picture import PagePicture, draw_page


class NoPicture(Exception):
    """There is no picture of a page. The message says why, as a sentence."""


def pages_of(document: Document, spans: Sequence[Span]) -> tuple[Page, ...]:
    """The pages that some spans stand on, in order; none where the document has no pages."""
    return tuple(p for p in document.pages if any(s < p.end and e > p.start for s, e in spans))


def picture_of(corpus: Path, document: Document, page: int) -> PagePicture:
    """Draw a page of a document from its file.

    Args:
        corpus: The folder of documents.
        document: As it was read.
        page: The physical page.

    Raises:
        NoPicture: If the file is gone, is another by now, or the page cannot be drawn.
    """
    content = _content(corpus, document)
    try:
        return draw_page(content, page)
    except UnreadableDocument as error:
        raise NoPicture(f"{document.page_name(page).capitalize()} could not be drawn: {error}.") from error


def boxes_on(picture: PagePicture, document: Document, page: Page, spans: Sequence[Span]) -> list[Box]:
    """The boxes over the words of some spans on a page; none where its words are part of a picture."""
    text = document.text[page.start : page.end]
    of_page = [(max(s, page.start) - page.start, min(e, page.end) - page.start) for s, e in spans]
    size = picture.width, picture.height
    return boxes_over(picture.words, place_words(text, picture.words), [s for s in of_page if s[0] < s[1]], size)


def _content(corpus: Path, document: Document) -> bytes:
    """The bytes of a document's file, which are those that were read."""
    try:
        paths = [p for p in corpus.iterdir() if p.stem == document.doc_id and p.suffix.lower() == ".pdf"]
        contents = [read_inside(path) for path in paths]
    except OSError as error:
        raise NoPicture(f"The file of this document cannot be opened: {error.strerror}.") from error
    except UnreadableDocument as error:
        raise NoPicture(f"The file of this document cannot be opened: {error}.") from error
    if not contents:
        raise NoPicture("The file of this document is no longer among the documents, so its page cannot be shown.")
    found = next((c for c in contents if sha256(c).hexdigest() == document.sha256), None)
    if found is None:
        raise NoPicture(
            "The file of this document has changed since it was read, so its page is not shown. "
            "The text is as it was read."
        )
    return found
