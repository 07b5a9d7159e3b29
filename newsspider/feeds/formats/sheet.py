"""The table for a person with a spreadsheet: one row an article, as it was captured last, the newest first.

Times are those of the site's clock: a spreadsheet knows no zone, so a row's own is in the column ``zone``. A list is
what it names, between semicolons. The rows wait in a temporary database, so memory does not grow with the feed.
"""

from __future__ import annotations

import difflib
import sqlite3
import weakref
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from itertools import count
from typing import TYPE_CHECKING, Any

import orjson

from newsspider.errors import NewsspiderError
from newsspider.feeds.formats.flat import TABLE
from newsspider.feeds.loading.tables import TargetTable, row_of
from newsspider.feeds.loading.versions import record_hash
from newsspider.feeds.standing import EventTimes, Standing, standing
from newsspider.record.items import as_record
from newsspider.text.clock import utc
from newsspider.text.language import N_
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from typing import TypeAlias

    from newsspider.record.events import Event
    from newsspider.record.items import Article

    Cell: TypeAlias = str | int | bool | datetime | None
    """A time is of the row's zone, and says none."""

_STANDING = Standing._fields
_ZONE = "zone"

COLUMNS = (*TABLE.names, *_STANDING, _ZONE)
"""What there is to choose from: the columns of ``flat``, how the article stands, and the zone of the row's times."""

USUAL = (
    "title", "published_at", "modified_at", "status", "channel_name", "source_name", "authors", "keywords",
    "canonical_url", "first_seen_at", "last_seen_at", _ZONE, "id", "body_text",
)  # fmt: skip
"""The columns unless somebody chooses."""

_NAMES = {"authors": "name", "editors": "name", "images": "url", "videos": "url", "audio": "url", "translations": "url"}
"""Of the lists whose elements are objects, what stands for an element."""
_LISTS = {column.name for column in TABLE.columns if column.type == "json"}

MAX_CELL = 32_767
"""UTF-16 units that a cell of Excel takes (Excel specifications and limits)."""

MAX_ROWS = 1_048_575
"""Rows that a sheet of Excel and LibreOffice takes, without that of the names."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SCHEMA = """
CREATE TABLE article (
    key TEXT PRIMARY KEY, id TEXT, captured INTEGER, moment INTEGER, first TEXT, last TEXT, zone INTEGER, cells BLOB
);
CREATE INDEX newest ON article (moment DESC, id, captured DESC);
CREATE INDEX records ON article (id);
CREATE TABLE event (id TEXT, event TEXT, before_at TEXT, at TEXT);
CREATE INDEX of_article ON event (id);
"""
_PUT = """
INSERT INTO article VALUES (:key, :id, :captured, :moment, :seen, :seen, :zone, :cells) ON CONFLICT DO UPDATE SET
    first = min(first, :seen), last = max(last, :seen),
    moment = CASE WHEN :captured >= captured THEN :moment ELSE moment END,
    zone = CASE WHEN :captured >= captured THEN :zone ELSE zone END,
    cells = CASE WHEN :captured >= captured THEN :cells ELSE cells END,
    captured = max(captured, :captured)
