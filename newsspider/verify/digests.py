"""Digests of a record: of its block, and of its payload by either of two conventions.

The payload of a chunked HTTP response is its entity body, without the chunks (6.3.2). Many writers digest the chunks
as they are stored; that is told apart from a digest that is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING

from newsspider.archive.http import MAX_HEAD, body_pieces, parse_head, unframer
from newsspider.verify.findings import Place

if TYPE_CHECKING:
    from newsspider.archive.exchange import Wire
    from newsspider.archive.reader import Record
    from newsspider.verify.findings import Report

_ALGORITHMS = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
_HTTP = re.compile(r"\s*application/http\b", re.IGNORECASE)


class DigestFormError(ValueError):
    """A labelled digest cannot be read."""


class Labelled:
    """A digest as a record states it, and the same algorithm at work."""

    def __init__(self, text: str) -> None:
        self.text = text
        label, colon, value = text.partition(":")
        self.algorithm = label.lower().replace("-", "")
        if not colon or self.algorithm not in _ALGORITHMS:
            raise DigestFormError(f"{text[:100]!r} is no digest by one of {', '.join(sorted(_ALGORITHMS))}")
        self._value = value.strip()

    def new(self) -> hashlib._Hash:
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def matches(self, digest: bytes) -> bool:
        """Compare with *digest*, in any of the ways in which archives write one.

        >>> [Labelled(f"sha1:{value}").matches(hashlib.sha1().digest()) for value in (
        ...     "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        ...     "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "1112H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")]
        [True, True, True, False]
        """
        return (
            self._value.upper() == _base32(digest)
            or self._value.lower() == digest.hex()
            or self._value.encode() in (base64.b64encode(digest), base64.urlsafe_b64encode(digest))
        )

    def written(self, digest: bytes) -> str:
        """Write *digest* as this one is written, in hex or Base32."""
        as_hex = len(self._value) == 2 * len(digest)
        return f"{self.algorithm}:{digest.hex() if as_hex else _base32(digest)}"


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode().rstrip("=")


def check_digests(record: Record, report: Report) -> None:
    """Compare the digests that a record states with what it holds; a revisit's payload lies in another record."""
    wire = record.load()
    if block := _stated(record, "WARC-Block-Digest", report):
        digest = _whole(wire, block)
        report.counts["block digests"] += 1
        if not block.matches(digest):
            problem = f"WARC-Block-Digest is {block.text}, but the block has {block.written(digest)}"
            report.fault("block-digest", Place(record.path, record.offset), problem)
    if record.type == "revisit" or record.get("WARC-Segment-Number") is not None:
        return  # of a segment the digest is that of all segments together (7)
    if payload := _stated(record, "WARC-Payload-Digest", report):
        report.counts["payload digests"] += 1
        in_http = record.type in ("response", "request") and _HTTP.match(record.get("Content-Type", ""))
        digest = entity_digest(wire, payload) if in_http else _whole(wire, payload)
        if payload.matches(digest):
            return
        if in_http and payload.matches(stored_digest(wire, payload)):
            report.counts["payload digests of the chunks as stored"] += 1
            return
        problem = f"WARC-Payload-Digest is {payload.text}, but the payload has {payload.written(digest)}"
        report.fault("payload-digest", Place(record.path, record.offset), problem)


def entity_digest(wire: Wire, by: Labelled) -> bytes:
    """Digest the entity body of an HTTP message: what the standard calls its payload."""
    digest = by.new()
    head = parse_head(wire.head(MAX_HEAD))
    unframe = unframer(head)
    for piece in body_pieces(wire, head):
        for part in unframe.feed(piece):
            digest.update(part)
    return digest.digest()


def stored_digest(wire: Wire, by: Labelled) -> bytes:
    """Digest all that lies behind an HTTP message's head, chunk sizes and all."""
    digest = by.new()
    for piece in body_pieces(wire, parse_head(wire.head(MAX_HEAD))):
        digest.update(piece)
    return digest.digest()


def _whole(wire: Wire, by: Labelled) -> bytes:
    digest = by.new()
    for chunk in wire.chunks():
        digest.update(chunk)
    return digest.digest()


def _stated(record: Record, field: str, report: Report) -> Labelled | None:
    text = record.get(field)
    if text is None:
        return None
    try:
        return Labelled(text)
    except DigestFormError as error:
        report.warn("digest-form", Place(record.path, record.offset), f"{field}: {error}")
        return None
