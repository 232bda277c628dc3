"""A BEIR set, to documents and passages as ingest makes them, to an index in memory.

A document is its passages in the corpus' order, joined by blank lines, with a section for each run of one title. A
passage is one line of the corpus, whole, under the corpus' own id, so that the qrels hold as they are; its units are
its sentences. What is indexed is what is indexed of any passage: its title, then its text.

Not covered: lists, tables and headings inside a passage, which are read as sentences.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from itertools import groupby
from pathlib import Path

import numpy as np

from eval.beir import BeirPassage, BeirSet
from index import Encoder, Manifest, Model, Snapshot, index_text, tokenize
from index.cache import VectorCache
from index.dense import DenseIndex
from index.late import LateIndex
from index.lexical import LexicalIndex
from index.passages import Passages
from index.snapshot import FORMAT, fingerprint_of
from index.units import units_of
from index.vectors import embed_here
from index.vocabulary import Vocabulary
from ingest import Document, Passage, Section, Span
from ingest.blocks import is_wrapped
from ingest.lines import split_lines
from ingest.packing import Piece, count_words, make_passage, sentence_units
from ingest.twins import with_twins

_GAP = "\n\n"
_LIBRARIES = ("faiss-cpu", "ir-measures", "numpy", "rank-bm25", "sentence-transformers", "snowballstemmer", "torch")


def read_documents(beir: BeirSet) -> tuple[dict[str, Document], list[Passage]]:
    """The documents of a set by their ids, and their passages, a document's together.

    A line of the corpus with neither text nor title makes no passage: nothing can find it.
    """
    lines: dict[str, list[BeirPassage]] = defaultdict(list)
    for line in beir.passages:
        if line.body.strip():
            lines[line.doc_id].append(line)
    read = {doc_id: _document(doc_id, of_doc) for doc_id, of_doc in lines.items()}
    documents = {doc_id: document for doc_id, (document, _) in read.items()}
    passages = [passage for _, of_doc in read.values() for passage in of_doc]
    return documents, with_twins(passages, {doc_id: document.text for doc_id, document in documents.items()})


def snapshot_of(
    beir: BeirSet,
    model: Model,
    encoder: Callable[[], Encoder],
    cache: Path,
    on_done: Callable[[int], None] | None = None,
) -> Snapshot:
    """An index of a set, in memory.

    Args:
        beir: The set.
        model: The embedding model.
        encoder: Loads it.
        cache: Where the set's vectors are kept between runs; a folder for this set alone, since what a run does not
            use is dropped in the end.
        on_done: Called with how many more passages are embedded.
    """
    documents, passages = read_documents(beir)
    texts = [index_text(passage) for passage in passages]
    loaded = encoder()
    with VectorCache(cache, model, loaded.precision) as kept:
        embed = embed_here(loaded, on_done or (lambda _: None))
        embedded = [each for chunk, _ in kept.encode_all(embed, texts) for each in chunk]
    dense = DenseIndex.from_vectors(np.stack([e.vector for e in embedded]))
    lexical = LexicalIndex.from_tokens(tokenize(text) for text in texts)
    late = LateIndex.from_encodings(embedded, units_of(passages, embedded, texts, documents))
    manifest = _manifest(documents, passages, model, loaded.precision, dense.dim)
    return Snapshot(manifest, documents, Passages.of(passages), lexical, dense, late, Vocabulary.of(passages))


def _document(doc_id: str, lines: Sequence[BeirPassage]) -> tuple[Document, list[Passage]]:
    text = _GAP.join(line.body for line in lines)
    places = list(_places(lines))
    sections = tuple(_sections(lines, places, len(text)))
    titles = {line.title for line in lines}
    wrapped = is_wrapped(split_lines(text))
    passages = []
    for line, (start, end) in zip(lines, places, strict=True):
        section = next(s for s in sections if s.start <= start < s.end)
        units = tuple(u for p in _paragraphs(text, start, end, wrapped=wrapped) for u in sentence_units(text, [p]))
        piece = Piece(units, ((start, end),), count_words(text, [(start, end)]))
        passages.append(replace(make_passage(doc_id, text, section, [piece]), passage_id=line.passage_id))
    document = Document(
        doc_id=doc_id,
        title=(titles.pop() if len(titles) == 1 else "") or doc_id,
        publisher="",
        published=None,
        period="",
        status="unknown",
        url="",
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        text=text,
        pages=(),
        sections=sections,
    )
    return document, passages


def _places(lines: Sequence[BeirPassage]) -> Iterator[Span]:
    """Where each line's words stand in the document's text, one after the other."""
    at = 0
    for line in lines:
        yield at, at + len(line.body)
        at += len(line.body) + len(_GAP)


def _sections(lines: Sequence[BeirPassage], places: Sequence[Span], length: int) -> Iterator[Section]:
    """A section for each run of lines with one title, from the first character to the last."""
    runs = [(title, list(run)) for title, run in groupby(range(len(lines)), key=lambda at: lines[at].title)]
    starts = [places[run[0]][0] for _, run in runs]
    for (title, _), start, end in zip(runs, starts, [*starts[1:], length], strict=True):
        yield Section((title.strip(),) if title.strip() else (), start, end)


def _paragraphs(text: str, start: int, end: int, *, wrapped: bool) -> Iterator[Span]:
    """The lines of a stretch that have words; in hard-wrapped text the lines between two blank ones, as one."""
    lines = split_lines(text[start:end])
    blocks = (list(run) for blank, run in groupby(lines, key=lambda line: line.blank) if not blank)
    for run in blocks:
        for part in [run] if wrapped else [[line] for line in run]:
            yield start + part[0].start, start + part[-1].end


def _manifest(
    documents: Mapping[str, Document], passages: Sequence[Passage], model: Model, precision: str, dim: int
) -> Manifest:
    counts: dict[str, int] = defaultdict(int)
    for passage in passages:
        counts[passage.doc_id] += 1
    fields = {
        "format": FORMAT,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": {doc_id: document.sha256 for doc_id, document in documents.items()},
        "unread": {},
        "catalogue": "",
        "model": model.name,
        "model_sha256": model.sha256,
        "precision": precision,
        "dim": dim,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "passages": dict(counts),
        "files": {},
    }
    return Manifest(**fields, fingerprint=fingerprint_of(fields))  # type: ignore[arg-type]
