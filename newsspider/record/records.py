"""Reads records back from JSON, of this version of the schema or an earlier one.

msgspec.convert does it in a third of the time, but refuses what a record of another minor version may have: its
``schema_version``, and a value that an open enumeration did not have yet.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NotRequired, TypeVar, Union, cast, get_args, get_origin, get_type_hints, is_typeddict

Item = TypeVar("Item")

_Read = Callable[[Any], Any]


def from_record(record: Mapping[str, Any], kind: type[Item]) -> Item:
    """Return the item of class *kind* that ``as_record`` made *record* of, as JSON reads it.

    The record is one that ``schema.check_received`` passes. A field that *kind* does not have was added by a later
    schema of the same major version, and is left out.

    >>> from newsspider.record.items import Comments, as_record
    >>> from_record(as_record(Comments(count=0, state="empty")) | {"added_in_1_7": True}, Comments)
    Comments(count=0, state='empty')
    """
    return cast("Item", _reader(cast("Any", kind))(up_to_date(record)))


def up_to_date(record: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the record of an article with the fields that later versions of the schema have than the one it is of.

    One of another kind has had no other fields; it comes back as it is.

    Records of 1.0 say in the words of their warnings alone what ``cut_off`` and ``doubts`` say since 1.1. Here, and
    nowhere else, those words are read; they are history, and do not change.
    """
    provenance = record.get("provenance")
    if not provenance or "cut_off" in provenance:
        return record
    doubts = set()
    cut_off = False
    for warning in provenance.get("warnings", ()):
        about, _, problem = warning.partition(": ")
        cut_off = cut_off or (about == "body_text" and problem.startswith("the page has no end"))
        if not problem.startswith(_NO_DOUBTS_OF_1_0):
            doubts.add("body_text" if about == "paragraphs" else about)
    added = {"cut_off": cut_off, "doubts": [name for name in record if name in doubts]}
    return {**record, "provenance": {**provenance, **added}}


_NO_DOUBTS_OF_1_0 = (
    "no witness knows it",
    "printed only to the ",
    "printed run together; ",
    "only the day is known, ",
)


@cache
def _reader(kind: Any) -> _Read:
    """Return what turns a JSON value into one of type *kind*."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Annotated, NotRequired):
        return _reader(arguments[0])
    if origin in (Union, UnionType):
        read = _reader(next(each for each in arguments if each is not NoneType))
        return read if read is _as_is else lambda value: None if value is None else read(value)
    if origin is list:
        return _list_of(_reader(arguments[0]))
    if origin is dict:
        read = _reader(arguments[1])
        return read if read is _as_is else lambda value: {name: read(each) for name, each in value.items()}
    if kind is datetime:
        return datetime.fromisoformat
    if is_typeddict(kind):
        return _dict_of(kind)
    return _object(kind) if hasattr(kind, "__dataclass_fields__") else _as_is


def _as_is(value: Any) -> Any:
    return value


def _list_of(read: _Read) -> _Read:
    return _as_is if read is _as_is else lambda values: [read(value) for value in values]


def _dict_of(kind: type[Any]) -> _Read:
    readers = {name: _reader(each) for name, each in get_type_hints(kind, include_extras=True).items()}
    return lambda record: {name: readers[name](value) for name, value in record.items() if name in readers}


def _object(kind: type[Any]) -> _Read:
    types = get_type_hints(kind, include_extras=True)
    readers = [(each.name, _reader(types[each.name])) for each in fields(kind)]

    def read(record: Any) -> Any:
        return kind(**{name: read_value(record[name]) for name, read_value in readers if name in record})

    return read
