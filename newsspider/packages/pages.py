"""The list of a package's pages, ``pages.jsonl``: one for each version of an article, the newest first.

It is the first capture that says what the version says; what says the same again is in the archive, and not listed.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.collection.work import Lost, in_order
from newsspider.feeds.loading.versions import record_hash
from newsspider.packages.runs import PackError, PartRecordError, Stored, read_record, records
from newsspider.packages.searchtext import search_text
from newsspider.warc.cdxj import LineSorter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from newsspider.collection.work import Runner

_LATE = datetime(9999, 1, 1, tzinfo=UTC)
"""Counted back from here, the newest sorts first."""
_BLOCK = 200
"""Pages that are made at a time, at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartBlock:
    """Records of one part, by the bytes at which they begin."""

    part: Stored
    offsets: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """The result of a block."""

    lines: tuple[bytes, ...] = ()
    size: int = 0
    """Bytes of the records."""
    problem: str | None = None
    """Why there are no lines."""


def make_lines(block: PartBlock) -> Made:
    """Make the lines of the list for the records of a block."""
    lines, size = [], 0
    try:
        with block.part.path.open("rb") as file:
            for offset in block.offsets:
                with _of(block.part, offset):
                    file.seek(offset)
                    line = file.readline()
                    lines.append(orjson.dumps(_page(read_record(line))) + b"\n")
                    size += len(line)
    except OSError as error:
        return Made(problem=str(PartRecordError(block.part, block.offsets[0], error)))
    except PackError as error:
        return Made(problem=str(error))
    return Made(lines=tuple(lines), size=size)


class PageList:
    """The lines of the list; iterate once. They are sorted on the disk, and one record at a time is in memory.

    *parts* are those of the articles, the oldest first. *advance* takes the number of bytes read since it was last
    called. *run* has the lines made.
    """

    def __init__(
        self, parts: Sequence[Stored], title: str, scratch: Path, advance: Callable[[int], None], run: Runner
    ) -> None:
        self._run = run
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
        for block, made in in_order(self._run, make_lines, self._blocks(places)):
            if isinstance(made, Lost):
                raise PackError(f"{block.part.path}: no list of pages can be made of it: {made.why}")
            if made.problem is not None:
                raise PackError(made.problem)
            self._advance(made.size)
            self.count += len(made.lines)
            yield from made.lines

    def _blocks(self, places: LineSorter) -> Iterator[PartBlock]:
        """Yield the record of each place; of several records of one capture, the last run's."""
        firsts = (next(same) for _, same in groupby(places, key=lambda place: place.rsplit(b" ", 2)[0]))
        of_parts = (tuple(map(int, place.rsplit(b" ", 2)[1:])) for place in firsts)
        for number, found in groupby(of_parts, key=itemgetter(0)):  # the pages of a part follow each other, mostly
            while offsets := tuple(offset for _, offset in islice(found, _BLOCK)):
                yield PartBlock(part=self._parts[-number], offsets=offsets)


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
    except (OSError, KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise PartRecordError(part, offset, error) from error


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
