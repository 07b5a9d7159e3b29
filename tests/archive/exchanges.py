"""Builds exchanges and collections for the archive's tests; each helper takes only what the test is about."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from newsspider.collection.collection import Collection
from newsspider.collection.writer import CollectionWriter
from newsspider.warc.exchange import Exchange, Wire

if TYPE_CHECKING:
    from pathlib import Path

STARTED = datetime(2026, 1, 30, 8, 0, 0, 123456, tzinfo=UTC)
REQUEST = b"GET /detail/a HTTP/1.1\r\nHost: www.kankanews.com\r\n\r\n"
URL = "https://www.kankanews.com/detail/a"


def header(fields: list[tuple[str, str]]) -> bytes:
    """The header of a WARC/1.1 record, the blank line included."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in fields)
    return f"WARC/1.1\r\n{lines}\r\n".encode()


def page(body: bytes, *fields: bytes, status: bytes = b"200 OK") -> bytes:
    """A whole answer with Content-Length."""
    lines = [b"HTTP/1.1 " + status, *fields, b"Content-Length: %d" % len(body)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + body


def chunked(body: bytes, *, size: int = 1000, trailer: bytes = b"") -> bytes:
    """A body in chunks of *size*, with an extension on each."""
    pieces = [body[start : start + size] for start in range(0, len(body), size)]
    chunks = [b"%x;name=value\r\n%b\r\n" % (len(piece), piece) for piece in pieces]
    return b"".join(chunks) + b"0\r\n" + trailer + b"\r\n"


def exchange(received: bytes, **changes: Any) -> Exchange:
    values: dict[str, Any] = {
        "url": URL,
        "method": "GET",
        "started": STARTED,
        "sent": REQUEST,
        "received": Wire(received),
        "ip": "203.0.113.7",
        "tls_protocol": "TLSv1.3",
        "cipher": "TLS_AES_256_GCM_SHA384",
    }
    return Exchange(**{**values, **changes})


def writer(path: Path, **changes: Any) -> CollectionWriter:
    values: dict[str, Any] = {
        "prefix": "test",
        "max_size": 1 << 30,
        "payload_digest": "standard",
        "info": [("operator", "Test <test@example.org>"), ("robots", "classic")],
        "hostname": "crawler.example",
    }
    return CollectionWriter(Collection(path), **{**values, **changes})
