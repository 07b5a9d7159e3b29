"""Divides an extraction into units: spans of WARC files, in the order of sources, files and offsets.

Of a file that an index covers, the index says where the captures of articles lie, and a span is cut where one begins.
A file without an index is one unit: whoever extracts it finds its captures. So nothing is read of it to plan, however
much there is.

The plan is a file of lines of one width, so that nothing of it is in memory but where each unit begins.
"""

from __future__ import annotations

import hashlib
import json
from array import array
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from newsspider.collection.source import WarcSource
from newsspider.collection.wacz import FileSpan
from newsspider.collection.windows import Ranged
from newsspider.discovery.documents import HTML
from newsspider.text.message import message_of
from newsspider.warc.address import address
from newsspider.warc.cdxj import REVISIT_MIME, CdxjEntry, IndexDamagedError, LineSorter, checked_lines, decoded
from newsspider.warc.recordbytes import WarcPath

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsspider.parsing.site import Site

_LINE = "{:08} {:015}\n"
_WHOLE = "{:08} whole file     \n"
_WIDTH = len(_LINE.format(0, 0))

LEAST_SPAN = 6 << 20
"""Bytes; with the capture that goes over its end one request reads it (``windows.MOST``)."""
_FEW_UNITS = 64
"""Units that archives are cut into where that makes spans smaller than they may be, so that many cores have work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """A span of a WARC file."""

    number: int
    """From 1; its feed part has the same."""
    source: int
    file: str
    """Its name in the source."""
    offsets: tuple[int, ...] | None
    """Where captures of articles begin; None: of a file without an index, all of it."""
    end: int | None
    """Where the next span of the file begins; None: it goes to the end."""
    key: str
    """Digest of all that its records depend on."""
    located: WarcPath | None
    """The file, where it has no index."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The units of several sources."""

    path: Path
    sources: tuple[WarcSource, ...]
    files: tuple[tuple[int, str], ...]
    """Number of the source and name of each file; lines of the plan give a file's place in here."""
    starts: array[int]
    """For every unit the number of its first line, and after the last one the number of lines."""
    seen: tuple[int, ...]
    """Captures in the indexes of each source."""

    @property
    def units(self) -> range:
        """The numbers of the units, from 1."""
        return range(1, len(self.starts))

    def read(self, common: object) -> Iterator[Unit]:
        """Yield the units in order. Their keys depend on what is *common* to them, and on their places."""
        with self.path.open("rb") as lines:
            following = lines.read(_WIDTH)
            for number in self.units:
                text = following + lines.read(_WIDTH * (self.starts[number] - self.starts[number - 1] - 1))
                following = lines.read(_WIDTH)
                source, name = self.files[int(text[:8])]
                whole = _is_whole(text)
                offsets = None if whole else tuple(int(line[9:]) for line in text.splitlines())
                depends_on = json.dumps([common, source, name, offsets])
                yield Unit(
                    number=number,
                    source=source,
                    file=name,
                    offsets=offsets,
                    end=int(following[9:]) if following[:8] == text[:8] else None,
                    key=hashlib.sha256(depends_on.encode()).hexdigest(),
                    located=self.sources[source].files[name] if whole else None,
                )


def _is_whole(line: bytes) -> bool:
    return line[9:10] == b"w"


def archives_sha256(sources: Iterable[WarcSource]) -> str:
    """Return a digest of what is known of all files without asking for them, and of their indexes.

    The records of one file depend on the others: they may hold the original of a revisit, or a further page.
    """
    digest = hashlib.sha256()
    for source in sources:
        unindexed = set(source.unindexed)
        for name, file in source.files.items():
            known = [name, name in unindexed, str(file), *_known(source.path if isinstance(file, FileSpan) else file)]
            digest.update(json.dumps(known).encode())
        for index in source.indexes:
            with index.open("rb") as lines:
                digest.update(hashlib.file_digest(lines, "sha256").digest())
        digest.update(b"\n")
    return digest.hexdigest()


