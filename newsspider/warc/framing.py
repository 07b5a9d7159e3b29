"""The framing of an HTTP/1.x body: until the connection closes, by length, or in chunks (RFC 9112, 6 and 7).

Nothing raises for a malformed body: one whose framing makes no sense is taken as it lies.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol

from newsspider.warc.http import MAX_HEAD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsspider.warc.http import Head

_MAX_CHUNK_LINE = 8192
"""Bytes of a chunk-size line with its extensions, or of one trailer line."""
_CHUNK_LINE = re.compile(rb"[ \t]*0*([0-9A-Fa-f]{1,15})[ \t]*(?:;[^\n]*)?\r?\n")
_CHUNK_LINE_SO_FAR = re.compile(rb"[ \t]*0*[0-9A-Fa-f]{0,15}[ \t]*(?:;[^\n]*)?\r?")
_LAST_CHUNK = re.compile(rb"\n0\r?\n\r?\n$")


class Unframer(Protocol):
    """Takes a body piece by piece as it lies in the block and gives back the payload's pieces."""

    @property
    def complete(self) -> bool:
        """Whether all of the payload has been seen, as far as the message itself can tell."""

    @property
    def ended(self) -> bool:
        """Whether the message is over: what follows is no part of it."""

    @property
    def broken(self) -> bool:
        """Whether it makes no sense to read on."""

    @property
    def until_close(self) -> bool:
        """Whether only the end of the connection ends the message."""

    @property
    def extra(self) -> bool:
        """Whether there was more than head and body: a trailer, or bytes after the end of the message."""

    @property
    def length(self) -> int | None:
        """Bytes of the body where the head says so."""

    def feed(self, data: bytes | memoryview) -> Iterable[bytes | memoryview]: ...


class _UntilClose:
    """A body that ends with the connection, so that only the connection knows if it is complete."""

    complete = True
    ended = False
    broken = False
    until_close = True
    extra = False
    length: int | None = None

    def feed(self, data: bytes | memoryview) -> Iterable[bytes | memoryview]:
        return (data,)


class _Counted:
    """A body of a length known beforehand; what lies after it is no part of the message."""

    broken = False
    until_close = False

    def __init__(self, length: int) -> None:
        self.length: int | None = length
        self._left = length
        self.complete = self.ended = length == 0
        self.extra = False

    def feed(self, data: bytes | memoryview) -> Iterable[bytes | memoryview]:
        self.extra |= len(data) > self._left
        data = data[: self._left]
        self._left -= len(data)
        self.complete = self.ended = not self._left
        return (data,)


class _Chunked:
    """A chunked body (RFC 9112, 7.1). One that does not begin with a chunk size is taken *as_it_lies*.

    Archivers that undo the chunks and leave the header are the reason, and servers that only say that they chunk.
    """

    length: int | None = None

    def __init__(self, as_it_lies: _UntilClose | _Counted) -> None:
        self.complete = False
        self._as_it_lies = as_it_lies
        self._more = False  # a trailer, or something after the end
        self._left = 0  # of the current chunk
        self._line = b""  # an unfinished line
        self._trailer = 0  # bytes
        self._tail = b""  # of what is taken as it lies
        self._state = "first size"

    @property
    def ended(self) -> bool:
        return self._as_it_lies.ended if self._state == "raw" else self._state == "done"

    @property
    def broken(self) -> bool:
        return self._state == "broken" or self._is_chunked_after_all

    @property
    def until_close(self) -> bool:
        return self._state == "raw" and self._as_it_lies.until_close

    @property
    def extra(self) -> bool:
        return self._as_it_lies.extra if self._state == "raw" else self._more

    def feed(self, data: bytes | memoryview) -> Iterator[bytes | memoryview]:
        text = bytes(data)  # lines are searched for in it
        position = 0
        while position < len(text) and self._state not in ("done", "broken"):
            if self._state == "raw":
                yield from self._feed_raw(text[position:])
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
            self._read_line(line)
            if self._state == "raw":
                yield from self._feed_raw(line)
        self._more |= self._state == "done" and position < len(text)

    def _feed_raw(self, data: bytes) -> Iterable[bytes | memoryview]:
        pieces = self._as_it_lies.feed(data)
        self._tail = (self._tail + data[-8:])[-8:]
        self.complete = self._as_it_lies.complete and not self._is_chunked_after_all
        return pieces

    @property
    def _is_chunked_after_all(self) -> bool:
        """Whether what was taken as it lies has a last chunk: then it is its first size that makes no sense."""
        return _LAST_CHUNK.search(self._tail) is not None

    def _may_go_on(self, line: bytes) -> bool:
        return self._state != "first size" or _CHUNK_LINE_SO_FAR.fullmatch(line) is not None

    def _read_line(self, line: bytes) -> None:
        """Take in a whole line, or one that cannot become one."""
        if self._state == "trailer":
            self._trailer += len(line)
            if not line.strip(b"\r\n"):
                self._state = "done"
            elif self._trailer > MAX_HEAD:
                self._state = "broken"
            else:
                self._more = True
            return
        if self._state == "end of chunk":
            self._state = "size" if line in (b"\r\n", b"\n") else "broken"
            return
        size = _CHUNK_LINE.fullmatch(line)
        if size is None:
            self._state = "raw" if self._state == "first size" else "broken"
            return
        self._left = int(size[1], 16)
        self._state = "end of chunk" if self._left else "trailer"
        self.complete = not self._left  # with the chunk of size zero, whatever becomes of the trailer (RFC 9112, 8)


def unframer(head: Head, method: str = "GET") -> Unframer:
    """Return what takes the body after *head* apart (RFC 9112, 6.3)."""
    if not head.whole or method == "HEAD" or head.status in (204, 304):
        return _Counted(0)
    length = head.content_length
    counted = _UntilClose() if length is None else _Counted(length)
    return _Chunked(counted) if head.chunked else counted
