"""Read a folder of documents: each file, what the catalogue says of it, and what was left out."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path, PurePath
from typing import Protocol

from ingest.catalogue import CATALOGUE, Entry, bare_name, read_catalogue, table_name
from ingest.documents import Block, Document
from ingest.errors import CorpusError, UnreadableDocument
from ingest.inside import digest_inside, read_inside, trouble_of
from ingest.outline import find_sections
from ingest.packing import Passage
from ingest.passages import find_passages
from ingest.quotes import fold, quote_at
from ingest.readers import Reading, read_bytes, readable_kinds
from ingest.structure import find_structure
from ingest.twins import with_twins

_NO_BYTES = hashlib.sha256(b"").hexdigest()
_NOT_DOCUMENTS = frozenset({CATALOGUE, "README.md", "README.txt"})
_LONGEST_TITLE = 120
# What in a name no message and no file of the index can hold, or nobody can see: control characters, marks of
# direction and other invisible ones, bytes that are no UTF-8, ends of lines.
_UNSHOWABLE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


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
    """What stands in a corpus folder and should be a document.

    Attributes:
        path: Where it is.
        sha256: The digest of its bytes; of nothing, where they cannot or need not be read.
        trouble: Why it cannot be a document and the way out, where that is plain without reading it; else empty.
    """

    path: Path
    sha256: str
    trouble: str = ""

    @property
    def name(self) -> str:
        """Its name, as it can be shown."""
        return "".join(ascii(c)[1:-1] if unicodedata.category(c) in _UNSHOWABLE else c for c in self.path.name)


def corpus_files(folder: Path) -> list[CorpusFile]:
    """What stands in a corpus folder, by name; but for hidden files, the catalogue and the README.

    Folders, broken links and the like are there with their trouble, so that whoever put them there hears
    of it.

    Raises:
        CorpusError: If the folder is missing or holds no document, or two files have one stem.
    """
    found = present_files(folder)
    if not found:
        raise CorpusError(
            f"there are no documents in {folder}. Put files of these kinds there: {', '.join(readable_kinds())}"
        )
    stems = Counter(_shown(file.path.stem) for file in found if not file.trouble)
    for stem, times in stems.items():
        if times > 1:
            same = ", ".join(f.path.name for f in found if _shown(f.path.stem) == stem and not f.trouble)
            raise CorpusError(
                f"{same} have one name but for the ending, so a citation could mean either. Rename all but one"
            )
    return found


def present_files(folder: Path) -> list[CorpusFile]:
    """What ``corpus_files`` gives, whether or not a corpus can be read from it: none and two of one stem too.

    Raises:
        CorpusError: If the folder cannot be read.
    """
    try:
        paths = sorted((p for p in folder.iterdir() if is_document_name(p.name)), key=lambda p: (p.stem, p.name))
    except OSError as error:
        raise CorpusError(
            f"the corpus folder {folder} cannot be read: {error.strerror}. Make it, and put documents in it"
        ) from error
    troubles = {path: _trouble(path) for path in paths}
    return [CorpusFile(p, _NO_BYTES if trouble else digest(p), trouble) for p, trouble in troubles.items()]


def _shown(stem: str) -> str:
    """A stem as it looks: one that is composed of letters and marks looks as one of whole letters does."""
    return unicodedata.normalize("NFC", stem)


def is_document_name(name: str) -> bool:
    """Whether a file of that name counts as a document: hidden files, the catalogue and the README do not."""
    return not name.startswith(".") and name not in _NOT_DOCUMENTS


def _trouble(path: Path) -> str:
    """Why something in the corpus folder cannot be a document, told without reading it; empty for a file."""
    if unseen := next((c for c in path.name if unicodedata.category(c) in _UNSHOWABLE), ""):
        return f"its name has a character that cannot be shown (U+{ord(unseen):04X}). Rename it"
    return trouble_of(path)


def digest(path: Path) -> str:
    """The sha256 of a file's bytes in hexadecimal; of nothing, if it cannot be read (reading it will say so)."""
    try:
        return digest_inside(path)
    except UnreadableDocument:
        return _NO_BYTES


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
    read: list[ReadDocument] = []
    unread: list[Unread] = []
    for found in each_document(folder, on_read):
        if isinstance(found, Unread):
            unread.append(found)
        else:
            read.append(found)
    return Corpus(tuple(_with_twins(read)), tuple(unread))


