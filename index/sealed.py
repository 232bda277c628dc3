"""JSON that carries the checksum of itself, so that no byte of it changes unseen.

A record is written in one way only: what is read must be, byte for byte, what would be written of it. Records of before
there was a checksum have none; they are read as long as they hold nothing else than was expected.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from typing import Any

CHECKSUM = "checksum"


def sealed(record: Mapping[str, Any]) -> bytes:
    """A record as JSON, its keys sorted, with its checksum: the same record always gives the same bytes."""
    checksum = hashlib.sha256(_written(record)).hexdigest()
    return _written({**record, CHECKSUM: checksum})


def unsealed(content: bytes, fields: Collection[str], optional: Collection[str] = ()) -> dict[str, Any]:
    """The record of what ``sealed`` gave.

    Args:
        content: The bytes.
        fields: The keys that it must have.
        optional: Keys that it may have.

    Raises:
        ValueError: If it is no JSON, has other keys than these, or is not as it was written.
    """
    record = json.loads(content)
    if not isinstance(record, dict):
        raise ValueError("it is no record")
    was_sealed = CHECKSUM in record
    record.pop(CHECKSUM, None)
    other = (set(fields) - record.keys()) | (record.keys() - {*fields, *optional})
    if other:
        raise ValueError(f"it should not lack or should not have: {', '.join(sorted(other))}")
    if was_sealed and sealed(record) != content:
        raise ValueError("it was changed after it was written: its checksum differs")
    return record


def _written(record: Mapping[str, Any]) -> bytes:
    return (json.dumps(record, indent=1, sort_keys=True) + "\n").encode()
