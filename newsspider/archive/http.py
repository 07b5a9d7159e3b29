"""HTTP/1.x messages as bytes: where the head ends, how long the body is, what the payload is (RFC 9112).

Servers break every rule here, so nothing raises for a malformed message: a head is read as far as it goes, and
a body whose framing makes no sense is taken as it lies.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsspider.archive.exchange import CHUNK_SIZE, Wire
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MAX_HEAD = CHUNK_SIZE
"""Bytes in which a message's head, interim responses before it included, has to end to be seen as one."""

MAX_BODY = 256 << 20
"""Bytes of payload or decoded body that are put into memory unless the caller says otherwise."""

_MAX_CHUNK_LINE = 8192
"""Bytes of a chunk-size line with its extensions, or of one trailer line."""

_END_OF_HEAD = re.compile(rb"\n\r?\n")  # servers end lines with a bare LF too
_STATUS_LINE = re.compile(rb"HTTP/\d+(?:\.\d+)?[ \t]+(\d{3})(?:[ \t]+(.*))?$")
# The few fields that say how a body lies in the message, in one pass; value with folded lines. Reading all fields
# takes as long as digesting the page.
_BODY_FIELDS = re.compile(
    rb"\n(transfer-encoding|content-(?:length|encoding|type))[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)", re.IGNORECASE
)
_GZIP = b"\x1f\x8b"
_CHUNK_LINE = re.compile(rb"[ \t]*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_CHUNK_LINE_SO_FAR = re.compile(rb"[ \t]*[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\n]*)?\r?")


class BodyTooLargeError(NewsspiderError):
    """A payload or decoded body is beyond what was asked for; a gzip bomb ends here."""

    def __init__(self, place: str, limit: int) -> None:
        self.limit = limit
        super().__init__(f"{place}: the body is larger than {limit:,} bytes; read it in pieces or raise the limit")


