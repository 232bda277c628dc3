"""HTML: what the page says, and apart from that what is only on the page.

Covered: headings, paragraphs, nested lists with their numbers, definition lists, tables with merged cells,
captions, footnotes; layout tables, which are read as the paragraphs in them; old pages that part their
paragraphs with two line breaks. Navigation, banners, forms, what is hidden and what is struck out stay in
the text as furniture, under the name of the rule that says so. Not covered: what scripts write, words in
pictures and their descriptions, numbers that only a style sheet makes, frames.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from ingest.errors import UnreadableDocument
from ingest.readers.html_furniture import Furniture, words_in
from ingest.readers.numerals import numeral
from ingest.readers.reading import Reading
from ingest.readers.text import read_text
from ingest.readers.writing import TableCell, TableRow, Writing, fold_words, superscript

Element = Any  # lxml has no types of its own

# Twice what real pages nest to, and below both lxml's own limit of 256 and Python's for calls within calls.
_DEEPEST = 160
_CHARSET = re.compile(rb"<(?:meta\b[^>]*?\bcharset|\?xml\b[^>]*?\bencoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CHARSET_WITHIN = 4096  # bytes; browsers look at 1024
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_OWN_ENTITIES = re.compile(r"<!DOCTYPE[^>]*\[|<!ENTITY", re.IGNORECASE)

HEADINGS = {f"h{n}": n for n in range(1, 7)}
_LISTS = frozenset({"ul", "ol", "menu", "dir"})
# Blocks with a shape of their own; other blocks only part their contents from what stands around them.
_SHAPED = frozenset({*HEADINGS, *_LISTS, "dl", "table", "pre", "figcaption"})
_PARTING = frozenset(
    "address article aside blockquote body center dd details dialog div dt fieldset figure footer form header hgroup"
    " hr legend li main nav noscript optgroup option p search section summary tbody td tfoot th thead tr caption"
    " template select".split()
)
_BLOCKS = _SHAPED | _PARTING
_UNREAD = frozenset({"script", "style", "head", "meta", "link", "base"})
_BOLD = frozenset({"b", "strong"})
_PARAGRAPHS = frozenset({"p", "div", "blockquote"})  # what parts a cell's words into paragraphs
_LONGEST_HEADING = 40  # words; a longer one is a paragraph that was to look big
_BACK_LINK = re.compile(r"(?:footnote|fn)[-_]?back|backref|backlink", re.IGNORECASE)

_NOTE_TAGS = frozenset({"li", "p", "div", "aside", "dd"})
_LONGEST_MARK = 6  # characters
_LIST_STYLES = {
    "decimal": "1",
    "lower-alpha": "a",
    "lower-latin": "a",
    "upper-alpha": "A",
    "upper-latin": "A",
    "lower-roman": "i",
    "upper-roman": "I",
}

Piece = tuple[str, bool]  # some words, and whether they are bold


def read_html(content: bytes) -> Reading:
    """Read a web page.

    Raises:
        UnreadableDocument: If it is no text, is nested too deep, defines entities or has no word in it.
    """
    source, remarks = _decode(content)
    writing = Writing()
    body = _parse(source)
    if body is not None:
        _Page(writing, body).write()
    return writing.reading(remarks)


def write_fragment(writing: Writing, source: str) -> None:
    """Write a piece of HTML that stands in another kind of text."""
    body = _parse(source)
    if body is not None:
        _Page(writing, body, whole=False).write()


def _decode(content: bytes) -> tuple[str, tuple[str, ...]]:
    """The source of a page, and remarks on its encoding: by its mark, by what it declares, or as plain text."""
    found = _CHARSET.search(content[:_CHARSET_WITHIN])
    remarks: tuple[str, ...] = ()
    if found and not content.startswith(_MARKS):
        name = found[1].decode("ascii")
        try:
            return content.decode(_as_browsers_do(name)), ()
        except (LookupError, UnicodeError):
            remarks = (f"it says that it is {name}, and is not",)
    reading = read_text(content)
    return reading.text, remarks + reading.remarks


def _as_browsers_do(charset: str) -> str:
    """What browsers take a declared character set for: Latin-1 is Windows-1252, and UTF-16 cannot be declared."""
    try:
        name = codecs.lookup(charset).name
    except LookupError:
        return charset
    if name in ("iso8859-1", "ascii"):
        return "cp1252"
    return "utf-8" if name.startswith(("utf-16", "utf-32")) else name


def _parse(source: str) -> Element | None:
    """The body of a page, or None where there is no element."""
    if _OWN_ENTITIES.search(source):
        raise UnreadableDocument(
            "it defines entities of its own, which no web page needs. Save it again from a browser"
        )
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(source.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError:
        root = None
    if any(error.type_name == "ERR_RESOURCE_LIMIT" for error in parser.error_log) or _depth(root) > _DEEPEST:
        raise UnreadableDocument(
            f"its elements are nested more than {_DEEPEST} deep, or one is too long. Save it again from a browser"
        )
    if root is None:
        return None
    body = root.find("body")
    return root if body is None else body


def _depth(root: Element | None) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")) if root is not None else ():
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


class _Page:
    """A page being written."""

    def __init__(self, writing: Writing, body: Element, *, whole: bool = True) -> None:
        self._writing = writing
        self._body = body
        self._furniture = Furniture(body, whole=whole)
        self._notes, self._references = _notes(body)
        self._outside = bool(self._furniture.main)
        self._asides: list[tuple[str, str]] = []  # furniture met inside a block, with its rule
        self._list_depth = 0
        self._in_cell = False
        # What holds a block is no part of a line of words, whatever its tag.
        self._holders = {a for e in body.iter(*_BLOCKS) for a in e.iterancestors()}

    def write(self) -> None:
        """Write the whole page."""
        self._flow(self._body)

    def _flow(self, element: Element) -> None:
        """Write what is in an element: words as paragraphs, blocks as what they are."""
        for part in self._parts(element):
            if isinstance(part, list):
                self._write_paragraphs(part)
            else:
                self._write_block(part)

    def _parts(self, element: Element) -> Iterator[list[Piece] | Element]:
        """What is in an element, in order: stretches of words, and the blocks with a shape of their own."""
        run: list[Piece] = [(_spaced(element.text), False)]
        for child in element:
            if not self._is_block(child):
                self._add_words(child, run, bold=False)
            else:
                yield run
                run = []
                if self._is_shaped(child):
                    yield child
                else:
                    yield from self._parts(child)
            run.append((_spaced(child.tail), False))
        yield run

    def _is_block(self, element: Element) -> bool:
        return element.tag in _BLOCKS or element in self._holders

    def _is_shaped(self, element: Element) -> bool:
        return (
            element.tag in _SHAPED
            or element.get("role") == "heading"
            or element in self._furniture.main
            or element in self._notes
            or bool(self._furniture.rule(element))
        )

    def _write_block(self, element: Element) -> None:
        rule = self._furniture.rule(element)
        if rule:
            self._writing.add_furniture(words_in(element, _BLOCKS), rule)
        elif element in self._furniture.main and self._outside:
            self._outside = False
            self._flow(element)
            self._outside = True
        elif self._outside and not (element.tag == "h1" and self._furniture.needs_title):
            self._writing.add_furniture(words_in(element, _BLOCKS), "outside the main content")
        elif element in self._notes:
            self._write_footnote(element)
        else:
            self._write_shaped(element)
        self._write_asides()

    def _write_shaped(self, element: Element) -> None:
        if element.tag in HEADINGS or element.get("role") == "heading":
            self._write_heading(element)
        elif element.tag in _LISTS:
            self._write_list(element)
        elif element.tag == "dl":
            self._write_definitions(element)
        elif element.tag == "table":
            self._write_table(element)
        elif element.tag == "pre":
            self._writing.add_paragraph(re.sub(r"\n\s*\n", "\n", "".join(element.itertext())))
        elif element.tag == "figcaption":
            tables = [t for t in element.getparent().iter("table") if t in element.itersiblings(preceding=True)]
            self._writing.add_caption(self._words(element), of_last_table=bool(tables))
        else:
            self._flow(element)

    def _write_paragraphs(self, pieces: list[Piece]) -> None:
        """Write words as a paragraph, or as several where two line breaks part them."""
        worded = [strong for words, strong in pieces if words.strip()]
        for words in [] if not worded else re.split(r"(?:[^\S\n]*\n){2,}", "".join(words for words, _ in pieces)):
            if self._outside:
                self._writing.add_furniture(words, "outside the main content")
            else:
                self._writing.add_paragraph(words, bold=all(worded))
        self._write_asides()

    def _write_inline(self, element: Element) -> None:
        """Write an element of words where there should be a block."""
        run: list[Piece] = []
        self._add_words(element, run, bold=False)
        self._write_paragraphs(run)

    def _write_asides(self) -> None:
        asides, self._asides = self._asides, []
        for words, rule in asides:
            self._writing.add_furniture(words, rule)

    def _write_heading(self, element: Element) -> None:
        words = self._words(element)
        level = str(element.get("aria-level", ""))
        if len(words.split()) > _LONGEST_HEADING:
            self._writing.add_paragraph(words)
        else:
            depth = HEADINGS.get(element.tag, 2)
            self._writing.add_heading(words, int(level) if level.isdecimal() else depth)

    def _write_footnote(self, element: Element) -> None:
        mark = self._notes[element]
        words = self._words(element)
        written = re.match(rf"\s*[\[(]?{re.escape(mark)}[\])]?\.?(?=\s|[^\W\d])\s*", _plain(words)) if mark else None
        self._writing.end_list()
        self._writing.add_footnote(words[written.end() :] if written else words, mark)

    def _write_list(self, element: Element) -> None:
        """Write a list's items, each with what is under it."""
        if not self._list_depth:
            self._writing.end_list()
        self._list_depth += 1
        markers = _markers(element)
        self._write_paragraphs([(_spaced(element.text), False)])
        for child in element:
            # A list right under a list lacks the item that should be between.
            if child.tag in _LISTS or child in self._notes or self._furniture.rule(child):
                self._write_block(child)
            elif child.tag == "li":
                self._write_item(child, markers[child])
            elif self._is_block(child):
                self._flow(child)
            else:
                self._write_inline(child)
            self._write_paragraphs([(_spaced(child.tail), False)])
        self._list_depth -= 1
        if not self._list_depth:
            self._writing.end_list()

    def _write_item(self, element: Element, marker: str) -> None:
        words: list[str] = []
        begun = False
        for part in self._parts(element):
            if isinstance(part, list) and not begun:
                words.append("".join(w for w, _ in part))
                continue
            if not begun:
                self._add_item(words, marker)
                begun = True
            if isinstance(part, list):
                self._write_paragraphs(part)
            else:
                self._write_block(part)
        if not begun:
            self._add_item(words, marker)

    def _add_item(self, words: Iterable[str], marker: str) -> None:
        if self._outside:
            self._writing.add_furniture("\n".join(words), "outside the main content")
        else:
            self._writing.add_item("\n".join(words), depth=self._list_depth, marker=marker)
        self._write_asides()

    def _write_definitions(self, element: Element) -> None:
        """Write the entries of a definition list: all terms that stand together with all their meanings."""
        terms: list[str] = []
        meanings: list[str] = []
        for child in [*_entries(element), None]:
            if isinstance(child, str):
                self._write_paragraphs([(child, False)])
                continue
            if child is None or (child.tag != "dd" and meanings):
                self._writing.add_entry("\n".join(terms), "\n".join(meanings))
                self._write_asides()
                terms, meanings = [], []
            if child is None or child.tag in _UNREAD:
                continue
            if child.tag in ("dt", "dd"):
                (terms if child.tag == "dt" else meanings).append(self._words(child))
            elif self._is_block(child):
                self._flow(child)
            else:
                self._write_inline(child)

    def _write_table(self, table: Element) -> None:
        rows = list(_rows(table))
        unshown = {row: rule for row in rows if (rule := self._furniture.rule(row))}
        self._asides += [(words_in(row, _BLOCKS), rule) for row, rule in unshown.items()]
        rows = [row for row in rows if row not in unshown]
        cells = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
        captions = table.findall("caption")
        strays = [words for words in _strays(table, {*cells, *captions, *unshown}) if words.strip()]
        if strays:
            self._write_paragraphs([(" ".join(strays), False)])
        for caption in captions:
            self._writing.add_caption(self._words(caption))
        if _is_layout(table, rows):
            for cell in cells:
                self._flow(cell)
            return
        written: list[TableRow] = []
        for row in rows:
            head = row.getparent().tag == "thead"
            written.append(TableRow(tuple(self._cell(c) for c in row if c.tag in ("td", "th")), header=head))
        self._writing.add_table(written)

    def _cell(self, element: Element) -> TableCell:
        if rule := self._furniture.rule(element):
            self._asides.append((words_in(element, _BLOCKS), rule))
            return TableCell("")
        pieces: list[Piece] = []
        self._in_cell = True
        self._add_contents(element, pieces, bold=False)
        self._in_cell = False
        return TableCell(
            words="".join(words for words, _ in pieces),
            columns=_number(element.get("colspan")),
            rows=_number(element.get("rowspan"), nothing=len(element.getroottree().getroot())),
            header=element.tag == "th" or element.get("role") == "columnheader",
            strong=any(w.strip() for w, _ in pieces) and all(strong for words, strong in pieces if words.strip()),
        )

    def _words(self, element: Element) -> str:
        """An element's words on one line, whatever blocks are in it."""
        pieces: list[Piece] = []
        self._add_contents(element, pieces, bold=False)
        return fold_words("".join(words for words, _ in pieces))

    def _add_words(self, element: Element, pieces: list[Piece], *, bold: bool) -> None:
        """Add the words of an element to a line; furniture met on the way is kept for after the block."""
        tag = element.tag
        if tag in _UNREAD:
            return
        if tag == "br":
            pieces.append(("\n", bold))
        elif rule := self._furniture.rule(element):
            self._asides.append((words_in(element, _BLOCKS), rule))
        elif (tag == "sup" or element in self._references) and not self._is_block(element):
            pieces.append((superscript("".join(element.itertext())), bold))
        elif not _BACK_LINK.search(f"{element.get('class', '')} {element.get('role', '')}") or _has_words(element):
            around = "\n\n" if self._in_cell and tag in _PARAGRAPHS else _around(element)
            pieces.append((around, bold))
            self._add_contents(element, pieces, bold=bold or tag in _BOLD)
            pieces.append((around if around.isspace() else " " * bool(around), bold))

    def _add_contents(self, element: Element, pieces: list[Piece], *, bold: bool) -> None:
        pieces.append((_spaced(element.text), bold))
        for child in element:
            self._add_words(child, pieces, bold=bold)
            pieces.append((_spaced(child.tail), bold))


