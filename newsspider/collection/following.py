"""Finds the pages of a collection's records: in itself, in archives that its manifests name, or in a package."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from itertools import chain
from typing import TYPE_CHECKING

from newsspider.collection.objects import path_of
from newsspider.collection.packed import PackedPath
from newsspider.collection.runs import archives_read
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.source import open_source
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from newsspider.collection.captures import Archive
    from newsspider.collection.collection import Collection
    from newsspider.collection.source import Report
    from newsspider.warc.cdxj import CdxjEntry
    from newsspider.warc.reader import WarcPath


def archive_paths(collection: Collection) -> list[Path]:
    """Return the archives that hold a collection's pages: itself if it has WARC files, and those of its manifests.

    An archive that is not where it was, and lies beside the collection under its name, is found there.
    """
    own = package_of(collection)
    paths = [own] if own is not None else [collection.path] if collection.archive_dir.is_dir() else []
    for text in archives_read(collection):
        path = path_of(text)
        beside = collection.path.parent / path.name
        if not path.exists() and beside.exists():
            path = beside
        if path.absolute() != collection.path.absolute() and path not in paths:
            paths.append(path)
    return paths


def package_of(collection: Collection) -> Path | None:
    """Return the WACZ that a collection is read out of; None where it is a directory."""
    return collection.path.package if isinstance(collection.path, PackedPath) else None


@contextmanager
def pages_of(collection: Collection, report: Report) -> Iterator[Archive]:
    """Yield what has the pages of a collection's records.

    *report* takes, in one line each, what cannot be read. A collection that has all of them itself is yielded as it is,
    with the files that are being written.
    """
    paths = archive_paths(collection)
    own = None if package_of(collection) else collection.path  # as paths, the two are equal
    if paths == [own]:
        yield collection
        return
    with ExitStack() as stack:
        archives: list[Archive] = []
        for path in paths:
            if path == own:
                archives.append(collection)
                continue
            scratch = stack.enter_context(scratch_directory())
            try:
                archives.append(open_source(path, scratch, report, alone=False))
            except NewsspiderError as error:
                report(str(error))
        yield archives[0] if len(archives) == 1 else _Joined(collection.path, archives)


class _Joined:
    """Several archives as one; of two files of the same name, that of the earlier one is meant."""

    def __init__(self, path: Path, archives: Sequence[Archive]) -> None:
        self.path = path
        self._archives = archives
        self.indexed_by_others = any(archive.indexed_by_others for archive in archives)

    def file(self, name: str) -> WarcPath | None:
        return next((file for archive in self._archives if (file := archive.file(name)) is not None), None)

    def names(self) -> list[str]:
        return list(dict.fromkeys(chain.from_iterable(archive.names() for archive in self._archives)))

    def find(self, key: str) -> Iterator[CdxjEntry]:
        return chain.from_iterable(archive.find(key) for archive in self._archives)
