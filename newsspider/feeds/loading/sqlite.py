"""``sqlite:///file.db``: one file, with a full-text index that finds Chinese words."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.feeds.loading.relational import RowsRefusedError, in_utc
from newsspider.feeds.loading.tables import ALL, ARTICLES, OF_ARTICLES
from newsspider.feeds.standing import EventTimes, Standing, standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from newsspider.feeds.loading.relational import Batch
    from newsspider.feeds.loading.tables import TargetTable

_TYPES = {"text": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "time": "TEXT", "json": "TEXT"}

_FULL_TEXT = """
-- Datasette and sqlite-utils know by content="articles" which table this searches.
CREATE VIRTUAL TABLE articles_text USING fts5 (
    title, body_text, content="articles", content_rowid="rowid", tokenize="trigram"
);
CREATE VIRTUAL TABLE articles_trigrams USING fts5vocab (articles_text, instance);
-- Two spaces, so that the last two characters begin a trigram as well.
CREATE TRIGGER articles_text_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_text (rowid, title, body_text) VALUES (new.rowid, new.title || '  ', new.body_text || '  ');
END;
CREATE TRIGGER articles_text_update AFTER UPDATE OF title, body_text ON articles BEGIN
    INSERT INTO articles_text (articles_text, rowid, title, body_text)
        VALUES ('delete', old.rowid, old.title || '  ', old.body_text || '  ');
    INSERT INTO articles_text (rowid, title, body_text) VALUES (new.rowid, new.title || '  ', new.body_text || '  ');
END;
CREATE TRIGGER articles_text_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_text (articles_text, rowid, title, body_text)
        VALUES ('delete', old.rowid, old.title || '  ', old.body_text || '  ');
END;
INSERT INTO articles_text (rowid, title, body_text) SELECT rowid, title || '  ', body_text || '  ' FROM articles;
"""
"""A word of three characters or more is found by MATCH. One of two begins a trigram, and is found by these:
``term BETWEEN '上海' AND '上海' || char(1114111)``. (LIKE with two characters finds nothing in SQLite 3.40: it looks
for a trigram that there is not.)"""

_OLD_FULL_TEXT = """
DROP TRIGGER articles_text_insert;
DROP TRIGGER articles_text_update;
DROP TRIGGER articles_text_delete;
DROP TABLE articles_trigrams;
DROP TABLE articles_text;
DROP VIEW articles_searched;
"""
"""Of databases from before Datasette found the index."""

_STANDING = Standing._fields
"""Columns of ``articles`` besides those of its record: how it stands, by all records and events that were loaded."""

WAIT = 30.0
"""Seconds that another program may write before this one gives up."""

_CHUNK = 500
"""Values in one statement; SQLite before 3.32 takes 999."""


class SqliteError(NewsspiderError):
    """The database file cannot be written, or is not a database."""

    exit_code = 4

    def __init__(self, path: Path, error: sqlite3.Error) -> None:
        step = _next_step(path, getattr(error, "sqlite_errorcode", 0) & 0xFF)
        super().__init__(f"sqlite:///{path}: {error}. What was loaded before is complete; {step}, then run again")


def _next_step(path: Path, code: int) -> str:
    """Return what to do about a result code of SQLite's; 0 where it gave none."""
    if code == sqlite3.SQLITE_CANTOPEN:
        try:
            if path.is_dir():
                return "it is a directory: name a file in it"
            if not path.parent.exists():
                return f"there is no directory {path.parent}: make it first"
            if not path.parent.is_dir():
                return f"{path.parent} is a file: name another place"
        except OSError as error:  # a name that is too long, or a directory on the way that is closed
            return f"name another file ({error.strerror})"
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return "see that whoever runs this may write the file and its directory"
    if code == sqlite3.SQLITE_NOTADB:
        return "name another file, beside which this one stays as it is"
    if code == sqlite3.SQLITE_CORRUPT:
        return "load into a new file: this one is damaged"
    if code == sqlite3.SQLITE_FULL:
        return "make room on the disk"
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return "wait until the program that writes into it is done"
    return "see that the disk has room, that the file can be written and is a SQLite database of newsspider's"


