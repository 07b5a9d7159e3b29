"""Digests of a record: of its block, and of its payload by either of two conventions.

The payload of a chunked HTTP response is its entity body, without the chunks (6.3.2). Many writers digest the chunks
as they are stored; that is reported apart from a digest that is wrong.
"""

from __future__ import annotations

import base64
import hashlib
import re
from functools import partial
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.proof.findings import Place
from newsspider.text.escaping import quoted, shortened
from newsspider.text.message import message
from newsspider.warc.framing import unframer
from newsspider.warc.http import MAX_HEAD, is_interim, parse_head
from newsspider.warc.message import body_pieces

if TYPE_CHECKING:
    from newsspider.proof.findings import Report
    from newsspider.warc.exchange import Wire
    from newsspider.warc.framing import Unframer
    from newsspider.warc.http import Head
    from newsspider.warc.reader import Record

_ALGORITHMS = {
    name: partial(getattr(hashlib, name), usedforsecurity=False)  # hashlib.new() takes several times as long
    for name in ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")
}
_BASE32 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_AS_NUMBER = bytes.maketrans(_BASE32 + _BASE32.lower(), b"0123456789abcdefghijklmnopqrstuv" * 2)
_NOT_BASE32 = bytes(sorted({*range(256)} - {*_BASE32, *_BASE32.lower()}))
_FIRST_LOOK = 1 << 13
_HTTP = re.compile(r"\s*application/http\b", re.IGNORECASE)


class DigestFormError(NewsspiderError, ValueError):
    """A labelled digest cannot be read."""


class Labelled:
    """A digest as a record states it, and a running one of the same algorithm to compare with."""

    def __init__(self, text: str) -> None:
        self.text = shortened(text)
        label, colon, value = text.partition(":")
        self.algorithm = label.lower().replace("-", "")
        if not colon or self.algorithm not in _ALGORITHMS:
            known = ", ".join(sorted(_ALGORITHMS))
            raise DigestFormError(message("%(text)s is no digest by one of %(known)s", text=quoted(text), known=known))
        self._value = value.strip().rstrip("=")  # padded or not, as the writer likes it

    def new(self) -> hashlib._Hash:
        started: hashlib._Hash = _ALGORITHMS[self.algorithm]()
        return started

    def matches(self, digest: bytes) -> bool:
        """Compare with *digest*, in any of the ways in which archives write one.

        >>> [Labelled(f"sha1:{value}").matches(hashlib.sha1().digest()) for value in (
        ...     "3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        ...     "2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "1112H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")]
        [True, True, True, False]
        """
        value = self._value.encode("utf-8", "replace")
        if len(value) == 2 * len(digest):
            return value.lower() == digest.hex().encode()
        if len(value) == -(-8 * len(digest) // 5):
            return _matches_base32(value, digest)
        return value in (base64.b64encode(digest).rstrip(b"="), base64.urlsafe_b64encode(digest).rstrip(b"="))

    def decoded(self) -> bytes | None:
        """Return the bytes of the digest; None where it is in neither hex, Base32 nor Base64."""
        size = self.new().digest_size
        text = self._value
        for read in (bytes.fromhex, _unbase32, _unbase64):
            try:
                digest = read(text)
            except ValueError:  # binascii.Error is one
                continue
            if len(digest) == size:
                return digest
        return None

    def written(self, digest: bytes) -> str:
        """Write *digest* as this one is written, in hex or Base32."""
        as_hex = len(self._value) == 2 * len(digest)
        return f"{self.algorithm}:{digest.hex() if as_hex else _base32(digest)}"


def _matches_base32(value: bytes, digest: bytes) -> bool:
    """Read *value* as a number and compare; to write *digest* in Base32 takes ten times as long."""
    if len(value.translate(None, _NOT_BASE32)) < len(value):
        return False
    unused = -8 * len(digest) % 5  # bits of the last character
    return int(value.translate(_AS_NUMBER), 32) == int.from_bytes(digest, "big") << unused


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode().rstrip("=")


def _unbase32(text: str) -> bytes:
    return base64.b32decode(text.upper() + "=" * (-len(text) % 8))


def _unbase64(text: str) -> bytes:
    return base64.b64decode(text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4), validate=True)


