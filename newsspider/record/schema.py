"""The JSON Schema (2020-12) of published records: derived from the items, shipped as files, checked for every record.

``derive`` reads the dataclasses: types become types, the sentence under a field its description. The files in
``newsspider/record/schemas`` are what it gave when ``python -m newsspider.record.schema`` ran; a test keeps them equal.
Records are validated against the files, which are what the receiver of a feed holds in their hands. pydantic would
derive a schema without the constraints that fields are annotated with, and msgspec one without the descriptions; and
jsonschema-rs checks a record in a third of pydantic's time.

A minor version only adds fields, and values of enumerations that are open. So the published schema lets through what it
does not know, and its reader takes the records of every later minor version; what leaves here is held to more, and has
no field and no value but those.
"""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import fields
from datetime import datetime
from functools import cache
from importlib.resources import files
from itertools import pairwise
from textwrap import dedent
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

import jsonschema_rs

from newsspider.errors import NewsspiderError
from newsspider.record.events import Event
from newsspider.record.items import Article
from newsspider.record.manifest import Manifest
from newsspider.record.sitefacts import SiteFacts
from newsspider.record.values import OPEN, SCHEMA_VERSION
from newsspider.text.escaping import quoted
from newsspider.text.message import message

KINDS: dict[str, type[Any]] = {"article": Article, "site_facts": SiteFacts, "change": Event, "manifest": Manifest}
"""What ``scrapy schema`` can print: the records that leave, and what a run says of itself."""

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DIRECTORY = files("newsspider.record") / "schemas"


class RecordInvalidError(NewsspiderError):
    """A record does not fit its schema: the fault is in the parser, not in the page."""

    def __init__(self, path: str, problem: str):
        """Take the path, empty for the top, and what the validator says, which speaks English."""
        said = message("record is not valid at %(path)s: %(problem)s", path=path, problem=problem)
        if not path:
            said = message("record is not valid at its top: %(problem)s", problem=problem)
        super().__init__(said)
        self.path = path or "its top"


def check(record: dict[str, Any], kind: str = "article") -> None:
    """Raise ``RecordInvalidError`` with the path to the first fault of *record*, as ``as_record`` makes it here.

    >>> check({}, "site_facts")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    newsspider.record.schema.RecordInvalidError: record is not valid at its top: "schema_version" is a ... property
    """
    _validate(_strict_validator(kind, SCHEMA_VERSION), record, kind)


def check_written(record: Any, kind: str = "article") -> None:
    """As ``check``, of what this program or an earlier version of it wrote."""
    _validate(_strict_validator(kind, _version(record)), record, kind)


def check_received(record: Any, kind: str = "article") -> None:
    """Raise ``RecordInvalidError`` with the path to the first fault of *record*, of whatever version of this major.

    >>> facts = {"schema_version": "1.7", "added_in_1_7": 1}
    >>> check_received(facts, "site_facts")
    Traceback (most recent call last):
    newsspider.record.schema.RecordInvalidError: record is not valid at its top: "id" is a required property
    """
    _validate(_validator(kind, _version(record)), record, kind)


def load(kind: str) -> str:
    """Text of the shipped schema of *kind*, one of ``KINDS``."""
    return _text(kind, SCHEMA_VERSION)


def derive(kind: str) -> dict[str, Any]:
    """Schema of *kind* as its dataclass has it: every field is always present that is not marked as optional."""
    parts: dict[str, Any] = {}
    root = _object(KINDS[kind], parts)
    major = SCHEMA_VERSION.partition(".")[0]
    version = root["properties"]["schema_version"]
    root["properties"]["schema_version"] = {
        "type": "string", "pattern": rf"^{major}\.\d+$", "description": version["description"]
    }  # fmt: skip
    return {
        "$schema": _DIALECT,
        "$id": f"urn:newsspider:schema:{kind}:{SCHEMA_VERSION}",
        **root,
        "$defs": dict(sorted(parts.items())),
    }


def _validate(validator: jsonschema_rs.Draft202012Validator, record: Any, kind: str) -> None:
    try:
        validator.validate(record)
    except jsonschema_rs.ValidationError as error:
        raise RecordInvalidError(_dotted(error.instance_path), error.message) from error
    for name in _times(kind):
        try:
            datetime.fromisoformat(record.get(name) or "2026-01-01")
        except ValueError as error:  # a leap second and year 0 are times of RFC 3339, and none that Python has
            raise RecordInvalidError(name, f"{quoted(record[name])} is no time that can be read: {error}") from error


