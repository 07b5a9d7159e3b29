"""A collection: a directory of WARC files, their index, and what was made of them.

The layout is pywb's own, so its tools can read it: ``archive/``, ``indexes/``.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, Self

from newsspider.collection.index import Index
from newsspider.errors import NewsspiderError
from newsspider.text.message import message
from newsspider.warc.address import address
from newsspider.warc.cdxj import timestamp
from newsspider.warc.filekinds import OPEN_SUFFIX, is_warc_name, unread_in
from newsspider.warc.urlkey import urlkey

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from newsspider.warc.cdxj import CdxjEntry
    from newsspider.warc.filekinds import Unread



_NAME = re.compile(r"[^\W_][\w.-]{0,99}")


class CollectionNameError(NewsspiderError):
    """A collection cannot be called that."""

    def __init__(self, name: str) -> None:
        super().__init__(
            message(
                "%(name)s cannot be a collection's name: that begins with a letter or digit, goes on with these, "
                "'_', '-' and '.', and is no path; where collections are is said by ARCHIVE_DIR",
                name=repr(name[:100]),
            )
        )


class Collection:
    """The directory of a collection: the paths of its parts, and its captures. Making one touches no disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def named(cls, archives: Path, name: str) -> Self:
        """Return the collection of that name; CollectionNameError for one that would lie elsewhere."""
        if not _NAME.fullmatch(name):
            raise CollectionNameError(name)
        return cls(archives / name)

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def archive_dir(self) -> Path:
        return self.path / "archive"

    @property
    def index(self) -> Index:
        return Index(self.path / "indexes")

    @property
    def index_path(self) -> Path:
        return self.index.path

    @property
    def items_dir(self) -> Path:
        return self.path / "items"

    @property
    def runs_dir(self) -> Path:
        return self.path / "runs"

    @property
    def wacz_dir(self) -> Path:
        return self.path / "wacz"

    @property
    def reports_dir(self) -> Path:
        return self.path / "reports"

    @property
    def state_path(self) -> Path:
        return self.path / "state.sqlite3"

    @property
    def lock_path(self) -> Path:
        return self.path / ".lock"

    def warc_files(self) -> list[Path]:
        """Return the finished WARC files in order of name."""
        return sorted(path for path in self.archive_dir.glob("*") if is_warc_name(path.name) and path.is_file())

    def unread(self) -> Iterator[Unread]:
        """Yield what lies beside the WARC files, looks like an archive, and is none of them."""
        if self.archive_dir.is_dir():
            yield from unread_in(self.archive_dir, lambda name: is_warc_name(name) or name.endswith(OPEN_SUFFIX))

    def warc_sizes(self) -> dict[str, int]:
        """Return the bytes of each finished WARC file, by name."""
        with os.scandir(self.archive_dir) as entries:
            files = [entry for entry in entries if is_warc_name(entry.name) and entry.is_file()]
            return {entry.name: entry.stat().st_size for entry in files}

    indexed_by_others = False

    def file(self, name: str) -> Path | None:
        """Return the WARC file of that name, also one that is still being written."""
        path = self.archive_dir / name
        return next((each for each in (path, path.with_name(name + OPEN_SUFFIX)) if each.is_file()), None)

    def names(self) -> list[str]:
        """Return the names of the finished WARC files."""
        return [path.name for path in self.warc_files()]

    def find(self, key: str) -> Iterator[CdxjEntry]:
        """Yield the entries of one urlkey in the index, oldest first; IndexDamagedError."""
        return self.index.find(key)

    def has_between(self, url: str, since: datetime, until: datetime) -> bool:
        """Tell whether the index has an answer to *url* of that time; not one that only says: try again."""
        url = address(url)
        return any(
            address(entry.url) == url
            and timestamp(since) <= entry.timestamp <= timestamp(until)
            and not (entry.status or "").startswith(("429", "5"))
            for entry in self._entries_since(urlkey(url), since)
        )

    def _entries_since(self, key: str, since: datetime) -> Iterator[CdxjEntry]:
        """Yield the entries of one urlkey that are not older than *since*, and maybe more."""
        return self.index.find(key)
