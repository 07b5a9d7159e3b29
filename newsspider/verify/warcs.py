"""A WARC file, read once from end to end: its records, its digests, what they refer to, and the file's own SHA-256."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any, Literal

from newsspider.archive.cdxj import entry_of
from newsspider.archive.exchange import CHUNK_SIZE
from newsspider.archive.member import RECORD_END
from newsspider.archive.runs import PREVIOUS_RUN
from newsspider.archive.salvage import salvage
from newsspider.verify.digests import check_digests
from newsspider.verify.findings import Place, shortened
from newsspider.verify.rules import broken

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.archive.cdxj import CdxjEntry
    from newsspider.archive.reader import Record, WarcError, WarcPath
    from newsspider.verify.findings import Report
    from newsspider.verify.references import References

_MAX_WARCINFO = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFacts:
    """What a file turned out to be."""

    size: int
    sha256: str
    records: int
    """Those that could be read."""
    previous_run: tuple[str | None, ...]
    """What each of its warcinfo records cites as the run before."""


class WarcCheck:
    """Checks files one after another, handing on what has to be seen together.

    *captured* takes the index entry of each capture; *advance* the number of bytes read since it was last called.
    """

    def __init__(
        self,
        report: Report,
        references: References,
        captured: Callable[[CdxjEntry], None],
        advance: Callable[[int], None],
    ) -> None:
        self._report = report
        self._references = references
        self._captured = captured
        self._advance = advance

    def check(self, path: WarcPath) -> WarcFacts:
        """Check one file; OSError when it cannot be read at all."""
        hashed = _HashedPath(path, self._advance)
        previous_run: list[str | None] = []

        def check_record(record: Record) -> None:
            self._check_record(record)
            if record.type == "warcinfo":
                previous_run.append(_previous_run(record))

        records = sum(1 for _ in salvage(hashed, check_record, self._tell))
        self._report.counts["WARC files"] += 1
        self._report.counts["WARC records"] += records
        if not records:
            self._report.fault("record", Place(path), "the file holds no record that can be read", clause="4")
        size, sha256 = hashed.finish()
        return WarcFacts(size=size, sha256=sha256, records=records, previous_run=tuple(previous_run))

    def _tell(self, error: WarcError) -> None:
        self._report.fault("record", Place(error.path, error.offset), error.problem)

    def _check_record(self, record: Record) -> None:
        place = Place(record.path, record.offset)
        for kind, problem, clause in broken(record):
            self._report.fault(kind, place, problem, clause=clause)
        record.load()
        if record.tail != RECORD_END:
            problem = f"the record ends with {shortened(record.tail)} and not with two line ends"
            self._report.fault("record-end", place, problem)
        check_digests(record, self._report)
        self._references.add(record)
        entry = entry_of(record)
        if entry is not None:
            self._captured(entry)


def _previous_run(warcinfo: Record) -> str | None:
    for line in warcinfo.head(_MAX_WARCINFO).decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == PREVIOUS_RUN:
            return value.strip()
    return None


class _HashedPath:
    """A file whose SHA-256 is taken while it is read from its beginning, also by several readers one after another."""

    def __init__(self, path: WarcPath, advance: Callable[[int], None]) -> None:
        self._path = path
        self._advance = advance
        self._sha256 = hashlib.sha256()
        self._hashed = 0

    @property
    def name(self) -> str:
        return self._path.name

    def __str__(self) -> str:
        return str(self._path)

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return _Hashed(self._path.open(mode), self.take)  # type: ignore[return-value]  # of an IO what a reader uses

    def take(self, data: bytes, end: int) -> None:
        """Take in what was read up to byte *end*: only what was not read before, and nothing behind a gap."""
        fresh = end - self._hashed
        if 0 < fresh <= len(data):
            self._sha256.update(memoryview(data)[len(data) - fresh :])
            self._hashed = end
            self._advance(fresh)

    def finish(self) -> tuple[int, str]:
        """Read what no reader has come to; return the size and the SHA-256 in hex."""
        with self._path.open("rb") as file:
            file.seek(self._hashed)
            while data := file.read(CHUNK_SIZE):
                self.take(data, file.tell())
        return self._hashed, self._sha256.hexdigest()


class _Hashed:
    def __init__(self, file: IO[bytes], take: Callable[[bytes, int], None]) -> None:
        self._file = file
        self._take = take
        self.seek = file.seek
        self.tell = file.tell

    def read(self, size: int) -> bytes:
        data = self._file.read(size)
        self._take(data, self._file.tell())
        return data

    def __enter__(self) -> _Hashed:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._file.close()
