"""Word: the words of a .docx file and the structure its styles, lists and tables give them.

Covered: headings by style or outline level, with their automatic numbers; items by style or numbering,
with the numbers Word would print; tables with merged cells, tables in cells, boxes of one cell; footnotes
and endnotes, written after what they are notes to; running heads and feet; text boxes; content controls;
tracked changes as if all were accepted; hidden text as furniture; the pages Word last made. Not covered:
equations, charts and pictures, comments, numbers in words or in other scripts, Strict Open XML.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from lxml import etree

from ingest.errors import UnreadableDocument
from ingest.furniture import CONTENTS
from ingest.readers.archive import check_zip
from ingest.readers.docx_numbers import Numbers
from ingest.readers.docx_styles import Styles
from ingest.readers.docx_words import CHANGES, CHOICE, Line, W, is_on, line_of
from ingest.readers.reading import Reading
from ingest.readers.writing import PAGE_MARK, TableCell, TableRow, Writing

Element = Any  # lxml has no types of its own
Part = Any  # nor have the attributes of python-docx's parts that are used here

_SAVE = "Open it in Word and save it again as a Word document (.docx)"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_NOTE_PARTS = {"footnote": "footnotes", "endnote": "endnotes"}
_RUNNING = "running head or foot"
# As deep as real documents go many times over, and far from Python's limit of calls within calls.
_DEEPEST = 200
_LONGEST_HEADING = 40  # words; a longer one is a paragraph in a heading's style
_WRAPPERS = frozenset(
    {f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}smartTag", f"{W}ins", f"{W}moveTo", CHOICE}
    | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"}
)
_MACROS = b"application/vnd.ms-word.document.macroEnabled.main+xml"
_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read_docx(content: bytes) -> Reading:
    """Read a Word document.

    Raises:
        UnreadableDocument: If it is no Word document, is protected or broken, or has no word in it.
    """
    part = _open(content)
    try:
        reading = _Document(part).read()
    except etree.XMLSyntaxError as error:
        raise UnreadableDocument(f"a part of it is broken ({error}). {_SAVE}") from error
    except (
        KeyError,
        ValueError,
        AttributeError,
    ) as error:  # what python-docx says of a part that is not as it should be
        raise UnreadableDocument(f"a part of it is not as Word writes it ({error}). {_SAVE}") from error
    macros = ("macros in it, which are neither read nor run",) if _has_macros(content) else ()
    return replace(reading, remarks=reading.remarks + macros)


def _open(content: bytes) -> Part:
    """The document part of a file.

    Raises:
        UnreadableDocument: If there is none.
    """
    if content.startswith(_OLD_OFFICE):
        if _ENCRYPTED in content:
            raise UnreadableDocument("it is protected by a password. Save it again without one")
        raise UnreadableDocument(f"it is in Word's format of before 2007, whatever its name says. {_SAVE}")
    if not content.startswith(b"PK"):
        raise UnreadableDocument(f"it is no Word document, whatever its name says. {_SAVE}")
    check_zip(content)
    if _MACROS in _kinds_of_parts(content):
        raise UnreadableDocument(f"it is a Word document with macros, whatever its name says. {_SAVE}")
    try:
        part = docx.Document(io.BytesIO(content)).part
        for each in part.package.iter_parts():
            if hasattr(each, "element"):
                _check(each.element)
    except (PackageNotFoundError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise UnreadableDocument(f"it is broken ({error}). {_SAVE}") from error
    except (KeyError, ValueError, AttributeError, etree.XMLSyntaxError) as error:
        raise UnreadableDocument(f"it is no Word document, or not a whole one ({error}). {_SAVE}") from error
    return part


def _kinds_of_parts(content: bytes) -> bytes:
    """What a document says its parts are; nothing where it does not."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("[Content_Types].xml") if "[Content_Types].xml" in archive.namelist() else b""