def check_digests(record: Record, report: Report) -> None:
    """Compare the digests that a record states with what it holds; a revisit's payload lies in another record.

    Reads the block once from end to end, and keeps none of it: a small file may unpack to more than there is room for.
    """
    block = _stated(record, "WARC-Block-Digest", report)
    payload: Labelled | None = None
    # Of a segment the digest is that of all segments together (7).
    if record.type != "revisit" and record.get("WARC-Segment-Number") is None:
        payload = _stated(record, "WARC-Payload-Digest", report)
    head = _head_of(record) if payload and _is_http(record) else None

    block_digest = block.new() if block else None
    payload_digests = _PayloadDigests(payload, head, record.content_length) if payload else None
    for chunk in record.chunks():
        if block_digest is not None:
            block_digest.update(chunk)
        if payload_digests is not None:
            payload_digests.update(chunk)

    if block and block_digest is not None:
        report.counts["block digests"] += 1
        if not block.matches(found := block_digest.digest()):
            problem = message(
                "WARC-Block-Digest is %(stated)s, but the block has %(found)s",
                stated=block.text, found=block.written(found),
            )  # fmt: skip
            report.fault("block-digest", Place(record.path, record.offset), problem)
    if payload and payload_digests is not None:
        report.counts["payload digests"] += 1
        if payload.matches(entity := payload_digests.entity.digest()):
            return
        if payload.matches(payload_digests.stored.digest()):
            report.counts["payload digests of the chunks as stored"] += 1
            return
        problem = message(
            "WARC-Payload-Digest is %(stated)s, but the payload has %(found)s",
            stated=payload.text, found=payload.written(entity),
        )  # fmt: skip
        report.fault("payload-digest", Place(record.path, record.offset), problem)


def _is_http(record: Record) -> bool:
    return record.type in ("response", "request") and _HTTP.match(record.get("Content-Type", "")) is not None


def _head_of(record: Record) -> Head:
    """Read the head of the HTTP message in a record; of nearly all, little of the block has to be put together."""
    head = parse_head(record.head(_FIRST_LOOK))
    if head.whole and not is_interim(head.status):
        return head
    return parse_head(record.head(MAX_HEAD))


class _PayloadDigests:
    """Digests the payload of a block by both conventions: the entity body, and all after its head."""

    def __init__(self, by: Labelled, head: Head | None, size: int) -> None:
        """*head* is that of an HTTP message, *size* the bytes of the block."""
        self.entity = self.stored = by.new()
        self._to_skip = 0
        self._unframer: Unframer | None = None
        if head is not None:
            self._to_skip = head.end
            unframe = unframer(head)
            if not (unframe.until_close or unframe.length == size - head.end):
                self.stored, self._unframer = by.new(), unframe

    def update(self, chunk: bytes) -> None:
        body = memoryview(chunk)[self._to_skip :]
        self._to_skip = max(0, self._to_skip - len(chunk))
        self.stored.update(body)
        if self._unframer is not None:
            for part in self._unframer.feed(body):
                self.entity.update(part)


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
    """Digest all that lies after an HTTP message's head, chunk sizes and all."""
    digest = by.new()
    for piece in body_pieces(wire, parse_head(wire.head(MAX_HEAD))):
        digest.update(piece)
    return digest.digest()


def _stated(record: Record, field: str, report: Report) -> Labelled | None:
    text = record.get(field)
    if text is None:
        return None
    try:
        return Labelled(text)
    except DigestFormError as error:
        problem = message("%(field)s: %(problem)s", field=field, problem=error)
        report.warn("digest-form", Place(record.path, record.offset), problem)
        return None
