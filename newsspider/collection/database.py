"""Opens ``state.sqlite3``: schema migrations, and SQLite's errors with the file and the next step.

The version is SQLite's own ``user_version``. A file of an older one is brought up to date, step by step in one
transaction, and a copy of it as it was is kept beside it; one of a newer version is left alone. Alembic and the
migrations of sqlite-utils keep no such copy. A file has one version, so all its tables are here, the ledger's too.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, Self

from newsspider.durable import publish
from newsspider.errors import NewsspiderError
from newsspider.text.language import N_
from newsspider.text.message import message

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

_ARCHIVE = """
CREATE TABLE IF NOT EXISTS payloads (
    digest BLOB PRIMARY KEY,     -- SHA-1 of the payload
    chunked INTEGER NOT NULL,    -- whether the record holds it in chunks
    url TEXT NOT NULL,
    date TEXT NOT NULL,          -- WARC-Date, as written
    record_id TEXT NOT NULL,
    warc TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS payloads_by_warc ON payloads (warc);
CREATE TABLE IF NOT EXISTS warc_files (   -- those that index.cdxj covers
    name TEXT PRIMARY KEY,
    size INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS index_file (   -- index.cdxj as it was left
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS newest_run (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    run TEXT NOT NULL,
    sha256 TEXT NOT NULL         -- of its manifest
);
"""

_LEDGER = """
CREATE TABLE pages (             -- an address of the site: what it gave, and when it is due
    url TEXT PRIMARY KEY,        -- canonical
    state TEXT NOT NULL,         -- seen, article, alias, gone, soft_gone, no_article
    id TEXT,                     -- of the article that it gave
    first_seen INTEGER NOT NULL, -- seconds since 1970, as are all times but `captured`
    last_fetch INTEGER,
    next_due INTEGER,            -- NULL: never, by itself
    published INTEGER,
    unchanged INTEGER NOT NULL,  -- fetches in a row that brought nothing new
    failures INTEGER NOT NULL,   -- fetches in a row that brought no page
    etag TEXT,
    last_modified TEXT,
    parser TEXT,                 -- version of the parser that read the capture below
    version_hash BLOB,           -- of the article in it
    captured INTEGER,            -- microseconds since 1970
    warc INTEGER,                -- a number of warcs
    offset INTEGER,
    length INTEGER,
    record_id,                   -- 16 bytes of a UUID, or text
    payload_digest               -- 20 bytes of SHA-1, or text
) WITHOUT ROWID;
CREATE INDEX pages_by_due ON pages (state, next_due) WHERE next_due IS NOT NULL;
CREATE TABLE versions (          -- an article as it was found new or changed
    id TEXT,
    n INTEGER,                   -- 1 is the first
    captured INTEGER NOT NULL,
    warc INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    record_id,
    payload_digest,
    run INTEGER NOT NULL,        -- a number of runs
    PRIMARY KEY (id, n)
) WITHOUT ROWID;
CREATE TABLE away (              -- the captures that show that articles are gone
    url TEXT PRIMARY KEY,
    captured INTEGER NOT NULL,
    warc INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    record_id,
    payload_digest
) WITHOUT ROWID;
CREATE TABLE events (            -- what happened to an article; the event itself lies in a part of its run
    id TEXT,
    at INTEGER,                  -- microseconds since 1970
    event TEXT,
    run INTEGER NOT NULL,        -- a number of runs
    PRIMARY KEY (id, at, event)
) WITHOUT ROWID;
CREATE TABLE runs (
    number INTEGER PRIMARY KEY,
    run TEXT NOT NULL,           -- two numbers may have one: a killed run's parts were taken over by the next
    complete INTEGER NOT NULL    -- whether all that its manifest names is in here
);
CREATE INDEX runs_by_name ON runs (run);
CREATE TABLE warcs (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    named INTEGER NOT NULL       -- whether a manifest names it
);
CREATE TABLE clock (             -- the latest moment that this file knows of: a clock before it was put back
    one INTEGER PRIMARY KEY CHECK (one = 1),
    seconds INTEGER NOT NULL
);
"""

_INDEX = """
CREATE TABLE index_files (       -- the files of the index as they were left; warc_files are what they cover together
    name TEXT PRIMARY KEY,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO index_files SELECT 'index.cdxj', size, mtime_ns FROM index_file;
DROP TABLE index_file;
"""

_STEPS = (_ARCHIVE, _LEDGER, _INDEX)
VERSION = len(_STEPS)
"""What this program reads and writes. 0 is what it wrote before there were versions."""


CHANGED = """
SELECT changed.id, min(pages.url) FROM (
    SELECT id, max(captured) AS at FROM versions GROUP BY id HAVING count(*) > 1
    UNION ALL SELECT id, max(at) FROM events WHERE event != 'published' GROUP BY id
) AS changed LEFT JOIN pages ON pages.id = changed.id AND pages.state != 'alias'
GROUP BY changed.id ORDER BY max(changed.at) DESC, changed.id
"""
"""Id and address of the articles that changed since they were published, the latest first."""


class StateDamagedError(NewsspiderError):
    """state.sqlite3 cannot be read."""

    def __init__(self, path: Path, cause: sqlite3.Error) -> None:
        super().__init__(
            message(
                "%(path)s: %(cause)s. No record is in it: move the file away, and %(name)s-wal and -shm if they are "
                "there, and the next run makes a new one out of the records (pages that did not change are then "
                "stored once more)",
                path=path, cause=cause, name=path.name,
            )
        )  # fmt: skip
        self.path = path


class StateChangedError(StateDamagedError):
    """A run wrote state.sqlite3 while it was read without a log, as SQLite reads what nobody writes."""

    def __init__(self, path: Path) -> None:
        NewsspiderError.__init__(
            self, message("%(path)s: a run wrote it while it was read; try again when that is done", path=path)
        )
        self.path = path


class StateVersionError(NewsspiderError):
    """state.sqlite3 has tables of another version than this program's."""

    def __init__(self, path: Path, version: int) -> None:
        if version > VERSION:
            text = N_(
                "%(path)s: it is of version %(version)s, written by a newer newsspider, and this one knows versions up "
                "to %(known)s: install the newer one again"
            )
        else:
            text = N_(
                "%(path)s: it is of version %(version)s, and not %(known)s: the next crawl into the collection makes "
                "it so"
            )
        super().__init__(message(text, path=path, version=version, known=VERSION))
        self.path = path


def _as_it_is(path: Path) -> tuple[object, ...]:
    """Time and size of a database, and whether it has a log; another where somebody wrote it."""
    try:
        there = path.stat()
    except FileNotFoundError:
        return ()
    return there.st_mtime_ns, there.st_size, path.with_name(f"{path.name}-wal").exists()


class Database:
    """The open file. One thread at a time uses it, but not always the one that opened it: ``scrapy shell``."""

    def __init__(self, path: Path, *, durable: bool = False) -> None:
        """Open *path* for writing, made if it is not there. *durable*: what is committed outlives a power cut.

        Without it the last commits may be lost in one; torn the file is never. StateDamagedError, StateVersionError,
        and OSError for what is the disk's fault.
        """
        self.path, self._writes = path, True
        self._as_read: tuple[object, ...] = ()
        with self.errors():
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            try:
                self.version = self._version()
                if self.version > VERSION:
                    raise StateVersionError(path, self.version)
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
                self._db.execute("PRAGMA cache_size = -16000")  # 16 MB: what a batch reads it finds again to write
                if self.version < VERSION:
                    self._migrate()
            except BaseException:
                self._db.close()
                raise

    @classmethod
    def reading(cls, path: Path) -> Self:
        """Open *path* for reading, also on a disk that is read-only; makes no file. StateDamagedError.

        Its version may be any: see ``version``.
        """
        log = path.with_name(f"{path.name}-wal")
        # Without a log nobody writes; so SQLite opens it as immutable, and makes no files beside the database. An empty
        # log is that of a process which has not written yet, or one that was left on a disk that is read-only now.
        logged = log.stat().st_size if log.exists() else None
        ways = {None: ("mode=ro&immutable=1",), 0: ("mode=ro", "mode=ro&immutable=1")}.get(logged, ("mode=ro",))
        database = cls.__new__(cls)
        database.path, database._writes = path, False
        database._as_read = _as_it_is(path)
        with database.errors():
            for way in ways:
                uri = f"{path.absolute().as_uri()}?{way}"
                database._db = sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None, check_same_thread=False)
                try:
                    database.version = database._version()
                    break
                except sqlite3.OperationalError:
                    database._db.close()
                    if way == ways[-1]:
                        raise
                except BaseException:
                    database._db.close()
                    raise
        return database

    def close(self) -> None:
        self._db.close()

    def execute(self, sql: str, values: Sequence[object] = ()) -> None:
        with self.errors():
            self._db.execute(sql, values)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with self.errors():
            self._db.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a query."""
        with self.errors():
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, values: Sequence[object] = ()) -> tuple[Any, ...] | None:
        """Return the first row of a query; None when there is none."""
        with self.errors():
            row: tuple[Any, ...] | None = self._db.execute(sql, values).fetchone()
            return row

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit what is done within, or nothing of it."""
        with self.errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @contextmanager
    def errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            # SQLite's code for a full disk or a failed write; those are the disk's fault and not the file's.
            codes = (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN)
            if self._writes and error.sqlite_errorcode & 0xFF in codes:
                raise OSError(f"{error} ({self.path.name})") from error
            raise self._damaged(error) from error
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error

    def _damaged(self, error: sqlite3.Error) -> NewsspiderError:
        """The error of a damaged database, or of one that somebody wrote while it was read."""
        if not self._writes and _as_it_is(self.path) != self._as_read:
            return StateChangedError(self.path)
        return StateDamagedError(self.path, error)

    def _version(self) -> int:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        return int(version)

    def _migrate(self) -> None:
        if self._db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            self._keep_a_copy()
        steps = "".join(_STEPS[self.version :])
        try:
            self._db.executescript(f"BEGIN IMMEDIATE; {steps} PRAGMA user_version = {VERSION}; COMMIT;")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise
        self.version = VERSION

    def _keep_a_copy(self) -> None:
        """Copy the file as it is to ``state.sqlite3.v<version>``, whole or not at all."""
        kept = self.path.with_name(f"{self.path.name}.v{self.version}")
        hidden = kept.with_name(f".{kept.name}.part")
        hidden.unlink(missing_ok=True)
        with closing(sqlite3.connect(hidden)) as copy:
            self._db.backup(copy)
        with hidden.open("r+b") as file:
            publish(file, kept)
