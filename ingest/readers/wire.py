"""A reading as JSON, and back: what a child process that reads a file sends to its parent.

JSON and not a pickle, since the child has had a stranger's file in its hands. Everything is checked on
the way in.
"""

import json
from collections.abc import Sequence
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar, get_args

from ingest.documents import Block, BlockKind, Cell, Page, Span
from ingest.readers.reading import Reading

_T = TypeVar("_T")
_KINDS = frozenset(get_args(BlockKind))


def to_json(reading: Reading) -> bytes:
    """A reading as JSON; its text must be free of lone surrogates."""
    return json.dumps(reading, default=_record, ensure_ascii=False, separators=(",", ":")).encode()


def from_json(content: bytes) -> Reading:
    """What ``to_json`` wrote.

    Raises:
        ValueError: If it is anything else: no JSON, a field too many or too few, a value of the wrong
            type, a span outside the text.
    """
    try:
        return _reading(json.loads(content))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"this is no reading: {type(error).__name__}: {error}") from error


def _record(part: object) -> dict[str, Any]:
    if not is_dataclass(part):
        raise TypeError(f"a reading does not hold a {type(part).__name__}")
    return {field.name: getattr(part, field.name) for field in fields(part)}


def _reading(record: dict[str, Any]) -> Reading:
    text = _typed(record.pop("text"), str)
    remarks = tuple(_typed(remark, str) for remark in record.pop("remarks"))
    pages = tuple(_page(page, len(text)) for page in record.pop("pages"))
    blocks = tuple(_block(block, len(text)) for block in record.pop("blocks"))
    return Reading(text=text, pages=pages, remarks=remarks, blocks=blocks, **record)


def _page(record: dict[str, Any], length: int) -> Page:
    page = Page(**record)
    _typed(page.number, int)
    if page.label is not None:
        _typed(page.label, str)
    if not 0 <= _typed(page.start, int) <= _typed(page.end, int) <= length:
        raise ValueError(f"page {page.number} is not in the text")
    return page


def _block(record: dict[str, Any], length: int) -> Block:
    marker, group = record.pop("marker"), record.pop("group")
    block = Block(
        spans=_spans(record.pop("spans"), length),
        marker=None if marker is None else _span(marker, length),
        group=None if group is None else _typed(group, int),
        cells=tuple(_cell(cell, length) for cell in record.pop("cells")),
        **record,
    )
    if block.kind not in _KINDS or not block.spans:
        raise ValueError(f"a block of the kind {block.kind!r} with {len(block.spans)} spans")
    for value, of in ((block.depth, int), (block.rule, str), (block.isolated, bool)):
        _typed(value, of)
    return block


def _cell(record: dict[str, Any], length: int) -> Cell:
    return Cell(**{name: _spans(spans, length) for name, spans in record.items()})


def _spans(pairs: Sequence[Sequence[int]], length: int) -> tuple[Span, ...]:
    return tuple(_span(pair, length) for pair in pairs)


def _span(pair: Sequence[int], length: int) -> Span:
    start, end = pair
    if not 0 <= _typed(start, int) < _typed(end, int) <= length:
        raise ValueError(f"span {start} to {end} is not in a text of {length} characters")
    return start, end


def _typed(value: object, of: type[_T]) -> _T:
    if type(value) is not of:  # True is an int to isinstance
        raise TypeError(f"{value!r:.60} where {of.__name__} should stand")
    return value
