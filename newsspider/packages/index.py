"""The captures of a collection's finished WARC files: by its index, and by reading the files that it lacks yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.collection.captures import Captures, FoundEntry
from newsspider.collection.following import archive_paths
from newsspider.collection.indexing import index_lines
from newsspider.collection.source import WarcSource, open_source, warc_files
from newsspider.errors import NewsspiderError
from newsspider.warc.cdxj import (
    REVISIT_MIME,
    CdxjEntry,
    LineSorter,
    checked_lines,
    filename_of,
    merged,
    write_index,
)
from newsspider.warc.pagelines import page_lines
from newsspider.warc.reader import WarcError

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterator
    from pathlib import Path

    from newsspider.collection.collection import Collection
    from newsspider.warc.reader import WarcPath

_REVISIT = REVISIT_MIME.encode()


class CollectionIndex:
    """The files that were finished when it was made, and what is in them, whatever a crawl adds meanwhile.

    Those of archives that the runs took their pages from are among them. *scratch* is a directory that has to be there
    as long as it is used. IndexDamagedError or WarcError when the index, or a file that it lacks, cannot be read.
    """

    def __init__(self, collection: Collection, scratch: Path) -> None:
        self.own = [path.name for path in collection.warc_files()]
        """Names of the collection's own files."""
        self.files: dict[str, WarcPath] = {}
        """By name; of two files of the same name that of the collection."""
        self.problems = [f"{path} is not in it: {why.in_english()}" for path, why in collection.unread()]
        """What is in the collection, and not in here, a line each."""
        self._sources: list[WarcSource] = []
        if self.own:
            self._add(self._of_collection(collection, scratch))
        for number, path in enumerate(each for each in archive_paths(collection) if each != collection.path):
            directory = scratch / f"archive-{number}"
            directory.mkdir()
            try:
                self._add(_read_anew(path, directory, self.problems.append))
            except NewsspiderError as error:
                self.problems.append(str(error))

    def _add(self, source: WarcSource) -> None:
        self._sources.append(source)
        for name, file in source.files.items():
            if self.files.setdefault(name, file) is not file:
                self.problems.append(f"{file} is not in it: there is another file of that name, {self.files[name]}")

    def _of_collection(self, collection: Collection, scratch: Path) -> WarcSource:
        files = {path.name: path for path in collection.warc_files()}
        indexes = list(collection.index.snapshot(scratch))
        covered = {filename_of(line) for index in indexes for line in checked_lines(index)}
        lines = LineSorter(scratch)
        try:
            for name, path in files.items():
                if name not in covered:
                    for line in index_lines(path, self.problems.append):
                        lines.add(line)
            indexes.append(scratch / "rest.cdxj")
            write_index(indexes[-1], lines)
        finally:
            lines.clear()
        return WarcSource(collection.path, files, tuple(indexes))

    def lines(self, names: Container[str | None]) -> Iterator[bytes]:
        """Yield the index lines of the captures in the files *names*, sorted, each once."""
        yield from merged(
            *(self._lines_of(source, index, names) for source in self._sources for index in source.indexes)
        )

    def _lines_of(self, source: WarcSource, index: Path, names: Container[str | None]) -> Iterator[bytes]:
        for line in checked_lines(index):
            name = filename_of(line)
            if name in names and name is not None and self.files.get(name) is source.files.get(name):
                yield line

    def complete(self, names: set[str]) -> tuple[set[str], list[str]]:
        """Add the files that hold what revisits in the files *names* stand for, and what those need in turn.

        Returns all names, and of each revisit whose original is in no file what is wrong.
        """
        problems: list[str] = []
        captures = Captures(self._sources, problems.append, max_block=None)
        done: set[str] = set()
        names = set(names)
        while fresh := names - done:
            for line in self.lines(fresh):
                if _REVISIT not in line:  # an address may have the word in it too: its record is its own original
                    continue
                entry = CdxjEntry.parse(line.decode())
                source = next(each for each in self._sources if entry.filename in each.files)
                try:
                    names.add(captures.records(FoundEntry(entry, source).place)[0].path.name)
                except WarcError as error:
                    problems.append(error.finding)
            done |= fresh
        return names, problems


def _read_anew(path: Path, scratch: Path, report: Callable[[str], None]) -> WarcSource:
    """Return the files of an archive with an index that has digests too, which those of others need not have."""
    if path.is_dir():
        return open_source(path, scratch, report, alone=False)
    files = warc_files(path, scratch, report)
    lines = LineSorter(scratch)
    try:
        for file in files.values():
            for line in page_lines(file, lambda error: report(error.finding)):
                lines.add(line)
        write_index(scratch / "read.cdxj", lines)
    finally:
        lines.clear()
    return WarcSource(path, files, (scratch / "read.cdxj",))
