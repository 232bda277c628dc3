"""Build an index beside the live one, check it, and swap it in one step."""

import json
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, partial
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from index.cache import VectorCache
from index.dense import DenseIndex
from index.encoder import Encoder, Model, load_encoder
from index.errors import BUILD_COMMAND, BuildFailed, BuildRefused, DamagedIndex, IndexProblem
from index.late import LateIndex
from index.records import to_lines
from index.snapshot import (
    DENSE,
    DOCUMENTS,
    FORMAT,
    LEXICAL,
    MANIFEST,
    PASSAGES,
    Manifest,
    current,
    fingerprint_of,
    load_snapshot,
    set_current,
    sync_folder,
    write_durably,
)
from index.tokens import tokenize
from index.units import units_of
from ingest import Corpus, Passage, ReadDocument, catalogue_digest, read_corpus

_LIBRARIES = ("faiss-cpu", "numpy", "rank-bm25", "sentence-transformers", "snowballstemmer", "torch", "transformers")
_BUILDING = ".building-"
_NEAREST_HEADINGS = 2  # how many headings are embedded with a passage: the model reads 256 word pieces

# Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build did: the ids of the documents, and how many passages were embedded anew."""

    created: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]
    unchanged: tuple[str, ...]
    passages: int
    embedded: int
    unread: Mapping[str, str]
    built: bool


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
    encoder: Callable[[Model], Encoder] = load_encoder,
) -> Changes:
    """Make the index in a folder match a corpus.

    Nothing is built when nothing changed. A new index is written beside the live one, read back and
    checked, and then made live by one rename; the one before it stays, for ``roll_back``. Until that
    rename the old index answers, whatever happens.

    Args:
        corpus_folder: The documents and their catalogue.
        folder: Where snapshots live, with the cache of vectors beside them.
        model: The embedding model.
        progress: Told what is being done.
        encoder: How the model is loaded; called only if there is text to embed.

    Raises:
        CorpusError: If the corpus cannot be read.
        BuildRefused: If another build is running.
        BuildFailed: If the disk is full, or the folder cannot be written.
    """
    try:
        with _lock(folder):
            return _build(corpus_folder, folder, model, progress, encoder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise BuildFailed(
            f"the index could not be written to {folder}: {reason}. "
            f"What was there before is as it was. Make room there or make it writable, then run: {BUILD_COMMAND}"
        ) from error


def roll_back(folder: Path) -> str:
    """Make the snapshot before the live one live again, and the live one the one before.

    Returns:
        The name of the snapshot that is live now.

    Raises:
        BuildRefused: If there is none to go back to, or a build is running.
        DamagedIndex: If it is not whole.
        BuildFailed: If the folder cannot be written.
    """
    try:
        with _lock(folder):
            names = current(folder)
            live, previous = names["current"], names["previous"]
            if previous is None or live is None:
                raise BuildRefused("there is no earlier index to go back to: only one has been built here")
            load_snapshot(folder / "snapshots" / previous)
            set_current(folder, previous, live)
            return previous
    except OSError as error:
        raise BuildFailed(f"{folder} could not be written: {error.strerror or error}. Nothing was changed") from error


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Hold the folder's build lock; the system lets go of it if this process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "lock", timeout=0)
    try:
        lock.acquire()
    except Timeout as error:
        raise BuildRefused(
            f"another build of {folder} is running. Wait for it to end, then run: {BUILD_COMMAND}"
        ) from error
    try:
        yield
    finally:
        lock.release()


def _build(
    corpus_folder: Path, folder: Path, model: Model, progress: Progress, encoder: Callable[[Model], Encoder]
) -> Changes:
    catalogue = catalogue_digest(corpus_folder)
    corpus = read_corpus(corpus_folder, on_read=partial(progress, "Reading documents"))
    passages = [p for item in corpus.documents for p in item.passages]
    if not passages:
        raise BuildFailed("no document has a passage to index. Run: python -m ingest, and see what it says of them")

    live = _live_manifest(folder)
    contents = {
        DOCUMENTS: to_lines(item.document for item in corpus.documents),
        PASSAGES: to_lines(passages),
        LEXICAL: json.dumps([tokenize(index_text(p)) for p in passages], ensure_ascii=False).encode(),
    }
    same_text = live is not None and all(live.files[n] == sha256(c).hexdigest() for n, c in contents.items())
    if (
        live
        and same_text
        and live.model_sha256 == model.sha256
        and live.catalogue == catalogue
        and live.unread == _unread(corpus)
    ):
        _clear(folder)
        return _changes(corpus, live, passages, embedded=0, built=False)

    vectors = VectorCache(folder.parent / "cache", model)
    done = 0

    def on_done(more: int) -> None:
        nonlocal done
        done += more
        progress("Embedding passages", done, len(passages))

    loaded = cache(lambda: encoder(model))
    texts = [index_text(p) for p in passages]
    embedded, new = vectors.encode(loaded, texts, on_done)
    if new:
        vectors.save()
    progress("Writing the index", 0, 1)
    dense = DenseIndex.from_vectors(np.stack([e.vector for e in embedded]))
    documents = {item.document.doc_id: item.document for item in corpus.documents}
    contents.update(LateIndex.from_encodings(embedded, units_of(passages, embedded, texts, documents)).files())
    _publish(folder, _manifest_fields(corpus, catalogue, model, dense.dim), contents, dense)
    progress("Writing the index", 1, 1)
    return _changes(corpus, live, passages, embedded=new, built=True)


def _manifest_fields(corpus: Corpus, catalogue: str, model: Model, dim: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": {item.document.doc_id: item.document.sha256 for item in corpus.documents},
        "unread": _unread(corpus),
        "catalogue": catalogue,
        "model": model.name,
        "model_sha256": model.sha256,
        "dim": dim,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "passages": {item.document.doc_id: len(item.passages) for item in corpus.documents},
    }


def _publish(folder: Path, fields: Mapping[str, object], contents: Mapping[str, bytes], dense: DenseIndex) -> None:
    """Write a snapshot under a name of its own, check it, rename it, and make it live."""
    _clear(folder)
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    building = folder / "snapshots" / f"{_BUILDING}{secrets.token_hex(4)}"
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
        building.replace(folder / "snapshots" / name)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    sync_folder(folder / "snapshots")
    set_current(folder, name, _live_name(folder))
    _clear(folder)


def _clear(folder: Path) -> None:
    """Remove half-built snapshots and those older than the one before the live one. Only the lock's holder may.

    Where it cannot be told which is live, only what is half built goes.
    """
    try:
        kept = set(current(folder).values())
    except DamagedIndex:
        kept = None
    snapshots = folder / "snapshots"
    for path in snapshots.iterdir() if snapshots.is_dir() else ():
        if path.name.startswith(_BUILDING) or (kept is not None and path.name not in kept):
            shutil.rmtree(path, ignore_errors=True)


def _live_name(folder: Path) -> str | None:
    """The live snapshot's name; None also where it cannot be told."""
    try:
        return current(folder)["current"]
    except DamagedIndex:
        return None


def _live_manifest(folder: Path) -> Manifest | None:
    """The live snapshot's manifest if it is whole and of this format, else None: then everything is built anew."""
    try:
        name = current(folder)["current"]
        if name is None:
            return None
        return load_snapshot(folder / "snapshots" / name).manifest
    except IndexProblem:
        return None


def _unread(corpus: Corpus) -> dict[str, str]:
    return {unread.name: unread.sha256 for unread in corpus.unread}


def _changes(
    corpus: Corpus, live: Manifest | None, passages: Sequence[Passage], *, embedded: int, built: bool
) -> Changes:
    before = live.documents if live else {}
    now: dict[str, ReadDocument] = {item.document.doc_id: item for item in corpus.documents}
    same = {doc_id for doc_id, item in now.items() if before.get(doc_id) == item.document.sha256}
    return Changes(
        created=tuple(sorted(now.keys() - before.keys())),
        updated=tuple(sorted((now.keys() & before.keys()) - same)),
        deleted=tuple(sorted(before.keys() - now.keys())),
        unchanged=tuple(sorted(same)),
        passages=len(passages),
        embedded=embedded,
        unread={u.name: u.reason for u in corpus.unread},
        built=built,
    )
