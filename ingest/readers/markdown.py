"""Markdown: the words without the marks, and the structure that the marks give.

Covered: CommonMark, tables, text struck out, footnotes, front matter, HTML in between. Not covered:
definition lists, attributes in braces but those after a heading, mathematics, descriptions of pictures
(which are furniture).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import takewhile

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from ingest.errors import UnreadableDocument
from ingest.furniture import CONTENTS
from ingest.readers.html import write_fragment
from ingest.readers.reading import Reading
from ingest.readers.text import read_text
from ingest.readers.writing import TableCell, TableRow, Writing, superscript

# Deeper than anyone writes. What is deeper than this the parser leaves out without a word.
_DEEPEST = 60
_FRONT_MATTER = re.compile(r"(?P<fence>---|\+\+\+)[^\S\n]*\n(?P<words>.*?)\n(?P=fence)[^\S\n]*(?:\n|\Z)", re.DOTALL)
_NOTE = re.compile(r"\[\^([^\]\s]+)\]:[^\S\n]*")
_REFERENCE = re.compile(r"\[\^([^\]\s]+)\]")
_ATTRIBUTES = re.compile(r"(?:\s+#+)?\s*\{[#.][^{}]*\}\s*$")
_CONTENTS_MARK = re.compile(r"\[\[?_?TOC_?\]?\]|\{:toc\}", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)")


def read_markdown(content: bytes) -> Reading:
    """Read a Markdown document.

    Raises:
        UnreadableDocument: If it is no text, is nested too deep or has no word in it.
    """
    reading = read_text(content)
    source = reading.text.replace("\r\n", "\n").replace("\r", "\n")
    writing = Writing()
    front = _FRONT_MATTER.match(source)
    if front:
        writing.add_furniture(front["words"], "front matter")
        source = source[front.end() :]
    notes: dict[str, int] = {}
    tokens = _parser().parse(source, {"notes": notes})
    if max((token.level for token in tokens), default=0) >= _DEEPEST - 1:
        raise UnreadableDocument(
            f"its lists or quotations are nested {_DEEPEST} deep. Take out what is nested by mistake"
        )
    _Writer(writing, notes).write(_tree(tokens))
    return writing.reading(reading.remarks)


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable(["table", "strikethrough"])
    # Before links, which a note's definition and its mark would else be taken for.
    parser.block.ruler.before("reference", "note", _parse_note, {"alt": ["paragraph", "reference"]})
    parser.inline.ruler.before("link", "note_mark", _parse_mark)
    return parser


def _parse_note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A footnote: "[^1]: words", with the lines after it that are not blank or are indented."""
    at = state.bMarks[start] + state.tShift[start]
    found = _NOTE.match(state.src[: state.eMarks[start]], at)
    if not found or state.is_code_block(start):
        return False
    if silent:
        return True
    last = start + 1
    while last < end and (state.sCount[last] >= state.blkIndent + 4 or not state.isEmpty(last)):
        if _NOTE.match(state.src, state.bMarks[last] + state.tShift[last]):
            break
        last += 1
    lines = state.getLines(start, last, state.blkIndent, False).split("\n")
    notes = state.env["notes"]
    notes.setdefault(found[1], len(notes) + 1)
    token = state.push("note_open", "", 1)
    token.info = found[1]
    inline = state.push("inline", "", 0)
    inline.content = "\n".join([_NOTE.sub("", lines[0].lstrip(), count=1), *(line.strip() for line in lines[1:])])
    inline.map = [start, last]
    inline.children = []
    state.push("note_close", "", -1)
    state.line = last
    return True


def _parse_mark(state: StateInline, silent: bool) -> bool:
    """A footnote's mark: "[^1]", where there is such a footnote."""
    found = _REFERENCE.match(state.src, state.pos)
    if not found or found[1] not in state.env["notes"]:
        return False
    if not silent:
        token = state.push("note_mark", "", 0)
        token.content = _mark(found[1], state.env["notes"])
    state.pos = found.end()
    return True


def _mark(label: str, notes: dict[str, int]) -> str:
    """A note's mark: its label if that is a number, else its number among the notes."""
    return label if label.isdecimal() else str(notes[label])


@dataclass(slots=True)
class _Node:
    """A block of the source, with the blocks in it."""

    token: Token
    children: list["_Node"] = field(default_factory=list)


def _tree(tokens: Sequence[Token]) -> list[_Node]:
    """The outermost blocks of a flat list of tokens."""
    levels: list[list[_Node]] = [[]]
    for token in tokens:
        if token.nesting < 0:
            levels.pop()
            continue
        node = _Node(token)
        levels[-1].append(node)
        if token.nesting > 0:
            levels.append(node.children)
    return levels[0]