class Mapper(Protocol):
    """Whatever calls a function of many things: here, in other processes, on other machines."""

    def __call__(
        self, function: "Callable[[File], ReadDocument | Unread]", items: Iterable["File"], /
    ) -> "Iterable[ReadDocument | Unread]":
        """What the function says of each thing, in their order."""
        ...


def each_document(
    folder: Path, on_read: Callable[[int, int], None] = lambda _done, _of: None, mapper: Mapper = map
) -> Iterator["ReadDocument | Unread"]:
    """Read the documents of a folder one after the other, in order of their ids, and hold none of them.

    Passages do not know yet which others say the same (``TwinFinder``).

    Args:
        folder: The corpus folder.
        on_read: As for ``read_corpus``.
        mapper: Calls what reads a file.

    Raises:
        CorpusError: As ``read_corpus`` does.
    """
    files = corpus_files(folder)
    entries = read_catalogue(folder, [f.path.stem for f in files])
    on_read(0, len(files))
    reasons = []
    items = (File(file, entries.get(file.path.stem)) for file in files)
    for done, found in enumerate(mapper(read_file, items), start=1):
        if isinstance(found, Unread):
            reasons.append(f"{found.name}: {found.reason}")
        yield found
        on_read(done, len(files))
    if len(reasons) == len(files):
        raise CorpusError(f"no document in {folder} could be read. {'; '.join(reasons)}")


@dataclass(frozen=True, slots=True)
class File:
    """A file to be read, and its entry in the catalogue, if it has one."""

    file: CorpusFile
    entry: Entry | None


def read_file(item: File) -> ReadDocument | Unread:
    """Read one file of a corpus, or say why it cannot be read."""
    file = item.file
    if file.trouble:
        return Unread(file.name, file.trouble, file.sha256)
    try:
        return read_document(file.path, {file.path.stem: item.entry} if item.entry else {})
    except UnreadableDocument as error:
        return Unread(file.name, str(error).removeprefix(f"{file.name}: "), file.sha256)


def _with_twins(read: Sequence[ReadDocument]) -> Iterator[ReadDocument]:
    texts = {item.document.doc_id: item.document.text for item in read}
    twinned = iter(with_twins([p for item in read for p in item.passages], texts))
    for item in read:
        yield replace(item, passages=tuple(islice(twinned, len(item.passages))))


def read_document(path: Path, entries: Mapping[str, Entry]) -> ReadDocument:
    """Read one file.

    Raises:
        UnreadableDocument: If it cannot be opened, leads out of its folder, or no text can be got from it.
    """
    try:
        content = read_inside(path)
    except UnreadableDocument as error:
        raise UnreadableDocument(f"{path.name}: {error}") from error
    return parse_document(path.name, content, entries)


def parse_document(name: str, content: bytes, entries: Mapping[str, Entry]) -> ReadDocument:
    """Read a file's bytes, as ``read_document`` does; it need not stand in any folder."""
    return document_of(name, content, read_bytes(name, content), entries)


def document_of(name: str, content: bytes, reading: Reading, entries: Mapping[str, Entry]) -> ReadDocument:
    """What becomes of a file that a reader has read: its structure, its passages and what its owner should know."""
    blocks = find_structure(reading.text, reading.blocks)
    sections = find_sections(reading.text, blocks)
    stem = PurePath(name).stem
    entry = entries.get(stem)
    document = Document(
        doc_id=stem,
        title=entry.title if entry else guess_title(reading.text, blocks, stem),
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
    passages = find_passages(stem, reading.text, sections, blocks)
    remarks = reading.remarks
    if entry is None:
        quoted = "" if bare_name(stem) else f". Its entry begins with [{table_name(stem)}], in quotes"
        remarks += (f'no entry in {CATALOGUE}: titled "{document.title}" from its text or name, date unknown{quoted}',)
    if not passages:
        remarks += ("no passage: nothing but headings and page furniture was found in it",)
    return ReadDocument(
        document,
        tuple(blocks),
        tuple(replace(p, page=document.page_at(p.spans[0][0])) for p in passages),
        _left_out(blocks),
        remarks,
    )


def guess_title(text: str, blocks: Sequence[Block], stem: str) -> str:
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
