"""A snapshot: one built index in a folder, its manifest, and how it is read and checked.

    build/index/CURRENT                    which snapshot is live, and which were before it (index/current.py)
    build/index/snapshots/<name>/          manifest.json and the files whose checksums it holds
    build/index/lock                       held while a build runs

A snapshot is never changed after it has its name. What is live is one small file, replaced in one
step; so a reader sees the old index or the new, and never half of one.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from index.arrays import FolderArrays, digest_of
from index.candidates import Candidates, find_candidates
from index.current import is_name, snapshot_folder, snapshot_name
from index.dense import COARSE, VECTORS, DenseIndex
from index.encoder import Encoder, Model
from index.encoder import Vectors as Vector
from index.errors import BUILD_COMMAND, DamagedIndex, NoIndex, StaleIndex
from index.late import CODEC, LateIndex
from index.late import FILES as LATE
from index.lexical import FILES as LEXICAL
from index.lexical import LexicalIndex
from index.passages import Passages, StoredDocuments
from index.sealed import sealed, unsealed
from index.vocabulary import VOCABULARY, Vocabulary
from ingest import Document, catalogue_digest, corpus_files

# Raise it when a file of a snapshot changes its meaning, or words are counted in another way.
FORMAT = 5
MANIFEST = "manifest.json"
DOCUMENTS, PASSAGES = "documents.jsonl", "passages.jsonl"
DOCUMENT_ENDS, PASSAGE_ENDS = "documents-ends.npy", "passages-ends.npy"
LIBRARY = "library.jsonl"  # index/library.py; not needed to answer, so not read by load
UNREAD = "unread.json"  # likewise
FILES = (DOCUMENTS, DOCUMENT_ENDS, PASSAGES, PASSAGE_ENDS, VOCABULARY, *LEXICAL, COARSE, *LATE)
OF_MANY = (VECTORS, CODEC)  # files that only a snapshot of many passages has
_TRIES = 20  # so many snapshots may become live while one is being read


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a snapshot was built from, and the checksum of each of its files.

    Attributes:
        format: The version of this format.
        fingerprint: The sha256 over everything here but the time: two builds of the same thing share it.
        built: When, in UTC, as ISO 8601.
        documents: For each document, the sha256 of its file.
        unread: For each file that could not be read, its sha256.
        catalogue: The sha256 of the catalogue.
        model: The embedding model's name.
        model_sha256: The sha256 of its weights.
        precision: What it computed in: what was embedded in one is not asked in another.
        dim: How many numbers a vector has.
        libraries: The versions of the libraries that shaped it.
        passages: For each document, how many passages it has.
        files: For each file of the snapshot, its sha256.
    """

    format: int
    fingerprint: str
    built: str
    documents: Mapping[str, str]
    unread: Mapping[str, str]
    catalogue: str
    model: str
    model_sha256: str
    precision: str
    dim: int
    libraries: Mapping[str, str]
    passages: Mapping[str, int]
    files: Mapping[str, str]

    def dump(self) -> bytes:
        """The manifest as JSON, with a checksum over all of it, the time too."""
        return sealed(asdict(self))


