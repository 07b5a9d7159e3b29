"""Records become items again: the way back from JSON, for whoever reads a feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

Item = TypeVar("Item")

_Read = Callable[[Any], Any]


def from_record(record: Mapping[str, Any], kind: type[Item]) -> Item:
    """Return the item of class *kind* that ``as_record`` made *record* of, as JSON reads it.

    The record is one that ``schema.check`` passes. A field that *kind* does not have was added by a later schema
    of the same major version, and is left out.

    >>> from newsspider.items import Comments, as_record
    >>> from_record(as_record(Comments(count=0, state="empty")) | {"added_in_1_7": True}, Comments)
    Comments(count=0, state='empty')
    """
    return cast("Item", _reader(cast("Any", kind))(record))


@cache
def _reader(kind: Any) -> _Read:
    """Return what turns a JSON value into one of type *kind*."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
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
    return _object(kind) if hasattr(kind, "__dataclass_fields__") else _as_is


def _as_is(value: Any) -> Any:
    return value


def _list_of(read: _Read) -> _Read:
    return _as_is if read is _as_is else lambda values: [read(value) for value in values]


def _object(kind: type[Any]) -> _Read:
    types = get_type_hints(kind, include_extras=True)
    readers = [(each.name, _reader(types[each.name])) for each in fields(kind)]

    def read(record: Any) -> Any:
        return kind(**{name: read_value(record[name]) for name, read_value in readers if name in record})

    return read
