"""Reads WARC files: one record at a place, or all of them in order, gzipped record by record or plain.

A record is read as it is asked for: its header first, its block only if somebody wants it.
"""

from __future__ import annotations

import zlib
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Literal, Protocol, overload

from newsspider.archive import arc
from newsspider.archive.exchange import CHUNK_SIZE, Wire
from newsspider.archive.http import MAX_HEAD, HttpMessage, parse_head
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_HEADER = 16 * MAX_HEAD
"""Bytes of a WARC header: it holds two addresses, and a server may lead to one as long as its head may be."""

_MAX_OTHER_HEADER = 1 << 16
"""Bytes in which other things than a WARC record have to show what they are."""

_READ_SIZE = 1 << 15
"""Bytes read at once from a compressed file; what is read beyond a member is read again."""

_MAX_TAIL = 1 << 10
"""Bytes of blank lines behind a record that are put up with."""


class WarcPath(Protocol):
    """Where a WARC file is: a Path, or a part of another file. As text it is what messages call it."""

    @property
    def name(self) -> str: ...

    def open(self, mode: Literal["rb"], /) -> IO[bytes]: ...


class WarcError(NewsspiderError):
    """A WARC file is not what it should be at one place."""

    def __init__(self, path: WarcPath, offset: int, problem: str) -> None:
        self.finding = f"{path} at byte {offset:,}: {problem}"
        super().__init__(
            f"{self.finding}. Restore the file from a copy, "
            "or move it out of the collection and run: scrapy index COLLECTION"
        )
        self.path = path
        self.offset = offset
        self.problem = problem


class _Source(Protocol):
    """The bytes of one record, decompressed."""

    def read(self, size: int) -> bytes:
        """Return at least one and at most *size* bytes; none at the end."""

    def finish(self, ahead: bytes) -> tuple[int, int, bytes]:
        """Return where the record ends, where the next begins, and what is behind the block.

        *ahead* is what was read of that already.
        """


class _Member:
    """A gzip member. zlib checks its CRC and length when the end is read."""

    def __init__(self, file: IO[bytes], path: WarcPath, offset: int) -> None:
        self._file, self._path, self._offset = file, path, offset
        self._inflate = zlib.decompressobj(31)
        file.seek(offset)

    def read(self, size: int) -> bytes:
        while not self._inflate.eof:
            # unconsumed_tail is what an earlier *size* did not let zlib take.
            raw = self._inflate.unconsumed_tail or self._file.read(_READ_SIZE)
            try:
                data = self._inflate.decompress(raw, size)
            except zlib.error as error:
                raise WarcError(self._path, self._offset, f"not a whole gzip member ({error})") from error
            if data:
                return data
            if not raw:
                raise WarcError(self._path, self._offset, "the file ends within a gzip member")
        return b""

    def finish(self, ahead: bytes) -> tuple[int, int, bytes]:
        tail = ahead
        while not tail.strip(b"\r\n") and len(tail) <= _MAX_TAIL:
            data = self.read(_MAX_TAIL)
            if not data:
                end = self._file.tell() - len(self._inflate.unused_data)
                return end, end, tail
            tail += data
        raise WarcError(
            self._path,
            self._offset,
            "the gzip member goes on behind the record (a file gzipped as a whole? "
            "`warcio recompress OLD NEW` repairs that)",
        )


class _Plain:
    """A record in a file that is not compressed."""

    def __init__(self, file: IO[bytes], offset: int) -> None:
        self._file = file
        file.seek(offset)

    def read(self, size: int) -> bytes:
        return self._file.read(size)

    def finish(self, ahead: bytes) -> tuple[int, int, bytes]:
        end = self._file.tell() - len(ahead)
        self._file.seek(end)
        tail = self._file.read(_MAX_TAIL)
        blank = len(tail) - len(tail.lstrip(b"\r\n"))
        return end, end + blank, tail[:blank]