def _around(element: Element) -> str:
    """What parts a block's words from those before and after it on one line; an item has a bullet."""
    return " • " if element.tag == "li" else " " if element.tag in _BLOCKS else ""


def _spaced(words: str | None) -> str:
    """Words of the source, whose line breaks are blanks."""
    return re.sub(r"\s+", " ", words or "")


def _plain(words: str) -> str:
    """Words with superscript digits as digits, at the same places."""
    return words.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789"))


def _has_words(element: Element) -> bool:
    return any(c.isalnum() for c in "".join(element.itertext()))


def _number(written: str | None, nothing: int = 1) -> int:
    """A colspan or rowspan; rowspan="0" reaches to the table's end."""
    if not (written and written.strip().isdecimal()):
        return 1
    return int(written[:6]) or nothing


def _notes(body: Element) -> tuple[dict[Element, str], set[Element]]:
    """The elements that are footnotes, each with its mark, and the links further up that lead to them."""
    order = {element: i for i, element in enumerate(body.iter())}
    places = {name: e for e in order for name in (e.get("id"), e.get("name")) if name}
    notes: dict[Element, str] = {}
    references: set[Element] = set()
    for link in body.iter("a"):
        target = places.get(str(link.get("href", "")).removeprefix("#"))
        if target is None or not _is_reference(link):
            continue
        note = next((e for e in (target, *target.iterancestors()) if e.tag in _NOTE_TAGS), None)
        if note is not None and order[note] > order[link]:
            notes.setdefault(note, "".join(link.itertext()).strip(" []()\n"))
            references.add(link)
    return notes, references


