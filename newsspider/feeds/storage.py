"""Scrapy's ``-o``, ``-O`` and ``FEEDS`` to a file: the last good file stays until the new one is whole."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from scrapy.extensions.feedexport import FileFeedStorage

from newsspider.durable import publish

if TYPE_CHECKING:
    from scrapy import Spider


class AtomicFileStorage(FileFeedStorage):
    """Collects the feed in a hidden file beside the target, and renames it when the feed is complete.

    Appending (``-o``) starts from a copy of the target, so that a crash leaves the target as it was. What a symbolic
    link names is replaced, not the link; what is no file at all, as a pipe or ``/dev/null``, is written to.
    """

    def __init__(self, uri: str, *, feed_options: dict[str, Any] | None = None):
        super().__init__(uri, feed_options=feed_options)
        path = Path(self.path)
        self._in_place = path.exists() and not path.is_file()
        self._target = path.resolve()
        self._appends = not (feed_options or {}).get("overwrite", False)

    def open(self, spider: Spider) -> IO[bytes]:
        if self._in_place:
            return super().open(spider)
        self._target.parent.mkdir(parents=True, exist_ok=True)
        hidden = self._target.with_name(f".{self._target.name}.part")
        file = hidden.open("wb")
        if self._appends and self._target.exists():
            with self._target.open("rb") as before:
                shutil.copyfileobj(before, file)
        return file

    def store(self, file: IO[bytes]) -> None:
        if self._in_place:
            file.close()
        else:
            publish(file, self._target)  # type: ignore[arg-type]  # opened above
