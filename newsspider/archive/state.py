"""What a collection remembers between runs: payloads it has, which WARC files its index covers, its newest run.

It lies in ``state.sqlite3``. All of it can be lost without losing a record: payloads are then stored once more,
files are indexed again, and nobody but the manifest itself says which run was the last.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from newsspider.errors import NewsspiderError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SCHEMA = """
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


class StateDamagedError(NewsspiderError):
    """state.sqlite3 cannot be read."""

    def __init__(self, path: Path, cause: sqlite3.Error) -> None:
        super().__init__(
            f"{path}: {cause}. No record is in it: move the file away, and {path.name}-wal and -shm if they are "
            "there, and the next run makes a new one (pages that did not change are then stored once more)"
        )
        self.path = path


@dataclass(frozen=True, slots=True)
class Original:
    """A record whose payload a revisit may stand for."""

    record_id: str
    url: str
    date: str
    warc: str
    chunked: int
    """1 if its block holds the payload in chunks, else 0."""


class State:
    """The open database. What is remembered is found at once, and kept for later runs by commit()."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._new: dict[bytes, Original] = {}
        with self._errors():
            # One thread at a time uses it, but not always the one that opened it: `scrapy shell` fetches in a second.
            self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                # Losing the last commits in a power cut is harmless here; a torn database is not, and WAL has none.
                self._db.execute("PRAGMA synchronous = NORMAL")
                self._db.executescript(_SCHEMA)
            except BaseException:
                self._db.close()
                raise

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            # SQLite's code for a full disk or a failed write; those are the disk's fault and not the file's.
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY):
                raise OSError(f"{error} ({self._path.name})") from error
            raise StateDamagedError(self._path, error) from error
        except sqlite3.DatabaseError as error:
            raise StateDamagedError(self._path, error) from error

    def close(self) -> None:
        self._db.close()

    def find_payload(self, digest: bytes) -> Original | None:
        original = self._new.get(digest)
        if original is not None:
            return original
        with self._errors():
            row = self._db.execute(
                "SELECT record_id, url, date, warc, chunked FROM payloads WHERE digest = ?", (digest,)
            ).fetchone()
        return None if row is None else Original(*row)

    def remember_payload(self, digest: bytes, original: Original) -> None:
        self._new[digest] = original

    def commit(self) -> None:
        """Keep the payloads remembered so far. To be called when the records are on disk, never before."""
        if not self._new:
            return
        rows = [(key, one.chunked, one.url, one.date, one.record_id, one.warc) for key, one in self._new.items()]
        with self._transaction():
            self._db.executemany("INSERT OR REPLACE INTO payloads VALUES (?, ?, ?, ?, ?, ?)", rows)
        self._new.clear()

    def indexed_files(self) -> dict[str, int]:
        """Return name and size of the WARC files that the index covers."""
        with self._errors():
            return dict(self._db.execute("SELECT name, size FROM warc_files"))

    def index_as_left(self) -> tuple[int, int] | None:
        """Return size and modification time (ns) of the index as the last run left it."""
        with self._errors():
            row: tuple[int, int] | None = self._db.execute("SELECT size, mtime_ns FROM index_file").fetchone()
        return row

    def set_indexed(self, files: Iterable[tuple[str, int]], index: tuple[int, int], *, all_files: bool) -> None:
        """Note that the index, of that size and time, covers *files*; and none besides, if they are *all_files*.

        What is known of payloads in files that are gone is forgotten, so nothing new refers to them.
        """
        with self._transaction():
            if all_files:
                self._db.execute("DELETE FROM warc_files")
            self._db.executemany("INSERT OR REPLACE INTO warc_files VALUES (?, ?)", files)
            if all_files:
                self._db.execute("DELETE FROM payloads WHERE warc NOT IN (SELECT name FROM warc_files)")
            self._db.execute("INSERT OR REPLACE INTO index_file VALUES (1, ?, ?)", index)

    def newest_run(self) -> tuple[str, str] | None:
        """Return the last run that has a manifest, and the SHA-256 of that as it was written."""
        with self._errors():
            row: tuple[str, str] | None = self._db.execute("SELECT run, sha256 FROM newest_run").fetchone()
        return row

    def set_newest_run(self, run: str, sha256: str) -> None:
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO newest_run VALUES (1, ?, ?)", (run, sha256))

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._errors():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def peek_newest_run(path: Path) -> tuple[str, str] | None:
    """Return what State.newest_run does, out of a database that may lie where nothing can be written.

    None where there is no database, or none that remembers a run; StateDamagedError.
    """
    if not path.exists():
        return None
    log = path.with_name(f"{path.name}-wal")
    # Without a log nobody writes; SQLite can then be told so, and makes no files beside the database.
    access = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?{access}", uri=True, timeout=30)) as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'newest_run'").fetchone():
                return None
            row: tuple[str, str] | None = db.execute("SELECT run, sha256 FROM newest_run").fetchone()
            return row
    except sqlite3.Error as error:
        raise StateDamagedError(path, error) from error