def _is_reference(link: Element) -> bool:
    """Whether a link is the mark of a footnote: raised, or said to be one."""
    said = f"{link.get('role', '')} {link.get('class', '')}"
    raised = next(link.iterancestors("sup"), None) is not None or link.find("sup") is not None
    return (
        bool(raised or re.search(r"note-?ref", said, re.IGNORECASE)) and len("".join(link.itertext())) <= _LONGEST_MARK
    )


def _markers(element: Element) -> dict[Element, str]:
    """What stands before each item of a list."""
    items = element.findall("li")
    if element.tag != "ol":
        return dict.fromkeys(items, "•")
    step = -1 if element.get("reversed") is not None else 1
    number = _whole(element.get("start"), 1 if step > 0 else len(items))
    styled = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", element.get("style", ""))
    style = _LIST_STYLES.get(styled[1].lower() if styled else "", element.get("type", "1"))
    markers: dict[Element, str] = {}
    for item in items:
        number = _whole(item.get("value"), number)
        markers[item] = f"{numeral(number, style)}."
        number += step
    return markers


def _whole(written: str | None, nothing: int) -> int:
    return int(written) if written and re.fullmatch(r"-?\d{1,6}", written.strip()) else nothing


def _is_layout(table: Element, rows: list[Element]) -> bool:
    """Whether a table only places things: no header, and one column, a table or headings in it."""
    if table.get("role") in ("presentation", "none"):
        return True
    own = [cell for row in rows for cell in row if cell.tag in ("td", "th")]
    if any(cell.tag == "th" for cell in own) or table.find("caption") is not None:
        return False
    widest = max((sum(1 for cell in row if cell.tag == "td") for row in rows), default=0)
    return widest < 2 or any(next(cell.iter("table", *HEADINGS), None) is not None for cell in own)


def _entries(element: Element) -> Iterator[Element | str]:
    """The parts of a definition list, those grouped in a div too, and the words between them."""
    yield _spaced(element.text)
    for child in element:
        if child.tag == "div":
            yield from _entries(child)
        else:
            yield child
        yield _spaced(child.tail)


def _rows(element: Element) -> Iterator[Element]:
    """The rows of a table itself, not those of tables in its cells."""
    for child in element:
        if child.tag == "tr":
            yield child
        elif child.tag not in ("td", "th", "caption", "table"):
            yield from _rows(child)


def _strays(element: Element, placed: set[Element]) -> Iterator[str]:
    """Words of a table that are in none of its cells and captions, which no table should have."""
    if element in placed or element.tag in _UNREAD:
        return
    yield _spaced(element.text)
    for child in element:
        yield from _strays(child, placed)
        yield _spaced(child.tail)
