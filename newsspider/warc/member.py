"""One WARC record as one gzip member (RFC 1952), compressed by what is in it.

A body that is compressed already gains nothing from deflate and costs most of the time a record takes. It goes
into a hybrid member: one valid gzip member in which the headers are deflated and the body is stored.

Each class here is a file to whoever writes the record: ``write`` takes its bytes in order, ``flush`` ends the member.
The result is handed to *out* piece by piece.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import TypeAlias

    Piece: TypeAlias = bytes | memoryview
    Out: TypeAlias = Callable[[Piece], object]


def _deflater() -> tuple[Any, int]:
    """Return the fastest zlib there is, and the level it is used at.

    isal's level 2 is a twelfth larger than zlib's 6 on HTML, in a third of the time; its 0 would be a quarter
    larger. Both make the same members.
    """
    try:
        from isal import isal_zlib
    except ImportError:  # the extra fast
        return zlib, 6
    return isal_zlib, 2


_zlib, _LEVEL = _deflater()

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time, unknown system
_MAX_STORED = 0xFFFF  # bytes in a stored block (RFC 1951, 3.2.4)

_COMPRESSIBLE_IMAGES = frozenset({b"image/svg+xml", b"image/bmp", b"image/x-ms-bmp"})
_INCOMPRESSIBLE_TYPES = frozenset(
    {
        b"application/zip",
        b"application/gzip",
        b"application/x-gzip",
        b"application/x-7z-compressed",
        b"application/x-rar-compressed",
        b"application/epub+zip",
        b"application/font-woff",
        b"application/pdf",
    }
)


def incompressible(content_type: bytes, content_codings: Sequence[str]) -> bool:
    """Tell from its header fields whether deflate would gain nothing on a body.

    >>> incompressible(b"text/html; charset=utf-8", ["gzip"]), incompressible(b"image/jpeg", [])
    (True, True)
    >>> incompressible(b"text/html", []), incompressible(b"image/svg+xml", [])
    (False, False)
    """
    if content_codings:
        return True
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type in _COMPRESSIBLE_IMAGES:
        return False
    return media_type.startswith((b"image/", b"video/", b"audio/", b"font/")) or media_type in _INCOMPRESSIBLE_TYPES


def compress(record: bytes) -> bytes:
    """Return *record* as one member."""
    member: bytes = _zlib.compress(record, _LEVEL, wbits=31)
    return member


class Member(Protocol):
    """A gzip member that is being written."""

    def write(self, data: Piece) -> None: ...
    def flush(self) -> None: ...


class Whole:
    """The member of a record in memory, deflated in one go."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._pieces: list[Piece] = []

    def write(self, data: Piece) -> None:
        self._pieces.append(data)

    def flush(self) -> None:
        self._out(compress(b"".join(self._pieces)))


class Deflated:
    """The member of a record too large for memory."""

    def __init__(self, out: Out) -> None:
        self._out = out
        self._deflate = _zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)

    def write(self, data: Piece) -> None:
        self._out(self._deflate.compress(data))

    def flush(self) -> None:
        self._out(self._deflate.flush())


class Hybrid:
    """The member of a record whose body is compressed already: deflated up to *head*, stored after it.

    *head*: the HTTP head, the very object that will be written.
    """

    def __init__(self, out: Out, head: bytes) -> None:
        self._out = out
        self._head = head
        self._deflated: list[Piece] | None = []
        self._crc = self._size = 0
        self._waiting: Piece = b""
        """What may be the end of the record, whose last block is marked as such."""

    def write(self, data: Piece) -> None:
        self._crc, self._size = _zlib.crc32(data, self._crc), self._size + len(data)
        if self._deflated is None:
            self._store(self._waiting)
            self._waiting = data
            return
        self._deflated.append(data)
        if data is self._head:
            deflate = _zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
            deflated = deflate.compress(b"".join(self._deflated))
            # The flush ends at a byte boundary, where stored blocks may follow.
            self._out(b"".join((_GZIP_HEADER, deflated, deflate.flush(zlib.Z_FULL_FLUSH))))
            self._deflated = None

    def flush(self) -> None:
        self._store(self._waiting, last=True)
        self._out(struct.pack("<II", self._crc, self._size & 0xFFFFFFFF))

    def _store(self, data: Piece, *, last: bool = False) -> None:
        for start in range(0, len(data), _MAX_STORED):
            stored = data[start : start + _MAX_STORED]
            ends = last and start + len(stored) == len(data)
            self._out(struct.pack("<BHH", ends, len(stored), len(stored) ^ 0xFFFF))
            self._out(stored)
