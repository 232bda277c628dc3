"""An answer as JSON and back, whole and exact: how it is kept, so that it can be opened again as it was.

    {"format": 1, "answer": {…}}    each object by the names of its fields, each tuple as a list

This is for keeping and not for outsiders, who read the record of answer/record.py. What is read is held against the
types' own annotations: a field that is unknown, missing without a default, or of another kind is refused by its place.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin, get_type_hints

from answer.assistant import Answer
from answer.errors import KeptError

# Raise it when a field changes its meaning. A new field with a default needs no new format.
FORMAT = 1
_WAY_OUT = "It was kept by another version of this program, or was changed since. Ask the question again"
_SCALARS: Mapping[type, tuple[type, ...]] = {
    str: (str,),
    bool: (bool,),
    int: (int,),
    float: (float, int),
    NoneType: (NoneType,),
}


def answer_to_json(answer: Answer) -> dict[str, Any]:
    """An answer as JSON has it.

    Returns:
        What ``answer_from_json`` makes an equal answer of, also after a trip through ``json.dumps`` and ``loads``.
    """
    return {"format": FORMAT, "answer": _plain(answer)}


def answer_from_json(record: object) -> Answer:
    """The answer that ``answer_to_json`` was given.

    Raises:
        KeptError: If it is anything else; the message says where.
    """
    if not isinstance(record, dict) or record.keys() != {"format", "answer"}:
        raise KeptError(f"this is no kept answer: it does not have just a format and an answer. {_WAY_OUT}")
    if record["format"] != FORMAT or isinstance(record["format"], bool):
        raise KeptError(f"the answer was kept in format {record['format']!r}, and this version reads {FORMAT}")
    return cast(Answer, _read(Answer, record["answer"], "answer"))


def _plain(value: object) -> object:
    """A value as JSON has it.

    Raises:
        TypeError: If it is of a kind that would not come back as it was.
    """
    if value is None or isinstance(value, str | int | float):
        return value
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        named = getattr(value, "_fields", None)
        items = [_plain(item) for item in value]
        return dict(zip(named, items, strict=True)) if named else items
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    raise TypeError(f"a {type(value).__name__} cannot be kept")


def _read(kind: object, value: object, where: str) -> object:
    """A value of a kind, as ``_plain`` wrote it."""
    if isinstance(kind, type) and kind in _SCALARS:
        if not isinstance(value, _SCALARS[kind]) or (isinstance(value, bool) and kind is not bool):
            raise _refusal(where, kind.__name__, value)
        return value
    origin, of = get_origin(kind), get_args(kind)
    if origin is Literal:
        if value not in of:
            raise _refusal(where, f"one of {', '.join(of)}", value)
        return value
    if origin in (Union, UnionType):  # all of ours are "or None"
        (other,) = (one for one in of if one is not NoneType)
        return None if value is None else _read(other, value, where)
    if origin is tuple:
        return _tuple(of, value, where)
    if origin is Mapping:
        return {key: _read(of[1], item, f"{where}.{key}") for key, item in _named(value, where).items()}
    if not isinstance(kind, type):
        raise TypeError(f"{where} is of a kind that is not kept: {kind}")
    return _object(kind, value, where)


def _tuple(of: tuple[object, ...], value: object, where: str) -> tuple[object, ...]:
    if not isinstance(value, list):
        raise _refusal(where, "a list", value)
    kinds = [of[0]] * len(value) if of[-1] is Ellipsis else of
    if len(kinds) != len(value):
        raise _refusal(where, f"a list of {len(kinds)}", value)
    return tuple(_read(kind, item, f"{where}[{at}]") for at, (kind, item) in enumerate(zip(kinds, value, strict=True)))


def _object(kind: type[Any], value: object, where: str) -> object:
    """A dataclass or a named tuple, from an object with its fields."""
    given = _named(value, where)
    kinds, needed = _fields(kind)  # type: ignore[arg-type]  # mypy takes no class to be hashable
    if unknown := given.keys() - kinds.keys():
        raise _refusal(where, f"no field '{min(unknown)}'", given)
    if missing := needed - given.keys():
        raise _refusal(where, f"the field '{min(missing)}'", given)
    return kind(**{name: _read(kinds[name], item, f"{where}.{name}") for name, item in given.items()})


@cache
def _fields(kind: type[Any]) -> tuple[dict[str, object], frozenset[str]]:
    """The fields of a dataclass or a named tuple with their kinds, and those that have no default."""
    if is_dataclass(kind):
        lacking = {f.name for f in fields(kind) if f.default is MISSING and f.default_factory is MISSING}
    else:
        lacking = set(kind._fields) - set(kind._field_defaults)
    return get_type_hints(kind), frozenset(lacking)


def _named(value: object, where: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise _refusal(where, "an object", value)
    return value


def _refusal(where: str, wanted: str, value: object) -> KeptError:
    found = f"{value!r:.40}" if isinstance(value, str | int | float) else type(value).__name__
    return KeptError(f"a kept answer cannot be read: {where} should have {wanted}, and is {found}. {_WAY_OUT}")
