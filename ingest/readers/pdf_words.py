"""The words of a PDF's page and where each stands, from PDFium.

PDFium is the quickest of the three libraries that give places: a page of 4,000 characters takes it
about 20 ms, pdfplumber 200 ms; pypdf is as quick but guesses widths, and so where columns are.

Covered: text turned by any angle (each direction's words are given apart, turned upright), pages with
/Rotate, text outside the crop box (left out: nobody sees it), letter-spaced words, footnote marks,
ligatures, bullets in the Symbol font. Not covered: text from right to left or from top to bottom.
"""

import ctypes
import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

# A gap wider than this part of the type size parts two words. Typesetters squeeze a space to .2 of the
# size in justified lines; pairs of letters are pulled apart by hardly more than .1.
WORD_GAP = 0.16
_TRACKED_LETTERS = 4  # that many letters standing alone in a line are one letter-spaced word or more
_BOLD = re.compile(r"bold|black|heavy|demi|[-,](?:bd|blk)\b", re.IGNORECASE)
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_MARK = re.compile(r"\d{1,3}(?:,\d{1,3})*,?")
_SOFT_HYPHEN = "\u00ad"
# What fonts call by a private number or a presentation form: bullets, ligatures, odd spaces.
_LETTERS = {
    **dict.fromkeys((0xF0B7, 0xF0A7, 0xF076, 0xF0D8, 0xF0FC, 0x25AA, 0x25CF, 0x2219, 0x00B7), "•"),
    **{code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)},
    0x02: "-",  # PDFium's sign for a hyphen at the end of a line
    0xFFFE: "-",
    0x2010: "-",
    0x2011: "-",
    0x200B: "",
    0xFEFF: "",
    0: "",
}
_TextPage = Any  # PDFium's handle: ctypes has no types for it
_UNKNOWN = re.compile("[\ufffd\ue000-\uf8ff]")
_SPACES = frozenset(" \t\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f\u3000")
_DEEPEST_FORM = 3
_MOST_OBJECTS = 50_000


class Word(NamedTuple):
    """A word upright on its page: points from the left and from the top, its base line, its type.

    ``set_in`` says that the file has a space before it at the beginning of its line.
    """

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    base: float
    size: float
    bold: bool
    set_in: bool = False


@dataclass(frozen=True, slots=True)
class PageWords:
    """What stands on a page.

    Attributes:
        width: Of the page as its text is read, in points.
        height: Likewise.
        words: Those that run in the page's main direction, in the order of the file.
        turned: Those of every other direction, a list for each.
        angle: By how much the main direction is turned clockwise, in degrees.
        turned_by: By how much each of ``turned`` is.
        upright: Whether the main direction is the one the page is shown in.
        pictures: How many pictures it has.
        ruled: Whether it has enough lines or boxes for a table.
        letters: How many characters it has, and how many of them say no letter.
        unknown: How many of those characters say no letter.
    """

    width: float
    height: float
    words: list[Word]
    turned: list[list[Word]]
    angle: int
    turned_by: list[int]
    upright: bool
    pictures: int
    ruled: bool
    letters: int
    unknown: int


class _Glyph(NamedTuple):
    text: str
    x0: float
    x1: float
    top: float  # measured upwards, as in the file
    bottom: float
    place: int  # among the characters of the page
    spaced: bool  # whether a space stands before it
    set_in: bool  # whether that space begins a line


def read_words(page: pypdfium2.PdfPage) -> PageWords:
    """Read a page's words and count what else is on it.

    Raises:
        pypdfium2.PdfiumError: If PDFium cannot read the page.
    """
    text_page = page.get_textpage()
    try:
        found: dict[int, list[Word]] = {}
        letters = unknown = 0
        crop = page.get_cropbox()
        for angle, glyphs in _lines(text_page.raw):
            letters += len(glyphs)
            unknown += len(_UNKNOWN.findall("".join([g.text for g in glyphs])))
            whole = _inside(crop, glyphs[0]) and _inside(crop, glyphs[-1])  # lines are straight, and pages convex
            seen = glyphs if whole else [g for g in glyphs if _inside(crop, g)]
            found.setdefault(angle, []).extend(_upright_words(text_page.raw, page, angle, seen))
    finally:
        text_page.close()
    pictures, ruled = _drawn(page)
    main = max(found, key=lambda a: sum(len(w.text) for w in found[a]), default=0)
    left, bottom, right, top = turned_box(page.get_mediabox(), main)
    return PageWords(
        width=right - left,
        height=top - bottom,
        words=found.pop(main, []),
        turned=[words for words in found.values() if words],
        angle=main,
        turned_by=[angle for angle, words in found.items() if words],
        upright=main % 360 == page.get_rotation() % 360,
        pictures=pictures,
        ruled=ruled,
        letters=letters,
        unknown=unknown,
    )


