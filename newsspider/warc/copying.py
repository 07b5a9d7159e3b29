"""A record as it goes into another WARC file, whatever it was written as."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.warc.header import RECORD_END
from newsspider.warc.member import compress
from newsspider.warc.recordbytes import GZIP

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.warc.reader import Record

_PIECE = 1 << 20


def member_of(record: Record) -> Iterator[bytes]:
    """Yield a loaded record as a gzip member: as it lies, if it is one, else compressed with the line ends after it."""
    pieces = _as_it_lies(record)
    first = next(pieces, b"")
    if first.startswith(GZIP):
        yield first
        yield from pieces
    elif record.is_compressed:  # by Zstandard, for which the file may have a dictionary
        yield compress(b"".join((record.header, RECORD_END, *record.chunks(), RECORD_END)))
    else:
        yield compress(b"".join((first, *pieces, RECORD_END)))


def _as_it_lies(record: Record) -> Iterator[bytes]:
    left = record.length
    with record.path.open("rb") as source:
        source.seek(record.offset)
        while left and (piece := source.read(min(left, _PIECE))):
            left -= len(piece)
            yield piece