def _known(file: WarcPath) -> Sequence[Any]:
    """Say of what size a file is, and what changes when it does."""
    if isinstance(file, Ranged):
        return file.met or ()
    if isinstance(file, Path) and file.is_file():
        stat = file.stat()
        return stat.st_size, stat.st_mtime_ns
    return ()


def make_plan(
    sources: Sequence[WarcSource],
    site_of: Callable[[str], Site | None],
    path: Path,
    *,
    span: int,
    progress: Callable[[int, int], None],
) -> Plan:
    """Find the captures of articles, by *site_of* as ``sites.among`` makes it, and write the plan to *path*.

    *span*: the most bytes of an indexed file that are one unit, though one capture is at least. *progress* is given how
    many captures were looked at, and how many are taken.
    """
    numbers: dict[tuple[int, str], int] = {}  # in the order of files, so that lines sort by it
    lines = LineSorter(path.parent)
    seen = [0 for _ in sources]
    taken = 0
    try:
        for source_number, source in enumerate(sources):
            for name in source.files:
                numbers[source_number, name] = len(numbers)
            for name in source.unindexed:
                lines.add(_WHOLE.format(numbers[source_number, name]).encode())
        for source_number, source in enumerate(sources):
            for index in source.indexes:
                for entry in entries_of(index):
                    seen[source_number] += 1
                    number = numbers.setdefault((source_number, entry.filename), len(numbers))
                    if may_be_article(entry, site_of):
                        lines.add(_LINE.format(number, entry.offset).encode())
                        taken += 1
                    progress(sum(seen), taken)
        starts = _write(path, lines, span)
    finally:
        lines.clear()
    return Plan(path, tuple(sources), tuple(numbers), starts, tuple(seen))


def span_for(total: int, most: int) -> int:
    """Return how many bytes of a file are a unit, of archives of *total* bytes and at *most* so many.

    >>> span_for(1 << 40, 64 << 20) >> 20, span_for(1 << 30, 64 << 20) >> 20, span_for(1 << 20, 64 << 20) >> 20
    (64, 16, 6)
    """
    return min(most, max(LEAST_SPAN, total // _FEW_UNITS))


def entries_of(index: Path) -> Iterator[CdxjEntry]:
    """Yield the entries of an index; IndexDamagedError."""
    offset = 0
    for line in checked_lines(index):
        try:
            yield CdxjEntry.parse(decoded(line))
        except ValueError as error:
            raise IndexDamagedError(index, offset, message_of(error)) from error
        offset += len(line)


def may_be_article(entry: CdxjEntry, site_of: Callable[[str], Site | None]) -> bool:
    """Tell if a crawl would have taken a capture.

    It has a status of success, and the address of an article; of a site without a file, that is any HTML.
    """
    return _succeeded(entry) and (site := site_of(address(entry.url))) is not None and _may_be_page(entry, site)


_ANY_TYPE = (*HTML, "unk", REVISIT_MIME)


def _may_be_page(entry: CdxjEntry, site: Site) -> bool:
    return bool(site.articles) or entry.mime is None or entry.mime.lower() in _ANY_TYPE


def _succeeded(entry: CdxjEntry) -> bool:
    """Tell if a capture can be a page; of some revisits, and of resources, an index does not know."""
    status = entry.status or ""
    return status.startswith("2") or not status.isdigit()


def _write(path: Path, lines: LineSorter, span: int) -> array[int]:
    """Write the lines; return where each unit begins, and the number of lines."""
    starts = array("Q")
    number, began = b"", 0
    count = 0
    with path.open("wb") as file:
        for line in lines:
            offset = 0 if _is_whole(line) else int(line[9:])
            if line[:8] != number or offset - began >= span:
                starts.append(count)
                number, began = line[:8], offset
            file.write(line)
            count += 1
    starts.append(count)
    return starts
