"""WARC records that other programs wrote in odd ways, made here: valid ones, invalid ones, and hostile ones."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

URL = "http://news.example/a"
SOUND_URL = "http://news.example/sound"
PAGE = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html><title>x</title></html>"


def record(
    fields: Mapping[str, bytes | str | None] | None = None,
    *,
    block: bytes = PAGE,
    version: bytes = b"WARC/1.1",
    end: bytes = b"\r\n",
    number: int = 1,
) -> bytes:
    """A response record, unpacked; *fields* come to the usual ones or take their place, and None leaves one out."""
    own: dict[str, bytes | str | None] = {
        "WARC-Type": "response",
        "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
        "WARC-Date": "2026-01-30T08:00:00Z",
        "WARC-Target-URI": URL,
        "Content-Type": "application/http;msgtype=response",
        "Content-Length": str(len(block)),
        **(fields or {}),
    }
    lines = [
        name.encode() + b": " + (value if isinstance(value, bytes) else value.encode())
        for name, value in own.items()
        if value is not None
    ]
    return end.join([version, *lines, b"", b""]) + block + b"\r\n\r\n"


def sound() -> bytes:
    """A record without fault, of another address."""
    return record({"WARC-Target-URI": SOUND_URL}, number=999)


def members(*records: bytes) -> bytes:
    return b"".join(gzip.compress(each, mtime=0) for each in records)
