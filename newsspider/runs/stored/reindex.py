"""Rebuilds the index of a collection in object storage from its WARC files, wherever these are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsspider.collection.head import NAME, read_head
from newsspider.collection.indexing import read_lines
from newsspider.collection.objects import ObjectPath
from newsspider.collection.scratch import scratch_directory
from newsspider.collection.work import here
from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.sending import digest_of, put
from newsspider.runs.stored.pull import delete
from newsspider.warc.cdxj import LineSorter, write_index

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsspider.collection.collection import Collection
    from newsspider.collection.source import Report
    from newsspider.collection.work import Runner


class IndexKeptError(NewsspiderError):
    """The index is that of crawls, which know what they left of it."""

    def __init__(self, root: ObjectPath) -> None:
        super().__init__(
            f"{root}: crawls keep this collection ({NAME} is there) and its index, so that is not rebuilt; "
            "what is wrong with it is said by: scrapy verify"
        )


class NothingToIndexError(NewsspiderError):
    """There is no WARC file."""

    def __init__(self, directory: ObjectPath) -> None:
        super().__init__(f"{directory}: there is no WARC file in it; give a collection, whose files are in archive/")


def rebuild_stored_index(
    collection: Collection, progress: Callable[[int, int, int], None], report: Report, run: Runner = here
) -> int:
    """Do what ``rebuild_index`` does for a collection at an ObjectPath that no crawl keeps.

    IndexKeptError, NothingToIndexError, WarcError for the first file that is damaged, ObjectStoreError, SendError.
    """
    root = collection.path
    assert isinstance(root, ObjectPath)
    if read_head(root) is not None:
        raise IndexKeptError(root)
    files = collection.warc_files()
    if not files:
        raise NothingToIndexError(root / "archive")
    target = root / "indexes" / collection.index.path.name
    there = {path.name: path for path in target.parent.glob("*.cdxj")}
    with scratch_directory() as scratch:
        lines = LineSorter(scratch)
        try:
            captures = read_lines(files, lines, progress, report, run)
            index = scratch / target.name
            write_index(index, lines)
        finally:
            lines.clear()
        before = there.pop(target.name, None)
        put(index, target, digest_of(index), over=None if before is None else before.etag)
    for rest in there.values():  # all that they say is in it
        delete(rest)
    return captures
