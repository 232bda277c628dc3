"""PDF: the words of its pages in reading order, their labels, and what its layout shows.

PDFium gives the words and their places, pypdf the page labels, pdfplumber the tables that are drawn with
lines (it is asked only about pages that have lines). ``pdf_words`` turns characters into words,
``pdf_furniture`` finds running heads, ``pdf_layout`` the columns, ``pdf_tables`` the tables, ``pdf_flow``
paragraphs, headings and footnotes; ``pdf_hyphens`` makes cut words whole and ``pdf_text`` writes the text.

Covered: columns, tables, headings, footnotes, running heads, page labels, turned pages, pages that are
pictures (where OCR is there), files encrypted without a password, files of which some pages are damaged.
Not covered: forms' fields and comments, text from right to left, formulas. A page is read however long
it takes: who calls this sets the limits.
"""

import io
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise, takewhile

import pdfplumber
import pdfplumber.page
import pypdf
import pypdfium2
import pypdfium2.raw as pdfium

from ingest.errors import UnreadableDocument
from ingest.readers.limits import LIMITS, too_many_pages
from ingest.readers.ocr import can_read_pictures, read_picture
from ingest.readers.pdf_flow import Piece, Type, pieces_of_region
from ingest.readers.pdf_furniture import Furniture, find_furniture
from ingest.readers.pdf_layout import in_columns
from ingest.readers.pdf_lines import Line, lines_of, usual_pitch, usual_size
from ingest.readers.pdf_tables import Table, aligned_tables, header_rows, lines_in, rows_like, ruled_tables
from ingest.readers.pdf_text import LaidOut, write
from ingest.readers.pdf_words import PageWords, Word, read_words
from ingest.readers.reading import Reading

Ocr = Callable[[bytes], str | None]
_OCR_DPI = 300
_MOST_PIXELS = 40_000_000  # A3 at 300 dpi is 17 million
_UNKNOWN_LETTERS = 0.3  # a page where more of the characters say no letter is read as a picture
_MOST_LINES_CUT_OFF = 6  # of a table at the foot of a page; more lines are found to be a table by themselves
_MOST_SCANS = 100  # pages read by OCR, some 3 s each: those after them are named, and the file is not lost
_NOISY = ("pypdf", "pdfminer", "pdfplumber", "pypdfium2")


@dataclass(slots=True)
class _Read:
    """A page as read: its words, its drawn tables, what OCR said, or that it could not be read."""

    words: PageWords | None = None
    tables: list[tuple[Table, list[Word]]] = field(default_factory=list)
    spoken: str = ""
    picture: bool = False
    failure: str = ""


def read_pdf_or_scan(content: bytes) -> Reading:
    """Read a PDF, pages that are pictures by Tesseract where it is installed. As ``read_pdf`` otherwise."""
    return read_pdf(content, read_picture if can_read_pictures() else None)


def read_pdf(content: bytes, ocr: Ocr | None = None) -> Reading:
    """Read a PDF.

    Args:
        content: The file's bytes.
        ocr: Reads the words off a picture in PNG; None from it means that it cannot. Pages without text are
            left empty, and said in a remark, where there is none.

    Returns:
        The text with a form feed between pages, every page with its label, and as blocks the headings,
        tables, footnotes and page furniture. The remarks name the pages that were not read as text.

    Raises:
        UnreadableDocument: If it is encrypted with a password, damaged, or there is no text in it.
    """
    with _quiet():
        document = _open(content)
        try:
            pages = _read_pages(document, content, ocr)
        finally:
            document.close()
        labels = _labels(content, len(pages))
    laid_out = _lay_out(pages, labels)
    text, numbered, blocks = write(laid_out)
    if not any(c.isalnum() for c in text):
        raise UnreadableDocument(_why_empty(pages))
    return Reading(text, numbered, tuple(_remarks(pages, ocr)), blocks)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the libraries say of a file's faults off the console; the remarks say what matters."""
    loggers = [logging.getLogger(name) for name in _NOISY]
    levels = [logger.level for logger in loggers]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.setLevel(logging.CRITICAL + 1)
        try:
            yield
        finally:
            for logger, level in zip(loggers, levels, strict=True):
                logger.setLevel(level)


def _open(content: bytes) -> pypdfium2.PdfDocument:
    if not content.strip():
        raise UnreadableDocument("the file is empty. Put the document in, or take it out of the corpus")
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY):
            raise UnreadableDocument(
                "it is encrypted and needs a password. Save it without one (print it to PDF), and put that in its place"
            ) from error
        raise UnreadableDocument(
            f"it is damaged, or no PDF: {_cause(error)}. Open it in a PDF viewer and save it again"
        ) from error
    if not pages:
        document.close()
        raise UnreadableDocument("it has no pages. Save it again from the program it was made with")
    if pages > LIMITS.pages:  # before any is read
        document.close()
        raise UnreadableDocument(too_many_pages(pages))
    return document


