"""Reads WARC files: one record at a place, or all of them in order; gzip or Zstandard record by record, or plain.

A record is read as it is asked for: its header first, its block only if somebody wants it. What a file is, its first
bytes say, whatever it is called.

warcio writes the archive but does not read it. To its reader, as to FastWARC's, a gzip member whose last 200 bytes are
missing is a complete record with a shorter block, and warcio reports a flipped bit on stderr only; here both are errors
with a place. Its header loader reads lines of any length, and returns fields without the bytes they were made of, which
``newsspider.proof.rules`` judges; for ARC it makes up record IDs.
"""

from __future__ import annotations

import errno
import re
from typing import TYPE_CHECKING, overload

from newsspider.text.amounts import bytes_of
from newsspider.text.escaping import quoted
from newsspider.text.message import message
from newsspider.warc import arc
from newsspider.warc.address import with_scheme
from newsspider.warc.exchange import CHUNK_SIZE, Wire
from newsspider.warc.header import HeaderError, is_warc, parse_date, parse_fields, parse_length, split_header
from newsspider.warc.http import MAX_HEAD, parse_head
from newsspider.warc.message import HttpMessage
from newsspider.warc.recordbytes import EMPTY, PASSED_OVER, READ_SIZE, RESTORE, Plain, source_at
from newsspider.warc.recordbytes import RecordError as RecordError
from newsspider.warc.recordbytes import WarcError as WarcError
from newsspider.warc.recordbytes import WarcPath as WarcPath

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import IO

    from newsspider.text.message import Message
    from newsspider.warc.recordbytes import ByteSource

MAX_HEADER = 16 * MAX_HEAD
"""Bytes of a WARC header: it holds two addresses, and a server may lead to one as long as its head may be."""

_MAX_OTHER_HEADER = 1 << 16
"""Bytes that are read before data counts as no WARC record."""

