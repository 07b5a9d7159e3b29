"""The captures of a collection's finished WARC files: by its index, and by reading the files that it lacks yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.archive.captures import Captures, Found
from newsspider.archive.cdxj import (
    REVISIT_MIME,
    CdxjEntry,
    LineSorter,
    checked_lines,
    filename_of,
    merged,
    write_index,
)
from newsspider.archive.indexing import index_lines
from newsspider.archive.reader import WarcError
from newsspider.archive.source import Source

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from pathlib import Path

    from newsspider.archive.collection import Collection

_REVISIT = REVISIT_MIME.encode()


class CollectionIndex:
    """The files that were finished when it was made, and what is in them, whatever a crawl adds meanwhile.

    *scratch* is a directory that has to be there as long as it is used. IndexDamagedError or WarcError when the index,
    or a file that it lacks, cannot be read.
    """

    def __init__(self, collection: Collection, scratch: Path) -> None:
        self.files = {path.name: path for path in collection.warc_files()}
        indexes = list(collection.index.snapshot(scratch))
        covered = {filename_of(line) for index in indexes for line in checked_lines(index)}
        lines = LineSorter(scratch)
        try:
            for name, path in self.files.items():
                if name not in covered:
                    for line in index_lines(path):
                        lines.add(line)
            if lines:
                indexes.append(scratch / "rest.cdxj")
                write_index(indexes[-1], lines)
        finally:
            lines.clear()
        self._source = Source(collection.path, self.files, tuple(indexes))

    def lines(self, names: Container[str | None]) -> Iterator[bytes]:
        """Yield the index lines of the captures in the files *names*, sorted, each once."""
        for line in merged(*map(checked_lines, self._source.indexes)):
            if filename_of(line) in names:
                yield line

    def complete(self, names: set[str]) -> tuple[set[str], list[str]]:
        """Add the files that hold what revisits in the files *names* stand for, and what those need in turn.

        Returns all names, and of each revisit whose original is in no file what is wrong.
        """
        problems: list[str] = []
        captures = Captures([self._source], problems.append, max_block=None)
        done: set[str] = set()
        names = set(names)
        while fresh := names - done:
            for line in self.lines(fresh):
                if _REVISIT not in line:
                    continue
                entry = CdxjEntry.parse(line.decode())
                if entry.mime != REVISIT_MIME:
                    continue
                try:
                    names.add(captures.original(Found(entry, self._source)).path.name)
                except WarcError as error:
                    problems.append(error.finding)
            done |= fresh
        return names, problems
