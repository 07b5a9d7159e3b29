"""Reads damaged WARC files: every readable record, with the damage between them named.

Where a file is not compressed, a Content-Length that is wrong hides where its record ends, and one too large takes in
records after it. Unless the digest of the block says that it is right, the next record is looked for within the block.

Damage may look like thousands of beginnings, each of which leads a reader far into the file. So what looks like one is
looked at in memory first, and how far all readings that fail may lead is limited: the time grows as the file does.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from math import inf
from typing import TYPE_CHECKING, TypeVar

from newsspider.text.message import message
from newsspider.warc.arc import MAX_LINE, is_record_line
from newsspider.warc.digests import digest_of
from newsspider.warc.reader import MAX_HEADER, RecordError, WarcError, record_at
from newsspider.warc.recordbytes import FRAME, GZIP, PASSED_OVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from newsspider.warc.reader import Record, WarcPath

T = TypeVar("T")

REREAD = 8
"""How many times the size of a file may be read in vain, before such bytes are passed over."""

_FREE = 1 << 20
"""Bytes more that may be, in a file of any size."""

_SMALL = 1 << 16
"""Bytes after a record that are read in vain uncounted: a reader reads that many at once."""

# A record of ARC is recognised by its whole line, and the line by the address at its beginning.
_START = re.compile(rb"\x1f\x8b\x08|\x28\xb5\x2f\xfd|(?i:WARC)/[01]\.|(?<=\n)(?:https?|ftp|dns|filedesc):")
_CHUNK = 2 * MAX_HEADER
_BLANK_LINE = b"\r\n\r\n"
_PROBE = 512
"""Bytes of a gzip member that show, as a rule, what it holds."""


def salvage(path: WarcPath, read: Callable[[Record], T], report: Callable[[WarcError], None]) -> Iterator[T]:
    """Yield what *read* makes of each record; every place that it or the file fails at is reported.

    After a record that *read* cannot use, the next is where the file says. After damage, what looks like the
    beginning of a record is taken for one, even if it lies within a page.
    """
    with path.open("rb") as file:
        beginnings = _Beginnings(file)
        in_vain = 0
        offset: int | None = 0
        found = True  # by the end of the record before it, so that a record must be there
        before: Record | None = None
        """That record."""
        while offset is not None:
            problem: WarcError | None = None
            start = offset + 1
            least = 0  # bytes up to where was read in vain, if no further
            try:
                record = record_at(file, path, offset)
            except WarcError as error:
                problem = error if found or isinstance(error, RecordError) else None
                known = isinstance(error, RecordError)
                if before is not None and not known and _has_other_length(before, file):
                    said = message("the block does not end where its Content-Length says")
                    problem = WarcError(path, before.offset, said, PASSED_OVER)
                    start, least = before.offset + 1, offset
            else:
                if record is None:
                    return
                try:
                    try:
                        made = read(record)
                    except RecordError as error:
                        report(error)
                    else:
                        yield made
                    offset, found, before = record.next_offset, True, record
                    continue
                except WarcError as error:
                    problem = error
            before = None
            behind = max(file.tell() - _SMALL, beginnings.end_of_header(offset), least, start)
            if problem is not None:
                report(problem)
                if problem.resume is not None:
                    offset, found = problem.resume, True
                    continue
            in_vain += behind - start
            if in_vain > REREAD * beginnings.size + _FREE and behind > start:
                said = message("passed over to byte %(end)s: too much was read in vain", end=f"{behind:,}")
                report(WarcError(path, start, said))
                start = behind
            offset, found = beginnings.after(start), False


def _has_other_length(record: Record, file: IO[bytes]) -> bool:
    """Tell if the Content-Length of a record, after which none begins, can be wrong; its block is read again."""
    if record.is_compressed or record.tail.count(b"\n") >= 2:
        return False
    algorithm, stated = digest_of(record.get("WARC-Block-Digest")) or ("", "")
    again = record_at(file, record.path, record.offset)
    if again is None or not isinstance(stated, bytes):
        return True
    digest = hashlib.new(algorithm, usedforsecurity=False)
    for piece in again.chunks():
        digest.update(piece)
    return digest.digest() != stated


class _Beginnings:
    """Places in a file that look like a record's beginning, asked for from the first to the last."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = file.seek(0, 2)
        self._base = 0
        """Where in the file the piece of it begins that is in memory."""
        self._data = self._lower = b""
        self._next: dict[bytes, float] = {}
        """Where in the piece, in lower case, each of what was asked for is found next."""

    def after(self, start: int) -> int | None:
        """Return the first such place from *start* on."""
        while start < self.size:
            end = self._base + len(self._data)
            # A header is either in the piece, or longer than any.
            if start >= end or (start > end - MAX_HEADER and end < self.size):
                self._load(start)
                end = self._base + len(self._data)
            decided = len(self._data) if end >= self.size else len(self._data) - MAX_HEADER
            for found in _START.finditer(self._data, start - self._base):
                if found.start() > decided:
                    break
                if self._may_begin(found.start()):
                    return self._base + found.start()
            start = self._base + decided + 1
        return None

    def end_of_header(self, place: int) -> int:
        """Return where a header that begins at *place*, the last that was asked for, can end; 0 when not known."""
        blank_line = self._next.get(_BLANK_LINE, inf)
        return 0 if blank_line == inf or self._base + blank_line < place else self._base + int(blank_line)

    def _load(self, start: int) -> None:
        self._base = max(0, start - 1)  # a line of ARC is recognised by what is before it
        self._file.seek(self._base)
        self._data = self._file.read(_CHUNK)
        self._lower = self._data.lower()
        self._next.clear()

    def _may_begin(self, place: int) -> bool:
        """Tell by what is in memory if a record can begin there."""
        if self._data[place] == FRAME[0]:
            return True
        if self._data[place] == GZIP[0]:
            return self._may_hold_record(self._data[place : place + _PROBE])
        if self._data[place : place + 5].upper() != b"WARC/":
            return is_record_line(self._data[place : self._data.find(b"\n", place, place + MAX_LINE) + 1])
        field = min(self._first(b"content-length", place), self._first(b"\nwarc-", place))
        return field < min(self._first(_BLANK_LINE, place), place + MAX_HEADER)

    def _first(self, what: bytes, start: int) -> float:
        """Return where *what* is first from *start* on, which grows; each byte is looked at once."""
        found = self._next.get(what, -1)
        if found < start:
            place = self._lower.find(what, start)
            found = self._next[what] = inf if place < 0 else place
        return found

    @staticmethod
    def _may_hold_record(member: bytes) -> bool:
        inflate = zlib.decompressobj(31)
        try:
            first = inflate.decompress(member, 5)
        except zlib.error:
            return False
        if not first:  # a long name of the file may come first
            return not inflate.eof
        return b"WARC/".startswith(first.upper()) or first[:1].islower()  # of ARC it is an address
