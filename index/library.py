"""What a snapshot knows of its documents beside their passages: blocks, what they define and commit to, remarks.

    library.jsonl    a line a document, in the documents' order
    unread.json      why each file that could not be read was not, by its name

Answering needs none of it, so ``load`` leaves it on the disk; what shows documents reads it by ``load_library``.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from index.errors import BUILD_COMMAND, DamagedIndex
from index.snapshot import LIBRARY, UNREAD, checked, manifest_of
from ingest import Block, Cell, Left, ReadDocument, Span, TargetRow, Term, find_register, find_terms
from ingest.corpus import Unread


@dataclass(frozen=True, slots=True)
class Shelved:
    """What is known of one document.

    Attributes:
        doc_id: The document.
        blocks: Its pieces, in order of place, page furniture too.
        register: What it commits to and reports, in order of place.
        terms: What it defines, in order of place.
        left_out: The page furniture that passages leave out, by rule.
        remarks: What its owner should know of how it was read.
    """

    doc_id: str
    blocks: tuple[Block, ...]
    register: tuple[TargetRow, ...]
    terms: tuple[Term, ...]
    left_out: tuple[Left, ...]
    remarks: tuple[str, ...]


def library_lines(documents: Iterable[ReadDocument]) -> bytes:
    """What is known of documents as they were read, as JSON Lines; the same documents give the same bytes."""
    shelved = (
        Shelved(
            read.document.doc_id,
            tuple(read.blocks),
            tuple(find_register(read)),
            tuple(find_terms(read)),
            read.left_out,
            read.remarks,
        )
        for read in documents
    )
    return "".join(json.dumps(asdict(s), ensure_ascii=False, sort_keys=True) + "\n" for s in shelved).encode()


def unread_reasons(unread: Iterable[Unread]) -> bytes:
    """Why files could not be read, as JSON."""
    return (json.dumps({u.name: u.reason for u in unread}, ensure_ascii=False, sort_keys=True) + "\n").encode()


def load_unread(snapshot: Path) -> Mapping[str, str]:
    """Why each file that a snapshot has not read was not, by its name; nothing where that was not kept.

    Raises:
        DamagedIndex: If the file is missing, or is not what was written.
    """
    sha256 = manifest_of(snapshot).files.get(UNREAD)
    if sha256 is None:
        return {}
    reasons: dict[str, str] = json.loads(checked(snapshot / UNREAD, sha256))
    return reasons


def load_library(snapshot: Path) -> Mapping[str, Shelved]:
    """What a snapshot knows of its documents, by id.

    Args:
        snapshot: The snapshot's own folder (``snapshot_folder``).

    Raises:
        DamagedIndex: If the file is missing, or is not what was written.
    """
    content = checked(snapshot / LIBRARY, manifest_of(snapshot).files.get(LIBRARY, ""))
    try:
        found = [_shelved(json.loads(line)) for line in content.decode().split("\n") if line]
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedIndex(f"{snapshot / LIBRARY} cannot be read ({error}). Run: {BUILD_COMMAND}") from error
    return {shelved.doc_id: shelved for shelved in found}


def _shelved(record: dict[str, Any]) -> Shelved:
    return Shelved(
        record["doc_id"],
        tuple(_block(block) for block in record["blocks"]),
        tuple(
            TargetRow(**{**row, "headings": tuple(row["headings"]), "spans": _spans(row["spans"])})
            for row in record["register"]
        ),
        tuple(Term(**{**term, "spans": _spans(term["spans"])}) for term in record["terms"]),
        tuple(Left(**left) for left in record["left_out"]),
        tuple(record["remarks"]),
    )


def _block(record: dict[str, Any]) -> Block:
    marker = record["marker"]
    return Block(
        **{
            **record,
            "spans": _spans(record["spans"]),
            "marker": (marker[0], marker[1]) if marker else None,
            "cells": tuple(Cell(_spans(cell["spans"]), _spans(cell["header"])) for cell in record["cells"]),
        }
    )


def _spans(pairs: list[list[int]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in pairs)