def _lines(text_page: _TextPage) -> Iterator[tuple[int, list[_Glyph]]]:
    """The page's characters in runs between line breaks, each with the angle it is turned by."""
    box = pdfium.FS_RECTF()
    place = ctypes.byref(box)
    glyphs: list[_Glyph] = []
    spaced, start = False, 0
    for i, code in enumerate(_codes(text_page)):
        if code in (10, 13):
            if glyphs:
                yield _angle(text_page, start), glyphs
            glyphs, spaced = [], False
            continue
        letter = _LETTERS.get(code)
        if letter is None:
            letter = chr(code) if not 0xD800 <= code <= 0xDFFF and code < 0x110000 else "\ufffd"
        if letter in _SPACES:
            spaced = True
            continue
        if not letter or (code < 32 and code != 2):
            continue
        pdfium.FPDFText_GetLooseCharBox(text_page, i, place)
        if not glyphs:
            start = i
        set_in = spaced and not glyphs
        glyphs.append(_Glyph(letter, box.left, box.right, box.top, box.bottom, i, spaced, set_in))
        spaced = False
    if glyphs:
        yield _angle(text_page, start), glyphs


def _codes(text_page: _TextPage) -> list[int]:
    """The number of each character of the page: asked for all at once, which is quicker, where that gives them all."""
    count = pdfium.FPDFText_CountChars(text_page)
    buffer = (ctypes.c_ushort * (count + 1))()
    if count > 0 and pdfium.FPDFText_GetText(text_page, 0, count, buffer) == count + 1:
        return list(buffer)[:count]
    return [pdfium.FPDFText_GetUnicode(text_page, i) for i in range(count)]


def _angle(text_page: _TextPage, index: int) -> int:
    """How far a character is turned clockwise, in degrees, to the nearest five."""
    return round(math.degrees(pdfium.FPDFText_GetCharAngle(text_page, index)) / 5) * 5 % 360


def _inside(box: tuple[float, float, float, float], glyph: _Glyph) -> bool:
    x, y = (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


def turn(x: float, y: float, angle: int) -> tuple[float, float]:
    """A point of a page when the page is turned so that text at an angle runs from left to right."""
    if not angle:
        return x, y
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return x * cos - y * sin, x * sin + y * cos


def turned_box(box: Sequence[float], angle: int) -> tuple[float, float, float, float]:
    """The upright box around a box when the page is turned, as ``turn`` turns its points."""
    corners = [turn(x, y, angle) for x in (box[0], box[2]) for y in (box[1], box[3])]
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs), min(ys), max(xs), max(ys)


def _upright_words(
    text_page: _TextPage, page: pypdfium2.PdfPage, angle: int, glyphs: Sequence[_Glyph]
) -> Iterator[Word]:
    if angle:
        glyphs = [_turned_glyph(g, angle) for g in glyphs]
    left, _, _, top = turned_box(page.get_mediabox(), angle)
    before: Word | None = None
    for run in _runs(glyphs):
        size, bold, base = _type(text_page, run[0], angle)
        for first, last in _word_bounds(run, size):
            letters = "".join(g.text for g in run[first : last + 1])
            word = Word(
                unicodedata.normalize("NFC", letters),
                run[first].x0 - left,
                run[last].x1 - left,
                top - max(g.top for g in run[first : last + 1]),
                top - min(g.bottom for g in run[first : last + 1]),
                top - base,
                size,
                bold,
                run[first].set_in,
            )
            before, done = _with_mark(before, word)
            if done:
                yield done
    if before:
        yield before


def _turned_glyph(glyph: _Glyph, angle: int) -> _Glyph:
    x0, bottom, x1, top = turned_box((glyph.x0, glyph.bottom, glyph.x1, glyph.top), angle)
    return glyph._replace(x0=x0, x1=x1, top=top, bottom=bottom)


