"""A collection: a directory of WARC files, their index, and what was made of them.

The layout is pywb's own, so its tools can read it: ``archive/``, ``indexes/``.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, Self

from newsspider.archive.cdxj import REVISIT_MIME, timestamp
from newsspider.archive.http import HttpMessage
from newsspider.archive.index import Index
from newsspider.archive.reader import Record, WarcError, bare_uri, read_record
from newsspider.archive.urlkey import urlkey
from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from pathlib import Path

OPEN_SUFFIX = ".open"
"""Behind a WARC file's name while it is written."""


_NAME = re.compile(r"[^\W_][\w.-]{0,99}")


def is_warc(name: str) -> bool:
    """Tell whether a file of that name is a WARC file that is finished."""
    return name.endswith((".warc", ".warc.gz"))


class CollectionNameError(NewsspiderError):
    """A collection cannot be called that."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name[:100]!r} cannot be a collection's name: that begins with a letter or digit, goes on with these, "
            "'_', '-' and '.', and is no path; where collections are is said by ARCHIVE_DIR"
        )


class OriginalNotFoundError(NewsspiderError):
    """A revisit names a record that the collection does not have."""

    def __init__(self, revisit: Record, problem: str) -> None:
        super().__init__(
            f"{revisit.place}: a revisit whose original cannot be found ({problem}); put the WARC file that holds "
            "it into the same archive/ directory and run: scrapy index COLLECTION"
        )


class Locator(Protocol):
    """Anything that says where a record lies: a Capture, or the ``archive`` field of an item."""

    @property
    def warc(self) -> str: ...
    @property
    def offset(self) -> int: ...


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page out of the archive: the answer of a response, or of a revisit with its original's payload."""

    url: str
    captured: datetime
    record_id: str
    http: HttpMessage


class Collection:
    """Where the parts of a collection lie, and its pages. Making one touches no disk."""

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
        return sorted(path for path in self.archive_dir.glob("*") if is_warc(path.name) and path.is_file())

    def warc_sizes(self) -> dict[str, int]:
        """Return the bytes of each finished WARC file, by name."""
        with os.scandir(self.archive_dir) as entries:
            return {entry.name: entry.stat().st_size for entry in entries if is_warc(entry.name) and entry.is_file()}

    def record(self, locator: Locator) -> Record:
        """Read the record at *locator*, also from a file that is still being written."""
        path = self.archive_dir / locator.warc
        try:
            return read_record(path, locator.offset)
        except FileNotFoundError:
            still_open = path.with_name(path.name + OPEN_SUFFIX)
            if not still_open.exists():
                raise WarcError(path, locator.offset, "there is no such file") from None
            return read_record(still_open, locator.offset)

    def page(self, locator: Locator) -> ArchivedPage:
        """Read the page at *locator*; a revisit's payload comes from its original, in whatever file that is."""
        record = self.record(locator)
        if record.type not in ("response", "revisit"):
            raise WarcError(record.path, record.offset, f"a record of type {record.type!r} holds no page")
        message = record.http()
        if record.type == "revisit":
            message = replace(message, original=self.original(record).http())
        return ArchivedPage(record.url, record.date, record.record_id, message)

    def has_between(self, url: str, since: datetime, until: datetime) -> bool:
        """Tell whether the index has an answer to *url* of that time; not one that only says: try again."""
        return any(
            bare_uri(entry.url) == url
            and timestamp(since) <= entry.timestamp <= timestamp(until)
            and not (entry.status or "").startswith(("429", "5"))
            for entry in self.index.find(urlkey(url))
        )

    def original(self, revisit: Record) -> Record:
        """Return the record that a revisit stands for, found by the address and date it gives."""
        url = revisit.get("WARC-Refers-To-Target-URI")
        date = revisit.date_of("WARC-Refers-To-Date")
        if url is None or date is None:
            raise OriginalNotFoundError(revisit, "it gives no address and date")
        digest = revisit.get("WARC-Payload-Digest")
        for entry in self.index.find(urlkey(bare_uri(url))):
            if entry.timestamp == timestamp(date) and entry.mime != REVISIT_MIME and entry.digest == digest:
                return read_record(self.archive_dir / entry.filename, entry.offset)
        raise OriginalNotFoundError(revisit, f"{url} of {date:%Y-%m-%d %H:%M:%S} UTC is not in the index")
