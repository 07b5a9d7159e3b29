"""The list of a package's pages, ``pages.jsonl``: one for each version of an article, the newest first.

It is the first capture that says what the version says; what says the same again is in the archive, and not listed.
"""

from __future__ import annotations

import sqlite3
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import orjson

from newsspider.feeds.loading.versions import record_hash
from newsspider.packages.runs import RecordError, read_record, records
from newsspider.packages.searchtext import search_text
from newsspider.warc.cdxj import LineSorter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from newsspider.packages.runs import Stored
    from newsspider.warc.reader import WarcPath

_LATE = datetime(9999, 1, 1, tzinfo=UTC)
"""Counted back from here, the newest sorts first."""


class Pages:
    """The lines of the list; iterate once. They are sorted on the disk, and one record at a time is in memory.

    *parts* are those of the articles, the oldest first. *advance* takes the number of bytes read since it was last
    called.
    """

    def __init__(self, parts: Sequence[Stored], title: str, scratch: Path, advance: Callable[[int], None]) -> None:
        self._parts = parts
        self._title = title
        self._scratch = scratch
        self._advance = advance
        self.count = 0
        """Pages listed so far."""

    def __iter__(self) -> Iterator[bytes]:
        header = {"format": "json-pages-1.0", "id": "pages", "title": self._title, "hasText": True}
        yield orjson.dumps(header) + b"\n"
        places = LineSorter(self._scratch)
        try:
            with closing(sqlite3.connect("", isolation_level=None)) as said:  # a temporary file, on no path
                said.execute("CREATE TABLE said (id TEXT PRIMARY KEY, hash TEXT) WITHOUT ROWID")
                said.execute("BEGIN")
                for number, part in enumerate(self._parts):
                    for offset, record in records(part):
                        with _of(part, offset):
                            if _is_news(said, record):
                                places.add(_place(record, len(self._parts) - number, offset))
            yield from self._pages(places)
        finally:
            places.clear()

    def _pages(self, places: LineSorter) -> Iterator[bytes]:
        """Yield the page of each place; of several records of one capture, the last run's."""
        previous = None
        with ExitStack() as opened:
            path: WarcPath | None = None
            file: IO[bytes] | None = None
            for place in places:
                capture, number, offset = place.rsplit(b" ", 2)
                if capture == previous:
                    continue
                previous = capture
                part = self._parts[-int(number)]
                with _of(part, int(offset)):
                    if file is None or part.path != path:
                        opened.close()  # the pages of a part follow each other, mostly
                        path, file = part.path, opened.enter_context(part.path.open("rb"))
                    file.seek(int(offset))
                    line = file.readline()
                    page = _page(read_record(line))
                self._advance(len(line))
                self.count += 1
                yield orjson.dumps(page) + b"\n"


def _is_news(said: sqlite3.Connection, record: dict[str, Any]) -> bool:
    """Tell whether a record says something else than the one before of its article, and note what it says."""
    known = said.execute("SELECT hash FROM said WHERE id = ?", (record["id"],)).fetchone()
    now = record_hash(record)
    if known == (now,):
        return False
    said.execute("REPLACE INTO said VALUES (?, ?)", (record["id"], now))
    return True


@contextmanager
def _of(part: Stored, offset: int) -> Iterator[None]:
    """Name the line that is no record."""
    try:
        yield
    except (OSError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise RecordError(part, offset, error) from error


def _place(record: dict[str, Any], part: int, offset: int) -> bytes:
    """Return a line that sorts the newest capture first; *part*, counted from the last, of one capture the newest."""
    age = _LATE - datetime.fromisoformat(record["fetched_at"])
    return f"{age.total_seconds():018.6f} {record['archive']['record_id']} {part:08} {offset}\n".encode()


def _page(record: dict[str, Any]) -> dict[str, str]:
    captured = datetime.fromisoformat(record["fetched_at"]).astimezone(UTC)
    title = record["title"] or record["page_title"] or record["url"]
    return {
        "id": record["archive"]["record_id"].removeprefix("urn:uuid:"),
        "url": record["url"],
        "ts": captured.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "title": title,
        "text": search_text(title, record["body_text"] or ""),
    }