class Record:
    """One WARC record. Its block can be read once, in order, unless it is loaded first."""

    __slots__ = (
        "_ahead", "_ends", "_left", "_loaded", "_source", "content_length", "fields", "header", "offset", "path", "type"
    )  # fmt: skip

    def __init__(self, path: WarcPath, offset: int, source: _Source) -> None:
        self.path = path
        self.offset = offset
        """Where the record, or its gzip member, begins in the file."""
        self._source = source
        self._loaded: Wire | None = None
        self._ends: tuple[int, int, bytes] | None = None

        self.header, self._ahead = self._read_header()
        """The header as it stands, without the blank line behind it."""
        self.fields = _parse_fields(self.header)
        """The WARC header's fields in order, as written."""
        self.type = self.get("WARC-Type", "")
        length = self.get("Content-Length", "")
        if not (length.isascii() and length.isdigit()):
            raise self._error(f"no Content-Length in a record of type {self.type!r}")
        self.content_length = int(length)
        """Bytes of the block."""
        self._left = self.content_length

    def _read_header(self) -> tuple[bytes, bytes]:
        data = self._source.read(4096)
        # A longer read each time, so that a long header is not searched over and over.
        limit = _MAX_HEADER if data.startswith(b"WARC/") else _MAX_OTHER_HEADER
        while data and b"\r\n\r\n" not in data and len(data) <= limit:
            more = self._source.read(len(data))
            if not more:
                break
            data += more
        if (translated := arc.as_warc(data)) is not None:
            return translated
        header, end, ahead = data.partition(b"\r\n\r\n")
        if not header.startswith(b"WARC/"):
            raise self._error(f"no WARC record begins here, but {header[:40]!r}")
        if not end:
            raise self._error("the WARC header does not end")
        return header, ahead

    def _error(self, problem: str) -> WarcError:
        return WarcError(self.path, self.offset, problem)

    @overload
    def get(self, name: str) -> str | None: ...
    @overload
    def get(self, name: str, default: str) -> str: ...
    def get(self, name: str, default: str | None = None) -> str | None:
        """Return the first field called *name* in any case."""
        name = name.lower()
        for other, value in self.fields:
            if other.lower() == name:
                return value
        return default

    @property
    def place(self) -> str:
        return f"{self.path} at byte {self.offset:,}"

    @property
    def record_id(self) -> str:
        """WARC-Record-ID without angle brackets."""
        return bare_uri(self.get("WARC-Record-ID", ""))

    @property
    def url(self) -> str:
        """WARC-Target-URI without the angle brackets that wget puts around it; spaces escaped."""
        return bare_uri(self.get("WARC-Target-URI", "")).replace(" ", "%20")

    @property
    def date(self) -> datetime:
        """WARC-Date: when the capture began."""
        date = self.date_of("WARC-Date")
        if date is None:
            raise self._error("no WARC-Date")
        return date

    def date_of(self, name: str) -> datetime | None:
        """Return a date field as an aware datetime in UTC."""
        text = self.get(name)
        if text is None:
            return None
        try:
            date = datetime.fromisoformat(text)
        except ValueError as error:
            raise self._error(f"{name} is no date: {text!r}") from error
        return date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC)

    @property
    def length(self) -> int:
        """Bytes of the record in the file: of its gzip member, or without the blank lines behind it.

        Reads to the record's end, so what of the block was not read before is gone, unless it was loaded.
        """
        return self._finish()[0] - self.offset

    @property
    def tail(self) -> bytes:
        """What is behind the block, two line ends in a sound record; reads to the end as ``length`` does."""
        return self._finish()[2]

    def _finish(self) -> tuple[int, int, bytes]:
        if self._ends is None:
            for _ in self._rest():
                pass
            self._ends = self._source.finish(self._ahead)
        return self._ends

    def _rest(self) -> Iterator[bytes]:
        while self._left:
            data = self._ahead or self._source.read(CHUNK_SIZE)
            if not data:
                raise self._error(f"the block ends {self._left:,} bytes before its Content-Length says")
            block, self._ahead = data[: self._left], data[self._left :]
            self._left -= len(block)
            yield block

    def head(self, size: int = MAX_HEAD) -> bytes:
        """Return the first *size* bytes of the block, without taking them."""
        if self._loaded is not None:
            return self._loaded.head(size)
        wanted = min(size, self._left)
        parts = [self._ahead]
        have = len(self._ahead)
        while have < wanted:
            data = self._source.read(wanted - have)
            if not data:
                raise self._error(f"the block ends {self._left - have:,} bytes before its Content-Length says")
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
        return HttpMessage(parse_head(block.head(MAX_HEAD)), block, self.place)


def _parse_fields(header: bytes) -> tuple[tuple[str, str], ...]:
    fields: list[tuple[str, str]] = []
    for line in header.decode("utf-8", "surrogateescape").split("\r\n")[1:]:
        if line[:1] in (" ", "\t") and fields:  # the standard allows folding, and nobody writes it
            fields[-1] = (fields[-1][0], f"{fields[-1][1]} {line.strip()}")
            continue
        name, colon, value = line.partition(":")
        if colon:
            fields.append((name.strip(), value.strip()))
    return tuple(fields)


def bare_uri(value: str) -> str:
    """Take the angle brackets off: IDs have them in most archives, and mean the same without.

    >>> bare_uri("<urn:uuid:0190f>"), bare_uri("urn:uuid:0190f")
    ('urn:uuid:0190f', 'urn:uuid:0190f')
    """
    return value[1:-1] if value.startswith("<") and value.endswith(">") else value


def record_at(file: IO[bytes], path: WarcPath, offset: int) -> Record | None:
    file.seek(offset)
    magic = file.read(2)
    if not magic:
        return None
    if magic == b"\x1f\x8b":
        return Record(path, offset, _Member(file, path, offset))
    if magic != b"WA" and not magic.islower():  # a record of an ARC file begins with a URL
        raise WarcError(path, offset, f"neither a gzip member nor a WARC record begins here, but {magic!r}")
    return Record(path, offset, _Plain(file, offset))


def read_record(path: WarcPath, offset: int, *, max_block: int | None = None) -> Record:
    """Read the record that begins at *offset*, its block included; nothing else of the file is touched.

    WarcError also for a block of more than *max_block* bytes, which is then not read.
    """
    with path.open("rb") as file:
        record = record_at(file, path, offset)
        if record is None:
            raise WarcError(path, offset, "the file ends before")
        if max_block is not None and record.content_length > max_block:
            raise WarcError(path, offset, f"the block has {record.content_length:,} bytes, more than {max_block:,}")
        record.load()
    return record


def iter_records(path: WarcPath, start: int = 0) -> Iterator[Record]:
    """Yield every record from byte *start* on; a record's block is readable until the next one is asked for.

    WarcError for the first place that cannot be read; what came before it is whole.
    """
    with path.open("rb") as file:
        offset = start
        while (record := record_at(file, path, offset)) is not None:
            yield record
            offset = record._finish()[1]
