"""Build an index beside the live one, check it, and make it live in one step, or leave it as a candidate."""

import json
import secrets
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np

from index.cache import VectorCache
from index.changes import Changes
from index.compiled import compiled_encoder
from index.dense import DenseIndex
from index.encoder import Encoder, Encoding, Model
from index.errors import BuildFailed, DamagedIndex, IndexProblem
from index.late import LateIndex
from index.library import library_lines, unread_reasons
from index.live import BUILDING, clear, drop_candidate, exclusively, make_live, propose
from index.records import to_lines
from index.snapshot import (
    DENSE,
    DOCUMENTS,
    FORMAT,
    LEXICAL,
    LIBRARY,
    MANIFEST,
    PASSAGES,
    UNREAD,
    Manifest,
    checked,
    current,
    fingerprint_of,
    load_snapshot,
    snapshot_folder,
    sync_folder,
    write_durably,
)
from index.tokens import tokenize
from index.units import units_of
from ingest import Corpus, Passage, catalogue_digest, read_corpus

_LIBRARIES = (
    "faiss-cpu",
    "numpy",
    "onnxruntime",
    "rank-bm25",
    "sentence-transformers",
    "snowballstemmer",
    "torch",
    "transformers",
)
_NEAREST_HEADINGS = 2  # how many headings are embedded with a passage: the model reads 256 word pieces

# Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def index_text(passage: Passage) -> str:
    """What is embedded and searched of a passage: its nearest headings, its lead-in, its text.

    A row of a table is searched as it reads, header and all.
    """
    context = [*passage.headings[-_NEAREST_HEADINGS:], *([passage.lead_in] if passage.lead_in else [])]
    reading = "; ".join(unit.reading for unit in passage.units if unit.reading) if passage.kind == "row" else ""
    return ": ".join([*context, reading or passage.text])


def build(
    corpus_folder: Path,
    folder: Path,
    model: Model,
    *,
    progress: Progress = lambda _what, _done, _of: None,
    encoder: Callable[[Model], Encoder] = compiled_encoder,
    publish: bool = True,
) -> Changes:
    """Make the index in a folder match a corpus.

    Nothing is built when nothing changed. A new index is written beside the live one, read back and
    checked, and then made live by one rename; the one before it stays, for ``roll_back``. Until that
    rename the old index answers, whatever happens. A candidate that waited is dropped.

    Args:
        corpus_folder: The documents and their catalogue.
        folder: Where snapshots live, with the cache of vectors beside them.
        model: The embedding model.
        progress: Told what is being done.
        encoder: How the model is loaded.
        publish: Make what is built live; else it is left as the candidate (index/live.py).

    Returns:
        What differs between the corpus and the index that was live.

    Raises:
        CorpusError: If the corpus cannot be read.
        BuildRefused: If another build is running.
        BuildFailed: If the disk is full, or the folder cannot be written.
    """
    with exclusively(folder):
        return _build(corpus_folder, folder, model, progress, encoder, publish=publish)


def _build(
    corpus_folder: Path,
    folder: Path,
    model: Model,
    progress: Progress,
    encoder: Callable[[Model], Encoder],
    *,
    publish: bool,
) -> Changes:
    catalogue = catalogue_digest(corpus_folder)
    corpus = read_corpus(corpus_folder, on_read=partial(progress, "Reading documents"))
    passages = [p for item in corpus.documents for p in item.passages]
    if not passages:
        raise BuildFailed("no document has a passage to index. Run: python -m ingest, and see what it says of them")

    live = _live_manifest(folder)
    changes = _changes(corpus, live, len(passages))
    contents = _texts(corpus, passages)
    same_text = live is not None and all(live.files.get(n) == sha256(c).hexdigest() for n, c in contents.items())
    loaded = encoder(model)
    made_of = (model.sha256, loaded.precision, catalogue, _unread(corpus))
    if live and same_text and (live.model_sha256, live.precision, live.catalogue, live.unread) == made_of:
        drop_candidate(folder)
        return changes
    embedded, new = _embed(passages, VectorCache(folder.parent / "cache", model, loaded.precision), loaded, progress)
    progress("Writing the index", 0, 1)
    dense = DenseIndex.from_vectors(np.stack([e.vector for e in embedded]))
    documents = {item.document.doc_id: item.document for item in corpus.documents}
    units = units_of(passages, embedded, [index_text(p) for p in passages], documents)
    contents.update(LateIndex.from_encodings(embedded, units).files())
    name = _write(folder, _manifest_fields(corpus, catalogue, model, loaded.precision, dense.dim), contents, dense)
    progress("Writing the index", 1, 1)  # the last word of whoever may stop it: what follows is done whole
    changes = replace(changes, embedded=new, built=True)
    if publish:
        make_live(folder, name)
    else:
        propose(folder, name, changes)
    return changes


