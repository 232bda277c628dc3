"""Read a folder of documents: each file, what the catalogue says of it, and what was left out."""

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ingest.blocks import find_blocks
from ingest.catalogue import CATALOGUE, Entry, read_catalogue
from ingest.documents import Block, Document
from ingest.errors import CorpusError, UnreadableDocument
from ingest.outline import find_sections, mark_headings
from ingest.passages import Passage, find_passages
from ingest.quotes import fold, quote_at
from ingest.readers import read_bytes, readable_kinds

_NOT_DOCUMENTS = frozenset({CATALOGUE, "README.md", "README.txt"})
_LONGEST_TITLE = 120


@dataclass(frozen=True, slots=True)
class Left:
    """Page furniture that passages leave out: how often a rule applied, and to how many characters."""

    rule: str
    times: int
    characters: int


@dataclass(frozen=True, slots=True)
class ReadDocument:
    """One document as read, with its blocks, its passages and what its owner should know."""

    document: Document
    blocks: tuple[Block, ...]
    passages: tuple[Passage, ...]
    left_out: tuple[Left, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """A file that could not be read, why, and the digest of its bytes."""

    name: str
    reason: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """A folder as read: its documents in order of their ids, and the files that could not be read."""

    documents: tuple[ReadDocument, ...]
    unread: tuple[Unread, ...]


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A file of the corpus and the digest of its bytes."""

    path: Path
    sha256: str


def corpus_files(folder: Path) -> list[CorpusFile]:
    """The files of a corpus folder that should be documents, by name. Hidden files and the catalogue are not.

    Raises:
        CorpusError: If the folder is missing or holds no document, or two files have one stem.
    """
    try:
        paths = sorted(
            p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".") and p.name not in _NOT_DOCUMENTS
        )
    except OSError as error:
        raise CorpusError(
            f"the corpus folder {folder} cannot be read: {error.strerror}. Make it, and put documents in it"
        ) from error
    if not paths:
        raise CorpusError(
            f"there are no documents in {folder}. Put files of these kinds there: {', '.join(readable_kinds())}"
        )
    stems = Counter(p.stem for p in paths)
    for path in paths:
        if stems[path.stem] > 1:
            same = ", ".join(p.name for p in paths if p.stem == path.stem)
            raise CorpusError(
                f"{same} have one name but for the ending, so a citation could mean either. Rename all but one"
            )
    return [CorpusFile(p, digest(p)) for p in paths]


def digest(path: Path) -> str:
    """The sha256 of a file's bytes in hexadecimal; of nothing, if it cannot be read (reading it will say so)."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return hashlib.sha256(b"").hexdigest()


def catalogue_digest(folder: Path) -> str:
    """The sha256 of the catalogue's bytes; of nothing, where there is none."""
    return digest(folder / CATALOGUE)


def read_corpus(folder: Path, on_read: Callable[[int, int], None] = lambda _done, _of: None) -> Corpus:
    """Read every document of a folder.

    A file that cannot be read is named in ``unread`` and does not take the others with it.

    Args:
        folder: The corpus folder.
        on_read: Called with how many files are done and how many there are.

    Raises:
        CorpusError: If there is nothing to read, two files share a stem, or the catalogue is wrong.
    """
    files = corpus_files(folder)
    entries = read_catalogue(folder, [f.path.stem for f in files])
    read: list[ReadDocument] = []
    unread: list[Unread] = []
    for done, file in enumerate(files):
        on_read(done, len(files))
        try:
            read.append(read_document(file.path, entries))
        except UnreadableDocument as error:
            name = file.path.name
            unread.append(Unread(name, str(error).removeprefix(f"{name}: "), file.sha256))
    on_read(len(files), len(files))
    if not read:
        reasons = "; ".join(f"{u.name}: {u.reason}" for u in unread)
        raise CorpusError(f"no document in {folder} could be read. {reasons}")
    return Corpus(tuple(read), tuple(unread))


def read_document(path: Path, entries: Mapping[str, Entry]) -> ReadDocument:
    """Read one file.

    Raises:
        UnreadableDocument: If it cannot be opened, or no text can be got from it.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UnreadableDocument(
            f"{path.name}: {error.strerror}. Make it readable, or take it out of the corpus"
        ) from error
    reading = read_bytes(path.name, content)
    blocks = _marked_up(reading.blocks) or mark_headings(reading.text, find_blocks(reading.text))
    sections = find_sections(reading.text, blocks)
    entry = entries.get(path.stem)
    document = Document(
        doc_id=path.stem,
        title=entry.title if entry else _title(reading.text, blocks, path.stem),
        publisher=entry.publisher if entry else "",
        published=entry.published if entry else None,
        period=entry.covers if entry else "",
        status=entry.status if entry else "unknown",
        url=entry.url if entry else "",
        sha256=hashlib.sha256(content).hexdigest(),
        text=reading.text,
        pages=reading.pages,
        sections=sections,
        part_of=entry.part_of if entry else None,
        superseded_by=entry.superseded_by if entry else None,
        note=entry.note if entry else "",
    )
    passages = find_passages(path.stem, reading.text, sections, blocks)
    remarks = reading.remarks
    if entry is None:
        remarks += (f'no entry in {CATALOGUE}: titled "{document.title}" from its text or name, date unknown',)
    if not passages:
        remarks += ("no passage: nothing but headings and page furniture was found in it",)
    return ReadDocument(
        document,
        tuple(blocks),
        tuple(replace(p, page=document.page_at(p.spans[0][0])) for p in passages),
        _left_out(blocks),
        remarks,
    )


def _marked_up(blocks: Sequence[Block]) -> list[Block]:
    """The blocks a reader is sure of, with a table's header as passages know it: a row without one."""
    return [replace(b, kind="row") if b.kind == "header" else b for b in blocks]


def _title(text: str, blocks: Sequence[Block], stem: str) -> str:
    """A document's title without a catalogue: its first short block of words, else its name with blanks."""
    for block in blocks:
        if block.kind not in ("heading", "paragraph"):
            continue
        words = fold(re.sub(r"[#*_]", " ", quote_at(text, block.spans)))
        if any(c.isalpha() for c in words) and not words.endswith(":"):
            if len(words) <= _LONGEST_TITLE:
                return words
            break
    return re.sub(r"[-_]+", " ", stem).strip().capitalize() or stem


def _left_out(blocks: Sequence[Block]) -> tuple[Left, ...]:
    times: Counter[str] = Counter()
    characters: Counter[str] = Counter()
    for block in blocks:
        if block.kind == "furniture":
            times[block.rule] += 1
            characters[block.rule] += sum(end - start for start, end in block.spans)
    return tuple(Left(rule, n, characters[rule]) for rule, n in times.most_common())