_NOT_IN_ADDRESS = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
"""Control characters, and what stands for bytes that are not UTF-8."""
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class Record:
    """One WARC record. Its block can be read once, in order, unless it is loaded first."""

    __slots__ = (
        "_ahead", "_ends", "_first", "_further", "_left", "_loaded", "_source", "content_length", "fields", "header",
        "offset", "path", "type",
    )  # fmt: skip

    def __init__(self, path: WarcPath, offset: int, source: ByteSource) -> None:
        self.path = path
        self.offset = offset
        """Where the record, or its gzip member, begins in the file."""
        self._source = source
        self._loaded: Wire | None = None
        self._ends: tuple[int, int, bytes] | None = None

        try:
            self.type = ""
            """In lower case; empty when there is none."""
            self.header, self._ahead = self._read_header()
            """The header as it stands, without the blank line after it."""
            self.fields = parse_fields(self.header)
            """The WARC header's fields in order, as written; what is folded, on one line."""
            self._first, self._further = _by_name(self.fields)
            self.type = self._first.get("warc-type", "").lower()
            self.content_length = parse_length(set(self.values("Content-Length")))
            """Bytes of the block."""
        except HeaderError as error:
            problem = message("%(error)s in a record of type %(type)s", error=error, type=quoted(self.type))
            odd = RecordError(path, offset, problem)
            odd.resume = source.skip()
            raise odd from error
        self._left = self.content_length

    def _read_header(self) -> tuple[bytes, bytes]:
        data = self._source.read(4096)
        foreign = not is_warc(data)
        # A longer read each time, so that a long header is not searched over and over.
        limit = _MAX_OTHER_HEADER if foreign else MAX_HEADER
        while (parts := split_header(data)) is None and data and len(data) <= limit:
            more = self._source.read(len(data))
            if not more:
                break
            data += more
        if foreign:
            if (translated := arc.as_warc(data)) is not None:
                return translated
            if not data:  # of a gzip member or frame, which ends with what it should
                what = message(self._source.what)
                empty = RecordError(self.path, self.offset, message("an empty %(what)s", what=what), EMPTY)
                empty.resume = self._source.skip()
                raise empty
            raise self._unreadable(message("no WARC record begins here, but %(data)s", data=repr(data[:40])))
        if parts is None:
            raise self._unreadable(message("the WARC header does not end"))
        return parts

    def _unreadable(self, problem: Message) -> WarcError:
        """Return the error; of a member or frame that is sound itself, its writer's."""
        resume = self._source.skip()
        error = WarcError(self.path, self.offset, problem, RESTORE if resume is None else PASSED_OVER)
        error.resume = resume
        return error

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first field called *name* in any case."""
        return self._first.get(name.lower(), default)

    def values(self, name: str) -> list[str]:
        """Return all fields called *name* in any case."""
        name = name.lower()
        first = self._first.get(name)
        return [] if first is None else [first, *self._further.get(name, ())]

    @property
    def place(self) -> str:
        return f"{self.path} at byte {self.offset:,}"

    @property
    def record_id(self) -> str:
        """WARC-Record-ID without angle brackets."""
        return bare_uri(self.get("WARC-Record-ID", ""))

    @property
    def url(self) -> str:
        """WARC-Target-URI with a scheme, and without the angle brackets that wget puts around it; spaces escaped.

        RecordError for one that is not UTF-8, or has control characters in it: it would be another address.
        """
        text = self.get("WARC-Target-URI", "")
        if _NOT_IN_ADDRESS.search(text):
            written = text.encode("utf-8", "surrogateescape")
            raise self.unusable(message("WARC-Target-URI is no address: %(written)s", written=quoted(written)))
        return with_scheme(bare_uri(text).replace(" ", "%20"))

    @property
    def date(self) -> datetime:
        """WARC-Date: when the capture began."""
        date = self.date_of("WARC-Date")
        if date is None:
            raise self.unusable(message("no %(field)s", field="WARC-Date"))
        return date

    def date_of(self, name: str) -> datetime | None:
        """Return a date field as an aware datetime in UTC; RecordError if it is not one."""
        text = self.get(name)
        if text is None:
            return None
        try:
            return parse_date(text)
        except ValueError as error:
            raise self.unusable(message("%(field)s is no date: %(value)s", field=name, value=quoted(text))) from error

    def check_type(self) -> None:
        """Raise RecordError where WARC-Type is missing or no token: who looks for one type would skip the record."""
        if not _TOKEN.fullmatch(self.type):
            if not self.type:
                raise self.unusable(message("no %(field)s", field="WARC-Type"))
            raise self.unusable(message("WARC-Type is no type of record: %(type)s", type=quoted(self.type)))

    @property
    def is_compressed(self) -> bool:
        """Whether the record ends where its compression does, whatever its Content-Length says."""
        return not isinstance(self._source, Plain)

    def unusable(self, problem: Message) -> RecordError:
        """Return a RecordError about this record, for the caller to raise; *problem* is the end of its sentence."""
        return RecordError(self.path, self.offset, problem)

    @property
    def length(self) -> int:
        """Bytes of the record in the file: of its gzip member, or without the blank lines after it.

        Reads to the record's end, so what of the block was not read before is gone, unless it was loaded.
        """
        return self._finish()[0] - self.offset

    @property
    def next_offset(self) -> int:
        """The offset of the next record in the file; reads to the end as ``length`` does."""
        return self._finish()[1]

    @property
    def tail(self) -> bytes:
        """The bytes after the block, two line ends in a sound record; reads to the end as ``length`` does."""
        return self._finish()[2]

    def _finish(self) -> tuple[int, int, bytes]:
        if self._ends is None:
            for _ in self._rest():
                pass
            self._ends = self._source.finish(self._ahead)
        return self._ends

    def _check_there(self) -> None:
        """Raise for a block that ends past the end of the file, before reading up to there."""
        if self._left == self.content_length > READ_SIZE and (there := self._source.left()) is not None:
            missing = self._left - len(self._ahead) - there
            if missing > 0:
                raise self._ends_early(missing)

    def _rest(self) -> Iterator[bytes]:
        self._check_there()
        while self._left:
            data = self._ahead or self._source.read(CHUNK_SIZE)
            if not data:
                raise self._ends_early(self._left)
            block, self._ahead = data[: self._left], data[self._left :]
            self._left -= len(block)
            yield block

    def _ends_early(self, missing: int) -> WarcError:
        return self._unreadable(
            message("the block ends %(missing)s before its Content-Length says", missing=bytes_of(missing))
        )

    def head(self, size: int = MAX_HEAD) -> bytes:
        """Return the first *size* bytes of the block, without taking them."""
        if self._loaded is not None:
            return self._loaded.head(size)
        self._check_there()
        wanted = min(size, self._left)
        parts = [self._ahead]
        have = len(self._ahead)
        while have < wanted:
            data = self._source.read(wanted - have)
            if not data:
                raise self._ends_early(self._left - have)
            parts.append(data)
            have += len(data)
        self._ahead = b"".join(parts)
        return self._ahead[:wanted]

    def chunks(self) -> Iterator[bytes]:
        """Yield the block in pieces."""
        return self._rest() if self._loaded is None else self._loaded.chunks()

    def load(self) -> Wire:
        """Read the whole block, into memory or a temporary file by its size, and check the record's end."""
        if self._loaded is None:
            wire = Wire()
            for data in self._rest():
                wire.append(data)
            self._finish()
            self._loaded = wire
        return self._loaded

    def http(self) -> HttpMessage:
        """Return the HTTP message in the block."""
        block = self.load()
        head = parse_head(block.head(MAX_HEAD))
        return HttpMessage(head, block, self.place, cut_off=bool(self.get("WARC-Truncated")))


