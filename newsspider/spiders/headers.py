"""The headers of a response, as the parser takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scrapy.http import Response


def headers_of(response: Response) -> list[tuple[bytes, bytes]]:
    """Return a response's headers as pairs, repeated ones included."""
    return [(name, value) for name, values in response.headers.items() for value in values]


def content_type_of(response: Response) -> str:
    """Return what a response's ``Content-Type`` says; nothing where it has none."""
    return (response.headers.get("Content-Type") or b"").decode("latin-1")