def _texts(corpus: Corpus, passages: Sequence[Passage]) -> dict[str, bytes]:
    """The files of a snapshot that are made without a model."""
    return {
        DOCUMENTS: to_lines(item.document for item in corpus.documents),
        PASSAGES: to_lines(passages),
        LIBRARY: library_lines(corpus.documents),
        UNREAD: unread_reasons(corpus.unread),
        LEXICAL: json.dumps([tokenize(index_text(p)) for p in passages], ensure_ascii=False).encode(),
    }


def _embed(
    passages: Sequence[Passage], vectors: VectorCache, encoder: Encoder, progress: Progress
) -> tuple[list[Encoding], int]:
    """The encodings of passages, and how many were embedded anew."""
    done = 0

    def on_done(more: int) -> None:
        nonlocal done
        done += more
        progress("Embedding passages", done, len(passages))

    embedded, new = vectors.encode(lambda: encoder, [index_text(p) for p in passages], on_done)
    if new:
        vectors.save()
    return embedded, new


def _manifest_fields(corpus: Corpus, catalogue: str, model: Model, precision: str, dim: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": {item.document.doc_id: item.document.sha256 for item in corpus.documents},
        "unread": _unread(corpus),
        "catalogue": catalogue,
        "model": model.name,
        "model_sha256": model.sha256,
        "precision": precision,
        "dim": dim,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "passages": {item.document.doc_id: len(item.passages) for item in corpus.documents},
    }


def _write(folder: Path, fields: Mapping[str, object], contents: Mapping[str, bytes], dense: DenseIndex) -> str:
    """Write a snapshot, check it, and give it the name that is returned."""
    clear(folder)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    building = folder / "snapshots" / f"{BUILDING}{secrets.token_hex(4)}"
    building.mkdir(parents=True)
    try:
        for name, content in contents.items():
            write_durably(building / name, content)
        try:
            dense.save(building / DENSE)
        except RuntimeError as error:  # what FAISS raises when it cannot write
            raise OSError(None, f"the vectors could not be written ({str(error).strip().splitlines()[-1]})") from error
        checksums = {name: sha256((building / name).read_bytes()).hexdigest() for name in (*contents, DENSE)}
        whole = {**fields, "files": checksums}
        manifest = Manifest(**whole, fingerprint=fingerprint_of(whole))  # type: ignore[arg-type]
        write_durably(building / MANIFEST, manifest.dump())
        sync_folder(building)
        try:
            load_snapshot(building)
        except DamagedIndex as error:
            raise BuildFailed(f"what was written could not be read back, so the old index stays: {error}") from error
        name = f"{stamp}-{manifest.fingerprint[:12]}-{secrets.token_hex(2)}"
        building.replace(snapshot_folder(folder, name))
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    sync_folder(folder / "snapshots")
    return name


def _live_manifest(folder: Path) -> Manifest | None:
    """The live snapshot's manifest if it is whole and of this format, else None: then everything is built anew."""
    try:
        name = current(folder)["current"]
        if name is None:
            return None
        path = snapshot_folder(folder, name)
        manifest = load_snapshot(path).manifest
        checked(path / LIBRARY, manifest.files.get(LIBRARY, ""))  # which load_snapshot leaves alone
        return manifest
    except IndexProblem:
        return None


def _unread(corpus: Corpus) -> dict[str, str]:
    return {unread.name: unread.sha256 for unread in corpus.unread}


def _changes(corpus: Corpus, live: Manifest | None, passages: int) -> Changes:
    """What a corpus has otherwise than the live index, before anything is embedded."""
    now = {item.document.doc_id: item.document.sha256 for item in corpus.documents}
    changes = Changes.between(live.documents if live else {}, now)
    return replace(changes, passages=passages, unread={u.name: u.reason for u in corpus.unread})