def _by_name(fields: Iterable[tuple[str, str]]) -> tuple[dict[str, str], dict[str, list[str]]]:
    """Return the first value of each field by its name in lower case, and the further ones."""
    first: dict[str, str] = {}
    further: dict[str, list[str]] = {}
    for name, value in fields:
        lower = name.lower()
        if lower in first:
            further.setdefault(lower, []).append(value)
        else:
            first[lower] = value
    return first, further


def bare_uri(value: str) -> str:
    """Take the angle brackets off: IDs have them in most archives, and mean the same without.

    >>> bare_uri("<urn:uuid:0190f>"), bare_uri("urn:uuid:0190f")
    ('urn:uuid:0190f', 'urn:uuid:0190f')
    """
    return value[1:-1].strip(" ") if value.startswith("<") and value.endswith(">") else value


def record_at(file: IO[bytes], path: WarcPath, offset: int) -> Record | None:
    """Open the record at *offset*, after what may have to be skipped there; None at the file's end."""
    found = source_at(file, path, offset)
    return None if found is None else Record(path, *found)


def read_record(path: WarcPath, offset: int, *, max_block: int | None = None) -> Record:
    """Read the record that begins at *offset*, its block included; nothing else of the file is touched.

    WarcError also for a block of more than *max_block* bytes, which is then not read.
    """
    if not 0 <= offset < 1 << 63:
        raise WarcError(path, offset, message("no file has such a place"))
    with path.open("rb") as file:
        try:
            record = record_at(file, path, offset)
        except OSError as error:
            if error.errno != errno.EINVAL:  # a place that the disk cannot have
                raise
            raise WarcError(path, offset, message("no file has such a place")) from error
        if record is None:
            raise WarcError(path, offset, message("the file ends before"))
        if max_block is not None and record.content_length > max_block:
            problem = message(
                "the block has %(size)s bytes, more than %(most)s",
                size=f"{record.content_length:,}", most=f"{max_block:,}",
            )  # fmt: skip
            raise WarcError(path, offset, problem)
        record.load()
    return record


def iter_records(path: WarcPath, start: int = 0) -> Iterator[Record]:
    """Yield every record from byte *start* on; a record's block is readable until the next one is asked for.

    WarcError for the first place that cannot be read; what came before it is complete.
    """
    with path.open("rb") as file:
        offset = start
        while (record := record_at(file, path, offset)) is not None:
            yield record
            offset = record.next_offset
