"""The lines of an index, one for each capture, in the form of cdxj-indexer and pywb, and files of them.

A line is ``urlkey timestamp {"url": …}``. A file is sorted by bytes, so a capture is found by bisection and
files are merged in one pass, without any being in memory.
"""

from __future__ import annotations

import contextlib
import heapq
import json
import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import IO, TYPE_CHECKING, Self

from newsspider.durable import publish
from newsspider.errors import NewsspiderError
from newsspider.text.escaping import quoted
from newsspider.text.message import Message, message, message_of
from newsspider.warc.digests import labelled, sha1
from newsspider.warc.header import WARC_FIELDS
from newsspider.warc.http import Head, parse_head
from newsspider.warc.recordbytes import RecordError
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from newsspider.warc.reader import Record

REVISIT_MIME = "warc/revisit"

# A flat JSON object: strings are kept apart from what is between them, so two lines torn into one are no line.
_LINE = re.compile(rb'[^ \n]+ \d{14} \{(?:"(?:[^"\\\n]++|\\.)*"|[^"{}\n])*\}\n')
_FILENAME = re.compile(rb'"filename": ?"((?:[^"\\]|\\.)*)"')
NOT_MODIFIED = "304"
"""Kept out of the index, as parts of a page (206) and answers to other methods than GET are: such an answer says that
the capture before it is still true, and has no page. Replay tools would show it as a blank one."""
_TOKEN_END = re.compile(r"[;\s]")
_SORT_BYTES = 4 << 20
_FAN = 16
"""Sorted files that are merged into one: a system lets a process have a thousand open."""
_COPY_BYTES = 1 << 20


class IndexDamagedError(NewsspiderError):
    """A line of an index is torn, out of order, or no CDXJ; *offset* is where it begins, in bytes."""

    def __init__(self, path: Path, offset: int, problem: Message) -> None:
        super().__init__(
            message(
                "%(path)s at byte %(offset)s: %(problem)s. The captures are safe in the WARC files; rebuild the index "
                "from them with: scrapy index %(collection)s",
                path=path, offset=f"{offset:,}", problem=problem, collection=path.parent.parent.name,
            )
        )  # fmt: skip
        self.path = path
        self.offset = offset


class CdxjLineError(NewsspiderError, ValueError):
    """A line is none of a CDXJ index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CdxjEntry:
    """An index entry: the place of one capture."""

    urlkey: str
    timestamp: str
    """14 digits, UTC: ``YYYYMMDDhhmmss``."""
    url: str
    mime: str | None
    """Without parameters; ``warc/revisit`` for a revisit; None where the server named none."""
    status: str | None
    digest: str | None
    length: int
    offset: int
    filename: str

    def line(self) -> bytes:
        """Return the line, its end included, without the fields that are None. Every line of an index is made here.

        ValueError for an entry of which no line can be made.
        """
        # The names and their order are cdxj-indexer's, and so are numbers as strings.
        fields = {
            "url": self.url,
            "mime": self.mime,
            "status": self.status,
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.filename,
        }
        fields = {name: value for name, value in fields.items() if value is not None}
        line = f"{self.urlkey} {self.timestamp} {json.dumps(fields)}\n".encode()
        if not _LINE.fullmatch(line):
            raise CdxjLineError(message("no line of an index: %(line)s", line=quoted(line)))
        return line

    @classmethod
    def parse(cls, line: str) -> Self:
        """Read a line; CdxjLineError says what it lacks. Fields of other indexers are passed over.

        >>> CdxjEntry.parse('a 20260130080000 {"url": "http://a/"}')
        Traceback (most recent call last):
        ...
        newsspider.warc.cdxj.CdxjLineError: not a CDXJ line (no 'length'): 'a 20260130080000 {"url": "http://a/"}'
        """
        try:
            key, timestamp, block = line.rstrip("\n").split(" ", 2)
            fields = json.loads(block)
            entry = cls(
                urlkey=key,
                timestamp=timestamp,
                url=fields["url"],
                mime=_said(fields.get("mime")),
                status=_said(fields.get("status")),
                digest=_said(fields.get("digest")),
                length=int(fields["length"]),
                offset=int(fields["offset"]),
                filename=fields["filename"],
            )
            if not (isinstance(entry.url, str) and isinstance(entry.filename, str)):
                said = message("not a CDXJ line (an address or file name that is no text): %(line)s", line=quoted(line))
                raise CdxjLineError(said)
        except KeyError as error:
            said = message("not a CDXJ line (no %(field)s): %(line)s", field=error, line=quoted(line))
            raise CdxjLineError(said) from error
        except CdxjLineError:
            raise
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            said = message("not a CDXJ line (%(error)s): %(line)s", error=error, line=quoted(line))
            raise CdxjLineError(said) from error
        return entry

    @property
    def captured(self) -> datetime:
        """The time of capture, UTC; the latest moment that Python knows if a foreign index has no valid timestamp."""
        try:
            return moment_of(self.timestamp)
        except ValueError:
            return datetime.max.replace(tzinfo=UTC)


def moment_of(timestamp: str) -> datetime:
    """Return the UTC moment that 14 digits (``YYYYMMDDhhmmss``) name. ValueError."""
    return datetime.strptime(timestamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)


def timestamp(moment: datetime) -> str:
    """Write a moment as 14 digits, UTC.

    >>> timestamp(datetime(2026, 1, 30, 8, 0, 1, 999999, tzinfo=UTC))
    '20260130080001'
    """
    moment = moment.astimezone(UTC)
    return f"{moment.year:04}{moment:%m%d%H%M%S}"  # %Y may write fewer digits


def status_of(head: Head) -> str | None:
    """Return what stands for a status in a response's first line, as cdxj-indexer reads it: odd codes too."""
    token = _text(head.line).rstrip().partition(" ")[2].strip().partition(" ")[0]
    return token if token or head.fields else None


