"""Documents and passages as JSON Lines, and back: the files of a snapshot. No pickle."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from ingest import Document, Page, Passage, Section, Unit


def to_lines(things: Iterable[Document] | Iterable[Passage]) -> bytes:
    """One JSON object a line, in the order given; the same things always give the same bytes."""
    return "".join(json.dumps(asdict(thing), ensure_ascii=False, sort_keys=True) + "\n" for thing in things).encode()


def documents_from(lines: bytes) -> list[Document]:
    """What ``to_lines`` wrote of documents."""
    return [_document(json.loads(line)) for line in lines.decode().split("\n") if line]


def passages_from(lines: bytes) -> list[Passage]:
    """What ``to_lines`` wrote of passages."""
    return [_passage(json.loads(line)) for line in lines.decode().split("\n") if line]


def _document(record: dict[str, Any]) -> Document:
    pages = tuple(Page(**page) for page in record.pop("pages"))
    sections = tuple(Section(tuple(s["headings"]), s["start"], s["end"]) for s in record.pop("sections"))
    return Document(**record, pages=pages, sections=sections)


def _passage(record: dict[str, Any]) -> Passage:
    units = tuple(Unit(u["kind"], _spans(u["spans"]), u["list_start"], u["reading"]) for u in record.pop("units"))
    headings, spans, same = tuple(record.pop("headings")), _spans(record.pop("spans")), tuple(record.pop("same_as"))
    return Passage(**record, headings=headings, spans=spans, same_as=same, units=units)


def _spans(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)
