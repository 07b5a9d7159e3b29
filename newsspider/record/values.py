"""Shared by the fields of all items: the schema's version, marks of a field, and types beyond Python's own."""

from __future__ import annotations

from typing import Annotated, Literal

SCHEMA_VERSION: Literal["1.1"] = "1.1"

# An enumeration that later minor versions may add to: the published schema gives its values as examples.
OPEN = ("open", True)

# Of a field that came to a version whose records had been written already: some of them lack it.
ADDED = {"optional": True}

# What the JSON Schema asks of a value beyond its type: a keyword and its value.
Url = Annotated[str, ("pattern", "^https?://[!-~]+$")]
Natural = Annotated[int, ("minimum", 0)]
