"""Build an index beside the live one, check it, and make it live in one step, or leave it as a candidate.

Documents are read, their passages embedded and all of it written one after the other: memory holds what is counted and
some passages, never all.
"""

import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from index.arrays import digest_of
from index.cache import VectorCache
from index.changes import Changes
from index.compiled import compiled_encoder
from index.current import snapshot_folder
from index.durable import make_folder, sync_file, sync_folder, write_durably
from index.encoder import Encoder, Model
from index.errors import BuildFailed, DamagedIndex, IndexProblem
from index.live import BUILDING, clear, drop_candidate, exclusively, live_name, make_live, propose
from index.snapshot import (
    FORMAT,
    MANIFEST,
    Manifest,
    fingerprint_of,
    load_snapshot,
    load_whole,
)
from index.texts import Texts, write_texts
from index.vectors import embed_by, embed_here, write_vectors
from index.workers import HERE, Here, Workers
from ingest import catalogue_digest

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

# Called with what is being done, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


def build(  # noqa: PLR0913  most of them have a default
    corpus_folder: Path,
    folder: Path,
    model: Model,
    *,
    progress: Progress = lambda _what, _done, _of: None,
    encoder: Callable[[Model], Encoder] = compiled_encoder,
    workers: Workers = HERE,
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
        encoder: How the model is loaded, in each process that embeds; it is found by its name in a module where
            ``workers`` are other processes.
        workers: Who reads and embeds. What is written is the same.
        publish: Make what is built live; else it is left as the candidate (index/live.py).

    Returns:
        What differs between the corpus and the index that was live.

    Raises:
        CorpusError: If the corpus cannot be read.
        BuildRefused: If another build is running.
        BuildFailed: If the disk is full, or the folder cannot be written.
    """
    with exclusively(folder):
        return _build(corpus_folder, folder, model, progress, encoder, workers, publish=publish)


def _build(  # noqa: PLR0913  what ``build`` was given
    corpus_folder: Path,
    folder: Path,
    model: Model,
    progress: Progress,
    encoder: Callable[[Model], Encoder],
    workers: Workers,
    *,
    publish: bool,
) -> Changes:
    clear(folder)
    with _building(folder) as building:
        catalogue = catalogue_digest(corpus_folder)
        texts = write_texts(building, corpus_folder, workers, partial(progress, "Reading documents"))
        count = sum(texts.passages.values())
        if not count:
            raise BuildFailed("no document has a passage to index. Run: python -m ingest, and see what it says of them")
        live, damaged = _live_manifest(folder)
        changes = _changes(texts, live, count)
        loaded = encoder(model)
        made_of = (model.sha256, loaded.precision, catalogue, _unread(texts))
        if live and _made_of(live) == made_of and _holds(live, building):
            drop_candidate(folder)
            return changes

        done = 0

        def embedded_more(more: int) -> None:
            nonlocal done
            done += more
            progress("Embedding passages", done, count)

        def embedded_all(so_far: int) -> None:
            nonlocal done
            done = so_far
            progress("Embedding passages", done, count)

        embedded_all(0)
        alone = isinstance(workers, Here)
        embed = embed_here(loaded, embedded_more) if alone else embed_by(workers, encoder, model, loaded.precision)
        with VectorCache(folder.parent / "cache", model, loaded.precision) as kept:
            dim, new = write_vectors(building, texts, kept, embed, embedded_all)
        progress("Writing the index", 0, 1)
        name = _name(folder, building, _manifest_fields(texts, catalogue, model, loaded.precision, dim))
    progress("Writing the index", 1, 1)  # the last word of whoever may stop it: what follows is done whole
    changes = replace(changes, embedded=new, built=True)
    if publish:
        make_live(folder, name, without=damaged)
    else:
        propose(folder, name, changes)
    return changes


@contextmanager
def _building(folder: Path) -> Iterator[Path]:
    """A folder to build in, which is gone in the end unless it was given its name."""
    building = folder / "snapshots" / f"{BUILDING}{secrets.token_hex(4)}"
    make_folder(building.parent)
    building.mkdir()
    try:
        yield building
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _made_of(live: Manifest) -> tuple[str, str, str, Mapping[str, str]]:
    """What a live snapshot was made of beside its documents."""
    return live.model_sha256, live.precision, live.catalogue, live.unread


def _holds(live: Manifest, building: Path) -> bool:
    """Whether a live snapshot has all files, as they are, of one that is half built."""
    return all(live.files.get(path.name) == digest_of(path) for path in building.iterdir())


def _manifest_fields(texts: Texts, catalogue: str, model: Model, precision: str, dim: int) -> dict[str, object]:
    return {
        "format": FORMAT,
        "built": datetime.now(UTC).isoformat(timespec="seconds"),
        "documents": texts.documents,
        "unread": _unread(texts),
        "catalogue": catalogue,
        "model": model.name,
        "model_sha256": model.sha256,
        "precision": precision,
        "dim": dim,
        "libraries": {name: version(name) for name in _LIBRARIES},
        "passages": texts.passages,
    }


def _name(folder: Path, building: Path, fields: Mapping[str, object]) -> str:
    """Give a snapshot whose files are written its manifest, check it, and give it the name that is returned."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    files = sorted(building.iterdir())
    for path in files:
        sync_file(path)
    whole = {**fields, "files": {path.name: digest_of(path) for path in files}}
    manifest = Manifest(**whole, fingerprint=fingerprint_of(whole))  # type: ignore[arg-type]
    write_durably(building / MANIFEST, manifest.dump())
    sync_folder(building)
    try:
        load_snapshot(building)
    except DamagedIndex as error:
        raise BuildFailed(f"what was written could not be read back, so the old index stays: {error}") from error
    name = f"{stamp}-{manifest.fingerprint[:12]}-{secrets.token_hex(2)}"
    building.replace(snapshot_folder(folder, name))
    sync_folder(folder / "snapshots")
    return name


def _live_manifest(folder: Path) -> tuple[Manifest | None, tuple[str, ...]]:
    """The live snapshot's manifest if it is whole and of this format, else None: then everything is built anew.

    Its name comes with it if it is damaged, so that it is not kept to go back to.
    """
    name = live_name(folder)
    if name is None:
        return None, ()
    try:
        return load_whole(snapshot_folder(folder, name)).manifest, ()
    except DamagedIndex:
        return None, (name,)
    except IndexProblem:
        return None, ()


def _unread(texts: Texts) -> dict[str, str]:
    return {unread.name: unread.sha256 for unread in texts.unread}


def _changes(texts: Texts, live: Manifest | None, passages: int) -> Changes:
    """What a corpus has otherwise than the live index, before anything is embedded."""
    changes = Changes.between(live.documents if live else {}, texts.documents)
    return replace(changes, passages=passages, unread={u.name: u.reason for u in texts.unread})
