"""What a snapshot holds of a corpus that needs no model: documents, passages, what is known of them, their words."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from platform import node
from types import TracebackType
from typing import BinaryIO, Self

import numpy as np

from index.arrays import save
from index.durable import sync_file, write_durably
from index.lexical import LexicalBuilder
from index.library import library_lines, unread_reasons
from index.records import passage_from, to_line
from index.snapshot import DOCUMENT_ENDS, DOCUMENTS, LIBRARY, PASSAGE_ENDS, PASSAGES, UNREAD
from index.tokens import tokenize
from index.vocabulary import VOCABULARY, VocabularyBuilder
from index.workers import Here, Workers
from ingest import CorpusError, Passage, ReadDocument, TwinFinder, Unread, each_document
from ingest.corpus import File, digest

_NEAREST_HEADINGS = 2  # how many headings are embedded with a passage: the model reads 256 word pieces
_PART = "passages.part"


@dataclass(frozen=True, slots=True)
class Texts:
    """What was read of a corpus.

    Attributes:
        documents: For each document, the sha256 of its file, in order of their ids.
        passages: For each, how many passages it has.
        unread: What could not be read.
    """

    documents: dict[str, str]
    passages: dict[str, int]
    unread: tuple[Unread, ...]


def index_text(passage: Passage) -> str:
    """What is embedded and searched of a passage: its nearest headings, its lead-in, its text.

    A row of a table is searched as it reads, header and all.
    """
    context = [*passage.headings[-_NEAREST_HEADINGS:], *([passage.lead_in] if passage.lead_in else [])]
    reading = "; ".join(unit.reading for unit in passage.units if unit.reading) if passage.kind == "row" else ""
    return ": ".join([*context, reading or passage.text])


def write_texts(folder: Path, corpus: Path, workers: Workers, on_read: Callable[[int, int], None]) -> Texts:
    """Read a corpus one document after the other, and write the files of a snapshot that need no model.

    Args:
        folder: The snapshot's.
        corpus: The documents and their catalogue.
        workers: Who reads.
        on_read: Called with how many files are done and how many there are.

    Raises:
        CorpusError: If the corpus cannot be read.
        OSError: If the files cannot be written.
    """
    digests: dict[str, str] = {}
    counts: dict[str, int] = {}
    unread: list[Unread] = []
    twins, lexical, vocabulary = TwinFinder(), LexicalBuilder(folder), VocabularyBuilder()
    with LineWriter(folder / DOCUMENTS) as documents, LineWriter(folder / _PART) as passages:  # noqa: SIM117
        with LineWriter(folder / LIBRARY) as library:
            reader = _Reader(workers)
            for found in each_document(corpus.absolute(), on_read, reader.map):
                if isinstance(found, Unread):
                    unread.append(found)
                    continue
                document = found.document
                digests[document.doc_id], counts[document.doc_id] = document.sha256, len(found.passages)
                documents.add(to_line(document))
                library.add(reader.library)
                for passage in found.passages:
                    passages.add(to_line(passage))
                    twins.add(passage, document.text)
                    lexical.add(tokenize(index_text(passage)))
                    vocabulary.add(passage)
    save(folder / DOCUMENT_ENDS, documents.ends())
    write_durably(folder / UNREAD, unread_reasons(unread))
    write_durably(folder / VOCABULARY, vocabulary.vocabulary().dump())
    _write_passages(folder, twins)
    if any(counts.values()):
        lexical.write(folder)
    return Texts(digests, counts, tuple(unread))


_Read = Callable[[File], ReadDocument | Unread]


class _Reader:
    """Reads files by workers, who also find out what else is kept of each.

    Attributes:
        library: What is known of the document that was read last, as ``library_lines`` gives it.
    """

    def __init__(self, workers: Workers) -> None:
        self.library = b""
        self._workers = workers

    def map(self, read: _Read, files: Iterable[File]) -> Iterator[ReadDocument | Unread]:
        """What is read of each file."""
        away = not isinstance(self._workers, Here)
        for found, library in self._workers.map(partial(_read, read, check=away), files):
            self.library = library
            yield found


def _read(read: _Read, item: File, *, check: bool) -> tuple[ReadDocument | Unread, bytes]:
    """Read a file and find out what is known of it; if asked, only if it is what was listed, maybe elsewhere."""
    if check and not item.file.trouble and digest(item.file.path) != item.file.sha256:
        raise CorpusError(
            f"{item.file.name} is not the file it was in the eyes of the worker on {node()} that was to read it. Every "
            f"machine must have the same files in {item.file.path.parent}, and nobody may change them meanwhile"
        )
    found = read(item)
    return found, b"" if isinstance(found, Unread) else library_lines([found])


def _write_passages(folder: Path, twins: TwinFinder) -> None:
    """The passages, each with those that say the same, which is not known before all are read."""
    with (folder / _PART).open("rb") as part, LineWriter(folder / PASSAGES) as passages:
        for line, same in zip(part, twins.twins(), strict=True):
            passages.add(to_line(replace(passage_from(line), same_as=same)) if same else line)
    save(folder / PASSAGE_ENDS, passages.ends())
    (folder / _PART).unlink()


class LineWriter:
    """Writes lines to a file and notes where each ends; use it in a ``with``, at whose end the disk has them.

    Args:
        path: The file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: BinaryIO = path.open("wb")
        self._ends = array("q")
        self._end = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self._file.close()
        if kind is None:
            sync_file(self._path)

    def add(self, line: bytes) -> None:
        """The next line, with its end."""
        self._file.write(line)
        self._end += len(line)
        self._ends.append(self._end)

    def ends(self) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
        """(n_lines,), int64: the offset after each line."""
        return np.array(self._ends, np.int64)
