"""Reads WARC files that are damaged: what can be read is, what cannot is named, and reading goes on behind it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

from newsspider.archive.reader import WarcError, iter_records, record_at

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from newsspider.archive.reader import Record, WarcPath

T = TypeVar("T")

_START = re.compile(rb"\x1f\x8b\x08|WARC/[01]\.")
_LONGEST_START = 7
_CHUNK = 1 << 20


def salvage(path: WarcPath, read: Callable[[Record], T], report: Callable[[WarcError], None]) -> Iterator[T]:
    """Yield what *read* makes of each record; every place that it or the file fails at is reported.

    Behind damage, what looks like the beginning of a record is taken for one, even if it lies within a page.
    """
    start: int | None = 0
    while start is not None:
        try:
            for record in iter_records(path, start):
                yield read(record)
        except WarcError as error:
            report(error)
            start = _next_record(path, error.offset + 1)
        else:
            return


def _next_record(path: WarcPath, start: int) -> int | None:
    """Return where, from *start* on, the next record begins."""
    with path.open("rb") as file:
        for offset in _starts(file, start):
            try:
                record_at(file, path, offset)
            except WarcError:
                continue
            return offset
    return None


def _starts(file: IO[bytes], start: int) -> Iterator[int]:
    """Yield the places that look like a record's beginning."""
    while True:
        file.seek(start)
        data = file.read(_CHUNK)
        for found in _START.finditer(data):
            yield start + found.start()
        if len(data) < _CHUNK:
            return
        start += _CHUNK - _LONGEST_START + 1
