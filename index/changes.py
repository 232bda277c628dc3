"""What a build did, said of documents: which are new, changed, gone or as they were."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Changes:
    """What a build did.

    Attributes:
        created: The ids of the documents that the live index does not have.
        updated: Of those that it has otherwise.
        deleted: Of those that it has and the corpus no longer.
        unchanged: Of the others.
        passages: How many passages there are now.
        embedded: How many of them were embedded anew.
        unread: Of each file that could not be read, the reason.
        built: Whether there was anything to build.
    """

    created: tuple[str, ...]
    updated: tuple[str, ...]
    deleted: tuple[str, ...]
    unchanged: tuple[str, ...]
    passages: int
    embedded: int
    unread: Mapping[str, str]
    built: bool

    @classmethod
    def between(cls, before: Mapping[str, str], now: Mapping[str, str]) -> "Changes":
        """What changed from some documents to others, each given as its id and its file's sha256."""
        same = {doc_id for doc_id in before.keys() & now.keys() if before[doc_id] == now[doc_id]}
        return cls(
            created=tuple(sorted(now.keys() - before.keys())),
            updated=tuple(sorted((before.keys() & now.keys()) - same)),
            deleted=tuple(sorted(before.keys() - now.keys())),
            unchanged=tuple(sorted(same)),
            passages=0,
            embedded=0,
            unread={},
            built=False,
        )

    def record(self) -> dict[str, Any]:
        """The changes as JSON."""
        return asdict(self)

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> "Changes":
        """The changes that ``record`` gave; raises KeyError or TypeError if it is none."""
        ids = {name: tuple(record[name]) for name in ("created", "updated", "deleted", "unchanged")}
        return cls(
            **ids,
            passages=int(record["passages"]),
            embedded=int(record["embedded"]),
            unread=dict(record["unread"]),
            built=bool(record["built"]),
        )
