"""The documents of the corpus folder beside those of the live index: what is in, what is new, what is going."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Literal

from desk.kept import State
from index import Manifest
from ingest import Document, Entry

Standing = Literal["in", "new", "changed", "gone", "unread"]
SAID: Mapping[Standing, str] = {
    "in": "In the live index",
    "new": "New: not in the live index yet",
    "changed": "Changed since the live index was built",
    "gone": "Withdrawn: the live index still answers from it",
    "unread": "Could not be read, so not searched",
}


@dataclass(frozen=True, slots=True)
class Held:
    """A document as the maintainer sees it.

    Attributes:
        doc_id: Its id.
        title: From the catalogue; else as the index has it; else its id.
        file: Its file's name; empty where it is withdrawn.
        standing: How it stands to the live index.
        passages: How many passages the live index has of it.
        catalogued: Whether the catalogue has an entry for it.
    """

    doc_id: str
    title: str
    file: str
    standing: Standing
    passages: int
    catalogued: bool

    @property
    def said(self) -> str:
        """How it stands, in words."""
        return SAID[self.standing]


def shelf(
    state: State, entries: Mapping[str, Entry], manifest: Manifest | None, documents: Mapping[str, Document]
) -> list[Held]:
    """The documents that are there or that the live index still has, by title.

    Args:
        state: What stands in the corpus folder.
        entries: What the catalogue says; nothing where it cannot be read.
        manifest: The live index'; None without one.
        documents: The live index' documents, for their titles.
    """
    files = {PurePath(name).stem: name for name in state.files}
    then = manifest.documents if manifest else {}
    held = []
    for doc_id in files.keys() | then.keys():
        entry, known = entries.get(doc_id), documents.get(doc_id)
        held.append(
            Held(
                doc_id,
                entry.title if entry else known.title if known else doc_id,
                files.get(doc_id, ""),
                _standing(doc_id, state, manifest),
                manifest.passages.get(doc_id, 0) if manifest else 0,
                entry is not None,
            )
        )
    return sorted(held, key=lambda h: (h.title.casefold(), h.doc_id))


def matching(held: Sequence[Held], words: str) -> list[Held]:
    """Those of which every word stands in the title, the id or the file's name, in any case."""
    wanted = words.casefold().split()
    return [h for h in held if all(word in f"{h.title} {h.doc_id} {h.file}".casefold() for word in wanted)]


def summary(held: Sequence[Held]) -> str:
    """How many documents stand how, in a sentence."""
    counts = {standing: sum(h.standing == standing for h in held) for standing in SAID}
    words: Mapping[Standing, str] = {
        "in": "in the live index",
        "new": "new",
        "changed": "changed",
        "gone": "withdrawn",
        "unread": "could not be read",
    }
    many = sum(1 for h in held if h.file)
    said = ", ".join(f"{n} {words[standing]}" for standing, n in counts.items() if n)
    return f"{many} document{'' if many == 1 else 's'}{f': {said}' if said else ''}."


def _standing(doc_id: str, state: State, manifest: Manifest | None) -> Standing:
    name = state.name_of(doc_id)
    if name is None:
        return "gone"
    if manifest is None:
        return "new"
    sha256 = state.files[name]
    if manifest.unread.get(name) == sha256:
        return "unread"
    if doc_id not in manifest.documents:
        return "new"
    return "in" if manifest.documents[doc_id] == sha256 else "changed"