class _Words:
    """The words of one stretch of text, without their marks.

    Attributes:
        text: The words, with the line breaks asked for.
        bold: Whether they are all in bold.
        aside: What is furniture among them, with its rule.
    """

    def __init__(self, nodes: Sequence[_Node]) -> None:
        self.text = ""
        self.aside: list[tuple[str, str]] = []
        self._strong = self._struck = self._raised = 0
        self._plain = False  # whether some words are not bold
        for node in nodes:
            for token in node.token.children or ():
                self._read(token)
        self.bold = bool(self.text.strip()) and not self._plain

    def _read(self, token: Token) -> None:
        kind = token.type
        if kind in ("strong_open", "strong_close"):
            self._strong += token.nesting
        elif kind in ("s_open", "s_close"):
            self._struck += token.nesting
        elif kind == "softbreak":
            self._add(" ")
        elif kind == "hardbreak":
            self._add("\n")
        elif kind == "image":
            self.aside.append((token.content, "description of a picture"))
        elif kind == "note_mark":
            self._add(superscript(token.content))
        elif kind == "html_inline":
            self._read_tag(token.content)
        elif token.content:
            self._add(re.sub(r"\s+", " ", token.content))

    def _read_tag(self, source: str) -> None:
        """A tag in the text: a line break, raised digits, or mark-up that says nothing here."""
        found = _TAG.match(source)
        step = -1 if found and found[1] else 1
        name = found[2].lower() if found else ""
        if name == "br":
            self._add("\n")
        elif name == "sup":
            self._raised = max(self._raised + step, 0)
        elif name in ("b", "strong"):
            self._strong = max(self._strong + step, 0)
        elif name in ("del", "s", "strike"):
            self._struck = max(self._struck + step, 0)

    def _add(self, words: str) -> None:
        if self._struck and words.strip():
            self.aside.append((words, "struck out"))
            return
        self._plain = self._plain or (not self._strong and bool(words.strip()))
        self.text += superscript(words) if self._raised else words


class _Writer:
    """Writes a document's blocks."""

    def __init__(self, writing: Writing, notes: dict[str, int]) -> None:
        self._writing = writing
        self._notes = notes
        self._depth = 0  # of the open lists

    def write(self, nodes: Sequence[_Node]) -> None:
        """Write blocks in order."""
        for node in nodes:
            self._write_node(node)

    def _write_node(self, node: _Node) -> None:
        token = node.token
        kind = token.type.removesuffix("_open")
        if kind in ("paragraph", "heading", "note"):
            self._write_words(kind, node)
        elif kind in ("bullet_list", "ordered_list"):
            self._write_list(node)
        elif kind in ("fence", "code_block"):
            self._writing.add_paragraph(re.sub(r"\n\s*\n", "\n", token.content))
        elif kind == "html_block":
            write_fragment(self._writing, token.content)
        elif kind == "table":
            self._write_table(node)
        else:
            self.write(node.children)

    def _write_words(self, kind: str, node: _Node) -> None:
        words = _Words(node.children)
        if kind == "heading":
            self._writing.add_heading(_ATTRIBUTES.sub("", words.text), int(node.token.tag[1:]))
        elif kind == "note":
            self._writing.end_list()
            self._writing.add_footnote(words.text, _mark(node.token.info, self._notes))
        elif _CONTENTS_MARK.fullmatch(words.text.strip()):
            self._writing.add_furniture(words.text, CONTENTS)
        else:
            self._writing.add_paragraph(words.text, bold=words.bold)
        self._write_aside(words)

    def _write_aside(self, words: _Words) -> None:
        for aside, rule in words.aside:
            self._writing.add_furniture(aside, rule)

    def _write_list(self, node: _Node) -> None:
        if not self._depth:
            self._writing.end_list()
        self._depth += 1
        for item in node.children:
            token = item.token
            leading = list(takewhile(lambda child: child.token.type == "paragraph_open", item.children))
            words = [_Words(child.children) for child in leading]
            marker = token.info + token.markup if node.token.type == "ordered_list_open" else "•"
            self._writing.add_item("\n".join(w.text for w in words), depth=self._depth, marker=marker)
            for each in words:
                self._write_aside(each)
            self.write(item.children[len(leading) :])
        self._depth -= 1
        if not self._depth:
            self._writing.end_list()

    def _write_table(self, node: _Node) -> None:
        self._writing.end_list()
        rows: list[TableRow] = []
        asides: list[_Words] = []
        for part in node.children:
            for row in part.children:
                words = [_Words(cell.children) for cell in row.children]
                # A line break is all that can part paragraphs in a cell.
                cells = tuple(TableCell(w.text.replace("\n", "\n\n"), strong=w.bold) for w in words)
                rows.append(TableRow(cells, header=part.token.type == "thead_open"))
                asides += words
        self._writing.add_table(rows)
        for each in asides:
            self._write_aside(each)
