"""What a snapshot holds of a corpus that a model makes: vectors of passages and of their word pieces."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from functools import lru_cache, partial
from pathlib import Path
from platform import node

import numpy as np
from filelock import FileLock
from threadpoolctl import threadpool_limits

from index.arrays import FolderArrays, Growing
from index.cache import Embed, VectorCache
from index.compiled import CompiledEncoder, encoders_folder
from index.dense import VECTORS, DenseIndex
from index.encoder import Encoder, Encoding, Model
from index.errors import IndexProblem
from index.late import LateBuilder
from index.passages import Passages, StoredDocuments
from index.snapshot import DOCUMENT_ENDS, DOCUMENTS, PASSAGE_ENDS, PASSAGES
from index.texts import Texts, index_text
from index.units import units_of
from index.workers import Workers


def write_vectors(
    folder: Path, texts: Texts, kept: VectorCache, embed: Embed, on_done: Callable[[int], None]
) -> tuple[int, int]:
    """Embed the passages of a snapshot whose texts are written, and write its other files.

    Args:
        folder: The snapshot's.
        texts: What ``write_texts`` gave.
        kept: Encodings of earlier builds.
        embed: Embeds those that are new.
        on_done: Called with how many more passages are done.

    Returns:
        How many numbers a vector has, and how many passages were embedded now.

    Raises:
        OSError: If the files cannot be written.
    """
    arrays = FolderArrays(folder)
    documents = StoredDocuments(folder / DOCUMENTS, arrays.array(DOCUMENT_ENDS), list(texts.documents))
    passages = Passages.stored(folder / PASSAGES, arrays.array(PASSAGE_ENDS), texts.passages)
    place = embedded = 0
    with ExitStack() as open_files:
        vectors: Growing | None = None
        for encodings, new in kept.encode_all(embed, map(index_text, passages)):
            if vectors is None:
                dim = len(encodings[0].vector)
                vectors = open_files.enter_context(Growing(folder / VECTORS, (dim,), np.float32))
                late = open_files.enter_context(LateBuilder(folder, dim))
            here = passages[place : place + len(encodings)]
            units = units_of(here, encodings, [index_text(p) for p in here], documents)
            vectors.add(np.stack([each.vector for each in encodings]))
            for encoding, of_units in zip(encodings, units, strict=True):
                late.add(encoding, of_units)
            place += len(encodings)
            embedded += new
            on_done(place)
    dense = DenseIndex.from_vectors(FolderArrays(folder).array(VECTORS))
    try:
        dense.save(folder)
    except RuntimeError as error:  # what FAISS raises when it cannot write
        raise OSError(None, f"the vectors could not be written ({str(error).strip().splitlines()[-1]})") from error
    if dense.whole:
        (folder / VECTORS).unlink()
    return dense.dim, embedded


def embed_here(encoder: Encoder, on_done: Callable[[int], None]) -> Embed:
    """Embeds in this process.

    Args:
        encoder: What embeds.
        on_done: Called with how many more texts are done.
    """
    return partial(map, lambda texts: encoder.encode(texts, on_done) if texts else [])


def embed_by(workers: Workers, load: Callable[[Model], Encoder], model: Model, precision: str) -> Embed:
    """Embeds by workers, each with one thread and an encoder of its own.

    Args:
        workers: Who embeds.
        load: Loads an encoder; it has been called here, so that what it makes once is there.
        model: The model.
        precision: What the encoder computes in here, and is to compute in everywhere.
    """
    return partial(workers.map, partial(_embed, load, model, precision, str(encoders_folder().absolute())))


def _embed(
    load: Callable[[Model], Encoder], model: Model, precision: str, encoders: str, texts: list[str]
) -> list[Encoding]:
    """Embed texts in a worker, with this thread alone, as ``embed_here`` does with all processors."""
    if not texts:
        return []
    encoder = _encoder(load, model, encoders)
    if encoder.precision != precision:
        raise IndexProblem(
            f"the model computes in the precision '{encoder.precision}' on {node()}, and in '{precision}' where the "
            f"build was begun. Give both the same {encoders}"
        )
    if isinstance(encoder, CompiledEncoder):  # which reads each text by itself, and a single one in this thread
        return [encoder.encode([text])[0] for text in texts]
    return encoder.encode(texts)


@lru_cache(1)
def _encoder(load: Callable[[Model], Encoder], model: Model, encoders: str) -> Encoder:
    """A worker's encoder. One worker of a machine at a time: the first may have to compile it."""
    os.environ["CHAPTER_ENCODERS"] = encoders
    Path(encoders).mkdir(parents=True, exist_ok=True)
    with FileLock(Path(encoders) / "loading.lock"):
        encoder = load(model)
    threadpool_limits(1)  # others compute beside it
    return encoder
