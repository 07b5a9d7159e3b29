"""``sqlite:///file.db``: one file, with a full-text index that finds Chinese words."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError
from newsspider.loading.relational import RowsRefusedError
from newsspider.loading.tables import ALL, ARTICLES, OF_ARTICLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from newsspider.loading.relational import Batch
    from newsspider.loading.tables import Table

_TYPES = {"text": "TEXT", "integer": "INTEGER", "boolean": "INTEGER", "time": "TEXT", "json": "TEXT"}

_FULL_TEXT = """
-- Two spaces, so that the last two characters begin a trigram as well.
CREATE VIEW articles_searched AS SELECT rowid, title || '  ' AS title, body_text || '  ' AS body_text FROM articles;
CREATE VIRTUAL TABLE articles_text USING fts5 (
    title, body_text, content='articles_searched', content_rowid='rowid', tokenize='trigram'
);
CREATE VIRTUAL TABLE articles_trigrams USING fts5vocab (articles_text, instance);
CREATE TRIGGER articles_text_insert AFTER INSERT ON articles BEGIN
    INSERT INTO articles_text (rowid, title, body_text) VALUES (new.rowid, new.title || '  ', new.body_text || '  ');
END;
CREATE TRIGGER articles_text_update AFTER UPDATE ON articles BEGIN
    INSERT INTO articles_text (articles_text, rowid, title, body_text)
        VALUES ('delete', old.rowid, old.title || '  ', old.body_text || '  ');
    INSERT INTO articles_text (rowid, title, body_text) VALUES (new.rowid, new.title || '  ', new.body_text || '  ');
END;
CREATE TRIGGER articles_text_delete AFTER DELETE ON articles BEGIN
    INSERT INTO articles_text (articles_text, rowid, title, body_text)
        VALUES ('delete', old.rowid, old.title || '  ', old.body_text || '  ');
END;
INSERT INTO articles_text (articles_text) VALUES ('rebuild');
"""
"""A word of three characters or more is found by MATCH. One of two begins a trigram, and is found by these:
``term BETWEEN '上海' AND '上海' || char(1114111)``. (LIKE with two characters finds nothing in SQLite 3.40: it looks
for a trigram that there is not.)"""

_CHUNK = 500
"""Values in one statement; SQLite before 3.32 takes 999."""


class SqliteError(NewsspiderError):
    """The database file cannot be written, or is none."""

    exit_code = 4

    def __init__(self, path: Path, error: sqlite3.Error) -> None:
        super().__init__(
            f"sqlite:///{path}: {error}. What was loaded before is whole; see that the disk has room, that the file "
            "can be written and is a SQLite database of newsspider's, then run again"
        )


class SqliteDatabase:
    """Times are ISO 8601 text as in the records, JSON is text (see SQLite's ``json_extract``), booleans are 0 and 1."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._errors():
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None)
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = NORMAL")
                with self.transaction():
                    for table in ALL:
                        self._create(table)
                if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'articles_text'").fetchone():
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

    def reconnect(self) -> None:
        """Do nothing: a file is not lost."""

    def close(self) -> None:
        with self._errors():
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.close()

    def _create(self, table: Table) -> None:
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


def _upsert(table: Table) -> str:
    names = ", ".join(table.names)
    marks = ", ".join("?" * len(table.names))
    others = ", ".join(f"{name} = excluded.{name}" for name in table.names if name not in table.key)
    return (
        f"INSERT INTO {table.name} ({names}) VALUES ({marks}) "
        f"ON CONFLICT ({', '.join(table.key)}) DO UPDATE SET {others}"
    )
