"""The columns that the fields of a record become where lists and objects may be columns, as SQL types of DuckDB."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from newsspider.record import schema

TEXT = "VARCHAR"
_SCALARS = {"string": TEXT, "integer": "BIGINT", "number": "DOUBLE", "boolean": "BOOLEAN"}


@cache
def columns_of(kind: str, *, as_text: bool = False) -> dict[str, str]:
    """Return name -> type of every field that the schema *kind* has, in its order.

    An object is a STRUCT, a list a list, an object with names of its own a MAP, a time an instant. With *as_text* what
    is neither of the first three is text, as it stands in JSON.

    >>> columns_of("article")["source"], columns_of("article", as_text=True)["fetched_at"]
    ('STRUCT("name" VARCHAR, "url" VARCHAR)', 'VARCHAR')
    """
    told = json.loads(schema.load(kind))
    return {name: _type(field, told["$defs"], as_text) for name, field in told["properties"].items()}


def struct(columns: dict[str, str]) -> str:
    """Return the type of an object with these fields.

    >>> struct({"x": "BIGINT", "y": "VARCHAR[]"})
    'STRUCT("x" BIGINT, "y" VARCHAR[])'
    """
    return "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in columns.items()) + ")"


def _type(field: dict[str, Any], parts: dict[str, Any], as_text: bool) -> str:
    """Return the type for a part of a schema; all of them may be null."""
    if "anyOf" in field:
        return _type(field["anyOf"][0], parts, as_text)
    if "$ref" in field:
        return _type(parts[field["$ref"].rpartition("/")[2]], parts, as_text)
    kind = field["type"] if isinstance(field["type"], str) else field["type"][0]
    if kind == "array":
        return f"{_type(field['items'], parts, as_text)}[]"
    if "properties" in field:
        return struct({name: _type(each, parts, as_text) for name, each in field["properties"].items()})
    if kind == "object":
        return f"MAP({TEXT}, {_type(field['additionalProperties'], parts, as_text)})"
    if as_text:
        return TEXT
    return "TIMESTAMP WITH TIME ZONE" if field.get("format") == "date-time" else _SCALARS[kind]
