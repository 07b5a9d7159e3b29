"""The headers of a response, as the parser takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response


def headers_of(response: Response) -> list[tuple[bytes, bytes]]:
    """Return a response's headers as pairs, repeated ones included."""
    return [(name, value) for name, values in response.headers.items() for value in values]


def header_of(response: Response, name: str) -> str | None:
    """Return the first value of a response's header; None where it has none of that *name*."""
    value = response.headers.get(name)
    return None if value is None else value.decode("latin-1")
