"""Documents and passages as JSON, a line each, and back: the files of a snapshot. No pickle."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from ingest import Document, Page, Passage, Section, Unit


def to_lines(things: Iterable[Document] | Iterable[Passage]) -> bytes:
    """One JSON object a line, in the order given; the same things always give the same bytes."""
    return b"".join(map(to_line, things))


def to_line(thing: Document | Passage) -> bytes:
    """One thing as a line; the same thing always gives the same bytes."""
    return (json.dumps(asdict(thing), ensure_ascii=False, sort_keys=True) + "\n").encode()


def document_from(line: bytes) -> Document:
    """What ``to_line`` wrote of a document."""
    record = json.loads(line)
    pages = tuple(Page(**page) for page in record.pop("pages"))
    sections = tuple(Section(tuple(s["headings"]), s["start"], s["end"]) for s in record.pop("sections"))
    return Document(**record, pages=pages, sections=sections)


def passage_from(line: bytes) -> Passage:
    """What ``to_line`` wrote of a passage."""
    record = json.loads(line)
    units = tuple(Unit(u["kind"], _spans(u["spans"]), u["list_start"], u["reading"]) for u in record.pop("units"))
    headings, spans, same = tuple(record.pop("headings")), _spans(record.pop("spans")), tuple(record.pop("same_as"))
    return Passage(**record, headings=headings, spans=spans, same_as=same, units=units)


def _spans(pairs: list[list[int]]) -> tuple[tuple[int, int], ...]:
    return tuple((start, end) for start, end in pairs)
