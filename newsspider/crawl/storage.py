"""Scrapy's ``-o``, ``-O`` and ``FEEDS`` to a file: the last good file stays until the new one is complete."""

from __future__ import annotations

import io
import os
import shutil
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FileFeedStorage

from newsspider.durable import make_directory, publish
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from scrapy import Spider


class FeedTargetError(NewsspiderError):
    """A file of ``-o``, ``-O`` or ``FEEDS`` cannot be written."""

    exit_code = 4

    def __init__(self, target: Path, problem: str):
        super().__init__(
            f"{target}: this feed cannot be written: {problem}. What it held before is still in it. "
            "Name another file, or make room; the records are in the collection's items/ too"
        )


class AtomicFileStorage(FileFeedStorage):
    """Collects the feed in a hidden file beside the target, and renames it when the feed is complete.

    Appending (``-o``) starts from a copy of the target, so that a crash leaves the target as it was. What a symbolic
    link names is replaced, not the link; what is no file at all, as a pipe or ``/dev/null``, is written to. A target
    that can be seen to be unfit is refused before the crawl begins: FeedTargetError.
    """

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None):
        super().__init__(uri, feed_options=feed_options)
        path = Path(self.path)
        self._in_place = path.exists() and not path.is_file()
        self._target = path.resolve()
        self._hidden = self._target.with_name(f".{self._target.name}.part")
        self._appends = not (feed_options or {}).get("overwrite", False)
        if self._target.is_dir():
            raise FeedTargetError(self._target, "it is a directory")
        # Scrapy also asks for a storage of a name with %(time)s in it, so no directory is made here.
        nearest = next(parent for parent in self._target.parents if parent.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            raise FeedTargetError(self._target, f"{nearest} is not a directory that can be written")

    def open(self, spider: Spider) -> IO[bytes]:
        try:
            make_directory(self._target.parent)
            file = io.BufferedWriter(_StickyFile(self._target if self._in_place else self._hidden))
            if self._appends and self._target.is_file():
                with self._target.open("rb") as before:
                    shutil.copyfileobj(before, file)
        except OSError as error:
            file = io.BufferedWriter(_StickyFile(os.devnull, error))
        return file

    def store(self, file: IO[bytes]) -> None:
        assert isinstance(file, io.BufferedWriter)
        try:
            file.flush()
            if failure := file.raw.failure:
                raise failure
            if self._in_place:
                file.close()
            else:
                publish(file, self._target)
        except OSError as error:
            file.close()
            if not self._in_place:
                with suppress(OSError):  # where its directory has gone, too, there is nothing to remove
                    self._hidden.unlink()
            raise FeedTargetError(self._target, str(error)) from error


class _StickyFile(io.FileIO):
    """Swallows what is written after a failed write, and remembers the failure.

    Scrapy logs an error of a feed file and goes on with the next item, so the file would have a hole.
    """

    def __init__(self, path: Path | str, failure: OSError | None = None):
        super().__init__(path, "wb")
        self.failure = failure

    def write(self, data: Any) -> int:
        if self.failure is None:
            try:
                return super().write(data)
            except OSError as error:
                self.failure = error
        return len(data)