def fingerprint_of(recorded: Mapping[str, Any]) -> str:
    """The sha256 of what identifies a snapshot: every field of its manifest but the time and itself."""
    kept = {name: value for name, value in recorded.items() if name not in ("built", "fingerprint")}
    return hashlib.sha256(json.dumps(kept, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A built index: what it was built from, the documents, their passages, and the three indexes.

    Read from the disk, most of it stays there until it is looked at.

    ``passages`` and what ``lexical``, ``dense`` and ``late`` have of them are in one order.
    """

    manifest: Manifest
    documents: Mapping[str, Document]
    passages: Passages
    lexical: LexicalIndex
    dense: DenseIndex
    late: LateIndex
    vocabulary: Vocabulary

    def candidates(
        self, words: Sequence[str], vector: Vector | None, documents: Collection[str] | None, most: int
    ) -> Candidates:
        """The passages that may be hits: ``find_candidates``."""
        return find_candidates(self, words, vector, documents, most)


def read_manifest(folder: Path) -> Manifest:
    """The live snapshot's manifest.

    Raises:
        NoIndex: If there is no index.
        StaleIndex: If it is of another format.
        DamagedIndex: If it cannot be read, or is not what its fingerprint says.
    """
    name = snapshot_name(folder)
    if name is None:
        raise NoIndex(f"there is no index in {folder}. Run: {BUILD_COMMAND}")
    return manifest_of(snapshot_folder(folder, name))


def manifest_of(path: Path) -> Manifest:
    """The manifest of the snapshot in a folder; raises as ``read_manifest`` does."""
    file = path / MANIFEST
    try:
        content = file.read_bytes()
        found = json.loads(content)["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(f"the index' manifest {file} cannot be read ({error}). Run: {BUILD_COMMAND}") from error
    if found != FORMAT:
        raise StaleIndex(f"{file} has format {found}; this version reads format {FORMAT}. Run: {BUILD_COMMAND}")
    try:
        recorded = unsealed(content, [field.name for field in fields(Manifest)])
        if not all(map(is_name, recorded["files"])):  # nothing outside the folder is read
            raise ValueError(f"it names {list(recorded['files'])}")
    except (ValueError, TypeError) as error:
        raise DamagedIndex(f"the index' manifest {file} is not whole ({error}). Run: {BUILD_COMMAND}") from error
    manifest = Manifest(**recorded)
    if fingerprint_of(recorded) != manifest.fingerprint:
        raise DamagedIndex(f"the index' manifest {file} was changed after it was written. Run: {BUILD_COMMAND}")
    return manifest


def check_matches(manifest: Manifest, corpus: Path, model: Model) -> None:
    """Check that an index was made from this corpus as it is now, with this model.

    Raises:
        StaleIndex: If not; the message says what differs and the command that mends it.
        CorpusError: If the corpus folder cannot be read.
    """
    if manifest.model_sha256 != model.sha256:
        raise StaleIndex(f"the index was made with the model {manifest.model}, not {model.name}. Run: {BUILD_COMMAND}")
    # What was not read goes by its name and not as a document by its id, which a folder's name may be too.
    unread = {("unread", name): sha256 for name, sha256 in manifest.unread.items()}
    then = {**{("read", doc_id): sha256 for doc_id, sha256 in manifest.documents.items()}, **unread}
    now = {
        ("unread", f.name) if f.trouble or f.name in manifest.unread else ("read", f.path.stem): f.sha256
        for f in corpus_files(corpus)
    }
    changed = sum(1 for file in now.keys() | then.keys() if now.get(file) != then.get(file))
    if changed:
        raise StaleIndex(
            f"the index was made from another corpus ({changed} of its files changed). Run: {BUILD_COMMAND}"
        )
    if manifest.catalogue != catalogue_digest(corpus):
        raise StaleIndex(f"the catalogue has changed since the index was made. Run: {BUILD_COMMAND}")


def check_precision(manifest: Manifest, encoder: Encoder) -> None:
    """Check that what an encoder says can be compared with what an index was made of.

    Raises:
        StaleIndex: If the one computes in another precision than the other did.
    """
    if manifest.precision != encoder.precision:
        raise StaleIndex(
            f"the index was made in the precision '{manifest.precision}', and the model computes in "
            f"'{encoder.precision}' here. Run: {BUILD_COMMAND}"
        )


def load(folder: Path) -> Snapshot:
    """Read the live snapshot, checking every file against its checksum.

    Raises:
        NoIndex, StaleIndex, DamagedIndex: As ``read_manifest``; also if a file is not what was written.
    """
    for _ in range(_TRIES):
        name = snapshot_name(folder)
        if name is None:
            raise NoIndex(f"there is no index in {folder}. Run: {BUILD_COMMAND}")
        try:
            return load_snapshot(snapshot_folder(folder, name))
        except DamagedIndex:
            # Between reading the name and the files it may have ceased to be live, and gone.
            if snapshot_name(folder) == name:
                raise
    raise DamagedIndex(f"the index in {folder} changes faster than it can be read. Try again when builds have ended")


def load_snapshot(path: Path) -> Snapshot:
    """Read the snapshot in a folder; raises as ``load`` does."""
    manifest = manifest_of(path)
    for name in (*FILES, *(name for name in OF_MANY if name in manifest.files)):
        check_file(path / name, manifest.files.get(name, ""))
    arrays, ids = FolderArrays(path), sorted(manifest.documents)
    try:
        documents = StoredDocuments(path / DOCUMENTS, arrays.array(DOCUMENT_ENDS), ids)
        counts = {doc_id: manifest.passages[doc_id] for doc_id in ids}
        passages = Passages.stored(path / PASSAGES, arrays.array(PASSAGE_ENDS), counts)
        lexical = LexicalIndex.from_files(arrays, len(passages))
        dense = DenseIndex.load(path)
        late = LateIndex.from_files(arrays)
        vocabulary = Vocabulary.from_bytes(arrays.read(VOCABULARY))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise DamagedIndex(f"the index in {path} cannot be read ({error}). Run: {BUILD_COMMAND}") from error
    if not len(passages) == len(dense) == len(late) or dense.dim != manifest.dim:
        raise DamagedIndex(f"the parts of the index in {path} do not fit together. Run: {BUILD_COMMAND}")
    return Snapshot(manifest, documents, passages, lexical, dense, late, vocabulary)


def load_whole(path: Path) -> Snapshot:
    """Read the snapshot in a folder, and check what answering does not read; raises as ``load`` does."""
    found = load_snapshot(path)
    for name in found.manifest.files.keys() - {*FILES, *OF_MANY}:
        check_file(path / name, found.manifest.files[name])
    return found


def check_there(path: Path) -> tuple[Manifest, int]:
    """Check, without reading it, that a snapshot is there: each file, the arrays and what they count of full length.

    Returns:
        Its manifest, and how many bytes it takes.

    Raises:
        StaleIndex, DamagedIndex: As ``load``.
    """
    manifest = manifest_of(path)
    arrays, size = FolderArrays(path), 0
    try:
        for name in manifest.files:
            size += (path / name).stat().st_size
            if name.endswith(".npy"):
                arrays.array(name)
        ids = sorted(manifest.documents)
        StoredDocuments(path / DOCUMENTS, arrays.array(DOCUMENT_ENDS), ids)
        Passages.stored(path / PASSAGES, arrays.array(PASSAGE_ENDS), {each: manifest.passages[each] for each in ids})
    except (OSError, ValueError, KeyError) as error:
        raise DamagedIndex(f"the index in {path} cannot be read ({error}). Run: {BUILD_COMMAND}") from error
    return manifest, size


def checked(path: Path, sha256: str) -> bytes:
    """The bytes of a file of a snapshot.

    Raises:
        DamagedIndex: If it is missing, or its checksum is another.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DamagedIndex(f"{path} is missing from the index ({error.strerror}). Run: {BUILD_COMMAND}") from error
    if hashlib.sha256(content).hexdigest() != sha256:
        raise DamagedIndex(f"{path} is not what was written: its checksum differs. Run: {BUILD_COMMAND}")
    return content


def check_file(path: Path, sha256: str) -> None:
    """See that a file of a snapshot is as it was written, however large it is.

    Raises:
        DamagedIndex: If it is missing, or its checksum is another.
    """
    try:
        found = digest_of(path)
    except OSError as error:
        raise DamagedIndex(f"{path} is missing from the index ({error.strerror}). Run: {BUILD_COMMAND}") from error
    if found != sha256:
        raise DamagedIndex(f"{path} is not what was written: its checksum differs. Run: {BUILD_COMMAND}")
