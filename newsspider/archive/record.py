"""WARC/1.1 records (ISO 28500:2017), built by hand: each function returns the pieces of one gzip member.

warcio's own writer would rewrite the HTTP head: collapse spaces, encode Latin-1, drop lines without a colon.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import quote

from newsspider.archive import member
from newsspider.archive.exchange import MEMORY_LIMIT
from newsspider.archive.http import body_pieces

if TYPE_CHECKING:
    from newsspider.archive.answer import Answer
    from newsspider.archive.exchange import Exchange
    from newsspider.archive.state import Original

Fields = list[tuple[str, str]]
Member = Iterable[bytes | memoryview]

IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
"""Profile of a revisit whose payload is another record's, byte for byte (6.7.2)."""

CONFORMS_TO = "https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"

WARC_FIELDS = "application/warc-fields"
HTTP_REQUEST = "application/http;msgtype=request"
HTTP_RESPONSE = "application/http;msgtype=response"

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_BASE32 = [high + low for high in _ALPHABET for low in _ALPHABET]
"""Base32 (RFC 4648) of ten bits; base64.b32encode takes twice as long."""

_SHIFTS = tuple(range(150, -1, -10))

_TLS_VERSION = re.compile(r"(TLS|SSL)v(\d)(?:\.(\d))?")


def record(kind: str, identifier: str, fields: Fields, content_type: str, block: bytes) -> Member:
    """Return a record whose block is in memory: any but a response."""
    front = header(
        [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{identifier}>"),
            *fields,
            ("WARC-Block-Digest", labelled(sha1(block).digest())),
            ("Content-Type", content_type),
            ("Content-Length", str(len(block))),
        ]
    )
    return (member.compress(front + block + member.RECORD_END),)


def response(identifier: str, fields: Fields, answer: Answer) -> Member:
    """Return the record of an answer as it came, compressed by what is in it."""
    fields = [("WARC-Type", "response"), ("WARC-Record-ID", f"<{identifier}>"), *fields]
    if answer.truncated:
        fields.append(("WARC-Truncated", answer.truncated))
    if digest := answer.labelled_payload:
        fields.append(("WARC-Payload-Digest", digest))
    fields += [
        ("WARC-Block-Digest", labelled(answer.block_digest)),
        ("Content-Type", HTTP_RESPONSE),
        ("Content-Length", str(answer.length)),
    ]
    front = header(fields) + answer.head.data
    body = body_pieces(answer.received, answer.head)
    if member.incompressible(answer.head.content_type, answer.head.content_codings):
        return member.hybrid(front, body)
    if len(answer.received) > MEMORY_LIMIT:
        return member.deflated(front, body)
    return (member.compress(b"".join((front, *body, member.RECORD_END))),)


def revisit(identifier: str, fields: Fields, answer: Answer, original: Original) -> Member:
    """Return the record of an answer whose payload another record has: its whole head, without the body."""
    fields = [
        *fields,
        ("WARC-Profile", IDENTICAL_PAYLOAD),
        ("WARC-Refers-To", f"<{original.record_id}>"),
        ("WARC-Refers-To-Target-URI", original.url),
        ("WARC-Refers-To-Date", original.date),
        ("WARC-Truncated", "length"),  # the body is left out, and the standard wants that said (6.7.2)
        ("WARC-Payload-Digest", labelled(answer.payload_digest)),
    ]
    return record("revisit", identifier, fields, HTTP_RESPONSE, answer.head.data)


def connection_fields(exchange: Exchange) -> Fields:
    """Say with whom and over which protocols; repeated WARC-Protocol is the community's proposal."""
    fields = [("WARC-IP-Address", exchange.ip)] if exchange.ip else []
    # Requests are sent as HTTP/1.1; an older server answers in its own version.
    old = exchange.received.head(8) == b"HTTP/1.0"
    fields.append(("WARC-Protocol", "http/1.0" if old else "http/1.1"))
    if exchange.tls_protocol:
        fields.append(("WARC-Protocol", protocol_id(exchange.tls_protocol)))
    if exchange.cipher:
        fields.append(("WARC-Cipher-Suite", exchange.cipher))
    return fields


@lru_cache(maxsize=16)
def protocol_id(openssl_name: str) -> str:
    """Name a TLS version as WARC-Protocol does.

    >>> protocol_id("TLSv1.3"), protocol_id("TLSv1"), protocol_id("SSLv3")
    ('tls/1.3', 'tls/1.0', 'ssl/3')
    """
    named = _TLS_VERSION.fullmatch(openssl_name)
    if named is None:
        return openssl_name.lower()
    family, major, minor = named.groups()
    return f"ssl/{major}" if family == "SSL" else f"tls/{major}.{minor or 0}"


def header(fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Return a record's header, the blank line included.

    >>> header([("WARC-Type", "request"), ("Content-Length", "0")])
    b'WARC/1.1\r\nWARC-Type: request\r\nContent-Length: 0\r\n\r\n'
    """
    lines = "\r\n".join(map(": ".join, fields))
    return f"WARC/1.1\r\n{lines}\r\n\r\n".encode()


def warc_fields(fields: Iterable[tuple[str, str]]) -> bytes:
    r"""Return a block of named fields, each value on one line.

    >>> warc_fields([("outcome", "dns"), ("detail", "no\naddress")])
    b'outcome: dns\r\ndetail: no address\r\n'
    """
    return "".join([f"{name}: {' '.join(value.split())}\r\n" for name, value in fields]).encode("utf-8", "replace")


def new_id() -> str:
    """Return a fresh record ID, a random UUID (RFC 9562, 5.4); without the angle brackets of ID fields.

    uuid.uuid4() takes twice as long, and there are two to a page.
    """
    digits = os.urandom(16).hex()
    variant = "89ab"[int(digits[16], 16) & 3]
    return f"urn:uuid:{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-{variant}{digits[17:20]}-{digits[20:]}"


def sha1(data: bytes = b"") -> hashlib._Hash:
    """Start a digest; SHA-1 because every index and deduplicator in the field compares by it."""
    return hashlib.sha1(data, usedforsecurity=False)


def labelled(digest: bytes) -> str:
    """Write a SHA-1 as the field does: lower-case label, upper-case Base32.

    >>> labelled(sha1().digest())
    'sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ'
    """
    number = int.from_bytes(digest, "big")
    return "sha1:" + "".join([_BASE32[number >> shift & 0x3FF] for shift in _SHIFTS])


def warc_date(moment: datetime) -> str:
    """Write an aware datetime in UTC with microseconds.

    >>> warc_date(datetime(2026, 1, 30, 8, tzinfo=UTC))
    '2026-01-30T08:00:00.000000Z'
    """
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"


def target_uri(url: str) -> str:
    """Return *url* as WARC-Target-URI may hold it: ASCII, without fragment, white space or line ends.

    >>> target_uri("https://kankanews.com/看#top")
    'https://kankanews.com/%E7%9C%8B'
    """
    url = url.partition("#")[0]
    if url.isascii() and url.isprintable() and " " not in url:
        return url
    return quote(url, safe="%/:=&?~#+!$,;'@()*[]", errors="replace")
