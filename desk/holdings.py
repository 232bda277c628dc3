"""The documents that are held: added, replaced, withdrawn, catalogued, and brought back as they were.

A change goes from one state of the corpus folder to another (desk/kept.py). All that it takes away or brings is kept
first; what is new is written beside and waited for; then files are renamed, which is quick and needs no room. So a full
disk or a folder that cannot be written changes nothing, and what is killed between two renames is finished by the
next change:

    build/kept/PENDING    JSON: the change that is being made
    build/kept/lock       held while one is made
"""

import json
import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath

from filelock import FileLock, Timeout

from desk import events
from desk.entries import references, with_entry, without_entry
from desk.journal import JOURNAL, JournalError, Line, What, append, read_journal
from desk.kept import Kept, NotKept, State, state_of
from desk.roles import Person, allow
from index import Manifest, sync_folder, write_durably
from ingest import (
    CATALOGUE,
    CorpusError,
    Entry,
    UnreadableDocument,
    is_document_name,
    parse_catalogue,
    read_inside,
)

_TEMPORARY = ".arriving-"  # hidden, so that no reader takes it for a document
_PATIENCE = 5.0  # seconds: a change takes far less, but its files may be large


class HoldingsError(Exception):
    """A change to the documents was refused or could not be made. The message says why, and the way out."""


