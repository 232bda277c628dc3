"""`python -m benchmarks.scale_snapshot`: so many made passages written as a snapshot that can be loaded and searched.

The project's own writers write it; what each of them takes is printed as JSON, with the most memory that was held.

Not covered: reading documents and cutting them into passages, finding twins, telling units; embedding, whose rate is
that of the passages that were embedded.
"""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import typer
from numpy.typing import NDArray

from benchmarks.scale_passages import REAL, Wordings, documents_of, sentences_of
from benchmarks.scale_vectors import RealEncodings
from index import Model, find_model, index_text, load_encoder, tokenize
from index.arrays import FolderArrays, Growing, digest_of, save
from index.dense import VECTORS, DenseIndex
from index.durable import write_durably
from index.late import LateBuilder
from index.lexical import LexicalBuilder
from index.records import to_line
from index.snapshot import (
    DOCUMENT_ENDS,
    DOCUMENTS,
    FORMAT,
    MANIFEST,
    PASSAGE_ENDS,
    PASSAGES,
    Manifest,
    fingerprint_of,
)
from index.texts import LineWriter
from index.vocabulary import VOCABULARY, VocabularyBuilder

_MOVED_AT_ONCE = 10_000


class Stopwatch:
    """Seconds by what they were spent on."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def on(self, what: str) -> Iterator[None]:
        """Count what is done inside towards something."""
        began = time.perf_counter()
        try:
            yield
        finally:
            self.spent[what] = self.spent.get(what, 0.0) + time.perf_counter() - began


def write_snapshot(
    folder: Path, wordings: Wordings, real: RealEncodings, count: int, model: Model, precision: str
) -> dict[str, float]:
    """Write a snapshot of so many passages into an empty folder; the first of them must have been embedded.

    Returns:
        The seconds that each part took.
    """
    watch = Stopwatch()
    documents = _write_texts(folder, wordings, count, watch)
    dim = _write_vectors(folder, real, count, wordings.real, watch)
    _write_late(folder, wordings, real, count, watch)
    with watch.on("checksums"):
        _write_manifest(folder, documents, model, precision, dim)
    return watch.spent


def _write_texts(folder: Path, wordings: Wordings, count: int, watch: Stopwatch) -> dict[str, tuple[str, int]]:
    """Documents, passages and the lexical index; gives each document's digest and how many passages it has."""
    lexical, vocabulary = LexicalBuilder(folder), VocabularyBuilder()
    made: dict[str, tuple[str, int]] = {}
    with LineWriter(folder / DOCUMENTS) as documents, LineWriter(folder / PASSAGES) as passages:
        for document, of_document in documents_of(wordings, count):
            made[document.doc_id] = document.sha256, len(of_document)
            with watch.on("records"):
                documents.add(to_line(document))
                for passage in of_document:
                    passages.add(to_line(passage))
            with watch.on("lexical"):
                for passage in of_document:
                    lexical.add(tokenize(index_text(passage)))
                    vocabulary.add(passage)
    save(folder / DOCUMENT_ENDS, documents.ends())
    save(folder / PASSAGE_ENDS, passages.ends())
    write_durably(folder / VOCABULARY, vocabulary.vocabulary().dump())
    with watch.on("lexical"):
        lexical.write(folder)
    return made


def _write_vectors(folder: Path, real: RealEncodings, count: int, n_real: int, watch: Stopwatch) -> int:
    """The dense index; gives how many numbers a vector has."""
    base = real.vectors(min(count, n_real))
    random = np.random.default_rng(0)
    with Growing(folder / VECTORS, base.shape[1:], np.float32) as vectors:
        vectors.add(base)
        movement = real.movement() if count > n_real else None
        for at in range(n_real, count, _MOVED_AT_ONCE):
            numbers = np.arange(at, min(at + _MOVED_AT_ONCE, count)) % n_real
            if movement:
                vectors.add(movement.moved(base[numbers], random))
    with watch.on("dense"):
        dense = DenseIndex.from_vectors(FolderArrays(folder).array(VECTORS))
        dense.save(folder)
    if dense.whole:
        (folder / VECTORS).unlink()
    return dense.dim


def _write_late(folder: Path, wordings: Wordings, real: RealEncodings, count: int, watch: Stopwatch) -> None:
    """Late interaction: what is another's wording has that one's word pieces."""
    first = next(real.each(1))
    with LateBuilder(folder, len(first.vector)) as late:
        for start in range(0, count, wordings.real):
            for number, encoding in enumerate(islice(real.each(min(count, wordings.real)), count - start)):
                units = units_at(wordings(number), encoding.starts)
                with watch.on("late"):
                    late.add(encoding, units)
        began = time.perf_counter()
    watch.spent["late"] += time.perf_counter() - began


def units_at(sentences: list[str], starts: NDArray[np.int32]) -> NDArray[np.int16]:
    """The number of the sentence in which each of some characters stands: (n_pieces,), int16."""
    begins = np.cumsum([0] + [len(sentence) + 1 for sentence in sentences[:-1]])
    return (np.searchsorted(begins, starts, side="right") - 1).astype(np.int16)


def _write_manifest(
    folder: Path, documents: dict[str, tuple[str, int]], model: Model, precision: str, dim: int
) -> None:
    fields: dict[str, Any] = {
        "format": FORMAT,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": {doc_id: digest for doc_id, (digest, _) in documents.items()},
        "unread": {},
        "catalogue": "",
        "model": model.name,
        "model_sha256": model.sha256,
        "precision": precision,
        "dim": dim,
        "libraries": {},
        "passages": {doc_id: passages for doc_id, (_, passages) in documents.items()},
        "files": {path.name: digest_of(path) for path in sorted(folder.iterdir())},
    }
    write_durably(folder / MANIFEST, Manifest(**fields, fingerprint=fingerprint_of(fields)).dump())


def most_memory() -> int:
    """The most bytes of memory that this process has held, pages of mapped files among them (Linux)."""
    status = Path("/proc/self/status").read_text("utf-8")
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


def prepare(folder: Path, corpus: Path, passages: int, said: Callable[[str], None]) -> tuple[Wordings, RealEncodings]:
    """The wordings, and their encodings on the disk, embedded now where they are not."""
    wordings = Wordings(sentences_of(corpus))
    encoder = load_encoder(find_model())
    real = RealEncodings(folder / f"real-0-{encoder.precision}", wordings)
    count = min(passages, REAL)
    if not real.whole(count):
        real.make(encoder, count, lambda done: said(f"{done} of {count} passages embedded"))
    return wordings, real


def main(
    passages: int = typer.Option(10_000, min=1), folder: Path = Path("build/bench/scale"), corpus: Path = Path("corpus")
) -> None:
    """Write a snapshot of so many passages, and print what it took as JSON."""
    began = time.perf_counter()
    wordings, real = prepare(folder, corpus, passages, lambda line: typer.echo(line, err=True))
    target = folder / f"snapshot-{passages}"
    target.mkdir(parents=True)
    model = find_model()
    spent = write_snapshot(target, wordings, real, passages, model, load_encoder(model).precision)
    size = {path.name: path.stat().st_size for path in sorted(target.iterdir())}
    whole = time.perf_counter() - began
    typer.echo(json.dumps({"seconds": spent, "whole": whole, "memory": most_memory(), "bytes": size}))


if __name__ == "__main__":
    typer.run(main)
