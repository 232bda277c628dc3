"""What the corpus folder was: every file that a change took away, by its sha256, and which files stood there together.

    build/kept/<sha256>          a file's bytes
    build/kept/states/<sha256>   JSON: the names and digests of the documents and of the catalogue, as they once were

Nothing here is ever changed or removed, so that any state that was kept can be brought back to the byte.
"""

import hashlib
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from index import Manifest, sync_folder, write_durably
from ingest import CATALOGUE, CorpusError, UnreadableDocument, catalogue_digest, present_files, read_inside

NO_BYTES = hashlib.sha256(b"").hexdigest()


class NotKept(Exception):
    """Something that should be kept is not there, or is not what it was. The message names it."""


@dataclass(frozen=True, slots=True)
class State:
    """Which documents stand in a corpus folder, and which catalogue.

    Attributes:
        files: For each file that may be a document, its name and the sha256 of its bytes. What cannot be one (a
            folder, a broken link) is left out: no change touches it.
        catalogue: The sha256 of the catalogue, or None where there is none.
    """

    files: Mapping[str, str]
    catalogue: str | None
    key: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", hashlib.sha256(self.dump()).hexdigest())

    def dump(self) -> bytes:
        """The state as JSON; the same state gives the same bytes."""
        return json.dumps({"files": dict(sorted(self.files.items())), "catalogue": self.catalogue}).encode()

    def name_of(self, doc_id: str) -> str | None:
        """The name of a document's file, or None if it is not here."""
        return next((name for name in self.files if PurePath(name).stem == doc_id), None)

    def fits(self, manifest: Manifest) -> bool:
        """Whether an index was built from just this.

        A file without a byte cannot be told from one that is no file: neither counts.
        """
        then = {("read", doc_id): sha256 for doc_id, sha256 in manifest.documents.items()}
        then |= {("unread", name): sha256 for name, sha256 in manifest.unread.items() if sha256 != NO_BYTES}
        now = {
            ("unread", name) if name in manifest.unread else ("read", PurePath(name).stem): sha256
            for name, sha256 in self.files.items()
            if sha256 != NO_BYTES
        }
        return then == now and manifest.catalogue == (self.catalogue or NO_BYTES)


def state_of(corpus: Path) -> State:
    """What stands in a corpus folder now.

    Raises:
        CorpusError: If the folder cannot be read.
    """
    files = {file.path.name: file.sha256 for file in present_files(corpus) if not file.trouble}
    return State(files, catalogue_digest(corpus) if os.path.lexists(corpus / CATALOGUE) else None)


class Kept:
    """Files and states that are kept in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def put(self, content: bytes) -> str:
        """Keep some bytes, and give back their sha256. What is kept already is not written again."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._write(self.folder / sha256, content)
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes of a digest; raises NotKept if they are not here or are not what they were."""
        try:
            content = (self.folder / sha256).read_bytes()
        except OSError as error:
            raise NotKept(f"{self.folder / sha256} cannot be read: {error.strerror}") from error
        if hashlib.sha256(content).hexdigest() != sha256:
            raise NotKept(f"{self.folder / sha256} is not what was kept: its checksum differs")
        return content

    def has(self, state: State) -> bool:
        """Whether every file of a state is here."""
        return all((self.folder / sha256).is_file() for sha256 in _digests(state))

    def keep(self, corpus: Path) -> State:
        """Keep all that stands in a corpus folder, and which files those are.

        Raises:
            CorpusError: If it cannot be read, or changes meanwhile.
        """
        state = state_of(corpus)
        names = {**state.files, **({CATALOGUE: state.catalogue} if state.catalogue else {})}
        for name, sha256 in names.items():
            if not (self.folder / sha256).is_file():
                try:
                    content = read_inside(corpus / name)
                except UnreadableDocument as error:
                    raise CorpusError(f"{name} cannot be kept: {error}") from error
                if self.put(content) != sha256:
                    raise CorpusError(f"{name} changes while it is being read. Try again in a moment")
        self.put_state(state)
        return state

    def put_state(self, state: State) -> None:
        """Remember which files stood together."""
        self._write(self.folder / "states" / state.key, state.dump())

    def state(self, key: str) -> State:
        """A state by its key; raises NotKept if it is not here or is not what it was."""
        path = self.folder / "states" / key
        try:
            record = json.loads(path.read_text("utf-8"))
            state = State(record["files"], record["catalogue"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise NotKept(f"{path} cannot be read: {error}") from error
        if state.key != key:
            raise NotKept(f"{path} is not what was kept: its checksum differs")
        return state

    def of(self, manifest: Manifest) -> State | None:
        """What an index was built from, if all of it is kept; else None."""
        folder = self.folder / "states"
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            try:
                state = self.state(path.name)
            except NotKept:
                continue
            if state.fits(manifest) and self.has(state):
                return state
        return None

    def _write(self, path: Path, content: bytes) -> None:
        if path.is_file():
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".new-{secrets.token_hex(4)}")
        try:
            write_durably(temporary, content)
            temporary.replace(path)
            sync_folder(path.parent)
        finally:
            temporary.unlink(missing_ok=True)


def _digests(state: State) -> set[str]:
    return {*state.files.values(), *([state.catalogue] if state.catalogue else [])}