"""


class ColumnsError(NewsspiderError):
    """A table has no such column."""

    exit_code = 2

    def __init__(self, name: str, there: Sequence[str]) -> None:
        near = difflib.get_close_matches(name, there, n=3)
        text = N_("--columns: there is no column %(name)s. There are: %(there)s")
        if near:
            text = N_("--columns: there is no column %(name)s; did you mean %(near)s? There are: %(there)s")
        super().__init__(message(text, name=repr(name[:40]), near=" or ".join(near), there=", ".join(there)))


class SheetSpaceError(NewsspiderError):
    """The rows of a table could not wait for their turn."""

    exit_code = 4

    def __init__(self, error: sqlite3.Error) -> None:
        super().__init__(f"no room for the rows of the table ({error}): make room, or give another directory by TMPDIR")


def columns_named(text: str, there: Sequence[str] = COLUMNS) -> tuple[str, ...]:
    """Return the columns in a list with commas, out of those that are *there*. ColumnsError."""
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    for name in names or ("",):
        if name not in there:
            raise ColumnsError(name, there)
    return names


class Sheet:
    """The table while it is filled; ``rows`` gives it out. With *every*, a row a record. SheetSpaceError."""

    def __init__(self, columns: Sequence[str], *, every: bool = False) -> None:
        self.columns = tuple(columns)
        self.cut = 0
        """Cells that were longer than a spreadsheet takes."""
        self.first_cut = ""
        """Column and article of the first of them."""
        self._every = every
        self._numbers = count()
        self._table = TargetTable("sheet", ("id",), tuple(column for column in TABLE.columns if column.name in columns))
        self._times = {column.name for column in self._table.columns if column.type == "time"} | set(_STANDING[1:])
        with _errors():
            self._db = sqlite3.connect("", isolation_level=None)  # a temporary file, on no path
            weakref.finalize(self, self._db.close)
            self._db.executescript(_SCHEMA)
            self._db.execute("BEGIN")

    def add(self, article: Article) -> None:
        """Take in a record; of those of an article the one that was captured last stays, or each."""
        record = as_record(article)
        record["record_hash"] = record_hash(record)
        for name, field in _NAMES.items():
            record[name] = [element[field] for element in record[name]]
        cells = dict(zip(self._table.names, row_of(self._table, record), strict=True))
        zone = (article.published_at or article.modified_at or article.fetched_at).utcoffset() or timedelta()
        captured = _microseconds(article.fetched_at)
        with _errors():
            self._db.execute(
                _PUT,
                {
                    "key": str(next(self._numbers)) if self._every else article.id,
                    "id": article.id,
                    "captured": captured,
                    "moment": _microseconds(article.published_at or article.fetched_at),
                    "seen": _utc(article.fetched_at),
                    "zone": int(zone.total_seconds()),
                    "cells": orjson.dumps(cells),
                },
            )

    def add_event(self, event: Event) -> None:
        """Take in what happened to an article, before or after its record."""
        with _errors():
            before = None if event.before_at is None else _utc(event.before_at)
            self._db.execute("INSERT INTO event VALUES (?, ?, ?, ?)", (event.id, event.event, before, _utc(event.at)))

    def __len__(self) -> int:
        with _errors():
            return int(self._db.execute("SELECT count(*) FROM article").fetchone()[0])

    def rows(self, most: int | None = None) -> Iterator[list[Cell]]:
        """Yield the rows, the newest article first, at most so many."""
        with _errors():
            rows = self._db.execute(
                "SELECT id, zone, cells FROM article ORDER BY moment DESC, id, captured DESC LIMIT ?",
                (-1 if most is None else most,),
            )
            for name, zone, cells in rows:
                known = orjson.loads(cells) | self._standing(name)
                known[_ZONE] = zone_name(zone)
                yield [self._cell(name, column, known[column], zone) for column in self.columns]

    def _standing(self, name: str) -> dict[str, str]:
        seen = self._db.execute("SELECT min(first), max(last) FROM article WHERE id = ?", (name,)).fetchone()
        events = self._db.execute("SELECT event, before_at, at FROM event WHERE id = ?", (name,)).fetchall()
        stands = standing(seen, [EventTimes(*event) for event in events])
        assert stands is not None  # it has a record
        return stands._asdict()

    def _cell(self, name: str, column: str, value: Any, zone: int) -> Cell:
        if value is None or isinstance(value, (bool, int)):
            return value
        if column in self._times:
            try:
                return datetime.fromisoformat(value).astimezone(timezone(timedelta(seconds=zone))).replace(tzinfo=None)
            except OverflowError:  # within a day of where the calendar ends: as it is written
                return str(value)
        text = "; ".join(map(str, orjson.loads(value))) if column in _LISTS else str(value)
        if (kept := fitting(text)) != text:
            self.cut += 1
            self.first_cut = self.first_cut or f"{column} of {name}"
        return kept


def zone_name(seconds: int) -> str:
    """Name an offset from UTC so that no spreadsheet takes it for a time or a formula.

    >>> zone_name(28800), zone_name(-12600), zone_name(0)
    ('UTC+08:00', 'UTC-03:30', 'UTC')
    """
    return str(timezone(timedelta(seconds=seconds)))


def fitting(text: str) -> str:
    """Return as much of the beginning of a text as a cell takes, in whole characters.

    >>> len(fitting("看" * 40_000)), len(fitting("😀" * 20_000))
    (32767, 16383)
    """
    if 2 * len(text) <= MAX_CELL or len(encoded := text.encode("utf-16-le")) <= 2 * MAX_CELL:
        return text
    return encoded[: 2 * MAX_CELL].decode("utf-16-le", "ignore")


def _microseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _utc(moment: datetime) -> str:
    return utc(moment).isoformat()


@contextmanager
def _errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        raise SheetSpaceError(error) from error