def mime_of(head: Head) -> str | None:
    """Return the media type that a response's head names, as cdxj-indexer cuts it out."""
    values = head.values(b"content-type")
    if not values:
        return None
    first_line = values[0].partition(b"\n")[0]
    return _TOKEN_END.split(_text(first_line).strip(), maxsplit=1)[0]


def _said(value: object) -> str | None:
    """A value as text, also of an index that has numbers."""
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else None


def _text(value: bytes) -> str:
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _is_capture(record: Record) -> bool:
    record.check_type()
    if record.type in ("resource", "metadata"):
        return record.get("Content-Type") != WARC_FIELDS
    return record.type in ("response", "revisit")


def check_entry(record: Record) -> None:
    """Raise the RecordError that ``entry_of`` would raise for the header; the block is not read."""
    if _is_capture(record):
        _ = record.url, record.date


def entry_of(record: Record) -> tuple[CdxjEntry, bool] | None:
    """Return the index entry of a record, and whether it may stand for a page; reads the record to its end.

    None when it is not a capture: responses, revisits, resources and metadata that is not in warc-fields are, as to
    cdxj-indexer. A 304 stands for no page, and neither does a part of one (206).
    RecordError for a record that does not say for certain what it is of.
    """
    if not _is_capture(record):
        return None
    content_type = record.get("Content-Type")
    url = record.url
    if not url and record.type != "metadata":
        raise record.unusable(message("no %(field)s", field="WARC-Target-URI"))
    digest = record.get("WARC-Payload-Digest")
    mime = None if content_type is None else _TOKEN_END.split(content_type, maxsplit=1)[0]
    status = None
    is_page = True
    body_start = 0
    if record.type in ("response", "revisit"):
        mime = REVISIT_MIME if record.type == "revisit" else None
        if record.content_length and url.startswith(("http:", "https:")):
            head = parse_head(record.head())
            status = status_of(head)
            is_page = status != NOT_MODIFIED and not head.partial
            body_start = head.end
            if record.type == "response":
                mime = mime_of(head)
    if digest is None and record.type != "revisit":
        digest = _stored_digest(record, body_start)
    entry = CdxjEntry(
        urlkey=urlkey(url),
        timestamp=timestamp(record.date),
        url=url,
        mime=mime,
        status=status,
        digest=digest,
        length=record.length,
        offset=record.offset,
        filename=record.path.name,
    )
    return entry, is_page


def line_of(record: Record) -> tuple[bytes, bool] | None:
    """Return the index line of a record, and whether it may stand for a page; None and RecordError as ``entry_of``."""
    found = entry_of(record)
    try:
        return None if found is None else (found[0].line(), found[1])
    except ValueError as error:
        raise RecordError(record.path, record.offset, message_of(error)) from error


def _stored_digest(record: Record, skip: int) -> str:
    """Digest what lies after the HTTP head; for archives whose writer gave no payload digest."""
    digest = sha1()
    for chunk in record.chunks():
        digest.update(memoryview(chunk)[skip:])
        skip = max(0, skip - len(chunk))
    return labelled(digest.digest())