class SqliteDatabase:
    """Times are ISO 8601 text as in the records, JSON is text (see SQLite's ``json_extract``), booleans are 0 and 1."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            self._db = sqlite3.connect(path, timeout=WAIT, isolation_level=None)
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                with self.transaction():
                    for table in ALL:
                        self._create(table)
                    self._add_standing()
                if self._has("articles_searched"):
                    self._db.executescript(f"BEGIN; {_OLD_FULL_TEXT} {_FULL_TEXT} COMMIT;")
                elif not self._has("articles_text"):
                    self._db.executescript(f"BEGIN; {_FULL_TEXT} COMMIT;")
            except BaseException:
                self._db.close()
                raise
        self._statements = {table: _upsert(table) for table in ALL}

    @contextmanager
    def transaction(self) -> Iterator[None]:
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def loaded(self) -> dict[tuple[str, str], str]:
        with self._errors():
            rows = self._db.execute("SELECT run, part, sha256 FROM loaded_parts")
            return {(run, part): sha256 for run, part, sha256 in rows}

    def versions(self, ids: Sequence[str]) -> Iterable[tuple[str, str, str]]:
        found: list[tuple[str, str, str]] = []
        for some, marks in _chunks(ids):
            found += self._db.execute(f"SELECT id, fetched_at, record_hash FROM versions WHERE id IN ({marks})", some)
        return found

    def store(self, batch: Batch) -> None:
        for table in OF_ARTICLES:
            for some, marks in _chunks(batch.replaced):
                self._db.execute(f"DELETE FROM {table.name} WHERE article_id IN ({marks})", some)
        for table, rows in batch.rows.items():
            if rows:
                self._db.executemany(self._statements[table], rows)
        self._stand(batch.seen)

    def reconnect(self) -> None:
        """Do nothing: a file is not lost."""

    def close(self) -> None:
        with self._errors():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.close()

    def _create(self, table: TargetTable) -> None:
        columns = [f"{column.name} {_TYPES[column.type]}" for column in table.columns]
        key = ", ".join(table.key)
        rowid = "" if table is ARTICLES else " WITHOUT ROWID"  # the full text refers to articles by their rowid
        self._db.execute(
            f"CREATE TABLE IF NOT EXISTS {table.name} ({', '.join(columns)}, PRIMARY KEY ({key})){rowid}"
        )
        there = self._db.execute(f"PRAGMA table_info({table.name})").fetchall()
        if {name for _, name, *_, place in there if place} != set(table.key):
            raise sqlite3.OperationalError(f"it has another program's {table.name}")
        names = {name for _, name, *_ in there}
        for column in table.columns:
            if column.name not in names:  # made by an earlier version
                self._db.execute(f"ALTER TABLE {table.name} ADD COLUMN {column.name} {_TYPES[column.type]}")

    def _has(self, name: str) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone() is not None

    def _add_standing(self) -> None:
        """Add the columns of how articles stand to a database of an earlier version, filled from what it has."""
        there = {name for _, name, *_ in self._db.execute("PRAGMA table_info(articles)").fetchall()}
        if there.issuperset(_STANDING):
            return
        for name in _STANDING:
            if name not in there:
                self._db.execute(f"ALTER TABLE articles ADD COLUMN {name} TEXT")
        rows = self._db.execute("SELECT id, min(fetched_at), max(fetched_at) FROM versions GROUP BY id").fetchall()
        self._stand({name: {first, last} for name, first, last in rows})

    def _stand(self, seen: Mapping[str, set[str]]) -> None:
        """Note how articles stand now that they were *seen* at these times, by what is loaded of them besides."""
        for some, marks in _chunks(list(seen)):
            events: dict[str, list[EventTimes]] = defaultdict(list)
            of_events = f"SELECT id, event, json_extract(record, '$.before_at'), at FROM changes WHERE id IN ({marks})"
            for name, event, before, at in self._db.execute(of_events, some):
                events[name].append(EventTimes(event, before and in_utc(before), in_utc(at)))
            known = f"SELECT id, first_seen_at, last_seen_at FROM articles WHERE id IN ({marks})"
            rows = []
            for name, *before in self._db.execute(known, some).fetchall():
                stands = standing({*filter(None, before), *seen[name]}, events[name])
                if stands is not None:
                    rows.append((*stands, name))
            self._db.executemany(
                "UPDATE articles SET status = ?, first_seen_at = ?, last_seen_at = ? WHERE id = ?", rows
            )

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.DataError, OverflowError, UnicodeEncodeError) as error:  # too long, too large, no Unicode
            raise RowsRefusedError(f"SQLite refuses it: {error}") from error
        except sqlite3.Error as error:
            raise SqliteError(self._path, error) from error


def _chunks(ids: Sequence[str]) -> Iterator[tuple[Sequence[str], str]]:
    """Yield so many ids as one statement takes, and their place-holders."""
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        yield some, ", ".join("?" * len(some))


def _upsert(table: TargetTable) -> str:
    names = ", ".join(table.names)
    marks = ", ".join("?" * len(table.names))
    others = ", ".join(f"{name} = excluded.{name}" for name in table.names if name not in table.key)
    return (
        f"INSERT INTO {table.name} ({names}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {others}"
    )