class Holdings:
    """The documents of a corpus folder, and what is kept of those that were."""

    def __init__(self, corpus: Path, kept: Path) -> None:
        self.corpus = corpus
        self.kept = Kept(kept)

    # What stands there

    def state(self) -> State:
        """What stands in the folder now; raises HoldingsError if it cannot be read."""
        try:
            return state_of(self.corpus)
        except CorpusError as error:
            raise HoldingsError(str(error)) from error

    def entries(self) -> dict[str, Entry]:
        """What the catalogue says of each document.

        Raises:
            HoldingsError: If it is not as it should be.
        """
        return self._parsed(self.state(), self._catalogue())

    def references(self, doc_id: str) -> list[tuple[str, str]]:
        """Which other entries name a document, each with the field that does; raises as ``entries``."""
        try:
            return references(self._catalogue(), doc_id)
        except CorpusError as error:
            raise HoldingsError(str(error)) from error

    def journal(self) -> list[Line]:
        """All that was done, oldest first; raises HoldingsError if it cannot be read."""
        try:
            return read_journal(self.kept.folder / JOURNAL)
        except JournalError as error:
            raise HoldingsError(str(error)) from error

    def last_change(self) -> Line | None:
        """The last change to the documents or their catalogue, which ``undo`` would take back."""
        return next((line for line in reversed(self.journal()) if line.state_before != line.state_after), None)

    def can_restore(self, manifest: Manifest) -> bool:
        """Whether all that an index was built from is kept."""
        return self.kept.of(manifest) is not None

    # Changes

    def keep(self, person: Person) -> State:
        """Keep all that stands there now, so that it can be brought back; the folder is not changed.

        Raises:
            NotAllowed: If they may not.
            HoldingsError: If it cannot be read or kept.
        """
        allow(person, "maintain")
        with self.alone():
            self._settle()
            return self.kept.keep(self.corpus)

    def add(self, person: Person, name: str, content: bytes, entry: Entry | None = None) -> None:
        """Add a document, with what the catalogue is to say of it.

        Raises:
            NotAllowed: If they may not.
            HoldingsError: If its name is taken, the entry is not as it should be, or it cannot be written.
        """
        doc_id = _checked_name(name, person)

        def make(now: State) -> State:
            if (taken := now.name_of(doc_id)) is not None:
                raise HoldingsError(f"there is a document {taken} already. Replace it, or give this one another name")
            catalogue = self._catalogue()
            if entry is not None:
                catalogue = with_entry(catalogue, doc_id, entry)
            return self._with_catalogue(replace(now, files={**now.files, name: self.kept.put(content)}), catalogue)

        self._change(Line.by(person, "added", doc_id=doc_id, file=name), person, make)

    def replace(self, person: Person, doc_id: str, name: str, content: bytes) -> bool:
        """Put another file in a document's place. It keeps its id and its entry; the file may be of another kind.

        Args:
            person: Who does it.
            doc_id: The document.
            name: The new file's name, of which only the ending counts.
            content: Its bytes.

        Returns:
            False if it is the file that is there already.

        Raises:
            NotAllowed, HoldingsError: As ``add``.
        """
        new_name = f"{doc_id}{PurePath(name).suffix.lower()}"
        _checked_name(new_name, person)

        def make(now: State) -> State:
            old_name = self._held(now, doc_id)
            files = {name: sha256 for name, sha256 in now.files.items() if name != old_name}
            return replace(now, files={**files, new_name: self.kept.put(content)})

        return self._change(Line.by(person, "replaced", doc_id=doc_id, file=new_name), person, make)

    def withdraw(self, person: Person, doc_id: str) -> None:
        """Take a document out, with its entry and every field of another that names it.

        Raises:
            NotAllowed, HoldingsError: As ``add``; also if it is the last one.
        """

        def make(now: State) -> State:
            old_name = self._held(now, doc_id)
            if len(now.files) == 1:
                raise HoldingsError("it is the last document. Add another first: an index of nothing cannot be built")
            files = {name: sha256 for name, sha256 in now.files.items() if name != old_name}
            catalogue = self._catalogue()
            return self._with_catalogue(
                replace(now, files=files), without_entry(catalogue, doc_id) if catalogue else catalogue
            )

        self._change(Line.by(person, "withdrew", doc_id=doc_id), person, make)

    def catalogue(self, person: Person, doc_id: str, entry: Entry) -> bool:
        """Say in the catalogue what a document is; False if it said so already.

        Raises:
            NotAllowed, HoldingsError: As ``add``.
        """

        def make(now: State) -> State:
            self._held(now, doc_id)
            return self._with_catalogue(now, with_entry(self._catalogue(), doc_id, entry))

        return self._change(Line.by(person, "catalogued", doc_id=doc_id), person, make)

    def undo(self, person: Person) -> Line:
        """Bring the folder back to what it was before the last change.

        Returns:
            The change that was taken back.

        Raises:
            NotAllowed: If they may not.
            HoldingsError: If there was none, the folder was changed by hand since, or what was there is not kept.
        """
        allow(person, "maintain")
        last = self.last_change()
        if last is None or last.state_before is None:
            raise HoldingsError("nothing was changed here yet, so there is nothing to undo")
        state_before = last.state_before

        def make(now: State) -> State:
            if now.key != last.state_after:
                raise HoldingsError(
                    "the documents were changed by hand since, so the last change cannot be taken back alone. "
                    "Bring them back to those of the live index, or change them by hand again"
                )
            return self.kept.state(state_before)

        said = f"{last.what}{f' {last.doc_id}' if last.doc_id else ''}"
        self._change(Line.by(person, "undid", doc_id=last.doc_id, said=said), person, make, check=False)
        return last

    def restore(self, person: Person, manifest: Manifest) -> bool:
        """Bring documents and catalogue back to just what an index was built from; False if they are that.

        Raises:
            NotAllowed: If they may not.
            HoldingsError: If not all of that is kept, or it cannot be written.
        """

        def make(_now: State) -> State:
            found = self.kept.of(manifest)
            if found is None:
                raise HoldingsError(
                    "not all of the documents of that index are kept: it was built before they were changed here. "
                    "Put them back by hand, and update the index"
                )
            return found

        said = f"index {manifest.fingerprint[:12]}"
        return self._change(Line.by(person, "restored", said=said), person, make, check=False)

    def note(self, person: Person, what: What, said: str) -> None:
        """Write down what was done to the index; raises as ``keep``."""
        allow(person, "maintain")
        with self.alone():
            append(self.kept.folder / JOURNAL, Line.by(person, what, said=said))

    # How a change is made

    def _change(self, line: Line, person: Person, make: Callable[[State], State], *, check: bool = True) -> bool:
        allow(person, "maintain")
        with self.alone():
            self._settle()
            before = self.kept.keep(self.corpus)
            after = make(before)
            if after == before:
                return False
            if check:
                self._parsed(after, self.kept.get(after.catalogue) if after.catalogue else b"")
            self.kept.put_state(after)
            self._apply(before, after, _described(line, before, after))
            return True

    def _apply(self, before: State, after: State, line: Line) -> None:
        """Make the folder what it is to be: first what needs room, then what needs none."""
        arriving: dict[Path, Path] = {}
        try:
            for name, sha256 in _files(after).items():
                if _files(before).get(name) != sha256:
                    self._check_free(name, before)
                    temporary = self.corpus / f"{_TEMPORARY}{secrets.token_hex(4)}"
                    arriving[temporary] = self.corpus / name
                    write_durably(temporary, self.kept.get(sha256))
            self._announce(line)
        except BaseException:
            for temporary in arriving:
                with suppress(OSError):
                    temporary.unlink(missing_ok=True)
            raise
        try:
            # The catalogue comes after what it speaks of and before what it no longer does.
            for temporary, path in sorted(arriving.items(), key=lambda pair: pair[1].name == CATALOGUE):
                temporary.replace(path)
            for name in _files(before).keys() - _files(after).keys():
                (self.corpus / name).unlink(missing_ok=True)
            sync_folder(self.corpus)
            append(self.kept.folder / JOURNAL, line)
            (self.kept.folder / "PENDING").unlink()
        except OSError as error:
            raise HoldingsError(
                f"the change was broken off half-way: {error.strerror or error} ({error.filename or self.corpus}). "
                "Nothing is lost. Mend that: the next change finishes this one first"
            ) from error

    def _check_free(self, name: str, before: State) -> None:
        """Nothing that cannot be kept is ever written over: a folder, a link that leads nowhere, a file too large."""
        if name not in _files(before) and os.path.lexists(self.corpus / name):
            raise HoldingsError(f"there is something called {name} in {self.corpus} that is no document. Move it away")

    def _announce(self, line: Line) -> None:
        """Say durably what is going to be done."""
        pending = self.kept.folder / "PENDING.new"
        write_durably(pending, json.dumps(asdict(line)).encode())
        pending.replace(self.kept.folder / "PENDING")
        sync_folder(self.kept.folder)

    def _settle(self) -> None:
        """Finish a change that was broken off between its first rename and its last, and forget one before its first.

        Where somebody has changed the folder by hand since, it stays as it is.
        """
        path = self.kept.folder / "PENDING"
        for left in self.corpus.glob(f"{_TEMPORARY}*"):
            left.unlink(missing_ok=True)
        if not path.exists():
            return
        try:
            line = Line.of_record(json.loads(path.read_text("utf-8")))
            before, after = (self.kept.state(key or "") for key in (line.state_before, line.state_after))
        except (ValueError, TypeError, NotKept):  # not even the note of it was whole: nothing was renamed
            path.unlink()
            return
        now = state_of(self.corpus)
        if now == after:
            if line.id not in {known.id for known in read_journal(self.kept.folder / JOURNAL)}:
                append(self.kept.folder / JOURNAL, line)
        elif now != before and _between(_files(before), _files(now), _files(after)):
            self._apply(now, after, line)
            return
        path.unlink()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Nobody else changes the documents meanwhile; what goes wrong is said as HoldingsError.

        Raises:
            HoldingsError: If somebody else does, and has not ended after some seconds.
        """
        try:
            self.kept.folder.mkdir(parents=True, exist_ok=True)
            with FileLock(self.kept.folder / "lock", timeout=_PATIENCE):
                yield
        except Timeout as error:
            raise HoldingsError("somebody else is changing the documents. Try again in a moment") from error
        except (CorpusError, NotKept, JournalError) as error:
            raise HoldingsError(str(error)) from error
        except OSError as error:
            place = error.filename or self.corpus
            raise HoldingsError(
                f"it could not be written: {error.strerror or error} ({place}). Nothing was changed. "
                "Make room there or make it writable, and try again"
            ) from error

    def _held(self, now: State, doc_id: str) -> str:
        name = now.name_of(doc_id)
        if name is None:
            events.refused("change a document", "there is none of that id")
            raise HoldingsError(f"there is no document {doc_id} any more. Look at the list again")
        return name

    def _catalogue(self) -> bytes:
        path = self.corpus / CATALOGUE
        try:
            return read_inside(path) if os.path.lexists(path) else b""
        except UnreadableDocument as error:
            raise HoldingsError(f"{CATALOGUE} cannot be read: {error}") from error

    def _with_catalogue(self, state: State, content: bytes) -> State:
        return replace(state, catalogue=self.kept.put(content) if content or state.catalogue else None)

    def _parsed(self, state: State, catalogue: bytes) -> dict[str, Entry]:
        try:
            return parse_catalogue(catalogue, self.corpus, [PurePath(name).stem for name in state.files])
        except CorpusError as error:
            raise HoldingsError(str(error)) from error


def _checked_name(name: str, person: Person) -> str:
    """The id of the document that a file of this name would be.

    Raises:
        HoldingsError: If it is no name of a document, or leads out of the folder.
    """
    plain = PurePosixPath(name).name == name == PureWindowsPath(name).name and "\0" not in name
    if not (plain and is_document_name(name) and PurePath(name).stem.strip(". ")):
        events.refused("write a document", "its name is none or leads elsewhere", by=person.key, role=person.role)
        raise HoldingsError("that is no name of a document. Give it one of letters and digits")
    return PurePath(name).stem


def _files(state: State) -> Mapping[str, str]:
    """Every file of a state, the catalogue too."""
    return {**state.files, **({CATALOGUE: state.catalogue} if state.catalogue else {})}


def _between(before: Mapping[str, str], now: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether a folder is on its way from one state to another: each file as it was or as it will be."""
    return all(
        now.get(name) in (before.get(name), after.get(name)) for name in before.keys() | now.keys() | after.keys()
    )


def _described(line: Line, before: State, after: State) -> Line:
    """A line with what changed: the file's digests, the catalogue's, the states'."""
    old, new = before.name_of(line.doc_id), after.name_of(line.doc_id)
    return replace(
        line,
        file=line.file or old or new or "",
        before=before.files[old] if old else None,
        after=after.files[new] if new else None,
        catalogue_before=before.catalogue,
        catalogue_after=after.catalogue,
        state_before=before.key,
        state_after=after.key,
    )
