"""A WARC file, read once from end to end: its records, its digests, what they refer to, and the file's own SHA-256."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Literal

from newsspider.collection.runs import PREVIOUS_RUN
from newsspider.proof.digests import check_digests
from newsspider.proof.findings import Place
from newsspider.proof.rules import broken
from newsspider.text.escaping import quoted
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.warc.arc import ARC_VERSION
from newsspider.warc.cdxj import CdxjEntry, check_entry, decoded
from newsspider.warc.exchange import CHUNK_SIZE, MEMORY_LIMIT
from newsspider.warc.header import RECORD_END, ends_lines_with_lf
from newsspider.warc.pagelines import FilePages
from newsspider.warc.reader import RecordError, record_at
from newsspider.warc.salvage import salvage

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.proof.findings import Report
    from newsspider.proof.references import References
    from newsspider.warc.reader import Record, WarcError, WarcPath

_MAX_WARCINFO = 1 << 16
_NO_RECORD = N_("What is said of its records, where anything is, says why; take the file away if it is none of WARC")


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcFacts:
    """The facts of a WARC file that was read; *size* in bytes."""

    size: int
    sha256: str
    """In hex; empty where it was not asked for."""
    records: int
    """Those that could be read."""
    previous_run: tuple[str | None, ...]
    """What each of its warcinfo records cites as the run before."""


class WarcCheck:
    """Checks files one after another, handing on what has to be seen together.

    *captured* takes the index entry of each capture, and whether it is of a page, which an index has to have; None for
    files that nothing describes, neither an index nor a manifest: then their SHA-256 is not taken either. *advance*
    takes the number of bytes read since it was last called.
    """

    def __init__(
        self,
        report: Report,
        references: References,
        captured: Callable[[CdxjEntry, bool], None] | None,
        advance: Callable[[int], None],
    ) -> None:
        self._report = report
        self._references = references
        self._captured = captured
        self._of_arc: set[str] = set()
        """ARC files that were reported."""
        self._advance = advance

    def check(self, path: WarcPath) -> WarcFacts:
        """Check one file; OSError when it cannot be read at all."""
        hashed = _HashedPath(path, self._advance, None if self._captured is None else hashlib.sha256())
        previous_run: list[str | None] = []
        with FilePages() as pages:

            def check_record(record: Record) -> None:
                if record.type == "warcinfo":
                    previous_run.append(_previous_run(record))
                self._check_record(record, pages)

            records = sum(1 for _ in salvage(hashed, check_record, self._tell))
            for line, is_page in pages.decided():
                if self._captured is not None:
                    self._captured(CdxjEntry.parse(decoded(line)), is_page)
        self._report.counts["WARC files"] += 1
        self._report.counts["WARC records"] += records
        if not records:
            problem = message("the file holds no record that can be read")
            self._report.fault("record", Place(path), problem, clause="4", remedy=_NO_RECORD)
        size, sha256 = hashed.finish()
        return WarcFacts(size=size, sha256=sha256, records=records, previous_run=tuple(previous_run))

    def _tell(self, error: WarcError) -> None:
        self._report.fault("record", Place(error.path, error.offset), error.said, remedy=error.remedy)

    def _check_record(self, record: Record, pages: FilePages) -> None:
        place = Place(record.path, record.offset)
        of_arc = record.header.startswith(ARC_VERSION)
        if of_arc and record.path.name not in self._of_arc:
            self._of_arc.add(record.path.name)
            problem = message("an ARC file has no digests: read, and proven by nothing")
            self._report.warn("unread", Place(record.path), problem)
        named = False
        for kind, problem, clause in () if of_arc else broken(record):
            self._report.fault(kind, place, problem, clause=clause)
            named = named or kind in ("header", "field")
        unusable: RecordError | None = None
        try:
            self._take_in(record, pages)
        except RecordError as error:
            unusable = error
        check_digests(record, self._report)
        # Where LF alone ends the lines of the header, which is reported, it ends those after the block too.
        ends = RECORD_END, b"\n\n" if ends_lines_with_lf(record.header) else RECORD_END
        if record.tail not in ends and not of_arc:
            problem = message("the record ends with %(tail)s and not with two line ends", tail=quoted(record.tail))
            self._report.fault("record-end", place, problem)
        self._references.add(record)
        if unusable is not None and not named:  # else for what makes it so
            raise unusable

    def _take_in(self, record: Record, pages: FilePages) -> None:
        """Make the index line of a capture where somebody takes it; RecordError for one that none can be made of."""
        if self._captured is None:
            check_entry(record)
        elif record.content_length <= MEMORY_LIMIT:
            record.load()
            pages.add(record)
        else:
            # Read twice, and never put into a file: it may unpack to more than there is room for.
            with record.path.open("rb") as file:
                again = record_at(file, record.path, record.offset)
                if again is not None:
                    pages.add(again)


def _previous_run(warcinfo: Record) -> str | None:
    for line in warcinfo.head(_MAX_WARCINFO).decode("utf-8", "replace").split("\r\n"):
        name, _, value = line.partition(":")
        if name.strip().lower() == PREVIOUS_RUN:
            return value.strip()
    return None


class _HashedPath:
    """A file whose SHA-256 is taken while it is read from its beginning, also by several readers one after another.

    Without *sha256* it only counts how far it was read.
    """

    def __init__(self, path: WarcPath, advance: Callable[[int], None], sha256: hashlib._Hash | None) -> None:
        self._path = path
        self._advance = advance
        self._sha256 = sha256
        self._hashed = 0

    @property
    def name(self) -> str:
        return self._path.name

    def __str__(self) -> str:
        return str(self._path)

    def open(self, mode: Literal["rb"], /) -> IO[bytes]:
        return io.BufferedReader(_Hashed(self._path.open(mode), self.take), CHUNK_SIZE)

    def take(self, data: bytes, end: int) -> None:
        """Take in what was read up to byte *end*: only what was not read before, and nothing after a gap."""
        fresh = end - self._hashed
        if 0 < fresh <= len(data):
            if self._sha256 is not None:
                self._sha256.update(memoryview(data)[len(data) - fresh :])
            self._hashed = end
            self._advance(fresh)

    def finish(self) -> tuple[int, str]:
        """Read what no reader has come to; return the size, and the SHA-256 in hex if it was taken."""
        with self._path.open("rb") as file:
            file.seek(self._hashed)
            while data := file.read(CHUNK_SIZE):
                self.take(data, file.tell())
        return self._hashed, "" if self._sha256 is None else self._sha256.hexdigest()


class _Hashed(io.RawIOBase):
    """An open file that hands on what is read of it, and where that ends; closes it."""

    def __init__(self, file: IO[bytes], take: Callable[[bytes, int], None]) -> None:
        self._file = file
        self._take = take

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]  # typeshed names a private type here
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self._take(data, self._file.tell())
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()