def _cause(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


# ---- reading -----------------------------------------------------------------------------------


def _read_pages(document: pypdfium2.PdfDocument, content: bytes, ocr: Ocr | None) -> list[_Read]:
    pages: list[_Read] = []
    for number in range(len(document)):
        within = sum(1 for page in pages if page.picture) < _MOST_SCANS
        try:
            pages.append(_read_page(document[number], ocr if within else None))
        except pypdfium2.PdfiumError as error:
            pages.append(_Read(failure=_cause(error)))
    _read_tables(pages, content)
    return pages


def _read_page(page: pypdfium2.PdfPage, ocr: Ocr | None) -> _Read:
    try:
        words = read_words(page)
        picture = (not words.letters and words.pictures > 0) or words.unknown > _UNKNOWN_LETTERS * words.letters
        spoken = (ocr(_picture(page)) or "") if picture and ocr else ""
        return _Read(None if picture and spoken else words, spoken=spoken.replace("\f", "\n").strip(), picture=picture)
    finally:
        page.close()


def _picture(page: pypdfium2.PdfPage) -> bytes:
    """The page in grey at 300 dots an inch (fewer for a page larger than any paper), as a PNG."""
    width, height = page.get_size()
    scale = min(_OCR_DPI / 72, (_MOST_PIXELS / max(width * height, 1)) ** 0.5)
    image = page.render(scale=scale, grayscale=True).to_pil()
    saved = io.BytesIO()
    image.save(saved, "PNG")
    return saved.getvalue()


def _read_tables(pages: Sequence[_Read], content: bytes) -> None:
    """Find the drawn tables of the pages that may have any. A page pdfplumber fails on is read without."""
    wanted = [i for i, p in enumerate(pages) if p.words and p.words.ruled and p.words.upright and p.words.words]
    if not wanted:
        return
    try:
        with pdfplumber.open(io.BytesIO(content), pages=[i + 1 for i in wanted]) as plumber:
            for i, page in zip(wanted, plumber.pages, strict=True):
                words = pages[i].words
                if words:
                    pages[i].tables = _tables_on(page, words.words)
                page.close()
    except Exception:  # noqa: BLE001 - pdfminer raises whatever a damaged file makes it stumble on
        return


def _tables_on(page: pdfplumber.page.Page, words: Sequence[Word]) -> list[tuple[Table, list[Word]]]:
    try:
        return ruled_tables(page, words)
    except Exception:  # noqa: BLE001 - as above
        return []


def _labels(content: bytes, pages: int) -> list[str] | None:
    """The labels the file gives its pages, or None if it gives none."""
    try:
        reader = pypdf.PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            reader.decrypt("")
        if "/PageLabels" not in reader.root_object:
            return None
        labels = list(reader.page_labels)
    except Exception:  # noqa: BLE001 - pypdf raises many kinds of error on a damaged file
        return None
    return labels if len(labels) == pages else None


# ---- laying out --------------------------------------------------------------------------------


def _lay_out(pages: Sequence[_Read], labels: Sequence[str] | None) -> list[LaidOut]:
    lines = [_loose_lines(page) for page in pages]
    heights = [page.words.height if page.words else 0.0 for page in pages]
    furniture = find_furniture(lines, heights)
    free = [_without(page, found) for page, found in zip(pages, furniture, strict=True)]
    gutters: list[float] = []
    regions = [_regions(words, page, gutters) for words, page in zip(free, pages, strict=True)]
    _carry_tables(regions)
    body = _body_type(regions)
    laid_out: list[LaidOut] = []
    for i, page in enumerate(pages):
        pieces = list(_pieces(regions[i], body, heights[i]))
        printed = next((f.label for f in furniture[i] if f.label), None)
        laid_out.append(
            LaidOut(
                head=[f for f in furniture[i] if f.line.base < heights[i] / 2],
                pieces=[p for p in pieces if p.kind != "footnote"] + [p for p in pieces if p.kind == "footnote"],
                foot=[f for f in furniture[i] if f.line.base >= heights[i] / 2],
                label=(labels[i] or None) if labels else printed,
                spoken=page.spoken,
            )
        )
    return laid_out


def _loose_lines(page: _Read) -> list[Line]:
    """The lines of a page outside its drawn tables."""
    if not page.words:
        return []
    in_tables = {id(w) for _, words in page.tables for w in words}
    return lines_of(w for w in page.words.words if id(w) not in in_tables)


def _without(page: _Read, furniture: Sequence[Furniture]) -> list[Word]:
    """The words of a page outside its drawn tables and its furniture."""
    if not page.words:
        return []
    gone = {id(w) for _, words in page.tables for w in words} | {id(w) for f in furniture for w in f.line.words}
    return [w for w in page.words.words if id(w) not in gone]


def _regions(words: Sequence[Word], page: _Read, gutters: list[float]) -> list[list[Line | Table]]:
    """The regions of a page in reading order; a drawn table stands in them as one tall word, then as itself."""
    regions: list[list[Line | Table]] = []
    drawn = [t for t, _ in page.tables]
    shown = [t for t in _with_aligned_tables([*lines_of(words), *drawn], over_columns=True) if isinstance(t, Table)]
    tables = [(_stand_in(t), t) for t in shown]
    stand_ins = {id(word): table for word, table in tables}
    words = _outside(words, shown)
    for region in in_columns([*words, *(word for word, _ in tables)], gutters):
        plain = [w for w in region if id(w) not in stand_ins]
        items: list[Line | Table] = [stand_ins[id(w)] for w in region if id(w) in stand_ins]
        items += lines_of(plain)
        regions.append(_with_aligned_tables(items))
    if page.words:
        regions += [list(lines_of(turned)) for turned in page.words.turned]
    return regions


def _stand_in(table: Table) -> Word:
    return Word("\ufffc", table.x0, table.x1, table.top, table.bottom, table.top + 8, 8.0, False)


def _outside(words: Sequence[Word], tables: Sequence[Table]) -> list[Word]:
    """The words that no table has."""
    taken = {id(w) for t in tables for row in t.rows for cell in row for line in cell.lines for w in line.words}
    return [w for w in words if id(w) not in taken]


def _with_aligned_tables(items: Sequence[Line | Table], *, over_columns: bool = False) -> list[Line | Table]:
    """The items, top to bottom, with the lines that are a table without lines made one."""
    result: list[Line | Table] = []
    run: list[Line] = []
    for item in sorted(items, key=lambda item: item.top):
        if isinstance(item, Line):
            run.append(item)
            continue
        result += [*aligned_tables(run, over_columns=over_columns), item]
        run = []
    return [*result, *aligned_tables(run, over_columns=over_columns)]


def _carry_tables(regions: Sequence[list[list[Line | Table]]]) -> None:
    """Give a table that a page break cuts the rows that stand alone on the other page."""
    for page, following in pairwise(regions):
        if not page or not following:
            continue
        last, first = page[-1], following[0]
        if isinstance(last[-1], Table) and isinstance(first[0], Line):
            table = rows_like([x for x in first if isinstance(x, Line)], last[-1])
            if table:
                first[: lines_in(table)] = [table]
        elif isinstance(first[0], Table) and isinstance(last[-1], Line):
            lines = list(takewhile(lambda item: isinstance(item, Line), reversed(last)))
            for count in range(min(len(lines), _MOST_LINES_CUT_OFF), 0, -1):
                tail = [x for x in last[-count:] if isinstance(x, Line)]
                table = rows_like(tail, first[0])
                if table and lines_in(table) == count:
                    last[-count:] = [header_rows(table)]
                    break


def _pieces(regions: Sequence[Sequence[Line | Table]], body: Type, height: float) -> Iterator[Piece]:
    before: list[Line] = []
    for region in regions:
        pieces = pieces_of_region(region, body, height, before)
        yield from pieces
        before = [line for p in pieces for line in p.lines] if pieces and pieces[-1].kind == "line" else []


def _body_type(regions: Sequence[Sequence[Sequence[Line | Table]]]) -> Type:
    runs = [[item for item in region if isinstance(item, Line)] for page in regions for region in page]
    words = [w for run in runs for line in run for w in line.words]
    size = usual_size(words)
    of_size = [w for w in words if abs(w.size - size) < 0.5]
    bold = 2 * sum(len(w.text) for w in of_size if w.bold) > sum(len(w.text) for w in of_size)
    return Type(size, usual_pitch([line for run in runs for line in run if abs(line.size - size) < 0.5]), bold)


# ---- what its owner should know -----------------------------------------------------------------


def _remarks(pages: Sequence[_Read], ocr: Ocr | None) -> Iterator[str]:
    spoken = [i + 1 for i, p in enumerate(pages) if p.spoken]
    silent = [i + 1 for i, p in enumerate(pages) if p.picture and not p.spoken]
    if spoken:
        yield f"{_named(spoken)} read by OCR from a picture: check figures against the page"
    if silent:
        way_out = "OCR found no words on it" if ocr else "install Tesseract to have it read"
        if len(spoken) + len(silent) > _MOST_SCANS and ocr:
            way_out = f"OCR reads {_MOST_SCANS} pages of a file. Cut it into shorter files"
        yield f"{_named(silent)} a picture without text: {way_out}"
    for i, page in enumerate(pages):
        if page.failure:
            yield f"page {i + 1} could not be read: {page.failure}"


def _named(numbers: Sequence[int]) -> str:
    listed = ", ".join(str(n) for n in numbers)
    return f"page {listed} is" if len(numbers) == 1 else f"pages {listed} are"


def _why_empty(pages: Sequence[_Read]) -> str:
    failures = [p.failure for p in pages if p.failure]
    if failures:
        return f"none of its {len(pages)} pages could be read: {failures[0]}. Open it in a PDF viewer and save it again"
    if any(p.picture for p in pages):
        return "its pages are pictures without text. Install Tesseract to have them read, or put in a file with text"
    return "there is no text in it. Put in a file with text, or take it out of the corpus"