def _runs(glyphs: Sequence[_Glyph]) -> Iterator[list[_Glyph]]:
    """Glyphs of one font, size and base line, from left to right."""
    run: list[_Glyph] = []
    for glyph in glyphs:
        if run:
            last = run[-1]
            same = abs(glyph.bottom - last.bottom) < 0.3 and abs(glyph.top - last.top) < 0.3
            if not same or glyph.x0 < last.x0 - 1:
                yield run
                run = []
        run.append(glyph)
    if run:
        yield run


def _word_bounds(run: Sequence[_Glyph], size: float) -> Iterator[tuple[int, int]]:
    """The first and last place of each word in a run."""
    gaps = [after.x0 - before.x1 for before, after in pairwise(run)]
    cuts = [i + 1 for i, gap in enumerate(gaps) if run[i + 1].spaced or gap > WORD_GAP * size]
    if len(cuts) + 1 >= _TRACKED_LETTERS and (wide := _tracked_gap(run, gaps, cuts, size)):
        cuts = [i + 1 for i, gap in enumerate(gaps) if gap > wide]
    edges = [0, *cuts, len(run)]
    for first, after in pairwise(edges):
        yield first, after - 1


def _tracked_gap(run: Sequence[_Glyph], gaps: Sequence[float], cuts: Sequence[int], size: float) -> float:
    """The gap that parts words in a letter-spaced run; 0 where the run is not letter-spaced."""
    edges = [0, *cuts, len(run)]
    alone = [a for a, b in pairwise(edges) if b - a == 1 and run[a].text.isalpha()]
    usual = sorted(gaps)[len(gaps) // 4]
    if len(alone) < 0.8 * (len(cuts) + 1) or len(alone) < _TRACKED_LETTERS or usual > size:
        return 0.0
    return usual * 1.6 + 0.05 * size


def _type(text_page: _TextPage, glyph: _Glyph, angle: int) -> tuple[float, bool, float]:
    """A glyph's type size in points, whether it is bold, and how high its base line is."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, glyph.place, matrix)
    size = pdfium.FPDFText_GetFontSize(text_page, glyph.place) * math.hypot(matrix.c, matrix.d)
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text_page, glyph.place, x, y)
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFText_GetFontInfo(text_page, glyph.place, name, 128, None)
    height = glyph.top - glyph.bottom
    if not 0.4 * height <= size <= 2.5 * height:  # a font that misstates one of them
        size = height * 0.85
    return round(size, 1), bool(_BOLD.search(name.value.decode("latin-1"))), turn(x.value, y.value, angle)[1]


def _with_mark(before: Word | None, word: Word) -> tuple[Word, Word | None]:
    """Join a raised figure to the word before it, or to the one after, as superscript digits.

    Returns:
        The word that is still open, and the one that is done with (None if they became one).
    """
    if before is None:
        return word, None
    if _raised(word, before) and -1 < word.x0 - before.x1 < 0.3 * before.size:
        mark = word.text.translate(_SUPERSCRIPT)
        return before._replace(text=before.text + mark, x1=word.x1), None
    if _raised(before, word) and -1 < word.x0 - before.x1 < word.size:
        mark = before.text.translate(_SUPERSCRIPT)
        return word, word._replace(text=mark, x0=before.x0, x1=before.x1)
    return word, before


def _raised(mark: Word, beside: Word) -> bool:
    rise = beside.base - mark.base
    small = mark.size < 0.85 * beside.size
    return small and 0.15 * beside.size < rise < 0.8 * beside.size and bool(_MARK.fullmatch(mark.text))


def _drawn(page: pypdfium2.PdfPage) -> tuple[int, bool]:
    """How many pictures a page has, and whether its lines and boxes may be a table's."""
    pictures = across = down = boxes = 0
    for i, item in enumerate(page.get_objects(max_depth=_DEEPEST_FORM)):
        if i > _MOST_OBJECTS:
            break
        if item.type == pdfium.FPDF_PAGEOBJ_IMAGE:
            pictures += 1
        elif item.type == pdfium.FPDF_PAGEOBJ_PATH:
            left, bottom, right, top = item.get_bounds()
            wide, high = right - left, top - bottom
            if wide < 3 and high > 6:
                down += 1
            elif high < 3 and wide > 6:
                across += 1
            elif wide > 12 and high > 6:
                boxes += 1 if pdfium.FPDFPath_CountSegments(item.raw) < 8 else 4
    return pictures, (down >= 2 and across >= 2) or boxes >= 4 or (boxes > 0 and across + down >= 2)