class LineSorter:
    """Takes lines in any order and gives them back sorted, each once, holding at most a few megabytes."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lines: list[bytes] = []
        self._unsorted = 0
        """Bytes of these."""
        self.size = 0
        """Bytes of all lines taken."""
        self._runs: list[list[IO[bytes]]] = []
        """Sorted files by size: each is as large as ``_FAN`` of those before it, of which there are fewer."""

    def __bool__(self) -> bool:
        return bool(self._lines or self._runs)

    def add(self, line: bytes) -> None:
        self._lines.append(line)
        self._unsorted += len(line)
        self.size += len(line)
        if self._unsorted > _SORT_BYTES:
            self._spill()

    def _spill(self) -> None:
        self._keep(sorted(self._lines), 0)
        self._lines.clear()
        self._unsorted = 0

    def _keep(self, lines: Iterable[bytes], level: int) -> None:
        # Unnamed, so that a killed run leaves nothing behind; beside the index, where there is room for it.
        run = tempfile.TemporaryFile(dir=self._directory)  # noqa: SIM115 -- closed by clear()
        if level == len(self._runs):
            self._runs.append([])
        self._runs[level].append(run)
        run.writelines(lines)
        if len(self._runs[level]) == _FAN:
            self._keep(_merged(self._runs[level]), level + 1)
            for each in self._runs[level]:
                each.close()
            self._runs[level].clear()

    def __iter__(self) -> Iterator[bytes]:
        previous = None
        for line in heapq.merge(*map(_merged, self._runs), sorted(self._lines)):
            if line != previous:
                yield line
            previous = line

    def clear(self) -> None:
        for run in chain.from_iterable(self._runs):
            run.close()
        self._runs.clear()
        self._lines.clear()
        self._unsorted = self.size = 0


def _merged(runs: list[IO[bytes]]) -> Iterator[bytes]:
    for run in runs:
        run.seek(0)
    return heapq.merge(*runs)


def filename_of(line: bytes) -> str | None:
    r"""Return the file that a line leads to, without reading the rest of it; None when it names none.

    >>> filename_of(rb'a 20260130080000 {"url": "http://a/", "filename": "\u770b.warc.gz"}')
    '看.warc.gz'
    """
    found = _FILENAME.search(line)
    name = found[1].decode("utf-8", "surrogateescape") if found else None
    if name is None or "\\" not in name:
        return name
    try:
        return str(json.loads(f'"{name}"', strict=False))
    except ValueError:  # an escape that JSON does not know
        return None


def checked_lines(path: Path) -> Iterator[bytes]:
    """Yield the lines of a file; IndexDamagedError where one is torn, not a line, or out of order."""
    with path.open("rb") as file:
        yield from checked(file, path)


def checked(file: IO[bytes], path: Path) -> Iterator[bytes]:
    """Yield the lines of an open *file* as ``checked_lines`` does; its *path* is for messages."""
    previous, offset = b"", 0
    for line in file:
        if not _LINE.fullmatch(line):
            raise IndexDamagedError(path, offset, message("not a line of an index: %(line)s", line=quoted(line)))
        if line < previous:
            raise IndexDamagedError(path, offset, message("out of order: %(line)s", line=quoted(line)))
        yield line
        previous, offset = line, offset + len(line)


def merged(*parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sorted union of the *parts*, each sorted."""
    previous = None
    for line in heapq.merge(*parts):
        if line != previous:
            yield line
        previous = line


def write_index(path: Path, *parts: Iterable[bytes]) -> None:
    """Make *path* the sorted union of the *parts*, each sorted; whole or not at all, also after a power cut."""
    temporary = path.with_name(path.name + ".tmp")
    try:
        with temporary.open("wb", buffering=_COPY_BYTES) as out:
            out.writelines(merged(*parts))
            publish(out, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def find(path: Path, key: str) -> Iterator[CdxjEntry]:
    """Yield the entries of one urlkey in a sorted file, oldest first, found by bisection. IndexDamagedError."""
    with path.open("rb") as file:
        for _, entry in lines_of(file, path, key):
            yield entry


def decoded(line: bytes) -> str:
    """Return a line of an index as text; CdxjLineError."""
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise CdxjLineError(message("not in UTF-8: %(line)s", line=quoted(line))) from error


def lines_of(file: IO[bytes], path: Path, key: str) -> Iterator[tuple[bytes, CdxjEntry]]:
    """Yield each line of one urlkey in an open *file*, and its entry, as ``find``; *path* is for IndexDamagedError."""
    wanted = key.encode() + b" "
    offset = _first_line_from(file, wanted)
    for line in file:
        if not line.startswith(wanted):
            return
        try:
            yield line, CdxjEntry.parse(decoded(line))
        except ValueError as error:
            raise IndexDamagedError(path, offset, message_of(error)) from error
        offset += len(line)


def _first_line_from(file: IO[bytes], wanted: bytes) -> int:
    """Return the offset of the first line that is not less than *wanted*."""
    low, high = 0, file.seek(0, os.SEEK_END)  # the answer is a line start in [low, high]
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle:
            file.seek(middle - 1)
            file.readline()  # to the next line start, which is middle itself when a line begins there
        start = file.tell()
        if start >= high:
            high = middle
            continue
        line = file.readline()
        if line < wanted:
            low = start + len(line)
        else:
            high = middle
    file.seek(low)
    return low
