"""The list of a package's pages, ``pages.jsonl``: one for each capture that gave an article, the newest first."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import IO, TYPE_CHECKING, Any

import orjson

from newsspider.archive.cdxj import LineSorter
from newsspider.packing.runs import RecordError, read_record, records
from newsspider.packing.searchtext import search_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from newsspider.packing.runs import Stored

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
            for number, part in enumerate(self._parts):
                for offset, record in records(part):
                    with _of(part, offset):
                        places.add(_place(record, len(self._parts) - number, offset))
            yield from self._pages(places)
        finally:
            places.clear()

    def _pages(self, places: LineSorter) -> Iterator[bytes]:
        """Yield the page of each place; of several records of one capture, the last run's."""
        previous = None
        with ExitStack() as opened:
            path: Path | None = None
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
