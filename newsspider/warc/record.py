"""WARC/1.1 records (ISO 28500:2017) and how they are written: by warcio, each as one gzip member.

warcio's WARCWriter writes a record's header, block and end. It is handed what it would make otherwise, and less well
for an archive of the wire: the HTTP head as it came (its own would collapse spaces, encode Latin-1 and drop lines
without a colon), the digests (made while the answer was read), and a gzip member (its own deflates images, at level 9).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from newsspider.warc.digests import labelled, sha1
from newsspider.warc.member import Whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import TypeAlias

    from newsspider.warc.member import Member, Out, Piece

    Fields: TypeAlias = list[tuple[str, str]]

_WARC_VERSION = "WARC/1.1"


class RawHead:
    """The beginning of a block, in the place where warcio has a parsed HTTP head: it writes *data* as it is."""

    def __init__(self, data: bytes) -> None:
        self.headers_buff = data

    def compute_headers_buffer(self, header_filter: object = None) -> None:
        """There is nothing to compute."""


class _Pieces:
    """The rest of a block, in the place where warcio has a stream: each read is one piece, of whatever size."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        self._pieces: Iterator[Piece] = filter(None, pieces)

    def read(self, _: int) -> Piece:
        return next(self._pieces, b"")


class NewRecord(ArcWarcRecord):  # type: ignore[misc]
    """A record to be written once: *fields* after type and ID, then a block of *head* and *body*.

    *length*: bytes of the block. *member*: makes the gzip member of the record, of a function that takes its bytes.
    """

    def __init__(
        self,
        kind: str,
        identifier: str,
        fields: Fields,
        head: bytes,
        body: Iterable[Piece] = (),
        *,
        length: int,
        member: Callable[[Out], Member] = Whole,
    ) -> None:
        named = [
            ("WARC-Type", kind),
            ("WARC-Record-ID", f"<{identifier}>"),
            *fields,
            ("Content-Length", str(length)),
        ]
        headers = StatusAndHeaders("", named, _WARC_VERSION)
        super().__init__("warc", kind, headers, _Pieces(body), RawHead(head), None, length)
        self.member = member

    @classmethod
    def of_block(cls, kind: str, identifier: str, fields: Fields, content_type: str, block: bytes) -> NewRecord:
        """Return a record whose block is in memory: any but a response."""
        fields = [*fields, ("WARC-Block-Digest", labelled(sha1(block).digest())), ("Content-Type", content_type)]
        return cls(kind, identifier, fields, block, length=len(block))


class RecordWriter(WARCWriter):  # type: ignore[misc]
    """Writes records to *out*, piece by piece."""

    def __init__(self, out: Out) -> None:
        super().__init__(None, gzip=False, warc_version=_WARC_VERSION)
        self._sink = out

    def write_record(self, record: NewRecord, params: object = None) -> None:
        self.out = record.member(self._sink)
        super().write_record(record)

    def ensure_digest(self, record: NewRecord, block: bool = True, payload: bool = True) -> None:
        """Compute none: a record has those that it should have."""


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


def warc_date(moment: datetime) -> str:
    """Write an aware datetime in UTC with microseconds.

    >>> warc_date(datetime(2026, 1, 30, 8, tzinfo=UTC))
    '2026-01-30T08:00:00.000000Z'
    """
    if moment.tzinfo is not UTC:
        moment = moment.astimezone(UTC)
    return moment.isoformat(timespec="microseconds")[:-6] + "Z"
