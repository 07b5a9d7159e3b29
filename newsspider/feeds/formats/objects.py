"""JSON objects of what is known, one a line."""

from __future__ import annotations

from typing import Any

import orjson


def known(**fields: Any) -> dict[str, Any]:
    """Return an object of the fields that say something: where a record has null, other formats have no field.

    >>> known(name="看看新闻", url=None, keywords=[], count=0)
    {'name': '看看新闻', 'count': 0}
    """
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def line(value: dict[str, Any]) -> bytes:
    """Write an object as a line of JSON Lines."""
    return orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE)
