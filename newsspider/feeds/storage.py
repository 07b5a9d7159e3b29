"""Scrapy's ``-o``, ``-O`` and ``FEEDS`` to a file: the last good file stays until the new one is whole."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FileFeedStorage

from newsspider.durable import publish
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from scrapy import Spider

class FeedTargetError(NewsspiderError):
    """A file of ``-o``, ``-O`` or ``FEEDS`` cannot be written."""

    exit_code = 4

    def __init__(self, target: Path, problem: str):
        super().__init__(
            f"{target}: this feed cannot be written: {problem}. What the file held before is still in it. "
            "Make room or name another file; the records are also in the collection's items/"
        )


class AtomicFileStorage(FileFeedStorage):
    """Collects the feed in a hidden file beside the target, and renames it when the feed is complete.

    Appending (``-o``) starts from a copy of the target, so that a crash leaves the target as it was. A target that
    can be seen to be unfit is refused before the crawl begins: FeedTargetError.
    """

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None):
        super().__init__(uri, feed_options=feed_options)
        self._target = Path(self.path)
        self._hidden = self._target.with_name(f".{self._target.name}.part")
        self._appends = not (feed_options or {}).get("overwrite", False)
        if self._target.is_dir():
            raise FeedTargetError(self._target, "it is a directory")
        # Scrapy also asks for a storage of a name with %(time)s in it, so no directory is made here.
        nearest = next(parent for parent in self._target.absolute().parents if parent.exists())
        if not nearest.is_dir() or not os.access(nearest, os.W_OK):
            raise FeedTargetError(self._target, f"{nearest} is not a directory that can be written")

    def open(self, spider: Spider) -> IO[bytes]:
        try:
            self._target.parent.mkdir(parents=True, exist_ok=True)
            file = io.BufferedWriter(_StickyFile(self._hidden))
            if self._appends and self._target.exists():
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
            publish(file, self._target)
        except OSError as error:
            file.close()
            self._hidden.unlink(missing_ok=True)
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
