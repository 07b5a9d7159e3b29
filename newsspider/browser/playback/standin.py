"""The indexes and files that pywb replays: those of a collection, or of packages and other archives in their place.

pywb looks for a record in a file, at an offset: so it finds one in a WACZ, too, if its index says where in the package
the WARC file begins. Such an index is made for as long as the server runs; nothing is unpacked that is not compressed.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from newsspider.collection.collection import Collection
from newsspider.collection.following import archive_paths
from newsspider.collection.index import Index
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import open_source
from newsspider.collection.wacz import FileSpan, is_package
from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import message
from newsspider.warc.cdxj import CdxjEntry, LineSorter, checked_lines, write_index

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsspider.collection.source import Report, WarcSource


class NothingToReplayError(NewsspiderError):
    """There is no capture that could be replayed."""

    def __init__(self, path: Path, why: str | None = None) -> None:
        """Take why that is so; None where there are WARC files, and no index was made of them."""
        text = N_("%(path)s has nothing to replay: no capture is in its index (%(why)s)")
        if why is None:
            text = N_(
                "%(path)s has nothing to replay: no capture is in its index (there are WARC files; make it with: "
                "scrapy index %(name)s)"
            )
        super().__init__(message(text, path=path, why=why, name=path.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """Indexes, and the files that they lead to."""

    name: str
    """For people; in addresses it is ``replayed_as`` that."""
    indexes: tuple[Index, ...]
    own: Collection | None
    """Whose files are meant by their own names."""
    files: dict[str, str]
    """Other files, by what the indexes call them."""

    def file(self, name: str) -> str:
        """Return the path of a file that an index names."""
        if name in self.files or self.own is None:
            return self.files.get(name, "")
        return str(self.own.archive_dir / Path(name).name)

    @contextmanager
    def opened(self) -> Iterator[list[IO[bytes]]]:
        """Open all files of the indexes."""
        with ExitStack() as stack:
            yield [file for index in self.indexes for file in stack.enter_context(index.opened()).values()]


def replayed_paths(path: Path) -> list[Path]:
    """Return the archives that are replayed for a path: it is a collection, or a WACZ of anybody."""
    return [path] if is_package(path) else archive_paths(Collection(path))


@contextmanager
def replayed(path: Path, report: Report) -> Iterator[Replayed]:
    """Yield what is replayed for a collection or a WACZ. NothingToReplayError.

    *report* takes, in one line each, what cannot be read.
    """
    own = None if is_package(path) else Collection(path)
    with scratch_directory() as scratch:
        files: dict[str, str] = {}
        lines = LineSorter(scratch)
        try:
            for number, each in enumerate(each for each in replayed_paths(path) if own is None or each != own.path):
                directory = scratch / str(number)
                directory.mkdir()
                try:
                    source = open_source(each, directory, report, alone=False)
                except NewsspiderError as error:
                    report(str(error))
                    continue
                for line in _leading_into(source, number, files):
                    lines.add(line)
            index = Index(scratch / "indexes")
            if lines:
                index.path.parent.mkdir()
                write_index(index.path, lines)
        finally:
            lines.clear()
        indexes = (index,) if own is None else (own.index, index)
        if not index.files():
            if own is None:
                raise NothingToReplayError(path, "it holds no page")
            check_index(own)
        yield Replayed(name=path.name.removesuffix(".wacz") or "collection", indexes=indexes, own=own, files=files)


def _leading_into(source: WarcSource, number: int, files: dict[str, str]) -> Iterator[bytes]:
    """Yield the lines of an archive's index as they lead into the files on the disk, and note these in *files*."""
    for index in source.indexes:
        for line in checked_lines(index):
            entry = CdxjEntry.parse(line.decode())
            file = source.file(entry.filename)
            if file is None:
                continue
            name = f"{number}-{entry.filename}"
            path, start = (file.path, file.start) if isinstance(file, FileSpan) else (file, 0)
            files[name] = str(path)
            yield replace(entry, filename=name, offset=start + entry.offset).line()


def check_index(collection: Collection) -> None:
    """Raise NothingToReplayError for a collection whose own index has no capture."""
    if not any(path.stat().st_size for path in collection.index.files()):
        raise NothingToReplayError(collection.path, None if collection.warc_files() else "crawl into it first")
