"""A WARC file that is being written: members are added completely or not at all, and it is renamed at the end."""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.durable import sync_directory
from newsspider.text.counted import counted
from newsspider.warc.exchange import MEMORY_LIMIT
from newsspider.warc.filekinds import OPEN_SUFFIX
from newsspider.warc.reader import WarcError, iter_records
from newsspider.warc.record import RecordWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from pathlib import Path

    from newsspider.warc.member import Piece
    from newsspider.warc.record import NewRecord

_NOT_FOR_NAMES = re.compile(r"[^A-Za-z0-9._]+")


def warc_name(prefix: str, created: datetime, serial: int, host: str) -> str:
    """Return the name of a file; *created* is UTC.

    >>> from datetime import UTC, datetime
    >>> warc_name("kanka", datetime(2026, 1, 30, 8, 0, 0, 123456, tzinfo=UTC), 0, "crawler-1.example")
    'kanka-20260130080000123-00000-crawler_1.example.warc.gz'
    """
    # Hyphens separate the parts, so none may be inside one.
    safe_prefix, safe_host = (_NOT_FOR_NAMES.sub("_", part)[:64].strip("._") or "x" for part in (prefix, host))
    moment = f"{created:%Y%m%d%H%M%S}{created.microsecond // 1000:03}"
    return f"{safe_prefix}-{moment}-{serial:05}-{safe_host}.warc.gz"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFile:
    """A finished WARC file."""

    name: str
    size: int
    sha256: str
    """Lower-case hex."""
    records: int


@dataclass(frozen=True, slots=True)
class Recovery:
    """The outcome for a file that a killed run left open."""

    name: str
    records: int
    """Whole records that were kept; with none, the file was removed."""
    cut: int
    """Bytes after the last whole record that were cut off."""
    problem: str | None
    """What was wrong with them."""

    def __str__(self) -> str:
        kept = f"{self.name}: {self.records} whole records kept"
        return f"{kept}, {counted(self.cut, 'byte')} cut off ({self.problem})" if self.cut else kept


class OpenWarcFile:
    """The file being written; OSError leaves it as it was before the call that raised."""

    def __init__(self, directory: Path, name: str) -> None:
        self.name = name
        self.size = 0
        self.records = 0
        self._final = directory / name
        self.path = directory / (name + OPEN_SUFFIX)
        if self._final.exists():
            raise FileExistsError(f"{self._final} exists already")
        self._file = self.path.open("x+b", buffering=0)
        self._writer = RecordWriter(self._take)
        self._waiting: list[Piece] = []  # what is not handed to the system yet
        self._waiting_size = 0
        self._position = 0
        """Where in the file what is taken next will lie."""
        self._synced = 0
        self._unsafe: OSError | None = None  # why the file is not what was written, if so
        sync_directory(directory)

    def append(self, records: Iterable[NewRecord]) -> list[tuple[int, int]]:
        """Add records; return offset and length of each. All of them, or none when it raises."""
        spans: list[tuple[int, int]] = []
        try:
            for record in records:
                start = self._position
                self._writer.write_record(record)
                spans.append((start, self._position - start))
            self._write_waiting()
        except BaseException:
            self._waiting.clear()
            self._waiting_size = 0
            self._position = self.size
            self._file.truncate(self.size)
            self._file.seek(self.size)
            raise
        self.size = self._position
        self.records += len(spans)
        return spans

    def _take(self, piece: Piece) -> None:
        self._waiting.append(piece)
        self._waiting_size += len(piece)
        self._position += len(piece)
        if self._waiting_size > MEMORY_LIMIT:
            self._write_waiting()

    def _write_waiting(self) -> None:
        data = b"".join(self._waiting)
        self._waiting.clear()
        self._waiting_size = 0
        written = self._file.write(data)
        while written < len(data):  # a short write is how a disk begins to be full
            written += self._file.write(memoryview(data)[written:])

    def sync(self) -> None:
        """Return when all that was added is on the disk."""
        if self._unsafe is not None:
            raise self._unsafe
        if self._synced < self.size:
            try:
                os.fsync(self._file.fileno())
            except OSError as error:
                # The kernel may have dropped what it could not write, and would say nothing the next time.
                self._unsafe = error
                raise
            self._synced = self.size

    def finish(self) -> WarcFile:
        """Give the file its final name, durably; if that fails it stays open for good.

        The next run then reads what is really there.
        """
        try:
            if self._unsafe is not None:
                raise self._unsafe
            self._file.truncate(self.size)  # once more, should cutting back after a failed write have failed too
            self.sync()
            self._file.seek(0)
            sha256 = hashlib.file_digest(self._file, "sha256").hexdigest()
            self.path.replace(self._final)
            sync_directory(self._final.parent)
        except OSError as error:
            self._unsafe = error
            raise
        finally:
            self._file.close()
        return WarcFile(name=self.name, size=self.size, sha256=sha256, records=self.records)

    def discard(self) -> None:
        """Remove a file that holds nothing yet."""
        self._file.close()
        self.path.unlink()


def recover(path: Path) -> Recovery:
    """Make a finished file of one that a killed run left open: cut it after its last whole record, rename it."""
    records = end = 0
    problem = None
    try:
        for record in iter_records(path):
            end = record.offset + record.length
            records += 1
    except WarcError as error:
        problem = error.problem
    final = path.with_name(path.name.removesuffix(OPEN_SUFFIX))
    with path.open("r+b") as file:
        cut = file.seek(0, os.SEEK_END) - end
        if cut:
            file.truncate(end)
        os.fsync(file.fileno())
    if not records:
        path.unlink()
    elif final.exists():
        raise FileExistsError(f"{final} exists already")
    else:
        path.replace(final)
    sync_directory(path.parent)
    return Recovery(final.name, records, cut, problem)


def describe(path: Path) -> WarcFile:
    """Say of a finished file what ``finish`` would have said."""
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    records = sum(1 for _ in iter_records(path))
    return WarcFile(name=path.name, size=path.stat().st_size, sha256=sha256, records=records)
