"""The header of a WARC/1.1 record (ISO 28500:2017), built by hand.

warcio's own writer would rewrite the HTTP head: collapse spaces, encode Latin-1, drop lines without a colon.
"""

from __future__ import annotations

import hashlib
import uuid
from base64 import b32encode
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Profile of a revisit whose payload is another record's, byte for byte (6.7.2)."""

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

WARC_FIELDS = "application/warc-fields"
HTTP_REQUEST = "application/http;msgtype=request"
HTTP_RESPONSE = "application/http;msgtype=response"


def header(fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Return a record's header, the blank line included.

    >>> header([("WARC-Type", "request"), ("Content-Length", "0")])
    b'WARC/1.1\r\nWARC-Type: request\r\nContent-Length: 0\r\n\r\n'
    """
    lines = [f"{name}: {value}\r\n" for name, value in fields]
    return f"WARC/1.1\r\n{''.join(lines)}\r\n".encode()


def warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Return a block of named fields, each value on one line.

    >>> warc_fields([("outcome", "dns"), ("detail", "no\naddress")])
    b'outcome: dns\r\ndetail: no address\r\n'
    """
    return "".join([f"{name}: {' '.join(value.split())}\r\n" for name, value in fields]).encode("utf-8", "replace")


def new_id() -> str:
    """Return a fresh record ID, without the angle brackets that ID fields have in WARC/1.1."""
    return f"urn:uuid:{uuid.uuid4()}"


def sha1() -> hashlib._Hash:
    """Start a digest; SHA-1 because every index and deduplicator in the field compares by it."""
    return hashlib.sha1(usedforsecurity=False)


def labelled(digest: bytes) -> str:
    """Write a SHA-1 as the field does: lower-case label, upper-case Base32.

    >>> labelled(sha1().digest())
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    return "sha1:" + b32encode(digest).decode()


def warc_date(moment: datetime) -> str:
    """Write an aware datetime in UTC with microseconds.

    >>> warc_date(datetime(2026, 1, 30, 8, tzinfo=UTC))
    '2026-01-30T08:00:00.000000Z'
    """
    return moment.astimezone(UTC).isoformat(timespec="microseconds")[:-6] + "Z"


def target_uri(url: str) -> str:
    """Return *url* as WARC-Target-URI may hold it: ASCII, without fragment, white space or line ends.

    >>> target_uri("https://kankanews.com/看#top")
    'https://kankanews.com/%E7%9C%8B'
    """
    url = url.partition("#")[0]
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]")
