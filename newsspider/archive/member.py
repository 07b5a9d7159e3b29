"""One WARC record as one gzip member (RFC 1952), compressed by what is in it.

A body that is compressed already gains nothing from deflate and costs most of the time a record takes. It goes
into a hybrid member: one valid gzip member in which the headers are deflated and the body is stored.
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def _deflater() -> tuple[Any, int]:
    """Return the fastest zlib there is, and the level it is used at.

    isal's level 2 is a twelfth larger than zlib's 6 on HTML, in a third of the time; its 0 would be a quarter
    larger. The same members come of both.
    """
    try:
        from isal import isal_zlib
    except ImportError:  # pip install -e '.[fast]'
        return zlib, 6
    return isal_zlib, 2


_zlib, _LEVEL = _deflater()

_GZIP_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"  # deflate, no name, no time, unknown system
_MAX_STORED = 0xFFFF  # bytes in a stored block (RFC 1951, 3.2.4)

RECORD_END = b"\r\n\r\n"
"""What follows every record's block (ISO 28500, 4)."""

_INCOMPRESSIBLE_CODINGS = frozenset({b"gzip", b"x-gzip", b"deflate", b"br", b"zstd", b"compress"})
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


def incompressible(content_type: bytes, content_codings: Iterable[bytes]) -> bool:
    """Tell from its header fields whether deflate would gain nothing on a body.

    >>> incompressible(b"text/html; charset=utf-8", [b"gzip"]), incompressible(b"image/jpeg", [])
    (True, True)
    >>> incompressible(b"text/html", []), incompressible(b"image/svg+xml", [])
    (False, False)
    """
    if not _INCOMPRESSIBLE_CODINGS.isdisjoint(content_codings):
        return True
    media_type = content_type.partition(b";")[0].strip().lower()
    if media_type in _COMPRESSIBLE_IMAGES:
        return False
    return media_type.startswith((b"image/", b"video/", b"audio/", b"font/")) or media_type in _INCOMPRESSIBLE_TYPES


def compress(record: bytes) -> bytes:
    """Return *record* as one member."""
    member: bytes = _zlib.compress(record, _LEVEL, wbits=31)
    return member


def deflated(head: bytes, body: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Yield the member of a record too large for memory: its headers, then its body in pieces."""
    deflate = _zlib.compressobj(_LEVEL, zlib.DEFLATED, 31)
    yield deflate.compress(head)
    for piece in body:
        yield deflate.compress(piece)
    yield deflate.compress(RECORD_END)
    yield deflate.flush()


def hybrid(head: bytes, body: Iterable[bytes | memoryview]) -> Iterator[bytes | memoryview]:
    """Yield the member of a record whose body is compressed already: deflated headers, stored body."""
    deflate = _zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    # The flush ends at a byte boundary, where stored blocks may follow.
    yield b"".join((_GZIP_HEADER, deflate.compress(head), deflate.flush(zlib.Z_FULL_FLUSH)))
    crc, size = _zlib.crc32(head), len(head)
    for piece in body:
        crc, size = _zlib.crc32(piece, crc), size + len(piece)
        for start in range(0, len(piece), _MAX_STORED):
            stored = piece[start : start + _MAX_STORED]
            yield _stored_header(len(stored), last=False)
            yield stored
    crc, size = _zlib.crc32(RECORD_END, crc), size + len(RECORD_END)
    yield _stored_header(len(RECORD_END), last=True) + RECORD_END + struct.pack("<II", crc, size & 0xFFFFFFFF)


def _stored_header(length: int, *, last: bool) -> bytes:
    return struct.pack("<BHH", last, length, length ^ 0xFFFF)