def _has_macros(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return any(name.lower().endswith("vbaproject.bin") for name in archive.namelist())


def _check(root: Element) -> None:
    """Raise UnreadableDocument if a part defines entities or is nested deeper than it can be walked."""
    if root.getroottree().docinfo.internalDTD is not None:
        raise UnreadableDocument(f"it defines entities of its own, which no Word document does. {_SAVE}")
    if _depth(root) > _DEEPEST:
        raise UnreadableDocument(f"its elements are nested more than {_DEEPEST} deep. {_SAVE}")


def _depth(root: Element) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


class _Document:
    """A document being read."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._body = part.element.body
        self._styles = Styles(part)
        self._numbers = Numbers(part, self._styles)
        self._writing = Writing()
        self._notes = {kind: self._read_notes(kind) for kind in _NOTE_PARTS}
        self._marks: dict[str, dict[str, str]] = {kind: {} for kind in _NOTE_PARTS}
        self._waiting: list[tuple[str, str]] = []  # notes to write after the list or table that is open
        self._list_id: str | None = None
        self._table_last = False  # whether what was written last is a table without a caption
        self._paged = any(True for _ in self._body.iter(f"{W}lastRenderedPageBreak"))
        self._remarks: dict[str, int] = {}

    def read(self) -> Reading:
        """The whole document: running heads, body, running feet."""
        self._write_running("header")
        self._write_blocks(self._body)
        self._end_list()
        self._write_running("footer")
        remarks = [f"{what}: {count}" for what, count in self._remarks.items()]
        return self._writing.reading(remarks, paged=self._paged)

    def _write_blocks(self, container: Element) -> None:
        """Write the paragraphs and tables of a container, and of what only wraps them."""
        for element in _blocks_in(container):
            if element.tag == f"{W}p":
                self._write_paragraph(element)
            else:
                self._write_table(element)

    def _line(self, paragraph: Element) -> Line:
        """A paragraph's words; what they say of notes, pages and changes is taken note of."""
        line = line_of(paragraph, self._marks, self._styles.bold, paged=self._paged)
        for what in line.remarks:
            self._remark(what)
        return line

    def _remark(self, what: str) -> None:
        self._remarks[what] = self._remarks.get(what, 0) + 1

    def _write_paragraph(self, paragraph: Element) -> None:
        line = self._line(paragraph)
        style = self._styles.of(paragraph)
        number = self._numbers.of(paragraph) if line.words.strip() else None
        table_last, self._table_last = self._table_last, False
        if not line.words.strip(PAGE_MARK + " \n"):
            self._writing.add_paragraph(line.words)  # for its page breaks
            self._table_last = table_last
        elif style.contents or _in_contents(paragraph):
            self._end_list()
            self._writing.add_furniture(line.words, CONTENTS)
        elif style.heading and len(line.words.split()) <= _LONGEST_HEADING:
            self._end_list()
            self._writing.add_heading(f"{number.marker} {line.words}" if number else line.words, style.heading)
        elif style.caption:
            self._end_list()
            before_table = _next_block(paragraph) == f"{W}tbl"
            self._writing.add_caption(line.words, of_last_table=table_last and not before_table)
        elif number or style.list_depth:
            depth = max(number.depth if number else 1, style.list_depth)
            self._write_item(line, number.list_id if number else "", depth, number.marker if number else "•")
        elif style.continues and self._list_id is not None:
            self._writing.add_paragraph(line.words)
        else:
            self._end_list()
            self._writing.add_paragraph(line.words, bold=line.bold)
        self._write_beside(line)

    def _write_item(self, line: Line, list_id: str, depth: int, marker: str) -> None:
        if depth == 1 and self._list_id not in (None, list_id):
            self._end_list()
        if depth == 1 or self._list_id is None:
            self._list_id = list_id
        self._writing.add_item(line.words, depth=depth, marker=marker)

    def _end_list(self) -> None:
        self._writing.end_list()
        self._list_id = None
        self._write_notes()

    def _write_notes(self) -> None:
        """Write the notes to what has just been written."""
        waiting, self._waiting = self._waiting, []
        for kind, note_id in waiting:
            note = self._notes[kind].pop(note_id, None)
            if note is not None:
                lines = [self._line(p) for p in note.iter(f"{W}p")]
                self._writing.add_footnote("\n".join(line.words for line in lines), self._marks[kind][note_id])

    def _write_beside(self, line: Line) -> None:
        """Write what hangs on a paragraph: its hidden words, its text boxes and, outside a list, its notes."""
        for words in line.hidden:
            self._writing.add_furniture(words, "hidden text")
        if line.boxes:
            self._end_list()
        for box in line.boxes:
            self._write_blocks(box)
        self._waiting += line.notes
        if self._list_id is None:
            self._write_notes()

    def _write_table(self, table: Element) -> None:
        self._end_list()
        rows = [row for row in _children(table, f"{W}tr") if not self._is_deleted(row)]
        if all(len(_children(row, f"{W}tc")) < 2 for row in rows):
            # A box around paragraphs, not a table.
            for row in rows:
                for cell in _children(row, f"{W}tc"):
                    self._write_blocks(cell)
            self._end_list()
            return
        headed = self._styles.heads_first_row(table)
        boxes: list[Element] = []
        cells: list[list[TableCell]] = []
        merged: dict[int, tuple[int, int]] = {}  # for a column, the cell that reaches down into it
        for row in rows:
            cells.append([])
            self._read_cells(row, cells, merged, boxes)
        heads = [bool(is_on(row.find(f"{W}trPr"), "tblHeader")) for row in rows]
        heads[0] = heads[0] or headed
        self._writing.add_table([TableRow(tuple(c), header=head) for c, head in zip(cells, heads, strict=True)])
        self._table_last = True
        self._write_notes()
        for box in boxes:
            self._write_blocks(box)

    def _read_cells(
        self, row: Element, rows: list[list[TableCell]], merged: dict[int, tuple[int, int]], boxes: list[Element]
    ) -> None:
        """Read a row's cells into the last of the rows; a merged cell is the first that it is merged of."""
        before = row.find(f"{W}trPr/{W}gridBefore")
        column = _value(before)
        if column:
            rows[-1].append(TableCell("", columns=column))
        for element in _children(row, f"{W}tc"):
            cell = self._cell(element, boxes)
            merge = element.find(f"{W}tcPr/{W}vMerge")
            goes_on = merge is not None and merge.get(f"{W}val", "continue") == "continue"
            if goes_on and column in merged and not cell.words.strip():
                r, i = merged[column]
                rows[r][i] = replace(rows[r][i], rows=rows[r][i].rows + 1)
            else:
                rows[-1].append(cell)
                merged.pop(column, None)
                if merge is not None:
                    merged[column] = len(rows) - 1, len(rows[-1]) - 1
            column += cell.columns

    def _cell(self, element: Element, boxes: list[Element]) -> TableCell:
        words: list[str] = []
        bold: list[bool] = []
        for paragraph in _paragraphs_in(element):
            line = self._line(paragraph)
            boxes += line.boxes
            self._waiting += line.notes
            if line.words.strip(PAGE_MARK + " \n"):
                number = self._numbers.of(paragraph)
                bold.append(line.bold)
                marker = number.marker if number else "•" if self._styles.of(paragraph).list_depth else ""
                words += [" " if marker else "\n\n", marker, " " if marker else "", line.words]
        span = element.find(f"{W}tcPr/{W}gridSpan")
        return TableCell("".join(words), columns=max(_value(span), 1), strong=bool(bold) and all(bold))

    def _is_deleted(self, row: Element) -> bool:
        if row.find(f"{W}trPr/{W}del") is None:
            return False
        self._remark(CHANGES)
        return True

    def _write_running(self, kind: str) -> None:
        """Write the running heads or feet, each once."""
        written: set[str] = set()
        for reference in self._body.iter(f"{W}{kind}Reference"):
            part = self._part.related_parts.get(reference.get(f"{_R}id"))
            if part is None:
                continue
            words = "\n".join(self._line(p).words for p in _paragraphs_in(part.element))
            if words not in written:
                written.add(words)
                self._writing.add_furniture(words, _RUNNING)

    def _read_notes(self, kind: str) -> dict[str, Element]:
        """The notes of a kind by their ids, without those that only draw a line."""
        for relation in self._part.rels.values():
            if relation.reltype.endswith(f"/{kind}s") and not relation.is_external:
                parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
                root = etree.fromstring(relation.target_part.blob, parser)
                _check(root)
                notes = root.findall(f"{W}{kind}")
                return {n.get(f"{W}id", ""): n for n in notes if n.get(f"{W}type", "normal") == "normal"}
        return {}


def _blocks_in(container: Element) -> Iterator[Element]:
    """The paragraphs and tables of a container, and of what only wraps them."""
    for child in container:
        if child.tag in (f"{W}p", f"{W}tbl"):
            yield child
        elif child.tag in _WRAPPERS:
            yield from _blocks_in(child)


def _paragraphs_in(container: Element) -> Iterator[Element]:
    """The paragraphs of a container, those of tables in it too."""
    for block in _blocks_in(container):
        if block.tag == f"{W}p":
            yield block
            continue
        for row in _children(block, f"{W}tr"):
            for cell in _children(row, f"{W}tc"):
                yield from _paragraphs_in(cell)


def _children(element: Element, tag: str) -> list[Element]:
    """The rows of a table or the cells of a row, and those in what only wraps them."""
    found: list[Element] = []
    for child in element:
        if child.tag == tag:
            found.append(child)
        elif child.tag in _WRAPPERS:
            found += _children(child, tag)
    return found


def _value(element: Element | None) -> int:
    """The whole number that is an element's value, 0 where it is none."""
    written = str(element.get(f"{W}val", "")) if element is not None else ""
    return int(written) if re.fullmatch(r"\d{1,4}", written) else 0


def _in_contents(paragraph: Element) -> bool:
    """Whether a paragraph is in the table of contents that Word made."""
    galleries = (a.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery") for a in paragraph.iterancestors(f"{W}sdt"))
    return any(g is not None and g.get(f"{W}val") == "Table of Contents" for g in galleries)


def _next_block(element: Element) -> str:
    """The tag of the paragraph or table after an element, or nothing."""
    return next((e.tag for e in element.itersiblings() if e.tag in (f"{W}p", f"{W}tbl")), "")
