"""What is to be extracted: every capture of an article in the archives, by file and place, in units of equal size.

The plan is a file of lines of one width, so that a unit is found by its number and nothing of the plan is in memory.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from newsspider.archive.cdxj import REVISIT_MIME, CdxjEntry, IndexDamagedError, LineSorter, checked_lines
from newsspider.archive.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import IO

    from newsspider.sites import Rules

_LINE = "{:08} {:015}\n"
_WIDTH = len(_LINE.format(0, 0))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a capture lies."""

    source: Source
    filename: str
    offset: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The captures of articles in several sources, in the order of sources, files and offsets."""

    path: Path
    sources: tuple[Source, ...]
    files: tuple[tuple[int, str], ...]
    """Number of the source and name of each file; lines of the plan give a file's place in here."""
    captures: int
    unit_size: int
    """Captures in a unit; the last one may have fewer."""

    @property
    def units(self) -> range:
        """The numbers of the units, from 1."""
        return range(1, -(-self.captures // self.unit_size) + 1)

    def size_of(self, unit: int) -> int:
        return min(self.unit_size, self.captures - (unit - 1) * self.unit_size)

    def places(self, unit: int) -> Iterator[Place]:
        """Yield the captures of a unit."""
        for line in self.lines(unit).splitlines():
            number, offset = map(int, line.split())
            source, name = self.files[number]
            yield Place(self.sources[source], name, offset)

    def lines(self, unit: int) -> bytes:
        """Return a unit's lines: the same bytes for the same captures of files in the same order."""
        with self.path.open("rb") as file:
            file.seek((unit - 1) * self.unit_size * _WIDTH)
            return file.read(self.unit_size * _WIDTH)


def make_plan(
    sources: Sequence[Source],
    sites: Sequence[Rules],
    path: Path,
    *,
    unit_size: int,
    progress: Callable[[int, int], None],
) -> Plan:
    """Find the captures of the *sites'* articles, and write the plan to *path*.

    A capture is taken if a crawl would have: with a status of success, and the address of an article. *progress* is
    told how many captures were looked at, and how many are taken.
    """
    numbers: dict[tuple[int, str], int] = {}  # in the order of files, so that lines sort by it
    for source_number, source in enumerate(sources):
        for name in source.files:
            numbers[source_number, name] = len(numbers)
    lines = LineSorter(path.parent)
    seen = taken = 0
    try:
        for source_number, source in enumerate(sources):
            for index in source.indexes:
                for entry in _entries(index):
                    seen += 1
                    number = numbers.setdefault((source_number, entry.filename), len(numbers))
                    if _succeeded(entry) and any(site.is_article(entry.url) for site in sites):
                        lines.add(_LINE.format(number, entry.offset).encode())
                        taken += 1
                    progress(seen, taken)
        with path.open("wb") as file:
            captures = _write(file, lines)
    finally:
        lines.clear()
    return Plan(path, tuple(sources), tuple(numbers), captures, unit_size)


def _entries(index: Path) -> Iterator[CdxjEntry]:
    offset = 0
    for line in checked_lines(index):
        try:
            yield CdxjEntry.parse(line.decode())
        except ValueError as error:
            raise IndexDamagedError(index, offset, str(error)) from error
        offset += len(line)


def _succeeded(entry: CdxjEntry) -> bool:
    """Tell if a capture can be a page; of some revisits and resources an index does not know."""
    status = entry.status or ""
    return status.startswith("2") or (not status.isdigit() and entry.mime in (REVISIT_MIME, "text/html"))


def _write(file: IO[bytes], lines: LineSorter) -> int:
    captures = 0
    for line in lines:
        file.write(line)
        captures += 1
    return captures