def _version(record: Any) -> str:
    """The version whose schema *record* has to fit: its own; today's where that of its own is not known here."""
    own = record.get("schema_version") if isinstance(record, dict) else None
    return own if isinstance(own, str) and own in _versions() else SCHEMA_VERSION


@cache
def _times(kind: str) -> tuple[str, ...]:
    """The members of *kind* that are times."""
    properties = json.loads(load(kind))["properties"]
    return tuple(name for name, value in properties.items() if "date-time" in json.dumps(value))


@cache
def _versions() -> frozenset[str]:
    names = (path.name for path in _DIRECTORY.iterdir())
    return frozenset(
        name.removeprefix("article-").removesuffix(".json") for name in names if name.startswith("article-")
    )


@cache
def _validator(kind: str, version: str) -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(_text(kind, version)), validate_formats=True)


@cache
def _strict_validator(kind: str, version: str) -> jsonschema_rs.Draft202012Validator:
    closed = _closed(json.loads(_text(kind, version)), version)
    return jsonschema_rs.Draft202012Validator(closed, validate_formats=True)


def _closed(schema: dict[str, Any], version: str) -> dict[str, Any]:
    """Forbid whatever fields and values an object's schema does not name, and every version but its own."""
    for each in [schema, *schema["$defs"].values()]:
        each["additionalProperties"] = False
        for value in each["properties"].values():
            if "examples" in value:
                value["enum"] = value["examples"]
    schema["properties"]["schema_version"] = {"const": version}
    return schema


def _text(kind: str, version: str) -> str:
    return (_DIRECTORY / _file_name(kind, version)).read_text(encoding="utf-8")


def _file_name(kind: str, version: str) -> str:
    return f"{kind.replace('_', '-')}-{version}.json"


def _dotted(path: list[str | int]) -> str:
    """Write a path as a reader would.

    >>> _dotted(["recommendations", 3, "title"])
    'recommendations[3].title'
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _object(cls: type[Any], parts: dict[str, Any]) -> dict[str, Any]:
    types = get_type_hints(cls, include_extras=True)
    sentences = _sentences(cls)
    if is_typeddict(cls):
        optional = {name for name, kind in types.items() if get_origin(kind) is NotRequired}
    else:
        optional = {each.name for each in fields(cls) if each.metadata.get("optional")}
    names = list(types)
    return {
        "title": cls.__name__,
        "description": inspect.cleandoc(cls.__doc__ or ""),
        "type": "object",
        "properties": {name: _value(types[name], parts) | {"description": sentences[name]} for name in names},
        "required": [name for name in names if name not in optional],
    }


def _value(kind: Any, parts: dict[str, Any]) -> dict[str, Any]:
    """Schema of a value of type *kind*; the dataclasses it needs are put into *parts*."""
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        value = _value(arguments[0], parts)
        if OPEN in arguments[1:]:
            return {"type": "string", "minLength": 1, "examples": value["enum"]}
        return value | dict(arguments[1:])
    if origin is NotRequired:
        return _value(arguments[0], parts)
    if origin in (Union, UnionType):
        value = _value(next(each for each in arguments if each is not NoneType), parts)
        return _nullable(value) if NoneType in arguments else value
    if origin is Literal:
        return {"type": "string", "enum": list(arguments)}
    if origin is list:
        return {"type": "array", "items": _value(arguments[0], parts)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _value(arguments[1], parts)}
    if kind in _SCALARS:
        return _SCALARS[kind]
    name = kind.__name__
    if name not in parts:
        parts[name] = _object(kind, parts)
    return {"$ref": f"#/$defs/{name}"}


_SCALARS: dict[Any, dict[str, Any]] = {
    str: {"type": "string", "minLength": 1},  # unknown is null, never ""
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    datetime: {"type": "string", "format": "date-time"},
}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    if "enum" in schema:
        return schema | {"type": [schema["type"], "null"], "enum": [*schema["enum"], None]}
    return schema | {"type": [schema["type"], "null"]}


def _sentences(cls: type[Any]) -> dict[str, str]:
    """Field name -> the string that stands under it in the class's source."""
    definition = ast.parse(dedent(inspect.getsource(cls))).body[0]
    assert isinstance(definition, ast.ClassDef)
    sentences = {}
    for pair in pairwise(definition.body):
        match pair:
            case (ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text)))):
                sentences[name] = " ".join(text.split())
    return sentences


def _write_files() -> None:
    for kind in KINDS:
        text = json.dumps(derive(kind), ensure_ascii=False, indent=2) + "\n"
        (_DIRECTORY / _file_name(kind, SCHEMA_VERSION)).write_text(text, encoding="utf-8")  # type: ignore[attr-defined]


if __name__ == "__main__":
    _write_files()