class ContentCodingError(NewsspiderError):
    """A body's Content-Encoding cannot be undone."""

    def __init__(self, place: str, coding: str, cause: str) -> None:
        self.coding, self.cause = coding, cause
        super().__init__(f"{place}: cannot undo Content-Encoding {coding!r}: {cause}")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a message: its first line, its fields in order, and where its bytes lie."""

    start: int
    """Where the head begins in the block; behind the interim responses."""
    end: int
    """Where the body begins."""
    data: bytes
    """The bytes between."""
    line: bytes
    """The first line, without its end."""
    status: int | None
    """None for a request and for what is not HTTP."""
    whole: bool
    """Whether the blank line that ends a head was there."""
    _body_fields: dict[bytes, list[bytes]]

    @property
    def reason(self) -> bytes:
        line = _STATUS_LINE.match(self.line)
        return (line[2] or b"").strip() if line else b""

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """Names as sent, values without the white space around them; folded lines joined by a space.

        Lines without a colon are in the bytes only.
        """
        fields: list[tuple[bytes, bytes]] = []
        for line in self.data.split(b"\n")[1:]:
            if line[:1] in (b" ", b"\t"):
                if fields and (more := line.strip()):
                    name, value = fields[-1]
                    fields[-1] = (name, value + b" " + more if value else more)
                continue
            name, colon, value = line.partition(b":")
            if colon:
                fields.append((name.rstrip(b" \t"), value.strip()))
        return fields

    def values(self, name: bytes) -> list[bytes]:
        """Return the values of a field that is about the body, white space and all; *name* is in lower case."""
        return self._body_fields.get(name, [])

    @property
    def content_type(self) -> bytes:
        return b"".join(self.values(b"content-type")[:1]).strip()

    @property
    def content_codings(self) -> list[bytes]:
        """Content codings in the order in which they were applied, in lower case."""
        named = b",".join(self.values(b"content-encoding")).lower().split(b",")
        return [coding for name in named if (coding := name.strip()) not in (b"", b"identity")]

    @property
    def chunked(self) -> bool:
        """Whether the last transfer coding is ``chunked``."""
        codings = b",".join(self.values(b"transfer-encoding")).lower()
        return codings.rpartition(b",")[2].strip() == b"chunked"

    @property
    def content_length(self) -> int | None:
        for value in self.values(b"content-length"):
            # A list of equal values is one value (RFC 9112, 6.3); int() would take signs and underscores.
            first = value.partition(b",")[0].strip()
            if first.isdigit() and len(first) < 19:
                return int(first)
        return None


def parse_head(block: bytes) -> Head:
    r"""Read the head that begins *block*; of a response, the final one: interim responses are skipped.

    >>> head = parse_head(b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.0 404\nServer: x\n y\n\nbody")
    >>> head.start, head.end, head.status, head.reason, head.fields
    (28, 55, 404, b'', [(b'Server', b'x y')])
    """
    start = 0
    while True:
        found = _END_OF_HEAD.search(block, start)
        end = found.end() if found else len(block)
        data = block[start:end]
        line = data.partition(b"\n")[0].rstrip(b"\r")
        status_line = _STATUS_LINE.match(line)
        status = int(status_line[1]) if status_line else None
        # The last head is the answer's: also an interim one, when nothing came after it.
        if not (found and is_interim(status) and end < len(block)):
            break
        start = end
    body_fields: dict[bytes, list[bytes]] = {}
    for name, value in _BODY_FIELDS.findall(data):
        body_fields.setdefault(name.lower(), []).append(value)
    return Head(start, end, data, line, status, found is not None, body_fields)


def is_interim(status: int | None) -> bool:
    """Tell if another response follows this one (RFC 9110, 15.2); 101 leaves HTTP and is final."""
    return status is not None and 100 <= status < 200 and status != 101


class Unframer(Protocol):
    """Takes a body piece by piece as it lies in the block and gives back the payload's pieces."""

    complete: bool
    """Whether the end of the message has been seen."""
    until_close: bool
    """Whether only the end of the connection ends the message."""
    extra: bool
    """Whether there was more than head and body: a trailer, or bytes behind the end of the message."""

    def feed(self, data: bytes | memoryview) -> Iterable[bytes | memoryview]: ...


class _UntilClose:
    """A body that ends with the connection, so that only the connection knows if it is whole."""

    complete = True
    until_close = True
    extra = False

    def feed(self, data: bytes | memoryview) -> Iterable[bytes | memoryview]:
        return (data,)


class _Counted:
    """A body of a length known beforehand; what lies behind it is no part of the message."""

    until_close = False

    def __init__(self, length: int) -> None:
        self._left = length
        self.complete = length == 0
        self.extra = False

    def feed(self, data: bytes | memoryview) -> Iterable[bytes | memoryview]:
        self.extra |= len(data) > self._left
        data = data[: self._left]
        self._left -= len(data)
        self.complete = not self._left
        return (data,)


class _Chunked:
    """A chunked body (RFC 9112, 7.1). One that does not begin with a chunk size is taken as it lies.

    Archivers that undo the chunks and leave the header are the reason.
    """

    until_close = False

    def __init__(self) -> None:
        self.complete = False
        self.extra = False
        self._left = 0  # of the current chunk
        self._line = b""  # an unfinished line
        self._state = "first size"

    def feed(self, data: bytes | memoryview) -> Iterator[bytes]:
        text = bytes(data)  # lines are searched for in it
        position = 0
        while position < len(text) and self._state not in ("done", "broken"):
            if self._state == "raw":
                yield text[position:]
                return
            if self._left:
                piece = text[position : position + self._left]
                self._left -= len(piece)
                position += len(piece)
                yield piece
                continue
            limit = position + _MAX_CHUNK_LINE
            end = text.find(b"\n", position, limit) + 1
            line = self._line + text[position : end or limit]
            position = end or limit
            if not end and len(line) < _MAX_CHUNK_LINE and self._may_go_on(line):
                self._line = line  # the rest of it comes with the next piece
                continue
            self._line = b""
            if payload := self._read_line(line):
                yield payload
        self.extra |= self.complete and position < len(text)

    def _may_go_on(self, line: bytes) -> bool:
        return self._state != "first size" or _CHUNK_LINE_SO_FAR.fullmatch(line) is not None

    def _read_line(self, line: bytes) -> bytes:
        """Take in a whole line, or one that cannot become one; return it when it turns out to be payload."""
        if self._state == "trailer":
            if line.strip(b"\r\n"):
                self.extra = True
            else:
                self.complete, self._state = True, "done"
            return b""
        if self._state == "end of chunk":
            self._state = "size" if line in (b"\r\n", b"\n") else "broken"
            return b""
        size = _CHUNK_LINE.fullmatch(line)
        if size is None:
            self._state = "raw" if self._state == "first size" else "broken"
            return line if self._state == "raw" else b""
        self._left = int(size[1], 16)
        self._state = "end of chunk" if self._left else "trailer"
        return b""


def unframer(head: Head, method: str = "GET") -> Unframer:
    """Return what takes the body behind *head* apart (RFC 9112, 6.3)."""
    if not head.whole or method == "HEAD" or head.status in (204, 304):
        return _Counted(0)
    if head.chunked:
        return _Chunked()
    length = head.content_length
    return _UntilClose() if length is None else _Counted(length)


def body_pieces(block: Wire, head: Head) -> Iterator[memoryview]:
    """Yield the bytes of *block* behind *head*, uncopied."""
    skip = head.end
    for chunk in block.chunks():
        if skip < len(chunk):
            yield memoryview(chunk)[skip:]
        skip = max(0, skip - len(chunk))


@dataclass(frozen=True, slots=True)
class HttpMessage:
    """A response (or request) out of a WARC record."""

    head: Head
    block: Wire
    place: str
    """File and offset, for messages."""
    original: HttpMessage | None = field(default=None, repr=False)
    """Of a revisit: the message whose payload this one's is identical to."""

    @property
    def status(self) -> int | None:
        return self.head.status

    @property
    def reason(self) -> bytes:
        return self.head.reason

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        return self.head.fields

    def payload(self, limit: int = MAX_BODY) -> bytes:
        """Return the body without transfer coding, content coding kept: what WARC-Payload-Digest digests."""
        if self.original is not None:
            return self.original.payload(limit)
        unframe = unframer(self.head)
        parts: list[bytes | memoryview] = []
        size = 0
        for piece in body_pieces(self.block, self.head):
            for part in unframe.feed(piece):
                parts.append(part)
                size += len(part)
                if size > limit:
                    raise BodyTooLargeError(self.place, limit)
        return b"".join(parts)

    def body(self, limit: int = MAX_BODY) -> bytes:
        """Return the body as the server meant it: content coding undone too.

        A compressed body that was cut off is decoded as far as it goes; one that is labelled as compressed and
        is not comes back as it is, as browsers show it.
        """
        body = self.payload(limit)
        for coding in reversed(self.head.content_codings):
            body = decode(body, coding.decode("latin-1"), limit=limit, place=self.place)
        return body


def decode(data: bytes, coding: str, *, limit: int, place: str, whole: bool = False) -> bytes:
    """Undo a content coding, into at most *limit* bytes; what is not compressed at all comes back as it is.

    *whole*: raise ContentCodingError for what is compressed and damaged or cut off; else it is decoded as far as it
    goes. Raises ContentCodingError, too, for a coding other than gzip and deflate, and BodyTooLargeError.

    >>> packed = zlib.compress(b"news")
    >>> decode(packed[:-5], "deflate", limit=9, place="here")
    b'news'
    >>> decode(packed[:-5], "deflate", limit=9, place="here", whole=True)
    Traceback (most recent call last):
    newsspider.archive.http.ContentCodingError: here: cannot undo Content-Encoding 'deflate': it has no end
    """
    if not data:
        return data
    if coding in ("gzip", "x-gzip"):
        wbits = 31
    elif coding == "deflate":
        # The standard says zlib, some servers send raw deflate (RFC 9110, 8.4.1.2).
        wbits = 15 if data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0 else -15
    else:
        raise ContentCodingError(place, coding, "it is not one of gzip, deflate")
    try:
        return _inflate(data, wbits, limit, place, whole=whole)
    except zlib.error as error:
        raise ContentCodingError(place, coding, str(error)) from error


def _inflate(data: bytes, wbits: int, limit: int, place: str, *, whole: bool) -> bytes:
    """Decompress, members one after another; zlib.error for what has to be *whole* and is not."""
    out = bytearray()
    rest = data
    while rest:
        inflate = zlib.decompressobj(wbits)
        try:
            out += inflate.decompress(rest, limit + 1 - len(out))
        except zlib.error:
            if whole and (wbits == 15 or rest.startswith(_GZIP)):
                raise
            # Nothing so far: it is not compressed at all. Something: what follows the last member is padding.
            return bytes(out) or data
        if len(out) > limit:
            raise BodyTooLargeError(place, limit)
        if whole and not inflate.eof:
            raise zlib.error("it has no end")
        rest = inflate.unused_data if wbits == 31 else b""
    return bytes(out)
